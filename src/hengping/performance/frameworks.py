"""Frameworks of indicators that a ministry published without points: what a scheme may choose from.

A framework names and defines; which of its rows count, and for how many points, is a scheme's business. A row whose
reckoning the rulebook has as an indicator names it; one whose base differs does not, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from hengping import tables
from hengping.errors import RulebookError
from hengping.law import Catalogue, Confidence, Rule, cite
from hengping.performance.library import INDICATORS
from hengping.performance.model import Direction

FOLDER = "frameworks"


class Kind(StrEnum):
    """Whether a row is a number, a judgement, or either."""

    QUANTITATIVE = "quantitative"
    QUALITATIVE = "qualitative"
    EITHER = "either"

    @property
    def label(self) -> str:
        """Return the word shown to users."""
        return {"quantitative": "定量", "qualitative": "定性", "either": "定量或定性"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a framework; ``indicator`` is the rulebook's own where the reckoning is the same."""

    key: str
    level1: str
    level2: str
    level3: str
    kind: Kind
    definition: str
    formula: str = ""
    unit: str = ""
    better: Direction = Direction.HIGHER
    indicator: str = ""
    note: str = ""
    confidence: Confidence = Confidence.WELL_KNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework(Rule):
    """One published framework; ``scope`` is what spending it is for."""

    authority: str
    scope: str
    confidence: Confidence
    lines: tuple[Line, ...]


@cache
def frameworks() -> Catalogue[Framework]:
    """Return every framework; raise ``RulebookError`` for a row that names an indicator nobody defined."""
    found = [_framework(tables.toml(name)) for name in tables.names(FOLDER, ".toml")]
    for framework in found:
        keys = [line.key for line in framework.lines]
        unknown = [line.indicator for line in framework.lines if line.indicator and line.indicator not in INDICATORS]
        if unknown or len(set(keys)) != len(keys):
            raise RulebookError(f"指标框架 {framework.key} 有重复的行，或引用了不存在的指标：{'、'.join(unknown)}")
    return Catalogue(found)


def lines_of(indicator: str) -> tuple[tuple[Framework, Line], ...]:
    """Return where the frameworks have an indicator of the rulebook."""
    return tuple(
        (framework, line) for framework in frameworks() for line in framework.lines if line.indicator == indicator
    )


def _framework(table: Mapping[str, Any]) -> Framework:
    return Framework(
        key=table["key"],
        title=table["title"],
        cites=tuple(cite(reference) for reference in table["cites"]),
        since=table["since"],
        until=table.get("until"),
        reading=table.get("reading", ""),
        authority=table["authority"],
        scope=table["scope"],
        confidence=Confidence(table["confidence"]),
        lines=tuple(_line(row, table["confidence"]) for row in table["row"]),
    )


def _line(row: Mapping[str, Any], confidence: str) -> Line:
    return Line(
        key=row["key"],
        level1=row["level1"],
        level2=row["level2"],
        level3=row["level3"],
        kind=Kind(row["kind"]),
        definition=row["definition"],
        formula=row.get("formula", ""),
        unit=row.get("unit", ""),
        better=Direction(row.get("better", "higher")),
        indicator=row.get("indicator", ""),
        note=row.get("note", ""),
        confidence=Confidence(row.get("confidence", confidence)),
    )
