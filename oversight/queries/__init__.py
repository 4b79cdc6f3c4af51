"""What supervisors and auditors look at. Reading it is itself recorded."""

from oversight.queries.attempts import Attempt, AttemptPage, attempts_for
from oversight.queries.audits import (
    AuditPage,
    Figures,
    audit_figures,
    audits_for,
    drawn_by_chance,
    feedback_for,
    get_audit,
    questions_on,
    read_audit,
)
from oversight.queries.history import History, HistoryFilter, HistoryLine, export_history, read_history
from oversight.queries.work import StoppedWork, get_stopped_job, stopped_jobs, stopped_work

__all__ = [
    "Attempt",
    "AttemptPage",
    "AuditPage",
    "Figures",
    "History",
    "HistoryFilter",
    "HistoryLine",
    "StoppedWork",
    "attempts_for",
    "audit_figures",
    "audits_for",
    "drawn_by_chance",
    "export_history",
    "feedback_for",
    "get_audit",
    "get_stopped_job",
    "questions_on",
    "read_audit",
    "read_history",
    "stopped_jobs",
    "stopped_work",
]
