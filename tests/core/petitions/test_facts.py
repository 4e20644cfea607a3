"""Facts: the fast count equals the certificates, silence is not satisfaction, regions add up to the whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hengping.dates import Calendar, Period, official_calendar
from hengping.errors import InvalidPackage
from hengping.petitions.columns import COLUMNS, COUNT_COLUMNS, PetitionFacts
from hengping.petitions.facts import (
    CODES,
    EVENT_FIELDS,
    PETITION_FIELDS,
    CompactEvent,
    build,
    compact,
    facts_of,
    gather,
    particulars,
    row_of,
    tables,
)

from . import random_logs, slow_facts

CALENDAR = official_calendar()
YEAR = Period.of_year(2024)
AFTER = date(2025, 6, 30)


def log(*acts: tuple[str, str, str]) -> list[CompactEvent]:
    return [(CODES[step], date.fromisoformat(on).toordinal(), details) for step, on, details in acts]


def matter(**given: str) -> tuple[str, ...]:
    plain = {"petition": "P1", "region": "east", "channel": "online", "kind": "claim", "persons": "1", "initial": "1"}
    return tuple((plain | given).get(name, "") for name in PETITION_FIELDS)


START = (
    ("file", "2024-03-01", "信访形式=online"),
    ("register", "2024-03-04", ""),
    ("sort-claim", "2024-03-05", ""),
    ("forward", "2024-03-06", "去向=housing"),
    ("receive", "2024-03-08", ""),
)
ACCEPTED = (*START, ("accept", "2024-03-15", "告知文号=一"), ("route-petition", "2024-03-18", "分支理由=甲"))


def facts(
    acts: Sequence[tuple[str, str, str]], as_of: date = AFTER, period: Period = YEAR, **given: str
) -> PetitionFacts:
    row = facts_of(matter(**given), log(*acts), tables(period, as_of, CALENDAR))
    assert row is not None
    return row


def test_the_columns_are_named_and_explained_in_the_order_of_the_row() -> None:
    assert tuple(column.name for column in COLUMNS) == PetitionFacts._fields
    assert all(column.meaning for column in COLUMNS)
    assert {"reply_due", "unit_satisfied", "registrations"} <= COUNT_COLUMNS
    assert "branch" not in COUNT_COLUMNS


@settings(max_examples=250)
@given(
    random_logs.seeds,
    random_logs.firsts,
    st.sampled_from(["0", "1"]),
    st.integers(min_value=-90, max_value=400),
    st.integers(min_value=0, max_value=500),
    st.integers(min_value=0, max_value=500),
)
def test_the_fast_count_equals_the_certificates(
    seed: int,
    first: date,
    initial: str,
    later: int,
    begins: int,
    days: int,
) -> None:
    petition = random_logs.walk(seed, CALENDAR, first)
    as_of = max(event.on for event in petition.events) + timedelta(days=later)
    start = petition.events[0].on + timedelta(days=begins - 60)
    period = Period(start, start + timedelta(days=days))
    known = petition.as_of(as_of)
    row = row_of(known, {"initial": initial})

    fast = facts_of(row, compact(petition), tables(period, as_of, CALENDAR))

    if not known.events:
        assert fast is None
        return
    assert fast is not None
    slow = slow_facts.expected(petition, period, as_of, CALENDAR, initial=initial == "1")
    assert {name: getattr(fast, name) for name in slow} == slow
    assert fast.state == str(known.state)
    assert fast.branch == known.case.branch


@given(random_logs.seeds)
def test_a_kind_left_out_of_the_table_is_read_from_the_log(seed: int) -> None:
    petition = random_logs.walk(seed, CALENDAR)
    given = row_of(petition)
    known = tables(YEAR, date(2026, 1, 1), CALENDAR)
    blank = tuple("" if name == "kind" else value for name, value in zip(PETITION_FIELDS, given, strict=True))

    assert facts_of(blank, compact(petition), known) == facts_of(given, compact(petition), known)


def test_nothing_is_known_before_the_first_event() -> None:
    assert facts_of(matter(), log(*START), tables(YEAR, date(2024, 2, 1), CALENDAR)) is None
    assert facts_of(matter(), [], tables(YEAR, AFTER, CALENDAR)) is None


def test_a_first_time_reply_counts_as_contacted_only_if_the_contact_came_before_it() -> None:
    contacted = facts((*ACCEPTED, ("contact", "2024-03-20", ""), ("answer", "2024-04-25", "结论=予以支持")))
    silent = facts((*ACCEPTED, ("answer", "2024-05-14", "结论=予以支持")))

    assert (contacted.initial_replies, contacted.initial_replies_contacted, contacted.handling_days) == (1, 1, 41)
    assert (silent.initial_replies_contacted, silent.signal_reply_without_contact) == (0, 1)


def test_an_extension_in_the_last_three_days_is_a_signal_and_one_after_the_last_day_lengthens_nothing() -> None:
    particulars_of = "延期日数=30;批准人职务=局长;延期理由=鉴定;告知文号=延一"
    late = facts((*ACCEPTED, ("extend", "2024-05-12", particulars_of)), as_of=date(2024, 6, 13))
    useless = facts((*ACCEPTED, ("extend", "2024-05-15", particulars_of)), as_of=date(2024, 6, 13))

    assert (late.signal_late_extension, late.extended, late.reply_overdue, late.reply_open) == (1, 1, 0, 1)
    assert (useless.signal_late_extension, useless.extended, useless.reply_overdue) == (0, 0, 1)


def test_group_visits_are_counted_by_heads_and_nobody_is_named() -> None:
    row = facts(START, channel="visit", persons="6")

    assert (row.visit_registrations, row.group_visits, row.persons_registered) == (1, 1, 6)


def test_a_withdrawn_re_review_has_no_last_day_to_keep() -> None:
    acts = (
        *ACCEPTED,
        ("answer", "2024-04-25", "结论=予以支持"),
        ("serve", "2024-04-28", "送达凭证=一"),
        ("request-review", "2024-05-10", ""),
        ("review-uphold", "2024-06-05", "复查意见文号=一"),
        ("serve-review", "2024-06-07", "送达凭证=二"),
        ("request-re-review", "2024-06-20", ""),
    )

    open_still = facts(acts)
    withdrawn = facts((*acts, ("withdraw", "2024-07-01", "撤回凭证=一")))

    assert (open_still.re_review_due, open_still.re_reviewed_on_time) == (1, 0)
    assert (withdrawn.re_review_due, withdrawn.review_due, withdrawn.reviewed_on_time) == (0, 1, 1)


def test_an_answer_on_the_rolled_day_is_in_time_by_statute_and_late_as_counted() -> None:
    acts = (
        ("register", "2025-02-24", ""),
        ("sort-claim", "2025-02-25", ""),
        ("forward", "2025-02-25", "去向=housing"),
        ("receive", "2025-02-27", ""),
        ("accept", "2025-03-03", "告知文号=一"),
        ("route-petition", "2025-03-04", "分支理由=甲"),
        ("answer", "2025-05-06", "结论=予以支持"),
    )

    row = facts(acts, period=Period.of_year(2025))

    assert (row.reply_due, row.replied_on_time, row.replied_late) == (1, 1, 0)
    assert (row.reply_due_as_counted, row.replied_on_time_as_counted) == (1, 0)
    assert (row.reply_due_from_receipt, row.replied_on_time_from_receipt) == (1, 0)


def test_an_open_overdue_matter_stays_in_the_denominator() -> None:
    row = facts(ACCEPTED, as_of=date(2024, 12, 31))

    assert (row.reply_due, row.replied_on_time, row.reply_overdue, row.reply_open) == (1, 0, 1, 0)
    assert (row.backlog, row.backlog_days) == (1, 302)


def test_a_matter_whose_term_still_runs_is_not_in_the_denominator() -> None:
    row = facts(ACCEPTED, as_of=date(2024, 5, 14))

    assert (row.reply_due, row.reply_open, row.reply_due_with_open, row.reply_achievable) == (0, 1, 1, 1)


def test_branches_one_to_five_never_enter_the_sixty_days() -> None:
    acts = (*START, ("accept", "2024-03-15", "告知文号=一"), ("route-arbitration", "2024-03-18", "分支理由=甲"))

    row = facts(acts)

    assert (row.branch, row.routed, row.diverted, row.reply_due, row.reply_due_with_open) == (2, 1, 1, 0, 0)


def test_the_period_is_half_open() -> None:
    acts = (("register", "2024-01-01", ""),)

    inside = facts(acts, period=Period(date(2024, 1, 1), date(2024, 1, 2)))
    outside = facts(acts, period=Period(date(2023, 12, 1), date(2024, 1, 1)))

    assert (inside.registrations, outside.registrations) == (1, 0)


def test_silence_is_never_satisfaction() -> None:
    acts = (*ACCEPTED, ("answer", "2024-04-25", "结论=予以支持"), ("serve", "2024-04-28", "送达凭证=一"))

    row = facts(acts)

    assert (row.unit_evaluation_due, row.unit_silent) == (1, 1)
    assert (row.unit_evaluated, row.unit_satisfied) == (0, 0)


def test_an_evaluation_counts_in_the_cohort_of_its_window_and_by_its_own_day() -> None:
    acts = (
        *ACCEPTED,
        ("answer", "2024-04-25", "结论=予以支持"),
        ("serve", "2024-04-28", "送达凭证=一"),
        ("evaluate-unit", "2024-05-06", "评价=基本满意"),
    )

    april = facts(acts, period=Period(date(2024, 5, 1), date(2024, 5, 28)))
    may = facts(acts, period=Period(date(2024, 5, 28), date(2024, 6, 1)))

    assert (april.unit_evaluations, april.unit_evaluations_satisfied, april.unit_evaluation_due) == (1, 1, 0)
    assert (may.unit_evaluations, may.unit_evaluation_due, may.unit_satisfied) == (0, 1, 1)


def test_what_is_left_out_of_a_rate_is_counted_under_its_reason() -> None:
    declined = facts((*START[:2], ("decline", "2024-03-08", "理由代码=19-3")))
    unclear = facts(START, unclear="1")
    litigation = facts((*START[:2], ("sort-litigation", "2024-03-05", "")), kind="litigation")

    assert (declined.excluded_declined, declined.office_act_due) == (1, 0)
    assert (unclear.excluded_unclear, unclear.notice_excluded, unclear.notice_due) == (1, 1, 0)
    assert (litigation.excluded_litigation, litigation.office_act_due) == (1, 0)


def test_the_practised_acceptance_runs_thirty_days_from_registration() -> None:
    late = (*START, ("accept", "2024-03-28", "告知文号=一"))

    row = facts(late)

    assert (row.notice_due, row.noticed_on_time, row.noticed_late) == (1, 0, 1)
    assert (row.notice_due_as_practised, row.noticed_on_time_as_practised) == (1, 1)


def test_a_confirmed_repeat_within_the_window_undoes_the_resolution() -> None:
    closed = (*ACCEPTED, ("answer", "2024-04-25", "结论=予以支持"), ("serve", "2024-04-28", "送达凭证=一"))

    alone = facts(closed)
    again = facts((*closed, ("note-repeat", "2024-07-01", "后件编号=P9")))
    much_later = facts((*closed, ("note-repeat", "2024-08-01", "后件编号=P9")))

    assert (alone.initial_closed, alone.initial_resolved) == (1, 1)
    assert (again.initial_closed, again.initial_resolved) == (1, 0)
    assert (much_later.initial_closed, much_later.initial_resolved) == (1, 1)


def test_only_a_repeat_somebody_confirmed_is_a_repeat() -> None:
    unconfirmed = facts(START, initial="0")
    confirmed = facts(START, initial="0", repeat_of="P0", persons="3")

    assert (unconfirmed.repeat, unconfirmed.repeat_registrations) == (0, 0)
    assert (confirmed.repeat, confirmed.repeat_registrations, confirmed.repeat_persons) == (1, 1, 3)


def test_ping_pong_leaves_every_objection_with_its_own_five_working_days() -> None:
    acts = (
        *START,
        ("object", "2024-03-15", "异议理由=甲"),
        ("uphold-objection", "2024-03-18", "核实意见=同意"),
        ("forward", "2024-03-19", "去向=land"),
        ("receive", "2024-03-20", ""),
        ("object", "2024-03-28", "异议理由=乙"),
    )

    row = facts(acts)

    assert (row.objections, row.objections_on_time, row.objections_upheld) == (2, 1, 1)
    assert (row.transferred, row.transferred_unreturned, row.organisation) == (1, 0, "land")


def test_a_last_day_without_a_calendar_is_counted_apart_and_guessed_nowhere() -> None:
    acts = (*((step, on.replace("2024-03", "2026-12"), details) for step, on, details in ACCEPTED),)

    row = facts(acts, as_of=date(2027, 12, 31), period=Period.of_year(2027))

    assert (row.reply_due, row.reply_overdue, row.undetermined) == (0, 0, 1)
    assert row.reply_due_as_counted == 1


def test_regions_add_up_to_the_whole() -> None:
    rows = list(build(many(), YEAR, AFTER, CALENDAR))
    whole = {name: sum(getattr(row, name) for row in rows) for name in COUNT_COLUMNS}

    by_region: dict[str, dict[str, int]] = {}
    for row in rows:
        sums = by_region.setdefault(row.region, dict.fromkeys(COUNT_COLUMNS, 0))
        for name in COUNT_COLUMNS:
            sums[name] += getattr(row, name)

    assert len(by_region) == 3
    assert {name: sum(sums[name] for sums in by_region.values()) for name in COUNT_COLUMNS} == whole


def test_the_parts_of_every_cohort_add_up() -> None:
    for row in build(many(), YEAR, AFTER, CALENDAR):
        assert row.office_act_due == row.office_act_on_time + row.office_act_late + row.office_act_overdue
        assert row.notice_due == row.noticed_on_time + row.noticed_late + row.notice_overdue
        assert row.reply_due == row.replied_on_time + row.replied_late + row.reply_overdue
        assert row.unit_evaluation_due == row.unit_satisfied + row.unit_unsatisfied + row.unit_silent
        assert row.office_evaluation_due == row.office_evaluated + row.office_silent


def many() -> Iterator[tuple[tuple[str, ...], tuple[CompactEvent, ...]]]:
    for seed in range(120):
        petition = random_logs.walk(seed, CALENDAR, date(2023, 11, 1))
        region = ("east", "west", "north")[seed % 3]
        yield row_of(petition, {"region": region, "initial": str(seed % 2)}), compact(petition)


def test_details_are_read_as_pairs_or_as_an_object() -> None:
    assert dict(particulars("去向=housing;反馈期限=2024-05-01")) == {"去向": "housing", "反馈期限": "2024-05-01"}
    assert dict(particulars('{"去向": "housing"}')) == {"去向": "housing"}
    assert dict(particulars("")) == {}


def test_rows_of_the_two_tables_are_joined_into_logs() -> None:
    petitions = [matter(petition="P1"), matter(petition="P2")]
    events = [
        ("P1", "1", "2024-03-01", "file", "petitioner", "", "信访形式=letter"),
        ("P2", "1", "2024-03-02", "register", "petition-office", "office", ""),
        ("P1", "2", "2024-03-04", "register", "petition-office", "office", ""),
    ]

    logs = {row[0]: [code for code, _, _ in acts] for row, acts in gather(petitions, events)}

    assert logs == {"P1": [CODES["file"], CODES["register"]], "P2": [CODES["register"]]}


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("P9", "1", "2024-03-01", "file", "petitioner", "", ""), "petition"),
        (("P1", "1", "2024-02-30", "file", "petitioner", "", ""), "on"),
        (("P1", "1", "2024-03-01", "fly", "petitioner", "", ""), "step"),
        (("P1", "one", "2024-03-01", "file", "petitioner", "", ""), "sequence"),
        (("P1", "0", "2024-03-01", "file", "petitioner", "", ""), "sequence"),
    ],
)
def test_an_event_that_cannot_be_placed_is_named_with_its_row(row: tuple[str, ...], column: str) -> None:
    with pytest.raises(InvalidPackage) as caught:
        list(gather([matter()], [row]))

    assert [(problem.row, problem.column) for problem in caught.value.problems] == [(2, column)]


def test_the_layouts_have_no_room_for_a_person() -> None:
    names = {*PETITION_FIELDS, *EVENT_FIELDS, *PetitionFacts._fields}
    unwelcome = ("name", "phone", "address", "identity", "location", "face", "rank", "risk", "score", "petitioner")

    assert [name for name in names if any(word in name for word in unwelcome)] == []


def test_a_calendar_of_one_year_still_counts_that_year() -> None:
    one_year = Calendar(day for day in CALENDAR if day.on.year == 2024)

    row = facts_of(matter(), log(*ACCEPTED), tables(YEAR, date(2024, 12, 31), one_year))

    assert row is not None
    assert (row.reply_due, row.reply_overdue, row.undetermined) == (1, 1, 0)
