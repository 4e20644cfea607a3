"""Grades (等级) by authority and date, given only where nothing that is missing could change them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from hengping import tables
from hengping.errors import RulebookError
from hengping.figures import HUNDRED, ZERO, print_number, round_half_up
from hengping.law import Catalogue, Citation, Rule, cite
from hengping.performance.model import Band, Outcome, Scheme, Score

NATIONAL = "ministry-of-finance"
"""The grades used where an authority has published none of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grades(Rule):
    """One authority's grades; each band begins at ``least`` percent, which belongs to it."""

    authority: str
    bands: tuple[Band, ...]

    def of(self, percent: Decimal) -> str:
        """Return the grade of a percentage of the points."""
        return next(band.title for band in self.bands if percent >= band.least)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """The grade, or an empty title and why there is none."""

    title: str
    reason: str
    cites: tuple[Citation, ...]


@cache
def grades() -> Catalogue[Grades]:
    """Return every authority's grades."""
    return Catalogue(_grades(key, row) for key, row in tables.toml("grades.toml").items())


def grades_of(authority: str, day: date) -> Grades:
    """Return an authority's grades on a day, the national ones where it has none."""
    own = [found for found in grades().on(day) if found.authority == authority]
    return own[0] if own else grades().get(NATIONAL)


def grade(scheme: Scheme, scores: Iterable[Score], day: date) -> Grade:
    """Grade an evaluation if the grade is the same whether what is missing earned nothing or everything.

    Rows that do not apply are left out of the base; missing data never is.
    """
    rows = tuple(scores)
    bands = grades_of(scheme.authority, day)
    if scheme.gaps:
        return Grade(title="", reason=f"评分表不完整，不评等级：{'；'.join(scheme.gaps)}", cites=bands.cites)
    total = sum((score.points for score in rows if score.points is not None), ZERO)
    base = sum((score.possible for score in rows if not _outside(score)), ZERO)
    missing = sum((score.possible for score in rows if score.points is None and not _outside(score)), ZERO)
    if base == 0:
        return Grade(title="", reason="没有一项指标可以评分，不评等级", cites=bands.cites)
    low, high = _percent(total, base), _percent(total + missing, base)
    if missing == 0:
        working = f"{print_number(total, 2)}÷{base:f}＝{print_number(low, 2)}%"
        return Grade(title=bands.of(low), reason=working, cites=bands.cites)
    return _with_missing(bands, low, high, missing)


def _with_missing(bands: Grades, low: Decimal, high: Decimal, missing: Decimal) -> Grade:
    between = f"尚有 {missing:f} 分因数据不足未能评分，得分率在 {print_number(low, 2)}%—{print_number(high, 2)}% 之间"
    if bands.of(low) == bands.of(high):
        return Grade(title=bands.of(low), reason=f"{between}，均属“{bands.of(low)}”", cites=bands.cites)
    reason = f"{between}，可能为“{bands.of(low)}”至“{bands.of(high)}”，不评等级"
    return Grade(title="", reason=reason, cites=bands.cites)


def _outside(score: Score) -> bool:
    return score.points is None and score.value.outcome is Outcome.NOT_APPLICABLE


def _percent(points: Decimal, base: Decimal) -> Decimal:
    return round_half_up(points * HUNDRED / base, 2)


def _grades(key: str, row: Mapping[str, Any]) -> Grades:
    bands = tuple(Band(title=band["title"], least=Decimal(band["least"])) for band in row["bands"])
    ends = [band.least for band in bands]
    if ends != sorted(ends, reverse=True) or ends[-1] != 0:
        raise RulebookError(f"等级 {key} 的各档须由高到低并以 0 为底")
    return Grades(
        key=key,
        title=row["title"],
        cites=tuple(cite(reference) for reference in row["cites"]),
        since=row["since"],
        until=row.get("until"),
        reading=row.get("note", ""),
        authority=row["authority"],
        bands=bands,
    )
