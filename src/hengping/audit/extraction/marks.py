"""Marks: every stretch of wording that a list or a pattern of the rulebook names, found in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hengping.audit.extraction.localities import Entry, Lexicon
from hengping.audit.model import Span

if TYPE_CHECKING:
    from hengping.audit.reading import Reading

CLAUSE_END = re.compile(r"[，,。；;：:！!？?\n]")
LONGEST_CLAUSE = 80
CHINESE, LAST_CHINESE = "一", "鿿"
HALF_MARK = re.compile(r"[,;:?!]")
HALF_BRACKET = re.compile(r"\([^()（）\n]{0,60}?[一-鿿][^()（）\n]{0,60}\)")
PERCENT = re.compile(r"[0-9０-９][0-9０-９.,．，]*[ \n]?[%％]")
WIDE_DIGITS = re.compile(r"[０-９]+(?:．[０-９]+)?")
SPACE = re.compile(r" +")


@dataclass(slots=True, eq=False)
class Mark:
    """A stretch of text a word list or pattern names: what kind it is, what was matched, and what is noted of it."""

    kind: str
    start: int
    end: int
    text: str
    note: str = ""

    @property
    def span(self) -> Span:
        """Return where the words stand."""
        return Span(self.start, self.end)


def read_marks(reading: Reading) -> tuple[Mark, ...]:
    """Return every mark of the text in order of place."""
    text = reading.text
    found = list(_words(text, reading.locality.lexicon))
    for entry, pattern in reading.locality.lexicon.scans:
        found.extend(
            Mark(entry.kind, match.start(), match.end(), match.group(), entry.note) for match in pattern.finditer(text)
        )
    found.extend(_forms(reading.document.text))
    found.sort(key=_place)
    return tuple(_outermost(found))


def _outermost(marks: list[Mark]) -> Iterator[Mark]:
    """Yield the marks that no mark of their own kind holds inside it."""
    reached: dict[str, int] = {}
    for mark in marks:
        if mark.end > reached.get(mark.kind, -1):
            reached[mark.kind] = mark.end
            yield mark


def _forms(text: str) -> Iterator[Mark]:
    """Yield what concerns form alone: half-width marks in Chinese text, full-width digits, per cent signs, spaces."""
    for match in HALF_MARK.finditer(text):
        start = match.start()
        before, after = text[start - 1 : start], text[start + 1 : start + 2]
        if (before >= CHINESE or before in "%％)") and (after >= CHINESE or after in "\n“《" or not after):
            yield Mark("half-mark", start, start + 1, match.group())
    for match in HALF_BRACKET.finditer(text):
        yield Mark("half-bracket", match.start(), match.end(), match.group())
    for match in PERCENT.finditer(text):
        kind = "percent-wide" if match.group()[-1] == "％" else "percent-narrow"
        yield Mark(kind, match.start(), match.end(), match.group())
    for match in WIDE_DIGITS.finditer(text):
        yield Mark("wide-digit", match.start(), match.end(), match.group())
    for match in SPACE.finditer(text):
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        if CHINESE <= before <= LAST_CHINESE and (CHINESE <= after <= LAST_CHINESE or after.isdigit()):
            yield Mark("space", match.start(), match.end(), match.group())


def clause_of(reading: Reading, mark: Mark) -> Span:
    """Return the clause a mark stands in."""
    return clause_around(reading.text, mark.start, mark.end)


def tail_of(reading: Reading, mark: Mark) -> Span:
    """Return a mark together with the rest of its clause."""
    return Span(mark.start, clause_of(reading, mark).end)


def _place(mark: Mark) -> int:
    return (mark.start << 32) - mark.end


def _words(text: str, lexicon: Lexicon) -> Iterator[Mark]:
    meanings = lexicon.meanings
    for match in lexicon.words.finditer(text):
        at = match.start()
        for entry, offset, word in meanings[match.group()]:
            start = at + offset
            if entry.pattern is None:
                yield Mark(entry.kind, start, start + len(word), word, entry.note)
            else:
                mark = _judged(text, entry, entry.pattern, start)
                if mark is not None:
                    yield mark


def _judged(text: str, entry: Entry, pattern: re.Pattern[str], start: int) -> Mark | None:
    """Return the mark of a pattern, or None where it does not match or its surroundings forbid it."""
    match = pattern.match(text, start)
    if match is None:
        return None
    if entry.unless is not None and entry.unless.search(text, clause_around(text, start, match.end()).start, start):
        return None
    return Mark(entry.kind, start, match.end(), match.group(), match.groupdict().get("note") or entry.note)


def clause_around(text: str, start: int, end: int) -> Span:
    """Return the clause a stretch stands in, commas included as bounds."""
    begin = max(start - LONGEST_CLAUSE, 0)
    before = begin
    for match in CLAUSE_END.finditer(text, begin, start):
        before = match.end()
    after = CLAUSE_END.search(text, end, end + LONGEST_CLAUSE)
    return Span(before, after.start() if after else min(len(text), end + LONGEST_CLAUSE))
