"""A jump of ten thousand is noticed, growth is not; a code of other years says which years it belongs to."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hengping.classification import Kind
from hengping.ledger.former import of_other_years
from hengping.ledger.units import jump, jumps


@pytest.mark.parametrize(
    ("amount", "known", "jumped"),
    [
        ("10000.00", "1.00", True),
        ("1.00", "10000.00", True),
        ("-10000.00", "1.00", True),
        ("31000.00", "1.00", True),
        ("1000.00", "1.00", False),
        ("100000.00", "1.00", False),
        ("1.00", "1.00", False),
        ("1.00", "0.00", False),
        ("0.00", "1.00", False),
    ],
)
def test_only_about_ten_thousand_times_is_a_jump(amount: str, known: str, *, jumped: bool) -> None:
    found = jump("基本工资", Decimal(amount), Decimal(known), "账内决算")

    assert (found is not None) is jumped


def test_nothing_to_compare_is_no_jump() -> None:
    assert jump("基本工资", None, Decimal(1), "账内决算") is None
    assert jump("基本工资", Decimal(1), None, "账内决算") is None


def test_a_jump_says_which_way_and_against_what() -> None:
    up = jump("30101", Decimal("20000000.00"), Decimal("2000.00"), "账内决算")
    down = jump("30101", Decimal("0.20"), Decimal("2000.00"), "账内决算")

    assert str(up) == "30101 20000000.00 元，账内决算 2000.00 元，大约一万倍"
    assert str(down) == "30101 0.20 元，账内决算 2000.00 元，小约一万倍"


def test_jumps_among_subjects_are_told_in_the_order_of_their_codes() -> None:
    found = jumps(
        {"30201": Decimal(10000), "30101": Decimal(10000), "30102": Decimal(5)},
        {"30101": Decimal(1), "30102": Decimal(5), "30201": Decimal(1)},
        "上年决算",
        {"30101": "基本工资"},
    )

    assert [one.what for one in found] == ["基本工资", "30201"]


@pytest.mark.parametrize(
    ("code", "year", "said"),
    [
        ("30101", 2024, ""),
        ("30101", 2016, "科目 30101 基本工资 2018 年起使用，不是 2016 年的科目"),
        ("30314", 2024, "30314 采暖补贴是 2007—2017 年使用的科目，2018-01-01 起停用；现行科目：30102 津贴补贴"),
        ("30314", 2016, ""),
        ("99999", 2024, ""),
    ],
)
def test_a_code_of_other_years_says_which_years_it_belongs_to(code: str, year: int, said: str) -> None:
    assert of_other_years(code, year) == said


def test_a_day_that_is_itself_in_doubt_refuses_nobody() -> None:
    assert of_other_years("2010308", 2025, Kind.FUNCTIONAL) == ""
    assert of_other_years("9999999", 2025, Kind.FUNCTIONAL) == ""
