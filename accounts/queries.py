"""Who works for an agency, was invited to it, or is on the way to it: for whoever looks after them."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.authorization import NotVisible, visible_to
from accounts.models import Agency, Invitation, User
from accounts.roles import LOOKS_AFTER, Role


def workers_for(actor: User) -> QuerySet[User]:
    """Whom the actor looks after: who is there first, by name; then who has left, the last first."""
    found = visible_to(actor, User).select_related("agency", "goes_to")
    return found.order_by("-is_active", "-left_at", "name", "pk").defer("password")


def get_worker(actor: User, public_id: UUID) -> User:
    """A worker to act on. Raises `NotVisible`."""
    worker = visible_to(actor, User).select_related("agency").filter(public_id=public_id).first()
    if worker is None:
        raise NotVisible("accounts.change_role")
    return worker


def invitations_for(actor: User) -> QuerySet[Invitation]:
    """Those that are neither accepted nor taken back, the newest first; run out or not."""
    waiting = visible_to(actor, Invitation).filter(accepted_at__isnull=True, taken_back_at__isnull=True)
    return waiting.select_related("agency").order_by("-sent_at", "pk")


def get_invitation(actor: User, public_id: UUID) -> Invitation:
    """An invitation to act on. Raises `NotVisible`."""
    invitation = visible_to(actor, Invitation).select_related("agency").filter(public_id=public_id).first()
    if invitation is None:
        raise NotVisible("accounts.invite_worker")
    return invitation


def coming_to(actor: User) -> QuerySet[User]:
    """Who was released to the actor's agency, and does not work there yet."""
    return User.objects.filter(goes_to=actor.agency_id, is_active=False).select_related("agency").order_by("name", "pk")


def agencies_for(actor: User) -> QuerySet[Agency]:
    """The agencies that take part, by name."""
    return visible_to(actor, Agency).order_by("name", "pk")


def get_agency(actor: User, pk: int) -> Agency:
    """An agency that takes part. Raises `NotVisible`."""
    agency = agencies_for(actor).filter(pk=pk).first()
    if agency is None:
        raise NotVisible("accounts.end_agency")
    return agency


def agencies_to_invite_to(actor: User) -> QuerySet[Agency]:
    """One's own, or for a manager all of the partnership."""
    found = agencies_for(actor)
    return found if actor.role == Role.PARTNERSHIP_MANAGER else found.filter(pk=actor.agency_id)


def roles_to_give(actor: User) -> list[tuple[str, str]]:
    """The roles that are the actor's to give, with their words."""
    return [(role.value, role.label) for role in Role if role in LOOKS_AFTER.get(actor.role, ())]
