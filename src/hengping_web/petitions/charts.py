"""Small charts as SVG: zero-based bars with their numbers written on them, readable without colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, FOOT, HEAD = 720, 220, 24, 20


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it stands, how tall it is, what is written at it."""

    left: int
    top: int
    width: int
    height: int
    middle: int
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its bars and what it says in one sentence."""

    bars: Sequence[Bar]
    said: str
    width: int = WIDTH
    height: int = HEIGHT
    base: int = HEIGHT - FOOT


def bars(rows: Sequence[tuple[str, int]], what: str) -> Chart | None:
    """Return a bar chart; None where there is nothing to show."""
    most = max((value for _, value in rows), default=0)
    if not most:
        return None
    step = WIDTH // len(rows)
    tall = HEIGHT - FOOT - HEAD
    found = []
    for at, (label, value) in enumerate(rows):
        height = value * tall // most
        left = at * step + step // 8
        wide = step * 3 // 4
        found.append(Bar(left, HEIGHT - FOOT - height, wide, height, left + wide // 2, label, str(value)))
    top = max(rows, key=lambda row: row[1])
    return Chart(found, f"{what}最多的是 {top[0]}，{top[1]} 件")
