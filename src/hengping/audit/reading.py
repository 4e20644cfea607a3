"""A document as the auditor reads it: passages, ordinals, and the facts drawn from them, each worked out once.

Checks take a ``Reading`` and nothing else. Every offset is a code point of ``Document.text``: normalisation replaces
characters one for one and never moves any.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from hengping.document import Document, Heading, Table

if TYPE_CHECKING:
    from hengping.audit.extraction.accounts_in_text import AccountLine
    from hengping.audit.extraction.dates_in_text import DateInText
    from hengping.audit.extraction.grids import Grid
    from hengping.audit.extraction.localities import Locality
    from hengping.audit.extraction.marks import Mark
    from hengping.audit.extraction.outline import Outline
    from hengping.audit.extraction.scorecards import ScoreCard
    from hengping.audit.model import Relation, Statement

PLAIN = (
    *zip("０１２３４５６７８９％．／＋－", "0123456789%./+-", strict=True),
    *((blank, " ") for blank in "\u00a0\u2002\u2003\u3000\t\v\r"),
)
CHINESE_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
ORDINAL = re.compile(
    r"[ “\"]*(?:"
    r"(?P<chinese>[一二三四五六七八九十]{1,3})(?P<after_chinese>、|\.(?!\d)|,|，)"
    r"|第(?P<part>[一二三四五六七八九十]{1,3})(?P<after_part>部分|章|节)"
    r"|[（(](?P<bracketed>[一二三四五六七八九十]{1,3})[）)]"
    r"|(?P<decimal>\d{1,2})(?P<after_decimal>[“”]?(?:、|\.(?!\d)|．))"
    r"|[（(](?P<bracketed_decimal>\d{1,2})[）)]"
    r"|(?P<circled>[①-⑳]))[ ]*"
)
LEVELS = {"part": 0, "chinese": 1, "bracketed": 2, "decimal": 3, "bracketed_decimal": 4, "circled": 5}


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ordinal:
    """The number at the head of a passage: its level (1 for 一、, 2 for （一）, 3 for 1、 …), value and place."""

    level: int
    value: int
    start: int
    end: int
    glyph: str
    generated: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of running text that belongs together: a paragraph, with lines a converter broke joined.

    ``kind`` is body, heading, table, cell (a cell that holds prose), note, header, footer; ``body_start`` is where the text after the ordinal begins.
    """

    index: int
    start: int
    end: int
    text: str
    kind: str = "body"
    ordinal: Ordinal | None = None
    level: int | None = None

    @property
    def body_start(self) -> int:
        """Return the offset of the text behind the ordinal."""
        return self.ordinal.end if self.ordinal else self.start


def normalise(text: str) -> str:
    """Return the text with full-width digits and signs made plain, character for character."""
    for wide, plain in PLAIN:
        if wide in text:
            text = text.replace(wide, plain)
    return text


def chinese_number(word: str) -> int | None:
    """Read a Chinese numeral below a thousand, or return None.

    >>> chinese_number("二十三"), chinese_number("十"), chinese_number("一百零五")
    (23, 10, 105)
    """
    if not word:
        return None
    value = digit = 0
    for character in word:
        if character in CHINESE_DIGITS:
            digit = CHINESE_DIGITS[character]
        elif character in "十百":
            value += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            return None
    return value + digit


class Reading:
    """One document read for checking.

    ``authority`` is the administrative code whose outline, bands and word lists apply (six digits, 430400 for 衡阳);
    ``last_year`` and ``others`` are readings of other documents of the same unit.
    """

    def __init__(
        self,
        document: Document,
        *,
        authority: str = "",
        last_year: Reading | None = None,
        others: Sequence[Reading] = (),
    ) -> None:
        self.document = document
        self.text = normalise(document.text)
        self.authority = authority
        self.last_year = last_year
        self.others = tuple(others)
        self._kept: dict[str, object] = {}

    def kept(self, name: str, work: Callable[[Reading], T]) -> T:
        """Return what several checks need, worked out by the first that asks."""
        if name not in self._kept:
            self._kept[name] = work(self)
        return cast("T", self._kept[name])

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Return the document's passages in order."""
        if self.document.kind == "txt":
            return tuple(_passages_of_lines(self))
        return tuple(_passages_of_blocks(self))

    @cached_property
    def years(self) -> Mapping[int, int]:
        """Return how often each year is named."""
        return Counter(int(year) for year in re.findall(r"(?<!\d)(20[0-4]\d)(?= ?年)", self.text))

    @cached_property
    def year(self) -> int | None:
        """Return the year the document reports on: named in the title, else the most frequent."""
        head = self.text[:120]
        titled = re.search(r"(?<!\d)(20[0-4]\d) ?年", head)
        if titled:
            return int(titled.group(1))
        return max(self.years, key=lambda year: (self.years[year], year), default=None)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Return every figure of the running text."""
        from hengping.audit.extraction.figures_in_text import read_statements

        return read_statements(self)

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """Return every claim one figure makes about others."""
        from hengping.audit.extraction.relations import read_relations

        return read_relations(self)

    @cached_property
    def locality(self) -> Locality:
        """Return the word lists, outlines and limits that hold for the document's authority and year."""
        from hengping.audit.extraction.localities import authority_of, locality

        return locality(self.authority or authority_of(self.text), self.year or 2024)

    @cached_property
    def outline(self) -> Outline:
        """Return the sections, ordinals and enumerations."""
        from hengping.audit.extraction.outline import read_outline

        return read_outline(self)

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """Return every stretch of wording that a word list or a pattern of the rulebook names."""
        from hengping.audit.extraction.marks import read_marks

        return read_marks(self)

    @cached_property
    def marks_by_kind(self) -> Mapping[str, Sequence[Mark]]:
        """Return the marks by what they are taken for."""
        found: dict[str, list[Mark]] = {}
        for mark in self.marks:
            found.setdefault(mark.kind, []).append(mark)
        return found

    def marked_between(self, kind: str, start: int, end: int) -> Sequence[Mark]:
        """Return the marks of one kind that begin in a stretch of text."""
        marks = self.marks_by_kind.get(kind, ())
        return marks[bisect_left(marks, start, key=_start) : bisect_left(marks, end, key=_start)]

    def statements_between(self, start: int, end: int) -> Sequence[Statement]:
        """Return the figures that begin in a stretch of text."""
        statements = self.statements
        return statements[bisect_left(statements, start, key=_begin) : bisect_left(statements, end, key=_begin)]

    def accounts_between(self, start: int, end: int) -> Sequence[AccountLine]:
        """Return the amounts under accounts that begin in a stretch of text."""
        lines = self.accounts
        return lines[bisect_left(lines, start, key=_line_begin) : bisect_left(lines, end, key=_line_begin)]

    def marked(self, kind: str) -> Sequence[Mark]:
        """Return the marks of one kind in order of place."""
        return self.marks_by_kind.get(kind, ())

    @cached_property
    def dates(self) -> tuple[DateInText, ...]:
        """Return every date written at least to the month."""
        from hengping.audit.extraction.dates_in_text import read_dates

        return read_dates(self)

    @cached_property
    def scorecards(self) -> tuple[ScoreCard, ...]:
        """Return every self-evaluation table with its funds, objectives and indicators, or the scores told in prose."""
        from hengping.audit.extraction.prose_scores import read_prose_scores
        from hengping.audit.extraction.scorecards import read_scorecards

        return read_scorecards(self) or tuple(read_prose_scores(self))

    @cached_property
    def accounts(self) -> tuple[AccountLine, ...]:
        """Return every amount the text gives under the name of an economic account."""
        from hengping.audit.extraction.accounts_in_text import read_accounts

        return read_accounts(self)

    @cached_property
    def grids(self) -> tuple[Grid, ...]:
        """Return every table, those printed as lines of text included."""
        from hengping.audit.extraction.grids import read_grids

        return read_grids(self)


def _start(mark: Mark) -> int:
    return mark.start


def _begin(statement: Statement) -> int:
    return statement.start


def _line_begin(line: AccountLine) -> int:
    return line.statement.start


def ordinal_of(text: str, offset: int) -> Ordinal | None:
    """Read the ordinal at the head of a line, or return None."""
    found = ORDINAL.match(text)
    if found is None:
        return None
    style = found.lastgroup or ""
    style = style.removeprefix("after_")
    glyph = found.group(style)
    if style == "circled":
        value: int | None = ord(glyph) - ord("①") + 1
    else:
        value = int(glyph) if glyph.isdigit() else chinese_number(glyph)
    if not value:
        return None
    start = offset + len(found.group()) - len(found.group().lstrip(' “"'))
    return Ordinal(LEVELS[style], value, start, offset + found.end(), found.group().strip())


def _passages_of_lines(reading: Reading) -> list[Passage]:
    """Join lines that a converter broke inside a sentence; keep headings, list items and table rows apart."""
    passages: list[Passage] = []
    text = reading.text
    start = 0
    first: tuple[int, int, Ordinal | None] | None = None
    for line in text.split("\n"):
        end = start + len(line)
        bare = line.strip()
        ordinal = ordinal_of(line, start) if bare else None
        if (
            first is not None
            and bare
            and ordinal is None
            and _continues(text[max(first[0], first[1] - LAST_WORDS) : first[1]], bare)
        ):
            first = (first[0], end, first[2])
        else:
            if first is not None:
                passages.append(_passage(len(passages), text, first))
            first = (start, end, ordinal) if bare else None
        start = end + 1
    if first is not None:
        passages.append(_passage(len(passages), text, first))
    return passages


def _continues(before: str, line: str) -> bool:
    """Tell whether a line carries on the sentence before it."""
    tail = before.rstrip()
    if CUT_FIGURE.search(tail[-2:] + line[:2]):
        return True
    if not tail or looks_tabular(line) or looks_tabular(before.rsplit("\n", 1)[-1]):
        return False
    if tail.endswith(("其中：", "其中:", "如下：", "如下:")):
        return False
    if tail[-1] in "，,、；;" or (tail[-1] in "：:" and line[0] not in '“"'):
        return True
    long_enough = len(tail) >= 20 and len(tail.rsplit("\n", 1)[-1]) >= 14
    return long_enough and tail[-1] not in "。！？!?：:；;”）)" and any(mark in tail for mark in "，。；：")


LAST_WORDS = 400
"""How much of a passage decides whether the next line carries it on; a bound keeps long ones linear."""
CUT_FIGURE = re.compile(r"\d\.\d|\d(?:万|亿|千)元|\d%")
TABULAR = re.compile(
    r"^\s*(?:\d{3,7}\s+)?\S{2,40}(?:\s+[-−]?[\d,]+(?:\.\d+)?){1,}\s*$|^\s*(?:[-−]?[\d,]+(?:\.\d+)?\s+)+[-−]?[\d,]+(?:\.\d+)?\s*$"
)


def looks_tabular(line: str) -> bool:
    """Tell whether a line of text is a row of figures rather than prose."""
    if not line[-1:].isdigit() and not line.rstrip()[-1:].isdigit():
        return False
    return not any(mark in line for mark in "，。；：") and bool(TABULAR.match(line))


def _passage(index: int, text: str, found: tuple[int, int, Ordinal | None]) -> Passage:
    start, end, ordinal = found
    body = text[start:end]
    kind = "table" if ordinal is None and looks_tabular(body) else "body"
    return Passage(index, start, end, body, kind, ordinal)


def _passages_of_blocks(reading: Reading) -> list[Passage]:
    passages: list[Passage] = []
    text = reading.text
    for block in reading.document.blocks:
        if isinstance(block, Table):
            passages.extend(_passages_of_table(block, text, len(passages)))
            continue
        end = block.start + len(block.text)
        if not block.text.strip():
            continue
        ordinal = ordinal_of(text[block.start : end], block.start)
        level = block.level if isinstance(block, Heading) else None
        kind = "heading" if isinstance(block, Heading) else block.kind
        passages.append(Passage(len(passages), block.start, end, text[block.start : end], kind, ordinal, level))
    return passages


SHORTEST_PROSE = 24


def _passages_of_table(table: Table, text: str, first: int) -> Iterator[Passage]:
    """Yield a table in stretches: a cell that holds sentences is read like a paragraph, the rest stays a table."""
    at, end = table.start, table.start + len(table.text)
    index = first
    for cell in table.cells:
        if len(cell.text) < SHORTEST_PROSE or not _is_prose(cell.text):
            continue
        start, stop = cell.start, cell.start + len(cell.text)
        if start > at:
            yield Passage(index, at, start, text[at:start], "table")
            index += 1
        yield Passage(index, start, stop, text[start:stop], "cell")
        index, at = index + 1, stop
    if at < end or index == first:
        yield Passage(index, at, end, text[at:end], "table")


def _is_prose(text: str) -> bool:
    """Tell whether a cell holds sentences with figures rather than a name or a number."""
    return any(mark in text for mark in "，。；") and any(character.isdigit() for character in text)
