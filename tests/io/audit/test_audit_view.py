"""Findings as every output shows them: where, by which name, and what counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from hengping.audit.model import Finding, Severity, Span, Verdict
from hengping.document import Document
from hengping_io.audit_view import Audit, Suppression, assemble, duties, interval_in_words, plain, spots, weighs

from .conftest import REPORT

Auditor = Callable[..., Audit]


def fingerprints(audit: Audit) -> set[str]:
    return {entry.fingerprint for entry in audit.findings}


def named(audit: Audit, message: str) -> str:
    return next(entry.fingerprint for entry in audit.findings if message in entry.finding.message)


def test_a_spot_counts_lines_from_one_and_code_points_from_zero(audited: Auditor) -> None:
    audit = audited()

    entry = next(one for one in audit.findings if one.finding.message == "基本支出有差额")
    spot = entry.spots[0]

    assert (spot.line, spot.start, spot.end, spot.quote) == (5, 0, 12, "基本支出100.00万元")
    assert audit.document.text[spot.char_start : spot.char_end] == "基本支出100.00万元"
    assert [one.quote for one in entry.spots[1:]] == ["50.00万元", "40.00万元"]


def test_words_over_a_line_end_have_one_spot_for_each_line(read_report: Callable[..., Document]) -> None:
    document = read_report("支出合\n计100万元\n")
    finding = Finding(check="X", verdict=Verdict.REMARK, severity=Severity.INFO, message="", spans=(Span(2, 10),))

    found = spots(document, finding)

    assert [(one.line, one.start, one.end, one.quote) for one in found] == [(1, 2, 3, "合"), (2, 0, 6, "计100万元")]


def test_a_fingerprint_survives_text_before_it_and_another_order(audited: Auditor) -> None:
    lines = REPORT.splitlines()
    moved = "\n".join(["另加一段。", *lines[:4], lines[5], lines[4], *lines[6:]])

    before, after = audited(), audited(moved)

    assert fingerprints(before) == fingerprints(after)


def test_a_fingerprint_survives_another_way_of_writing_the_same_digits(audited: Auditor) -> None:
    spaced = REPORT.replace("租赁费12.34万元", "租赁费12.34 万元").replace("，其中", "，其中 ")

    assert named(audited(), "有租赁费") == named(audited(spaced), "有租赁费")


def test_another_figure_is_another_finding(audited: Auditor) -> None:
    changed = REPORT.replace("办公费40.00", "办公费41.00")

    before, after = audited(), audited(changed)

    assert named(before, "基本支出") != named(after, "基本支出")
    assert named(before, "绩效目标") == named(after, "绩效目标")


def test_a_decimal_point_tells_figures_apart(audited: Auditor) -> None:
    one, other = audited("甲1.23万元，其中：乙1.00万元。"), audited("甲12.3万元，其中：乙1.00万元。")

    assert named(one, "甲") != named(other, "甲")


def test_the_same_finding_twice_has_two_fingerprints(audited: Auditor) -> None:
    audit = audited("租赁费。\n租赁费。\n绩效目标。")

    assert len(audit.findings) == 2
    assert len(fingerprints(audit)) == 2


def test_an_answered_finding_stays_and_does_not_count(audited: Auditor) -> None:
    name = named(audited(), "基本支出")
    answer = Suppression(fingerprint=name, reason="见附表", by="财务科长", on="2025-03-20")

    audit = audited(REPORT, suppressions=[answer])

    entry = next(one for one in audit.findings if one.fingerprint == name)
    assert entry.suppressed == answer
    assert len(audit.findings) == len(audited().findings)
    assert [one.finding.message for one in audit.to_answer] == ["没有写明绩效目标"]


def test_a_later_version_tells_new_open_and_gone(audited: Auditor) -> None:
    first = audited()
    earlier = {entry.fingerprint: {"message": entry.finding.message} for entry in first.findings}

    later = audited(REPORT.replace("办公费40.00", "办公费45.00").replace("租赁费", "租金"), earlier=earlier)

    told = {entry.finding.message: entry.status for entry in later.findings}
    assert told["基本支出有差额"] == "new"
    assert told["没有写明绩效目标"] == "open"
    assert {found["message"] for found in later.gone} == {"有租赁费", "基本支出有差额", "项目支出有差额"} - {
        entry.finding.message for entry in later.findings if entry.status == "open"
    }


@pytest.mark.parametrize(
    ("verdict", "severity", "counts"),
    [
        (Verdict.CONTRADICTION, Severity.ERROR, True),
        (Verdict.UNEXPLAINED, Severity.WARNING, True),
        (Verdict.MISSING, Severity.WARNING, True),
        (Verdict.MANUAL_REVIEW, Severity.WARNING, True),
        (Verdict.REMARK, Severity.WARNING, True),
        (Verdict.REMARK, Severity.INFO, False),
        (Verdict.ROUNDING, Severity.HINT, False),
        (Verdict.ROUNDING, Severity.WARNING, False),
        (Verdict.INSUFFICIENT_DATA, Severity.ERROR, False),
        (Verdict.AGREES, Severity.INFO, False),
    ],
)
def test_what_counts_for_the_exit_status(verdict: Verdict, severity: Severity, counts: bool) -> None:  # noqa: FBT001
    finding = Finding(check="X", verdict=verdict, severity=severity, message="")

    assert weighs(finding) is counts


def test_claims_hold_every_judgement_in_the_order_of_the_text(audited: Auditor) -> None:
    audit = audited()

    told = [(entry.finding.check, entry.finding.verdict) for entry in audit.claims]

    assert told == [
        ("TST-01", Verdict.AGREES),
        ("TST-01", Verdict.UNEXPLAINED),
        ("TST-01", Verdict.ROUNDING),
        ("TST-02", Verdict.REMARK),
        ("TST-03", Verdict.MISSING),
    ]


def test_a_rounding_hint_names_the_interval_of_the_printed_figure(audited: Auditor) -> None:
    entry = next(one for one in audited().findings if one.finding.verdict is Verdict.ROUNDING)

    assert interval_in_words(entry) == "20.01万元 可以是 [20.005, 20.015] 中的任何数"


def test_duties_are_counted_whether_or_not_they_could_be_met(audited: Auditor) -> None:
    found = duties(audited().examination.outcomes)

    assert (found.total, len(found.met)) == (5, 3)
    assert [one.check.code for one in found.without_input] == ["TST-04"]
    assert [one.check.code for one in found.not_implemented] == ["TST-05"]


def test_a_check_that_found_nothing_to_judge_is_not_met(audited: Auditor) -> None:
    found = duties(audited("绩效目标已写明。").examination.outcomes)

    assert [one.check.code for one in found.without_object] == ["TST-01", "TST-02", "TST-03"]
    assert found.met == ()


def test_numbers_are_printed_without_exponents_and_without_invented_places() -> None:
    shown = [plain(Decimal(written)) for written in ("1E+3", "0.10", "45.0175000", "-3.000000", "7")]

    assert shown == ["1000", "0.10", "45.0175", "-3", "7"]


def test_an_audit_of_nothing_judged_is_an_audit(audited: Auditor) -> None:
    audit = audited("无\n")

    bare = replace(audit.examination, findings=(), claims=())

    assert assemble(audit.document, bare).claims == ()
