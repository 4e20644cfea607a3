"""Which rows of a package's tables a published number rests on, as far as its name tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from hengping.ledger.facts import SLICES, entries_behind
from hengping.ledger.model import Account, Book
from hengping.performance.library import INDICATORS
from hengping.performance.model import Ratio, Total
from hengping.reports.amounts import fund_key
from hengping.reports.published import MEASURE
from hengping.reports.statements import LAST, statements_of
from hengping_io import year_book
from hengping_io.publication_tables import COUNTS
from hengping_io.publication_year import Recomputed

SHOWN = 8
FILLERS = frozenset({"total", "class", "function", "project"})
"""Words of a figure's name that say how it was grouped."""
Rows = Iterator[tuple[str, int]]


def places(year: Recomputed, name: str) -> tuple[str, ...]:
    """Return the files and rows behind a number, each file once: “tables/ledger.csv 第12、13行”."""
    return told(_rows(year, name))


def places_of_column(year: Recomputed, column: str) -> tuple[str, ...]:
    """Return the files and rows behind a column of facts or counts."""
    return told(_of_column(year, column, ""))


def told(rows: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    """Return files and rows in words."""
    found = []
    for file, group in groupby(sorted(set(rows)), key=lambda row: row[0]):
        lines = [line for _, line in group]
        more = f"等 {len(lines)} 行" if len(lines) > SHOWN else "行"
        found.append(f"{file} 第{'、'.join(map(str, lines[:SHOWN]))}{more}")
    return tuple(found)


def _rows(year: Recomputed, name: str) -> Rows:
    project, key = _project_of(name)
    head = key.partition(".")[0]
    if key.startswith(MEASURE):
        yield from _of_indicator(year, key.removeprefix(MEASURE), project)
    elif head == "indicator":
        yield from _of_indicator(year, key.split(".")[1], project)
    elif head == "petitions":
        yield from _of_indicator(year, key.partition(".")[2], project)
    elif head in _TABLES:
        table, wanted = _TABLES[head]
        yield from _matching(year, table, wanted, key.partition(".")[2].replace("-", "_"))
    else:
        yield from _of_books(year, key)


def _project_of(name: str) -> tuple[str, str]:
    if not name.startswith("project."):
        return "", name
    _, code, rest = name.split(".", 2)
    return code, rest


_ITEMS = {"fixed_assets": "assets_total", "fixed_assets_in_use": "assets_in_use"}
_TABLES: dict[str, tuple[str, str]] = {
    "staff": ("staffing", ""),
    "holdings": ("figures", "item"),
    "hospitality": ("hospitality", ""),
}
"""First word of a figure's name → its table, and the column that holds the rest of the name."""


def _matching(year: Recomputed, name: str, column: str, key: str) -> Rows:
    table = year.folder.tables[name]
    wanted = _ITEMS.get(key, key)
    for line, row in zip(table.lines, table.rows(), strict=True):
        if not column or row[column] == wanted:
            yield table.file, line


def _of_books(year: Recomputed, name: str) -> Rows:
    statement, _, rest = name.partition(".")
    words = [word for word in rest.split(".") if word not in FILLERS]
    if statement == LAST and year.facts.last_book is not None:
        book = year.facts.last_book
        phases = frozenset(book.phases)
    else:
        book = year.facts.book
        phases = frozenset(phase for key, _, found in statements_of(book) if key == statement for phase in found)
    for entry in book.entries:
        if entry.account.phase in phases and entry.line is not None and _within(entry.account, words):
            yield entry.file, entry.line


def _within(account: Account, words: Iterable[str]) -> bool:
    known = {
        fund_key(account.fund),
        account.part.value,
        account.economic_class,
        account.economic,
        account.functional,
        account.project,
    }
    return all(word in known for word in words)


def _of_indicator(year: Recomputed, key: str, project: str) -> Rows:
    for name, column in (("measures", "indicator"), ("targets", "indicator")):
        table = year.folder.tables[name]
        for line, row in zip(table.lines, table.rows(), strict=True):
            if row[column] == key and row["project"] == project:
                yield table.file, line
    if key in INDICATORS:
        for column in _columns(key, year):
            yield from _of_column(year, column, project)


def _columns(key: str, year: Recomputed) -> tuple[str, ...]:
    match INDICATORS.get(key, year.facts.reported_on).measure:
        case Ratio(met=met, of=of):
            return (met, of)
        case Total(column=column):
            return (column,)
    return ()


def _of_column(year: Recomputed, column: str, project: str) -> Rows:
    counts = year.tables.get(COUNTS)
    if counts is not None and column in counts["column"]:
        yield counts.file, counts.lines[counts["column"].index(column)]
    elif column in SLICES:
        book: Book = year.facts.book.of_project(project) if project else year.facts.book
        yield from ((entry.file, entry.line) for entry in entries_behind(book, column) if entry.line is not None)
    else:
        yield from _stated(year, column)


def _stated(year: Recomputed, column: str) -> Rows:
    if column not in year_book.stated(year.folder.tables):
        return
    if column in ("staff_on_post", "posts_approved"):
        yield from _matching(year, "staffing", "kind", "total")
    else:
        yield from _matching(year, "figures", "item", column)
