"""Self-evaluation tables: funds, objectives and indicators with their targets, results, points and scores.

A table is known by the words of its header rows, wherever they stand; one sheet often holds several of them, one
below the other. Tables pasted as lines with tabs are read as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from hengping.audit.model import Span
from hengping.document import Table
from hengping.figures import Interval, around, quantum

if TYPE_CHECKING:
    from hengping.audit.reading import Reading

HEADERS: Mapping[str, tuple[str, ...]] = {
    "name": ("三级指标", "指标名称", "具体指标", "评价指标"),
    "first": ("一级指标",),
    "second": ("二级指标",),
    "target": ("年度指标值", "指标值", "目标值", "绩效目标值", "计划值"),
    "actual": ("实际完成值", "全年完成值", "完成值", "实际值", "实际完成情况值"),
    "weight": ("分值", "权重", "标准分"),
    "score": ("自评得分", "得分", "自评分"),
    "reason": ("偏差原因", "未完成原因", "原因分析", "扣分原因", "偏差"),
    "evidence": ("佐证", "证明材料", "资料来源"),
    "initial": ("年初预算数", "年初预算"),
    "budget": ("全年预算数", "全年预算", "预算数", "调整后预算"),
    "executed": ("全年执行数", "执行数", "预算执行数"),
    "rate": ("执行率",),
    "expected": ("预期目标", "年初设定目标"),
    "achieved": ("实际完成情况", "目标完成情况"),
}


def _spaced(names: Sequence[str]) -> str:
    """Return a pattern of words that may be printed with spaces between their characters, longest first."""
    return "|".join(r"\s?".join(name) for name in sorted(names, key=len, reverse=True))


HEADER = re.compile(r"\s*(?:" + "|".join(f"(?P<{key}>{_spaced(names)})" for key, names in HEADERS.items()) + ")")
TELLING = re.compile(r"分\s?值|权\s?重|标准分|预期目标|年初设定目标")
LONGEST_HEADER = 20
LEAST_HEADERS = 2
NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
VALUE = re.compile(
    r"^\s*(?P<operator>≥|≤|>=|<=|>|<|＞|＜|=|＝|不低于|不少于|不高于|不超过|大于等于|小于等于|大于|小于|达到)?\s*"
    r"(?P<number>-?\d[\d,]*(?:\.\d+)?)\s*(?P<unit>%|‰|[一-鿿]{0,6})(?:以上|以下|以内)?\s*$"
)
AT_MOST = frozenset(("≤", "<=", "<", "＜", "不高于", "不超过", "小于", "小于等于"))
AT_LEAST = frozenset(("≥", ">=", ">", "＞", "不低于", "不少于", "大于", "大于等于", "达到"))
TOTAL = re.compile(r"^(?:总分|合计|总计|总得分|自评总分)")
OF_WHICH = re.compile(r"^(?:其中|\s+其中)[：:]?")


@dataclass(frozen=True, slots=True)
class ScoreCell:
    """One cell of a self-evaluation table: its words and where they stand."""

    text: str
    span: Span

    @property
    def number(self) -> Decimal | None:
        """Return the number of the cell, or None where it holds none or more than one."""
        found = NUMBER.findall(self.text)
        return Decimal(found[0].replace(",", "")) if len(found) == 1 else None

    @property
    def interval(self) -> Interval | None:
        """Return what the number of the cell can stand for."""
        number = self.number
        if number is None:
            return None
        exponent = number.as_tuple().exponent
        return around(number, quantum(-exponent if isinstance(exponent, int) else 0))


@dataclass(frozen=True, slots=True)
class Value:
    """A target or a result: its operator (an empty one means exactly), number and unit."""

    operator: str
    number: Decimal
    unit: str

    @property
    def at_most(self) -> bool:
        """Tell whether less is better."""
        return self.operator in AT_MOST

    @property
    def at_least(self) -> bool:
        """Tell whether more is better."""
        return self.operator in AT_LEAST


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One row below a header: its cells by what the header calls them."""

    fields: Mapping[str, ScoreCell]

    def get(self, name: str) -> ScoreCell | None:
        """Return a cell with words in it, or None."""
        found = self.fields.get(name)
        return found if found is not None and found.text.strip() else None

    def number(self, name: str) -> Decimal | None:
        """Return the number of a cell, or None."""
        found = self.get(name)
        return found.number if found is not None else None

    @property
    def name(self) -> str:
        """Return what the row is about."""
        for key in ("name", "label", "second", "first"):
            found = self.get(key)
            if found is not None:
                return found.text.strip()
        return ""

    @property
    def span(self) -> Span:
        """Return where the row stands."""
        spans = [field.span for field in self.fields.values()]
        return Span(min(span.start for span in spans), max(span.end for span in spans))

    def value(self, name: str) -> Value | None:
        """Return a cell read as an operator, a number and a unit, or None where it is worded."""
        found = self.get(name)
        match = VALUE.match(found.text) if found is not None else None
        if match is None:
            return None
        number = Decimal(match.group("number").replace(",", ""))
        operator = match.group("operator") or ""
        if not operator and found is not None and found.text.rstrip().endswith(("以上",)):
            operator = "≥"
        if not operator and found is not None and found.text.rstrip().endswith(("以下", "以内")):
            operator = "≤"
        return Value(
            operator, number, match.group("unit").removesuffix("以上").removesuffix("以下").removesuffix("以内")
        )


@dataclass(slots=True)
class ScoreCard:
    """One self-evaluation table."""

    span: Span
    title: str = ""
    funds: list[ScoreRow] = field(default_factory=list)
    indicators: list[ScoreRow] = field(default_factory=list)
    objectives: list[ScoreRow] = field(default_factory=list)
    total: ScoreRow | None = None
    evidence_column: bool = False
    prose: bool = False

    @property
    def execution(self) -> ScoreRow | None:
        """Return the row that scores the execution of the budget, or None."""
        return next((row for row in self.funds if row.number("weight") is not None), None)

    @property
    def itemised(self) -> bool:
        """Tell whether the rows are indicators with a target or a result, not merely blocks of points."""
        return any(row.get("target") is not None or row.get("actual") is not None for row in self.indicators)

    @property
    def scored(self) -> tuple[ScoreRow, ...]:
        """Return every row that carries points."""
        rows = [row for row in self.indicators if row.number("weight") is not None]
        execution = self.execution
        return tuple(rows if execution is None else [execution, *rows])


def read_scorecards(reading: Reading) -> tuple[ScoreCard, ...]:
    """Return the self-evaluation tables of a document."""
    found = []
    for rows in _tables(reading):
        card = _card(rows)
        if card is not None:
            found.append(card)
    return tuple(found)


Line = Sequence[ScoreCell]


def _tables(reading: Reading) -> Iterator[list[Line]]:
    for block in reading.document.blocks:
        if isinstance(block, Table) and TELLING.search(block.text):
            yield [
                [
                    ScoreCell(cell.text, Span(cell.start, cell.start + len(cell.text)))
                    if cell
                    else ScoreCell("", Span(0, 0))
                    for cell in row
                ]
                for row in block.grid()
            ]
    if reading.document.kind == "txt" and "\t" in reading.document.text:
        yield from _tabbed(reading.document.text)


def _tabbed(text: str) -> Iterator[list[Line]]:
    rows: list[Line] = []
    at = 0
    for line in text.split("\n"):
        if line.count("\t") >= LEAST_HEADERS:
            cells, start = [], at
            for part in line.split("\t"):
                cells.append(ScoreCell(part, Span(start, start + len(part))))
                start += len(part) + 1
            rows.append(cells)
        elif rows:
            yield rows
            rows = []
        at += len(line) + 1
    if rows:
        yield rows


def _card(rows: Sequence[Line]) -> ScoreCard | None:
    if not rows or not any(_columns(row) for row in rows):
        return None
    starts = [cell.span for row in rows for cell in row if cell.text]
    card = ScoreCard(Span(min(span.start for span in starts), max(span.end for span in starts)))
    columns: dict[int, str] = {}
    for row in rows:
        found = _columns(row)
        if found:
            columns = found
            card.evidence_column |= "evidence" in found.values()
            continue
        if columns:
            _place(card, _score_row(row, columns))
    has_points = any(row.number("weight") is not None for row in (*card.indicators, *card.funds))
    return card if has_points or card.objectives or card.indicators else None


def _columns(row: Line) -> dict[int, str]:
    """Return which column is what, if the row is a header of such a table."""
    found: dict[int, str] = {}
    for column, cell in enumerate(row):
        known = HEADER.match(cell.text) if len(cell.text) <= LONGEST_HEADER else None
        if known is not None and known.lastgroup:
            found[column] = known.lastgroup
    named = set(found.values())
    if named & {"weight", "expected"} and len(named) >= LEAST_HEADERS:
        return found
    return {}


def _score_row(row: Line, columns: Mapping[int, str]) -> ScoreRow:
    fields: dict[str, ScoreCell] = {}
    for column, cell in enumerate(row):
        if not cell.text.strip() and cell.span.end == 0:
            continue
        key = columns.get(column)
        if key is not None:
            fields.setdefault(key, cell)
        elif cell.text.strip():
            fields.setdefault("label", cell)
    return ScoreRow(fields)


def _place(card: ScoreCard, row: ScoreRow) -> None:
    if not row.fields:
        return
    if TOTAL.match(row.name) and (row.number("score") is not None or row.number("weight") is not None):
        card.total = row
    elif row.get("budget") or row.get("executed") or row.get("initial"):
        card.funds.append(row)
    elif row.get("expected") or row.get("achieved"):
        card.objectives.append(row)
    elif row.number("weight") is not None or row.get("target") or row.get("actual"):
        card.indicators.append(row)
