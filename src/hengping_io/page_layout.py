"""What every paged writer must decide about a table: how wide its columns are and how its cells are aligned."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum

from hengping.document import Cell, Table
from hengping.reports.model import MISSING

NUMBER = re.compile(r"[-−≥≤<>=]?\s*[\d,]+(\.\d+)?\s*[%％]?")
NARROWEST, WIDEST = 4, 44
"""Columns are never narrower or wider than so many half-width letters, whatever they hold."""


class Alignment(StrEnum):
    """How the text of a cell stands in it."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


def alignment(cell: Cell, numeric: frozenset[int]) -> Alignment:
    """Return how a cell is aligned: heads and short words centred, figures right, sentences left."""
    if cell.header or cell.row_span > 1:
        return Alignment.CENTER
    if cell.column in numeric and (NUMBER.fullmatch(cell.text) or cell.text == MISSING):
        return Alignment.RIGHT
    return Alignment.CENTER if width_of(cell.text) <= 12 else Alignment.LEFT


def numeric_columns(table: Table) -> frozenset[int]:
    """Return the columns that hold mostly figures, from 0."""
    found: dict[int, list[bool]] = {}
    for cell in table.cells:
        if not cell.header and cell.row >= table.header_rows and cell.text and cell.text != MISSING:
            found.setdefault(cell.column, []).append(NUMBER.fullmatch(cell.text) is not None)
    return frozenset(column for column, marks in found.items() if sum(marks) * 2 > len(marks))


def column_count(table: Table) -> int:
    """Return how many columns the grid has."""
    return max((cell.column + cell.column_span for cell in table.cells), default=0)


def column_shares(table: Table) -> tuple[int, ...]:
    """Return the columns' widths as parts per thousand, by what they hold; they add up to exactly 1000."""
    count = column_count(table)
    wanted = [NARROWEST] * count
    for cell in table.cells:
        if cell.column_span == 1:
            share = width_of(cell.text)
            # A head may break over two lines, so it asks for half its width.
            asked = -(-share // 2) if cell.header else share
            wanted[cell.column] = max(wanted[cell.column], min(WIDEST, asked + 1))
    return _shares(wanted)


def _shares(wanted: Sequence[int]) -> tuple[int, ...]:
    whole = sum(wanted) or 1
    shares = [part * 1000 // whole for part in wanted]
    if shares:
        shares[-1] += 1000 - sum(shares)
    return tuple(shares)


def width_of(text: str) -> int:
    """Return the width of a text in half-width letters: a Chinese character counts two.

    >>> width_of("万元 8.50")
    9
    """
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)
