"""Numbers as they are printed: figures, intervals, the one rounding function, and printing that adds up.

A printed number stands for an interval, half a unit of its last place either side. Sums add intervals;
two figures agree when their intervals meet. There is no tolerance anywhere. Method: 衡评核对规则.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
HUNDRED = Decimal(100)

MONEY_UNITS: dict[str, Decimal] = {
    "元": Decimal(1),
    "千元": Decimal(1_000),
    "万元": Decimal(10_000),
    "百万元": Decimal(1_000_000),
    "千万元": Decimal(10_000_000),
    "亿元": Decimal(100_000_000),
    "万亿元": Decimal(1_000_000_000_000),
}
"""How many 元 one unit of money is."""


QUANTA = tuple(Decimal(1).scaleb(-places) for places in range(12))
"""The quanta of the precisions anybody prints, made once: every judgement asks for one."""


def round_half_up(value: Decimal, places: int) -> Decimal:
    """Round to ``places`` decimals, halves away from zero: the only rounding in Hengping.

    >>> round_half_up(Decimal("0.125"), 2)
    Decimal('0.13')
    >>> round_half_up(Decimal("-0.125"), 2)
    Decimal('-0.13')
    """
    return value.quantize(quantum(places), rounding=ROUND_HALF_UP)


def quantum(places: int) -> Decimal:
    """Return one unit of the last of ``places`` decimals.

    >>> quantum(2)
    Decimal('0.01')
    """
    return QUANTA[places] if 0 <= places < len(QUANTA) else Decimal(1).scaleb(-places)


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval of numbers: what a printed figure can stand for."""

    low: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"interval upside down: {self.low} > {self.high}")

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def __mul__(self, factor: Decimal) -> Interval:
        low, high = self.low * factor, self.high * factor
        return Interval(min(low, high), max(low, high))

    def __truediv__(self, other: Interval) -> Interval:
        """Divide by an interval that does not hold zero; raise ``ZeroDivisionError`` if it does."""
        if other.low <= 0 <= other.high:
            raise ZeroDivisionError("the base may be zero")
        ends = (
            self.low / other.low,
            self.low / other.high,
            self.high / other.low,
            self.high / other.high,
        )
        return Interval(min(ends), max(ends))

    def __contains__(self, value: Decimal) -> bool:
        return self.low <= value <= self.high

    @property
    def width(self) -> Decimal:
        """Return how wide the interval is."""
        return self.high - self.low

    def meets(self, other: Interval) -> bool:
        """Tell whether the two intervals share at least one number."""
        return self.low <= other.high and other.low <= self.high

    def gap(self, other: Interval) -> Decimal:
        """Return the least difference that rounding cannot explain; zero where the intervals meet."""
        return max(ZERO, self.low - other.high, other.low - self.high)

    def both(self, other: Interval) -> Interval | None:
        """Return what the two intervals share, or None."""
        if not self.meets(other):
            return None
        return Interval(max(self.low, other.low), min(self.high, other.high))


def around(value: Decimal, unit_of_last_place: Decimal) -> Interval:
    """Return the interval of half a unit of the last place either side of a printed value."""
    half = unit_of_last_place / 2
    return Interval(value - half, value + half)


def total(intervals: Iterable[Interval]) -> Interval:
    """Add intervals; an empty sum is exactly zero."""
    low = high = ZERO
    for interval in intervals:
        low += interval.low
        high += interval.high
    return Interval(low, high)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as printed: its value in its own unit, the unit, the decimals shown, and the text itself.

    ``value`` is exact and in ``unit`` (万元, 元, 件, %, …); ``decimals`` counts printed places.
    """

    value: Decimal
    unit: str = ""
    decimals: int = 0
    text: str = ""

    @property
    def factor(self) -> Decimal:
        """Return how many 元 one of this figure's unit is; 1 for what is not money."""
        return MONEY_UNITS.get(self.unit, Decimal(1))

    @property
    def amount(self) -> Decimal:
        """Return the value in 元 where it is money, the value itself otherwise."""
        return self.value * self.factor

    @property
    def is_money(self) -> bool:
        """Tell whether the unit is a unit of money."""
        return self.unit in MONEY_UNITS

    def interval(self, places: int | None = None) -> Interval:
        """Return what the figure can stand for, in its own unit.

        ``places`` is the precision of the series it belongs to; the finer of the two counts, because a
        trailing zero is often left unprinted.
        """
        finest = self.decimals if places is None else max(self.decimals, places)
        return around(self.value, quantum(finest))

    def __str__(self) -> str:
        return self.text or print_number(self.value, self.decimals) + self.unit


def print_number(value: Decimal, places: int, *, thousands: bool = False) -> str:
    """Print a number with a fixed count of decimals and a true minus sign.

    >>> print_number(Decimal("-1234.5"), 2, thousands=True)
    '−1,234.50'
    """
    rounded = round_half_up(value, places)
    sign = "−" if rounded < 0 else ""
    return sign + format(abs(rounded), ",f" if thousands else "f")


def money(amount: Decimal, unit: str = "万元", places: int = 2) -> Figure:
    """Return an amount in 元 as a figure printed in another unit of money.

    >>> str(money(Decimal("7422400.00")))
    '742.24万元'
    """
    value = round_half_up(amount / MONEY_UNITS[unit], places)
    return Figure(value, unit, places, print_number(value, places) + unit)


def percentage(part: Decimal, whole: Decimal, places: int = 2) -> Figure | None:
    """Return ``part`` as a percentage of ``whole``, or None where the base is zero.

    >>> str(percentage(Decimal(33), Decimal(36)))
    '91.67%'
    """
    if whole == 0:
        return None
    value = round_half_up(part * HUNDRED / whole, places)
    return Figure(value, "%", places, print_number(value, places) + "%")


def series_places(decimals: Iterable[int]) -> int:
    """Return the finest precision that a clear majority (two thirds) of a series reaches.

    Reports drop trailing zeros, so a lone “2万元” among two-decimal amounts stands for 2.00.

    >>> series_places([2] * 41 + [1] * 3 + [0] * 6)
    2
    >>> series_places([0, 0, 2])
    0
    """
    counts = Counter(decimals)
    whole = sum(counts.values())
    reached = 0
    for places in sorted(counts, reverse=True):
        reached += counts[places]
        if reached * 3 >= whole * 2:
            return places
    return 0


@dataclass(frozen=True, slots=True)
class Printed:
    """One item of a breakdown as printed: the exact amount, the value shown, and the adjustment made.

    ``adjustment`` is what was added to plain rounding, in the printed unit, so that the items add up.
    """

    exact: Decimal
    shown: Decimal
    adjustment: Decimal


def apportion(parts: Sequence[Decimal], places: int = 2, whole: Decimal | None = None) -> tuple[Printed, ...]:
    """Round parts so that what is printed adds up to the printed whole, by largest remainder.

    ``whole`` is the printed total; without one it is the rounded sum of the parts. Each part moves by less
    than one unit of the last place; every adjustment is kept. Raises ``ValueError`` where the total is
    further from the exact sum than rounding can bridge.

    >>> [str(item.shown) for item in apportion([Decimal("0.335")] * 3)]
    ['0.34', '0.34', '0.33']
    """
    unit = quantum(places)
    plain = [round_half_up(part, places) for part in parts]
    target = round_half_up(sum(parts, ZERO), places) if whole is None else whole
    steps = int((target - sum(plain, ZERO)) / unit)
    if abs(steps) > len(parts) or (target - sum(plain, ZERO)) % unit:
        raise ValueError(f"{target} cannot be reached by rounding {sum(parts, ZERO)}")
    sign = 1 if steps > 0 else -1
    order = sorted(range(len(parts)), key=lambda i: ((plain[i] - parts[i]) * sign, i * sign))
    moved = set(order[: abs(steps)])
    adjustments = [unit * sign if i in moved else ZERO for i in range(len(parts))]
    return tuple(
        Printed(part, shown + adjustment, adjustment)
        for part, shown, adjustment in zip(parts, plain, adjustments, strict=True)
    )
