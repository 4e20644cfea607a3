"""Count and sum columns of fact tables. Nothing else.

An engine is asked for integers and exact sums only; it never divides, averages, rounds or compares dates. The core
divides, so every engine gives the same answer to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from hengping.errors import RulebookError
from hengping_io import engines

if TYPE_CHECKING:
    import ibis

    from hengping.performance.model import Indicator

    Table: TypeAlias = ibis.Table

Number: TypeAlias = int | Decimal


def count(table: ibis.Table, indicators: Iterable[Indicator]) -> dict[str, Number | None]:
    """Return the sum of every column the indicators name; None where no row has a value."""
    return count_columns(table, wanted(indicators))


def count_columns(table: ibis.Table, names: Sequence[str]) -> dict[str, Number | None]:
    """Return the sum of columns named one by one."""
    if not names:
        return {}
    (row,) = _sums(table, names, ())
    return {name: row[name] for name in names}


def count_by(
    table: ibis.Table, indicators: Iterable[Indicator], by: Sequence[str]
) -> dict[tuple[Any, ...], dict[str, Number | None]]:
    """Return the same sums for every combination of values of the grouping columns, in their order."""
    names = wanted(indicators)
    rows = _sums(table, names, by)
    found = {tuple(row[name] for name in by): {name: row[name] for name in names} for row in rows}
    return dict(sorted(found.items(), key=lambda item: tuple((part is not None, part) for part in item[0])))


def sum_lots(table: ibis.Table, amount: str, by: Sequence[str]) -> list[tuple[dict[str, Any], Decimal]]:
    """Return every combination of values of some columns with the exact sum of one amount over it."""
    return [(row, Decimal(row[amount])) for row in _sums(table, (amount,), by) if row[amount] is not None]


def wanted(indicators: Iterable[Indicator]) -> tuple[str, ...]:
    """Return the columns a set of indicators reads, each once, sorted."""
    return tuple(sorted({name for indicator in indicators for name in indicator.measure.columns}))


def _sums(table: ibis.Table, names: Sequence[str], by: Sequence[str]) -> list[dict[str, Any]]:
    absent = [name for name in (*names, *by) if name not in table.columns]
    if absent:
        raise RulebookError(f"事实表没有这些列：{'、'.join(absent)}")
    sums = {name: _total(table[name]) for name in names}
    grouped = table.group_by(list(by)) if by else table
    exact = {name: _exactly(table[name]) for name in names}
    found = engines.rows(grouped.aggregate(**sums))
    return [row | {name: exact[name](row[name]) for name in names} for row in found]


def _total(column: Any) -> Any:
    return column.cast("int64").sum() if column.type().is_boolean() else column.sum()


def _exactly(column: Any) -> Callable[[Any], Number | None]:
    """Return what turns a sum into the core's number: one engine hands back whole numbers as decimals."""
    kind: type[Number] = Decimal if column.type().is_decimal() else int
    return lambda value: None if value is None else kind(value)
