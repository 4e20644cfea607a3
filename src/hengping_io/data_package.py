"""Read a tabular data package (``datapackage.json`` and CSV tables) and report everything wrong with it at once.

Tables are read column by column: each distinct text is judged once, however many rows hold it, so that a quarter of
a million rows cost no more than their distinct values. Amounts become exact ``Decimal``; what is empty is ``None``.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hengping.errors import InvalidPackage, Problem, Unreadable

DESCRIPTOR = "datapackage.json"
LARGEST = 200_000_000
"""Bytes of one file beyond which a package is refused rather than swallowed."""
SHOWN = 20
"""Problems of one kind in one column that are listed one by one; the rest are counted."""

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
AMOUNT = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]{2}")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
UNREADABLE = ("\x00", "\ufffd")
NONSENSE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd\ue000-\uf8ff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table: its name, its Chinese title, what it holds and what it may hold.

    ``type`` is text, date, amount (元, two decimals), number, integer, boolean or list (texts between semicolons).
    ``values`` are the values allowed, each with its Chinese name; either may be written.
    """

    name: str
    title: str
    type: str = "text"
    required: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    pattern: str = ""
    minimum: Decimal | None = None
    note: str = ""

    @property
    def plain(self) -> bool:
        """Tell whether any text will do."""
        return self.type == "text" and not (self.values or self.pattern)

    @property
    def spellings(self) -> dict[str, str]:
        """Return every way an allowed value may be written, with the value it means."""
        return {label: value for value, label in self.values.items()} | {value: value for value in self.values}

    @property
    def empty(self) -> Any:
        """Return what an empty cell means: no text, no items, or None where nothing is known."""
        return {"text": "", "list": ()}.get(self.type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A foreign key: these columns must be found in those columns of another table."""

    columns: tuple[str, ...]
    table: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What one table of a package must look like."""

    name: str
    title: str
    columns: tuple[Column, ...]
    required: bool = False
    key: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    note: str = ""

    def column(self, name: str) -> Column:
        """Return one column by name."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True, slots=True)
class Table:
    """One table as read: its columns as lists of values, and the file and lines they came from."""

    layout: Layout
    file: str
    columns: dict[str, list[Any]]
    lines: Sequence[int]

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, column: str) -> list[Any]:
        return self.columns[column]

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the table row by row; meant for tables a person can read."""
        names = tuple(self.columns)
        for values in zip(*self.columns.values(), strict=True):
            yield dict(zip(names, values, strict=True))


@dataclass
class Problems:
    """Collects problems; of one kind in one column only the first few are listed, the rest counted."""

    found: list[Problem] = field(default_factory=list)
    _counts: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def add(
        self, file: str, message: str, *, row: int | None = None, column: str = "", rule: str = "", remedy: str = ""
    ) -> None:
        """Note one problem at its place."""
        kind = (file, column, rule)
        count = self._counts[kind] = self._counts.get(kind, 0) + 1
        if count <= SHOWN:
            self.found.append(Problem(file=file, message=message, row=row, column=column, rule=rule, remedy=remedy))

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note problems that somebody else found."""
        for problem in problems:
            self.add(
                problem.file,
                problem.message,
                row=problem.row,
                column=problem.column,
                rule=problem.rule,
                remedy=problem.remedy,
            )

    def listed(self) -> tuple[Problem, ...]:
        """Return what was found, with one closing line for each kind too numerous to list."""
        rest = [
            Problem(
                file=file,
                column=column,
                rule=rule,
                message=f"同类问题共 {count} 处，以上列出前 {SHOWN} 处",
                remedy="请一并改正。",
            )
            for (file, column, rule), count in self._counts.items()
            if count > SHOWN
        ]
        return (*self.found, *rest)

    def raise_if_any(self) -> None:
        """Raise ``InvalidPackage`` with everything found, or do nothing."""
        if self.found:
            raise InvalidPackage(self.listed())

    def __bool__(self) -> bool:
        return bool(self.found)


class Rejected(ValueError):
    """A text that does not hold what its column asks for; says why, by which rule, and the remedy."""

    def __init__(self, message: str, rule: str, remedy: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.remedy = remedy


def _as_date(text: str) -> date:
    if not DATE.fullmatch(text):
        raise Rejected(f"“{text}”不是日期", "日期", "请写成 2024-03-05 的样子。")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Rejected(f"“{text}”这一天不存在", "日期", "请核对年、月、日。") from None


def _as_amount(text: str) -> Decimal:
    if not AMOUNT.fullmatch(text):
        remedy = "请以元为单位、保留两位小数，用半角数字，不写千分位，例如 1234.50。"
        raise Rejected(f"“{text}”不是金额", "金额", remedy)
    return Decimal(text)


def _as_number(text: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise Rejected(f"“{text}”不是数", "数值", "请用半角数字，例如 95 或 95.50，不写单位和百分号。")
    return Decimal(text)


def _as_integer(text: str) -> int:
    if not INTEGER.fullmatch(text):
        raise Rejected(f"“{text}”不是整数", "整数", "请用半角数字，例如 36。")
    return int(text)


def _as_boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise Rejected(f"“{text}”不是 true 或 false", "是否", "请写 true（是）或 false（否）。")
    return text == "true"


def _as_list(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.replace("；", ";").split(";") if item.strip())


PARSERS: dict[str, Callable[[str], Any]] = {
    "text": str,
    "list": _as_list,
    "date": _as_date,
    "amount": _as_amount,
    "number": _as_number,
    "integer": _as_integer,
    "boolean": _as_boolean,
}
FRICTIONLESS = {"text": "string", "list": "string", "amount": "number"}
"""How our types are called in a Frictionless table schema, where the name differs."""


def read_package(folder: Path, layouts: Mapping[str, Layout], problems: Problems) -> dict[str, Table]:
    """Read every table a folder's descriptor lists; what is wrong goes to ``problems``.

    Raises ``Unreadable`` where there is no package at all.
    """
    descriptor = _descriptor(folder)
    tables: dict[str, Table] = {}
    for name, path in _resources(folder, descriptor, layouts, problems):
        table = _read_table(path, path.relative_to(folder).as_posix(), layouts[name], problems)
        if table is not None:
            tables[name] = table
    for table in tables.values():
        _check_key(table, problems)
        _check_links(table, tables, layouts, problems)
    return tables


def _descriptor(folder: Path) -> dict[str, Any]:
    if not folder.is_dir():
        remedy = "请给出含 datapackage.json 的文件夹；压缩包请先解压。"
        raise Unreadable(str(folder), "不是文件夹" if folder.exists() else "文件夹不存在", remedy)
    path = folder / DESCRIPTOR
    if not path.is_file():
        raise Unreadable(str(path), "没有这个文件", "年度数据包须有 datapackage.json，写法见 docs/year-folder.md。")
    try:
        found = json.loads(_text(path.read_bytes()))
    except (json.JSONDecodeError, Rejected) as error:
        raise Unreadable(str(path), f"不是合格的 JSON：{error}", "请用文本编辑器打开核对。") from error
    except RecursionError:
        raise Unreadable(str(path), "嵌套过深", "数据包说明只需三层，请核对文件来源。") from None
    if not isinstance(found, dict) or not isinstance(found.get("resources"), list):
        raise Unreadable(str(path), "缺少 resources 列表", "写法见 docs/year-folder.md。")
    return found


def _resources(
    folder: Path, descriptor: Mapping[str, Any], layouts: Mapping[str, Layout], problems: Problems
) -> Iterator[tuple[str, Path]]:
    seen: set[str] = set()
    for position, resource in enumerate(descriptor["resources"], start=1):
        name = resource.get("name") if isinstance(resource, dict) else None
        if not isinstance(name, str) or not isinstance(resource.get("path"), str):
            problems.add(DESCRIPTOR, f"第 {position} 项资源没有 name 或 path", rule="资源", remedy="请补齐。")
        elif name not in layouts:
            problems.add(DESCRIPTOR, f"不认识的表“{name}”", rule="资源", remedy=f"可用的表：{'、'.join(layouts)}。")
        elif name in seen:
            problems.add(DESCRIPTOR, f"表“{name}”列了两次", rule="资源", remedy="请只保留一项。")
        else:
            seen.add(name)
            _check_schema(resource, layouts[name], problems)
            path = _inside(folder, resource["path"], problems)
            if path is not None:
                yield name, path
    for name, layout in layouts.items():
        if layout.required and name not in seen:
            problems.add(
                DESCRIPTOR, f"缺少“{layout.title}”表（{name}）", rule="资源", remedy=f"请提供 {name}.csv 并列入。"
            )


def _check_schema(resource: Mapping[str, Any], layout: Layout, problems: Problems) -> None:
    schema = resource.get("schema")
    fields = schema.get("fields") if isinstance(schema, dict) else None
    known = {column.name: FRICTIONLESS.get(column.type, column.type) for column in layout.columns}
    for item in fields if isinstance(fields, list) else ():
        name = item.get("name") if isinstance(item, dict) else None
        if name not in known:
            problems.add(
                DESCRIPTOR,
                f"表“{layout.name}”的说明里有不认识的列“{name}”",
                rule="列",
                remedy=f"可用的列：{'、'.join(known)}。",
            )
        elif item.get("type", known[name]) != known[name]:
            problems.add(
                DESCRIPTOR,
                f"表“{layout.name}”的列“{name}”写作 {item['type']}，应为 {known[name]}",
                rule="列",
                remedy="请改正 schema，或省去 schema 由程序按规则读。",
            )


def _inside(folder: Path, written: str, problems: Problems) -> Path | None:
    """Return a path named by the package, or None where it leads outside or nowhere."""
    path = folder / written
    if "://" in written or Path(written).is_absolute() or not path.resolve().is_relative_to(folder.resolve()):
        problems.add(DESCRIPTOR, f"路径“{written}”指向数据包之外", rule="路径", remedy="只能引用数据包文件夹内的文件。")
        return None
    if not path.is_file():
        problems.add(DESCRIPTOR, f"文件“{written}”不存在", rule="路径", remedy="请补上文件，或从 resources 中去掉。")
        return None
    return path


def _read_table(path: Path, name: str, layout: Layout, problems: Problems) -> Table | None:
    text = _file_text(path, name, problems)
    if text is None:
        return None
    try:
        grid = _grid(text)
    except csv.Error as error:
        problems.add(name, f"不是合格的 CSV：{error}", rule="CSV", remedy="请核对引号是否成对，另存为 CSV。")
        return None
    header = _header(grid.header, layout, name, problems)
    if not _even(grid, name, problems) or header is None:
        return None
    return _columns(grid, header, Table(layout, name, {}, grid.lines[1:]), problems)


@dataclass(frozen=True, slots=True)
class _Grid:
    """A CSV file as columns of text; ``widths`` tells rows that have more or fewer cells than the header."""

    header: list[str]
    columns: list[Sequence[str]]
    lines: Sequence[int]
    widths: Mapping[int, int]


def _grid(text: str) -> _Grid:
    """Split a table into columns; without quotes or odd line ends there is nothing for a parser to do.

    Line ends are made cells of their own, so that one split does it all and an uneven row shows at once.
    """
    width = text.partition("\n")[0].count(",") + 1
    if width == 1 or '"' in text or "\r" in text:
        return _parsed(text)
    stride = width + 1
    cells = (text if text.endswith("\n") else text + "\n").replace("\n", ",\n,").split(",")
    if len(cells) % stride != 1 or set(cells[width::stride]) != {"\n"}:
        return _parsed(text)
    columns: list[Sequence[str]] = [cells[stride + place : -1 : stride] for place in range(width)]
    return _Grid(cells[:width], columns, range(1, len(cells) // stride + 1), {})


def _parsed(text: str) -> _Grid:
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    lines = _lines(text, len(rows))
    width = len(rows[0])
    widths = {line: len(row) for row, line in zip(rows, lines, strict=True) if len(row) != width}
    columns: list[Sequence[str]] = [] if widths else list(zip(*rows[1:], strict=True))
    return _Grid(rows[0], columns or [()] * width, lines, widths)


def _file_text(path: Path, name: str, problems: Problems) -> str | None:
    size = path.stat().st_size
    if size > LARGEST:
        remedy = "年度数据包的单个文件不超过 200 MB，请核对是否放错了文件。"
        problems.add(name, f"文件有 {size // 1_000_000} MB，太大", rule="文件", remedy=remedy)
        return None
    if size == 0:
        problems.add(name, "文件是空的", rule="文件", remedy="至少要有一行列名；没有数据的表可以不提供。")
        return None
    try:
        return _text(path.read_bytes())
    except Rejected as error:
        problems.add(name, str(error), rule=error.rule, remedy=error.remedy)
        return None
    except OSError as error:
        problems.add(name, f"读不出来：{error.strerror}", rule="文件", remedy="请检查文件权限与磁盘。")
        return None


def _text(data: bytes) -> str:
    """Decode UTF-8, else GB18030; refuse what is neither."""
    remedy = "请另存为 UTF-8（或 GB18030）编码的文本。"
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        plain = encoding.startswith("utf") and not any(mark in text for mark in UNREADABLE)
        if plain or NONSENSE.search(text) is None:
            return text
    raise Rejected("文件既不是 UTF-8 也不是 GB18030 编码的文本", "编码", remedy)


def _header(cells: list[str], layout: Layout, file: str, problems: Problems) -> list[str] | None:
    """Return the columns' names in the order of the file; titles are understood too."""
    names = {column.name: column.name for column in layout.columns}
    names |= {column.title: column.name for column in layout.columns}
    header = [names.get(cell.strip(), "") for cell in cells]
    for cell, name in zip(cells, header, strict=True):
        if not name:
            remedy = f"可用的列：{'、'.join(column.name for column in layout.columns)}。"
            problems.add(file, f"不认识的列“{cell}”", row=1, column=cell, rule="列", remedy=remedy)
        elif header.count(name) > 1:
            problems.add(file, f"列“{cell}”重复", row=1, column=cell, rule="列", remedy="每列只能出现一次。")
    for column in layout.columns:
        if column.required and column.name not in header:
            remedy = f"请补上“{column.name}”（{column.title}）列。"
            problems.add(file, "缺少这一列", row=1, column=column.name, rule="列", remedy=remedy)
    sound = all(header) and len(set(header)) == len(header)
    return header if sound else None


def _lines(text: str, count: int) -> Sequence[int]:
    """Return the line each row begins on; plain unless a quoted cell spans lines."""
    if text.count("\n") - text.endswith("\n") == count - 1 and '"' not in text:
        return range(1, count + 1)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines = [1]
    lines.extend(reader.line_num + 1 for _ in reader)
    return lines[:count]


def _even(grid: _Grid, file: str, problems: Problems) -> bool:
    for line, width in grid.widths.items():
        message = f"有 {width} 格，列名有 {len(grid.header)} 个" if width else "空行"
        problems.add(file, message, row=line, rule="CSV", remedy="请补齐或删去这一行；含逗号的文字请加引号。")
    return not grid.widths


def _columns(grid: _Grid, header: list[str], table: Table, problems: Problems) -> Table:
    texts = dict(zip(header, grid.columns, strict=True))
    for column in table.layout.columns:
        cells = texts.get(column.name)
        if cells is None:
            table.columns[column.name] = [column.empty] * len(table.lines)
            continue
        if column.plain and not (column.required and "" in cells):
            table.columns[column.name] = list(cells)
            continue
        known, wrong = _judge(set(cells), column)
        table.columns[column.name] = list(map(known.__getitem__, cells))
        if wrong:
            _place(cells, wrong, column, table, problems)
    return table


def _judge(distinct: Iterable[str], column: Column) -> tuple[dict[str, Any], dict[str, Rejected]]:
    known: dict[str, Any] = {}
    wrong: dict[str, Rejected] = {}
    for text in distinct:
        try:
            known[text] = parse(text, column)
        except Rejected as error:
            known[text] = None
            wrong[text] = error
    return known, wrong


def parse(text: str, column: Column) -> Any:
    """Read one cell as its column asks; raise ``Rejected`` with the rule and the remedy."""
    if not text:
        if column.required:
            raise Rejected("没有填写", "必填", f"请填写{column.title}。")
        return column.empty
    if column.values:
        spellings = column.spellings
        if text not in spellings:
            raise Rejected(f"“{text}”不在可选值之内", "可选值", f"可选：{'、'.join(column.values.values())}。")
        text = spellings[text]
    value = PARSERS[column.type](text)
    if column.pattern and not re.fullmatch(column.pattern, text):
        raise Rejected(f"“{text}”写法不对", "写法", column.note or f"应符合 {column.pattern}。")
    if column.minimum is not None and value < column.minimum:
        raise Rejected(f"{text} 小于 {column.minimum}", "下限", f"{column.title}不得小于 {column.minimum}。")
    return value


def _place(
    cells: Sequence[str], wrong: Mapping[str, Rejected], column: Column, table: Table, problems: Problems
) -> None:
    for line, cell in zip(table.lines, cells, strict=True):
        error = wrong.get(cell)
        if error is not None:
            problems.add(table.file, str(error), row=line, column=column.name, rule=error.rule, remedy=error.remedy)


def _keys(table: Table, columns: Sequence[str]) -> list[Any]:
    """Return one hashable value for each row."""
    if len(columns) == 1:
        return table[columns[0]]
    return list(zip(*(table[column] for column in columns), strict=True))


def _check_key(table: Table, problems: Problems) -> None:
    if not table.layout.key:
        return
    keys = _keys(table, table.layout.key)
    if len(set(keys)) == len(keys):
        return
    first: dict[Any, int] = {}
    for line, key in zip(table.lines, keys, strict=True):
        if key in first:
            shown = key if isinstance(key, str) else "、".join(map(str, key)) if isinstance(key, tuple) else key
            problems.add(
                table.file,
                f"“{shown}”与第{first[key]}行重复",
                row=line,
                column="、".join(table.layout.key),
                rule="主键",
                remedy="编号不得重复，请改正或删去其中一行。",
            )
        else:
            first[key] = line


def _check_links(table: Table, tables: Mapping[str, Table], layouts: Mapping[str, Layout], problems: Problems) -> None:
    for link in table.layout.links:
        target = tables.get(link.table)
        there = set(_keys(target, link.targets)) if target is not None else set()
        here = _keys(table, link.columns)
        if table.layout.column(link.columns[0]).type == "list":
            lines = [line for line, keys in zip(table.lines, here, strict=True) for _ in keys]
            here = [key for keys in here for key in keys]
        else:
            lines = list(table.lines)
        absent = set(here) - there - {None, ""}
        if not absent:
            continue
        for line, key in zip(lines, here, strict=True):
            if key in absent:
                problems.add(
                    table.file,
                    f"“{key}”在“{layouts[link.table].title}”表中没有",
                    row=line,
                    column="、".join(link.columns),
                    rule="外键",
                    remedy=f"请在 {link.table} 表补上，或改正这里的编号。",
                )
