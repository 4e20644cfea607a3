"""What every paged writer must decide about a table: how wide its columns are and how its cells are aligned."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hengping.document import Cell, Table
from hengping.reports.model import MISSING

NUMBER = re.compile(r"[-−≥≤<>=]?\s*[\d,]+(\.\d+)?\s*[%％]?")
TITLE_BREAKS = ("年度", "支出", "单位", "局", "委员会", "办公室")
"""Words after which a title may be broken without tearing a phrase apart."""
TITLE_WIDEST = 20
DASHES = ("—", "")
SHORT = 12
"""The widest text, in half-width letters, that still looks better centred."""
PAGE_LETTERS = 84
"""How many half-width letters of table text a line of the page holds."""
READABLE = 10
"""Four characters and their margins: less than that reads from top to bottom."""
NARROWEST, WIDEST = 7, 40
"""Columns are never narrower or wider than so many half-width letters, whatever they hold."""


class Alignment(StrEnum):
    """How the text of a cell stands in it."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of one table are, from 0: which hold mostly figures, which hold sentences."""

    numeric: frozenset[int]
    wordy: frozenset[int]

    @classmethod
    def of(cls, table: Table) -> Columns:
        """Return what a table's columns are."""
        wordy = {cell.column for cell in _body(table) if cell.column_span == 1 and width_of(cell.text) > SHORT}
        return cls(numeric_columns(table), frozenset(wordy))

    def alignment(self, cell: Cell) -> Alignment:
        """Return how a cell is aligned: heads and short words centred, figures right, sentences left."""
        if cell.header or cell.row_span > 1 or cell.column_span > 1 or cell.text in DASHES:
            return Alignment.CENTER
        if cell.column in self.numeric and (NUMBER.fullmatch(cell.text) or cell.text == MISSING):
            return Alignment.RIGHT
        return Alignment.LEFT if cell.column in self.wordy else Alignment.CENTER


def numeric_columns(table: Table) -> frozenset[int]:
    """Return the columns that hold mostly figures, from 0."""
    found: dict[int, list[bool]] = {}
    for cell in _body(table):
        if cell.text and cell.text != MISSING:
            found.setdefault(cell.column, []).append(NUMBER.fullmatch(cell.text) is not None)
    return frozenset(column for column, marks in found.items() if sum(marks) * 2 > len(marks))


def _body(table: Table) -> Iterator[Cell]:
    return (cell for cell in table.cells if not cell.header and cell.row >= table.header_rows)


def column_count(table: Table) -> int:
    """Return how many columns the grid has."""
    return max((cell.column + cell.column_span for cell in table.cells), default=0)


def column_shares(table: Table) -> tuple[int, ...]:
    """Return the columns' widths as parts per thousand, by what they hold; they add up to exactly 1000.

    Columns of figures get what their longest figure needs, as figures cannot be broken; texts share the rest.
    """
    firm, wanted = _firm_and_wanted(table)
    room = max(PAGE_LETTERS - sum(firm), sum(1 for width in firm if not width) * NARROWEST)
    asked = sum(width for width, kept in zip(wanted, firm, strict=True) if not kept) or 1
    widths = [kept or width * room // asked for width, kept in zip(wanted, firm, strict=True)]
    return _shares(_relieved(widths, firm))


def _relieved(widths: list[int], firm: Sequence[int]) -> list[int]:
    """Give columns of text that came out too narrow to read what the widest can spare."""
    for place, width in enumerate(widths):
        widest = max(range(len(widths)), key=widths.__getitem__)
        lack = READABLE - width
        if not firm[place] and lack > 0 and widths[widest] - lack >= READABLE:
            widths[place] += lack
            widths[widest] -= lack
    return widths


def _firm_and_wanted(table: Table) -> tuple[list[int], list[int]]:
    numeric, count = numeric_columns(table), column_count(table)
    firm, wanted = [0] * count, [NARROWEST] * count
    for cell in table.cells:
        width, at = width_of(cell.text), cell.column
        if cell.column_span > 1:
            continue
        if at in numeric and NUMBER.fullmatch(cell.text):
            firm[at] = max(firm[at], width + 2, NARROWEST - 1)
        # A head may break over two lines, so it asks for half its width.
        wanted[at] = max(wanted[at], min(WIDEST, (-(-width // 2) if cell.header else width) + 1))
    return firm, wanted


def _shares(wanted: Sequence[int]) -> tuple[int, ...]:
    whole = sum(wanted) or 1
    shares = [part * 1000 // whole for part in wanted]
    if shares:
        shares[-1] += 1000 - sum(shares)
    return tuple(shares)


def title_width(title: str) -> float:
    """Return how many characters wide a title is set, so that it breaks after a whole phrase.

    >>> title_width("清河市信访局2024年度部门整体支出绩效自评报告")
    16.4
    """
    whole = width_of(title) / 2
    if whole <= TITLE_WIDEST:
        return TITLE_WIDEST
    ends = {place + len(word) for word in TITLE_BREAKS for place in range(len(title)) if title.startswith(word, place)}
    widths = [width_of(title[:end]) / 2 for end in ends if end < len(title)]
    fitting = [width for width in widths if width <= TITLE_WIDEST - 0.4 and whole - width <= width]
    return round(max(fitting, default=TITLE_WIDEST - 0.4) + 0.4, 1)


def width_of(text: str) -> int:
    """Return the width of a text in half-width letters: a Chinese character counts two.

    >>> width_of("万元 8.50")
    9
    """
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)
