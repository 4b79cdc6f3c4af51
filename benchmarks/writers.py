"""Clients that read or save one record and write down that they did, in one transaction, in each way that is compared.

`python -m benchmarks.writers` is a process of some of them: it reads what to do as lines of JSON from its input, and
says for each line how long every act took. Threads and their connections stay from one line to the next.
"""

import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django

django.setup()

from auditlog.context import disable_auditlog  # noqa: E402
from auditlog.registry import auditlog  # noqa: E402 - Django must be set up before its models are read
from auditlog.signals import accessed  # noqa: E402
from django.db import connection  # noqa: E402

from accounts.models import User  # noqa: E402
from audit.acting import acting_as  # noqa: E402
from audit.log import record  # noqa: E402
from benchmarks.models import KeptNote, Note, Noted  # noqa: E402

NOTES = 1000
PLAIN = "benchmark_plain_event"
CATEGORIES = ["contact", "identity", "risk"]
auditlog.register(Note)


@dataclass(frozen=True)
class Slot:
    """So many clients of this process, for so long, in one of the `WAYS`."""

    way: str
    clients: int
    seconds: float


def read(kind: type[Noted] = Note) -> Noted:
    found: Noted = kind._default_manager.get(pk=random.randint(1, NOTES))  # noqa: S311 - one like any other
    return found


def save(kind: type[Noted]) -> Noted:
    note = read(kind)
    note.count += 1
    note.save()
    return note


def written_down(note: Noted, actor: User, action: str = "casework.view_case") -> None:
    record(actor=actor, action=action, subject=note, case_id=note.pk, purpose="casework", categories=CATEGORIES)


def view_plain(actor: User) -> None:
    with connection.execute_wrapper(into_plain_table):
        written_down(read(), actor)


def into_plain_table(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
    """The same insert, into a table that is no log: no stamps of the database, no triggers, no partitions, no lock."""
    return execute(sql.replace("INTO audit_event", f"INTO {PLAIN}"), parameters, many, context)


def save_unwatched(actor: User) -> None:
    with disable_auditlog():
        save(Note)


# django-auditlog is given less to do: it is not told who acts, which its middleware would.
WAYS: dict[str, Callable[[User], object]] = {
    "view, unrecorded": lambda actor: read(),
    "view, plain table": view_plain,
    "view, ours": lambda actor: written_down(read(), actor),
    "view, django-auditlog": lambda actor: accessed.send(Note, instance=read()),
    "save, unrecorded": save_unwatched,
    "save, ours": lambda actor: written_down(save(KeptNote), actor, "casework.save_draft"),
    "save, django-auditlog": lambda actor: save(Note),
}


def act(way: str, actor: User) -> None:
    """As a request: one transaction in which the database knows who acts."""
    with acting_as(actor):
        WAYS[way](actor)


def client(slot: Slot, begin: threading.Barrier, actor: User) -> list[float]:
    act(slot.way, actor)  # connects, and looks up what is looked up once
    begin.wait()
    took, until = [], time.perf_counter() + slot.seconds
    while (began := time.perf_counter()) < until:
        act(slot.way, actor)
        took.append(time.perf_counter() - began)
    return took


def main() -> None:
    actor = User.objects.select_related("agency").defer("password").earliest("pk")
    with ThreadPoolExecutor(8) as pool:
        for line in sys.stdin:
            slot = Slot(**json.loads(line))
            begin = threading.Barrier(slot.clients)
            taken = list(pool.map(lambda _: client(slot, begin, actor), range(slot.clients)))  # noqa: B023
            print(json.dumps([took for each in taken for took in each]), flush=True)


def said(slot: Slot) -> str:
    return json.dumps(asdict(slot)) + "\n"


if __name__ == "__main__":
    main()
