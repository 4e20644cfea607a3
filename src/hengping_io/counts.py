"""Count and sum columns of fact tables. Nothing else.

An engine is asked for integers and exact sums only; it never divides, averages, rounds or compares dates. The core
divides, so every engine gives the same answer to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from hengping.errors import RulebookError
from hengping_io import engines
from hengping_io.fact_words import PLACES

if TYPE_CHECKING:
    import ibis

    from hengping.performance.model import Indicator

    Table: TypeAlias = ibis.Table

Number: TypeAlias = int | Decimal
ALIKE = "rows_alike"


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
    packed = {name: PLACES[name] for name in names if name not in table.columns and name in PLACES}
    asked = [*(place.word for place in packed.values()), *(name for name in names if name not in packed), *by]
    absent = [name for name in asked if name not in table.columns]
    if absent:
        raise RulebookError(f"事实表没有这些列：{'、'.join(absent)}")
    plain = [name for name in names if name not in packed]
    exact = {name: _exactly(table[name]) if name in plain else int for name in names}
    if packed:
        table = _alike(table, plain, sorted({place.word for place in packed.values()}), by)
    sums = {name: _total(table[name]) for name in plain}
    sums |= {name: (((table[word] >> bit) & 1) * table[ALIKE]).sum() for name, (word, bit) in packed.items()}
    grouped = table.group_by(list(by)) if by else table
    found = engines.rows(grouped.aggregate(**sums))
    return [row | {name: None if row[name] is None else exact[name](row[name]) for name in names} for row in found]


def _alike(table: ibis.Table, plain: Sequence[str], words: Sequence[str], by: Sequence[str]) -> ibis.Table:
    """Return one row for all rows of which the law says the same, and how many they are.

    Ten million petitions have some hundred thousand different answers; taking their bits apart once is enough.
    """
    sums = {name: _total(table[name]) for name in plain}
    return table.group_by([*by, *words]).aggregate(**{ALIKE: table.count()}, **sums)


def _total(column: Any) -> Any:
    return column.cast("int64").sum() if column.type().is_boolean() else column.sum()


def _exactly(column: Any) -> type[Number]:
    """Return the core's number for a sum: one engine hands back whole numbers as decimals."""
    return Decimal if column.type().is_decimal() else int
