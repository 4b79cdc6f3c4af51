"""Links that ring, write or mail: made here and nowhere else, and only where the gate says yes."""

from typing import Any
from urllib.parse import quote

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from casework.models import CallerId, ContactRoute, RouteKind
from casework.queries import Reaching

register = template.Library()
BRITISH, WITHHELD = "+44", "1410"  # who dials 141 first withholds their number


@register.simple_tag
def reach(reaching: Reaching) -> SafeString:
    """The link by which a way is used; nothing where it may not be, or where it is none that a link can use."""
    route = reaching.route
    if not reaching.verdict.may or not route.value:
        return SafeString("")
    if route.kind == RouteKind.PHONE:
        return _link(f"tel:{_dialled(route)}", f"Ring {route.value}")
    if route.kind == RouteKind.SMS:
        return _link(f"sms:{route.e164}", f"Text {route.value}")
    if route.kind == RouteKind.EMAIL:
        return _link(f"mailto:{quote(route.value, safe='@')}", f"Write to {route.value}")
    return SafeString("")


@register.filter
def of(by_id: Any, record: Any) -> Any:
    """What stands in a mapping by the ids of records; None where it has nothing of this one."""
    return by_id.get(record.pk) if by_id else None


def _link(href: str, text: str) -> SafeString:
    return format_html('<a class="govuk-link" href="{}">{}</a>', href, text)


def _dialled(route: ContactRoute) -> str:
    """The number as it is dialled. Ours is withheld unless they said that it may be shown."""
    if route.caller_id == CallerId.SHOW or not route.e164.startswith(BRITISH):
        return route.e164
    return WITHHELD + route.e164.removeprefix(BRITISH)
