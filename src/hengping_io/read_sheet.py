"""Lays the cells of a worksheet as title lines, tables and notes, whichever library found the cells."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from hengping.document import CELL_BREAK, Assembly, Cell, Place, ReadingNote, Run
from hengping_io.read_layout import caption, header_rows, is_number, unit_in

MOST_SPARSE = 2_000_000
MOST_COVERED = 5_000_000
NOTE = re.compile(r"\s*(?:注|备注|说明|填表说明|附注)\s*[：:\d一二三、]")
ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"})


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range: first and last row and column, from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """One worksheet: what its cells show, by row and column from 0, and its merged ranges."""

    name: str
    part: str = ""
    hidden: bool = False
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)


@lru_cache(maxsize=16_384)
def column_letters(column: int) -> str:
    """Return the letters of a column, counted from 0.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    column += 1
    while column:
        column, index = divmod(column - 1, 26)
        letters = chr(ord("A") + index) + letters
    return letters


def lay(assembly: Assembly, sheet: Sheet) -> Iterator[ReadingNote]:
    """Lay one sheet and yield what a reader must know about it."""
    if sheet.hidden and sheet.rows:
        yield ReadingNote("format", f"工作表“{sheet.name}”是隐藏的，也已读取")
    covered = _covered(sheet)
    for block in _blocks(sheet):
        yield from _lay_block(assembly, sheet, block, covered)


def _covered(sheet: Sheet) -> dict[tuple[int, int], Merge]:
    """Return the merged range of every cell that begins one, and drop what stands under the others."""
    begins: dict[tuple[int, int], Merge] = {}
    numbers = sorted(sheet.rows)
    left = MOST_COVERED
    for merge in sheet.merges:
        rows = numbers[bisect_left(numbers, merge.top) : bisect_right(numbers, merge.bottom)]
        left -= len(rows) + 1
        if left < 0:
            break
        begins[merge.top, merge.left] = merge
        for row in rows:
            cells = sheet.rows[row]
            for column in [column for column in cells if merge.left <= column <= merge.right]:
                if (row, column) != (merge.top, merge.left):
                    del cells[column]
    sheet.rows = {row: sheet.rows[row] for row in numbers if sheet.rows[row]}
    return begins


def _blocks(sheet: Sheet) -> Iterator[list[int]]:
    """Yield the rows of a sheet in blocks: two empty rows, or one before a lone cell, end a block."""
    block: list[int] = []
    spans = sorted((merge.top, merge.bottom) for merge in sheet.merges if merge.bottom > merge.top)
    reach = list(accumulate((bottom for _, bottom in spans), max))
    for row in sheet.rows:
        empty = row - block[-1] - 1 if block else 0
        if empty > 1 or (empty == 1 and len(sheet.rows[row]) == 1):
            last = bisect_right(spans, (row - 1, -1)) - 1
            if last < 0 or reach[last] < row - 1:
                yield block
                block = []
        block.append(row)
    if block:
        yield block


def _lay_block(
    assembly: Assembly, sheet: Sheet, block: list[int], begins: dict[tuple[int, int], Merge]
) -> Iterator[ReadingNote]:
    start, end = _body(sheet, block)
    above = [_line(assembly, sheet, row) for row in block[:start]]
    body = block[start:end]
    columns = sorted({column for row in body for column in sheet.rows[row]})
    if len(body) * len(columns) > MOST_SPARSE + 50 * sum(len(sheet.rows[row]) for row in body):
        yield ReadingNote("loss", f"工作表“{sheet.name}”的单元格过于分散，按行读取，未还原为表格")
        for row in body:
            _line(assembly, sheet, row)
    elif body:
        title, unit = caption(above[-4:])
        rows = _rows(sheet, body, columns, begins)
        assembly.table(rows, title=title or sheet.name, unit=unit, header_rows=header_rows(rows), hidden=sheet.hidden)
    for row in block[end:]:
        _line(assembly, sheet, row)
    yield from _errors(sheet, block)


def _body(sheet: Sheet, block: Sequence[int]) -> tuple[int, int]:
    """Return where the table begins and ends between title lines and notes."""
    start, end = 0, len(block)
    while start < end and _is_heading(list(sheet.rows[block[start]].values())):
        start += 1
    while end > start and _is_note(list(sheet.rows[block[end - 1]].values())):
        end -= 1
    if end - start == 1 and len(sheet.rows[block[start]]) == 1:
        return len(block), len(block)
    return start, end


def _is_heading(texts: Sequence[str]) -> bool:
    if any(is_number(text) for text in texts):
        return False
    return len(texts) == 1 or (len(texts) <= 4 and any(unit_in(text) for text in texts))


def _is_note(texts: Sequence[str]) -> bool:
    return len(texts) == 1 and (NOTE.match(texts[0]) is not None or len(texts[0]) > 40)


def _run(sheet: Sheet, row: int, column: int, text: str) -> Run:
    return Run(text, Place(part=sheet.part, sheet=sheet.name, cell=f"{column_letters(column)}{row + 1}"))


def _line(assembly: Assembly, sheet: Sheet, row: int) -> str:
    """Lay one row as a paragraph."""
    runs: list[Run] = []
    for column, text in sorted(sheet.rows[row].items()):
        run = _run(sheet, row, column, text)
        if runs:
            runs.append(Run(" ", run.place))
        runs.append(run)
    return assembly.paragraph(runs).text


def _rows(
    sheet: Sheet, body: Sequence[int], columns: Sequence[int], begins: dict[tuple[int, int], Merge]
) -> list[list[Cell]]:
    """Return the cells on a grid without the rows and columns nothing stands in."""
    rows: list[list[Cell]] = []
    hidden_by: set[tuple[int, int]] = set()
    for index, row in enumerate(body):
        line: list[Cell] = []
        for at, column in enumerate(columns):
            if (index, at) in hidden_by:
                continue
            text = sheet.rows[row].get(column, "")
            merge = begins.get((row, column))
            down, across = _spans(merge, body, columns) if merge else (1, 1)
            if down > 1 or across > 1:
                hidden_by.update((index + y, at + x) for y in range(down) for x in range(across))
            runs = (_run(sheet, row, column, text),) if text else ()
            line.append(Cell(text, 0, runs, index, at, down, across))
        rows.append(line)
    return rows


def _spans(merge: Merge, body: Sequence[int], columns: Sequence[int]) -> tuple[int, int]:
    """Return how many of the rows and columns kept a merged range covers."""
    down = bisect_right(body, merge.bottom) - bisect_left(body, merge.top)
    across = bisect_right(columns, merge.right) - bisect_left(columns, merge.left)
    return max(down, 1), max(across, 1)


def _errors(sheet: Sheet, block: Iterable[int]) -> Iterator[ReadingNote]:
    for row in block:
        for column, text in sheet.rows[row].items():
            if text in ERRORS:
                yield ReadingNote(
                    "loss", f"工作表“{sheet.name}”{column_letters(column)}{row + 1} 的公式结果是错误值 {text}"
                )


def cell_text(text: str) -> str:
    """Return a cell's text with its line breaks as the document model writes them."""
    if "\n" in text or "\r" in text or "\t" in text:
        text = text.replace("\r\n", CELL_BREAK).replace("\n", CELL_BREAK).replace("\r", CELL_BREAK).replace("\t", " ")
    return text.strip(" \v")
