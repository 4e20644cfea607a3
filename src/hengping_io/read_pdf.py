"""Reads PDF files that have a text layer: characters and ruling lines from PDFium, everything else our own.

PDFium runs no script and opens no link. It is not safe to use from two threads at once, so a lock stands before it.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, repeat
from threading import Lock

import pypdfium2  # type: ignore[import-untyped]
from pypdfium2 import raw

from hengping.document import Assembly, Cell, Document, Place, ReadingNote, Run
from hengping.errors import Unreadable
from hengping_io.read_layout import LONGEST_TITLE, caption, header_rows, own_title
from hengping_io.read_pdf_layout import (
    Grid,
    GridCell,
    Line,
    Margins,
    Ruling,
    Segment,
    append,
    cell_separator,
    continues,
    cut_number,
    fill,
    lines_of,
    margins,
    same_columns,
    tables,
    unruled,
)

MOST_PAGES = 20_000
MOST_CHARACTERS = 400_000
MOST_OBJECTS = 200_000
DEEPEST_FORM = 4
PASSWORD_ERROR = 4
TEXT, PATH, IMAGE, FORM = 1, 2, 3, 5
THIN = 3.2
SHORT = 3.0
EDGE_ZONE = 0.11
SAMPLE = 240
LEAST_WIDTH = 0.6
PAGE_NUMBER = re.compile(
    r"[-—–－~・·•]*\s*第?\s*(\d{1,4})\s*页?\s*(?:[/／]\s*|共\s*)?(?:\d{1,4})?\s*页?\s*[-—–－~・·•]*"
)
DIGITS = re.compile(r"\d+")
LOCK = Lock()


def _function(name: str, result: type, *arguments: type) -> Callable[..., int]:
    """Bind a PDFium function for many calls: plain addresses instead of checked pointers halve the cost."""
    address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value
    if address is None:
        raise ImportError(name)
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


_HANDLE = ctypes.c_void_p
_char_box = _function("FPDFText_GetLooseCharBox", ctypes.c_int, _HANDLE, ctypes.c_int, _HANDLE)
_char_origin = _function("FPDFText_GetCharOrigin", ctypes.c_int, _HANDLE, ctypes.c_int, _HANDLE, _HANDLE)
_char_error = _function("FPDFText_HasUnicodeMapError", ctypes.c_int, _HANDLE, ctypes.c_int)
_char_code = _function("FPDFText_GetUnicode", ctypes.c_uint, _HANDLE, ctypes.c_int)
_get_text = _function("FPDFText_GetText", ctypes.c_int, _HANDLE, ctypes.c_int, ctypes.c_int, _HANDLE)
_object = _function("FPDFPage_GetObject", _HANDLE, _HANDLE, ctypes.c_int)
_object_type = _function("FPDFPageObj_GetType", ctypes.c_int, _HANDLE)
_bounds = _function("FPDFPageObj_GetBounds", ctypes.c_int, _HANDLE, *[_HANDLE] * 4)
_form_object = _function("FPDFFormObj_GetObject", _HANDLE, _HANDLE, ctypes.c_ulong)


@dataclass(slots=True)
class _Page:
    """What one page holds, in points from its top left corner."""

    number: int
    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    turn: int = 0
    characters: int = 0
    unmapped: int = 0
    image_share: float = 0.0
    failed: bool = False
    overflows: bool = False

    @property
    def across(self) -> float:
        """Return the width along the lines of text."""
        return self.height if self.turn % 2 else self.width

    @property
    def down(self) -> float:
        """Return the height from line to line."""
        return self.width if self.turn % 2 else self.height


def read_pdf(name: str, data: bytes) -> Document:
    """Read a PDF's text layer: paragraphs joined over lines and pages, tables on their grids, page furniture apart."""
    with LOCK:
        pages = _pages(name, data)
    return _Composer(name, pages).compose()


def page_images(name: str, data: bytes, dots: int = 200) -> Iterator[tuple[bytes, float]]:
    """Yield every page as a grey image (PGM) for recognition, with its points per pixel."""
    with LOCK:
        document = _document(name, data)
        try:
            for index in range(min(len(document), MOST_PAGES)):
                bitmap = document[index].render(scale=dots / 72, grayscale=True)
                rows = bytes(bitmap.buffer)
                lines = (rows[at : at + bitmap.width] for at in range(0, bitmap.height * bitmap.stride, bitmap.stride))
                yield b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + b"".join(lines), 72 / dots
        finally:
            document.close()


def _document(name: str, data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == PASSWORD_ERROR or "password" in str(error).lower():
            raise Unreadable(name, "文件设有打开密码", "请用密码打开后，另存为无密码的 PDF 再试。") from error
        raise Unreadable(name, "文件不完整或已损坏，无法按 PDF 打开", "请从原处重新下载或请提供者重新导出。") from error


def _pages(name: str, data: bytes) -> list[_Page]:
    document = _document(name, data)
    try:
        count = len(document)
        if count == 0:
            raise Unreadable(name, "文件里没有页面", "请从原处重新下载或请提供者重新导出。")
        if count > MOST_PAGES:
            raise Unreadable(name, f"页数过多（{count:,} 页，上限 {MOST_PAGES:,}）", "请拆分后再试。")
        pages = [_page(document, index) for index in range(count)]
        for page in list(pages):
            if page.overflows:
                for index in range(max(page.number - 2, 0), min(page.number + 1, count)):
                    pages[index] = _page(document, index, clipped=True)
        return pages
    finally:
        document.close()


def _page(document: pypdfium2.PdfDocument, index: int, *, clipped: bool = False) -> _Page:
    """Read one page; ``clipped`` also drops text that the page's own clipping hides.

    Clips are looked up only beside a page whose text overflows it: a spreadsheet's cell that runs over a page break
    is printed whole on both pages, and each shows its part.
    """
    handle = raw.FPDF_LoadPage(document.raw, index)
    if not handle:
        return _Page(index + 1, 0, 0, failed=True)
    try:
        page = _Page(index + 1, raw.FPDF_GetPageWidthF(handle), raw.FPDF_GetPageHeightF(handle))
        text_page = raw.FPDFText_LoadPage(handle)
        if not text_page:
            page.failed = True
            return page
        try:
            _read_page(page, handle, text_page, clipped=clipped)
        finally:
            raw.FPDFText_ClosePage(text_page)
        return page
    finally:
        raw.FPDF_ClosePage(handle)


def _read_page(page: _Page, handle: object, text_page: object, *, clipped: bool) -> None:
    address, text_address = _address(handle), _address(text_page)
    area = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(handle, area)
    frame = _Frame(area.left, area.bottom, area.right, area.top, raw.FPDFPage_GetRotation(handle))
    text = _text(text_address)
    count = len(text)
    values = (ctypes.c_float * (4 * count))()
    base = ctypes.addressof(values)
    places = range(base, base + 16 * count, 16)
    deque(map(_char_box, repeat(text_address), range(count), places), maxlen=0)  # no loop of our own: once a character
    boxes = values[:]
    _turn_with_text(page, frame, text, boxes)
    segments = list(_segments(page, frame, text, boxes, text_address, clipped=clipped))
    marks = _marks(address, frame)
    page.image_share = min(1.0, marks.image_area / max(page.width * page.height, 1.0))
    page.grids = tables(marks.horizontal, marks.vertical)
    rest = fill(page.grids, segments) if page.grids else segments
    page.lines = lines_of(rest, page.number)
    for grid in page.grids:
        grid.page = page.number
        for cell in grid.cells:
            if cell.segments:
                cell.lines = lines_of(cell.segments, page.number)
                cell.segments = []
    page.grids = [grid for grid in page.grids if len(grid.cells) > 1]
    _unruled(page)


def _unruled(page: _Page) -> None:
    """Take tables without ruling lines out of the lines of a page."""
    found = list(unruled(page.lines)) if len(page.lines) >= 3 else []
    for start, end, grid in reversed(found):
        for cell in grid.cells:
            cell.lines = lines_of(cell.segments, page.number)
            cell.segments = []
        page.grids.append(grid)
        del page.lines[start:end]
    for line in page.lines:
        line.segments = []


def _address(pointer: object) -> int:
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0  # type: ignore[arg-type]


@dataclass(slots=True)
class _Frame:
    """Turns PDF coordinates (y upwards, before rotation) into points from the top left of the page as shown."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    def box(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        """Return left, top, right, bottom as shown."""
        match self.rotation % 4:
            case 1:
                return bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
            case 2:
                return self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
            case 3:
                return self.top - top, self.right - right, self.top - bottom, self.right - left
            case _:
                return left - self.left, self.top - top, right - self.left, self.top - bottom


def _text(text_page: int) -> str:
    """Return one character per PDFium index."""
    count = min(raw.FPDFText_CountChars(ctypes.cast(text_page, raw.FPDF_TEXTPAGE)), MOST_CHARACTERS)
    if count <= 0:
        return ""
    buffer = ctypes.create_string_buffer(2 * count + 2)
    written = _get_text(text_page, 0, count, buffer)
    text = buffer.raw[: 2 * max(written - 1, 0)].decode("utf-16-le", "replace")
    if len(text) != count:
        codes = (_char_code(text_page, at) for at in range(count))
        text = "".join(chr(code) if 0 < code < 0xD800 or 0xE000 <= code < 0x110000 else "\ufffd" for code in codes)
    return text.replace("\x02", "-").replace("\ufffe", "-")


def _turn_with_text(page: _Page, frame: _Frame, text: str, boxes: list[float]) -> None:
    """Turn the page where most of its text would not run from left to right."""
    up = down = along = back = 0
    for at in range(4, min(len(boxes) - 4, 4 * SAMPLE), 4):
        if boxes[at] == boxes[at - 4] and boxes[at + 2] > boxes[at]:
            step = boxes[at + 3] - boxes[at - 1]
            up += step > 0
            down += step < 0
        elif boxes[at + 1] == boxes[at - 3]:
            along += boxes[at] > boxes[at - 4]
            back += boxes[at] < boxes[at - 4]
    most = max(up, down, along, back)
    if len(text) > 10 and most > (up + down + along + back) * 0.6:
        needed = (along, up, back, down).index(most)
        page.turn = (needed - frame.rotation) % 4
        frame.rotation = needed


SEPARATORS = frozenset("\r\n")


def _segments(
    page: _Page, frame: _Frame, text: str, boxes: list[float], text_page: int, *, clipped: bool
) -> Iterator[Segment]:
    """Yield the stretches of characters without a gap."""
    plain = frame.rotation % 4 == 0
    if plain:
        lefts = [value - frame.left for value in boxes[0::4]]
        rights = [value - frame.left for value in boxes[2::4]]
        tops = [frame.top - value for value in boxes[1::4]]
        bottoms = [frame.top - value for value in boxes[3::4]]
    else:
        turned = [frame.box(*boxes[at : at + 4]) for at in range(0, len(boxes), 4)]
        lefts, tops, rights, bottoms = ([box[side] for box in turned] for side in range(4))
    origin = (ctypes.c_double * 2)()
    at_x = ctypes.addressof(origin)
    for start, end in _stretches(text, lefts, rights):
        top, bottom = min(tops[start:end]), max(bottoms[start:end])
        if bottom < 0 or top > page.down or lefts[start] > page.across or rights[end - 1] < 0:
            page.overflows = True
            continue
        if clipped and _is_clipped(text_page, start, frame, top, bottom):
            continue
        base = bottom
        if plain and _char_origin(text_page, start, at_x, at_x + 8):
            base = frame.top - origin[1]
        piece = text[start:end]
        widest = max([right - left for left, right in zip(lefts[start:end], rights[start:end], strict=True)])
        size = widest if max(piece) > "\u2e7f" else min(max(bottom - top, widest), 2 * widest)
        if _char_error(text_page, start) or not piece.isprintable():
            piece = _mapped(page, piece, text_page, start)
        page.characters += end - start
        yield Segment(piece, lefts[start:end], rights[end - 1], base, top, bottom, max(size, 1.0))


def _is_clipped(text_page: int, at: int, frame: _Frame, top: float, bottom: float) -> bool:
    """Tell whether a text object's clipping hides most of its height."""
    item = raw.FPDFText_GetTextObject(ctypes.cast(text_page, raw.FPDF_TEXTPAGE), at)
    clip = raw.FPDFPageObj_GetClipPath(item) if item else None
    if not clip:
        return False
    low, high = 0.0, 1e9
    x, y = ctypes.c_float(), ctypes.c_float()
    for path in range(max(raw.FPDFClipPath_CountPaths(clip), 0)):
        edges: list[float] = []
        for index in range(max(raw.FPDFClipPath_CountPathSegments(clip, path), 0)):
            raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(clip, path, index), x, y)
            edges.append(frame.box(x.value, y.value, x.value, y.value)[1])
        if edges:
            low, high = max(low, min(edges)), min(high, max(edges))
    return not low - 1 <= (top + bottom) / 2 <= high + 1


def _stretches(text: str, lefts: list[float], rights: list[float]) -> Iterator[tuple[int, int]]:
    """Yield first and one past the last of characters that touch, without what PDFium itself put between."""
    start = 0
    end = 0.0
    for at, character in enumerate(text):
        left = lefts[at]
        if character in SEPARATORS or (character == " " and rights[at] <= left):
            if at > start:
                yield start, at
            start = at + 1
        elif at > start and not -4.0 < left - end < 4.0:
            yield start, at
            start = at
        end = rights[at]
    if len(text) > start:
        yield start, len(text)


def _mapped(page: _Page, piece: str, text_page: int, start: int) -> str:
    """Return a piece with every character that its font does not explain shown as unknown."""
    shown = ""
    for offset, character in enumerate(piece):
        known = (
            not _char_error(text_page, start + offset)
            and (character.isprintable() or character in "\u3000\xa0\t \u200b\xad")
            and not "\ue000" <= character <= "\uf8ff"
        )
        shown += character if known else "\ufffd"
        page.unmapped += not known
    return shown.replace("\t", " ").replace("\u200b", " ").replace("\xad", "-")


@dataclass(slots=True)
class _Marks:
    """Ruling lines and pictures of a page."""

    horizontal: list[Ruling] = field(default_factory=list)
    vertical: list[Ruling] = field(default_factory=list)
    image_area: float = 0.0


def _marks(handle: int, frame: _Frame) -> _Marks:
    marks = _Marks()
    count = min(raw.FPDFPage_CountObjects(ctypes.cast(handle, raw.FPDF_PAGE)), MOST_OBJECTS)
    values = (ctypes.c_float * 4)()
    at = ctypes.addressof(values)
    for index in range(count):
        item = _object(handle, index)
        kind = _object_type(item)
        if kind == TEXT:
            continue
        if kind in (PATH, IMAGE, FORM) and _bounds(item, at, at + 4, at + 8, at + 12):
            left, bottom, right, top = values
            _mark(marks, frame, item, kind, frame.box(left, top, right, bottom), (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), 0)
    return marks


Matrix = tuple[float, float, float, float, float, float]


def _mark(
    marks: _Marks,
    frame: _Frame,
    item: int,
    kind: int,
    box: tuple[float, float, float, float],
    outer: Matrix,
    depth: int,
) -> None:
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    if kind == IMAGE:
        marks.image_area += max(width, 0) * max(height, 0)
    elif kind == FORM:
        if depth < DEEPEST_FORM:
            _form(marks, frame, item, outer, depth)
    elif height <= THIN and width > SHORT:
        marks.horizontal.append(Ruling((top + bottom) / 2, left, right))
    elif width <= THIN and height > SHORT:
        marks.vertical.append(Ruling((left + right) / 2, top, bottom))
    elif width > THIN and height > THIN:
        _strokes(marks, frame, item, outer)


def _form(marks: _Marks, frame: _Frame, item: int, outer: Matrix, depth: int) -> None:
    """Look into a form, whose contents have coordinates of their own."""
    inner = _times(_matrix(item), outer)
    count = min(raw.FPDFFormObj_CountObjects(ctypes.cast(item, raw.FPDF_PAGEOBJECT)), MOST_OBJECTS // 10)
    values = (ctypes.c_float * 4)()
    at = ctypes.addressof(values)
    for index in range(count):
        child = _form_object(item, index)
        kind = _object_type(child)
        if kind in (PATH, IMAGE, FORM) and _bounds(child, at, at + 4, at + 8, at + 12):
            left, bottom, right, top = values
            corners = [_apply(inner, x, y) for x in (left, right) for y in (bottom, top)]
            xs, ys = [x for x, _ in corners], [y for _, y in corners]
            _mark(marks, frame, child, kind, frame.box(min(xs), max(ys), max(xs), min(ys)), inner, depth + 1)


def _matrix(item: int) -> Matrix:
    found = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(ctypes.cast(item, raw.FPDF_PAGEOBJECT), found)
    return found.a, found.b, found.c, found.d, found.e, found.f


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    k, m, n, p, q, r = outer
    return a * k + b * n, a * m + b * p, c * k + d * n, c * m + d * p, e * k + f * n + q, e * m + f * p + r


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _strokes(marks: _Marks, frame: _Frame, item: int, outer: Matrix) -> None:
    """Take the ruling lines out of a path that is more than one line: boxes, and borders drawn in one go."""
    path = ctypes.cast(item, raw.FPDF_PAGEOBJECT)
    count = raw.FPDFPath_CountSegments(path)
    if not 2 <= count <= 4000:
        return
    fill_mode, stroked = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, fill_mode, stroked)
    if not stroked.value and count <= 5:
        return
    matrix = _times(_matrix(item), outer)
    for points in _subpaths(path, count, matrix, frame):
        xs, ys = [x for x, _ in points], [y for _, y in points]
        left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
        if bottom - top <= THIN < right - left:
            marks.horizontal.append(Ruling((top + bottom) / 2, left, right))
        elif right - left <= THIN < bottom - top:
            marks.vertical.append(Ruling((left + right) / 2, top, bottom))
        elif stroked.value:
            for (x, y), (u, v) in pairwise(points):
                if abs(y - v) < 0.5 and abs(x - u) > SHORT:
                    marks.horizontal.append(Ruling(y, min(x, u), max(x, u)))
                elif abs(x - u) < 0.5 and abs(y - v) > SHORT:
                    marks.vertical.append(Ruling(x, min(y, v), max(y, v)))


def _subpaths(path: object, count: int, matrix: Matrix, frame: _Frame) -> Iterator[list[tuple[float, float]]]:
    points: list[tuple[float, float]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO and points:
            yield points
            points = []
        u, v = _apply(matrix, x.value, y.value)
        left, top, _, _ = frame.box(u, v, u, v)
        points.append((left, top))
        if raw.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if points:
        yield points


@dataclass(slots=True)
class _Open:
    """A paragraph that the next line may continue."""

    lines: list[Line]
    kind: str = "body"


class _Composer:
    """Lays the pages of one file one after another."""

    def __init__(self, name: str, pages: list[_Page]) -> None:
        self._name = name
        self._pages = pages
        self._assembly = Assembly()
        self._notes: list[ReadingNote] = []
        self._furniture: list[tuple[Line, str]] = []
        self._open: list[Line] = []
        self._margins: dict[int, Margins] = {}
        self._turned = {page.number: page for page in pages if page.turn}
        self._recent: list[str] = []
        self._tables = 0

    def compose(self) -> Document:
        """Return the document."""
        self._set_furniture_apart()
        self._margins = _margins(self._pages)
        items = list(self._items())
        self._join_tables(items)
        for item in items:
            if isinstance(item, Line):
                self._add(item)
            elif item.cells:
                self._flush()
                self._table(item)
                self._recent.clear()
        self._flush()
        for line, kind in self._furniture:
            self._assembly.paragraph([self._run(line)], kind)
        self._note_losses()
        document = self._assembly.finish(name=self._name, kind="pdf", notes=self._notes)
        return Document(document.text, document.blocks, self._name, "pdf", _title(document), document.notes)

    def _items(self) -> Iterator[Line | Grid]:
        """Yield lines and tables in reading order."""
        for page in self._pages:
            placed = [(line.base, line) for line in page.lines] + [(grid.ys[0], grid) for grid in page.grids]
            placed.sort(key=lambda pair: pair[0])
            for _, item in placed:
                yield item

    # Headers, footers, page numbers

    def _set_furniture_apart(self) -> None:
        """Take lines out that repeat at the top or bottom of pages, and the page numbers."""
        tops: Counter[str] = Counter()
        offsets: Counter[int] = Counter()
        for page in self._pages:
            edge_lines = self._edge_lines(page)
            tops.update({_shape(line) for line in edge_lines})
            for line in edge_lines:
                if found := PAGE_NUMBER.fullmatch(line.text.strip()):
                    offsets[int(found[1]) - page.number] += 1
        repeated = {text for text, count in tops.items() if count >= max(3, len(self._pages) // 3)}
        usual = {offset for offset, count in offsets.items() if count >= 2}
        for page in self._pages:
            apart = [line for line in self._edge_lines(page) if self._is_furniture(line, repeated, usual)]
            if apart:
                self._furniture.extend((line, "header" if line.base < page.down / 2 else "footer") for line in apart)
                page.lines = [line for line in page.lines if line not in apart]

    @staticmethod
    def _edge_lines(page: _Page) -> list[Line]:
        """Return the lines of a page that stand where headers and footers stand, beyond every table."""
        zone = page.down * EDGE_ZONE
        first = min((grid.ys[0] for grid in page.grids), default=page.down)
        last = max((grid.ys[-1] for grid in page.grids), default=0.0)
        return [
            line
            for line in page.lines
            if (line.base < zone and line.base < first) or (line.base > page.down - zone and line.base > last)
        ]

    @staticmethod
    def _is_furniture(line: Line, repeated: set[str], usual: set[int]) -> bool:
        number = PAGE_NUMBER.fullmatch(line.text.strip())
        if number:
            return int(number[1]) - line.page in usual
        return _shape(line) in repeated

    # Tables

    def _join_tables(self, items: list[Line | Grid]) -> None:
        """Let a table go on over the page's end; the joined part is emptied."""
        upper: Grid | None = None
        at_page = 0
        for item in items:
            if isinstance(item, Line):
                upper = None
                continue
            if upper is not None and item.page == at_page + 1 and same_columns(upper, item):
                skipped = _repeated_rows(upper, item)
                append(upper, item, skipped)
                at_page = item.page
                message = f"第{item.page}页的表格接续第{upper.page}页的表格"
                self._notes.append(ReadingNote("repair", message + ("，重复的表头略去" if skipped else "")))
                item.cells = []
            else:
                upper, at_page = item, item.page

    def _table(self, grid: Grid) -> None:
        if not any(cell.lines for cell in grid.cells):
            return
        self._tables += 1
        title, unit = caption(self._recent[-5:])
        rows: list[list[Cell]] = [[] for _ in range(grid.height)]
        for cell in sorted(grid.cells, key=lambda cell: (cell.row, cell.column)):
            rows[cell.row].append(self._cell(cell, grid))
        rows = [row for row in rows if row] if not all(rows) else rows
        self._assembly.table(rows, title=title, unit=unit, header_rows=header_rows(rows))

    def _cell(self, cell: GridCell, grid: Grid) -> Cell:
        if not cell.lines:
            return Cell("", 0, (), cell.row, cell.column, cell.row_span, cell.column_span)
        runs: list[Run] = []
        above: Line | None = None
        last = min(cell.column + cell.column_span, len(grid.xs) - 1)
        width = grid.xs[last] - grid.xs[cell.column]
        for line in cell.lines:
            run = self._run(line, self._tables, cell)
            if above is not None:
                separator = cell_separator(above, line, width)
                if separator:
                    runs.append(Run(separator, run.place))
                elif parts := cut_number(above.text, line.text):
                    number = "".join(parts)
                    self._notes.append(ReadingNote("repair", f"第{line.page}页表格内换行的数字“{number}”已接合"))
            runs.append(run)
            above = line
        text = runs[0].text if len(runs) == 1 else "".join(run.text for run in runs)
        return Cell(text, 0, tuple(runs), cell.row, cell.column, cell.row_span, cell.column_span)

    # Paragraphs

    def _add(self, line: Line) -> None:
        if self._open:
            above = self._open[-1]
            if line.page - above.page <= 1 and continues(
                above, line, self._margins[above.page], self._margins[line.page]
            ):
                self._open.append(line)
                return
            self._flush()
        self._open.append(line)

    def _flush(self) -> None:
        """Lay the open paragraph, its lines joined."""
        if not self._open:
            return
        lines, self._open = self._open, []
        runs = [self._run(lines[0])]
        repairs: list[tuple[int, tuple[str, str], int]] = []
        at = len(lines[0].text)
        for above, line in pairwise(lines):
            if _words(above.text, line.text):
                runs.append(Run(" ", runs[-1].place))
                at += 1
            if parts := cut_number(above.text, line.text):
                repairs.append((at, parts, line.page))
            runs.append(self._run(line))
            at += len(line.text)
        laid = self._assembly.paragraph(runs)
        self._recent.append(laid.text)
        start = laid.start
        for offset, (before, after), page in repairs:
            message = f"第{page}页换行处的数字“{before}{after}”已接合"
            cut = start + offset
            self._notes.append(ReadingNote("repair", message, cut - len(before), cut + len(after)))

    def _run(self, line: Line, table: int | None = None, cell: GridCell | None = None) -> Run:
        page = self._turned.get(line.page)
        left, top, right, bottom = line.edges[0], line.top, line.edges[-1], line.bottom
        if page is not None:
            left, top, right, bottom = _back(page, left, top, right, bottom)
        box = (int(left * 100), int(top * 100), int(right * 100), int(bottom * 100))
        place = Place(
            table=table,
            row=None if cell is None else cell.row + 1,
            column=None if cell is None else cell.column + 1,
            page=line.page,
            box=box,
        )
        edges = () if page is not None else tuple([int(edge * 100) for edge in line.edges])
        return Run(line.text, place, edges=edges)

    # Notes

    def _note_losses(self) -> None:
        scanned = [page.number for page in self._pages if page.image_share > 0.5 and page.characters < 20]
        self._notes.extend(
            ReadingNote("loss", f"第{number}页没有文字层（扫描图像），未读取") for number in scanned[:50]
        )
        if len(scanned) > 50:
            self._notes.append(ReadingNote("loss", f"另有 {len(scanned) - 50} 页没有文字层"))
        for page in self._pages:
            if page.failed:
                self._notes.append(ReadingNote("loss", f"第{page.number}页已损坏，未读取"))
            if page.unmapped:
                message = f"第{page.number}页有 {page.unmapped} 个字符的字体没有文字对照，不作猜测"
                self._notes.append(ReadingNote("loss", message))
        if not any(page.characters for page in self._pages):
            self._notes.append(
                ReadingNote("loss", "整份文件没有文字层，无法核对；请提供可复制文字的 PDF，或加 --ocr 先做文字识别")
            )


def _margins(pages: Sequence[_Page]) -> dict[int, Margins]:
    """Return the margins of every page; one with few lines has those of its like, or its left margin on both sides."""
    alike: dict[int, list[Line]] = {}
    for page in pages:
        alike.setdefault(round(page.across), []).extend(page.lines)
    usual = {width: margins(lines) for width, lines in alike.items() if lines}
    found = {page.number: margins(page.lines, usual[round(page.across)]) for page in pages if page.lines}
    for page in pages:
        kept = found.get(page.number)
        if kept is not None and kept.right < LEAST_WIDTH * page.across:
            kept.right = page.across - kept.left
    return found


def _shape(line: Line) -> str:
    return DIGITS.sub("#", line.text.strip())


def _back(page: _Page, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
    """Return a box of turned text on the page as shown."""
    match page.turn:
        case 1:
            return top, page.height - right, bottom, page.height - left
        case 2:
            return page.width - right, page.height - bottom, page.width - left, page.height - top
        case _:
            return page.width - bottom, left, page.width - top, right


def _words(above: str, below: str) -> bool:
    """Tell whether a space belongs between two joined lines."""
    return above[-1].isascii() and above[-1].isalpha() and below[0].isascii() and below[0].isalpha()


def _repeated_rows(upper: Grid, lower: Grid) -> int:
    """Return how many rows at the top of a continued table repeat the header of the first part."""
    count = 0
    for row in range(min(upper.height, lower.height, 4)):
        above, below = (
            [("".join(line.text for line in cell.lines)) for cell in grid.cells if cell.row == row]
            for grid in (upper, lower)
        )
        if above != below or not any(above) or any(any(c.isdigit() for c in text) for text in above):
            break
        count += 1
    if count and any(cell.row < count < cell.row + cell.row_span for cell in lower.cells):
        return 0
    return count if count < lower.height else 0


def _title(document: Document) -> str:
    """Return what the document calls itself; a cover may set it on two lines."""
    title = own_title(document.blocks)
    texts = [block.text.strip() for block in document.blocks[:3] if hasattr(block, "runs")]
    if len(texts) > 1 and texts[0] == title and len(title) < 20 and re.search(r"\d{4}\s*年", texts[1]):
        both = title + texts[1]
        return both if len(both) <= LONGEST_TITLE and not re.search(r"\d{4}\s*年", title) else title
    return title
