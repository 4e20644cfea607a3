"""Questions about entries: the book of a year, lists that page by key, and what stands beside the book."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum

from hengping.ledger.facts import entries_behind
from hengping.ledger.model import Book, Phase
from hengping_io import year_money
from hengping_io.year_money import Beside
from hengping_web.cycle import queries as years
from hengping_web.cycle import year_tables
from hengping_web.cycle.models import EvaluationYear, YearRow
from hengping_web.ledger.models import CORE, ImportBatch, LedgerEntry, to_core

PAGE = 50
KEPT_BOOKS = 8
NUMBERS = 19
"""Digits of a number no database can hold."""


def entries(evaluation_year: EvaluationYear) -> QuerySet[LedgerEntry]:
    """Return the entries of a year in the order they were made."""
    return LedgerEntry.objects.filter(evaluation_year=evaluation_year).order_by("id")


def entry(evaluation_year: EvaluationYear, pk: int) -> LedgerEntry | None:
    """Return one entry with what it corrects and the file it came from."""
    if pk >= 2**63:
        return None
    found = entries(evaluation_year).select_related("evaluation_year__organisation", "corrects", "batch", "by")
    return found.filter(pk=pk).first()


def corrections(shown: LedgerEntry) -> list[LedgerEntry]:
    """Return what corrects an entry, oldest first."""
    return list(shown.corrections.order_by("id"))


def project_title(evaluation_year: EvaluationYear, code: str) -> str:
    """Return what a project is called, empty where nobody said."""
    return next((one.title for one in beside(evaluation_year).projects if one.code == code), "") if code else ""


def same_voucher(evaluation_year: EvaluationYear, shown: LedgerEntry) -> list[LedgerEntry]:
    """Return the other entries of an entry's voucher."""
    return list(entries(evaluation_year).filter(voucher=shown.voucher).exclude(pk=shown.pk)[:PAGE])


def book(evaluation_year: EvaluationYear) -> Book:
    """Return the book of a year."""
    known = beside(evaluation_year)
    found = _made(evaluation_year)
    return Book(evaluation_year.year, found.entries, {one.code: one for one in known.projects}, known.declared)


def _made(evaluation_year: EvaluationYear) -> Book:
    """Return every entry; committed entries never change, so those up to the last one are read once.

    Inside a transaction nothing is kept: it may still be undone, and its numbers given again.
    """
    mine = LedgerEntry.objects.filter(evaluation_year=evaluation_year).order_by("-id")
    last = mine.values_list("id", "at").first()
    if last is None:
        return Book(evaluation_year.year)
    read = _until.__wrapped__ if transaction.get_connection().in_atomic_block else _until
    return read(evaluation_year.pk, evaluation_year.year, *last)


@lru_cache(maxsize=KEPT_BOOKS)
def _until(pk: int, year: int, last: int, _at: datetime) -> Book:
    rows = LedgerEntry.objects.filter(evaluation_year=pk, id__lte=last).order_by("id").values_list(*CORE)
    return Book(year, tuple(to_core(*row) for row in rows))


def beside(evaluation_year: EvaluationYear) -> Beside:
    """Return what the unit states beside its book."""
    given = years.given_tables(evaluation_year)
    rows = {name: list(years.table_rows(evaluation_year, name)) for name in year_money.BESIDE if name in given}
    rows["unit"] = [year_tables.unit(evaluation_year)]
    return year_money.beside(rows)


def balance_rows(evaluation_year: EvaluationYear) -> list[YearRow]:
    """Return the stated balances in order, as rows that can be revised."""
    return list(years.latest_rows(evaluation_year, "balances"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list of entries is asked for; empty means everything. Codes are asked for by how they begin."""

    phases: tuple[str, ...] = ()
    part: str = ""
    fund: str = ""
    functional: str = ""
    economic: str = ""
    project: str = ""
    adjustment: str = ""
    procurement: bool = False
    text: str = ""
    batch: int | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Slice:
    """One page of entries, the key of the next, how many fit, and what they come to in each phase, in 分."""

    rows: Sequence[LedgerEntry]
    following: str
    count: int
    sums: Sequence[tuple[Phase, int]]

    @property
    def cents(self) -> int:
        """Return what all that fit come to; it means something only within one statement of the year."""
        return sum(cents for _, cents in self.sums)


def found(evaluation_year: EvaluationYear, wanted: Wanted) -> Slice:
    """Return the entries that fit, oldest first, and their sum; page after page costs the same."""
    rows = filtered(evaluation_year, wanted)
    by_phase = rows.order_by().values_list("phase").annotate(Sum("cents"), Count("id"))
    known = {phase: (cents, number) for phase, cents, number in by_phase}
    if wanted.after.isascii() and wanted.after.isdecimal() and len(wanted.after) < NUMBERS:
        rows = rows.filter(id__gt=int(wanted.after))
    shown = list(rows[: PAGE + 1])
    following = str(shown[PAGE - 1].pk) if len(shown) > PAGE else ""
    sums = [(phase, known[phase.value][0]) for phase in Phase if phase.value in known]
    return Slice(shown[:PAGE], following, sum(number for _, number in known.values()), sums)


def filtered(evaluation_year: EvaluationYear, wanted: Wanted) -> QuerySet[LedgerEntry]:
    """Return the entries that fit, in the order they were made."""
    rows = entries(evaluation_year)
    if wanted.phases:
        rows = rows.filter(phase__in=wanted.phases)
    exact = {"part": wanted.part, "fund": wanted.fund, "adjustment": wanted.adjustment}
    exact["project"] = "" if wanted.project == NONE else wanted.project
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if wanted.project == NONE:
        rows = rows.filter(project="")
    rows = _by_code(rows, "functional", wanted.functional)
    rows = _by_code(rows, "economic", wanted.economic)
    if wanted.procurement:
        rows = rows.filter(procurement=True)
    if wanted.batch is not None:
        rows = rows.filter(batch=wanted.batch)
    if wanted.text.strip():
        text = wanted.text.strip()
        rows = rows.filter(Q(voucher__icontains=text) | Q(note__icontains=text) | Q(code=text))
    return rows


NONE = "-"
"""Asks for entries in which a code is left out."""


def _by_code(rows: QuerySet[LedgerEntry], field: str, code: str) -> QuerySet[LedgerEntry]:
    if code == NONE:
        return rows.filter(**{field: ""})
    return rows.filter(**{f"{field}__startswith": code}) if code else rows


def with_codes(evaluation_year: EvaluationYear, codes: Sequence[str]) -> QuerySet[LedgerEntry]:
    """Return entries by their codes, in the order they were made."""
    return entries(evaluation_year).filter(code__in=list(codes))


def behind(evaluation_year: EvaluationYear, column: str, after: int) -> tuple[list[LedgerEntry], int | None, int]:
    """Return one page of the entries a column of the facts adds up, where the next begins, and how many there are."""
    codes = [one.file for one in entries_behind(book(evaluation_year), column)]
    shown = codes[after : after + PAGE]
    following = after + PAGE if after + PAGE < len(codes) else None
    return list(with_codes(evaluation_year, shown)), following, len(codes)


def batches(evaluation_year: EvaluationYear) -> QuerySet[ImportBatch]:
    """Return the files entered, newest first."""
    return ImportBatch.objects.filter(evaluation_year=evaluation_year).select_related("by").order_by("-id")


def batch_of(evaluation_year: EvaluationYear, digest: str) -> ImportBatch | None:
    """Return when and by whom a file was entered, where it was."""
    return batches(evaluation_year).filter(digest=digest).first()


def last_code(evaluation_year: EvaluationYear) -> int:
    """Return how many entries the year has; numbers given by the site follow."""
    return LedgerEntry.objects.filter(evaluation_year=evaluation_year).count()


def table_rows(evaluation_year: EvaluationYear, rows: QuerySet[LedgerEntry] | None = None) -> Iterator[dict[str, str]]:
    """Yield the ledger, or some of its entries, as rows of the year folder."""
    for row in (entries(evaluation_year) if rows is None else rows).iterator(2000):
        yield {
            "entry": row.code,
            "phase": row.phase,
            "part": row.part,
            "fund": row.fund,
            "functional": row.functional,
            "economic": row.economic,
            "project": row.project,
            "amount": f"{row.amount:f}",
            "voucher": row.voucher,
            "on": row.on.isoformat() if row.on else "",
            "adjustment": row.adjustment,
            "policy": _truth(row.policy),
            "procurement": _truth(row.procurement),
            "note": row.note,
        }


def _truth(value: bool | None) -> str:  # noqa: FBT001 - a column, not an option
    return "" if value is None else "true" if value else "false"


def phases_present(evaluation_year: EvaluationYear) -> list[Phase]:
    """Return the phases in which there are entries."""
    found = set(entries(evaluation_year).order_by().values_list("phase", flat=True).distinct())
    return [phase for phase in Phase if phase.value in found]
