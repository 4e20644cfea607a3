"""The columns of a year are decided once, and a column nobody gave is None."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hengping.errors import RulebookError
from hengping.ledger.facts import (
    COLUMNS,
    DERIVED,
    SLICES,
    TITLES,
    BookFacts,
    Checkpoint,
    book_facts,
    entries_behind,
    evidence,
    parts_of,
    reasons,
)
from hengping.ledger.model import Adjustment, Book, Phase

from .books import OFFICE, RECEPTION, VEHICLE, entry, year


def test_every_column_has_a_title_and_a_unit() -> None:
    assert all(column.title and column.unit for column in COLUMNS.values())
    assert list(COLUMNS) == list(BookFacts().counts())
    assert len(set(TITLES.values())) == len(TITLES)


def test_a_year_without_anything_knows_nothing() -> None:
    assert set(book_facts(Book(2024)).counts().values()) == {None}


def test_the_columns_of_a_whole_year() -> None:
    facts = book_facts(year(), {"staff_on_post": 33, "posts_approved": 36})

    known = {name: value for name, value in facts.counts().items() if value is not None}
    assert known == {
        "staff_on_post": 33,
        "posts_approved": 36,
        "initial_budget": Decimal("1000000.00"),
        "initial_basic": Decimal("610000.00"),
        "initial_project": Decimal("390000.00"),
        "full_year_budget": Decimal("1125000.00"),
        "full_year_basic": Decimal("665000.00"),
        "full_year_project": Decimal("460000.00"),
        "carried_in": Decimal("40000.00"),
        "supplement": Decimal("90000.00"),
        "adjustment_counted": Decimal("38000.00"),
        "executed": Decimal("1099000.00"),
        "executed_basic": Decimal("656000.00"),
        "executed_project": Decimal("443000.00"),
        "expenditure": Decimal("1099000.00"),
        "expenditure_basic": Decimal("656000.00"),
        "expenditure_project": Decimal("443000.00"),
        "carry_over": Decimal("26000.00"),
        "resources": Decimal("1130000.00"),
        "resources_used": Decimal("1104000.00"),
        "personnel_budget": Decimal("520000.00"),
        "personnel_expenditure": Decimal("578000.00"),
        "public_funds_budget": Decimal("90000.00"),
        "public_funds_expenditure": Decimal("78000.00"),
        "three_public_budget": Decimal("100000.00"),
        "three_public_expenditure": Decimal("93000.00"),
        "key_project_budget": Decimal("90000.00"),
        "procurement_budget": Decimal("30000.00"),
        "procurement_expenditure": Decimal("28000.00"),
    }


def test_adjustments_leave_out_carry_over_and_policy_and_count_a_transfer_once() -> None:
    book = Book.of(
        2024,
        [
            entry(Phase.ADJUSTMENT, "100.00", adjustment=Adjustment.CARRIED_IN),
            entry(Phase.ADJUSTMENT, "200.00", adjustment=Adjustment.SUPPLEMENT, policy=True),
            entry(Phase.ADJUSTMENT, "10.00", adjustment=Adjustment.SUPPLEMENT),
            entry(Phase.ADJUSTMENT, "-2.00", adjustment=Adjustment.SUPPLEMENT),
            entry(Phase.ADJUSTMENT, "-4.00", adjustment=Adjustment.REDUCTION),
            entry(Phase.ADJUSTMENT, "-7.00", OFFICE, adjustment=Adjustment.TRANSFER),
            entry(Phase.ADJUSTMENT, "7.00", VEHICLE, adjustment=Adjustment.TRANSFER),
        ],
    )

    assert book_facts(book).adjustment_counted == Decimal("19.00")


def test_adjustments_without_a_reason_are_not_counted_as_anything() -> None:
    book = Book.of(2024, [entry(Phase.INITIAL, "1.00"), entry(Phase.ADJUSTMENT, "10.00")])

    facts = book_facts(book)

    assert (facts.adjustment_counted, facts.supplement, facts.full_year_budget) == (None, None, Decimal("11.00"))


def test_a_stated_carry_over_stands_before_the_computed_one() -> None:
    facts = book_facts(year(), {"carry_over": Decimal("25000.00"), "carry_over_last": Decimal("40000.00")})

    assert (facts.carry_over, facts.carry_over_change) == (Decimal("25000.00"), Decimal("-15000.00"))


def test_last_years_book_gives_last_years_columns() -> None:
    last = Book.of(2023, [entry(Phase.FINAL, "9000.00", RECEPTION), entry(Phase.INITIAL, "110000.00", VEHICLE)])

    facts = book_facts(year(), last_book=last)

    assert facts.three_public_expenditure_last == Decimal("9000.00")
    assert facts.three_public_change == Decimal("84000.00")
    assert facts.three_public_budget_change == Decimal("-10000.00")


def test_the_book_wins_over_a_statement_of_the_same_column() -> None:
    assert book_facts(year(), {"procurement_budget": Decimal(1)}).procurement_budget == Decimal("30000.00")


def test_a_checkpoint_compares_payments_with_the_plan() -> None:
    facts = book_facts(year(), checkpoint=Checkpoint(on=date(2024, 9, 30), planned=Decimal(75)))

    assert facts.paid_by_checkpoint == Decimal("656000.00")
    assert facts.planned_by_checkpoint == Decimal("843750.0000")


def test_a_checkpoint_without_a_budget_plans_nothing() -> None:
    facts = book_facts(Book(2024), checkpoint=Checkpoint(on=date(2024, 9, 30), planned=Decimal(75)))

    assert (facts.paid_by_checkpoint, facts.planned_by_checkpoint) == (None, None)


def test_a_statement_of_an_unknown_or_derived_column_is_refused() -> None:
    with pytest.raises(RulebookError, match="没有这些列：staff"):
        book_facts(Book(2024), {"staff": 1})
    with pytest.raises(RulebookError, match="不能填报：结转结余增减额"):
        book_facts(Book(2024), {"carry_over_change": 1})


def test_a_statement_left_empty_states_nothing() -> None:
    assert book_facts(Book(2024), {"income": None}).income is None


def test_every_column_of_the_book_leads_back_to_its_entries() -> None:
    book = year()

    for name in SLICES:
        assert (
            sum((found.amount for found in entries_behind(book, name)), Decimal(0)) == book_facts(book).counts()[name]
        )
    assert list(entries_behind(book, "income")) == []


def test_the_evidence_of_a_column_is_its_vouchers_or_the_papers_stated() -> None:
    found = evidence(year(), {"staff_on_post": ("编制批文",)})

    assert found["staff_on_post"] == ("编制批文",)
    assert found["executed_basic"] == ("记-1", "记-2", "记-3", "记-4")
    assert dict(evidence(Book(2024))) == {}


def test_a_column_the_book_cannot_decide_says_why() -> None:
    found = reasons(Book.of(2024, [entry(Phase.FINAL, "1.00")]))

    assert found["initial_budget"] == "账内没有年初预算数"
    assert found["adjustment_counted"] == "账内没有预算调整数"
    assert found["carry_over_change"] == "由年末结转结余、上年末结转结余算出"
    assert found["three_public_budget_change"] == (
        "由年初预算安排“三公”经费、上年预算“三公”经费算出，账内没有年初预算数"
    )
    assert "expenditure" not in found


def test_no_derived_column_has_a_slice_of_its_own() -> None:
    assert set(COLUMNS) >= set(DERIVED) | {part for parts in DERIVED.values() for part in parts}
    assert set(DERIVED).isdisjoint(SLICES)


def test_a_column_says_its_entries_or_the_columns_it_is_computed_from() -> None:
    book = year()

    counted = [found.adjustment for found in entries_behind(book, "adjustment_counted")]

    assert counted
    assert set(counted) <= {Adjustment.SUPPLEMENT, Adjustment.REDUCTION, Adjustment.TRANSFER}
    assert parts_of("carry_over") == ("full_year_budget", "expenditure")
    assert parts_of("carry_over", {"carry_over": Decimal(1)}) == ()
    assert parts_of("resources") == ("carried_in", "initial_budget", "supplement")
    assert list(entries_behind(book, "income")) == []
