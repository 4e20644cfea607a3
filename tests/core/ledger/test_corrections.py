"""Nothing is changed: a wrong entry is taken back by another, with the reason, and the right one says something else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from hengping.errors import Refusal
from hengping.ledger.corrections import problems_of, replaces, reversal
from hengping.ledger.model import Adjustment, Book, Entry, Phase

from .books import PROJECTS, WAGES, entry

BOOK = Book.of(2024, (), PROJECTS)


def messages(*found: Entry) -> list[str]:
    return [problem.message for problem in problems_of(BOOK, found)]


def test_a_sound_entry_has_no_problem() -> None:
    assert messages(entry(Phase.EXECUTION, "60.00")) == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (entry(Phase.EXECUTION, "60.00", "99999"), "部门预算支出经济分类科目没有 99999"),
        (entry(Phase.EXECUTION, "0.00"), "金额为零"),
        (entry(Phase.EXECUTION, "1000000000000.01"), "金额 1000000000000.01 元超过一万亿元"),
        (entry(Phase.ADJUSTMENT, "1.00", adjustment=Adjustment.SUPPLEMENT), "追加没有写明批复文号"),
        (entry(Phase.ADJUSTMENT, "-1.00", adjustment=Adjustment.REDUCTION), "追减没有写明批复文号"),
        (entry(Phase.ADJUSTMENT, "1.00", adjustment=Adjustment.TRANSFER, voucher=" "), "调剂没有写明批复文号"),
    ],
)
def test_what_may_not_be_entered_says_why(wrong: Entry, message: str) -> None:
    assert messages(wrong) == [message]


def test_carry_over_needs_no_document_and_an_adjustment_with_one_is_sound() -> None:
    carried = entry(Phase.ADJUSTMENT, "1.00", adjustment=Adjustment.CARRIED_IN)
    added = entry(Phase.ADJUSTMENT, "1.00", adjustment=Adjustment.SUPPLEMENT, voucher="示例财批〔2024〕9号")

    assert messages(carried, added) == []


def test_the_document_is_asked_for_by_its_article() -> None:
    (found,) = problems_of(BOOK, [entry(Phase.ADJUSTMENT, "1.00", adjustment=Adjustment.SUPPLEMENT)])

    assert (found.column, found.rule) == ("voucher", "《中华人民共和国预算法》第七十二条")


def test_a_reversal_is_the_same_account_with_the_opposite_amount_and_says_why() -> None:
    wrong = entry(Phase.EXECUTION, "600.00", WAGES, procurement=True, voucher="记-1", line=7)

    back = reversal(wrong, voucher="记-9", on=date(2024, 5, 6), reason=" 多写一个零 ")

    assert (back.lot, back.amount) == (wrong.lot, Decimal("-600.00"))
    assert (back.voucher, back.on, back.note) == ("记-9", date(2024, 5, 6), "冲销 记-1：多写一个零")


def test_a_book_with_an_entry_and_its_reversal_comes_to_nothing() -> None:
    wrong = entry(Phase.EXECUTION, "600.00")

    book = BOOK.append(wrong, reversal(wrong, voucher="", on=None, reason="重记"))

    assert book.balances == {wrong.account: Decimal("0.00")}


def test_a_correction_without_a_reason_is_refused() -> None:
    with pytest.raises(Refusal, match="没有写明更正的原因"):
        reversal(entry(Phase.EXECUTION, "1.00"), voucher="", on=None, reason=" ")


def test_a_replacement_that_says_the_same_is_refused_and_any_difference_is_let_through() -> None:
    wrong = entry(Phase.EXECUTION, "1.00", voucher="记-1")

    replaces(wrong, replace(wrong, note="改备注"))
    with pytest.raises(Refusal, match="完全相同"):
        replaces(wrong, replace(wrong, file="elsewhere.csv"))
