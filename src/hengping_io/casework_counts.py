"""Indicators of casework over fact rows on any engine: the engine counts, the core divides.

What is asked of an engine follows from the rulebook: an indicator added there is counted here without a change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from hengping.errors import RulebookError
from hengping.performance.evaluate import Measured, measure
from hengping.performance.library import INDICATORS
from hengping.performance.model import Indicator, Value
from hengping.petitions.columns import COUNT_COLUMNS, TITLES
from hengping_io import counts
from hengping_io.counts import Number

if TYPE_CHECKING:
    from hengping_io.counts import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One group, or the whole where ``key`` is empty: what was counted, and what every indicator comes to."""

    key: tuple[Any, ...]
    counts: Mapping[str, Number | None]
    values: Mapping[str, Value]


def indicators(day: date) -> tuple[Indicator, ...]:
    """Return the indicators in force on a day that are counted on fact rows."""
    return tuple(one for one in INDICATORS.on(day) if one.measure.columns and set(one.measure.columns) <= COUNT_COLUMNS)


def count(table: Table, day: date, by: Sequence[str] = ()) -> tuple[Counted, tuple[Counted, ...]]:
    """Return the whole and its groups; refuse an engine whose groups do not add up to its whole."""
    asked = indicators(day)
    whole = counts.count(table, asked)
    parts = counts.count_by(table, asked, by) if by else {}
    if by:
        _check_sum(whole, parts)
    return _counted((), whole, asked), tuple(_counted(key, part, asked) for key, part in parts.items())


def _counted(key: tuple[Any, ...], found: Mapping[str, Number | None], asked: Sequence[Indicator]) -> Counted:
    measured = Measured(counts=found, titles=TITLES)
    return Counted(key=key, counts=found, values={one.key: measure(one, measured) for one in asked})


def _check_sum(
    whole: Mapping[str, Number | None], parts: Mapping[tuple[Any, ...], Mapping[str, Number | None]]
) -> None:
    for name, total in whole.items():
        added = sum(part[name] or 0 for part in parts.values())
        if added != (total or 0):
            raise RulebookError(f"引擎的分组之和与合计不符：{TITLES.get(name, name)} 分组相加 {added}，合计 {total}")
