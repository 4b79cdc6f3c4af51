"""What may stand in the log of the processes: where and of which kind an error was, never what it said."""

import logging
import traceback
from types import TracebackType
from typing import Any


class WithoutValues(logging.Formatter):
    """Tracebacks without the messages of errors: a database's message quotes the row that it refused."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - as the library names it
        kind, error, trace = ei
        return "\n".join(self._chain(kind, error, trace))

    def _chain(self, kind: Any, error: BaseException | None, trace: TracebackType | None) -> list[str]:
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__) if error else None
        before = [*self._chain(type(cause), cause, cause.__traceback__), "which led to"] if cause else []
        frames = [f"  {f.filename}:{f.lineno} in {f.name}" for f in traceback.extract_tb(trace)]
        return [*before, f"{kind.__module__}.{kind.__qualname__}", *frames]
