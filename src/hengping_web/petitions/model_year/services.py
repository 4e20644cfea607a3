"""Bringing many matters in at once: the model year, in batches, each matter replayed by the core before it is kept."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from hengping.petitions.guards import names
from hengping.petitions.model import Context
from hengping.petitions.petition import Log as CoreLog
from hengping.petitions.petition import Petition, replay
from hengping.petitions.steps import STEPS
from hengping_io.progress import progress
from hengping_web.accounts import services as accounts
from hengping_web.accounts.models import Organisation, User
from hengping_web.accounts.roles import Role
from hengping_web.petitions import derive, model_year, search, services
from hengping_web.petitions.model_year import ACCOUNTS, OFFICE, ORGANISATIONS, Log
from hengping_web.petitions.models import Event, Facts, Involvement, Matter
from hengping_web.petitions.queries import context
from hengping_web.trail.models import LogEntry
from hengping_web.trail.services import Kind, record

BATCH = 100
LOADED = "petitions.loaded"


def organisations_and_accounts(password: str) -> list[tuple[str, str, str, str]]:
    """Make the organisations and the sample accounts that are missing; return name, post, place and password of each."""
    made = []
    with transaction.atomic():
        known = {one.key: one for one in Organisation.objects.all()}
        for key, name, kind, parent in ORGANISATIONS:
            if key not in known:
                above = known.get(parent)
                known[key] = accounts.create_organisation(key, name, kind, parent=above, petition_office=key == OFFICE)
        for username, post, place, role in ACCOUNTS:
            if not User.objects.filter(username=username).exists():
                secret = password or f"{secrets.token_urlsafe(9)}-示例"
                user, _ = accounts.create_account(
                    username, post, known[place], [Role(role)], password=secret, sample=True
                )
                user.password_changed_at = timezone.now()
                user.save(update_fields=["password_changed_at"])
                made.append((username, post, known[place].name, secret))
    return made


def is_loaded() -> bool:
    """Tell whether a model year was loaded to its end before."""
    return LogEntry.objects.filter(action=LOADED).exists()


def matters(folder: Path, today: date, most: int = 0, current: int = 0) -> int:
    """Load the matters of a folder that are not there yet, and as many moved to today as asked; return how many."""
    surroundings = context()
    known = {one.key: one for one in Organisation.objects.all()}
    count = 0
    wanted = [*model_year.logs(folder, most), *model_year.current(folder, current, today)]
    for batch in _batches(progress(wanted, "装入信访事项", unit="件")):
        numbers = {log.attributes["petition"] for log in batch}
        there = set(Matter.objects.filter(number__in=numbers).values_list("number", flat=True))
        fresh = [log for log in batch if log.attributes["petition"] not in there and log.events]
        count += _load(fresh, surroundings, known, today)
    if not is_loaded():
        with transaction.atomic():
            record(Kind.ADMINISTRATION, LOADED, details={"matters": len(wanted)})
    return count


def _batches(found: Iterable[Log]) -> Iterator[list[Log]]:
    waiting = iter(found)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def _load(batch: list[Log], surroundings: Context, known: dict[str, Organisation], today: date) -> int:
    petitions = [_replayed(log, surroundings) for log in batch]
    with transaction.atomic():
        rows = Matter.objects.bulk_create(_matter(log, one, known) for log, one in zip(batch, petitions, strict=True))
        Event.objects.bulk_create(
            event for row, one in zip(rows, petitions, strict=True) for event in _events(row, one)
        )
        _accuse(rows, petitions, known)
        Involvement.objects.bulk_create(
            seat for row, one in zip(rows, petitions, strict=True) for seat in _seats(row, one, known, today)
        )
        Facts.objects.bulk_create(
            facts
            for row, one, log in zip(rows, petitions, batch, strict=True)
            for facts in services.facts_rows(row, one, today, log.attributes)
        )
        for row in rows:
            search.index(row.pk, (row.number, row.summary, row.claim, row.region))
        if rows:
            record(Kind.ADMINISTRATION, "petitions.load", details={"matters": len(rows), "first": rows[0].number})
    return len(rows)


def _replayed(log: Log, surroundings: Context) -> Petition:
    """Return a matter as far as the law allows its log; what it forbids ends the log there."""
    given = CoreLog(identifier=log.attributes["petition"], events=log.events)
    return replay(given, surroundings).petition


def _matter(log: Log, petition: Petition, known: dict[str, Organisation]) -> Matter:
    case, row = petition.case, log.attributes
    registered = next((event.on for event in petition.events if event.step in ("register", "register-direct")), None)
    return Matter(
        number=row["petition"],
        office=known.get(row["office"]),
        holder=_first(case.holder, known),
        review_body=_first(case.reviewed_by, known) or (known[model_year.CITY] if case.review_asked_on else None),
        re_review_body=known[model_year.NATION] if "request-re-review" in case.done else None,
        region=row["region"],
        category=row["category"],
        channel=row["channel"],
        persons=int(row["persons"] or 1),
        initial=row["initial"] == "1",
        summary=log.summary,
        state=case.state.value,
        kind=case.kind.value if case.kind else "",
        length=len(petition.events),
        filed_on=petition.events[0].on,
        registered_on=registered,
        last_on=petition.events[-1].on,
    )


def _first(keys: str, known: dict[str, Organisation]) -> Organisation | None:
    return next((known[key] for key in sorted(names(keys)) if key in known), None)


def _events(row: Matter, petition: Petition) -> Iterator[Event]:
    for sequence, event in enumerate(petition.events, start=1):
        yield Event(
            matter=row,
            sequence=sequence,
            step=event.step,
            since=STEPS.get(event.step).since,
            on=event.on,
            by=event.by.value,
            organisation=event.organisation,
            details=dict(event.details),
        )


def _accuse(rows: list[Matter], petitions: list[Petition], known: dict[str, Organisation]) -> None:
    through: Any = Matter.accused.through
    through.objects.bulk_create(
        through(matter_id=row.pk, organisation_id=known[key].pk)
        for row, petition in zip(rows, petitions, strict=True)
        for key in sorted(petition.case.accused)
        if key in known
    )


def _seats(row: Matter, petition: Petition, known: dict[str, Organisation], today: date) -> Iterator[Involvement]:
    parties = derive.Parties(
        office=row.office.key if row.office else "",
        review_body=row.review_body.key if row.review_body else "",
        re_review_body=row.re_review_body.key if row.re_review_body else "",
        superior=model_year.CITY,
    )
    for seat in derive.seats(petition, parties, petition.certificates(today)):
        if seat.organisation in known:
            yield Involvement(
                matter=row,
                organisation=known[seat.organisation],
                capacity=seat.capacity.value,
                desk=seat.desk,
                due_on=seat.due_on,
                clock=seat.clock,
            )
