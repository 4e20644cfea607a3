"""Marks: every stretch of wording that a list or a pattern of the rulebook names, found in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hengping.audit.localities import Entry, Lexicon
from hengping.audit.model import Span

if TYPE_CHECKING:
    from hengping.audit.reading import Reading

CLAUSE_END = re.compile(r"[，,。；;：:！!？?\n]")
LONGEST_CLAUSE = 80


@dataclass(frozen=True, slots=True)
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
    found.sort(key=_place)
    return tuple(found)


def clause_of(reading: Reading, mark: Mark) -> Span:
    """Return the clause a mark stands in."""
    return clause_around(reading.text, mark.start, mark.end)


def tail_of(reading: Reading, mark: Mark) -> Span:
    """Return a mark together with the rest of its clause."""
    return Span(mark.start, clause_of(reading, mark).end)


def _place(mark: Mark) -> tuple[int, int]:
    return mark.start, mark.end


def _words(text: str, lexicon: Lexicon) -> Iterator[Mark]:
    entries, inner = lexicon.entries, lexicon.inner
    for match in lexicon.words.finditer(text):
        word, start = match.group(), match.start()
        for entry in entries[word]:
            mark = _judged(text, entry, start, start + len(word))
            if mark is not None:
                yield mark
        for offset, part in inner.get(word, ()):
            for entry in entries[part]:
                mark = _judged(text, entry, start + offset, start + offset + len(part))
                if mark is not None:
                    yield mark


def _judged(text: str, entry: Entry, start: int, end: int) -> Mark | None:
    """Return the mark of a word, or None where its pattern or its surroundings say otherwise."""
    note = entry.note
    if entry.pattern is not None:
        match = entry.pattern.match(text, start)
        if match is None:
            return None
        end = match.end()
        note = match.groupdict().get("note") or note
    if entry.unless is not None and entry.unless.search(text, clause_around(text, start, end).start, start):
        return None
    return Mark(entry.kind, start, end, text[start:end], note)


def clause_around(text: str, start: int, end: int) -> Span:
    """Return the clause a stretch stands in, commas included as bounds."""
    begin = max(start - LONGEST_CLAUSE, 0)
    before = begin
    for match in CLAUSE_END.finditer(text, begin, start):
        before = match.end()
    after = CLAUSE_END.search(text, end, end + LONGEST_CLAUSE)
    return Span(before, after.start() if after else min(len(text), end + LONGEST_CLAUSE))
