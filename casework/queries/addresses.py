"""Revealing an address: a reading with a reason, of one address at a time."""

from uuid import UUID

from accounts.authorization import NotPossibleNow, NotVisible, authorize
from accounts.models import User
from audit.log import record
from casework.categories import ROLE_CATEGORY, Category
from casework.models import (
    ABOUT,
    Address,
    AddressKind,
    Contact,
    ContactRoute,
    EmergencyCall,
    KnownToAlleged,
    PartyRole,
    RevealReason,
    RouteKind,
)
from casework.policy import clock
from casework.policy_of_ways import visible_addresses
from casework.queries.cases import purpose_of
from casework.safe_contact import verdicts

WHERE_THEY_ARE = (AddressKind.WHEREABOUTS, AddressKind.HOME, AddressKind.SHARED, AddressKind.SAFE, AddressKind.OTHER)
MOST_READ_OUT = 3


def get_address(actor: User, public_id: UUID) -> Address:
    """An address as it is shown before it is revealed. Raises `NotVisible`."""
    address = visible_addresses(actor).select_related("case", "party").filter(public_id=public_id).first()
    if address is None:
        raise NotVisible("casework.reveal_address", named=str(public_id))
    return address


def reveal_address(*, actor: User, public_id: UUID, reason: str) -> Address:
    """An address to be shown whole, this once. Recorded each time, with the reason: a code of `RevealReason`.

    Raises `NotPossibleNow` where it would be written to and they may not be: a letter goes out, too.
    """
    address = get_address(actor, public_id)
    authorize(actor, "casework.reveal_address", address)
    if reason == RevealReason.LETTER:
        _check_letter(address)
    role = PartyRole(address.party.role)
    record(
        actor=actor,
        action="casework.reveal_address",
        subject=address,
        reason=reason,
        purpose=purpose_of(actor),
        categories={Category.LOCATION, ROLE_CATEGORY.get(role, Category.LOCATION)},
    )
    return address


def reveal_for_999(*, actor: User, contact: Contact) -> list[Address]:
    """Where the victim of a logged contact is, to be read out: where they were when they called first, then where they
    live or stay, the newest first. Each is revealed, and recorded, like any that is needed in an emergency."""
    places = visible_addresses(actor).filter(case=contact.case_id, party__role__in=ABOUT, kind__in=WHERE_THEY_ARE)
    found = sorted(places.order_by("-pk"), key=lambda place: place.kind != AddressKind.WHEREABOUTS)[:MOST_READ_OUT]
    reason = RevealReason.EMERGENCY
    return [reveal_address(actor=actor, public_id=place.public_id, reason=reason) for place in found]


def calls_of(*, actor: User, contact: Contact) -> list[EmergencyCall]:
    """The calls to 999 that were made while a contact was taken, for whoever takes it. Recorded where there are any."""
    authorize(actor, "casework.call_police", contact)
    calls = list(contact.emergency_calls.order_by("pk"))
    if calls:
        record(actor=actor, action="casework.view_contact", subject=contact, categories={Category.INCIDENT})
    return calls


def _check_letter(address: Address) -> None:
    """That one may write to them now, and that this is where nobody else opens it."""
    letters = ContactRoute.objects.filter(party=address.party_id, kind=RouteKind.LETTER, superseded_at=None)
    found = verdicts(letters, clock()).values()
    if not any(verdict.may for verdict in found):
        raise NotPossibleNow(next((verdict.why for verdict in found), "Nobody has said that a letter is safe."))
    if address.doubted_at or address.known_to_alleged == KnownToAlleged.YES:
        raise NotPossibleNow("They may not live there any more, or the alleged perpetrator knows this address.")
