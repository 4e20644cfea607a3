"""Dates written out to the month or the day, with the ends of periods and deadlines."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from hengping.audit.model import Span

if TYPE_CHECKING:
    from hengping.audit.reading import Reading

WRITTEN = re.compile(r"20(?<!\d20)(?P<year>\d{2}) ?年 ?(?P<month>\d{1,2}) ?月(?: ?(?P<day>\d{1,2}) ?日)?")
UNTIL = re.compile(r"\s?(?:至|到|—|-|~|－)\s?")
SECOND = re.compile(r"(?:(?P<year>20\d{2}) ?年 ?)?(?P<month>\d{1,2}) ?月(?: ?(?P<day>\d{1,2}) ?日)?")
DEADLINE = re.compile(r"(?:底|末)?(?:前|之前|以前)")


@dataclass(frozen=True, slots=True)
class DateInText:
    """A date or period as written; ``day`` is None where no such day exists, ``until`` the end of a period."""

    start: int
    end: int
    text: str
    day: date | None
    until: date | None = None
    deadline: bool = False

    @property
    def span(self) -> Span:
        """Return where the date stands."""
        return Span(self.start, self.end)


def read_dates(reading: Reading) -> tuple[DateInText, ...]:
    """Return every date of the text written at least to the month, in order."""
    return tuple(_dates(reading.text))


def _dates(text: str) -> Iterator[DateInText]:
    reached = -1
    for match in WRITTEN.finditer(text):
        if match.start() < reached:
            continue
        year = 2000 + int(match.group("year"))
        day = _day(year, match.group("month"), match.group("day"), last=False)
        end, until = match.end(), None
        joint = UNTIL.match(text, end)
        second = SECOND.match(text, joint.end()) if joint else None
        if second is not None:
            later = int(second.group("year") or year)
            until = _day(later, second.group("month"), second.group("day"), last=True)
            end = second.end()
            if until is None:
                day = None
        reached = end
        yield DateInText(
            match.start(), end, text[match.start() : end], day, until, DEADLINE.match(text, end) is not None
        )


def _day(year: int, month: str, day: str | None, *, last: bool) -> date | None:
    number = int(month)
    if not 1 <= number <= 12:
        return None
    length = monthrange(year, number)[1]
    chosen = int(day) if day else length if last else 1
    return date(year, number, chosen) if 1 <= chosen <= length else None
