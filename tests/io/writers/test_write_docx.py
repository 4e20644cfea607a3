"""The DOCX keeps the layout of official documents."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache
from xml.etree import ElementTree

from tests.core.reports import sample

from hengping.reports.compose import compose
from hengping_io.write_docx import write_docx

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@cache
def part(name: str) -> str:
    report = compose(sample.bureau())
    with zipfile.ZipFile(io.BytesIO(write_docx(report.document, report.label))) as archive:
        return archive.read(name).decode()


def names() -> list[str]:
    report = compose(sample.bureau())
    with zipfile.ZipFile(io.BytesIO(write_docx(report.document))) as archive:
        return archive.namelist()


def style(name: str) -> str:
    found = re.search(
        rf'<w:style [^>]*>(?:(?!</w:style>).)*w:name w:val="{name}".*?</w:style>', part("word/styles.xml"), re.DOTALL
    )
    assert found
    return found[0]


def test_the_page_is_a4_with_the_official_margins() -> None:
    document = part("word/document.xml")

    assert 'w:w="11906"' in document
    assert 'w:h="16838"' in document
    # 37, 26, 35 and 28 millimetres in twentieths of a point.
    assert re.search(r'w:top="209[78]" w:right="147[34]" w:bottom="198[45]" w:left="158[78]"', document)
    assert '<w:docGrid w:type="lines" w:linePitch="579"/>' in re.sub(r' xmlns:\w+="[^"]+"', "", document)


def test_title_headings_and_body_have_their_official_faces_and_sizes() -> None:
    assert 'w:eastAsia="方正小标宋简体"' in style("Title")
    assert '<w:sz w:val="44"/>' in style("Title")
    assert 'w:eastAsia="黑体"' in style("heading 1")
    assert 'w:eastAsia="楷体_GB2312"' in style("heading 2")
    assert 'w:eastAsia="仿宋_GB2312"' in style("公文正文")
    assert '<w:sz w:val="32"/>' in style("公文正文")
    assert 'w:firstLineChars="200"' in style("公文正文")


def test_page_numbers_stand_between_dashes_right_on_odd_pages_and_left_on_even_ones() -> None:
    footers = [part(name) for name in names() if re.search(r"footer\d*\.xml", name)]

    assert {re.search(r'<w:jc w:val="(\w+)"/>', footer)[1] for footer in footers} == {"left", "right"}  # type: ignore[index]
    assert all(re.search(r"— </w:t>.*PAGE.*> —</w:t>", footer, re.DOTALL) for footer in footers)
    assert "<w:evenAndOddHeaders" in part("word/settings.xml")


def test_a_label_stands_at_the_head_of_odd_and_even_pages() -> None:
    headers = [part(name) for name in names_with_label() if re.search(r"header\d*\.xml", name)]

    assert len(headers) == 2
    assert all("虚构单位与虚构数字，仅供测试" in header for header in headers)


def names_with_label() -> list[str]:
    report = compose(sample.bureau())
    with zipfile.ZipFile(io.BytesIO(write_docx(report.document, report.label))) as archive:
        return archive.namelist()


def test_tables_repeat_their_head_and_never_break_a_row() -> None:
    document = part("word/document.xml")

    assert document.count("<w:tblHeader/>") == document.count("<w:tbl>")
    assert document.count("<w:cantSplit/>") == document.count("<w:tr>")


def test_no_font_is_embedded_and_no_picture_is_carried() -> None:
    assert [name for name in names() if "font" in name.lower() and not name.endswith("fontTable.xml")] == []
    assert [name for name in names() if "media" in name] == []


def test_the_file_names_no_author_and_no_time_of_writing() -> None:
    core = part("docProps/core.xml")

    assert "python" not in core.lower()
    assert "<dc:title>清河市信访局2024年度部门整体支出绩效自评报告</dc:title>" in core


PARAGRAPH = "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs snapToGrid spacing ind contextualSpacing jc outlineLvl"
RUN = "rStyle rFonts b bCs i iCs caps color spacing w kern position sz szCs highlight u lang"


def test_properties_stand_in_the_order_the_format_asks_for() -> None:
    for name in ("word/styles.xml", "word/document.xml", "word/footer1.xml"):
        root = ElementTree.fromstring(part(name))
        for tag, wanted in (("pPr", PARAGRAPH.split()), ("rPr", RUN.split())):
            for properties in root.iter(f"{WORD}{tag}"):
                places = [wanted.index(key) for child in properties if (key := child.tag.removeprefix(WORD)) in wanted]

                assert places == sorted(places), (name, [child.tag.removeprefix(WORD) for child in properties])
