"""A sabotage, for the run to find: requests are not done once, their keys are ignored."""

from tests.crash.settings import *  # noqa: F403

MIDDLEWARE.remove("accounts.once.DoneOnce")  # noqa: F405
