"""How many referrals go all their way in a second; how soon workers are told of them; whether the inbox stays quick.

A referral's way is a contact, its case, a service found, the draft, sending, accepting and completing, each in a
transaction of its own, as the web's login, with both locks, versions, notices and audit; against bare INSERTs of the
rows that it leaves. A real worker then sends all the notices that this put off. Then the inbox is filled.

    python -m benchmarks.referrals [--sizes 10000 1000000] [--clients 1 8 32] [--seconds 10]
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up before its models are read
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User, system_in  # noqa: E402
from audit.acting import acting_as  # noqa: E402
from benchmarks import contact  # noqa: E402
from benchmarks.bare import compared, rows_of_one, serve, show  # noqa: E402
from benchmarks.measure import load, median, quantile, statements_explained, statements_timed, table, take  # noqa: E402
from benchmarks.server import superuser, thrown_away_after, told  # noqa: E402
from benchmarks.world import FRONT_DOOR, fill, make_world  # noqa: E402
from casework.commands import add_agreement, open_case  # noqa: E402
from casework.models import Consent, LawfulBasis  # noqa: E402
from casework.plans import AgreementPlan, SharePlan  # noqa: E402
from config.localdb import BASE_DIR  # noqa: E402
from config.lock.roles import WEB  # noqa: E402
from referrals.commands import accept_referral, complete_referral, draft_referral, send_referral  # noqa: E402
from referrals.queries import inbox_for, outbox_for, services_for  # noqa: E402

PARTNER = "big"
MEASURED = (PARTNER, "middle", "small", "none")
ROWS_OF = "^((casework|referrals|accounts|audit)_|procrastinate_jobs$)"
FILL = Path(__file__).with_name("referrals.sql")
AIM_GROWTH, WARM = 1.5, 5
SENT = """
    SELECT count(sent_at), coalesce(extract(epoch FROM max(sent_at) - min(sent_at)), 0)::float,
           count(*) - count(sent_at) FROM accounts_notice"""
DONE = """
    SELECT count(*), coalesce(extract(epoch FROM max(at) - min(at)), 0)::float
    FROM procrastinate_events WHERE type = 'succeeded'"""


def say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


def whole_way(actor: User, partner: User, number: int) -> None:
    now = timezone.now()
    case = contact.ours(actor, number).case
    with acting_as(actor):
        case = open_case(actor=actor, case=case, step=None, now=now)
    with acting_as(actor):
        service = services_for(actor, case.kind).get(agency=partner.agency)
    with acting_as(actor):
        drafted = draft_referral(
            actor=actor, case=case, service=service, asked="Please call.", urgency="routine", now=now
        )
    share = SharePlan(
        recipient=partner.agency,
        purpose=service.purpose,
        basis=LawfulBasis.objects.get(code="6-e"),
        consent=Consent.GIVEN,
        consent_reason="",
        necessity="So that they can call.",
        categories=("identity", "contact", "needs"),
        until=now + timedelta(days=60),
    )
    with acting_as(actor):
        sent = send_referral(actor=actor, referral=drafted, share=share, now=timezone.now())
    with acting_as(partner):
        accepted = accept_referral(actor=partner, referral=sent, now=timezone.now())
    with acting_as(partner):
        complete_referral(
            actor=partner,
            referral=accepted,
            outcome_code="supported",
            as_wanted="yes",
            outcome="Called.",
            now=timezone.now(),
        )


def workers() -> tuple[User, User]:
    found = User.objects.select_related("agency").defer("password")
    return found.get(email="front-door@benchley.example"), found.get(email=f"{PARTNER}@benchley.example")


def agree(actor: User, partner: User) -> None:
    today = timezone.localdate()
    plan = AgreementPlan(
        name="All",
        gateway="A law",
        parties=(actor.agency, partner.agency),
        categories=("identity", "contact", "needs"),
        valid_from=today,
        review_on=today + timedelta(days=365),
    )
    add_agreement(actor=system_in(actor.agency.partnership_id), plan=plan, now=timezone.now())


def delivered() -> dict[str, Any]:
    """What a worker sends in a second, from its first notice to its last, and does of all jobs, until nothing waits."""
    worker = [sys.executable, str(BASE_DIR / "manage.py"), "work", "--once"]
    subprocess.run(worker, check=True)  # noqa: S603 - our own words
    with superuser(settings.LOCAL_DATABASE) as server:
        ((sent, sending, left),) = server.execute(SENT).fetchall()
        ((done, doing),) = server.execute(DONE).fetchall()
    return {
        "notices": sent,
        "left": left,
        "notices a second": round(sent / max(sending, 0.001), 1),
        "jobs": done,
        "jobs a second": round(done / max(doing, 0.001), 1),
    }


def inboxes(readers: dict[str, User], repeat: int) -> dict[str, dict[str, Any]]:
    """First pages: milliseconds as a request does it, statements, and what PostgreSQL reads for them."""
    found = {}
    for name, user in readers.items():
        for kind, page in (("inbox", inbox_for), ("outbox", outbox_for)):

            def act(user: User = user, page: Any = page) -> None:
                with acting_as(user):
                    page(actor=user)
                    transaction.set_rollback(True)

            act()  # connects
            with statements_timed() as statements:
                act()
            with statements_explained() as explained:
                act()
            taken = [take(act).whole for _ in range(WARM + repeat)][WARM:]
            found[f"{name}: {kind}"] = {
                "median_ms": round(median(taken), 2),
                "p95_ms": round(quantile(taken, 0.95), 2),
                "statements": len(statements),
                "buffers": explained.buffers,
            }
    return found


def grown(figures: dict[int, dict[str, dict[str, Any]]]) -> dict[str, Any]:
    """The worst growth of a page from the smallest to the largest, and whether it asks as many statements in both."""
    least, most = figures[min(figures)], figures[max(figures)]
    ratios = {name: round(most[name]["median_ms"] / least[name]["median_ms"], 2) for name in least}
    same = all(most[name]["statements"] == least[name]["statements"] for name in least)
    worst = max(ratios.values())
    return {
        "first pages grow at most": {"aim": AIM_GROWTH, "found": worst, "reached": worst <= AIM_GROWTH},
        "statements constant": {"aim": True, "found": same, "reached": same},
    }


def run(asked: argparse.Namespace) -> dict[str, Any]:
    database, sizes = settings.LOCAL_DATABASE, {}
    with thrown_away_after(database):
        say("making the world")
        people = make_world()
        actor, partner = people[FRONT_DOOR], people[PARTNER]
        agree(actor, partner)
        connection.settings_dict["USER"] = settings.ACTS_AS = WEB
        connection.close()
        before, said = load(), told(database)
        rows = rows_of_one(lambda number: whole_way(actor, partner, number), ROWS_OF)
        say("the whole way")
        ways = compared("benchmarks.referrals", asked.clients, asked.seconds, rows)
        say("a worker")
        jobs = delivered()
        filled = 0
        for size in asked.sizes:
            say(f"filling up to {size:,} referrals")
            fill(database, FIRST + filled, FIRST + size, FILL)
            filled = size
            say("inboxes")
            sizes[size] = inboxes({name: people[name] for name in (FRONT_DOOR, *MEASURED)}, asked.repeat)
        connection.close()
        shutil.rmtree(settings.EMAIL_FILE_PATH, ignore_errors=True)
    return {
        "figures": ways,
        "rows": {name: len(values) for name, values in rows.items()},
        "jobs": jobs,
        "inboxes": sizes,
        "aims": grown(sizes),
        "settings": said,
        "load": [before, load()],
    }


FIRST = 10_000_000  # the ids of what is filled in, beyond those of what was done


def show_inboxes(found: dict[str, Any]) -> None:
    of_each = ("median ms", "p95 ms", "statements", "buffers")
    head = ["", *(f"{what} at {size:,}" for size in found["inboxes"] for what in of_each)]
    pages = found["inboxes"].values()
    rows = [[name, *(value for each in pages for value in each[name].values())] for name in next(iter(pages))]
    print(table(head, rows))
    print(f"\njobs: {found['jobs']}\naims: {found['aims']}\nload: {found['load']}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.referrals", description=__doc__)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--seconds", type=float, default=10.0, help="of each slot")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--repeat", type=int, default=50)
    parser.add_argument("--serve", choices=["ours", "bare"], help=argparse.SUPPRESS)
    parser.add_argument("--place", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        actor, partner = workers()
        act = lambda number: whole_way(actor, partner, number)  # noqa: E731
        return serve(act, asked.clients[0], asked.seconds, asked.serve, asked.place)
    found = run(asked)
    show("referral", found)
    print()
    show_inboxes(found)
    print(json.dumps(found))
    return None


if __name__ == "__main__":
    main()
