"""A sabotage, for the run to find: events are written after the commit of what they tell of."""

from tests.crash.settings import *  # noqa: F403

MIDDLEWARE.insert(MIDDLEWARE.index("accounts.middleware.OneTransaction"), "tests.crash.sabotage.EventsAfterwards")  # noqa: F405
