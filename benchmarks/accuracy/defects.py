"""Known defects, made on purpose: figures of claims that hold are changed until a claim no longer does.

A change counts only where it makes at least one labelled claim false beyond what rounding could explain, so that every
defect counted can be found from the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from random import Random

from benchmarks.accuracy.labels import Located, Passage, Quantity, Token, heads_an_item, holds, number, write_number

TABULAR = re.compile(r"[\s\d,.%\-−]*|(?:\d{3,7}\s+)?[^\s，。；：]{2,40}(?:\s+-?[\d,]+(?:\.\d+)?)+\s*")
PROCUREMENT = re.compile(r"采购[^。；]{0,40}$")


class Figures(StrEnum):
    """The classes of figure a reader of a report would name."""

    CELL = "表格单元格"
    TOTAL = "总数"
    HEADED = "标题中的分项金额"
    ITEM = "句中的分项金额"
    GROWTH = "增减率"
    SHARE = "占比"
    COMPLETION = "完成率"
    PROCUREMENT = "采购分项"
    COUNT = "计数"


class Change(StrEnum):
    """The kinds of defect people make."""

    SWAPPED = "两位数字颠倒"
    LOST = "漏一位数字"
    POINT = "小数点移位"
    STALE = "沿用旧比率"
    EXCHANGED = "两项互换"
    TWICE = "一项重复计入"
    SCALED = "数字乘以1.1"


RATES = (Figures.GROWTH, Figures.SHARE, Figures.COMPLETION)


@dataclass(frozen=True, slots=True)
class Role:
    """One part a figure plays in a labelled claim: ``stated`` or the index of an input."""

    located: Located
    part: str
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Target:
    """A figure of a passage that takes part in labelled claims that hold."""

    passage: Passage
    token: Token
    figures: Figures
    roles: tuple[Role, ...]

    @property
    def written(self) -> str:
        """Return the figure as it stands in the text."""
        return self.passage.text[self.token.start : self.token.end]


@dataclass(frozen=True, slots=True)
class Defect:
    """A changed passage: what was changed and where, and the places of the claims that no longer hold."""

    passage: Passage
    figures: Figures
    change: Change
    text: str
    at: int
    places: tuple[tuple[int, int], ...]
    was: str
    now: str


Edit = tuple[Token, str]
Maker = Callable[[Target, Sequence[Target], Random], Iterator[list[Edit]]]


def targets(passage: Passage, located: Sequence[Located]) -> list[Target]:
    """Return the figures of a passage that take part in claims labelled consistent, with their class."""
    roles: dict[Token, list[Role]] = {}
    for one in located:
        label = one.label
        if not label.consistent or label.category or not holds(label, {}):
            continue
        if one.stated is not None:
            roles.setdefault(one.stated, []).append(Role(one, "stated", label.stated))
        for index, token in enumerate(one.inputs):
            if token is not None:
                roles.setdefault(token, []).append(Role(one, str(index), label.inputs[index]))
    return [
        Target(passage, token, _class_of(passage, token, taken), tuple(taken))
        for token, taken in sorted(roles.items(), key=lambda pair: pair[0].start)
    ]


def _class_of(passage: Passage, token: Token, roles: Sequence[Role]) -> Figures:
    if _in_table(passage, token):
        return Figures.CELL
    kinds = {role.located.label.kind for role in roles if role.part == "stated" and role.quantity.unit == "%"}
    for kind, figures in (("yoy", Figures.GROWTH), ("share", Figures.SHARE), ("rate", Figures.COMPLETION)):
        if kind in kinds:
            return figures
    before = passage.text[max(0, token.start - 60) : token.start]
    if any(role.located.label.kind == "count" for role in roles):
        return Figures.COUNT
    if PROCUREMENT.search(before):
        return Figures.PROCUREMENT
    if any(role.part == "stated" and role.located.label.kind == "sum" for role in roles):
        return Figures.TOTAL
    return Figures.HEADED if heads_an_item(passage, token) else Figures.ITEM


def _in_table(passage: Passage, token: Token) -> bool:
    start = passage.text.rfind("\n", 0, token.start) + 1
    end = passage.text.find("\n", token.end)
    return TABULAR.fullmatch(passage.text[start : len(passage.text) if end < 0 else end].strip()) is not None


def defects(passages: Mapping[str, list[Target]], seed: int, most: int) -> list[Defect]:
    """Return at most ``most`` defects of every class and kind, drawn by a fixed seed."""
    everything = [target for found in passages.values() for target in found]
    made: list[Defect] = []
    for figures in Figures:
        mine = [target for target in everything if target.figures is figures]
        for change, maker in MAKERS.items():
            if change is Change.STALE and figures not in RATES:
                continue
            random = Random(f"{seed} {figures.name} {change.name}")  # noqa: S311 - a fixed choice, not a secret
            made.extend(_draw(mine, change, maker, passages, random, most))
    return made


def _draw(
    mine: Sequence[Target],
    change: Change,
    maker: Maker,
    passages: Mapping[str, list[Target]],
    random: Random,
    most: int,
) -> list[Defect]:
    order = random.sample(mine, len(mine))
    drawn: list[Defect] = []
    for target in order:
        if len(drawn) == most:
            break
        near = passages[target.passage.name]
        made = (_defect(target, near, change, edits) for edits in maker(target, near, random))
        defect = next((one for one in made if one is not None), None)
        if defect is not None:
            drawn.append(defect)
    return drawn


def _defect(target: Target, near: Sequence[Target], change: Change, edits: list[Edit]) -> Defect | None:
    """Return the changed passage, or None where no labelled claim becomes false."""
    new = {token: number(written) for token, written in edits}
    broken = [one for one in _claims(near, new) if not holds(one.label, _changed(one, new))]
    if not broken:
        return None
    text, moved = _apply(target.passage.text, edits)
    places = [(moved(token.start), moved(token.end)) for one in broken for token in one.tokens]
    places += [(moved(start), moved(end)) for one in broken for start, end in one.claims[:1]]
    was = " ".join(target.passage.text[token.start : token.end] for token, _ in edits)
    now = " ".join(written for _, written in edits)
    return Defect(target.passage, target.figures, change, text, moved(target.token.start), tuple(places), was, now)


def _claims(near: Sequence[Target], new: Mapping[Token, tuple[Decimal, int]]) -> list[Located]:
    found: dict[str, Located] = {}
    for target in near:
        if target.token in new:
            found.update((role.located.label.name, role.located) for role in target.roles)
    return list(found.values())


def _changed(located: Located, new: Mapping[Token, tuple[Decimal, int]]) -> dict[str, Quantity]:
    """Return the parts of a claim that an edit gives another value, by the name of the part."""
    parts = [("stated", located.stated, located.label.stated)]
    parts += [(str(index), token, located.label.inputs[index]) for index, token in enumerate(located.inputs)]
    changed: dict[str, Quantity] = {}
    for name, token, quantity in parts:
        if token is not None and token in new:
            value, decimals = new[token]
            changed[name] = Quantity(-value if quantity.value < 0 else value, decimals, quantity.unit)
    return changed


def _apply(text: str, edits: Sequence[Edit]) -> tuple[str, Callable[[int], int]]:
    """Return the changed text and the map from old offsets to new ones."""
    ordered = sorted(edits, key=lambda edit: edit[0].start)
    pieces: list[str] = []
    at = 0
    for token, written in ordered:
        pieces += [text[at : token.start], written]
        at = token.end
    pieces.append(text[at:])

    def moved(offset: int) -> int:
        return offset + sum(
            len(written) - (token.end - token.start) for token, written in ordered if token.end <= offset
        )

    return "".join(pieces), moved


def _swap(target: Target, _near: Sequence[Target], random: Random) -> Iterator[list[Edit]]:
    written = target.written
    digits = [index for index, character in enumerate(written) if character.isdigit()]
    pairs = [pair for pair in pairwise(digits) if written[pair[0]] != written[pair[1]]]
    for left, right in random.sample(pairs, len(pairs)):
        letters = list(written)
        letters[left], letters[right] = letters[right], letters[left]
        if _well_formed("".join(letters)):
            yield [(target.token, "".join(letters))]


def _lose(target: Target, _near: Sequence[Target], random: Random) -> Iterator[list[Edit]]:
    plain = target.written.replace(",", "")
    digits = [index for index, character in enumerate(plain) if character.isdigit()]
    for index in random.sample(digits, len(digits)):
        rest = plain[:index] + plain[index + 1 :]
        if rest and rest[0].isdigit() and rest[-1].isdigit() and _well_formed(rest):
            yield [(target.token, _regroup(rest, target.written))]


def _move_point(target: Target, _near: Sequence[Target], random: Random) -> Iterator[list[Edit]]:
    if target.figures is Figures.COUNT:
        return
    value, decimals = number(target.written)
    for places in random.sample((-1, 1), 2):
        shown = max(0, decimals - places)
        if value and decimals:
            yield [(target.token, write_number(value.scaleb(places), shown, target.written))]


def _keep_old_rate(target: Target, near: Sequence[Target], random: Random) -> Iterator[list[Edit]]:
    others = [other.written for other in near if other.figures is target.figures and other.written != target.written]
    for written in random.sample(others, min(8, len(others))):
        yield [(target.token, written)]


def _exchange(target: Target, near: Sequence[Target], random: Random) -> Iterator[list[Edit]]:
    others = [
        other
        for other in near
        if other.figures is target.figures
        and other.token.value != target.token.value
        and {role.quantity.unit for role in other.roles} & {role.quantity.unit for role in target.roles}
    ]
    nearest = sorted(others, key=lambda other: abs(other.token.start - target.token.start))[:4]
    for other in random.sample(nearest, len(nearest)):
        yield [(target.token, other.written), (other.token, target.written)]


def _count_twice(target: Target, _near: Sequence[Target], random: Random) -> Iterator[list[Edit]]:
    """Let the stated total hold one of its items once more."""
    for role in target.roles:
        label = role.located.label
        if role.part != "stated" or label.formula != "sum" or len(label.inputs) < 2:
            continue
        items = [part for part in label.inputs if part.value > 0 and part.unit == label.stated.unit]
        for item in random.sample(items, len(items)):
            decimals = max(target.token.decimals, item.decimals)
            yield [(target.token, write_number(target.token.value + item.value, decimals, target.written))]


def _scale(target: Target, _near: Sequence[Target], _random: Random) -> Iterator[list[Edit]]:
    token = target.token
    yield [(token, write_number(token.value * Decimal("1.1"), token.decimals, target.written))]


def _well_formed(written: str) -> bool:
    whole = written.replace(",", "").partition(".")[0]
    return whole == "0" or not whole.startswith("0")


def _regroup(plain: str, like: str) -> str:
    return write_number(*number(plain), like)


MAKERS: Mapping[Change, Maker] = {
    Change.SWAPPED: _swap,
    Change.LOST: _lose,
    Change.POINT: _move_point,
    Change.STALE: _keep_old_rate,
    Change.EXCHANGED: _exchange,
    Change.TWICE: _count_twice,
    Change.SCALED: _scale,
}
