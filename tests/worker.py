"""`manage.py work` on the database of a test: python -m tests.worker DATABASE. The rest comes from the environment."""

import sys

from django.conf import settings
from django.core.management import execute_from_command_line

from config.lock.roles import JOBS

if __name__ == "__main__":
    settings.DATABASES["default"] |= {"NAME": sys.argv[1], "OPTIONS": {"assume_role": JOBS}}
    settings.ACTS_AS = JOBS
    execute_from_command_line(["manage.py", "work"])
