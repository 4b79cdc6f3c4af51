"""What somebody is called besides, and saying that two parties are one person."""

from collections.abc import Iterable

from accounts.authorization import NotPossibleNow, NotVisible, authorize
from accounts.models import User
from audit.log import command, record
from casework.commands.sides import look_for_two_sides
from casework.models import Alias, Case, Party, PartyRole
from casework.queries import fold

OPPOSED = {PartyRole.VICTIM, PartyRole.ALLEGED}


def add_aliases(party: Party, names: Iterable[str]) -> None:
    """Part of a command, never one by itself: add what somebody is called besides, where that is new."""
    said = {fold(name): name for name in names}
    known = {"", party.folded_name, *party.aliases.values_list("folded_name", flat=True)}
    Alias.objects.bulk_create(
        Alias(case_id=party.case_id, party=party, name=name, folded_name=folded)
        for folded, name in said.items()
        if folded not in known
    )


@command
def link_person(*, actor: User, party: Party, to: Party) -> Party:
    """Say that `party` is the same person as `to`: the link moves, no value does. Both cases must be in reach.

    Raises `NotVisible` where one is a victim and the other an alleged perpetrator: nobody joins the two sides of a
    story, and whether they are one person nobody learns here. Raises `NotPossibleNow` where the case already has that
    person in that role. Both cases are locked: two who link at once do not undo each other.
    """
    authorize(actor, "casework.link_person", party.case)
    authorize(actor, "casework.link_person", to.case)
    if {party.role, to.role} == OPPOSED:
        raise NotVisible("casework.link_person")
    list(Case.objects.select_for_update().filter(pk__in=[party.case_id, to.case_id]).order_by("pk"))
    party.refresh_from_db()
    to.refresh_from_db()
    if Party.objects.filter(case=party.case_id, person=to.person_id, role=party.role).exists():
        raise NotPossibleNow("This case already has that person in that role.")
    before = party.person_id
    party.person = to.person
    party.save(update_fields=["person"])
    record(actor=actor, action="casework.link_person", subject=party, before=before, after=to.person_id)
    record(actor=actor, action="casework.link_person", subject=to, linked_party=party.pk)
    look_for_two_sides(actor, [party.case])
    return party
