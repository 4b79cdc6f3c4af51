"""What is ours about signing in: nobody makes their own account, and each sign-in is in the log."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from accounts.commands import change_password
from accounts.models import User
from audit.log import record
from audit.models import Outcome


class Workers(AuthenticationBackend):
    """Who asks comes with their agency, in one statement: every request needs both."""

    def get_user(self, user_id: int) -> User | None:
        return User.objects.select_related("agency").filter(pk=user_id, is_active=True).first()


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an agency's administrator."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """No mail of the library's own leaves: notices are the one gate, see `accounts/notices.py`."""
        raise NotImplementedError(template_prefix)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        record(actor=user, action="accounts.sign_in", subject=user)
        return super().post_login(request, user, **kwargs)

    def set_password(self, user: Any, password: str) -> None:
        change_password(actor=user, password=password)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        meant = User.objects.filter(email=str(credentials.get("email", "")).lower()).first()
        record(
            actor=None, action="accounts.sign_in", subject=meant, outcome=Outcome.REFUSED, reason="wrong_credentials"
        )

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> Any:
        record(actor=user, action="accounts.sign_in", subject=user, outcome=Outcome.REFUSED, reason="has_left")
        return super().respond_user_inactive(request, user)

    def logout(self, request: HttpRequest) -> None:
        record(actor=request.user, action="accounts.sign_out")
        super().logout(request)
