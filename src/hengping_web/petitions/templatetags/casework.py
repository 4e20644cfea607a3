"""What templates of casework may ask: a clock in words."""

from __future__ import annotations

from django import template

from hengping.petitions.clocks import CLOCKS

register = template.Library()


@register.filter
def clock(key: str) -> str:
    """Return the official words for a clock."""
    return CLOCKS.get(key).title if key in CLOCKS else ""
