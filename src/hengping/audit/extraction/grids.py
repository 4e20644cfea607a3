"""Tables as the auditor reads them: named columns, coded rows, and a figure or nothing in every cell.

Columns are known by their headers, never by position; a code is never an amount; an empty cell is no figure. Tables
that a converter flattened into lines of text are read too, as far as the lines still show which number is which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from hengping.audit.model import SCALES, Span
from hengping.document import Cell, Table
from hengping.figures import Interval, around, quantum

if TYPE_CHECKING:
    from hengping.audit.reading import Reading

NUMBER = re.compile(r"^[-−]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?$")
PERCENT = re.compile(r"^[-−]?\d+(?:\.\d+)?%$")
CODE = re.compile(r"^\d{3}(?:\d{2}){0,2}$")
UNIT = re.compile(r"单位\s?[：:]\s?(?P<unit>万元|元|千元|亿元)")
HEADER_UNIT = re.compile(r"[（(](?P<unit>万元|元|千元|亿元)[）)]")
EXCERPT = re.compile(r"节选|摘录|部分")
LINE = re.compile(
    r"^\s*(?:(?P<code>\d{3}(?:\d{2}){0,2})\s+)?(?P<name>[^\d\s][^\d]*?(?:[（(][^）)]*[）)][^\d\s]*)?)?\s*(?P<numbers>(?:[-−]?[\d,]+(?:\.\d+)?\s*)+)$"
)
PIECE = re.compile(
    r"(?P<name>[^\d\s][^\d\s]*(?:[（(][^）)]*[）)][^\d\s]*)?)\s+(?P<numbers>[-−]?[\d,]+(?:\.\d+)?(?:\s+[-−]?[\d,]+(?:\.\d+)?)*)"
)
FIGURE = re.compile(r"[-−]?[\d,]+(?:\.\d+)?")
LOOK_BACK = 3
MANY_NUMBERS = 3
HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class CellFigure:
    """A number in a table cell: its value in the table's unit, the places printed, and where it stands."""

    value: Decimal
    decimals: int
    span: Span
    places: int = 0

    @property
    def interval(self) -> Interval:
        """Return what the figure can stand for on the precision of its column."""
        return around(self.value, quantum(max(self.decimals, self.places)))


@dataclass(slots=True)
class GridRow:
    """One row: its code and name where it has them, its figures by column, and where its label stands."""

    code: str
    name: str
    figures: dict[int, CellFigure]
    span: Span
    full: bool = True
    index: int = 0

    def figure(self, column: int) -> CellFigure | None:
        """Return the figure in a column, or None where the cell is empty or holds words."""
        return self.figures.get(column)


@dataclass(slots=True)
class Grid:
    """A table with its title, its unit and the headers of its figure columns.

    ``lines`` is true for a table read from lines of text, ``excerpt`` where the title says rows were left out.
    """

    title: str
    unit: str
    headers: dict[int, str]
    rows: list[GridRow]
    lines: bool = False
    excerpt: bool = False
    start: int = 0
    children: dict[int, list[int]] = field(default_factory=dict)

    @property
    def scale(self) -> Decimal:
        """Return how many 元 one unit of the table is."""
        return SCALES.get(self.unit, Decimal(10_000))


def read_grids(reading: Reading) -> tuple[Grid, ...]:
    """Return every table of the document, two-sided tables as one grid for each side."""
    found: list[Grid] = []
    for block in reading.document.blocks:
        if isinstance(block, Table):
            found.extend(_from_table(block, _context(reading, block.start)))
    if reading.document.kind in ("txt", "html", "doc"):
        found.extend(_from_lines(reading))
        found.extend(_from_stacked_lines(reading))
    return tuple(grid for grid in found if grid.rows)


def _context(reading: Reading, start: int) -> str:
    """Return the few lines printed above a table."""
    return reading.text[max(0, start - 160) : start]


def parse(text: str, start: int) -> CellFigure | None:
    """Read a cell that is nothing but a number; anything else is no figure."""
    stripped = text.strip()
    bare = stripped.replace(" ", "")
    if not bare or not NUMBER.match(bare):
        return None
    plain = bare.replace(",", "").replace("，", "").replace("−", "-")
    at = start + text.index(stripped[0])
    return CellFigure(Decimal(plain), len(plain.partition(".")[2]), Span(at, at + len(stripped)))


def _from_table(table: Table, context: str) -> Iterator[Grid]:
    grid = table.grid()
    if not grid or len(grid[0]) < 2:
        return
    head = header_rows_of(grid, table.header_rows)
    body = grid[head:]
    if not body:
        return
    title = table.title or _title_in(context)
    unit = (
        table.unit or _unit_in(context) or _unit_in(" ".join(cell.text for cell in table.rows[0]) if table.rows else "")
    )
    kinds = [_column_kind(body, column) for column in range(len(grid[0]))]
    for side in _sides(kinds):
        headers = {column: header_of(grid[:head], column) for column in side.numbers}
        rows = [row for index, cells in enumerate(body) if (row := _row(cells, side, index)) is not None]
        _learn_places(rows)
        yield Grid(title, unit, headers, rows, excerpt=bool(EXCERPT.search(title)), start=table.start)


@dataclass(slots=True)
class _Side:
    codes: list[int]
    names: list[int]
    numbers: list[int]


def header_rows_of(grid: list[list[Cell | None]], declared: int) -> int:
    """Return how many rows head the table: those before the first with a figure."""
    for index, row in enumerate(grid):
        if not _is_row_number(row) and any(parse(cell.text, 0) is not None for cell in _behind_codes(row)):
            return max(index, declared)
    return len(grid)


def _behind_codes(row: list[Cell | None]) -> Iterator[Cell]:
    """Yield the cells of a row without the codes it begins with: 600 behind a name is an amount, 201 before it a code."""
    leading = True
    for cell in row:
        text = cell.text.strip() if cell is not None else ""
        leading = leading and (not text or CODE.match(text) is not None)
        if cell is not None and not leading:
            yield cell


def number_in(cell: Cell) -> tuple[Decimal, int] | None:
    """Return the number a cell holds and its decimals, or None where it holds anything else."""
    found = parse(cell.text, cell.start)
    return None if found is None else (found.value, found.decimals)


def unit_above(reading: Reading, table: Table) -> str:
    """Return the unit printed above a table or in its first row, empty where none is."""
    return _unit_in(_context(reading, table.start)) or _unit_in(" ".join(c.text for c in table.rows[0]))


def _is_row_number(row: list[Cell | None]) -> bool:
    """Tell whether a row only numbers the columns (1 2 3 …), as official tables do."""
    values = [cell.text.strip() for cell in row if cell is not None and cell.text.strip()]
    digits = [value for value in values if value.isdigit()]
    return (
        len(digits) >= 2
        and len(digits) >= len(values) - 1
        and [int(d) for d in digits] == list(range(int(digits[0]), int(digits[0]) + len(digits)))
    )


def _column_kind(body: list[list[Cell | None]], column: int) -> str:
    texts = [cell.text.strip() for row in body if (cell := row[column]) is not None and cell.text.strip()]
    if not texts:
        return "empty"
    codes = sum(bool(CODE.match(text) or re.fullmatch(r"\d{1,3}", text)) for text in texts)
    numbers = sum(parse(text, 0) is not None for text in texts)
    if numbers * 2 >= len(texts) and not (
        codes == len(texts) and all(CODE.match(t) or len(t) <= 2 for t in texts) and len(set(texts)) > 1
    ):
        return "number"
    if codes * 2 > len(texts):
        return "code"
    return "name"


def _sides(kinds: list[str]) -> Iterator[_Side]:
    """Split the columns where a second column of names begins after figures."""
    side = _Side([], [], [])
    for column, kind in enumerate(kinds):
        if kind in ("name", "code") and side.numbers:
            yield side
            side = _Side([], [], [])
        if kind == "number" or (kind == "empty" and side.names):
            side.numbers.append(column)
        elif kind == "code":
            side.codes.append(column)
        elif kind == "name":
            side.names.append(column)
    if side.numbers and (side.names or side.codes):
        yield side


def header_of(rows: list[list[Cell | None]], column: int) -> str:
    """Return the words above a column, those of merged cells included."""
    words: list[str] = []
    for row in rows:
        cell = row[column]
        text = re.sub(r"\s", "", cell.text) if cell is not None else ""
        if text and text not in words and not text.isdigit():
            words.append(text)
    return "/".join(words)


def _row(cells: list[Cell | None], side: _Side, index: int) -> GridRow | None:
    names = [cell for column in side.names if (cell := cells[column]) is not None and cell.text.strip()]
    codes = [cell.text.strip() for column in side.codes if (cell := cells[column]) is not None and cell.text.strip()]
    figures = {
        column: figure
        for column in side.numbers
        if (cell := cells[column]) is not None
        and cell.column == column
        and (figure := parse(cell.text, cell.start)) is not None
    }
    if not names and not codes and not figures:
        return None
    name = "".join(names[-1].text.split()) if names else ""
    code = _code(codes, name)
    anchor = names[-1] if names else next((cell for cell in cells if cell is not None), None)
    span = Span(anchor.start, anchor.start + len(anchor.text)) if anchor is not None else Span(0, 0)
    return GridRow(code, re.sub(r"^\d{3,7}", "", name), figures, span, index=index)


def _code(codes: Sequence[str], name: str) -> str:
    joined = "".join(code.replace(" ", "") for code in codes)
    if CODE.match(joined):
        return joined
    leading = re.match(r"\d{3}(?:\d{2}){0,2}(?=\D)", name)
    return leading.group() if leading else ""


def _learn_places(rows: Sequence[GridRow]) -> None:
    """Give every figure the precision its table prints most figures with."""
    decimals = [figure.decimals for row in rows for figure in row.figures.values()]
    if not decimals:
        return
    places = max(decimals) if sum(d == max(decimals) for d in decimals) * 2 >= len(decimals) else 0
    for row in rows:
        row.figures = {
            column: CellFigure(figure.value, figure.decimals, figure.span, places)
            for column, figure in row.figures.items()
        }


def _title_in(context: str) -> str:
    lines = [line.strip() for line in context.split("\n") if line.strip()]
    for line in reversed(lines[-LOOK_BACK:]):
        if "表" in line and len(line) < 50 and not UNIT.search(line):
            return line
    return ""


def _unit_in(context: str) -> str:
    found = list(UNIT.finditer(context)) or list(HEADER_UNIT.finditer(context))
    return found[-1].group("unit") if found else ""


def _from_lines(reading: Reading) -> Iterator[Grid]:
    """Read tables printed as lines: a code or name, then figures; a header line above them."""
    rows: list[GridRow] = []
    title = unit = header = ""
    offset = 0
    pending: list[str] = []
    for line in reading.text.split("\n"):
        bare = line.strip()
        parsed = list(_line_rows(line, offset, len(rows))) if bare else []
        if parsed:
            if not rows:
                title, unit, header = _head_of(pending, unit)
            rows.extend(parsed)
            pending = []
        elif bare:
            if rows and not UNIT.search(bare):
                yield from _line_grid(rows, title, unit, header)
                rows = []
            if UNIT.search(bare):
                unit = _unit_in(bare)
            pending = [*pending[-LOOK_BACK:], bare]
        offset += len(line) + 1
    yield from _line_grid(rows, title, unit, header)


STACKED_LABEL = re.compile(r"^[^\d\s，。；：:]{2,24}$")


def _from_stacked_lines(reading: Reading) -> Iterator[Grid]:
    """Read tables printed one cell to a line: a label, then its figures, each on a line of its own."""
    rows: list[GridRow] = []
    offset = gap = 0
    label = ""
    label_span = Span(0, 0)
    figures: list[CellFigure] = []
    for line in [*reading.text.split("\n"), "。"]:
        bare = line.strip()
        figure = parse(line, offset) if bare and not CODE.match(bare) else None
        if figure is not None and label:
            figures.append(figure)
        elif bare:
            if label and figures:
                rows.append(GridRow("", label, dict(enumerate(figures)), label_span, full=False, index=len(rows)))
                gap = 0
            label, figures = ("", []) if not STACKED_LABEL.match(bare) else (bare, [])
            label_span = Span(offset + line.index(bare[0]), offset + line.index(bare[0]) + len(bare))
            gap += 1
            if (gap > STACK_GAP or any(mark in bare for mark in "，。；") or bare.endswith("表")) and rows:
                if len(rows) >= STACK_ROWS:
                    yield _stacked(rows, _unit_in(reading.text[: rows[0].span.start][-NEAR_UNIT:]))
                rows = []
        offset += len(line) + 1


def _stacked(rows: list[GridRow], unit: str) -> Grid:
    width = max(len(row.figures) for row in rows)
    for row in rows:
        row.full = len(row.figures) == width
    _learn_places(rows)
    return Grid("", unit, dict.fromkeys(range(width), ""), rows, lines=True, excerpt=True, start=rows[0].span.start)


NEAR_UNIT = 600
STACK_GAP = 30
STACK_ROWS = 4


def _head_of(pending: list[str], unit: str) -> tuple[str, str, str]:
    title = next(
        (line for line in reversed(pending) if "表" in line and " " not in line.strip() and len(line) < 50), ""
    )
    header = (
        pending[-1] if pending and pending[-1] != title and not UNIT.search(pending[-1]) and " " in pending[-1] else ""
    )
    return title, unit, header


def _line_rows(line: str, offset: int, index: int) -> Iterator[GridRow]:
    if any(mark in line for mark in "，。；：！？") or len(line) > 400 or not FIGURE.search(line):
        return
    matched = LINE.match(line)
    if matched and (
        matched.group("name") or matched.group("code") or len(matched.group("numbers").split()) >= MANY_NUMBERS
    ):
        figures = _figures(line, matched.start("numbers"), offset)
        if figures and (matched.group("name") or matched.group("code")):
            yield _line_row(matched.group("code") or "", matched.group("name") or "", figures, offset, matched, index)
            return
        if figures and len(figures) >= MANY_NUMBERS:
            yield GridRow("", "", dict(enumerate(figures)), Span(offset, offset + len(line)), index=index)
        return
    pieces = list(PIECE.finditer(line))
    if len(pieces) >= 2 and sum(len(piece.group()) for piece in pieces) >= len(line.strip()) - 2 * len(pieces):
        for piece in pieces:
            figures = _figures(line[: piece.end()], piece.start("numbers"), offset)
            span = Span(offset + piece.start("name"), offset + piece.end("name"))
            yield GridRow("", piece.group("name").strip(), dict(enumerate(figures)), span, full=False, index=index)


def _line_row(
    code: str, name: str, figures: list[CellFigure], offset: int, matched: re.Match[str], index: int
) -> GridRow:
    group = "name" if name else "code"
    start = matched.start("code") if code else matched.start(group)
    return GridRow(
        code, name.strip(), dict(enumerate(figures)), Span(offset + start, offset + matched.end(group)), index=index
    )


def _figures(line: str, start: int, offset: int) -> list[CellFigure]:
    found = []
    for match in FIGURE.finditer(line, start):
        figure = parse(match.group(), offset + match.start())
        if figure is not None:
            found.append(figure)
    return found


def _line_grid(rows: list[GridRow], title: str, unit: str, header: str) -> Iterator[Grid]:
    if len(rows) < 2 and not (rows and header and len(rows[0].figures) >= MANY_NUMBERS):
        return
    width = max(len(row.figures) for row in rows)
    for row in rows:
        row.full = row.full and len(row.figures) == width
    _learn_places(rows)
    names = header.split()
    columns = names[-width:] if len(names) >= width else [""] * width
    yield Grid(
        title,
        unit,
        dict(enumerate(columns)),
        rows,
        lines=True,
        excerpt=bool(EXCERPT.search(title)),
        start=rows[0].span.start,
    )
