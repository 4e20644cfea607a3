"""The number formats of a legacy workbook, which calamine does not tell: without them 98.20% would read as 0.982."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from itertools import islice

from hengping_io.read_number_format import BUILT_IN

FORMAT, CELL_STYLE, SHEET, BEGIN, END, ENCRYPTED = 0x041E, 0x00E0, 0x0085, 0x0809, 0x000A, 0x002F
NUMBER, SHORT_NUMBER, SHORT_NUMBERS, FORMULA = 0x0203, 0x027E, 0x00BD, 0x0006
OLD_VERSION = 0x0500
MOST_RECORDS = 5_000_000
MOST_SHEETS = 1000
Codes = dict[tuple[int, int], str]
"""Row and column, from 0, and the format of the number there; cells in the general format are left out."""


def formats(stream: bytes) -> list[Codes]:
    """Return the formats of every sheet, in the order of the workbook's own list."""
    codes = dict(BUILT_IN)
    styles: list[int] = []
    starts: list[int] = []
    old = len(stream) > 6 and struct.unpack_from("<H", stream, 4)[0] <= OLD_VERSION
    for kind, data in _records(stream, 0):
        if kind == ENCRYPTED:
            return []
        if kind == FORMAT and len(data) >= 3:
            codes[struct.unpack_from("<H", data)[0]] = _format(data, old=old)
        elif kind == CELL_STYLE and len(data) >= 4:
            styles.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == SHEET and len(data) >= 4:
            starts.append(struct.unpack_from("<I", data)[0])
    by_style = [codes.get(number, "General") for number in styles]
    most = MOST_RECORDS // max(len(starts), 1)
    return [_sheet(islice(_records(stream, start), most), by_style) for start in starts[:MOST_SHEETS]]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one part of the stream, those of charts inside it left out."""
    depth = 0
    while at >= 0 and at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == BEGIN:
            depth += 1
        elif kind == END:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _format(data: bytes, *, old: bool) -> str:
    if old:
        return data[3 : 3 + data[2]].decode("gb18030", "replace")
    if len(data) < 5:
        return "General"
    count, wide = struct.unpack_from("<HB", data, 2)
    return data[5 : 5 + 2 * count].decode("utf-16-le", "replace") if wide & 1 else data[5 : 5 + count].decode("latin-1")


def _sheet(records: Iterable[tuple[int, bytes]], styles: list[str]) -> Codes:
    found: Codes = {}
    for kind, data in records:
        if kind in (NUMBER, SHORT_NUMBER, FORMULA) and len(data) >= 6:
            row, column, style = struct.unpack_from("<HHH", data)
            _keep(found, row, column, style, styles)
        elif kind == SHORT_NUMBERS and len(data) >= 6:
            row, first = struct.unpack_from("<HH", data)
            for index in range((len(data) - 6) // 6):
                _keep(found, row, first + index, struct.unpack_from("<H", data, 4 + 6 * index)[0], styles)
    return found


def _keep(found: Codes, row: int, column: int, style: int, styles: list[str]) -> None:
    if style < len(styles) and styles[style] != "General":
        found[row, column] = styles[style]
