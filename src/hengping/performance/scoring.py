"""The few ways points may be awarded.

A way is given the measured value and the row of the scheme, and answers with points and the words for them, or with
what it would need to know. It never rounds: points are rounded once, where they are booked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any, TypeAlias

from hengping import tables
from hengping.errors import RulebookError
from hengping.figures import HUNDRED, ZERO, print_number
from hengping.law import Citation, Confidence, cite
from hengping.performance.model import Award, Operator, Scoring, Value, Weighing

ONE = Decimal(1)
NO_VALUE = "没有完成值"
NO_TARGET = "评分表没有规定指标值"


class Counting(StrEnum):
    """How a distance that is not a whole number of steps is counted."""

    WHOLE = "whole"
    STARTED = "started"
    PROPORTIONAL = "proportional"

    @property
    def label(self) -> str:
        """Return the word put before the step."""
        return {"whole": "每满", "started": "每超（不足一步按一步）", "proportional": "按比例每"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportional:
    """Full where the target is met; else by the share reached, in the direction the target points."""

    title: str = "按完成比例计分"

    def award(self, value: Value, row: Weighing) -> Award | str:
        """Award by the share of the target reached."""
        if value.amount is None:
            return NO_VALUE
        if row.target is None:
            return NO_TARGET
        share = reached(value.amount, row.operator, row.target)
        return Award(row.points * share, remarks=_over_achieved(value.amount, row))

    def faults(self, row: Weighing) -> Iterator[str]:
        """Yield a fault where no number is aimed at."""
        yield from _needs_target(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """Full where the target is met, else nothing, or full less a set deduction."""

    deduct: Decimal | None = None
    title: str = "直接赋分"

    def award(self, value: Value, row: Weighing) -> Award | str:
        """Award everything or the set remainder."""
        met = _met(value, row)
        if isinstance(met, str):
            return met
        if met:
            return Award(row.points)
        left = ZERO if self.deduct is None else max(ZERO, row.points - self.deduct)
        return Award(left, "未达目标")

    def faults(self, row: Weighing) -> Iterator[str]:
        """Yield a fault where the deduction is more than the points."""
        if self.deduct is not None and not ZERO <= self.deduct <= row.points:
            yield f"扣分 {self.deduct} 超出分值 {row.points}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioWithFloor:
    """By the share reached, but nothing below the floor; between floor and target evenly."""

    floor: Decimal = Decimal(60)
    title: str = "按完成比例计分并设及格门槛"

    def award(self, value: Value, row: Weighing) -> Award | str:
        """Award by the share reached above the floor."""
        if value.amount is None:
            return NO_VALUE
        if row.target is None:
            return NO_TARGET
        share = reached(value.amount, row.operator, row.target) * HUNDRED
        if share < self.floor:
            return Award(ZERO, f"完成比例 {print_number(share, 2)}%，低于 {self.floor}%")
        part = (share - self.floor) / (HUNDRED - self.floor)
        how = "" if share == HUNDRED else f"完成比例 {print_number(share, 2)}%，门槛 {self.floor}%"
        return Award(row.points * part, how, _over_achieved(value.amount, row))

    def faults(self, row: Weighing) -> Iterator[str]:
        """Yield a fault where no number is aimed at."""
        yield from _needs_target(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The value as a share of a full mark, never above the points: execution rates, scores out of a hundred."""

    of: Decimal = HUNDRED
    title: str = "按比例折算，不超过满分"

    def award(self, value: Value, row: Weighing) -> Award | str:
        """Award the converted share."""
        if value.amount is None:
            return NO_VALUE
        share = min(max(value.amount / self.of, ZERO), ONE)
        how = f"超过 {self.of}{value.unit} 的按 {self.of}{value.unit} 计" if value.amount > self.of else ""
        return Award(row.points * share, how)

    def faults(self, row: Weighing) -> Iterator[str]:
        """Yield a fault where the row aims at something else than the full mark."""
        if row.target is not None and row.target != self.of:
            yield f"指标值 {row.target} 与折算的满分 {self.of} 不符"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdStep:
    """Full where the target is met; else a deduction for every step away from it, down to nothing."""

    step: Decimal
    deduct: Decimal
    counting: Counting = Counting.WHOLE
    title: str = "达标满分，超出逐步扣分"

    def award(self, value: Value, row: Weighing) -> Award | str:
        """Award what the steps leave."""
        if value.amount is None:
            return NO_VALUE
        if row.target is None:
            return NO_TARGET
        if row.operator.met(value.amount, row.target):
            return Award(row.points)
        away = abs(value.amount - row.target)
        lost = self._steps(away) * self.deduct
        word = "高于" if value.amount > row.target else "低于"
        unit = "个百分点" if value.unit == "%" else value.unit
        how = (
            f"{word}目标 {print_number(away, 2)} {unit}，{self.counting.label} {self.step} {unit}扣 {self.deduct} 分，"
            f"扣 {print_number(min(lost, row.points), 2)} 分"
        )
        return Award(max(ZERO, row.points - lost), how)

    def faults(self, row: Weighing) -> Iterator[str]:
        """Yield faults of a step that leads nowhere."""
        yield from _needs_target(row)
        if self.step <= 0 or self.deduct <= 0:
            yield "步长与扣分须大于零"

    def _steps(self, away: Decimal) -> Decimal:
        steps = away / self.step
        if self.counting is Counting.PROPORTIONAL:
            return steps
        rounding = ROUND_FLOOR if self.counting is Counting.WHOLE else ROUND_CEILING
        return steps.to_integral_value(rounding=rounding)


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """One band of values and its points; an end left out is open, ``above`` and ``below`` exclude their end."""

    points: Decimal
    least: Decimal | None = None
    above: Decimal | None = None
    most: Decimal | None = None
    below: Decimal | None = None

    def __contains__(self, value: Decimal) -> bool:
        return (
            (self.least is None or value >= self.least)
            and (self.above is None or value > self.above)
            and (self.most is None or value <= self.most)
            and (self.below is None or value < self.below)
        )

    def __str__(self) -> str:
        ends = ((self.least, "≥"), (self.above, "＞"), (self.most, "≤"), (self.below, "＜"))
        return "且".join(f"{sign}{end}" for end, sign in ends if end is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """Points by the band a value falls into; ``of`` scales points given out of another full mark."""

    bands: tuple[Range, ...]
    of: Decimal | None = None
    title: str = "按区间计分"

    def award(self, value: Value, row: Weighing) -> Award | str:
        """Award the points of the band."""
        if value.amount is None:
            return NO_VALUE
        for band in self.bands:
            if value.amount in band:
                scale = ONE if self.of is None else row.points / self.of
                return Award(band.points * scale, f"{value.amount:f}{value.unit} 属于 {band} 一档")
        return f"评分表没有规定 {value.amount:f}{value.unit} 属于哪一档"

    def faults(self, row: Weighing) -> Iterator[str]:
        """Yield faults of bands whose best is not the full mark."""
        best = max(band.points for band in self.bands)
        if best != (row.points if self.of is None else self.of):
            yield f"最高一档 {best} 分与满分不符"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question of a checklist and its points."""

    title: str
    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """Points for every check that is passed; without items of its own, the indicator's checks count evenly."""

    items: tuple[Item, ...] = ()
    title: str = "逐项核对计分"

    def award(self, value: Value, row: Weighing) -> Award | str:
        """Award the points of the checks passed."""
        items = self.items or _even(row.points, value.checks)
        passed = value.record.passed if value.record is not None else ()
        if len(passed) != len(items):
            return f"核对项共 {len(items)} 项，填报 {len(passed)} 项"
        failed = [item.title for item, good in zip(items, passed, strict=True) if not good]
        points = sum((item.points for item, good in zip(items, passed, strict=True) if good), ZERO)
        how = f"{len(items)} 项中 {len(items) - len(failed)} 项符合"
        return Award(points, how + (f"，不符合：{'、'.join(failed)}" if failed else ""))

    def faults(self, row: Weighing) -> Iterator[str]:
        """Yield a fault where the items do not add up to the row."""
        whole = sum((item.points for item in self.items), ZERO)
        if self.items and whole != row.points:
            yield f"核对项合计 {whole} 分，与分值 {row.points} 不符"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A deduction for every case found; the recorded value is how many."""

    deduct: Decimal
    title: str = "按发现的问题扣分"

    def award(self, value: Value, row: Weighing) -> Award | str:
        """Award what the cases leave."""
        if value.amount is None:
            return "没有填报发现问题的数量"
        if value.amount < 0 or value.amount != value.amount.to_integral_value():
            return f"问题数量 {value.amount} 不是非负整数"
        left = max(ZERO, row.points - value.amount * self.deduct)
        return Award(left, f"发现 {value.amount:f} 起，每起扣 {self.deduct} 分" if value.amount else "未发现问题")

    def faults(self, row: Weighing) -> Iterator[str]:
        """Yield a fault where a case costs nothing, or more than there is."""
        if not ZERO < self.deduct <= row.points:
            yield f"每起扣分 {self.deduct} 须大于零且不超过分值"


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A judged level, worth from ``least`` to below ``most``; one value where both are the same."""

    title: str
    least: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Points by a judged level and, inside it, the share that the judge names; ``of`` is the full mark."""

    levels: tuple[Level, ...]
    of: Decimal = HUNDRED
    title: str = "按评判等级计分"

    def award(self, value: Value, row: Weighing) -> Award | str:
        """Award the share named inside the level judged."""
        record = value.record
        if record is None or not record.level:
            return "没有填报评判等级"
        found = next((level for level in self.levels if level.title == record.level), None)
        if found is None:
            return f"等级“{record.level}”不在评分表所列之内（{'、'.join(level.title for level in self.levels)}）"
        share = found.most if found.least == found.most else record.share
        if share is None:
            return f"没有填报等级“{found.title}”之内的得分比例"
        if not self._admits(found, share):
            return f"得分比例 {share}% 不在等级“{found.title}”的 {found.least}%—{found.most}% 之内"
        how = f"评为“{found.title}”" + (f"，按 {share:f}% 计" if found.least < found.most else "")
        return Award(row.points * share / self.of, how)

    def faults(self, row: Weighing) -> Iterator[str]:
        """Yield faults of levels none of which earns the full mark, or of a number that nobody compares."""
        if row.target is not None:
            yield "按等级评判的指标不应规定数字指标值"
        if max(level.most for level in self.levels) != self.of:
            yield "没有一个等级可得满分"

    def _admits(self, level: Level, share: Decimal) -> bool:
        """The upper end belongs to the next level, except the full mark, which has none."""
        return level.least <= share < level.most or share == level.most in (self.of, level.least)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The share of the points that an evaluator names."""

    title: str = "由评价人判断"

    def award(self, value: Value, row: Weighing) -> Award | str:
        """Award the share named."""
        share = value.record.share if value.record is not None else None
        if share is None:
            return "没有填报得分比例"
        if not ZERO <= share <= HUNDRED:
            return f"得分比例 {share}% 不在 0%—100% 之内"
        return Award(row.points * share / HUNDRED, f"评价人判断，按 {share:f}% 计")

    def faults(self, row: Weighing) -> Iterator[str]:
        """Yield a fault where a number is aimed at and then judged."""
        if row.target is not None:
            yield "由评价人判断的指标不应规定数字指标值"


def reached(value: Decimal, operator: Operator, target: Decimal) -> Decimal:
    """Return which share of a target was reached, between 0 and 1, in the direction the target points.

    >>> str(reached(Decimal(45), Operator.AT_LEAST, Decimal(50)))
    '0.9'
    >>> str(reached(Decimal(5), Operator.AT_MOST, Decimal(4)))
    '0.8'
    >>> str(reached(Decimal(3), Operator.AT_MOST, Decimal(0)))
    '0'
    """
    if operator.met(value, target):
        return ONE
    if operator.upward and target > 0:
        share = value / target
    elif operator.downward and target >= 0:
        share = target / value if value else ZERO
    elif target:
        share = ONE - abs(value - target) / abs(target)
    else:
        share = ZERO
    return min(max(share, ZERO), ONE)


# ── reading ways from the rulebook ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A named way of scoring with the text it rests on."""

    scoring: Scoring
    cites: tuple[Citation, ...]
    confidence: Confidence
    reading: str = ""


@cache
def ways() -> Mapping[str, Way]:
    """Return every named way of scoring in the rulebook."""
    return MappingProxyType(
        {
            name: Way(
                scoring=build(row),
                cites=tuple(cite(reference) for reference in row["cites"]),
                confidence=Confidence(row["confidence"]),
                reading=row.get("reading", ""),
            )
            for name, row in tables.toml("scoring.toml").items()
            if row["way"] != "parameter"
        }
    )


def way(name: str) -> Way:
    """Return one named way; raise ``RulebookError`` where the rulebook has none of that name."""
    try:
        return ways()[name]
    except KeyError as error:
        raise RulebookError(f"没有名为 {name} 的计分方式；可用：{'、'.join(ways())}") from error


def usual(operator: Operator) -> Way:
    """Return the way used where a target names none: by proportion, or by levels for a judged target."""
    return way("levels" if operator is Operator.JUDGED else "proportional")


def build(row: Mapping[str, Any]) -> Scoring:
    """Build a way of scoring from its table; raise ``RulebookError`` where the table names none we know."""
    try:
        builder = BUILDERS[row["way"]]
    except KeyError as error:
        raise RulebookError(f"不认识的计分方式 {error}") from error
    built = builder(row)
    return replace(built, title=row["title"]) if "title" in row else built


def over_achievement() -> Decimal:
    """Return by how many percent a target may be passed before the reader is asked whether it was too low."""
    return Decimal(tables.toml("scoring.toml")["over-achievement"]["percent"])


def reading_of(scoring: Scoring) -> str:
    """Return what is read into a scheme's own words where they leave a way of scoring open."""
    steps = isinstance(scoring, ThresholdStep) and scoring.counting is Counting.WHOLE
    return str(tables.toml("scoring.toml")["threshold-step"]["reading"]) if steps else ""


def _threshold_step(row: Mapping[str, Any]) -> ThresholdStep:
    counting = Counting(row.get("counting", "whole"))
    return ThresholdStep(step=Decimal(row["step"]), deduct=Decimal(row["deduct"]), counting=counting)


def _checklist(row: Mapping[str, Any]) -> Checklist:
    items = (Item(title=item["title"], points=Decimal(item["points"])) for item in row.get("items", ()))
    return Checklist(items=tuple(items))


def _range(row: Mapping[str, str]) -> Range:
    ends = {name: _optional(row, name) for name in ("least", "above", "most", "below")}
    return Range(points=Decimal(row["points"]), **ends)


def _level(row: Mapping[str, str]) -> Level:
    return Level(title=row["title"], least=Decimal(row["least"]), most=Decimal(row["most"]))


def _optional(row: Mapping[str, Any], name: str) -> Decimal | None:
    return Decimal(row[name]) if name in row else None


AnyWay: TypeAlias = (
    Proportional | Direct | RatioWithFloor | Share | Judgement | Violation | ThresholdStep | Bands | Checklist | Levels
)

BUILDERS: Mapping[str, Callable[[Mapping[str, Any]], AnyWay]] = MappingProxyType(
    {
        "proportional": lambda _: Proportional(),
        "direct": lambda row: Direct(deduct=_optional(row, "deduct")),
        "ratio_with_floor": lambda row: RatioWithFloor(floor=Decimal(row["floor"])),
        "share": lambda row: Share(of=Decimal(row["of"])),
        "judgement": lambda _: Judgement(),
        "violation": lambda row: Violation(deduct=Decimal(row["deduct"])),
        "threshold_step": _threshold_step,
        "bands": lambda row: Bands(bands=tuple(_range(band) for band in row["bands"]), of=_optional(row, "of")),
        "checklist": _checklist,
        "levels": lambda row: Levels(
            levels=tuple(_level(level) for level in row["levels"]), of=_optional(row, "of") or HUNDRED
        ),
    }
)
"""The ways a table may name."""


def _needs_target(row: Weighing) -> Iterator[str]:
    if row.target is None:
        yield NO_TARGET


def _met(value: Value, row: Weighing) -> bool | str:
    if row.operator is Operator.JUDGED:
        passed = value.record.passed if value.record is not None else ()
        return all(passed) if passed else "没有填报是否达成"
    if value.amount is None:
        return NO_VALUE
    if row.target is None:
        return NO_TARGET
    return row.operator.met(value.amount, row.target)


def _over_achieved(value: Decimal, row: Weighing) -> tuple[str, ...]:
    target = row.target
    if target is None or not row.operator.upward or target <= 0:
        return ()
    limit = over_achievement()
    over = (value / target - ONE) * HUNDRED
    if over <= limit:
        return ()
    return (
        f"超过目标 {print_number(over, 2)}%，高于 {limit}%〔界限待核实〕：请说明原因及目标是否偏低，必要时按偏离程度调减得分",
    )


def _even(points: Decimal, checks: tuple[str, ...]) -> tuple[Item, ...]:
    return tuple(Item(title=check, points=points / len(checks)) for check in checks)
