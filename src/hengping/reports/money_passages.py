"""What the report says of money: the year as a whole, each part down to its items, projects, “三公”, functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from hengping.document import Block
from hengping.ledger.model import Fund, Part, Phase
from hengping.reports.amounts import UNLISTED, fund_key, value_of
from hengping.reports.model import MISSING, Facts, Named, Piece, Working, head, say
from hengping.reports.passages import account_line, ended, listed, narrative, numbered, table, title_of
from hengping.reports.statements import ADJUSTED, EXECUTION, FINAL, GENERAL, INITIAL, LAST, THREE_PUBLIC_KEYS

QUARTER = Decimal("0.25")


def overview(facts: Facts, named: Named) -> Iterator[Block]:
    """Yield the year as a whole: granted, adjusted, paid, settled, and against last year."""
    year = f"{facts.fiscal_year}年度"
    initial, change, adjusted = (named[f"{key}.total"] for key in (INITIAL, "adjustment", ADJUSTED))
    paid, final, rate = named[f"{EXECUTION}.total"], named[f"{FINAL}.total"], named["execution-rate.total"]
    if adjusted.figure is not None and initial.figure is not None:
        yield say(f"{year}部门整体支出年初预算", initial, "，", *_adjustment(change), "，全年预算", adjusted, "。")
        yield from _kinds(named)
    else:
        yield say(f"{year}年初预算数、预算调整数和全年预算数{MISSING}，不计算预算执行率。")
    kept = Phase.EXECUTION in facts.book.phases
    if rate.figure is not None:
        term = "全年执行数" if kept else "支出决算数"
        yield say(term, paid, "，预算执行率", rate, f"（{term}÷全年预算数）。")
    funds = [(fund, named[f"{FINAL}.{fund_key(fund)}"]) for fund in Fund]
    spent: list[list[Piece]] = [
        [f"{fund.label}支出", working] for fund, working in funds if working.figure and working.figure.value
    ]
    yield say(f"{year}部门整体支出决算合计", final, "，其中：" if spent else "", *listed(spent), "。")
    yield from _growth(named, year, final)
    yield _statement_table(named, kept=kept)


def _adjustment(change: Working) -> list[Piece]:
    if change.figure is None:
        return [f"预算调整数{MISSING}"]
    if not change.figure.value:
        return ["年度中未作调整"]
    return [f"年度中净调{'减' if change.figure.value < 0 else '增'}", _positive(change)]


def _kinds(named: Named) -> Iterator[Block]:
    keys = (("carried-in", "上年结转"), ("supplement", "追加"), ("reduction", "追减"), ("transfer", "调剂"))
    parts: list[list[Piece]] = [
        [label, _positive(named[f"adjustment.{key}"])] for key, label in keys if f"adjustment.{key}" in named
    ]
    # A sentence of its own: a reader adds up whatever stands beside a total.
    if parts:
        yield say("预算调整包括：", *listed(parts), "。")


def _growth(named: Named, year: str, final: Working) -> Iterator[Block]:
    last, change, rate = named[f"{LAST}.total"], named["growth.amount"], named["growth.rate"]
    if last.figure is None or change.figure is None:
        return
    down = change.figure.value < 0
    word, drift = ("减少", "下降") if down else ("增加", "增长")
    told: list[Piece] = [f"{year}支出决算", final, f"，比上年{word}", _positive(change)]
    if rate.figure is not None:
        told += [f"，{drift}", _positive(rate)]
    yield say(*told, "（上年支出决算", last, "）。")


def _positive(working: Working) -> Working:
    figure = working.figure
    if figure is None or figure.value >= 0:
        return working
    return replace(working, figure=replace(figure, value=-figure.value, text=figure.text.lstrip("−")))


def _statement_table(named: Named, *, kept: bool) -> Block:
    columns = [(INITIAL, "年初预算数"), ("adjustment", "预算调整数"), (ADJUSTED, "全年预算数"), (FINAL, "支出决算数")]
    if kept:
        columns.insert(3, (EXECUTION, "全年执行数"))
    rows: list[list[Piece]] = [["项目", *(title for _, title in columns), "执行率"]]
    for key, label in (("basic", "基本支出"), ("project", "项目支出"), ("", "合计")):
        name = f"{GENERAL}.{key}" if key else GENERAL
        cells = [named.get(f"{statement}.{name}") for statement, _ in columns]
        rate = named[f"execution-rate.{name}"]
        rows.append([label, *(working or MISSING for working in cells), rate])
    return table(rows, "一般公共预算支出情况表", "万元")


def part(facts: Facts, named: Named, which: Part) -> Iterator[Block]:
    """Yield basic or project expenditure, class by class and item by item."""
    name = f"{FINAL}.{GENERAL}.{which.value}"
    whole = named.get(name)
    if whole is None or whole.figure is None:
        yield say(f"{facts.fiscal_year}年度没有一般公共预算{which.label}。")
        return
    share = named.get(f"share.{which.value}")
    of_whole: list[Piece] = ["，占一般公共预算支出决算合计的", share] if share else []
    yield say(
        f"{facts.fiscal_year}年度{which.label}决算",
        whole,
        *of_whole,
        *_halves(named, name),
        "。",
    )
    yield from narrative(facts, named, f"{which.value}-use")
    yield from _largest(named, whole)
    yield from numbered(account_line(named, operand) for operand in whole.operands)


def _largest(named: Named, whole: Working) -> Iterator[Block]:
    """Name what the money mainly went to: the largest items, and those that make up a quarter of their class."""
    uppers = [(named[name], value_of(named, name)) for name in whole.operands]
    found = [
        (item.figure.value, item.figure.value / upper, item)
        for working, upper in uppers
        for item in (named[name] for name in working.operands if not name.endswith(f".{UNLISTED}"))
        if item.figure is not None and upper
    ]
    if len(found) <= 3:
        return
    found.sort(key=lambda row: -row[0])
    main = [item for place, (_, share, item) in enumerate(found) if place < 3 or share >= QUARTER]
    yield say(f"按科目看，金额较大或者占本类四分之一以上的有{'、'.join(title_of(item) for item in main)}。")


def _halves(named: Named, name: str) -> list[Piece]:
    people, public = named.get(f"{name}.personnel"), named.get(f"{name}.public")
    if people is None or public is None:
        return []
    return ["，其中：人员经费", people, "、公用经费", public]


def projects(named: Named) -> Iterator[Block]:
    """Yield the projects with their money, where the book knows them."""
    names = [name for name in named[f"{FINAL}.project"].operands if name.startswith(f"{FINAL}.project.")]
    codes = [name.removeprefix(f"{FINAL}.project.") for name in names]
    if not codes or codes == [UNLISTED]:
        return
    rows: list[list[Piece]] = [["项目名称", "全年预算数", "全年执行数", "支出决算数", "执行率"]]
    for code, name in zip(codes, names, strict=True):
        budget, paid = (named.get(f"{statement}.project.{code}") for statement in (ADJUSTED, EXECUTION))
        rate = named.get(f"execution-rate.project.{code}")
        rows.append([title_of(named[name]), budget or MISSING, paid or MISSING, named[name], rate or MISSING])
    total = (named[f"{statement}.project"] for statement in (ADJUSTED, EXECUTION, FINAL))
    rows.append(["合计", *total, named["execution-rate.project"]])
    yield table(rows, "项目支出情况表", "万元")


def three_public(facts: Facts, named: Named) -> Iterator[Block]:
    """Yield the “三公” expenses, zero said where it is zero and nothing said where it is not known."""
    base = f"three-public.{FINAL}"
    whole = named[base]
    items: list[list[Piece]] = [[label, named[f"{base}.{key}"]] for key, label in THREE_PUBLIC_KEYS.items()]
    if whole.figure is None:
        yield say(f"{facts.fiscal_year}年度“三公”经费支出决算：", *listed(items), f"。部分明细{MISSING}，不计算合计。")
    else:
        yield say(f"{facts.fiscal_year}年度“三公”经费支出决算", whole, "，其中：", *listed(items), "。")
    yield from _zero_statements(facts, named)
    yield _three_public_table(named)
    yield from _hospitality(facts, named)


def _zero_statements(facts: Facts, named: Named) -> Iterator[Block]:
    zero = []
    for key, label in THREE_PUBLIC_KEYS.items():
        figure = named[f"three-public.{FINAL}.{key}"].figure
        if figure is not None and not figure.value:
            zero.append(label)
    if zero:
        yield say(f"{facts.fiscal_year}年度没有发生{'、'.join(zero)}支出。")


def _three_public_table(named: Named) -> Block:
    rows: list[list[Piece]] = [["项目", "上年支出决算数", "年初预算数", "支出决算数"]]
    for key, label in (*THREE_PUBLIC_KEYS.items(), ("", "合计")):
        names = [f"three-public.{statement}" + (f".{key}" if key else "") for statement in (LAST, INITIAL, FINAL)]
        rows.append([label, *(named.get(name) or MISSING for name in names)])
    return table(rows, "“三公”经费情况表", "万元")


def _hospitality(facts: Facts, named: Named) -> Iterator[Block]:
    told = facts.hospitality
    if told is None:
        return
    counts = {
        key: named[f"hospitality.{key}"]
        for key in ("trips", "travellers", "vehicles", "vehicles-bought", "receptions", "guests")
    }
    parts: list[list[Piece]] = []
    if counts["trips"].figure is not None:
        parts.append(["因公出国（境）团组", counts["trips"], "、", counts["travellers"]])
    if counts["vehicles"].figure is not None:
        parts.append(["公务用车保有量", counts["vehicles"], "，本年购置", counts["vehicles-bought"]])
    if counts["receptions"].figure is not None:
        parts.append(["公务接待", counts["receptions"], "、", counts["guests"]])
    if parts:
        yield say(*listed(parts, "；"), "。")
    if told.reason:
        yield say("增减原因：", ended(told.reason))


def functions(named: Named) -> Iterator[Block]:
    """Yield expenditure by functional item, where the book knows it."""
    name = f"{FINAL}.{GENERAL}.function"
    if name not in named:
        return
    operands = list(named[name].operands)
    if not operands or operands == [f"{name}.{UNLISTED}"]:
        return
    yield head("支出功能分类情况")
    rows: list[list[Piece]] = [["科目编码", "科目名称", "支出决算数"]]
    for operand in operands:
        code = operand.rpartition(".")[2]
        rows.append(["" if code == UNLISTED else code, title_of(named[operand]), named[operand]])
    rows.append(["", "合计", named[name]])
    yield table(rows, "一般公共预算支出功能分类表", "万元")


def other_budget(facts: Facts, named: Named, fund: Fund) -> Iterator[Block]:
    """Yield one of the other three budgets, or that there is none."""
    key, year = fund_key(fund), f"{facts.fiscal_year}年度"
    spent, budget = named[f"{FINAL}.{key}"], named[f"{ADJUSTED}.{key}"]
    if spent.figure is None:
        yield say(f"{year}{fund.label}支出决算{MISSING}。")
        return
    if not spent.figure.value and (budget.figure is None or not budget.figure.value):
        yield say(f"{year}{facts.unit.short_name}没有{fund.label}安排的支出。")
        return
    pieces: list[Piece] = [f"{year}{fund.label}全年预算", budget, "，支出决算", spent]
    yield say(*pieces, "。")
    for part in Part:
        name = f"{FINAL}.{key}.{part.value}"
        if name in named:
            yield say(part.label, named[name], "。")
            yield from numbered(account_line(named, operand) for operand in named[name].operands)
