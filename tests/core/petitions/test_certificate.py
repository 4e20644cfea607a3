"""Deadline certificates: every day left out is named, nothing is guessed, a later calendar keeps what was decided."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengping.dates import Calendar, Counting, official_calendar
from hengping.errors import Refusal
from hengping.petitions import steps
from hengping.petitions.certificate import (
    Certificate,
    Length,
    Standing,
    add_months,
    certify,
    describe,
    length_of,
    reckon,
    recompute,
)
from hengping.petitions.clocks import CLOCKS, HANDLING, REVIEW_ACCEPTANCE
from hengping.petitions.model import Context, Role
from hengping.petitions.petition import Petition

CALENDAR = official_calendar()
UNTIL_2025 = Calendar((day for day in CALENDAR if day.on.year <= 2025), version="至2025年")
THIRTY = Length(days=30)


def in_handling(accepted_on: date, calendar: Calendar) -> Petition:
    petition = Petition(identifier="P1", context=Context(calendar=calendar))
    petition = petition.take(steps.REGISTER, on=accepted_on, by=Role.PETITION_OFFICE)
    petition = petition.take(steps.SORT_CLAIM, on=accepted_on, by=Role.PETITION_OFFICE)
    petition = petition.take(steps.FORWARD, on=accepted_on, by=Role.PETITION_OFFICE, details={"去向": "unit"})
    petition = petition.take(steps.RECEIVE, on=accepted_on, by=Role.HANDLING_BODY)
    petition = petition.take(steps.ACCEPT, on=accepted_on, by=Role.HANDLING_BODY, details={"告知文号": "一"})
    return petition.take(steps.ROUTE_PETITION, on=accepted_on, by=Role.HANDLING_BODY, details={"分支理由": "甲"})


def handling(certificates: tuple[Certificate, ...]) -> Certificate:
    return next(one for one in certificates if one.clock is HANDLING)


def test_the_day_of_the_event_is_not_counted() -> None:
    found = reckon(date(2024, 3, 4), Length(days=1), CALENDAR)

    assert found.due == date(2024, 3, 5)


def test_every_rest_day_passed_over_is_named() -> None:
    found = reckon(date(2025, 3, 3), Length(days=60), CALENDAR)

    assert [str(day) for day in found.rolled] == [
        "2025-05-02 劳动节",
        "2025-05-03 劳动节",
        "2025-05-04 劳动节",
        "2025-05-05 劳动节",
    ]
    assert found.working()[-1] == "届满日 2025-05-06（法定口径，顺延）"


def test_both_ends_of_a_hearing_are_left_out() -> None:
    found = reckon(date(2024, 6, 20), THIRTY, CALENDAR, [(date(2024, 7, 1), date(2024, 7, 3))])

    assert found.due_as_counted == date(2024, 7, 23)
    assert [day.on.day for day in found.skipped] == [1, 2, 3]


def test_hearings_that_overlap_are_not_left_out_twice() -> None:
    pauses = [(date(2024, 7, 1), date(2024, 7, 5)), (date(2024, 7, 4), date(2024, 7, 6))]

    found = reckon(date(2024, 6, 20), THIRTY, CALENDAR, pauses)

    assert found.due_as_counted == date(2024, 7, 26)


def test_a_hearing_before_the_start_or_after_the_end_changes_nothing() -> None:
    pauses = [(date(2024, 6, 1), date(2024, 6, 20)), (date(2024, 9, 1), date(2024, 9, 9))]

    found = reckon(date(2024, 6, 20), THIRTY, CALENDAR, pauses)

    assert (found.due_as_counted, found.skipped) == (date(2024, 7, 20), ())


def test_a_hearing_during_working_days_is_left_out_too() -> None:
    length = Length(days=5, counting=Counting.WORKING)

    found = reckon(date(2024, 3, 8), length, CALENDAR, [(date(2024, 3, 12), date(2024, 3, 13))])

    assert found.due == date(2024, 3, 19)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2024, 3, 18), 2, date(2024, 5, 18)),
        (date(2024, 12, 31), 2, date(2025, 2, 28)),
        (date(2023, 12, 31), 2, date(2024, 2, 29)),
        (date(2024, 11, 30), 2, date(2025, 1, 30)),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_last_of_the_month(start: date, months: int, end: date) -> None:
    assert add_months(start, months) == end


def test_a_working_day_period_outside_the_calendar_has_no_last_day_in_either_mode() -> None:
    found = reckon(date(2026, 12, 30), Length(days=5, counting=Counting.WORKING), CALENDAR)

    assert (found.due, found.due_as_counted) == (None, None)
    assert "2027 年" in found.unknown


def test_a_text_without_a_number_gives_no_day() -> None:
    found = reckon(date(2024, 3, 1), Length(), CALENDAR)

    assert (found.due, found.due_as_counted) == (None, None)
    assert found.working()[-1] == "条文未定日数，不推定届满日"


def test_a_day_no_period_can_be_counted_from_is_refused() -> None:
    with pytest.raises(Refusal, match="超出可以计算的范围"):
        reckon(date(9999, 12, 1), THIRTY, CALENDAR)


@given(
    st.dates(min_value=date(2023, 1, 1), max_value=date(2026, 6, 1)),
    st.integers(min_value=1, max_value=90),
    st.lists(st.tuples(st.integers(min_value=-20, max_value=120), st.integers(min_value=0, max_value=30)), max_size=4),
)
def test_a_pause_never_shortens_a_period_and_never_adds_more_than_its_days(
    start: date, days: int, pauses: list[tuple[int, int]]
) -> None:
    spans = [(start + timedelta(days=a), start + timedelta(days=a + b)) for a, b in pauses]

    plain = reckon(start, Length(days=days), CALENDAR)
    paused = reckon(start, Length(days=days), CALENDAR, spans)

    assert plain.due_as_counted is not None
    assert paused.due_as_counted is not None
    added = paused.due_as_counted - plain.due_as_counted
    assert timedelta(0) <= added <= timedelta(days=sum(b + 1 for _, b in pauses))
    assert len(paused.skipped) == added.days


def test_a_calendar_published_later_gives_open_matters_their_day_and_keeps_why() -> None:
    as_of = date(2025, 12, 20)
    petition = in_handling(date(2025, 12, 1), UNTIL_2025)
    before = petition.certificates(as_of)
    after = certify(petition.events, petition.case, as_of, Context(calendar=CALENDAR))

    kept, changes = recompute(before, after)

    assert handling(before).due is None
    assert handling(kept).due == date(2026, 1, 30)
    change = next(change for change in changes if change.clock == "handling")
    assert (change.before, change.after) == (None, date(2026, 1, 30))
    assert change.reason.startswith("工作日历由“至2025年”改为“2023–2026”；原因：2026 年")


def test_what_had_ended_stays_as_it_was_decided() -> None:
    as_of = date(2025, 12, 20)
    petition = in_handling(date(2025, 10, 9), UNTIL_2025)
    before = petition.certificates(as_of)
    moved = Calendar((day for day in CALENDAR if day.on.year >= 2024), version="更正")
    after = certify(petition.events, petition.case, as_of, Context(calendar=moved))

    kept, changes = recompute(before, after)

    notice = next(one for one in kept if one.clock.key == "notice")
    assert (notice.standing, notice.calendar) == (Standing.MET, "至2025年")
    assert changes == ()


def test_a_certificate_as_plain_values_names_its_text_its_start_and_both_modes() -> None:
    plain = describe(handling(in_handling(date(2025, 3, 3), CALENDAR).certificates(date(2025, 5, 7))))

    assert plain["rule"] == "handling"
    assert plain["cites"] == ["《信访工作条例》第三十四条", "《信访工作条例》第三十一条第六项"]
    assert (plain["start"], plain["started_by"]) == ("2025-03-03", "accept")
    assert (plain["due"], plain["due_as_counted"]) == ("2025-05-06", "2025-05-02")
    assert plain["standing"] == "overdue"


def test_a_local_clock_has_its_length_only_there() -> None:
    day = date(2024, 5, 10)

    assert length_of(REVIEW_ACCEPTANCE, day, "shandong").days == 3
    assert length_of(REVIEW_ACCEPTANCE, day).days is None


def test_every_clock_says_how_it_is_read_and_rests_on_a_text() -> None:
    assert all(clock.reading and clock.cites for clock in CLOCKS)
