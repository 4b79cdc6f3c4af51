"""What may stand in the logs: of the processes, keys of one list and no value; of PostgreSQL, no contents of rows."""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

# Every line holds some of these and nothing else.
KEYS = ("time", "level", "logger", "message", "at", "status", "route", "request", "error")


class Line(logging.Formatter):
    """A line of JSON: an author's sentence without what was put into it, an error's kind and place without its words.

    A sentence without arguments is left out: nobody can tell whether a value was written into it before. The line
    says where it came from.
    """

    def format(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request", None)
        status = getattr(record, "status_code", None)
        match = getattr(request, "resolver_match", None)
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.msg if record.args and isinstance(record.msg, str) else None,
            "at": f"{record.module}:{record.lineno}",
            "status": status if isinstance(status, int) else None,
            "route": match.view_name if match else None,
            "request": str(number) if (number := getattr(request, "request_id", None)) else None,
            "error": chain(*record.exc_info) if record.exc_info and record.exc_info[0] else None,
        }
        return json.dumps({key: said[key] for key in KEYS if said[key] is not None})


def chain(kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> list[str]:
    """The kinds of an error and of what led to it, with their places, the first cause first."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__) if error else None
    before = chain(type(cause), cause, cause.__traceback__) if cause else []
    frames = [f"{f.filename}:{f.lineno} in {f.name}" for f in traceback.extract_tb(trace)]
    return [*before, f"{kind.__module__}.{kind.__qualname__}" if kind else "unknown", *frames]


STDERR: dict[str, Any] = {"handlers": ["stderr"], "level": "WARNING", "propagate": False}
TO_ROOT: dict[str, Any] = {"handlers": [], "level": "WARNING", "propagate": True}  # Django's would send e-mail
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "config.logs.Line"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": TO_ROOT,
        "django.server": TO_ROOT,
        "gunicorn.error": STDERR,
        "gunicorn.access": STDERR,
    },
}

# What PostgreSQL must be told so that its log never repeats a statement, a parameter or a row. The first leaves out
# the errors of statements, for even their first line quotes: invalid input syntax for type date: "...".
QUIET_POSTGRESQL = {
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
}
