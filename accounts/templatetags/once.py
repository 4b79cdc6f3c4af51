"""`{% once %}`, beside `{% csrf_token %}` in every form that posts: a form that is sent twice does its work once."""

import secrets

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    """A key of its own for each form on each page. No browser fills it in from an earlier one."""
    return format_html('<input type="hidden" name="once" value="{}" autocomplete="off">', secrets.token_urlsafe(16))
