"""The ledger's nouns: an account is a tuple of what is known of an amount, an entry adds to one account.

This is not double entry. A year is kept in four phases per account: what was granted at its start, how that was
adjusted, what was paid, and what the final accounts say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from hengping.figures import ZERO


class Phase(StrEnum):
    """Which of the year's four statements an amount belongs to."""

    INITIAL = "initial"
    ADJUSTMENT = "adjustment"
    EXECUTION = "execution"
    FINAL = "final"

    @property
    def label(self) -> str:
        """Return the official term."""
        return {"initial": "年初预算", "adjustment": "预算调整", "execution": "执行", "final": "决算"}[self.value]


class Part(StrEnum):
    """Basic or project expenditure (预算法实施条例第五条)."""

    BASIC = "basic"
    PROJECT = "project"

    @property
    def label(self) -> str:
        """Return the official term."""
        return {"basic": "基本支出", "project": "项目支出"}[self.value]


class Fund(StrEnum):
    """Which of the four budgets, or which money outside them, pays."""

    GENERAL = "general"
    GOVERNMENT_FUNDS = "government_funds"
    STATE_CAPITAL = "state_capital"
    SOCIAL_INSURANCE = "social_insurance"
    SPECIAL_ACCOUNT = "special_account"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return the official term."""
        return {
            "general": "一般公共预算",
            "government_funds": "政府性基金预算",
            "state_capital": "国有资本经营预算",
            "social_insurance": "社会保险基金预算",
            "special_account": "财政专户管理资金",
            "other": "其他资金",
        }[self.value]


class Adjustment(StrEnum):
    """Why a budget was adjusted in the year."""

    CARRIED_IN = "carried_in"
    SUPPLEMENT = "supplement"
    REDUCTION = "reduction"
    TRANSFER = "transfer"

    @property
    def label(self) -> str:
        """Return the official term."""
        return {"carried_in": "上年结转", "supplement": "追加", "reduction": "追减", "transfer": "调剂"}[self.value]


class Account(NamedTuple):
    """Where an amount belongs. ``economic`` of three digits, or no ``functional``, says it was not itemised."""

    phase: Phase
    part: Part
    fund: Fund
    functional: str
    economic: str
    project: str = ""

    @property
    def economic_class(self) -> str:
        """Return the economic class (类), the first three digits."""
        return self.economic[:3]

    @property
    def itemised(self) -> bool:
        """Tell whether the amount is known down to the economic item (款)."""
        return len(self.economic) == 5

    def at(self, phase: Phase) -> Account:
        """Return the same account in another phase."""
        return self._replace(phase=phase)


class Lot(NamedTuple):
    """Entries of one account that agree in everything a rate may ask for."""

    account: Account
    adjustment: Adjustment | None
    policy: bool
    procurement: bool


class Heap(NamedTuple):
    """What the entries of one lot add up to, and where in the book they stand."""

    amount: Decimal
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the book, never changed: a correction is another entry.

    ``amount`` is in 元 with two decimals and may be negative. ``adjustment`` says why a budget was adjusted, and
    ``policy`` that national policy, force majeure or an order from above caused it. ``file`` and ``line`` are
    where the line was read.
    """

    account: Account
    amount: Decimal
    voucher: str = ""
    on: date | None = None
    adjustment: Adjustment | None = None
    policy: bool = False
    procurement: bool = False
    note: str = ""
    file: str = ""
    line: int | None = None

    @property
    def lot(self) -> Lot:
        """Return the lot the entry belongs to."""
        return Lot(self.account, self.adjustment, self.policy, self.procurement)

    @property
    def reference(self) -> str:
        """Return how the entry is pointed at: its voucher, or its place in the file it came from."""
        place = f"{self.file}:{self.line}" if self.line is not None else self.file
        return self.voucher or place


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project that entries may name; ``key`` marks key expenditure (重点支出), ``category`` the F1 form's group."""

    code: str
    title: str
    category: str = ""
    key: bool = False


@dataclass(frozen=True)
class Book:
    """One unit's entries of one year, in the order they were made.

    ``declared`` are phases the unit says are complete although they may hold no entry: a year without any
    adjustment is known to be one only if somebody says so.
    """

    year: int
    entries: tuple[Entry, ...] = ()
    projects: Mapping[str, Project] = field(default_factory=lambda: MappingProxyType({}))
    declared: frozenset[Phase] = frozenset()

    def append(self, *entries: Entry) -> Book:
        """Return a new book with entries added at its end."""
        return Book(self.year, self.entries + entries, self.projects, self.declared)

    def of_project(self, code: str) -> Book:
        """Return the book of one project; what the whole book knows, it knows too."""
        kept = tuple(entry for entry in self.entries if entry.account.project == code)
        return Book(self.year, kept, self.projects, self.phases)

    @cached_property
    def balances(self) -> Mapping[Account, Decimal]:
        """Return the sum of every account that has entries."""
        found: dict[Account, Decimal] = {}
        for entry in self.entries:
            found[entry.account] = found.get(entry.account, ZERO) + entry.amount
        return MappingProxyType(found)

    @cached_property
    def phases(self) -> frozenset[Phase]:
        """Return the phases the book knows; an absent phase is unknown, not zero."""
        return self.declared | frozenset(account.phase for account in self.balances)

    @cached_property
    def lots(self) -> Mapping[Lot, Decimal]:
        """Return the sum of every lot."""
        return MappingProxyType({lot: heap.amount for heaps in self.heaps.values() for lot, heap in heaps.items()})

    @cached_property
    def heaps(self) -> Mapping[Phase, Mapping[Lot, Heap]]:
        """Return every lot by its phase, with its entries: what the rates of the year are added up from."""
        piles: dict[Lot, list[int]] = {}
        for position, entry in enumerate(self.entries):
            piles.setdefault(entry.lot, []).append(position)
        found: dict[Phase, dict[Lot, Heap]] = {phase: {} for phase in Phase}
        for lot, positions in piles.items():
            amount = sum((self.entries[position].amount for position in positions), ZERO)
            found[lot.account.phase][lot] = Heap(amount, tuple(positions))
        return MappingProxyType(found)

    @classmethod
    def of(
        cls,
        year: int,
        entries: Iterable[Entry],
        projects: Iterable[Project] = (),
        declared: Iterable[Phase] = (),
    ) -> Book:
        """Return a book of entries, the projects they may name, and the phases declared complete."""
        named = MappingProxyType({project.code: project for project in projects})
        return cls(year, tuple(entries), named, frozenset(declared))
