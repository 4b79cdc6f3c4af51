"""Make the style sheet and scripts that are kept in the repository, so that no server ever needs Node.

A developer runs `python config/frontend/build.py` after changing a version in package.json or main.scss.
`--check` makes everything again beside it and fails if what is kept is not the same.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
STATIC = Path("config/static/frontend")
BROWSER_TESTS = Path("tests/browser")
SOURCE_MAP = re.compile(r"\s*//# sourceMappingURL=\S+\s*$")


def main() -> int:
    """Build into the repository, or with `--check` say which files differ from a fresh build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; change nothing")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as folder:
        made = build(Path(folder))
    stale = [path for path, content in made.items() if not same(ROOT / path, content)]
    for path in stale:
        sys.stdout.write(f"{'differs' if check else 'written'}: {path}\n")
        if not check:
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(made[path])
    return 1 if check and stale else 0


def build(folder: Path) -> dict[Path, str]:
    """Every file that is kept, by its path in the repository, made from the exact versions."""
    shutil.copy(HERE / "package.json", folder)
    run("npm", "install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--silent", cwd=folder)
    modules = folder / "node_modules"
    frontend, axe = modules / "govuk-frontend/dist/govuk", modules / "axe-core"
    return {
        STATIC / "main.css": style_sheet(folder),
        # Without its source map, which is not kept, hashing the static files would fail.
        STATIC / "govuk-frontend.min.js": SOURCE_MAP.sub("\n", (frontend / "govuk-frontend.min.js").read_text()),
        STATIC / "init.js": (HERE / "init.js").read_text(),
        STATIC / "proposals.js": (HERE / "proposals.js").read_text(),
        STATIC / "contact.js": (HERE / "contact.js").read_text(),
        STATIC / "icon.svg": (HERE / "icon.svg").read_text(),
        STATIC / "LICENCE": (HERE / "LICENCE").read_text(),
        STATIC / "VERSIONS.txt": versions(),
        BROWSER_TESTS / "axe.min.js": (axe / "axe.min.js").read_text(),
        BROWSER_TESTS / "axe.LICENCE": (axe / "LICENSE").read_text(),
    }


def style_sheet(folder: Path) -> str:
    """main.scss, compiled."""
    sass = folder / "node_modules/.bin/sass"
    return run(str(sass), "--load-path=node_modules", "--style=compressed", str(HERE / "main.scss"), cwd=folder)


def versions() -> str:
    """One line for each package the files were made from or with."""
    packages = json.loads((HERE / "package.json").read_text())["devDependencies"]
    return "".join(f"{name} {version}\n" for name, version in sorted(packages.items()))


def run(*command: str, cwd: Path) -> str:
    """What the command printed; a failure stops the build."""
    return subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603


def same(path: Path, content: str) -> bool:
    """Is this already the file's content?"""
    return path.exists() and path.read_text() == content


if __name__ == "__main__":
    sys.exit(main())
