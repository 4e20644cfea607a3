"""How amounts stand on pages: to the cent, in groups of three, what is missing in words."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.translation import gettext

from hengping.figures import print_number

register = template.Library()


@register.filter
def yuan(value: Decimal | int | None) -> str:
    """Return an amount in 元 with two decimals; what is not known is said and never 0."""
    return gettext("未提供") if value is None else print_number(Decimal(value), 2, thousands=True)


@register.filter
def cents(value: int | None) -> str:
    """Return an amount kept in 分 as one in 元."""
    return yuan(None if value is None else Decimal(value).scaleb(-2))


@register.filter
def count(value: Decimal | int | None) -> str:
    """Return a number as it is, without decimals it does not have."""
    return gettext("未提供") if value is None else f"{value:,}"
