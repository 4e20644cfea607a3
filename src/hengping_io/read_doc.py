"""Reads legacy DOC and WPS: text by its pieces, tables by their cell marks, automatic numbers worked out.

``Place.paragraph`` counts the paragraphs of the file from 1; there are no runs to point at in this format.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hengping.document import CELL_BREAK, Assembly, Cell, Document, Place, ReadingNote, Run
from hengping.errors import Unreadable
from hengping_io.read_compound import streams
from hengping_io.read_doc_binary import (
    DELETED,
    DEPTH,
    HIDDEN,
    IN_TABLE,
    INNER_CELL,
    INNER_ROW_END,
    LIST_KEY,
    LIST_LEVEL,
    MOST_CHARACTERS,
    OUTLINE,
    ROW_END,
    TABLE_SHAPE,
    TABLE_SHAPE_10,
    Binary,
    number,
)
from hengping_io.read_layout import caption, header_rows, own_title
from hengping_io.read_numbering import LEVELS, Counters
from hengping_io.read_package import DAMAGED

SIGNATURE = 0xA5EC
OLDEST = 0xC1
ENCRYPTED, SECOND_TABLE = 0x0100, 0x0200
STORY_KINDS = ("body", "footnote", "header", "", "", "footnote", "box", "box")
"""What each story of a file becomes; macros and comments become nothing."""

FIELD_BEGIN, FIELD_RESULT, FIELD_END = "\x13", "\x14", "\x15"
MARKS = frozenset("\r\x07\x0c")
SHOWN = {"\x0b": CELL_BREAK, "\x0e": "", "\x1e": "-", "\x1f": "", "\xa0": "\xa0", "\t": "\t", "\n": " "}
DEEPEST = 40
TITLE_STYLE = 62
EDGE_NEAR = 30
"""Column edges of one table closer than this many twips are one edge."""


def read_doc(name: str, data: bytes) -> Document:
    """Read a legacy Word file."""
    binary = _opened(name, data)
    reader = _Reader(name)
    start = 0
    for kind, size in zip(STORY_KINDS, binary.story_sizes(), strict=True):
        if kind and size:
            reader.tell(_paragraphs(binary, start, start + size, reader.told), binary, kind)
        start += size
    if not reader.assembly_texts:
        raise Unreadable(name, "文件里没有文字，或已损坏", DAMAGED)
    document = reader.assembly.finish(name=name, kind="doc", notes=reader.notes())
    return Document(document.text, document.blocks, name, "doc", own_title(document.blocks), document.notes)


def _opened(name: str, data: bytes) -> Binary:
    found = streams(name, data, ("WordDocument", "0Table", "1Table"))
    main = found.get("WordDocument", b"")
    flags = number(main, 0x0A, 2)
    if number(main, 0, 2) != SIGNATURE or number(main, 2, 2) < OLDEST:
        raise Unreadable(name, "这是 Word 95 或更早的文件，不能读取", "请用 Word 或 WPS 另存为 DOCX。")
    if flags & ENCRYPTED:
        raise Unreadable(name, "文件设有打开密码", "请用密码打开后，去除密码另存再试。")
    table = found.get("1Table" if flags & SECOND_TABLE else "0Table", b"")
    binary = Binary(main, table)
    if not binary.pieces:
        raise Unreadable(name, "文件不完整：没有正文的分段表", DAMAGED)
    return binary


@dataclass(slots=True)
class _Paragraph:
    """A paragraph of the file: its text, its mark, its style and properties."""

    text: str
    mark: str
    number: int
    style: int
    properties: Mapping[int, bytes]

    def flag(self, key: int) -> bool:
        """Tell whether a switch is on."""
        return self.properties.get(key, b"\x00")[:1] not in (b"", b"\x00")

    @property
    def depth(self) -> int:
        """Return how deep in tables the paragraph stands."""
        if DEPTH in self.properties:
            return min(number(self.properties[DEPTH], 0, 4), DEEPEST)
        return int(self.flag(IN_TABLE))


def _paragraphs(binary: Binary, start: int, end: int, told: Counter[str]) -> Iterator[_Paragraph]:
    """Yield the paragraphs between two positions, fields resolved and deleted text dropped."""
    gathered: list[str] = []
    fields: list[bool] = []
    count = 0
    for character, offset, changes in _characters(binary, start, end, told):
        if character in MARKS:
            if character == "\r" and _on(binary, offset, changes, DELETED):
                continue
            count += 1
            style, properties = binary.paragraphs.at(offset)
            yield _Paragraph("".join(gathered), character, count, style, {**properties, **changes})
            gathered = []
        elif character == FIELD_BEGIN:
            fields.append(False)
        elif character == FIELD_RESULT and fields:
            fields[-1] = True
        elif character == FIELD_END and fields:
            fields.pop()
        elif (not fields or all(fields)) and (shown := SHOWN.get(character, character)):
            if shown < " " and shown not in SHOWN.values():
                told["图形或注释"] += character in "\x01\x08"
            else:
                gathered.append(shown)
    if gathered:
        yield _Paragraph("".join(gathered), "\r", count + 1, 0, {})


def _characters(
    binary: Binary, start: int, end: int, told: Counter[str]
) -> Iterator[tuple[str, int, Mapping[int, bytes]]]:
    """Yield the characters between two positions that the final text shows, each with its offset in the file."""
    for piece in binary.pieces:
        first, last = max(start - piece.start, 0), min(end - piece.start, piece.count)
        if first >= last:
            continue
        text = binary.text(piece)
        at = first
        while at < min(last, len(text)):
            offset = piece.offset + at * piece.width
            until = min(_until(binary, offset, piece.width) + at, last, len(text))
            deleted = _on(binary, offset, piece.changes, DELETED)
            hidden = not deleted and _on(binary, offset, piece.changes, HIDDEN)
            told["删除"] += deleted
            told["隐藏"] += hidden
            for index in range(at, until):
                if not (deleted or hidden) or text[index] in MARKS:
                    yield text[index], piece.offset + index * piece.width, piece.changes
            at = until


def _until(binary: Binary, offset: int, width: int) -> int:
    """Return how many characters from an offset on share their properties."""
    known = binary.characters
    index = bisect_right(known.starts, offset) - 1
    if index >= 0 and known.ends[index] > offset:
        return max((known.ends[index] - offset) // width, 1)
    if index + 1 < len(known.starts):
        return max((known.starts[index + 1] - offset) // width, 1)
    return MOST_CHARACTERS


def _on(binary: Binary, offset: int, changes: Mapping[int, bytes], key: int) -> bool:
    value = changes.get(key) or binary.characters.at(offset)[1].get(key, b"\x00")
    return value[:1] == b"\x01"


@dataclass(slots=True)
class _OpenTable:
    """A table being read: its finished rows with the edges of their columns, and the row under way."""

    number: int
    rows: list[tuple[list[list[Run]], bytes]] = field(default_factory=list)
    row: list[list[Run]] = field(default_factory=list)
    cell: list[Run] = field(default_factory=list)
    inner: list[_OpenTable] = field(default_factory=list)


class _Reader:
    """Lays paragraphs and tables as they come."""

    def __init__(self, name: str) -> None:
        self.assembly = Assembly()
        self.assembly_texts = 0
        self.told: Counter[str] = Counter()
        self._name = name
        self._counters = Counters()
        self._open: list[_OpenTable] = []
        self._tables = 0
        self._recent: list[str] = []

    def tell(self, paragraphs: Iterator[_Paragraph], binary: Binary, kind: str) -> None:
        """Read one story."""
        for paragraph in paragraphs:
            depth = paragraph.depth
            if depth == 0:
                self._close(0)
                self._plain(paragraph, binary, kind)
            else:
                self._in_table(paragraph, binary, depth)
        self._close(0)

    def _plain(self, paragraph: _Paragraph, binary: Binary, kind: str) -> None:
        runs = self._runs(paragraph, binary)
        text = "".join(run.text for run in runs)
        if paragraph.mark == "\x0c" and not text:
            return
        if kind != "body" and not text.strip():
            return
        level = _heading(paragraph, binary) if kind == "body" and text.strip() else None
        if level is None:
            self.assembly.paragraph(runs, kind)
        else:
            self.assembly.heading(runs, level)
        self.assembly_texts += bool(text.strip())
        self._recent.append(text)

    def _runs(self, paragraph: _Paragraph, binary: Binary, table: int | None = None) -> list[Run]:
        place = Place(paragraph=paragraph.number, table=table)
        runs: list[Run] = []
        if printed := self._number(paragraph, binary):
            runs.append(Run(printed, place, generated=True))
            self.told["自动编号"] += 1
        text = paragraph.text.replace("\t", " ") if table else paragraph.text
        if text:
            runs.append(Run(text, place))
        return runs

    def _number(self, paragraph: _Paragraph, binary: Binary) -> str:
        properties = [paragraph.properties, *(style.properties for style in binary.style_chain(paragraph.style))]
        key = next((number(found[LIST_KEY], 0, 2) for found in properties if LIST_KEY in found), 0)
        level = next((number(found[LIST_LEVEL], 0, 1) for found in properties if LIST_LEVEL in found), 0)
        lists = binary.lists.get(key)
        return self._counters.next(key, lists, min(level, LEVELS - 1)) if lists else ""

    # Tables

    def _in_table(self, paragraph: _Paragraph, binary: Binary, depth: int) -> None:
        self._close(depth)
        while len(self._open) < depth:
            self._tables += 1
            self._open.append(_OpenTable(self._tables))
        table = self._open[-1]
        ends_cell = paragraph.mark == "\x07" if depth == 1 else paragraph.flag(INNER_CELL)
        ends_row = paragraph.flag(ROW_END) if depth == 1 else paragraph.flag(INNER_ROW_END)
        if ends_row:
            shape = paragraph.properties.get(TABLE_SHAPE) or paragraph.properties.get(TABLE_SHAPE_10) or b""
            table.rows.append((table.row, shape))
            table.row, table.cell = [], []
            return
        runs = self._runs(paragraph, binary, table.number)
        if table.cell and runs:
            table.cell.append(Run(CELL_BREAK, runs[0].place))
        table.cell.extend(runs)
        if ends_cell:
            table.row.append(table.cell)
            table.cell = []

    def _close(self, depth: int) -> None:
        """Lay the tables that end here, an inner one after the one it stands in."""
        while len(self._open) > depth:
            table = self._open.pop()
            if table.row or table.cell:
                table.rows.append(([*table.row, *([table.cell] if table.cell else [])], b""))
            if self._open:
                self._open[-1].inner.append(table)
            else:
                self._lay(table)

    def _lay(self, table: _OpenTable) -> None:
        title, unit = caption(self._recent[-4:])
        rows = _cells(table)
        if any(rows):
            self.assembly.table(rows, title=title, unit=unit, header_rows=header_rows(rows))
            self.assembly_texts += 1
        self._recent.clear()
        for inner in table.inner:
            self._lay(inner)

    def notes(self) -> list[ReadingNote]:
        """Return what a reader must know about this reading."""
        notes: list[ReadingNote] = []
        if self.told["自动编号"]:
            message = f"{self.told['自动编号']} 处编号由 Word 自动生成，按其编号定义推算，不是录入的文字"
            notes.append(ReadingNote("repair", message))
        if self.told["删除"]:
            notes.append(ReadingNote("repair", "有修订标记，按接受全部修订后的文字读取"))
        if self.told["隐藏"]:
            notes.append(ReadingNote("loss", f"隐藏文字 {self.told['隐藏']} 处未计入"))
        if self.told["图形或注释"]:
            notes.append(ReadingNote("loss", f"图形或嵌入对象 {self.told['图形或注释']} 处，其中的文字和数字未读取"))
        return notes


def _heading(paragraph: _Paragraph, binary: Binary) -> int | None:
    if OUTLINE in paragraph.properties:
        level = number(paragraph.properties[OUTLINE], 0, 1)
        return level + 1 if level < LEVELS else None
    for style in binary.style_chain(paragraph.style):
        if OUTLINE in style.properties and number(style.properties[OUTLINE], 0, 1) < LEVELS:
            return number(style.properties[OUTLINE], 0, 1) + 1
        if 1 <= style.built_in <= LEVELS:
            return style.built_in
        if style.built_in == TITLE_STYLE:
            return 0
    return None


def _cells(table: _OpenTable) -> list[list[Cell]]:
    """Lay the rows of a table on one grid by the edges their cells declare."""
    shapes = [_shape(shape, len(cells)) for cells, shape in table.rows]
    edges: list[int] = []
    for edge in sorted({edge for shape in shapes for edge in shape.edges}):
        if not edges or edge - edges[-1] > EDGE_NEAR:
            edges.append(edge)
    rows: list[list[Cell]] = []
    above: dict[int, Cell] = {}
    depth: dict[int, int] = {}
    for index, ((cells, _), shape) in enumerate(zip(table.rows, shapes, strict=True)):
        line: list[Cell] = []
        here: dict[int, Cell] = {}
        for position, runs in enumerate(cells):
            column, span = _columns(edges, shape.edges, position)
            across, down = shape.merges[position] if position < len(shape.merges) else (0, 0)
            if across == 1 and line:
                last = line.pop()
                line.append(_widened(last, column + span - last.column))
                here[last.column] = line[-1]
            elif down == 1 and column in above:
                first = above[column]
                depth[id(first)] = index - first.row + 1
                here[column] = first
            else:
                placed = tuple(_placed(run, index, column) for run in runs)
                cell = Cell("".join(run.text for run in runs), 0, placed, index, column, 1, span)
                line.append(cell)
                here[column] = cell
        rows.append(line)
        above = here
    return [[_deepened(cell, depth.get(id(cell), 1)) for cell in row] for row in rows]


@dataclass(slots=True)
class _Shape:
    """The column edges of one row, and how each cell is merged: across (1 with the left), down (1 with above)."""

    edges: list[int]
    merges: list[tuple[int, int]]


def _shape(data: bytes, count: int) -> _Shape:
    declared = number(data, 0, 1)
    if declared != count or len(data) < 3 + 2 * declared:
        return _Shape([1000 * index for index in range(count + 1)], [])
    edges = [int.from_bytes(data[1 + 2 * at : 3 + 2 * at], "little", signed=True) for at in range(declared + 1)]
    merges: list[tuple[int, int]] = []
    for at in range(declared):
        flags = number(data, 3 + 2 * declared + 20 * at, 2)
        merges.append((int(flags & 3 == 1), int(flags >> 5 & 3 == 1)))
    return _Shape(edges, merges)


def _columns(edges: list[int], own: list[int], position: int) -> tuple[int, int]:
    if position + 1 >= len(own):
        return position, 1
    first, last = (_nearest(edges, own[at]) for at in (position, position + 1))
    return first, max(last - first, 1)


def _nearest(edges: list[int], edge: int) -> int:
    return max(bisect_right(edges, edge) - 1, 0)


def _placed(run: Run, row: int, column: int) -> Run:
    place = run.place
    return Run(
        run.text,
        Place(paragraph=place.paragraph, table=place.table, row=row + 1, column=column + 1),
        run.generated,
    )


def _widened(cell: Cell, span: int) -> Cell:
    return Cell(cell.text, 0, cell.runs, cell.row, cell.column, cell.row_span, span)


def _deepened(cell: Cell, span: int) -> Cell:
    return cell if span == 1 else Cell(cell.text, 0, cell.runs, cell.row, cell.column, span, cell.column_span)
