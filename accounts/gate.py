"""How a view says what it needs. A view that says nothing is refused by `middleware.RequireDeclaration`."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views import View
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.authorization import Denied, NotPossibleNow, has_role_for
from accounts.models import User
from accounts.parsers import plain_fields

V = TypeVar("V", bound=Callable[..., Any])


def public(view: V) -> V:
    """Declare that anybody may come in, signed in or not."""
    view.is_public = True  # type: ignore[attr-defined]
    return login_not_required(view)


def signed_in(view: V) -> V:
    """Declare that everybody who is signed in may come in: their own work and their own account only."""
    view.for_everybody = True  # type: ignore[attr-defined]
    return view


def declaration(view: Any) -> str | dict[str, str] | None:
    """What a view asks: a permission, a permission by method, "public", "signed in", or None if it says nothing."""
    if getattr(view, "is_public", False):
        return "public"
    if getattr(view, "for_everybody", False):
        return "signed in"
    view_class = getattr(view, "view_class", None) or getattr(view, "cls", None)
    return getattr(view_class, "permission", None) or getattr(view_class, "permissions", None) or None


class SignedIn(HttpRequest):
    """A request as every page gets it: the middleware let nobody else through."""

    user: User


class Page(View):
    """A page: `permission` names what the signed-in person's role must hold to come in at all."""

    permission = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not has_role_for(request.user, self.permission):
            raise Denied(self.permission)
        request.GET = plain_fields(request.GET)  # type: ignore[assignment]
        request.POST = plain_fields(request.POST)  # type: ignore[assignment]
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotPossibleNow as refusal:
            return render(request, "409.html", {"message": str(refusal)}, status=409)


class DeclaredPermission(BasePermission):
    """For endpoints: `permissions` maps each method to what the caller's role must hold. A method not there is shut."""

    def has_permission(self, request: Request, view: Any) -> bool:
        method = (request.method or "").lower()
        permission = getattr(view, "permissions", {}).get(method, "")
        if not request.user.is_authenticated:
            return False
        if not hasattr(view, method):
            raise MethodNotAllowed(method.upper())
        if not has_role_for(request.user, permission):
            raise Denied(permission)
        return True
