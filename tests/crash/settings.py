"""The demonstration's settings, on a server of the run's own."""

import os

os.environ |= {"MODE": "demo", "DATABASE_URL": ""}  # whatever the caller's environment says

from config.settings import *  # noqa: F403
from tests.crash.database import crash_database, mail_folder

LOCAL_DATABASE = crash_database(os.environ.get("CRASH_DATABASE", "crash"))
AUDIT_WITNESSES = [str(LOCAL_DATABASE.witness)]
EMAIL_FILE_PATH = str(mail_folder(LOCAL_DATABASE))
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
MIDDLEWARE.insert(0, "tests.crash.failing.StruckAtPoints")  # noqa: F405
DATABASES["default"] |= LOCAL_DATABASE.settings(ACTS_AS)  # noqa: F405
