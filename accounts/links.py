"""The link of an invitation. It is kept nowhere: what is kept of the invitation and the service's secret key make it,
by Django's own machinery for resetting a password."""

from datetime import datetime
from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from accounts.models import Invitation


class _Links(PasswordResetTokenGenerator):
    key_salt = "accounts.links"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        """Of the invitation as it was sent last: sent again, it has another link."""
        return f"{user.pk} {user.sent_at.timestamp()} {timestamp}"


_links = _Links()


def token_of(invitation: Invitation) -> str:
    return _links.make_token(invitation)  # type: ignore[arg-type]  # anything with a key


def opens(token: str, invitation: Invitation, now: datetime) -> bool:
    """Whether this is the link of it, and it is still open."""
    return invitation.is_open(now) and _links.check_token(invitation, token)  # type: ignore[arg-type]
