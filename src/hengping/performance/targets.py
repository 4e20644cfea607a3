"""Checks on the targets a unit sets itself, before anybody approves them.

A check is a rule with its text. What it finds has to be corrected, has to be explained in writing, or is a hint;
a target whose row carries the explanation no longer stands in the way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from hengping.errors import RulebookError
from hengping.figures import HUNDRED
from hengping.law import Citation, Rule, source
from hengping.performance import scoring
from hengping.performance.model import Direction, Indicator, Operator, Scoring, Weighing
from hengping.performance.plan import WHOLE, Plan, Target, block_sums

GOALS = source("goals-2015").whole
CORE = source("indicators-2021").whole
FRAMEWORK = source("indicators-2013")["附件：绩效指标明确性"]
REASONABLE = source("indicators-2013")["附件：绩效目标合理性"]
EVALUATION = source("evaluation-2020").whole
BUDGET_REGULATION = source("budget-law-regulation")
HOUSE = source("house-rules")

SINCE = date(2015, 5, 21)
HOUSE_SINCE = date(2000, 1, 1)

JUMP = Decimal(1000)
"""A value this many times last year's, or this small a part of it, looks like another unit (衡评核对规则 OBJ-08)."""

LEAST_COVERAGE = ("数量指标", "质量指标", "时效指标")
"""The level-2 indicators of output that good practice asks for."""


class Gravity(StrEnum):
    """What becomes of a plan in which a check finds something."""

    CORRECT = "correct"
    EXPLAIN = "explain"
    HINT = "hint"

    @property
    def label(self) -> str:
        """Return the words shown to users."""
        return {"correct": "须改正", "explain": "须书面说明", "hint": "提示"}[self.value]


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found, and the rows it speaks of."""

    message: str
    rows: tuple[Target, ...] = ()


Ask = Callable[[Plan], Iterator[Found]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetCheck(Rule):
    """One question asked of every plan; ``doc`` is the rule as readers see it."""

    gravity: Gravity
    remedy: str
    ask: Ask

    @property
    def doc(self) -> str:
        """Return the rule in one sentence."""
        return (self.ask.__doc__ or "").strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """One thing a check found in a plan; ``explained`` is the reason given in the rows it speaks of."""

    check: TargetCheck
    message: str
    keys: tuple[tuple[str, str], ...] = ()
    explained: str = ""

    @property
    def stops(self) -> bool:
        """Tell whether the plan cannot be submitted with this."""
        return self.check.gravity is Gravity.CORRECT or (self.check.gravity is Gravity.EXPLAIN and not self.explained)

    def __str__(self) -> str:
        return f"{self.message}（{self.check.gravity.label}；依据：{self.check.basis}）。{self.check.remedy}"


def examine(plan: Plan) -> tuple[Concern, ...]:
    """Ask every check of a plan; what stops it comes first."""
    found = [
        Concern(
            check=check,
            message=one.message,
            keys=tuple(row.key for row in one.rows),
            explained="；".join(dict.fromkeys(row.reason for row in one.rows if row.reason)),
        )
        for check in CHECKS
        for one in check.ask(plan)
    ]
    order = list(Gravity)
    return tuple(sorted(found, key=lambda concern: (not concern.stops, order.index(concern.check.gravity))))


def stopping(concerns: Sequence[Concern]) -> tuple[Concern, ...]:
    """Return what has to be corrected or explained before the plan may be submitted."""
    return tuple(concern for concern in concerns if concern.stops)


def _check(
    key: str,
    title: str,
    *cites: Citation,
    gravity: Gravity = Gravity.CORRECT,
    remedy: str,
    reading: str = "",
) -> Callable[[Ask], TargetCheck]:
    since = HOUSE_SINCE if {cite.source.key for cite in cites} == {"house-rules"} else SINCE

    def build(ask: Ask) -> TargetCheck:
        return TargetCheck(
            key=key,
            title=title,
            cites=cites,
            since=since,
            reading=reading,
            gravity=gravity,
            remedy=remedy,
            ask=ask,
        )

    return build


# ── is every row something that can be measured? ───────────────────────────────────────────────────────────────


@_check("target-named", "指标名称完整", FRAMEWORK, remedy="请补全一级、二级、三级指标名称。")
def target_named(plan: Plan) -> Iterator[Found]:
    """每条指标写明一级、二级、三级名称。"""
    for row in plan.targets:
        absent = [
            word
            for word, text in (("一级指标", row.block), ("二级指标", row.level2), ("三级指标", row.level3))
            if not text
        ]
        if absent:
            yield Found(f"{_whose(row)}“{row.name}”没有写{'、'.join(absent)}", (row,))


@_check(
    "target-quantified",
    "指标值量化",
    FRAMEWORK,
    GOALS,
    remedy="能用数的写数；确实不能量化的，指标性质选“定性”，并写明做到什么算达成。",
)
def target_quantified(plan: Plan) -> Iterator[Found]:
    """定量指标写明数字，定性指标写明做到什么程度，不得空缺。"""
    for row in plan.targets:
        if row.operator is None:
            yield Found(f"{_whose(row)}“{row.name}”没有写指标性质（≥、≤、=、定性等）", (row,))
        elif row.judged and not row.goal:
            yield Found(f"{_whose(row)}“{row.name}”是定性指标，没有写明做到什么程度", (row,))
        elif row.judged and row.target is not None:
            yield Found(f"{_whose(row)}“{row.name}”是定性指标，却写了数字 {row.target:f}", (row,))
        elif not row.judged and row.target is None:
            yield Found(f"{_whose(row)}“{row.name}”没有量化：指标值不是数", (row,))


@_check("target-unit", "计量单位", FRAMEWORK, remedy="请写明计量单位；规则手册的指标须用其自身的单位。")
def target_unit(plan: Plan) -> Iterator[Found]:
    """数字写明计量单位，并与规则手册该指标的单位一致。"""
    for row in plan.targets:
        if row.target is None:
            continue
        own = _known(plan, row)
        if not row.unit:
            yield Found(f"{_whose(row)}“{row.name}”的指标值 {row.target:f} 没有计量单位", (row,))
        elif own is not None and own.unit and own.unit != row.unit:
            yield Found(f"{_whose(row)}“{row.name}”以“{own.unit}”计，却写作“{row.unit}”", (row,))


@_check("target-direction", "指标方向", CORE, HOUSE["OBJ-02"], remedy="请更正不等号，或者另设指标。")
def target_direction(plan: Plan) -> Iterator[Found]:
    """越高越好的指标写下限，越低越好的指标写上限。"""
    for row in plan.targets:
        own = _known(plan, row)
        if own is None or row.operator is None or row.target is None:
            continue
        against = (own.better is Direction.HIGHER and row.operator.downward) or (
            own.better is Direction.LOWER and row.operator.upward
        )
        if against:
            yield Found(f"{_whose(row)}“{row.name}”{own.better.label}，指标值却写作“{row.aim}”", (row,))


@_check(
    "target-scoring",
    "计分方式适用",
    EVALUATION,
    CORE,
    remedy="请更正计分方式，或者不填，由系统按指标性质选用通行方式。",
)
def target_scoring(plan: Plan) -> Iterator[Found]:
    """计分方式与指标的性质、分值相容。"""
    for row in plan.targets:
        if row.operator is None or row.points is None or (row.target is None and not row.judged):
            continue
        try:
            way = scoring.way(row.scoring) if row.scoring else scoring.usual(row.operator)
        except RulebookError as error:
            yield Found(f"{_whose(row)}“{row.name}”：{error}", (row,))
            continue
        for fault in way.scoring.faults(_weighed(row, way.scoring, row.operator, row.points)):
            yield Found(f"{_whose(row)}“{row.name}”：{fault}", (row,))


# ── do the points add up, and is everything covered? ───────────────────────────────────────────────────────────


@_check("target-block", "一级指标在评分表之内", EVALUATION, remedy="请改用评分表留给单位自设的一级指标。")
def target_block(plan: Plan) -> Iterator[Found]:
    """单位只在评分表留出的部分自设指标。"""
    free = [block.title for block in plan.scheme.blocks if block.title in plan.scheme.open_blocks]
    for row in plan.targets:
        if row.block and row.block not in free:
            listed = "、".join(free) or "没有"
            yield Found(f"{_whose(row)}“{row.name}”写在“{row.block}”，可自设的部分：{listed}", (row,))


@_check("target-points", "分值合计", EVALUATION, CORE, remedy="请调整分值，使各部分合计等于评分表规定的分值。")
def target_points(plan: Plan) -> Iterator[Found]:
    """每条指标有大于零的分值；各部分合计等于评分表规定的分值，说明哪一部分差多少。"""
    for row in plan.targets:
        if row.points is None or row.points <= 0:
            yield Found(f"{_whose(row)}“{row.name}”没有大于零的分值", (row,))
    for project in plan.projects:
        for block in block_sums(plan, project):
            away = block.points - block.asked
            if away:
                word = f"多 {away:f}" if away > 0 else f"少 {-away:f}"
                said = f"{_project(project)}“{block.title}”各行分值合计 {block.points:f}，应为 {block.asked:f}，{word}"
                yield Found(said, block.rows)


@_check(
    "target-coverage",
    "产出、效益、满意度都有指标",
    CORE,
    remedy="请补设指标；不设满意度指标的，改选相应的评分表。",
)
def target_coverage(plan: Plan) -> Iterator[Found]:
    """评分表留出的每一部分至少有一条指标。"""
    for project in plan.projects:
        used = {row.block for row in plan.of(project)}
        for block in plan.scheme.blocks:
            if block.title in plan.scheme.open_blocks and block.title not in used:
                yield Found(f"{_project(project)}没有设“{block.title}”")


@_check(
    "target-output-kinds",
    "产出分数量、质量、时效",
    CORE.unsure(),
    gravity=Gravity.HINT,
    remedy="建议补设；确不适用的可以不设。",
    reading="通行做法，不设不妨碍提交。",
)
def target_output_kinds(plan: Plan) -> Iterator[Found]:
    """产出指标一般各有一条数量、质量、时效指标。"""
    if not plan.scheme.open_blocks:
        return
    for project in plan.projects:
        rows = plan.of(project)
        absent = [word for word in LEAST_COVERAGE if word not in {row.level2 for row in rows}]
        if rows and absent:
            yield Found(f"{_project(project)}的产出没有{'、'.join(absent)}")


# ── do the targets contradict each other? ──────────────────────────────────────────────────────────────────────


@_check("target-once", "一项指标一个目标", HOUSE["OBJ-03"], remedy="请只保留一条；口径不同的，名称也要不同。")
def target_once(plan: Plan) -> Iterator[Found]:
    """同一指标、同名指标在部门或同一项目里只定一个目标。"""
    for rows in _groups(plan, lambda row: row.key):
        if len(rows) > 1:
            yield Found(f"{_whose(rows[0])}“{rows[0].name}”定了 {len(rows)} 个目标：{_aims(rows)}", rows)
    for rows in _groups(plan, lambda row: (_plain(row.level3), row.project)):
        if rows[0].level3 and len({row.indicator for row in rows}) > 1:
            yield Found(f"{_whose(rows[0])}有 {len(rows)} 条同名指标“{rows[0].level3}”：{_aims(rows)}", rows)


@_check("target-range", "上下限相容", HOUSE["OBJ-04"], remedy="没有一个数能同时达到，请核对哪一个写错了。")
def target_range(plan: Plan) -> Iterator[Found]:
    """同一指标的下限不得高于上限。"""
    for rows in _groups(plan, lambda row: (_plain(row.level3) or row.indicator, row.project)):
        bound = [(row, row.target, row.operator) for row in rows if row.target is not None and row.operator is not None]
        lows = [(value, row) for row, value, sign in bound if sign.upward or sign is Operator.EQUAL]
        highs = [(value, row) for row, value, sign in bound if sign.downward or sign is Operator.EQUAL]
        if not lows or not highs:
            continue
        low, below = max(lows, key=lambda pair: pair[0])
        high, above = min(highs, key=lambda pair: pair[0])
        if low > high:
            said = f"{_whose(below)}“{below.name}”的下限 {below.aim} 高于上限 {above.aim}"
            yield Found(said, (below, above))


@_check(
    "target-levels",
    "部门与项目同一指标",
    HOUSE["OBJ-05"],
    gravity=Gravity.EXPLAIN,
    remedy="请核对；口径不同的，在说明里写清楚。",
)
def target_levels(plan: Plan) -> Iterator[Found]:
    """部门和项目对同一指标定的目标应当一致，不一致的说明原因。"""
    whole = {row.indicator: row for row in plan.of("")}
    for row in plan.targets:
        above = whole.get(row.indicator)
        if not row.project or above is None or above.target is None or row.target is None:
            continue
        if (row.target, row.operator, row.unit) != (above.target, above.operator, above.unit):
            yield Found(f"“{row.name}”：{WHOLE}定 {above.aim}，{_project(row.project)}定 {row.aim}", (row, above))


@_check(
    "target-possible",
    "目标可以达到",
    REASONABLE,
    HOUSE["OBJ-06"],
    gravity=Gravity.EXPLAIN,
    remedy="请核对；确可超过的，在说明里写清楚。",
)
def target_possible(plan: Plan) -> Iterator[Found]:
    """比率的目标不超过 100%，数量的目标不为负。"""
    for row in plan.targets:
        if row.target is None or row.operator is None:
            continue
        over = row.unit == "%" and row.operator.upward and row.target > HUNDRED
        unreachable = row.unit == "%" and row.operator is Operator.MORE and row.target == HUNDRED
        if over or unreachable:
            yield Found(f"{_whose(row)}“{row.name}”的目标 {row.aim} 超过 100%", (row,))
        elif row.target < 0 and row.unit != "%":
            yield Found(f"{_whose(row)}“{row.name}”的目标 {row.aim} 为负数", (row,))


# ── against last year ──────────────────────────────────────────────────────────────────────────────────────────


@_check(
    "target-soft",
    "不低于上年实绩",
    REASONABLE,
    EVALUATION.unsure(),
    gravity=Gravity.EXPLAIN,
    remedy="请提高目标，或者书面说明为什么不能保持上年的水平。",
)
def target_soft(plan: Plan) -> Iterator[Found]:
    """上年已经做到的，今年的目标不得更低；更低的说明原因。"""
    for row in plan.targets:
        last = plan.last.get(row.key)
        if last is None or row.target is None:
            continue
        for said, value in (("上年完成", last.value), ("上年目标", last.target)):
            if value is not None and _softer(row, value):
                yield Found(f"{_whose(row)}“{row.name}”：{said} {value:f}{row.unit}，今年只定 {row.aim}", (row,))
                break


@_check(
    "target-jump",
    "与上年的量级",
    HOUSE["OBJ-08"],
    gravity=Gravity.EXPLAIN,
    remedy="请核对计量单位（如元与万元）；确实如此的，书面说明。",
)
def target_jump(plan: Plan) -> Iterator[Found]:
    """与上年相差一千倍以上的，核对单位。"""
    for row in plan.targets:
        last = plan.last.get(row.key)
        before = None if last is None else last.value if last.value is not None else last.target
        if not before or not row.target:
            continue
        times = abs(row.target / before)
        if times >= JUMP or times <= 1 / JUMP:
            yield Found(f"{_whose(row)}“{row.name}”：上年 {before:f}，今年 {row.aim}，相差一千倍以上", (row,))


# ── days ───────────────────────────────────────────────────────────────────────────────────────────────────────


@_check("target-schedule", "进度安排", GOALS, HOUSE["OBJ-09"], remedy="请更正各时间节点应达到的数。")
def target_schedule(plan: Plan) -> Iterator[Found]:
    """进度节点在本年度之内，先后有序，数随时间不减，最后一个等于指标值。"""
    for row in plan.targets:
        steps = row.milestones
        days, values = [step.on for step in steps], [step.value for step in steps]
        if not steps:
            continue
        if any(on.year != plan.year for on in days):
            yield Found(f"{_whose(row)}“{row.name}”有进度节点不在 {plan.year} 年内", (row,))
        if days != sorted(set(days)):
            yield Found(f"{_whose(row)}“{row.name}”的进度节点没有按日期先后排列或有重复", (row,))
        if row.cumulative and values != sorted(values):
            yield Found(f"{_whose(row)}“{row.name}”是累计数，后一节点却少于前一节点", (row,))
        if row.target is not None and values[-1] != row.target:
            yield Found(f"{_whose(row)}“{row.name}”最后一个节点为 {values[-1]:f}，指标值为 {row.target:f}", (row,))


@_check(
    "target-deadline",
    "按时提交",
    BUDGET_REGULATION["第二十五条"].unsure(),
    GOALS,
    gravity=Gravity.HINT,
    remedy="逾期的照常审核，并在年度页上注明。",
    reading="绩效目标与部门预算同步编报；具体日期由组织编报的部门规定，系统记录该日期。",
)
def target_deadline(plan: Plan) -> Iterator[Found]:
    """绩效目标在规定日期之前提交。"""
    if plan.due_on is not None and plan.submitted_on is not None and plan.submitted_on > plan.due_on:
        late = (plan.submitted_on - plan.due_on).days
        said = f"应于 {plan.due_on.isoformat()} 之前提交，{plan.submitted_on.isoformat()} 提交，逾期 {late} 日"
        yield Found(said)


# ── objectives ─────────────────────────────────────────────────────────────────────────────────────────────────


@_check("objective-known", "目标对应的指标存在", FRAMEWORK, remedy="请改用年度指标或者规则手册里的指标。")
def objective_known(plan: Plan) -> Iterator[Found]:
    """年度目标所对应的指标，在年度指标或者规则手册里有。"""
    own = {row.indicator for row in plan.targets}
    for objective in plan.objectives:
        unknown = [key for key in objective.indicators if key not in own and key not in plan.catalogue]
        if unknown:
            yield Found(f"年度目标“{objective.title}”对应的指标不存在：{'、'.join(unknown)}")


@_check("objective-complete", "年度目标完整", REASONABLE, remedy="请写明目标名称和预期达到的结果。")
def objective_complete(plan: Plan) -> Iterator[Found]:
    """至少有一个年度目标，每个目标写明名称和预期结果，编号不重复。"""
    if not plan.objectives:
        yield Found("没有填写年度目标")
    for objective in plan.objectives:
        if not objective.title or not objective.expected:
            yield Found(f"年度目标“{objective.title or objective.key}”没有写明预期结果")
    for key, times in Counter(objective.key for objective in plan.objectives).items():
        if times > 1:
            yield Found(f"年度目标编号“{key}”重复 {times} 次")


@_check(
    "objective-measured",
    "年度目标有指标衡量",
    FRAMEWORK,
    gravity=Gravity.HINT,
    remedy="请为它选定指标，否则年终无从说明是否实现。",
)
def objective_measured(plan: Plan) -> Iterator[Found]:
    """每个年度目标至少对应一条指标。"""
    for objective in plan.objectives:
        if not objective.indicators:
            yield Found(f"年度目标“{objective.title}”没有对应的指标")


CHECKS: tuple[TargetCheck, ...] = (
    target_named,
    target_quantified,
    target_unit,
    target_direction,
    target_scoring,
    target_block,
    target_points,
    target_coverage,
    target_output_kinds,
    target_once,
    target_range,
    target_levels,
    target_possible,
    target_soft,
    target_jump,
    target_schedule,
    target_deadline,
    objective_known,
    objective_complete,
    objective_measured,
)
"""Every check, in the order they are asked."""


def _known(plan: Plan, row: Target) -> Indicator | None:
    return plan.catalogue.get(row.indicator) if row.indicator in plan.catalogue else None


def _weighed(row: Target, way: Scoring, operator: Operator, points: Decimal) -> Weighing:
    return Weighing(
        indicator=row.indicator,
        points=points,
        scoring=way,
        block=row.block,
        level3=row.level3,
        operator=operator,
        target=row.target,
        goal=row.goal,
        unit=row.unit,
    )


def _softer(row: Target, last: Decimal) -> bool:
    if row.target is None or row.better is Direction.EXACT:
        return False
    return last > row.target if row.better is Direction.HIGHER else last < row.target


def _groups(plan: Plan, key: Callable[[Target], tuple[str, str]]) -> Iterator[tuple[Target, ...]]:
    found: dict[tuple[str, str], list[Target]] = {}
    for row in plan.targets:
        found.setdefault(key(row), []).append(row)
    yield from (tuple(rows) for rows in found.values())


def _plain(title: str) -> str:
    return "".join(letter for letter in title if letter.isalnum())


def _aims(rows: Sequence[Target]) -> str:
    return "、".join(f"“{row.aim}”" for row in rows)


def _project(code: str) -> str:
    return f"项目 {code} " if code else WHOLE


def _whose(row: Target) -> str:
    return f"项目 {row.project} 的" if row.project else ""
