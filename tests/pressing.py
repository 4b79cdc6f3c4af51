"""The page of a contact as a caseworker uses it: what is typed in it, and which of its buttons is pressed."""

import html
from typing import Any

from accounts.versions import version_of
from casework.models import Contact
from casework.serializers import draft_body
from tests.world import World


def reads(response) -> str:
    return html.unescape(response.content.decode())


def version(world: World, contact: Contact) -> str:
    contact.refresh_from_db()
    return version_of(world.caseworker, draft_body(contact))


def typed(world: World, contact: Contact, **said: Any) -> Any:
    """What the script of the page sends at a pause."""
    said = {"version": version(world, contact)} | said
    return world.page("caseworker").post(f"/contacts/{contact.reference}/typing/", said)


def pressed(world: World, contact: Contact, button: str, **said: Any) -> Any:
    said = {"version": version(world, contact), button: "on"} | said
    return world.page("caseworker").post(f"/contacts/{contact.reference}/", said)
