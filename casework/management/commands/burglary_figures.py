"""Says how the offers of visits stand, and which burglaries are near one another, over all that is there."""

import time
from argparse import ArgumentParser
from collections import Counter
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audit.acting import acting_as
from casework.models import Incident, Ring, Visit
from casework.queries import ids_near, ring_of, rings
from casework.queries.nearby import place_and_day

NOTE = (
    "Of published records no day is known, and their places are anonymised points: here a burglary is near another by "
    "that point and by the month (the same for the priority ring, or the one before for the secondary), and the same "
    "point within 12 months stands for the same address, which it need not be."
)


class Command(BaseCommand):
    help = "Print the queue of visits, repeats and near-repeats over the burglaries that are there, and the seconds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--near", type=int, default=0, help="Only so many incidents; 0 is all.")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = User.objects.filter(role=Role.SYSTEM).order_by("pk").first()
        if actor is None:
            self.stderr.write("There is no partnership yet. Found one first: see docs/operations.md.")
            raise SystemExit(1)
        with acting_as(actor):
            self.say("visit queue", self.queue)
            incidents = list(Incident.objects.exclude(spot=None).order_by("pk").values_list("pk", flat=True))
            wanted = incidents[: options["near"] or None]
            self.say("repeats and near-repeats", lambda: self.near(wanted, actor.agency.partnership_id))
        self.stdout.write(NOTE)

    def say(self, title: str, ask: Any) -> None:
        began = time.perf_counter()
        figures = ask()
        self.stdout.write(f"{title}: {time.perf_counter() - began:.1f} s")
        for name, value in figures.items():
            self.stdout.write(f"  {name:<44} {value:>8,}")

    def queue(self) -> dict[str, int]:
        now = timezone.now()
        by_status = Counter(Visit.objects.values_list("status", flat=True))
        red = Visit.objects.filter(status__in=("reported", "screened"), due_at__lt=now).count()
        return {f"visits {status}": count for status, count in sorted(by_status.items())} | {"not offered in time": red}

    def near(self, wanted: list[int], partnership: int) -> dict[str, int]:
        found = rings(timezone.now(), partnership)
        widest = max(each.metres or 0 for each in found)
        counted: Counter[str] = Counter(incidents=len(wanted))
        held = Incident.objects.in_bulk(wanted)
        others = Incident.objects.exclude(spot=None).in_bulk()
        for incident in held.values():
            spot, day = place_and_day(incident)
            ids = ids_near(incident.partnership_id, spot, widest, day - timedelta(days=366), day)
            earlier = [others[pk] for pk in ids if _is_before(others[pk], incident)]
            counted["at the same point within 12 months"] += any(each.spot == incident.spot for each in earlier)
            by_month = incident.happened_on is None
            in_rings = {ring.code for each in earlier if (ring := ring_of(found, spot, day, each, by_month=by_month))}
            counted["near an earlier one: priority ring"] += Ring.PRIORITY in in_rings
            counted["near an earlier one: secondary ring only"] += in_rings == {Ring.SECONDARY}
        return dict(counted)


def _is_before(one: Incident, other: Incident) -> bool:
    """Of two in one month the one that was taken in first."""
    return (place_and_day(one)[1], one.pk) < (place_and_day(other)[1], other.pk)
