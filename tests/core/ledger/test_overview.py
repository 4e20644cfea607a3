"""The year at a glance: every line of every column adds up to the whole, and what was never entered is unknown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hengping.ledger.model import Adjustment, Book, Phase
from hengping.ledger.overview import COLUMNS, Axis, lines, total

from .books import OFFICE, PROJECTS, WAGES, entry

BOOK = Book.of(
    2024,
    [
        entry(Phase.INITIAL, "1000.00", WAGES),
        entry(Phase.INITIAL, "200.00", OFFICE, project="P1", functional="2010302"),
        entry(Phase.ADJUSTMENT, "100.00", WAGES, adjustment=Adjustment.SUPPLEMENT),
        entry(Phase.EXECUTION, "975.00", WAGES),
        entry(Phase.EXECUTION, "250.00", OFFICE, project="P1", functional="2010302"),
    ],
    PROJECTS,
)


@pytest.mark.parametrize("axis", list(Axis))
def test_the_lines_of_every_axis_add_up_to_the_whole(axis: Axis) -> None:
    whole = total(BOOK)

    for name in COLUMNS:
        parts = [line.amounts[name] for line in lines(BOOK, axis)]
        assert whole.amounts[name] == (None if None in parts else sum(part for part in parts if part is not None))


def test_what_is_used_and_left_is_computed_on_the_full_year_budget() -> None:
    wages, office = lines(BOOK, Axis.CLASS)

    assert (wages.title, str(wages.used), wages.left) == ("301 工资福利支出", "88.64%", Decimal("125.00"))
    assert (str(office.used), office.left) == ("125.00%", Decimal("-50.00"))


def test_a_phase_without_entries_is_unknown_and_divides_nothing() -> None:
    whole = total(Book.of(2024, [entry(Phase.FINAL, "1.00")]))

    assert whole.amounts["initial"] is None
    assert (whole.used, whole.left) == (None, None)


def test_a_budget_of_nothing_has_no_rate() -> None:
    book = Book.of(2024, [entry(Phase.EXECUTION, "1.00")], declared=[Phase.INITIAL, Phase.ADJUSTMENT])

    (line,) = lines(book, Axis.PART)

    assert (line.used, line.left) == (None, Decimal("-1.00"))


@pytest.mark.parametrize(
    ("axis", "titles"),
    [
        (Axis.PART, ["基本支出", "项目支出"]),
        (Axis.FUND, ["一般公共预算"]),
        (Axis.CLASS, ["301 工资福利支出", "302 商品和服务支出"]),
        (Axis.FUNCTION, ["2010301 行政运行", "2010302 一般行政管理事务"]),
        (Axis.PROJECT, ["未列项目（基本支出）", "P1 接访场所运行"]),
    ],
)
def test_every_axis_names_its_lines(axis: Axis, titles: list[str]) -> None:
    assert [line.title for line in lines(BOOK, axis)] == titles
    assert axis.label


def test_what_was_not_itemised_has_a_line_of_its_own() -> None:
    book = Book.of(2024, [entry(Phase.FINAL, "1.00", "", functional=""), entry(Phase.FINAL, "1.00", project="P9")])

    assert [line.title for line in lines(book, Axis.CLASS)] == ["未列明", "302 商品和服务支出"]
    assert [line.title for line in lines(book, Axis.FUNCTION)] == ["未列明", "2010301 行政运行"]
    assert [line.title for line in lines(book, Axis.PROJECT)] == ["未列项目（基本支出）", "P9"]
