"""A book that does not balance says where, by which rule, and what to do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hengping.ledger.accounts import Assertion, check_book, check_entry, disagreements, doubts, overspending
from hengping.ledger.book import FINAL, Slice
from hengping.ledger.model import Adjustment, Book, Entry, Fund, Part, Phase

from .books import OFFICE, PROJECTS, RETIRED, VEHICLE, WAGES, entry, year


def messages(book: Book, **more: object) -> list[str]:
    return [problem.message for problem in check_book(book, **more)]  # type: ignore[arg-type]


def only(found: Entry, **more: bool) -> list[str]:
    return [problem.message for problem in check_entry(found, Book.of(2024, [found], PROJECTS), **more)]


def test_a_book_in_order_has_no_problems() -> None:
    assert check_book(year()) == ()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (entry(Phase.FINAL, "1.005"), "金额 1.005 不是以元为单位的两位小数"),
        (entry(Phase.FINAL, "NaN"), "金额 NaN 不是以元为单位的两位小数"),
        (entry(Phase.FINAL, "9e40"), "金额 9E+40 不是以元为单位的两位小数"),
        (entry(Phase.FINAL, "1.00", "50201"), "部门预算支出经济分类科目没有 50201"),
        (entry(Phase.FINAL, "1.00", ""), "部门预算支出经济分类科目没有 空"),
        (entry(Phase.FINAL, "1.00", "302"), "经济分类 302 商品和服务支出 只到类"),
        (entry(Phase.FINAL, "1.00", functional="2019999"), "已收录的支出功能分类科目没有 2019999"),
        (entry(Phase.FINAL, "1.00", functional=""), "已收录的支出功能分类科目没有 空"),
        (entry(Phase.FINAL, "1.00", functional="20103"), "功能分类 20103 政府办公厅（室）及相关机构事务 只到款"),
        (entry(Phase.FINAL, "1.00", project="P9"), "项目 P9 不在项目清单中"),
        (entry(Phase.ADJUSTMENT, "1.00"), "预算调整没有注明原因"),
        (entry(Phase.FINAL, "1.00", adjustment=Adjustment.SUPPLEMENT), "决算不应带调整原因“追加”"),
        (entry(Phase.EXECUTION, "1.00", on=date(2025, 1, 1)), "支付日期 2025-01-01 不在 2024 年"),
    ],
)
def test_what_is_wrong_with_an_entry_is_said_in_one_sentence(wrong: Entry, message: str) -> None:
    assert only(wrong) == [message]


def test_project_codes_belong_to_project_expenditure_alone() -> None:
    basic = entry(Phase.FINAL, "1.00", project="P1")
    basic = Entry(account=basic.account._replace(part=Part.BASIC), amount=basic.amount)
    project = Entry(account=basic.account._replace(part=Part.PROJECT, project=""), amount=basic.amount)

    assert only(basic) == ["基本支出不应带项目编码 P1"]
    assert only(project) == ["项目支出没有项目编码"]


def test_a_subject_is_not_used_before_its_days() -> None:
    early = entry(Phase.FINAL, "1.00")

    found = list(check_entry(early, Book.of(2017, [early])))

    assert [problem.message for problem in found] == ["科目 30201 办公费 自 2018-01-01 起使用，不能用于 2017 年"]


def test_a_doubtful_day_is_shown_and_refuses_nobody() -> None:
    book = Book.of(
        2024,
        [entry(Phase.FINAL, "1.00", functional="2010308"), entry(Phase.FINAL, "1.00", functional="2014004")],
    )

    assert check_book(book) == ()
    assert doubts(book) == (
        "科目 2010308 信访事务 至 2024-01-01 前使用〔起止日待核实〕，而用于 2024 年。沿用至2023年，停用日期待核实",
        "科目 2014004 信访业务〔待核实〕：2024年起信访事务单列款级科目，应与印行的2024年科目书核对",
    )


def test_published_figures_may_lack_what_was_never_itemised() -> None:
    assert only(entry(Phase.FINAL, "1.00", "302", functional=""), partial=True) == []
    assert only(entry(Phase.FINAL, "1.00", ""), partial=True) == []
    assert only(entry(Phase.FINAL, "1.00", "398", functional=""), partial=True) == ["部门预算支出经济分类科目没有 398"]


def test_a_problem_points_at_its_line_and_column_and_says_what_to_do() -> None:
    wrong = entry(Phase.FINAL, "1.00", "50201", line=17)

    (problem,) = check_entry(wrong, Book.of(2024, [wrong]))

    assert str(problem) == (
        "ledger.csv 第17行 “economic”列：部门预算支出经济分类科目没有 50201（规则：《政府收支分类科目》）。"
        "请核对科目编码；政府预算科目（5 开头）应换成对应的部门预算科目。"
    )


def test_payments_must_come_to_the_final_accounts() -> None:
    book = Book.of(
        2024,
        [
            entry(Phase.EXECUTION, "100.00", line=2),
            entry(Phase.EXECUTION, "50.00", WAGES, line=3),
            entry(Phase.FINAL, "98.00", line=4),
        ],
    )

    found = check_book(book)

    assert [(problem.row, problem.message) for problem in found] == [
        (3, "一般公共预算 基本支出 2010301 30101 基本工资：执行数合计 50.00 元，决算数 0 元，相差 -50.00 元"),
        (4, "一般公共预算 基本支出 2010301 30201 办公费：执行数合计 100.00 元，决算数 98.00 元，相差 -2.00 元"),
    ]


def test_a_transfer_that_does_not_net_to_zero_is_not_a_transfer() -> None:
    book = Book.of(
        2024,
        [
            entry(Phase.ADJUSTMENT, "-7.00", OFFICE, adjustment=Adjustment.TRANSFER, line=5),
            entry(Phase.ADJUSTMENT, "6.00", VEHICLE, adjustment=Adjustment.TRANSFER, line=6),
        ],
    )

    assert messages(book) == ["一般公共预算的调剂合计应为零，现为 -1.00 元"]


def test_a_balance_below_zero_is_a_problem() -> None:
    book = Book.of(2024, [entry(Phase.FINAL, "-1.00")])

    assert messages(book) == ["一般公共预算 基本支出 2010301 30201 办公费：决算余额为负（-1.00 元）"]


def test_a_reduction_cannot_take_more_than_was_granted() -> None:
    book = Book.of(
        2024,
        [
            entry(Phase.INITIAL, "5.00", project="P1"),
            entry(Phase.ADJUSTMENT, "-6.00", project="P1", adjustment=Adjustment.REDUCTION),
        ],
        PROJECTS,
    )

    assert messages(book) == ["一般公共预算 项目支出 2010301 30201 办公费 项目P1：调整后的全年预算为负（-1.00 元）"]


def test_a_stated_figure_must_agree_with_the_book() -> None:
    book = Book.of(2024, [entry(Phase.FINAL, "5.00")])

    assert [problem.message for problem in disagreements(book, {"expenditure": Decimal("6.00"), "income": 1})] == [
        "决算支出数填报 6.00 元，账内合计 5.00 元，相差 -1.00 元"
    ]
    assert list(disagreements(book, {"expenditure": Decimal("5.00"), "initial_budget": Decimal(1)})) == []


def test_what_came_in_is_what_was_spent_and_what_is_left() -> None:
    book = Book.of(2024, [entry(Phase.FINAL, "90.00")])
    stated = {"carried_in": Decimal("10.00"), "income": Decimal("100.00"), "carry_over": Decimal("19.00")}

    assert messages(book, stated=stated) == [
        "上年结转 10.00 元＋本年收入 100.00 元－本年支出 90.00 元＝20.00 元，与年末结转结余 19.00 元相差 1.00 元"
    ]
    assert messages(book, stated={**stated, "carry_over": Decimal("20.00")}) == []
    assert messages(book, stated={"income": Decimal(1)}) == []


def test_an_assertion_holds_to_the_last_digit_or_says_the_difference() -> None:
    book = Book.of(2024, [entry(Phase.FINAL, "90.00")])
    asked = Slice(phases=FINAL, part=Part.BASIC)
    right = Assertion(asked=asked, amount=Decimal("90.00"), title="决算、基本支出")
    wrong = Assertion(asked=asked, amount=Decimal("90.01"), title="决算、基本支出", file="balances.csv", line=2)
    blind = Assertion(asked=Slice(phases=frozenset({Phase.INITIAL})), amount=Decimal(1), title="年初预算")

    assert messages(book, assertions=[right]) == []
    assert messages(book, assertions=[wrong, blind]) == [
        "“决算、基本支出”应为 90.01 元，账内为 90.00 元，相差 -0.01 元",
        "“年初预算”无法核对：账内没有年初预算数",
    ]


def test_spending_beyond_the_grant_is_told_with_its_article() -> None:
    (found,) = overspending(
        Book.of(
            2024,
            [
                entry(Phase.INITIAL, "100.00"),
                entry(Phase.FINAL, "130.00"),
                entry(Phase.FINAL, "10.00", RETIRED, functional="2080501"),
                entry(Phase.INITIAL, "10.00", RETIRED, functional="2080501"),
            ],
            declared=[Phase.ADJUSTMENT],
        )
    )

    assert (found.fund, found.functional, found.excess) == (Fund.GENERAL, "2010301", Decimal("30.00"))
    assert str(found) == (
        "一般公共预算基本支出2010301：全年预算 100.00 元，支出 130.00 元，超出 30.00 元"
        "（依据：《中华人民共和国预算法》第十三条）"
    )


def test_spending_is_not_judged_without_a_full_year_budget() -> None:
    assert overspending(Book.of(2024, [entry(Phase.FINAL, "1.00")])) == ()


def test_payments_are_judged_where_there_are_no_final_accounts_yet() -> None:
    running = Book.of(2024, [entry(Phase.INITIAL, "1.00"), entry(Phase.EXECUTION, "3.00")], declared=[Phase.ADJUSTMENT])

    assert [found.paid for found in overspending(running)] == [Decimal("3.00")]
