"""The attached forms as tables: base data (F1), department self-evaluation (F2), project self-evaluation (F3).

Rows and columns are those of the official forms; what was not given is “未提供”, what a form leaves open is “—”.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hengping.document import Cell, Table
from hengping.figures import ZERO, Figure, apportion, money, percentage, print_number
from hengping.ledger.model import Adjustment, Book, Fund, Part, Phase
from hengping.performance.model import Evaluation, Score
from hengping.reports.amounts import PLACES, UNLISTED, absent, figure_of, fund_key, sum_of, wan
from hengping.reports.model import MISSING, Building, Facts, Named, Piece, ProjectResult, Report, Working, cell
from hengping.reports.passages import OPEN, aim_of, merged_down, reason_of, value_pieces
from hengping.reports.statements import ADJUSTED, EXECUTION, FINAL, GENERAL, INITIAL, LAST

WIDTH = 8
"""Columns of the grid every form is laid on."""

FOOTER = ("填表人（签字）：", "填报日期：", "联系电话：", "单位负责人（签字）：")
FUND_HEADS = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
INDICATOR_HEADS = (
    "一级指标",
    "二级指标",
    "三级指标",
    "年度指标值",
    "实际完成值",
    "分值",
    "得分",
    "偏差原因分析及改进措施",
)
OUTPUT = ("数量指标", "质量指标", "时效指标", "成本指标")
BENEFIT = ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标")
PUBLIC_ITEMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("其中：办公经费", ("30201",)),
    ("水费、电费、差旅费", ("30205", "30206", "30211")),
    ("会议费、培训费", ("30215", "30216")),
)
CATEGORIES = ("业务工作专项", "运行维护专项", "市级专项资金")
STATE_MONEY = (Fund.GENERAL, Fund.GOVERNMENT_FUNDS, Fund.STATE_CAPITAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """One form: the name of its sheet and the table on it."""

    key: str
    sheet: str
    table: Table


class Grid:
    """Lays cells row by row on the common grid of eight columns."""

    def __init__(self) -> None:
        self.rows: list[list[Cell]] = []

    def row(self, *parts: tuple[int, Piece | Sequence[Piece]], head: bool = False) -> None:
        """Add a row; every part is the columns it covers and what it holds."""
        at, cells = 0, []
        for columns, content in parts:
            pieces = [content] if isinstance(content, str | Working) else list(content)
            cells.append(cell(*pieces, row=len(self.rows), column=at, columns=columns, header=head))
            at += columns
        self.rows.append(cells)

    def table(self, title: str, merge: Sequence[int] = ()) -> Table:
        """Return the table laid so far, equal neighbours merged downwards in some columns."""
        rows = merged_down(self.rows, merge) if merge else tuple(tuple(row) for row in self.rows)
        return Table(rows, title=title, unit="万元")


def forms(facts: Facts, report: Report) -> tuple[FilledForm, ...]:
    """Return every form of a year: base data, the department's, and one for each project."""
    named = report.named
    own = [project_form(facts, named, project, number) for number, project in enumerate(facts.projects, 1)]
    return (
        FilledForm(key="base-data", sheet="基础数据表", table=base_data(facts, named)),
        FilledForm(key="department", sheet="部门整体自评表", table=department(facts, named)),
        *own,
    )


def base_data(facts: Facts, named: Named) -> Table:
    """Return F1, the base data: staff, expenses under control, buildings, thrift."""
    grid, year = Grid(), facts.fiscal_year
    grid.row((2, "财政供养人员情况（人）"), (2, "编制数"), (2, f"{year}年实际在职人数"), (2, "控制率"), head=True)
    staff = tuple(named[f"staff.{key}"] for key in ("posts", "in-post", "control-rate"))
    grid.row((2, ""), *((2, working) for working in staff))
    grid.row((2, "经费控制情况"), (2, f"{year - 1}年决算数"), (2, f"{year}年预算数"), (2, f"{year}年决算数"), head=True)
    for label, values in (*_three_public(named), *_projects(facts, named), *_public(named), *_others(named)):
        grid.row((2, label), *((2, value) for value in values))
    heads = ("批复规模（㎡）", "实际规模（㎡）", "规模控制率", "预算投资（万元）", "实际投资（万元）", "投资概算控制率")
    grid.row((2, f"楼堂馆所控制情况（{year}年完工项目）"), *((1, head) for head in heads), head=True)
    for building in facts.buildings:
        grid.row((2, building.name), *((1, value) for value in _building(building)))
    if not facts.buildings:
        grid.row((2, "（未列明完工项目）"), *((1, OPEN) for _ in heads))
    grid.row((2, "厉行节约保障措施"), (6, facts.thrift or MISSING))
    grid.row(*((2, text) for text in FOOTER))
    return grid.table(f"{facts.unit.name}{year}年度部门整体支出绩效评价基础数据表")


Row = tuple[str, tuple[Piece, ...]]


def _three(named: Named, names: Sequence[str]) -> tuple[Piece, ...]:
    return tuple(named.get(name) or MISSING for name in names)


def _three_public(named: Named) -> Iterator[Row]:
    keys = (
        ("三公经费", ""),
        ("1、公务用车购置和维护经费", ".vehicles"),
        ("其中：公车购置", ".vehicle-purchase"),
        ("公车运行维护", ".vehicle-operation"),
        ("2、出国经费", ".overseas"),
        ("3、公务接待", ".reception"),
    )
    for label, key in keys:
        yield label, _three(named, [f"three-public.{statement}{key}" for statement in (LAST, INITIAL, FINAL)])


def _projects(facts: Facts, named: Named) -> Iterator[Row]:
    yield "项目支出", _three(named, [f"{statement}.project" for statement in (LAST, INITIAL, FINAL)])
    for place, category in enumerate(CATEGORIES, 1):
        projects = [project for project in facts.book.projects.values() if project.category == category]
        label = f"{place}、{category}"
        if not projects:
            yield label, (OPEN, OPEN, OPEN)
        for project in projects:
            values = _three(named, [f"{statement}.project.{project.code}" for statement in (INITIAL, FINAL)])
            yield f"{label}：{project.title}", (MISSING, *values)


def _public(named: Named) -> Iterator[Row]:
    yield "公用经费", _three(named, [f"{statement}.{GENERAL}.basic.public" for statement in (LAST, INITIAL, FINAL)])
    for label, codes in PUBLIC_ITEMS:
        yield label, tuple(_public_items(named, statement, codes) for statement in (LAST, INITIAL, FINAL))


def _public_items(named: Named, statement: str, codes: Sequence[str]) -> Working:
    base = f"{statement}.{GENERAL}.basic"
    name, title = f"form.{statement}.{'-'.join(codes)}", "公用经费分项"
    whole = named.get(base)
    if whole is None or whole.figure is None:
        return absent(name, title, "没有相应的账目")
    names = [f"{base}.302.{code}" for code in codes]
    unlisted = f"{base}.302.{UNLISTED}" in named or f"{base}.{UNLISTED}" in named
    if unlisted and any(key not in named for key in names):
        return absent(name, title, "所属经济分类有未列明的金额")
    return sum_of(named, name, title, names, "相应款级科目之和")


def _others(named: Named) -> Iterator[Row]:
    yield "政府采购金额", (OPEN, named["procurement.planned"], named["procurement.actual"])
    yield "部门整体支出预算调整", (OPEN, named.get("adjustment.total") or MISSING, OPEN)
    yield "其中：基本支出预算调整", (OPEN, named.get("adjustment.basic") or MISSING, OPEN)


def _building(building: Building) -> tuple[Piece, ...]:
    budget, actual = building.budget, building.actual
    return (
        _area(building.approved_area),
        _area(building.actual_area),
        _ratio(building.actual_area, building.approved_area),
        MISSING if budget is None else _plain(money(budget)),
        MISSING if actual is None else _plain(money(actual)),
        _ratio(actual, budget),
    )


def _plain(figure: Figure) -> Working:
    return Working(name="", title="", figure=figure)


def _area(value: Decimal | None) -> Piece:
    return MISSING if value is None else _plain(Figure(value, "㎡", 2, print_number(value, 2) + "㎡"))


def _ratio(part: Decimal | None, whole: Decimal | None) -> Piece:
    found = None if part is None or whole is None else percentage(part, whole)
    return MISSING if found is None else _plain(found)


def department(facts: Facts, named: Named) -> Table:
    """Return F2, the self-evaluation of the whole department."""
    grid, evaluation = Grid(), facts.evaluation
    grid.row((2, "预算部门名称"), (6, facts.unit.name))
    grid.row((2, "年度预算（万元）"), *((1, head) for head in FUND_HEADS), head=True)
    budget = _budget_score(evaluation)
    for label, key in _fund_rows():
        grid.row((2, label), *((1, value) for value in _fund_values(named, key, budget if key == "total" else None)))
    grid.row((4, "预期目标"), (4, "实际完成情况"), head=True)
    expected = "\v".join(f"{n}. {goal.title}：{goal.expected}" for n, goal in enumerate(facts.objectives, 1))
    results = "\v".join(f"{n}. {goal.result or MISSING}" for n, goal in enumerate(facts.objectives, 1))
    grid.row((4, expected or MISSING), (4, results or MISSING))
    _indicators(grid, evaluation, named, "", "社会公众或服务对象满意度指标", budget)
    grid.row(*((2, text) for text in FOOTER))
    return grid.table(f"{facts.unit.name}{facts.fiscal_year}年度部门整体支出绩效自评表", (0, 1))


def _fund_rows() -> tuple[tuple[str, str], ...]:
    return (
        ("年度资金总额", "total"),
        ("按收入性质分：一般公共预算", fund_key(Fund.GENERAL)),
        ("政府性基金拨款", fund_key(Fund.GOVERNMENT_FUNDS)),
        ("纳入专户管理的非税收入拨款", fund_key(Fund.SPECIAL_ACCOUNT)),
        ("其他资金", fund_key(Fund.OTHER)),
        ("按支出性质分：基本支出", "basic"),
        ("项目支出", "project"),
    )


def _budget_score(evaluation: Evaluation | None) -> Score | None:
    if evaluation is None:
        return None
    return next((score for score in evaluation.scores if "预算执行率" in score.title), None)


def _fund_values(named: Named, key: str, budget: Score | None, prefix: str = "") -> tuple[Piece, ...]:
    amounts = _three(named, [f"{statement}.{key}" for statement in (INITIAL, ADJUSTED, EXECUTION)])
    rate = named.get(f"execution-rate.{key}") or OPEN
    if budget is None:
        return (*amounts, OPEN, rate, OPEN)
    name = f"{prefix}indicator.{budget.indicator.key}"
    return (*amounts, named[f"{name}.points"], rate, named[f"{name}.score"])


def _indicators(
    grid: Grid, evaluation: Evaluation | None, named: Named, prefix: str, satisfaction: str, budget: Score | None
) -> None:
    grid.row(*((1, head) for head in INDICATOR_HEADS), head=True)
    scores = () if evaluation is None else tuple(score for score in evaluation.scores if score is not budget)
    for block, level2, rows in _groups(scores, satisfaction):
        for score in rows:
            values = _indicator(score, named, prefix)
            grid.row((1, block), (1, level2), *((1, value) for value in values))
        if not rows:
            grid.row((1, block), (1, level2), (1, "未设置"), *((1, OPEN) for _ in range(5)))
    complete = evaluation is not None and evaluation.evaluated == evaluation.possible
    possible = named.get(f"{prefix}score.possible")
    total = named[f"{prefix}score.total"] if complete else "不计总分"
    grid.row((5, "总分"), (1, possible or OPEN), (1, total), (1, OPEN))


def _groups(scores: Sequence[Score], satisfaction: str) -> Iterator[tuple[str, str, tuple[Score, ...]]]:
    """Yield every group of the form with its rows, those the form does not know first and as they are called."""
    known = (("产出", OUTPUT), ("效益", BENEFIT), ("满意度", (satisfaction,)))
    others = [score for score in scores if not _official(score, known)]
    for score in others:
        yield score.weighing.block, score.weighing.level2, (score,)
    for word, names in known:
        inside = [score for score in scores if score not in others and word in score.weighing.block]
        points = sum((score.possible for score in inside), ZERO)
        block = f"{word}指标（{points:f}分）" if inside else f"{word}指标"
        for name in names:
            rows = tuple(score for score in inside if word == "满意度" or _same(score.weighing.level2, name))
            yield block, name, rows


def _official(score: Score, known: Sequence[tuple[str, tuple[str, ...]]]) -> bool:
    names = next((names for word, names in known if word in score.weighing.block), ())
    return len(names) == 1 or any(_same(score.weighing.level2, name) for name in names)


def _same(written: str, official: str) -> bool:
    return written.removesuffix("指标") == official.removesuffix("指标")


def _indicator(score: Score, named: Named, prefix: str) -> tuple[Piece | Sequence[Piece], ...]:
    name = f"{prefix}indicator.{score.indicator.key}"
    earned: Piece = named[f"{name}.score"] if score.evaluated else "未评价"
    return (
        score.title,
        aim_of(score),
        value_pieces(score, named, prefix),
        named[f"{name}.points"],
        earned,
        reason_of(score),
    )


def project_form(facts: Facts, named: Named, project: ProjectResult, number: int) -> FilledForm:
    """Return F3, the self-evaluation of one project."""
    grid, prefix = Grid(), f"project.{project.code}."
    known = facts.book.projects.get(project.code)
    title = known.title if known else project.code
    grid.row((2, "项目支出名称"), (6, title))
    grid.row((2, "主管部门"), (2, project.department or MISSING), (2, "实施单位"), (2, project.implementer or MISSING))
    grid.row((2, "项目资金（万元）"), *((1, head) for head in FUND_HEADS), head=True)
    budget = _budget_score(project.evaluation)
    values = _fund_values(_project_named(named, project.code), "total", budget, prefix)
    grid.row((2, "年度资金总额"), *((1, value) for value in values))
    for label, amounts in _project_funds(facts.book, named, project.code):
        grid.row((2, label), *((1, amount) for amount in amounts), (1, OPEN), (1, _rate(amounts)), (1, OPEN))
    grid.row((4, "预期目标"), (4, "实际完成情况"), head=True)
    grid.row((4, project.expected or MISSING), (4, project.result or MISSING))
    _indicators(grid, project.evaluation, named, prefix, "服务对象满意度指标", budget)
    grid.row(*((2, text) for text in FOOTER))
    table = grid.table(f"{facts.fiscal_year}年度项目支出绩效自评表（{title}）", (0, 1))
    return FilledForm(key=f"project-{project.code}", sheet=f"项目{number} {title}", table=table)


def _project_named(named: Named, code: str) -> Named:
    """Return the workings with one project's totals under the names a fund row asks for."""
    own: dict[str, Working] = dict(named)
    for statement in (INITIAL, ADJUSTED, EXECUTION):
        own[f"{statement}.total"] = named.get(f"{statement}.project.{code}") or absent("", "", "没有该项目的账目")
    rate = named.get(f"execution-rate.project.{code}")
    own["execution-rate.total"] = rate or absent("", "", "没有该项目的执行率")
    return own


FundRow = tuple[str, tuple[Piece, ...]]


def _project_funds(book: Book, named: Named, code: str) -> Iterator[FundRow]:
    columns = [_split(book, named, statement, code) for statement in (INITIAL, ADJUSTED, EXECUTION)]
    for place, label in enumerate(("其中：当年财政拨款", "上年结转资金", "其他资金")):
        yield label, tuple(column[place] for column in columns)


def _split(book: Book, named: Named, statement: str, code: str) -> tuple[Piece, Piece, Piece]:
    """Return state money of the year, carried-over money and other money of one project in one statement.

    What was paid is not known by its year of origin: with money carried in, those two cells stay open.
    """
    whole = named.get(f"{statement}.project.{code}")
    if whole is None or whole.figure is None:
        return MISSING, MISSING, MISSING
    phases = {
        INITIAL: (Phase.INITIAL,),
        ADJUSTED: (Phase.INITIAL, Phase.ADJUSTMENT),
        EXECUTION: (Phase.EXECUTION if Phase.EXECUTION in book.phases else Phase.FINAL,),
    }[statement]
    carried_in = _sum(book, code, (Phase.ADJUSTMENT,), carried=True, state=True)
    carried = ZERO if statement == INITIAL else carried_in
    state = _sum(book, code, phases, carried=None, state=True)
    other = _sum(book, code, phases, carried=None, state=False)
    if statement == EXECUTION and carried_in:
        shown = apportion([wan(state), wan(other)], PLACES, whole.figure.value)
        return MISSING, MISSING, _plain(figure_of(shown[1].shown))
    parts = [wan(state - carried), wan(carried), wan(other)]
    items = apportion(parts, PLACES, whole.figure.value)
    return _plain(figure_of(items[0].shown)), _plain(figure_of(items[1].shown)), _plain(figure_of(items[2].shown))


def _sum(book: Book, code: str, phases: Sequence[Phase], *, carried: bool | None, state: bool) -> Decimal:
    total = ZERO
    for lot, amount in book.lots.items():
        account = lot.account
        if account.project != code or account.part is not Part.PROJECT or account.phase not in phases:
            continue
        if (account.fund in STATE_MONEY) is not state:
            continue
        if carried is None or (lot.adjustment is Adjustment.CARRIED_IN) is carried:
            total += amount
    return total


def _rate(amounts: Sequence[Piece]) -> Piece:
    budget, paid = (piece.figure if isinstance(piece, Working) else None for piece in amounts[1:3])
    if budget is None or paid is None or not budget.value:
        return OPEN
    return _ratio(paid.value, budget.value)
