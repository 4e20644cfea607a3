from __future__ import annotations

from decimal import Decimal

import pytest
from tests.core.audit.texts import reading

from hengping.audit.model import Phase, Role, Statement


def figures(text: str) -> list[str]:
    return [statement.figure.text for statement in reading(text).statements]


def only(text: str) -> Statement:
    (statement,) = reading(text).statements
    return statement


@pytest.mark.parametrize(
    "text",
    [
        "2024年度部门决算情况说明。",
        "自2023年3月1日起至2024年12月31日止。",
        "财预〔2020〕10号文件要求如下。",
        "公共安全支出（204类）司法（06款）行政运行（01项）如下。",
        "第三届旅发大会和第15次会议召开。",
        "联系电话0734-8866123。",
        "2023-2025年实施。",
        "省内前50家企业。",
    ],
)
def test_years_dates_codes_ordinals_and_numbers_of_documents_are_never_figures(text: str) -> None:
    assert figures(text) == []


def test_an_ordinal_at_the_head_of_a_paragraph_is_not_a_figure() -> None:
    assert figures("3、商品和服务支出801.54万元。") == ["801.54万元"]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("差旅费1,234.56万元", "12345600.00"),
        ("差旅费3，518.85万元", "35188500.00"),
        ("差旅费１２.５万元", "125000.0"),
        ("差旅费2.97亿元", "297000000.00"),
        ("差旅费234000.00元", "234000.00"),
        ("差旅费1720.00万，", "17200000.00"),
        ("差旅费95.\n10万元", "951000.00"),
    ],
)
def test_amounts_are_read_however_they_are_written(text: str, amount: str) -> None:
    assert only(text).amount == Decimal(amount)


def test_a_percentage_in_words_is_read_exactly() -> None:
    assert only("满意率达百分之九十八点五。").figure.value == Decimal("98.5")


def test_a_lost_percent_sign_is_restored_where_the_words_leave_no_doubt() -> None:
    share = reading("城乡社区支出15411.43万元，占 76.23；").statements[1]

    assert share.role is Role.SHARE
    assert share.figure.unit == "%"


def test_an_amount_without_a_unit_takes_the_one_of_its_neighbours() -> None:
    final = reading("年初预算为0.00万元，支出决算为4.19。").statements[1]

    assert final.figure.unit == "万元"


@pytest.mark.parametrize(
    ("text", "role", "sign"),
    [
        ("比2023年增加3.59万元", Role.CHANGE, 1),
        ("同比减少3.59万元", Role.CHANGE, -1),
        ("增长12.3%", Role.GROWTH, 1),
        ("下降了12.3%", Role.GROWTH, -1),
        ("占本年支出合计的12.3%", Role.SHARE, 0),
        ("完成年初预算的12.3%", Role.COMPLETION, 0),
        ("按期办结率为12.3%", Role.RATE, 0),
        ("提高12.3个百分点", Role.POINTS, 1),
        ("自评得分96分", Role.SCORE, 0),
    ],
)
def test_the_words_before_a_figure_say_what_it_does(text: str, role: Role, sign: int) -> None:
    statement = only(text)

    assert (statement.role, statement.sign) == (role, sign)


@pytest.mark.parametrize(
    ("text", "phase"),
    [
        ("一般公共预算财政拨款支出100万元", None),
        ("年初预算为100万元", Phase.INITIAL),
        ("全年预算为100万元", Phase.ADJUSTED),
        ("一般公共预算财政拨款支出决算为100万元", Phase.FINAL),
        ("2023年当年预算执行数为100万元", Phase.EXECUTED),
        ("财政拨款支出预算100万元", Phase.BUDGET),
    ],
)
def test_the_phase_is_told_from_fixed_terms_that_contain_the_word_budget(text: str, phase: Phase | None) -> None:
    assert only(text).phase is phase


def test_a_figure_without_a_subject_takes_over_the_one_of_its_list_item() -> None:
    statements = reading("1、卫生健康支出（类）行政单位医疗（项）。主要用于：医疗费。年初预算为62.29万元。").statements

    assert statements[0].subject == "卫生健康支出（类）行政单位医疗（项）"


def test_words_such_as_about_and_more_than_mark_an_approximation() -> None:
    assert [s.approximate for s in reading("开展评估130余次，约20件，调处306件。").statements] == [True, True, False]


def test_a_trailing_zero_left_unprinted_does_not_widen_an_amount() -> None:
    texts = "、".join(f"办公费{n}.25万元" for n in range(10, 30)) + "、维修费2万元。"

    repair = reading(texts).statements[-1]

    assert repair.interval.width == Decimal("100.00")


def test_a_count_printed_in_full_is_exact() -> None:
    assert only("共有车辆10辆").interval.width == 0
