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
from oversight.queries.days import DayLine, Days, read_days
from oversight.queries.history import (
    DOORS,
    LISTED,
    OPENED,
    Among,
    History,
    HistoryFilter,
    HistoryLine,
    export_history,
    purpose_in_words,
    read_history,
)
from oversight.queries.looked import (
    Asked,
    Listed,
    Look,
    Told,
    agencies_that_name,
    asked_of,
    found,
    get_asked,
    get_victim,
    in_plain_words,
    naming_of,
    read_answer,
    read_asked,
    safe_way,
    ways_to_hand_over,
)
from oversight.queries.replay import Known, Replay, Seen, Shown, agencies_of, get_replayed, read_replay
from oversight.queries.work import StoppedWork, get_stopped_job, stopped_jobs, stopped_work

__all__ = [
<<<<<<< HEAD
    "AlertFigures",
    "AlertPage",
    "AlertRead",
=======
    "DOORS",
    "LISTED",
    "OPENED",
    "Among",
    "Asked",
>>>>>>> main
    "Attempt",
    "AttemptPage",
    "AuditPage",
    "Change",
    "Changes",
    "DayLine",
    "Days",
    "FieldChange",
    "Figures",
    "History",
    "HistoryFilter",
    "HistoryLine",
    "Known",
    "Listed",
    "Look",
    "Replay",
    "Seen",
    "Shown",
    "StoppedWork",
    "Told",
    "agencies_of",
<<<<<<< HEAD
    "alert_figures",
    "alerts_for",
=======
    "agencies_that_name",
    "asked_of",
>>>>>>> main
    "attempts_for",
    "audit_figures",
    "audits_for",
    "drawn_by_chance",
    "export_history",
    "feedback_for",
<<<<<<< HEAD
    "get_alert",
=======
    "found",
    "get_asked",
>>>>>>> main
    "get_audit",
    "get_replayed",
    "get_stopped_job",
    "get_victim",
    "in_plain_words",
    "naming_of",
    "purpose_in_words",
    "questions_on",
<<<<<<< HEAD
    "read_alert",
=======
    "read_answer",
    "read_asked",
>>>>>>> main
    "read_audit",
    "read_changes",
    "read_days",
    "read_history",
    "read_replay",
<<<<<<< HEAD
    "rules",
=======
    "safe_way",
>>>>>>> main
    "stopped_jobs",
    "stopped_work",
    "ways_to_hand_over",
]
