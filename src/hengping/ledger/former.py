"""Subjects that are no longer used: an old file is told which years its codes belong to, and nothing is converted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from hengping import tables
from hengping.classification import Kind, Subject, subject
from hengping.law import Citation, Confidence, cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """A code that was in use in other years: what it meant, in which years, and what is written now."""

    code: str
    name: str
    years: str
    until: date
    now: str
    basis: Citation

    def __str__(self) -> str:
        return f"{self.code} {self.name}是 {self.years} 年使用的科目，{self.until} 起停用；现行科目：{self.now}"


def of_other_years(code: str, year: int, kind: Kind = Kind.ECONOMIC) -> str:
    """Say to which years a code belongs where it is not of the year asked for; empty where it is, or is unknown.

    Nobody is refused by a day that is itself in doubt; ``accounts.doubts`` tells of those.
    """
    known = subject(code, kind)
    if known is not None:
        settled = known.days_confidence is not Confidence.UNCERTAIN
        return "" if not settled or _of_year(known, year) else f"科目 {known} {_days(known)}，不是 {year} 年的科目"
    former = _former().get(code) if kind is Kind.ECONOMIC else None
    return str(former) if former is not None and date(year, 1, 1) >= former.until else ""


def _of_year(known: Subject, year: int) -> bool:
    return known.in_force(date(year, 12, 31)) or known.in_force(date(year, 1, 1))


def _days(known: Subject) -> str:
    since = f"{known.since.year} 年起使用" if known.since else ""
    until = f"用到 {known.until.year - 1} 年" if known.until else ""
    return "、".join(part for part in (since, until) if part)


@cache
def _former() -> Mapping[str, Former]:
    table = tables.toml("former_subjects.toml")["economic"]
    basis = cite(table["source"])
    return {
        row["code"]: Former(
            code=row["code"],
            name=row["name"],
            years=table["years"],
            until=table["until"],
            now=row["now"],
            basis=basis,
        )
        for row in table["codes"]
    }
