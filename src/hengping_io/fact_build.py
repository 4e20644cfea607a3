"""One partition of petitions and events to its fact rows: the law is applied here, once per petition, by the core.

The same function runs in a process of this machine and on an executor of a cluster. What is wrong with a partition is
returned as problems, each with its file and remedy; a partition with problems yields no rows at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

import hengping
from hengping.dates import Calendar, Period, official_calendar
from hengping.errors import Problem
from hengping.petitions.facts import (
    CODES,
    COLUMNS,
    PETITION_FIELDS,
    CompactEvent,
    PetitionFacts,
    Tables,
    facts_of,
    misplaced,
    particulars,
    tables,
)
from hengping.petitions.parameters import NATIONAL
from hengping.petitions.steps import STEPS
from hengping_io import arrow_tables
from hengping_io.arrow_tables import DAY, SMALL, TEXT, WHOLE, ArrowTable

SLICE = 16_384
"""How many petitions are Python objects at a time; the rest of a partition stays as compact columns."""

AT_ONCE = 1024
"""How many rows are turned into columns at a time: few enough to stay in the processor's cache."""

NEEDED = ("petition", "sequence", "on", "step", "details")
"""Columns of events that decide a row."""

MOST_TOLD = 20
LARGE = frozenset(
    {
        "persons",
        "persons_registered",
        "repeat_persons",
        "registration_lag_days",
        "acceptance_days",
        "handling_days",
        "backlog_days",
    }
)
"""Counting columns whose value in one row may pass a hundred."""

_KINDS = {"text": TEXT, "date": DAY}
FACT_KINDS: Mapping[str, str] = {
    column.name: _KINDS.get(column.type, WHOLE if column.name in LARGE else SMALL) for column in COLUMNS
}
"""Columns of the fact rows and what they hold."""

DAY_NEEDED = {CODES["assign"]: "反馈期限", CODES["supervise"]: "改正期限"}
EXTEND = CODES["extend"]
CAREFUL = ("assign", "supervise", "extend")
"""Steps whose particulars the count reads as a day or a number."""

KEYS = tuple(CODES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What a set of fact rows is decided for: the half-open period, the as-of day, the locality's parameters."""

    start: date
    end: date
    as_of: date
    authority: str = NATIONAL

    @property
    def name(self) -> str:
        """Return a name for files: ``2024-01-01_2025-01-01_2025-03-01``."""
        return "_".join(filter(None, (str(self.start), str(self.end), str(self.as_of), self.authority)))

    def tables(self, calendar: Calendar) -> Tables:
        """Return every day the count may ask for."""
        return tables(Period(self.start, self.end), self.as_of, calendar, self.authority)


@cache
def calendar_version(calendar: Calendar) -> str:
    """Return a hash of the days of a calendar: a published correction changes it."""
    from hashlib import blake2b

    told = "\n".join(f"{day.on} {day.kind}" for day in calendar)
    return blake2b(told.encode(), digest_size=8).hexdigest()


@cache
def law_version() -> str:
    """Return a hash of what decides a row: rows decided by other rules are decided again."""
    from hashlib import blake2b
    from pathlib import Path

    root = Path(hengping.__file__).parent
    found = blake2b(digest_size=8)
    paths = [root / "dates.py", root / "rules" / "petition_parameters.toml", *(root / "petitions").glob("*.py")]
    for path in sorted(paths):
        found.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return found.hexdigest()


def build(
    petitions: ArrowTable,
    events: ArrowTable,
    known: Tables,
    names: tuple[str, str] = ("petitions", "events"),
) -> tuple[ArrowTable, list[Problem]]:
    """Return the fact rows of a partition, or no rows and what is wrong with it."""
    problems: list[Problem] = []
    rows = _Rows()
    for logs in _logs(petitions, events, names, problems):
        for begin in range(0, len(logs), AT_ONCE):
            rows.add([row for log in logs[begin : begin + AT_ONCE] if (row := facts_of(*log, known)) is not None])
    if problems:
        return arrow_tables.empty_table(FACT_KINDS), problems[:MOST_TOLD]
    return rows.table(), []


class _Rows:
    """Fact rows on their way to columns, some at a time, so that they are still at hand when they are turned."""

    def __init__(self) -> None:
        self._columns: list[Any] = [bytearray() if kind == SMALL else [] for kind in FACT_KINDS.values()]

    def add(self, rows: list[PetitionFacts]) -> None:
        """Turn rows into columns and put them under those there are."""
        for column, values in zip(self._columns, zip(*rows, strict=True), strict=False):
            column.extend(values)

    def table(self) -> ArrowTable:
        """Return all the rows."""
        return arrow_tables.typed_table(
            {name: (kind, column) for (name, kind), column in zip(FACT_KINDS.items(), self._columns, strict=True)}
        )


Logs = list[tuple[Sequence[str], Sequence[CompactEvent]]]


def _logs(petitions: ArrowTable, events: ArrowTable, names: tuple[str, str], problems: list[Problem]) -> Iterator[Logs]:
    """Yield matters with their events, some thousands at a time."""
    keys = arrow_tables.texts(petitions, "petition")
    _check_unique(keys, names[0], problems)
    spans, events = _spans(events)
    known = set(keys)
    for key in spans:
        if key not in known:
            _note(problems, names[1], f"“{key}”有办理记录而没有事项", "petition", f"请在 {names[0]} 中补上，或删去。")
    if problems:
        return
    orders = _Orders()
    for begin in range(0, len(keys), SLICE):
        some = keys[begin : begin + SLICE]
        places = [spans.get(key, (0, 0)) for key in some]
        first = min((place[0] for place in places if place[1]), default=0)
        last = max((place[1] for place in places), default=0)
        acts = _acts(events.slice(first, last - first), first, names[1], problems)
        if acts is None:
            return
        columns = [arrow_tables.texts(petitions.slice(begin, SLICE), name) for name in PETITION_FIELDS]
        logs: Logs = [
            (row, acts[a - first : b - first]) for row, (a, b) in zip(zip(*columns, strict=True), places, strict=True)
        ]
        orders.check(logs, names[1], problems)
        yield logs


def _check_unique(keys: list[str], file: str, problems: list[Problem]) -> None:
    if len(set(keys)) == len(keys):
        return
    seen: set[str] = set()
    for row, key in enumerate(keys, start=1):
        if key in seen:
            _note(problems, file, f"事项编号“{key}”重复", "petition", "每件事项只能有一行，请删去重复的行。", row)
        seen.add(key)


def _spans(events: ArrowTable) -> tuple[dict[str, tuple[int, int]], ArrowTable]:
    """Return where each petition's events lie; events that do not lie together in order are sorted first."""
    values, ends = arrow_tables.runs(events, "petition")
    spans = dict(zip(values, zip([0, *ends], ends, strict=False), strict=True))
    if len(spans) == len(values):
        return spans, events
    return _spans(arrow_tables.sorted_by(events, "petition", "sequence"))


def _acts(events: ArrowTable, first: int, file: str, problems: list[Problem]) -> list[CompactEvent] | None:
    codes = arrow_tables.coded(events, "step", CODES)
    days = arrow_tables.ordinals(events, "on")
    details = arrow_tables.texts(events, "details")
    if min(codes, default=0) < 0 or min(days, default=1) <= 0:
        steps, keys = arrow_tables.texts(events, "step"), arrow_tables.texts(events, "petition")
        for row, (code, day, step, key) in enumerate(zip(codes, days, steps, keys, strict=True), start=first + 1):
            if code < 0:
                _note(problems, file, f"“{key}”的环节“{step}”不存在", "step", "环节的键见规则手册。", row)
            elif day <= 0:
                _note(problems, file, f"“{key}”没有日期", "on", "每个环节都要有办理日期。", row)
        return None
    acts = list(zip(codes, days, details, strict=True))
    _check_sequences(events, first, file, problems)
    _check_days(events, acts, first, file, problems)
    _check_particulars(events, acts, first, file, problems)
    return None if problems else acts


def _check_sequences(events: ArrowTable, first: int, file: str, problems: list[Problem]) -> None:
    """Sequences rise within a petition: they may fall only where the next petition begins."""
    falls = arrow_tables.falls(events, "sequence")
    wrong = set(falls) - set(arrow_tables.run_ends(events, "petition"))
    for at in sorted(wrong)[:MOST_TOLD]:
        one, two = arrow_tables.numbers(events.slice(at - 1, 2), "sequence")
        message = f"序号 {two} 不大于上一个序号 {one}"
        _note(problems, file, message, "sequence", "请按事项、序号排列，同一事项的序号递增。", first + at + 1)


def _check_particulars(
    events: ArrowTable, acts: list[CompactEvent], first: int, file: str, problems: list[Problem]
) -> None:
    for at in arrow_tables.rows_where(events, "step", CAREFUL, "details", "{"):
        code, _, details = acts[at]
        why = _wrong(code, details)
        if why:
            title = STEPS.get(KEYS[code]).title
            _note(problems, file, f"“{title}”{why}", "details", "请补齐或改正要件。", first + at + 1)


@lru_cache(maxsize=65536)
def _wrong(code: int, details: str) -> str:
    try:
        told = particulars(details)
    except (json.JSONDecodeError, AttributeError, RecursionError):
        return "的要件不是“名称=值”，也不是 JSON 对象"
    if code in DAY_NEEDED:
        name = DAY_NEEDED[code]
        try:
            date.fromisoformat(told.get(name, ""))
        except ValueError:
            return f"的{name}“{told.get(name, '')}”不是存在的日期"
    if code == EXTEND:
        days = told.get("延期日数", "")
        if not (days.isdecimal() and 1 <= int(days) <= 30):
            return f"的延期日数“{days}”不在 1 至 30 之内"
    return ""


class _Orders:
    """Orders of steps that the law allows, each asked of the core once: a province's matters share a few thousand."""

    def __init__(self) -> None:
        self._allowed: set[bytes] = set()

    def check(self, logs: Logs, file: str, problems: list[Problem]) -> None:
        """Note every matter whose steps or days are out of order."""
        for petition, events in logs:
            steps = bytes([event[0] for event in events])
            if steps in self._allowed:
                continue
            at = misplaced(events)
            if at is None:
                self._allowed.add(steps)
            else:
                _note_misplaced(petition[0], events, at, file, problems)


def _check_days(events: ArrowTable, acts: list[CompactEvent], first: int, file: str, problems: list[Problem]) -> None:
    """Days never go back within a petition."""
    starts = set(arrow_tables.run_ends(events, "petition"))
    for at in arrow_tables.falls(events, "on", even=True):
        if at not in starts:
            one, two = date.fromordinal(acts[at - 1][1]), date.fromordinal(acts[at][1])
            _note(problems, file, f"日期 {two} 早于上一环节的 {one}", "on", "请改正日期或次序。", first + at + 1)


def _note_misplaced(key: str, events: Sequence[CompactEvent], at: int, file: str, problems: list[Problem]) -> None:
    code, day, _ = events[at]
    before = f"此前为“{STEPS.get(KEYS[events[at - 1][0]]).title}”" if at else "在提出、登记之前"
    message = f"“{key}”的“{STEPS.get(KEYS[code]).title}”（{date.fromordinal(day)}）次序不对：{before}"
    _note(problems, file, message, "step", "请补上缺少的环节，或改正日期与次序。")


def _note(problems: list[Problem], file: str, message: str, column: str, remedy: str, row: int | None = None) -> None:
    problems.append(Problem(file=file, row=row, column=column, message=message, remedy=remedy))


def current(edition: Edition) -> Tables:
    """Return the tables of an edition by the official calendar."""
    return edition.tables(official_calendar())
