"""Rates, shares and growth printed in the columns of a table, as claims about the other columns of their row.

A column is known by its header. It is held to its operands only where most rows bear the reading out, or where the
headers leave no choice: 完成率 beside one budget and one final account.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from hengping.audit.extraction.grids import header_of, header_rows_of, number_in, unit_above
from hengping.audit.model import SCALES, Kind, Relation, Role, Statement, Term
from hengping.document import Cell, Table
from hengping.figures import HUNDRED, Figure, quantum

if TYPE_CHECKING:
    from hengping.audit.reading import Reading

COMPLETED = re.compile(r"完成率|执行率|支出率|支付率|完成(?:年初|全年|调整)?预算|占(?:年初|全年|调整)?预算|预算完成")
GREW = re.compile(
    r"增减率|增长率|变动率|增幅|增减幅|增减[（(]?[%％]|同比|增减百分比|增长百分比|增长[（(]?[%％]|比上年[^额数]*[%％]"
)
SHARED = re.compile(r"占比|比重|所占比例|占(?:总|合计|支出|收入)[^，]*[%％]?$|构成")
PLANNED = re.compile(r"预算|计划|安排|批复")
SPENT = re.compile(r"决算|执行数|执行金额|实际支出|支出数|支出金额|实际执行|实际完成|完成数|实际使用|已支出")
THIS_YEAR = re.compile(r"本年|今年|当年|本期")
LAST_YEAR = re.compile(r"上年|去年|上一年|上期|同期")
YEAR = re.compile(r"20\d\d")
CHANGED = re.compile(r"增减|增加|差额|变动|增长|减少|比上年|较上年")
TOTAL = re.compile(r"^(?:合计|总计|共计|总额|本年合计)$|(?:收入|支出)(?:合计|总计)$")
POINTS = re.compile(r"分值|得分|权重|评分")
PERCENT = re.compile(r"^[-−]?\d[\d,]*(?:\.\d+)?\s*[%％]?$")
MOST_AGREE = Decimal("0.6")
FEWEST = 2


@dataclass(frozen=True, slots=True)
class _Ratio:
    """A printed rate with its part and its base, or the rows that make its base up."""

    kind: Kind
    stated: Statement
    part: Statement
    bases: tuple[Statement, ...]
    fits: bool


def read_table_ratios(reading: Reading) -> Iterator[Relation]:
    """Yield what the rates in the tables of a document claim; self-evaluation tables have checks of their own."""
    cards = [card.span for card in reading.scorecards]
    starts = [passage.start for passage in reading.passages]
    for block in reading.document.blocks:
        if not isinstance(block, Table) or any(
            block.start <= card.start < block.start + len(block.text) for card in cards
        ):
            continue
        for ratios in _columns(block, reading, max(bisect_right(starts, block.start) - 1, 0)):
            yield from _borne_out(ratios)


def _borne_out(ratios: Sequence[_Ratio]) -> Iterator[Relation]:
    fitting = sum(ratio.fits for ratio in ratios)
    if not ratios or (fitting < len(ratios) * MOST_AGREE and not (len(ratios) < FEWEST)):
        return
    if len(ratios) < FEWEST and ratios[0].kind is not Kind.COMPLETION and not fitting:
        return
    for ratio in ratios:
        note = "levels" if ratio.kind is Kind.GROWTH else "表内"
        terms = (Term(ratio.part), *(Term(base) for base in ratio.bases))
        yield Relation(ratio.kind, ratio.stated, terms, cue="表", note=note)


def _columns(table: Table, reading: Reading, passage: int) -> Iterator[list[_Ratio]]:
    grid = table.grid()
    if not grid or len(grid[0]) < FEWEST + 1:
        return
    head = header_rows_of(grid, table.header_rows)
    headers = [header_of(grid[:head], column) for column in range(len(grid[0]))]
    if any(POINTS.search(header) for header in headers):
        return
    sheet = _Sheet(grid[head:], headers, table.unit or unit_above(reading, table), passage, reading.text)
    for column, header in enumerate(headers):
        if COMPLETED.search(header):
            yield sheet.completed(column)
        elif GREW.search(header):
            yield sheet.grown(column)
        elif SHARED.search(header):
            yield sheet.shared(column)


class _Sheet:
    """The rows of one table below its headers."""

    def __init__(
        self, body: list[list[Cell | None]], headers: Sequence[str], unit: str, passage: int, text: str
    ) -> None:
        self._body, self._headers, self._passage, self._text = body, headers, passage, text
        self._unit = unit or "万元"

    def completed(self, column: int) -> list[_Ratio]:
        """Return the rates of completion of a column: what was spent over the budget its header names."""
        header = self._headers[column]
        spent = [at for at, name in self._amounts() if SPENT.search(name)]
        planned = [at for at, name in self._amounts() if PLANNED.search(name) and at not in spent]
        named = next((word for word in ("年初", "全年", "调整") if word in header), "")
        planned = [at for at in planned if named in self._headers[at]] if named else planned
        if len(spent) != 1 or not planned:
            return []
        readings = [self._ratios(Kind.COMPLETION, column, spent[0], at) for at in planned]
        return max(readings, key=lambda found: sum(ratio.fits for ratio in found)) if len(planned) <= FEWEST else []

    def grown(self, column: int) -> list[_Ratio]:
        """Return the rates of growth of a column: this year against last."""
        now = [at for at, name in self._amounts() if THIS_YEAR.search(name) and not LAST_YEAR.search(name)]
        before = [at for at, name in self._amounts() if LAST_YEAR.search(name)]
        if not (len(now) == len(before) == 1):
            years = {at: int(found.group()) for at, name in self._amounts() if (found := YEAR.search(name))}
            ordered = sorted(years, key=years.__getitem__)
            if len(ordered) != FEWEST or years[ordered[0]] == years[ordered[1]]:
                return []
            before, now = [ordered[0]], [ordered[1]]
        return self._ratios(Kind.GROWTH, column, now[0], before[0])

    def shared(self, column: int) -> list[_Ratio]:
        """Return the shares of a column: each row's amount over the total row's, or over all rows."""
        amounts = [at for at, _ in self._amounts() if at < column]
        if not amounts:
            return []
        at = amounts[-1]
        totals = [row for row in self._body if TOTAL.search(_name(row))]
        whole = self._amount(totals[0], at) if len(totals) == 1 else None
        if whole is None or not whole.amount:
            return []
        found: list[_Ratio] = []
        for row in self._body:
            stated, part = self._percentage(row, column, Kind.SHARE), self._amount(row, at)
            if stated is not None and part is not None and row is not totals[0]:
                found.append(self._ratio(Kind.SHARE, stated, part, (whole,)))
        return found

    def _amounts(self) -> Iterator[tuple[int, str]]:
        """Yield the columns of amounts with their headers."""
        for column, header in enumerate(self._headers):
            rate = COMPLETED.search(header) or GREW.search(header) or SHARED.search(header) or "%" in header
            if header and not rate and not CHANGED.search(header):
                numbers = sum(number_in(cell) is not None for row in self._body if (cell := row[column]) is not None)
                if numbers * 2 >= len(self._body):
                    yield column, header

    def _ratios(self, kind: Kind, column: int, part_at: int, base_at: int) -> list[_Ratio]:
        found: list[_Ratio] = []
        for row in self._body:
            stated, part, base = (
                self._percentage(row, column, kind),
                self._amount(row, part_at),
                self._amount(row, base_at),
            )
            if stated is not None and part is not None and base is not None and base.amount > 0:
                found.append(self._ratio(kind, stated, part, (base,)))
        return found

    def _ratio(self, kind: Kind, stated: Statement, part: Statement, bases: tuple[Statement, ...]) -> _Ratio:
        base, value, step = bases[0].amount, stated.figure.value, quantum(stated.figure.decimals)
        if kind is not Kind.GROWTH:
            fits = abs(part.amount * HUNDRED / base - value) <= step
            return _Ratio(kind, stated, part, bases, fits)
        exact = (part.amount - base) * HUNDRED / base
        # Some tables print a fall as a negative rate, some without its sign under a header that says so.
        fell = value < 0 or (exact < 0 and abs(exact + value) <= step)
        fits = abs(exact - value) <= step or (fell and abs(abs(exact) - abs(value)) <= step and exact < 0)
        stated.sign = -1 if fell else 1
        stated.figure = replace(stated.figure, value=abs(value))
        stated.amount = abs(value)
        return _Ratio(kind, stated, part, bases, fits)

    def _amount(self, row: Sequence[Cell | None], column: int) -> Statement | None:
        cell = row[column]
        found = number_in(cell) if cell is not None and cell.column == column else None
        if cell is None or found is None:
            return None
        value, decimals = found
        figure = Figure(value, self._unit, decimals, cell.text.strip())
        return self._statement(cell, figure, "money", value * SCALES.get(self._unit, Decimal(1)), Role.LEVEL, row)

    def _percentage(self, row: Sequence[Cell | None], column: int, kind: Kind) -> Statement | None:
        cell = row[column]
        if cell is None or cell.column != column or not PERCENT.match(cell.text.strip()):
            return None
        plain = cell.text.strip().rstrip("%％ ").replace(",", "").replace("−", "-")
        value = Decimal(plain)
        figure = Figure(value, "%", len(plain.partition(".")[2]), cell.text.strip())
        role = {Kind.COMPLETION: Role.COMPLETION, Kind.SHARE: Role.SHARE}.get(kind, Role.GROWTH)
        return self._statement(cell, figure, "%", value, role, row)

    def _statement(
        self, cell: Cell, figure: Figure, family: str, amount: Decimal, role: Role, row: Sequence[Cell | None]
    ) -> Statement:
        start = cell.start + len(cell.text) - len(cell.text.lstrip())
        return Statement(
            figure=figure,
            start=start,
            end=start + len(cell.text.strip()),
            family=family,
            amount=amount,
            role=role,
            subject=_name(row),
            subject_start=start,
            passage=self._passage,
            places=figure.decimals,
        )


def _name(row: Sequence[Cell | None]) -> str:
    """Return what a row is called: its last cell of words before the figures."""
    names = [
        "".join(cell.text.split())
        for cell in row
        if cell is not None and cell.text.strip() and number_in(cell) is None and not PERCENT.match(cell.text.strip())
    ]
    return names[0] if names else ""
