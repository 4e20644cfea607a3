"""Run a catalogue of checks over a document and account for what was and was not judged."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache

from hengping.audit.model import Check, Examination, Finding, Outcome, Severity, Verdict
from hengping.audit.reading import Reading
from hengping.document import Document
from hengping.law import Catalogue

WEIGHT = {
    Verdict.CONTRADICTION: 8,
    Verdict.UNEXPLAINED: 7,
    Verdict.MISSING: 6,
    Verdict.MANUAL_REVIEW: 5,
    Verdict.REMARK: 4,
    Verdict.ROUNDING: 3,
    Verdict.AGREES: 2,
    Verdict.INSUFFICIENT_DATA: 1,
    Verdict.NOT_APPLICABLE: 0,
}
FAMILIES = {"money": "金额", "%": "百分数"}
ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.HINT: 2, Severity.INFO: 3}


@cache
def catalogue() -> Catalogue[Check]:
    """Return every check of the rulebook."""
    from hengping.audit.checks import (
        agreement,
        chronology,
        completeness,
        cross_document,
        evaluation,
        execution,
        form,
        growth,
        logic,
        plausibility,
        ratios,
        structure,
        sums,
        table_sums,
        wording,
    )

    return Catalogue.collect(
        Check,
        sums,
        ratios,
        growth,
        agreement,
        table_sums,
        execution,
        completeness,
        structure,
        logic,
        evaluation,
        plausibility,
        chronology,
        form,
        wording,
        cross_document,
    )


def examine(
    document: Document,
    *,
    authority: str = "",
    last_year: Document | None = None,
    others: Sequence[Document] = (),
    checks: Iterable[Check] | None = None,
) -> Examination:
    """Judge every statement of a document by every check in force for the year it reports on."""
    reading = Reading(
        document,
        authority=authority,
        last_year=Reading(last_year, authority=authority) if last_year else None,
        others=[Reading(other, authority=authority) for other in others],
    )
    return examine_reading(reading, checks)


def examine_reading(reading: Reading, checks: Iterable[Check] | None = None) -> Examination:
    """Judge a document that was read already, for callers that go on using what was read of it."""
    in_force = tuple(checks) if checks is not None else catalogue().on(date(reading.year or 2024, 12, 31))
    claims: list[Finding] = []
    outcomes: list[Outcome] = []
    for rule in in_force:
        found = list(rule.judge(reading)) if rule.judge else []
        claims.extend(found)
        outcomes.append(_outcome(rule, found))
    claims.sort(key=lambda finding: (finding.spans[0].start if finding.spans else 1 << 60, finding.check))
    findings = [finding for finding in claims if finding.answerable]
    findings.sort(key=lambda finding: ORDER[finding.severity])
    judged = {(span.start, span.end) for finding in claims for span in finding.spans}
    total, taken, unjudged = _figures(reading, judged)
    return Examination(
        findings=tuple(findings),
        claims=tuple(claims),
        outcomes=tuple(outcomes),
        figures=total,
        figures_judged=taken,
        unjudged=unjudged,
        document_kind=reading.outline.kind,
        document_kind_title=reading.outline.kind_title,
    )


def _outcome(rule: Check, found: Sequence[Finding]) -> Outcome:
    if rule.judge is None:
        return Outcome(check=rule, verdict=Verdict.MANUAL_REVIEW, missing="本核对项尚未实现，请人工核对")
    if not found:
        return Outcome(check=rule, verdict=rule.absent, missing=rule.needs)
    verdicts = [finding.verdict for finding in found]
    heaviest = verdicts[0] if len(found) == 1 else max(verdicts, key=WEIGHT.__getitem__)
    agreed = verdicts.count(Verdict.AGREES)
    return Outcome(check=rule, verdict=heaviest, judged=len(found), agreed=agreed)


def _figures(reading: Reading, judged: set[tuple[int, int]]) -> tuple[int, int, dict[str, int]]:
    """Count the figures of the text, those that took part in a judgement, and why the others did not."""
    merged = _merged(judged)
    starts = [start for start, _ in merged]
    taken = 0
    reasons: Counter[str] = Counter()
    for statement in reading.statements:
        index = bisect_right(starts, statement.start) - 1
        if index >= 0 and statement.end <= merged[index][1]:
            taken += 1
        elif statement.approximate:
            reasons["约数，不作核对"] += 1
        else:
            reasons[f"文中没有可以与之核对的数字（{FAMILIES.get(statement.family, statement.family)}）"] += 1
    return len(reading.statements), taken, dict(reasons)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the stretches of text that the spans cover together, in order."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
