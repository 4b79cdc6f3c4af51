"""What supervisors and auditors look at. Reading it is itself recorded."""

from oversight.queries.attempts import Attempt, AttemptPage, attempts_for
from oversight.queries.history import History, HistoryFilter, HistoryLine, export_history, read_history
from oversight.queries.work import StoppedWork, get_stopped_job, stopped_jobs, stopped_work

__all__ = [
    "Attempt",
    "AttemptPage",
    "History",
    "HistoryFilter",
    "HistoryLine",
    "StoppedWork",
    "attempts_for",
    "export_history",
    "get_stopped_job",
    "read_history",
    "stopped_jobs",
    "stopped_work",
]
