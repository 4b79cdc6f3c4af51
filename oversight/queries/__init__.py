"""What supervisors and auditors look at. Reading it is itself recorded."""

from oversight.queries.alerts import (
    AlertFigures,
    AlertPage,
    AlertRead,
    alert_figures,
    alerts_for,
    get_alert,
    read_alert,
    rules,
)
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
from oversight.queries.changes import Change, Changes, FieldChange, read_changes
from oversight.queries.history import History, HistoryFilter, HistoryLine, export_history, read_history
from oversight.queries.replay import Known, Replay, Seen, Shown, agencies_of, get_replayed, read_replay
from oversight.queries.work import StoppedWork, get_stopped_job, stopped_jobs, stopped_work

__all__ = [
    "AlertFigures",
    "AlertPage",
    "AlertRead",
    "Attempt",
    "AttemptPage",
    "AuditPage",
    "Change",
    "Changes",
    "FieldChange",
    "Figures",
    "History",
    "HistoryFilter",
    "HistoryLine",
    "Known",
    "Replay",
    "Seen",
    "Shown",
    "StoppedWork",
    "agencies_of",
    "alert_figures",
    "alerts_for",
    "attempts_for",
    "audit_figures",
    "audits_for",
    "drawn_by_chance",
    "export_history",
    "feedback_for",
    "get_alert",
    "get_audit",
    "get_replayed",
    "get_stopped_job",
    "questions_on",
    "read_alert",
    "read_audit",
    "read_changes",
    "read_history",
    "read_replay",
    "rules",
    "stopped_jobs",
    "stopped_work",
]
