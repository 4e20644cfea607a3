"""Days are counted as the State Council arranged them, and never guessed."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengping import dates, tables
from hengping.dates import Calendar, Counting, Day, DayKind, Period, official_calendar
from hengping.errors import OutsideCalendar, RulebookError

ONE_DAY = timedelta(days=1)
starts = st.dates(date(2023, 1, 1), date(2026, 6, 30))
lengths = st.integers(1, 90)


@pytest.mark.parametrize(("year", "working_days"), [(2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_each_published_year_has_its_number_of_working_days(calendar: Calendar, year: int, working_days: int) -> None:
    days = [day for day in calendar if day.on.year == year]

    assert sum(day.kind.works for day in days) == working_days


def test_the_calendar_covers_four_whole_years(calendar: Calendar) -> None:
    assert (calendar.first, calendar.last) == (date(2023, 1, 1), date(2026, 12, 31))
    assert calendar.version == "2023–2026"
    assert date(2025, 5, 1) in calendar
    assert date(2027, 1, 1) not in calendar


@pytest.mark.parametrize(
    ("on", "kind", "holiday"),
    [
        (date(2024, 2, 18), DayKind.WORKED_WEEKEND, ""),
        (date(2024, 2, 9), DayKind.WORKDAY, ""),
        (date(2025, 1, 26), DayKind.WORKED_WEEKEND, ""),
        (date(2025, 1, 28), DayKind.HOLIDAY, "春节"),
        (date(2025, 5, 5), DayKind.HOLIDAY, "劳动节"),
        (date(2025, 5, 10), DayKind.WEEKEND, ""),
        (date(2025, 10, 6), DayKind.HOLIDAY, "国庆节、中秋节"),
    ],
)
def test_a_day_is_what_the_arrangement_says(calendar: Calendar, on: date, kind: DayKind, holiday: str) -> None:
    day = calendar.day(on)

    assert (day.kind, day.holiday) == (kind, holiday)


def test_the_calendar_equals_the_reference_table_day_by_day(calendar: Calendar, shared: Path) -> None:
    with (shared / "domain" / "working_days.csv").open(encoding="utf-8-sig") as file:
        expected = {date.fromisoformat(row["date"]): row["is_workday"] == "1" for row in csv.DictReader(file)}

    actual = {day.on: day.kind.works for day in calendar}

    assert actual == expected


def test_an_unpublished_year_is_refused_with_the_reason_and_the_remedy(calendar: Calendar) -> None:
    with pytest.raises(
        OutsideCalendar, match="2027 年（2027-01-04）的节假日安排不在已收录的 2023–2026 年之内"
    ) as refusal:
        calendar.is_working_day(date(2027, 1, 4))

    assert "不作推测" in refusal.value.remedy


def test_a_count_that_runs_past_the_last_published_day_is_refused(calendar: Calendar) -> None:
    with pytest.raises(OutsideCalendar):
        calendar.count(date(2026, 12, 1), 60, Counting.CALENDAR)
    with pytest.raises(OutsideCalendar):
        calendar.count(date(2026, 12, 28), 5, Counting.WORKING)
    with pytest.raises(OutsideCalendar):
        calendar.working_days_between(date(2022, 12, 30), date(2023, 1, 5))


def test_rolling_forward_stops_at_the_next_worked_day(calendar: Calendar) -> None:
    assert calendar.roll_forward(date(2025, 5, 2)) == date(2025, 5, 6)
    assert calendar.roll_forward(date(2025, 5, 6)) == date(2025, 5, 6)
    assert calendar.roll_forward(date(2024, 2, 10)) == date(2024, 2, 18)


def test_rolling_past_the_end_of_the_calendar_is_refused() -> None:
    calendar = Calendar([Day(date(2025, 1, 3), DayKind.WORKDAY), Day(date(2025, 1, 4), DayKind.WEEKEND)])

    with pytest.raises(OutsideCalendar, match="2025-01-05"):
        calendar.roll_forward(date(2025, 1, 4))


def test_sixty_days_from_acceptance_end_on_a_holiday_and_roll(calendar: Calendar) -> None:
    deadline = calendar.count(date(2025, 3, 3), 60, Counting.CALENDAR)

    assert deadline.due_as_counted == date(2025, 5, 2)
    assert deadline.due == date(2025, 5, 6)
    assert [day.on.day for day in deadline.rolled] == [2, 3, 4, 5]
    assert deadline.working() == (
        "2025-03-03 为起算日，当日不计入",
        "自 2025-03-04 起计 60 日",
        "第 60 日为 2025-05-02",
        "届满日逢休息日，顺延：2025-05-02 劳动节；2025-05-03 劳动节；2025-05-04 劳动节；2025-05-05 劳动节",
        "届满日 2025-05-06",
    )


def test_five_working_days_pass_over_weekends_and_holidays(calendar: Calendar) -> None:
    deadline = calendar.count(date(2025, 4, 29), 5, Counting.WORKING)

    assert deadline.due == deadline.due_as_counted == date(2025, 5, 9)
    assert [day.on.day for day in deadline.skipped] == [1, 2, 3, 4, 5]
    assert deadline.rolled == ()
    assert "不计入：2025-05-01 劳动节" in deadline.working()[2]


def test_a_worked_weekend_counts_as_a_working_day(calendar: Calendar) -> None:
    deadline = calendar.count(date(2025, 4, 25), 1, Counting.WORKING)

    assert deadline.due == date(2025, 4, 27)


def test_a_plain_weekend_is_shown_as_a_weekend() -> None:
    assert str(Day(date(2025, 5, 10), DayKind.WEEKEND)) == "2025-05-10 周末"


@given(start=starts, length=lengths, counting=st.sampled_from(Counting))
def test_a_period_never_ends_before_it_starts_and_always_on_a_worked_day(
    start: date, length: int, counting: Counting
) -> None:
    calendar = official_calendar()

    deadline = calendar.count(start, length, counting)

    assert start < deadline.due_as_counted <= deadline.due
    assert calendar.is_working_day(deadline.due)
    assert not any(day.kind.works for day in (*deadline.rolled, *deadline.skipped))
    assert deadline.due - deadline.due_as_counted == timedelta(days=len(deadline.rolled))


@given(start=starts, length=lengths)
def test_adding_working_days_and_counting_them_back_agree(start: date, length: int) -> None:
    calendar = official_calendar()

    end = calendar.add_working_days(start, length)

    assert calendar.working_days_between(start, end) == length
    assert calendar.is_working_day(end)


@given(start=starts, length=lengths)
def test_counting_by_hand_gives_the_same_working_day(start: date, length: int) -> None:
    calendar = official_calendar()

    on, left = start, length
    while left:
        on += ONE_DAY
        left -= calendar.is_working_day(on)

    assert calendar.add_working_days(start, length) == on


@given(start=starts, one=lengths, more=lengths)
def test_a_longer_period_never_ends_earlier(start: date, one: int, more: int) -> None:
    calendar = official_calendar()

    shorter = calendar.count(start, one, Counting.CALENDAR)
    longer = calendar.count(start, one + more, Counting.CALENDAR)

    assert shorter.due <= longer.due


def test_a_fiscal_year_is_the_calendar_year() -> None:
    year = Period.of_year(2024)

    assert date(2024, 1, 1) in year
    assert date(2024, 12, 31) in year
    assert date(2025, 1, 1) not in year


def test_a_period_upside_down_is_a_defect() -> None:
    with pytest.raises(ValueError, match="upside down"):
        Period(date(2024, 2, 1), date(2024, 1, 1))


def test_a_calendar_without_days_does_not_load() -> None:
    with pytest.raises(RulebookError, match="没有任何日期"):
        Calendar([])


@pytest.mark.parametrize("on", [date(2025, 1, 1), date(2025, 1, 3)])
def test_a_calendar_with_a_repeated_or_missing_day_does_not_load(on: date) -> None:
    with pytest.raises(RulebookError, match="重复或中断"):
        Calendar([Day(date(2025, 1, 1), DayKind.WORKDAY), Day(on, DayKind.WORKDAY)])


def test_a_year_whose_days_do_not_add_up_to_its_own_total_does_not_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "calendars"
    folder.mkdir()
    (folder / "2025.toml").write_text("year = 2025\nworking_days = 300\nworked_weekends = []\nholiday = []\n")
    monkeypatch.setattr(tables, "FOLDER", tmp_path)
    for function in (tables.text, tables.toml, tables.names):
        function.cache_clear()

    with pytest.raises(RulebookError, match=r"calendars/2025\.toml 的工作日数与其自身合计不符"):
        dates.official_calendar.__wrapped__()

    for function in (tables.text, tables.toml, tables.names):
        function.cache_clear()
