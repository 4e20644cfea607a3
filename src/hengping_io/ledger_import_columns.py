"""The columns of a published table by what their headers say: codes, names, amounts, and economic items in a matrix.

Columns are never taken by position. A header may be merged over several columns and rows; what stands in a column
without a header is told to the reader and not read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from hengping.classification import account_by_name, subject
from hengping.document import Cell, Table
from hengping.ledger.table_words import amount_role, column_role, plain
from hengping_io.read_layout import header_rows

CODES = frozenset({"functional", "economic", "code"})
LEVELS = ("类", "款", "项")
NUMBER = re.compile(r"[-−－]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?")
DASHES = frozenset({"", "-", "－", "—", "--", "——", "/", "\\", "0", "0.00"})
LEADING_CODE = re.compile(r"(\d{3}(?:\d{2}){0,2})(?=\D)")
ORDINAL = re.compile(r"栏\s*次|行\s*次")
LONGEST_NUMBER = 24
MATRIX = 3
"""Columns that are economic items before a table is taken for a matrix."""

Line = Sequence[Cell | None]


@dataclass(slots=True)
class Side:
    """Columns that belong together: codes, a name, amounts by their role, and items where it is a matrix."""

    codes: list[tuple[int, str]] = field(default_factory=list)
    words: dict[str, int] = field(default_factory=dict)
    amounts: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)
    items: dict[int, str] = field(default_factory=dict)

    @property
    def roles(self) -> frozenset[str]:
        """Return what its code columns are for."""
        return frozenset(role for _, role in self.codes)


@dataclass(slots=True)
class Sheet:
    """A table on its grid: the rows of its head and body, and its columns by side; ``stray`` have no header."""

    table: Table
    head: list[list[Cell | None]]
    body: list[list[Cell | None]]
    headers: list[tuple[str, ...]]
    sides: list[Side]
    stray: list[int]


def sheet(table: Table) -> Sheet | None:
    """Return a table with its columns told apart, or None where it has no body."""
    grid = table.grid()
    count = _head_rows(table, grid)
    if not grid or count >= len(grid):
        return None
    head, body = grid[:count], grid[count:]
    headers = [_header(head, column) for column in range(len(grid[0]))]
    found = Sheet(table, head, body, headers, [], [])
    _sort_columns(found)
    return found


def _head_rows(table: Table, grid: Sequence[Line]) -> int:
    """Return how many rows head the table: rows that only number the columns belong to the head."""
    count = table.header_rows or header_rows(table.rows)
    while count < len(grid) and any(cell is not None and ORDINAL.search(cell.text) for cell in grid[count]):
        count += 1
    return count


def _header(head: Sequence[Line], column: int) -> tuple[str, ...]:
    levels: list[str] = []
    seen: set[int] = set()
    for line in head:
        cell = line[column]
        text = plain(cell.text) if cell is not None else ""
        if cell is None or id(cell) in seen or not text or text.isdigit() or ORDINAL.search(cell.text):
            continue
        seen.add(id(cell))
        levels.append(text)
    return tuple(levels)


def _sort_columns(found: Sheet) -> None:
    side = Side()
    for column, header in enumerate(found.headers):
        role = _role(header)
        if role in CODES and (side.amounts or side.items):
            found.sides.append(side)
            side = Side()
        if role in CODES:
            side.codes.append((column, role))
        elif role == "government":
            continue
        elif role and not _holds_numbers(found.body, column):
            side.words.setdefault(role, column)
        elif not _amount(side, column, header) and _holds_numbers(found.body, column):
            found.stray.append(column)
        elif not header and not side.words.get("name") and _holds_text(found.body, column):
            side.words.setdefault("name", column)
    found.sides.append(side)
    found.sides = [one for one in found.sides if one.codes or one.amounts or one.items or one.words]


def _role(header: tuple[str, ...]) -> str:
    if header and header[-1] in LEVELS:
        role = column_role("/".join(header[:-1]))
        return role if role in CODES or role == "government" else "code"
    return column_role("/".join(header)) if header else ""


def _amount(side: Side, column: int, header: tuple[str, ...]) -> bool:
    item = _item(header)
    if item:
        side.items[column] = item
        return True
    role = amount_role(header)
    if not role and not (header and _class_of(header)):
        return False
    side.amounts.append((column, role or "total", header))
    return True


def _item(header: tuple[str, ...]) -> str:
    """Return the economic item a column is for, by the code or the name in its header."""
    if not header:
        return ""
    last = header[-1]
    code = re.match(r"3\d{4}", last)
    if code and subject(code.group()) is not None:
        return code.group()
    parent = next((one for level in reversed(header[:-1]) if (one := _class_of((level,)))), "")
    known = account_by_name(last, parent) if parent else account_by_name(last)
    return known.code if known is not None and known.level == 2 else ""


def _class_of(header: tuple[str, ...]) -> str:
    """Return the economic class the last level of a header names."""
    text = re.sub(r"^\d{3}", "", header[-1])
    known = account_by_name(text)
    return known.code if known is not None and known.level == 1 else ""


def _holds_numbers(body: Sequence[Line], column: int) -> bool:
    texts = [cell.text.strip() for line in body if (cell := line[column]) is not None and cell.text.strip()]
    return bool(texts) and sum(number(text) is not None for text in texts) * 2 >= len(texts)


def _holds_text(body: Sequence[Line], column: int) -> bool:
    return any((cell := line[column]) is not None and cell.text.strip() for line in body)


def number(text: str) -> Decimal | None:
    """Return the number a cell holds, or None where it holds none.

    >>> number("1,234.50")
    Decimal('1234.50')
    """
    bare = text.strip().replace(" ", "").replace("　", "")
    if len(bare) > LONGEST_NUMBER or not NUMBER.fullmatch(bare):
        return None
    return Decimal(bare.replace(",", "").replace("，", "").replace("−", "-").replace("－", "-"))


def places_of(text: str) -> int:
    """Return how many decimals a number is printed with.

    >>> places_of("12.30")
    2
    """
    return len(text.strip().partition(".")[2])


def address(cell: Cell | None, found: Sheet, row: int, column: int) -> str:
    """Return where a cell stands: its sheet and address where the file has them, else row and column."""
    place = cell.runs[0].place if cell is not None and cell.runs else None
    if place is not None and place.cell:
        return f"“{place.sheet}”{place.cell}"
    return f"“{found.table.title or '表'}”第{len(found.head) + row + 1}行第{column + 1}列"


def row_place(found: Sheet, row: int, column: int = 0) -> str:
    """Return where a row stands, by its first cell that holds anything."""
    for at in range(column, len(found.headers)):
        cell = found.body[row][at]
        if cell is not None and cell.text.strip():
            return address(cell, found, row, at)
    return address(None, found, row, column)
