"""What is measured, what it is worth, and what came of it.

An ``Indicator`` is a stable definition; a ``Scheme`` is one year's policy: which indicators count, for how many
points, towards which target. A ``Score`` joins the two and always carries its working, its citations and its
evidence. A rate whose base is zero is *not applicable*, one whose input is missing is *insufficient data*: neither
is ever 0 or 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol, TypeAlias

from hengping.errors import RulebookError
from hengping.figures import ZERO
from hengping.law import Citation, Confidence, Rule

Number: TypeAlias = int | Decimal
Counts: TypeAlias = Mapping[str, "Number | None"]


class Direction(StrEnum):
    """Which way of an indicator is the better one."""

    HIGHER = "higher"
    LOWER = "lower"
    EXACT = "exact"

    @property
    def label(self) -> str:
        """Return the word shown to users."""
        return {"higher": "越高越好", "lower": "越低越好", "exact": "等于目标为好"}[self.value]


class Operator(StrEnum):
    """How a target is to be met, as the official forms write it."""

    AT_LEAST = "≥"
    AT_MOST = "≤"
    MORE = ">"
    LESS = "<"
    EQUAL = "="
    JUDGED = "定性"

    def met(self, value: Decimal, target: Decimal) -> bool:
        """Tell whether a value meets a target; a judged target is never met by a number alone."""
        match self:
            case Operator.AT_LEAST:
                return value >= target
            case Operator.AT_MOST:
                return value <= target
            case Operator.MORE:
                return value > target
            case Operator.LESS:
                return value < target
            case Operator.EQUAL:
                return value == target
            case Operator.JUDGED:
                return False

    @property
    def upward(self) -> bool:
        """Tell whether more is better under this operator."""
        return self in (Operator.AT_LEAST, Operator.MORE)

    @property
    def downward(self) -> bool:
        """Tell whether less is better under this operator."""
        return self in (Operator.AT_MOST, Operator.LESS)


@dataclass(frozen=True, slots=True)
class Ratio:
    """One column of the facts as a percentage of another."""

    met: str
    of: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns this measure reads."""
        return (self.met, self.of)

    @property
    def unit(self) -> str:
        """Return the unit of the result."""
        return "%"


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of one column of the facts."""

    column: str
    unit: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns this measure reads."""
        return (self.column,)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A value entered by hand with its evidence; ``checks`` are the questions a judgement answers one by one."""

    unit: str = ""
    checks: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns this measure reads: none."""
        return ()


Measure: TypeAlias = Ratio | Total | Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator(Rule):
    """Something measured. ``formula`` says it in words; ``level1`` and ``level2`` are its place in the framework."""

    measure: Measure
    better: Direction = Direction.HIGHER
    level1: str = ""
    level2: str = ""
    formula: str = ""

    @property
    def unit(self) -> str:
        """Return the unit of the measured value."""
        return self.measure.unit

    @property
    def judged(self) -> bool:
        """Tell whether the indicator is qualitative: answered check by check, not by a number."""
        return isinstance(self.measure, Recorded) and self.measure.unit == ""

    @property
    def confidence(self) -> Confidence:
        """Return the lowest confidence among the citations."""
        ranks = list(Confidence)
        return max((cite.certainty for cite in self.cites), key=ranks.index)


def check_columns(indicators: Iterable[Indicator], *rows: type) -> None:
    """Raise ``RulebookError`` where an indicator names a column that none of the fact rows has."""
    known = {name for row in rows for name in _columns(row)}
    for indicator in indicators:
        unknown = [name for name in indicator.measure.columns if name not in known]
        if unknown:
            raise RulebookError(f"指标 {indicator.key}（{indicator.title}）引用了不存在的列：{'、'.join(unknown)}")


def _columns(row: type) -> Iterator[str]:
    """Yield the columns of a fact row, which is a data class or, where there are very many, a named tuple."""
    if is_dataclass(row):
        yield from (column.name for column in fields(row))
    else:
        yield from getattr(row, "_fields", ())


class Outcome(StrEnum):
    """What came of measuring."""

    MEASURED = "measured"
    NOT_APPLICABLE = "not_applicable"
    INSUFFICIENT_DATA = "insufficient_data"

    @property
    def label(self) -> str:
        """Return the word shown to users."""
        return {"measured": "已计量", "not_applicable": "不适用", "insufficient_data": "数据不足"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A value entered by hand: a number, a level, or answers to checks, always with the evidence it rests on.

    ``level`` is the judged level as the scheme names it, ``share`` the percentage of the points claimed inside it;
    ``passed`` answers the checks in their order. ``cause`` and ``remedy`` explain a deviation.
    """

    value: Decimal | None = None
    level: str = ""
    share: Decimal | None = None
    passed: tuple[bool, ...] = ()
    evidence: tuple[str, ...] = ()
    text: str = ""
    cause: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A measured value, or why there is none.

    ``amount`` is a percentage rounded to two decimals for a ratio (what is printed is what is scored), the exact
    sum for a total. ``operands`` is the division as a reader would write it. ``missing`` names absent inputs. ``nothing``
    says that base and part are both zero; ``checks`` are the questions a judgement answers.
    """

    outcome: Outcome
    amount: Decimal | None = None
    unit: str = ""
    operands: str = ""
    missing: tuple[str, ...] = ()
    reason: str = ""
    nothing: bool = False
    record: Record | None = None
    checks: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.outcome is not Outcome.MEASURED:
            return f"{self.outcome.label}（{self.reason}）"
        if self.amount is not None:
            return f"{self.amount:f}{self.unit}"
        record = self.record
        return "" if record is None else record.level or record.text


class Empty(StrEnum):
    """What a scheme does with an indicator that does not apply."""

    EXCLUDE = "exclude"
    FULL = "full"
    FULL_IF_NOTHING = "full_if_nothing"

    @property
    def label(self) -> str:
        """Return the words shown to users."""
        return {
            "exclude": "不适用的不计分，也不计入可评分值",
            "full": "不适用的按满分计",
            "full_if_nothing": "预算与实际均为零的按满分计，其余转人工判断",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Award:
    """Points awarded before rounding, how they were reached, and what a reader should be told."""

    points: Decimal
    how: str = ""
    remarks: tuple[str, ...] = ()


class Scoring(Protocol):
    """One way of awarding points."""

    @property
    def title(self) -> str:
        """Name the way in words."""
        ...

    def award(self, value: Value, row: Weighing) -> Award | str:
        """Award points, or say what is missing to do so."""
        ...

    def faults(self, row: Weighing) -> Iterator[str]:
        """Yield what in this way of scoring contradicts the row it is used in."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """One row of a scheme: an indicator, its points, its target and how points are awarded.

    ``block`` is the level-1 name as the form prints it, ``level2`` and ``level3`` the names below; ``level3`` is
    the indicator's own title where it is empty. ``goal`` is a judged target in words.
    """

    indicator: str
    points: Decimal
    scoring: Scoring
    block: str = ""
    level2: str = ""
    level3: str = ""
    operator: Operator = Operator.AT_LEAST
    target: Decimal | None = None
    goal: str = ""
    unit: str = ""
    empty: Empty = Empty.EXCLUDE
    cites: tuple[Citation, ...] = ()
    confidence: Confidence = Confidence.VERIFIED
    reading: str = ""
    project: str = ""

    @property
    def aim(self) -> str:
        """Return the target as it is printed: ``≥`` is left out, as a plain target means at least."""
        if self.target is None:
            return self.goal
        sign = "" if self.operator is Operator.AT_LEAST else self.operator.value
        return f"{sign}{self.target:f}{self.unit}"


@dataclass(frozen=True, slots=True)
class Block:
    """A level-1 group of a scheme and the points it must add up to."""

    title: str
    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """One grade: awarded from ``least`` percent of the points up to the next band."""

    title: str
    least: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme(Rule):
    """One authority's points for one run of years.

    ``open_blocks`` are filled by the year's own objectives; ``gaps`` says what of the official table is not known,
    and a scheme with gaps never yields a grade.
    """

    authority: str
    blocks: tuple[Block, ...] = ()
    rows: tuple[Weighing, ...] = ()
    open_blocks: frozenset[str] = frozenset()
    whole: Decimal = Decimal(100)
    gaps: tuple[str, ...] = ()
    confidence: Confidence = Confidence.WELL_KNOWN

    @property
    def points(self) -> Decimal:
        """Return the points of all rows together."""
        return sum((row.points for row in self.rows), ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What one row of a scheme came to; ``points`` is None where it could not be evaluated."""

    indicator: Indicator
    weighing: Weighing
    value: Value
    points: Decimal | None
    working: str
    evidence: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Return the level-3 name as the form prints it."""
        return self.weighing.level3 or self.indicator.title

    @property
    def possible(self) -> Decimal:
        """Return the points the row is worth."""
        return self.weighing.points

    @property
    def evaluated(self) -> bool:
        """Tell whether points could be awarded at all."""
        return self.points is not None

    @property
    def cites(self) -> tuple[Citation, ...]:
        """Return the definition's citations followed by those of the points."""
        return tuple(dict.fromkeys(self.indicator.cites + self.weighing.cites))

    @property
    def uncertain(self) -> bool:
        """Tell whether any part of the rule behind the score still has to be confirmed."""
        marks = [self.weighing.confidence, *(cite.certainty for cite in self.cites)]
        return Confidence.UNCERTAIN in marks

    @property
    def explain(self) -> bool:
        """Tell whether the form asks for a cause and a remedy: points were lost."""
        return self.points is not None and self.points < self.possible


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A whole evaluation: the scores, what they add up to, and the grade where enough was evaluated.

    ``evaluated`` is the points of the rows that could be evaluated; ``grade`` is empty where ``grade_reason`` says
    why none is given.
    """

    scheme: Scheme
    day: date
    scores: tuple[Score, ...]
    total: Decimal
    possible: Decimal
    evaluated: Decimal
    grade: str = ""
    grade_reason: str = ""
    grade_cites: tuple[Citation, ...] = ()
    remarks: tuple[str, ...] = field(default=())

    @property
    def share(self) -> Decimal:
        """Return the share of all points that could be evaluated, between 0 and 1; 0 for an empty scheme."""
        return self.evaluated / self.possible if self.possible else ZERO

    def by_block(self) -> Mapping[str, tuple[Score, ...]]:
        """Return the scores by level-1 block, in the scheme's order."""
        found: dict[str, tuple[Score, ...]] = {block.title: () for block in self.scheme.blocks}
        for score in self.scores:
            found[score.weighing.block] = (*found.get(score.weighing.block, ()), score)
        return MappingProxyType(found)
