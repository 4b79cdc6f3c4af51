"""`manage.py work` on the database of a test: python -m tests.worker DATABASE. The rest comes from the environment."""

import sys

from django.conf import settings
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    execute_from_command_line(["manage.py", "work"])
