"""Checks of completeness: what the authority's outline wants stated, and is not.

What must be stated is data (``rules/audit``), by authority and year; where the notice itself was not seen, the
citation says so. A document of another kind is told as such and judged for none of this.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from hengping.audit.checks.plausibility import IN_POST, KINDS_OF_POST, POSTS, in_post
from hengping.audit.checks.structure import citing, inapplicable
from hengping.audit.extraction.marks import Mark
from hengping.audit.model import Check, Finding, Role, Severity, Span, Statement, Verdict, check
from hengping.figures import ZERO

if TYPE_CHECKING:
    from hengping.audit.extraction.localities import Disclosure
    from hengping.audit.reading import Reading

REPORT = "部门整体支出绩效自评报告\n"
NEAR = 60
TOPIC_NAMES = {
    "initial-budget": "年初预算数",
    "full-year-budget": "全年（调整后）预算数",
    "execution-rate": "预算执行率",
    "carry-over": "结转结余",
    "procurement": "政府采购",
    "assets": "资产",
}


def _topics(reading: Reading) -> dict[str, Mark]:
    """Return the first mention of every topic."""
    found: dict[str, Mark] = {}
    for mark in reading.marked("topic"):
        found.setdefault(mark.note, mark)
    return found


def _required(rule: Check, reading: Reading) -> Disclosure | None:
    disclosure = reading.locality.disclosures.get(rule.code)
    return disclosure if disclosure is not None and reading.outline.kind in disclosure.kinds else None


def _disclosed(rule: Check, reading: Reading, *, else_shown: Span | None = None, note: str = "") -> Iterator[Finding]:
    """Judge whether a required disclosure is made; ``else_shown`` is where it is made other than by its words."""
    disclosure = _required(rule, reading)
    if disclosure is None:
        yield inapplicable(rule, reading, "绩效自评报告")
        return
    topics = _topics(reading)
    lacking = [topic for topic in disclosure.all_of if topic not in topics]
    named = [topics[topic] for topic in (*disclosure.any_of, *disclosure.all_of) if topic in topics]
    if else_shown is not None:
        yield rule.finding(Verdict.AGREES, f"写有{disclosure.title}。", spans=(else_shown,))
    elif named and not lacking:
        yield rule.finding(Verdict.AGREES, f"写有{disclosure.title}。", spans=(named[0].span,))
    else:
        yield _missing(rule, disclosure, lacking if named else [], note)


def _missing(rule: Check, disclosure: Disclosure, lacking: list[str], note: str) -> Finding:
    what = "、".join(TOPIC_NAMES.get(topic, topic) for topic in lacking) or disclosure.title
    finding = rule.finding(
        Verdict.MISSING, f"没有写{what}。{note}", severity=Severity.WARNING, spans=(), suggestion=disclosure.remedy
    )
    return citing(finding, disclosure.cites)


@check(
    "OUT-02",
    key="required-attachments",
    title="应有的附件",
    severity=Severity.WARNING,
    needs="当地登记的附件要求",
    spares=("附表就在正文之中的", "新闻、工作报告等文种"),
    fails=REPORT + "一、单位基本情况\n本局编制10人。",
    passes=REPORT + "一、单位基本情况\n本局编制10人。\n附件：1.部门整体支出绩效评价基础数据表",
)
def ATTACHMENTS(rule: Check, reading: Reading) -> Iterable[Finding]:
    """自评报告应附基础数据表、部门整体支出绩效自评表和各项目支出绩效自评表；要求按地区取用。"""
    card = next((card for card in reading.scorecards if not card.prose), None)
    yield from _disclosed(rule, reading, else_shown=card.span if card is not None else None)


@check(
    "OUT-03",
    key="cover-data",
    title="标题与落款",
    severity=Severity.WARNING,
    needs="标题",
    spares=("单位名称、年度写在封面表格里的", "新闻、工作报告等文种"),
    fails=REPORT + "一、单位基本情况\n本局编制10人。",
    passes="某市信访局2024年度部门整体支出绩效自评报告\n2025年3月20日\n一、单位基本情况\n本局编制10人。",
)
def COVER(rule: Check, reading: Reading) -> Iterable[Finding]:
    """报告标题写明单位和年度，报告写明日期。"""
    outline = reading.outline
    if not outline.is_self_evaluation:
        yield inapplicable(rule, reading, "绩效自评报告")
        return
    lacking = [
        name
        for name, present in (
            ("单位名称", outline.names_unit),
            ("年度", outline.names_year),
            ("报告日期", outline.date_line is not None),
        )
        if not present
    ]
    if lacking:
        yield rule.finding(
            Verdict.MISSING,
            f"标题或落款缺少{'、'.join(lacking)}。",
            spans=(),
            working=f"标题：{outline.title_text or '（无）'}",
            suggestion="标题写作“单位名称＋年度＋部门整体支出绩效自评报告”，文末写明日期。",
        )
    else:
        yield rule.finding(Verdict.AGREES, "标题写明单位和年度，报告写明日期。", spans=(outline.title,))


@check(
    "EXE-00",
    key="budget-and-execution-stated",
    title="预算数与执行率",
    severity=Severity.WARNING,
    needs="预算数、执行数",
    spares=("写在附表里的",),
    fails=REPORT + "一、支出情况\n2024年支出合计100万元。",
    passes=REPORT + "一、支出情况\n2024年年初预算90万元，调整预算后全年预算105万元，支出100万元，预算执行率95.24%。",
)
def BUDGET_STATED(rule: Check, reading: Reading) -> Iterable[Finding]:
    """应写明年初预算数、调整后的全年预算数、全年执行数和预算执行率；缺少任何一项，执行情况都无从核对。"""
    row = next(
        (row for card in reading.scorecards for row in card.funds if row.get("budget") and row.get("executed")), None
    )
    yield from _disclosed(rule, reading, else_shown=row.span if row is not None else None)


@check(
    "EXE-05",
    key="carry-over-procurement-assets",
    title="结转结余、政府采购和资产",
    severity=Severity.WARNING,
    needs="结转结余、政府采购、资产的数据",
    spares=("只写资产管理制度、没有数据的不算写到",),
    fails=REPORT + "一、支出情况\n2024年支出合计100万元。",
    passes=REPORT + "一、支出情况\n年末结转结余5万元，政府采购预算20万元、执行18万元，国有资产总额300万元。",
)
def CARRY_OVER(rule: Check, reading: Reading) -> Iterable[Finding]:
    """应写明结转结余、政府采购执行情况和资产情况。"""
    yield from _disclosed(rule, reading)


@check(
    "SGJ-00",
    key="three-public-stated",
    title="“三公”经费部分",
    severity=Severity.WARNING,
    needs="“三公”经费的预算数和决算数",
    spares=("写明没有“三公”经费支出的",),
    fails=REPORT
    + "一、支出情况\n商品和服务支出10.00万元。其中，公务接待费2.38万元、公务用车运行维护费6.87万元、办公费0.75万元。",
    passes=REPORT
    + "一、支出情况\n“三公”经费预算10万元，决算9.25万元，其中公务接待费2.38万元、公务用车运行维护费6.87万元，因公出国（境）费0万元。",
)
def THREE_PUBLIC(rule: Check, reading: Reading) -> Iterable[Finding]:
    """应单独写明“三公”经费的预算数、决算数和上年比较，没有的写明为零；只在科目明细里出现不算写明。"""
    parts = [line.statement for line in reading.accounts if line.account.code in ("30212", "30217", "30231", "31013")]
    note = ""
    if parts:
        unit, scale = parts[0].figure.unit, parts[0].scale
        added = sum((part.amount for part in parts), ZERO) / scale
        shown = " + ".join(f"{part.subject}{part.figure.value}" for part in parts)
        note = f"科目明细中可见{shown} = {added}{unit}。"
    if (
        _required(rule, reading) is not None
        and "three-public" in _topics(reading)
        and not _three_public_figure(reading)
    ):
        note = "文中提到“三公”经费而没有金额。" + note
        yield _missing(rule, reading.locality.disclosures[rule.code], [], note)
        return
    yield from _disclosed(rule, reading, note=note)


def _three_public_figure(reading: Reading) -> bool:
    marks = [mark for mark in reading.marked("topic") if mark.note == "three-public"]
    text = reading.text
    return any(
        statement.family == "money"
        for mark in marks
        for statement in reading.statements_between(mark.start, mark.end + NEAR)
    ) or any(
        word in text[mark.start : mark.end + NEAR] or word in text[max(0, mark.start - 20) : mark.start]
        for mark in marks
        for word in ("没有", "无")
    )


@check(
    "OBJ-00",
    key="objectives-stated",
    title="绩效目标",
    severity=Severity.WARNING,
    needs="年初设定的绩效目标",
    spares=("写在附表里的", "标题写明绩效目标的部分"),
    fails=REPORT + "一、评价结论\n达到了年初设定的各项绩效目标。",
    passes=REPORT + "一、绩效目标\n年度总体目标：按期办结率达到95%。\n二、评价结论\n达到了年初设定的各项绩效目标。",
)
def OBJECTIVES(rule: Check, reading: Reading) -> Iterable[Finding]:
    """写“达到了年初设定的目标”的，应先写出目标是什么。"""
    sections = [item for item in reading.outline.sections("objectives") if reading.outline.is_heading(item)]
    cards = [row.span for card in reading.scorecards for row in card.objectives]
    shown = sections[0].heading if sections else cards[0] if cards else None
    claimed = reading.marked("fulfilled")
    note = f"文中断言“{claimed[0].text}”。" if claimed else ""
    yield from _disclosed(rule, reading, else_shown=shown, note=note)


@check(
    "RCT-00",
    key="rectification-list",
    title="整改清单",
    severity=Severity.WARNING,
    needs="所列问题的整改安排",
    spares=("没有列出问题的",),
    fails=REPORT + "一、存在的问题\n1、预算执行偏慢。\n二、改进措施\n1、加快支付进度。",
    passes=REPORT
    + "一、存在的问题\n1、预算执行偏慢。\n二、改进措施\n1、加快支付进度，责任科室为办公室，完成时限为2025年6月底。",
)
def RECTIFICATION(rule: Check, reading: Reading) -> Iterable[Finding]:
    """列出问题的，应写明责任人、完成时限和进展，并交代上年所列问题的整改结果。"""
    if _required(rule, reading) is not None and not reading.outline.points("problems"):
        return
    yield from _disclosed(rule, reading)


@check(
    "SAT-00",
    key="satisfaction-stated",
    title="服务对象满意度",
    severity=Severity.WARNING,
    needs="服务对象满意度",
    spares=("写在附表里的",),
    fails=REPORT + "一、主要成效\n某工作室调处纠纷306件，调解满意率达98%。",
    passes=REPORT + "一、主要成效\n经问卷调查200人，服务对象满意度为96.5%。",
)
def SATISFACTION(rule: Check, reading: Reading) -> Iterable[Finding]:
    """应写出服务对象满意度的数值；某一单项活动的满意率不能代替，只说“提高满意度”也不算。"""
    rows = [row.span for card in reading.scorecards for row in card.indicators if "满意" in row.name or _in_row(row)]
    marks = [mark for mark in reading.marked("topic") if mark.note == "satisfaction"]
    measured = [
        Span(mark.start, statement.end)
        for mark in marks
        for statement in reading.statements_between(mark.start, mark.end + NEAR)
        if statement.family == "%"
    ]
    others = [s for s in reading.statements if s.family == "%" and "满意率" in s.subject]
    note = f"“{others[0].subject}{others[0].figure}”只是单项。" if others else ""
    shown = rows[0] if rows else measured[0] if measured else None
    if shown is None and marks and _required(rule, reading) is not None:
        yield _missing(rule, reading.locality.disclosures[rule.code], [], "文中提到满意度而没有数值。" + note)
        return
    yield from _disclosed(rule, reading, else_shown=shown, note=note)


def _in_row(row: object) -> bool:
    fields = getattr(row, "fields", {})
    return any("满意" in found.text for found in fields.values())


@check(
    "YOY-00",
    key="prior-year-stated",
    title="上年数据",
    severity=Severity.WARNING,
    needs="与上年的比较",
    spares=("只说“同比下降”而没有数的，不算写出上年数据",),
    fails=REPORT + "2024年度\n一、支出情况\n2024年支出合计100万元，同比有所下降。",
    passes=REPORT + "2024年度\n一、支出情况\n2024年支出合计100万元，比2023年减少5万元，下降4.76%。",
)
def PRIOR_YEAR(rule: Check, reading: Reading) -> Iterable[Finding]:
    """支出和主要指标应与上年比较，写出上年数或增减数。"""
    if reading.outline.kind != "self_evaluation":
        yield inapplicable(rule, reading, "部门整体支出绩效自评报告")
        return
    compared = next((s for s in reading.statements if _is_prior(s, reading.year)), None)
    if compared is None:
        yield rule.finding(
            Verdict.MISSING, "全文没有一个上年数或增减数。", spans=(), suggestion="补写上年数和增减原因。"
        )
    else:
        yield rule.finding(Verdict.AGREES, "写有与上年的比较。", spans=(compared.named_span,))


def _is_prior(statement: Statement, year: int | None) -> bool:
    if statement.role in (Role.GROWTH, Role.CHANGE, Role.POINTS):
        return True
    return year is not None and statement.year == year - 1


@check(
    "STF-03",
    key="in-post-breakdown",
    title="在职人数的构成",
    severity=Severity.WARNING,
    needs="在职人数",
    spares=("没有写在职人数的",),
    fails=REPORT + "一、单位基本情况\n年末编制人数36人，其中公务员编制30人，事业编制6人；实有在职人数33人。",
    passes=REPORT + "一、单位基本情况\n年末编制人数36人；实有在职人数33人，其中公务员28人，事业人员5人。",
)
def IN_POST_BREAKDOWN(rule: Check, reading: Reading) -> Iterable[Finding]:
    """在职人数应按公务员、工勤、事业等分列，分列之和与在职人数一致。"""
    people = in_post(reading)
    if people is None or not reading.outline.is_self_evaluation:
        if not reading.outline.is_self_evaluation:
            yield inapplicable(rule, reading, "绩效自评报告")
        return
    parts = [
        statement
        for statement in reading.statements
        if statement.family in ("人", "名")
        and statement.passage == people.passage
        and people.end <= statement.start <= people.end + NEAR * 2
        and any(kind in statement.subject for kind in KINDS_OF_POST)
        and POSTS not in statement.subject
        and not any(word in statement.subject for word in IN_POST)
    ]
    if not parts:
        yield rule.finding(
            Verdict.MISSING,
            f"在职{people.figure}没有按人员类别分列，无法与编制逐类对照。",
            spans=(),
            suggestion="分列公务员、工勤、事业人员的实有人数。",
        )
        return
    added = sum((part.amount for part in parts), ZERO)
    working = f"{' + '.join(str(part.figure.value) for part in parts)} = {added}，在职{people.figure.value}"
    spans = (people.named_span, *(part.named_span for part in parts))
    if added == people.amount:
        yield rule.finding(Verdict.AGREES, "各类在职人数之和等于在职总数。", spans=spans, working=working)
    elif added > people.amount:
        yield rule.finding(
            Verdict.CONTRADICTION,
            f"各类在职人数之和{added}人，超过在职总数{people.figure}。",
            spans=spans,
            working=working,
        )
    else:
        yield rule.finding(
            Verdict.UNEXPLAINED,
            f"各类在职人数之和{added}人，少于在职总数{people.figure}。",
            spans=spans,
            working=working,
        )
