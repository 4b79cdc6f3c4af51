"""Where sessions are kept: in the database, as Django does, except for what is said when the database fails."""

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db import OperationalError


class SessionStore(DatabaseSessions):
    """Django takes any trouble of the database for a session that somebody ended meanwhile, and answers 400.

    But the session is saved after the work is committed: a lost connection must be a 500, after which one tries again.
    """

    def save(self, must_create: bool = False) -> None:
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            raise
