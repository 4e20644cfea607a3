"""Acts on a plan: writing rows, submitting, returning, approving, adjusting; the core decides, the log row comes last."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import IntegrityError, transaction

from hengping.errors import InvalidPackage, Refusal
from hengping.performance import plan as core
from hengping.performance.library import INDICATORS
from hengping.performance.plan import Move, Standing, Taken
from hengping.performance.schemes import fill, targeted
from hengping.performance.targets import examine, stopping
from hengping_io.year_layouts import layouts
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.cycle import services as cycle
from hengping_web.cycle.models import EvaluationYear, State
from hengping_web.cycle.services import Changed
from hengping_web.objectives import queries
from hengping_web.objectives.models import (
    OBJECTIVES,
    TARGETS,
    Adjustment,
    ObjectiveResult,
    PlanDue,
    PlanMove,
    PlanRow,
)
from hengping_web.outbox.services import tell_account
from hengping_web.trail.services import Kind, record

WHAT = "填写绩效目标"
SHOWN = 6
"""How many things that stop a plan one refusal names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A row as somebody wants it: at which place (None for a new row), and the revision they saw."""

    table: str
    values: Mapping[str, str]
    more: Mapping[str, str] = field(default_factory=dict)
    place: int | None = None
    seen: int = 0
    withdrawn: bool = False


def key_of(table: str, values: Mapping[str, str]) -> str:
    """Return what a row is known by: the columns of its table's key."""
    return "|".join(values.get(name, "") for name in layouts()[table].key)[:200]


def save_row(evaluation_year: EvaluationYear, edit: Edit, actor: User) -> PlanRow:
    """Keep a row's next revision while the plan is open; the second of two who saw the same is told."""
    with transaction.atomic():
        held = cycle.writable(evaluation_year, WHAT)
        core.writable(queries.standing(held))
        made = _written(held, edit, actor)
        record(
            Kind.WRITE,
            "plan.row",
            subject=held.subject,
            actor=actor,
            details={"table": edit.table, "place": made.place, "revision": made.revision},
        )
    return made


def _written(held: EvaluationYear, edit: Edit, actor: User | None, under: Adjustment | None = None) -> PlanRow:
    last = queries.row_at(held, edit.table, edit.place) if edit.place else None
    if edit.place is not None and last is None:
        raise Refusal(WHAT, "没有这一行", "请返回列表重新打开。")
    if last is not None and last.revision != edit.seen:
        raise _changed(last)
    key = key_of(edit.table, edit.values)
    twin = queries.latest(held, edit.table).filter(key=key).exclude(place=last.place if last else 0)
    if not edit.withdrawn and twin.exists():
        raise Refusal(WHAT, f"已有“{key.replace('|', ' ').strip()}”", "同一指标在部门或同一项目里只定一个目标。")
    if not queries.given(held, edit.table):
        PlanRow.objects.create(evaluation_year=held, table=edit.table, place=PlanRow.DECLARED, by=actor)
    row = PlanRow(
        evaluation_year=held,
        table=edit.table,
        place=last.place if last else queries.next_place(held, edit.table),
        revision=last.revision + 1 if last else 1,
        key=key,
        values={name: text for name, text in edit.values.items() if text},
        more={name: text for name, text in edit.more.items() if text},
        withdrawn=edit.withdrawn,
        adjustment=under,
        by=actor,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise _changed(queries.row_at(held, edit.table, row.place) or row) from None
    return row


def _changed(last: PlanRow) -> Changed:
    theirs = {name: str(text) for name, text in {**last.values, **last.more}.items()}
    return Changed(WHAT, by=str(last.by) if last.by else "", at=last.at, theirs=theirs)


def set_due(evaluation_year: EvaluationYear, due_on: date, actor: User) -> PlanDue:
    """Set the day by which the offices submit, and tell them."""
    with transaction.atomic():
        held = cycle.writable(evaluation_year, "规定提交日期")
        if queries.standing(held) is Standing.FIXED:
            raise Refusal("规定提交日期", "目标已经固化", "不需要再规定日期。")
        made = PlanDue.objects.create(evaluation_year=held, due_on=due_on, by=actor)
        for user in staff(held, Role.OFFICE_CLERK):
            tell_account(user, "task", {"day": due_on.isoformat()})
        record(Kind.WRITE, "plan.due", subject=held.subject, actor=actor, details={"due_on": due_on.isoformat()})
    return made


def staff(evaluation_year: EvaluationYear, *roles: Role) -> list[User]:
    """Return who holds one of the roles in the department of a year."""
    wanted = [role.value for role in roles]
    mine = User.objects.filter(organisation=evaluation_year.organisation_id, is_active=True, grants__role__in=wanted)
    return list(mine.distinct().order_by("username"))


# ── submitting, returning, approving ───────────────────────────────────────────────────────────────────────────


def submit(evaluation_year: EvaluationYear, today: date, actor: User) -> PlanMove:
    """Hand the plan in for judgement; what has to be corrected or explained first is named."""
    with transaction.atomic():
        held = cycle.writable(evaluation_year, "提交绩效目标")
        _sound(held, "提交绩效目标")
        made = _moved(held, Move.SUBMIT, today, actor)
        for user in staff(held, Role.EVALUATION_TEAM, Role.DEPARTMENT_HEAD):
            if user.pk != actor.pk:
                tell_account(user, "plan-submitted", {"day": today.isoformat()})
        record(Kind.WRITE, "plan.submit", subject=held.subject, actor=actor, details={"digest": made.digest})
    return made


def give_back(evaluation_year: EvaluationYear, reason: str, today: date, actor: User) -> PlanMove:
    """Give the plan back with the reason; whoever submitted it is told that it came back, not why."""
    with transaction.atomic():
        held = cycle.writable(evaluation_year, "退回绩效目标")
        submitted = [move for move in queries.moves(held) if move.move == Move.SUBMIT]
        made = _moved(held, Move.RETURN, today, actor, reason.strip())
        if submitted:
            tell_account(submitted[-1].by, "plan-returned", {"day": today.isoformat()})
        record(Kind.WRITE, "plan.return", subject=held.subject, actor=actor, details={"sequence": made.sequence})
    return made


def approve(evaluation_year: EvaluationYear, version: int, today: date, actor: User) -> PlanMove:
    """Fix the plan: from here on a value changes only by an adjustment. The year moves on with it."""
    with transaction.atomic():
        held = cycle.writable(evaluation_year, "审定绩效目标")
        _sound(held, "审定绩效目标")
        fitting(held)
        made = _moved(held, Move.APPROVE, today, actor)
        cycle.move(held, State.APPROVED, version, actor=actor, details={"digest": made.digest})
    return made


def _moved(held: EvaluationYear, move: Move, today: date, actor: User, reason: str = "") -> PlanMove:
    earlier = [one.to_core() for one in queries.moves(held)]
    if queries.standing(held) is Standing.FIXED:
        earlier.append(Taken(move=Move.APPROVE, by="", on=today))
    core.take(earlier, Taken(move=move, by=actor.username, on=today, reason=reason))
    return PlanMove.objects.create(
        evaluation_year=held,
        sequence=PlanMove.objects.filter(evaluation_year=held).count() + 1,
        move=move.value,
        on=today,
        reason=reason,
        digest=digest(held),
        by=actor,
    )


def digest(evaluation_year: EvaluationYear) -> str:
    """Return the digest of what counts of a plan: the same rows give the same digest anywhere."""
    rows = {table: list(queries.latest(evaluation_year, table).values_list("values", flat=True)) for table in TABLES}
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


TABLES = (OBJECTIVES, TARGETS)


def _sound(held: EvaluationYear, what: str) -> None:
    found = stopping(examine(queries.plan(held)))
    if found:
        told = "；".join(concern.message for concern in found[:SHOWN])
        more = f"等 {len(found)} 处" if len(found) > SHOWN else ""
        raise Refusal(what, f"{told}{more}", "请按页面上的核对结果逐条改正或者说明", core.BASIS)


def fitting(held: EvaluationYear) -> None:
    """Raise ``Refusal`` where the targets do not fit the scheme, judged as the year folder will be."""
    if not held.scheme:
        return
    layout, found = layouts()[TARGETS], queries.plan(held)
    rows = [_parsed(row) for row in queries.table_rows(held, TARGETS)]
    for project in found.projects:
        mine = [targeted(row) for row in rows if (row["project"] or "") == project]
        try:
            fill(found.scheme, mine, INDICATORS, layout.title)
        except InvalidPackage as error:
            raise Refusal("核对评分表", str(error), "请更正评分表") from error


def _parsed(row: Mapping[str, str]) -> dict[str, object]:
    numbers = {name: core.number(row.get(name)) for name in ("target", "points")}
    return {**{column.name: row.get(column.name, "") for column in layouts()[TARGETS].columns}, **numbers}


# ── after the plan is fixed ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What an adjustment rests on: the document, its day, and why."""

    number: str
    on: date
    reason: str


def adjust(evaluation_year: EvaluationYear, grounds: Grounds, edits: Sequence[Edit], actor: User) -> Adjustment:
    """Change a fixed plan: all rows of one adjustment at once, and the plan stays sound; both values are kept."""
    with transaction.atomic():
        held = cycle.writable(evaluation_year, "调整绩效目标")
        core.adjustable(queries.standing(held), grounds.number, grounds.reason)
        if not edits:
            raise Refusal("调整绩效目标", "没有改动任何一条", "请改动需要调整的值。", core.BASIS)
        made = Adjustment.objects.create(
            evaluation_year=held, number=grounds.number, on=grounds.on, reason=grounds.reason, by=actor
        )
        for edit in edits:
            _written(held, edit, actor, made)
        _sound(held, "调整绩效目标")
        fitting(held)
        record(
            Kind.WRITE,
            "plan.adjust",
            subject=held.subject,
            actor=actor,
            details={"number": grounds.number, "rows": len(edits), "digest": digest(held)},
        )
    return made


def write_result(evaluation_year: EvaluationYear, objective: str, text: str, actor: User | None) -> ObjectiveResult:
    """Keep what came of an objective; it is no part of the plan and is written while the year is evaluated."""
    with transaction.atomic():
        held = cycle.writable(evaluation_year, "填写实际完成情况")
        if not queries.latest(held, OBJECTIVES).filter(key=objective).exists():
            raise Refusal("填写实际完成情况", "没有这个目标", "请返回列表重新打开。")
        made = ObjectiveResult.objects.create(evaluation_year=held, objective=objective, text=text, by=actor)
        record(Kind.WRITE, "plan.result", subject=held.subject, actor=actor, details={"result": made.pk})
    return made


# ── whole tables ───────────────────────────────────────────────────────────────────────────────────────────────


def load(evaluation_year: EvaluationYear, table: str, rows: Iterable[Mapping[str, str]], actor: User | None) -> None:
    """Take a whole table in, in its order; what came of the objectives is kept beside them."""
    with transaction.atomic():
        held = cycle.writable(evaluation_year, "导入")
        if queries.given(held, table):
            raise Refusal("导入", f"本年度已有“{layouts()[table].title}”", "请逐行修改，不得整表重复导入。")
        count = _create(held, table, rows, actor)
        record(Kind.WRITE, "plan.load", subject=held.subject, actor=actor, details={"table": table, "rows": count})


def _create(
    held: EvaluationYear,
    table: str,
    rows: Iterable[Mapping[str, str]],
    actor: User | None,
    more: Mapping[str, Mapping[str, str]] | None = None,
) -> int:
    found = [{name: text for name, text in row.items() if text and name != "result"} for row in rows]
    made = [
        PlanRow(
            evaluation_year=held,
            table=table,
            place=place,
            key=key_of(table, values),
            values=values,
            more=dict((more or {}).get(key_of(table, values), {})),
            by=actor,
        )
        for place, values in enumerate(found, start=1)
    ]
    PlanRow.objects.create(evaluation_year=held, table=table, place=PlanRow.DECLARED, by=actor)
    PlanRow.objects.bulk_create(made, batch_size=500)
    return len(made)


def load_results(evaluation_year: EvaluationYear, rows: Iterable[Mapping[str, str]], actor: User | None) -> None:
    """Take in what came of the objectives."""
    with transaction.atomic():
        held = cycle.writable(evaluation_year, "导入")
        made = [
            ObjectiveResult(evaluation_year=held, objective=row["objective"], text=row["result"], by=actor)
            for row in rows
            if row.get("result")
        ]
        ObjectiveResult.objects.bulk_create(made)


KEPT = ("cumulative", "office")
"""What of a row's further particulars is carried into the next year."""


def carry_over(last: EvaluationYear, made: EvaluationYear, actor: User | None) -> None:
    """Take over last year's objectives and targets as a draft: what was reached then is asked about by the checks."""
    with transaction.atomic():
        held = cycle.writable(made, "沿用上年")
        for table in TABLES:
            rows = list(queries.latest(last, table))
            if not rows or queries.given(held, table):
                continue
            more = {row.key: {name: text for name, text in row.more.items() if name in KEPT} for row in rows}
            _create(held, table, [row.values for row in rows], actor, more)
            record(
                Kind.WRITE,
                "plan.carry",
                subject=held.subject,
                actor=actor,
                details={"table": table, "from": last.subject, "rows": len(rows)},
            )
