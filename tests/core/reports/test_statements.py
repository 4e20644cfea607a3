"""Printed amounts add up at every level, and what was moved to make them do so is kept."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some
from tests.core.reports import sample

from hengping.figures import ZERO
from hengping.ledger.model import Book, Phase
from hengping.reports.model import Named, Working
from hengping.reports.statements import money_workings

AMOUNTS = some.decimals(min_value="0.01", max_value="9999999.99", places=2, allow_nan=False)
CODES = ("30101", "30102", "30201", "30217", "30231", "30302", "31002", "301", "302")


def named(lines: Iterable[str], last: Iterable[str] | None = None) -> Named:
    book = sample.book_of(2024, lines, ())
    return money_workings(book, None if last is None else sample.book_of(2023, last, ()))


def shown(found: Named, name: str) -> str:
    return found[name].text


@given(
    some.lists(
        some.tuples(some.sampled_from(("basic", "project")), some.sampled_from(CODES), AMOUNTS), min_size=1, max_size=40
    )
)
def test_whatever_is_printed_under_an_amount_adds_up_to_it(rows: list[tuple[str, str, Decimal]]) -> None:
    found = named(f"final {part} general {code} {amount}" for part, code, amount in rows)

    for working in found.values():
        parts = [found[name] for name in working.operands if name in found]
        if working.figure is None or not parts or not working.name.startswith("final-accounts."):
            continue
        assert sum((part.figure.value for part in parts if part.figure), ZERO) == working.figure.value


@given(some.lists(AMOUNTS, min_size=1, max_size=40))
def test_no_item_is_moved_by_a_whole_unit_from_its_exact_amount(amounts: list[Decimal]) -> None:
    found = named(f"final basic general {CODES[n % 7]} {amount}" for n, amount in enumerate(amounts))

    for working in found.values():
        if working.exact is not None and working.figure is not None and working.figure.unit == "万元":
            assert abs(working.figure.value - working.exact / 10000) < Decimal("0.015")


def test_the_total_is_the_rounded_sum_and_keeps_its_exact_amount() -> None:
    found = named(["final basic general 30101 1234567.89", "final project general 30201 0.06"])

    assert shown(found, "final-accounts.total") == "123.46万元"
    assert found["final-accounts.total"].exact == Decimal("1234567.95")


def test_the_full_year_budget_is_the_initial_one_and_its_adjustments() -> None:
    found = named(
        [
            "initial basic general 30101 1000000.00",
            "adjustment basic general 30101 50000.00 kind=supplement",
            "adjustment basic general 30101 -20000.00 kind=reduction",
        ]
    )

    assert shown(found, "adjusted-budget.total") == "103.00万元"
    assert shown(found, "adjustment.total") == "3.00万元"
    assert shown(found, "adjustment.supplement") == "5.00万元"
    assert shown(found, "adjustment.reduction") == "−2.00万元"


def test_a_budget_whose_adjustments_nobody_stated_is_not_a_full_year_budget() -> None:
    found = named(["initial basic general 30101 1000000.00", "final basic general 30101 900000.00"])

    assert shown(found, "adjusted-budget.total") == "未提供"
    assert shown(found, "execution-rate.total") == "未提供"
    assert found["execution-rate.total"].missing


def test_a_year_declared_without_adjustments_has_a_full_year_budget() -> None:
    book = Book.of(
        2024,
        [
            sample.entry_of("initial basic general 30101 1000000.00"),
            sample.entry_of("execution basic general 30101 950000.00"),
        ],
        declared=[Phase.ADJUSTMENT],
    )

    found = money_workings(book, None)

    assert shown(found, "adjusted-budget.total") == "100.00万元"
    assert shown(found, "execution-rate.total") == "95.00%"


def test_the_execution_rate_names_its_operands() -> None:
    found = named(
        [
            "initial basic general 30101 1000000.00",
            "adjustment basic general 30101 80000.00 kind=supplement",
            "execution basic general 30101 1026000.00",
        ]
    )
    rate = found["execution-rate.total"]

    assert rate.operands == ("execution.total", "adjusted-budget.total")
    assert rate.lines == ("102.60 ÷ 108.00 × 100% ＝ 95.00%",)


def test_shares_of_the_general_public_budget_add_to_one_hundred() -> None:
    found = named(["final basic general 30101 7422400.00", "final project general 30299 9065400.00"])

    assert (shown(found, "share.basic"), shown(found, "share.project")) == ("45.02%", "54.98%")


def test_personnel_and_public_funds_are_the_halves_of_basic_expenditure() -> None:
    found = named(
        [
            "final basic general 30101 500000.00",
            "final basic general 30302 20000.00",
            "final basic general 30201 30000.00",
            "final basic general 31002 10000.00",
        ]
    )

    assert shown(found, "final-accounts.general.basic.personnel") == "52.00万元"
    assert shown(found, "final-accounts.general.basic.public") == "4.00万元"


def test_money_without_a_class_leaves_the_halves_unknown() -> None:
    found = named(["final basic general 30101 500000.00", "final basic general - 100.00"])

    assert "final-accounts.general.basic.personnel" not in found
    assert shown(found, "final-accounts.general.basic.unlisted") == "0.01万元"


def test_three_public_expenses_add_both_parts_of_expenditure() -> None:
    found = named(["final basic general 30217 23800.00", "final project general 30217 10000.00"])

    assert shown(found, "three-public.final-accounts.reception") == "3.38万元"
    assert shown(found, "three-public.final-accounts.overseas") == "0.00万元"
    assert shown(found, "three-public.final-accounts") == "3.38万元"


def test_growth_is_measured_against_last_year_and_a_zero_base_gives_none() -> None:
    this = ["final basic general 30101 1050000.00"]

    grown = named(this, ["final basic general 30101 1000000.00"])
    from_nothing = named(this, ["final basic general 30101 0.00"])

    assert shown(grown, "growth.rate") == "5.00%"
    assert shown(from_nothing, "growth.rate") == "未提供"
    assert "为零" in from_nothing["growth.rate"].missing


def test_a_sum_of_adjusted_figures_is_as_printed_and_claims_no_exact_amount() -> None:
    found = named([f"final basic general 3020{n} 3333.33" for n in (1, 2, 3)])
    moved = [working for working in found.values() if working.adjustment]

    assert sum(
        (working.adjustment for working in moved if working.name.startswith("final-accounts.general.basic.302.")), ZERO
    ) == Decimal("0.01")
    assert found["final-accounts.general.basic.public"].exact == Decimal("9999.99")


def test_every_operand_of_a_known_figure_is_itself_known() -> None:
    found = named(["final basic general 30101 500000.00", "execution basic general 30101 500000.00"])
    known: list[Working] = [working for working in found.values() if working.figure is not None]

    assert [name for working in known for name in working.operands if name not in found] == []
