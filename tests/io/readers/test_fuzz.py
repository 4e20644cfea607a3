"""Damaged files of every kind: a document or a refusal, never a crash, a hang or a flood of memory."""

from __future__ import annotations

import io
import os
import struct
import zipfile

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from tests.io import fixtures as make
from tests.io import legacy_word as legacy

from hengping.document import Document
from hengping.errors import Unreadable
from hengping_io.read import read_bytes
from hengping_io.read_xls_formats import formats


def _docx() -> bytes:
    levels = make.level(0, "chineseCountingThousand", "%1、") + make.level(1, "decimal", "%1.%2")
    body = (
        make.listed("概况", 1)
        + make.paragraph("基本支出553.60万元")
        + make.table(
            make.cell("项目", '<w:vMerge w:val="restart"/>') + make.cell("数"),
            make.cell("", "<w:vMerge/>") + make.cell("1"),
        )
        + '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:ins><w:r><w:t>x</w:t></w:r></w:ins></w:p>'
    )
    return make.docx(body, numbering=make.word_list(1, levels))


def _xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["项目", "金额"])
    sheet.append(["甲", 1.5])
    sheet.merge_cells("A3:B3")
    sheet["A2"].number_format = "#,##0.00%"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _pdf() -> bytes:
    texts, lines = make.ruled([72, 220, 320], [150, 170, 190], [["项目", "决算数"], ["基本支出", "553.60"]])
    return make.pdf([([(72.0, 100.0, 12.0, "收入支出决算总体情况说明"), *texts], lines)] * 2)


def _doc() -> bytes:
    cells = [("甲\x07", legacy.IN_TABLE), ("\x07", legacy.row_end([0, 2000]))]
    return legacy.doc(
        [("概况\r", legacy.LIST), ("支出553.60万元\r", b""), *cells], lists=legacy.simple_list(39, "\0、")
    )


HTML = (
    "<!DOCTYPE html><html><head><meta charset=utf-8><title>决算</title></head><body><div class=article><p>收入支出总计2,995.39万元</p>"
    "<table><tr><td rowspan=2>甲</td><td>1</td></tr><tr><td>2</td></tr></table></div></body></html>"
).encode()

SAMPLES = {
    "a.docx": _docx(),
    "a.xlsx": _xlsx(),
    "a.pdf": _pdf(),
    "a.doc": _doc(),
    "a.html": HTML,
    "a.txt": "一、基本情况\r\n支出553.60万元".encode("gb18030"),
    "a.zip": make.zipped({"a.txt": "支出553.60万元", "b.docx": _docx()}),
}

EXAMPLES = int(os.environ.get("HENGPING_FUZZ", "30"))
"""How many examples each test tries; a long run sets the environment variable to thousands."""

MANGLE = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)


def outcome(name: str, data: bytes) -> str:
    """Return how reading ended; anything but a document or a refusal is let through as the crash it is."""
    try:
        document = read_bytes(name, data)
    except Unreadable as error:
        return "refused" if error.reason and error.remedy else "refused without a word"
    assert isinstance(document, Document)
    for block in document.blocks:
        assert document.text.startswith(block.text, block.start)
    return "read"


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_themselves_are_read(name: str) -> None:
    if name == "a.zip":
        assert outcome(name, SAMPLES[name]) == "refused"
    else:
        assert outcome(name, SAMPLES[name]) == "read"


@pytest.mark.parametrize("name", SAMPLES)
@seed(20240101)
@MANGLE
@given(st.data())
def test_bytes_changed_at_random_never_crash_a_reader(name: str, data: st.DataObject) -> None:
    content = bytearray(SAMPLES[name])
    places = data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), min_size=1, max_size=12)
    )
    for at, value in places:
        content[at] = value
    cut = data.draw(st.one_of(st.none(), st.integers(1, len(content))))

    assert outcome(name, bytes(content[:cut])) in ("read", "refused")


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
@seed(20240102)
@MANGLE
@given(st.data())
def test_parts_changed_inside_an_intact_container_never_crash_a_reader(name: str, data: st.DataObject) -> None:
    parts = make.unzipped(SAMPLES[name])
    part = data.draw(st.sampled_from(sorted(parts)))
    content = bytearray(parts[part])
    for at, value in data.draw(
        st.lists(
            st.tuples(st.integers(0, len(content) - 1), st.sampled_from(b'<>/"w0919 \x00\xff:')), min_size=1, max_size=6
        )
    ):
        content[at] = value
    parts[part] = bytes(content)

    assert outcome(name, make.zipped(parts, zipfile.ZIP_STORED)) in ("read", "refused")


TAGS = st.sampled_from(
    [
        "p",
        "r",
        "t",
        "tbl",
        "tr",
        "tc",
        "ins",
        "del",
        "sdt",
        "sdtContent",
        "hyperlink",
        "pict",
        "txbxContent",
        "pPr",
        "rPr",
        "tcPr",
        "vMerge",
        "gridSpan",
        "numPr",
        "numId",
        "ilvl",
        "fldChar",
        "br",
        "sym",
        "footnoteReference",
    ]
)


@st.composite
def word_trees(draw: st.DrawFn, depth: int = 0) -> str:
    tag = draw(TAGS)
    value = draw(
        st.sampled_from(
            [
                "",
                ' w:val="1"',
                ' w:val="-7"',
                ' w:val="99999999999"',
                ' w:val="restart"',
                ' w:val="甲"',
                ' w:fldCharType="end"',
            ]
        )
    )
    children = "".join(draw(st.lists(word_trees(depth + 1), max_size=3))) if depth < 6 else ""
    return f"<w:{tag}{value}>{draw(st.sampled_from(['', '支出', '1,2']))}{children}</w:{tag}>"


@seed(20240103)
@settings(MANGLE, max_examples=2 * EXAMPLES)
@given(st.lists(word_trees(), max_size=5))
def test_any_tree_of_word_elements_is_read(trees: list[str]) -> None:
    numbering = make.word_list(1, make.level(0, "chineseCounting", "%1、"))

    assert outcome("a.docx", make.docx("".join(trees), numbering=numbering)) == "read"


@st.composite
def pages(draw: st.DrawFn) -> str:
    tag = draw(
        st.sampled_from(["table", "tr", "td", "p", "div", "br", "ul", "li", "h1", "script", "a", "form", "span"])
    )
    attribute = draw(
        st.sampled_from(["", " rowspan=3", " colspan=0", " colspan=99999", " style='display:none'", " class=nav"])
    )
    return f"<{tag}{attribute}>" + draw(st.sampled_from(["", "支出553.60万元", "&nbsp;", "</div>", "<![CDATA[x]]>"]))


@seed(20240104)
@settings(MANGLE, max_examples=2 * EXAMPLES)
@given(st.lists(pages(), max_size=40))
def test_any_soup_of_tags_is_read_or_refused(soup: list[str]) -> None:
    assert outcome("a.html", ("<html><body>" + "".join(soup)).encode()) in ("read", "refused")


@seed(20240105)
@settings(MANGLE, max_examples=2 * EXAMPLES)
@given(st.binary(max_size=400))
def test_any_bytes_at_all_are_read_or_refused(data: bytes) -> None:
    assert outcome("文件", data) in ("read", "refused")


@seed(20240106)
@settings(MANGLE, max_examples=EXAMPLES)
@given(
    st.lists(
        st.tuples(
            st.integers(-50, 650),
            st.integers(-50, 900),
            st.integers(1, 80),
            st.sampled_from(["支出", "553.60", "，", "一、", " ", "A"]),
        ),
        max_size=30,
    ),
    st.lists(st.tuples(*[st.integers(-20, 700)] * 4), max_size=20),
)
def test_any_marks_on_a_page_are_read(
    texts: list[tuple[int, int, int, str]], lines: list[tuple[int, int, int, int]]
) -> None:
    page = (
        [(float(x), float(y), float(size), text) for x, y, size, text in texts],
        [(float(a), float(b), float(c), float(d)) for a, b, c, d in lines],
    )

    assert outcome("a.pdf", make.pdf([page])) == "read"


@seed(20240107)
@settings(MANGLE, max_examples=2 * EXAMPLES)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0x0809, 0x041E, 0x00E0, 0x0085, 0x000A, 0x0203, 0x00BD, 0x0006]), st.binary(max_size=24)
        ),
        max_size=30,
    )
)
def test_any_records_of_a_legacy_workbook_are_looked_through(records: list[tuple[int, bytes]]) -> None:
    stream = b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in records)

    assert isinstance(formats(stream), list)
    assert outcome("a.xls", legacy.compound({"Workbook": stream})) in ("read", "refused")
