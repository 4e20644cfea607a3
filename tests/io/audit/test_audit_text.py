"""The terminal: readable, quiet, in columns."""

from __future__ import annotations

import re
from collections.abc import Callable

from hengping_io.audit_text import clipped, padded, wide, wrapped, write_text
from hengping_io.audit_view import Audit, Suppression

from .conftest import REPORT

Auditor = Callable[..., Audit]


def test_what_must_be_answered_comes_first_with_its_working(audited: Auditor) -> None:
    lines = write_text(audited()).splitlines()

    head = lines.index("须答复 2 处")
    assert lines[head + 1] == "  错误    TST-01  第5行 0–12  “基本支出100.00万元” 等 3 处"
    assert lines[head + 3] == "          算式：50.00 + 40.00 = 90.00；文中为100.00"


def test_the_summary_says_what_was_read_judged_and_left(audited: Auditor) -> None:
    text = write_text(audited())

    assert "陈述　核对 5 条：相符 1，尾数差 1，未说明差额 1，缺少 1，提示 1" in text
    assert "事项　应核对 5 项：已核对 3，资料不足 1，不适用 0，须人工 0，未实现 1" in text
    assert "资料不足　TST-04 缺本年数和上年数" in text
    assert text.endswith("结论：有 2 处须答复。\n")


def test_the_absence_of_findings_is_not_shown_as_a_pass(audited: Auditor) -> None:
    nothing, agreed = write_text(audited("绩效目标已写明。")), write_text(audited("绩效目标：编制3人，其中：甲3人。"))

    assert nothing.endswith("结论：没有读到可以核对的陈述，不能据此认为报告无误。\n")
    assert agreed.endswith("结论：已核对的陈述中没有须答复的问题；未核对的部分见上，不能视为无误。\n")


def test_colour_is_only_for_a_terminal(audited: Auditor) -> None:
    plain, coloured = write_text(audited()), write_text(audited(), color=True)

    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


def test_an_answered_finding_is_listed_with_its_answer(audited: Auditor) -> None:
    name = audited().to_answer[0].fingerprint
    answer = Suppression(fingerprint=name, reason="见附表", by="财务科长", on="2025-03-20")

    text = write_text(audited(REPORT, suppressions=[answer]))

    assert "已有说明 1 处，仍列出，不计入退出状态" in text
    assert "〔财务科长 2025-03-20：见附表〕" in text


def test_agreeing_statements_are_listed_on_request(audited: Auditor) -> None:
    assert "相符 1 条" not in write_text(audited())
    assert "相符 1 条" in write_text(audited(), claims=True)


def test_no_line_is_wider_than_the_terminal(audited: Auditor) -> None:
    long = "绩效目标。\n" + "甲100万元，其中：" + "、".join(f"第{n}项费用{n}.50万元" for n in range(40)) + "。"

    lines = write_text(audited(long), width=80).splitlines()

    # A closing mark may hang over the edge by its own width rather than begin a line.
    assert max(map(wide, lines)) <= 82


def test_columns_count_a_chinese_character_as_two() -> None:
    assert padded("错误", 8) == "错误    "
    assert clipped("一般公共预算支出", 9) == "一般公共…"
    assert wrapped("其中：甲1.23万元，乙", 10) == ["其中：甲", "1.23万元，", "乙"]
