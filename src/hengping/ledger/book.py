"""Adding up a book: slices of it, what a slice is worth, and the entries behind it.

A sum is None, never 0, where the book cannot know it: the phase was never entered, or money that might belong to
the slice was entered without saying down to which item it went.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TypeVar

from hengping.classification import PERSONNEL, THREE_PUBLIC
from hengping.figures import ZERO, money
from hengping.ledger.model import Account, Adjustment, Book, Entry, Fund, Heap, Lot, Part, Phase

KeyT = TypeVar("KeyT", str, Fund)

INITIAL = frozenset({Phase.INITIAL})
FULL_YEAR = frozenset({Phase.INITIAL, Phase.ADJUSTMENT})
ADJUSTED = frozenset({Phase.ADJUSTMENT})
EXECUTED = frozenset({Phase.EXECUTION})
FINAL = frozenset({Phase.FINAL})

THREE_PUBLIC_ITEMS = frozenset(code for codes in THREE_PUBLIC.values() for code in codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Which entries a figure adds up. What is left empty is not asked.

    ``phases`` together make the figure (a full-year budget is the initial one and its adjustments); ``classes`` and
    ``items`` are economic codes, ``without`` the classes left out; ``key`` asks for key projects.
    """

    phases: frozenset[Phase]
    part: Part | None = None
    fund: Fund | None = None
    functional: str = ""
    classes: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    project: str = ""
    adjustment: Adjustment | None = None
    policy: bool | None = None
    procurement: bool = False
    key: bool = False

    def holds(self, account: Account) -> bool:
        """Tell whether an account belongs to the slice, as far as the account alone can say."""
        economic = account.economic
        return (
            account.phase in self.phases
            and (self.part is None or account.part is self.part)
            and (self.fund is None or account.fund is self.fund)
            and account.functional.startswith(self.functional)
            and (not self.project or account.project == self.project)
            and (not self.classes or economic[:3] in self.classes)
            and (not self.items or economic in self.items)
            and economic[:3] not in self.without
        )

    def admits(self, book: Book, lot: Lot) -> bool:
        """Tell whether a lot of a book belongs to the slice."""
        project = book.projects.get(lot.account.project)
        return (
            self.holds(lot.account)
            and (self.adjustment is None or lot.adjustment is self.adjustment)
            and (self.policy is None or lot.policy is self.policy)
            and (lot.procurement or not self.procurement)
            and (not self.key or (project is not None and project.key))
        )


BUDGET = Slice(phases=INITIAL)
FULL_YEAR_BUDGET = Slice(phases=FULL_YEAR)
PAID = Slice(phases=EXECUTED)
EXPENDITURE = Slice(phases=FINAL)


def total(book: Book, asked: Slice) -> Decimal | None:
    """Return what a slice of the book adds up to in 元, or None where the book cannot know it."""
    if unknown(book, asked):
        return None
    return sum((heap.amount for _, heap in heaps(book, asked)), ZERO)


def unknown(book: Book, asked: Slice) -> str:
    """Say why the book cannot know a slice; empty where it can."""
    absent = sorted(phase.label for phase in asked.phases - book.phases)
    if absent:
        return f"账内没有{'、'.join(absent)}数"
    rest = _unclassified(book, asked)
    if rest:
        return f"有 {money(rest)} 没有列明经济分类到所需的级次，无法判断是否属于所求科目"
    return _unmarked(book, asked)


def entries(book: Book, asked: Slice) -> Iterator[Entry]:
    """Yield the entries behind a slice, in the order they were made."""
    for position in sorted(position for _, heap in heaps(book, asked) for position in heap.positions):
        yield book.entries[position]


def heaps(book: Book, asked: Slice) -> Iterator[tuple[Lot, Heap]]:
    """Yield the lots of a slice with what they add up to."""
    for phase in Phase:
        if phase in asked.phases:
            for lot, heap in book.heaps[phase].items():
                if asked.admits(book, lot):
                    yield lot, heap


def balance(book: Book, account: Account) -> Decimal:
    """Return the balance of one account; an account without entries has none."""
    return book.balances.get(account, ZERO)


def by_class(book: Book, asked: Slice) -> Mapping[str, Decimal]:
    """Roll a slice up by economic class, in the order of the codes."""
    return _grouped(book, asked, lambda account: account.economic_class)


def by_item(book: Book, asked: Slice) -> Mapping[str, Decimal]:
    """Roll a slice up by economic code as entered: an item, or a class for what was not itemised."""
    return _grouped(book, asked, lambda account: account.economic)


def by_function(book: Book, asked: Slice) -> Mapping[str, Decimal]:
    """Roll a slice up by functional item."""
    return _grouped(book, asked, lambda account: account.functional)


def by_project(book: Book, asked: Slice) -> Mapping[str, Decimal]:
    """Roll a slice up by project; money without a project is under the empty code."""
    return _grouped(book, asked, lambda account: account.project)


def by_fund(book: Book, asked: Slice) -> Mapping[Fund, Decimal]:
    """Roll a slice up by fund."""
    return _grouped(book, asked, lambda account: account.fund)


def paid_until(book: Book, asked: Slice, last: date) -> Decimal | None:
    """Return what was paid up to and including a day; None where a payment bears no date."""
    if unknown(book, asked):
        return None
    paid = list(entries(book, asked))
    if any(entry.on is None for entry in paid):
        return None
    return sum((entry.amount for entry in paid if entry.on is not None and entry.on <= last), ZERO)


def _unclassified(book: Book, asked: Slice) -> Decimal:
    if not (asked.items or asked.classes or asked.without):
        return ZERO
    touched = {item[:3] for item in asked.items}
    wider = replace(asked, items=frozenset(), classes=frozenset(), without=frozenset())
    rest = ZERO
    for account, amount in book.balances.items():
        vague = not account.economic or (not account.itemised and account.economic_class in touched)
        if vague and wider.holds(account):
            rest += abs(amount)
    return rest


def _unmarked(book: Book, asked: Slice) -> str:
    if asked.procurement and not any(lot.procurement for lot in book.lots):
        return "账内没有标注政府采购的条目"
    if not asked.key and asked.adjustment is None:
        return ""
    held = [lot for phase in asked.phases for lot in book.heaps[phase] if asked.holds(lot.account)]
    if asked.key and not book.projects:
        return "没有项目清单，无法判断哪些是重点支出"
    if asked.key and any(lot.account.project not in book.projects for lot in held):
        return "有项目支出未注明所属项目，无法判断是否重点支出"
    if asked.adjustment is not None and any(lot.adjustment is None for lot in held):
        return "有预算调整条目未注明调整原因"
    return ""


def _grouped(book: Book, asked: Slice, key: Callable[[Account], KeyT]) -> Mapping[KeyT, Decimal]:
    found: dict[KeyT, Decimal] = {}
    for lot, heap in heaps(book, asked):
        found[key(lot.account)] = found.get(key(lot.account), ZERO) + heap.amount
    return MappingProxyType(dict(sorted(found.items())))


def personnel(phases: frozenset[Phase]) -> Slice:
    """Return personnel funds (人员经费): classes 301 and 303 of basic expenditure."""
    return Slice(phases=phases, part=Part.BASIC, classes=PERSONNEL)


def public_funds(phases: frozenset[Phase]) -> Slice:
    """Return public funds (公用经费): every other class of basic expenditure."""
    return Slice(phases=phases, part=Part.BASIC, without=PERSONNEL)


def three_public(phases: frozenset[Phase], item: str = "") -> Slice:
    """Return the “three public” expenses, or one of them by its official name, basic and project together."""
    items = frozenset(THREE_PUBLIC[item]) if item else THREE_PUBLIC_ITEMS
    return Slice(phases=phases, items=items)
