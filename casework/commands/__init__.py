"""Everything that changes a case. Each command authorizes, checks the state, writes, records, returns."""

from casework.commands.bars import bar_from_case, lift_bar, seal_case, unseal_case
from casework.commands.cases import answer_step, complete_step, judge_risk, open_case
from casework.commands.contacts import log_contact, save_draft, start_contact
from casework.commands.imports import attach_victims, import_burglaries
from casework.commands.keys import rewrap_keys
from casework.commands.people import link_person
from casework.commands.reference import load_reference
from casework.commands.sharing import begin_sharing, decide_sharing, end_sharing

__all__ = [
    "answer_step",
    "attach_victims",
    "bar_from_case",
    "begin_sharing",
    "complete_step",
    "decide_sharing",
    "end_sharing",
    "import_burglaries",
    "judge_risk",
    "lift_bar",
    "link_person",
    "load_reference",
    "log_contact",
    "open_case",
    "rewrap_keys",
    "save_draft",
    "seal_case",
    "start_contact",
    "unseal_case",
]
