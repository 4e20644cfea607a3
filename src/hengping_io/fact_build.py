"""One partition of petitions and events to its fact rows: the law is applied here, once per petition, by the core.

The same function runs in a process of this machine and on an executor of a cluster. What is wrong with a partition is
returned as problems, each with its file and remedy; a partition with problems yields no rows at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any, ClassVar, cast

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
from hengping_io.arrow_tables import DAY, LONG, SMALL, TEXT, WHOLE, ArrowTable
from hengping_io.fact_words import (
    ANSWERS,
    LARGE,
    LINE,
    PLAIN,
    WORDS,
    Lines,
    answers_of,
    packed,
    plain_of,
    unpacked,
)

SLICE = 16_384
"""How many petitions are Python objects at a time; the rest of a partition stays as compact columns."""

AT_ONCE = 1024
"""How many rows are turned into columns at a time: few enough to stay in the processor's cache."""

NEEDED = ("petition", "sequence", "on", "step", "details")
"""Columns of events that decide a row."""

MOST_TOLD = 20
_KINDS = {"text": TEXT, "date": DAY}
_PLAIN = {column.name: _KINDS.get(column.type, WHOLE if column.name in LARGE else SMALL) for column in COLUMNS}
FACT_KINDS: Mapping[str, str] = {name: _PLAIN[name] for name in PLAIN} | {LINE: WHOLE} | dict.fromkeys(WORDS, LONG)
"""Columns of the fact rows and what they hold; the answers of the law are packed, see ``fact_words``."""

MOST_REMEMBERED = 1 << 17
"""How many different sets of answers are remembered with their words; a province's year has some hundred thousand."""

MATTERS = "matters"
"""Under what name a file says how many petitions its lines are of."""

SUMMED = LARGE & {column.name for column in COLUMNS if column.counts}
"""Columns kept as they are that are added up."""

DAY_NEEDED = {CODES["assign"]: "反馈期限", CODES["supervise"]: "改正期限"}
EXTEND = CODES["extend"]
KEYS = tuple(CODES)
UNKNOWN = 255
"""The code of a step that there is not."""

TOLD = (
    "register-direct",
    "forward",
    "assign",
    "pass-down",
    "decide-competence",
    "extend",
    "supervise",
    "evaluate-office",
    "evaluate-unit",
)
"""Steps whose particulars the count reads; those of all others stay unread, and a test holds the two together."""

CAREFUL = re.compile(b"|".join(re.escape(bytes([CODES[step]])) for step in ("assign", "supervise", "extend")))
"""Where in a string of codes a step stands whose particulars the count reads as a day or a number."""


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
    rows = Rows()
    for logs in _logs(petitions, events, names, problems):
        for begin in range(0, len(logs), AT_ONCE):
            rows.add([row for log in logs[begin : begin + AT_ONCE] if (row := facts_of(*log, known)) is not None])
    if problems:
        return arrow_tables.empty_table(FACT_KINDS), problems[:MOST_TOLD]
    return rows.table(), []


class Rows:
    """Fact rows on their way to columns, some at a time, so that they are still at hand when they are turned."""

    _remembered: ClassVar[dict[tuple[int, ...], tuple[int, ...]]] = {}
    _further: ClassVar[list[Lines]] = [()]

    def __init__(self) -> None:
        self._plain: list[list[Any]] = [[] for _ in PLAIN]
        self._words: list[list[int]] = [[] for _ in WORDS]
        self._rest: list[tuple[tuple[Any, ...], int, tuple[int, ...]]] = []
        self.matters = 0

    def add(self, rows: list[PetitionFacts]) -> None:
        """Turn rows into columns and put them under those there are."""
        if not rows:
            return
        answers = list(map(answers_of, rows))
        found = list(map(self._remembered.get, answers))
        if None in found:
            found = [words or self._remember(given) for words, given in zip(found, answers, strict=True)]
        *words, further = zip(*cast("list[tuple[int, ...]]", found), strict=True)
        for kept, some in zip(self._words, words, strict=True):
            kept.extend(some)
        for column, values in zip(self._plain, zip(*map(plain_of, rows), strict=True), strict=True):
            column.extend(values)
        if any(further):
            for row, place in zip(rows, further, strict=True):
                self._rest += [(_bare(row), at, line) for at, line in enumerate(self._further[place], start=1)]
        self.matters += len(rows)

    def _remember(self, answers: tuple[int, ...]) -> tuple[int, ...]:
        """Return the words of a set of answers, and at what place its further lines are kept."""
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        first, *further = packed(answers)
        if further:
            self._further.append(tuple(further))
        found = self._remembered[answers] = (*first, len(self._further) - 1 if further else 0)
        return found

    def table(self) -> ArrowTable:
        """Return all the rows; further lines come last."""
        columns = [*self._plain, [0] * self.matters, *self._words]
        for row, line, words in self._rest:
            for column, value in zip(columns, (*row, line, *words), strict=True):
                column.append(value)
        self._rest.clear()
        label = {MATTERS: str(self.matters)}
        kinds = zip(FACT_KINDS.items(), columns, strict=True)
        return arrow_tables.typed_table({name: (kind, column) for (name, kind), column in kinds}, label)


def _bare(row: PetitionFacts) -> tuple[Any, ...]:
    """Return what describes a petition, with nothing to be added up a second time."""
    return tuple(0 if name in SUMMED else value for name, value in zip(PLAIN, plain_of(row), strict=True))


def matters_in(table: ArrowTable) -> Iterator[PetitionFacts]:
    """Yield the rows of a table of facts as the core decided them, their lines put together again."""
    lines: dict[str, list[dict[str, Any]]] = {}
    for line in table.to_pylist():
        lines.setdefault(line["petition"], []).append(line)
    for first, *rest in lines.values():
        words = [tuple(line[word] for word in WORDS) for line in (first, *rest)]
        answers = dict(zip(ANSWERS, unpacked(words), strict=True))
        yield PetitionFacts(**{name: first[name] for name in PLAIN} | answers)


Logs = list[tuple[Sequence[str], Sequence[CompactEvent]]]


def _logs(petitions: ArrowTable, events: ArrowTable, names: tuple[str, str], problems: list[Problem]) -> Iterator[Logs]:
    """Yield matters with their events, some thousands at a time."""
    keys = arrow_tables.texts(petitions, "petition")
    _check_unique(keys, names[0], problems)
    places, events = _places(keys, events, names, problems)
    if problems:
        return
    orders = _Orders()
    for begin in range(0, len(keys), SLICE):
        some = places[begin : begin + SLICE]
        first = min((place[0] for place in some if place[1]), default=0)
        last = max((place[1] for place in some), default=0)
        acts = _acts(events.slice(first, last - first), first, names[1], problems)
        if acts is None:
            return
        columns = [arrow_tables.texts(petitions.slice(begin, SLICE), name) for name in PETITION_FIELDS]
        spans = [(a - first, b - first) for a, b in some] if first else some
        logs: Logs = [(row, acts.events[a:b]) for row, (a, b) in zip(zip(*columns, strict=True), spans, strict=True)]
        orders.check(logs, [acts.steps[a:b] for a, b in spans], names[1], problems)
        yield logs


def _check_unique(keys: list[str], file: str, problems: list[Problem]) -> None:
    if len(set(keys)) == len(keys):
        return
    seen: set[str] = set()
    for row, key in enumerate(keys, start=1):
        if key in seen:
            _note(problems, file, f"事项编号“{key}”重复", "petition", "每件事项只能有一行，请删去重复的行。", row)
        seen.add(key)


Places = list[tuple[int, int]]


def _places(
    keys: list[str], events: ArrowTable, names: tuple[str, str], problems: list[Problem]
) -> tuple[Places, ArrowTable]:
    """Return where each petition's events lie; events that do not lie together in order are sorted first."""
    values, ends = arrow_tables.runs(events, "petition")
    places = list(zip([0, *ends], ends, strict=False))
    if values == keys:
        return places, events
    spans = dict(zip(values, places, strict=True))
    if len(spans) < len(values):
        return _places(keys, arrow_tables.sorted_by(events, "petition", "sequence"), names, problems)
    known = set(keys)
    for key in spans:
        if key not in known:
            _note(problems, names[1], f"“{key}”有办理记录而没有事项", "petition", f"请在 {names[0]} 中补上，或删去。")
    return [spans.get(key, (0, 0)) for key in keys], events


@dataclass(frozen=True, slots=True)
class _Acts:
    """Some thousand events: as the count takes them, and their steps once more as one string of codes."""

    events: list[CompactEvent]
    steps: bytes


def _acts(events: ArrowTable, first: int, file: str, problems: list[Problem]) -> _Acts | None:
    steps = arrow_tables.coded(events, "step", CODES, UNKNOWN)
    days = arrow_tables.ordinals(events, "on")
    if UNKNOWN in steps or min(days, default=1) <= 0:
        _note_unknown(events, steps, days, first, file, problems)
        return None
    details = arrow_tables.texts_where(events, "details", "step", TOLD)
    acts = list(zip(steps, days, details, strict=True))
    _check_sequences(events, first, file, problems)
    _check_days(events, acts, first, file, problems)
    _check_particulars(events, acts, steps, first, file, problems)
    return None if problems else _Acts(acts, steps)


def _note_unknown(
    events: ArrowTable, codes: bytes, days: list[int], first: int, file: str, problems: list[Problem]
) -> None:
    steps, keys = arrow_tables.texts(events, "step"), arrow_tables.texts(events, "petition")
    for row, (code, day, step, key) in enumerate(zip(codes, days, steps, keys, strict=True), start=first + 1):
        if code == UNKNOWN:
            _note(problems, file, f"“{key}”的环节“{step}”不存在", "step", "环节的键见规则手册。", row)
        elif day <= 0:
            _note(problems, file, f"“{key}”没有日期", "on", "每个环节都要有办理日期。", row)


def _check_sequences(events: ArrowTable, first: int, file: str, problems: list[Problem]) -> None:
    """Sequences rise within a petition: they may fall only where the next petition begins."""
    falls = arrow_tables.falls(events, "sequence")
    wrong = set(falls) - set(arrow_tables.run_ends(events, "petition"))
    for at in sorted(wrong)[:MOST_TOLD]:
        one, two = arrow_tables.numbers(events.slice(at - 1, 2), "sequence")
        message = f"序号 {two} 不大于上一个序号 {one}"
        _note(problems, file, message, "sequence", "请按事项、序号排列，同一事项的序号递增。", first + at + 1)


def _check_particulars(
    events: ArrowTable, acts: list[CompactEvent], steps: bytes, first: int, file: str, problems: list[Problem]
) -> None:
    """Particulars the count reads as a day or a number are one; what looks like JSON is JSON, at any step."""
    told = {match.start(): acts[match.start()][2] for match in CAREFUL.finditer(steps)}
    for at, details in (*told.items(), *arrow_tables.texts_beginning(events, "details", "{")):
        code = acts[at][0]
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

    _allowed: ClassVar[set[bytes]] = set()

    def check(self, logs: Logs, orders: list[bytes], file: str, problems: list[Problem]) -> None:
        """Note every matter whose steps or days are out of order."""
        if self._allowed.issuperset(orders):
            return
        for (petition, events), steps in zip(logs, orders, strict=True):
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
