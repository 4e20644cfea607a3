from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pdfplumber
import pytest
from tests.io import fixtures as make

from hengping.document import Document, Paragraph, Table
from hengping.errors import Unreadable
from hengping_io.read import read, read_bytes

SHARED = Path(os.environ.get("HENGPING_SHARED", Path(__file__).parents[4] / "shared"))
BODY = 12.0
LEFT = 72.0
WIDTH = 36


def prose(*paragraphs: str, top: float = 100.0, wrap: int = WIDTH) -> list[make.PdfText]:
    """Set paragraphs as a page of print does: two characters indented, wrapped at full width."""
    texts: list[make.PdfText] = []
    for paragraph in paragraphs:
        line, room, indent = "", float(wrap - 2), 2
        for character in paragraph:
            width = 0.5 if character.isascii() else 1.0
            if width > room:
                texts.append((LEFT + BODY * indent, top, BODY, line))
                line, room, indent, top = "", float(wrap), 0, top + 20
            line += character
            room -= width
        texts.append((LEFT + BODY * indent, top, BODY, line))
        top += 20
    return texts


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def body(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph) and block.kind == "body"]


FIRST = "二〇二四年度收入支出总计一千万元，其中本年收入合计两千九百四十六万元，财政拨款收入占绝大部分，其余为其他收入。"
SECOND = "本年支出合计为两千九百四十万零五百元，其中基本支出为两千三百三十六万九千一百元，项目支出为六百零三万元。"


def test_wrapped_lines_become_paragraphs_again() -> None:
    document = read_bytes("报告.pdf", make.pdf([(prose(FIRST, SECOND), [])]))

    assert body(document) == [FIRST, SECOND]


def test_a_number_cut_by_a_line_end_is_whole_again_and_noted() -> None:
    text = "收入支出决算总体情况说明如下：本年度收入支出总计为人民币合计数2,995.39万元。"
    cut = text.index("2,995") + 3

    document = read_bytes(
        "报告.pdf",
        make.pdf([([(LEFT + 24, 100, BODY, text[:cut]), (LEFT, 120, BODY, text[cut:]), *prose(FIRST, top=140)], [])]),
    )

    assert body(document)[0] == text
    note = next(note for note in document.notes if note.kind == "repair")
    assert "2,995.39" in note.message
    assert document.text[note.start : note.end] == "2,995.39"


def test_a_paragraph_goes_on_over_the_page_and_page_numbers_do_not_come_between() -> None:
    pages: list[tuple[list[make.PdfText], list[make.PdfLine]]] = []
    lines = prose(FIRST, SECOND, FIRST, SECOND)
    for number in range(1, 4):
        part = lines[:3] if number == 1 else lines[3:6] if number == 2 else lines[6:]
        texts = [(x, 100 + 20 * index, size, text) for index, (x, _, size, text) in enumerate(part)]
        pages.append(([*texts, (290.0, 810.0, 10.0, f"— {number} —")], []))

    document = read_bytes("报告.pdf", make.pdf(pages))

    assert body(document) == [FIRST, SECOND, FIRST, SECOND]
    assert [block.text for block in document.blocks if isinstance(block, Paragraph) and block.kind == "footer"] == [
        "— 1 —",
        "— 2 —",
        "— 3 —",
    ]


def test_a_repeated_line_at_the_top_is_a_header() -> None:
    pages: list[tuple[list[make.PdfText], list[make.PdfLine]]]
    pages = [([(200.0, 40.0, 9.0, "某市财政局年度决算"), *prose(FIRST)], []) for _ in range(4)]

    document = read_bytes("报告.pdf", make.pdf(pages))

    kinds = Counter(block.kind for block in document.blocks if isinstance(block, Paragraph))
    assert kinds == {"body": 4, "header": 4}


def test_a_ruled_table_has_its_title_unit_cells_and_boxes() -> None:
    texts, lines = make.ruled([72, 220, 320], [150, 170, 190], [["项目", "决算数"], ["基本支出", "553.60"]])
    texts = [(200.0, 100.0, 14.0, "支出决算表"), (280.0, 130.0, 10.0, "单位：万元"), *texts]

    document = read_bytes("报告.pdf", make.pdf([(texts, lines)]))

    table = tables(document)[0]
    assert (table.title, table.unit, table.header_rows) == ("支出决算表", "万元", 1)
    assert [[cell.text for cell in row] for row in table.rows] == [["项目", "决算数"], ["基本支出", "553.60"]]
    at = document.text.index("553.60")
    place = document.place(at + 4, at + 6)
    assert place is not None
    assert (place.page, place.table, place.row, place.column) == (1, 1, 2, 2)
    assert place.box is not None
    assert place.box[0] == pytest.approx(24300, abs=20)
    assert place.box[2] == pytest.approx(25300, abs=20)


def test_merged_cells_are_found_by_missing_lines() -> None:
    texts, lines = make.ruled(
        [72, 172, 272, 372], [150, 170, 190, 210], [["项目", "支出"], ["", "基本", "项目支出"], ["合计", "1", "2"]]
    )
    lines = [line for line in lines if line != (172, 150, 172, 210)]
    lines.remove((272, 150, 272, 210))
    lines.remove((72, 170, 372, 170))
    lines += [(172, 150, 172, 210), (272, 170, 272, 210), (172, 170, 372, 170)]

    table = tables(read_bytes("报告.pdf", make.pdf([(texts, lines)])))[0]

    first, second = table.rows[0]
    assert (first.text, first.row_span, first.column_span) == ("项目", 2, 1)
    assert (second.text, second.row_span, second.column_span) == ("支出", 1, 2)


def test_text_that_runs_over_a_line_is_cut_at_it() -> None:
    texts, lines = make.ruled([72, 132, 232], [150, 170, 190], [["甲", "乙"], ["", ""]])
    texts.append((102.0, 184.0, 10.0, "127,886127,900"))

    table = tables(read_bytes("报告.pdf", make.pdf([(texts, lines)])))[0]

    assert [cell.text for cell in table.rows[1]] == ["127,88", "6127,900"]


def test_a_table_goes_on_over_the_page_without_its_repeated_header() -> None:
    xs = [72, 220, 320]
    first = make.ruled(xs, [150, 170, 190], [["项目", "决算数"], ["甲", "1.00"]])
    second = make.ruled(xs, [60, 80, 100, 120], [["项目", "决算数"], ["乙", "2.00"], ["合计", "3.00"]])

    document = read_bytes("报告.pdf", make.pdf([first, second]))

    assert [[cell.text for cell in row] for row in tables(document)[0].rows] == [
        ["项目", "决算数"],
        ["甲", "1.00"],
        ["乙", "2.00"],
        ["合计", "3.00"],
    ]
    place = document.place(document.text.index("3.00"))
    assert place is not None
    assert (place.page, place.row) == (2, 4)
    assert any("接续" in note.message for note in document.notes)


def test_a_table_with_other_columns_begins_anew() -> None:
    first = make.ruled([72, 220, 320], [150, 170, 190], [["项目", "决算数"], ["甲", "1.00"]])
    second = make.ruled([72, 160, 240, 320], [60, 80, 100], [["项目", "预算", "决算"], ["乙", "2.00", "3.00"]])

    assert len(tables(read_bytes("报告.pdf", make.pdf([first, second])))) == 2


def test_figures_in_columns_without_lines_are_a_table() -> None:
    rows = [
        ("项目", "预算数", "决算数"),
        ("基本支出", "742.24", "740.00"),
        ("项目支出", "906.54", "906.54"),
        ("合计", "1648.78", "1646.54"),
    ]
    texts = [
        (x, 100 + 20 * number, BODY, text)
        for number, row in enumerate(rows)
        for x, text in zip((72, 250, 400), row, strict=True)
    ]

    table = tables(read_bytes("报告.pdf", make.pdf([(texts, [])])))[0]

    assert [[cell.text for cell in row] for row in table.rows] == [list(row) for row in rows]


def test_lines_that_wrap_in_a_cell_are_joined() -> None:
    texts, lines = make.ruled([72, 142, 232], [150, 190, 210], [["项目", "决算数"], ["", ""]])
    texts = [
        (75.0, 164.0, 10.0, "机关事业单"),
        (75.0, 178.0, 10.0, "位养老保险"),
        (145.0, 170.0, 10.0, "决算数"),
        (145.0, 204.0, 10.0, "160.75"),
    ]

    table = tables(read_bytes("报告.pdf", make.pdf([(texts, lines)])))[0]

    assert table.rows[0][0].text == "机关事业单位养老保险"


@pytest.mark.parametrize("rotation", [90, 0], ids=["turned upright by the page", "left sideways"])
def test_a_page_printed_sideways_reads_like_any_other(rotation: int) -> None:
    texts, lines = make.ruled([72, 220, 320], [250, 270, 290], [["项目", "决算数"], ["基本支出", "553.60"]])

    document = read_bytes(
        "报告.pdf", make.pdf([([*prose(FIRST, SECOND), *texts], lines)], sideways=True, rotation=rotation)
    )

    assert body(document) == [FIRST, SECOND]
    assert [[cell.text for cell in row] for row in tables(document)[0].rows] == [
        ["项目", "决算数"],
        ["基本支出", "553.60"],
    ]


def test_boxes_of_sideways_text_are_on_the_page_as_shown() -> None:
    texts = [(72.0, 100.0, 12.0, "支出决算数与预算数持平的说明如下")]

    document = read_bytes("报告.pdf", make.pdf([(texts, [])], sideways=True))

    place = document.place(0)
    assert place is not None
    assert place.box is not None
    left, top, right, bottom = place.box
    assert 8800 < left < right < 10400
    assert top < bottom == pytest.approx(59500 - 7200, abs=200)


def test_a_page_without_text_is_told_and_nothing_is_invented() -> None:
    document = read_bytes("扫描.pdf", make.pdf([([], [])]))

    assert document.text == ""
    assert [(note.kind, "没有文字层" in note.message) for note in document.notes] == [("loss", True)]


def test_characters_without_unicode_are_never_guessed() -> None:
    document = read_bytes("报告.pdf", make.pdf([(prose(FIRST), [])], mapped=False))

    assert set(document.text) <= {"\ufffd", "\n", " "}
    assert any("不作猜测" in note.message for note in document.notes)


def test_a_broken_table_of_objects_is_rebuilt() -> None:
    data = make.pdf([(prose(FIRST), [])])
    broken = data[: data.rindex(b"startxref")] + b"startxref\n99999999\n%%EOF"

    assert read_bytes("报告.pdf", broken).text == FIRST


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\x00\xff" * 500, b"%PDF-1.4\ntrailer<</Root 9 0 R>>"]
)
def test_what_cannot_be_rebuilt_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match="损坏"):
        read_bytes("报告.pdf", data)


def test_a_file_with_a_password_asks_for_it() -> None:
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/Length 40/P -4/O<%s>/U<%s>>>/ID[<00><00>]" % (b"41" * 32, b"42" * 32)
    data = make.pdf([(prose(FIRST), [])]).replace(b"trailer<<", b"trailer<<" + lock)

    with pytest.raises(Unreadable, match="密码"):
        read_bytes("报告.pdf", data)


def test_short_lines_stay_apart() -> None:
    lines = ["一、基本情况", "（一）职能", "1.甲项工作", "2.乙项工作", "（二）机构", "二、支出情况"]
    texts = [(LEFT, 100.0 + 20 * number, BODY, line) for number, line in enumerate(lines)]

    assert body(read_bytes("报告.pdf", make.pdf([(texts, [])]))) == lines


def test_text_outside_the_page_is_not_read() -> None:
    texts = [
        (72.0, 100.0, 12.0, "看得见的正文"),
        (72.0, 900.0, 12.0, "页面之外的文字"),
        (72.0, -40.0, 12.0, "页面之上的文字"),
    ]

    assert read_bytes("报告.pdf", make.pdf([(texts, [])])).text == "看得见的正文"


def test_scripts_and_links_are_left_alone(tmp_path: Path) -> None:
    marker = tmp_path / "touched"
    data = make.pdf([(prose(FIRST), [])]).replace(
        b"<</Type/Catalog",
        f"<</OpenAction<</S/JavaScript/JS(app.launchURL\\('file://{marker}'\\))>>/Type/Catalog".encode(),
    )

    assert read_bytes("报告.pdf", data).text == FIRST
    assert not marker.exists()


def test_thousands_of_pages_are_read() -> None:
    document = read_bytes(
        "长.pdf", make.pdf([([(72.0, 100.0, 12.0, f"第{number}页的正文")], []) for number in range(2000)])
    )

    assert len(body(document)) == 2000


CORPUS = sorted((SHARED / "corpus" / "pdf").glob("*.pdf"))


def _squeezed(text: str | None) -> str:
    return re.sub(r"\s", "", text or "")


@pytest.mark.skipif(not CORPUS, reason="the folder of published reports is not beside this repository")
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_every_cell_pdfplumber_finds_is_found_but_repeated_headers_and_contents(path: Path) -> None:
    document = read(path)
    ours: dict[int, Counter[str]] = {}
    for table in tables(document):
        for cell in table.cells:
            if cell.runs and cell.runs[0].place.page is not None:
                ours.setdefault(cell.runs[0].place.page, Counter())[_squeezed(cell.text)] += 1

    missing: Counter[str] = Counter()
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages[:20]:
            theirs = Counter(
                _squeezed(text) for table in page.extract_tables() for row in table for text in row if _squeezed(text)
            )
            missing += theirs - ours.get(page.page_number, Counter())

    figures = [text for text in missing if re.fullmatch(r"[\d,.%-]+", text)]
    assert figures == []
