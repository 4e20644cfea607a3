"""The statements of a year as workings: what was granted, adjusted, paid and settled, and the rates between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TypeAlias

from hengping.classification import PERSONNEL, THREE_PUBLIC, standard_name
from hengping.figures import ZERO, apportion, money
from hengping.law import source
from hengping.ledger.model import Account, Adjustment, Book, Fund, Part, Phase
from hengping.reports.amounts import (
    PLACES,
    TREE,
    UNLISTED,
    Balances,
    Level,
    absent,
    balances_of,
    by_function,
    difference,
    figure_of,
    fund_key,
    grow,
    printed,
    rate,
    shares,
    sum_of,
    value_of,
    wan,
)
from hengping.reports.model import Working

HOUSE = source("house-rules")
INDICATORS = source("indicators-2013")

Found: TypeAlias = Mapping[str, Working]

GENERAL = fund_key(Fund.GENERAL)
FINAL, EXECUTION, INITIAL, ADJUSTED = "final-accounts", "execution", "initial-budget", "adjusted-budget"
LAST = "last-final-accounts"
PARTS = tuple(part.value for part in Part)
THREE_PUBLIC_KEYS: Mapping[str, str] = {
    "overseas": "因公出国（境）费用",
    "vehicle-purchase": "公务用车购置",
    "vehicle-operation": "公务用车运行维护费",
    "reception": "公务接待费",
}
"""The “三公” items inside the name of a working, and their official names."""


def money_workings(book: Book, last: Book | None) -> dict[str, Working]:
    """Return every amount and rate that follows from the books alone, by name."""
    found = {working.name: working for working in statements(book, last)}
    for working in (*_adjustments(found, book), *_by_project(found, book)):
        found[working.name] = working
    for side in (_sides, _three_public, _rates):
        for working in tuple(side(found)):
            found[working.name] = working
    found.update((working.name, working) for working in _procurement(book))
    return found


def spent_phase(book: Book) -> Phase:
    """Return the phase that says what was spent: the final accounts, or execution where there are none yet."""
    return Phase.FINAL if Phase.FINAL in book.phases else Phase.EXECUTION


def paid_phase(book: Book) -> Phase:
    """Return the phase that execution rates are measured on: execution, or the final accounts where it is not kept."""
    return Phase.EXECUTION if Phase.EXECUTION in book.phases else Phase.FINAL


def statements_of(book: Book) -> tuple[tuple[str, str, tuple[Phase, ...]], ...]:
    """Return the year's statements: the name of each, its title, and the phases that make it up."""
    spent, paid = spent_phase(book), paid_phase(book)
    titles = {Phase.FINAL: "支出决算数", Phase.EXECUTION: "全年执行数"}
    return (
        (FINAL, titles[spent], (spent,)),
        (EXECUTION, titles[paid], (paid,)),
        (INITIAL, "年初预算数", (Phase.INITIAL,)),
        (ADJUSTED, "全年预算数", (Phase.INITIAL, Phase.ADJUSTMENT)),
    )


def statements(book: Book, last: Book | None) -> Iterator[Working]:
    """Yield the trees of every statement the books hold, and say which are absent."""
    for name, title, phases in statements_of(book):
        yield from _statement(book, name, title, *phases)
    if last is None:
        yield from _absent_statement(LAST, "上年支出决算数")
    else:
        yield from _statement(last, LAST, "上年支出决算数", spent_phase(last))


def _statement(book: Book, name: str, title: str, *phases: Phase) -> Iterator[Working]:
    if not book.phases.issuperset(phases):
        yield from _absent_statement(name, title)
        return
    balances = balances_of(book, *phases)
    root = replace(grow(name, "总额", balances, TREE), name=f"{name}.total")
    seen = {working.name: working for working in printed(root, title)}
    yield from seen.values()
    for fund in Fund:
        key = f"{name}.{fund_key(fund)}"
        if key in seen:
            yield from _functions(key, title, fund, balances, seen[key])
        else:
            yield sum_of({}, key, f"{title}：{fund.label}", (), "账簿没有该预算的分录")
    for part in Part:
        names = [f"{name}.{fund_key(fund)}.{part.value}" for fund in Fund]
        yield sum_of(seen, f"{name}.{part.value}", f"{title}：{part.label}", names, "各类预算相应支出之和")


def _functions(key: str, title: str, fund: Fund, balances: Balances, whole: Working) -> Iterator[Working]:
    if whole.figure is None:
        return
    own = {account: amount for account, amount in balances.items() if account.fund is fund}
    root = grow(f"{key}.function", f"{fund.label}按功能分类", own, (by_function,))
    yield from printed(root, title, whole.figure.value, whole.adjustment)


def _absent_statement(name: str, title: str) -> Iterator[Working]:
    keys = ["total", *(fund_key(fund) for fund in Fund), *(part.value for part in Part)]
    keys += [f"{GENERAL}.{part.value}" for part in Part]
    for key in keys:
        yield absent(f"{name}.{key}", title, f"账簿没有{title}")


def _adjustments(found: Found, book: Book) -> Iterator[Working]:
    for key in ("total", GENERAL, f"{GENERAL}.basic", f"{GENERAL}.project", "basic", "project"):
        after, before = found.get(f"{ADJUSTED}.{key}"), found.get(f"{INITIAL}.{key}")
        if after is not None and before is not None:
            yield difference(f"adjustment.{key}", "预算调整数", after, before, "全年预算数 − 年初预算数")
    kinds: dict[Adjustment, Decimal] = {}
    for entry in book.entries:
        if entry.account.phase is Phase.ADJUSTMENT and entry.adjustment is not None:
            kinds[entry.adjustment] = kinds.get(entry.adjustment, ZERO) + entry.amount
    present = [kind for kind in Adjustment if kinds.get(kind)]
    whole = value_of(found, f"{ADJUSTED}.total"), value_of(found, f"{INITIAL}.total")
    if whole[0] is None or whole[1] is None or _unnamed_adjustments(book):
        return
    items = apportion([wan(kinds[kind]) for kind in present], PLACES, whole[0] - whole[1])
    for kind, item in zip(present, items, strict=True):
        yield Working(
            name=f"adjustment.{kind.value.replace('_', '-')}",
            title=f"预算调整：{kind.label}",
            figure=figure_of(item.shown),
            formula=f"账簿中调整类型为{kind.label}的分录之和，由元折合万元",
            cites=(HOUSE["SUM-01"],),
            exact=kinds[kind],
            adjustment=item.adjustment,
        )


def _unnamed_adjustments(book: Book) -> bool:
    return any(
        entry.account.phase is Phase.ADJUSTMENT and entry.adjustment is None and entry.amount for entry in book.entries
    )


def _by_project(found: Found, book: Book) -> Iterator[Working]:
    for name, title, phases in statements_of(book):
        whole = found.get(f"{name}.project")
        if whole is None or whole.figure is None:
            continue
        balances = {
            account: amount for account, amount in balances_of(book, *phases).items() if account.part is Part.PROJECT
        }
        root = grow(f"{name}.project", "项目支出", balances, (_project_of(book),))
        for working in printed(root, title, whole.figure.value, whole.adjustment):
            yield replace(whole, operands=working.operands) if working.name == whole.name else working


def _project_of(book: Book) -> Level:
    def group(account: Account) -> tuple[str, str]:
        if not account.project:
            return UNLISTED, "未列明项目"
        known = book.projects.get(account.project)
        return account.project, known.title if known else account.project

    return group


def _sides(found: Found) -> Iterator[Working]:
    """Yield the same amounts seen from another side: classes over both parts, personnel and public funds."""
    for name in (FINAL, EXECUTION, INITIAL, ADJUSTED, LAST):
        base = f"{name}.{GENERAL}"
        whole = found.get(base)
        if whole is None or whole.figure is None:
            continue
        title = whole.title.partition("：")[0]
        classes = {operand.rpartition(".")[2] for part in PARTS for operand in _operands(found, f"{base}.{part}")}
        for code in sorted(classes):
            names = [f"{base}.{part}.{code}" for part in PARTS]
            label = standard_name(code) or "未列明经济分类"
            yield sum_of(found, f"{base}.class.{code}", f"{title}：{label}", names, "基本支出与项目支出中该类之和")
        if f"{base}.basic.{UNLISTED}" in found:
            continue
        under = _operands(found, f"{base}.basic")
        for key, label, people in (("personnel", "人员经费", True), ("public", "公用经费", False)):
            names = [operand for operand in under if (operand.rpartition(".")[2] in PERSONNEL) is people]
            yield sum_of(found, f"{base}.basic.{key}", f"{title}：{label}", names, "基本支出中相应经济分类之和")


def _operands(found: Found, name: str) -> tuple[str, ...]:
    return found[name].operands if name in found else ()


def _three_public(found: Found) -> Iterator[Working]:
    for name in (FINAL, INITIAL, ADJUSTED, LAST):
        whole = found.get(f"{name}.total")
        base = f"three-public.{name}"
        if whole is None or whole.figure is None:
            for key in ("", ".vehicles", *(f".{key}" for key in THREE_PUBLIC_KEYS)):
                yield absent(f"{base}{key}", "“三公”经费", "没有相应的账目")
            continue
        title = whole.title.partition("：")[0]
        group = {}
        for key, label in THREE_PUBLIC_KEYS.items():
            item = _three_public_item(found, name, f"{base}.{key}", f"{title}：{label}", THREE_PUBLIC[label])
            group[item.name] = item
        yield from group.values()
        vehicles = [f"{base}.vehicle-purchase", f"{base}.vehicle-operation"]
        yield sum_of(group, f"{base}.vehicles", f"{title}：公务用车购置及运行维护费", vehicles, "购置与运行维护费之和")
        yield sum_of(group, base, f"{title}：“三公”经费", tuple(group), "四项“三公”经费之和")


def _three_public_item(found: Found, statement: str, name: str, title: str, codes: tuple[str, ...]) -> Working:
    parts = [f"{statement}.{fund_key(fund)}.{part}" for fund in Fund for part in PARTS]
    names = [f"{part}.{code[:3]}.{code}" for part in parts for code in codes]
    unlisted = [f"{part}.{code[:3]}.{UNLISTED}" for part in parts for code in codes]
    unlisted += [f"{part}.{UNLISTED}" for part in parts]
    if not any(key in found for key in names) and any(key in found for key in unlisted):
        return absent(name, title, "所属经济分类有未列明的金额，不能认定为零")
    return sum_of(found, name, title, names, "基本支出与项目支出中相应款级科目之和")


def _rates(found: Found) -> Iterator[Working]:
    for key, label in (("total", ""), (GENERAL, "一般公共预算"), ("basic", "基本支出"), ("project", "项目支出")):
        yield _execution(found, key, label)
    for part in PARTS:
        yield _execution(found, f"{GENERAL}.{part}", Part(part).label)
    for key in _operands(found, f"{FINAL}.project"):
        code = key.removeprefix(f"{FINAL}.project.")
        yield _execution(found, f"project.{code}", found[key].title.rpartition("：")[2])
    whole = found[f"{FINAL}.{GENERAL}"]
    parts = [found[key] for key in (f"{FINAL}.{GENERAL}.{part}" for part in PARTS) if key in found]
    yield from shares("share", parts, whole, "一般公共预算支出决算合计")
    yield from _growth(found)


def _execution(found: Found, key: str, label: str) -> Working:
    spent, budget = found.get(f"{EXECUTION}.{key}"), found.get(f"{ADJUSTED}.{key}")
    name, title = f"execution-rate.{key}", f"{label}预算执行率"
    if spent is None or budget is None:
        return absent(name, title, "没有相应的全年预算数或支出数")
    working = rate(name, title, spent, budget, f"{label}全年执行数 ÷ {label}全年预算数 × 100%")
    return replace(working, cites=(INDICATORS.whole,))


def _growth(found: Found) -> Iterator[Working]:
    this, last = found[f"{FINAL}.total"], found.get(f"{LAST}.total")
    if last is None or last.figure is None or this.figure is None:
        yield absent("growth.amount", "比上年增减额", "没有上年决算数")
        yield absent("growth.rate", "比上年增减幅度", "没有上年决算数")
        return
    change = difference("growth.amount", "比上年增减额", this, last, "本年支出决算数 − 上年支出决算数")
    yield change
    yield rate(
        "growth.rate", "比上年增减幅度", change, last, "（本年支出决算数 − 上年支出决算数） ÷ 上年支出决算数 × 100%"
    )


def _procurement(book: Book) -> Iterator[Working]:
    """Yield procurement, planned and paid, and its execution rate."""
    marked = [entry for entry in book.entries if entry.procurement]
    found: dict[str, Working] = {}
    for name, title, phases in (
        ("procurement.planned", "政府采购预算数", (Phase.INITIAL, Phase.ADJUSTMENT)),
        ("procurement.actual", "实际政府采购金额", (paid_phase(book),)),
    ):
        amounts = [entry.amount for entry in marked if entry.account.phase in phases]
        if not amounts:
            found[name] = absent(name, title, "账簿没有标明政府采购的分录")
            continue
        found[name] = Working(
            name=name,
            title=title,
            figure=money(sum(amounts, ZERO)),
            formula="账簿中标明政府采购的分录之和，由元折合万元",
            cites=(HOUSE["SUM-01"],),
            exact=sum(amounts, ZERO),
        )
    yield from found.values()
    planned, actual = found["procurement.planned"], found["procurement.actual"]
    working = rate("procurement.rate", "政府采购执行率", actual, planned, "实际政府采购金额 ÷ 政府采购预算数 × 100%")
    yield replace(working, cites=(INDICATORS.whole,))
