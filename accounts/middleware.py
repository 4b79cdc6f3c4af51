"""Around every request: nothing undeclared is answered, refusals are kept, reading and its record are one."""

import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils.cache import add_never_cache_headers

from accounts.authorization import NotVisible, Refusal, record_named
from accounts.gate import declaration
from audit.acting import acting_as
from audit.log import Door, record, through
from audit.models import Outcome

GetResponse = Callable[[HttpRequest], HttpResponse]


class PrivateResponses:
    """No answer is kept by a browser or a proxy: the next person at this desk may be the wrong one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        add_never_cache_headers(response)
        response["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        return response


class RecordDenials:
    """Write each refusal after its answer is made, where no rollback reaches it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        door = "api" if request.path.startswith("/api/") else "page"
        with through(Door(door, uuid.uuid4())):
            response = self.get_response(request)
            if (refusal := getattr(request, "refusal", None)) is not None:
                named = request.resolver_match.kwargs.get("reference", "") if request.resolver_match else ""
                record_refusal(request.user, refusal, named)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, Refusal):
            request.refusal = exception  # type: ignore[attr-defined]


class RequireDeclaration:
    """Refuse any view, ours or a library's, that does not say who may come in."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if declaration(view) is None:
            return HttpResponseForbidden("This page is shut: it does not say who may come in.")
        return None


class OneTransaction:
    """One transaction, as the one who asks, around the view and the rendering of its answer.

    Undone by a refusal or an error of ours. A streamed body would be read after it, by nobody: not sent.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with acting_as(request.user):
            response = self.get_response(request)
            if response.streaming:
                raise RuntimeError("a streamed body leaves the transaction that may see its rows")
            if response.status_code >= 500 or getattr(request, "refusal", None) is not None:
                transaction.set_rollback(True)
        return response


def record_refusal(actor: Any, refusal: Refusal, named: str = "") -> None:
    """Write the event of a refusal, in the present transaction or one of its own.

    Who is refused for their role is refused before anything is looked up; `named` is the reference in the address,
    which says what it was about.
    """
    record(
        actor=actor if actor.is_authenticated else None,
        action=refusal.action or "unknown",
        subject=refusal.subject or (record_named(named) if named else None),
        outcome=Outcome.NOT_FOUND if isinstance(refusal, NotVisible) else Outcome.REFUSED,
    )
