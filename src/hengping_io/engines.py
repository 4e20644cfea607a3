"""Connect an analytics engine and put fact rows into it. The only module that knows which engine it is.

The engine is imported when it is first asked for, never before: loading it takes longer than most commands run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hengping.errors import Unavailable

if TYPE_CHECKING:
    import ibis

MONEY_DIGITS = 38


def warm() -> None:
    """Load the default engine, so that a thread can do it while facts are still being decided."""
    _ibis()


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

    arrays = {key: _array(pyarrow, values) for key, values in columns.items()}
    return connection.create_table(name, pyarrow.table(arrays), temp=True)


def _array(pyarrow: Any, values: Sequence[Any]) -> Any:
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
