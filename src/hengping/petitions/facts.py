"""Facts: from logs of events to one flat row per petition, fast enough for a province's year.

Two tables are read, neither with personal data. ``petitions.csv`` (PETITION_FIELDS), one row per matter:

===============  =====================================================================================
petition         identifier of the matter
organisation     responsible unit where the log names none; an organisation's key, never a person
office           petition office that registered it
region           where the problem is
channel          online, letter, call, visit, fax, other
kind             claim, suggestion, accusation, litigation; empty while unsorted
category         code of the content category
persons          how many came or signed, at least 1; never who
initial          1 first-time petition, 0 otherwise
repeat_of        identifier of the earlier matter where a person confirmed the repeat, else empty
unclear          1 where name or address is unclear, so that nobody can be told, else 0
===============  =====================================================================================

``events.csv`` (EVENT_FIELDS), one row per event, in the order of ``petition`` and ``sequence``:

===============  =====================================================================================
petition         identifier of the matter
sequence         1, 2, 3 … within the matter
on               ISO date of the act
step             key of a Step, such as ``forward``
by_role          key of a Role, such as ``petition-office``
organisation     key of the acting organisation, may be empty
details          ``名称=值`` pairs joined by ``;``, such as ``去向=housing;反馈期限=2024-05-01``; or a JSON object
===============  =====================================================================================

Inside, an event is a compact tuple (code of the step, ordinal day, details as text) that ``tally.py`` counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TypeAlias

from hengping.dates import Calendar, Period
from hengping.errors import InvalidPackage, Problem
from hengping.petitions.columns import COLUMNS, COUNT_COLUMNS, TITLES, Column, PetitionFacts
from hengping.petitions.guards import day_in
from hengping.petitions.model import Event, State
from hengping.petitions.parameters import NATIONAL
from hengping.petitions.petition import Petition
from hengping.petitions.steps import STEPS
from hengping.petitions.tally import CODES, CompactEvent, Tables, facts_of, particulars, tables

__all__ = [
    "CODES",
    "COLUMNS",
    "COUNT_COLUMNS",
    "EVENT_FIELDS",
    "PETITION_FIELDS",
    "TITLES",
    "Column",
    "CompactEvent",
    "PetitionFacts",
    "PetitionLog",
    "Tables",
    "build",
    "compact",
    "compact_event",
    "facts_of",
    "gather",
    "misplaced",
    "particulars",
    "row_of",
    "tables",
]

PETITION_FIELDS: tuple[str, ...] = (
    "petition",
    "organisation",
    "office",
    "region",
    "channel",
    "kind",
    "category",
    "persons",
    "initial",
    "repeat_of",
    "unclear",
)
"""Columns of petitions.csv, in order."""

EVENT_FIELDS: tuple[str, ...] = ("petition", "sequence", "on", "step", "by_role", "organisation", "details")
"""Columns of events.csv, in order."""

PetitionLog: TypeAlias = tuple[Sequence[str], Sequence[CompactEvent]]
"""One row of petitions.csv and the matter's events in order."""

_NEXT: dict[tuple[State, int], State] = {
    (state, CODES[step.key]): step.end or state for step in STEPS for state in step.start
}


def build(
    logs: Iterable[PetitionLog], period: Period, as_of: date, calendar: Calendar, authority: str = NATIONAL
) -> Iterator[PetitionFacts]:
    """Yield one row per matter known on the as-of day, decided for a half-open period."""
    known = tables(period, as_of, calendar, authority)
    for petition, events in logs:
        row = facts_of(petition, events, known)
        if row is not None:
            yield row


def gather(petitions: Iterable[Sequence[str]], events: Iterable[Sequence[str]]) -> Iterator[PetitionLog]:
    """Join rows of the two tables (values in the order of their FIELDS) into logs, in the order of the petitions.

    Raises ``InvalidPackage`` with every event whose step, day or petition is unknown or whose order is broken.
    """
    logs: dict[str, tuple[Sequence[str], list[CompactEvent]]] = {row[0]: (row, []) for row in petitions}
    problems: list[Problem] = []
    last: dict[str, int] = {}
    for number, row in enumerate(events, start=2):
        identifier, sequence, on, step, _, _, details = row
        found, code, ordinal = logs.get(identifier), CODES.get(step), _ordinal(on)
        place = int(sequence) if sequence.isdecimal() else 0
        if found is None or code is None or not ordinal or place <= last.get(identifier, 0):
            problems.append(_problem(number, row, known=found is not None, last=last.get(identifier, 0)))
            continue
        last[identifier] = place
        found[1].append((code, ordinal, details))
    if problems:
        raise InvalidPackage(problems)
    yield from logs.values()


def _problem(number: int, row: Sequence[str], *, known: bool, last: int) -> Problem:
    identifier, sequence, on, step = row[:4]
    column, message = "sequence", f"序号“{sequence}”不是大于上一个序号（{last}）的整数"
    remedy = "请按事项与序号排列，序号为 1、2、3……"
    if not known:
        column, message = "petition", f"事项“{identifier}”不在 petitions.csv 中"
        remedy = "请补上该事项或者删去这一行。"
    elif step not in CODES:
        column, message, remedy = "step", f"环节“{step}”不存在", "环节的键见 docs/conformance.md。"
    elif not _ordinal(on):
        column, message, remedy = "on", f"日期“{on}”不存在", "请按 2024-05-31 的写法填写。"
    return Problem(file="events.csv", row=number, column=column, message=message, remedy=remedy)


@lru_cache(maxsize=8192)
def _ordinal(text: str) -> int:
    day = day_in(text)
    return day.toordinal() if day else 0


def misplaced(events: Sequence[CompactEvent]) -> int | None:
    """Return the position of the first event its state or day does not allow, or None; particulars are not asked."""
    state, last = State.NEW, 0
    for position, (code, day, _) in enumerate(events):
        following = _NEXT.get((state, code))
        if following is None or day < last:
            return position
        state, last = following, day
    return None


def compact_event(event: Event) -> CompactEvent:
    """Return an event as the fast count takes it."""
    details = json.dumps(dict(event.details), ensure_ascii=False) if event.details else ""
    return CODES[event.step], event.on.toordinal(), details


def compact(petition: Petition) -> tuple[CompactEvent, ...]:
    """Return a petition's events as the fast count takes them."""
    return tuple(map(compact_event, petition.events))


def row_of(petition: Petition, attributes: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return the row of petitions.csv that a petition's own log supports; ``attributes`` fill in the rest."""
    case = petition.case
    given = dict(attributes or {})
    persons = next((event.details["人数"] for event in petition.events if event.details.get("人数")), "1")
    given.setdefault("petition", petition.identifier)
    given.setdefault("channel", case.channel)
    given.setdefault("kind", case.kind.value if case.kind else "")
    given.setdefault("persons", persons)
    given.setdefault("initial", "0" if "link-earlier" in case.done else "1")
    given.setdefault("unclear", "1" if case.unclear else "0")
    return tuple(given.get(name, "") for name in PETITION_FIELDS)
