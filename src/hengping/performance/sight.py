"""What every watch is made of: how much of a year has passed, what a question came to, what the year would come to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hengping.figures import HUNDRED, percentage, print_number, round_half_up
from hengping.law import Rule
from hengping.performance.thresholds import Light, Watch


@dataclass(frozen=True, slots=True)
class Elapsed:
    """How many days of a year have passed, the day itself included."""

    days: int
    of: int

    @property
    def share(self) -> Decimal:
        """Return the part of the year that has passed, between 0 and 1."""
        return Decimal(self.days) / self.of

    @property
    def percent(self) -> Decimal:
        """Return the part of the year that has passed in percent, two decimals."""
        return round_half_up(self.share * HUNDRED, 2)

    def __str__(self) -> str:
        return f"{self.days}÷{self.of}＝{print_number(self.percent, 2)}%"


@dataclass(frozen=True, slots=True)
class Judged:
    """What one question came to, and why."""

    rule: Rule
    light: Light
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """What the year would come to if a named assumption held; ``amount`` is None where ``reason`` says why."""

    rule: Watch
    amount: Decimal | None = None
    percent: Decimal | None = None
    working: str = ""
    reason: str = ""


def worst(judged: Iterable[Judged]) -> Light:
    """Return the worst light; a thing nobody could judge is unknown, never normal."""
    return worst_light([one.light for one in judged])


def worst_light(lights: Sequence[Light]) -> Light:
    """Return the worst of several lights."""
    order = list(Light)
    return max(lights, key=order.index, default=Light.UNKNOWN)


def elapsed(day: date, year: int) -> Elapsed:
    """Return how much of a fiscal year has passed on a day; nothing before it begins, all of it after its end.

    >>> str(elapsed(date(2024, 9, 30), 2024))
    '274÷366＝74.86%'
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    of = (last - first).days + 1
    return Elapsed(min(max((day - first).days + 1, 0), of), of)


def percent_of(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """Return a part of a whole in percent, two decimals; None where one is unknown or the whole is zero."""
    if part is None or whole is None:
        return None
    found = percentage(part, whole)
    return None if found is None else found.value


def short(value: Decimal) -> str:
    """Print a computed number with two decimals at most, without trailing zeros."""
    text = print_number(value, 2)
    return text.rstrip("0").rstrip(".") if "." in text else text
