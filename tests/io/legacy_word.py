"""A small writer of legacy Word files for the tests: a compound file with one text, its properties and its tables."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from itertools import pairwise

SECTOR = 512
FREE, END, TABLE_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
TEXT_AT = 0x600
IN_TABLE = b"\x16\x24\x01"
ROW_END = IN_TABLE + b"\x17\x24\x01"
DELETED = b"\x00\x08\x01"
HIDDEN = b"\x3c\x08\x01"
LIST = b"\x0a\x26\x00\x0b\x46\x01\x00"


def compound(streams: Mapping[str, bytes]) -> bytes:
    """Return a compound file with these streams."""
    body = b""
    chains: list[int] = [TABLE_SECTOR, END]
    entries = [_entry("Root Entry", 5, END, 0, child=1)]
    for number, (name, data) in enumerate(streams.items(), 1):
        content = data.ljust(4096, b"\x00")
        content += b"\x00" * (-len(content) % SECTOR)
        first = len(chains)
        count = len(content) // SECTOR
        chains += [*range(first + 1, first + count), END]
        right = number + 1 if number < len(streams) else FREE
        entries.append(_entry(name, 2, first, len(content), right=right))
        body += content
    table = struct.pack(f"<{len(chains)}I", *chains).ljust(SECTOR, b"\xff")
    directory = b"".join(entries).ljust(SECTOR, b"\x00")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0)
    header += struct.pack("<I", 0) + b"\xff" * 4 * 108
    return header + table + directory + body


def _entry(name: str, kind: int, first: int, size: int, *, child: int = FREE, right: int = FREE) -> bytes:
    written = name.encode("utf-16-le") + b"\x00\x00"
    entry = written.ljust(64, b"\x00") + struct.pack("<HBBIII", len(written), kind, 1, FREE, right, child)
    return entry + b"\x00" * 36 + struct.pack("<IQ", first, size)


def doc(
    paragraphs: Sequence[tuple[str, bytes]],
    *,
    deleted: Sequence[tuple[int, int]] = (),
    lists: tuple[bytes, bytes, bytes] = (b"", b"", b""),
    mark: bytes = DELETED,
    flags: int = 0,
    version: int = 0xC1,
) -> bytes:
    """Return a legacy Word file: each paragraph's text with its mark, and its properties.

    ``mark`` is the property that the stretches in ``deleted`` have.
    """
    text = "".join(text for text, _ in paragraphs)
    main = bytearray(TEXT_AT) + text.encode("utf-16-le")
    end = len(main)
    main += b"\x00" * (-len(main) % SECTOR)
    edges = [TEXT_AT]
    for paragraph, _ in paragraphs:
        edges.append(edges[-1] + 2 * len(paragraph))
    paragraph_page = len(main) // SECTOR
    main += _page(edges, [_paragraph_properties(properties) for _, properties in paragraphs], 13)
    cuts = sorted({TEXT_AT, end, *(TEXT_AT + 2 * at for span in deleted for at in span)})
    marks = [
        bytes([len(mark)]) + mark
        if any(TEXT_AT + 2 * low <= cut < TEXT_AT + 2 * high for low, high in deleted)
        else b""
        for cut in cuts[:-1]
    ]
    character_page = len(main) // SECTOR
    main += _page(cuts, marks, 1)

    table = bytearray()
    pairs: dict[int, tuple[int, int]] = {}
    pieces = struct.pack("<II", 0, len(text)) + struct.pack("<HIH", 0, TEXT_AT, 0)
    for index, content, counted in (
        (33, b"\x02" + struct.pack("<I", len(pieces)) + pieces, None),
        (12, struct.pack("<III", TEXT_AT, end, character_page), None),
        (13, struct.pack("<III", TEXT_AT, end, paragraph_page), None),
        (73, lists[0] + lists[1], len(lists[0])),
        (74, lists[2], None),
    ):
        pairs[index] = (len(table), len(content) if counted is None else counted)
        table += content
    struct.pack_into("<HH", main, 0, 0xA5EC, version)
    struct.pack_into("<H", main, 0x0A, 0x0200 | flags)
    struct.pack_into("<I", main, 0x4C, len(text))
    for index, pair in pairs.items():
        struct.pack_into("<II", main, 0x9A + 8 * index, *pair)
    return compound({"WordDocument": bytes(main), "1Table": bytes(table)})


def _paragraph_properties(modifiers: bytes) -> bytes:
    content = b"\x00\x00" + modifiers
    if len(content) % 2:
        return bytes([(len(content) + 1) // 2]) + content
    return bytes([0, len(content) // 2]) + content


def _page(edges: Sequence[int], contents: Sequence[bytes], step: int) -> bytes:
    page = bytearray(SECTOR)
    count = len(contents)
    struct.pack_into(f"<{count + 1}I", page, 0, *edges)
    at = SECTOR - 1
    for index, content in enumerate(contents):
        if content:
            at = (at - len(content)) & ~1
            page[at : at + len(content)] = content
            page[4 * (count + 1) + step * index] = at // 2
    page[-1] = count
    return bytes(page)


def row_end(edges: Sequence[int], flags: Sequence[int] = ()) -> bytes:
    """Return the properties of a row's end: its column edges and how its cells are merged."""
    cells = len(edges) - 1
    shape = bytes([cells]) + struct.pack(f"<{cells + 1}h", *edges)
    shape += b"".join(struct.pack("<H18x", flag) for flag in (*flags, *([0] * (cells - len(flags)))))
    return ROW_END + b"\x08\xd6" + struct.pack("<H", len(shape) + 1) + shape


def simple_list(code: int, text: str) -> tuple[bytes, bytes, bytes]:
    """Return definitions, levels and overrides of one list of one level; ``\\0`` in the text is the number."""
    definition = struct.pack("<H", 1) + struct.pack("<II18xBB", 7, 0, 1, 0)
    level = struct.pack("<IBB9xB8xBBBB", 1, code, 0, 2, 0, 0, 0, 0)
    level += struct.pack("<H", len(text)) + text.encode("utf-16-le")
    overrides = struct.pack("<I", 1) + struct.pack("<I8xBBBx", 7, 0, 0, 0) + b"\xff" * 4
    return definition, level, overrides


def spans(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Return where each of consecutive texts begins and ends."""
    ends = [0]
    for text in texts:
        ends.append(ends[-1] + len(text))
    return list(pairwise(ends))
