"""The watched rates name their part and base, and say why one is not known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hengping.ledger.facts import TITLES, book_facts, reasons
from hengping.ledger.model import Account, Book, Entry, Fund, Part, Phase
from hengping.performance.evaluate import Measured
from hengping.performance.rates import WATCHED, rate, rates

DAY = date(2025, 3, 14)


def entry(phase: Phase, amount: str, economic: str = "30217") -> Entry:
    return Entry(account=Account(phase, Part.BASIC, Fund.GENERAL, "2010301", economic), amount=Decimal(amount))


BOOK = Book.of(2024, [entry(Phase.INITIAL, "200.00"), entry(Phase.EXECUTION, "150.00"), entry(Phase.FINAL, "150.00")])


def measured(book: Book = BOOK, **stated: int) -> Measured:
    return Measured(counts=book_facts(book, stated).counts(), titles=TITLES, reasons=reasons(book))


def test_a_rate_has_a_part_a_base_by_name_and_its_working() -> None:
    found = rate("three-public-control", measured(), DAY)

    assert (found.part.title, found.base.title) == ("决算“三公”经费", "年初预算安排“三公”经费")
    assert (found.part.amount, found.base.amount) == (Decimal("150.00"), Decimal("200.00"))
    assert (str(found.value), found.value.operands, found.known) == ("75.00%", "150.00÷200.00", True)
    assert found.sides == (found.part, found.base)


def test_an_operand_says_whether_entries_or_other_columns_make_it() -> None:
    found = rate("carry-over-change", measured(), DAY)

    assert (found.part.of_the_book, found.part.parts) == (False, ("carry_over", "carry_over_last"))
    assert rate("execution-rate", measured(), DAY).part.of_the_book is True


def test_people_are_counted_in_persons() -> None:
    found = rate("staff-control", measured(posts_approved=36, staff_on_post=33), DAY)

    assert (str(found.value), found.part.unit) == ("91.67%", "人")


def test_what_is_not_known_says_why_and_gives_no_number() -> None:
    found = rate("procurement-execution", measured(), DAY)

    assert found.known is False
    assert "账内没有标注政府采购的条目" in found.value.reason


def test_every_watched_rate_is_measured_in_its_order() -> None:
    assert [one.indicator.key for one in rates(measured(), DAY)] == [one.key for one in WATCHED]


def test_a_rate_nobody_watches_is_no_rate() -> None:
    with pytest.raises(KeyError):
        rate("disclosure", measured(), DAY)
