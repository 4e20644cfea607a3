"""Marked copies: the words of the report under the comment, everything else as it was."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import docx
import openpyxl  # type: ignore[import-untyped]
import pdfplumber
import pypdfium2  # type: ignore[import-untyped]
import pytest
from openpyxl.comments import Comment  # type: ignore[import-untyped]
from tests.io.fixtures import WORD_NAMESPACES

from hengping_io.audit_mark import Copy, marked_copy
from hengping_io.audit_view import Audit
from hengping_io.mark_package import append_child
from hengping_io.read import read_bytes

from .conftest import REPORT

Auditor = Callable[..., Audit]
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def repacked(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, content in (parts(data) | dict(changed)).items():
            package.writestr(name, content)
    return target.getvalue()


def report_in_word(cut: int = 7) -> bytes:
    """Return the report with a new run, bold or not, every few characters."""
    document = docx.Document()
    for line in REPORT.splitlines():
        paragraph = document.add_paragraph()
        for at in range(0, len(line), cut):
            paragraph.add_run(line[at : at + cut]).bold = at % 2 == 0
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def copy_of(audited: Auditor, name: str, data: bytes) -> tuple[Audit, Copy]:
    audit = audited(read_bytes(name, data))
    copy = marked_copy(audit, data)
    assert copy is not None
    return audit, copy


def commented(body: bytes) -> dict[str, str]:
    """Return the words between the two marks of each comment, by its number."""
    from xml.etree import ElementTree

    running: dict[str, list[str]] = {}
    done: dict[str, str] = {}
    for node in ElementTree.fromstring(body).iter():
        number = node.get(f"{WORD}id", "")
        if node.tag == f"{WORD}commentRangeStart":
            running[number] = []
        elif node.tag == f"{WORD}commentRangeEnd":
            done[number] = "".join(running.pop(number))
        elif node.tag == f"{WORD}t":
            for words in running.values():
                words.append(node.text or "")
    assert running == {}
    return done


@pytest.mark.parametrize("cut", [1, 3, 7, 100])
def test_a_word_comment_stands_on_the_exact_words(audited: Auditor, cut: int) -> None:
    audit, copy = copy_of(audited, "报告.docx", report_in_word(cut))

    spoken_of = list(commented(parts(copy.content)["word/document.xml"]).values())

    wanted = [entry.spots[0].quote for entry in audit.findings if entry.spots]
    assert copy.ending == ".docx"
    assert sorted(spoken_of) == sorted(["部门整体支出绩效自评报告"[:cut], *wanted])


def test_the_comment_says_what_why_and_by_which_rule(audited: Auditor) -> None:
    _, copy = copy_of(audited, "报告.docx", report_in_word())

    told = [comment.text for comment in docx.Document(io.BytesIO(copy.content)).comments]

    assert any(
        "算式：50.00 + 40.00 = 90.00；文中为100.00" in text and "依据：《衡评核对规则》TST-01" in text for text in told
    )
    assert any("没有写明绩效目标" in text for text in told)
    assert any("20.01万元 可以是 [20.005, 20.015]" in text for text in told)


def test_text_and_formatting_of_the_report_stay(audited: Auditor) -> None:
    data = report_in_word()

    _, copy = copy_of(audited, "报告.docx", data)

    def looks(content: bytes) -> list[tuple[str, bool | None]]:
        found = []
        for paragraph in docx.Document(io.BytesIO(content)).paragraphs:
            found += [(letter, run.bold) for run in paragraph.runs for letter in run.text]
        return found

    assert looks(copy.content) == looks(data)
    assert read_bytes("报告.docx", copy.content).text == read_bytes("报告.docx", data).text


def test_every_other_part_stays_byte_for_byte(audited: Auditor) -> None:
    data = report_in_word()

    _, copy = copy_of(audited, "报告.docx", data)

    before, after = parts(data), parts(copy.content)
    assert {name for name in after if before.get(name) != after[name]} == {
        "[Content_Types].xml",
        "word/_rels/document.xml.rels",
        "word/document.xml",
        "word/comments1.xml",
    }
    assert list(after)[: len(before)] == list(before)


def test_comments_that_are_there_stay(audited: Auditor) -> None:
    document = docx.Document(io.BytesIO(report_in_word()))
    document.add_comment(document.paragraphs[0].runs, text="原有批注", author="某人")
    target = io.BytesIO()
    document.save(target)

    audit, copy = copy_of(audited, "报告.docx", target.getvalue())

    comments = list(docx.Document(io.BytesIO(copy.content)).comments)
    assert comments[0].text == "原有批注"
    assert len({comment.comment_id for comment in comments}) == len(comments) == 1 + len(audit.findings)


def test_words_in_a_text_box_are_commented_on_from_outside_it(audited: Auditor) -> None:
    box = (
        '<w:p><w:r><w:t>前</w:t></w:r><w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:textbox><w:txbxContent>'
        "<w:p><w:r><w:t>绩效目标与租赁费</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )
    body = f"<w:document {WORD_NAMESPACES}><w:body>{box}</w:body></w:document>".encode()

    _, copy = copy_of(audited, "报告.docx", repacked(report_in_word(), {"word/document.xml": body}))

    marked = parts(copy.content)["word/document.xml"]
    assert marked.index(b"commentRangeStart") < marked.index(b"<w:pict")
    assert marked.index(b"commentRangeEnd") > marked.index(b"</w:pict>")


def test_a_tab_or_a_break_in_a_run_leaves_the_run_whole(audited: Auditor) -> None:
    run = "<w:r><w:t>绩效目标</w:t><w:tab/><w:t>租赁费</w:t></w:r>"
    body = f"<w:document {WORD_NAMESPACES}><w:body><w:p>{run}</w:p></w:body></w:document>".encode()

    _, copy = copy_of(audited, "报告.docx", repacked(report_in_word(), {"word/document.xml": body}))

    assert run.encode() in parts(copy.content)["word/document.xml"]


def test_characters_of_xml_are_escaped_where_a_run_is_split(audited: Auditor) -> None:
    document = docx.Document()
    document.add_paragraph("绩效目标 <a> & 租赁费 > b")
    target = io.BytesIO()
    document.save(target)

    _, copy = copy_of(audited, "报告.docx", target.getvalue())

    assert docx.Document(io.BytesIO(copy.content)).paragraphs[0].text == "绩效目标 <a> & 租赁费 > b"


def workbook(*, commented_on: bool) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in REPORT.splitlines():
        sheet.append([line, 1])
    if commented_on:
        sheet["A5"].comment = Comment("原有批注", "某人")
        sheet["B6"].comment = Comment("另一处", "某人")
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("commented_on", [False, True])
def test_a_cell_has_its_comment_and_keeps_its_own(audited: Auditor, commented_on: bool) -> None:  # noqa: FBT001
    _, copy = copy_of(audited, "报告.xlsx", workbook(commented_on=commented_on))

    sheet = openpyxl.load_workbook(io.BytesIO(copy.content)).active
    assert sheet is not None
    found = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert copy.ending == ".xlsx"
    assert "50.00 + 40.00 = 90.00" in found["A5"]
    assert found["A5"].startswith("原有批注") is commented_on
    assert "没有写明绩效目标" in found["A1"]
    assert ("B6" in found) is commented_on


def test_the_cells_stay_as_they_were(audited: Auditor) -> None:
    data = workbook(commented_on=False)

    _, copy = copy_of(audited, "报告.xlsx", data)

    def values(content: bytes) -> list[tuple[object, ...]]:
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        assert sheet is not None
        return list(sheet.iter_rows(values_only=True))

    before, after = parts(data), parts(copy.content)
    assert values(copy.content) == values(data)
    assert {name for name in before if before[name] != after[name]} == {
        "[Content_Types].xml",
        "xl/worksheets/sheet1.xml",
    }


def pdf(rotation: int) -> bytes:
    """Return a page with one line of Latin text set in the middle of it."""
    content = b"BT /F1 20 Tf 100 400 Td (Rent 12.34 and more) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Rotate %d/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
        % rotation,
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj" % number + one + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)
    )


def test_a_pdf_is_highlighted_on_the_figures_box_and_only_added_to(audited: Auditor) -> None:
    from dataclasses import replace

    from hengping.audit.model import Finding, Severity, Span, Verdict
    from hengping_io.audit_view import assemble

    data = pdf(0)
    document = read_bytes("报告.pdf", data)
    at = document.text.index("12.34")
    findings = (
        Finding(
            check="TST-01",
            verdict=Verdict.CONTRADICTION,
            severity=Severity.ERROR,
            message="不对",
            spans=(Span(at, at + 5),),
        ),
        Finding(check="TST-03", verdict=Verdict.MISSING, severity=Severity.WARNING, message="缺少", spans=()),
    )
    examination = replace(audited(document).examination, findings=findings, claims=findings)

    copy = marked_copy(assemble(document, examination), data)

    assert copy is not None
    assert copy.content.startswith(data)
    with pdfplumber.open(io.BytesIO(copy.content)) as opened:
        page = opened.pages[0]
        notes = {note["contents"].partition("\n")[0]: note for note in page.annots}
        words = {word["text"]: word for word in page.extract_words()}
    marked = notes["〔错误·矛盾〕TST-01 所列相加"]
    assert abs(marked["x0"] - words["12.34"]["x0"]) < 2
    assert abs(marked["x1"] - words["12.34"]["x1"]) < 2
    assert marked["top"] < words["12.34"]["bottom"]
    assert marked["bottom"] > words["12.34"]["top"]
    assert notes["〔须答复·缺少〕TST-03 绩效目标"]["top"] < 50
    assert len(pypdfium2.PdfDocument(copy.content)) == 1


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_turned_page_is_marked_at_the_same_words(audited: Auditor, rotation: int) -> None:
    from hengping_io.mark_pdf import _Frame

    frame = _Frame(10, 20, 610, 820, rotation // 90)
    box = (100.0, 400.0, 150.0, 420.0)
    shown = {
        0: (90.0, 400.0, 140.0, 420.0),
        90: (380.0, 90.0, 400.0, 140.0),
        180: (460.0, 380.0, 510.0, 400.0),
        270: (400.0, 460.0, 420.0, 510.0),
    }[rotation]

    assert frame.inside(shown) == box


def test_a_text_file_has_a_page_and_a_clean_one_has_nothing(audited: Auditor) -> None:
    faulty = marked_copy(audited(), REPORT.encode())

    assert faulty is not None
    assert (faulty.ending, faulty.content[:15]) == (".html", b"<!DOCTYPE html>")
    assert marked_copy(audited("绩效目标"), "绩效目标".encode()) is None


def test_an_empty_root_can_take_a_child() -> None:
    assert (
        append_child(b'<?xml version="1.0"?><a:r xmlns:a="x"/>', "<b/>")
        == b'<?xml version="1.0"?><a:r xmlns:a="x"><b/></a:r>'
    )
    assert append_child(b"<r><c/></r>", "<b/>") == b"<r><c/><b/></r>"
