"""The environment, read through three strict helpers: a wrong value stops the start and says what would be right."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from django.core.exceptions import ImproperlyConfigured

WORDS_FOR_YES = frozenset({"1", "true", "yes", "on"})
WORDS_FOR_NO = frozenset({"0", "false", "no", "off"})


def text(name: str, default: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return a variable's text; an empty one is refused, because nobody sets a variable to nothing on purpose."""
    value = environment.get(name)
    if value is None:
        return default
    if not value.strip():
        raise ImproperlyConfigured(f"环境变量 {name} 为空。请给出值，或取消设置。")
    return value.strip()


def flag(name: str, *, default: bool, environment: Mapping[str, str] = os.environ) -> bool:
    """Return a variable as yes or no; anything else is refused."""
    value = text(name, "yes" if default else "no", environment).lower()
    if value in WORDS_FOR_YES:
        return True
    if value in WORDS_FOR_NO:
        return False
    raise ImproperlyConfigured(f"环境变量 {name} 应为 yes 或 no，实为“{value}”。")


def words(name: str, default: tuple[str, ...], environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return a variable as a list separated by commas; an empty item is refused."""
    found = tuple(item.strip() for item in text(name, ",".join(default), environment).split(","))
    if not all(found):
        raise ImproperlyConfigured(f"环境变量 {name} 的列表中有空项，请检查多余的逗号。")
    return found


def number(name: str, default: int, environment: Mapping[str, str] = os.environ) -> int:
    """Return a variable as a whole number from 0 up; anything else is refused."""
    value = text(name, str(default), environment)
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"环境变量 {name} 应为不小于 0 的整数，实为“{value}”。")
    return int(value)


def one_of(name: str, default: str, known: Iterable[str], environment: Mapping[str, str] = os.environ) -> str:
    """Return a variable that must be one of the known words."""
    value, words_known = text(name, default, environment), tuple(known)
    if value not in words_known:
        raise ImproperlyConfigured(f"环境变量 {name} 应为 {'、'.join(words_known)} 之一，实为“{value}”。")
    return value
