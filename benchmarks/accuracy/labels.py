"""Labelled claims, found again in their passages, and the arithmetic that says whether a claim holds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from hengping.audit.model import SCALES
from hengping.figures import HUNDRED, Interval, around, quantum, round_half_up

WIDE = str.maketrans("０１２３４５６７８９％．，", "0123456789%.,")
NUMBER = re.compile(r"(?<![\d.])(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?")
WRITTEN = re.compile(r"(-?)([\d,]+(?:\.\d+)?)(.*)", re.DOTALL)
PERCENT_SIGNS = ("%", "‰")
HEADING = re.compile(r"(?:[（(][项类][）)]|（\d\d项）)[”\"“]?\s*$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as a label or a passage writes it; ``value`` is in ``unit``."""

    value: Decimal
    decimals: int
    unit: str = ""

    @property
    def scale(self) -> Decimal:
        """Return how many base units one unit is."""
        return SCALES.get(self.unit, Decimal(1))

    @property
    def amount(self) -> Decimal:
        """Return the value in base units, without its sign."""
        return abs(self.value) * self.scale

    @property
    def interval(self) -> Interval:
        """Return what the number can stand for, in base units."""
        return around(self.value, quantum(self.decimals)) * self.scale


@dataclass(frozen=True, slots=True)
class Token:
    """A number of a passage at its place."""

    start: int
    end: int
    value: Decimal
    decimals: int


@dataclass(frozen=True)
class Passage:
    """A stretch of published text."""

    name: str
    kind: str
    layout: str
    text: str

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Return every number of the passage in order."""
        plain = self.text.translate(WIDE)
        return tuple(Token(found.start(), found.end(), *number(found.group())) for found in NUMBER.finditer(plain))

    @property
    def file_name(self) -> str:
        """Return the name the passage is read under."""
        return f"{self.name}.txt"


@dataclass(frozen=True, slots=True)
class Label:
    """One claim a person has read: what it states, what it follows from, and whether it does."""

    name: str
    passage: str
    kind: str
    formula: str
    stated: Quantity
    inputs: tuple[Quantity, ...]
    consistent: bool
    category: str
    severity: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Located:
    """A label with the places of its claim and of its numbers in the passage; None where a number is ambiguous."""

    label: Label
    claims: tuple[tuple[int, int], ...]
    stated: Token | None
    inputs: tuple[Token | None, ...]

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Return every number that was found."""
        return tuple(token for token in (self.stated, *self.inputs) if token is not None)


def number(written: str) -> tuple[Decimal, int]:
    """Return the value of a written number and how many decimals it prints."""
    plain = written.replace(",", "")
    return Decimal(plain), len(plain.partition(".")[2])


def quantity(written: str) -> Quantity:
    """Read a number with its unit as labels write it."""
    found = WRITTEN.fullmatch(written.translate(WIDE).strip())
    if found is None:
        raise ValueError(f"not a quantity: {written!r}")
    value, decimals = number(found[2])
    return Quantity(-value if found[1] else value, decimals, found[3].strip())


def read_passages(folder: Path) -> dict[str, Passage]:
    """Return the passages of a corpus by name."""
    rows = (json.loads(line) for line in (folder / "passages.jsonl").read_text(encoding="utf-8").splitlines())
    return {row["id"]: Passage(row["id"], row["doc_type"], row["layout"], row["text"]) for row in rows}


def read_labels(folder: Path) -> list[Label]:
    """Return the labels of a corpus."""
    rows = (json.loads(line) for line in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines())
    return [
        Label(
            name=row["id"],
            passage=row["passage_id"],
            kind=row["kind"],
            formula=row["formula"],
            stated=quantity(row["stated"]),
            inputs=tuple(quantity(written) for written in row["inputs"]),
            consistent=row["consistent"],
            category=row.get("category", ""),
            severity=row.get("severity", ""),
            text=row["claim_text"],
            note=row["note"],
        )
        for row in rows
    ]


def locate(label: Label, passage: Passage) -> Located:
    """Find the claim and each of its numbers in the passage."""
    claims = tuple(_occurrences(passage.text, label.text))
    if not claims:
        raise ValueError(f"{label.name}: its claim is not in {passage.name}")
    start, end = claims[0]
    inside = [token for token in passage.tokens if start <= token.start and token.end <= end]
    used: set[int] = set()
    room = sum(token.value == abs(label.stated.value) for token in inside)
    wanted = sum(abs(part.value) == abs(label.stated.value) for part in label.inputs)
    stated = _take(label.stated, inside, used, passage) if room > wanted else None
    inputs = tuple(_take(part, inside, used, passage) or _outside(part, passage, (start, end)) for part in label.inputs)
    if stated is None:
        stated = _outside(label.stated, passage, (start, end))
    return Located(label, claims, stated, inputs)


def _occurrences(text: str, part: str) -> Iterable[tuple[int, int]]:
    at = text.find(part)
    while at >= 0:
        yield at, at + len(part)
        at = text.find(part, at + 1)


def _take(wanted: Quantity, inside: Sequence[Token], used: set[int], passage: Passage) -> Token | None:
    """Take the first number of the claim with this value that is not taken yet, percentages among percentages."""
    same = [token for token in inside if token.value == abs(wanted.value) and token.start not in used]
    if wanted.unit == "%":
        marked = [token for token in same if _followed_by(passage, token).startswith(PERCENT_SIGNS)]
        same = marked or same
    if not same:
        return None
    used.add(same[0].start)
    return same[0]


def _outside(wanted: Quantity, passage: Passage, claim: tuple[int, int]) -> Token | None:
    """Return the one number of this value outside the claim, or the one that heads an item; None where in doubt."""
    same = [token for token in passage.tokens if token.value == abs(wanted.value)]
    apart = [token for token in same if token.end <= claim[0] or token.start >= claim[1]]
    heading = [token for token in apart if heads_an_item(passage, token)]
    chosen = apart if len(apart) == 1 else heading
    return chosen[0] if len(chosen) == 1 else None


def heads_an_item(passage: Passage, token: Token) -> bool:
    """Tell whether a number directly follows the name of an account at the head of an item."""
    return HEADING.search(passage.text, max(0, token.start - 12), token.start) is not None


def _followed_by(passage: Passage, token: Token) -> str:
    return passage.text[token.end : token.end + 3].translate(WIDE).lstrip()


def holds(label: Label, changed: Mapping[str, Quantity]) -> bool:
    """Tell whether a claim holds within what its numbers can stand for; ``changed`` replaces numbers by position.

    The keys of ``changed`` are ``stated`` and the index of an input as text.
    """
    stated = changed.get("stated", label.stated)
    inputs = [changed.get(str(index), part).interval for index, part in enumerate(label.inputs)]
    computed = compute(label.formula, inputs)
    return computed is not None and computed.meets(stated.interval)


def compute(formula: str, inputs: Sequence[Interval]) -> Interval | None:
    """Return what a formula gives for intervals, or None where it divides by what may be zero."""
    try:
        return _compute(formula, inputs)
    except ZeroDivisionError:
        return None


def _compute(formula: str, parts: Sequence[Interval]) -> Interval:
    first, second = parts[0], parts[-1]
    if formula in ("sum", "eq"):
        return Interval(sum((part.low for part in parts), Decimal(0)), sum((part.high for part in parts), Decimal(0)))
    if formula == "diff":
        return first - second
    if formula == "prod":
        return Interval(first.low * second.low, first.high * second.high)
    if formula.startswith("cagr"):
        steps = Decimal(1) / Decimal(formula.removeprefix("cagr"))
        growth = first / second
        return Interval(growth.low**steps - 1, growth.high**steps - 1) * HUNDRED
    ratios = {
        "share": lambda: _ratio(first, second),
        "rate": lambda: _ratio(first, second),
        "ratio": lambda: _ratio(first, second),
        "yoy": lambda: _shift(first / second, -1),
        "yoy_dec": lambda: _shift(first / second, -1) * Decimal(-1),
        "yoy_d+": lambda: _over_rest(first, second, -1),
        "yoy_d-": lambda: _over_rest(first, second, 1),
    }
    return ratios[formula]() * HUNDRED


def _ratio(part: Interval, whole: Interval) -> Interval:
    return part / whole


def _shift(ratio: Interval, by: int) -> Interval:
    return Interval(ratio.low + by, ratio.high + by)


def _over_rest(change: Interval, level: Interval, sign: int) -> Interval:
    """Divide a change by the level before it, which is the level after it plus or minus the same change."""
    if sign < 0:
        low, high = change.low / (level.high - change.low), change.high / (level.low - change.high)
    else:
        low, high = change.low / (level.high + change.low), change.high / (level.low + change.high)
    return Interval(min(low, high), max(low, high))


def write_number(value: Decimal, decimals: int, like: str) -> str:
    """Write a number as a neighbour is written: with its decimals and its thousands separators."""
    rounded = round_half_up(value, decimals)
    return format(rounded, ",f" if "," in like else "f")
