"""Ledgers of any size: the engine adds up lots exactly, the core decides what every figure is made of.

An engine groups lines by everything a slice of the book may ask for and sums their amounts; from these few lots the
core makes a book and decides its columns, as it does for a book that was read line by line. A slice, a column or an
indicator that is added to the rulebook touches nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hengping.errors import Unreadable
from hengping.ledger.facts import TITLES, book_facts, reasons
from hengping.ledger.model import Account, Adjustment, Book, Entry, Fund, Part, Phase, Project
from hengping.performance.evaluate import Measured, measure
from hengping.performance.library import INDICATORS
from hengping.performance.model import Indicator, Value
from hengping_io import arrow_tables, counts
from hengping_io.arrow_tables import DAY, FLAG, MONEY, TEXT, WHOLE

if TYPE_CHECKING:
    from hengping_io.counts import Table

LEDGER, PROJECTS = "ledger", "projects.parquet"
LEDGER_KINDS: Mapping[str, str] = {
    "organisation": TEXT,
    "entry": WHOLE,
    "phase": TEXT,
    "part": TEXT,
    "fund": TEXT,
    "functional": TEXT,
    "economic": TEXT,
    "project": TEXT,
    "amount": MONEY,
    "on": DAY,
    "adjustment": TEXT,
    "policy": FLAG,
    "procurement": FLAG,
    "note": TEXT,
}
"""Columns of ledger lines and what they hold."""

PROJECT_KINDS: Mapping[str, str] = {"code": TEXT, "title": TEXT, "category": TEXT, "key": FLAG}
LOT = ("phase", "part", "fund", "functional", "economic", "project", "adjustment", "policy", "procurement")
"""Everything a slice of the book may ask of a line."""


def files(folder: Path) -> list[Path]:
    """Return the files of a ledger, each of the right columns."""
    found = sorted((folder / LEDGER).glob("*.parquet"))
    if not found:
        raise Unreadable(str(folder / LEDGER), "没有账目文件（*.parquet）", "格式见 docs/scale.md。")
    for path in found:
        arrow_tables.check_kinds(path, LEDGER_KINDS)
    return found


def projects(folder: Path) -> list[Project]:
    """Return the projects that lines may name; none where the folder lists none."""
    path = folder / PROJECTS
    if not path.is_file():
        return []
    table = arrow_tables.read_parquet(path, PROJECT_KINDS)
    codes, titles, categories = (arrow_tables.texts(table, name) for name in ("code", "title", "category"))
    keys = arrow_tables.numbers(table, "key")
    rows = zip(codes, titles, categories, keys, strict=True)
    return [Project(code=code, title=title, category=category, key=bool(key)) for code, title, category, key in rows]


def books(table: Table, by: Sequence[str], known: Iterable[Project], year: int) -> dict[tuple[Any, ...], Book]:
    """Return a book of lots for every combination of values of the grouping columns."""
    named = list(known)
    lots: dict[tuple[Any, ...], list[Entry]] = {}
    for row, amount in counts.sum_lots(table, "amount", (*by, *LOT)):
        lots.setdefault(tuple(row[name] for name in by), []).append(_entry(row, amount))
    return {key: Book.of(year, lots[key], named) for key in sorted(lots, key=lambda one: tuple(map(str, one)))}


def _entry(row: Mapping[str, Any], amount: Decimal) -> Entry:
    try:
        account = Account(
            Phase(row["phase"]),
            Part(row["part"]),
            Fund(row["fund"]),
            row["functional"],
            row["economic"],
            row["project"],
        )
        adjustment = Adjustment(row["adjustment"]) if row["adjustment"] else None
    except ValueError as error:
        raise Unreadable(LEDGER, f"有不认得的代码：{error}", "可用的代码见 docs/year-folder.md 的“账目”。") from error
    return Entry(
        account=account,
        amount=amount,
        adjustment=adjustment,
        policy=bool(row["policy"]),
        procurement=bool(row["procurement"]),
    )


def merged(found: Mapping[tuple[Any, ...], Book], known: Iterable[Project], year: int) -> Book:
    """Return one book of the lots of several."""
    return Book.of(year, [entry for book in found.values() for entry in book.entries], known)


def measured(book: Book) -> tuple[Mapping[str, Any], list[tuple[Indicator, Value]]]:
    """Return the columns a book decides, and the spending indicators that are rates or totals of them."""
    facts = book_facts(book).counts()
    given = Measured(counts=facts, titles=TITLES, reasons=reasons(book))
    asked = [
        one
        for one in INDICATORS.on(date(book.year, 12, 31))
        if one.measure.columns and set(one.measure.columns) <= set(facts)
    ]
    return facts, [(one, measure(one, given)) for one in asked]


def year_of(path: Path) -> int:
    """Return the year of a ledger, that of its first dated line."""
    days = arrow_tables.first_days(path, "on")
    if not days:
        raise Unreadable(str(path), "没有一笔有日期，不知是哪一年", "请用 --period 写明年度，如 2024。")
    return days[0].year
