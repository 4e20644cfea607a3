"""A stated balance against the book: equal, or by how much not, or why it cannot be told."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hengping.ledger.accounts import Assertion
from hengping.ledger.balances import faults, problems_of, scope, standing, standings
from hengping.ledger.model import Book, Fund, Part, Phase

from .books import OFFICE, PROJECTS, WAGES, entry

BOOK = Book.of(
    2024,
    [
        entry(Phase.FINAL, "100.00", WAGES),
        entry(Phase.FINAL, "20.00", OFFICE),
        entry(Phase.FINAL, "5.00", OFFICE, project="P1", functional="2010302"),
        entry(Phase.FINAL, "1.00", "302"),
    ],
    PROJECTS,
)


def stated(amount: str, *words: str, **more: str) -> Assertion:
    return Assertion(
        asked=scope(Phase.FINAL, *(Part(word) for word in words), **more),  # type: ignore[arg-type]
        amount=Decimal(amount),
        title="决算",
        file="balances.csv",
        line=3,
    )


@pytest.mark.parametrize(
    ("found", "amount"),
    [
        (stated("0"), "126.00"),
        (stated("0", "basic"), "121.00"),
        (stated("0", "project"), "5.00"),
        (stated("0", economic="302"), "26.00"),
        (stated("0", economic=OFFICE), "25.00"),
        (stated("0", functional="2010302"), "5.00"),
        (stated("0", functional="20103"), "126.00"),
        (stated("0", project="P1"), "5.00"),
    ],
)
def test_a_balance_adds_up_what_is_entered_under_its_account(found: Assertion, amount: str) -> None:
    assert standing(BOOK, found).found == Decimal(amount)


def test_a_balance_of_one_budget_leaves_the_others_out() -> None:
    asked = scope(Phase.FINAL, None, Fund.GOVERNMENT_FUNDS)

    found = standing(BOOK, Assertion(asked=asked, amount=Decimal(0), title="决算"))

    assert (found.found, found.holds) == (Decimal(0), True)


def test_what_differs_says_by_how_much_and_what_to_do() -> None:
    (problem,) = problems_of(standings(BOOK, [stated("126.00"), stated("120.00", "basic")]))

    assert problem.message == "“决算”写 120.00 元，账内为 121.00 元，相差 1.00 元"
    assert (problem.file, problem.row, problem.column, problem.rule) == ("balances.csv", 3, "amount", "账目平衡")


def test_a_phase_that_was_never_entered_is_unknown_and_not_zero() -> None:
    found = standing(BOOK, Assertion(asked=scope(Phase.INITIAL), amount=Decimal(0), title="年初预算"))

    assert (found.found, found.gap, found.holds) == (None, None, False)
    assert found.why == "账内没有年初预算数"
    assert next(problems_of([found])).message == "“年初预算”无法核对：账内没有年初预算数"


@pytest.mark.parametrize(
    ("account", "messages"),
    [
        ({}, []),
        ({"functional": "20103", "economic": "302", "project": "P1"}, []),
        ({"functional": "999"}, ["支出功能分类科目没有 999"]),
        ({"economic": "50201"}, ["部门预算支出经济分类科目没有 50201"]),
        ({"project": "P9"}, ["项目 P9 不在项目清单中"]),
    ],
)
def test_a_balance_of_an_account_no_entry_could_be_under_is_told(account: dict[str, str], messages: list[str]) -> None:
    assert [problem.message for problem in faults(BOOK, **account)] == messages


def test_a_balance_of_a_subject_of_other_years_is_told() -> None:
    (found,) = faults(Book(2016), economic="30101")

    assert found.message == "科目 30101 基本工资 2018 年起使用，不是 2016 年的科目"
