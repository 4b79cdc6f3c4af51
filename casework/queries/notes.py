"""Notes to act on."""

from uuid import UUID

from accounts.authorization import NotVisible
from accounts.models import User
from audit.log import record
from casework.categories import Category
from casework.models import Note
from casework.policy_of_closing import visible_notes


def get_note(actor: User, public_id: UUID) -> Note:
    """A note to write another in the place of. Raises `NotVisible`."""
    note = visible_notes(actor).select_related("case__agency", "written_by").filter(public_id=public_id).first()
    if note is None:
        raise NotVisible("casework.write_note", named=str(public_id))
    return note


def note_is_shown(*, actor: User, note: Note) -> None:
    """Record that a form shows what stands, for another to take its place."""
    record(actor=actor, action="casework.view_case", subject=note, purpose="casework", categories=[Category.NARRATIVE])


def newest_of(note: Note) -> Note:
    """What stands in a note's place now: itself, while nobody replaced it."""
    while note.superseded_at:
        note = Note.objects.select_related("case__agency", "written_by").get(replaces=note)
    return note
