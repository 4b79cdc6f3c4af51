"""Revealing an address: a reading with a reason, of one address at a time."""

from uuid import UUID

from accounts.authorization import NotVisible, authorize
from accounts.models import User
from audit.log import record
from casework.categories import ROLE_CATEGORY, Category
from casework.models import Address, PartyRole
from casework.policy import visible_addresses
from casework.queries.cases import purpose_of


def get_address(actor: User, public_id: UUID) -> Address:
    """An address as it is shown before it is revealed. Raises `NotVisible`."""
    address = visible_addresses(actor).select_related("case", "party").filter(public_id=public_id).first()
    if address is None:
        raise NotVisible("casework.reveal_address", named=str(public_id))
    return address


def reveal_address(*, actor: User, public_id: UUID, reason: str) -> Address:
    """An address to be shown whole, this once. Recorded each time, with the reason: a code of `RevealReason`."""
    address = get_address(actor, public_id)
    authorize(actor, "casework.reveal_address", address)
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
