"""Columns of values as Arrow tables and Parquet files: the one door to the library that holds both.

Files appear whole or not at all, and the same table always becomes the same bytes.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any, TypeAlias

from hengping.errors import Unavailable, Unreadable

ArrowTable: TypeAlias = Any
"""An Arrow table; the library has no types of its own."""

MONEY_DIGITS = 38
LINE_MONEY = (18, 2)
"""Digits and places of one ledger line's amount."""

TEXT, WHOLE, SMALL, LONG, DAY, MONEY, FLAG = "text", "whole", "small", "long", "day", "money", "flag"
WORDS = {
    TEXT: "文字",
    WHOLE: "整数",
    SMALL: "整数",
    LONG: "整数",
    DAY: "日期（date32）",
    MONEY: "金额（decimal，两位小数）",
    FLAG: "是否（bool）",
}
"""Kinds of columns, and what users call them."""

SOME_BELOW_ZERO = 500_000
"""Taken off every random amount, in 分, so that some lines are corrections."""

EPOCH = 719163
"""The ordinal of 1970-01-01, from which Arrow counts days."""

BROKEN = "不是完整的 Parquet 文件（可能没有写完或者被截断）"


def arrow_table(columns: Mapping[str, Sequence[Any]]) -> ArrowTable:
    """Return columns of Python values as an Arrow table; whole numbers go in as one buffer each."""
    import pyarrow

    return pyarrow.Table.from_arrays([_array(pyarrow, values) for values in columns.values()], names=list(columns))


def typed_table(columns: Mapping[str, tuple[str, Sequence[Any]]], label: Mapping[str, str] | None = None) -> ArrowTable:
    """Return columns of declared kinds as an Arrow table that carries a label."""
    import pyarrow

    arrays = [_typed(pyarrow, kind, values) for kind, values in columns.values()]
    fields = [
        pyarrow.field(name, one.type, nullable=kind not in (WHOLE, SMALL, LONG))
        for (name, (kind, _)), one in zip(columns.items(), arrays, strict=True)
    ]
    return pyarrow.Table.from_arrays(arrays, schema=pyarrow.schema(fields, metadata=dict(label or {})))


def types_of(table: ArrowTable) -> dict[str, str]:
    """Return the columns of a table with the names of their types."""
    return {field.name: str(field.type) for field in table.schema}


def empty_table(kinds: Mapping[str, str]) -> ArrowTable:
    """Return a table of declared columns without any row."""
    return typed_table({name: (kind, ()) for name, kind in kinds.items()})


def joined(tables: Sequence[ArrowTable]) -> ArrowTable:
    """Return tables one under the other."""
    import pyarrow

    return pyarrow.concat_tables(tables)


ROWS_IN_A_GROUP = 1 << 17


def write_parquet(table: ArrowTable, path: Path, *, rows_in_a_group: int = ROWS_IN_A_GROUP) -> None:
    """Write one file whole or not at all; raise ``Unavailable`` where the disk refuses it."""
    import pyarrow.parquet

    with _in_place(path) as partial:
        pyarrow.parquet.write_table(
            table, partial, compression="zstd", row_group_size=rows_in_a_group, store_decimal_as_integer=True
        )


def write_joined(paths: Sequence[Path], kinds: Mapping[str, str], path: Path) -> None:
    """Write the declared columns of some files as one, whole or not at all, a few thousand rows in memory at a time."""
    import pyarrow.parquet

    with _in_place(path) as partial, pyarrow.parquet.ParquetWriter(partial, schema_of(kinds), compression="zstd") as to:
        waiting: list[ArrowTable] = []
        for one in paths:
            waiting.append(read_parquet(one, kinds))
            if sum(table.num_rows for table in waiting) >= ROWS_IN_A_GROUP:
                _write_group(to, waiting)
        _write_group(to, waiting)


def _write_group(to: Any, waiting: list[ArrowTable]) -> None:
    import pyarrow

    if waiting:
        to.write_table(pyarrow.concat_tables([table.cast(to.schema) for table in waiting]), ROWS_IN_A_GROUP * 2)
        waiting.clear()


@contextmanager
def appended(path: Path, kinds: Mapping[str, str]) -> Iterator[Callable[[Sequence[Any]], None]]:
    """Let a file be written row by row, whole or not at all; no more than one group of rows is in memory."""
    import pyarrow.parquet

    with _in_place(path) as partial, pyarrow.parquet.ParquetWriter(partial, schema_of(kinds), compression="zstd") as to:
        waiting: list[Sequence[Any]] = []

        def put() -> None:
            columns = zip(kinds.items(), zip(*waiting, strict=True), strict=True)
            to.write_table(typed_table({name: (kind, values) for (name, kind), values in columns}))
            waiting.clear()

        def add(row: Sequence[Any]) -> None:
            waiting.append(row)
            if len(waiting) == ROWS_IN_A_GROUP:
                put()

        yield add
        if waiting:
            put()


@contextmanager
def _in_place(path: Path) -> Iterator[Path]:
    """Let a file be written beside its place and move it there; raise ``Unavailable`` where the disk refuses it."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        partial.replace(path)
    except OSError as error:
        reason = f"写不进去：{os.strerror(error.errno) if error.errno else error}"
        remedy = "已完成的部分保留，腾出空间或换一个 --out 位置后再次运行即可继续。"
        raise Unavailable(str(path), reason, remedy) from error
    finally:
        partial.unlink(missing_ok=True)


def schema_of(kinds: Mapping[str, str]) -> Any:
    """Return the schema of declared columns."""
    return empty_table(kinds).schema


def read_parquet(path: Path, kinds: Mapping[str, str]) -> ArrowTable:
    """Return the declared columns of one file; refuse one that is broken, lacks a column or has another type."""
    import pyarrow
    import pyarrow.parquet

    try:
        words = [name for name, kind in kinds.items() if kind == TEXT]
        with pyarrow.parquet.ParquetFile(path, read_dictionary=words) as file:
            _check_schema(path, file.schema_arrow, kinds)
            return file.read(columns=list(kinds), use_threads=False)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowIOError, EOFError) as error:
        raise broken(path, error) from error
    except FileNotFoundError as error:
        raise Unreadable(str(path), "文件不在了", "请恢复这个文件后再次运行。") from error


def broken(path: Path, error: BaseException) -> Unreadable:
    """Return what is said of a file that cannot be parsed."""
    return Unreadable(str(path), f"{BROKEN}：{str(error).splitlines()[0][:120]}", "请重新导出这个文件后再次运行。")


def rows_in(path: Path) -> int:
    """Return how many rows a file says it has, from its last few bytes."""
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            return int(file.metadata.num_rows)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowIOError, OSError) as error:
        raise broken(path, error) from error


def is_whole(path: Path) -> bool:
    """Tell whether a file is there and was written to its end; one that was not is removed."""
    if not path.is_file():
        return False
    try:
        rows_in(path)
    except Unreadable:
        path.unlink()
        return False
    return True


def label_of(path: Path) -> dict[str, str]:
    """Return what a file says of itself."""
    import pyarrow
    import pyarrow.parquet

    try:
        label = pyarrow.parquet.read_schema(path).metadata or {}
    except (pyarrow.ArrowInvalid, pyarrow.ArrowIOError, OSError) as error:
        raise broken(path, error) from error
    return {name.decode(): value.decode() for name, value in label.items()}


def check_kinds(path: Path, kinds: Mapping[str, str]) -> None:
    """Refuse a file that is broken, lacks a column or has another type, without reading its rows."""
    import pyarrow
    import pyarrow.parquet

    try:
        schema = pyarrow.parquet.read_schema(path)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowIOError, OSError) as error:
        raise broken(path, error) from error
    _check_schema(path, schema, kinds)


def texts(table: ArrowTable, name: str) -> list[str]:
    """Return a column as Python text, missing values as empty text; each distinct text is made once."""
    import pyarrow
    import pyarrow.compute

    column = table.column(name)
    if not pyarrow.types.is_dictionary(column.type):
        column = column.cast(pyarrow.string()).dictionary_encode()
    column = column.unify_dictionaries().combine_chunks()
    if isinstance(column, pyarrow.ChunkedArray):
        column = column.chunk(0) if column.num_chunks else pyarrow.array([], pyarrow.string()).dictionary_encode()
    words = ["" if word is None else word for word in column.dictionary.cast(pyarrow.string()).to_pylist()]
    indices = _filled(column.indices.cast(pyarrow.int32()), len(words))
    return list(map([*words, ""].__getitem__, _numbers(indices, "i")))


def coded(table: ArrowTable, name: str, codes: Mapping[str, int], unknown: int) -> bytes:
    """Return a column of keys as one byte of code for each."""
    import pyarrow
    import pyarrow.compute

    column = table.column(name)
    if not pyarrow.types.is_dictionary(column.type):
        column = column.cast(pyarrow.string()).dictionary_encode()
    column = column.unify_dictionaries().combine_chunks()
    found = [codes.get(word, unknown) for word in column.dictionary.cast(pyarrow.string()).to_pylist()]
    indices = _filled(column.indices.cast(pyarrow.int32()), len(found))
    return bytes(map([*found, unknown].__getitem__, _numbers(indices, "i")))


def texts_where(table: ArrowTable, name: str, other: str, keys: Sequence[str]) -> list[str]:
    """Return a column as Python text, empty wherever another column holds none of the keys: only the rest is read."""
    import pyarrow
    import pyarrow.compute

    wanted = pyarrow.compute.is_in(table.column(other).cast(pyarrow.string()), value_set=_text(pyarrow, keys))
    places = _numbers(pyarrow.compute.indices_nonzero(wanted), "Q")
    found = [""] * table.num_rows
    some = table.column(name).filter(wanted).cast(pyarrow.string())
    for place, text in zip(places, texts(pyarrow.table({name: some}), name), strict=True):
        found[place] = text
    return found


def texts_beginning(table: ArrowTable, name: str, start: str) -> list[tuple[int, str]]:
    """Return the texts of a column that begin with something, and where they stand; each distinct text is asked once."""
    import pyarrow
    import pyarrow.compute

    column = table.column(name)
    if pyarrow.types.is_dictionary(column.type):
        words = pyarrow.chunked_array([chunk.dictionary for chunk in column.chunks], column.type.value_type)
        if not pyarrow.compute.any(pyarrow.compute.starts_with(words, start)).as_py():
            return []
    column = column.cast(pyarrow.string())
    begins = _filled(pyarrow.compute.starts_with(column, start), value=False)
    places = _numbers(pyarrow.compute.indices_nonzero(begins), "Q")
    return [(place, column[place].as_py()) for place in places]


def ordinals(table: ArrowTable, name: str) -> list[int]:
    """Return a column of days as ordinals, 0 for a missing one."""
    import pyarrow
    import pyarrow.compute

    column = table.column(name).cast(pyarrow.int32()).combine_chunks().dictionary_encode()
    if isinstance(column, pyarrow.ChunkedArray):
        column = column.combine_chunks()
    days = [day + EPOCH for day in _numbers(column.dictionary, "i")]
    indices = _filled(column.indices.cast(pyarrow.int32()), len(days))
    return list(map([*days, 0].__getitem__, _numbers(indices, "i")))


def numbers(table: ArrowTable, name: str) -> list[int]:
    """Return a column of whole numbers, 0 for a missing one."""
    import pyarrow
    import pyarrow.compute

    return _numbers(_filled(table.column(name).cast(pyarrow.int64()).combine_chunks(), 0), "q")


def runs(table: ArrowTable, name: str) -> tuple[list[str], list[int]]:
    """Return the values of a column as they change, and where each run of equal values ends."""
    import pyarrow
    import pyarrow.compute

    column = table.column(name)
    if not pyarrow.types.is_dictionary(column.type):
        column = column.cast(pyarrow.string()).dictionary_encode()
    column = column.unify_dictionaries().combine_chunks()
    words = column.dictionary.cast(pyarrow.string()).to_pylist()
    indices = _filled(column.indices.cast(pyarrow.int32()), len(words))
    found = pyarrow.compute.run_end_encode(indices, run_end_type=pyarrow.int32())
    return list(map([*words, ""].__getitem__, _numbers(found.values, "i"))), _numbers(found.run_ends, "i")


def run_ends(table: ArrowTable, name: str) -> list[int]:
    """Return where each run of equal values of a column ends."""
    import pyarrow
    import pyarrow.compute

    column = table.column(name)
    if not pyarrow.types.is_dictionary(column.type):
        column = column.cast(pyarrow.string()).dictionary_encode()
    indices = _filled(column.unify_dictionaries().combine_chunks().indices.cast(pyarrow.int32()), -1)
    return _numbers(pyarrow.compute.run_end_encode(indices, run_end_type=pyarrow.int32()).run_ends, "i")


def falls(table: ArrowTable, name: str, *, even: bool = False) -> list[int]:
    """Return the places at which a column of whole numbers or days does not rise; ``even`` lets it stay as it is."""
    import pyarrow
    import pyarrow.compute

    column = table.column(name).combine_chunks()
    column = column.cast(pyarrow.int32() if pyarrow.types.is_date(column.type) else pyarrow.int64())
    if len(column) < 2:
        return []
    lower = pyarrow.compute.less if even else pyarrow.compute.less_equal
    lower = lower(column.slice(1), column.slice(0, len(column) - 1))
    return [place + 1 for place in _numbers(pyarrow.compute.indices_nonzero(lower), "Q")]


def sorted_by(table: ArrowTable, *names: str) -> ArrowTable:
    """Return the rows in the order of some columns."""
    return table.sort_by([(name, "ascending") for name in names])


def constant(value: str, count: int) -> Any:
    """Return a column that holds one text over and over, at the cost of one."""
    import pyarrow

    return pyarrow.repeat(pyarrow.scalar(value), count)


def _filled(column: Any, value: object) -> Any:
    """Return a column with a value for every missing one; asking Arrow needlessly makes it load another library."""
    import pyarrow.compute

    return pyarrow.compute.fill_null(column, value) if column.null_count else column


def _numbers(column: Any, code: str) -> list[int]:
    import pyarrow

    if isinstance(column, pyarrow.ChunkedArray):
        column = column.combine_chunks()
    found = array(code)
    data = column.buffers()[1]
    if data is None or not len(column):
        return []
    view = memoryview(data).cast("B")[column.offset * found.itemsize : (column.offset + len(column)) * found.itemsize]
    found.frombytes(view)
    return found.tolist()


def _check_schema(path: Path, schema: Any, kinds: Mapping[str, str]) -> None:
    absent = [name for name in kinds if name not in schema.names]
    if absent:
        there = "、".join(schema.names[:12])
        raise Unreadable(
            str(path), f"缺少列：{'、'.join(absent)}（现有：{there}）", "请按 docs/scale.md 的列重新导出。"
        )
    for name, kind in kinds.items():
        found = schema.field(name).type
        if not _fits(found, kind):
            raise Unreadable(
                str(path), f"列“{name}”的类型是 {found}，应为{WORDS[kind]}", "请按 docs/scale.md 的类型重新导出。"
            )


def _fits(found: Any, kind: str) -> bool:
    import pyarrow

    types = pyarrow.types
    if types.is_dictionary(found):
        found = found.value_type
    match kind:
        case "text":
            return bool(types.is_string(found) or types.is_large_string(found))
        case "day":
            return bool(types.is_date32(found))
        case "money":
            return bool(types.is_decimal(found) and found.scale <= 2)
        case "flag":
            return bool(types.is_boolean(found))
    return bool(types.is_integer(found) or types.is_boolean(found))


@cache
def _arrow_type(kind: str) -> Any:
    import pyarrow

    return {
        TEXT: pyarrow.string(),
        WHOLE: pyarrow.int32(),
        SMALL: pyarrow.uint8(),
        LONG: pyarrow.int64(),
        DAY: pyarrow.date32(),
        MONEY: pyarrow.decimal128(*LINE_MONEY),
        FLAG: pyarrow.bool_(),
    }[kind]


def _typed(pyarrow: Any, kind: str, values: Sequence[Any]) -> Any:
    if isinstance(values, pyarrow.Array | pyarrow.ChunkedArray):
        return values
    if kind == TEXT:
        return _text(pyarrow, values)
    if kind == MONEY:
        return pyarrow.array(values, type=_arrow_type(kind))
    data = _buffer(kind, values)
    found = pyarrow.Array.from_buffers(_buffer_type(kind), len(values), [None, pyarrow.py_buffer(data)])
    return found.cast(_arrow_type(kind)) if kind == FLAG else found


def _buffer(kind: str, values: Sequence[Any]) -> Any:
    """Return numbers, days and flags as the bytes Arrow keeps them in."""
    if kind in (WHOLE, LONG):
        return array("i" if kind == WHOLE else "q", values)
    if kind == DAY:
        days = values if not len(values) or isinstance(values[0], int) else [day.toordinal() for day in values]
        return array("i", [day - EPOCH for day in days])
    return bytes(values)


def _buffer_type(kind: str) -> Any:
    return _arrow_type(SMALL if kind == FLAG else kind)


def _text(pyarrow: Any, values: Sequence[str]) -> Any:
    """Return a column of text, each distinct text encoded once.

    Handing over Python text one by one makes Arrow load a data-frame library first, which takes seconds.
    """
    distinct = {word: place for place, word in enumerate(dict.fromkeys(values))}
    encoded = [word.encode() for word in distinct]
    offsets = array("i", accumulate(map(len, encoded), initial=0))
    buffers = [None, pyarrow.py_buffer(offsets), pyarrow.py_buffer(b"".join(encoded))]
    words = pyarrow.Array.from_buffers(pyarrow.string(), len(encoded), buffers)
    if len(encoded) == len(values):
        return words
    places = array("i", map(distinct.__getitem__, values))
    indices = pyarrow.Array.from_buffers(pyarrow.int32(), len(places), [None, pyarrow.py_buffer(places)])
    return pyarrow.DictionaryArray.from_arrays(indices, words).cast(pyarrow.string())


def _array(pyarrow: Any, values: Sequence[Any]) -> Any:
    """Return an Arrow array; whole numbers go in as one buffer.

    Reading Python values one by one makes Arrow load a whole data-frame library first.
    """
    try:
        found = array("q", values)
    except TypeError:
        return _mixed(pyarrow, values)
    return pyarrow.Array.from_buffers(pyarrow.int64(), len(found), [None, pyarrow.py_buffer(found)])


def _mixed(pyarrow: Any, values: Sequence[Any]) -> Any:
    first = next((value for value in values if value is not None), None)
    if first is None:
        return pyarrow.array(values, type=pyarrow.int64())
    if isinstance(first, Decimal):
        places = max(-int(value.as_tuple().exponent) for value in values if value is not None)
        return pyarrow.array(values, type=pyarrow.decimal128(MONEY_DIGITS, max(places, 0)))
    return pyarrow.array(values)


def batches(path: Path, first: str, second: str) -> Iterator[tuple[tuple[str, str], ArrowTable]]:
    """Yield the rows of a sorted file, some at a time, cut wherever the value of two columns changes."""
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            table = file.read_row_group(number)
            begin = 0
            for end in sorted({*runs(table, first)[1], *runs(table, second)[1]}):
                key = table.column(first)[begin].as_py(), table.column(second)[begin].as_py()
                yield key, table.slice(begin, end - begin)
                begin = end


def random_columns(
    distinct: Mapping[str, tuple[str, Sequence[Any]]], count: int, randbytes: Callable[[int], bytes]
) -> dict[str, Any]:
    """Return rows drawn from a few (a power of two of them), and for each a random column ``amount`` of money."""
    import pyarrow
    import pyarrow.compute

    table = typed_table(distinct)
    drawn = pyarrow.Array.from_buffers(pyarrow.uint16(), count, [None, pyarrow.py_buffer(randbytes(2 * count))])
    places = pyarrow.compute.bit_wise_and(drawn, pyarrow.scalar(table.num_rows - 1, pyarrow.uint16()))
    found = {name: table.column(name).combine_chunks().take(places) for name in distinct}
    raw = pyarrow.Array.from_buffers(pyarrow.uint32(), count, [None, pyarrow.py_buffer(randbytes(4 * count))])
    cents = pyarrow.compute.bit_wise_and(raw, pyarrow.scalar(0xFFFFFF, pyarrow.uint32())).cast(pyarrow.int64())
    shifted = pyarrow.compute.subtract(cents, pyarrow.scalar(SOME_BELOW_ZERO, pyarrow.int64()))
    whole = shifted.cast(pyarrow.decimal128(LINE_MONEY[0] + 1, 0))
    found["amount"] = pyarrow.Array.from_buffers(_arrow_type(MONEY), count, whole.buffers())
    return found


def first_days(path: Path, name: str) -> list[date]:
    """Return the days of a file's first few rows that have one."""
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(1000, columns=[name]):
            return [day for day in batch.column(0).to_pylist() if day is not None]
    return []
