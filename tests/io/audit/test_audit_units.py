"""What shows only when many reports lie next to each other."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from hengping.audit.reading import Reading
from hengping.document import Document
from hengping_io.audit_units import absent, copied, outliers, per_head, sentences

LONG = "我局认真贯彻落实过紧日子要求严格控制一般性支出并规范公务接待和公务用车管理"


def test_a_long_sentence_is_the_same_with_other_marks_and_blanks() -> None:
    one, other = sentences(f"{LONG}。"), sentences(LONG.replace("要求", "要求，") + " ！")

    assert set(one) == set(other)
    assert len(one) == 1


def test_other_figures_make_another_sentence_and_lists_of_figures_are_none() -> None:
    one, other = sentences(f"{LONG}共5次。"), sentences(f"{LONG}共6次。")
    table = sentences("其中办公费12.34万元、印刷费56.78万元、水费90.12万元、电费34.56万元、差旅费78.90万元。")

    assert not set(one) & set(other)
    assert table == {}


def test_short_sentences_are_nobodys() -> None:
    assert sentences("各项工作圆满完成。无。") == {}


def test_the_most_widely_copied_comes_first() -> None:
    found = copied(
        {"甲": {"x": "甲乙都有", "y": "三家都有"}, "乙": {"x": "甲乙都有", "y": "三家都有"}, "丙": {"y": "三家都有"}}
    )

    assert [(one.text, one.documents) for one in found] == [
        ("三家都有", ("甲", "乙", "丙")),
        ("甲乙都有", ("甲", "乙")),
    ]


def test_an_amount_per_head_is_in_yuan_and_never_a_budget(read_report: Callable[..., Document]) -> None:
    text = "年末实有在职人数20人。\n公用经费年初预算为90万元。\n公用经费支出决算50.00万元。\n"

    found = per_head(Reading(read_report(text)))

    assert found.get("公用经费") == "25000.00"


def test_without_a_headcount_nothing_is_divided(read_report: Callable[..., Document]) -> None:
    assert per_head(Reading(read_report("公用经费50.00万元。\n"))) == {}


def test_a_unit_far_from_the_middle_is_told_and_the_others_are_not() -> None:
    units = {f"单位{n}": {"差旅费": str(Decimal(1000 + 10 * n))} for n in range(8)} | {"远": {"差旅费": "9000"}}

    found = outliers(units)

    assert [(one.document, one.per_head, one.middle, one.units) for one in found] == [
        ("远", Decimal(9000), Decimal(1040), 9)
    ]


def test_few_units_and_equal_units_have_no_outliers() -> None:
    few = {f"单位{n}": {"差旅费": "10"} for n in range(3)} | {"远": {"差旅费": "9000"}}
    equal = {f"单位{n}": {"差旅费": "10"} for n in range(9)} | {"远": {"差旅费": "9000"}}

    assert outliers(few) == []
    assert outliers(equal) == []


def test_what_is_missing_is_told_with_the_reports_that_lack_it() -> None:
    found = absent({"甲": [("OUT-01", "缺少附件")], "乙": [("OUT-01", "缺少附件"), ("OBJ-00", "缺少目标")]})

    assert [(one.check, one.documents) for one in found] == [("OBJ-00", ("乙",)), ("OUT-01", ("甲", "乙"))]
