"""BookFacts: what one unit's year comes to, in named columns, decided once.

Indicators name these columns and never look at entries. A column is None where the year does not give it: the
phase was never entered, an amount was not itemised, a base figure was not stated. ``SLICES`` says which entries are
behind a column that the book alone decides, so that every figure leads back to its entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple, get_type_hints

from hengping.errors import RulebookError
from hengping.figures import HUNDRED, ZERO
from hengping.ledger import book as books
from hengping.ledger.book import ADJUSTED, EXECUTED, FINAL, FULL_YEAR, INITIAL, Slice
from hengping.ledger.model import Account, Adjustment, Book, Entry, Part


class Column(NamedTuple):
    """What users are shown of a column: its name and its unit."""

    title: str
    unit: str = "元"


@dataclass(frozen=True, slots=True, kw_only=True)
class BookFacts:
    """One year of one unit as columns; amounts in 元, staff in persons, areas in square metres."""

    staff_on_post: Annotated[int | None, Column("在职人员数", "人")] = None
    posts_approved: Annotated[int | None, Column("编制数", "人")] = None

    initial_budget: Annotated[Decimal | None, Column("年初预算数")] = None
    initial_basic: Annotated[Decimal | None, Column("年初预算数（基本支出）")] = None
    initial_project: Annotated[Decimal | None, Column("年初预算数（项目支出）")] = None
    full_year_budget: Annotated[Decimal | None, Column("全年预算数（年初预算加调整）")] = None
    full_year_basic: Annotated[Decimal | None, Column("全年预算数（基本支出）")] = None
    full_year_project: Annotated[Decimal | None, Column("全年预算数（项目支出）")] = None
    carried_in: Annotated[Decimal | None, Column("上年结转")] = None
    supplement: Annotated[Decimal | None, Column("本年追加预算")] = None
    adjustment_counted: Annotated[Decimal | None, Column("预算调整数（不含上年结转和政策性调整）")] = None
    executed: Annotated[Decimal | None, Column("全年执行数")] = None
    executed_basic: Annotated[Decimal | None, Column("全年执行数（基本支出）")] = None
    executed_project: Annotated[Decimal | None, Column("全年执行数（项目支出）")] = None
    expenditure: Annotated[Decimal | None, Column("决算支出数")] = None
    expenditure_basic: Annotated[Decimal | None, Column("决算支出数（基本支出）")] = None
    expenditure_project: Annotated[Decimal | None, Column("决算支出数（项目支出）")] = None

    income: Annotated[Decimal | None, Column("本年收入")] = None
    carry_over: Annotated[Decimal | None, Column("年末结转结余")] = None
    carry_over_last: Annotated[Decimal | None, Column("上年末结转结余")] = None
    carry_over_change: Annotated[Decimal | None, Column("结转结余增减额")] = None
    resources: Annotated[Decimal | None, Column("上年结转＋年初预算＋本年追加预算")] = None
    resources_used: Annotated[Decimal | None, Column("上年结转＋年初预算＋本年追加预算－年末结余")] = None

    personnel_budget: Annotated[Decimal | None, Column("年初预算人员经费")] = None
    personnel_expenditure: Annotated[Decimal | None, Column("决算人员经费")] = None
    public_funds_budget: Annotated[Decimal | None, Column("年初预算安排公用经费")] = None
    public_funds_expenditure: Annotated[Decimal | None, Column("决算公用经费")] = None
    three_public_budget: Annotated[Decimal | None, Column("年初预算安排“三公”经费")] = None
    three_public_expenditure: Annotated[Decimal | None, Column("决算“三公”经费")] = None
    three_public_budget_last: Annotated[Decimal | None, Column("上年预算“三公”经费")] = None
    three_public_expenditure_last: Annotated[Decimal | None, Column("上年决算“三公”经费")] = None
    three_public_change: Annotated[Decimal | None, Column("决算“三公”经费增减额")] = None
    three_public_budget_change: Annotated[Decimal | None, Column("预算“三公”经费增减额")] = None
    key_project_budget: Annotated[Decimal | None, Column("年初预算重点项目支出")] = None

    paid_by_checkpoint: Annotated[Decimal | None, Column("截至考核日实际支付数")] = None
    planned_by_checkpoint: Annotated[Decimal | None, Column("截至考核日既定应支付数")] = None
    procurement_budget: Annotated[Decimal | None, Column("政府采购预算数")] = None
    procurement_expenditure: Annotated[Decimal | None, Column("实际政府采购金额")] = None

    assets_in_use: Annotated[Decimal | None, Column("实际在用固定资产总额")] = None
    assets_total: Annotated[Decimal | None, Column("全部固定资产总额")] = None
    area_built: Annotated[Decimal | None, Column("楼堂馆所实际建设面积", "㎡")] = None
    area_approved: Annotated[Decimal | None, Column("楼堂馆所批准建设面积", "㎡")] = None
    investment_actual: Annotated[Decimal | None, Column("楼堂馆所实际投资金额")] = None
    investment_approved: Annotated[Decimal | None, Column("楼堂馆所批准概算投资金额")] = None

    work_planned: Annotated[Decimal | None, Column("计划工作数", "项")] = None
    work_completed: Annotated[Decimal | None, Column("实际完成工作数", "项")] = None
    work_on_time: Annotated[Decimal | None, Column("及时完成实际工作数", "项")] = None
    work_up_to_standard: Annotated[Decimal | None, Column("质量达标实际工作数", "项")] = None
    key_tasks_assigned: Annotated[Decimal | None, Column("重点工作交办或下达数", "项")] = None
    key_tasks_completed: Annotated[Decimal | None, Column("重点工作实际完成数", "项")] = None

    def counts(self) -> Mapping[str, int | Decimal | None]:
        """Return the columns as the mapping that evaluation reads."""
        return MappingProxyType({column.name: getattr(self, column.name) for column in fields(self)})


COLUMNS: Mapping[str, Column] = MappingProxyType(
    {name: hint.__metadata__[0] for name, hint in get_type_hints(BookFacts, include_extras=True).items()}
)
"""Every column by its identifier, in the order they are told."""

TITLES: Mapping[str, str] = MappingProxyType({name: column.title for name, column in COLUMNS.items()})
"""The name users are shown for each column."""

SLICES: Mapping[str, Slice] = MappingProxyType(
    {
        "initial_budget": Slice(phases=INITIAL),
        "initial_basic": Slice(phases=INITIAL, part=Part.BASIC),
        "initial_project": Slice(phases=INITIAL, part=Part.PROJECT),
        "full_year_budget": Slice(phases=FULL_YEAR),
        "full_year_basic": Slice(phases=FULL_YEAR, part=Part.BASIC),
        "full_year_project": Slice(phases=FULL_YEAR, part=Part.PROJECT),
        "carried_in": Slice(phases=ADJUSTED, adjustment=Adjustment.CARRIED_IN),
        "supplement": Slice(phases=ADJUSTED, adjustment=Adjustment.SUPPLEMENT),
        "executed": Slice(phases=EXECUTED),
        "executed_basic": Slice(phases=EXECUTED, part=Part.BASIC),
        "executed_project": Slice(phases=EXECUTED, part=Part.PROJECT),
        "expenditure": Slice(phases=FINAL),
        "expenditure_basic": Slice(phases=FINAL, part=Part.BASIC),
        "expenditure_project": Slice(phases=FINAL, part=Part.PROJECT),
        "personnel_budget": books.personnel(INITIAL),
        "personnel_expenditure": books.personnel(FINAL),
        "public_funds_budget": books.public_funds(INITIAL),
        "public_funds_expenditure": books.public_funds(FINAL),
        "three_public_budget": books.three_public(INITIAL),
        "three_public_expenditure": books.three_public(FINAL),
        "key_project_budget": Slice(phases=INITIAL, part=Part.PROJECT, key=True),
        "procurement_budget": Slice(phases=FULL_YEAR, procurement=True),
        "procurement_expenditure": Slice(phases=EXECUTED, procurement=True),
    }
)
"""The entries behind each column that the book alone decides."""

LAST_YEAR: Mapping[str, str] = MappingProxyType(
    {
        "three_public_budget_last": "three_public_budget",
        "three_public_expenditure_last": "three_public_expenditure",
    }
)
"""Columns that last year's book decides, and the column of that book."""

DERIVED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "adjustment_counted": (),
        "carry_over_change": ("carry_over", "carry_over_last"),
        "resources": ("carried_in", "initial_budget", "supplement"),
        "resources_used": ("carried_in", "initial_budget", "supplement", "carry_over"),
        "three_public_change": ("three_public_expenditure", "three_public_expenditure_last"),
        "three_public_budget_change": ("three_public_budget", "three_public_budget_last"),
    }
)
"""Columns computed from others, which nobody may state, and the columns they need."""

FALLBACK: Mapping[str, tuple[str, ...]] = MappingProxyType({"carry_over": ("full_year_budget", "expenditure")})
"""Columns that are computed from others where nobody states them."""

COUNTED_ADJUSTMENTS: tuple[Slice, ...] = tuple(
    Slice(phases=ADJUSTED, adjustment=kind, policy=False)
    for kind in (Adjustment.SUPPLEMENT, Adjustment.REDUCTION, Adjustment.TRANSFER)
)
"""What was added, cut and moved for other reasons than policy and orders from above."""

COUNTED = frozenset({"staff_on_post", "posts_approved"})
"""Columns counted in whole persons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A day by which a share of the year's budget was planned to be paid, in percent."""

    on: date
    planned: Decimal


Stated = Mapping[str, "Decimal | int | None"]
"""Base figures a unit states beside its book, by column."""


def book_facts(
    book: Book,
    stated: Stated = MappingProxyType({}),
    last_book: Book | None = None,
    checkpoint: Checkpoint | None = None,
) -> BookFacts:
    """Decide every column once: a stated figure first where the book cannot know, derived figures last.

    The book wins over a statement of the same column; ``accounts.disagreements`` reports the two that differ.
    """
    _refuse_unknown(stated)
    found: dict[str, Any] = {name: value for name, value in stated.items() if value is not None}
    found.update(_of_checkpoint(book, checkpoint))
    for name, asked in SLICES.items():
        found = _prefer(found, name, books.total(book, asked))
    for name, column in LAST_YEAR.items():
        found = _prefer(found, name, None if last_book is None else books.total(last_book, SLICES[column]))
    found["adjustment_counted"] = _counted_adjustments(book)
    if found.get("carry_over") is None:
        found["carry_over"] = _minus(found.get("full_year_budget"), found.get("expenditure"))
    found.update(_differences(found))
    return BookFacts(**found)


def entries_behind(book: Book, column: str) -> Iterator[Entry]:
    """Yield the entries a column adds up; nothing for a column that was stated, or computed from other columns."""
    asked = COUNTED_ADJUSTMENTS if column == "adjustment_counted" else (SLICES[column],) if column in SLICES else ()
    held = {position for part in asked for _, heap in books.heaps(book, part) for position in heap.positions}
    for position in sorted(held):
        yield book.entries[position]


def parts_of(column: str, stated: Stated = MappingProxyType({})) -> tuple[str, ...]:
    """Return the columns a column is computed from, empty where entries or a statement give it."""
    if column in FALLBACK and stated.get(column) is None:
        return FALLBACK[column]
    return DERIVED.get(column, ())


def evidence(
    book: Book, columns: Mapping[str, tuple[str, ...]] = MappingProxyType({})
) -> Mapping[str, tuple[str, ...]]:
    """Return, for every column, what it rests on: references of its entries, or the papers of a stated figure."""
    found = dict(columns)
    for name in SLICES:
        references = tuple(dict.fromkeys(entry.reference for entry in entries_behind(book, name) if entry.reference))
        if references:
            found[name] = references
    return MappingProxyType(found)


def reasons(book: Book) -> Mapping[str, str]:
    """Say, for every column the book should decide but cannot, why not."""
    found = {name: books.unknown(book, asked) for name, asked in SLICES.items()}
    found["adjustment_counted"] = books.unknown(book, SLICES["supplement"])
    for name, operands in DERIVED.items():
        if operands:
            why = next((found[part] for part in operands if found.get(part)), "")
            found[name] = f"由{'、'.join(TITLES[part] for part in operands)}算出" + (f"，{why}" if why else "")
    return MappingProxyType({name: why for name, why in found.items() if why})


def _refuse_unknown(stated: Stated) -> None:
    unknown = sorted(name for name in stated if name not in TITLES)
    if unknown:
        raise RulebookError(f"基础数据没有这些列：{'、'.join(unknown)}")
    derived = sorted(name for name in stated if name in DERIVED)
    if derived:
        raise RulebookError(f"这些列由其他列算出，不能填报：{'、'.join(TITLES[name] for name in derived)}")


def _prefer(found: dict[str, Any], name: str, computed: Decimal | None) -> dict[str, Any]:
    return found if computed is None else {**found, name: computed}


def _of_checkpoint(book: Book, checkpoint: Checkpoint | None) -> dict[str, Decimal | None]:
    if checkpoint is None:
        return {}
    budget = books.total(book, books.FULL_YEAR_BUDGET)
    return {
        "paid_by_checkpoint": books.paid_until(book, books.PAID, checkpoint.on),
        "planned_by_checkpoint": None if budget is None else budget * checkpoint.planned / HUNDRED,
    }


def _counted_adjustments(book: Book) -> Decimal | None:
    """Add up what was added, cut and moved, leaving out carry-over and what policy or orders from above caused.

    A transfer is counted once, on the side that receives: both sides would count the same money twice.
    """
    if any(books.unknown(book, part) for part in COUNTED_ADJUSTMENTS):
        return None
    supplement, reduction, transfer = COUNTED_ADJUSTMENTS
    added = books.total(book, supplement) or ZERO
    cut = books.total(book, reduction) or ZERO
    return abs(added) + abs(cut) + _received(book, transfer)


def _received(book: Book, asked: Slice) -> Decimal:
    sums: dict[Account, Decimal] = {}
    for lot, heap in books.heaps(book, asked):
        sums[lot.account] = sums.get(lot.account, ZERO) + heap.amount
    return sum((amount for amount in sums.values() if amount > 0), ZERO)


def _differences(found: Mapping[str, Any]) -> dict[str, Decimal | None]:
    parts = [found[name] for name in ("carried_in", "initial_budget", "supplement") if found.get(name) is not None]
    resources = sum(parts, ZERO) if len(parts) == 3 else None
    return {
        "carry_over_change": _minus(found.get("carry_over"), found.get("carry_over_last")),
        "three_public_change": _minus(
            found.get("three_public_expenditure"), found.get("three_public_expenditure_last")
        ),
        "three_public_budget_change": _minus(found.get("three_public_budget"), found.get("three_public_budget_last")),
        "resources": resources,
        "resources_used": _minus(resources, found.get("carry_over")),
    }


def _minus(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    return None if left is None or right is None else left - right
