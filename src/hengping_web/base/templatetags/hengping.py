"""What templates may ask: the hidden fields of a form, and whether the reader may open an address."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from hengping_web.accounts.permissions import allowed
from hengping_web.base.english import CHINESE, spoken
from hengping_web.base.submission import KEY_FIELD, new_key

register = template.Library()


@register.simple_tag(takes_context=True)
def form_guard(context: template.Context) -> SafeString:
    """Return the two hidden fields of every form: it comes from our page, and it is answered once."""
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><input type="hidden" name="{}" value="{}">',
        get_token(context["request"]),
        KEY_FIELD,
        new_key(),
    )


@register.simple_tag(takes_context=True)
def may(context: template.Context, name: str, *, writing: bool = False) -> bool:
    """Tell whether the reader may open an address."""
    request: HttpRequest = context["request"]
    return allowed(request.user, name, writing=writing)


@register.filter
def term(value: object) -> str:
    """Return the rulebook's words in the language of the reader; what has no English is marked as Chinese."""
    official = str(value)
    said = spoken(official)
    if CHINESE.search(said) and (get_language() or "").startswith("en"):
        return format_html('<span lang="zh-Hans">{}</span>', said)
    return said


@register.filter
def day(value: Any) -> str:
    """Return a day as 2025-03-01, and what is missing as 未提供."""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d")
    return value.isoformat() if isinstance(value, date) else spoken("未提供")


@register.filter
def moment(value: datetime | None) -> str:
    """Return an instant in local time to the minute."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else spoken("未提供")
