"""A marked copy: the document itself with a note at every finding, in its own format where that can carry notes."""

from __future__ import annotations

from dataclasses import dataclass

from hengping.audit.model import Kind
from hengping_io.audit_view import Audit, Entry, interval_in_words, place_in_words

AUTHOR = "衡评"
MOST_OTHERS = 6


@dataclass(frozen=True, slots=True)
class Copy:
    """A marked copy and the ending its file should have."""

    content: bytes
    ending: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What is written at one place: the words, and the entry they speak of."""

    text: str
    entry: Entry


def marked_copy(audit: Audit, data: bytes) -> Copy | None:
    """Return the document with its findings as comments or annotations; a page where the format carries none.

    Returns None where there is nothing to say.
    """
    remarks = [Remark(in_words(entry), entry) for entry in audit.findings]
    if not remarks:
        return None
    kind = audit.document.kind
    if kind == "docx":
        from hengping_io.mark_docx import mark_docx

        return Copy(mark_docx(audit.document, data, remarks), ".docx")
    if kind == "xlsx":
        from hengping_io.mark_xlsx import mark_xlsx

        return Copy(mark_xlsx(audit.document, data, remarks), ".xlsx")
    if kind == "pdf":
        from hengping_io.mark_pdf import mark_pdf

        return Copy(mark_pdf(audit.document, data, remarks), ".pdf")
    from hengping_io.audit_html import write_html

    return Copy(write_html(audit).encode("utf-8", "replace"), ".html")


def in_words(entry: Entry) -> str:
    """Return a finding as the text of a comment."""
    finding = entry.finding
    title = f" {entry.rule.title}" if entry.rule else ""
    lines = [f"〔{finding.severity.label}·{finding.verdict.label}〕{finding.check}{title}", finding.message]
    if finding.working:
        lines.append(f"算式：{finding.working}")
    if interval := interval_in_words(entry):
        lines.append(interval)
    if finding.suggestion:
        lines.append(f"建议：{finding.suggestion}")
    if finding.cites:
        lines.append(f"依据：{'、'.join(map(str, finding.cites))}")
    if finding.kind != Kind.SUM.value and len(entry.spots) > 1:
        others = (f"{place_in_words(spot)}“{spot.quote}”" for spot in entry.spots[1:MOST_OTHERS])
        lines.append(f"另见：{'；'.join(others)}")
    if entry.suppressed:
        answer = entry.suppressed
        lines.append(f"已有说明（{answer.by}，{answer.on}）：{answer.reason}")
    return "\n".join(lines)
