"""Two sides of one story: finding them, telling the one senior practitioner, and what she found of them.

Events of a pair name it by its own id and no case: they stand in the history of neither.
"""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.authorization import authorize
from accounts.commands import notify
from accounts.models import AgencyKind, NoticeKind, User
from accounts.roles import Role
from accounts.work import defer
from audit.log import command, record
from casework.models import Case, NamedSenior, SidesFinding, SidesJudgement, TwoSided
from casework.policy import is_shut
from casework.policy_of_people import opposite_sides

NOT_ABLE = "Choose a senior practitioner of the front door."
FIND = "casework.find_two_sides"


def look_for_two_sides(actor: User, cases: Iterable[Case]) -> None:
    """Part of a command, never one by itself: have it looked for, later and by the system.

    Put off whatever was said, so that no request differs by whether there is another side.
    """
    defer(FIND, actor=actor, jobs=[{"case": case.pk} for case in cases])


@command
def find_two_sides(*, actor: User, case_id: int, now: datetime) -> None:
    """Write down the pairs that a case makes with others, and tell of what is new. Done by the system, for nobody."""
    authorize(actor, FIND)
    record(actor=actor, action=FIND)
    for first, second, side, why in opposite_sides(case_id):
        pair, is_new = TwoSided.objects.get_or_create(
            first_id=first,
            second_id=second,
            side=side,
            defaults={"partnership_id": actor.agency.partnership_id, "why": why, "found_at": now},
        )
        more = set(why) - set(pair.why)
        if more:
            pair.why, pair.found_at, pair.told_at, pair.told_to = sorted({*pair.why, *why}), now, None, None
            pair.save(update_fields=["why", "found_at", "told_at", "told_to"])
        if more or is_new:
            record(actor=actor, action=FIND, subject=pair, why=why)
    _tell(actor, NamedSenior.objects.filter(partnership=actor.agency.partnership_id), now)


@command
def tell_of_two_sides(*, actor: User, now: datetime) -> None:
    """Tell each named senior practitioner of the pairs that wait: of those found while nobody was named, or while one
    of the cases was shut to her, too."""
    authorize(actor, "casework.tell_of_two_sides")
    record(actor=actor, action="casework.tell_of_two_sides")
    _tell(actor, NamedSenior.objects.all(), now)


@command
def name_senior_practitioner(*, actor: User, worker: User, now: datetime) -> NamedSenior:
    """Name the one worker who learns of two-sided cases, in place of who was named before. Raises `ValidationError`.

    What waits is told to them within a quarter of an hour.
    """
    authorize(actor, "casework.name_senior_practitioner")
    partnership = actor.agency.partnership_id
    is_able = worker.is_active and worker.role == Role.SENIOR_PRACTITIONER
    if not is_able or worker.agency.kind != AgencyKind.FRONT_DOOR or worker.agency.partnership_id != partnership:
        raise ValidationError({"worker": NOT_ABLE})
    NamedSenior.objects.filter(partnership=partnership, ended_at=None).update(ended_at=now, ended_by=actor)
    named = NamedSenior.objects.create(partnership_id=partnership, worker=worker, named_at=now, named_by=actor)
    record(actor=actor, action="casework.name_senior_practitioner", subject=named, worker=worker.pk)
    return named


@command
def judge_two_sides(*, actor: User, pair: TwoSided, finding: str, words: str, now: datetime) -> SidesJudgement:
    """Write down what was found of a pair, and why. Earlier ones stay; the newest stands. Raises `ValidationError`."""
    authorize(actor, "casework.judge_two_sides", pair)
    problems = {} if finding in SidesFinding.values else {"finding": "Choose what you found."}
    if not words.strip():
        problems["words"] = "Say in a sentence what you looked at, and why you find so."
    if problems:
        raise ValidationError(problems)
    judged = SidesJudgement.objects.create(pair=pair, finding=finding, words=words, judged_at=now, judged_by=actor)
    record(actor=actor, action="casework.judge_two_sides", subject=pair, finding=finding)
    return judged


def _tell(actor: User, named: QuerySet[NamedSenior], now: datetime) -> None:
    """Tell of the pairs that nobody has judged since they were found, and that this senior was not told of."""
    for each in named.filter(ended_at=None).order_by("pk"):
        able = User.objects.filter(pk=each.worker_id, is_active=True, role=Role.SENIOR_PRACTITIONER)
        senior = able.defer("password").select_related("agency").first()
        if senior is None:
            continue
        judged = SidesJudgement.objects.filter(pair=OuterRef("pk"), judged_at__gte=OuterRef("found_at"))
        waiting = TwoSided.objects.filter(~Exists(judged), ~Q(told_to=senior) | Q(told_to=None))
        for pair in waiting.filter(partnership=each.partnership_id).order_by("pk"):
            _tell_of(pair, senior, actor, now)


def _tell_of(pair: TwoSided, senior: User, actor: User, now: datetime) -> None:
    if is_shut(pair.first_id, senior) or is_shut(pair.second_id, senior):
        return  # not even that there is a pair
    pair.told_at, pair.told_to = now, senior
    pair.save(update_fields=["told_at", "told_to"])
    record(actor=actor, action="casework.tell_of_two_sides", subject=pair)
    notify(actor=actor, kind=NoticeKind.FOR_THE_SENIOR, recipients=[senior], reference=pair.reference, now=now)
