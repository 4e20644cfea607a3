"""What the templates of published pages ask for: official titles in the reader's language."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from hengping_web.publication.titles import KNOWN

register = template.Library()


@register.filter
def term(title: str) -> str | SafeString:
    """Return an official title in English where it has one, marked as Chinese where it has not."""
    if not (get_language() or "").startswith("en"):
        return title
    if title in KNOWN:
        return gettext(title)
    return format_html('<span lang="zh-Hans">{}</span>', title)


@register.filter
def at(found: dict[str, str], name: str) -> str:
    """Return what a mapping has under a name, or nothing."""
    return found.get(name, "")
