"""Only commands write: outside them, nothing in the source changes a record."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["accounts", "audit", "casework", "config", "oversight", "referrals"]

MAY_WRITE = {"accounts/transitions.py", "audit/log.py", "audit/seal.py"}
ALWAYS = {
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "acreate",
    "aupdate",
    "adelete",
    "asave",
    "raw_delete",
    "set_password",
    "assign_perm",
    "remove_perm",
}
ON_MANAGERS = {"create", "update", "delete", "set", "add", "remove", "clear"}
STATEMENTS = ("INSERT ", "UPDATE ", "DELETE ", "TRUNCATE ", "MERGE ")

# Places that may look like writing, and why they are not. "path: source of the call".
NOT_WRITING = {
    "accounts/sessions.py: super().save(must_create)",  # a session, not a record
    "casework/cleaning.py: bare.save(out, kind.upper(), quality=90)",  # a picture, into memory
}


def may_write(path):
    parts = Path(path).parts
    return (
        path in MAY_WRITE
        or "migrations" in parts
        or parts[1] in {"commands.py", "commands"}  # an app's commands, not Django's management commands
    )


def writes_in(source):
    """The calls that write, each as (line, source)."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [(node.lineno, ast.unparse(node)) for node in calls if writes(node)]


def writes(node):
    name = called(node)
    if name in {"execute", "executemany"}:
        return bool(node.args) and sql_of(node.args[0]).upper().startswith(STATEMENTS)
    if name == "save":
        return isinstance(node.func, ast.Attribute)
    return name in ALWAYS or (name in ON_MANAGERS and on_records(node.func))


def called(node):
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def on_records(function):
    """Whether a chain such as Case.objects.filter(...).delete() or case.steps.update(...) starts from records.

    A chain over a manager, a queryset or a related manager has an attribute or a call before the verb; a plain name
    (`values.update(...)`, `headers.update`) or an upper-case constant is a dictionary or a set.
    """
    if not isinstance(function, ast.Attribute):
        return False
    source = ast.unparse(function.value)
    through_manager = any(manager in source for manager in (".objects", "._default_manager", "_set."))
    through_queryset = any(f".{verb}(" in source for verb in ("filter", "exclude", "all", "select_for_update"))
    if function.attr in {"create", "set"}:
        return isinstance(function.value, ast.Attribute) or through_manager or through_queryset
    if function.attr == "delete":
        return True
    return through_manager or through_queryset


def sql_of(node):
    """The beginning of a statement given as text or as an f-string."""
    if isinstance(node, ast.JoinedStr):
        node = node.values[0]
    return node.value.lstrip() if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def sources():
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not may_write(name):
                yield name, path.read_text()


def test_nothing_else_writes():
    found = {f"{name}: {call}" for name, source in sources() for _, call in writes_in(source)}
    assert found - NOT_WRITING == set()


def test_every_exception_is_still_needed():
    found = {f"{name}: {call}" for name, source in sources() for _, call in writes_in(source)}
    assert NOT_WRITING - found == set()


def test_it_looks_at_the_sources_and_the_commands_do_write():
    assert len(list(sources())) > 30
    assert len(writes_in((ROOT / "casework/commands/cases.py").read_text())) >= 3


@pytest.mark.parametrize(
    "source",
    [
        "case.save()",
        "case.save(update_fields=['status'])",
        "Case.objects.create(kind='other')",
        "Case.objects.filter(pk=1).update(status='open')",
        "Case.objects.all().delete()",
        "case.delete()",
        "case.steps.create(kind='other')",
        "case.steps.filter(pk=1).update(done_at=None)",
        "Case._default_manager.bulk_create(rows)",
        "Case.objects.update_or_create(pk=1)",
        "user.groups.set([group])",
        "user.groups.all().delete()",
        "cursor.execute('UPDATE casework_case SET kind = %s', [kind])",
        "cursor.execute(f'DELETE FROM {table}')",
        "assign_perm('casework.view_case', group, case)",
    ],
)
def test_this_check_notices(source):
    assert len(writes_in(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "values.update(kind='other')",
        "{**row}.update(x=1)",
        "seen.add(1)",
        "kept.remove(1)",
        "os.environ.update(MODE='test')",
        "cursor.execute('SELECT 1')",
        "create(1)",
        "hash.update(data)",
        "hashlib.sha256().update(data)",
        "context_variable.set(1)",
    ],
)
def test_this_check_lets_pass(source):
    assert writes_in(source) == []
