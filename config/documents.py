"""The documents made from the code: who may ever do what, and which states lead where."""

from collections.abc import Iterable

from django.apps import apps

from accounts.roles import PERMISSIONS, Role
from accounts.transitions import Transition
from casework.categories import BOTH, EXISTENCE, FIELDS, HANDLE, HOLDER, NEVER, SUMMARY, Category
from casework.states import CASE_TRANSITIONS, CONTACT_TRANSITIONS, ERASURE_TRANSITIONS, VISIT_TRANSITIONS
from oversight.states import AUDIT_TRANSITIONS
from referrals.states import CALLED, ENDED, REFERRAL_TRANSITIONS, WITH_SENDER, ReferralStatus

HEAD = "<!-- Made by `manage.py write_docs`. Do not edit. -->\n\n"
OURS = ("accounts", "casework", "referrals", "oversight")
MACHINES = {
    "A case": CASE_TRANSITIONS,
    "A contact": CONTACT_TRANSITIONS,
    "An erasure": ERASURE_TRANSITIONS,
    "A police visit after a burglary": VISIT_TRANSITIONS,
    "A referral": REFERRAL_TRANSITIONS,
    "A case audit": AUDIT_TRANSITIONS,
}


def permissions_page() -> str:
    """Roles against permissions, and which field is in which category."""
    words = {
        f"{model._meta.app_label}.{codename}": name
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for codename, name in model._meta.permissions
    }
    held = sorted({permission for permissions in PERMISSIONS.values() for permission in permissions})
    roles = table(
        ["permission", "what it is", *(str(role.label) for role in Role)],
        [[f"`{p}`", words[p], *("yes" if p in PERMISSIONS[role] else "" for role in Role)] for p in held],
    )
    return (
        f"{HEAD}# Permissions\n\nWhat each role may ever do. Whether to a given record is asked of its reach and its "
        f"rule (`<app>/policy.py`), and whether now of its state.\n\n{roles}\n"
        f"# Categories\n\nWhich field of a case's records belongs to which category. Whatever is known of somebody who "
        f"is not the victim belongs wholly to the category of their role.\n\n{categories()}"
    )


def categories() -> str:
    """One row for each category, with its fields."""
    levels = {
        EXISTENCE: "that the case exists",
        **{str(c): str(c.label) for c in Category},
        SUMMARY: "of a referral, before it is accepted: sender and addressee",
        BOTH: "of a referral, a decision or an emergency access: the holder, and whom it lets in",
        HANDLE: "a random name to act by: with whatever else of the record is shown",
        HOLDER: "the holder's own, shared with nobody",
        NEVER: "keys and workings, shown to nobody",
    }
    rows = []
    for level, label in levels.items():
        fields = [
            f"{model._meta.verbose_name}: {', '.join(n for n, declared in declared_by.items() if declared == level)}"
            for model, declared_by in FIELDS.items()
            if level in declared_by.values()
        ]
        rows.append([f"`{level}`", label, "; ".join(fields)])
    return table(["category", "what it is", "fields"], rows)


def states_page() -> str:
    """Each state table as a diagram and as a table."""
    return f"{HEAD}# States\n\n" + "\n".join(machine(name, moves) for name, moves in MACHINES.items()) + called()


def called() -> str:
    """What the states of a referral are called elsewhere."""
    head = ["state", "whose move it is", "formerly", "in the field", "FHIR R4 Task.status"]
    rows = [[str(state), _whose(state), *CALLED[state]] for state in ReferralStatus]
    return f"\n### What the states of a referral are called elsewhere\n\n{table(head, rows)}"


def _whose(state: str) -> str:
    if state in ENDED:
        return "nobody's: it has ended"
    return "the sender's" if state in WITH_SENDER else "the addressed agency's"


def machine(name: str, moves: list[Transition]) -> str:
    arrows = [
        f"    {source} --> {move.target}: {move.verb}" for move in moves for source in sorted(map(str, move.sources))
    ]
    rows = [
        [move.verb, ", ".join(sorted(map(str, move.sources))), str(move.target), f"`{move.permission}`"]
        for move in moves
    ]
    diagram = "\n".join(["```mermaid", "stateDiagram-v2", *arrows, "```"])
    return f"## {name}\n\n{diagram}\n\n{table(['verb', 'from', 'to', 'permission'], rows)}"


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"
