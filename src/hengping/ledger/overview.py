"""A year at a glance: what was granted, added, paid and finally accounted for, by part, fund, class, function, project.

Every amount carries the slice of the book it adds up, so that it leads back to its entries. A phase that was never
entered is unknown, not zero; what is left and how much was used up are computed here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from hengping.classification import Kind, subject
from hengping.figures import ZERO, Figure, percentage
from hengping.ledger import book as books
from hengping.ledger.book import Slice
from hengping.ledger.model import Account, Book, Fund, Part, Phase

COLUMNS: Mapping[str, frozenset[Phase]] = MappingProxyType(
    {
        "initial": books.INITIAL,
        "adjustment": books.ADJUSTED,
        "granted": books.FULL_YEAR,
        "paid": books.EXECUTED,
        "final": books.FINAL,
    }
)
"""The columns of the overview and the phases each adds up; a full-year budget is the initial one and its adjustments."""


class Axis(StrEnum):
    """What the year is divided by."""

    PART = "part"
    FUND = "fund"
    CLASS = "class"
    FUNCTION = "function"
    PROJECT = "project"

    @property
    def label(self) -> str:
        """Return the official term."""
        return {
            "part": "支出性质",
            "fund": "资金来源",
            "class": "经济分类（类）",
            "function": "功能分类（项）",
            "project": "项目",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the overview: what it is of, and the amount of every column, None where it is unknown."""

    key: str
    title: str
    amounts: Mapping[str, Decimal | None]
    whole: bool = False

    @property
    def used(self) -> Figure | None:
        """Return what was paid as a percentage of the full-year budget, or None where either is unknown or zero."""
        paid, granted = self.amounts["paid"], self.amounts["granted"]
        if paid is None or granted is None or granted <= 0:
            return None
        return percentage(paid, granted)

    @property
    def left(self) -> Decimal | None:
        """Return what of the full-year budget is not paid yet; negative where more was paid than granted."""
        paid, granted = self.amounts["paid"], self.amounts["granted"]
        return None if paid is None or granted is None else granted - paid


def total(book: Book) -> Line:
    """Return the whole year as one line."""
    amounts = {name: books.total(book, Slice(phases=phases)) for name, phases in COLUMNS.items()}
    return Line(key="", title="合计", amounts=MappingProxyType(amounts), whole=True)


def lines(book: Book, axis: Axis) -> tuple[Line, ...]:
    """Return the year divided by an axis, in the order of the codes; every line of every column adds up to the whole."""
    sums: dict[str, dict[Phase, Decimal]] = {}
    for account, amount in book.balances.items():
        row = sums.setdefault(_KEYS[axis](account), {})
        row[account.phase] = row.get(account.phase, ZERO) + amount
    return tuple(
        Line(key=key, title=_title(axis, key, book), amounts=_amounts(row, book)) for key, row in _ordered(axis, sums)
    )


def _amounts(row: Mapping[Phase, Decimal], book: Book) -> Mapping[str, Decimal | None]:
    known = book.phases
    return MappingProxyType(
        {
            name: sum((row.get(phase, ZERO) for phase in phases), ZERO) if phases <= known else None
            for name, phases in COLUMNS.items()
        }
    )


_KEYS: Mapping[Axis, Callable[[Account], str]] = {
    Axis.PART: lambda account: account.part.value,
    Axis.FUND: lambda account: account.fund.value,
    Axis.CLASS: lambda account: account.economic_class,
    Axis.FUNCTION: lambda account: account.functional,
    Axis.PROJECT: lambda account: account.project,
}


def _ordered(axis: Axis, sums: Mapping[str, dict[Phase, Decimal]]) -> list[tuple[str, dict[Phase, Decimal]]]:
    order: list[str] = []
    match axis:
        case Axis.PART:
            order = [part.value for part in Part]
        case Axis.FUND:
            order = [fund.value for fund in Fund]
        case _:
            order = sorted(sums)
    return [(key, sums[key]) for key in order if key in sums]


def _title(axis: Axis, key: str, book: Book) -> str:
    match axis:
        case Axis.PART:
            return Part(key).label
        case Axis.FUND:
            return Fund(key).label
        case Axis.CLASS:
            return str(subject(key) or key or "未列明")
        case Axis.FUNCTION:
            return str(subject(key, Kind.FUNCTIONAL) or key or "未列明")
        case _:
            project = book.projects.get(key)
            return f"{key} {project.title}" if project else key or "未列项目（基本支出）"
