"""Handing over from one shift to the next."""

from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User
from audit.log import command, record
from casework.models import HandoverNote
from casework.scan import kinds_in

NOT_HERE = "Write no telephone number, address or postcode: name cases by their references."
NOT_ONES_OWN = "What you wrote yourself, somebody else takes over."


@command
def write_handover(*, actor: User, words: str, now: datetime) -> HandoverNote:
    """Tell the next shift of one's own agency what waits. Raises `ValidationError` for words that hold a number."""
    authorize(actor, "casework.write_handover")
    if not words.strip():
        raise ValidationError({"words": "Say in a sentence what the next shift must know."})
    if kinds_in(words, ()):
        raise ValidationError({"words": NOT_HERE})
    note = HandoverNote.objects.create(agency=actor.agency, words=words, written_at=now, written_by=actor)
    record(actor=actor, action="casework.write_handover", subject=note)
    return note


@command
def take_over(*, actor: User, note: HandoverNote, now: datetime) -> HandoverNote:
    """Sign that one has taken over what somebody else handed over. Raises `NotPossibleNow` where it is signed."""
    authorize(actor, "casework.take_over", note)
    fresh = HandoverNote.objects.select_for_update().get(pk=note.pk)
    if fresh.taken_at:
        raise NotPossibleNow("Somebody has taken this over already.")
    if fresh.written_by_id == actor.pk:
        raise NotPossibleNow(NOT_ONES_OWN)
    fresh.taken_at, fresh.taken_by = now, actor
    fresh.save(update_fields=["taken_at", "taken_by"])
    record(actor=actor, action="casework.take_over", subject=fresh)
    return fresh
