"""Texts, articles, and the head that every rule shares.

A rule without a citation does not load. A citation names a text listed in ``rules/sources.toml`` and how sure we
are of it; a rule used where the text is silent carries a ``reading`` that users are shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import ModuleType
from typing import Generic, TypeVar

from hengping import tables
from hengping.errors import RulebookError

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Confidence(StrEnum):
    """How sure we are of a value taken from a text."""

    VERIFIED = "verified"
    WELL_KNOWN = "well_known"
    UNCERTAIN = "uncertain"

    @property
    def label(self) -> str:
        """Return the words shown to users."""
        return {"verified": "已核对原文", "well_known": "通行做法，未核对原文", "uncertain": "待核实"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A law, notice, standard or house rule that may be cited."""

    key: str
    title: str
    number: str = ""
    issued_on: date | None = None
    since: date | None = None
    until: date | None = None
    address: str = ""
    confidence: Confidence = Confidence.VERIFIED
    note: str = ""

    def __getitem__(self, article: str) -> Citation:
        """Cite one article of this text, exactly as the text names it."""
        return Citation(self, article)

    @property
    def whole(self) -> Citation:
        """Cite the text as a whole."""
        return Citation(self, "")

    def __str__(self) -> str:
        number = f"（{self.number}）" if self.number else ""
        return f"《{self.title}》{number}"


@dataclass(frozen=True, slots=True)
class Citation:
    """One article of one text, with how sure we are that it says so."""

    source: Source
    article: str = ""
    confidence: Confidence | None = None

    @property
    def certainty(self) -> Confidence:
        """Return the confidence of this citation, the source's own where it has none."""
        return self.confidence or self.source.confidence

    def unsure(self) -> Citation:
        """Return the same citation marked as uncertain."""
        return Citation(self.source, self.article, Confidence.UNCERTAIN)

    def __str__(self) -> str:
        mark = "〔待核实〕" if self.certainty is Confidence.UNCERTAIN else ""
        return f"{self.source}{self.article}{mark}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The head of every Step, Clock, Indicator, Section and Check.

    ``since`` is the first day in force, ``until`` the first day no longer in force. ``reading`` is what we read
    into the text where it is silent. Raises ``RulebookError`` where nothing is cited or the key is malformed.
    """

    key: str
    title: str
    cites: tuple[Citation, ...]
    since: date
    until: date | None = None
    reading: str = ""

    def __post_init__(self) -> None:
        if not self.cites:
            raise RulebookError(f"规则 {self.key}（{self.title}）没有依据")
        if not KEY.fullmatch(self.key):
            raise RulebookError(f"规则键 {self.key!r} 应为小写英文与连字符")
        if self.until is not None and self.until <= self.since:
            raise RulebookError(f"规则 {self.key} 的失效日不晚于施行日")

    def in_force(self, day: date) -> bool:
        """Tell whether the rule is in force on a day."""
        return self.since <= day and (self.until is None or day < self.until)

    @property
    def basis(self) -> str:
        """Return the citations as one printed phrase."""
        return "、".join(str(cite) for cite in self.cites)


RuleT = TypeVar("RuleT", bound=Rule)


class Catalogue(Generic[RuleT]):
    """Rules of one kind, by key and day.

    Refuses two versions of one key in force on the same day, and two different rules under one key that are
    the same object's accident: a key belongs to one chain of versions.
    """

    __slots__ = ("_versions",)

    def __init__(self, rules: Iterable[RuleT]) -> None:
        self._versions: dict[str, list[RuleT]] = {}
        for rule in rules:
            self._versions.setdefault(rule.key, []).append(rule)
        for key, versions in self._versions.items():
            versions.sort(key=lambda rule: rule.since)
            _refuse_overlap(key, versions)

    @classmethod
    def collect(cls, kind: type[RuleT], *modules: ModuleType) -> Catalogue[RuleT]:
        """Gather the module-level constants of one kind from named modules, in the order they are written."""
        found: dict[int, RuleT] = {}
        for module in modules:
            for value in vars(module).values():
                members = value if isinstance(value, tuple) else (value,)
                found.update((id(member), member) for member in members if isinstance(member, kind))
        return cls(found.values())

    def on(self, day: date) -> tuple[RuleT, ...]:
        """Return every rule in force on a day."""
        return tuple(rule for rule in self if rule.in_force(day))

    def get(self, key: str, day: date | None = None) -> RuleT:
        """Return one rule as in force on a day, or its latest version; raise ``KeyError`` if there is none."""
        versions = self._versions[key]
        if day is None:
            return versions[-1]
        for rule in versions:
            if rule.in_force(day):
                return rule
        raise KeyError(f"{key} is not in force on {day}")

    def keys(self) -> tuple[str, ...]:
        """Return every key, in the order the rules were written."""
        return tuple(self._versions)

    def __iter__(self) -> Iterator[RuleT]:
        for versions in self._versions.values():
            yield from versions

    def __len__(self) -> int:
        return sum(len(versions) for versions in self._versions.values())

    def __contains__(self, key: str) -> bool:
        return key in self._versions


def _refuse_overlap(key: str, versions: Iterable[Rule]) -> None:
    earlier: Rule | None = None
    for rule in versions:
        if earlier is not None and (earlier.until is None or earlier.until > rule.since):
            raise RulebookError(f"规则键 {key} 重复：两个版本在 {rule.since} 同时有效")
        earlier = rule


@cache
def sources() -> dict[str, Source]:
    """Return every text the rulebook may cite, by key."""
    found: dict[str, Source] = {}
    for key, row in tables.toml("sources.toml").items():
        values = dict(row)
        values["confidence"] = Confidence(values.get("confidence", "verified"))
        found[key] = Source(key=key, **values)
    return found


def source(key: str) -> Source:
    """Return one text by key; raise ``RulebookError`` if the rulebook does not list it."""
    try:
        return sources()[key]
    except KeyError as error:
        raise RulebookError(f"依据文件 {key} 未列入 sources.toml") from error


def cite(reference: str) -> Citation:
    """Read a reference written as ``source-key#article`` in a table, ``?`` at its end marking it uncertain."""
    key, _, article = reference.partition("#")
    if article.endswith("?"):
        return Citation(source(key), article[:-1], Confidence.UNCERTAIN)
    if key.endswith("?"):
        return Citation(source(key[:-1]), article, Confidence.UNCERTAIN)
    return Citation(source(key), article)
