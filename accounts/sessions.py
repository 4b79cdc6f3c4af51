"""Where sessions are kept: in the database, as Django does, but not at each request; and what is said on failure."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db import OperationalError
from django.utils import timezone

# Of how much of its rest a session may be cheated: within it, a request that changes nothing writes nothing.
ROUGHLY = timedelta(minutes=1)


class SessionStore(DatabaseSessions):
    """Django takes any trouble of the database for a session that somebody ended meanwhile, and answers 400.

    But the session is saved after the work is committed: a lost connection must be a 500, after which one tries again.
    """

    _ends_at: datetime | None = None

    def _get_session_from_db(self) -> Any:
        found = super()._get_session_from_db()  # type: ignore[misc]  # the stubs do not know it
        self._ends_at = found.expire_date if found else None
        return found

    def save(self, must_create: bool = False) -> None:
        if not must_create and self.is_fresh():
            return
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            raise

    def is_fresh(self) -> bool:
        """Whether it stands in the database as it is here, and was given its full time there a moment ago."""
        if self.modified or self._ends_at is None:
            return False
        full = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        return full - ROUGHLY < self._ends_at <= full
