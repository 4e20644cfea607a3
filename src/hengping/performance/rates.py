"""The rates a finance officer watches: each with its named base, its operands and its working.

Nothing here is a new definition: these are the indicators of the rulebook that the book and its base figures decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hengping.ledger.facts import COLUMNS, DERIVED, SLICES
from hengping.performance.evaluate import Measured, measure
from hengping.performance.library import INDICATORS
from hengping.performance.model import Indicator, Outcome, Ratio, Value
from hengping.performance.spending import (
    BUDGET_ADJUSTMENT,
    BUDGET_COMPLETION,
    CARRY_OVER_CHANGE,
    CARRY_OVER_RATE,
    EXECUTION_RATE,
    PROCUREMENT_EXECUTION,
    PUBLIC_FUNDS_CONTROL,
    STAFF_CONTROL,
    THREE_PUBLIC_CHANGE,
    THREE_PUBLIC_CONTROL,
)

WATCHED: tuple[Indicator, ...] = (
    EXECUTION_RATE,
    BUDGET_COMPLETION,
    BUDGET_ADJUSTMENT,
    THREE_PUBLIC_CONTROL,
    THREE_PUBLIC_CHANGE,
    PUBLIC_FUNDS_CONTROL,
    CARRY_OVER_RATE,
    CARRY_OVER_CHANGE,
    PROCUREMENT_EXECUTION,
    STAFF_CONTROL,
)
"""Execution, “three public”, public funds, carry-over, procurement, staffing: in the order they are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """One side of a rate: its column, what that is called, and how much it is where it is known."""

    column: str
    title: str
    unit: str
    amount: Decimal | int | None

    @property
    def of_the_book(self) -> bool:
        """Tell whether entries of the book add up to it."""
        return self.column in SLICES

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the columns it is computed from, where it is."""
        return DERIVED.get(self.column, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A rate of the year: the indicator, the part, the base by its name, and the value or why there is none."""

    indicator: Indicator
    part: Operand
    base: Operand
    value: Value

    @property
    def sides(self) -> tuple[Operand, Operand]:
        """Return the part and the base, in the order they are read."""
        return self.part, self.base

    @property
    def known(self) -> bool:
        """Tell whether there is a number."""
        return self.value.outcome is Outcome.MEASURED


def rates(measured: Measured, day: date) -> tuple[Rate, ...]:
    """Return the watched rates as defined on a day."""
    return tuple(_rate(INDICATORS.get(known.key, day), measured) for known in WATCHED)


def rate(key: str, measured: Measured, day: date) -> Rate:
    """Return one watched rate; raise ``KeyError`` where it is none of them."""
    known = next((one for one in WATCHED if one.key == key), None)
    if known is None:
        raise KeyError(key)
    return _rate(INDICATORS.get(known.key, day), measured)


def _rate(indicator: Indicator, measured: Measured) -> Rate:
    ratio = indicator.measure
    assert isinstance(ratio, Ratio)  # noqa: S101 - every indicator watched is one
    return Rate(
        indicator=indicator,
        part=_operand(ratio.met, measured),
        base=_operand(ratio.of, measured),
        value=measure(indicator, measured),
    )


def _operand(column: str, measured: Measured) -> Operand:
    known = COLUMNS[column]
    return Operand(column=column, title=known.title, unit=known.unit, amount=measured.counts.get(column))
