"""From a year folder to everything it comes to: the report, its forms, its result, and the auditor's word on it.

The command and the site both come here, so that what one shows is what the other writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hengping.dates import Period
from hengping.errors import Unavailable
from hengping.petitions.columns import COUNT_COLUMNS
from hengping.reports.compose import compose
from hengping.reports.forms import forms
from hengping.reports.model import Facts, Report
from hengping_io import parallel, year_casework, year_evaluation, year_events, year_report
from hengping_io.year_counts import Counted, Counter
from hengping_io.year_evaluation import Year
from hengping_io.year_folder import YearFolder
from hengping_io.year_result import write_result

if TYPE_CHECKING:
    from hengping_io.outputs import OutputSet

DOWNLOADS = (
    ("Word 文档", "report.docx"),
    ("PDF", "report.pdf"),
    ("基础数据表", "base-data.xlsx"),
    ("部门整体支出绩效自评表", "department-self-evaluation.xlsx"),
    ("项目支出绩效自评表", "project-self-evaluation.xlsx"),
    ("计算结果", "result.json"),
    ("自我核对", "audit.html"),
)
"""Title and name of every file a finished report is offered with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """A year worked out: what was read, what was measured, what the report says."""

    folder: YearFolder
    year: Year
    facts: Facts
    report: Report

    @property
    def result(self) -> str:
        """Return the result as ``hengping year`` writes it, to the last byte."""
        return write_result(self.folder, self.year, self.report)


def count(folder: YearFolder, counter: Counter, say: Callable[[str], None] = lambda _text: None) -> Counted:
    """Return what the casework of a folder comes to; every count is missing where it holds no petitions."""
    if not folder.has("events") or not folder.has("petitions"):
        return dict.fromkeys(sorted(COUNT_COLUMNS))
    say(f"判定 {len(folder.tables['petitions']):,} 件信访事项 …")
    period = Period.of_year(folder.year)
    facts = year_events.fact_columns(folder.tables["petitions"], folder.logs, period, folder.unit["reported_on"])
    return counter.count(facts)


def work(folder: YearFolder, counted: Counted) -> Worked:
    """Measure, score and compose a year whose casework was counted."""
    year = year_evaluation.evaluate_year(folder, counted)
    facts = year_report.facts(
        folder,
        year.book,
        evaluation=year.evaluation,
        projects=year.projects,
        casework=year_casework.casework(folder, year),
    )
    return Worked(folder=folder, year=year, facts=facts, report=compose(facts))


@dataclass(frozen=True, slots=True)
class Audited:
    """What the auditor said of the finished document, in words."""

    to_answer: int
    lines: tuple[str, ...]
    verdicts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Written:
    """What came of writing every document: the auditor's word, and what the reader should know of the PDF."""

    audited: Audited
    notices: tuple[str, ...]


def write_documents(outputs: OutputSet, worked: Worked, *, processes: int = 1) -> Written:
    """Write every document of a year and examine the report as it was written."""
    audited, notices = parallel.side_by_side(
        lambda: write_and_audit(outputs, worked.report),
        lambda: write_the_rest(outputs, worked),
        processes=processes,
    )
    return Written(audited, notices)


def write_and_audit(outputs: OutputSet, report: Report) -> Audited:
    """Write the DOCX, read it back as a stranger would, and examine it."""
    from hengping.audit.examine import examine
    from hengping_io import audit_html, audit_json, audit_text, audit_view
    from hengping_io.read import read
    from hengping_io.write_docx import write_docx

    outputs.write("report.docx", write_docx(report.document, report.label))
    document = read(outputs.path("report.docx"))
    audit = audit_view.assemble(document, examine(document))
    outputs.write("audit.json", audit_json.write_json(audit, claims=True) + "\n")
    outputs.write("audit.html", audit_html.write_html(audit))
    return Audited(
        len(audit.to_answer),
        tuple(audit_text.summary_lines(audit)),
        {verdict.value: number for verdict, number in sorted(audit.verdicts.items())},
    )


def write_the_rest(outputs: OutputSet, worked: Worked) -> tuple[str, ...]:
    """Write everything but the DOCX; return what the reader should know of the PDF."""
    from hengping_io.write_html import write_html
    from hengping_io.write_pdf import write_pdf

    report = worked.report
    for name, content in spreadsheets(worked).items():
        outputs.write(name, content)
    outputs.write("result.json", worked.result)
    notices: tuple[str, ...] = ()
    try:
        pdf = write_pdf(report.document, report.label)
    except Unavailable as error:
        notices = (str(error),)
    else:
        outputs.write("report.pdf", pdf.data)
        notices = pdf.notices
    links = [(title, name) for title, name in DOWNLOADS if outputs.path(name).exists() or name in _FROM_THE_AUDIT]
    outputs.write("report.html", write_html(report, links))
    return notices


def spreadsheets(worked: Worked) -> dict[str, bytes]:
    """Return the forms as workbooks: base data, the department's, and the projects' where there are any."""
    from hengping_io.write_xlsx import write_xlsx

    made = forms(worked.facts, worked.report)
    found = {
        "base-data.xlsx": write_xlsx(made[:1], worked.report.label),
        "department-self-evaluation.xlsx": write_xlsx(made[1:2], worked.report.label),
    }
    if made[2:]:
        found["project-self-evaluation.xlsx"] = write_xlsx(made[2:], worked.report.label)
    return found


_FROM_THE_AUDIT = ("report.docx", "audit.html")
"""Written by the other process, perhaps a moment later."""
