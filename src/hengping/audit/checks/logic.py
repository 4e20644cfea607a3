"""Checks of logic: claims that other sentences of the same document do not bear out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from hengping.audit.checks.structure import inapplicable
from hengping.audit.extraction.marks import Mark, clause_of
from hengping.audit.extraction.scores import total_score
from hengping.audit.model import Check, Finding, Role, Severity, Span, Statement, Verdict, check
from hengping.figures import HUNDRED, ZERO, print_number

if TYPE_CHECKING:
    from hengping.audit.extraction.outline import Item, Point
    from hengping.audit.reading import Reading

NEARLY_FULL = Decimal("0.98")
MOST_SHOWN = 5
HALF = Decimal("0.5")
OWN_WORDS = "我局本单位部门委"


def _subjects(reading: Reading, start: int, end: int) -> set[str]:
    """Return the matters of administration a stretch of text speaks of."""
    return {mark.note for mark in reading.marked_between("subject", start, end)}


def _shown(reading: Reading, span: Span) -> str:
    return reading.text[span.start : span.end]


def _full_score(reading: Reading) -> Mark | None:
    """Return the total score where it is the full mark, or all but it with no table to show what was taken off."""
    score = total_score(reading)
    if score is None:
        return None
    full, points = reading.locality.full_mark, Decimal(score.note)
    return score if points >= full or (points >= full * NEARLY_FULL and not reading.scorecards) else None


@check(
    "LOG-01",
    key="full-marks-with-problems",
    title="满分与所列问题",
    severity=Severity.WARNING,
    needs="自评总分和所列问题",
    spares=("没有列出问题的", "得分已经扣分的"),
    fails="部门整体支出绩效自评报告\n一、评价结论\n自评得分100分。\n二、存在的问题\n1、评价指标体系不够完善，需要细化。\n2、内控制度需进一步完善。",
    passes="部门整体支出绩效自评报告\n一、评价结论\n自评得分93分。\n二、存在的问题\n1、评价指标体系不够完善，需要细化。\n2、内控制度需进一步完善。",
)
def FULL_MARKS(rule: Check, reading: Reading) -> Iterable[Finding]:
    """自评得满分（或近乎满分）而又列出问题的，应说明这些问题为什么没有扣分。"""
    if not reading.outline.is_self_evaluation:
        yield inapplicable(rule, reading, "绩效自评报告")
        return
    score, problems = total_score(reading), reading.outline.points("problems")
    if score is None or not problems:
        return
    listed = "；".join(_shown(reading, point.clause) for point in problems)
    if _full_score(reading) is None:
        yield rule.finding(
            Verdict.AGREES, f"得{score.note}分，同时列出{len(problems)}个问题，已有扣分。", spans=(score.span,)
        )
        return
    yield rule.finding(
        Verdict.UNEXPLAINED,
        f"得{score.note}分，却列出{len(problems)}个问题，没有说明为什么不扣分。",
        spans=(score.span, *(point.clause for point in problems)),
        working=f"{score.note}÷{reading.locality.full_mark}；问题：{listed}",
        suggestion="按评分标准对照扣分，或说明所列问题不在评分范围之内。",
    )


@check(
    "LOG-02",
    key="absolute-claim-with-weakness",
    title="绝对化的断言与承认的不足",
    severity=Severity.WARNING,
    needs="“所有……均……”一类的断言，和所列问题",
    spares=("断言与不足不是一回事的", "制度条文和工作要求"),
    fails="一、评价结论\n所有资金使用严格按审批程序办理。\n二、存在的问题\n1、财务监督仍需进一步强化，部分报销手续不够规范。",
    passes="一、评价结论\n所有资金使用严格按审批程序办理。\n二、存在的问题\n1、部分绩效指标设置不够精细。",
)
def ABSOLUTE_CLAIM(rule: Check, reading: Reading) -> Iterable[Finding]:
    """写“所有”“各项”都严格规范的，后文不应又承认同一方面存在不足；两者并存，应改写断言或说明范围。"""
    weak: dict[str, list[Mark]] = {}
    for mark in reading.marked("weakness"):
        if _within(reading, mark.start, ("problems",)):
            for subject in _subjects(reading, *_bounds(clause_of(reading, mark))):
                weak.setdefault(subject, []).append(mark)
    for claim in reading.marked("absolute"):
        if _within(reading, claim.start, ("problems", "measures")):
            continue
        about = sorted(_subjects(reading, claim.start, claim.end))
        against = sorted((mark for subject in about for mark in weak.get(subject, ())[:MOST_SHOWN]), key=_place)
        if against:
            spans = tuple(dict.fromkeys(_admitted(reading, mark) for mark in against))[:MOST_SHOWN]
            yield rule.finding(
                Verdict.UNEXPLAINED,
                f"前文断言“{claim.text}”，后文又写“{_shown(reading, spans[0])}”。",
                spans=(claim.span, *spans),
                suggestion="把断言改为有范围的说法，或在问题中说明不属于所断言的事项。",
                key=claim.text[:12],
            )


def _place(mark: Mark) -> int:
    return mark.start


def _bounds(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _admitted(reading: Reading, mark: Mark) -> Span:
    """Return the clause of an admission without its number and its 但."""
    clause = clause_of(reading, mark)
    item = reading.outline.item_at(mark.start)
    start = max(clause.start, item.body_start if item else 0)
    return Span(start + (reading.text[start] in "但且而"), clause.end)


def _within(reading: Reading, offset: int, roles: Sequence[str]) -> bool:
    return bool(reading.outline.role_at(offset, roles))


@check(
    "LOG-03",
    key="all-are-against-breakdown",
    title="“均为”与所列明细",
    severity=Severity.WARNING,
    needs="“均为……”的断言及其下的明细",
    spares=("明细都属于所断言的用途的", "断言只管它自己那一项的"),
    fails="（二）项目支出情况\n项目支出100万元。项目支出均为运行维护经费。\n1、商品和服务支出80万元，主要为维护费。\n2、对个人和家庭的补助支出20万元，均为救济费。",
    passes="（二）项目支出情况\n项目支出100万元。项目支出均为运行维护经费。\n1、商品和服务支出80万元，均为运行维护费。\n2、资本性支出20万元，均为运行维护设备。",
)
def ALL_ARE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """写“均为某项”的，其下明细不应另有别的用途；有的，列出金额和占比。"""
    outline = reading.outline
    for claim in reading.marked("all-are"):
        section = outline.item_at(claim.start)
        if section is None or not outline.children(section):
            continue
        others = [
            (other, item)
            for other in reading.marked_between("all-are", section.start, section.end)
            if other is not claim
            and (item := outline.item_at(other.start)) is not None
            and item is not section
            and not _alike(claim.note, other.note)
        ]
        if others:
            yield _all_are(rule, reading, claim, section, others)
        else:
            yield rule.finding(
                Verdict.AGREES, f"其下没有与“{claim.text}”不同的用途。", spans=(_claimed(reading, claim),)
            )


def _all_are(rule: Check, reading: Reading, claim: Mark, section: Item, others: Sequence[tuple[Mark, Item]]) -> Finding:
    amounts = [statement for _, item in others if (statement := _first_amount(reading, item)) is not None]
    whole = next((s for s in _levels(reading, section.start, section.end) if s.start < claim.start), None)
    against = sum((statement.amount for statement in amounts), ZERO)
    share = working = ""
    if whole is not None and amounts and whole.amount:
        added = " + ".join(str(statement.figure.value) for statement in amounts)
        places = max(statement.places for statement in (whole, *amounts))
        total = print_number(against / whole.scale, places)
        share = f"{print_number(against * HUNDRED / whole.amount, 2)}%"
        working = f"{added} = {total}{whole.figure.unit}，占{whole.figure}的{share}"
    named = "、".join(dict.fromkeys(other.note for other, _ in others))
    return rule.finding(
        Verdict.CONTRADICTION,
        f"前面写“{_shown(reading, _claimed(reading, claim))}”，下面却有{named}" + (f"，占{share}。" if share else "。"),
        spans=(_claimed(reading, claim), *(Span(item.body_start, other.end) for other, item in others)),
        working=working,
        suggestion="改为“主要为”，或列明各项用途。",
        key=claim.note,
    )


def _claimed(reading: Reading, mark: Mark) -> Span:
    return Span(clause_of(reading, mark).start, mark.end)


def _alike(one: str, other: str) -> bool:
    """Tell whether two uses share a word of two characters other than 经费, 支出 or 费用."""
    pairs = {one[i : i + 2] for i in range(len(one) - 1)} - {"经费", "支出", "费用", "资金", "购置", "项目"}
    return any(pair in other for pair in pairs)


def _levels(reading: Reading, start: int, end: int) -> Iterator[Statement]:
    for statement in reading.statements_between(start, end):
        if statement.family == "money" and statement.role is Role.LEVEL:
            yield statement


def _first_amount(reading: Reading, item: Item) -> Statement | None:
    return next(_levels(reading, item.start, item.end), None)


@check(
    "LOG-04",
    key="named-uses",
    title="所写用途与金额",
    severity=Severity.INFO,
    needs="项目支出的用途说明和按科目列出的金额",
    spares=("没有列出科目金额的", "用途与科目名称对不上的（只报能对上的）"),
    fails="（二）项目支出情况\n项目支出100万元，主要用于信访干部培训、资料印刷。\n1、商品和服务支出100万元。其中，租赁费70万元、培训费20万元、劳务费10万元。",
    passes="（二）项目支出情况\n项目支出100万元，主要用于信访干部培训、场地租赁。\n1、商品和服务支出100万元。其中，租赁费70万元、培训费20万元、劳务费10万元。",
)
def NAMED_USES(rule: Check, reading: Reading) -> Iterable[Finding]:
    """说明里写到的主要用途，应当对应主要的金额；能对上科目的用途合计不到一半的，提请核对说明是否写到了要处。"""
    for section in reading.outline.sections("project"):
        lines = reading.accounts_between(section.start, section.end)
        items = [line for line in lines if not line.is_class]
        whole = next((s for s in _levels(reading, section.start, section.end)), None)
        if whole is None or len(items) < 3 or not whole.amount:
            continue
        uses = uses_named(reading, section)
        if not uses:
            continue
        codes = {mark.note for mark in uses}
        listed = {line.account.code[:3] for line in items}
        bare = [line for line in lines if line.is_class and line.account.code not in listed]
        classes = {code[:3] for code in codes}
        traced = [line for line in items if line.account.code in codes]
        traced += [line for line in bare if line.account.code in classes]
        covered = sum((line.statement.amount for line in traced), ZERO)
        shown = "、".join(f"{line.name}{line.statement.figure}" for line in traced) or "无"
        percent = print_number(covered * HUNDRED / whole.amount, 2)
        verdict = Verdict.AGREES if covered >= whole.amount * HALF else Verdict.REMARK
        yield rule.finding(
            verdict,
            f"用途说明中能与科目对上的占{percent}%：{shown}。",
            severity=Severity.INFO,
            spans=(Span(uses[0].start, uses[-1].end), whole.named_span),
            working=f"{print_number(covered / whole.scale, 2)} ÷ {whole.figure.value} = {percent}%",
        )


def uses_named(reading: Reading, section: Item) -> list[Mark]:
    """Return the uses of money the prose of a section names, ahead of its list of amounts."""
    lines = reading.accounts_between(section.start, section.end)
    first = lines[0].statement.subject_start if lines else section.end
    named = (
        *reading.marked_between("use", section.title_end, first),
        *reading.marked_between("account", section.title_end, first),
    )
    return sorted(named, key=_place)


@check(
    "LOG-05",
    key="problems-and-measures",
    title="问题与措施对应",
    severity=Severity.WARNING,
    needs="所列问题和改进措施",
    spares=("措施多于问题而主题相同的", "主题认不出来的条目"),
    fails="部门整体支出绩效自评报告\n一、存在的问题\n1、绩效指标设置不够精细。\n二、改进措施\n1、科学设置绩效指标。\n2、提高预算编制精准度。",
    passes="部门整体支出绩效自评报告\n一、存在的问题\n1、绩效指标设置不够精细。\n2、预算编制不够精准。\n二、改进措施\n1、科学设置绩效指标。\n2、提高预算编制精准度。",
)
def PROBLEMS_AND_MEASURES(rule: Check, reading: Reading) -> Iterable[Finding]:
    """每个问题应有对应的措施，每条措施应针对所列的问题。按主题对照：指标设置、制度、人员、预算编制、执行、资产等。"""
    outline = reading.outline
    problems, measures = outline.points("problems"), outline.points("measures")
    if not problems or not measures or set(outline.sections("problems")) & set(outline.sections("measures")):
        return
    about = [_subjects(reading, point.start, point.end) for point in problems]
    named = [_subjects(reading, point.start, point.clause_end) for point in problems]
    aims = [_subjects(reading, point.start, point.clause_end) for point in measures]
    means = [_subjects(reading, point.start, point.end) for point in measures]
    every = set[str]().union(*about)
    loose = [point for point, aim in zip(measures, aims, strict=True) if aim and not _answers(aim, every)]
    unmet = [point for point, name in zip(problems, named, strict=True) if name and not name & set[str]().union(*means)]
    working = f"问题{len(problems)}个，措施{len(measures)}条"
    if loose:
        yield rule.finding(
            Verdict.UNEXPLAINED,
            f"有{len(loose)}条措施没有对应的问题：{_clauses(reading, loose)}。",
            spans=tuple(point.heading for point in loose),
            working=working,
            suggestion="补写对应的问题，或说明措施的由来。",
        )
    if unmet:
        yield rule.finding(
            Verdict.UNEXPLAINED,
            f"有{len(unmet)}个问题没有对应的措施：{_clauses(reading, unmet)}。",
            spans=tuple(point.heading for point in unmet),
            working=working,
            suggestion="补写对应的措施。",
        )
    if not loose and not unmet:
        yield rule.finding(Verdict.AGREES, "问题与措施按主题都能对应。", spans=(), working=working)


def _answers(aim: set[str], problems: set[str]) -> bool:
    """Tell whether what a measure aims at is among the problems; staff and budgeting are aims of their own."""
    particular = aim & {"staff", "budgeting", "assets", "procurement", "carry-over", "disclosure", "execution"}
    return bool((particular or aim) & problems)


def _clauses(reading: Reading, points: Sequence[Point]) -> str:
    return "；".join(_shown(reading, point.clause) for point in points)


@check(
    "LOG-06",
    key="problem-without-cause",
    title="问题缺少原因",
    severity=Severity.WARNING,
    needs="标题写明“原因分析”的问题部分",
    spares=("标题没有写到原因的", "原因另成一节的"),
    fails="一、存在的问题及原因分析\n1、指标设置不够精细，主要原因是经验不足。\n2、内控制度需进一步完善。",
    passes="一、存在的问题及原因分析\n1、指标设置不够精细，主要原因是经验不足。\n2、内控制度需进一步完善，由于机构刚调整。",
)
def PROBLEM_WITHOUT_CAUSE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """标题写明“原因分析”的，每个问题都应写出原因。"""
    outline = reading.outline
    for section in outline.sections("problems"):
        if "原因" not in outline.title_of(section) or any(
            "原因" in outline.title_of(i) for i in outline.children(section)
        ):
            continue
        points = tuple(outline.points_of(section))
        without = [point for point in points if not reading.marked_between("cause", point.start, point.end)]
        for point in without:
            yield rule.finding(
                Verdict.UNEXPLAINED,
                f"标题写明原因分析，“{_shown(reading, point.clause)}”没有写原因。",
                spans=(point.heading,),
                suggestion="补写产生这一问题的原因。",
            )
        if points and not without:
            yield rule.finding(Verdict.AGREES, f"{len(points)}个问题都写了原因。", spans=(section.heading,))


@check(
    "LOG-07",
    key="lukewarm-beside-full-marks",
    title="结论用语与得分",
    severity=Severity.INFO,
    needs="自评总分和结论用语",
    spares=("得分不是满分的",),
    fails="部门整体支出绩效自评报告\n一、评价结论\n本局绩效管理情况较为理想，自评得分100分。",
    passes="部门整体支出绩效自评报告\n一、评价结论\n本局绩效管理情况良好，自评得分92分。",
)
def LUKEWARM(rule: Check, reading: Reading) -> Iterable[Finding]:
    """得满分而结论写“较为理想”“基本完成”的，两者分寸不同，提请统一。"""
    score = _full_score(reading)
    if score is None or not reading.outline.is_self_evaluation:
        return
    for mark in reading.marked("lukewarm"):
        near = reading.outline.item_at(mark.start) is reading.outline.item_at(score.start)
        if near:
            clause = clause_of(reading, mark)
            yield rule.finding(
                Verdict.REMARK,
                f"结论写“{mark.text}”，得分却是{score.note}分。",
                spans=(Span(clause.start, mark.end), score.span),
                suggestion="使用语与得分一致。",
            )


@check(
    "FND-01",
    key="zero-fund-statement",
    title="没有收支的各项基金",
    severity=Severity.ERROR,
    needs="政府性基金、国有资本经营、社会保险基金各部分",
    spares=("没有写到这项基金的",),
    fails="一、政府性基金预算支出情况\n我局2024年没有政府性基金预算收入，也没有政府性基金支出。\n二、支出情况\n政府性基金预算支出20万元。",
    passes="一、政府性基金预算支出情况\n我局2024年没有政府性基金预算收入，也没有政府性基金支出。",
)
def ZERO_FUND(rule: Check, reading: Reading) -> Iterable[Finding]:
    """写明没有某项基金收支的，标题、正文和其他各处应当一致：正文说的是同一项基金，别处也没有它的金额。"""
    funds = reading.locality.roles["funds"]
    amounts = _fund_amounts(reading, funds)
    for section in reading.outline.sections("funds"):
        title = reading.outline.title_of(section)
        fund = next(name for name in funds if name in title)
        body = reading.text[section.title_end : section.end]
        if not ("没有" in body or "无" in body) or len(body) > 200 or "收" not in body + title:
            continue
        if fund not in body:
            other = next((name for name in funds if name in body), None)
            if other is not None:
                yield rule.finding(
                    Verdict.UNEXPLAINED,
                    f"标题是{fund}，正文写的却是{other}。",
                    spans=(Span(section.start, min(section.end, section.title_end + len(body.rstrip()))),),
                    suggestion="核对是否由另一部分复制而来。",
                )
            continue
        yield _zero_fund(rule, section, fund, amounts)


def _zero_fund(rule: Check, section: Item, fund: str, amounts: Sequence[Statement]) -> Finding:
    stated = Span(section.title_end + 1, section.end)
    against = [statement for statement in amounts if fund in statement.subject][:MOST_SHOWN]
    if against:
        return rule.finding(
            Verdict.CONTRADICTION,
            f"写明没有{fund}收支，别处却有{against[0].subject}{against[0].figure}。",
            spans=(stated, *(statement.named_span for statement in against)),
            key=fund,
        )
    return rule.finding(
        Verdict.AGREES, f"写明没有{fund}收支，与标题一致，别处也没有它的金额。", spans=(stated,), key=fund
    )


def _fund_amounts(reading: Reading, funds: Sequence[str]) -> list[Statement]:
    """Return the amounts spent or received this year from one of the funds."""
    return [
        statement
        for statement in reading.statements
        if statement.family == "money"
        and statement.role is Role.LEVEL
        and statement.amount > 0
        and any(fund in statement.subject for fund in funds)
        and statement.year in (None, reading.year)
        and not (statement.phase is not None and statement.phase.is_budget)
    ]
