"""The official classifications of expenditure, looked up by code, by name, and by the names reports really use.

A subject (科目) has days between which it is in force. The tables are read at the first question asked, once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from hengping import tables
from hengping.errors import RulebookError
from hengping.law import Citation, Confidence, cite


class Kind(StrEnum):
    """Which of the three classifications a code belongs to."""

    ECONOMIC = "economic"
    GOVERNMENT = "government"
    FUNCTIONAL = "functional"

    @property
    def label(self) -> str:
        """Return the official term."""
        return {
            "economic": "部门预算支出经济分类科目",
            "government": "政府预算支出经济分类科目",
            "functional": "支出功能分类科目",
        }[self.value]


TABLES: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.ECONOMIC: "economic_classification.csv",
        Kind.GOVERNMENT: "economic_classification_government.csv",
        Kind.FUNCTIONAL: "functional_classification.csv",
    }
)

PERSONNEL = frozenset({"301", "303"})
"""The economic classes of personnel funds (人员经费) inside basic expenditure; the others are public funds."""

THREE_PUBLIC: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "因公出国（境）费用": ("30212",),
        "公务用车购置": ("31013", "30913"),
        "公务用车运行维护费": ("30231",),
        "公务接待费": ("30217",),
    }
)
"""The “three public” expenses and the items that make them up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One subject of a classification. ``until`` is the first day it is no longer in force.

    ``days_confidence`` says how
    sure those days are: a doubtful day is shown, and nobody is refused by it. ``government_admin`` and ``government_institution`` are the government-budget codes it is reported under.
    """

    kind: Kind
    code: str
    name: str
    parent: str = ""
    level: int = 1
    synonyms: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    government_admin: str = ""
    government_institution: str = ""
    cites: tuple[Citation, ...] = ()
    confidence: Confidence = Confidence.WELL_KNOWN
    days_confidence: Confidence = Confidence.WELL_KNOWN
    note: str = ""

    def in_force(self, day: date) -> bool:
        """Tell whether the subject may be used on a day; an unknown first day is taken as always."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)

    @property
    def level_name(self) -> str:
        """Return 类, 款 or 项."""
        return "类款项"[self.level - 1]

    def __str__(self) -> str:
        mark = "〔待核实〕" if self.confidence is Confidence.UNCERTAIN else ""
        return f"{self.code} {self.name}{mark}"


def subject(code: str, kind: Kind = Kind.ECONOMIC) -> Subject | None:
    """Return the subject of a code, or None."""
    return subjects(kind).get(code)


def account_by_name(name: str, within: str = "", kind: Kind = Kind.ECONOMIC) -> Subject | None:
    """Return the subject a report means by a name, or None.

    A name shared by several classes means the one ``within`` that class; without ``within`` it means the general
    class, not the one for capital construction, and the class rather than its namesake item.
    """
    found = accounts_by_name(name, kind)
    inside = [item for item in found if item.code.startswith(within)]
    return min(inside, key=_plainness, default=None)


def accounts_by_name(name: str, kind: Kind = Kind.ECONOMIC) -> tuple[Subject, ...]:
    """Return every subject that bears a name, officially or by a known synonym, official names first."""
    return _names(kind).get(normalise(name), ())


def standard_name(code: str, kind: Kind = Kind.ECONOMIC) -> str | None:
    """Return the official name of a code, or None."""
    found = subject(code, kind)
    return None if found is None else found.name


def children(code: str, kind: Kind = Kind.ECONOMIC) -> tuple[Subject, ...]:
    """Return the subjects directly below a code, in the order of the catalogue; those of no code are the classes."""
    return _children(kind).get(code, ())


def synonyms(code: str, kind: Kind = Kind.ECONOMIC) -> tuple[str, ...]:
    """Return the other names a code is known to go by."""
    found = subject(code, kind)
    return () if found is None else found.synonyms


def normalise(name: str) -> str:
    """Reduce a name to what identifies it: one width, no spaces or quotation marks, 其他 for 其它.

    >>> normalise(" 其它交通费 ") == normalise("其他交通费")
    True
    >>> normalise("维修（护）费")
    '维修(护)费'
    """
    plain = unicodedata.normalize("NFKC", name)
    kept = "".join(letter for letter in plain if not letter.isspace() and letter not in "“”\"'‘’")
    return kept.replace("其它", "其他")


@cache
def subjects(kind: Kind = Kind.ECONOMIC) -> Mapping[str, Subject]:
    """Return one whole classification by code, in the order of the catalogue."""
    found: dict[str, Subject] = {}
    for row in tables.rows(TABLES[kind]):
        item = _read(kind, row)
        if item.code in found:
            raise RulebookError(f"{TABLES[kind]}：科目 {item.code} 重复")
        if item.parent and item.parent not in found:
            raise RulebookError(f"{TABLES[kind]}：科目 {item.code} 的上级 {item.parent} 未在其前列出")
        found[item.code] = item
    return MappingProxyType(found)


def _plainness(item: Subject) -> tuple[bool, int, str]:
    parent = standard_name(item.parent, item.kind) or ""
    return ("基本建设" in parent + item.name, item.level, item.code)


def _read(kind: Kind, row: Mapping[str, str]) -> Subject:
    return Subject(
        kind=kind,
        code=row["code"],
        name=row["name"],
        parent=row["parent"],
        level=int(row["level"]),
        synonyms=tuple(name for name in row.get("synonyms", "").split("/") if name),
        since=_day(row["since"]),
        until=_day(row["until"]),
        government_admin=row.get("government_admin", ""),
        government_institution=row.get("government_institution", ""),
        cites=(cite(row["source"]),),
        confidence=Confidence(row["confidence"]),
        days_confidence=Confidence(row.get("days_confidence") or row["confidence"]),
        note=row.get("note", ""),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def _names(kind: Kind) -> Mapping[str, tuple[Subject, ...]]:
    official: dict[str, list[Subject]] = {}
    for item in subjects(kind).values():
        official.setdefault(normalise(item.name), []).append(item)
    for item in subjects(kind).values():
        for name in item.synonyms:
            bearers = official.setdefault(normalise(name), [])
            if item not in bearers:
                bearers.append(item)
    return MappingProxyType({name: tuple(bearers) for name, bearers in official.items()})


@cache
def _children(kind: Kind) -> Mapping[str, tuple[Subject, ...]]:
    found: dict[str, list[Subject]] = {}
    for item in subjects(kind).values():
        found.setdefault(item.parent, []).append(item)
    return MappingProxyType({code: tuple(below) for code, below in found.items()})
