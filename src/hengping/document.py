"""One model of a document, for writing and for reading, in which every character has its place.

``Document.text`` is the document as one string: blocks follow each other with a line feed, a table puts one row on
a line with tabs between cells, and a line break inside a cell is a vertical tab. Offsets are code points in that
text; for a plain text file it is the file's own text, unchanged.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from operator import attrgetter
from typing import TypeAlias, TypeVar

from hengping.figures import Figure

CELL_BREAK = "\v"
CELL_EDGE = "\t"
LINE_END = "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands in the file it came from; what does not apply is left empty.

    Paragraphs, tables, rows, columns and pages count from 1, ``offset`` (code points inside the run or cell) from
    0. ``box`` is left, top, right, bottom in hundredths of a point from the page's top left corner.
    """

    part: str = ""
    paragraph: int | None = None
    run: int | None = None
    offset: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    sheet: str = ""
    cell: str = ""
    page: int | None = None
    box: tuple[int, int, int, int] | None = None

    def __str__(self) -> str:
        words: list[str] = []
        if self.page is not None:
            words.append(f"第{self.page}页")
        if self.sheet:
            words.append(f"工作表“{self.sheet}”{self.cell}")
        if self.table is not None:
            words.append(f"表{self.table}第{self.row}行第{self.column}列")
        elif self.paragraph is not None:
            words.append(f"第{self.paragraph}段")
        return "".join(words) or self.part


PARTS_OF_A_PLACE = attrgetter(*(field.name for field in fields(Place)))


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text from one place.

    ``generated`` marks text that the program computed and nobody typed (Word's own numbering). ``figure`` is the
    number a writer put there. ``edges`` are the left edge of every character and the right edge of the last, in
    hundredths of a point, where the reader knows them.
    """

    text: str
    place: Place = Place()
    generated: bool = False
    figure: Figure | None = None
    edges: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. ``kind`` is body, note, footnote, header, footer or box; ``start`` its offset in the document."""

    text: str
    start: int = 0
    runs: tuple[Run, ...] = ()
    kind: str = "body"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that the file itself declares as one; ``level`` 0 is the title, 1 the first level."""

    text: str
    start: int = 0
    runs: tuple[Run, ...] = ()
    level: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; ``row`` and ``column`` are its grid position from 0, spans count grid positions."""

    text: str
    start: int = 0
    runs: tuple[Run, ...] = ()
    row: int = 0
    column: int = 0
    row_span: int = 1
    column_span: int = 1
    header: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table on a grid. ``rows`` holds each cell once, in the row where it begins.

    ``title`` is the caption, ``unit`` the unit printed above it, ``header_rows`` how many rows head the columns.
    ``hidden`` marks a sheet that readers of the file are not shown.
    """

    rows: tuple[tuple[Cell, ...], ...]
    start: int = 0
    text: str = ""
    title: str = ""
    unit: str = ""
    header_rows: int = 0
    hidden: bool = False

    @property
    def cells(self) -> Iterator[Cell]:
        """Yield every cell once, row by row."""
        for row in self.rows:
            yield from row

    def grid(self) -> list[list[Cell | None]]:
        """Return the table as rows × columns, a merged cell standing in every position it covers."""
        width = max((cell.column + cell.column_span for cell in self.cells), default=0)
        height = max((cell.row + cell.row_span for cell in self.cells), default=0)
        positions: list[list[Cell | None]] = [[None] * width for _ in range(height)]
        for cell in self.cells:
            for row in range(cell.row, cell.row + cell.row_span):
                for column in range(cell.column, cell.column + cell.column_span):
                    positions[row][column] = cell
        return positions


Block: TypeAlias = Paragraph | Heading | Table
BlockT = TypeVar("BlockT", Paragraph, Heading, Table)


@dataclass(frozen=True, slots=True)
class ReadingNote:
    """Something a reader must know about how the text was obtained.

    ``kind`` is ``artefact`` (converter residue), ``loss`` (content that could not be read), ``repair`` (joined lines,
    numbering worked out) or ``format``; ``start`` and ``end`` are offsets, equal where the note is on the whole.
    """

    kind: str
    message: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Document:
    """A document: its text, its blocks in order, and where each of its characters stands.

    ``name`` is the file's name, ``kind`` how it was read (txt, docx, pdf …), ``title`` what it calls itself.
    """

    text: str
    blocks: tuple[Block, ...]
    name: str = ""
    kind: str = "txt"
    title: str = ""
    notes: tuple[ReadingNote, ...] = field(default=())

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        at = self.text.find(LINE_END)
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find(LINE_END, at + 1)
        return starts

    @cached_property
    def _pieces(self) -> tuple[list[int], list[tuple[int, Run]]]:
        """Return every run with its offset in the text, in order."""
        pieces: list[tuple[int, Run]] = []
        for block in self.blocks:
            for part in block.cells if isinstance(block, Table) else (block,):
                at = part.start
                for run in part.runs:
                    pieces.append((at, run))
                    at += len(run.text)
        pieces.sort(key=lambda piece: piece[0])
        return [at for at, _ in pieces], pieces

    def line(self, offset: int) -> tuple[int, int]:
        """Return the line (from 1) and the offset in that line (from 0) of a code point."""
        index = bisect_right(self._line_starts, offset) - 1
        return index + 1, offset - self._line_starts[index]

    def line_text(self, line: int) -> str:
        """Return the text of one line, counted from 1, without its end."""
        start = self._line_starts[line - 1]
        end = self._line_starts[line] - 1 if line < len(self._line_starts) else len(self.text)
        return self.text[start:end]

    def run_at(self, offset: int) -> tuple[Run, int] | None:
        """Return the run that holds a code point and the offset inside it, or None between runs."""
        starts, pieces = self._pieces
        index = bisect_right(starts, offset) - 1
        if index < 0:
            return None
        at, run = pieces[index]
        return (run, offset - at) if offset < at + len(run.text) else None

    def place(self, start: int, end: int | None = None) -> Place | None:
        """Return where a stretch of text stands in the file, its box narrowed to its characters where known."""
        found = self.run_at(start)
        if found is None:
            return None
        run, inside = found
        place = run.place
        box = place.box
        if run.edges and box is not None:
            last = min(len(run.text), inside + (1 if end is None else end - start))
            box = (run.edges[inside], box[1], run.edges[last], box[3])
        if inside == place.offset and box == place.box:
            return place
        # Field by field: the general way takes four times as long, and every finding asks for its places.
        return Place(
            part=place.part,
            paragraph=place.paragraph,
            run=place.run,
            offset=inside,
            table=place.table,
            row=place.row,
            column=place.column,
            sheet=place.sheet,
            cell=place.cell,
            page=place.page,
            box=box,
        )

    def is_generated(self, offset: int) -> bool:
        """Tell whether the character was computed by the program that wrote the file."""
        found = self.run_at(offset)
        return found is not None and found[0].generated


class Assembly:
    """Lays blocks one after another and keeps count of where each begins.

    Used by readers and by the composer alike, so that a report has the same offsets before it is written as after
    it is read back.
    """

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._texts: list[str] = []
        self._at = 0

    def paragraph(self, runs: Sequence[Run], kind: str = "body") -> Paragraph:
        """Add a paragraph and return it as laid."""
        block = Paragraph(_joined(runs), self._at, tuple(runs), kind)
        return self._lay(block, block.text)

    def heading(self, runs: Sequence[Run], level: int) -> Heading:
        """Add a heading and return it as laid."""
        block = Heading(_joined(runs), self._at, tuple(runs), level)
        return self._lay(block, block.text)

    def table(
        self,
        rows: Iterable[Iterable[Cell]],
        *,
        title: str = "",
        unit: str = "",
        header_rows: int = 0,
        hidden: bool = False,
    ) -> Table:
        """Add a table; the cells' offsets are set here, whatever they were."""
        laid: list[tuple[Cell, ...]] = []
        lines: list[str] = []
        at = self._at
        for row in rows:
            cells: list[Cell] = []
            for cell in row:
                text = _joined(cell.runs) if cell.runs else cell.text
                # ``replace`` would take three times as long, and tables have many cells.
                place = (cell.row, cell.column, cell.row_span, cell.column_span)
                cells.append(Cell(text, at, cell.runs, *place, cell.header))
                at += len(text) + 1
            if not cells:
                at += 1
            laid.append(tuple(cells))
            lines.append(CELL_EDGE.join(cell.text for cell in cells))
        text = LINE_END.join(lines)
        block = Table(tuple(laid), self._at, text, title, unit, header_rows, hidden)
        return self._lay(block, text)

    def finish(self, *, name: str = "", kind: str = "", title: str = "", notes: Iterable[ReadingNote] = ()) -> Document:
        """Return the document laid so far."""
        return Document(LINE_END.join(self._texts), tuple(self._blocks), name, kind, title, tuple(notes))

    def _lay(self, block: BlockT, text: str) -> BlockT:
        self._blocks.append(block)
        self._texts.append(text)
        self._at += len(text) + 1
        return block


def _joined(runs: Sequence[Run]) -> str:
    return runs[0].text if len(runs) == 1 else "".join(run.text for run in runs)
