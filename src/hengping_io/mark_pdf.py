"""A copy of a PDF with a highlight and its note at every finding; the file itself is kept and only added to."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hengping.audit.model import Severity
from hengping.document import Document
from hengping.errors import Unreadable
from hengping_io.audit_mark import AUTHOR, Remark

# The reader of PDF files is the one module that imports PDFium; its lock guards every use.
from hengping_io.read_pdf import LOCK, pypdfium2, raw  # type: ignore[attr-defined]

COLORS = {
    Severity.ERROR: (255, 150, 140),
    Severity.WARNING: (255, 214, 120),
    Severity.HINT: (160, 205, 250),
    Severity.INFO: (205, 214, 216),
}
NOTE_SIZE = 20.0
NOTE_MARGIN = 18.0
MOST_RUNS = 400
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Highlight:
    """The boxes of one remark on one page, in points from the page's top left corner as shown."""

    page: int
    boxes: tuple[Box, ...]
    remark: Remark


def mark_pdf(document: Document, data: bytes, remarks: Sequence[Remark]) -> bytes:
    """Return the PDF with the remarks as highlights; what stands nowhere is a note at the top of the first page."""
    highlights = [one for remark in remarks for one in _highlights(document, remark)]
    placed = {id(one.remark) for one in highlights}
    rest = [remark for remark in remarks if id(remark) not in placed]
    with LOCK:
        try:
            pdf = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise Unreadable(document.name, "无法打开以加批注", "请用 --format html 得到带标注的网页。") from error
        try:
            for number in sorted({one.page for one in highlights}):
                _mark_page(pdf, number, [one for one in highlights if one.page == number], [])
            if rest:
                _mark_page(pdf, 1, [], rest)
            target = io.BytesIO()
            pdf.save(target, flags=raw.FPDF_INCREMENTAL)
        finally:
            pdf.close()
    return target.getvalue()


def _highlights(document: Document, remark: Remark) -> Iterator[_Highlight]:
    """Yield where a remark's first words stand, line by line, for each page they touch."""
    if not remark.entry.spots:
        return
    spot = remark.entry.spots[0]
    pages: dict[int, list[Box]] = {}
    at = spot.char_start
    for _ in range(MOST_RUNS):
        found = document.run_at(at)
        if at >= spot.char_end or found is None:
            break
        run, inside = found
        end = min(spot.char_end, at + len(run.text) - inside)
        place = document.place(at, end)
        if place is not None and place.page is not None and place.box is not None:
            left, top, right, bottom = (value / 100 for value in place.box)
            pages.setdefault(place.page, []).append((left, top, right, bottom))
        at = end
    for page, boxes in pages.items():
        yield _Highlight(page, tuple(boxes), remark)


def _mark_page(pdf: Any, number: int, highlights: Sequence[_Highlight], notes: Sequence[Remark]) -> None:
    page = raw.FPDF_LoadPage(pdf.raw, number - 1)
    if not page:
        return
    try:
        frame = _Frame.of(page)
        for one in highlights:
            _highlight(page, frame, one)
        for index, remark in enumerate(notes):
            left = NOTE_MARGIN + index * (NOTE_SIZE + 4)
            box = frame.inside((left, NOTE_MARGIN, left + NOTE_SIZE, NOTE_MARGIN + NOTE_SIZE))
            _annotate(page, raw.FPDF_ANNOT_TEXT, [box], remark)
    finally:
        raw.FPDF_ClosePage(page)


def _highlight(page: Any, frame: _Frame, one: _Highlight) -> None:
    _annotate(page, raw.FPDF_ANNOT_HIGHLIGHT, [frame.inside(box) for box in one.boxes], one.remark)


def _annotate(page: Any, kind: int, boxes: Sequence[Box], remark: Remark) -> None:
    """Add one annotation over some boxes (left, bottom, right, top in the page's own coordinates)."""
    annotation = raw.FPDFPage_CreateAnnot(page, kind)
    if not annotation:
        return
    try:
        lefts, bottoms, rights, tops = zip(*boxes, strict=True)
        rectangle = raw.FS_RECTF(left=min(lefts), bottom=min(bottoms), right=max(rights), top=max(tops))
        raw.FPDFAnnot_SetRect(annotation, rectangle)
        raw.FPDFAnnot_SetColor(annotation, raw.FPDFANNOT_COLORTYPE_Color, *COLORS[remark.entry.finding.severity], 255)
        if kind == raw.FPDF_ANNOT_HIGHLIGHT:
            for left, bottom, right, top in boxes:
                corners = raw.FS_QUADPOINTSF(left, top, right, top, left, bottom, right, bottom)
                raw.FPDFAnnot_AppendAttachmentPoints(annotation, corners)
        _write(annotation, b"Contents", remark.text)
        _write(annotation, b"T", AUTHOR)
    finally:
        raw.FPDFPage_CloseAnnot(annotation)


def _write(annotation: Any, key: bytes, text: str) -> None:
    buffer = ctypes.create_string_buffer(text.encode("utf-16-le", "replace") + b"\x00\x00")
    raw.FPDFAnnot_SetStringValue(annotation, key, ctypes.cast(buffer, raw.FPDF_WIDESTRING))


@dataclass(frozen=True, slots=True)
class _Frame:
    """Turns a box as shown (points from the top left) into the page's own coordinates (y upwards, before rotation)."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    @classmethod
    def of(cls, page: Any) -> _Frame:
        """Return the frame of an open page."""
        area = raw.FS_RECTF()
        raw.FPDF_GetPageBoundingBox(page, area)
        return cls(area.left, area.bottom, area.right, area.top, raw.FPDFPage_GetRotation(page))

    def inside(self, box: Box) -> Box:
        """Return left, bottom, right, top, kept within the page."""
        left, top, right, bottom = box
        match self.rotation % 4:
            case 1:
                found = (self.left + top, self.bottom + left, self.left + bottom, self.bottom + right)
            case 2:
                found = (self.right - right, self.bottom + top, self.right - left, self.bottom + bottom)
            case 3:
                found = (self.right - bottom, self.top - right, self.right - top, self.top - left)
            case _:
                found = (self.left + left, self.top - bottom, self.left + right, self.top - top)
        return (
            min(max(found[0], self.left), self.right),
            min(max(found[1], self.bottom), self.top),
            min(max(found[2], self.left), self.right),
            min(max(found[3], self.bottom), self.top),
        )
