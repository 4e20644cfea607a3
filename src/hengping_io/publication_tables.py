"""What of a year may be published, and in which form: the tables of the open-data package.

Everything a figure rests on is published; nothing that leads to one person. Prose and recorded values go out as they
are; the ledger as sums of accounts by month, without vouchers and payees; petitions as the counts that figures are
computed from, never as rows. What stays behind is named with its number of rows and its hash, so that whoever holds
the frozen year can count again. A table this module does not know is not published.
"""

from __future__ import annotations

import calendar
import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any

from hengping.figures import ZERO
from hengping.performance.library import INDICATORS
from hengping.performance.model import Indicator, Ratio, Total
from hengping.petitions.columns import COLUMNS
from hengping_io import year_layouts
from hengping_io.data_columns import Column
from hengping_io.data_package import Layout, Table
from hengping_io.year_folder import NOT_ITEMISED, YearFolder

Number = Decimal | int
Row = Mapping[str, Any]

FOLDER = "tables"
COUNTS, WITHHELD = "petition_counts", "withheld"
LEDGERS = ("ledger", "last_ledger")
COUNTED = ("petitions", "events")

WHOLE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "unit": (),
        "functions": (),
        "offices": (),
        "staffing": (),
        "projects": (),
        "balances": (),
        "figures": ("note",),
        "buildings": (),
        "hospitality": (),
        "evidence": ("path",),
        "measures": (),
        "objectives": (),
        "targets": (),
        "problems": (),
        "remedies": (),
        "follow_ups": (),
        "narrative": (),
    }
)
"""Tables that go out row by row, and the columns of each that do not."""

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "ledger": "按科目、原因和月份汇总公布，不公布凭证、收款对象和逐笔日期。",
        "last_ledger": "按科目汇总公布。",
        "figures": "不公布备注栏。",
        "petitions": "逐件记录可能指向个人，只公布计算指标所需的全年计数。",
        "events": "逐件日期可能指向个人，只公布计算指标所需的全年计数。",
        "evidence": "公布材料名称与 SHA-256，材料本身不在公开包内。",
    }
)


def _column(name: str, title: str, type_: str = "text", *, required: bool = False) -> Column:
    return Column(name=name, title=title, type=type_, required=required)


@cache
def own_layouts() -> Mapping[str, Layout]:
    """Return the tables a package has beside those of a year folder."""
    return MappingProxyType(
        {
            COUNTS: Layout(
                name=COUNTS,
                title="信访事项计数",
                key=("column",),
                note="全年一个总数，不分地区、单位、类别和月份。",
                columns=(
                    _column("column", "计数列", required=True),
                    _column("title", "含义"),
                    _column("count", "计数", "integer"),
                    _column("indicators", "用于", "list"),
                ),
            ),
            WITHHELD: Layout(
                name=WITHHELD,
                title="未逐行公布的表",
                key=("table",),
                columns=(
                    _column("table", "表", required=True),
                    _column("title", "名称"),
                    _column("rows", "行数", "integer", required=True),
                    _column("sha256", "内容的 SHA-256", required=True),
                    _column("instead", "代之以"),
                    _column("reason", "理由"),
                ),
            ),
            "answers": Layout(
                name="answers",
                title="核对问题的书面说明",
                columns=(
                    _column("question", "问题编号", required=True),
                    _column("files", "所在文件", "list"),
                    _column("check", "核对项"),
                    _column("finding", "核对结论", required=True),
                    _column("working", "算式"),
                    _column("answer", "书面说明", required=True),
                    _column("answered_by", "说明岗位", required=True),
                    _column("answered_on", "说明日期", "date", required=True),
                ),
            ),
            "last_year": Layout(
                name="last_year",
                title="上年已公布的数字",
                key=("name",),
                note="抄自上年公开包；上年没有公布过的，没有此表。",
                columns=(
                    _column("name", "名称", required=True),
                    _column("title", "标题"),
                    _column("printed", "公布数", required=True),
                    _column("value", "数值", "number"),
                    _column("year", "年度", "integer", required=True),
                    _column("package", "上年公开包清单的 SHA-256"),
                ),
            ),
        }
    )


@cache
def layouts() -> Mapping[str, Layout]:
    """Return every table a package may hold: those of a year folder that go out, and its own."""
    known = year_layouts.layouts()
    published = {name: known[name] for name in (*WHOLE, *LEDGERS) if name in known}
    return MappingProxyType({**published, **own_layouts()})


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table on its way out: its columns and rows, everything already text."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def write(self) -> bytes:
        """Return the table as CSV, UTF-8 with plain line feeds."""
        return csv_of(self.columns, self.rows)


def csv_of(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a table as CSV, UTF-8 with plain line feeds."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8", "backslashreplace")


def text(value: Any) -> str:
    """Return a value as its cell is written; what is missing is an empty cell and never 0."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case tuple() | list():
            return ";".join(map(str, value))
        case _:
            return str(value)


def sheets(year: YearFolder, counts: Mapping[str, Number | None]) -> Iterator[Sheet]:
    """Yield every table that goes out, in the order of the guide, and at the end what stayed behind."""
    behind: list[tuple[str, ...]] = []
    for name in year_layouts.layouts():
        table = year.tables[name]
        if not table.file:
            continue
        if name in LEDGERS:
            yield _ledger(name, year)
        elif name in WHOLE:
            yield _whole(name, table)
        if name not in WHOLE or WHOLE[name]:
            behind.append(_behind(name, table))
    if year.has("petitions") and year.has("events"):
        yield _counts(year, counts)
    columns = tuple(column.name for column in own_layouts()[WITHHELD].columns)
    yield Sheet(WITHHELD, columns, tuple(behind))


def _whole(name: str, table: Table) -> Sheet:
    left_out = WHOLE[name]
    columns = tuple(column.name for column in table.layout.columns if column.name not in left_out or column.required)
    rows = tuple(
        tuple(f"未公开/{row['evidence']}" if column == "path" else text(row[column]) for column in columns)
        for row in table.rows()
    )
    return Sheet(name, columns, rows)


def _behind(name: str, table: Table) -> tuple[str, ...]:
    instead = COUNTS if name in COUNTED else name if name in layouts() else ""
    reason = REASONS.get(name, "" if instead else "没有公布的数字以它为据。")
    return (name, table.layout.title, str(len(table)), digest(table), instead, reason)


def digest(table: Table) -> str:
    """Return the SHA-256 of what a table says, whatever file, order of columns or spelling it was read from."""
    names = tuple(sorted(table.columns))
    rows = zip(*(map(text, table[name]) for name in names), strict=True)
    return hashlib.sha256(csv_of(names, rows)).hexdigest()


def _ledger(name: str, year: YearFolder) -> Sheet:
    """Add entries up that agree in everything a figure may ask for; days become the ends of months."""
    table = year.tables[name]
    kept = tuple(column.name for column in table.layout.columns if column.name not in ("entry", "voucher", "amount"))
    checkpoint = year.unit["checkpoint_on"]
    sums: dict[tuple[str, ...], Decimal] = {}
    for row in table.rows():
        shown = {**row, "note": row["note"] if NOT_ITEMISED in row["note"] else "", "on": _month(row, checkpoint)}
        key = tuple(text(shown[column]) for column in kept)
        sums[key] = sums.get(key, ZERO) + row["amount"]
    prefix = "P" if name == "ledger" else "L"
    rows = tuple((f"{prefix}{place:05d}", f"{amount:f}", *key) for place, (key, amount) in enumerate(sums.items(), 1))
    return Sheet(name, ("entry", "amount", *kept), rows)


def _month(row: Row, checkpoint: date | None) -> date | None:
    """Return the end of a day's month, or the checkpoint where the day falls before it in its own month."""
    on: date | None = row.get("on")
    if on is None:
        return None
    end = on.replace(day=calendar.monthrange(on.year, on.month)[1])
    return checkpoint if checkpoint is not None and on <= checkpoint < end else end


def columns_of(indicator: Indicator) -> tuple[str, ...]:
    """Return the counting columns an indicator is measured on."""
    match indicator.measure:
        case Ratio(met=met, of=of):
            return (met, of)
        case Total(column=column):
            return (column,)
    return ()


def _counts(year: YearFolder, counts: Mapping[str, Number | None]) -> Sheet:
    """Only what an indicator in force is measured on goes out: one total of the year each, with no breakdown."""
    meanings = {column.name: column.meaning for column in COLUMNS if column.counts}
    used: dict[str, list[str]] = {}
    for indicator in INDICATORS.on(year.unit["reported_on"]):
        for name in columns_of(indicator):
            if name in meanings:
                used.setdefault(name, []).append(indicator.key)
    columns = tuple(column.name for column in own_layouts()[COUNTS].columns)
    rows = tuple((name, meanings[name], text(counts.get(name)), text(used[name])) for name in sorted(used))
    return Sheet(COUNTS, columns, rows)
