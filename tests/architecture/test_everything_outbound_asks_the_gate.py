"""Everything outbound asks the gate: no link that rings or writes, and nothing that sends, is made anywhere else."""

import ast
import re

import pytest

from tests.architecture.test_only_commands_write import PACKAGES, ROOT

LINK = re.compile(r"\b(tel|sms|mailto|callto|sip|whatsapp):|//wa\.me/", re.IGNORECASE)
SENDERS = {"smtplib", "imaplib", "socket", "requests", "httpx", "twilio", "http.client", "urllib.request"}
SENDERS |= {"django.core.mail", "notifications_python_client"}
# Who may, and whom it reaches.
LINKS_IN = {"casework/templatetags/safe_contact.py"}  # whoever the verdict says may be reached
SENDS = {
    "accounts/notices.py": "workers, in fixed words that name nobody",
    "audit/buckets.py": "a witness: checkpoints of the log, which hold hashes",
    "casework/scanning.py": "the scanner that the settings name: files, to be looked through",
    "config/management/commands/demo.py": "its own machine: whether a port is free",
}
ATTEMPTS = {"casework/commands/attempts.py use_route"}


def problems_in(name, source):
    """What a file does that would reach somebody without asking."""
    found = [f"{name}: a link {match[0]}" for match in LINK.finditer(source)] if name not in LINKS_IN else []
    if not name.endswith(".py"):
        return found
    tree = ast.parse(source)
    if name not in SENDS:
        found += [f"{name}: imports {module}" for module in sorted(imported(tree)) if is_sender(module)]
    for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
        calls = {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
        if any(re.fullmatch(r".*(ContactAttempt\.objects|attempts)\.\w*create", call) for call in calls):
            is_listed = f"{name} {function.name}" in ATTEMPTS
            found += [] if is_listed and "may_use" in calls else [f"{name}: {function.name} uses a way unasked"]
    return found


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def is_sender(module):
    return any(module == sender or module.startswith(f"{sender}.") for sender in SENDERS)


def files():
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in {".py", ".html", ".txt", ".js"} and "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), path.read_text()


def test_nothing_reaches_anybody_without_asking():
    found = list(files())
    assert len(found) > 200
    assert [problem for name, source in found for problem in problems_in(name, source)] == []


def test_who_may_is_still_there_and_does():
    sources = dict(files())
    assert {name for name in LINKS_IN if LINK.search(sources[name])} == LINKS_IN
    assert {name for name in SENDS if any(map(is_sender, imported(ast.parse(sources[name]))))} == set(SENDS)


PLANTED = [
    ("casework/templates/casework/case.html", '<a href="tel:{{ route.e164 }}">Call</a>'),
    ("casework/pages.py", "link = f'sms:{route.e164}'"),
    ("oversight/pages.py", "address = 'MAILTO:' + route.value"),
    ("casework/jobs.py", "from django.core.mail import send_mail"),
    ("casework/jobs.py", "from django.core import mail"),
    ("referrals/commands/referrals.py", "import twilio.rest"),
    ("casework/commands/routes.py", "def ring(route):\n    ContactAttempt.objects.create(route=route)"),
    ("casework/commands/attempts.py", "def use_route(route):\n    ContactAttempt.objects.create(route=route)"),
    ("referrals/commands/referrals.py", "def chase(case):\n    case.attempts.get_or_create(route=1)"),
]


@pytest.mark.parametrize(("name", "source"), PLANTED)
def test_what_somebody_adds_past_the_gate_is_noticed(name, source):
    assert problems_in(name, source)


def test_what_asks_is_left_alone():
    asks = "def use_route(route):\n    if may_use(route):\n        ContactAttempt.objects.create(route=route)"
    assert problems_in("casework/commands/attempts.py", asks) == []
    assert problems_in("casework/pages.py", "hotel: str = 'x'; from casework import commands") == []
