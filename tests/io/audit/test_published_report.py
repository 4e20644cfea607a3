"""The published report of 2024: every fault found at its place, nothing accused that is right.

The report itself is read where the reference material lies beside the repository, and a report with the same figures
and faults in the repository's own words always.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from hengping.audit.examine import examine
from hengping.audit.model import Severity, Verdict
from hengping_io.audit_view import Audit, Entry, assemble, duties, lacking
from hengping_io.read import read

ROOT = Path(__file__).resolve().parents[3]
OWN = ROOT / "demo" / "hengyang-2024" / "published-report.txt"
SEED = ROOT.parent / "shared" / "seed" / "self-evaluation-2024.txt"
HENGYANG = "430400"
DOUBTS = (Verdict.CONTRADICTION, Verdict.UNEXPLAINED, Verdict.MISSING, Verdict.REMARK, Verdict.MANUAL_REVIEW)


def reports() -> list[Path]:
    return [path for path in (OWN, SEED) if path.is_file()]


def truth_of(path: Path) -> dict[str, Any]:
    beside = path.with_suffix(".truth.json")
    file = beside if beside.is_file() else path.with_name("truth.json")
    loaded: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return loaded


@cache
def audited(path: Path) -> Audit:
    document = read(path)
    return assemble(document, examine(document, authority=HENGYANG), authority=HENGYANG)


def expected(prefix: str) -> list[Any]:
    return [
        pytest.param(path, one, id=f"{path.parent.name}-{one['id']}")
        for path in reports()
        for one in truth_of(path)["findings"]
        if one["id"].startswith(prefix)
    ]


def of_check(path: Path, code: str) -> list[Entry]:
    return [entry for entry in audited(path).findings if entry.finding.check == code]


def covers(entry: Entry, wanted: dict[str, Any]) -> bool:
    return any(
        spot.line == wanted["line"] and spot.start < wanted["end"] and wanted["start"] < spot.end
        for spot in entry.spots
    )


@pytest.mark.parametrize(("path", "wanted"), expected("A"))
def test_every_fault_is_found_at_each_of_its_places_with_its_severity(path: Path, wanted: dict[str, Any]) -> None:
    found = of_check(path, wanted["check"])

    for span in wanted["spans"]:
        there = [entry for entry in found if covers(entry, span)]
        assert [entry for entry in there if entry.finding.verdict in DOUBTS], span
        assert wanted["severity"] in {entry.finding.severity.value for entry in there}, span


@pytest.mark.parametrize(("path", "wanted"), [one for one in expected("A") if "diff" in one.values[1]])
def test_an_undisclosed_remainder_is_stated_to_the_last_digit(path: Path, wanted: dict[str, Any]) -> None:
    entry = next(one for one in of_check(path, wanted["check"]) if covers(one, wanted["spans"][0]))

    assert f"{entry.finding.stated:.2f}" == wanted["stated"]
    assert f"{entry.finding.computed:.2f}" == wanted["sum"]
    assert f"{entry.finding.difference:.2f}" == wanted["diff"]
    assert entry.finding.verdict is Verdict.UNEXPLAINED


@pytest.mark.parametrize(("path", "wanted"), expected("B"))
def test_a_rounding_difference_is_a_hint_and_nothing_more(path: Path, wanted: dict[str, Any]) -> None:
    stated = [
        entry.finding
        for entry in audited(path).claims
        if covers(entry, wanted["spans"][0]) and f"{entry.finding.stated or 0:.2f}" == wanted["stated"]
    ]

    assert (Verdict.ROUNDING, Severity.HINT) in {(one.verdict, one.severity) for one in stated}
    assert {one.severity for one in stated} <= {Severity.HINT, Severity.INFO}


@pytest.mark.parametrize(("path", "wanted"), expected("C"))
def test_what_the_outline_of_the_authority_wants_is_told_as_missing(path: Path, wanted: dict[str, Any]) -> None:
    found = {(entry.finding.verdict, entry.finding.severity.value) for entry in of_check(path, wanted["check"])}

    assert (Verdict.MISSING, wanted["severity"]) in found


@pytest.mark.parametrize(("path", "wanted"), [*expected("D"), *expected("E")])
def test_expression_and_plausibility_are_information(path: Path, wanted: dict[str, Any]) -> None:
    found = of_check(path, wanted["check"])

    for span in wanted["spans"]:
        assert [entry for entry in found if covers(entry, span)], span
    assert {entry.finding.severity for entry in found} == {Severity.INFO}


@pytest.mark.parametrize("path", reports(), ids=lambda path: path.parent.name)
def test_what_must_pass_is_shown_as_agreeing_with_its_working(path: Path) -> None:
    agreeing: dict[str, list[str]] = {}
    for entry in audited(path).claims:
        if entry.finding.verdict is Verdict.AGREES:
            shown = f"{entry.finding.message}{entry.finding.working}"
            agreeing.setdefault(entry.finding.check, []).append(shown)

    assert {one["check"] for one in truth_of(path)["must_pass"]} <= set(agreeing)
    assert any("906.54" in shown and "801.54" in shown for shown in agreeing["SUM-02"])
    assert any("45.0175" in shown for shown in agreeing["PCT-01"])
    assert any("54.9825" in shown for shown in agreeing["PCT-01"])
    assert any("27" in shown and "36" in shown for shown in agreeing["STF-01"])
    assert any("33" in shown and "91.67" in shown for shown in agreeing["STF-02"])


@pytest.mark.parametrize("path", reports(), ids=lambda path: path.parent.name)
def test_only_the_known_faults_weigh(path: Path) -> None:
    """Whatever else is said of the report, nothing beyond the listed faults and missing parts asks for an answer."""
    known = {one["check"] for one in truth_of(path)["findings"] if one["severity"] in ("error", "warning")}

    assert {entry.finding.check for entry in audited(path).to_answer} <= known


TRAPS = (
    "印刷费",
    "邮电费",
    "医疗费",
    "五化",
    "三个不发生",
    "四下基层",
    "三稳三保",
    "五中心合一",
    "二十届",
    "第三届",
    "130余",
    "2000余",
)


@pytest.mark.parametrize("path", reports(), ids=lambda path: path.parent.name)
@pytest.mark.parametrize("trap", TRAPS)
def test_what_only_looks_wrong_is_not_accused(path: Path, trap: str) -> None:
    heavy = [entry for entry in audited(path).findings if entry.finding.severity in (Severity.ERROR, Severity.WARNING)]

    accused = [entry.finding.message for entry in heavy if entry.spots and trap in entry.spots[0].quote]

    assert accused == []


@pytest.mark.parametrize("path", reports(), ids=lambda path: path.parent.name)
def test_an_open_list_is_never_called_a_wrong_total(path: Path) -> None:
    found = [entry.finding for entry in of_check(path, "SUM-01")]

    assert found
    assert all(one.verdict is not Verdict.CONTRADICTION for one in found)
    assert all("未列明" in one.message for one in found if one.verdict is Verdict.UNEXPLAINED)


@pytest.mark.parametrize("path", reports(), ids=lambda path: path.parent.name)
def test_every_duty_has_an_outcome_and_a_missing_input_has_a_name(path: Path) -> None:
    audit = audited(path)
    found = duties(audit.examination.outcomes)

    assert found.total == len(audit.examination.outcomes)
    assert [one.check.code for one in found.without_input if not lacking(one)] == []
    assert [one.check.code for one in found.not_implemented if not lacking(one)] == []
