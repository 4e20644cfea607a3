"""Which room writes which table of the year folder: the modules the settings name, and this room for all others.

Each module of ``YEAR_TABLES`` offers ``NAMES``, ``rows(evaluation_year)`` and ``load(evaluation_year, tables, actor)``;
it may offer ``files(evaluation_year)`` and ``load_files(evaluation_year, folder, actor)`` where its tables speak of
files in the folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol, TypeAlias, cast

from django.conf import settings

from hengping.errors import RulebookError
from hengping_io.year_layouts import layouts
from hengping_web.accounts.models import User
from hengping_web.cycle.models import EvaluationYear

TableRow: TypeAlias = Mapping[str, str]


class YearTables(Protocol):
    """A module that writes tables of the year folder and takes them in."""

    NAMES: tuple[str, ...]

    def rows(self, evaluation_year: EvaluationYear) -> Mapping[str, Iterable[TableRow]]:
        """Return the rows of every table that is given; a table that is absent was not told of."""
        ...

    def load(
        self, evaluation_year: EvaluationYear, tables: Mapping[str, Sequence[TableRow]], actor: User | None
    ) -> None:
        """Take tables in, as the year's own records."""
        ...


def modules() -> Iterator[YearTables]:
    """Yield every module the settings name; two that claim one table are a mistake of ours."""
    claimed: dict[str, str] = {}
    for name in settings.YEAR_TABLES:
        module = cast("YearTables", import_module(name))
        for table in module.NAMES:
            if table not in layouts():
                raise RulebookError(f"{name} 所写的表 {table} 不在年度数据包之内")
            if table in claimed:
                raise RulebookError(f"表 {table} 由 {claimed[table]} 和 {name} 两处写出")
            claimed[table] = name
        yield module


def owned_elsewhere() -> frozenset[str]:
    """Return the tables that a room of the settings writes."""
    return frozenset(name for module in modules() for name in module.NAMES)


def gather(evaluation_year: EvaluationYear) -> dict[str, Iterable[TableRow]]:
    """Return the rows of every table that is given, in the order of the guide."""
    from hengping_web.cycle import year_tables

    found: dict[str, Iterable[TableRow]] = dict(year_tables.rows(evaluation_year))
    for module in modules():
        found |= module.rows(evaluation_year)
    return {name: found[name] for name in layouts() if name in found}


def files(evaluation_year: EvaluationYear) -> Iterator[tuple[str, bytes]]:
    """Yield every file that goes with the tables: its path in the folder and its content."""
    for module in modules():
        yield from getattr(module, "files", _no_files)(evaluation_year)


def load(
    evaluation_year: EvaluationYear,
    tables: Mapping[str, Sequence[TableRow]],
    actor: User | None = None,
    folder: Path | None = None,
) -> None:
    """Hand tables to the rooms that own them, those of this room first, and their files where a folder has them."""
    from hengping_web.cycle import year_tables

    mine = {name: rows for name, rows in tables.items() if name not in owned_elsewhere()}
    year_tables.load(evaluation_year, mine, actor)
    for module in modules():
        if folder is not None and hasattr(module, "load_files"):
            module.load_files(evaluation_year, folder, actor)
        theirs = {name: tables[name] for name in module.NAMES if name in tables}
        if theirs:
            module.load(evaluation_year, theirs, actor)


def _no_files(_evaluation_year: EvaluationYear) -> Iterable[tuple[str, bytes]]:
    return ()
