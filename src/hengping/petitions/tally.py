"""The fast count: one matter's compact events to its row, over days worked out once as ordinals.

The certificate path explains; this path only counts, and tests hold the two equal. Functions here fill a row by
place and are written for speed: a flat list of the last event of each step answers nearly every question.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from hengping.dates import Calendar, Period
from hengping.errors import OutsideCalendar
from hengping.petitions import columns as at
from hengping.petitions import steps
from hengping.petitions.clocks import FEEDBACK, HANDLING, NOTICE, OBJECTION, OFFICE_ACTS, RE_REVIEW, REVIEW, TRANSFER
from hengping.petitions.columns import COLUMNS, PetitionFacts
from hengping.petitions.model import Clock, State, Step
from hengping.petitions.parameters import NATIONAL, parameter
from hengping.petitions.steps import STEPS

CompactEvent: TypeAlias = tuple[int, int, str]
"""Code of the step (its place in STEPS), ordinal of the day, details as text."""

Seen: TypeAlias = list[CompactEvent]
Row: TypeAlias = list[Any]

CODES: Mapping[str, int] = MappingProxyType({key: code for code, key in enumerate(STEPS.keys())})
"""The code of every step."""


def _code(step: Step) -> int:
    return CODES[step.key]


def _codes(wanted: Iterable[Step]) -> frozenset[int]:
    return frozenset(map(_code, wanted))


NOTHING: CompactEvent = (-1, 0, "")
BLANK: Seen = [NOTHING] * len(CODES)
EMPTY: Row = [0] * len(COLUMNS)
ENDS: tuple[State | None, ...] = tuple(step.end for step in STEPS)

FILE, FILE_DIRECT = _code(steps.FILE), _code(steps.FILE_DIRECT)
REGISTER, REGISTER_DIRECT = _code(steps.REGISTER), _code(steps.REGISTER_DIRECT)
SUBMIT, FORWARD, ASSIGN = _code(steps.SUBMIT), _code(steps.FORWARD), _code(steps.ASSIGN)
PASS_DOWN, REDIRECT = _code(steps.PASS_DOWN), _code(steps.REDIRECT)
DECLINE, DECLINE_FINAL = _code(steps.DECLINE), _code(steps.DECLINE_FINAL)
RECEIVE, OBJECT, ACCEPT = _code(steps.RECEIVE), _code(steps.OBJECT), _code(steps.ACCEPT)
UPHOLD_OBJECTION, REFER_DISPUTE = _code(steps.UPHOLD_OBJECTION), _code(steps.REFER_DISPUTE)
DECIDE_COMPETENCE, ROUTE_PETITION = _code(steps.DECIDE_COMPETENCE), _code(steps.ROUTE_PETITION)
EXTEND, ANSWER, SERVE = _code(steps.EXTEND), _code(steps.ANSWER), _code(steps.SERVE)
PERFORM, REPORT_DIVERSION = _code(steps.PERFORM), _code(steps.REPORT_DIVERSION)
SETTLE, WITHDRAW = _code(steps.SETTLE), _code(steps.WITHDRAW)
NOT_ADOPT, REPLY_SUGGESTION = _code(steps.NOT_ADOPT), _code(steps.REPLY_SUGGESTION)
REQUEST_REVIEW, REVIEW_REVOKE = _code(steps.REQUEST_REVIEW), _code(steps.REVIEW_REVOKE)
DECLINE_REVIEW = _code(steps.DECLINE_REVIEW)
REQUEST_RE_REVIEW, RE_REVIEW_OPINION = _code(steps.REQUEST_RE_REVIEW), _code(steps.RE_REVIEW_OPINION)
OPEN_HEARING, CLOSE_HEARING = _code(steps.OPEN_HEARING), _code(steps.CLOSE_HEARING)
CONTACT, REPORT_RESULT = _code(steps.CONTACT), _code(steps.REPORT_RESULT)
SUPERVISE, REPORT_CORRECTION = _code(steps.SUPERVISE), _code(steps.REPORT_CORRECTION)
NOTE_REPEAT, LINK_EARLIER = _code(steps.NOTE_REPEAT), _code(steps.LINK_EARLIER)
EVALUATE_OFFICE, EVALUATE_UNIT = _code(steps.EVALUATE_OFFICE), _code(steps.EVALUATE_UNIT)

OFFICE_ACT_CODES = _codes(OFFICE_ACTS)
OFFICE_END_CODES = _codes(TRANSFER.ends)
HANDLING_END_CODES = _codes(HANDLING.ends)
REVIEW_STOP_CODES = _codes(REVIEW.stops)
REVIEW_END_CODES = _codes(REVIEW.ends)
FEEDBACK_END_CODES = _codes(FEEDBACK.ends)
UNIT_ANSWER_CODES = frozenset({SERVE, PERFORM, REPORT_DIVERSION, REPLY_SUGGESTION, SETTLE})
SENDING_CODES = frozenset({FORWARD, ASSIGN, PASS_DOWN, DECIDE_COMPETENCE})
ROUTES = tuple((_code(step), step.branch) for step in STEPS if step.branch)
ROUTE_CODES: Mapping[int, int] = {branch: code for code, branch in ROUTES}
SORTED_AS: Mapping[int, str] = {
    _code(steps.SORT_CLAIM): "claim",
    _code(steps.SORT_SUGGESTION): "suggestion",
    _code(steps.SORT_ACCUSATION): "accusation",
    _code(steps.SORT_LITIGATION): "litigation",
}
COUNTED_AS: Mapping[int, int] = MappingProxyType(
    {
        _code(steps.MEDIATE): at.MEDIATIONS,
        SETTLE: at.SETTLEMENTS,
        _code(steps.SIMPLIFY): at.SIMPLIFIED,
        DECLINE: at.DECLINED,
        DECLINE_FINAL: at.DECLINED,
        UPHOLD_OBJECTION: at.OBJECTIONS_UPHELD,
        REFER_DISPUTE: at.DISPUTED,
        REQUEST_REVIEW: at.REVIEW_REQUESTS,
        _code(steps.REVIEW_UPHOLD): at.REVIEWS_UPHELD,
        REVIEW_REVOKE: at.REVIEWS_REVOKED,
        _code(steps.REVIEW_CHANGE): at.REVIEWS_CHANGED,
        REQUEST_RE_REVIEW: at.RE_REVIEW_REQUESTS,
        SUPERVISE: at.SUPERVISIONS,
        _code(steps.ADVISE_IMPROVEMENT): at.IMPROVEMENT_ADVICE,
        _code(steps.ADVISE_POLICY): at.POLICY_ADVICE,
        _code(steps.ADVISE_ACCOUNTABILITY): at.ACCOUNTABILITY_ADVICE,
        _code(steps.ANSWER_ADVICE): at.ADVICE_ANSWERED,
    }
)
RARE: frozenset[int] = frozenset(COUNTED_AS) | {OBJECT, ASSIGN, EXTEND}
"""Steps that send a matter through the thorough part of the count."""

NOT_YET_TOLD = frozenset({State.RECEIVED, State.OBJECTED})
NOT_YET_TOLD_DIRECT = frozenset({State.FILED_DIRECT, State.RECEIVED_DIRECT})
UNDER_REVIEW = frozenset({State.REVIEWING, State.REVIEWED, State.RE_REVIEWING, State.RE_REVIEW_OPEN})
LAST_DAYS = 3


def _days(clock: Clock) -> int:
    return clock.days or 0


OFFICE_DAYS, NOTICE_DAYS = _days(TRANSFER), _days(NOTICE)
HANDLING_DAYS, REVIEW_DAYS, RE_REVIEW_DAYS = _days(HANDLING), _days(REVIEW), _days(RE_REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What the count needs of calendar, period and parameters, as ordinals in plain dictionaries.

    ``rolled`` and ``objection`` lack the days for which no calendar is published; ``first_work`` is the first
    working day that is known.
    """

    start: int
    end: int
    as_of: int
    rolled: Mapping[int, int]
    objection: Mapping[int, int]
    first_work: int
    window: int
    resolution: int
    practised_office: int
    practised_unit: int
    group: int


def tables(period: Period, as_of: date, calendar: Calendar, authority: str = NATIONAL) -> Tables:
    """Work out, once, every day a count may ask for."""
    rolled: dict[int, int] = {}
    objection: dict[int, int] = {}
    for day in calendar:
        try:
            rolled[day.on.toordinal()] = calendar.roll_forward(day.on).toordinal()
            objection[day.on.toordinal()] = calendar.add_working_days(day.on, _days(OBJECTION)).toordinal()
        except OutsideCalendar:
            continue
    on = max(period.start, period.end - timedelta(days=1))
    return Tables(
        start=period.start.toordinal(),
        end=period.end.toordinal(),
        as_of=as_of.toordinal(),
        rolled=rolled,
        objection=objection,
        first_work=min(rolled.values()),
        window=parameter("evaluation-window", authority, on).value,
        resolution=parameter("resolution-window", authority, on).value,
        practised_office=parameter("practised-office-days", authority, on).value,
        practised_unit=parameter("practised-unit-days", authority, on).value,
        group=parameter("group-size", authority, on).value,
    )


def facts_of(  # noqa: C901 - one walk over one matter; splitting it costs a tenth of the speed
    petition: Sequence[str], events: Sequence[CompactEvent], known: Tables
) -> PetitionFacts | None:
    """Decide the row of one matter (PETITION_FIELDS, compact events in order); None where nothing is known yet."""
    if events and events[-1][1] > known.as_of:
        events = [event for event in events if event[1] <= known.as_of]
    if not events:
        return None
    seen = BLANK[:]
    rare = False
    for event in events:
        code = event[0]
        seen[code] = event
        if code in RARE:
            rare = True
    state = _state(events)
    kind = petition[5] or _kind(events)
    registered = seen[REGISTER][1] or seen[REGISTER_DIRECT][1]
    received = seen[FILE][1] or seen[FILE_DIRECT][1] or registered
    initial = petition[8] == "1"
    repeat = 1 if petition[9] or seen[LINK_EARLIER][1] else 0
    persons = int(petition[7] or 1)
    matter = _Matter(events, seen, state, kind, initial, petition[10] == "1", registered, received, known)
    row = EMPTY[:]
    if known.start <= registered < known.end:
        _count_registration(row, matter, petition[4], persons, repeat)
    if not seen[FILE_DIRECT][1]:
        _count_office(row, matter)
    if seen[RECEIVE][1] or seen[FILE_DIRECT][1]:
        _count_notice(row, matter)
    branch = 0
    if seen[ACCEPT][1]:
        branch = _branch(seen)
        _count_acceptance(row, matter, branch)
        if kind == "claim" and branch in (0, 6):
            _count_reply(row, matter)
        _count_evaluation(row, at.OFFICE_EVALUATION_DUE, seen[ACCEPT][1], seen[EVALUATE_OFFICE], known)
    _count_answered(row, matter)
    if rare:
        _count_rare(row, matter)
    if state.is_open and registered:
        row[at.BACKLOG], row[at.BACKLOG_DAYS] = 1, known.as_of - registered
    day, month = _day_and_month(registered or received)
    row[: at.REGISTRATIONS] = (
        petition[0],
        (_destination(events) if rare else "") or petition[1] or _destination(events),
        petition[2],
        petition[3],
        petition[4],
        kind,
        petition[6],
        day,
        month,
        branch,
        state.value,
        1 if initial else 0,
        repeat,
        persons,
    )
    return PetitionFacts._make(row)


class _Matter(NamedTuple):
    """One matter while it is counted; a tuple because it is made tens of thousands of times."""

    events: Sequence[CompactEvent]
    seen: Seen
    state: State
    kind: str
    initial: bool
    unclear: bool
    registered: int
    received: int
    known: Tables


def _state(events: Sequence[CompactEvent]) -> State:
    for event in reversed(events):
        end = ENDS[event[0]]
        if end is not None:
            return end
    return State.NEW


def _kind(events: Sequence[CompactEvent]) -> str:
    for code, _, details in reversed(events):
        if code in SORTED_AS:
            return SORTED_AS[code]
        if code == REGISTER_DIRECT:
            return particulars(details).get("类别", "")
    return ""


def _branch(seen: Seen) -> int:
    if seen[ROUTE_PETITION][1]:
        return 6
    for code, branch in ROUTES:
        if seen[code][1]:
            return branch
    return 0


@lru_cache(maxsize=4096)
def _day_and_month(ordinal: int) -> tuple[date, str]:
    day = date.fromordinal(ordinal)
    return day, f"{day:%Y-%m}"


@lru_cache(maxsize=65536)
def particulars(text: str) -> Mapping[str, str]:
    """Read the details of an event: ``名称=值`` pairs joined by ``;``, or a JSON object."""
    if text.startswith("{"):
        return MappingProxyType({str(name): str(value) for name, value in json.loads(text).items()})
    pairs = (part.partition("=") for part in text.replace("；", ";").split(";") if part.strip())
    return MappingProxyType({name.strip(): value.strip() for name, _, value in pairs})


def _destination(events: Sequence[CompactEvent]) -> str:
    for event in reversed(events):
        if event[0] in SENDING_CODES:
            return particulars(event[2]).get("去向", "")
    return ""


def _first(events: Sequence[CompactEvent], codes: frozenset[int], other: frozenset[int] = frozenset()) -> CompactEvent:
    """Return the first event of ``codes`` or ``other``, or nothing."""
    for event in events:
        if event[0] in codes or event[0] in other:
            return event
    return NOTHING


def _rolled(row: Row, counted: int, known: Tables) -> int:
    """Return the rolled last day, or 0 where it is not known; mark the row if it could have fallen in the period."""
    due = known.rolled.get(counted, 0)
    if not due and counted < known.end and known.start <= max(counted, known.first_work):
        row[at.UNDETERMINED] = 1
    return due


def _five(row: Row, place: int, due: int, done: int, known: Tables) -> bool:
    """Fill due, on time, late, overdue, open; tell whether the due day is in the period at all."""
    if not known.start <= due < known.end:
        return False
    if done:
        row[place] = 1
        row[place + (1 if done <= due else 2)] = 1
    elif known.as_of > due:
        row[place] = row[place + 3] = 1
    else:
        row[place + 4] = 1
    return True


def _two(row: Row, place: int, due: int, done: int, known: Tables) -> None:
    """Fill due and on time."""
    if known.start <= due < known.end and (done or known.as_of > due):
        row[place] = 1
        row[place + 1] = 1 if 0 < done <= due else 0


def _count_registration(row: Row, matter: _Matter, channel: str, persons: int, repeat: int) -> None:
    row[at.REGISTRATIONS] = 1
    row[at.PERSONS_REGISTERED] = persons
    row[at.REGISTRATION_LAG_DAYS] = matter.registered - matter.received
    row[at.INITIAL_REGISTRATIONS] = 1 if matter.initial else 0
    row[at.REPEAT_REGISTRATIONS] = repeat
    row[at.REPEAT_PERSONS] = persons * repeat
    if channel == "online":
        row[at.ONLINE_REGISTRATIONS] = 1
    elif channel == "visit":
        row[at.VISIT_REGISTRATIONS] = 1
        row[at.GROUP_VISITS] = 1 if persons >= matter.known.group else 0


def _count_office(row: Row, matter: _Matter) -> None:
    seen, known = matter.seen, matter.known
    sent = seen[FORWARD] if seen[FORWARD][1] else seen[ASSIGN]
    returned = seen[UPHOLD_OBJECTION][1]
    act = sent
    if not sent[1] or returned or seen[SUBMIT][1]:
        act = _first(matter.events, OFFICE_ACT_CODES, OFFICE_END_CODES)
        sent = _first(matter.events, SENDING_CODES)
    if known.start <= sent[1] < known.end:
        row[at.TRANSFERRED] = 1
        row[at.TRANSFERRED_UNRETURNED] = 0 if returned else 1
    if not matter.initial or act[0] in OFFICE_END_CODES:
        return
    counted = matter.received + OFFICE_DAYS
    due = _rolled(row, counted, known)
    excluded = _excluded(matter)
    if excluded:
        if known.start <= due < known.end:
            row[excluded] = 1
        return
    _five(row, at.OFFICE_ACT_DUE, due, act[1], known)
    _two(row, at.OFFICE_ACT_DUE_AS_COUNTED, counted, act[1], known)
    if matter.registered:
        practised = matter.registered + known.practised_office
        _two(row, at.OFFICE_ACT_DUE_AS_PRACTISED, practised, act[1], known)


def _excluded(matter: _Matter) -> int:
    if matter.seen[DECLINE][1] or matter.seen[DECLINE_FINAL][1]:
        return at.EXCLUDED_DECLINED
    if matter.unclear:
        return at.EXCLUDED_UNCLEAR
    return at.EXCLUDED_LITIGATION if matter.kind == "litigation" else 0


def _count_notice(row: Row, matter: _Matter) -> None:
    seen, known = matter.seen, matter.known
    start, done = seen[RECEIVE][1], seen[ACCEPT][1]
    waiting = NOT_YET_TOLD
    if not start:
        start, waiting = seen[FILE_DIRECT][1], NOT_YET_TOLD_DIRECT
        done = done or seen[PASS_DOWN][1] or seen[REDIRECT][1]
    if not done and matter.state not in waiting:
        return
    counted = start + NOTICE_DAYS
    due = _rolled(row, counted, known)
    if matter.unclear or matter.kind == "litigation":
        if known.start <= due < known.end:
            row[at.NOTICE_EXCLUDED] = 1
        return
    if _five(row, at.NOTICE_DUE, due, done, known) and done == due:
        row[at.SIGNAL_NOTICE_ON_LAST_DAY] = 1
    _two(row, at.NOTICE_DUE_AS_COUNTED, counted, done, known)
    if matter.initial and matter.registered:
        practised = matter.registered + known.practised_unit
        _two(row, at.NOTICE_DUE_AS_PRACTISED, practised, done, known)


def _count_acceptance(row: Row, matter: _Matter, branch: int) -> None:
    seen, known = matter.seen, matter.known
    accepted = seen[ACCEPT][1]
    if known.start <= accepted < known.end:
        row[at.ACCEPTED] = 1
        row[at.ACCEPTANCE_DAYS] = accepted - (matter.registered or matter.received)
        returned = seen[UPHOLD_OBJECTION][1] or seen[REFER_DISPUTE][1]
        again = seen[REQUEST_REVIEW][1] or seen[NOTE_REPEAT][1]
        closed = matter.state is not State.WITHDRAWN and not matter.state.is_open
        if closed and not returned and not again:
            row[at.ACCEPTED_SETTLED_FIRST] = 1
    if branch and known.start <= seen[ROUTE_CODES[branch]][1] < known.end:
        row[at.ROUTED] = 1
        row[at.DIVERTED] = 1 if branch < 6 else 0


def _count_reply(row: Row, matter: _Matter) -> None:
    seen, known = matter.seen, matter.known
    accepted, done = seen[ACCEPT][1], seen[ANSWER][1]
    if seen[REVIEW_REVOKE][1]:
        done = _first(matter.events, frozenset({ANSWER}))[1]
    if done and known.start <= done < known.end:
        _count_answer(row, matter, done - accepted, done)
    if not done and (seen[SETTLE][1] or seen[WITHDRAW][1]):
        return
    counted = accepted + HANDLING_DAYS
    extra = 0
    if seen[EXTEND][1]:
        extra = _extension(row, matter, counted)
        counted += extra
    due = _rolled(row, counted, known)
    if _five(row, at.REPLY_DUE, due, done, known):
        row[at.REPLY_DUE_WITH_OPEN] = 1
        row[at.REPLY_ACHIEVABLE] = row[at.REPLIED_ON_TIME] + row[at.REPLY_OPEN]
        row[at.EXTENDED] = 1 if extra else 0
        if done == due and not seen[CONTACT][1]:
            row[at.SIGNAL_REPLY_WITHOUT_CONTACT] = 1
    _two(row, at.REPLY_DUE_AS_COUNTED, counted, done, known)
    receipt = (seen[RECEIVE][1] or seen[FILE_DIRECT][1]) + HANDLING_DAYS + extra
    _two(row, at.REPLY_DUE_FROM_RECEIPT, _rolled(row, receipt, known), done, known)
    if matter.initial and known.start <= counted < known.end:
        row[at.REPLY_DUE_AS_PRACTISED] = 1
        row[at.REPLIED_ON_TIME_AS_PRACTISED] = 1 if 0 < done <= counted else 0


def _count_answer(row: Row, matter: _Matter, days: int, done: int) -> None:
    row[at.REPLIES] = 1
    row[at.HANDLING_DAYS] = days
    if matter.initial:
        row[at.INITIAL_REPLIES] = 1
        contact = matter.seen[CONTACT]
        if contact[1] > done:
            contact = _first(matter.events, frozenset({CONTACT}))
        if 0 < contact[1] <= done:
            row[at.INITIAL_REPLIES_CONTACTED] = 1


def _extension(row: Row, matter: _Matter, counted: int) -> int:
    """Return the days granted in time; one granted after the last day lengthens nothing."""
    known = matter.known
    last = known.rolled.get(counted, counted)
    extra = 0
    for code, day, details in matter.events:
        if code == EXTEND and day <= last:
            extra += int(particulars(details)["延期日数"])
            if last - day <= LAST_DAYS and known.start <= day < known.end:
                row[at.SIGNAL_LATE_EXTENSION] = 1
    return extra


def _count_evaluation(row: Row, place: int, opened: int, event: CompactEvent, known: Tables) -> None:
    """Fill the eight columns of one target: due, evaluated, satisfied, unsatisfied, silent, and the practised three."""
    given = event[1]
    satisfied = given and particulars(event[2]).get("评价") in ("满意", "基本满意")
    due = _rolled(row, opened + known.window, known)
    ended = known.start <= due < known.end and known.as_of > due
    if ended:
        row[place] = 1
        if 0 < given <= due:
            row[place + 1] = 1
            row[place + (2 if satisfied else 3)] = 1
        else:
            row[place + 4] = 1
    if known.start <= given < known.end:
        row[place + 5] = row[place + 7] = 1
        row[place + 6] = 1 if satisfied else 0
    elif ended and not given:
        row[place + 7] = 1


def _count_answered(row: Row, matter: _Matter) -> None:
    seen, known, state = matter.seen, matter.known, matter.state
    opened = seen[SERVE][1] or seen[PERFORM][1] or seen[REPORT_DIVERSION][1]
    opened = opened or seen[REPLY_SUGGESTION][1] or seen[SETTLE][1]
    if opened:
        if seen[REVIEW_REVOKE][1]:
            opened = _first(matter.events, UNIT_ANSWER_CODES)[1]
        _count_evaluation(row, at.UNIT_EVALUATION_DUE, opened, seen[EVALUATE_UNIT], known)
    if not matter.initial or state.is_open or state is State.WITHDRAWN:
        return
    closed = max(
        seen[ANSWER][1],
        seen[PERFORM][1],
        seen[REPORT_DIVERSION][1],
        seen[SETTLE][1],
        seen[NOT_ADOPT][1],
        seen[REPLY_SUGGESTION][1],
    )
    if not known.start <= closed < known.end:
        return
    if state in UNDER_REVIEW:
        row[at.RESOLUTION_EXCLUDED] = 1
    elif closed + known.resolution > known.as_of:
        row[at.RESOLUTION_PENDING] = 1
    else:
        row[at.INITIAL_CLOSED] = 1
        row[at.INITIAL_RESOLVED] = 1
        if seen[NOTE_REPEAT][1]:
            for code, day, _ in matter.events:
                if code == NOTE_REPEAT and closed <= day <= closed + known.resolution:
                    row[at.INITIAL_RESOLVED] = 0


def _count_rare(row: Row, matter: _Matter) -> None:
    """Walk the events of a matter that went through anything out of the ordinary."""
    seen, known = matter.seen, matter.known
    for code, day, _ in matter.events:
        column = COUNTED_AS.get(code, 0)
        if column and known.start <= day < known.end:
            row[column] += 1
    if seen[OBJECT][1]:
        _count_objections(row, matter)
    if seen[REQUEST_REVIEW][1]:
        _count_reviews(row, matter)
    if seen[REQUEST_RE_REVIEW][1]:
        _count_re_review(row, matter)
    if seen[ASSIGN][1]:
        _count_feedback(row, matter)
    if seen[SUPERVISE][1]:
        _count_corrections(row, matter)


def _count_objections(row: Row, matter: _Matter) -> None:
    known, received = matter.known, 0
    for code, day, _ in matter.events:
        if code == RECEIVE:
            received = day
        elif code == OBJECT and known.start <= day < known.end:
            last = known.objection.get(received, 0)
            if last:
                row[at.OBJECTIONS] += 1
                row[at.OBJECTIONS_ON_TIME] += 1 if day <= last else 0
            else:
                row[at.UNDETERMINED] = 1


def _count_reviews(row: Row, matter: _Matter) -> None:
    known, asked = matter.known, 0
    for code, day, _ in matter.events:
        if code == REQUEST_REVIEW:
            asked = day
        elif asked and code in REVIEW_STOP_CODES:
            _add(row, at.REVIEW_DUE, _rolled(row, asked + REVIEW_DAYS, known), day, known)
            asked = 0
        elif asked and code in REVIEW_END_CODES:
            asked = 0
    if asked:
        _add(row, at.REVIEW_DUE, _rolled(row, asked + REVIEW_DAYS, known), 0, known)


def _count_feedback(row: Row, matter: _Matter) -> None:
    known, term = matter.known, 0
    for code, day, details in matter.events:
        if code == ASSIGN:
            term = date.fromisoformat(particulars(details)["反馈期限"]).toordinal()
        elif term and code == REPORT_RESULT:
            _add(row, at.FEEDBACK_DUE, _rolled(row, term, known), day, known)
            term = 0
        elif code in FEEDBACK_END_CODES:
            term = 0
    if term:
        _add(row, at.FEEDBACK_DUE, _rolled(row, term, known), 0, known)


def _add(row: Row, place: int, due: int, done: int, known: Tables) -> None:
    if known.start <= due < known.end and (done or known.as_of > due):
        row[place] += 1
        row[place + 1] += 1 if 0 < done <= due else 0


def _count_re_review(row: Row, matter: _Matter) -> None:
    known = matter.known
    end = opened = done = 0
    for code, day, _ in matter.events:
        if code == REQUEST_RE_REVIEW:
            end = day + RE_REVIEW_DAYS
            free = day + 1
        elif end and code == OPEN_HEARING:
            opened = day
        elif end and code == CLOSE_HEARING:
            end, free = _paused(end, free, opened, day)
            opened = 0
        elif end and code == RE_REVIEW_OPINION:
            done = day
        elif end and code == WITHDRAW:
            return
    if opened:
        end, free = _paused(end, free, opened, known.as_of)
    _add(row, at.RE_REVIEW_DUE, _rolled(row, end, known), done, known)


def _paused(end: int, free: int, first: int, last: int) -> tuple[int, int]:
    """Return the end of a count after one pause, and the first day a later pause may take."""
    first = max(first, free)
    if first > end or last < first:
        return end, free
    return end + last - first + 1, last + 1


def _count_corrections(row: Row, matter: _Matter) -> None:
    known = matter.known
    waiting: list[int] = []
    for code, day, details in matter.events:
        if code == SUPERVISE:
            waiting.append(date.fromisoformat(particulars(details)["改正期限"]).toordinal())
        elif code == REPORT_CORRECTION and waiting:
            _add(row, at.CORRECTIONS_DUE, _rolled(row, waiting.pop(0), known), day, known)
    for term in waiting:
        _add(row, at.CORRECTIONS_DUE, _rolled(row, term, known), 0, known)
