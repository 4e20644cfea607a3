"""Caps, standards and periods of public money: every value with its authority, its days, its text, and how sure we are.

National figures bind central organs only and local ones are often not published, so a question names the authority
and the day, and may find nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from hengping import tables
from hengping.law import Catalogue, Citation, Confidence, Rule, cite

BEGINNING = date(1, 1, 1)
"""The first day of a value whose own first day is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Rule):
    """A cap or standard: a value in a unit, set by an authority."""

    authority: str
    value: Decimal
    unit: str
    confidence: Confidence

    def __str__(self) -> str:
        mark = "〔待核实〕" if self.confidence is Confidence.UNCERTAIN else ""
        return f"{self.title} {self.value:f} {self.unit}（{self.authority}，{self.basis}）{mark}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(Rule):
    """A period of budgeting, disclosure or procurement; ``length`` is None where a day of the year is fixed instead."""

    authority: str
    starts: str
    actor: str
    length: int | None
    unit: str
    month_day: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLife:
    """The least years over which a kind of fixed asset is depreciated."""

    group: str
    content: str
    least_years: int
    cites: tuple[Citation, ...]
    confidence: Confidence


@cache
def limits() -> Catalogue[Limit]:
    """Return every cap and standard."""
    return Catalogue(_limits(tables.toml("spending_caps.toml")["limit"]))


@cache
def terms() -> Catalogue[Term]:
    """Return every period of budgeting, disclosure and procurement."""
    return Catalogue(_terms(tables.toml("budget_clocks.toml")["clock"]))


def service_lives() -> Iterator[ServiceLife]:
    """Yield the least depreciation years of every kind of asset."""
    for row in tables.rows("asset_depreciation.csv"):
        yield ServiceLife(
            group=row["class"],
            content=row["content"],
            least_years=int(row["least_years"]),
            cites=(cite(row["source"]),),
            confidence=Confidence(row["confidence"]),
        )


def limit(key: str, day: date) -> Limit | None:
    """Return the cap in force on a day, or None: what is not published is not guessed."""
    try:
        return limits().get(key, day)
    except KeyError:
        return None


def _limits(rows: Iterable[Mapping[str, Any]]) -> Iterator[Limit]:
    for row in rows:
        yield Limit(
            key=row["key"],
            title=row["title"],
            cites=tuple(cite(reference) for reference in row["cites"]),
            since=row.get("since", BEGINNING),
            until=row.get("until"),
            reading=row.get("note", ""),
            authority=row["authority"],
            value=Decimal(row["value"]),
            unit=row["unit"],
            confidence=Confidence(row["confidence"]),
        )


def _terms(rows: Iterable[Mapping[str, Any]]) -> Iterator[Term]:
    for row in rows:
        yield Term(
            key=row["key"],
            title=row["title"],
            cites=tuple(cite(reference) for reference in row["cites"]),
            since=row.get("since", BEGINNING),
            reading=row.get("note", ""),
            authority=row["authority"],
            starts=row["starts"],
            actor=row["actor"],
            length=row.get("length"),
            unit=row["unit"],
            month_day=row.get("month_day", ""),
            confidence=Confidence(row["confidence"]),
        )
