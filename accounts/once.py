"""Nothing happens twice: a POST that carries a key does its work once, and is answered alike each time.

The API carries it as `Idempotency-Key`, each form of the pages as the hidden field `once`. See docs/decisions/0016.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from rest_framework.exceptions import APIException, ParseError
from rest_framework.response import Response

from accounts.authorization import NotPossibleNow, NotVisible, Refusal, has_reach, visible_by_name
from accounts.commands import keep_answer
from accounts.gate import declaration
from accounts.middleware import GetResponse
from accounts.models import KEPT_FOR, LONGEST_KEY, OnceOnly, User
from accounts.parsers import MOST_BYTES
from audit.log import acts_watched, record
from audit.models import AuditEvent

KEY = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")
NOT_A_KEY = f"A key has 1 to {LONGEST_KEY} letters, digits and signs of ASCII, without spaces."


class OtherRequest(APIException):
    status_code = 422
    default_code = "key_used_already"
    default_detail = "This key was used for another request. Send a new key with a new request."


@dataclass(frozen=True)
class Asked:
    """A request that is to be done once: by whom, under which key, and what it is."""

    user: User
    key: str
    digest: bytes


class DoneOnce:
    """Innermost, so that the key, the work, its events and the answer that is kept are one transaction."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with acts_watched() as acts:
            response = self.get_response(request)
        asked: Asked | None = getattr(request, "done_once", None)
        if asked and acts and is_kept(request, response):
            theirs = [act for act in acts if act.actor_id == asked.user.pk]  # not what the system did for them
            keep(asked, response, (theirs or acts)[0])
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        key = key_of(request, view)
        if key is None:
            return None
        if not KEY.fullmatch(key):
            return instead(view, not_a_key(request), request, *args, **kwargs)
        asked = Asked(request.user, key, digest_of(request))  # type: ignore[arg-type]
        kept = answer_kept(asked)
        if kept is None:
            request.done_once = asked  # type: ignore[attr-defined]
            return None
        return instead(view, lambda: again(request, asked, kept), request, *args, **kwargs)


def key_of(request: HttpRequest, view: Any) -> str | None:
    """The key that came with a request whose work can be done once; None where there is none.

    A body that the parser will refuse for its size is not read for it.
    """
    if request.method != "POST" or not request.user.is_authenticated or declaration(view) in ("public", "signed in"):
        return None
    if not is_api(request):
        return request.POST.get("once")
    length = request.META.get("CONTENT_LENGTH") or "0"
    is_readable = length.isdecimal() and int(length) <= MOST_BYTES
    return request.headers.get("Idempotency-Key") if is_readable else None


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def digest_of(request: HttpRequest) -> bytes:
    """What tells two requests apart: method, address and body. Not a form's token, which is new on each page."""
    body = request.body if is_api(request) else urlencode(typed(request), doseq=True).encode()
    return hashlib.sha256(b"\0".join([str(request.method).encode(), request.get_full_path().encode(), body])).digest()


def typed(request: HttpRequest) -> list[tuple[str, list[Any]]]:
    return sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")


def answer_kept(asked: Asked) -> OnceOnly | None:
    """The answer that this key was given. Waits while the same key is being worked on, until that is kept or undone."""
    with connection.cursor() as cursor:
        name = f"once {asked.user.pk} {asked.key}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
    since = timezone.now() - KEPT_FOR
    return OnceOnly.objects.filter(user=asked.user, key=asked.key, created_at__gte=since).first()


def is_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """An endpoint's answer, and where a page went on to. A page that is shown is no end of any work."""
    return 200 <= response.status_code < 300 if is_api(request) else response.status_code == 302


def keep(asked: Asked, response: HttpResponse, act: AuditEvent) -> None:
    """Keep the answer, with what must still be visible when it is given again: what the first act was about."""
    keep_answer(
        OnceOnly(
            user=asked.user,
            key=asked.key,
            request_digest=asked.digest,
            status_code=response.status_code,
            location=response.get("Location", ""),
            body=response.content.decode(),
            subject_type=act.subject_type,
            subject_id=act.subject_id,
            case_id=act.case_id,
            shows_case=visible_by_name(asked.user, "case", act.case_id),
            created_at=timezone.now(),
        )
    )


def instead(view: Any, act: Callable[[], Any], request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """Ask of the caller all that this view asks, answer refusals as it does, and do something else.

    What a view raises here does not pass `process_exception`, so a refusal is handed on for the log.
    """
    kind = getattr(view, "cls", None) or view.view_class
    stand_in: Any = type(kind.__name__, (kind,), {"post": lambda self, request, *args, **kwargs: act()})
    try:
        response: HttpResponseBase = stand_in.as_view()(request, *args, **kwargs)
    except Refusal as refusal:
        request.refusal = refusal  # type: ignore[attr-defined]
        raise
    return response


def not_a_key(request: HttpRequest) -> Callable[[], Any]:
    def refuse() -> None:
        raise ParseError(NOT_A_KEY) if is_api(request) else BadRequest(NOT_A_KEY)

    return refuse


def again(request: HttpRequest, asked: Asked, kept: OnceOnly) -> HttpResponse:
    """The answer once more, if it may still be given; recorded, so that it is as sure as the first.

    Raises `NotVisible` where it may not, and for another request under the same key `OtherRequest` or, on a
    page, `NotPossibleNow`.
    """
    if bytes(kept.request_digest) != asked.digest:
        raise OtherRequest if is_api(request) else NotPossibleNow("You sent this form already, filled in differently.")
    if not may_still_see(asked.user, kept):
        raise NotVisible("accounts.replay", kept)
    record(actor=asked.user, action="accounts.replay", subject=kept, of=kept.subject_type, of_id=kept.subject_id)
    if not is_api(request):
        return HttpResponse(status=kept.status_code, headers={"Location": kept.location})
    return Response(json.loads(kept.body) if kept.body else None, status=kept.status_code)


def may_still_see(user: User, kept: OnceOnly) -> bool:
    """Whether both the record, where its kind has a reach, and the case, if it was seen then, are still visible."""
    asked = [(kept.subject_type, kept.subject_id)] if has_reach(kept.subject_type) else []
    asked += [("case", kept.case_id)] if kept.shows_case else []
    return bool(asked) and all(visible_by_name(user, kind, pk) for kind, pk in asked)


def document(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Say in the API's document that each POST takes a key, and what becomes of a key used twice."""
    key = {
        "in": "header",
        "name": "Idempotency-Key",
        "schema": {"type": "string", "pattern": f"^{KEY.pattern}$"},
        "description": "New for each act, the same for each attempt at it: the work is done once, and answered alike "
        f"for {KEPT_FOR.days} days.",
    }
    for operation in (path["post"] for path in result["paths"].values() if "post" in path):
        operation["parameters"] = [*operation.get("parameters", []), key]
        refused = operation["responses"]["403"]
        operation["responses"]["422"] = refused | {"description": "Key used for another request"}
    return result
