"""Acts on a year: opening it, moving it on, reopening it, and changing a row where nobody was faster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string

from hengping.errors import Refusal
from hengping.performance.schemes import schemes
from hengping_io.year_layouts import layouts
from hengping_web.accounts.models import Organisation, User
from hengping_web.cycle import queries
from hengping_web.cycle.models import CaseCount, EvaluationYear, State, YearRow
from hengping_web.trail.queries import entries
from hengping_web.trail.services import Kind, record

NEXT: Mapping[State, State] = {
    State.PLANNING: State.APPROVED,
    State.APPROVED: State.EVALUATING,
    State.EVALUATING: State.FROZEN,
    State.FROZEN: State.PASSED,
    State.PASSED: State.PUBLISHED,
}
"""State → what may follow it; the way back is ``reopen`` alone."""

CARRIED = ("unit", "functions", "offices", "staffing")
"""Tables of this room that a new year takes over from the last: what a department is changes slowly."""

THIS_YEAR_ONLY = frozenset({"checkpoint_on", "checkpoint_planned", "publication", "complete", "partial", "evidence"})
"""Columns of those tables that speak of one year and are asked for anew."""

BATCH = 500


class Changed(Refusal):
    """Somebody was faster: who, when, and what stands there now; what the second wrote is kept by the page."""

    def __init__(
        self, what: str, *, by: str = "", at: datetime | None = None, theirs: Mapping[str, str] | None = None
    ) -> None:
        who = f"{by or '他人'}于 {timezone.localtime(at):%Y-%m-%d %H:%M} " if at else ""
        super().__init__(
            what, f"您打开页面之后，{who}已作修改", "您写的内容没有丢失：请与现在的内容核对，再决定是否提交。"
        )
        self.by = by
        self.at = at
        self.theirs = dict(theirs or {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A year as it is opened: whose, which, by which scheme, and when the report is due to be dated."""

    organisation: Organisation
    year: int
    scheme: str
    reported_on: date


def open_year(opening: Opening, actor: User | None = None) -> EvaluationYear:
    """Open a year of a department, empty."""
    _check_opening(opening)
    with transaction.atomic():
        made, fresh = EvaluationYear.objects.get_or_create(
            organisation=opening.organisation,
            year=opening.year,
            defaults={"scheme": opening.scheme, "reported_on": opening.reported_on},
        )
        if not fresh:
            raise Refusal("开立年度", f"{opening.organisation} {opening.year} 年度已经开立", "请直接打开该年度。")
        record(
            Kind.WRITE,
            "year.open",
            subject=made.subject,
            actor=actor,
            details={"scheme": opening.scheme, "reported_on": opening.reported_on.isoformat()},
        )
    return made


def _check_opening(opening: Opening) -> None:
    if opening.reported_on.year <= opening.year:
        raise Refusal(
            "开立年度",
            f"报告日期 {opening.reported_on} 在 {opening.year} 年度终了之前",
            "自评在年度终了之后进行，请核对年度与日期。",
        )
    if opening.scheme and opening.scheme not in {scheme.key for scheme in schemes().on(opening.reported_on)}:
        raise Refusal("开立年度", f"规则手册里没有在 {opening.reported_on} 有效的评分表", "请另选一张评分表。")


def open_from_last(opening: Opening, actor: User | None = None) -> EvaluationYear:
    """Open a year and take over from the last one what does not change by itself; every room carries its own."""
    with transaction.atomic():
        made = open_year(opening, actor)
        last = queries.year_before(made)
        if last is not None:
            for table in CARRIED:
                _carry(last, made, table, actor)
            for name in settings.YEAR_CARRY_OVER:
                import_string(name)(last, made, actor)
            record(Kind.WRITE, "year.carry", subject=made.subject, actor=actor, details={"from": last.subject})
    return made


def _carry(last: EvaluationYear, made: EvaluationYear, table: str, actor: User | None) -> None:
    rows = [
        {name: text for name, text in values.items() if name not in THIS_YEAR_ONLY}
        for values in queries.table_rows(last, table)
    ]
    if rows:
        _create_rows(made, table, rows, actor)


def locked(evaluation_year: EvaluationYear) -> EvaluationYear:
    """Return the year as it stands now, held until the transaction of the caller ends."""
    found = EvaluationYear.objects.select_for_update(of=("self",)).select_related("organisation")
    return found.get(pk=evaluation_year.pk)


def writable(evaluation_year: EvaluationYear, what: str) -> EvaluationYear:
    """Return the year, held, where it may still be written to; call it first inside a service's transaction."""
    found = locked(evaluation_year)
    if found.settled:
        raise Refusal(
            what,
            f"{found.year} 年度{found.state_label}，不再改动",
            "确需更正的，由部门负责人写明原因后重新打开本年度。",
        )
    return found


def claim(evaluation_year: EvaluationYear, version: int, what: str = "修改年度") -> EvaluationYear:
    """Take the next version of a year, in the caller's transaction; the second of two who saw the same is told."""
    mine = EvaluationYear.objects.filter(pk=evaluation_year.pk, version=version)
    if not mine.update(version=F("version") + 1):
        entry = entries(subject=evaluation_year.subject).first()
        raise Changed(what, by=entry.actor if entry else "", at=entry.at if entry else None)
    return locked(evaluation_year)


def move(
    evaluation_year: EvaluationYear,
    to: State,
    version: int,
    *,
    actor: User | None = None,
    details: Mapping[str, str | int] | None = None,
) -> EvaluationYear:
    """Move a year on to the state that follows; anything else is refused."""
    with transaction.atomic():
        found = claim(evaluation_year, version, to.label)
        if NEXT.get(State(found.state)) is not to:
            following = NEXT.get(State(found.state))
            remedy = f"下一步是“{following.label}”。" if following else "本年度已公开，如需更正请重新打开。"
            raise Refusal(to.label, f"本年度现在的状态是“{found.state_label}”", remedy)
        _set_state(found, to)
        record(
            Kind.WRITE,
            f"year.{to.value}",
            subject=found.subject,
            actor=actor,
            details={"version": found.version, **dict(details or {})},
        )
    return found


def reopen(evaluation_year: EvaluationYear, reason: str, version: int, *, actor: User | None = None) -> EvaluationYear:
    """Take a settled year back into self-evaluation, with the reason; what was fixed before stays in its snapshot."""
    with transaction.atomic():
        found = claim(evaluation_year, version, "重新打开")
        if not found.settled:
            raise Refusal("重新打开", f"本年度{found.state_label}，没有定稿", "可直接修改。")
        if not reason.strip():
            raise Refusal("重新打开", "没有写明原因", "请写明为何要改动已定稿的年度。")
        before = found.state
        _set_state(found, State.EVALUATING)
        made = _create_rows(found, REOPENINGS, [{"reason": reason.strip(), "from": before}], actor)
        record(
            Kind.WRITE,
            "year.reopen",
            subject=found.subject,
            actor=actor,
            details={"version": found.version, "from": before, "reason": made[0].pk},
        )
    return found


REOPENINGS = "~reopenings"
"""Rows that belong to the year and to no table of its folder: why a settled year was opened again."""


def _set_state(found: EvaluationYear, to: State) -> None:
    found.state = to.value
    found.save(update_fields=["state"])


def load_rows(
    evaluation_year: EvaluationYear, table: str, records: Iterable[Mapping[str, str]], actor: User | None = None
) -> int:
    """Append the rows of a table that is not there yet, and declare it given; return how many."""
    with transaction.atomic():
        held = writable(evaluation_year, "导入")
        if table in queries.given_tables(held):
            raise Refusal("导入", f"本年度已有“{layouts()[table].title}”", "请逐行修改，不得整表重复导入。")
        made = _create_rows(held, table, records, actor)
        record(Kind.WRITE, "year.load", subject=held.subject, actor=actor, details={"table": table, "rows": len(made)})
    return len(made)


def declare(evaluation_year: EvaluationYear, table: str, actor: User | None = None) -> None:
    """Say that a table is given, be it empty."""
    with transaction.atomic():
        held = writable(evaluation_year, "声明")
        if table not in queries.given_tables(held):
            _create_rows(held, table, (), actor)
            record(Kind.WRITE, "year.declare", subject=held.subject, actor=actor, details={"table": table})


def _create_rows(
    held: EvaluationYear, table: str, records: Iterable[Mapping[str, str]], actor: User | None
) -> list[YearRow]:
    if table not in queries.given_tables(held):
        YearRow.objects.create(evaluation_year=held, table=table, place=YearRow.DECLARED, by=actor)
    first = queries.next_place(held, table)
    rows = [
        YearRow(
            evaluation_year=held,
            table=table,
            place=place,
            key=key_of(table, values),
            values={name: text for name, text in values.items() if text},
            by=actor,
        )
        for place, values in enumerate(records, start=first)
    ]
    return YearRow.objects.bulk_create(rows, batch_size=BATCH)


def key_of(table: str, values: Mapping[str, str]) -> str:
    """Return the text of a row's key, or nothing where its table has none."""
    layout = layouts().get(table)
    return "|".join(values.get(name, "") for name in layout.key)[:200] if layout else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A row as somebody wants it: which table, at which place (None for a new row), and the revision they saw."""

    table: str
    values: Mapping[str, str]
    place: int | None = None
    seen: int = 0
    withdrawn: bool = False


def save_row(evaluation_year: EvaluationYear, edit: Edit, actor: User | None = None) -> YearRow:
    """Keep a row's next revision; the second of two who saw the same is told, with what the first wrote."""
    with transaction.atomic():
        held = writable(evaluation_year, "修改")
        made = _added(held, edit, actor) if edit.place is None else _revised(held, edit, actor)
        record(
            Kind.WRITE,
            "year.row",
            subject=held.subject,
            actor=actor,
            details={"table": edit.table, "place": made.place, "revision": made.revision},
        )
    return made


def _added(held: EvaluationYear, edit: Edit, actor: User | None) -> YearRow:
    key = key_of(edit.table, edit.values)
    if key and any(row.key == key for row in queries.latest_rows(held, edit.table)):
        raise Refusal("添加", f"已有“{key}”", "编号不得重复，请改正编号，或打开那一行修改。")
    return _create_rows(held, edit.table, [edit.values], actor)[0]


def _revised(held: EvaluationYear, edit: Edit, actor: User | None) -> YearRow:
    last = queries.row_at(held, edit.table, edit.place or 0)
    if last is None:
        raise Refusal("修改", "没有这一行", "请返回列表重新打开。")
    if last.revision != edit.seen:
        raise _changed(last)
    try:
        with transaction.atomic():
            return YearRow.objects.create(
                evaluation_year=held,
                table=edit.table,
                place=last.place,
                revision=last.revision + 1,
                key=key_of(edit.table, edit.values),
                values={name: text for name, text in edit.values.items() if text},
                withdrawn=edit.withdrawn,
                by=actor,
            )
    except IntegrityError:
        there = queries.row_at(held, edit.table, last.place)
        raise _changed(there or last) from None


def _changed(last: YearRow) -> Changed:
    theirs = {name: str(text) for name, text in last.values.items()}
    return Changed("修改", by=str(last.by) if last.by else "", at=last.at, theirs=theirs)


def keep_count(evaluation_year: EvaluationYear, upto: tuple[int, int], counts: Mapping[str, int | None]) -> CaseCount:
    """Keep what the casework came to, and up to which event it was counted."""
    events, last = upto
    with transaction.atomic():
        kept, _ = CaseCount.objects.update_or_create(
            evaluation_year=evaluation_year,
            defaults={
                "reported_on": evaluation_year.reported_on,
                "events": events,
                "last_event": last,
                "counts": dict(counts),
                "counted_at": timezone.now(),
            },
        )
    return kept


def begin_evaluation(evaluation_year: EvaluationYear, version: int, *, actor: User | None = None) -> EvaluationYear:
    """Move a year whose objectives were approved into self-evaluation, and let every room prepare its part."""
    with transaction.atomic():
        found = move(evaluation_year, State.EVALUATING, version, actor=actor)
        for name in settings.YEAR_BEGINNINGS:
            import_string(name)(found, actor)
    return found


def open_with(
    opening: Opening, fill: Callable[[EvaluationYear], object], state: State, actor: User | None = None
) -> EvaluationYear:
    """Open a year, have it filled, and put it into the state it was in elsewhere: all of it or nothing."""
    with transaction.atomic():
        made = open_year(opening, actor)
        fill(made)
        held = locked(made)
        _set_state(held, state)
        record(Kind.ADMINISTRATION, "year.loaded", subject=held.subject, actor=actor, details={"state": state.value})
    return held
