"""Read a tabular data package (``datapackage.json`` and CSV tables) and report everything wrong with it at once.

Tables are read column by column: each distinct text is judged once, however many rows hold it, so that a quarter of
a million rows cost no more than their distinct values. Amounts become exact ``Decimal``; what is empty is ``None``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hengping.errors import Unreadable
from hengping_io.data_columns import FRICTIONLESS, Column, Rejected, parse
from hengping_io.data_problems import Problems
from hengping_io.data_text import Grid, file_text, grid, text_of

DESCRIPTOR = "datapackage.json"


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


def read_package(folder: Path, layouts: Mapping[str, Layout], problems: Problems) -> dict[str, Table]:
    """Read every table a folder's descriptor lists; what is wrong goes to ``problems``.

    Raises ``Unreadable`` where there is no package at all.
    """
    descriptor = _descriptor(folder)
    tables: dict[str, Table] = {}
    unread: set[str] = set()
    for name, path in _resources(folder, descriptor, layouts, problems):
        table = _read_table(path, path.relative_to(folder).as_posix(), layouts[name], problems)
        if table is None:
            unread.add(name)
        else:
            tables[name] = table
    for table in tables.values():
        _check_key(table, problems)
        for link in table.layout.links:
            if link.table not in unread:
                _check_link(table, link, tables.get(link.table), layouts[link.table].title, problems)
    return tables


def _descriptor(folder: Path) -> dict[str, Any]:
    if not folder.is_dir():
        remedy = "请给出含 datapackage.json 的文件夹；压缩包请先解压。"
        raise Unreadable(str(folder), "不是文件夹" if folder.exists() else "文件夹不存在", remedy)
    path = folder / DESCRIPTOR
    if not path.is_file():
        raise Unreadable(str(path), "没有这个文件", "年度数据包须有 datapackage.json，写法见 docs/year-folder.md。")
    try:
        found = json.loads(text_of(path.read_bytes()))
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
    text = file_text(path, name, problems)
    if text is None:
        return None
    try:
        found = grid(text)
    except csv.Error as error:
        problems.add(name, f"不是合格的 CSV：{error}", rule="CSV", remedy="请核对引号是否成对，另存为 CSV。")
        return None
    header = _header(found.header, layout, name, problems)
    if not _even(found, name, problems) or header is None:
        return None
    return _columns(found, header, Table(layout, name, {}, found.lines[1:]), problems)


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


def _even(found: Grid, file: str, problems: Problems) -> bool:
    for line, width in found.widths.items():
        message = f"有 {width} 格，列名有 {len(found.header)} 个" if width else "空行"
        problems.add(file, message, row=line, rule="CSV", remedy="请补齐或删去这一行；含逗号的文字请加引号。")
    return not found.widths


def _columns(found: Grid, header: list[str], table: Table, problems: Problems) -> Table:
    texts = dict(zip(header, found.columns, strict=True))
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


def _check_link(table: Table, link: Link, target: Table | None, title: str, problems: Problems) -> None:
    there = set(_keys(target, link.targets)) if target is not None else set()
    here, lines = _keys(table, link.columns), list(table.lines)
    if table.layout.column(link.columns[0]).type == "list":
        lines = [line for line, keys in zip(lines, here, strict=True) for _ in keys or ()]
        here = [key for keys in here for key in keys or ()]
    absent = set(here) - there - {None, ""}
    if not absent:
        return
    for line, key in zip(lines, here, strict=True):
        if key in absent:
            problems.add(
                table.file,
                f"“{key}”在“{title}”表中没有",
                row=line,
                column="、".join(link.columns),
                rule="外键",
                remedy=f"请在 {link.table} 表补上，或改正这里的编号。",
            )
