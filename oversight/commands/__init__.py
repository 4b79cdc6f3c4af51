"""Everything that changes a record of oversight."""

from oversight.commands.alerts import answer_alert, find_odd_access
from oversight.commands.answers import decide_naming, give_answer
from oversight.commands.audits import answer_audit, draw_audit, finish_audit, follow_up_audit, load_checklist
from oversight.commands.work import retry_work

__all__ = [
    "answer_alert",
    "answer_audit",
    "decide_naming",
    "draw_audit",
    "find_odd_access",
    "finish_audit",
    "follow_up_audit",
    "give_answer",
    "load_checklist",
    "retry_work",
]
