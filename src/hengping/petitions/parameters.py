"""Values the Regulation leaves open or localities set for themselves, and the codes of content categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from hengping import tables
from hengping.errors import RulebookError
from hengping.law import Citation, Confidence, cite

NATIONAL = "national"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One value with its unit, its locality, its days in force and the text it rests on."""

    key: str
    title: str
    authority: str
    since: date
    until: date | None
    value: int
    unit: str
    cites: tuple[Citation, ...]
    reading: str = ""

    @property
    def uncertain(self) -> bool:
        """Tell whether any of its texts has not been checked."""
        return any(citation.certainty is Confidence.UNCERTAIN for citation in self.cites)

    def __str__(self) -> str:
        mark = "〔待核实〕" if self.uncertain else ""
        return f"{self.title} {self.value} {self.unit}{mark}"


@cache
def parameters() -> tuple[Parameter, ...]:
    """Return every parameter of the rulebook."""
    return read_parameters(tables.toml("petition_parameters.toml"))


def read_parameters(table: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """Read a table of parameters; refuse one that cites nothing or overlaps another."""
    found = tuple(
        Parameter(
            key=row["key"],
            title=row["title"],
            authority=row["authority"],
            since=row["since"],
            until=row.get("until"),
            value=row["value"],
            unit=row["unit"],
            cites=tuple(cite(reference) for reference in row["cites"]),
            reading=row.get("reading", ""),
        )
        for row in table["parameter"]
    )
    for index, one in enumerate(found):
        if not one.cites:
            raise RulebookError(f"参数 {one.key} 没有依据")
        if any(_overlap(one, other) for other in found[:index]):
            raise RulebookError(f"参数 {one.key}（{one.authority}）在同一日有两个值")
    return found


def _overlap(one: Parameter, other: Parameter) -> bool:
    same = (one.key, one.authority) == (other.key, other.authority)
    return same and one.since < (other.until or date.max) and other.since < (one.until or date.max)


@cache
def find_parameter(key: str, authority: str = NATIONAL, day: date | None = None) -> Parameter | None:
    """Return a locality's own value, else the national one, in force on a day (the latest without a day)."""
    for place in dict.fromkeys((authority, NATIONAL)):
        chain = [one for one in parameters() if one.key == key and one.authority == place]
        if day is not None:
            chain = [one for one in chain if one.since <= day and (one.until is None or day < one.until)]
        if chain:
            return max(chain, key=lambda one: one.since)
    return None


def parameter(key: str, authority: str = NATIONAL, day: date | None = None) -> Parameter:
    """Return a parameter that must exist; its earliest value counts for days before it was fixed."""
    found = find_parameter(key, authority, day) or find_parameter(key, authority)
    if found is None:
        raise RulebookError(f"参数 {key} 未列入规则表")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One code of a content scheme, with where it was seen and how sure we are of it."""

    scheme: str
    code: str
    name: str
    parent: str
    level: int
    name_en: str
    valid: str
    maps_to: str
    confidence: Confidence
    source: str
    note: str


@cache
def categories(scheme: str) -> tuple[Category, ...]:
    """Return the codes of one scheme (hp2019, xf2014, xf2005, legal2022, form, rating …) in their order."""
    return tuple(
        Category(
            scheme=row["scheme"],
            code=row["code"],
            name=row["name"],
            parent=row["parent"],
            level=int(row["level"]),
            name_en=row["name_en"],
            valid=row["valid"],
            maps_to=row["maps_to_xf2014"],
            confidence=Confidence(row["confidence"]),
            source=row["source"],
            note=row["note"],
        )
        for row in tables.rows("petition_categories.csv")
        if row["scheme"] == scheme
    )
