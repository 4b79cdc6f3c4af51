"""Writing notes, and others in their place."""

from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User
from audit.log import command, record
from casework.models import Case, Disclosable, Note
from casework.scan import kinds_in

BELONGS_ELSEWHERE = (
    "A note cannot keep a number or an address safe. Leave out {kinds}, and add it as a way to reach them, or as an "
    "address."
)
REPLACED = "Somebody has written another note in its place already. Read that first."


@command
def write_note(*, actor: User, case: Case, words: str, disclosable: str, now: datetime) -> Note:
    """Write a note of one's own agency. Raises `ValidationError` by field, also for words that hold a number."""
    authorize(actor, "casework.write_note", case)
    return _write(actor, case, words, disclosable, now, None)


@command
def replace_note(*, actor: User, note: Note, words: str, disclosable: str, now: datetime) -> Note:
    """Write another note in the place of one. That one stays, and says since when it holds no longer.

    Raises `NotPossibleNow` where somebody replaced it already.
    """
    authorize(actor, "casework.write_note", note.case)
    old = Note.objects.select_for_update(of=("self",)).get(pk=note.pk)
    if old.superseded_at:
        raise NotPossibleNow(REPLACED)
    old.superseded_at = now
    old.save(update_fields=["superseded_at"])
    return _write(actor, note.case, words, disclosable, now, old)


def _write(actor: User, case: Case, words: str, disclosable: str, now: datetime, replaces: Note | None) -> Note:
    _check(words, disclosable)
    note = Note.objects.create(
        case=case,
        agency=actor.agency,
        words=words.strip(),
        disclosable=disclosable,
        written_at=now,
        written_by=actor,
        replaces=replaces,
    )
    in_place = [replaces.pk] if replaces else []
    record(actor=actor, action="casework.write_note", subject=note, categories=["narrative"], replaces=in_place)
    return note


def _check(words: str, disclosable: str) -> None:
    problems = {} if disclosable in Disclosable.values else {"disclosable": "Say whether it may be given away."}
    if not words.strip():
        problems["words"] = "Write the note."
    elif kinds := kinds_in(words, ()):
        problems["words"] = BELONGS_ELSEWHERE.format(kinds=" and ".join(sorted(kinds)))
    if problems:
        raise ValidationError(problems)
