"""The documents made from the code say what the code says, and the settings' example names every variable."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documents as they would be written now; the API's is validated on the way."""
    folder = tmp_path_factory.mktemp("docs")
    call_command("write_docs", into=folder)
    return folder


@pytest.mark.parametrize("name", ["api.yaml", "permissions.md", "states.md"])
def test_it_is_as_the_code_makes_it_now(made: Path, name: str):
    assert (ROOT / "docs" / name).read_text() == (made / name).read_text(), "Stale. Run: manage.py write_docs"


def test_the_example_of_settings_names_every_variable_that_is_read():
    read = {
        name
        for path in (ROOT / "config" / "settings.py", ROOT / "config" / "localdb.py", ROOT / "config" / "postgres.py")
        for name in re.findall(r'(?:env(?:\.\w+)?|required|environ\.get)\(\s*"([A-Z_]+)"', path.read_text())
    }
    named = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert named == read


def test_every_document_that_is_pointed_to_is_there():
    for document in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!http)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name} points to {target}"


def test_every_test_that_the_documents_name_is_there():
    tests = {path.stem for path in (ROOT / "tests").rglob("test_*.py")}
    for name in ("promises.md", "security.md"):
        named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / name).read_text()))
        assert named - tests == set(), name
