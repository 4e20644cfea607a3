"""Plain texts as documents, as a reader of text files lays them."""

from __future__ import annotations

from hengping.audit.examine import catalogue, examine
from hengping.audit.model import Examination, Finding
from hengping.audit.reading import Reading
from hengping.document import Document, Paragraph, Place, Run


def document(text: str, name: str = "report.txt") -> Document:
    """Return a text as one paragraph for every line."""
    blocks: list[Paragraph] = []
    at = 0
    for number, line in enumerate(text.split("\n"), start=1):
        blocks.append(Paragraph(line, at, (Run(line, Place(paragraph=number)),)))
        at += len(line) + 1
    return Document(text, tuple(blocks), name, "txt")


def reading(text: str) -> Reading:
    """Return a text read for checking."""
    return Reading(document(text))


def judged(code: str, text: str) -> list[Finding]:
    """Return everything one check says of a text."""
    return list(examined(code, text).claims)


def examined(code: str, text: str) -> Examination:
    """Examine a text by one check alone."""
    rule = next(check for check in catalogue() if check.code == code)
    return examine(document(text), checks=[rule])


def verdicts(code: str, text: str) -> list[str]:
    """Return the verdicts of one check on a text."""
    return [finding.verdict.value for finding in judged(code, text)]
