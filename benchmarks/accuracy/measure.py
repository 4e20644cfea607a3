"""Put the auditor's findings beside the labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from benchmarks.accuracy.labels import Label, Located, Passage

from hengping.audit.examine import examine
from hengping.audit.model import SCALES, Examination, Finding, Severity, Span, Verdict
from hengping.document import Document
from hengping_io.read import read_bytes

AGREEING = (Verdict.AGREES, Verdict.ROUNDING)
DOUBTING = (Verdict.CONTRADICTION, Verdict.UNEXPLAINED, Verdict.REMARK, Verdict.MANUAL_REVIEW)
KINDS: Mapping[str, frozenset[str]] = {
    "yoy": frozenset({"growth", "rate", "difference"}),
    "share": frozenset({"share", "rate", "completion"}),
    "rate": frozenset({"completion", "rate", "share", "equal"}),
    "sum": frozenset({"sum", "count", "equal", "difference"}),
    "count": frozenset({"count", "sum", "equal"}),
    "difference": frozenset({"difference", "equal", "sum", "growth", "count"}),
}
"""Which kinds of finding may speak of a label's kind of claim; a finding without a kind may speak of any."""

EXCERPT = "table_rows"


class Result(StrEnum):
    """What became of a label."""

    RIGHT = "right"
    WRONG = "wrong verdict"
    UNSEEN = "not found"


@dataclass(frozen=True, slots=True)
class Judged:
    """A label with what the auditor said of it."""

    located: Located
    result: Result
    findings: tuple[Finding, ...]


def documents(passages: Mapping[str, Passage]) -> dict[str, Document]:
    """Return every passage as the reader of plain text gives it."""
    return {name: read_text(passage, passage.text) for name, passage in passages.items()}


def read_text(passage: Passage, text: str) -> Document:
    """Read a passage, or a changed copy of it, as a plain text file."""
    return read_bytes(passage.file_name, text.encode())


def companions(passage: Passage, read: Mapping[str, Document]) -> list[Document]:
    """Return the other excerpts of the same report, which an excerpt of its tables has to agree with."""
    if passage.layout != EXCERPT:
        return []
    report = passage.name.partition("_")[2]
    return [document for name, document in read.items() if name != passage.name and name.partition("_")[2] == report]


def judge_passage(passage: Passage, text: str, read: Mapping[str, Document]) -> Examination:
    """Examine a passage, or a changed copy of it, as ``hengping audit`` would."""
    return examine(read_text(passage, text), others=companions(passage, read))


def judge_labels(located: Sequence[Located], claims: Sequence[Finding]) -> list[Judged]:
    """Judge every label of one passage; a contradiction that a doubtful claim deserves is not held against its neighbour."""
    doubtful = [one for one in located if not one.label.consistent]
    deserved = [finding for finding in claims if any(speaks_of(finding, one) for one in doubtful)]
    accused = [finding for finding in deserved if finding.verdict is Verdict.CONTRADICTION]
    rest = [finding for finding in claims if finding not in accused]
    return [judge_label(one, rest if one.label.consistent else claims) for one in located]


def judge_label(located: Located, claims: Sequence[Finding]) -> Judged:
    """Say whether the auditor found a labelled claim and gave it the right verdict."""
    label = located.label
    mine = tuple(finding for finding in claims if speaks_of(finding, located))
    if not mine:
        return Judged(located, Result.UNSEEN, ())
    right = _is_right(label, [finding.verdict for finding in mine])
    return Judged(located, Result.RIGHT if right else Result.WRONG, mine)


def _is_right(label: Label, verdicts: Sequence[Verdict]) -> bool:
    if label.category == "price_basis_trap":
        return all(verdict in (*AGREEING, Verdict.NOT_APPLICABLE) for verdict in verdicts)
    if label.consistent:
        return any(verdict in AGREEING for verdict in verdicts) and Verdict.CONTRADICTION not in verdicts
    if label.category == "zero_base_100pct":
        return Verdict.REMARK in verdicts and Verdict.CONTRADICTION not in verdicts
    if label.severity == "rounding":
        return any(verdict in (*DOUBTING, Verdict.ROUNDING) for verdict in verdicts)
    return any(verdict in DOUBTING for verdict in verdicts)


def speaks_of(finding: Finding, located: Located) -> bool:
    """Tell whether a finding is about the labelled claim: same place, same figure, same kind of statement."""
    label = located.label
    if not overlaps(finding.spans, _places(located)):
        return False
    if label.category == "wrong_year":
        return finding.check.startswith("DAT")
    if finding.kind and finding.kind not in KINDS[label.kind]:
        return False
    if label.formula == "eq" and label.kind == "difference":
        return _is_comparison(label, finding)
    return _states(finding, label)


def _states(finding: Finding, label: Label) -> bool:
    if finding.stated is None or (finding.unit == "%") != (label.stated.unit == "%"):
        return False
    return label.stated.amount == _amount(finding.stated, finding.unit)


def _is_comparison(label: Label, finding: Finding) -> bool:
    """Two figures compared with each other may be named in either order."""
    if (finding.unit == "%") != (label.stated.unit == "%"):
        return False
    said = {_amount(finding.stated, finding.unit), _amount(finding.computed, finding.unit)}
    wanted = {label.stated.amount, label.inputs[0].amount}
    return said == wanted if label.consistent else bool(said & wanted)


def _amount(value: Decimal | None, unit: str) -> Decimal | None:
    return None if value is None else abs(value) * SCALES.get(unit, Decimal(1))


def _places(located: Located) -> list[tuple[int, int]]:
    stated = located.stated
    return [*located.claims, *([(stated.start, stated.end)] if stated else [])]


def overlaps(spans: Sequence[Span], places: Sequence[tuple[int, int]]) -> bool:
    """Tell whether any span shares a character with any place."""
    return any(span.start < end and start < span.end for span in spans for start, end in places)


@dataclass(frozen=True, slots=True)
class Accusation:
    """A contradiction the auditor reports: where, and whether a label already answers for it."""

    passage: str
    finding: Finding
    quote: str
    label: str = ""
    against_label: bool = False

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """Return what the record of careful reading knows it by, free of the published words."""
        finding = self.finding
        return self.passage, finding.check, str(finding.stated), str(finding.computed), finding.unit


def accusations(name: str, text: str, examination: Examination, judged: Sequence[Judged]) -> list[Accusation]:
    """Return every contradiction of one document with the label it meets, if it meets one."""
    found = []
    for finding in examination.claims:
        if finding.verdict is not Verdict.CONTRADICTION:
            continue
        labels = [one.located.label for one in judged if finding in one.findings]
        doubted = next((label for label in labels if not label.consistent), None)
        label = doubted or next(iter(labels), None)
        quote = text[finding.spans[0].start : finding.spans[0].end] if finding.spans else ""
        found.append(
            Accusation(name, finding, quote, label.name if label else "", doubted is None and label is not None)
        )
    return found


def answered_elsewhere(accused: Sequence[Accusation]) -> list[Accusation]:
    """Let a label speak for the same contradiction in other printings of the same report.

    The corpus holds several reports both as sentences and as a PDF reader gives them; only one of them is labelled.
    """
    labelled = {_of_report(one): one for one in accused if one.label}
    found: list[Accusation] = []
    for one in accused:
        twin = None if one.label else labelled.get(_of_report(one))
        found.append(replace(one, label=twin.label, against_label=twin.against_label) if twin else one)
    return found


def _of_report(one: Accusation) -> tuple[str, ...]:
    report = one.passage.removesuffix(".pdf").rpartition("_")[2]
    return report, *one.key[1:]


def weighs(finding: Finding) -> bool:
    """Tell whether a finding asks somebody for an answer rather than mentioning something."""
    if finding.verdict in (Verdict.CONTRADICTION, Verdict.UNEXPLAINED):
        return True
    doubt = finding.verdict in (Verdict.REMARK, Verdict.MANUAL_REVIEW, Verdict.MISSING)
    return doubt and finding.severity in (Severity.ERROR, Severity.WARNING)
