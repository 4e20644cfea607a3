"""Two independent implementations agree on states, clocks and standings of random logs."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from hengping.dates import official_calendar
from hengping.petitions.clocks import CLOCKS
from hengping.petitions.facts import compact, misplaced
from hengping.petitions.model import Context, Event, State
from hengping.petitions.petition import Petition
from hengping.petitions.steps import STEPS

from . import random_logs, second_opinion

CALENDAR = official_calendar()
LOCAL = {"review-acceptance"}


def works(on: date) -> bool | None:
    return CALENDAR.is_working_day(on) if on in CALENDAR else None


def acts(petition: Petition) -> list[second_opinion.Act]:
    return [(event.step, event.on, event.details) for event in petition.events]


@given(random_logs.seeds, random_logs.firsts)
def test_the_state_of_a_lawful_log_is_the_same(seed: int, first: date) -> None:
    petition = random_logs.walk(seed, CALENDAR, first)

    assert str(petition.state) == second_opinion.state_after(acts(petition))


def test_the_second_opinion_knows_every_step_and_every_national_clock() -> None:
    assert {step for _, step in second_opinion.MOVES} == set(STEPS.keys())
    assert set(second_opinion.SPANS) == set(CLOCKS.keys()) - LOCAL


@given(random_logs.seeds, random_logs.firsts, st.integers(min_value=0, max_value=200))
def test_every_clock_ends_and_stands_the_same(seed: int, first: date, later: int) -> None:
    petition = random_logs.walk(seed, CALENDAR, first)
    if not petition.events:
        return
    as_of = petition.events[-1].on + timedelta(days=later - 60)
    known = petition.as_of(as_of)

    mine = {
        (one.clock.key, one.started_at): (one.due_as_counted, one.due, str(one.standing))
        for one in petition.certificates(as_of)
    }
    theirs = {
        (run.clock, run.started): (run.counted, run.due, run.standing)
        for run in second_opinion.runs(acts(known), as_of, works)
    }

    assert mine == theirs


@given(random_logs.seeds, st.integers(min_value=0, max_value=10**6))
def test_a_step_outside_the_table_is_refused_and_a_step_taken_is_in_it(seed: int, pick: int) -> None:
    chance = Random(pick)
    petition = random_logs.walk(seed, CALENDAR, length=chance.randrange(20))
    step = chance.choice(list(STEPS))
    on = petition.events[-1].on if petition.events else random_logs.FIRST
    details = random_logs.particulars(step, on, chance)
    event = Event(step=step.key, on=on, by=chance.choice(sorted(step.by)), organisation="other", details=details)

    refusal = petition.objection(step, event)

    following = second_opinion.MOVES.get((str(petition.state), step.key))
    if following is None:
        assert refusal is not None
    elif refusal is None:
        assert str(petition.with_event(step, event).state) == following


@given(random_logs.seeds)
def test_no_log_reaches_an_undeclared_state_and_no_clock_ends_before_it_starts(seed: int) -> None:
    petition = random_logs.walk(seed, CALENDAR)

    assert petition.state in set(State)
    for one in petition.certificates(date(2026, 6, 1)):
        for last in (one.due, one.due_as_counted):
            assert last is None or last >= one.start
        if one.due is not None and one.due_as_counted is not None:
            assert one.due >= one.due_as_counted


@given(random_logs.seeds)
def test_the_same_log_always_gives_the_same_dates(seed: int) -> None:
    petition = random_logs.walk(seed, CALENDAR)
    rebuilt = Petition(identifier="again", context=Context(calendar=CALENDAR))
    for event in petition.events:
        rebuilt = rebuilt.take(
            STEPS.get(event.step), on=event.on, by=event.by, organisation=event.organisation, details=event.details
        )
    as_of = date(2026, 6, 1)

    assert rebuilt.certificates(as_of) == petition.certificates(as_of)


@given(random_logs.seeds, st.integers(min_value=0, max_value=10**6))
def test_the_fast_check_of_order_agrees_with_the_machine(seed: int, pick: int) -> None:
    chance = Random(pick)
    events = list(compact(random_logs.walk(seed, CALENDAR)))
    if len(events) < 2:
        return
    lawful = misplaced(events)
    at = chance.randrange(len(events) - 1)

    events[at], events[at + 1] = events[at + 1], events[at]

    names: list[second_opinion.Act] = [(STEPS.keys()[code], date.fromordinal(day), {}) for code, day, _ in events]
    ordered = all(before[1] <= after[1] for before, after in pairwise(events))
    assert lawful is None
    assert (misplaced(events) is None) == (second_opinion.state_after(names) is not None and ordered)
