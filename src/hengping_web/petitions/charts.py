"""Small charts as SVG: zero-based bars with their numbers written on them, readable without colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

WIDTH, HEIGHT, FOOT, HEAD = 720, 240, 24, 20
ROW, NAMES, NUMBERS = 32, 250, 130
"""Of a chart of lying bars: the height of a row, the room for names on the left and for numbers on the right."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it stands, how large it is, what is written at it, and where its number leads."""

    left: int
    top: int
    width: int
    height: int
    middle: int
    label: str
    value: str
    link: str = ""
    second: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its bars and what it says in one sentence."""

    bars: Sequence[Bar]
    said: str
    width: int = WIDTH
    height: int = HEIGHT
    base: int = HEIGHT - FOOT
    lying: bool = False
    keys: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """What one colour of bars counts, and the link of each of its numbers, by label."""

    name: str
    counts: dict[str, int]
    links: dict[str, str]


def standing(labels: Sequence[str], series: Sequence[Series], said: str) -> Chart | None:
    """Return standing bars, side by side for each label; None where there is nothing to show."""
    most = max((one.counts.get(label, 0) for one in series for label in labels), default=0)
    if not most:
        return None
    step, tall = WIDTH // len(labels), HEIGHT - FOOT - HEAD
    wide = step * 3 // 4 // len(series)
    found = []
    for at, label in enumerate(labels):
        for place, one in enumerate(series):
            value = one.counts.get(label, 0)
            height = value * tall // most
            left = at * step + step // 8 + place * wide
            middle = left + wide // 2
            top = HEIGHT - FOOT - height
            shown = str(value) if value else ""
            found.append(Bar(left, top, wide - 1, height, middle, label, shown, one.links.get(label, ""), place > 0))
    return Chart(found, said, keys=[one.name for one in series] if len(series) > 1 else ())


@dataclass(frozen=True, slots=True)
class Share:
    """One lying bar: its label, its length as a part of a whole, what is written beside it, where it leads."""

    label: str
    part: int
    whole: int
    value: str
    link: str


def lying(rows: Sequence[Share], said: str) -> Chart | None:
    """Return lying bars, one below the other; None where there is nothing to show."""
    if not any(row.part for row in rows):
        return None
    room = WIDTH - NAMES - NUMBERS
    bars = [
        Bar(
            NAMES,
            at * ROW + 6,
            row.part * room // row.whole if row.whole else 0,
            ROW - 12,
            at * ROW + ROW // 2 + 5,
            row.label,
            row.value,
            row.link,
        )
        for at, row in enumerate(rows)
    ]
    return Chart(bars, said, height=len(rows) * ROW, lying=True)


def most_at(what: str, counts: dict[str, int]) -> str:
    """Say in one sentence where a count is largest."""
    if not counts:
        return gettext("%s：没有记录") % what
    label, value = max(counts.items(), key=lambda row: row[1])
    return gettext("%(what)s最多的是%(label)s，%(value)s 件") % {"what": what, "label": label, "value": value}
