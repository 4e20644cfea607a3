"""Reads DOCX: the final text as Word shows it, automatic numbers included, every run with its place.

``Place.paragraph`` counts every ``w:p`` of the part in document order and ``Place.run`` every ``w:r`` inside that
paragraph, both from 1, so that a writer finds the same element again; ``Place.table`` counts ``w:tbl`` likewise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from hengping.document import CELL_BREAK, Assembly, Cell, Document, Place, ReadingNote, Run
from hengping.errors import Unreadable
from hengping_io.read_docx_lists import VAL, WORD, Numbering, Styles, integer, is_on, value_of
from hengping_io.read_layout import caption, header_rows, own_title
from hengping_io.read_numbering import LEVELS, Counters
from hengping_io.read_package import DAMAGED, Package, Relation

REFERENCE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
OFFICE = "{urn:schemas-microsoft-com:office:office}"
VECTOR = "{urn:schemas-microsoft-com:vml}"

P, R, T, TBL, TR, TC = (WORD + tag for tag in ("p", "r", "t", "tbl", "tr", "tc"))
PPR, RPR, TRPR, TCPR = (WORD + tag for tag in ("pPr", "rPr", "trPr", "tcPr"))
SDT, SDT_CONTENT, TEXT_BOX = WORD + "sdt", WORD + "sdtContent", WORD + "txbxContent"
INS, DEL, FIELD, FIELD_CODE, VANISH = (WORD + tag for tag in ("ins", "del", "fldChar", "instrText", "vanish"))
ALTERNATE, CHOICE, FALLBACK = (COMPATIBILITY + tag for tag in ("AlternateContent", "Choice", "Fallback"))

TRANSPARENT = frozenset(
    WORD + tag for tag in ("hyperlink", "smartTag", "customXml", "fldSimple", "dir", "bdo", "sdtContent")
)
INSERTED = frozenset({INS, WORD + "moveTo"})
DELETED = frozenset({DEL, WORD + "moveFrom"})
OBJECTS = frozenset({WORD + "drawing", WORD + "pict", WORD + "object", ALTERNATE})
PLAIN = {
    WORD + "tab": "\t",
    WORD + "ptab": "\t",
    WORD + "cr": CELL_BREAK,
    WORD + "noBreakHyphen": "-",
    WORD + "softHyphen": "",
}
UNDERSTOOD = frozenset({"wps", "wpg", "wpc", "wpi", "w14", "w15", "w16", "a14", "wp14"})
DEEPEST = 40

SYMBOLS = {
    "wingdings": {0xFC: "✓", 0xFE: "☑", 0xA8: "□", 0x6F: "□", 0x6E: "■", 0x6C: "●", 0xFD: "☒", 0x52: "☑"},
    "wingdings 2": {0x52: "☑", 0xA3: "□", 0x50: "✓", 0x54: "☒", 0x2A: "□"},
    "symbol": {0xB3: "≥", 0xA3: "≤", 0xB4: "×", 0xB8: "÷", 0xB1: "±", 0xB7: "•", 0xB9: "≠", 0x2D: "−", 0xBB: "≈"},
}
"""What the characters of the symbol fonts look like, by font."""


def read_docx(name: str, data: bytes) -> Document:
    """Read a DOCX as the page shows it: numbers worked out, insertions kept, deletions dropped."""
    package = Package(name, data)
    main = package.main_part("word/document.xml")
    root = package.xml(main)
    body = root.find(WORD + "body")
    if body is None:
        raise Unreadable(name, "文件不完整：没有正文", DAMAGED)
    relations = package.relations(main)
    story = _Story(package, relations, Assembly())
    story.tell(main, root, body)
    for kind in ("footnotes", "endnotes"):
        _tell_notes(story, package, relations, kind)
    _tell_margins(story, package, relations)
    document = story.assembly.finish(name=name, kind="docx", notes=story.notes())
    return _titled(document)


def _titled(document: Document) -> Document:
    title = own_title(document.blocks)
    return Document(document.text, document.blocks, document.name, document.kind, title, document.notes)


def _tell_notes(story: _Story, package: Package, relations: dict[str, Relation], kind: str) -> None:
    """Lay the footnotes or endnotes that the text refers to, in the order of reference."""
    wanted = story.references[kind[:-1]]
    relation = next((found for found in relations.values() if found.kind == kind), None)
    if not wanted or relation is None or relation.target not in package.names:
        return
    root = package.xml(relation.target)
    notes = {node.get(WORD + "id", ""): node for node in root.iter(WORD + kind[:-1])}
    for key in wanted:
        if key in notes:
            story.tell(relation.target, root, notes[key], "footnote")


def _tell_margins(story: _Story, package: Package, relations: dict[str, Relation]) -> None:
    """Lay the page headers and footers, each once."""
    for relation in relations.values():
        if relation.kind in ("header", "footer") and relation.target in package.names:
            root = package.xml(relation.target)
            story.tell(relation.target, root, root, relation.kind)


@dataclass(slots=True)
class _Line:
    """A paragraph being read: where it stands, its runs, and what hangs on it."""

    part: str
    paragraph: int
    table: int | None = None
    row: int | None = None
    column: int | None = None
    runs: list[Run] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    run: int = 0

    def place(self, run: int | None = None) -> Place:
        """Return the place of the paragraph or of one of its runs."""
        return Place(
            part=self.part, paragraph=self.paragraph, run=run, table=self.table, row=self.row, column=self.column
        )


class _Story:
    """Reads the stories of one file (body, notes, margins) one after another into one assembly."""

    def __init__(self, package: Package, relations: dict[str, Relation], assembly: Assembly) -> None:
        self.assembly = assembly
        self.references: dict[str, list[str]] = {"footnote": [], "endnote": []}
        self._package = package
        self._relations = relations
        self._styles = Styles(package, relations)
        self._numbering: Numbering | None = None
        self._counters = Counters()
        self._told: Counter[str] = Counter()
        self._hidden: list[str] = []
        self._embedded: list[str] = []
        self._fields: list[bool] = []
        self._carried: list[Run] = []
        self._recent: list[str] = []
        self._paragraphs: dict[Element, int] = {}
        self._tables: dict[Element, int] = {}
        self._part = ""
        self._kind = "body"

    def tell(self, part: str, root: Element, top: Element, kind: str = "body") -> None:
        """Read one story."""
        if part != self._part:
            self._part = part
            self._paragraphs = {node: number for number, node in enumerate(root.iter(P), 1)}
            self._tables = {node: number for number, node in enumerate(root.iter(TBL), 1)}
        self._kind = kind
        self._fields.clear()
        self._blocks(top, kind, 0)
        if self._carried:
            self.assembly.paragraph(self._carried, kind)
            self._carried = []

    # Blocks

    def _blocks(self, parent: Element, kind: str, depth: int) -> None:
        for node in self._block_nodes(parent, depth):
            if node.tag == P:
                self._paragraph(node, kind, depth)
            else:
                self._table(node, kind, depth)

    def _block_nodes(self, parent: Element, depth: int) -> Iterator[Element]:
        """Yield paragraphs and tables, looking through containers that do not show."""
        if depth > DEEPEST:
            raise Unreadable(self._package.name, "内容嵌套过深", "请用办公软件打开后另存，再试。")
        for child in parent:
            tag = child.tag
            if tag in (P, TBL):
                yield child
            elif tag == SDT or tag in TRANSPARENT or tag in INSERTED:
                yield from self._block_nodes(child, depth + 1)
            elif tag == ALTERNATE:
                yield from self._block_nodes(_choice(child), depth + 1)
            elif tag == WORD + "altChunk":
                self._told["嵌入的其他格式正文"] += 1

    def _paragraph(self, node: Element, kind: str, depth: int) -> None:
        properties = _properties(node)
        line = self._line(node, properties, _Line(self._part, self._paragraphs[node]), depth)
        if _merges_on(properties):
            self._carried = line.runs
        else:
            level = self._outline(properties) if kind == "body" else None
            if level is not None and line.runs:
                text = self.assembly.heading(line.runs, level).text
            else:
                text = self.assembly.paragraph(line.runs, kind).text
            self._recent.append(text)
        if line.boxes:
            self._boxes(line, depth)

    def _boxes(self, line: _Line, depth: int) -> None:
        for box in line.boxes:
            self._blocks(box, "box" if self._kind == "body" else self._kind, depth + 1)

    def _line(self, node: Element, properties: Element | None, line: _Line, depth: int) -> _Line:
        if self._carried:
            line.runs, self._carried = self._carried, []
        number = "" if _merges_on(properties) else self._number(properties)
        if number:
            line.runs.append(Run(number, line.place(), generated=True))
            self._told["自动编号"] += 1
        self._inline(node, line, depth)
        return line

    def _outline(self, properties: Element | None) -> int | None:
        if properties is None:
            return None
        direct = value_of(properties, "outlineLvl")
        if direct:
            return integer(direct, LEVELS) + 1 if integer(direct, LEVELS) < LEVELS else None
        style = value_of(properties, "pStyle")
        return self._styles.heading(style) if style else None

    def _number(self, properties: Element | None) -> str:
        """Return the number Word prints before a paragraph."""
        style = (value_of(properties, "pStyle") if properties is not None else "") or self._styles.default
        direct = properties.find(WORD + "numPr") if properties is not None else None
        key = integer(value_of(direct, "numId"), -1) if direct is not None else -1
        level = integer(value_of(direct, "ilvl"), -1) if direct is not None else -1
        inherited = self._styles.list_of(style) if style and key < 0 else None
        if key < 0 and inherited is None:
            return ""
        if self._numbering is None:
            self._numbering = Numbering(self._package, self._relations, self._styles)
        if key < 0 and inherited is not None:
            name, key, named = inherited
            if level < 0:
                level = named if named is not None else self._numbering.level_of_style(key, name)
        lists = self._numbering.get(key) if key > 0 else None
        return self._counters.next(key, lists, min(max(level, 0), LEVELS - 1)) if lists is not None else ""

    # Inside a paragraph

    def _inline(self, parent: Element, line: _Line, depth: int) -> None:
        if depth > DEEPEST:
            raise Unreadable(self._package.name, "内容嵌套过深", "请用办公软件打开后另存，再试。")
        for child in parent:
            tag = child.tag
            if tag == R:
                self._run(child, line, depth)
            elif tag == PPR:
                continue
            elif tag in INSERTED:
                self._told["插入"] += 1
                self._inline(child, line, depth + 1)
            elif tag in DELETED:
                self._told["删除"] += 1
                line.run += sum(1 for _ in child.iter(R))
            elif tag in TRANSPARENT or tag == SDT:
                self._inline(child, line, depth + 1)
            elif tag == ALTERNATE:
                self._alternate(child, line, depth)
            elif tag.startswith(MATH):
                self._equation(child, line)

    def _alternate(self, node: Element, line: _Line, depth: int) -> None:
        """Read the one branch a current Word shows, counting the runs of the others."""
        chosen = _choice(node)
        for branch in node:
            if branch is chosen:
                self._inline(branch, line, depth + 1)
            else:
                line.run += sum(1 for _ in branch.iter(R))

    def _equation(self, node: Element, line: _Line) -> None:
        text = "".join(part.text or "" for part in node.iter(MATH + "t"))
        if text:
            self._told["公式"] += 1
            line.runs.append(Run(_flat(text), line.place()))
        line.run += sum(1 for _ in node.iter(R))

    def _run(self, node: Element, line: _Line, depth: int) -> None:
        line.run += 1
        number = line.run
        size = len(node)
        if size == 2 and node[1].tag == T and node[0].tag == RPR:
            # Nine runs in ten are properties and one text.
            text, hidden = node[1].text or "", self._is_hidden(node[0])
        elif size == 1 and node[0].tag == T:
            text, hidden = node[0].text or "", False
        else:
            text, hidden = self._pieces(node, line, depth)
        if self._fields and not all(self._fields):
            return
        if hidden and text.strip():
            self._hidden.append(text)
        elif text:
            line.runs.append(Run(_flat(text), line.place(number)))

    def _pieces(self, node: Element, line: _Line, depth: int) -> tuple[str, bool]:
        """Return a run's text, and whether it is hidden."""
        texts: list[str] = []
        hidden = False
        for child in node:
            tag = child.tag
            if tag == T:
                texts.append(child.text or "")
            elif tag == RPR:
                hidden = self._is_hidden(child)
            elif tag in OBJECTS:
                self._object(child, line, depth)
                line.run += sum(1 for _ in child.iter(R))
            else:
                texts.append(self._special(child, tag, line))
        return "".join(texts), hidden

    def _is_hidden(self, properties: Element) -> bool:
        direct = properties.find(VANISH)
        if direct is not None:
            return is_on(direct)
        style = value_of(properties, "rStyle")
        return bool(style) and self._styles.hides(style)

    def _special(self, node: Element, tag: str, line: _Line) -> str:
        """Return the text of what is neither plain text nor an object."""
        if tag in PLAIN:
            return PLAIN[tag]
        if tag == WORD + "br":
            return "" if node.get(WORD + "type") in ("page", "column") else CELL_BREAK
        if tag == FIELD:
            self._field(node.get(WORD + "fldCharType", ""))
        elif tag == WORD + "sym":
            return self._symbol(node)
        elif tag == WORD + "ruby":
            base = node.find(WORD + "rubyBase")
            line.run += sum(1 for _ in node.iter(R))
            return "" if base is None else "".join(part.text or "" for part in base.iter(T))
        elif tag in (WORD + "footnoteReference", WORD + "endnoteReference"):
            self.references[tag[len(WORD) : -len("Reference")]].append(node.get(WORD + "id", ""))
        return ""

    def _field(self, kind: str) -> None:
        """Follow a field: its code is dropped, its result kept."""
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _symbol(self, node: Element) -> str:
        font = node.get(WORD + "font", "").lower()
        try:
            code = int(node.get(WORD + "char", ""), 16)
        except ValueError:
            return ""
        if code >= 0xF000:
            code -= 0xF000
        elif code > 0xFF:
            return chr(code) if code < 0xD800 else "\ufffd"
        known = SYMBOLS.get(font, {})
        if code not in known:
            self._told["无法转写的符号"] += 1
        return known.get(code, "\ufffd")

    def _object(self, node: Element, line: _Line, depth: int) -> None:
        """Note pictures, charts and embedded files, and keep text boxes for after the paragraph."""
        if depth > DEEPEST:
            raise Unreadable(self._package.name, "内容嵌套过深", "请用办公软件打开后另存，再试。")
        if node.tag == ALTERNATE:
            node = _choice(node)
        boxes = 0
        for child in _outside_boxes(node):
            if child.tag == TEXT_BOX:
                line.boxes.append(child)
                boxes += 1
            elif child.tag == OFFICE + "OLEObject":
                self._embedded.append(self._target(child) or child.get("ProgID", "") or "嵌入对象")
            elif child.tag in (DRAWING + "blip", VECTOR + "imagedata"):
                self._told["图片"] += 1
            elif child.tag == CHART + "chart":
                self._told["图表"] += 1

    def _target(self, node: Element) -> str:
        relation = self._relations.get(node.get(REFERENCE + "id", ""))
        return "" if relation is None else relation.target.rpartition("/")[2]

    # Tables

    def _table(self, node: Element, kind: str, depth: int) -> None:
        title, unit = caption(self._recent[-4:])
        grid = _Grid()
        nested: list[Element] = []
        declared = 0
        for row in self._rows(node, depth):
            properties = row.find(TRPR)
            if properties is not None:
                if properties.find(DEL) is not None:
                    continue
                if is_on(properties.find(WORD + "tblHeader")) and declared == grid.height:
                    declared += 1
            self._row(row, grid, self._tables[node], nested, depth)
        rows = grid.rows()
        if any(rows):
            self.assembly.table(rows, title=title, unit=unit, header_rows=declared or header_rows(rows))
        self._recent.clear()
        for inner in nested:
            if inner.tag == TBL:
                self._table(inner, kind, depth + 1)
            else:
                self._blocks(inner, "box", depth + 1)

    def _rows(self, node: Element, depth: int) -> Iterator[Element]:
        if depth > DEEPEST:
            raise Unreadable(self._package.name, "内容嵌套过深", "请用办公软件打开后另存，再试。")
        for child in node:
            if child.tag == TR:
                yield child
            elif child.tag == SDT or child.tag in TRANSPARENT or child.tag in INSERTED:
                yield from self._rows(child, depth + 1)

    def _cells(self, node: Element, depth: int) -> Iterator[Element]:
        if depth > DEEPEST:
            raise Unreadable(self._package.name, "内容嵌套过深", "请用办公软件打开后另存，再试。")
        for child in node:
            if child.tag == TC:
                yield child
            elif child.tag == SDT or child.tag in TRANSPARENT or child.tag in INSERTED:
                yield from self._cells(child, depth + 1)

    def _row(self, row: Element, grid: _Grid, table: int, nested: list[Element], depth: int) -> None:
        grid.begin_row(_skipped(row, "gridBefore"))
        for cell in self._cells(row, depth):
            span, down, across = _spans(cell)
            if across:
                grid.widen(span)
            elif down and grid.deepen(span):
                self._skip_numbers(cell)
            else:
                runs = self._cell(cell, grid, table, nested, depth)
                grid.add(runs, span)

    def _skip_numbers(self, cell: Element) -> None:
        """Count the automatic numbers of a covered cell, which Word counts although it does not show them."""
        for node in cell.iter(P):
            self._number(_properties(node))

    def _cell(self, cell: Element, grid: _Grid, table: int, nested: list[Element], depth: int) -> list[Run]:
        runs: list[Run] = []
        first = True
        for node in self._block_nodes(cell, depth + 1):
            if node.tag == TBL:
                nested.append(node)
                continue
            line = _Line(self._part, self._paragraphs[node], table, grid.height + 1, grid.column + 1)
            self._line(node, _properties(node), line, depth + 1)
            nested.extend(line.boxes)
            if not first:
                runs.append(Run(CELL_BREAK, line.place()))
            first = False
            runs.extend(
                run if "\t" not in run.text else Run(run.text.replace("\t", " "), run.place, run.generated)
                for run in line.runs
            )
        while runs and not runs[-1].text.strip():
            runs.pop()
        return runs

    # Notes

    def notes(self) -> list[ReadingNote]:
        """Return what a reader must know about this reading."""
        told = self._told
        found: list[ReadingNote] = []
        if told["自动编号"]:
            found.append(
                ReadingNote("repair", f"{told['自动编号']} 处编号由 Word 自动生成，按其编号定义推算，不是录入的文字")
            )
        if told["插入"] or told["删除"]:
            message = f"有修订标记：插入 {told['插入']} 处、删除 {told['删除']} 处，按接受全部修订后的文字读取"
            found.append(ReadingNote("repair", message))
        found.extend(ReadingNote("loss", f"隐藏文字未计入：“{text[:30]}”") for text in self._hidden[:20])
        found.extend(ReadingNote("loss", f"嵌入文件“{item}”未读取，请单独核对") for item in self._embedded)
        found.extend(
            ReadingNote("loss", f"{what} {told[what]} 处，其中的文字和数字未读取")
            for what in ("图片", "图表", "嵌入的其他格式正文", "无法转写的符号")
            if told[what]
        )
        if told["公式"]:
            found.append(ReadingNote("loss", f"公式 {told['公式']} 处只取其字符，上下结构未保留"))
        if any(relation.kind == "comments" for relation in self._relations.values()):
            found.append(ReadingNote("format", "文中批注不作为正文读取"))
        return found


@dataclass(slots=True)
class _GridCell:
    runs: list[Run]
    row: int
    column: int
    row_span: int
    column_span: int


class _Grid:
    """Lays the cells of a Word table on its grid."""

    def __init__(self) -> None:
        self._rows: list[list[_GridCell]] = []
        self._above: dict[int, _GridCell] = {}
        self._here: dict[int, _GridCell] = {}
        self.column = 0
        self.height = -1

    def begin_row(self, skipped: int) -> None:
        """Begin the next row, leaving grid positions before its first cell."""
        self._rows.append([])
        self._above, self._here = self._here, {}
        self.column = skipped
        self.height += 1

    def add(self, runs: list[Run], span: int) -> None:
        """Add a cell where the row stands."""
        cell = _GridCell(runs, self.height, self.column, 1, span)
        self._rows[-1].append(cell)
        self._here[self.column] = cell
        self.column += span

    def deepen(self, span: int) -> bool:
        """Let the cell above cover this position too; False where there is none."""
        above = self._above.get(self.column)
        if above is None:
            return False
        above.row_span = self.height - above.row + 1
        self._here[self.column] = above
        self.column += span
        return True

    def widen(self, span: int) -> None:
        """Let the cell to the left cover this position too."""
        if self._rows[-1]:
            self._rows[-1][-1].column_span += span
        self.column += span

    def rows(self) -> list[list[Cell]]:
        """Return the cells, row by row."""
        return [
            [
                Cell(
                    cell.runs[0].text if len(cell.runs) == 1 else "".join([run.text for run in cell.runs]),
                    0,
                    tuple(cell.runs),
                    cell.row,
                    cell.column,
                    cell.row_span,
                    cell.column_span,
                )
                for cell in row
            ]
            for row in self._rows
        ]


def _spans(cell: Element) -> tuple[int, bool, bool]:
    """Return how many columns a cell spans, and whether it continues the cell above or to the left."""
    properties = cell.find(TCPR)
    if properties is None:
        return 1, False, False
    span = max(1, min(integer(value_of(properties, "gridSpan"), 1), 1000))
    vertical, horizontal = properties.find(WORD + "vMerge"), properties.find(WORD + "hMerge")
    down = vertical is not None and vertical.get(VAL, "continue") != "restart"
    across = horizontal is not None and horizontal.get(VAL, "continue") != "restart"
    return span, down, across


def _skipped(row: Element, tag: str) -> int:
    properties = row.find(TRPR)
    return 0 if properties is None else max(0, min(integer(value_of(properties, tag), 0), 1000))


def _choice(node: Element) -> Element:
    """Return the branch of alternative content that a current Word shows."""
    for branch in node:
        if branch.tag == CHOICE and UNDERSTOOD.issuperset(branch.get("Requires", "").split()):
            return branch
    for branch in node:
        if branch.tag == FALLBACK:
            return branch
    return node[0] if len(node) else node


def _outside_boxes(node: Element) -> Iterator[Element]:
    """Yield what an object holds, in order, without descending into text boxes or unchosen alternatives."""
    stack = [node]
    while stack:
        current = stack.pop()
        if current is not node:
            yield current
        if current.tag == TEXT_BOX:
            continue
        children: Iterable[Element] = (_choice(current),) if current.tag == ALTERNATE and len(current) else current
        stack.extend(reversed(list(children)))


def _properties(node: Element) -> Element | None:
    """Return the properties of a paragraph, which stand first."""
    return node[0] if len(node) and node[0].tag == PPR else None


def _merges_on(properties: Element | None) -> bool:
    """Tell whether a paragraph's end was deleted, so that the next one continues it."""
    marks = None if properties is None else properties.find(RPR)
    return marks is not None and (marks.find(DEL) is not None or marks.find(WORD + "moveFrom") is not None)


def _flat(text: str) -> str:
    """Return text without the line ends that XML allows and Word shows as spaces."""
    if "\n" in text or "\r" in text or "\u2028" in text:
        return text.replace("\r\n", " ").replace("\n", " ").replace("\r", " ").replace("\u2028", CELL_BREAK)
    return text
