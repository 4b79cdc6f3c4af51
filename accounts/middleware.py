"""Around every request: nothing undeclared is answered, refusals are kept, reading and its record are one."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address, ip_network
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from whitenoise.middleware import WhiteNoiseFileResponse

from accounts import vault
from accounts.authorization import NotVisible, Refusal, record_named
from accounts.gate import declaration
from accounts.vault import VaultProblem
from audit.acting import acting_as
from audit.log import Door, NotRecorded, Recorded, must_be_writable, record, through, watched
from audit.models import Outcome

PREFIXES = {4: 24, 6: 48}  # what a household or an office is given by its provider, and more than one of them
GetResponse = Callable[[HttpRequest], HttpResponse]


HEADERS = {
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), clipboard-read=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class PrivateResponses:
    """No browser or proxy keeps an answer, but for our own files: the next person at this desk may be the wrong one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, WhiteNoiseFileResponse):
            add_never_cache_headers(response)
        for name, value in HEADERS.items():
            response[name] = value
        return response


class LengthRequired:
    """Refuse a body sent in chunks, without a length: Django would take it for an empty one, and act on that."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "Transfer-Encoding" not in request.headers:
            return self.get_response(request)
        detail = "Send the body in one piece, with its Content-Length."
        if not request.path.startswith("/api/"):
            return HttpResponse(detail, status=411, content_type="text/plain")
        problem = {"type": "about:blank", "title": "Length required", "status": 411}
        return JsonResponse(
            problem | {"detail": detail, "code": "length_required"}, status=411, content_type="application/problem+json"
        )


class RecordDenials:
    """Write each refusal, and each value that cannot be opened, after the answer is made: no rollback reaches it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        door = "api" if request.path.startswith("/api/") else "page"
        request.request_id = uuid.uuid4()  # type: ignore[attr-defined]
        here = Door(door, request.request_id, network_of(request))  # type: ignore[attr-defined]
        with through(here), watched() as recorded:
            request.recorded = recorded  # type: ignore[attr-defined]
            response = self.get_response(request)
            self.after(request)
        return unrecorded(request) if recorded.has_gap else response

    def after(self, request: HttpRequest) -> None:
        """A gap is known by `recorded`, and answered; here it stops nothing."""
        refusal, problem = getattr(request, "refusal", None), getattr(request, "vault_problem", None)
        if refusal is problem is None:
            return
        with suppress(NotRecorded), transaction.atomic():
            if refusal is not None:
                record_refusal(request.user, refusal, name_in(request))
            if problem is not None:
                record_problem(request, problem)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            request.refusal = exception  # type: ignore[attr-defined]
        if isinstance(exception, VaultProblem):
            request.vault_problem = exception  # type: ignore[attr-defined]
            return render(request, "503_unopened.html", status=503)
        return None


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

    Undone by a refusal or an error of ours. A streamed body would be read after it, by nobody: not sent. What needed
    no event is not sent either, unless one could have been written.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with acting_as(request.user):
            response = self.get_response(request)
            if response.streaming:
                raise RuntimeError("a streamed body leaves the transaction that may see its rows")
            recorded: Recorded = request.recorded  # type: ignore[attr-defined]
            if recorded.has_gap or response.status_code >= 500 or getattr(request, "refusal", None) is not None:
                transaction.set_rollback(True)
            elif not recorded.events:
                must_be_writable()
        return response


def network_of(request: HttpRequest) -> str | None:
    """A code of the network that a request comes from, the same for the same network; None where that is not known.

    Keyed, and of the network only: the log holds no address. See docs/decisions/0036.
    """
    try:
        address = ip_address(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):
        return None
    network = ip_network((address, PREFIXES[address.version]), strict=False)
    return f"n{vault.blind('audit.network', str(network)).hex()[:11]}"


def unrecorded(request: HttpRequest) -> HttpResponse:
    """No event, no data: the answer in place of any other, when the log could not be written.

    The session is what it was before, so that nobody is signed in, or out, by a request that was undone.
    """
    request.session = type(request.session)(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": "Not recorded", "status": 503, "code": "not_recorded"}
        detail = (
            "Who asks for what cannot be written down now, so nothing is shown and nothing was done. Try again later."
        )
        return JsonResponse(problem | {"detail": detail}, status=503, content_type="application/problem+json")
    return HttpResponse(render_to_string("503_unrecorded.html"), status=503)


def name_in(request: HttpRequest) -> str:
    """The public name in the address; empty where it names no record."""
    said = request.resolver_match.kwargs if request.resolver_match else {}
    return str(said.get("reference") or said.get("public_id") or "")


def record_refusal(actor: Any, refusal: Refusal, named: str = "") -> None:
    """Write the event of a refusal, in the present transaction or one of its own.

    Who is refused for their role is refused before anything is looked up; `named` is the public name in the address,
    which says what it was about. It is looked up even where that is known: as many statements for what is hidden as
    for what is not there. That it was an attempt at a case that is shut to them, the database adds.
    """
    asked = refusal.named or named
    found = record_named(asked) if asked else None
    record(
        actor=actor if actor.is_authenticated else None,
        action=refusal.action or "unknown",
        subject=refusal.subject or found,
        outcome=Outcome.NOT_FOUND if isinstance(refusal, NotVisible) else Outcome.REFUSED,
    )


def record_problem(request: HttpRequest, problem: VaultProblem) -> None:
    """Write the event of a value that could not be opened: which act, of which case and field, and how it failed."""
    asked = declaration(request.resolver_match.func) if request.resolver_match else None
    record(
        actor=request.user if request.user.is_authenticated else None,
        action=(asked.get(str(request.method).lower()) if isinstance(asked, dict) else asked) or "unknown",
        case_id=problem.case_id,
        outcome=Outcome.FAILED,
        reason=problem.code,
        field=problem.what,
    )
