"""Connect an analytics engine and put fact rows into it. The only module that knows which engine it is.

The engine is imported when it is first asked for, never before: loading it takes longer than most commands run.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hengping.errors import HengpingError, Unavailable, Unreadable
from hengping_io import arrow_tables

if TYPE_CHECKING:
    import ibis

FILES = "facts_in_files"


def warm() -> None:
    """Load the default engine, so that a process can do it while facts are still being decided."""
    table = load(_duckdb(), "warm", {"number": (1,)})
    rows(table.aggregate(number=table.number.sum()))


def connect(engine: str = "duckdb") -> ibis.BaseBackend:
    """Return a connection to an engine: ``duckdb``, ``spark=ADDRESS`` or ``postgres=ADDRESS``."""
    name, _, address = engine.partition("=")
    try:
        opener = ENGINES[name]
    except KeyError:
        raise Unavailable(f"统计引擎 {engine}", "没有这个引擎", f"可用：{'、'.join(ENGINES)}。") from None
    return opener(address)


def limit(connection: ibis.BaseBackend, memory: str) -> None:
    """Keep an embedded engine within so much memory, the rest going to disk; a server has limits of its own."""
    if connection.name == "duckdb":
        connection.con.execute(f"SET memory_limit = '{memory}'")
        connection.con.execute(f"SET temp_directory = '{tempfile.gettempdir()}/hengping-spill'")


def scan(connection: ibis.BaseBackend, paths: Iterable[Path]) -> ibis.Table:
    """Return the rows of Parquet files as a table of an engine, without reading them."""
    names = [str(path) for path in paths]
    if connection.name == "pyspark":
        from hengping_io import spark_session

        return spark_session.scan(connection, names, FILES)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return connection.read_parquet(names, table_name=FILES, hive_partitioning=False)
    except Exception as error:
        raise _told(error) from error


def load(connection: ibis.BaseBackend, name: str, columns: Mapping[str, Sequence[Any]]) -> ibis.Table:
    """Put columns of facts into an engine as a table and return it."""
    table = arrow_tables.arrow_table(columns)
    if connection.name == "pyspark":
        from hengping_io import spark_session

        return spark_session.load(connection, table, name)
    if connection.name == "postgres":
        _copy(connection, name, table)
        return connection.table(name)
    connection.con.register(name, table)
    with warnings.catch_warnings():
        # Ibis 12 asks DuckDB 2 for a table's columns by a name that DuckDB has since changed.
        warnings.simplefilter("ignore", DeprecationWarning)
        return connection.table(name)


def _copy(connection: ibis.BaseBackend, name: str, table: arrow_tables.ArrowTable) -> None:
    """Copy rows into a temporary table; Ibis 12 names a table it is to replace by nothing at all."""
    columns = ", ".join(
        f'"{column}" {_server_type(str(kind))}' for column, kind in arrow_tables.types_of(table).items()
    )
    with connection.con.cursor() as cursor:
        cursor.execute(f'DROP TABLE IF EXISTS pg_temp."{name}"')
        cursor.execute(f'CREATE TEMPORARY TABLE "{name}" ({columns})')
        with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
            for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
                copy.write_row(row)


def _server_type(kind: str) -> str:
    if kind.startswith("decimal"):
        return kind.replace("decimal128", "NUMERIC")
    return {"string": "TEXT", "date32[day]": "DATE", "bool": "BOOLEAN"}.get(kind, "BIGINT")


def rows(expression: ibis.Table) -> list[dict[str, Any]]:
    """Run an expression on the engine of its tables and return its rows, numbers as the engine counted them.

    The engine's own cursor is read: the general way loads a data-frame library, which takes longer than counting.
    """
    backend = expression.get_backend()
    try:
        answer = backend.raw_sql(backend.compile(expression))
        found = answer.collect() if backend.name == "pyspark" else answer.fetchall()
    except HengpingError:
        raise
    except Exception as error:
        raise _told(error) from error
    return [dict(zip(expression.columns, row, strict=True)) for row in found]


def _told(error: Exception) -> HengpingError:
    """Return what a person is told of an engine that failed: its errors have no common kind."""
    text = str(error).strip()
    first = text.splitlines()[0][:300] if text else type(error).__name__
    if "out of memory" in text.lower():
        return Unavailable("内存", f"限定的内存不够用：{first}", "请加大 --memory 后再次运行。")
    if "parquet" in text.lower() or "invalid input" in text.lower():
        return Unreadable("数据文件", f"引擎读不出：{first}", "请删去所说的文件并重新运行 hengping facts。")
    return Unavailable("统计引擎", f"执行出错：{first}", "请检查引擎是否在运行、版本是否相符后再次运行。")


def _ibis() -> Any:
    try:
        import ibis
    except ImportError as error:
        raise Unavailable("统计引擎", "没有安装 ibis 与 duckdb", "请安装 hengping[io]。") from error
    return ibis


def _duckdb(_address: str = "") -> ibis.BaseBackend:
    connection: ibis.BaseBackend = _ibis().duckdb.connect()
    return connection


def _spark(address: str) -> ibis.BaseBackend:
    from hengping_io import spark_session

    session = spark_session.connect(address)
    connection: ibis.BaseBackend = _ibis().pyspark.connect(session)
    return connection


def _postgres(address: str) -> ibis.BaseBackend:
    try:
        connection: ibis.BaseBackend = _ibis().connect(address)
    except Exception as error:
        raise _told(error) from error
    return connection


ENGINES: Mapping[str, Callable[[str], ibis.BaseBackend]] = {
    "duckdb": _duckdb,
    "spark": _spark,
    "postgres": _postgres,
}
"""Engine name → how to connect to it at an address."""
