"""The law's answers of one petition, each a yes or a no, side by side in a few whole numbers.

A row of facts has some hundred columns that are nearly always 0 or 1. Kept one by one they make every file wide and
every scan slow; kept as bits of two or three numbers they are read at once, and an engine adds up a column by taking
its bit: ``sum((answers_0 >> 17) & 1)``. Where a petition has more than one of something (supervised three times), it
has further *lines* that hold the rest, so that adding up the lines still gives the number. Which bit is which follows
from the core's columns; another indicator or another column needs no change here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple

from hengping.petitions.facts import COLUMNS

WIDTH = 62
"""Answers in one word: a word is a positive whole number of sixty-four bits on every engine."""

LARGE = frozenset(
    {
        "persons",
        "persons_registered",
        "repeat_persons",
        "registration_lag_days",
        "acceptance_days",
        "handling_days",
        "backlog_days",
    }
)
"""Columns that hold numbers of persons or days and are kept as they are."""

LINE = "line"
"""0 for the first line of a petition, 1, 2 … for those that hold the rest."""

ANSWERS: tuple[str, ...] = tuple(column.name for column in COLUMNS if column.counts and column.name not in LARGE)
PLAIN: tuple[str, ...] = tuple(column.name for column in COLUMNS if column.name not in set(ANSWERS))
WORDS: tuple[str, ...] = tuple(f"answers_{at}" for at in range(-(-len(ANSWERS) // WIDTH)))


class Place(NamedTuple):
    """Where a column is: the word and the bit."""

    word: str
    bit: int


PLACES: Mapping[str, Place] = MappingProxyType(
    {name: Place(WORDS[at // WIDTH], at % WIDTH) for at, name in enumerate(ANSWERS)}
)

Lines = tuple[tuple[int, ...], ...]
"""The words of every line of a petition; all but a few have one line."""

_NAMES = [column.name for column in COLUMNS]
answers_of = itemgetter(*map(_NAMES.index, ANSWERS))
plain_of = itemgetter(*map(_NAMES.index, PLAIN))
_PRINTED = bytes(48 + min(value, 2) for value in range(256))
_MASK = (1 << WIDTH) - 1


def packed(answers: Sequence[int]) -> Lines:
    """Return the words of the answers of one petition, in as many lines as its largest answer.

    >>> answers = [0] * len(ANSWERS)
    >>> answers[0] = answers[2] = 1
    >>> packed(answers)
    ((5, 0),)
    >>> answers[2] = 3
    >>> packed(answers)
    ((5, 0), (4, 0), (4, 0))
    """
    told = bytes(answers)[::-1]
    try:
        return (_words(int(told.translate(_PRINTED), 2)),)
    except ValueError:
        lines = range(max(answers))
        return tuple(_words(sum(1 << at for at, value in enumerate(answers) if value > line)) for line in lines)


def _words(whole: int) -> tuple[int, ...]:
    return tuple(whole >> (at * WIDTH) & _MASK for at in range(len(WORDS)))


def unpacked(lines: Iterable[Sequence[int]]) -> list[int]:
    """Return the answers that some lines come to.

    >>> unpacked([(5, 0), (4, 0)])[:3]
    [1, 0, 2]
    """
    found = [0] * len(ANSWERS)
    for line in lines:
        for at in range(len(ANSWERS)):
            found[at] += line[at // WIDTH] >> at % WIDTH & 1
    return found
