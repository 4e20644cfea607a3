"""Writes a report as DOCX in the layout of official documents (GB/T 9704-2012).

Fonts are named, never embedded. Ordinals are typed text, so that every program shows the same ones. The same report
always gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section, _Footer
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from hengping.document import Block, Cell, Document, Heading, Paragraph, Table
from hengping.reports.model import CAPTION, LABEL, NOTE, SIGNATURE, UNIT_LINE
from hengping_io.page_layout import Columns, column_count, column_shares, title_width

TITLE_FONT, BODY_FONT, HEAD_FONT, KAI_FONT, SONG_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
LATIN_FONT = "Times New Roman"

PAGE_WIDTH, PAGE_HEIGHT = 210, 297
TOP, BOTTOM, LEFT, RIGHT = 37, 35, 28, 26
TITLE_SIZE = 22
TEXT_WIDTH_POINTS = (PAGE_WIDTH - LEFT - RIGHT) / 25.4 * 72
TEXT_WIDTH_TWIPS = round((PAGE_WIDTH - LEFT - RIGHT) / 25.4 * 1440)
UNPRINTABLE = re.compile("[\x00-\x08\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LINE = Pt(28.95)
LINE_PITCH, CHARACTER_SPACE = 579, -5
"""22 lines of 28 characters on the page, in twentieths of a point: the pitch of lines, and what letters give up."""

STYLES: dict[str, tuple[str, float, WD_ALIGN_PARAGRAPH, int]] = {
    "公文正文": (BODY_FONT, 16, WD_ALIGN_PARAGRAPH.JUSTIFY, 200),
    "公文标注": (KAI_FONT, 14, WD_ALIGN_PARAGRAPH.CENTER, 0),
    "公文表题": (HEAD_FONT, 14, WD_ALIGN_PARAGRAPH.CENTER, 0),
    "公文单位": (BODY_FONT, 12, WD_ALIGN_PARAGRAPH.RIGHT, 0),
    "公文注": (BODY_FONT, 12, WD_ALIGN_PARAGRAPH.JUSTIFY, 200),
    "公文落款": (BODY_FONT, 16, WD_ALIGN_PARAGRAPH.RIGHT, 0),
    "公文表格": (BODY_FONT, 10.5, WD_ALIGN_PARAGRAPH.LEFT, 0),
}
"""Paragraph style → font, size in points, alignment, first-line indent in hundredths of a character."""

HEADS: dict[int, tuple[str, str, float]] = {
    0: ("Title", TITLE_FONT, TITLE_SIZE),
    1: ("Heading 1", HEAD_FONT, 16),
    2: ("Heading 2", KAI_FONT, 16),
    3: ("Heading 3", BODY_FONT, 16),
}
KINDS = {
    "body": "公文正文",
    LABEL: "公文标注",
    CAPTION: "公文表题",
    UNIT_LINE: "公文单位",
    NOTE: "公文注",
    SIGNATURE: "公文落款",
}


AFTER_SPACING = ("w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u", "w:lang")
AFTER_SNAP = ("w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:textAlignment", "w:outlineLvl")
"""What the format wants to stand after the elements we add ourselves; Word may refuse another order."""


def write_docx(document: Document, label: str = "") -> bytes:
    """Return a document as DOCX; ``label`` stands at the head of every page."""
    word = docx.Document()
    _page(word, label)
    for level, (name, font, size) in HEADS.items():
        _head_style(word, level, name, font, size)
    for name, (font, size, align, indent) in STYLES.items():
        style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        assert isinstance(style, ParagraphStyle)  # noqa: S101 - the library types every style alike
        _paragraph_style(style, font, size, align, indent)
    _properties(word, document)
    _fill(word, document.blocks)
    return _steady(word)


def _fill(word: WordDocument, blocks: Sequence[Block]) -> None:
    """Put all blocks before the section's properties, parsed in one go: paragraph by paragraph takes ten times as long."""
    keys = {name: word.styles[name].style_id for name in (*KINDS.values(), *(head[0] for head in HEADS.values()))}
    pieces: list[str] = []
    before: Block | None = None
    for block in blocks:
        if isinstance(block, Table):
            gap = f'<w:p><w:pPr><w:pStyle w:val="{keys["公文单位"]}"/></w:pPr></w:p>'
            pieces.append((gap if isinstance(before, Table) else "") + _table(block))
        else:
            pieces.append(_paragraph(block, before, keys))
        before = block
    body = word.element.body
    body[:0] = list(parse_xml(f"<w:body {nsdecls('w')}>{''.join(pieces)}</w:body>"))


def _paragraph(block: Paragraph | Heading, before: Block | None, keys: Mapping[str, str]) -> str:
    style = HEADS[min(block.level, 3)][0] if isinstance(block, Heading) else KINDS.get(block.kind, "公文正文")
    layout = ""
    if style == "公文落款" and getattr(before, "kind", "") != SIGNATURE:
        layout = f'<w:spacing w:before="{LINE_PITCH * 2}"/>'
    elif isinstance(before, Table):
        layout = '<w:spacing w:before="160"/>'
    if style == "Title":
        margin = round((TEXT_WIDTH_POINTS - title_width(block.text) * TITLE_SIZE) * 10)
        layout += f'<w:ind w:left="{margin}" w:right="{margin}"/>'
    return f'<w:p><w:pPr><w:pStyle w:val="{keys[style]}"/>{layout}</w:pPr>{_text(block.text)}</w:p>'


def _text(text: str, properties: str = "") -> str:
    """Return a run; characters that no XML may hold are left out."""
    lines = (f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in UNPRINTABLE.sub("", text).split("\v"))
    return f"<w:r>{properties}{'<w:br/>'.join(lines)}</w:r>" if text else ""


def _page(word: WordDocument, label: str) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(PAGE_WIDTH), Mm(PAGE_HEIGHT)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.footer_distance, section.header_distance = Mm(BOTTOM - 12), Mm(20)
    grid = section._sectPr.find(qn("w:docGrid"))  # noqa: SLF001 - the library has no door to the grid
    if grid is not None:
        section._sectPr.remove(grid)  # noqa: SLF001
    section._sectPr.append(  # noqa: SLF001
        parse_xml(f'<w:docGrid {nsdecls("w")} w:type="lines" w:linePitch="{LINE_PITCH}"/>')
    )
    word.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)
    _running_label(section, label)


def _page_number(footer: _Footer, align: WD_ALIGN_PARAGRAPH) -> None:
    paragraph = footer.paragraphs[0]
    paragraph.alignment = align
    indent = paragraph.paragraph_format
    indent.left_indent = indent.right_indent = Pt(14)
    fonts = f'<w:rFonts w:ascii="{SONG_FONT}" w:hAnsi="{SONG_FONT}" w:eastAsia="{SONG_FONT}"/><w:sz w:val="28"/>'
    pieces = (
        "<w:t>— </w:t>",
        '<w:fldChar w:fldCharType="begin"/>',
        '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
        '<w:t xml:space="preserve"> —</w:t>',
    )
    for piece in pieces:
        text = piece.replace("<w:t>—", '<w:t xml:space="preserve">—')
        paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:rPr>{fonts}</w:rPr>{text}</w:r>"))  # noqa: SLF001


def _running_label(section: Section, label: str) -> None:
    if not label:
        return
    for header in (section.header, section.even_page_header):
        paragraph = header.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(label)
        run.font.size, run.font.color.rgb = Pt(10.5), RGBColor(0x9A, 0x34, 0x12)
        _fonts(run._r.get_or_add_rPr(), KAI_FONT)  # noqa: SLF001


def _head_style(word: WordDocument, level: int, name: str, font: str, size: float) -> None:
    style = word.styles[name]
    assert isinstance(style, ParagraphStyle)  # noqa: S101 - the library types every style alike
    align = WD_ALIGN_PARAGRAPH.CENTER if level == 0 else WD_ALIGN_PARAGRAPH.JUSTIFY
    _paragraph_style(style, font, size, align, 0 if level == 0 else 200)
    style.font.bold = style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    style.paragraph_format.keep_with_next = True
    if level == 0:
        style.paragraph_format.line_spacing, style.paragraph_format.space_after = Pt(34), Pt(20)
        borders = style.element.pPr.find(qn("w:pBdr"))
        if borders is not None:
            style.element.pPr.remove(borders)


def _paragraph_style(style: ParagraphStyle, font: str, size: float, align: WD_ALIGN_PARAGRAPH, indent: int) -> None:
    style.base_style = None
    style.font.size = Pt(size)
    style.font.bold = style.font.italic = False
    spacing = style.element.get_or_add_rPr().find(qn("w:spacing"))
    if spacing is not None:
        style.element.rPr.remove(spacing)
    _fonts(style.element.get_or_add_rPr(), font)
    if size == 16:
        space = parse_xml(f'<w:spacing {nsdecls("w")} w:val="{CHARACTER_SPACE}"/>')
        style.element.rPr.insert_element_before(space, *AFTER_SPACING)
    layout = style.paragraph_format
    layout.alignment, layout.space_before, layout.space_after = align, Pt(0), Pt(0)
    layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    layout.line_spacing = LINE if size >= 14 else Pt(size * 1.6)
    layout.keep_with_next = style.name in ("公文表题", "公文单位")
    layout.widow_control = False
    if size != 16:
        _off_grid(style)
    if indent:
        layout.first_line_indent = Pt(size * indent / 100)
        style.element.pPr.find(qn("w:ind")).set(qn("w:firstLineChars"), str(indent))
    elif style.name == "公文落款":
        layout.right_indent = Pt(64)


def _off_grid(style: ParagraphStyle) -> None:
    properties = style.element.get_or_add_pPr()
    mark = parse_xml(f'<w:snapToGrid {nsdecls("w")} w:val="0"/>')
    properties.insert_element_before(mark, *AFTER_SNAP)


def _fonts(properties: BaseOxmlElement, font: str) -> None:
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    latin = LATIN_FONT if font in (BODY_FONT, KAI_FONT) else font
    named = parse_xml(
        f'<w:rFonts {nsdecls("w")} w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{font}" w:cs="{latin}" w:hint="eastAsia"/>'
    )
    properties.insert(0, named)


def _table(table: Table) -> str:
    shares = column_shares(table)
    widths = [TEXT_WIDTH_TWIPS * share // 1000 for share in shares]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="{6 if side not in ("insideH", "insideV") else 4}" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    rows = "".join(_rows(table, widths))
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _rows(table: Table, widths: list[int]) -> Iterator[str]:
    kinds = Columns.of(table)
    grid = table.grid()
    for place, positions in enumerate(grid):
        cells: list[str] = []
        column = 0
        while column < column_count(table):
            cell = positions[column]
            span = 1 if cell is None else cell.column_span
            cells.append(_cell(cell, place, sum(widths[column : column + span]), kinds))
            column += span
        head = "<w:tblHeader/>" if place < table.header_rows else ""
        yield f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(cell: Cell | None, row: int, width: int, kinds: Columns) -> str:
    span = f'<w:gridSpan w:val="{cell.column_span}"/>' if cell is not None and cell.column_span > 1 else ""
    merge, text, align = "", "", "left"
    if cell is not None:
        if cell.row_span > 1:
            merge = '<w:vMerge w:val="restart"/>' if row == cell.row else "<w:vMerge/>"
        text = cell.text if row == cell.row else ""
        align = kinds.alignment(cell).value
    bold = "<w:b/>" if cell is not None and cell.header else ""
    run = _text(text, f"<w:rPr>{bold}</w:rPr>")
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="公文表格"/><w:snapToGrid w:val="0"/><w:jc w:val="{align}"/></w:pPr>{run}</w:p></w:tc>'
    )


def _properties(word: WordDocument, document: Document) -> None:
    properties = word.core_properties
    properties.title = document.title
    properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""
    properties.language = "zh-CN"


def _steady(word: WordDocument) -> bytes:
    """Return the file with every part dated alike, so that one report has one hash."""
    raw, steady = io.BytesIO(), io.BytesIO()
    word.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(steady, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            fixed.compress_type, fixed.external_attr = zipfile.ZIP_DEFLATED, entry.external_attr
            target.writestr(fixed, source.read(entry.filename))
    return steady.getvalue()
