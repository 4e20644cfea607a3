"""Vouchers of accounting software become payments; closings, voids and what does not say enough are told apart."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from hengping.errors import Unreadable
from hengping.ledger.model import Fund, Part, Phase
from hengping_io.accounting_interface import elements, parse

from .files import ACCOUNTS, line, look, paid, vouchers


def test_a_voucher_becomes_a_payment_with_its_codes_day_and_number() -> None:
    found = look("总账.xml", vouchers(*paid("60.00"), more=ACCOUNTS).encode())

    (made,) = found.entries
    assert made.account == (Phase.EXECUTION, Part.BASIC, Fund.GENERAL, "2010301", "30201", "")
    assert (made.amount, made.on, made.voucher, made.note) == (
        Decimal("60.00"),
        date(2024, 3, 15),
        "2024-03-记-0001",
        "购办公用品",
    )


def test_a_number_of_a_person_in_a_summary_is_left_out_and_said() -> None:
    told = [one | {"记账凭证摘要": "报销 13812345678 差旅"} for one in paid("60.00")]

    found = look("总账.xml", vouchers(*told, more=ACCOUNTS).encode())

    assert [one.note for one in found.entries] == ["报销 〔号码略〕 差旅"]
    assert any("账里不记个人信息" in remark for row in found.rows for remark in row.remarks)


def test_a_project_is_told_by_its_account_and_its_auxiliary_value() -> None:
    found = look("总账.xml", vouchers(*paid("60.00", project="P1"), more=ACCOUNTS).encode())

    assert [(one.account.part, one.account.project) for one in found.entries] == [(Part.PROJECT, "P1")]


def test_a_red_line_takes_back() -> None:
    back = [
        line("710101", "-5.00", number="0002", 辅助项1编号="2010301", 辅助项2编号="30201"),
        line("6001", credit="-5.00", number="0002"),
    ]

    found = look("总账.xml", vouchers(*paid("60.00"), *back, more=ACCOUNTS).encode())

    assert found.total == Decimal("55.00")


def test_the_closing_of_the_year_is_no_spending() -> None:
    closing = [line("8001", "60.00", number="0099"), line("710101", credit="60.00", number="0099")]

    found = look("总账.xml", vouchers(*paid("60.00"), *closing, more=ACCOUNTS).encode())

    assert found.total == Decimal("60.00")
    assert [row.skipped for row in found.skipped] == ["年末结转凭证（含预算结余科目），不是支出"]


def test_void_and_unposted_vouchers_are_left_out_and_said() -> None:
    void = [one | {"作废标志": "1"} for one in paid("1.00", number="0002")]
    open_one = [one | {"记账标志": "0"} for one in paid("2.00", number="0003")]

    found = look("总账.xml", vouchers(*void, *open_one, more=ACCOUNTS).encode())

    assert [row.skipped for row in found.skipped] == ["作废凭证，不记账", "凭证尚未记账，不作执行数"]


def test_a_voucher_that_does_not_balance_does_not_fit() -> None:
    found = look("总账.xml", vouchers(paid("60.00")[0], more=ACCOUNTS).encode())

    assert [one.message for row in found.misfits for one in row.problems] == ["凭证借贷不平，相差 60.00 元"]


def test_a_voucher_of_another_year_is_named_with_its_year() -> None:
    old = [one | {"会计年度": "2023", "记账凭证日期": "20230315"} for one in paid("60.00")]

    found = look("总账.xml", vouchers(*old, more=ACCOUNTS).encode())

    assert found.misfits[0].problems[0].message == "会计年度是 2023，本年度是 2024"


def test_a_line_without_codes_says_what_is_missing() -> None:
    bare = [line("710101", "60.00"), line("6001", credit="60.00")]

    found = look("总账.xml", vouchers(*bare, more=ACCOUNTS).encode())

    assert [one.message for one in found.misfits[0].problems] == [
        "部门预算支出经济分类科目没有 空",
        "已收录的支出功能分类科目没有 空",
    ]


def test_the_budget_is_asked_for_where_no_voucher_says_it() -> None:
    plain = ACCOUNTS.replace("一般公共预算财政拨款", "")

    open_one = look("总账.xml", vouchers(*paid("60.00"), more=plain).encode())
    answered = look("总账.xml", vouchers(*paid("60.00"), more=plain).encode(), answers={"fund": "general"})

    assert [question.key for question in open_one.open_questions] == ["fund"]
    assert [one.account.fund for one in answered.entries] == [Fund.GENERAL]


def test_codes_are_known_by_their_shape_where_no_list_names_the_auxiliary_items() -> None:
    found = look("总账.xml", vouchers(*paid("60.00")).encode(), answers={"fund": "general"})

    (wrong,) = found.misfits
    assert "看不出是基本支出还是项目支出" in wrong.problems[0].message


def test_what_vouchers_add_up_to_is_compared_with_the_stated_turnover() -> None:
    stated = "<科目余额及发生额><科目编号>710101</科目编号><会计年度>2024</会计年度><借方本币金额>70.00</借方本币金额></科目余额及发生额>"

    found = look("总账.xml", vouchers(*paid("60.00"), more=ACCOUNTS + stated).encode())

    assert any("凭证借方合计 60.00 元" in note and "相差 -10.00 元" in note for note in found.notes)


def test_what_is_not_certain_of_the_standard_is_said() -> None:
    own = [one | {"支出功能分类编号": "2010301", "支出经济分类编号": "30201"} for one in paid("60.00")]

    found = look("总账.xml", vouchers(*own, more=ACCOUNTS).encode())

    assert any("GB/T 24589.2—2010" in note for note in found.notes)
    assert any("支出功能分类编号" in note and "待核实" in note for note in found.notes)
    assert {sure for *_, sure in elements()} == {"通行做法，未核对原文", "待核实"}


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8", "UTF-16"])
def test_the_encodings_of_offices_are_read(encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'

    found = look("总账.xml", vouchers(*paid("60.00"), more=ACCOUNTS, head=head).encode(encoding))

    assert found.total == Decimal("60.00")


def test_base_archives_and_ledger_may_come_in_one_zip() -> None:
    paper = io.BytesIO()
    with zipfile.ZipFile(paper, "w") as made:
        made.writestr("基础档案.xml", f'<?xml version="1.0"?><总账>{ACCOUNTS}</总账>')
        made.writestr("总账.xml", vouchers(*paid("60.00")))

    found = look("接口.zip", paper.getvalue())

    assert found.total == Decimal("60.00")


BOMB = """<?xml version="1.0"?><!DOCTYPE 总账 [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><总账>&b;</总账>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE 总账 SYSTEM "http://example.org/x.dtd"><总账/>"""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (BOMB, "文档类型声明或实体"),
        (OUTSIDE, "文档类型声明或实体"),
        ('<?xml version="1.0"?><总账><记账凭证>', "不是合格的 XML"),
        ('<?xml version="1.0"?><总账/>', "没有记账凭证"),
        ('<?xml version="1.0"?><总账><记账凭证><摘要>甲</摘要></记账凭证></总账>', "记账凭证缺少元素"),
        ('<?xml version="1.0" encoding="shift-nonsense"?><总账/>', "不是它自己声明的编码"),
    ],
)
def test_what_is_unsafe_or_no_interface_is_refused(text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        look("总账.xml", text.encode())


def test_a_file_beyond_the_limit_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(Unreadable, match="超过 40 MB"):
        parse("总账.xml", b"<?xml" + b" " * 41_000_000)
