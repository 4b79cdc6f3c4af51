"""Finding and reading. `get_x` finds something to act on; `read_x` shows a record, and is recorded; `x_for` lists."""

from casework.queries.addresses import get_address, reveal_address
from casework.queries.cases import (
    CasePage,
    CaseView,
    Entry,
    Section,
    cases_for,
    get_case,
    project,
    purpose_of,
    read_case,
    read_risk,
    standing_risk,
    view_of,
)
from casework.queries.keys import keys_by_version
from casework.queries.people import Match, Probe, find_person, fold, get_party, read_probe, read_telephone
from casework.queries.reference import Due, due_by, lawful_bases
from casework.queries.work import drafts_for, get_contact, get_step, read_draft, steps_for

__all__ = [
    "CasePage",
    "CaseView",
    "Due",
    "Entry",
    "Match",
    "Probe",
    "Section",
    "cases_for",
    "drafts_for",
    "due_by",
    "find_person",
    "fold",
    "get_address",
    "get_case",
    "get_contact",
    "get_party",
    "get_step",
    "keys_by_version",
    "lawful_bases",
    "project",
    "purpose_of",
    "read_case",
    "read_draft",
    "read_probe",
    "read_risk",
    "read_telephone",
    "reveal_address",
    "standing_risk",
    "steps_for",
    "view_of",
]
