"""Everything that changes a case. Each command authorizes, checks the state, writes, records, returns."""

from casework.commands.agreements import add_agreement, end_agreement, warn_of_agreements
from casework.commands.allocation import (
    end_absence,
    note_absence,
    offer_case,
    take_over_case,
    take_step,
    turn_down_case,
)
from casework.commands.asks import answer_ask, ask_holders, have_holders_asked
from casework.commands.assessments import save_assessment, sign_assessment, start_assessment
from casework.commands.attachments import add_attachment, scan_attachment
from casework.commands.attempts import check_word, end_attempt, end_override, override_route, use_route
from casework.commands.bars import bar_from_case, lift_bar, name_in_seal, seal_case, take_off_seal, unseal_case
from casework.commands.callers import call_police
from casework.commands.cases import answer_step, complete_step, open_case
from casework.commands.clocks import chase_clock, judge_entitlement, settle_clock, start_clocks
from casework.commands.closing import agree_to_closing, close_case, reopen_case, turn_down_closing
from casework.commands.consent import record_consent
from casework.commands.contacts import keep_typing, log_contact, save_draft, start_contact
from casework.commands.emergency import close_emergency, open_in_emergency, review_emergency
from casework.commands.equality import note_equality
from casework.commands.erasure import approve_erasure, ask_erasure, lift_hold, place_hold, refuse_erasure
from casework.commands.handover import take_over, write_handover
from casework.commands.hubs import add_hub, close_hub
from casework.commands.imports import attach_victims, import_burglaries
from casework.commands.keys import rewrap_keys
from casework.commands.ladder import climb_steps
from casework.commands.leaving import hand_over_work
from casework.commands.marac import find_repeats, note_marac
from casework.commands.nearby import ask_overlap, list_neighbours, load_addresses, note_crime, tell_neighbour
from casework.commands.notes import replace_note, write_note
from casework.commands.people import link_person, tell_apart, undo_judgement
from casework.commands.proposals import accept_proposal, declare_mark, dismiss_proposal, withdraw_marks
from casework.commands.reference import change_reference, load_reference, load_wording
from casework.commands.risk import countersign_risk, judge_risk
from casework.commands.routes import confirm_route, report_change
from casework.commands.safety import give_plan, write_plan
from casework.commands.sharing import (
    begin_sharing,
    decide_sharing,
    end_sharing,
    share_as_asked,
    shorten_sharing,
    widen_sharing,
)
from casework.commands.sides import (
    find_two_sides,
    judge_two_sides,
    name_senior_practitioner,
    tell_of_two_sides,
)
from casework.commands.visits import (
    answer_visit,
    attend_visit,
    offer_visit,
    record_visit,
    schedule_visit,
    screen_visit,
)
from casework.commands.withdrawal import withdraw_consent

__all__ = [
    "accept_proposal",
    "add_agreement",
    "add_attachment",
    "add_hub",
    "agree_to_closing",
    "answer_ask",
    "answer_step",
    "answer_visit",
    "approve_erasure",
    "ask_erasure",
    "ask_holders",
    "ask_overlap",
    "attach_victims",
    "attend_visit",
    "bar_from_case",
    "begin_sharing",
    "call_police",
    "change_reference",
    "chase_clock",
    "check_word",
    "climb_steps",
    "close_case",
    "close_emergency",
    "close_hub",
    "complete_step",
    "confirm_route",
    "countersign_risk",
    "decide_sharing",
    "declare_mark",
    "dismiss_proposal",
    "end_absence",
    "end_agreement",
    "end_attempt",
    "end_override",
    "end_sharing",
    "find_repeats",
    "find_two_sides",
    "give_plan",
    "hand_over_work",
    "have_holders_asked",
    "import_burglaries",
    "judge_entitlement",
    "judge_risk",
    "judge_two_sides",
    "keep_typing",
    "lift_bar",
    "lift_hold",
    "link_person",
    "list_neighbours",
    "load_addresses",
    "load_reference",
    "load_wording",
    "log_contact",
    "name_in_seal",
    "name_senior_practitioner",
    "note_absence",
    "note_crime",
    "note_equality",
    "note_marac",
    "offer_case",
    "offer_visit",
    "open_case",
    "open_in_emergency",
    "override_route",
    "place_hold",
    "record_consent",
    "record_visit",
    "refuse_erasure",
    "reopen_case",
    "replace_note",
    "report_change",
    "review_emergency",
    "rewrap_keys",
    "save_assessment",
    "save_draft",
    "scan_attachment",
    "schedule_visit",
    "screen_visit",
    "seal_case",
    "settle_clock",
    "share_as_asked",
    "shorten_sharing",
    "sign_assessment",
    "start_assessment",
    "start_clocks",
    "start_contact",
    "take_off_seal",
    "take_over",
    "take_over_case",
    "take_step",
    "tell_apart",
    "tell_neighbour",
    "tell_of_two_sides",
    "turn_down_case",
    "turn_down_closing",
    "undo_judgement",
    "unseal_case",
    "use_route",
    "warn_of_agreements",
    "widen_sharing",
    "withdraw_consent",
    "withdraw_marks",
    "write_handover",
    "write_note",
    "write_plan",
]
