"""What is said beside the petition indicators: durations, change on the year, small numbers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hengping.dates import Period, official_calendar
from hengping.performance.casework import (
    backlog_durations,
    change_on_year,
    durations,
    handling_durations,
    shown_outside,
)
from hengping.petitions.facts import CODES, PETITION_FIELDS, PetitionFacts, facts_of, tables


def row(*acts: tuple[str, str]) -> PetitionFacts:
    events = [(CODES[step], date.fromisoformat(on).toordinal(), "") for step, on in acts]
    plain = {"petition": "P1", "kind": "claim", "persons": "1", "initial": "1"}
    matter = tuple(plain.get(name, "") for name in PETITION_FIELDS)
    found = facts_of(matter, events, tables(Period.of_year(2024), date(2024, 12, 31), official_calendar()))
    assert found is not None
    return found


ACCEPTED = (("register", "2024-03-04"), ("receive", "2024-03-08"), ("accept", "2024-03-15"))
ROUTED = (*ACCEPTED, ("route-petition", "2024-03-18"))


def test_median_and_ninetieth_percentile_are_days_that_occurred() -> None:
    found = durations([10, 20, 30, 40, 50, 60, 70, 80, 90, 100])

    assert found is not None
    assert (found.count, found.mean, found.median, found.ninetieth) == (10, Decimal("55.0"), 50, 90)


def test_of_nothing_there_is_no_duration() -> None:
    assert durations([]) is None


def test_handling_is_measured_on_answers_and_waiting_on_what_is_open() -> None:
    answered, open_still = row(*ROUTED, ("answer", "2024-04-25")), row(*ROUTED)

    handled = handling_durations([answered, open_still])
    waiting = backlog_durations([answered, open_still])

    assert handled is not None
    assert waiting is not None
    assert (handled.count, handled.median) == (1, 41)
    assert (waiting.count, waiting.median) == (1, 302)


def test_the_change_on_last_year_names_no_percentage_on_a_tiny_base() -> None:
    assert str(change_on_year(90, 120)) == "−25.00%"
    assert change_on_year(9, 4) is None
    assert change_on_year(9, 0) is None


def test_small_numbers_are_not_shown_outside() -> None:
    assert [shown_outside(count) for count in (0, 1, 4, 5)] == [0, None, None, 5]
