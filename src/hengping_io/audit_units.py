"""Units side by side: what only shows when many reports lie next to each other.

The same long sentence in the reports of different units, spending per head far from that of the others, and sections
that are missing here and there. Worked out from the examinations; nothing is read twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b

from hengping.audit.model import Examination, Role, Statement, Verdict
from hengping.audit.reading import Reading, normalise
from hengping.figures import round_half_up

SENTENCE = re.compile(r"[^。！？；\n]+")
LONG_ENOUGH = 26
MOST_FIGURES = 0.2
NOT_WORDS = re.compile(r"[\W\d_]+")
LETTERS = re.compile(r"[\W_]+")
FEWEST_UNITS = 5
FAR = Decimal("3.5")
CONSISTENT = Decimal("0.6745")
HEADS = ("在职人数", "实有人数", "在职人员", "在编人员", "实有在编")
AMOUNTS = (
    "基本支出",
    "人员经费",
    "公用经费",
    "工资福利支出",
    "办公费",
    "差旅费",
    "会议费",
    "培训费",
    "福利费",
    "工会经费",
    "公务接待费",
    "公务用车运行维护费",
)
"""Amounts that grow with the number of people, so that their size per head can be compared."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A sentence that stands in several reports."""

    text: str
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outlier:
    """An amount per head far from the middle of all units."""

    document: str
    amount: str
    per_head: Decimal
    middle: Decimal
    units: int


@dataclass(frozen=True, slots=True)
class Absent:
    """Something required that some reports lack."""

    check: str
    message: str
    documents: tuple[str, ...]


def sentences(text: str) -> dict[str, str]:
    """Return the long sentences of a report by a name free of blanks and marks; figures belong to the words.

    A sentence that is mostly figures says nothing about who wrote it and is left out.
    """
    found: dict[str, str] = {}
    for match in SENTENCE.finditer(normalise(text)):
        sentence = match.group().strip()
        if len(sentence) < LONG_ENOUGH:
            continue
        bare = LETTERS.sub("", sentence)
        words = NOT_WORDS.sub("", sentence)
        if len(words) >= LONG_ENOUGH and len(bare) - len(words) <= len(bare) * MOST_FIGURES:
            found.setdefault(blake2b(bare.encode("utf-8", "replace"), digest_size=8).hexdigest(), sentence)
    return found


def per_head(reading: Reading) -> dict[str, str]:
    """Return the amounts of a report in 元 per person in post, as decimal strings."""
    people = next((one for one in reading.statements if _is_headcount(one)), None)
    if people is None or not people.amount:
        return {}
    found: dict[str, str] = {}
    for one in reading.statements:
        if one.subject in AMOUNTS and _is_spent(one) and one.subject not in found:
            found[one.subject] = str(round_half_up(one.amount / people.amount, 2))
    return found


def _is_headcount(one: Statement) -> bool:
    return one.family == "人" and one.role is Role.LEVEL and any(name in one.subject for name in HEADS)


def _is_spent(one: Statement) -> bool:
    spent = one.phase is None or not one.phase.is_budget
    return spent and one.family == "money" and one.role is Role.LEVEL and not one.approximate


def missing(examination: Examination) -> list[tuple[str, str]]:
    """Return what the report lacks, as check and message."""
    found = {(one.check, one.message) for one in examination.findings if one.verdict is Verdict.MISSING}
    return sorted(found)


def copied(by_document: Mapping[str, Mapping[str, str]]) -> list[Copied]:
    """Return the sentences that stand in more than one report, the most widely copied first."""
    holders: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    for document, found in by_document.items():
        for name, text in found.items():
            holders.setdefault(name, []).append(document)
            texts.setdefault(name, text)
    shared = [Copied(texts[name], tuple(where)) for name, where in holders.items() if len(where) > 1]
    return sorted(shared, key=lambda one: (-len(one.documents), one.documents, one.text))


def outliers(by_document: Mapping[str, Mapping[str, str]]) -> list[Outlier]:
    """Return the amounts per head whose distance from the median exceeds 3.5 modified deviations.

    The modified z-score (0.6745 times the distance over the median distance) is not moved by the outliers themselves.
    Fewer than five units are not compared.
    """
    found: list[Outlier] = []
    for amount in AMOUNTS:
        values = {name: Decimal(heads[amount]) for name, heads in by_document.items() if amount in heads}
        if len(values) < FEWEST_UNITS:
            continue
        middle = median(values.values())
        spread = median(abs(value - middle) for value in values.values())
        if spread:
            far = {name: value for name, value in values.items() if CONSISTENT * abs(value - middle) / spread > FAR}
            found += [Outlier(name, amount, value, middle, len(values)) for name, value in far.items()]
    return found


def median(values: Iterable[Decimal]) -> Decimal:
    """Return the middle of some numbers.

    >>> median([Decimal(3), Decimal(1), Decimal(2), Decimal(10)])
    Decimal('2.5')
    """
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def absent(by_document: Mapping[str, Sequence[tuple[str, str]]]) -> list[Absent]:
    """Return what is missing, with the reports that lack it."""
    holders: dict[tuple[str, str], list[str]] = {}
    for document, found in by_document.items():
        for one in found:
            holders.setdefault(one, []).append(document)
    return [Absent(check, message, tuple(where)) for (check, message), where in sorted(holders.items())]
