"""The one process that has loaded the product, and forks the others: `python -m tests.crash.nursery`.

It reads whom to bear as lines of JSON, and answers with the number of each process.
"""

import gc
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up before its models are read
from django.core.management import execute_from_command_line  # noqa: E402
from django.db import connection  # noqa: E402
from django.urls import get_resolver  # noqa: E402
from gunicorn.app.wsgiapp import run  # noqa: E402

from config.wsgi import application  # noqa: E402
from tests.crash.failing import strike_at_jobs  # noqa: E402

RUNS: dict[str, Callable[[], Any]] = {"gunicorn": run, "manage.py": lambda: execute_from_command_line(sys.argv)}


def become(login: str, words: list[str], says: str) -> None:
    """In the child: a process of its own group, that acts in the database as this login and runs these words."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    there = os.open(says, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for number, file in ((0, os.open(os.devnull, os.O_RDONLY)), (1, there), (2, there)):
        os.dup2(file, number)
    settings.ACTS_AS = connection.settings_dict["USER"] = settings.DATABASES["default"]["USER"] = login
    sys.argv = words
    RUNS[words[0]]()


def bear(line: str) -> None:
    status = 1
    try:
        become(**json.loads(line))
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    assert application
    assert get_resolver().url_patterns  # loads them, so that no child need
    strike_at_jobs()
    connection.close()  # nobody shares one
    gc.freeze()  # what is loaded stays shared with all children
    for line in sys.stdin:
        if (pid := os.fork()) == 0:
            bear(line)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
