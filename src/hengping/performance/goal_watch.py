"""The goals of a year on a day: what was reported of a target against what should have been reached by then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hengping.figures import HUNDRED, ZERO, print_number, round_half_up
from hengping.performance.model import Operator
from hengping.performance.plan import Target
from hengping.performance.scoring import over_achievement, reached
from hengping.performance.sight import Elapsed, Judged, Projection, elapsed, percent_of, short, worst
from hengping.performance.thresholds import GOAL_PROGRESS, LINEAR_PROJECTION, Chance, Light, Regime

OLD = 31
"""Days after which a reported progress is called old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What was reported of a target: up to which day, the value, and how likely the target still is."""

    on: date
    value: Decimal | None = None
    chance: Chance | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalWatch:
    """One target on a day; ``planned`` is what should have been reached, ``share`` the part of the year's target."""

    target: Target
    progress: Progress | None
    planned: Decimal | None
    share: Decimal | None
    judged: tuple[Judged, ...]
    projection: Projection | None = None
    remarks: tuple[str, ...] = ()
    explain: str = ""

    @property
    def subject(self) -> str:
        """Return what the watch is known by in a stored report."""
        return f"goal:{self.target.indicator}|{self.target.project}"

    @property
    def title(self) -> str:
        """Return the target's name."""
        return self.target.name

    @property
    def light(self) -> Light:
        """Return the worst light of its questions."""
        return worst(self.judged)


def watch_goal(target: Target, reports: Sequence[Progress], day: date, year: int, rules: Regime) -> GoalWatch:
    """Compare what was last reported of a target by a day with what should have been reached."""
    known = [one for one in reports if one.on <= day]
    last = max(known, key=lambda one: one.on, default=None)
    passed = elapsed(day, year)
    planned = _planned(target, day, passed)
    value = None if last is None else last.value
    judged = tuple(_judge_goal(target, last, planned, rules))
    share = percent_of(value, target.target) if target.cumulative else None
    remarks = []
    if last is not None and (day - last.on).days > OLD:
        remarks.append(f"进度截至 {last.on.isoformat()}，早于监控日 {(day - last.on).days} 日")
    return GoalWatch(
        target=target,
        progress=last,
        planned=planned,
        share=share,
        judged=judged,
        projection=_project_goal(target, last, year),
        remarks=tuple(remarks),
        explain=_explain_goal(target, value, judged),
    )


def _planned(target: Target, day: date, passed: Elapsed) -> Decimal | None:
    if target.target is None:
        return None
    if target.milestones:
        return next((step.value for step in reversed(target.milestones) if step.on <= day), None)
    return target.target * passed.share if target.cumulative else target.target


def _judge_goal(target: Target, last: Progress | None, planned: Decimal | None, rules: Regime) -> Iterator[Judged]:
    if last is None:
        yield Judged(GOAL_PROGRESS, Light.UNKNOWN, "没有填报进度")
        return
    if last.chance is not None:
        light = {Chance.CERTAIN: Light.NORMAL, Chance.POSSIBLE: Light.WATCH, Chance.IMPOSSIBLE: Light.ALERT}
        yield Judged(GOAL_PROGRESS, light[last.chance], f"填报单位判断：全年目标{last.chance.label}完成")
    elif target.judged:
        yield Judged(GOAL_PROGRESS, Light.UNKNOWN, "定性指标没有填报完成的可能性")
    if target.target is None or target.operator is None:
        return
    if last.value is None:
        yield Judged(GOAL_PROGRESS, Light.UNKNOWN, "没有填报完成值")
    elif planned is None:
        yield Judged(GOAL_PROGRESS, Light.NORMAL, "尚未到自定进度的第一个节点")
    elif target.cumulative and target.operator.downward:
        yield _judge_ceiling(target, last.value, planned)
    elif target.cumulative or target.milestones:
        yield _judge_growth(target, last.value, planned, rules)
    else:
        yield _judge_level(target, last.value, rules)


def _judge_growth(target: Target, value: Decimal, planned: Decimal, rules: Regime) -> Judged:
    """A value that grows is measured against what should be there by now."""
    sign = target.operator or Operator.AT_LEAST
    share = round_half_up(reached(value, sign, planned) * HUNDRED, 2)
    light = Light.NORMAL if share >= rules.pace_normal else Light.WATCH if share >= rules.pace_watch else Light.ALERT
    said = f"{value:f}{target.unit}÷应达到 {short(planned)}{target.unit}，进度 {print_number(share, 2)}%"
    return Judged(GOAL_PROGRESS, light, f"{said}，{rules.pace_normal:f}% 以上为正常，{rules.pace_watch:f}% 以上为关注")


def _judge_ceiling(target: Target, value: Decimal, planned: Decimal) -> Judged:
    """A count that must not grow past its ceiling cannot come back once it is over."""
    whole = target.target or ZERO
    if value > whole:
        said = f"已有 {value:f}{target.unit}，超过全年上限 {whole:f}{target.unit}，不能再达到"
        return Judged(GOAL_PROGRESS, Light.ALERT, said)
    light = Light.WATCH if value > planned else Light.NORMAL
    word = "快于" if light is Light.WATCH else "不快于"
    return Judged(
        GOAL_PROGRESS,
        light,
        f"已有 {value:f}{target.unit}，{word}序时 {short(planned)}{target.unit}，全年上限 {whole:f}",
    )


def _judge_level(target: Target, value: Decimal, rules: Regime) -> Judged:
    """A rate is compared with the target itself, whatever the day."""
    sign, whole = target.operator or Operator.AT_LEAST, target.target or ZERO
    if sign.met(value, whole):
        return Judged(GOAL_PROGRESS, Light.NORMAL, f"{value:f}{target.unit}，达到目标 {target.aim}")
    share = round_half_up(reached(value, sign, whole) * HUNDRED, 2)
    light = Light.WATCH if share >= rules.pace_normal else Light.ALERT
    said = f"{value:f}{target.unit}，未达到目标 {target.aim}，为目标的 {print_number(share, 2)}%"
    return Judged(GOAL_PROGRESS, light, f"{said}，不足 {rules.pace_normal:f}% 为预警")


def _explain_goal(target: Target, value: Decimal | None, judged: Sequence[Judged]) -> str:
    if worst(judged) in (Light.WATCH, Light.ALERT):
        return "；".join(one.said for one in judged if one.light in (Light.WATCH, Light.ALERT))
    grows = target.cumulative and target.operator is not None and target.operator.upward
    if grows and value is not None and target.target:
        over = (value / target.target - 1) * HUNDRED
        if over > over_achievement():
            said = f"已超过全年目标 {print_number(over, 2)}%，高于 {over_achievement():f}%〔界限待核实〕"
            return f"{said}：请说明目标是否偏低"
    return ""


def _project_goal(target: Target, last: Progress | None, year: int) -> Projection | None:
    if not target.cumulative or target.target is None or last is None or last.value is None:
        return None
    passed = elapsed(last.on, year)
    if passed.days == 0:
        return None
    whole = last.value / passed.days * passed.of
    return Projection(
        rule=LINEAR_PROJECTION,
        amount=round_half_up(whole, 2),
        percent=percent_of(whole, target.target),
        working=f"{last.value:f}{target.unit}÷{passed.days} 日×{passed.of} 日＝{short(whole)}{target.unit}",
    )
