"""What a unit sets itself for a year: objectives, targets, and the year's way from a draft to a plan that is fixed.

A plan is drafted, submitted, returned or approved. Once approved it is fixed: from then on a value changes only by
an adjustment that names its reason and the document that allowed it, and both values are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType

from hengping.errors import Refusal
from hengping.figures import ZERO
from hengping.law import Catalogue, source
from hengping.performance.model import Direction, Indicator, Operator, Scheme

GOALS = source("goals-2015")
REGULATION = source("budget-law-regulation")
BASIS = str(GOALS.whole)

WHOLE = "部门整体"
"""How the targets of no single project are called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """What should have been reached by a day, counted from the start of the year."""

    on: date
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One row a unit sets itself, as far as it is filled in; ``reason`` answers what a check asks to be explained.

    ``operator``, ``target`` and ``points`` are None where nothing sensible was entered. ``milestones`` are the
    target's own schedule; ``cumulative`` says that the value grows from the start of the year.
    """

    indicator: str
    project: str = ""
    block: str = ""
    level2: str = ""
    level3: str = ""
    operator: Operator | None = None
    target: Decimal | None = None
    goal: str = ""
    unit: str = ""
    points: Decimal | None = None
    scoring: str = ""
    cumulative: bool = False
    milestones: tuple[Milestone, ...] = ()
    reason: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Return what the row is known by: its indicator and its project."""
        return (self.indicator, self.project)

    @property
    def name(self) -> str:
        """Return the level-3 name, the indicator's key where there is none."""
        return self.level3 or self.indicator

    @property
    def judged(self) -> bool:
        """Tell whether the row is judged in words."""
        return self.operator is Operator.JUDGED

    @property
    def aim(self) -> str:
        """Return the value aimed at as a reader would write it."""
        if self.target is None:
            return self.goal
        return f"{self.operator or ''}{self.target:f}{self.unit}"

    @property
    def better(self) -> Direction:
        """Return which way is the better one, as the operator says."""
        if self.operator is None or not (self.operator.upward or self.operator.downward):
            return Direction.EXACT
        return Direction.HIGHER if self.operator.upward else Direction.LOWER


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """One thing the unit means to bring about in the year, and the indicators that will show it."""

    key: str
    title: str
    expected: str = ""
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LastYear:
    """What last year came to for the same row: the value, and what had been aimed at."""

    value: Decimal | None = None
    target: Decimal | None = None


NO_HISTORY: Mapping[tuple[str, str], LastYear] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything the checks on a year's targets look at."""

    year: int
    scheme: Scheme
    catalogue: Catalogue[Indicator]
    targets: tuple[Target, ...]
    objectives: tuple[Objective, ...] = ()
    last: Mapping[tuple[str, str], LastYear] = field(default_factory=lambda: NO_HISTORY)
    due_on: date | None = None
    submitted_on: date | None = None

    @property
    def projects(self) -> tuple[str, ...]:
        """Return whose targets there are: the department first, then the projects as they are first named."""
        return tuple(dict.fromkeys(("", *(row.project for row in self.targets))))

    def of(self, project: str) -> tuple[Target, ...]:
        """Return the targets of the department (empty) or of one project."""
        return tuple(row for row in self.targets if row.project == project)


@dataclass(frozen=True, slots=True)
class BlockSum:
    """What the targets of one level-1 group come to, and what the scheme asks of them."""

    title: str
    points: Decimal
    asked: Decimal
    rows: tuple[Target, ...]

    @property
    def fits(self) -> bool:
        """Tell whether the points add up."""
        return self.points == self.asked


def block_sums(plan: Plan, project: str) -> tuple[BlockSum, ...]:
    """Return the groups the scheme leaves to the unit with what the targets of the department or a project come to."""
    free = [block for block in plan.scheme.blocks if block.title in plan.scheme.open_blocks]
    return tuple(
        BlockSum(
            block.title,
            sum((row.points for row in mine if row.points is not None), ZERO),
            block.points,
            mine,
        )
        for block in free
        for mine in (tuple(row for row in plan.of(project) if row.block == block.title),)
    )


def number(text: str | None) -> Decimal | None:
    """Return the number a text is, or None: what is not a number is not zero.

    >>> str(number("95.0"))
    '95.0'
    >>> number("大幅提升") is None, number("NaN") is None
    (True, True)
    """
    try:
        found = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def target_of(row: Mapping[str, str]) -> Target:
    """Read one row of the targets table of a year, as far as it is filled in."""
    words = {"不低于": "≥", "不高于": "≤", "高于": ">", "低于": "<", "等于": "=", "定性评判": "定性"}
    written = row.get("operator") or ""
    sign = words.get(written, written)
    return Target(
        indicator=row.get("indicator") or "",
        project=row.get("project") or "",
        block=row.get("block") or "",
        level2=row.get("level2") or "",
        level3=row.get("level3") or "",
        operator=Operator(sign) if sign in set(Operator) else None,
        target=number(row.get("target")),
        goal=row.get("goal") or "",
        unit=row.get("unit") or "",
        points=number(row.get("points")),
        scoring=row.get("scoring") or "",
    )


def milestones_of(text: str) -> tuple[Milestone, ...]:
    """Read a schedule written as ``2024-06-30 400；2024-12-31 800``; raise ``ValueError`` for what is neither.

    >>> [(str(one.on), str(one.value)) for one in milestones_of("2024-06-30 400；2024-12-31 800")]
    [('2024-06-30', '400'), ('2024-12-31', '800')]
    """
    found = []
    for part in text.replace("；", ";").replace("\n", ";").split(";"):
        if not part.strip():
            continue
        day, _, rest = part.strip().partition(" ")
        value = number(rest)
        if value is None:
            raise ValueError(part.strip())
        found.append(Milestone(on=date.fromisoformat(day), value=value))
    return tuple(found)


# ── from a draft to a plan that is fixed ───────────────────────────────────────────────────────────────────────


class Move(StrEnum):
    """What may be done with a plan as a whole."""

    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"

    @property
    def label(self) -> str:
        """Return the word shown to users."""
        return {"submit": "提交", "return": "退回", "approve": "审定"}[self.value]


class Standing(StrEnum):
    """Where a plan stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    FIXED = "fixed"

    @property
    def label(self) -> str:
        """Return the word shown to users."""
        return {"draft": "编报中", "submitted": "已提交，待审核", "returned": "已退回修改", "fixed": "已审定固化"}[
            self.value
        ]

    @property
    def open(self) -> bool:
        """Tell whether rows may still be written freely."""
        return self in (Standing.DRAFT, Standing.RETURNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A move that was made: by whom (an account or a post), when, and why."""

    move: Move
    by: str
    on: date
    reason: str = ""


_LEADS = {Move.SUBMIT: Standing.SUBMITTED, Move.RETURN: Standing.RETURNED, Move.APPROVE: Standing.FIXED}
_FROM = {
    Move.SUBMIT: (Standing.DRAFT, Standing.RETURNED),
    Move.RETURN: (Standing.SUBMITTED,),
    Move.APPROVE: (Standing.SUBMITTED,),
}


def standing(moves: Iterable[Taken]) -> Standing:
    """Return where the moves made so far have brought a plan."""
    found = Standing.DRAFT
    for taken in moves:
        found = _LEADS[taken.move]
    return found


def take(moves: Sequence[Taken], wanted: Taken) -> Standing:
    """Return where a move leads; raise ``Refusal`` where it is not possible now, or not by this person."""
    now = standing(moves)
    if now not in _FROM[wanted.move]:
        raise Refusal(f"{wanted.move.label}绩效目标", f"目前“{now.label}”", _remedy(now), BASIS)
    if wanted.move is Move.RETURN and not wanted.reason:
        raise Refusal("退回绩效目标", "没有写明退回理由", "请写明哪一条、为什么、怎样改", BASIS)
    if wanted.move is Move.APPROVE and wanted.by == _submitter(moves):
        raise Refusal(
            "审定绩效目标",
            "提交人不得审定自己提交的目标",
            "请由评价组或部门负责人中的另一人审定",
            "《衡评核对规则》OBJ-01",
        )
    return _LEADS[wanted.move]


def writable(now: Standing) -> None:
    """Raise ``Refusal`` where rows of a plan may not be written: while it is judged, and once it is fixed."""
    if not now.open:
        raise Refusal("填写绩效目标", f"目前“{now.label}”", _remedy(now), BASIS)


def adjustable(now: Standing, number: str, reason: str) -> None:
    """Raise ``Refusal`` where a fixed plan may not be adjusted: not fixed yet, no document, or no reason."""
    if now is not Standing.FIXED:
        raise Refusal("调整绩效目标", f"目前“{now.label}”，不需要调整程序", "请直接修改", BASIS)
    if not number or not reason:
        raise Refusal("调整绩效目标", "没有写明调整的文号和理由", "请填写同意调整的文件名称、文号和理由", BASIS)


def _remedy(now: Standing) -> str:
    match now:
        case Standing.FIXED:
            return "目标已经固化，改动须另行记录调整，写明理由和文号"
        case Standing.SUBMITTED:
            return "请等待审核；需要修改的，请评价组退回"
        case _:
            return "请先填写并提交"


def _submitter(moves: Sequence[Taken]) -> str:
    return next((taken.by for taken in reversed(moves) if taken.move is Move.SUBMIT), "")
