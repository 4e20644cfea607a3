"""The sections of 部门整体支出绩效自评报告, in the order they are printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from hengping.document import Block
from hengping.law import source
from hengping.ledger.model import Fund, Part
from hengping.reports.amounts import UNLISTED
from hengping.reports.model import MISSING, Facts, Named, Piece, Remedy, Weakness, Working, head, say, section
from hengping.reports.money_passages import functions, other_budget, overview, part, projects, three_public
from hengping.reports.passages import bare, ended, listed, narrative, numbered, table, tells, title_of
from hengping.reports.performance_passages import casework, conclusion, objective, satisfaction
from hengping.reports.statements import FINAL

OUTLINE = source("hunan-outline")
BUDGET_LAW = source("budget-law")
REGULATION = source("budget-law-regulation")
EVALUATION = source("evaluation-2020")
FIRST_DAY = date(2020, 1, 1)


@section("department-profile", "部门（单位）基本情况", OUTLINE["第一部分"], since=FIRST_DAY)
def profile(facts: Facts, named: Named) -> Iterator[Block]:
    """写明职能职责、机构设置和人员编制；编制数须等于各类编制之和，在职人数须有分类。"""
    yield head("职能职责")
    if facts.functions:
        yield say(f"{facts.unit.name}的主要职责是：")
        last = len(facts.functions)
        yield from numbered([bare(text) + ("。" if n == last else "；")] for n, text in enumerate(facts.functions, 1))
    else:
        yield say(f"职能职责{MISSING}。")
    yield head("机构设置及人员编制")
    yield from _offices(facts)
    yield from _staff(facts, named)
    yield from narrative(facts, named, "profile")


def _offices(facts: Facts) -> Iterator[Block]:
    if facts.offices:
        names = "、".join(facts.offices)
        yield say(f"{facts.unit.short_name}内设机构{len(facts.offices)}个，分别为：{names}。")
    else:
        yield say(f"内设机构情况{MISSING}。")
    if facts.subordinates:
        units = "、".join(f"{unit.name}（{unit.nature}）" if unit.nature else unit.name for unit in facts.subordinates)
        yield say(f"所属单位{len(facts.subordinates)}个：{units}。")


def _staff(facts: Facts, named: Named) -> Iterator[Block]:
    posts, people, retired = (named[f"staff.{key}"] for key in ("posts", "in-post", "retired"))
    kinds = () if facts.staffing is None else facts.staffing.kinds
    year = f"{facts.fiscal_year}年末"
    approved = [(kind.kind + "编制", named[f"staff.posts.{n}"]) for n, kind in enumerate(kinds, 1)]
    in_post = [(kind.kind, named[f"staff.in-post.{n}"]) for n, kind in enumerate(kinds, 1)]
    yield say(f"{year}，核定编制", *_with_parts(posts, approved), "。")
    yield say(f"{year}，在职人员", *_with_parts(people, in_post), "；退休人员", retired, "。")
    control = named["staff.control-rate"]
    if control.figure is not None:
        yield say("在职人员控制率", control, "（在职人数÷编制数）。")


def _with_parts(whole: Working, parts: Sequence[tuple[str, Working]]) -> list[Piece]:
    known = [(name, part) for name, part in parts if part.figure is not None]
    if not parts or whole.figure is None:
        return [whole]
    if len(known) < len(parts):
        return [whole, f"，分类人数{MISSING}"]
    return [whole, "，其中：", *listed([[name, part] for name, part in known])]


@section("general-budget-spending", "一般公共预算支出情况", OUTLINE["第二部分"], REGULATION["第五条"], since=FIRST_DAY)
def spending(facts: Facts, named: Named) -> Iterator[Block]:
    """写明年初预算、调整、全年预算、执行和决算，分基本支出与项目支出列到款；分项之和须等于合计，比率须写明以何为基数。"""
    yield from overview(facts, named)
    yield head("基本支出情况")
    yield from part(facts, named, Part.BASIC)
    yield head("项目支出情况")
    yield from part(facts, named, Part.PROJECT)
    yield from projects(named)
    yield head("“三公”经费支出情况")
    yield from three_public(facts, named)
    yield from functions(named)


@section(
    "government-funds-spending", "政府性基金预算支出情况", OUTLINE["第三部分"], BUDGET_LAW["第九条"], since=FIRST_DAY
)
def government_funds(facts: Facts, named: Named) -> Iterator[Block]:
    """写明政府性基金预算支出；没有的，写明没有。"""
    yield from other_budget(facts, named, Fund.GOVERNMENT_FUNDS)


@section(
    "state-capital-spending", "国有资本经营预算支出情况", OUTLINE["第四部分"], BUDGET_LAW["第十条"], since=FIRST_DAY
)
def state_capital(facts: Facts, named: Named) -> Iterator[Block]:
    """写明国有资本经营预算支出；没有的，写明没有。"""
    yield from other_budget(facts, named, Fund.STATE_CAPITAL)


@section(
    "social-insurance-spending",
    "社会保险基金预算支出情况",
    OUTLINE["第五部分"],
    BUDGET_LAW["第十一条"],
    since=FIRST_DAY,
)
def social_insurance(facts: Facts, named: Named) -> Iterator[Block]:
    """写明社会保险基金预算支出；没有的，写明没有。"""
    yield from other_budget(facts, named, Fund.SOCIAL_INSURANCE)


@section("performance-results", "部门整体支出绩效情况", OUTLINE["第六部分"], EVALUATION.whole, since=FIRST_DAY)
def performance(facts: Facts, named: Named) -> Iterator[Block]:
    """逐项写明年度目标、完成情况和得分；总分之后须有指标得分表，失分的指标须有偏差原因和改进措施。"""
    if tells(facts, "purpose", "process"):
        yield head("绩效自评工作开展情况")
        yield from narrative(facts, named, "purpose", "process")
    yield head("年度绩效目标完成情况")
    if facts.objectives:
        yield from numbered(objective(promised, facts.evaluation, named) for promised in facts.objectives)
    else:
        yield say(f"年度绩效目标{MISSING}，不作目标完成情况的结论。")
    yield head("指标得分及自评结论")
    yield from conclusion(facts, named)
    if facts.casework:
        yield head("业务工作情况")
        yield casework(facts, named)
    yield from satisfaction(facts, named)
    if tells(facts, "results"):
        yield head("主要工作成效")
        yield from narrative(facts, named, "results")


@section("problems-and-causes", "存在的问题及原因分析", OUTLINE["第七部分"], since=FIRST_DAY)
def problems(facts: Facts, named: Named) -> Iterator[Block]:
    """逐条写明问题及其原因；一个问题一个原因，与下一部分的措施一一对应。"""
    if not facts.weaknesses:
        yield say(f"存在的问题{MISSING}。")
    yield from numbered(_weakness(weakness) for weakness in facts.weaknesses)
    yield from narrative(facts, named, "problems")


def _weakness(weakness: Weakness) -> list[Piece]:
    cause = ended(weakness.cause) if weakness.cause else f"{MISSING}。"
    return [f"{bare(weakness.title)}。{ended(weakness.detail)}主要原因：{cause}"]


@section("improvement-measures", "下一步改进措施", OUTLINE["第八部分"], REGULATION["第二十条"], since=FIRST_DAY)
def improvements(facts: Facts, named: Named) -> Iterator[Block]:
    """逐条对应前列问题写明措施、责任单位和完成时限。"""
    if not facts.weaknesses:
        yield say(f"改进措施{MISSING}。")
    yield from numbered([f"针对“{bare(weakness.title)}”的问题：{_remedies(weakness)}"] for weakness in facts.weaknesses)
    yield from narrative(facts, named, "improvements")


def _remedies(weakness: Weakness) -> str:
    if not weakness.remedies:
        return f"措施{MISSING}。"
    return "；".join(_remedy(remedy, weakness) for remedy in weakness.remedies) + "。"


def _remedy(remedy: Remedy, weakness: Weakness) -> str:
    owner, due = remedy.owner or weakness.owner or MISSING, remedy.due_on or weakness.due_on
    when = f"{due.year}年{due.month}月{due.day}日前" if due else MISSING
    return f"{bare(remedy.text)}（责任单位：{owner}；完成时限：{when}）"


@section(
    "use-of-results",
    "部门整体支出绩效自评结果拟应用和公开情况",
    OUTLINE.whole,
    BUDGET_LAW["第三十二条"],
    since=FIRST_DAY,
)
def use_of_results(facts: Facts, named: Named) -> Iterator[Block]:
    """写明自评结果用在哪里、何时何处公开。"""
    if tells(facts, "application"):
        yield from narrative(facts, named, "application")
    else:
        yield say(f"自评结果拟应用情况{MISSING}。")
    yield say("公开情况：", ended(facts.publication) if facts.publication else f"{MISSING}。")


@section("other-matters", "其他需要说明的情况", OUTLINE["第九部分"], since=FIRST_DAY)
def other(facts: Facts, named: Named) -> Iterator[Block]:
    """写明结转结余、政府采购、国有资产、上年问题整改、未列明金额和印列口径。"""
    yield head("结转结余、政府采购和国有资产情况")
    yield from _holdings(facts, named)
    yield head("上年度自评问题整改情况")
    yield from _follow_ups(facts)
    yield head("数据口径")
    yield say("本报告金额单位为万元，保留两位小数，由账簿以元为单位的金额折合；比率保留两位小数。")
    yield from _remainders(facts, named)
    yield from narrative(facts, named, "other")


def _holdings(facts: Facts, named: Named) -> Iterator[Block]:
    carried, surplus = named["holdings.carry-over"], named["holdings.surplus"]
    yield say(f"{facts.fiscal_year}年末，年末结转", carried, "，年末结余", surplus, "。")
    planned, actual, rate = (named[f"procurement.{key}"] for key in ("planned", "actual", "rate"))
    if rate.figure is None:
        yield say("政府采购预算", planned, "，实际政府采购金额", actual, "。")
    else:
        yield say(
            "政府采购预算",
            planned,
            "，实际政府采购金额",
            actual,
            "，政府采购执行率",
            rate,
            "（实际政府采购金额÷政府采购预算）。",
        )
    assets, fixed, used = (named[f"holdings.{key}"] for key in ("assets", "fixed-assets", "fixed-assets-in-use"))
    yield say(f"{facts.fiscal_year}年末，资产总额", assets, "，固定资产总额", fixed, "，在用固定资产总额", used, "。")


def _follow_ups(facts: Facts) -> Iterator[Block]:
    if facts.follow_ups is None:
        yield say(f"上年度自评问题及整改情况{MISSING}。")
    elif not facts.follow_ups:
        yield say("上年度自评没有列出需要整改的问题。")
    else:
        words = {True: "已完成", False: "未完成", None: MISSING}
        rows: list[list[Piece]] = [["上年问题", "措施", "责任单位", "整改情况", "是否完成"]]
        for item in facts.follow_ups:
            told = (item.problem, item.measure, item.owner, item.result)
            rows.append([*(bare(text) or MISSING for text in told), words[item.done]])
        yield table(rows, "上年度自评问题整改情况表")


def _remainders(facts: Facts, named: Named) -> Iterator[Block]:
    notes = {remainder.name: remainder.note for remainder in facts.remainders}
    found = [w for w in named.values() if w.name.startswith(f"{FINAL}.") and w.name.endswith(f".{UNLISTED}")]
    found = [w for w in found if ".function." not in w.name and ".class." not in w.name and w.name.count(".") >= 3]
    if not found:
        return
    yield say("下列金额账簿只列到类级科目，没有列明款级科目，本报告以“未列明”单独列示，不作推算：")
    yield from numbered(_remainder(working, named, notes.get(working.name, "")) for working in found)


def _remainder(working: Working, named: Named, note: str) -> list[Piece]:
    above = named.get(working.name.rpartition(".")[0])
    part = "基本支出" if ".basic." in working.name else "项目支出"
    name = part if above is None or above.name.endswith((".basic", ".project")) else f"{part}中的{title_of(above)}"
    told = note.removeprefix("未列明").lstrip("：，。")
    return [f"{name}未列明", working, f"。{ended(told)}" if told else "。"]


def attachments(facts: Facts) -> Iterator[Block]:
    """Yield the list of what is attached, printed after the last section."""
    titles = ["部门整体支出绩效评价基础数据表", "部门整体支出绩效自评表"]
    if facts.projects:
        titles.append(f"项目支出绩效自评表（{len(facts.projects)}张）")
    yield say("附件：")
    yield from numbered([title] for title in titles)
