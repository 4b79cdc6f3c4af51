"""Shares as people read them."""

from django import template

register = template.Library()


@register.filter
def share(value: float | None) -> str:
    """From 0 to 1, as a percentage; of nothing, none yet."""
    return "None yet" if value is None else f"{value:.0%}"
