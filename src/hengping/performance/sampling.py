"""Samples of departments for re-evaluation: a part drawn by chance anybody can repeat, a part chosen by declared risk.

The list is fixed first and has a fingerprint; the seed comes afterwards. Chance is no secret: the departments are put
in the order of the SHA-256 of ``seed|key``, written in lower-case hexadecimal digits, and the first ones are drawn. A
sample is of departments and their self-evaluations; no fact of a person can enter it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from hengping import tables
from hengping.errors import Refusal, RulebookError
from hengping.law import KEY, Catalogue, Rule, cite

TABLE = "sampling.toml"
MOST_SEED = 200
"""More characters than anybody would write down in the minutes of a drawing."""


class Comparison(StrEnum):
    """When a fact makes a risk point."""

    AT_LEAST = "≥"
    AT_MOST = "≤"
    MISSING = "缺"


class Share(StrEnum):
    """By which part of the sample a department was chosen."""

    RISK = "risk"
    CHANCE = "chance"

    @property
    def label(self) -> str:
        """Return the words shown to users."""
        return {"risk": "按风险", "chance": "随机"}[self.value]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known of a department's year that a risk point may ask about."""

    key: str
    title: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPoint(Rule):
    """A declared reason to look closer: a fact, a limit, and how much it weighs."""

    fact: str
    comparison: Comparison
    limit: Decimal | None
    points: int
    said: str

    def applies(self, value: Decimal | None) -> bool:
        """Tell whether the fact makes the point; what is not known never does, unless its absence is the point."""
        if self.comparison is Comparison.MISSING:
            return value is None
        if value is None or self.limit is None:
            return False
        return value >= self.limit if self.comparison is Comparison.AT_LEAST else value <= self.limit


@dataclass(frozen=True, slots=True)
class Reason:
    """One risk point that a department has, in words."""

    point: RiskPoint
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One department on the list, by its key, with the facts known of its year."""

    key: str
    title: str
    facts: Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many are wanted by risk and by chance; with fewer than ``least_points`` nobody is chosen by risk."""

    by_risk: int
    by_chance: int
    least_points: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The list as it was fixed, before any seed: the year, the plan, and every candidate in the order of the keys."""

    year: int
    on: date
    plan: Plan
    candidates: tuple[Candidate, ...]

    @property
    def text(self) -> str:
        """Return the list as the text whose hash is noted: one line of head, then one line a department."""
        plan = f"by_risk={self.plan.by_risk}\tby_chance={self.plan.by_chance}\tleast_points={self.plan.least_points}"
        head = f"hengping-sampling/1\tyear={self.year}\ton={self.on.isoformat()}\t{plan}"
        return "\n".join([head, *(_line(one) for one in self.candidates), ""])

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the text, in hexadecimal digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One department of the sample: by which part, with which reasons, and its place in the order of the drawing."""

    candidate: Candidate
    share: Share
    reasons: tuple[Reason, ...]
    ticket: str
    place: int

    @property
    def points(self) -> int:
        """Return the sum of its risk points."""
        return sum(reason.point.points for reason in self.reasons)

    @property
    def words(self) -> str:
        """Return why it was chosen, in one sentence."""
        found = "；".join(f"{reason.words}（{reason.point.points} 分）" for reason in self.reasons)
        if self.share is Share.RISK:
            return f"风险点合计 {self.points} 分：{found}。"
        drawn = f"随机抽签第 {self.place} 位（签号 {self.ticket[:12]}…）"
        return f"{drawn}；另有风险点：{found}。" if found else f"{drawn}。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What was drawn from a frame with a seed: the chosen, risk first, and everybody's ticket in order."""

    frame: Frame
    seed: str
    chosen: tuple[Chosen, ...]
    tickets: tuple[tuple[str, str], ...]


def fix(year: int, on: date, plan: Plan, candidates: Iterable[Candidate]) -> Frame:
    """Fix the list; refuse an empty or repeated one, unknown facts, and a plan that cannot be met."""
    listed = tuple(sorted(candidates, key=lambda one: one.key))
    keys = [one.key for one in listed]
    if not listed:
        raise _refusal("名单是空的", "请先确定参加抽样的部门。")
    if len(set(keys)) != len(keys) or not all(KEY.fullmatch(key) for key in keys):
        raise _refusal("名单里有重复或不合格的部门键", "请核对名单。")
    for one in listed:
        unknown = sorted(set(one.facts) - set(facts()))
        if unknown:
            raise _refusal(f"“{one.title}”带有规则表没有的事实：{'、'.join(unknown)}", "抽样只用规则表列出的事实。")
    if min(plan.by_risk, plan.by_chance, plan.least_points) < 0 or plan.by_risk + plan.by_chance == 0:
        raise _refusal("抽取的个数不对", "请填写按风险和随机各抽几个，合计至少一个。")
    if plan.by_risk + plan.by_chance > len(listed):
        wanted = plan.by_risk + plan.by_chance
        raise _refusal(f"名单有 {len(listed)} 个部门，要抽 {wanted} 个", "请减少抽取的个数。")
    return Frame(year=year, on=on, plan=plan, candidates=listed)


def draw(frame: Frame, seed: str) -> Sample:
    """Draw the sample: the same frame and the same seed always give the same list.

    First the departments with the most risk points, as many as were planned and only with enough points; those with
    equal points in the order of the drawing. Then, among all others, the first ones in the order of the drawing.
    """
    seed = checked_seed(seed)
    tickets = sorted((ticket(seed, one.key), one.key) for one in frame.candidates)
    places = {key: place for place, (_, key) in enumerate(tickets, start=1)}
    everybody = [_considered(one, seed, places[one.key], frame.on) for one in frame.candidates]
    risky = sorted((one for one in everybody if one.points >= max(1, frame.plan.least_points)), key=_by_risk)
    by_risk = risky[: frame.plan.by_risk]
    taken = {one.candidate.key for one in by_risk}
    rest = sorted((one for one in everybody if one.candidate.key not in taken), key=lambda one: one.place)
    by_chance = [_by_chance(one) for one in rest[: frame.plan.by_chance]]
    return Sample(
        frame=frame, seed=seed, chosen=(*by_risk, *by_chance), tickets=tuple((key, found) for found, key in tickets)
    )


def checked_seed(seed: str) -> str:
    """Return the seed without blanks around it; refuse one nobody could repeat from the minutes."""
    found = seed.strip()
    if not found or len(found) > MOST_SEED or not found.isprintable():
        raise _refusal("种子为空、过长或含有看不见的字符", f"请写公开产生的一串字符，至多 {MOST_SEED} 字。")
    return found


def ticket(seed: str, key: str) -> str:
    """Return the number by which a department is put in order.

    >>> ticket("2025-03-20 abc", "city-housing")[:12]
    '9e2ea6f70ba8'
    """
    return hashlib.sha256(f"{seed}|{key}".encode()).hexdigest()


def reasons(candidate: Candidate, day: date) -> tuple[Reason, ...]:
    """Return the risk points a department has, the heaviest first."""
    found = [point for point in risk_points().on(day) if point.applies(candidate.facts.get(point.fact))]
    found.sort(key=lambda point: -point.points)
    return tuple(Reason(point, point.said.format(value=_value(candidate.facts.get(point.fact)))) for point in found)


@cache
def facts() -> Mapping[str, Fact]:
    """Return the facts a risk point may ask about, by key."""
    return {row["key"]: Fact(row["key"], row["title"], row["unit"]) for row in tables.toml(TABLE)["fact"]}


@cache
def risk_points() -> Catalogue[RiskPoint]:
    """Return every declared risk point."""
    return Catalogue(_risk_points(tables.toml(TABLE)["risk"]))


def _risk_points(rows: Iterable[Mapping[str, Any]]) -> Iterator[RiskPoint]:
    for row in rows:
        comparison = Comparison(row["operator"])
        limit = Decimal(row["limit"]) if "limit" in row else None
        if row["fact"] not in facts():
            raise RulebookError(f"风险点 {row['key']} 用到没有列出的事实 {row['fact']}")
        if (limit is None) is not (comparison is Comparison.MISSING):
            raise RulebookError(f"风险点 {row['key']} 的界限与比较方式不合")
        yield RiskPoint(
            key=row["key"],
            title=row["title"],
            cites=tuple(cite(reference) for reference in row["cites"]),
            since=row["since"],
            until=row.get("until"),
            reading=row["reading"],
            fact=row["fact"],
            comparison=comparison,
            limit=limit,
            points=row["points"],
            said=row["said"],
        )


def _considered(candidate: Candidate, seed: str, place: int, day: date) -> Chosen:
    found = reasons(candidate, day)
    number = ticket(seed, candidate.key)
    return Chosen(candidate=candidate, share=Share.RISK, reasons=found, ticket=number, place=place)


def _by_risk(one: Chosen) -> tuple[int, int]:
    return -one.points, one.place


def _by_chance(one: Chosen) -> Chosen:
    return Chosen(candidate=one.candidate, share=Share.CHANCE, reasons=one.reasons, ticket=one.ticket, place=one.place)


def _line(candidate: Candidate) -> str:
    known = (f"{name}={_value(candidate.facts.get(name))}" for name in facts())
    return "\t".join([candidate.key, *known])


def _value(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def _refusal(reason: str, remedy: str) -> Refusal:
    return Refusal("抽取复评样本", reason, remedy, "《衡评核对规则》抽样")
