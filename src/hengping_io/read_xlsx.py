"""Reads XLSX with the standard library: every sheet, hidden ones named, each cell as it is shown, with its address."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from hengping.document import Assembly, Document, ReadingNote
from hengping.errors import Unreadable
from hengping_io.read_layout import own_title
from hengping_io.read_number_format import BUILT_IN, shown
from hengping_io.read_package import DAMAGED, Package, Relation, parse
from hengping_io.read_sheet import Merge, Sheet, cell_text, lay

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REFERENCE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
ROW, CELL, VALUE, INLINE, FORMULA = (MAIN + tag for tag in ("row", "c", "v", "is", "f"))
TEXT, RICH, PHONETIC = (MAIN + tag for tag in ("t", "r", "rPh"))
ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")
MOST_CELLS = 5_000_000
AT_ONCE = 20_000_000
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
GENERAL = "General"


def read_xlsx(name: str, data: bytes) -> Document:
    """Read a workbook: one table or more per sheet, title lines and notes as paragraphs."""
    package = Package(name, data)
    workbook = _Workbook(package)
    assembly = Assembly()
    notes: list[ReadingNote] = []
    for sheet in workbook.sheets():
        notes.extend(lay(assembly, sheet))
    notes.extend(workbook.notes())
    document = assembly.finish(name=name, kind="xlsx", notes=notes)
    title = own_title(document.blocks)
    return Document(document.text, document.blocks, name, "xlsx", title, document.notes)


class _Workbook:
    """The parts of a workbook that its sheets share."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._part = package.main_part("xl/workbook.xml")
        self._root = package.xml(self._part)
        self._relations = package.relations(self._part)
        self._strings = self._shared_strings()
        self._formats = self._cell_formats()
        properties = self._root.find(MAIN + "workbookPr")
        self._since_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        self._cells = 0
        self._unreckoned = 0
        self._charts: list[str] = []
        self._concealed: list[str] = []

    def sheets(self) -> Iterator[Sheet]:
        """Yield the worksheets in the order of their tabs."""
        for node in self._root.iter(MAIN + "sheet"):
            title = node.get("name", "")
            relation = self._relations.get(node.get(REFERENCE + "id", ""))
            if relation is None or relation.target not in self._package.names:
                raise Unreadable(self._package.name, f"文件不完整：缺少工作表“{title}”", DAMAGED)
            if relation.kind != "worksheet":
                self._charts.append(title)
                continue
            sheet = Sheet(title, relation.target, node.get("state", "visible") != "visible")
            self._fill(sheet)
            yield sheet

    def notes(self) -> Iterator[ReadingNote]:
        """Yield what was not read or not reckoned."""
        for title in self._charts:
            yield ReadingNote("loss", f"“{title}”是图表页，未读取")
        for message in self._concealed:
            yield ReadingNote("format", message)
        if self._unreckoned:
            yield ReadingNote("loss", f"{self._unreckoned} 个公式没有存下计算结果，请用 Excel 或 WPS 打开保存后再核对")

    def _part_of(self, kind: str) -> str:
        found = next((relation for relation in self._relations.values() if relation.kind == kind), None)
        return found.target if isinstance(found, Relation) and found.target in self._package.names else ""

    def _shared_strings(self) -> list[str]:
        part = self._part_of("sharedStrings")
        return [_rich(node) for node in self._package.xml(part).iter(MAIN + "si")] if part else []

    def _cell_formats(self) -> list[str]:
        part = self._part_of("styles")
        if not part:
            return []
        root = self._package.xml(part)
        codes = dict(BUILT_IN)
        for node in root.iter(MAIN + "numFmt"):
            codes[_whole(node.get("numFmtId"), -1)] = node.get("formatCode", GENERAL)
        styles = root.find(MAIN + "cellXfs")
        return [] if styles is None else [codes.get(_whole(node.get("numFmtId"), 0), GENERAL) for node in styles]

    def _fill(self, sheet: Sheet) -> None:
        data = self._package.part(sheet.part)
        if b"<!DOCTYPE" in data[:4096] or b"\x00" in data[:4]:
            parse(self._package.name, sheet.part, data)
        if b"http://purl.oclc.org/ooxml/" in data[:4096]:
            data = data.replace(b"http://purl.oclc.org/ooxml/spreadsheetml/main", MAIN[1:-1].encode())
        expected = 0
        try:
            for node in _nodes(data):
                if node.tag == ROW:
                    expected = self._row(sheet, node, expected) + 1
                    node.clear()
                elif node.tag == MAIN + "mergeCell":
                    _merge(sheet, node.get("ref", ""))
                elif node.tag == MAIN + "col" and node.get("hidden") in ("1", "true"):
                    self._conceal(sheet, "列")
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            raise Unreadable(self._package.name, f"文件不完整或已损坏：{sheet.part}（{error}）", DAMAGED) from error

    def _conceal(self, sheet: Sheet, what: str) -> None:
        message = f"工作表“{sheet.name}”有隐藏的{what}，也已读取"
        if message not in self._concealed:
            self._concealed.append(message)

    def _row(self, sheet: Sheet, node: Element, expected: int) -> int:
        """Read one row and return its number from 0."""
        row = min(max(_whole(node.get("r"), expected + 1) - 1, 0), LAST_ROW - 1)
        if node.get("hidden") in ("1", "true"):
            self._conceal(sheet, "行")
        cells: dict[int, str] = {}
        column = -1
        for cell in node:
            if cell.tag != CELL:
                continue
            column = _column(cell.get("r", ""), column + 1)
            text = self._shown(cell)
            if text:
                cells[column] = text
        self._cells += len(cells)
        if self._cells > MOST_CELLS:
            raise Unreadable(self._package.name, f"单元格过多（超过 {MOST_CELLS:,} 个）", "请只保留要核对的工作表。")
        if cells:
            sheet.rows[row] = cells
        return row

    def _shown(self, cell: Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(INLINE)
            return "" if inline is None else cell_text(_rich(inline))
        value = cell.find(VALUE)
        raw = "" if value is None else value.text or ""
        if not raw:
            self._unreckoned += value is None and cell.find(FORMULA) is not None
            return ""
        if kind == "s":
            index = _whole(raw, -1)
            return cell_text(self._strings[index]) if 0 <= index < len(self._strings) else ""
        if kind == "n":
            style = _whole(cell.get("s"), 0)
            code = self._formats[style] if 0 <= style < len(self._formats) else GENERAL
            return shown(raw, code, since_1904=self._since_1904)
        return {"1": "TRUE", "0": "FALSE"}.get(raw, raw) if kind == "b" else cell_text(raw)


def _nodes(data: bytes) -> Iterator[Element]:
    """Yield rows, merges and columns; a large sheet row by row, a small one at once, which is twice as fast."""
    if len(data) > AT_ONCE:
        for _, node in ElementTree.iterparse(io.BytesIO(data)):  # noqa: S314 - document types are refused before
            yield node
        return
    root = ElementTree.fromstring(data)  # noqa: S314 - document types are refused before
    for part in root:
        if part.tag in (MAIN + "sheetData", MAIN + "mergeCells", MAIN + "cols"):
            yield from part


def _rich(node: Element) -> str:
    """Return the text of a string that may have formatted runs, without its phonetic guide."""
    text = ""
    for child in node:
        if child.tag == TEXT:
            text += child.text or ""
        elif child.tag == RICH:
            text += "".join(part.text or "" for part in child if part.tag == TEXT)
    return text


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def _column(address: str, otherwise: int) -> int:
    letters = address.rstrip("0123456789")
    return _column_of(letters) if letters else min(otherwise, LAST_COLUMN - 1)


@lru_cache(maxsize=LAST_COLUMN)
def _column_of(letters: str) -> int:
    """Return the column of letters, counted from 0; what is no column is the last."""
    column = 0
    for letter in letters if len(letters) <= 3 and letters.isascii() and letters.isupper() else "XFD":
        column = column * 26 + ord(letter) - ord("A") + 1
    return min(column, LAST_COLUMN) - 1


def _merge(sheet: Sheet, reference: str) -> None:
    first, _, last = reference.partition(":")
    begin, end = ADDRESS.fullmatch(first), ADDRESS.fullmatch(last)
    if begin and end and len(sheet.merges) < 100_000:
        merge = Merge(int(begin[2]) - 1, _column(first, 0), int(end[2]) - 1, _column(last, 0))
        if merge.top <= merge.bottom and merge.left <= merge.right:
            sheet.merges.append(merge)
