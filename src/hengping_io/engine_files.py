"""The embedded engine at work on files larger than memory: sorting within a limit, spilling to disk."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hengping.errors import Unavailable, Unreadable
from hengping_io import arrow_tables
from hengping_io.arrow_tables import DAY, SMALL, TEXT, WHOLE

if TYPE_CHECKING:
    import duckdb

TYPES = {TEXT: "VARCHAR", WHOLE: "INTEGER", SMALL: "TINYINT", DAY: "DATE"}
ENGINE_SHARE = 0.8
"""How much of the stated memory the engine may take; the rest is the program's own."""


class Limited:
    """A connection with a limit of memory."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._files: dict[str, Path] = {}

    def view(self, name: str, path: Path, kinds: Mapping[str, str]) -> None:
        """Name a file's rows, every column of its kind."""
        if path.suffix == ".csv":
            _check_head(path, kinds)
            rows = f"read_csv({_quoted(path)}, header=true, all_varchar=true)"
        else:
            arrow_tables.check_kinds(path, kinds)
            rows = parquet(path)
        columns = ", ".join(
            f'coalesce(CAST("{column}" AS VARCHAR), \'\') AS "{column}"'
            if kind == TEXT
            else f'CAST(nullif(CAST("{column}" AS VARCHAR), \'\') AS {TYPES[kind]}) AS "{column}"'
            for column, kind in kinds.items()
        )
        self._files[name] = path
        self.run(f"CREATE VIEW {name} AS SELECT {columns} FROM {rows}", path)  # noqa: S608 - columns and kinds are our own, the path is quoted

    def run(self, statement: str, path: Path | None = None) -> None:
        """Run a statement; what the engine refuses is told with the file it was about."""
        self.rows(statement, path)

    def rows(self, statement: str, path: Path | None = None) -> list[tuple[Any, ...]]:
        """Run a query and return its rows."""
        with self._told(path):
            return self._connection.execute(statement).fetchall()

    def table(self, statement: str, path: Path | None = None) -> arrow_tables.ArrowTable:
        """Run a query and return its rows as columns."""
        with self._told(path):
            return self._connection.sql(statement).to_arrow_table()

    @contextmanager
    def _told(self, path: Path | None) -> Iterator[None]:
        import duckdb

        try:
            yield
        except duckdb.OutOfMemoryException as error:
            raise Unavailable(
                "内存", f"限定的内存不够用：{_first_line(error)}", "请加大 --memory 后再次运行。"
            ) from error
        except (duckdb.ConversionException, duckdb.InvalidInputException) as error:
            where = path or self._guilty()
            raise Unreadable(str(where), f"有不能读的值：{_first_line(error)}", "请改正这个值后再次运行。") from error
        except duckdb.IOException as error:
            raise Unavailable("磁盘", f"读写出错：{_first_line(error)}", "请腾出空间后再次运行。") from error

    def _guilty(self) -> Path | str:
        """Return the file with a value that cannot be read: values are read only when they are asked for."""
        import duckdb

        for name, path in self._files.items():
            try:
                self._connection.execute(f"SELECT max(COLUMNS(*)) FROM {name}")  # noqa: S608 - a name of our own
            except duckdb.Error:
                return path
        return "数据源"

    def sorted_into(self, path: Path, name: str, order: str) -> None:
        """Write a view with the place of each petition into one file, in the order asked for."""
        self.run(
            f"COPY (SELECT t.*, place_organisation, place_month FROM {name} t JOIN place USING (petition) "  # noqa: S608
            f"ORDER BY {order}) TO {_quoted(path)} (FORMAT parquet, ROW_GROUP_SIZE 122880)"
        )


@contextmanager
def limited(spill: Path, memory: str, threads: int) -> Iterator[Limited]:
    """Yield an engine that keeps to a limit of memory and spills into a folder of its own."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{int(in_bytes(memory) * ENGINE_SHARE / 1_000_000)}MB'")
        connection.execute(f"SET temp_directory = {_quoted(spill)}")
        connection.execute(f"SET threads = {threads}")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET enable_progress_bar = false")
        yield Limited(connection)


def batches(path: Path) -> Iterator[tuple[tuple[str, str], Any]]:
    """Yield what ``sorted_into`` wrote, by organisation and month."""
    yield from arrow_tables.batches(path, "place_organisation", "place_month")


def parquet(path: Path) -> str:
    """Return a file's rows as a statement names them."""
    return f"read_parquet({_quoted(path)}, hive_partitioning = false)"


def in_bytes(memory: str) -> int:
    """Return a size such as ``2GB`` or ``500MB`` in bytes.

    >>> in_bytes("2GB")
    2000000000
    """
    units = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
    number, unit = memory[:-2].strip(), memory[-2:].upper()
    if unit not in units or not number.replace(".", "", 1).isdigit():
        raise ValueError(f"“{memory}”不是内存大小，请写成 2GB、500MB 的样子")
    return int(float(number) * units[unit])


def _check_head(path: Path, kinds: Mapping[str, str]) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        head = next(csv.reader(file), [])
    absent = [name for name in kinds if name not in head]
    if absent:
        raise Unreadable(str(path), f"缺少列：{'、'.join(absent)}", "请按 docs/scale.md 的列重新导出。")


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0][:200]
