"""Periods of budgeting and disclosure as dates: when one that began on a day is over, and how it stands today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hengping.dates import Calendar, Counting
from hengping.errors import Refusal
from hengping.ledger.limits import Term

COUNTED = {"日": Counting.CALENDAR, "工作日": Counting.WORKING}


@dataclass(frozen=True, slots=True)
class Ending:
    """The last day of a period, and how it was counted, one step a line."""

    due_on: date
    working: tuple[str, ...]


def ending(term: Term, starts_on: date, calendar: Calendar) -> Ending:
    """Return when a period that began on a day ends; a fixed day of the year needs only the year it falls in."""
    if term.month_day:
        month, day = (int(part) for part in term.month_day.split("-"))
        due = date(starts_on.year, month, day)
        return Ending(due, (f"{term.title}：每年 {month} 月 {day} 日（{term.basis}）",))
    counting = COUNTED.get(term.unit)
    if counting is None or term.length is None:
        raise Refusal(term.title, f"以“{term.unit}”计的期限不是一个日期", "请直接填写截止日期和依据。", term.basis)
    found = calendar.count(starts_on, term.length, counting)
    return Ending(found.due, (f"起算：{term.starts}（{term.basis}）", *found.working()))


def is_dated(term: Term) -> bool:
    """Tell whether a period can be counted to a date."""
    return bool(term.month_day) or (term.length is not None and term.unit in COUNTED)


def days_late(due_on: date, done_on: date | None, today: date) -> int:
    """Return by how many days something came after its last day, or is late by today; zero where it is not.

    >>> days_late(date(2025, 3, 31), date(2025, 4, 2), date(2025, 5, 1))
    2
    >>> days_late(date(2025, 3, 31), None, date(2025, 3, 31))
    0
    """
    return max(0, ((done_on or today) - due_on).days)
