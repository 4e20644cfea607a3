"""Connect an analytics engine and put fact rows into it. The only module that knows which engine it is.

The engine is imported when it is first asked for, never before: loading it takes longer than most commands run.
"""

from __future__ import annotations

import warnings
from array import array
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hengping.errors import Unavailable

if TYPE_CHECKING:
    import ibis

MONEY_DIGITS = 38


def warm() -> None:
    """Load the default engine, so that a process can do it while facts are still being decided."""
    table = load(_duckdb(), "warm", {"number": (1,)})
    rows(table.aggregate(number=table.number.sum()))


def connect(engine: str = "duckdb") -> ibis.BaseBackend:
    """Return a connection to an engine by name."""
    try:
        opener = ENGINES[engine]
    except KeyError:
        raise Unavailable(f"统计引擎 {engine}", "没有这个引擎", f"可用：{'、'.join(ENGINES)}。") from None
    return opener()


def load(connection: ibis.BaseBackend, name: str, columns: Mapping[str, Sequence[Any]]) -> ibis.Table:
    """Put columns of facts into an engine as a table and return it."""
    import pyarrow

    arrays = [_array(pyarrow, values) for values in columns.values()]
    connection.con.register(name, pyarrow.Table.from_arrays(arrays, names=list(columns)))
    with warnings.catch_warnings():
        # Ibis 12 asks DuckDB 2 for a table's columns by a name that DuckDB has since changed.
        warnings.simplefilter("ignore", DeprecationWarning)
        return connection.table(name)


def rows(expression: ibis.Table) -> list[dict[str, Any]]:
    """Run an expression on the engine of its tables and return its rows, numbers as the engine counted them.

    The engine's own cursor is read: the general way loads a data-frame library, which takes longer than counting.
    """
    backend = expression.get_backend()
    found = backend.raw_sql(backend.compile(expression)).fetchall()
    return [dict(zip(expression.columns, row, strict=True)) for row in found]


def _array(pyarrow: Any, values: Sequence[Any]) -> Any:
    """Return an Arrow array; whole numbers go in as one buffer.

    Reading Python values one by one makes Arrow load a whole data-frame library first.
    """
    try:
        numbers = array("q", values)
    except TypeError:
        return _mixed(pyarrow, values)
    return pyarrow.Array.from_buffers(pyarrow.int64(), len(numbers), [None, pyarrow.py_buffer(numbers)])


def _mixed(pyarrow: Any, values: Sequence[Any]) -> Any:
    first = next((value for value in values if value is not None), None)
    if first is None:
        return pyarrow.array(values, type=pyarrow.int64())
    if isinstance(first, Decimal):
        places = max(-int(value.as_tuple().exponent) for value in values if value is not None)
        return pyarrow.array(values, type=pyarrow.decimal128(MONEY_DIGITS, max(places, 0)))
    return pyarrow.array(values)


def _ibis() -> Any:
    try:
        import ibis
    except ImportError as error:
        raise Unavailable("统计引擎", "没有安装 ibis 与 duckdb", "请安装 hengping[io]。") from error
    return ibis


def _duckdb() -> ibis.BaseBackend:
    connection: ibis.BaseBackend = _ibis().duckdb.connect()
    return connection


ENGINES: Mapping[str, Callable[[], ibis.BaseBackend]] = {"duckdb": _duckdb}
"""Engine name → how to connect to it."""
