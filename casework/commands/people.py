"""Saying that two parties are one person."""

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User
from audit.log import command, record
from casework.models import Case, Party, PartyRole

OPPOSED = {PartyRole.VICTIM, PartyRole.ALLEGED}


@command
def link_person(*, actor: User, party: Party, to: Party) -> Party:
    """Say that `party` is the same person as `to`: the link moves, no value does. Both cases must be in reach.

    Raises `NotPossibleNow` where the case already has that person in that role, or as victim where this is the
    alleged perpetrator, or the other way round. Both cases are locked: two who link at once do not undo each other.
    """
    authorize(actor, "casework.link_person", party.case)
    authorize(actor, "casework.link_person", to.case)
    list(Case.objects.select_for_update().filter(pk__in=[party.case_id, to.case_id]).order_by("pk"))
    party.refresh_from_db()
    to.refresh_from_db()
    roles = OPPOSED if party.role in OPPOSED else {party.role}
    if Party.objects.filter(case=party.case_id, person=to.person_id, role__in=roles).exists():
        raise NotPossibleNow("This case already has that person in that role, or on the other side.")
    before = party.person_id
    party.person = to.person
    party.save(update_fields=["person"])
    record(actor=actor, action="casework.link_person", subject=party, before=before, after=to.person_id)
    record(actor=actor, action="casework.link_person", subject=to, linked_party=party.pk)
    return party
