"""What a public page says, and the answers printed behind a report."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.core.reports import sample

from hengping.reports.annex import WrittenAnswer, with_answers
from hengping.reports.compose import compose
from hengping.reports.published import LastYear, public_page, shown_names

ANSWER = WrittenAnswer(
    check="SUM-01",
    asked="差额没有说明",
    answer="其余为零星支出。",
    answered_by="财务科",
    answered_on=date(2025, 3, 5),
)


def test_answers_are_printed_behind_the_report() -> None:
    report = compose(sample.bureau())

    found = with_answers(report, [ANSWER]).document

    assert found.text.startswith(report.document.text)
    assert found.text.endswith("问题1（SUM-01）：差额没有说明\n说明：其余为零星支出。（财务科，2025-03-05）")


def test_a_report_without_answers_stays_as_it_is() -> None:
    report = compose(sample.bureau())

    assert with_answers(report, []) is report


def test_every_number_of_the_page_that_is_known_has_a_proof() -> None:
    facts = sample.bureau()
    report = compose(facts)

    page = public_page(facts, report, {})

    proven = {proof.name for proof in page.proofs}
    assert {name for name in shown_names(page) if name in report.named} <= proven
    assert all(operand in proven for proof in page.proofs for operand in proof.operands if operand in report.named)


def test_last_years_published_number_wins_over_the_books() -> None:
    facts = sample.bureau()
    before = {"final-accounts.total": LastYear(printed="1.00万元", value=Decimal("1.00"))}

    page = public_page(facts, compose(facts), {}, before)

    assert (page.glance[0].last, page.glance[0].last_value) == ("1.00万元", Decimal("1.00"))
