"""Periods of budgeting as dates."""

from __future__ import annotations

from datetime import date

import pytest

from hengping.dates import official_calendar
from hengping.errors import Refusal
from hengping.ledger.deadlines import days_late, ending, is_dated
from hengping.ledger.limits import terms


def test_final_accounts_are_published_within_twenty_days_of_the_reply() -> None:
    found = ending(terms().get("disclose-department"), date(2025, 8, 4), official_calendar())

    assert found.due_on == date(2025, 8, 25)
    assert found.working[0] == "起算：财政部门批复（《中华人民共和国预算法》第十四条）"
    assert found.working[-1] == "届满日 2025-08-25"


def test_working_days_leave_out_the_holidays() -> None:
    found = ending(terms().get("contract-announcement"), date(2025, 9, 30), official_calendar())

    assert found.due_on == date(2025, 10, 10)


def test_a_fixed_day_needs_only_the_year() -> None:
    assert ending(terms().get("next-budget-start"), date(2025, 1, 1), official_calendar()).due_on == date(2025, 6, 30)


def test_a_period_in_budget_years_is_no_date() -> None:
    term = terms().get("carry-over-two-years")

    assert not is_dated(term)
    with pytest.raises(Refusal, match="以“预算年度”计的期限不是一个日期"):
        ending(term, date(2025, 1, 1), official_calendar())


@pytest.mark.parametrize(
    ("done_on", "today", "days"),
    [
        (None, date(2025, 3, 31), 0),
        (None, date(2025, 4, 5), 5),
        (date(2025, 3, 20), date(2025, 9, 1), 0),
        (date(2025, 4, 1), date(2025, 9, 1), 1),
    ],
)
def test_lateness_ends_with_the_act(done_on: date | None, today: date, days: int) -> None:
    assert days_late(date(2025, 3, 31), done_on, today) == days
