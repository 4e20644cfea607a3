"""Deadline certificates: for every clock of a case, how its last day was found and how it stands.

A certificate names the article, the event that started the clock, the days counted, each day left out and why, and
the last day in both modes. Where no calendar is published ``due`` is None and says so; nothing is guessed.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from hengping.dates import ONE_DAY, Calendar, Counting, Day
from hengping.errors import OutsideCalendar, Refusal
from hengping.petitions.clocks import CLOCKS
from hengping.petitions.guards import LATEST, day_in
from hengping.petitions.model import Alternative, Case, Clock, Context, Event
from hengping.petitions.parameters import find_parameter


class Standing(StrEnum):
    """How a clock stands on a day."""

    RUNNING = "running"
    MET = "met"
    LATE = "late"
    OVERDUE = "overdue"
    STOPPED = "stopped"
    NOT_APPLICABLE = "not-applicable"
    UNDETERMINED = "undetermined"

    @property
    def label(self) -> str:
        """Return the words shown to users."""
        return _LABELS[self.value]


_LABELS = {
    "running": "计算中",
    "met": "按期",
    "late": "逾期办理",
    "overdue": "已逾期",
    "stopped": "已停止",
    "not-applicable": "不适用",
    "undetermined": "无法判定",
}

Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Excluded:
    """A day that was not counted, and why."""

    on: date
    reason: str

    def __str__(self) -> str:
        return f"{self.on.isoformat()} {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """The last day of a period in both modes, with every day left out on the way.

    ``due`` is None where the text sets no number, or where the calendar it needs is not published (``unknown``).
    """

    start: date
    length: str
    due_as_counted: date | None
    due: date | None
    skipped: tuple[Excluded, ...] = ()
    rolled: tuple[Excluded, ...] = ()
    unknown: str = ""

    def working(self) -> tuple[str, ...]:
        """Show the count as short sentences, one step each."""
        lines = [f"{self.start} 为起算日，当日不计入"]
        if not self.length:
            return (*lines, "条文未定日数，不推定届满日")
        lines.append(f"自 {self.start + ONE_DAY} 起计 {self.length}" if self.length[0].isdigit() else self.length)
        if self.skipped:
            lines.append("不计入：" + "；".join(map(str, self.skipped)))
        if self.due_as_counted is not None:
            lines.append(f"期间计至 {self.due_as_counted}（系统口径，不顺延）")
        if self.rolled:
            lines.append("届满日逢休息日，顺延过：" + "；".join(map(str, self.rolled)))
        lines.append(f"届满日 {self.due}（法定口径，顺延）" if self.due else f"届满日无法判定：{self.unknown}")
        return tuple(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """How long a period is: days, or months, or a day named in advance; none of them where the text is silent."""

    days: int | None = None
    months: int | None = None
    last: date | None = None
    counting: Counting = Counting.CALENDAR

    def __str__(self) -> str:
        if self.last is not None:
            return f"指定期限至 {self.last}"
        if self.months is not None:
            return f"{self.months} 个月（民法典第二百零二条：到期月的对应日）"
        return "" if self.days is None else f"{self.days} {self.counting}"


def reckon(start: date, length: Length, calendar: Calendar, pauses: Iterable[Span] = ()) -> Reckoning:
    """Find the last day of a period that starts the day after ``start``; both ends of a pause are left out."""
    if start > LATEST:
        raise Refusal("期限", f"{start} 超出可以计算的范围（至 {LATEST}）", "请核对日期。")
    if not str(length):
        return Reckoning(start=start, length="", due_as_counted=None, due=None)
    spans = _merged(start, pauses)
    try:
        counted, skipped = _counted(start, length, calendar, spans)
    except OutsideCalendar as error:
        return Reckoning(start=start, length=str(length), due_as_counted=None, due=None, unknown=error.reason)
    try:
        due = calendar.roll_forward(counted)
    except OutsideCalendar as error:
        return Reckoning(
            start=start, length=str(length), due_as_counted=counted, due=None, skipped=skipped, unknown=error.reason
        )
    rolled = tuple(Excluded(on, _word(calendar.day(on))) for on in _days(counted, due - ONE_DAY))
    return Reckoning(start=start, length=str(length), due_as_counted=counted, due=due, skipped=skipped, rolled=rolled)


def _counted(
    start: date, length: Length, calendar: Calendar, spans: Sequence[Span]
) -> tuple[date, tuple[Excluded, ...]]:
    if length.last is not None:
        return length.last, ()
    if length.months is not None:
        return add_months(start, length.months), ()
    days = length.days or 0
    if length.counting is Counting.WORKING:
        return _count_working(start, days, calendar, spans)
    end = start + timedelta(days=days)
    skipped: list[Excluded] = []
    for first, last in spans:
        if first > end:
            break
        end += last - first + ONE_DAY
        skipped.extend(Excluded(on, "听证") for on in _days(first, last))
    return end, tuple(skipped)


def _count_working(
    start: date, days: int, calendar: Calendar, spans: Sequence[Span]
) -> tuple[date, tuple[Excluded, ...]]:
    skipped: list[Excluded] = []
    calendar.day(start)
    on = start
    while days:
        on += ONE_DAY
        day = calendar.day(on)
        if not day.kind.works:
            skipped.append(Excluded(on, _word(day)))
        elif any(first <= on <= last for first, last in spans):
            skipped.append(Excluded(on, "听证"))
        else:
            days -= 1
    return on, tuple(skipped)


def add_months(start: date, months: int) -> date:
    """Return the corresponding day ``months`` later, or that month's last day (民法典第二百零二条).

    >>> add_months(date(2024, 12, 31), 2)
    datetime.date(2025, 2, 28)
    """
    year, month = divmod(start.month - 1 + months, 12)
    year += start.year
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _merged(start: date, pauses: Iterable[Span]) -> list[Span]:
    spans: list[Span] = []
    for opened, last in sorted(pauses):
        first = max(opened, start + ONE_DAY, spans[-1][1] + ONE_DAY if spans else opened)
        if first <= last:
            spans.append((first, last))
    return spans


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_DAY


def _word(day: Day) -> str:
    return day.holiday or str(day.kind)


@dataclass(frozen=True, slots=True)
class OtherReading:
    """The same clock under another reading of the text."""

    reading: Alternative
    reckoning: Reckoning
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One run of one clock: what started it, what ended it, its last day, and how it stands on the as-of day."""

    clock: Clock
    started_by: str
    started_at: int
    stopped_on: date | None = None
    stopped_by: str = ""
    standing: Standing
    reckoning: Reckoning
    extension_days: int = 0
    others: tuple[OtherReading, ...] = ()
    remarks: tuple[str, ...] = ()
    as_of: date
    calendar: str

    @property
    def start(self) -> date:
        """Return the day of the event that started the clock."""
        return self.reckoning.start

    @property
    def due(self) -> date | None:
        """Return the statutory last day, moved past rest days."""
        return self.reckoning.due

    @property
    def due_as_counted(self) -> date | None:
        """Return the last day as counted, not moved."""
        return self.reckoning.due_as_counted

    @property
    def is_open(self) -> bool:
        """Tell whether the clock has neither been stopped nor set aside."""
        return self.stopped_on is None and self.standing is not Standing.NOT_APPLICABLE


@dataclass(slots=True)
class _Run:
    clock: Clock
    event: Event
    at: int
    stopped: Event | None = None
    how: str = ""
    pauses: list[Span] = field(default_factory=list)
    paused_on: date | None = None
    extensions: list[Event] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Touch:
    clock: Clock
    how: str


@cache
def _touches() -> dict[str, tuple[_Touch, ...]]:
    """Return, for each step, what it does to which clock; stopping comes before starting."""
    found: dict[str, list[_Touch]] = {}
    for how in ("stop", "end", "void", "start", "extend", "pause", "resume"):
        for clock in CLOCKS:
            steps = {
                "stop": clock.stops,
                "end": clock.ends,
                "void": clock.voids,
                "start": clock.starts,
                "extend": (clock.extension.step,) if clock.extension else (),
                "pause": (clock.pause.opens,) if clock.pause else (),
                "resume": (clock.pause.closes,) if clock.pause else (),
            }[how]
            for step in steps:
                found.setdefault(step.key, []).append(_Touch(clock, how))
    return {key: tuple(touches) for key, touches in found.items()}


def certify(events: Sequence[Event], case: Case, as_of: date, context: Context) -> tuple[Certificate, ...]:
    """Replay dated events and certify every run of every clock as of a day; nothing is accumulated."""
    runs: list[_Run] = []
    for at, event in enumerate(events):
        for touch in _touches().get(event.step, ()):
            if touch.clock.authority in ("national", context.authority) and touch.clock.in_force(event.on):
                _apply(runs, touch, event, at)
    return tuple(
        _certificate(run, events, case, as_of, context)
        for run in runs
        if case.simplified or not run.clock.only_simplified
    )


def _apply(runs: list[_Run], touch: _Touch, event: Event, at: int) -> None:
    mine = [run for run in runs if run.clock is touch.clock]
    running = [run for run in mine if run.stopped is None]
    if touch.how == "start":
        if not (running and not touch.clock.queue) and not (mine and touch.clock.once):
            runs.append(_Run(touch.clock, event, at))
        return
    if not running:
        return
    run = running[0]
    if touch.how == "extend":
        run.extensions.append(event)
    elif touch.how == "pause":
        run.paused_on = event.on
    elif touch.how == "resume" and run.paused_on is not None:
        run.pauses.append((run.paused_on, event.on))
        run.paused_on = None
    elif touch.how in ("stop", "end", "void"):
        run.stopped, run.how = event, touch.how


def _calendar(context: Context) -> Calendar:
    if context.calendar is None:
        raise Refusal("期限证明", "没有给出工作日历", "请给出已公布年份的工作日历后再计算。")
    return context.calendar


def _length(clock: Clock, event: Event, context: Context) -> Length:
    if clock.term:
        return Length(last=day_in(event.details.get(clock.term, "")))
    if clock.parameter:
        found = find_parameter(clock.parameter, context.authority, event.on)
        return Length(days=found.value if found else None, counting=clock.counting)
    return Length(days=clock.days, months=clock.months, counting=clock.counting)


def _certificate(run: _Run, events: Sequence[Event], case: Case, as_of: date, context: Context) -> Certificate:
    calendar = _calendar(context)
    clock, remarks = run.clock, list[str]()
    if run.paused_on is not None:
        remarks.append(f"听证自 {run.paused_on} 进行中，届满日暂按听证于 {as_of} 结束计算")
        run.pauses.append((run.paused_on, max(as_of, run.paused_on)))
    length = _length(clock, run.event, context)
    base = reckon(run.event.on, length, calendar, run.pauses)
    extended = _extension(run, base, remarks)
    final = base
    if extended and length.days is not None:
        final = reckon(run.event.on, replace(length, days=length.days + extended), calendar, run.pauses)
    applies, why = _applies(run, case)
    if why:
        remarks.append(why)
    standing = _standing(run, final, as_of) if applies else Standing.NOT_APPLICABLE
    return Certificate(
        clock=clock,
        started_by=run.event.step,
        started_at=run.at,
        stopped_on=run.stopped.on if run.stopped else None,
        stopped_by=run.stopped.step if run.stopped else "",
        standing=standing,
        reckoning=final,
        extension_days=extended,
        others=tuple(_others(run, base, extended, events, case, as_of, context)) if applies else (),
        remarks=tuple(remarks),
        as_of=as_of,
        calendar=calendar.version,
    )


def _extension(run: _Run, base: Reckoning, remarks: list[str]) -> int:
    """Return the days of extension that were granted in time; one granted after the last day lengthens nothing."""
    if run.clock.extension is None:
        return 0
    days = 0
    last = base.due or base.due_as_counted
    for event in run.extensions:
        if last is not None and event.on > last:
            remarks.append(f"{event.on} 的延期在届满日 {last} 之后批准，不产生延长")
            continue
        days += int(event.details[run.clock.extension.detail])
    return days


def _applies(run: _Run, case: Case) -> tuple[bool, str]:
    if run.how == "void":
        return False, f"{run.stopped.on if run.stopped else run.event.on} 已选定其他途径，本期限不适用"
    if run.clock.kinds and case.kind is not None and case.kind not in run.clock.kinds:
        return False, f"{case.kind.label}事项不适用本期限"
    if run.clock.exempt_unclear and case.unclear:
        return False, "信访人的姓名（名称）、住址不清，无法告知"
    if run.clock.voids and run.stopped is None and case.branch == 0:
        return True, "尚未选定第三十一条的分支；选定第六项之外的，本期限不适用"
    return True, ""


def _standing(run: _Run, reckoning: Reckoning, as_of: date) -> Standing:
    if run.how == "end":
        return Standing.STOPPED
    done = run.stopped is not None
    day = run.stopped.on if run.stopped else as_of
    if not reckoning.length:
        return Standing.MET if done else Standing.RUNNING
    in_time, too_late = (Standing.MET, Standing.LATE) if done else (Standing.RUNNING, Standing.OVERDUE)
    if reckoning.due is not None:
        return in_time if day <= reckoning.due else too_late
    if reckoning.due_as_counted is not None and day <= reckoning.due_as_counted:
        return in_time
    return Standing.UNDETERMINED


def _others(
    run: _Run,
    base: Reckoning,
    extended: int,
    events: Sequence[Event],
    case: Case,
    as_of: date,
    context: Context,
) -> Iterator[OtherReading]:
    calendar, length = _calendar(context), _length(run.clock, run.event, context)
    for other in run.clock.alternatives:
        if other.kinds and case.kind not in other.kinds:
            continue
        if other.unnumbered:
            found = reckon(run.event.on, Length(), calendar)
        elif other.from_rolled:
            if not extended or base.due is None:
                continue
            found = reckon(base.due, Length(days=extended), calendar)
        else:
            keys = {step.key for step in other.starts}
            start = next((event for event in reversed(events[: run.at]) if event.step in keys), None)
            if start is None or length.days is None:
                continue
            found = reckon(start.on, replace(length, days=length.days + extended), calendar, run.pauses)
        yield OtherReading(other, found, _standing(run, found, as_of))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A last day that moved because a calendar was published or corrected: before, after, and why."""

    clock: str
    started_on: date
    before: date | None
    after: date | None
    reason: str


def recompute(
    before: Sequence[Certificate], after: Sequence[Certificate]
) -> tuple[tuple[Certificate, ...], tuple[Change, ...]]:
    """Return the certificates to keep after a new calendar, and what changed.

    Runs that had ended stay as they were decided; open ones take the new day, and the old one is kept with the reason.
    """
    known = {(old.clock.key, old.started_at): old for old in before}
    kept: list[Certificate] = []
    changes: list[Change] = []
    for new in after:
        old = known.get((new.clock.key, new.started_at))
        if old is not None and not old.is_open and old.standing is not Standing.UNDETERMINED:
            kept.append(old)
            continue
        kept.append(new)
        if old is not None and old.due != new.due:
            reason = f"工作日历由“{old.calendar}”改为“{new.calendar}”"
            if old.reckoning.unknown:
                reason += f"；原因：{old.reckoning.unknown}"
            changes.append(
                Change(clock=new.clock.key, started_on=new.start, before=old.due, after=new.due, reason=reason)
            )
    return tuple(kept), tuple(changes)


def length_of(clock: Clock, day: date, authority: str = "national", term: date | None = None) -> Length:
    """Return how long a clock runs when it starts on a day; ``term`` is the last day named where one must be."""
    details = {clock.term: term.isoformat()} if clock.term and term else {}
    event = Event(step="", on=day, by=clock.bearer, details=details)
    return _length(clock, event, Context(authority=authority))


def describe(certificate: Certificate) -> dict[str, object]:
    """Return a certificate as plain values, ready to be written as JSON."""
    found = certificate.reckoning
    return {
        "rule": certificate.clock.key,
        "title": certificate.clock.title,
        "cites": [str(cite) for cite in certificate.clock.cites],
        "reading": certificate.clock.reading,
        "started_at": certificate.started_at,
        "started_by": certificate.started_by,
        **describe_reckoning(found),
        "extension_days": certificate.extension_days,
        "stopped_on": _iso(certificate.stopped_on),
        "stopped_by": certificate.stopped_by,
        "standing": str(certificate.standing),
        "standing_title": certificate.standing.label,
        "bearer": str(certificate.clock.bearer),
        "other_readings": [
            {
                "key": other.reading.key,
                "reading": other.reading.reading,
                **describe_reckoning(other.reckoning),
                "standing": str(other.standing),
            }
            for other in certificate.others
        ],
        "remarks": list(certificate.remarks),
        "as_of": certificate.as_of.isoformat(),
        "calendar": certificate.calendar,
    }


def describe_reckoning(found: Reckoning) -> dict[str, object]:
    """Return a count as plain values: start, both last days, days left out, and the working."""
    return {
        "start": found.start.isoformat(),
        "length": found.length,
        "due": _iso(found.due),
        "due_as_counted": _iso(found.due_as_counted),
        "excluded": [
            {"on": day.on.isoformat(), "reason": day.reason, "why": why}
            for why, days in (("not-counted", found.skipped), ("rolled", found.rolled))
            for day in days
        ],
        "unknown": found.unknown,
        "working": list(found.working()),
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
