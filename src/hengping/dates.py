"""Days as the law counts them: calendar days, working days, and what happens when a period ends on a rest day.

A period is counted in two named ways. ``due_as_counted`` is the day the count ends on; ``due`` moves past rest
days to the next working day (民法典第二百零一条、第二百零三条，类推). Outside the years whose arrangement the State
Council has published there is no answer, and none is guessed: ``OutsideCalendar`` is raised.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from hengping import tables
from hengping.errors import OutsideCalendar, RulebookError

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class Counting(StrEnum):
    """What one unit of a statutory period is."""

    CALENDAR = "日"
    WORKING = "工作日"


class DayKind(StrEnum):
    """What a day is in the published arrangement."""

    WORKDAY = "工作日"
    WORKED_WEEKEND = "调休上班"
    WEEKEND = "周末"
    HOLIDAY = "节假日"

    @property
    def works(self) -> bool:
        """Tell whether offices work on such a day."""
        return self in (DayKind.WORKDAY, DayKind.WORKED_WEEKEND)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a published calendar: what it is, and the holiday's name where it has one."""

    on: date
    kind: DayKind
    holiday: str = ""

    def __str__(self) -> str:
        return f"{self.on.isoformat()} {self.holiday or self.kind}"


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, half open: ``start`` belongs to it, ``end`` does not."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise ValueError(f"period upside down: {self.start} > {self.end}")

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    @classmethod
    def of_year(cls, year: int) -> Period:
        """Return a fiscal year, which is the calendar year (预算法第十八条)."""
        return cls(date(year, 1, 1), date(year + 1, 1, 1))


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a period ends, in both modes, with the days that were passed over on the way.

    ``skipped`` are the days left out while counting (working-day periods only); ``rolled`` are the rest days
    between the counted last day and ``due``.
    """

    start: date
    length: int
    counting: Counting
    due_as_counted: date
    due: date
    skipped: tuple[Day, ...] = ()
    rolled: tuple[Day, ...] = ()

    def working(self) -> tuple[str, ...]:
        """Show the count as short sentences, one step each."""
        first = self.start + ONE_DAY
        lines = [
            f"{self.start.isoformat()} 为起算日，当日不计入",
            f"自 {first.isoformat()} 起计 {self.length} {self.counting}",
        ]
        if self.skipped:
            lines.append("不计入：" + "；".join(str(day) for day in self.skipped))
        lines.append(f"第 {self.length} {self.counting}为 {self.due_as_counted.isoformat()}")
        if self.rolled:
            lines.append("届满日逢休息日，顺延：" + "；".join(str(day) for day in self.rolled))
        lines.append(f"届满日 {self.due.isoformat()}")
        return tuple(lines)


class Calendar:
    """Published working days of a run of whole years.

    ``version`` names the years it knows, so that a stored date can say which calendar decided it.
    """

    __slots__ = ("_days", "_index", "_rolled", "_workdays", "first", "last", "version")

    def __init__(self, days: Iterable[Day], version: str = "") -> None:
        ordered = sorted(days, key=lambda day: day.on)
        if not ordered:
            raise RulebookError("日历没有任何日期")
        self._days: dict[date, Day] = {day.on: day for day in ordered}
        self.first, self.last = ordered[0].on, ordered[-1].on
        if len(self._days) != len(ordered) or (self.last - self.first).days + 1 != len(ordered):
            raise RulebookError("日历的日期有重复或中断")
        self._workdays = [day.on for day in ordered if day.kind.works]
        self._index = {on: position for position, on in enumerate(self._workdays)}
        self._rolled: dict[date, date] = {}
        following: date | None = None
        for day in reversed(ordered):
            following = day.on if day.kind.works else following
            if following is not None:
                self._rolled[day.on] = following
        self.version = version or f"{self.first.year}–{self.last.year}"

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __iter__(self) -> Iterator[Day]:
        return iter(self._days.values())

    def day(self, on: date) -> Day:
        """Return what the arrangement says of a day; refuse a day no arrangement covers."""
        found = self._days.get(on)
        if found is None:
            raise self._outside(on)
        return found

    def is_working_day(self, on: date) -> bool:
        """Tell whether offices work on a day, worked weekends included."""
        return self.day(on).kind.works

    def roll_forward(self, on: date) -> date:
        """Return the day itself if it is worked, else the next worked day."""
        found = self._rolled.get(on)
        if found is None:
            raise self._outside(on if on not in self else self.last + ONE_DAY)
        return found

    def add_working_days(self, start: date, count: int) -> date:
        """Return the ``count``-th working day after ``start``, which itself is not counted."""
        self.day(start)
        position = bisect_right(self._workdays, start) + count - 1
        if position >= len(self._workdays):
            raise self._outside(self.last + ONE_DAY)
        return self._workdays[position]

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after ``start`` up to and including ``end``."""
        self.day(start)
        self.day(end)
        return bisect_right(self._workdays, end) - bisect_right(self._workdays, start)

    def count(self, start: date, length: int, counting: Counting) -> Deadline:
        """Count a period from the day after ``start`` and return its end in both modes."""
        skipped: tuple[Day, ...] = ()
        if counting is Counting.WORKING:
            counted = self.add_working_days(start, length)
            skipped = tuple(day for day in self._between(start + ONE_DAY, counted) if not day.kind.works)
        else:
            counted = start + timedelta(days=length)
        due = self.roll_forward(counted)
        rolled = tuple(self._between(counted, due - ONE_DAY)) if due != counted else ()
        return Deadline(start, length, counting, counted, due, skipped, rolled)

    def _between(self, first: date, last: date) -> Iterator[Day]:
        on = first
        while on <= last:
            yield self.day(on)
            on += ONE_DAY

    def _outside(self, on: date) -> OutsideCalendar:
        return OutsideCalendar(
            "工作日历",
            f"{on.year} 年（{on.isoformat()}）的节假日安排不在已收录的 {self.first.year}–{self.last.year} 年之内",
            "请待国务院办公厅公布该年安排并收录后再计算，本系统不作推测。",
        )


def _expand(table: Mapping[str, Any]) -> Iterator[Day]:
    year = table["year"]
    holidays: dict[date, str] = {}
    for holiday in table["holiday"]:
        on = holiday["first"]
        while on <= holiday["last"]:
            holidays[on] = holiday["name"]
            on += ONE_DAY
    worked = set(table["worked_weekends"])
    on = date(year, 1, 1)
    while on.year == year:
        yield Day(on, _kind(on, holidays, worked), holidays.get(on, ""))
        on += ONE_DAY


def _kind(on: date, holidays: Mapping[date, str], worked: set[date]) -> DayKind:
    if on in worked:
        return DayKind.WORKED_WEEKEND
    if on in holidays:
        return DayKind.HOLIDAY
    return DayKind.WEEKEND if on.weekday() >= SATURDAY else DayKind.WORKDAY


@cache
def official_calendar() -> Calendar:
    """Return the calendar of every year the rulebook holds (国务院办公厅节假日安排的通知)."""
    days: list[Day] = []
    for name in tables.names("calendars", ".toml"):
        table = tables.toml(name)
        year = list(_expand(table))
        if sum(day.kind.works for day in year) != table["working_days"]:
            raise RulebookError(f"{name} 的工作日数与其自身合计不符")
        days.extend(year)
    return Calendar(days)
