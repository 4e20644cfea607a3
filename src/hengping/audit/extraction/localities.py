"""What differs from place to place: word lists, outlines, grades and limits, as data by authority and date.

The tables in ``rules/audit`` are named after administrative codes. A locality is read from the nation down: lists
grow, an outline, a grade scale or a limit of the nearer authority takes the place of the farther one's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from hengping import classification, tables
from hengping.law import Citation, cite

NATION = "000000"
SHORTEST_ACCOUNT_NAME = 5
OFFICE = re.compile(
    r"(?:驻[一-鿿]|[一-鿿]{2})(?!市|省)[一-鿿]{2,11}?(?:工作站|接待站|站|科|办事处|办(?![公理事])|中心|室|处|组|队)"
)
HALF_WIDTH = str.maketrans("（）：", "():")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a word found in a text is taken for: its kind, a note, and the pattern that has to match there, if any.

    ``unless`` is what may not stand before it in the same clause.
    """

    kind: str
    note: str = ""
    pattern: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Every word and pattern of a locality, compiled to be found in one pass over a text.

    ``meanings`` lists, for a word, what it and the shorter words inside it are taken for, with their offsets.
    """

    words: re.Pattern[str]
    meanings: Mapping[str, tuple[tuple[Entry, int, str], ...]]
    scans: tuple[tuple[Entry, re.Pattern[str]], ...]


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade: its label and the least score it takes, the bound included."""

    title: str
    least: Decimal


@dataclass(frozen=True, slots=True)
class RequiredSection:
    """One section an outline asks for, with the words its heading is known by."""

    title: str
    names: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class RequiredOutline:
    """The sections a kind of document must have, in order, and the text that says so."""

    title: str
    kind: str
    sections: tuple[RequiredSection, ...]
    cites: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Something a kind of document must state: one of the topics ``any_of``, or all of ``all_of``."""

    check: str
    kinds: tuple[str, ...]
    title: str
    any_of: tuple[str, ...]
    all_of: tuple[str, ...]
    remedy: str
    cites: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class KindOfDocument:
    """A kind of document and the words it is known by, in its first lines and in its body."""

    key: str
    title: str
    head: tuple[str, ...]
    body: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Locality:
    """Everything that holds for one authority on one day, the nation's rules included."""

    authority: str
    title: str
    names: tuple[str, ...]
    counties: tuple[str, ...]
    grades: tuple[Grade, ...]
    grade_cites: tuple[Citation, ...]
    grade_synonyms: Mapping[str, str]
    full_mark: Decimal
    thresholds: Mapping[str, Decimal]
    kinds: tuple[KindOfDocument, ...]
    roles: Mapping[str, tuple[str, ...]]
    outlines: Mapping[str, RequiredOutline]
    disclosures: Mapping[str, Disclosure]
    measures: re.Pattern[str]
    place_names: Mapping[str, str]
    lexicon: Lexicon

    def grade(self, score: Decimal) -> str:
        """Return the label of the grade a score falls into."""
        return next(grade.title for grade in self.grades if score >= grade.least)

    def official_grade(self, label: str) -> str | None:
        """Return the official label meant by a label, or None where no grade is known by it."""
        titles = {grade.title for grade in self.grades}
        if label in titles:
            return label
        meant = self.grade_synonyms.get(label, "")
        return meant if meant in titles else None


@cache
def authorities() -> tuple[str, ...]:
    """Return the codes of every authority with tables of its own, farther ones first."""
    codes = (name.rsplit("/", 1)[-1].removesuffix(".toml") for name in tables.names("audit", ".toml"))
    return tuple(sorted((code for code in codes if code.isdigit()), key=_distance))


def _distance(code: str) -> tuple[int, str]:
    return len(code.rstrip("0")), code


def authority_of(text: str) -> str:
    """Return the nearest authority whose name stands at the head of a text, the nation where none does."""
    head = text[:1500]
    found = [code for code in authorities() if any(name in head for name in _table(code)["names"])]
    return found[-1] if found else NATION


@cache
def locality(authority: str, year: int) -> Locality:
    """Return what holds for an authority at the end of a year; an authority without tables falls back upwards."""
    day = date(year, 12, 31)
    chain = [_table(code) for code in _chain(authority)]
    nearest = chain[-1]
    nation = chain[0]
    grades, grade_cites = _grades(chain, day)
    merged = [
        (list(table.get("words", ())), list(table.get("patterns", ())), list(table.get("scans", ()))) for table in chain
    ]
    thresholds = {key: Decimal(value) for table in chain for key, value in table.get("thresholds", {}).items()}
    places = {key: value for table in chain for key, value in table.get("places", {}).items()}
    measures = [name for table in chain for name in table.get("measures", {}).get("names", ())]
    return Locality(
        authority=nearest["authority"],
        title=nearest["title"],
        names=tuple(nearest["names"]),
        counties=tuple(name for table in chain for name in table.get("counties", ())),
        grades=grades,
        grade_cites=grade_cites,
        grade_synonyms={key: value for table in chain for key, value in table.get("grade_synonyms", {}).items()},
        full_mark=Decimal(next(table["full_mark"] for table in reversed(chain) if "full_mark" in table)),
        thresholds=thresholds,
        kinds=tuple(_kind(row) for row in nation["document_kind"]),
        roles={key: tuple(names) for key, names in nation["roles"].items()},
        outlines={row["kind"]: _outline(row) for table in chain for row in _in_force(table.get("outline", ()), day)},
        disclosures={
            row["check"]: _disclosure(row) for table in chain for row in _in_force(table.get("disclosure", ()), day)
        },
        measures=re.compile(
            rf"(?P<noun>[一-鿿]{{1,6}}?)(?P<measure>{_either(measures)})"
            r"[一-鿿]{0,6}?(?:下降|上升|减少|增加|增长|回落)"
        ),
        place_names=places,
        lexicon=_lexicon(merged, places, day),
    )


@cache
def _table(code: str) -> Mapping[str, Any]:
    return tables.toml(f"audit/{code}.toml")


def _chain(authority: str) -> list[str]:
    """Return the codes from the nation to the nearest authority that has tables."""
    known = set(authorities())
    wanted = [NATION, authority[:2] + "0000", authority[:4] + "00", authority]
    return [code for index, code in enumerate(wanted) if code in known and code not in wanted[:index]] or [NATION]


def _in_force(rows: Sequence[Mapping[str, Any]], day: date) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        if row.get("since", date.min) <= day < row.get("until", date.max):
            yield row


def _grades(chain: Sequence[Mapping[str, Any]], day: date) -> tuple[tuple[Grade, ...], tuple[Citation, ...]]:
    for table in reversed(chain):
        for row in _in_force(table.get("grade_scale", ()), day):
            return _bands(row)
    return _bands(tables.toml("grades.toml")[chain[0]["grades"]])


def _bands(row: Mapping[str, Any]) -> tuple[tuple[Grade, ...], tuple[Citation, ...]]:
    bands = sorted(
        (Grade(band["title"], Decimal(band["least"])) for band in row["bands"]), key=lambda band: -band.least
    )
    return tuple(bands), tuple(cite(reference) for reference in row["cites"])


def _outline(row: Mapping[str, Any]) -> RequiredOutline:
    return RequiredOutline(
        title=row["title"],
        kind=row["kind"],
        sections=tuple(
            RequiredSection(part["title"], tuple(part["names"]), part.get("optional", False))
            for part in row["sections"]
        ),
        cites=tuple(cite(reference) for reference in row["cites"]),
    )


def _disclosure(row: Mapping[str, Any]) -> Disclosure:
    return Disclosure(
        check=row["check"],
        kinds=tuple(row["kinds"]),
        title=row["title"],
        any_of=tuple(row.get("any", ())),
        all_of=tuple(row.get("all", ())),
        remedy=row["remedy"],
        cites=tuple(cite(reference) for reference in row["cites"]),
    )


def _kind(row: Mapping[str, Any]) -> KindOfDocument:
    return KindOfDocument(row["key"], row["title"], tuple(row["head"]), tuple(row.get("body", ())))


def _either(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


Rows = list[tuple[list[Mapping[str, Any]], list[Mapping[str, Any]], list[Mapping[str, Any]]]]


def _lexicon(merged: Rows, places: Mapping[str, str], day: date) -> Lexicon:
    entries: dict[str, list[Entry]] = {}
    scans: list[tuple[Entry, re.Pattern[str]]] = []
    for words, patterns, whole in merged:
        for row in _in_force(words, day):
            for word, note in _listed(row):
                _enter(entries, word, Entry(row["kind"], note))
        for row in _in_force(patterns, day):
            entry = _pattern_entry(row)
            for word in row["after"]:
                _enter(entries, word, entry)
        scans.extend(
            (Entry(row["kind"], row.get("note", "")), re.compile(row["pattern"])) for row in _in_force(whole, day)
        )
    for name, place in places.items():
        for word in ("驻" + name, name) if len(name) > 1 else ("驻" + name,):
            _enter(entries, word, Entry("office", place, OFFICE))
    for name, code in _account_names():
        _enter(entries, name, Entry("account", code))
    return Lexicon(
        words=re.compile(_trie(entries)),
        meanings={word: _meanings(word, entries) for word in entries},
        scans=tuple(scans),
    )


def _enter(entries: dict[str, list[Entry]], word: str, entry: Entry) -> None:
    for written in _widths(word):
        entries.setdefault(written, []).append(entry)


def _pattern_entry(row: Mapping[str, Any]) -> Entry:
    unless = re.compile(row["unless"]) if "unless" in row else None
    return Entry(row["kind"], row.get("note", ""), re.compile(row["pattern"]), unless)


def _listed(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    times = 2 if row.get("repeat") else 1
    for word in row.get("list", ()):
        yield word * times, row.get("note", "")
    yield from row.get("entries", {}).items()


def _widths(word: str) -> set[str]:
    """Return a word with its brackets and colons as printed and in half width."""
    return {word, word.translate(HALF_WIDTH)}


def _account_names() -> Iterator[tuple[str, str]]:
    """Yield the names of economic accounts long enough not to be ordinary words."""
    for subject in classification.subjects().values():
        for name in (subject.name, *subject.synonyms):
            if len(name) >= SHORTEST_ACCOUNT_NAME:
                yield name, subject.code


def _meanings(word: str, entries: Mapping[str, Sequence[Entry]]) -> tuple[tuple[Entry, int, str], ...]:
    """Return what a word means, and what the words inside it mean where that is of another kind."""
    found = [(entry, 0, word) for entry in entries[word]]
    kinds = {entry.kind for entry in entries[word] if entry.pattern is None}
    for length in range(len(word) - 1, 0, -1):
        for start in range(len(word) - length + 1):
            part = word[start : start + length]
            found.extend((entry, start, part) for entry in entries.get(part, ()) if entry.kind not in kinds)
    return tuple(found)


def _trie(words: Mapping[str, object]) -> str:
    """Return a pattern that tries the longest word first and shares what words begin with."""
    root: dict[str, Any] = {}
    for word in words:
        node = root
        for character in word:
            node = node.setdefault(character, {})
        node[""] = {}
    return _branches(root)


def _branches(node: Mapping[str, Any]) -> str:
    endings = [re.escape(character) + _branches(after) for character, after in sorted(node.items()) if character]
    if not endings:
        return ""
    joined = endings[0] if len(endings) == 1 and "" not in node else f"(?:{'|'.join(endings)})"
    return joined + ("?" if "" in node else "")
