"""How published tables of budgets and final accounts are told apart: by the words of their titles and headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from hengping import tables
from hengping.ledger.model import Fund, Part, Phase

TABLE = "ledger_tables.toml"
YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)\s*年")
SPACES = re.compile(r"[\s　“”\"'‘’]")


def plain(text: str) -> str:
    """Return a title or header without spaces and quotation marks, brackets in one width.

    >>> plain("科 目 名 称")
    '科目名称'
    """
    return SPACES.sub("", text).replace("(", "（").replace(")", "）")


def phase_of(title: str) -> Phase | None:
    """Return which statement a title speaks of."""
    found = _first("phase", plain(title))
    return Phase(found) if found else None


def fund_of(title: str) -> Fund | None:
    """Return which budget a title or a cell speaks of."""
    found = _first("fund", plain(title))
    return Fund(found) if found else None


def part_of(title: str) -> Part | None:
    """Return whether a title or a cell speaks of basic or of project expenditure; of both, neither."""
    text = plain(title)
    found = {row["value"] for row in _rows("part") if any(word in text for word in row["words"])}
    return Part(found.pop()) if len(found) == 1 else None


def years_of(text: str) -> frozenset[int]:
    """Return the years a title speaks of."""
    return frozenset(int(found) for found in YEAR.findall(text))


def aside(title: str) -> str:
    """Say why a table is not entered although it is known; empty for one that is."""
    text = plain(title)
    return next((str(row["why"]) for row in _rows("aside") if any(plain(word) in text for word in row["words"])), "")


def column_role(header: str) -> str:
    """Return what a column of words or codes is for; empty where its header does not say."""
    text = plain(header)
    for row in _rows("column"):
        if any(word in text for word in row["words"]) and not any(word in text for word in row.get("not", ())):
            return str(row["role"])
    return ""


def amount_role(header: Iterable[str]) -> str:
    """Return what a column of amounts is for; what a level says outright counts before 合计 and 小计 below it."""
    levels = [plain(text) for text in header]
    for level in reversed(levels):
        found = _first("amount", level, "role")
        if found and found != "total":
            return found
    return "total" if any(_first("amount", level, "role") for level in levels) else ""


def _first(kind: str, text: str, name: str = "value") -> str:
    return next((str(row[name]) for row in _rows(kind) if any(word in text for word in row["words"])), "")


@cache
def _rows(kind: str) -> tuple[Mapping[str, Any], ...]:
    return tuple(tables.toml(TABLE)[kind])
