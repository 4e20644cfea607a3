"""Every case of every check: what a lay reader expects of a text, and what the check says of it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.core.audit.texts import document

from hengping.audit.examine import WEIGHT, catalogue, examine
from hengping.audit.model import Check, Finding, Verdict

CASES = Path(__file__).resolve().parents[2] / "cases" / "checks"
SILENT = "none"
CONTENT = (Verdict.AGREES, Verdict.NOT_APPLICABLE)


@cache
def checks() -> dict[str, Check]:
    return {check.code: check for check in catalogue()}


def cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in table["case"]:
            yield pytest.param(table["rule"], case, id=f"{table['rule']}-{case['name']}")


def judged(code: str, case: dict[str, Any]) -> list[Finding]:
    last = case.get("last_year")
    examination = examine(
        document(case["text"]),
        checks=[checks()[code]],
        last_year=document(last) if last else None,
        others=[document(other) for other in case.get("others", [])],
    )
    return list(examination.claims)


@pytest.mark.parametrize(("code", "case"), tuple(cases()))
def test_a_check_says_what_its_case_expects(code: str, case: dict[str, Any]) -> None:
    found = judged(code, case)

    heaviest = max((finding.verdict for finding in found), key=WEIGHT.__getitem__, default=None)
    assert (heaviest.value if heaviest else SILENT) == case["verdict"]


@pytest.mark.parametrize(("code", "case"), [case for case in cases() if "quote" in case.values[1]])
def test_a_check_points_at_the_words_its_case_quotes(code: str, case: dict[str, Any]) -> None:
    found = judged(code, case)

    quotes = [case["text"][span.start : span.end] for finding in found for span in finding.spans]
    assert any(case["quote"] in quote or (quote and quote in case["quote"]) for quote in quotes)


@pytest.mark.parametrize("check", tuple(catalogue()), ids=lambda check: check.code)
def test_the_failing_example_of_a_check_is_answerable(check: Check) -> None:
    if not check.fails:
        pytest.skip("the check compares documents, or never accuses")

    found = examine(document(check.fails), checks=[check]).claims

    assert [finding for finding in found if finding.verdict not in CONTENT]
    assert {finding.check for finding in found} == {check.code}


@pytest.mark.parametrize("check", tuple(catalogue()), ids=lambda check: check.code)
def test_the_passing_example_of_a_check_leaves_nothing_to_answer(check: Check) -> None:
    if not check.passes:
        pytest.skip("the check compares documents")

    found = examine(document(check.passes), checks=[check]).claims

    assert [finding.message for finding in found if finding.verdict not in CONTENT] == []


@pytest.mark.parametrize("check", tuple(catalogue()), ids=lambda check: check.code)
def test_a_check_explains_itself_to_its_reader(check: Check) -> None:
    assert check.explanation.endswith("。")
    assert check.title
    assert check.needs


def test_every_span_of_a_finding_lies_inside_the_text() -> None:
    for check in catalogue():
        for text in (check.fails, check.passes):
            for finding in examine(document(text), checks=[check]).claims:
                for span in finding.spans:
                    assert 0 <= span.start < span.end <= len(text), f"{check.code}: {finding.message}"
