"""Checks inside tables and between tables and text.

A rule for columns is taken from the headers or learnt from the rows that keep it; a row that breaks what its
neighbours keep is a finding. Parents and children are told by their codes, never by their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING

from hengping import tables
from hengping.audit.extraction.breakdowns import bare
from hengping.audit.extraction.grids import CellFigure, Grid, GridRow
from hengping.audit.model import Check, Finding, Kind, Phase, Role, Severity, Span, Statement, Verdict, check
from hengping.figures import ZERO, print_number, total

if TYPE_CHECKING:
    from hengping.audit.reading import Reading

TOTAL = re.compile(r"合计|总计|小计|本年支出|本年收入")
BELOW_CLASS = re.compile(r"[（(]\d{0,3}[款项][）)]")
GRAND = re.compile(r"^(?:合\s*计|总\s*计|本年(?:支出|收入)合计|支出合计|收入合计)$")
PERSONNEL = ("301", "303")
MOST = Decimal("0.6")
NEEDED = 2
WIDEST = 10
ITEMISED = 4
THREE_PUBLIC_PARTS = (
    ("合计", ("因公出国", "用车小计", "接待")),
    ("用车小计", ("购置", "运行")),
)


@check(
    "SUM-07",
    key="table-rows-and-columns",
    title="表内行列合计",
    severity=Severity.ERROR,
    needs="有合计列、合计行或上下级科目的表格",
    absent=Verdict.NOT_APPLICABLE,
    spares=("标明节选的表，各下级之和少于上级", "空格，一律不当作零", "编码，一律不当作金额"),
    fails="支出决算表\n单位：万元\n科目编码 科目名称 合计 基本支出 项目支出\n合计 30.00 12.00 18.00\n201 一般公共服务支出 20.00 10.00 10.00\n208 社会保障和就业支出 10.00 2.00 7.00",
    passes="支出决算表\n单位：万元\n科目编码 科目名称 合计 基本支出 项目支出\n合计 30.00 12.00 18.00\n201 一般公共服务支出 20.00 10.00 10.00\n208 社会保障和就业支出 10.00 2.00 8.00",
)
def TABLE_SUMS(rule: Check, reading: Reading) -> Iterable[Finding]:
    """表内合计列等于各分列之和，合计行等于各类之和，上级科目等于下级科目之和；表列关系按表头和多数行认定，不按位置猜。"""
    cards = [card.span for card in reading.scorecards]
    for grid in reading.grids:
        if any(card.start <= grid.start < card.end for card in cards):
            continue
        yield from _across(rule, grid)
        yield from _down(rule, grid)
        yield from _grand_total(rule, grid)
        yield from _personnel_and_public(rule, grid)
        yield from _three_public(rule, grid)
        yield from _named_rows(rule, grid)


def _named_rows(rule: Check, grid: Grid) -> Iterator[Finding]:
    """Judge rows whose parts the rulebook knows by name, as in the tables of national accounts."""
    if any(row.code for row in grid.rows) or not grid.headers:
        return
    column = min(grid.headers)
    names = [bare(row.name).lstrip("#一二三四五六七八九十、") for row in grid.rows]
    for wanted in tables.toml("audit/partitions.toml")["rows"]:
        index = next((i for i, name in enumerate(names) if name in wanted["total"]), None)
        whole = grid.rows[index].figure(column) if index is not None else None
        if index is None or whole is None:
            continue
        rows = _rest_of(names, index, wanted["known"]) if wanted.get("rest") else _all_of(names, wanted["parts"])
        items = [figure for i in rows if (figure := grid.rows[i].figure(column)) is not None]
        if len(items) >= NEEDED and len(items) == len(rows):
            yield _judge(rule, grid, whole, items, grid.rows[index].name, "所列各项之和", grid.rows[index], closed=True)


def _rest_of(names: Sequence[str], index: int, known: Sequence[str]) -> list[int]:
    """Return the rows after a total as long as they are named as its parts."""
    found: list[int] = []
    for position in range(index + 1, len(names)):
        if not any(word in names[position] for word in known):
            break
        found.append(position)
    return found if len(found) > NEEDED else []


def _all_of(names: Sequence[str], parts: Sequence[Sequence[str]]) -> list[int]:
    """Return one row for each part, or none where a part has no row."""
    found = [next((i for i, name in enumerate(names) if name in words), -1) for words in parts]
    return found if min(found) >= 0 else []


def _across(rule: Check, grid: Grid) -> Iterator[Finding]:
    """Judge each row by the rule total column = sum of the columns after it."""
    for stated, parts in _column_rules(grid):
        for row in grid.rows:
            whole = row.figure(stated)
            items = [figure for column in parts if (figure := row.figure(column)) is not None]
            if whole is None or not items or (grid.lines and not row.full):
                continue
            name = f"{row.code}{row.name}" or "该行"
            yield _judge(rule, grid, whole, items, name, "各列之和", row, closed=True)


def _column_rules(grid: Grid) -> list[tuple[int, tuple[int, ...]]]:
    """Return the column rules most rows keep; a table of one row needs headers that say so."""
    columns = sorted(grid.headers)
    rules: list[tuple[int, tuple[int, ...]]] = []
    for position, column in enumerate(columns):
        header = grid.headers[column].rsplit("/", 1)[-1]
        if not (TOTAL.search(grid.headers[column]) or (not header and position == 0)):
            continue
        best: tuple[Decimal, tuple[int, ...]] | None = None
        for count in range(2, min(WIDEST, len(columns) - position - 1) + 1):
            parts = tuple(columns[position + 1 : position + 1 + count])
            kept, tried = _support(grid, column, parts)
            if (
                tried >= NEEDED
                and Decimal(kept) / tried >= MOST
                and kept >= NEEDED
                and (best is None or Decimal(kept) / tried > best[0])
            ):
                best = (Decimal(kept) / tried, parts)
        if best is not None:
            rules.append((column, best[1]))
    return rules


def _support(grid: Grid, stated: int, parts: Sequence[int]) -> tuple[int, int]:
    """Count the rows that can be tried and those that keep the rule; rows of one filled part prove nothing."""
    kept = tried = 0
    for row in grid.rows:
        whole = row.figure(stated)
        items = [figure for column in parts if (figure := row.figure(column)) is not None and figure.value != 0]
        if whole is None or len(items) < 2 or (grid.lines and not row.full):
            continue
        tried += 1
        kept += total(item.interval for item in items).meets(whole.interval)
    return kept, tried


def _judge(
    rule: Check,
    grid: Grid,
    whole: CellFigure,
    items: Sequence[CellFigure],
    name: str,
    what: str,
    row: GridRow,
    *,
    closed: bool,
) -> Finding:
    computed = sum((item.value for item in items), ZERO)
    difference = whole.value - computed
    unit = grid.unit
    places = max(whole.places, *(item.places for item in items))
    working = f"{' + '.join(str(item.value) for item in items)} = {print_number(computed, places)}；表中为{whole.value}"
    if difference == 0:
        verdict, severity, message = Verdict.AGREES, None, f"{name}与{what}相等。"
    elif total(item.interval for item in items).meets(whole.interval):
        verdict, severity, message = Verdict.ROUNDING, Severity.HINT, f"{name}与{what}有尾数差。"
    elif difference > 0 and not closed:
        verdict, severity, message = (
            Verdict.UNEXPLAINED,
            Severity.WARNING,
            f"{name}比{what}多{difference}{unit}，表中未列明。",
        )
    else:
        verdict, severity, message = (
            Verdict.CONTRADICTION,
            None,
            f"{name}为{whole.value}{unit}，{what}为{computed}{unit}，相差{abs(difference)}{unit}。",
        )
    return rule.finding(
        verdict,
        message,
        severity=severity,
        spans=(_line_span(row, whole), *(item.span for item in items)),
        working=working,
        stated=whole.value,
        computed=computed,
        difference=difference,
        unit=unit,
        kind=Kind.SUM.value,
        key=f"{grid.title}/{name}",
    )


def _line_span(row: GridRow, figure: CellFigure) -> Span:
    """Return the figure's place, together with its label where both stand on one line."""
    near = 0 <= figure.span.start - row.span.end <= 24
    return Span(row.span.start, figure.span.end) if near else figure.span


def _down(rule: Check, grid: Grid) -> Iterator[Finding]:
    """Judge each coded row by the rows whose codes lie directly below it."""
    by_code: dict[str, GridRow] = {}
    below_of: dict[str, list[GridRow]] = {}
    positions: dict[str, int] = {}
    for position, row in enumerate(grid.rows):
        if row.code and row.code not in by_code:
            by_code[row.code] = row
            positions[row.code] = position
            below_of.setdefault(row.code[:-2], []).append(row)
    for column in _down_columns(grid):
        for code, row in by_code.items():
            whole = row.figure(column)
            below = below_of.get(code) or _run_below(grid, row, positions[code])
            items = [figure for r in below if (figure := r.figure(column)) is not None]
            if whole is None or not items or (len(items) == 1 and len(below) == 1 and grid.excerpt):
                continue
            computed = sum((item.value for item in items), ZERO)
            itemised = code.startswith("3") and len(items) >= ITEMISED
            if (
                computed < whole.value
                and (grid.excerpt or grid.lines)
                and not itemised
                and not total(i.interval for i in items).meets(whole.interval)
            ):
                continue
            yield _judge(rule, grid, whole, items, f"{code}{row.name}", "下级科目之和", row, closed=False)


def _down_columns(grid: Grid) -> list[int]:
    columns = sorted(grid.headers)
    return columns[:1] if grid.lines else columns


def _run_below(grid: Grid, row: GridRow, position: int) -> list[GridRow]:
    """Return uncoded rows printed together under a coded one, as when a table's cells were run into lines."""
    if not grid.lines or len(row.code) != 3:
        return []
    found: list[GridRow] = []
    for other in islice(grid.rows, position + 1, None):
        if other.code or other.full or TOTAL.search(other.name):
            break
        found.append(other)
    return found


def _grand_total(rule: Check, grid: Grid) -> Iterator[Finding]:
    """Judge the total row by the rows of the highest level."""
    top = next((row for row in grid.rows if GRAND.match(row.name.replace(" ", "")) and not row.code), None)
    coded = [row for row in grid.rows if row.code]
    if top is None or not coded:
        return
    shortest = min(len(row.code) for row in coded)
    highest = [row for row in coded if len(row.code) == shortest]
    for column in _down_columns(grid):
        whole = top.figure(column)
        items = [figure for row in highest if (figure := row.figure(column)) is not None]
        if whole is None or not items:
            continue
        computed = sum((item.value for item in items), ZERO)
        incomplete = computed < whole.value and (grid.excerpt or grid.lines)
        if incomplete and not total(item.interval for item in items).meets(whole.interval):
            continue
        yield _judge(rule, grid, whole, items, top.name, "各类之和", top, closed=False)


def _personnel_and_public(rule: Check, grid: Grid) -> Iterator[Finding]:
    """Judge 人员经费合计 and 公用经费合计 by the economic classes that make them up."""
    classes = {row.code: row for row in grid.rows if len(row.code) == 3 and row.code.startswith("3")}
    if not classes:
        return
    for row in grid.rows:
        people, public = "人员经费" in row.name, "公用经费" in row.name
        whole = row.figures.get(min(row.figures)) if row.figures else None
        if not (people or public) or whole is None:
            continue
        members = [r for code, r in classes.items() if (code in PERSONNEL) == people]
        items = [r.figures[min(r.figures)] for r in members if r.figures]
        if items and (public or len(items) == len(PERSONNEL)):
            finding = _judge(rule, grid, whole, items, row.name, "各类之和", row, closed=False)
            if finding.verdict is not Verdict.UNEXPLAINED or not grid.lines:
                yield finding


def _three_public(rule: Check, grid: Grid) -> Iterator[Finding]:
    """Judge the columns or rows of a 三公 table by what they are called."""
    if not ("公" in grid.title and ("三" in grid.title)):
        return
    for row in grid.rows:
        named = {grid.headers[column]: figure for column, figure in row.figures.items() if grid.headers.get(column)}
        for kind in ("预算", "决算"):
            chosen = {name: figure for name, figure in named.items() if kind in name}
            for whole_word, part_words in THREE_PUBLIC_PARTS:
                whole = next(
                    (f for n, f in chosen.items() if whole_word in n and "用车" not in n.replace(whole_word, "")), None
                )
                items = [f for word in part_words for n, f in chosen.items() if word in n and "合计" not in n]
                if whole is not None and items:
                    yield _judge(rule, grid, whole, items, f"{whole_word}{kind}数", "各项之和", row, closed=True)
    yield from _three_public_rows(rule, grid)


def _three_public_rows(rule: Check, grid: Grid) -> Iterator[Finding]:
    """Judge a 三公 table whose items are rows or run along one line."""
    rows = {bare(row.name): row for row in grid.rows if row.figures}
    vehicles = next((r for n, r in rows.items() if "用车" in n and ("小计" in n or "购置及" in n)), None)
    reception = next((r for n, r in rows.items() if "接待" in n), None)
    abroad = next((r for n, r in rows.items() if "出国" in n), None)
    whole = next((r for n, r in rows.items() if "合计" in n and "小计" not in n), None)
    if whole is None or reception is None or vehicles is None:
        return
    for column in sorted(whole.figures):
        items = [r.figures[column] for r in (abroad, vehicles, reception) if r is not None and column in r.figures]
        if len(items) >= 2:
            yield _judge(rule, grid, whole.figures[column], items, "“三公”经费合计", "各项之和", whole, closed=True)


@check(
    "SUM-09",
    key="income-expenditure-carry-over",
    title="收支与结转结余平衡",
    severity=Severity.ERROR,
    needs="收入支出总表中的本年收入、本年支出、年初和年末结转结余、总计",
    absent=Verdict.INSUFFICIENT_DATA,
    fails="收入支出决算总表\n单位：万元\n项目 决算数\n本年收入合计 100.00\n年初结转和结余 10.00\n总计 120.00",
    passes="收入支出决算总表\n单位：万元\n项目 决算数\n本年收入合计 100.00\n年初结转和结余 10.00\n总计 110.00",
)
def BALANCE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """本年收入加年初结转结余等于总计，本年支出加结余分配和年末结转结余等于总计；本年收入、本年支出等于其上各项之和。"""
    sides: dict[int, list[Grid]] = {}
    for grid in reading.grids:
        sides.setdefault(grid.start, []).append(grid)
    for grids in sides.values():
        yield from _balance(rule, grids)
        for grid in grids:
            yield from _listed_above(rule, grid)


BALANCES = (
    ("本年收入合计", ("年初结转和结余", "使用非财政拨款结余", "年初财政拨款结转和结余")),
    ("本年支出合计", ("年末结转和结余", "结余分配", "年末财政拨款结转和结余")),
)


def _balance(rule: Check, grids: Sequence[Grid]) -> Iterator[Finding]:
    named: dict[str, tuple[Grid, GridRow]] = {}
    for grid in grids:
        for row in grid.rows:
            name = re.sub(r"^[一二三四五六七八九十]+、|[（(].*", "", bare(row.name))
            if row.figures:
                named.setdefault(name, (grid, row))
    whole = named.get("总计") or named.get("收入总计") or named.get("支出总计")
    if whole is None:
        return
    for current, carried in BALANCES:
        start = named.get(current)
        others = [named[name] for name in carried if name in named]
        if start is None or not others:
            continue
        items = [
            row.figures[max(row.figures)] if not grid.lines else row.figures[min(row.figures)]
            for grid, row in (start, *others)
        ]
        grid, row = whole
        figure = row.figures[max(row.figures)] if not grid.lines else row.figures[min(row.figures)]
        yield _judge(rule, grid, figure, items, "总计", f"{current}与结转结余之和", row, closed=True)


def _listed_above(rule: Check, grid: Grid) -> Iterator[Finding]:
    """Judge 本年收入合计 or 本年支出合计 by the items printed above it, where they are numbered or add up."""
    above: list[GridRow] = []
    for row in grid.rows:
        name = bare(row.name)
        if name in ("本年收入合计", "本年支出合计"):
            side = name[2:4]
            listed = [r for r in above if side in r.name] if grid.lines else above
            for column, figure in row.figures.items():
                items = [f for r in listed if (f := r.figure(column)) is not None]
                numbered = len(listed) >= 2 and all(
                    re.match(r"[一二三四五六七八九十]+、", bare(r.name)) for r in listed
                )
                fits = len(items) >= 2 and total(item.interval for item in items).meets(figure.interval)
                if fits or (numbered and len(items) >= 2):
                    yield _judge(rule, grid, figure, items, name, "以上各项之和", row, closed=True)
            continue
        if row.figures and not name.startswith(("其中", "（", "(")):
            above.append(row)


@check(
    "XRF-03",
    key="table-against-table",
    title="表与表一致",
    severity=Severity.ERROR,
    needs="同一份决算中可以互相核对的两张表",
    absent=Verdict.INSUFFICIENT_DATA,
    spares=("口径不同的表（全部支出与财政拨款支出）",),
    fails="收入支出决算总表\n单位：万元\n项目 决算数\n本年支出合计 100.00\n总计 100.00\n支出决算表\n单位：万元\n科目编码 科目名称 合计 基本支出 项目支出\n合计 110.00 60.00 50.00\n201 一般公共服务支出 110.00 60.00 50.00",
    passes="收入支出决算总表\n单位：万元\n项目 决算数\n本年支出合计 110.00\n总计 110.00\n支出决算表\n单位：万元\n科目编码 科目名称 合计 基本支出 项目支出\n合计 110.00 60.00 50.00\n201 一般公共服务支出 110.00 60.00 50.00",
)
def TABLE_AND_TABLE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """收入支出总表的本年收入、本年支出应与收入表、支出表的合计一致；一般公共预算财政拨款支出表的基本支出应与基本支出明细表的合计一致。"""
    yield from _pairs_of_tables(rule, reading, PAIRED_TABLES)


@check(
    "SUM-08",
    key="functional-equals-economic",
    title="功能分类合计与经济分类合计",
    severity=Severity.ERROR,
    needs="按功能分类和按经济分类编制的基本支出两张表",
    absent=Verdict.INSUFFICIENT_DATA,
    fails="一般公共预算财政拨款支出决算表\n单位：万元\n科目编码 科目名称 合计 基本支出 项目支出\n合计 100.00 60.00 40.00\n201 一般公共服务支出 100.00 60.00 40.00\n一般公共预算财政拨款基本支出决算表\n单位：万元\n301 工资福利支出 50.00\n302 商品和服务支出 5.00\n合计 55.00",
    passes="一般公共预算财政拨款支出决算表\n单位：万元\n科目编码 科目名称 合计 基本支出 项目支出\n合计 100.00 60.00 40.00\n201 一般公共服务支出 100.00 60.00 40.00\n一般公共预算财政拨款基本支出决算表\n单位：万元\n301 工资福利支出 55.00\n302 商品和服务支出 5.00\n合计 60.00",
)
def FUNCTIONAL_AND_ECONOMIC(rule: Check, reading: Reading) -> Iterable[Finding]:
    """同一笔基本支出，按功能分类的合计与按经济分类的合计应当相等。"""
    yield from _pairs_of_tables(rule, reading, FUNCTIONAL_ECONOMIC)


PAIRED_TABLES = (
    (
        (r"^(?!.*财政拨款).*收入支出(?:决算|预算)?总表", "本年收入合计", ""),
        (r"^(?!.*财政拨款)(?!.*支出).*收入(?:决算|预算)?表", "合计", ""),
    ),
    (
        (r"^(?!.*财政拨款).*收入支出(?:决算|预算)?总表", "本年支出合计", ""),
        (r"^(?!.*财政拨款)(?!.*收入).*支出(?:决算|预算)?表", "合计", ""),
    ),
)
FUNCTIONAL_ECONOMIC = (
    (
        (r"一般公共预算(?:财政拨款)?支出(?:决算|预算)?表", "合计", "基本支出"),
        (r"基本支出(?:决算|预算)?(?:明细)?表", "合计", ""),
    ),
)


def _pairs_of_tables(
    rule: Check,
    reading: Reading,
    pairs: Sequence[tuple[tuple[str, str, str], tuple[str, str, str]]],
) -> Iterator[Finding]:
    for one, other in pairs:
        first, second = _cell_of(reading, one), _cell_of(reading, other)
        if first is None or second is None or first[1].span == second[1].span:
            continue
        (grid, figure), (second_grid, second_figure) = first, second
        stated = second_figure.value * second_grid.scale / grid.scale
        difference = figure.value - stated
        verdict = (
            Verdict.AGREES
            if not difference
            else Verdict.ROUNDING
            if figure.interval.meets(second_figure.interval * (second_grid.scale / grid.scale))
            else Verdict.CONTRADICTION
        )
        yield rule.finding(
            verdict,
            f"{grid.title}的{one[1]}与{second_grid.title}的{other[1]}"
            + ("一致。" if not difference else f"相差{abs(difference)}{grid.unit}。"),
            severity=Severity.HINT if verdict is Verdict.ROUNDING else None,
            spans=(figure.span, second_figure.span),
            working=f"{figure.value} 与 {stated}",
            stated=figure.value,
            computed=stated,
            difference=difference,
            unit=grid.unit,
            kind=Kind.EQUAL.value,
            key=f"{one[0]}/{other[0]}",
        )


def _cell_of(reading: Reading, wanted: tuple[str, str, str]) -> tuple[Grid, CellFigure] | None:
    """Return the figure of a named row, in a named column or the first, of the first table so titled."""
    title, row_name, column_name = wanted
    for grid in reading.grids:
        if not re.search(title, bare(grid.title)):
            continue
        columns = [c for c, header in grid.headers.items() if column_name and column_name in header] or sorted(
            grid.headers
        )[:1]
        for row in grid.rows:
            name = bare(row.name)
            figure = row.figure(columns[0]) if columns else None
            if figure is not None and (name == row_name or (row_name == "合计" and GRAND.match(name))):
                return grid, figure
    return None


@check(
    "XRF-01",
    key="table-against-text",
    title="表与文字一致",
    severity=Severity.ERROR,
    needs="表格中与正文中同一科目的金额",
    spares=("预算数与决算数", "标注单位不同的表先换算再比较"),
    fails="社会保障和就业支出（类）45.00万元，占10.00%。\n支出决算表\n单位：万元\n科目编码 科目名称 合计 基本支出 项目支出\n合计 450.00 400.00 50.00\n208 社会保障和就业支出 54.00 54.00 0.00\n201 一般公共服务支出 396.00 346.00 50.00",
    passes="社会保障和就业支出（类）54.00万元，占12.00%。\n支出决算表\n单位：万元\n科目编码 科目名称 合计 基本支出 项目支出\n合计 450.00 400.00 50.00\n208 社会保障和就业支出 54.00 54.00 0.00\n201 一般公共服务支出 396.00 346.00 50.00",
)
def TABLE_AND_TEXT(rule: Check, reading: Reading) -> Iterable[Finding]:
    """同一科目在表中的合计数与正文中的决算数应当一致。"""
    classes: dict[str, tuple[Statement, bool]] = {}
    for source in (reading, *reading.others):
        for statement in filter(_is_class_amount, source.statements):
            classes.setdefault(bare(statement.subject), (statement, source is reading))
    for grid in reading.grids:
        if ("预算表" in grid.title and "决算" not in grid.title) or not grid.headers:
            continue
        first = min(grid.headers)
        for row in grid.rows:
            found = classes.get(bare(row.name)) if len(row.code) == 3 else None
            figure = row.figure(first)
            if found is not None and figure is not None and "政府性基金" not in grid.title and _is_general(grid):
                yield _same(rule, grid, row, figure, found)


def _is_class_amount(statement: Statement) -> bool:
    """Tell whether a figure of the text is the final amount of a whole functional class."""
    if statement.role is not Role.LEVEL or statement.family != "money" or "类" not in statement.subject:
        return False
    return statement.phase in (None, Phase.FINAL) and not BELOW_CLASS.search(statement.subject)


def _is_general(grid: Grid) -> bool:
    """Tell whether a table's first figure column is the class's whole expenditure of the year."""
    header = grid.headers[min(grid.headers)]
    return not header or "合计" in header or "支出" in header


def _same(rule: Check, grid: Grid, row: GridRow, figure: CellFigure, found: tuple[Statement, bool]) -> Finding:
    statement, own = found
    stated = statement.amount / grid.scale
    difference = figure.value - stated
    close = figure.interval.meets(statement.interval * (1 / grid.scale)) or abs(difference) <= Decimal("0.01")
    verdict = Verdict.AGREES if difference == 0 else Verdict.ROUNDING if close else Verdict.CONTRADICTION
    name = f"{row.code}{row.name}"
    where = "正文" if own else "另一文件"
    return rule.finding(
        verdict,
        f"{name}在表中与{where}中一致。"
        if verdict is Verdict.AGREES
        else f"{name}在表中为{figure.value}{grid.unit}，{where}中为{statement.figure}。",
        severity=Severity.HINT if verdict is Verdict.ROUNDING else None,
        spans=(_line_span(row, figure), *((statement.named_span,) if own else ())),
        working=f"{figure.value} 与 {stated} 相差 {abs(difference)}",
        stated=figure.value,
        computed=stated,
        difference=difference,
        unit=grid.unit,
        kind=Kind.EQUAL.value,
        key=name,
    )


@check(
    "SGJ-05",
    key="three-public-in-basic-within-total",
    title="基本支出中的“三公”经费不超总数",
    severity=Severity.ERROR,
    needs="基本支出明细表和“三公”经费表",
    absent=Verdict.INSUFFICIENT_DATA,
    fails="一般公共预算财政拨款基本支出决算表\n单位：万元\n302 商品和服务支出 9.31\n30201 办公费 1.00\n30217 公务接待费 8.31\n财政拨款“三公”经费支出决算表\n公务用车小计 1.00 1.00 公务接待费 0.80 0.30",
    passes="一般公共预算财政拨款基本支出决算表\n单位：万元\n302 商品和服务支出 1.20\n30201 办公费 1.00\n30217 公务接待费 0.20\n财政拨款“三公”经费支出决算表\n公务用车小计 1.00 1.00 公务接待费 0.80 0.30",
)
def THREE_PUBLIC_IN_BASIC(rule: Check, reading: Reading) -> Iterable[Finding]:
    """基本支出明细表中的公务接待费、公务用车运行维护费、因公出国（境）费，不应超过“三公”经费表中的同一项。"""
    limits: dict[str, CellFigure] = {}
    for grid in reading.grids:
        if "三公" not in grid.title.replace("“", "").replace("”", ""):
            continue
        for row in grid.rows:
            last = row.figures[max(row.figures)] if row.figures else None
            if last is None:
                continue
            for word, code in (("接待", "30217"), ("运行", "30231"), ("出国", "30212")):
                if word in row.name:
                    limits[code] = last
    for grid in reading.grids:
        for row in grid.rows:
            limit = limits.get(row.code)
            figure = row.figures[min(row.figures)] if row.figures else None
            if limit is None or figure is None or "基本支出" not in grid.title:
                continue
            over = figure.interval.low > limit.interval.high
            yield rule.finding(
                Verdict.CONTRADICTION if over else Verdict.AGREES,
                f"{row.name}在基本支出明细表中为{figure.value}{grid.unit}，"
                + ("大于" if over else "不超过")
                + f"“三公”经费表中的{limit.value}{grid.unit}。",
                spans=(_line_span(row, figure), limit.span),
                working=f"{figure.value} {'>' if over else '≤'} {limit.value}",
                stated=figure.value,
                computed=limit.value,
                difference=figure.value - limit.value,
                unit=grid.unit,
                kind=Kind.EQUAL.value,
                key=row.code,
            )
