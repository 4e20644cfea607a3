"""One chart as SVG: what was executed through the year, the line of even progress, and the budget of each day.

Lines differ in their dashes as well as their colour and carry their names at their ends; the same numbers stand in a
table beneath.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hengping.figures import ZERO, money, print_number
from hengping.ledger.model import Book
from hengping.performance.money_watch import budget_on, executed_by
from hengping.performance.sight import elapsed

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, HEAD, FOOT = 8, 96, 24, 28
TICKS = 4
WAN = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class Mark:
    """A text at a place of the chart."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """The end of one month, or the day looked at, in numbers as printed."""

    day: date
    budget: str
    expected: str
    executed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart: three lines as SVG points, its marks, what it says in one sentence, and its numbers."""

    budget: str
    expected: str
    executed: str
    names: Sequence[Mark]
    months: Sequence[Mark]
    grid: Sequence[Mark]
    day_x: int
    said: str
    rows: Sequence[Row]
    width: int = WIDTH
    height: int = HEIGHT
    base: int = HEIGHT - FOOT
    right: int = WIDTH - RIGHT


def chart(book: Book, day: date, project: str = "") -> Chart | None:
    """Return the chart of a year up to a day; None where the book cannot know budget or execution."""
    days = list(_days(book.year, day))
    known = [(one, budget_on(book, one, project), executed_by(book, one, project)) for one in days]
    points = [(one, budget, paid) for one, budget, paid in known if budget is not None and paid is not None]
    if len(points) != len(known) or not points or max(budget for _, budget, _ in points) <= 0:
        return None
    last, budget, paid = points[-1]
    highest = max(*(amount for _, amount, _ in points), *(amount for _, _, amount in points))
    expected = budget * elapsed(last, book.year).share
    year_end = date(book.year, 12, 31)
    scale = _Scale(book.year, highest)
    flat = [(one, amount) for one, amount, _ in points] + [(year_end, budget)]
    return Chart(
        budget=scale.steps(flat),
        expected=scale.line([(date(book.year, 1, 1), ZERO), (year_end, budget)]),
        executed=scale.line([(date(book.year, 1, 1), ZERO), *((one, amount) for one, _, amount in points)]),
        names=_names(scale, last, budget, paid),
        months=[Mark(scale.x(date(book.year, month, 15)), HEIGHT - 8, f"{month}月") for month in range(1, 13)],
        grid=scale.grid(),
        day_x=scale.x(last),
        said=_said(last, budget, expected, paid),
        rows=[
            Row(one, _wan(amount), _wan(amount * elapsed(one, book.year).share), _wan(spent))
            for one, amount, spent in points
        ],
    )


def _days(year: int, day: date) -> Iterator[date]:
    """Yield the ends of the months passed, and the day looked at."""
    last = min(day, date(year, 12, 31))
    for month in range(1, 13):
        end = (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        if end >= last:
            break
        yield end
    if last.year == year:
        yield last


@dataclass(frozen=True, slots=True)
class _Scale:
    year: int
    highest: Decimal

    def x(self, on: date) -> int:
        """A day as a place from the left."""
        span = WIDTH - LEFT - RIGHT
        return LEFT + int(elapsed(on, self.year).share * span)

    def y(self, amount: Decimal) -> int:
        """An amount as a place from the top; the scale begins at zero."""
        tall = HEIGHT - HEAD - FOOT
        return HEIGHT - FOOT - int(max(amount, ZERO) / self.highest * tall)

    def line(self, points: Sequence[tuple[date, Decimal]]) -> str:
        return " ".join(f"{self.x(on)},{self.y(amount)}" for on, amount in points)

    def steps(self, points: Sequence[tuple[date, Decimal]]) -> str:
        """A budget holds until the day it is changed."""
        found = [f"{LEFT},{self.y(points[0][1])}"]
        height = self.y(points[0][1])
        for on, amount in points:
            found.append(f"{self.x(on)},{height}")
            height = self.y(amount)
            found.append(f"{self.x(on)},{height}")
        return " ".join(found)

    def grid(self) -> list[Mark]:
        parts = [self.highest * part / TICKS for part in range(TICKS + 1)]
        return [Mark(WIDTH - RIGHT, self.y(amount), _wan(amount)) for amount in parts]


def _names(scale: _Scale, last: date, budget: Decimal, paid: Decimal) -> list[Mark]:
    """Name every line where it can be told from the others."""
    ahead = scale.y(paid) <= scale.y(budget * elapsed(last, scale.year).share)
    early = date(scale.year, 2, 20)
    return [
        Mark(scale.x(early), scale.y(budget) - 6, "预算"),
        Mark(scale.x(date(scale.year, 11, 10)), scale.y(budget * Decimal("0.86")) + 18, "序时"),
        Mark(max(scale.x(last) - 36, LEFT), scale.y(paid) + (-8 if ahead else 18), "执行"),
    ]


def _said(day: date, budget: Decimal, expected: Decimal, paid: Decimal) -> str:
    word = "快于" if paid > expected else "慢于" if paid < expected else "等于"
    return f"截至 {day.isoformat()} 执行 {money(paid)}，{word}序时应执行的 {money(expected)}；当日预算 {money(budget)}"


def _wan(amount: Decimal) -> str:
    return print_number(amount / WAN, 2, thousands=True)
