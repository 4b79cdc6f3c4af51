"""Everything that changes a case. Each command authorizes, checks the state, writes, records, returns."""

from casework.commands.agreements import add_agreement, end_agreement, warn_of_agreements
from casework.commands.bars import bar_from_case, lift_bar, seal_case, unseal_case
from casework.commands.cases import answer_step, complete_step, judge_risk, open_case
from casework.commands.consent import record_consent
from casework.commands.contacts import log_contact, save_draft, start_contact
from casework.commands.imports import attach_victims, import_burglaries
from casework.commands.people import link_person
from casework.commands.reference import load_reference
from casework.commands.sharing import begin_sharing, decide_sharing, end_sharing, shorten_sharing, widen_sharing
from casework.commands.withdrawal import withdraw_consent

__all__ = [
    "add_agreement",
    "answer_step",
    "attach_victims",
    "bar_from_case",
    "begin_sharing",
    "complete_step",
    "decide_sharing",
    "end_agreement",
    "end_sharing",
    "import_burglaries",
    "judge_risk",
    "lift_bar",
    "link_person",
    "load_reference",
    "log_contact",
    "open_case",
    "record_consent",
    "save_draft",
    "seal_case",
    "shorten_sharing",
    "start_contact",
    "unseal_case",
    "warn_of_agreements",
    "widen_sharing",
    "withdraw_consent",
]
