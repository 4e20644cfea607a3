"""The book as printed amounts: one tree per statement, and every printed item adds up to what is printed above it.

Amounts are kept in 元 and printed in 万元. A tree is rounded from its root down: the total is rounded, its funds are
apportioned to it, their parts to them, then classes, then items, so that no reader's addition ever fails. What was
added to plain rounding stays with the figure. Amounts seen from another side (“三公”, 人员经费) are sums of what is
printed, never roundings of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from hengping.classification import Kind, standard_name
from hengping.figures import (
    HUNDRED,
    MONEY_UNITS,
    ZERO,
    Figure,
    apportion,
    percentage,
    print_number,
    round_half_up,
)
from hengping.law import source
from hengping.ledger.model import Account, Book, Fund, Part, Phase
from hengping.reports.model import Named, Working

WAN = MONEY_UNITS["万元"]
PLACES = 2
UNLISTED = "unlisted"

HOUSE = source("house-rules")

Balances: TypeAlias = Mapping[Account, Decimal]
Level: TypeAlias = Callable[[Account], tuple[str, str]]
"""Tells the key and the title of the group an account belongs to."""


@dataclass(frozen=True, slots=True)
class Node:
    """An amount and what it consists of, before anything is printed."""

    name: str
    title: str
    amount: Decimal
    accounts: int
    parts: tuple[Node, ...] = ()


def fund_key(fund: Fund) -> str:
    """Return the name of a fund inside the name of a working."""
    return fund.value.replace("_", "-")


def by_fund(account: Account) -> tuple[str, str]:
    """Group by budget."""
    return fund_key(account.fund), account.fund.label


def by_part(account: Account) -> tuple[str, str]:
    """Group into basic and project expenditure."""
    return account.part.value, account.part.label


def by_class(account: Account) -> tuple[str, str]:
    """Group by economic class."""
    if not account.economic:
        return UNLISTED, "未列明经济分类"
    return account.economic_class, standard_name(account.economic_class) or account.economic_class


def by_item(account: Account) -> tuple[str, str]:
    """Group by economic item; what carries only its class was not itemised."""
    if not account.itemised:
        return UNLISTED, "未列明"
    return account.economic, standard_name(account.economic) or account.economic


def by_function(account: Account) -> tuple[str, str]:
    """Group by functional item."""
    if not account.functional:
        return UNLISTED, "未列明功能分类"
    return account.functional, standard_name(account.functional, Kind.FUNCTIONAL) or account.functional


TREE: tuple[Level, ...] = (by_fund, by_part, by_class, by_item)
ORDER = {fund_key(fund): place for place, fund in enumerate(Fund)} | {part.value: i for i, part in enumerate(Part)}


def grow(name: str, title: str, balances: Balances, levels: Sequence[Level]) -> Node:
    """Return the tree of balances under the given levels; groups that come to nothing are left out."""
    amount = sum(balances.values(), ZERO)
    if not levels:
        return Node(name, title, amount, len(balances))
    groups: dict[str, dict[Account, Decimal]] = {}
    titles: dict[str, str] = {}
    for account, value in balances.items():
        key, titles_of = levels[0](account)
        titles[key] = titles_of
        groups.setdefault(key, {})[account] = value
    keys = sorted(groups, key=lambda key: (key == UNLISTED, ORDER.get(key, 0), key))
    # What was not itemised has nothing below it.
    grown = (grow(f"{name}.{key}", titles[key], groups[key], () if key == UNLISTED else levels[1:]) for key in keys)
    return Node(name, title, amount, len(balances), tuple(node for node in grown if node.amount or node.parts))


def wan(amount: Decimal) -> Decimal:
    """Return an amount of 元 in 万元, exact."""
    return amount / WAN


def figure_of(value: Decimal) -> Figure:
    """Return a value in 万元 as the figure that is printed."""
    return Figure(value, "万元", PLACES, print_number(value, PLACES) + "万元")


def printed(node: Node, statement: str, shown: Decimal | None = None, adjustment: Decimal = ZERO) -> Iterator[Working]:
    """Yield a working for a node and for everything under it, each level apportioned to the one above."""
    value = round_half_up(wan(node.amount), PLACES) if shown is None else shown
    items = apportion([wan(part.amount) for part in node.parts], PLACES, value) if node.parts else ()
    yield Working(
        name=node.name,
        title=f"{statement}：{node.title}",
        figure=figure_of(value),
        formula="各分项之和" if node.parts else f"账簿中{node.accounts}个科目的{statement}分录之和，由元折合万元",
        operands=tuple(part.name for part in node.parts),
        lines=(f"{print_number(node.amount, 2, thousands=True)}元 ＝ {figure_of(value)}",),
        cites=(HOUSE["SUM-01"],),
        exact=node.amount,
        adjustment=adjustment,
    )
    for part, item in zip(node.parts, items, strict=True):
        yield from printed(part, statement, item.shown, item.adjustment)


def parts_of(named: Named, name: str) -> tuple[Working, ...]:
    """Return the workings directly under one, in order."""
    return tuple(named[operand] for operand in named[name].operands) if name in named else ()


def value_of(named: Named, name: str) -> Decimal | None:
    """Return the printed value of a working, None where it is missing."""
    found = named.get(name)
    return None if found is None or found.figure is None else found.figure.value


def sum_of(named: Named, name: str, title: str, operands: Iterable[str], formula: str) -> Working:
    """Return the sum of printed amounts; an operand the book does not have counts as nothing spent on it."""
    known = [named[operand] for operand in operands if operand in named]
    if any(working.figure is None for working in known):
        return absent(name, title, "有分项未提供")
    values = [working.figure.value for working in known if working.figure is not None]
    total = sum(values, Decimal("0.00"))
    shown = [print_number(value, PLACES) for value in values]
    lines = (" + ".join(shown) + f" ＝ {figure_of(total)}",) if len(shown) > 1 else ()
    return Working(
        name=name,
        title=title,
        figure=figure_of(total),
        formula=formula,
        operands=tuple(working.name for working in known),
        lines=lines,
        cites=(HOUSE["SUM-01"],),
        # What is made of adjusted figures is as printed: its exact amount would not be what a reader adds up.
        exact=None if any(working.adjustment for working in known) else _exact(known),
    )


def _exact(workings: Iterable[Working]) -> Decimal | None:
    amounts = [working.exact for working in workings]
    return None if None in amounts else sum((amount for amount in amounts if amount is not None), ZERO)


def difference(name: str, title: str, left: Working, right: Working, formula: str) -> Working:
    """Return one printed amount less another."""
    if left.figure is None or right.figure is None:
        return absent(name, title, (left if left.figure is None else right).missing)
    value = left.figure.value - right.figure.value
    return Working(
        name=name,
        title=title,
        figure=figure_of(value),
        formula=formula,
        operands=(left.name, right.name),
        lines=(f"{left.bare} − {right.bare} ＝ {figure_of(value)}",),
        cites=(HOUSE["SUM-01"],),
        exact=None if left.exact is None or right.exact is None else left.exact - right.exact,
    )


def base_value(working: Working) -> Decimal | None:
    """Return what a rate is computed from: the exact amount, or the printed one where that was adjusted."""
    if working.figure is None:
        return None
    if working.exact is None or working.adjustment:
        return working.figure.amount
    return working.exact


def rate(name: str, title: str, part: Working, whole: Working, formula: str) -> Working:
    """Return one amount as a percentage of another; a base that is zero or missing gives no rate."""
    upper, lower = base_value(part), base_value(whole)
    if upper is None or lower is None:
        return absent(name, title, (part if upper is None else whole).missing)
    found = percentage(upper, lower)
    if found is None:
        return absent(name, title, f"{whole.title}为零，不计算比率")
    return Working(
        name=name,
        title=title,
        figure=found,
        formula=formula,
        operands=(part.name, whole.name),
        lines=(f"{part.bare} ÷ {whole.bare} × 100% ＝ {found}",),
        cites=(HOUSE["PCT-01"],),
    )


def shares(prefix: str, parts: Sequence[Working], whole: Working, base: str) -> Iterator[Working]:
    """Yield the share of each part, together exactly 100 %, by largest remainder."""
    values = [part.figure.value for part in parts if part.figure is not None]
    if whole.figure is None or not whole.figure.value or sum(values, ZERO) != whole.figure.value:
        return
    # What is printed adds up, so its shares do; exact amounts of adjusted parts would not.
    exact = [value * HUNDRED / whole.figure.value for value in values]
    for part, item in zip(parts, apportion(exact, PLACES, Decimal("100.00")), strict=True):
        text = print_number(item.shown, PLACES) + "%"
        yield Working(
            name=f"{prefix}.{part.name.rpartition('.')[2]}",
            title=f"{part.title}占{base}的比重",
            figure=Figure(item.shown, "%", PLACES, text),
            formula=f"{part.title.rpartition('：')[2]} ÷ {base}，各项比重之和为100%",
            operands=(part.name, whole.name),
            lines=(f"{part.bare} ÷ {whole.bare} × 100% ＝ {text}",),
            cites=(HOUSE["PCT-02"],),
            adjustment=item.adjustment,
        )


def absent(name: str, title: str, missing: str) -> Working:
    """Return the working of a fact that was not given."""
    return Working(name=name, title=title, figure=None, missing=missing or "未提供")


def balances_of(book: Book, *phases: Phase) -> Balances:
    """Return the balances of some phases, added up per account with the phase left out of the account."""
    found: dict[Account, Decimal] = {}
    for account, value in book.balances.items():
        if account.phase in phases:
            key = account.at(phases[-1])
            found[key] = found.get(key, ZERO) + value
    return found
