"""Draws the charts of a public page as inline SVG: a phone's width, bars from zero, every row labelled where it stands.

Nothing is loaded and nothing is styled inside: colours come from the page's own sheet by class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from hengping.figures import ZERO

WIDTH = 360
LINE = 18
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row: its label, this year's value and last year's, and what is written beside them."""

    label: str
    value: Decimal
    shown: str
    last: Decimal | None = None
    last_shown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One row: its label, the result and the target on one line, and what is written beside them."""

    label: str
    value: Decimal
    target: Decimal
    shown: str
    met: bool


def bars(rows: Sequence[Bar], title: str, most: Decimal | None = None) -> str:
    """Return bars from zero, last year's thinner below this year's; ``most`` fixes the right end, as 100 for a rate."""
    ends = [abs(value) for row in rows for value in (row.value, row.last) if value is not None]
    end = most if most is not None else max(ends, default=ZERO)
    parts: list[str] = []
    y = 0
    for row in rows:
        parts += [_text(0, y + 14, row.label), _text(WIDTH, y + 14, row.shown, "value", "end")]
        parts.append(_rect("bar", y + 20, 12, _along(row.value, end)))
        y += 20 + 12
        if row.last is not None:
            parts.append(_rect("last", y + 3, 5, _along(row.last, end)))
            parts.append(_text(WIDTH, y + 20, row.last_shown, "before", "end"))
            y += LINE + 6
        y += 10
    return _drawing("".join(parts), y, title)


def dots(rows: Sequence[Dot], title: str) -> str:
    """Return a result and its target on one line each, from zero to the largest of them or 100."""
    parts: list[str] = []
    y = 0
    for row in rows:
        end = max(row.value, row.target, HUNDRED)
        x, aim = _along(row.value, end), _along(row.target, end)
        kind = "dot" if row.met else "dot short"
        parts += [_text(0, y + 14, row.label), _text(0, y + 14 + LINE, row.shown, "before" if row.met else "short")]
        parts.append(f'<line class="rail" x1="0" y1="{y + 46}" x2="{WIDTH}" y2="{y + 46}"/>')
        parts.append(f'<line class="aim" x1="{aim}" y1="{y + 38}" x2="{aim}" y2="{y + 54}"/>')
        parts.append(f'<circle class="{kind}" cx="{x}" cy="{y + 46}" r="6"/>')
        y += 68
    return _drawing("".join(parts), y, title)


def _drawing(parts: str, height: int, title: str) -> str:
    return f'<svg viewBox="-8 0 {WIDTH + 16} {height}" role="img" aria-label="{escape(title)}">{parts}</svg>'


def _text(x: int, y: int, text: str, kind: str = "", anchor: str = "") -> str:
    attributes = f' class="{kind}"' if kind else ""
    attributes += f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x}" y="{y}"{attributes}>{escape(text)}</text>'


def _rect(kind: str, y: int, height: int, width: int) -> str:
    return f'<rect class="{kind}" x="0" y="{y}" width="{max(width, 1)}" height="{height}" rx="2"/>'


def _along(value: Decimal, end: Decimal) -> int:
    """Return how far along a value stands, in whole units of the drawing."""
    if end <= 0 or value <= 0:
        return 0
    return int(min(value, end) * WIDTH / end)
