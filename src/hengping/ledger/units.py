"""An amount ten thousand times too large or too small: the mark of 元 taken for 万元, or the other way round.

Nobody is corrected. A jump is a question, because a subject may really have grown from 200 元 to 2,000,000 元.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from hengping.figures import MONEY_UNITS

FACTOR = MONEY_UNITS["万元"]
LOW, HIGH = Decimal(2000), Decimal(50000)
"""How many times larger still looks like a mistaken unit: a year does not quintuple, nor shrink to a fifth, unnoticed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """Two amounts of the same thing, in 元, about ten thousand times apart; ``known`` is the one already there."""

    what: str
    amount: Decimal
    known: Decimal
    against: str

    @property
    def larger(self) -> bool:
        """Tell whether the new amount is the larger one."""
        return abs(self.amount) > abs(self.known)

    def __str__(self) -> str:
        way = "大" if self.larger else "小"
        return f"{self.what} {self.amount:f} 元，{self.against} {self.known:f} 元，{way}约一万倍"


def jump(what: str, amount: Decimal | None, known: Decimal | None, against: str) -> Jump | None:
    """Return the jump between two amounts, or None where there is none or nothing to compare."""
    if not amount or not known:
        return None
    large, small = sorted((abs(amount), abs(known)), reverse=True)
    if not LOW <= large / small <= HIGH:
        return None
    return Jump(what=what, amount=amount, known=known, against=against)


def jumps(
    amounts: Mapping[str, Decimal], known: Mapping[str, Decimal], against: str, names: Mapping[str, str]
) -> tuple[Jump, ...]:
    """Return the jumps among amounts by code, in the order of the codes."""
    found = (jump(names.get(code, code), amounts[code], known.get(code), against) for code in sorted(amounts))
    return tuple(one for one in found if one is not None)
