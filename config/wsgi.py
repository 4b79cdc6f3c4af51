"""The web process's way in."""

import logging
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
logging.captureWarnings(True)  # a warning quotes values, and would be written past the log
logging.raiseExceptions = False  # so does Python's own complaint about a line that cannot be written

application = get_wsgi_application()

from config.lock.serving import require_plain_login  # noqa: E402 - settings are not there before this point

require_plain_login()
