"""Invented ledgers of any size, made as whole columns: a few hundred accounts, and as many lines as are asked for."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hengping.ledger.model import Adjustment, Fund, Part, Phase
from hengping_io.arrow_tables import random_columns, typed_table, write_parquet
from hengping_io.generate_petitions import LABEL
from hengping_io.ledger_counts import LEDGER, LEDGER_KINDS, PROJECT_KINDS, PROJECTS

LINES_IN_A_FILE = 1_000_000
ACCOUNTS = 1024
ECONOMIC = (
    "30101",
    "30102",
    "30103",
    "30107",
    "30201",
    "30211",
    "30212",
    "30217",
    "30231",
    "30301",
    "30309",
    "31002",
    "31013",
)
FUNCTIONAL = ("2010301", "2010308", "2130101")
KEY_PROJECTS = {f"虚构项目{number:02}": number % 2 == 0 for number in range(1, 11)}

__all__ = ["LEDGER", "plan", "write_part", "write_projects"]


@dataclass(frozen=True, slots=True)
class LedgerPart:
    """One file to be made: which, how many lines, from which seed."""

    number: int
    first: int
    lines: int
    seed: int
    year: int


def plan(lines: int, seed: int, year: int) -> Iterator[LedgerPart]:
    """Yield every file to be made."""
    for number, first in enumerate(range(0, lines, LINES_IN_A_FILE)):
        yield LedgerPart(number, first, min(LINES_IN_A_FILE, lines - first), seed, year)


def write_projects(out: Path) -> None:
    """Write the projects that lines may name."""
    columns = {"code": list(KEY_PROJECTS), "title": list(KEY_PROJECTS), "category": ["business"] * 10}
    values = columns | {"key": list(KEY_PROJECTS.values())}
    table = typed_table({name: (PROJECT_KINDS[name], list(values[name])) for name in PROJECT_KINDS}, {"label": LABEL})
    write_parquet(table, out / PROJECTS)


def write_part(part: LedgerPart, out: Path) -> int:
    """Write one file and return how many lines it holds; its first lines open every phase."""
    chance = random.Random(part.seed * 1_000_003 + part.number)  # noqa: S311 - invented data needs no secrets
    accounts = [_account(chance, number, part) for number in range(ACCOUNTS)]
    names = [name for name in LEDGER_KINDS if name not in ("entry", "amount")]
    distinct = {name: (LEDGER_KINDS[name], [account[name] for account in accounts]) for name in names}
    columns = random_columns(distinct, part.lines, chance.randbytes)
    columns["entry"] = range(part.first + 1, part.first + part.lines + 1)
    table = typed_table({name: (LEDGER_KINDS[name], columns[name]) for name in LEDGER_KINDS}, {"label": LABEL})
    write_parquet(table, out / LEDGER / f"part-{part.number:05}.parquet", rows_in_a_group=1 << 18)
    return part.lines


def _account(chance: random.Random, number: int, part: LedgerPart) -> Mapping[str, Any]:
    def one(values: tuple[Any, ...]) -> Any:
        return values[int(chance.random() * len(values))]

    phase = tuple(Phase)[number % 4]
    kind = one(tuple(Part))
    on = date(part.year, 1 + int(chance.random() * 12), 1 + int(chance.random() * 28))
    return {
        "organisation": f"虚构单位{1 + (part.number * 7 + number // 64) % 120:04}",
        "phase": phase.value,
        "part": kind.value,
        "fund": Fund.GENERAL.value if chance.random() < 0.8 else one(tuple(Fund)).value,
        "functional": one(FUNCTIONAL),
        "economic": one(ECONOMIC),
        "project": one(tuple(KEY_PROJECTS)) if kind is Part.PROJECT else "",
        "on": on,
        "adjustment": one(tuple(Adjustment)).value if phase is Phase.ADJUSTMENT else "",
        "policy": chance.random() < 0.1,
        "procurement": chance.random() < 0.2,
        "note": "虚构",
    }
