"""Departments beside each other: only what is measured the same way is compared, and nobody is put in an order.

A group holds departments of one year evaluated by one scheme. For each measure it gives the middle and says which
departments stand far from it (修正 z 值大于 3.5) as something to look into, never as a place. It knows organisations
only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hengping.figures import round_half_up

FEWEST = 5
"""Fewer departments have no middle worth the name."""

FAR = Decimal("3.5")
CONSISTENT = Decimal("0.6745")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One department's year: which scheme, whether its figures are final, and what was measured in the same units."""

    key: str
    title: str
    scheme: str
    final: bool
    values: Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Middle:
    """The middle of one measure over the departments that have it, and who stands far from it."""

    measure: str
    count: int
    middle: Decimal | None
    far: frozenset[str]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Departments that may be compared, in the order of their keys, and the middles of the measures."""

    scheme: str
    lines: tuple[Line, ...]
    middles: tuple[Middle, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A department that is not compared, and why."""

    line: Line
    reason: str


def compare(
    lines: Iterable[Line], measures: Sequence[str], bound: Sequence[str]
) -> tuple[tuple[Group, ...], tuple[LeftOut, ...]]:
    """Group what is comparable and say of every other department why it is not.

    ``bound`` are the measures that only mean the same under the same scheme; without a scheme there is no group.
    """
    by_scheme: dict[str, list[Line]] = {}
    left: list[LeftOut] = []
    for line in sorted(lines, key=lambda one: one.key):
        reason = _reason(line)
        if reason:
            left.append(LeftOut(line, reason))
        else:
            by_scheme.setdefault(line.scheme, []).append(line)
    groups = []
    for scheme, found in sorted(by_scheme.items()):
        asked = [name for name in measures if name not in bound or scheme]
        groups.append(Group(scheme=scheme, lines=tuple(found), middles=tuple(_middles(found, asked))))
    return tuple(groups), tuple(left)


def _reason(line: Line) -> str:
    if not line.final:
        return "数据还没有冻结，随时会变，不作比较"
    if not line.scheme:
        return "没有使用评分表，得分没有共同的口径"
    return ""


def _middles(lines: Sequence[Line], measures: Sequence[str]) -> Iterator[Middle]:
    for name in measures:
        values = {line.key: value for line in lines if (value := line.values.get(name)) is not None}
        if len(values) < FEWEST:
            words = f"有此项的部门只有 {len(values)} 个，少于 {FEWEST} 个，不取中位数"
            yield Middle(measure=name, count=len(values), middle=None, far=frozenset(), words=words)
            continue
        middle = median(values.values())
        far = frozenset(_far(values, middle))
        words = f"{len(values)} 个部门的中位数 {round_half_up(middle, 2):f}"
        words += f"；{len(far)} 个离中位数较远，只是线索，请看各自的说明" if far else "；没有离得很远的"
        yield Middle(measure=name, count=len(values), middle=round_half_up(middle, 2), far=far, words=words)


def _far(values: Mapping[str, Decimal], middle: Decimal) -> Iterator[str]:
    spread = median(abs(value - middle) for value in values.values())
    if spread:
        yield from (key for key, value in values.items() if CONSISTENT * abs(value - middle) / spread > FAR)


def median(values: Iterable[Decimal]) -> Decimal:
    """Return the middle of some numbers.

    >>> median([Decimal(3), Decimal(1), Decimal(2), Decimal(10)])
    Decimal('2.5')
    """
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
