"""The victim's question, who has looked at their file: giving an answer, and deciding whether it names workers."""

from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User
from audit.log import command, record
from casework.models import Party, PartyRole
from oversight.models import GivenAnswer, HandedOver, StaffNaming
from oversight.queries import found, safe_way

NO_SAFE_WAY = (
    "This is not a way that somebody confirmed as safe for handing it over so. Ask them how it is safe to reach them, "
    "and write that down in a contact first."
)


@command
def give_answer(*, actor: User, party: Party, by: str, how: str, still_safe: bool, now: datetime) -> GivenAnswer:
    """Tell a victim who has looked at their file, as the log has it now.

    `by` is the kind of the safe way, `how` how it is handed over; `still_safe` that they said just now that the way is
    safe still. Raises `ValidationError` by field, and `NotPossibleNow` where no such way is confirmed as safe.
    """
    authorize(actor, "oversight.give_answer", party.case)
    _check(party, how, still_safe)
    way = safe_way(party, by, how)
    if way is None:
        raise NotPossibleNow(NO_SAFE_WAY)
    said = found(actor, party.case)
    answer = GivenAnswer.objects.create(case=party.case, route=way, how=how, said=said, given_at=now, given_by=actor)
    record(actor=actor, action="oversight.give_answer", subject=answer, how=how, by=way.kind, count=len(said["looks"]))
    return answer


@command
def decide_naming(*, actor: User, is_named: bool, now: datetime) -> StaffNaming:
    """Decide whether workers of one's own agency are named to victims who ask who has looked. What was told stays."""
    authorize(actor, "oversight.decide_naming")
    naming = StaffNaming.objects.create(agency=actor.agency, is_named=is_named, decided_at=now, decided_by=actor)
    record(actor=actor, action="oversight.decide_naming", subject=naming, named=is_named)
    return naming


def _check(party: Party, how: str, still_safe: bool) -> None:
    problems = {}
    if party.role != PartyRole.VICTIM:
        problems["party"] = "Only a victim is told who has looked at their file."
    if how not in HandedOver.values:
        problems["how"] = "Choose how it is handed over."
    if not still_safe:
        problems["still_safe"] = "Ask them first whether it is still safe. Without their word it is not."
    if problems:
        raise ValidationError(problems)
