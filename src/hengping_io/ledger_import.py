"""The one entry for files that go into a ledger: tells what a file is, and returns what it would enter.

CSV in the layout of the year folder is read here; workbooks in ``ledger_import_tables``, the data interface of
accounting software in ``accounting_interface``. Nothing is written; what cannot be read at all is ``Unreadable``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hengping.errors import Problem, Unreadable
from hengping.ledger.model import Account, Adjustment, Entry, Fund, Part, Phase
from hengping_io import accounting_interface, ledger_import_tables
from hengping_io.data_columns import Column, Rejected, parse
from hengping_io.data_text import text_of
from hengping_io.ledger_preview import LARGEST, MOST_ROWS, NOT_ITEMISED, Asked, Preview, Row, finished, problem
from hengping_io.read import ARCHIVE, kind_of
from hengping_io.year_layouts import layouts

WORKBOOKS = frozenset({"xlsx", "xls", "ods", "html"})
READS = "可以导入：年度数据包“账目”表的 CSV；预算、决算公开表或者明细表的 Excel；会计核算软件数据接口（GB/T 24589.2）的 XML 或装有它们的 ZIP"

UNUSED = frozenset({"entry"})
"""Columns of the folder's table that an import does not take over: the ledger gives its own numbers."""


def preview(name: str, data: bytes, asked: Asked) -> Preview:
    """Return what a file would enter, judged row by row; raise ``Unreadable`` where it is no file we read."""
    if not data:
        raise Unreadable(name, "文件是空的（0 字节）", "请重新导出。")
    if len(data) > LARGEST:
        raise Unreadable(name, f"文件有 {len(data) // 1_000_000} MB，超过 {LARGEST // 1_000_000} MB", "请分开导入。")
    if accounting_interface.is_xml(data):
        return finished(accounting_interface.read_xml(name, data, asked), asked)
    kind = kind_of(name, data)
    if kind in WORKBOOKS:
        return finished(ledger_import_tables.read_workbook(name, data, asked), asked)
    if kind == ARCHIVE:
        return finished(accounting_interface.read_archive(name, data, asked), asked)
    if kind == "txt":
        return finished(read_csv(name, data), asked)
    raise Unreadable(name, "不是可以导入账目的文件", f"{READS}。")


def read_csv(name: str, data: bytes) -> Preview:
    """Read the ledger table of a year folder, every row by itself."""
    lines = list(_lines(name, data))
    header, names = _header(name, lines)
    body = [(number, cells) for number, cells in lines[1:] if any(cell.strip() for cell in cells)]
    if len(body) > MOST_ROWS:
        raise Unreadable(name, f"有 {len(body)} 行，一次最多 {MOST_ROWS} 行", "请分成几个文件导入。")
    rows = tuple(_row(number, cells, header, names) for number, cells in body)
    notes = [f"列“{cell}”不认识，没有读" for cell, known in zip(lines[0][1], names, strict=True) if not known]
    if "entry" in names:
        notes.append("文件里的编号不沿用，入账时另编；凭证号照录")
    return Preview(name=name, layout="csv", title="年度数据包“账目”表（CSV）", rows=rows, notes=tuple(notes))


def _lines(name: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = text_of(data)
    except Rejected as error:
        raise Unreadable(name, str(error), error.remedy) from error
    dialect = "excel-tab" if text.partition("\n")[0].count("\t") > text.partition("\n")[0].count(",") else "excel"
    reader = csv.reader(io.StringIO(text, newline=""), dialect=dialect, strict=True)
    number = 1
    try:
        for cells in reader:
            yield number, cells
            number = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(
            name, f"第 {number} 行起不是合格的 CSV（{error}）", "请核对引号是否成对，另存为 CSV。"
        ) from error


def _header(name: str, lines: Sequence[tuple[int, list[str]]]) -> tuple[dict[str, Column], list[str]]:
    """Return the columns that were found by name, and the name of every cell of the header."""
    layout = layouts()["ledger"]
    known = {column.name: column for column in layout.columns}
    spelled = {column.title: column.name for column in layout.columns} | {one: one for one in known}
    first = lines[0][1] if lines else []
    names = [spelled.get(cell.strip(), "") for cell in first]
    if sum(map(bool, names)) < 2:
        raise Unreadable(name, "第一行不是“账目”表的列名", f"{READS}。列名见 docs/year-folder.md 的“账目”。")
    twice = sorted({one for one in names if one and names.count(one) > 1})
    if twice:
        raise Unreadable(name, f"列重复：{'、'.join(known[one].title for one in twice)}", "每列只能出现一次。")
    missing = [column.title for column in layout.columns if column.required and column.name not in {*names, *UNUSED}]
    if missing:
        raise Unreadable(name, f"缺少列：{'、'.join(missing)}", "请补上这些列，每行都要填写。")
    return {one: known[one] for one in names if one}, names


def _row(number: int, cells: list[str], columns: Mapping[str, Column], names: Sequence[str]) -> Row:
    place = f"第{number}行"
    if len(cells) != len(names):
        message = f"有 {len(cells)} 格，列名有 {len(names)} 个，疑似串列"
        wrong = problem(place, message, "请补齐或删去多出的逗号；含逗号的文字请加引号。", "CSV")
        return Row(place=place, says="，".join(cell for cell in cells if cell)[:80], problems=(wrong,))
    texts = {name: cell.strip() for name, cell in zip(names, cells, strict=True) if name and name not in UNUSED}
    values, problems = _values(place, texts, columns)
    if problems:
        return Row(place=place, says=_says(texts), problems=problems)
    entry = _entry(values)
    return Row(place=place, says=_says(texts), entry=entry, problems=tuple(_unlisted(place, entry)))


def _values(
    place: str, texts: Mapping[str, str], columns: Mapping[str, Column]
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, text in texts.items():
        try:
            values[name] = parse(text, columns[name])
        except Rejected as error:
            title = columns[name].title
            problems.append(problem(place, f"{title}：{error}", error.remedy, error.rule, name))
    return values, tuple(problems)


def _entry(values: Mapping[str, Any]) -> Entry:
    account = Account(
        Phase(values["phase"]),
        Part(values["part"]),
        Fund(values["fund"]),
        values.get("functional", ""),
        values.get("economic", ""),
        values.get("project", ""),
    )
    return Entry(
        account=account,
        amount=values["amount"],
        voucher=values.get("voucher", ""),
        on=values.get("on"),
        adjustment=Adjustment(values["adjustment"]) if values.get("adjustment") else None,
        policy=bool(values.get("policy")),
        procurement=bool(values.get("procurement")),
        note=values.get("note", ""),
    )


def _unlisted(place: str, entry: Entry) -> Iterator[Problem]:
    if len(entry.account.economic) < 5 and NOT_ITEMISED not in entry.note:
        yield problem(
            place,
            "没有写到款级科目，备注里也没有说明",
            f"请写五位款级代码；确实没有列明的，在备注里写明“{NOT_ITEMISED}”。",
            "科目",
            "economic",
        )


def _says(texts: Mapping[str, str]) -> str:
    shown = ("phase", "part", "functional", "economic", "project", "amount", "voucher")
    return "　".join(texts[name] for name in shown if texts.get(name))[:120]
