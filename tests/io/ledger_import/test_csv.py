"""A CSV in the folder's layout is judged row by row; every row that does not fit says where and why."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hengping.errors import Unreadable
from hengping.ledger.model import Account, Adjustment, Book, Fund, Part, Phase

from .files import PROJECTS, YEAR, entry, look

HEAD = "entry,phase,part,fund,functional,economic,project,amount,voucher,on,adjustment,policy,procurement,note\n"
GOOD = "A1,execution,basic,general,2010301,30201,,60.00,记-1,2024-03-05,,,true,购办公用品\n"


def messages(text: str) -> list[tuple[str, str]]:
    found = look("账.csv", (HEAD + text).encode())
    return [(one.file, one.message) for row in found.misfits for one in row.problems]


def test_a_sound_row_becomes_the_entry_it_says() -> None:
    found = look("账.csv", (HEAD + GOOD).encode())

    (made,) = found.entries
    assert made.account == Account(Phase.EXECUTION, Part.BASIC, Fund.GENERAL, "2010301", "30201", "")
    assert (made.amount, made.voucher, made.on, made.procurement) == (
        Decimal("60.00"),
        "记-1",
        date(2024, 3, 5),
        True,
    )
    assert found.ready


def test_titles_serve_as_names_and_gb18030_is_read() -> None:
    text = (
        "阶段,支出性质,资金来源,功能分类,经济分类,金额（元）\n年初预算,基本支出,一般公共预算,2010301,30101,4320000.00\n"
    )

    found = look("账.csv", text.encode("gb18030"))

    assert [one.amount for one in found.entries] == [Decimal("4320000.00")]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("B,execution,basic,general,2010301,30201,,60,记-1,,,,,\n", "金额（元）：“60”不是金额"),
        ("B,执行完毕,basic,general,2010301,30201,,60.00,,,,,,\n", "阶段：“执行完毕”不在可选值之内"),
        ("B,execution,basic,general,2010301,30201,,60.00,,2024-02-30,,,,\n", "日期：“2024-02-30”这一天不存在"),
        ("B,execution,basic,general,2010301,50201,,60.00,,,,,,\n", "部门预算支出经济分类科目没有 50201"),
        ("B,execution,basic,general,2010301,302,,60.00,,,,,,\n", "没有写到款级科目，备注里也没有说明"),
        ("B,execution,project,general,2010301,30201,,60.00,,,,,,\n", "项目支出没有项目编码"),
        ("B,execution,basic,general,2010301,30201,,60.00,,2025-01-02,,,,\n", "支付日期 2025-01-02 不在 2024 年"),
        ("B,adjustment,basic,general,2010301,30201,,60.00,,,supplement,,,\n", "追加没有写明批复文号"),
        ("B,execution,basic,general,2010301,30201,,0.00,,,,,,\n", "金额为零"),
        ("B,execution,basic,general,2010301,30201,,1000000000001.00,,,,,,\n", "金额 1000000000001.00 元超过一万亿元"),
        (f"B,execution,basic,general,2010301,30201,,1.00,{'长' * 121},,,,,\n", "凭证号有 121 个字，最多 120 个"),
        ("B,execution,basic,general,2010301,30201,60.00\n", "有 7 格，列名有 14 个，疑似串列"),
    ],
)
def test_a_row_that_does_not_fit_says_why(row: str, message: str) -> None:
    assert messages(GOOD + row) == [("第3行", message)]


def test_one_bad_row_does_not_take_the_good_ones_with_it() -> None:
    found = look("账.csv", (HEAD + GOOD + "B,execution,basic,general,9,30201,,1.00,,,,,,\n").encode())

    assert (len(found.entries), len(found.misfits)) == (1, 1)


def test_an_adjustment_with_its_document_fits() -> None:
    row = "B,adjustment,basic,general,2010301,30201,,60.00,示例财批〔2024〕9号,2024-06-01,supplement,,,\n"

    found = look("账.csv", (HEAD + row).encode())

    assert [one.adjustment for one in found.entries] == [Adjustment.SUPPLEMENT]


def test_rows_that_are_in_the_ledger_already_are_asked_about() -> None:
    there = entry(Phase.EXECUTION, "60.00", "30201", voucher="记-1", on=date(2024, 3, 5), file="L2024-00001")
    book = Book.of(YEAR, [there], PROJECTS)

    asked = look("账.csv", (HEAD + GOOD).encode(), book)
    left = look("账.csv", (HEAD + GOOD).encode(), book, answers={"doubled": "leave-out"})

    assert [question.key for question in asked.open_questions] == ["doubled"]
    assert "L2024-00001" in asked.questions[0].why[0]
    assert left.entries == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("姓名,年龄\n张,3\n", "不是“账目”表的列名"),
        ("phase,part,amount\nexecution,basic,1.00\n", "缺少列：资金来源"),
        ("phase,phase,part,fund,amount\n", "列重复：阶段"),
        ('phase,part,fund,amount\n"execution,basic\n', "不是合格的 CSV"),
        ("\x00\x01\x02", "编码"),
    ],
)
def test_a_file_that_is_no_ledger_is_refused_whole(text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        look("账.csv", text.encode())


def test_columns_nobody_knows_are_told() -> None:
    found = look("账.csv", ("经办人," + HEAD + "某岗," + GOOD).encode())

    assert "列“经办人”不认识，没有读" in found.notes
    assert len(found.entries) == 1


def test_an_amount_no_arithmetic_can_hold_does_not_fit() -> None:
    row = f"B,execution,basic,general,2010301,30201,,{'9' * 40}.00,,,,,,\n"

    assert ("第2行", f"金额 {'9' * 40}.00 不是以元为单位的两位小数") in messages(row)
