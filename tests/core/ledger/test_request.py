"""A zero-based request: amounts come from drivers, and every fault is told at once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hengping.errors import InvalidPackage
from hengping.ledger.model import Part
from hengping.ledger.request import BudgetRequest, Driver, Item, beside_last, check, insist


def driver(**changes: object) -> Driver:
    given = {
        "title": "接访值班补助",
        "quantity": Decimal(6),
        "unit": "人",
        "frequency": Decimal(12),
        "price": Decimal("80.50"),
        "basis": "市财政局值班补助标准",
    }
    return Driver(**(given | changes))  # type: ignore[arg-type]


def item(*drivers: Driver, **changes: object) -> Item:
    given = {"key": "A1", "title": "接访值班", "part": Part.PROJECT, "economic": "30226", "purpose": "节假日接访"}
    return Item(**(given | {"drivers": drivers} | changes))  # type: ignore[arg-type]


def request(*items: Item) -> BudgetRequest:
    return BudgetRequest(year=2026, items=items)


def test_an_amount_is_quantity_by_frequency_by_price() -> None:
    one = driver()

    assert one.amount == Decimal("5796.00")
    assert one.working == "6 人 × 12 次 × 80.50 元 ＝ 5,796.00 元"


def test_a_driver_that_happens_once_says_no_frequency() -> None:
    assert driver(frequency=Decimal(1), quantity=Decimal("2.50"), unit="台").working == "2.5 台 × 80.50 元 ＝ 201.25 元"


def test_cents_are_rounded_once_and_up_from_the_half() -> None:
    assert driver(quantity=Decimal(1), frequency=Decimal("0.5"), price=Decimal("0.01")).amount == Decimal("0.01")


def test_a_request_adds_up_by_part_and_class() -> None:
    office = item(driver(price=Decimal(100), frequency=Decimal(1)), key="B1", part=Part.BASIC, economic="30201")
    asked = request(item(driver()), office)

    assert asked.total == Decimal("6396.00")
    assert (asked.of_part(Part.BASIC), asked.of_part(Part.PROJECT)) == (Decimal("600.00"), Decimal("5796.00"))
    assert asked.by_class == {"302": Decimal("6396.00")}


def test_last_years_accounts_stand_beside_and_are_no_base_of_the_amount() -> None:
    rows = beside_last(request(item(driver())), {"302": Decimal("5000.00"), "310": Decimal("800.00")})

    assert [(row.code, row.asked, row.last, row.difference, row.change) for row in rows] == [
        ("302", Decimal("5796.00"), Decimal("5000.00"), Decimal("796.00"), "15.92%（与上年决算比）"),
        ("310", Decimal(0), Decimal("800.00"), Decimal("-800.00"), "−100.00%（与上年决算比）"),
    ]


def test_what_was_not_spent_last_year_has_no_change() -> None:
    (row,) = beside_last(request(item(driver())), {})

    assert (row.last, row.difference, row.change) == (None, None, "未提供")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (item(), "没有测算因素"),
        (item(driver(), economic="302"), "不是经济分类款级科目"),
        (item(driver(), economic="30999"), ""),
        (item(driver(), economic="99999"), "不是经济分类款级科目"),
        (item(driver(), purpose=" "), "没有写明为什么需要"),
        (item(driver(quantity=Decimal(0))), "都须大于零"),
        (item(driver(price=Decimal(-1))), "都须大于零"),
        (item(driver(unit="")), "没有计量单位"),
        (item(driver(basis="")), "没有写明单价依据"),
        (item(driver(basis="同上年水平")), "以上年数作依据"),
        (item(driver(), refers=("problem:Q9",)), "引用的“problem:Q9”不存在"),
    ],
)
def test_a_fault_is_named_with_its_item(wrong: Item, told: str) -> None:
    found = check(request(wrong), ["problem:Q1"])

    assert [problem.message for problem in found if told in problem.message][:1] == [
        problem.message for problem in found
    ][:1]
    assert bool(found) is bool(told)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(InvalidPackage) as refused:
        insist(request(item(), item(driver(unit="", basis=""))))

    assert len(refused.value.problems) == 5


def test_an_empty_request_is_refused_and_a_sound_one_is_returned() -> None:
    sound = request(item(driver(), refers=("problem:Q1",)))

    assert insist(sound, ["problem:Q1"]) is sound
    assert [problem.message for problem in check(request())] == ["没有申报项目"]
