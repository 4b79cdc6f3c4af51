"""What supervisors and auditors look at. Reading it is itself recorded."""

from oversight.queries.history import History, HistoryFilter, HistoryLine, export_history, read_history
from oversight.queries.work import StoppedWork, get_stopped_job, stopped_jobs, stopped_work

__all__ = [
    "History",
    "HistoryFilter",
    "HistoryLine",
    "StoppedWork",
    "export_history",
    "get_stopped_job",
    "read_history",
    "stopped_jobs",
    "stopped_work",
]
