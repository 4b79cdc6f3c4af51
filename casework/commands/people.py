"""What somebody is called besides and looked up by; and saying that two parties are one person, or are not."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from accounts.authorization import NotPossibleNow, NotVisible, authorize
from accounts.models import User
from audit.log import command, record
from casework.commands.sides import look_for_two_sides
from casework.matching import Said, keys_of
from casework.models import Alias, Case, MatchKey, Party, PartyRole, PersonJudgement, Sameness
from casework.queries import fold

OPPOSED = {PartyRole.VICTIM, PartyRole.ALLEGED}
HAS_THEM = "This case already has that person in that role."


def add_aliases(party: Party, names: Iterable[str]) -> None:
    """Part of a command, never one by itself: add what somebody is called besides, where that is new."""
    said = {fold(name): name for name in names}
    known = {"", party.folded_name, *party.aliases.values_list("folded_name", flat=True)}
    Alias.objects.bulk_create(
        Alias(case_id=party.case_id, party=party, name=name, folded_name=folded)
        for folded, name in said.items()
        if folded not in known
    )


def keep_keys(case: Case, now: datetime) -> None:
    """Part of a command, never one by itself: whatever the case says of its people now, they are looked up by.

    What was said before stays, and so do its keys. Nobody looks for an alleged perpetrator, or for who handed it in.
    """
    for party in case.parties.exclude(role__in=(PartyRole.ALLEGED, PartyRole.REFERRER)):
        kept_keys([(party, said_of(party))], now)


def kept_keys(people: Iterable[tuple[Party, Said]], now: datetime) -> None:
    """The same of people of whom it is known what their cases say."""
    MatchKey.objects.bulk_create(
        (
            MatchKey(case_id=party.case_id, party=party, kind=kind, key=key, recorded_at=now)
            for party, said in people
            for key, kind in keys_of(said).items()
        ),
        ignore_conflicts=True,
    )


def said_of(party: Party) -> Said:
    names = (party.name, *party.aliases.values_list("name", flat=True))
    return Said(
        names=tuple(filter(None, names)),
        date_of_birth=party.date_of_birth,
        telephones=tuple(route.e164 for route in party.routes.exclude(e164=None)),
        postcodes=tuple(address.postcode for address in party.addresses.exclude(postcode=None)),
    )


@command
def link_person(*, actor: User, party: Party, to: Party, reason: str, now: datetime) -> PersonJudgement:
    """Say that two parties are one person, and why: links move, no value does. Both cases must be in reach.

    Raises `NotVisible` where one is a victim and the other an alleged perpetrator: nobody joins the two sides of a
    story, and whether they are one person nobody learns here. Raises `NotPossibleNow` where a case already has that
    person in that role, or somebody said that they are different people.
    """
    if {party.role, to.role} == OPPOSED:
        _authorized(actor, "casework.link_person", party, to)
        raise NotVisible("casework.link_person")
    judged = _judge(actor, "casework.link_person", Sameness.SAME, (party, to), reason, now)
    _stand_where_judged(actor, "casework.link_person", judged)
    together = F("second__person")
    if PersonJudgement.objects.filter(finding=Sameness.DIFFERENT, undone_at=None, first__person=together).exists():
        raise NotPossibleNow("Somebody said that two of them are different people. Take that back first.")
    look_for_two_sides(actor, [party.case, to.case])
    return judged


@command
def tell_apart(*, actor: User, party: Party, other: Party, reason: str, now: datetime) -> PersonJudgement:
    """Say that two parties are different people, however alike, and why: they are not offered again as one person.

    Raises `NotPossibleNow` where they are linked as one.
    """
    return _judge(actor, "casework.tell_apart", Sameness.DIFFERENT, (party, other), reason, now)


@command
def undo_judgement(*, actor: User, judgement: PersonJudgement, reason: str, now: datetime) -> PersonJudgement:
    """Take back what was said of two parties, and why. Everybody stands again where they would without it, whatever was
    said since; both trails stay. Raises `NotPossibleNow` where it was taken back already."""
    authorize(actor, "casework.undo_judgement", judgement)
    _must_say_why(reason)
    fresh = PersonJudgement.objects.select_for_update(of=("self",)).get(pk=judgement.pk)
    if fresh.undone_at:
        raise NotPossibleNow("This was taken back already.")
    fresh.undone_at, fresh.undone_by, fresh.undone_reason = now, actor, reason
    fresh.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    _record(actor, "casework.undo_judgement", fresh)
    if fresh.finding == Sameness.SAME:
        _stand_where_judged(actor, "casework.undo_judgement", fresh)
    return fresh


def _judge(
    actor: User, action: str, finding: Sameness, two: tuple[Party, Party], reason: str, now: datetime
) -> PersonJudgement:
    """Write down what somebody says of two parties. Both cases are locked: two who judge at once judge in turn."""
    _authorized(actor, action, *two)
    _must_say_why(reason)
    list(Case.objects.select_for_update().filter(pk__in=[party.case_id for party in two]).order_by("pk"))
    for party in two:
        party.refresh_from_db()
    first, second = sorted(two, key=lambda party: party.pk)
    if first.person_id == second.person_id or _has_both(first, second):
        raise NotPossibleNow(HAS_THEM)
    if PersonJudgement.objects.filter(first=first, second=second, undone_at=None).exists():
        raise NotPossibleNow("Somebody said already whether they are one person. Take that back first.")
    judged = PersonJudgement.objects.create(
        case_id=first.case_id,
        other_case_id=second.case_id,
        first=first,
        second=second,
        first_was_id=first.person_id,
        second_was_id=second.person_id,
        finding=finding,
        reason=reason,
        judged_at=now,
        judged_by=actor,
    )
    _record(actor, action, judged)
    return judged


def _authorized(actor: User, action: str, *parties: Party) -> None:
    for party in parties:
        authorize(actor, action, party.case)


def _must_say_why(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": "Say in a few words what makes you sure."})


def _has_both(first: Party, second: Party) -> bool:
    """Whether one of their cases has the other's person in the same role already: there they are two."""
    return any(
        Party.objects.filter(case=one.case_id, person=other.person_id, role=one.role).exists()
        for one, other in ((first, second), (second, first))
    )


def _stand_where_judged(actor: User, action: str, judged: PersonJudgement) -> None:
    """Move links to where what was judged puts them. Each that moves is in the history of its case."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM stand_where_judged(%s)", [[judged.first_id, judged.second_id]])
            moved = cursor.fetchall()
    except IntegrityError:  # further along the chain
        raise NotPossibleNow(HAS_THEM) from None
    for pk, case_id, before, after in moved:
        record(actor=actor, action=action, subject=Party(pk=pk, case_id=case_id), before=before, after=after)


def _record(actor: User, action: str, judged: PersonJudgement) -> None:
    """In both cases."""
    for case_id in (judged.case_id, judged.other_case_id):
        record(actor=actor, action=action, subject=judged, case_id=case_id, finding=judged.finding)
