"""Fill a site's database with many matters: ``python -m benchmarks.casework_load --petitions 1000000``.

The database is the one HENGPING_DATABASE and HENGPING_DATA name. Every distinct history is replayed by the core, which
alone decides states, clocks, desks and facts; the twelve cities share histories, not organisations, words or numbers.
Rows go in by COPY (or in one transaction a batch on SQLite), one batch whole or not at all, so that a run that was
stopped goes on where it stood. At the end a sample is derived anew, matter by matter, and compared.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice
from typing import Any

import django

if "HENGPING_DATA" not in os.environ:
    sys.exit(
        "HENGPING_DATA names the folder to fill; without it the site's own data would be filled with invented matters"
    )
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengping_web.settings")
django.setup()

from benchmarks import casework_province as province  # noqa: E402
from benchmarks.corpus import ROOT  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from hengping.dates import official_calendar  # noqa: E402
from hengping.petitions.guards import names  # noqa: E402
from hengping.petitions.model import Authorities, Context  # noqa: E402
from hengping.petitions.petition import Petition  # noqa: E402
from hengping.petitions.steps import STEPS  # noqa: E402
from hengping_web.accounts import services as accounts  # noqa: E402
from hengping_web.accounts.models import Organisation, User  # noqa: E402
from hengping_web.accounts.roles import Role  # noqa: E402
from hengping_web.petitions import derive, model_year, queries, receipts, search, services  # noqa: E402
from hengping_web.petitions.model_year import Log  # noqa: E402
from hengping_web.petitions.models import Event, Facts, Involvement, Matter, NumberSeries, Receipt  # noqa: E402
from hengping_web.trail.services import Kind, record  # noqa: E402

YEAR_DATA = ROOT / "demo" / "model-year" / "data"
BATCH = 100
"""Histories of a batch; each becomes a matter in every city."""

SAMPLE = 300
Row = list[Any]


def main() -> int:
    """Load, index, compare a sample, and print how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--petitions", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    began, today = time.monotonic(), timezone.localdate()
    call_command("migrate", verbosity=0)
    if User.objects.exclude(username__regex="^c[0-9]{2}-sample").exists():
        sys.exit("this database holds other accounts; invented matters go into a database of their own")
    _people()
    each = -(-options.petitions // (province.CITIES * province.YEARS))
    loaded = _load(options.petitions, each, today, options.workers)
    _finish()
    wrong = list(_compare(today))
    seconds = time.monotonic() - began
    print(f"{loaded:,} matters loaded of {Matter.objects.count():,} in {seconds:,.0f} s; {SAMPLE} compared, {wrong=}")
    return 1 if wrong else 0


def _people() -> None:
    """Make the organisations and accounts that are missing; one password's digest serves all, to spare an hour."""
    with transaction.atomic():
        known = {one.key: one for one in Organisation.objects.all()}
        for city in range(province.CITIES):
            for key, name, kind, parent in model_year.ORGANISATIONS:
                here, above = province.key_in(city, key), province.key_in(city, parent)
                if here not in known:
                    known[here] = accounts.create_organisation(
                        here,
                        province.name_in(city, name),
                        kind,
                        parent=known.get(above),
                        petition_office=key == model_year.OFFICE,
                    )
        there = set(User.objects.values_list("username", flat=True))
        for seat in province.seats():
            if seat.username not in there:
                accounts.create_account(
                    seat.username, seat.title, known[seat.organisation], [Role(seat.role)], password=province.PASSWORD
                )


@dataclass(frozen=True, slots=True)
class Batch:
    """Some histories of one year, with the place in the year of the first."""

    year: int
    first: int
    many: int
    each: int

    def numbers(self, city: int) -> list[str]:
        """Return the numbers of the batch's matters in a city."""
        start = city * self.each + self.first + 1
        return [f"{2024 + self.year}-{start + at:06}" for at in range(self.many)]

    def key(self, city: int, at: int) -> int:
        """Return the primary key of a matter."""
        return (self.year * province.CITIES + city) * self.each + self.first + at + 1


def _batches(each: int, today: date) -> Iterator[Batch]:
    for year in range(province.YEARS):
        many = len(province.histories(YEAR_DATA, year, each, today))
        for first in range(0, many, BATCH):
            yield Batch(year, first, min(BATCH, many - first), each)


def _load(petitions: int, each: int, today: date, workers: int) -> int:
    waiting = [batch for batch in _batches(each, today) if not _is_there(batch)]
    connection.close()
    loaded, began = 0, time.monotonic()
    direct = connection.vendor == "postgresql"
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawn) as pool:
        for some in _in_turn(pool, waiting, today, direct=direct):
            loaded += some if isinstance(some, int) else _insert(some)
            rate = loaded / (time.monotonic() - began)
            sys.stderr.write(f"\r{loaded:,} of {petitions:,}, {rate:,.0f}/s ")
    sys.stderr.write("\n")
    return loaded


def _in_turn(pool: ProcessPoolExecutor, waiting: list[Batch], today: date, *, direct: bool) -> Iterator[Any]:
    """Keep a few batches on their way, so that memory does not grow with the number of them."""
    ahead = 8
    under_way = {pool.submit(work, batch, today, direct=direct) for batch in waiting[:ahead]}
    rest = iter(waiting[ahead:])
    while under_way:
        done = next(as_completed(under_way))
        under_way.remove(done)
        yield done.result()
        under_way |= {pool.submit(work, batch, today, direct=direct) for batch in islice(rest, 1)}


def _is_there(batch: Batch) -> bool:
    return Matter.objects.filter(pk=batch.key(province.CITIES - 1, 0)).exists()


Tables = dict[str, tuple[list[str], list[Row]]]
"""Table → its columns and rows."""


def work(batch: Batch, today: date, *, direct: bool) -> int | Tables:
    """Derive a batch; put it in and return how many matters it had, or return the rows to be put in elsewhere."""
    tables = _tables(batch, today)
    return _insert(tables) if direct else tables


def _insert(tables: Tables) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        for table, (columns, rows) in tables.items():
            (_copy if connection.vendor == "postgresql" else _many)(cursor, table, columns, rows)
    return len(tables[Matter._meta.db_table][1])  # noqa: SLF001


def _copy(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    listed = ", ".join(f'"{column}"' for column in columns)
    with cursor.copy(f'COPY "{table}" ({listed}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def _many(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    listed = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    cursor.executemany(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', list(rows))  # noqa: S608


@cache
def _surroundings() -> Context:
    return Context(authorities=Authorities({}), calendar=official_calendar())


@cache
def _known() -> dict[str, Organisation]:
    return {one.key: one for one in Organisation.objects.all()}


def _columns(model: type[models.Model]) -> list[str]:
    """Return the columns of a model, without a key the database gives."""
    return [field.column for field in _fields(model)]


@cache
def _fields(model: type[models.Model]) -> tuple[Any, ...]:
    given = model is not Matter
    return tuple(one for one in model._meta.concrete_fields if not (given and one.primary_key))  # noqa: SLF001


def _values(row: models.Model) -> Row:
    """Return a row as the database takes it, by the model's own fields."""
    found = []
    for field in _fields(type(row)):
        value = field.pre_save(row, add=True)
        if isinstance(field, models.JSONField):
            value = json.dumps(value, ensure_ascii=False)
        elif _vendor() == "sqlite":
            value = field.get_db_prep_save(value, connection)
        found.append(value)
    return found


def _tables(batch: Batch, today: date) -> Tables:
    found: Tables = {
        model._meta.db_table: (_columns(model), [])  # noqa: SLF001
        for model in (Matter, Event, Involvement, Facts, Receipt, Matter.accused.through)
    }
    found["petitions_search"] = (["matter" if _vendor() == "postgresql" else "rowid", "words"], [])
    chosen = province.histories(YEAR_DATA, batch.year, batch.each, today)[batch.first :][: batch.many]
    now, numbers = timezone.now(), [batch.numbers(city) for city in range(province.CITIES)]
    for at, log in enumerate(province.moved(one, batch.year, today) for one in chosen):
        petition = _replayed(log)
        models_here = list(_rows(_Place(0, batch.key(0, at), numbers[0][at]), log, petition, today, now))
        first = [(type(row), _values(row)) for row in models_here]
        for city in range(province.CITIES):
            place = _Place(city, batch.key(city, at), numbers[city][at])
            for model, row in first:
                found[model._meta.db_table][1].append(_carried(model, row, place))  # noqa: SLF001
            found["petitions_search"][1].append(_searched(place.key, place.number, log, city))
    return found


def _carried(model: type[models.Model], row: Row, place: _Place) -> Row:
    """Return a row of the first city as it is in another: its organisations, names, number and words differ."""
    carried = list(row)
    for at, kind in _changing(model):
        carried[at] = _CHANGES[kind](row[at], place)
    return carried


@cache
def _moved_to(city: int) -> dict[Any, int]:
    """Return, for the organisations of the first city, those that stand for them in another."""
    known = _known()
    return {one.pk: known[key.replace("c00-", f"c{city:02}-")].pk for key, one in known.items() if "c00-" in key} | {
        known[province.PROVINCE].pk: known[province.PROVINCE].pk
    }


_CHANGES: dict[str, Callable[[Any, _Place], Any]] = {
    "matter": lambda _value, place: place.key,
    "organisation": lambda value, place: _moved_to(place.city).get(value),
    "text": lambda value, place: value.replace("c00-", f"c{place.city:02}-").replace(
        "示例00市", f"示例{place.city:02}市"
    ),
    "number": lambda _value, place: place.number,
    "summary": lambda _value, place: province.words_of(place.number)[0],
    "claim": lambda _value, place: province.words_of(place.number)[1],
    "code": lambda _value, place: receipts.digest_of(code_of(place.number)),
}
_TEXTS = {Event: {"organisation", "details"}, Facts: {"organisation", "office", "region"}, Matter: {"region"}}
_OWN = {Matter: {"number", "summary", "claim"}, Receipt: {"code"}}


@cache
def _changing(model: type[models.Model]) -> tuple[tuple[int, str], ...]:
    found = []
    for at, field in enumerate(_fields(model)):
        if field.related_model is Organisation:
            found.append((at, "organisation"))
        elif field.related_model is Matter or (model is Matter and field.primary_key):
            found.append((at, "matter"))
        elif field.name in _TEXTS.get(model, ()):
            found.append((at, "text"))
        elif field.name in _OWN.get(model, ()):
            found.append((at, field.name))
    return tuple(found)


@cache
def _vendor() -> str:
    return connection.vendor


def _searched(key: int, number: str, log: Log, city: int) -> Row:
    summary, claim = province.words_of(number)
    texts = (number, summary, claim, province.name_in(city, log.attributes["region"]))
    words = list(dict.fromkeys(word for text in texts for word in search.words(text)))
    return [key, " ".join(f"'{word}'" for word in words) if _vendor() == "postgresql" else " ".join(words)]


def _replayed(log: Log) -> Petition:
    """Take the events one by one, as far as the law allows."""
    petition = Petition(identifier=log.attributes["petition"], context=_surroundings())
    for event in log.events:
        step = STEPS.get(event.step)
        if petition.objection(step, event) is not None:
            break
        petition = petition.with_event(step, event)
    return petition


@dataclass(frozen=True, slots=True)
class _Place:
    """A matter's city, primary key and number."""

    city: int
    key: int
    number: str

    def known(self, key: str) -> Organisation | None:
        """Return the organisation that stands here for one of the model year."""
        return _known().get(province.key_in(self.city, key))

    def first(self, keys: str) -> Organisation | None:
        """Return the first organisation named, if one is known."""
        return next((one for key in sorted(names(keys)) if (one := self.known(key))), None)


def _rows(place: _Place, log: Log, petition: Petition, today: date, now: Any) -> Iterator[models.Model]:
    matter = _matter(place, log, petition)
    yield matter
    yield from _events(place, petition, now)
    for key in petition.case.accused:
        if one := place.known(key):
            yield Matter.accused.through(matter_id=place.key, organisation_id=one.pk)
    parties = derive.Parties(
        office=model_year.OFFICE,
        review_body=model_year.CITY if matter.review_body_id else "",
        re_review_body=model_year.NATION if matter.re_review_body_id else "",
        superior=model_year.CITY,
    )
    for seat in derive.seats(petition, parties, petition.certificates(today)):
        if one := place.known(seat.organisation):
            yield Involvement(
                matter_id=place.key,
                organisation=one,
                capacity=seat.capacity.value,
                desk=seat.desk,
                due_on=seat.due_on,
                clock=seat.clock,
            )
    yield from _facts(place, log, petition, today)
    yield Receipt(matter_id=place.key, code=receipts.digest_of(code_of(place.number)), given_at=now)


def _matter(place: _Place, log: Log, petition: Petition) -> Matter:
    case, told = petition.case, log.attributes
    summary, claim = province.words_of(place.number)
    return Matter(
        pk=place.key,
        number=place.number,
        office=place.known(told["office"]),
        holder=place.first(case.holder),
        review_body=place.known(model_year.CITY) if case.review_asked_on else None,
        re_review_body=place.known(model_year.NATION) if "request-re-review" in case.done else None,
        region=province.name_in(place.city, told["region"]),
        category=told["category"],
        channel=told["channel"],
        persons=int(told["persons"] or 1),
        initial=told["initial"] == "1",
        summary=summary,
        claim=claim,
        state=case.state.value,
        kind=case.kind.value if case.kind else "",
        length=len(petition.events),
        filed_on=petition.events[0].on,
        registered_on=next((one.on for one in petition.events if one.step in ("register", "register-direct")), None),
        last_on=petition.events[-1].on,
    )


def _events(place: _Place, petition: Petition, now: Any) -> Iterator[Event]:
    for sequence, event in enumerate(petition.events, start=1):
        yield Event(
            matter_id=place.key,
            sequence=sequence,
            step=event.step,
            since=STEPS.get(event.step).since,
            on=event.on,
            by=event.by.value,
            organisation=province.key_in(place.city, event.organisation),
            details={name: province.key_in(place.city, value) for name, value in event.details.items()},
            recorded_at=now,
        )


def _facts(place: _Place, log: Log, petition: Petition, today: date) -> Iterator[Facts]:
    # A repeat is told by the events here, as for a matter the site registered itself, not by a column of the file.
    told = {name: value for name, value in log.attributes.items() if name != "repeat_of"}
    for row in services.facts_rows(Matter(number=place.number), petition, today, told):
        yield Facts(
            matter_id=place.key,
            year=row.year,
            as_of=row.as_of,
            organisation=province.key_in(place.city, row.organisation),
            office=province.key_in(place.city, row.office),
            region=province.name_in(place.city, row.region),
            month=row.month,
            kind=row.kind,
            counts=row.counts,
        )


def code_of(number: str) -> str:
    """Return the code on a matter's receipt; in an invented city it may be guessed."""
    digest = hashlib.sha256(f"measured {number}".encode()).digest()
    return "".join(receipts.SIGNS[byte % len(receipts.SIGNS)] for byte in digest[: receipts.LENGTH])


def _finish() -> None:
    """Let new rows come after the loaded ones, let the database know what it holds, and log what was brought in."""
    last = Matter.objects.order_by("-pk").first()
    for year in range(2024, 2024 + province.YEARS):
        top = Matter.objects.filter(number__startswith=f"{year}-").order_by("-number").first()
        number = int(top.number.partition("-")[2]) if top else 0
        NumberSeries.objects.update_or_create(year=year, defaults={"last": number})
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and last:
            cursor.execute("SELECT setval(pg_get_serial_sequence('petitions_matter', 'id'), %s)", [last.pk])
    with transaction.atomic():
        record(Kind.ADMINISTRATION, "petitions.load", details={"matters": Matter.objects.count()})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _compare(today: date) -> Iterator[str]:
    """Derive a sample anew, each matter from its stored events alone, and yield the numbers of those that differ."""
    chance = random.Random(1)  # noqa: S311 - a sample needs no secrets
    top = Matter.objects.order_by("-pk").values_list("pk", flat=True).first() or 1
    context = queries.context()
    for row in Matter.objects.filter(pk__in=[chance.randrange(1, top + 1) for _ in range(SAMPLE)]):
        petition = row.to_core(context)
        case = petition.case
        kept = {(one.organisation.key, one.capacity, one.desk, one.due_on) for one in row.involvements.all()}
        parties = derive.Parties(
            office=row.office.key if row.office else "",
            review_body=row.review_body.key if row.review_body else "",
            re_review_body=row.re_review_body.key if row.re_review_body else "",
            superior=row.office.parent.key if row.office and row.office.parent else "",
            accused=frozenset(row.accused.values_list("key", flat=True)),
        )
        seats = derive.seats(petition, parties, petition.certificates(max(today, row.last_on)))
        wanted = {(one.organisation, one.capacity.value, one.desk, one.due_on) for one in seats}
        counts = {one.year: one.counts for one in services.facts_rows(row, petition, today)}
        same = counts == {one.year: one.counts for one in row.facts.all()}
        if (row.state, row.length) != (case.state.value, len(petition.events)) or kept != wanted or not same:
            yield row.number


if __name__ == "__main__":
    sys.exit(main())
