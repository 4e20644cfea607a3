"""What follows from a matter's events for lists, scope and statistics: pure functions from the core to rows.

Everything here can be derived again at any time; nothing is decided here that the core does not decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from hengping.dates import Period, official_calendar
from hengping.petitions import model as core
from hengping.petitions.certificate import Certificate, Standing
from hengping.petitions.facts import COUNT_COLUMNS, PetitionFacts, Tables, compact, facts_of, row_of, tables
from hengping.petitions.guards import names
from hengping.petitions.model import State
from hengping.petitions.petition import Petition
from hengping_web.petitions.duties import desk_at
from hengping_web.petitions.models import FAR

SEVERAL_DAYS = 3
"""From how many days before the last one a matter is marked as due soon."""

WITHOUT_THE_UNIT = frozenset({State.RETURNED, State.DISPUTED, State.FILED, State.REGISTERED, State.SORTED})
"""States in which no unit has the matter: it was given back, or not yet passed on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """That an organisation has to do with a matter: in which capacity, at which desk, until when, by which clock."""

    organisation: str
    capacity: core.Role
    desk: str
    due_on: date
    clock: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """The organisations a matter concerns, by key; empty where there is none."""

    office: str = ""
    review_body: str = ""
    re_review_body: str = ""
    superior: str = ""
    accused: frozenset[str] = frozenset()


def seats(petition: Petition, parties: Parties, certificates: Iterable[Certificate]) -> list[Seat]:
    """Return who has to do with a matter now; nobody whom it accuses, nor anything below them, is ever among them."""
    case = petition.case
    due = _earliest(certificates)
    found: list[Seat] = []
    for organisation, capacity in _capacities(petition, parties):
        if any(petition.context.authorities.within(organisation, one) for one in parties.accused | case.accused):
            continue
        day, clock = due.get(capacity, (FAR, ""))
        desk = desk_at(case.state, capacity)
        if not desk and clock and capacity is core.Role.HANDLING_BODY:
            desk = "handle"
        found.append(Seat(organisation=organisation, capacity=capacity, desk=desk, due_on=day, clock=clock))
    return found


def _capacities(petition: Petition, parties: Parties) -> Iterator[tuple[str, core.Role]]:
    case = petition.case
    if parties.office:
        yield parties.office, core.Role.PETITION_OFFICE
    if case.holder and case.state not in WITHOUT_THE_UNIT:
        yield from ((unit, core.Role.HANDLING_BODY) for unit in names(case.holder))
    if parties.review_body:
        yield parties.review_body, core.Role.REVIEW_BODY
    if parties.re_review_body:
        yield parties.re_review_body, core.Role.RE_REVIEW_BODY
    if parties.superior and case.state is State.DISPUTED:
        yield parties.superior, core.Role.SUPERIOR


def _earliest(certificates: Iterable[Certificate]) -> dict[core.Role, tuple[date, str]]:
    """Return, for each bearer of a duty, the clock that bites first; somebody's own right never bites."""
    found: dict[core.Role, tuple[date, str]] = {}
    for certificate in certificates:
        if certificate.clock.right or not certificate.is_open:
            continue
        if certificate.standing in (Standing.NOT_APPLICABLE, Standing.STOPPED, Standing.MET, Standing.LATE):
            continue
        day = certificate.due or certificate.due_as_counted
        if day is not None and day < found.get(certificate.clock.bearer, (FAR, ""))[0]:
            found[certificate.clock.bearer] = (day, certificate.clock.key)
    return found


def urgency(due_on: date, today: date) -> tuple[str, str]:
    """Return how a last day stands: a word for the eye and words for everybody."""
    if due_on == FAR:
        return "none", "未定日数"
    left = (due_on - today).days
    if left < 0:
        return "overdue", f"已逾期 {-left} 日"
    if left == 0:
        return "soon", "今天到期"
    return ("soon" if left <= SEVERAL_DAYS else "running"), f"还有 {left} 日"


def years_of(petition: Petition, today: date) -> range:
    """Return the years a matter counts in, from its first event to today."""
    if not petition.events:
        return range(0)
    return range(petition.events[0].on.year, max(today.year, petition.events[0].on.year) + 1)


def facts(petition: Petition, attributes: Mapping[str, str], known: Tables) -> PetitionFacts | None:
    """Return the core's row of facts."""
    return facts_of(row_of(petition, attributes), compact(petition), known)


@lru_cache(maxsize=16)
def tables_of(year: int, as_of: date) -> Tables:
    """Return what the count of a year needs."""
    return tables(Period.of_year(year), as_of, official_calendar())


def counted(row: PetitionFacts) -> dict[str, int]:
    """Return the counts of a row that are not nothing."""
    return {name: value for name, value in row._asdict().items() if name in COUNT_COLUMNS and value}
