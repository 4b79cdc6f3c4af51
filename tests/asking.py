"""Sending a request as somebody would who may, to any door, about any record; and undoing what it did."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client

from tests.api_calls import BY_NAME, Call
from tests.doors import Door, doors
from tests.forms import hidden
from tests.ids import Ids
from tests.page_calls import FORMS

DOORS = {door.name: door for door in doors()}
SHOWN_ON = {"link_person": "known_already", "assure_service": "service"}  # the page of a form that has none of its own


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """What is done inside is not done any more afterwards: not in the database, not in the session."""
    cookies = deepcopy(client.cookies)
    cache.clear()  # the limits on signing in count there
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies


def ask(client: Client, door: Door, method: str, ids: Ids, **headers: str) -> HttpResponseBase:
    """Send what the door takes, and undo what that did."""
    with undone(client):
        return send(client, door, method, ids, **headers)


def send(
    client: Client,
    door: Door,
    method: str,
    ids: Ids,
    *,
    instead: Callable[[dict[str, Any]], dict[str, Any]] = lambda body: body,
    **headers: str,
) -> HttpResponseBase:
    """Send what the door takes, or what `instead` makes of it."""
    body, kind = body_of(door, method, ids, seen_by(client, door, ids) if method == "POST" else {}, instead)
    call = call_of(door, method)
    asked = headers | ({"If-Match": call.if_match} if call and call.if_match else {})
    return client.generic(method, address_of(door, ids), body, content_type=kind, headers=asked)


def address_of(door: Door, ids: Ids) -> str:
    return door.address(**named(getattr(ids, door.of, "")))


def named(name: str) -> dict[str, str]:
    """By whatever an address names its record. The token of an invitation is never the right one."""
    return {"reference": name, "public_id": name, "number": name}


def call_of(door: Door, method: str) -> Call | None:
    return BY_NAME.get(f"{method.lower()} {door.name}") if door.name.startswith("api_") else None


def seen_by(client: Client, door: Door, ids: Ids) -> dict[str, Any]:
    """What the form carries unseen, where it must say which version it was filled in upon."""
    if getattr(getattr(door.view, "view_class", None), "needs_version", False) is not True:
        return {}
    page = DOORS[SHOWN_ON.get(door.name, door.name)]
    return hidden(client.get(address_of(page, ids)))


def body_of(
    door: Door, method: str, ids: Ids, seen: dict[str, Any], instead: Callable[[dict[str, Any]], dict[str, Any]]
) -> tuple[str, str]:
    if door.name.startswith("api_"):
        call = call_of(door, method)
        body = instead(call.body(ids) if call and call.body else {})
        return json.dumps(body) if body else "", "application/json"
    form = instead(FORMS[door.name](ids) if door.name in FORMS and method == "POST" else {})
    return urlencode(form | seen, doseq=True), "application/x-www-form-urlencoded"
