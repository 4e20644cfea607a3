"""What was written is read back as it was composed, in every format, and is judged by our own auditor."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from tests.core.reports import sample

from hengping.audit.examine import examine
from hengping.audit.model import Severity
from hengping.document import Document, Paragraph, Table
from hengping.reports.compose import compose
from hengping.reports.model import Report
from hengping_io.read_docx import read_docx
from hengping_io.read_html import read_html
from hengping_io.read_pdf import read_pdf
from hengping_io.write_docx import write_docx
from hengping_io.write_html import write_html
from hengping_io.write_pdf import write_pdf

FORMATS = ("docx", "pdf", "html")
MARKUP = "#panic(\"x\") *甲* _乙_ $x^2$ <b>丙</b> & @ref `code` \\ [丁] =cmd|'/c calc'!A1 {{"


@cache
def report() -> Report:
    return compose(sample.bureau())


@cache
def read_back(kind: str) -> Document:
    whole = report()
    made: dict[str, Callable[[], Document]] = {
        "docx": lambda: read_docx("r.docx", write_docx(whole.document, whole.label)),
        "pdf": lambda: read_pdf("r.pdf", write_pdf(whole.document, whole.label).data),
        "html": lambda: read_html("r.html", write_html(whole).encode()),
    }
    return made[kind]()


def figures(document: Document) -> list[list[list[str]]]:
    """Return the tables of a document as text, without the breaks a narrow column makes."""
    tables = [block for block in document.blocks if isinstance(block, Table)]
    return [[["".join(cell.text.split()) for cell in row] for row in table.rows] for table in tables]


@pytest.mark.parametrize("kind", FORMATS)
def test_every_paragraph_of_the_report_is_read_back(kind: str) -> None:
    text = "".join(read_back(kind).text.split())
    composed = [block for block in report().document.blocks if isinstance(block, Paragraph)]

    assert [block.text for block in composed if "".join(block.text.split()) not in text] == []


@pytest.mark.parametrize("kind", FORMATS)
def test_every_table_of_the_report_is_read_back_cell_by_cell(kind: str) -> None:
    found = figures(read_back(kind))

    for table in figures(report().document):
        assert table in found


@pytest.mark.parametrize("kind", FORMATS)
def test_the_document_read_back_calls_itself_what_the_report_does(kind: str) -> None:
    title = "".join(read_back(kind).title.split())

    # A page knows only lines, so a title of two lines is known by its first.
    assert title == "清河市信访局2024年度部门整体支出绩效自评报告"[: len(title)]
    assert len(title) >= 18


@pytest.mark.parametrize("kind", FORMATS)
def test_our_own_auditor_has_nothing_to_answer_in_the_report(kind: str) -> None:
    found = examine(read_back(kind)).findings

    assert [(finding.check, finding.message) for finding in found if finding.severity is not Severity.INFO] == []


def test_what_is_written_twice_is_the_same_to_the_byte() -> None:
    whole = report()

    assert write_docx(whole.document, whole.label) == write_docx(whole.document, whole.label)
    assert write_pdf(whole.document).data == write_pdf(whole.document).data
    assert write_html(whole) == write_html(whole)


def test_markup_in_a_name_is_printed_and_never_obeyed() -> None:
    whole = compose(sample.bureau(offices=[MARKUP, "办公室"], label=MARKUP))

    docx = read_docx("r.docx", write_docx(whole.document, whole.label))
    pdf = read_pdf("r.pdf", write_pdf(whole.document, whole.label).data)
    page = write_html(whole)

    assert MARKUP in docx.text
    assert "".join(MARKUP.split()) in "".join(pdf.text.split())
    assert "<b>丙</b>" not in page
    assert "&lt;b&gt;丙&lt;/b&gt;" in page
