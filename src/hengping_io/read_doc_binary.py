"""The structures of a legacy Word file (97 to 2003, and WPS, which writes the same): pieces, properties, lists.

Every offset in such a file is somebody's claim. Reads outside the stream give nothing instead of failing, and every
loop is bounded by what the stream can hold.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hengping_io.read_numbering import LEVELS, Level, NumberedList

PAGE = 512
FIB_PAIRS = 0x9A
STYLES, CHARACTER_PAGES, PARAGRAPH_PAGES, PIECES, LISTS, LIST_OVERRIDES = 1, 12, 13, 33, 73, 74
TEXT_SIZES = 0x4C
COMPRESSED = 0x4000_0000
MOST_PIECES = 2_000_000
MOST_CHARACTERS = 100_000_000

DELETED, HIDDEN = 0x0800, 0x083C
LIST_LEVEL, LIST_KEY, OUTLINE = 0x260A, 0x460B, 0x2640
IN_TABLE, ROW_END, DEPTH, INNER_CELL, INNER_ROW_END = 0x2416, 0x2417, 0x6649, 0x244B, 0x244C
TABLE_SHAPE, TABLE_SHAPE_10, TAB_CHANGES = 0xD608, 0xD606, 0xC615
OPERAND_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)

FORMATS = [
    "decimal",
    "upperRoman",
    "lowerRoman",
    "upperLetter",
    "lowerLetter",
    "ordinal",
    "cardinalText",
    "ordinalText",
    "hex",
    "chicago",
    "ideographDigital",
    "japaneseCounting",
    "aiueo",
    "iroha",
    "decimalFullWidth",
    "decimalHalfWidth",
    "japaneseLegal",
    "japaneseDigitalTenThousand",
    "decimalEnclosedCircle",
    "decimalFullWidth2",
    "aiueoFullWidth",
    "irohaFullWidth",
    "decimalZero",
    "bullet",
    "ganada",
    "chosung",
    "decimalEnclosedFullstop",
    "decimalEnclosedParen",
    "decimalEnclosedCircleChinese",
    "ideographEnclosedCircle",
    "ideographTraditional",
    "ideographZodiac",
    "ideographZodiacTraditional",
    "taiwaneseCounting",
    "ideographLegalTraditional",
    "taiwaneseCountingThousand",
    "taiwaneseDigital",
    "chineseCounting",
    "chineseLegalSimplified",
    "chineseCountingThousand",
]
"""Number formats by their code; the same names as in .docx."""


def number(data: bytes, at: int, size: int) -> int:
    """Return an unsigned number, zero where the data end before it."""
    return int.from_bytes(data[at : at + size], "little") if at >= 0 else 0


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive characters: the first one's position, the count, where they lie, and one or two bytes each."""

    start: int
    count: int
    offset: int
    width: int
    changes: Mapping[int, bytes]


@dataclass(slots=True)
class Properties:
    """The properties that a stretch of the file's bytes has, found by offset."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    values: list[tuple[int, Mapping[int, bytes]]] = field(default_factory=list)

    def at(self, offset: int) -> tuple[int, Mapping[int, bytes]]:
        """Return style and properties at an offset."""
        index = bisect_right(self.starts, offset) - 1
        if index < 0 or offset >= self.ends[index]:
            return 0, {}
        return self.values[index]


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph style says: its built-in number, what it is based on, its properties."""

    built_in: int
    parent: int
    properties: Mapping[int, bytes]


def modifiers(data: bytes) -> dict[int, bytes]:
    """Return the properties a list of modifiers sets, the last one winning."""
    found: dict[int, bytes] = {}
    at = 0
    while at + 2 <= len(data):
        key = number(data, at, 2)
        at += 2
        size = OPERAND_SIZES[key >> 13]
        if size == 0:
            if key == TABLE_SHAPE:
                size, at = max(number(data, at, 2) - 1, 0), at + 2
            elif key == TAB_CHANGES and number(data, at, 1) == 255:
                break
            else:
                size, at = number(data, at, 1), at + 1
        found[key] = data[at : at + size]
        at += size
    return found


class Binary:
    """A legacy Word file: its main stream and its table stream."""

    def __init__(self, main: bytes, table: bytes) -> None:
        self._main = main
        self._table = table
        self._changes: list[Mapping[int, bytes]] = []
        self.pieces = list(self._pieces())
        self.characters = self._properties(CHARACTER_PAGES, paragraphs=False)
        self.paragraphs = self._properties(PARAGRAPH_PAGES, paragraphs=True)
        self.styles = self._styles()
        self.lists = _Lists(self._pair(LISTS), self._after(LISTS), self._pair(LIST_OVERRIDES)).lists

    def _span(self, index: int) -> tuple[int, int]:
        at = FIB_PAIRS + 8 * index
        return number(self._main, at, 4), number(self._main, at + 4, 4)

    def _pair(self, index: int) -> bytes:
        start, size = self._span(index)
        return self._table[start : start + size]

    def _after(self, index: int) -> bytes:
        """Return what follows a structure: the levels of lists stand behind their table, outside its size."""
        start, size = self._span(index)
        return self._table[start + size :] if size else b""

    def story_sizes(self) -> list[int]:
        """Return the lengths of body, footnotes, headers, macros, comments, endnotes, boxes, header boxes."""
        return [min(number(self._main, TEXT_SIZES + 4 * index, 4), MOST_CHARACTERS) for index in range(8)]

    # Pieces

    def _pieces(self) -> Iterator[Piece]:
        data = self._pair(PIECES)
        at = 0
        while at < len(data):
            if data[at] == 1:
                size = number(data, at + 1, 2)
                self._changes.append(modifiers(data[at + 3 : at + 3 + size]))
                at += 3 + size
            elif data[at] == 2:
                size = number(data, at + 1, 4)
                yield from self._piece_table(data[at + 5 : at + 5 + size])
                return
            else:
                return

    def _piece_table(self, data: bytes) -> Iterator[Piece]:
        count = min(max((len(data) - 4) // 12, 0), MOST_PIECES)
        for index in range(count):
            start, end = number(data, 4 * index, 4), number(data, 4 * index + 4, 4)
            at = 4 * (count + 1) + 8 * index
            place, change = number(data, at + 2, 4), number(data, at + 6, 2)
            width = 1 if place & COMPRESSED else 2
            offset = (place & ~COMPRESSED & 0x3FFF_FFFF) // (2 if width == 1 else 1)
            held = min(end - start, max(len(self._main) - offset, 0) // width)
            if held > 0:
                changes = self._changes[change >> 1] if change & 1 and change >> 1 < len(self._changes) else {}
                yield Piece(start, held, offset, width, changes)

    def text(self, piece: Piece) -> str:
        """Return a piece's characters."""
        data = self._main[piece.offset : piece.offset + piece.count * piece.width]
        if piece.width == 1:
            return data.decode("cp1252", "replace").ljust(piece.count)
        return "".join([chr(code) for code in memoryview(data).cast("H")]) if data else ""

    # Properties

    def _properties(self, index: int, *, paragraphs: bool) -> Properties:
        """Return the properties of characters or paragraphs from the pages that hold them."""
        data = self._pair(index)
        count = max((len(data) - 4) // 8, 0)
        found = Properties()
        spans: list[tuple[int, int, tuple[int, Mapping[int, bytes]]]] = []
        for page_index in range(min(count, len(self._main) // PAGE + 1)):
            page_number = number(data, 4 * (count + 1) + 4 * page_index, 4) & 0x3F_FFFF
            page = self._main[page_number * PAGE : (page_number + 1) * PAGE]
            if len(page) == PAGE:
                spans.extend(_page_spans(page, paragraphs=paragraphs))
        spans.sort(key=lambda span: span[0])
        for start, end, value in spans:
            found.starts.append(start)
            found.ends.append(end)
            found.values.append(value)
        return found

    def _styles(self) -> list[Style | None]:
        data = self._pair(STYLES)
        at = 2 + number(data, 0, 2)
        base = number(data, 4, 2)
        styles: list[Style | None] = []
        while at + 2 <= len(data) and len(styles) < 5000:
            size = number(data, at, 2)
            styles.append(_style(data[at + 2 : at + 2 + size], base) if size else None)
            at += 2 + size
        return styles

    def style_chain(self, index: int) -> Iterator[Style]:
        """Yield a paragraph style and what it is based on, nearest first."""
        for _ in range(20):
            style = self.styles[index] if 0 <= index < len(self.styles) else None
            if style is None:
                return
            yield style
            index = style.parent


def _page_spans(page: bytes, *, paragraphs: bool) -> Iterator[tuple[int, int, tuple[int, Mapping[int, bytes]]]]:
    count = page[-1]
    step = 13 if paragraphs else 1
    if 4 * (count + 1) + step * count > PAGE:
        return
    for index in range(count):
        start, end = number(page, 4 * index, 4), number(page, 4 * index + 4, 4)
        at = 2 * page[4 * (count + 1) + step * index]
        if at == 0 or end <= start:
            yield start, end, (0, {})
        elif paragraphs:
            size = 2 * page[at] - 1 if page[at] else 2 * number(page, at + 1, 1)
            at += 1 if page[at] else 2
            yield start, end, (number(page, at, 2), modifiers(page[at + 2 : at + max(size, 2)]))
        else:
            yield start, end, (0, modifiers(page[at + 1 : at + 1 + page[at]]))


def _style(data: bytes, base: int) -> Style | None:
    kind, parent = number(data, 2, 2) & 0xF, number(data, 2, 2) >> 4
    if kind != 1:
        return None
    at = base + 2 + 2 * number(data, base, 2) + 2
    at += at & 1
    size = number(data, at, 2)
    return Style(number(data, 0, 2) & 0xFFF, parent, modifiers(data[at + 4 : at + 2 + size]))


class _Lists:
    """The lists of a file: definitions, and the overrides that paragraphs refer to."""

    def __init__(self, definitions: bytes, levels: bytes, overrides: bytes) -> None:
        self.lists: dict[int, NumberedList] = {}
        self._families: dict[int, dict[int, Level]] = {}
        self._read_definitions(definitions, levels)
        self._read_overrides(overrides)

    def _read_definitions(self, data: bytes, levels: bytes) -> None:
        at = 0
        for index in range(min(number(data, 0, 2), len(data) // 28)):
            start = 2 + 28 * index
            simple = number(data, start + 26, 1) & 1
            family: dict[int, Level] = {}
            for level in range(1 if simple else LEVELS):
                if at + 28 > len(levels):
                    return
                family[level], at = _level(levels, at)
            self._families[number(data, start, 4)] = family

    def _read_overrides(self, data: bytes) -> None:
        count = min(number(data, 0, 4), len(data) // 16)
        at = 4 + 16 * count
        for index in range(count):
            start = 4 + 16 * index
            family = number(data, start, 4)
            levels = dict(self._families.get(family, {}))
            starts: dict[int, int] = {}
            at += 4
            for _ in range(min(number(data, start + 12, 1), LEVELS)):
                first, flags = number(data, at, 4), number(data, at + 4, 4)
                level = min(flags & 0xF, LEVELS - 1)
                at += 8
                if flags & 0x20 and at + 28 <= len(data):
                    levels[level], at = _level(data, at)
                if flags & 0x10:
                    starts[level] = first
            self.lists[index + 1] = NumberedList(family=str(family), levels=levels, overrides=starts)


def _level(data: bytes, at: int) -> tuple[Level, int]:
    """Return a list level and where the next one begins."""
    code, flags = number(data, at + 4, 1), number(data, at + 5, 1)
    follows = number(data, at + 15, 1)
    text_at = at + 28 + number(data, at + 24, 1) + number(data, at + 25, 1)
    length = number(data, text_at, 2)
    written = data[text_at + 2 : text_at + 2 + 2 * length].decode("utf-16-le", "replace")
    text = "".join(f"%{ord(letter) + 1}" if ord(letter) < LEVELS else letter for letter in written)
    level = Level(
        format="none" if code == 0xFF else FORMATS[code] if code < len(FORMATS) else "decimal",
        text=text,
        start=number(data, at, 4) & 0x7FFF_FFFF,
        suffix=("tab", "space", "nothing")[min(follows, 2)],
        restart=(number(data, at + 26, 1) if flags & 8 else None),
        legal=bool(flags & 4),
    )
    return level, text_at + 2 + 2 * length
