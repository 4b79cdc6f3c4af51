"""Inviting somebody to an agency, taking that back, and their accepting it by the link that they were sent."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import QuerySet

from accounts import notices, work
from accounts.authorization import Denied, NotPossibleNow, authorize, reach, rule
from accounts.links import opens
from accounts.models import INVITED_FOR, Agency, Invitation, User
from accounts.roles import LOOKS_AFTER, Role
from audit.log import command, record

CLOSED = "This link no longer works. Ask whoever invited you to send it again."
TAKEN = (
    "This address has an account already. If you still work for another agency of the partnership, ask its "
    "administrator to release you, and open the link again."
)


@reach(Invitation)
def _visible_invitations(user: User) -> QuerySet[Invitation]:
    """Those to roles that they look after, of their own agency or of all. To the system, who sends them, all."""
    found = Invitation.objects.filter(agency__partnership=user.agency.partnership_id)
    if user.role == Role.SYSTEM:
        return found
    found = found.filter(role__in=LOOKS_AFTER.get(user.role, frozenset()))
    return found if user.role == Role.PARTNERSHIP_MANAGER else found.filter(agency=user.agency_id)


@rule("accounts.invite_worker")
def _to_own_agency(user: User, record: Agency | Invitation) -> bool:
    agency_id = record.pk if isinstance(record, Agency) else record.agency_id
    return user.role == Role.PARTNERSHIP_MANAGER or agency_id == user.agency_id


@rule("accounts.send_invitation")
def _that_can_be_seen(user: User, invitation: Invitation) -> bool:
    return invitation is not None


@command
def invite_worker(*, actor: User, agency: Agency, email: str, name: str, role: str, now: datetime) -> Invitation:
    """Have a link sent by which somebody joins an agency in a role, with a password of their own choice.

    Whether the address is known elsewhere is told to its owner only. Raises `ValidationError` for somebody who works
    at that agency or is invited there, `Denied` for a role that is not the actor's to give.
    """
    authorize(actor, "accounts.invite_worker", agency)
    if role not in LOOKS_AFTER[actor.role]:
        raise Denied("accounts.invite_worker", agency)
    email = email.lower()
    if User.objects.filter(agency=agency, email=email, is_active=True).exists():
        raise ValidationError({"email": "Somebody with this address works there already."})
    if Invitation.objects.filter(agency=agency, email=email, accepted_at=None, taken_back_at=None).exists():
        raise ValidationError(
            {"email": "This address is invited already. Send that invitation again, or take it back."}
        )
    invitation = Invitation.objects.create(agency=agency, email=email, name=name, role=role, made_by=actor, sent_at=now)
    record(actor=actor, action="accounts.invite_worker", subject=invitation, role=str(role), to=agency.pk)
    _post(actor, invitation)
    return invitation


@command
def send_invitation_again(*, actor: User, invitation: Invitation, now: datetime) -> Invitation:
    """Send another link for two days more; the one before no longer works."""
    fresh = _waiting(actor, invitation)
    fresh.sent_at = now
    fresh.save(update_fields=["sent_at"])
    record(actor=actor, action="accounts.invite_worker", subject=fresh, again=True)
    _post(actor, fresh)
    return fresh


@command
def take_back_invitation(*, actor: User, invitation: Invitation, now: datetime) -> Invitation:
    """Their link no longer works."""
    fresh = _waiting(actor, invitation)
    fresh.taken_back_at, fresh.taken_back_by = now, actor
    fresh.save(update_fields=["taken_back_at", "taken_back_by"])
    record(actor=actor, action="accounts.invite_worker", subject=fresh, taken_back=True)
    return fresh


@command
def send_invitation(*, actor: User, invitation: Invitation, now: datetime) -> None:
    """Send the mail of an invitation that is still open."""
    authorize(actor, "accounts.send_invitation", invitation)
    is_open = invitation.is_open(now)
    record(actor=actor, action="accounts.send_invitation", subject=invitation, result="sent" if is_open else "dropped")
    if is_open:
        notices.post_invitation(invitation)  # last, so that nothing after it can undo what is sent already


@command
def accept_invitation(*, actor: None, name: UUID, token: str, password: str, now: datetime) -> User:
    """Somebody whom nobody knows yet joins by their link, with a password that the form has found good.

    Who worked here before is the same worker again. Raises `NotPossibleNow` where the link does not open, or the
    address belongs to somebody who works already.
    """
    invitation = invitation_of(name)
    if invitation is None or not opens(token, invitation, now):
        raise NotPossibleNow(CLOSED)
    with connection.cursor() as cursor:
        cursor.callproc("worker_joins", [invitation.pk, make_password(password), now, INVITED_FOR])
        (joined,) = cursor.fetchone()
    if joined is None:
        raise NotPossibleNow(TAKEN)
    worker = User.objects.select_related("agency").get(pk=joined)
    record(actor=worker, action="accounts.accept_invitation", subject=invitation, role=worker.role)
    return worker


def invitation_of(name: UUID) -> Invitation | None:
    """Never a command by itself: the invitation of a link, for who is not signed in."""
    return next(iter(Invitation.objects.raw("SELECT * FROM invitation_named(%s)", [name])), None)


def _waiting(actor: User, invitation: Invitation) -> Invitation:
    authorize(actor, "accounts.invite_worker", invitation)
    fresh = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if fresh.accepted_at or fresh.taken_back_at:
        raise NotPossibleNow("This invitation was accepted or taken back already.")
    return fresh


def _post(actor: User, invitation: Invitation) -> None:
    work.defer("accounts.send_invitation", actor=actor, jobs=[{"invitation": invitation.pk}])
