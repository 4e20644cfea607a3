"""Checks of parts and totals.

A sentence that says 其中 leaves room for what is not listed: parts below the total are an undisclosed remainder, parts
above it a contradiction under any wording. Differences inside the figures' intervals are rounding, never an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from hengping import classification
from hengping.audit.extraction.breakdowns import ALL_TOLD_CUE, MANY, account_of, is_account, sum_interval
from hengping.audit.model import (
    HOUSE,
    Check,
    Finding,
    Kind,
    Relation,
    Role,
    Severity,
    Span,
    Statement,
    Term,
    Verdict,
    check,
)
from hengping.figures import ZERO, print_number, quantum

if TYPE_CHECKING:
    from hengping.audit.reading import Reading

MANY_WITH_REST = 3
REST = ("其他", "其它")
LARGE_SHARE = Decimal("0.05")
LARGE_AMOUNT = Decimal(100_000)
FIVE_PERCENT = "剩余部分达到小计的5%或10万元"
CLASS_CUE = "分类"
CHANGE_CUE = "增减"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A printed figure beside what its operands give: both in the printed unit, and what their intervals allow."""

    stated: Decimal
    computed: Decimal
    difference: Decimal
    verdict: Verdict
    note: str = ""


def compare_sum(relation: Relation) -> Comparison:
    """Compare a printed total with the signed sum of its parts.

    Equal is agreement; intervals that meet, on the series' precision or on the printed digits alone, are rounding, and
    so is a total cut off instead of rounded (less than one unit of its last place). Anything else is left to the check.
    """
    scale = relation.stated.scale
    exact = ZERO
    for term in relation.terms:
        exact += term.statement.amount if term.sign > 0 else term.statement.amount * term.sign
    stated, computed = relation.stated.figure.value, exact / scale
    difference = stated - computed
    if difference == 0:
        return Comparison(stated, computed, difference, Verdict.AGREES)
    if sum_interval(relation.terms).meets(relation.stated.interval):
        return Comparison(stated, computed, difference, Verdict.ROUNDING, "在四舍五入的范围之内")
    if sum_interval(relation.terms, lenient=True).meets(relation.stated.lenient) and _coarse(relation):
        return Comparison(stated, computed, difference, Verdict.ROUNDING, "按各数印出的位数，在四舍五入的范围之内")
    if abs(difference) < quantum(relation.stated.figure.decimals) and relation.stated.figure.decimals == 0:
        return Comparison(stated, computed, difference, Verdict.ROUNDING, "合计似为舍去尾数而非四舍五入")
    return Comparison(stated, computed, difference, Verdict.CONTRADICTION)


def _coarse(relation: Relation) -> bool:
    """Tell whether a figure was printed on purpose with fewer places, not merely cut of a trailing zero."""
    figures = (relation.stated, *(term.statement for term in relation.terms))
    return (
        any(statement.places < max(other.places for other in figures) for statement in figures)
        or len({statement.figure.unit for statement in figures}) > 1
    )


def working_of_sum(relation: Relation, comparison: Comparison) -> str:
    """Show the addition, the printed total and the difference."""
    unit = relation.stated.figure.unit
    shown = " ".join(_signed(term, relation.stated, first=index == 0) for index, term in enumerate(relation.terms))
    places = max(relation.stated.places, *(term.statement.places for term in relation.terms), 0)
    text = f"{shown} = {print_number(comparison.computed, places)}{unit}；文中为{relation.stated.figure.value}{unit}"
    if comparison.difference:
        gap = relation_gap(relation)
        text += f"，相差{print_number(abs(comparison.difference), places)}{unit}"
        if gap and comparison.verdict is not Verdict.ROUNDING:
            text += f"（四舍五入解释不了的至少{print_number(gap / relation.stated.scale, places + 1)}{unit}）"
        if comparison.note:
            text += f"，{comparison.note}"
    return text


def relation_gap(relation: Relation) -> Decimal:
    """Return the least difference rounding cannot explain, in base units."""
    return sum_interval(relation.terms).gap(relation.stated.interval)


def _signed(term: Term, stated: Statement, *, first: bool) -> str:
    statement = term.statement
    sign = "−" if term.sign < 0 else "" if first else "+"
    printed = f"{statement.figure.value}"
    if statement.figure.unit != stated.figure.unit:
        printed += statement.figure.unit
    return f"{sign} {printed}".strip() if not first or term.sign < 0 else printed


def spans_of(relation: Relation) -> tuple[Span, ...]:
    """Return the total's place first, then the parts'."""
    return (relation.stated.named_span, *(term.statement.named_span for term in relation.terms))


def _finding(
    rule: Check, relation: Relation, comparison: Comparison, verdict: Verdict, message: str, **more: object
) -> Finding:
    severity = more.pop("severity", None)
    if verdict is Verdict.ROUNDING:
        severity = Severity.HINT
    return rule.finding(
        verdict,
        message,
        severity=severity,  # type: ignore[arg-type]
        spans=spans_of(relation),
        working=working_of_sum(relation, comparison),
        stated=comparison.stated,
        computed=comparison.computed,
        difference=comparison.difference,
        unit=relation.stated.figure.unit,
        kind=Kind.SUM.value,
        key=name_of(relation.stated),
        **more,
    )


def name_of(statement: Statement) -> str:
    """Return what a figure is called in a message."""
    name = statement.subject or statement.label.strip()
    if name.count("”") > name.count("“"):
        name = f"“{name}"
    return name.lstrip("（(") or "该数"


def sum_relations(reading: Reading) -> Iterator[Relation]:
    """Yield the breakdowns that carry a judgement: sure of their parts, or unsure but adding up."""
    yield from reading.kept("sums", _weighty)


def _weighty(reading: Reading) -> tuple[Relation, ...]:
    return tuple(
        relation
        for relation in reading.relations
        if relation.kind is Kind.SUM
        and (relation.certain or compare_sum(relation).verdict is not Verdict.CONTRADICTION)
    )


def judge_breakdown(rule: Check, relation: Relation) -> Finding:
    """Judge one breakdown: equal, rounding, an undisclosed remainder, or a contradiction."""
    comparison = compare_sum(relation)
    name = name_of(relation.stated)
    if comparison.verdict is Verdict.AGREES:
        return _finding(rule, relation, comparison, Verdict.AGREES, f"{name}与所列{len(relation.terms)}项之和相等。")
    if comparison.verdict is Verdict.ROUNDING:
        return _finding(
            rule, relation, comparison, Verdict.ROUNDING, f"{name}与所列各项之和有尾数差，{comparison.note}。"
        )
    printed = f"{abs(comparison.difference)}{relation.stated.figure.unit}"
    if relation.cue in (CHANGE_CUE, ALL_TOLD_CUE):
        what = "各项增减额之和" if relation.cue == CHANGE_CUE else "随后所列两项之和"
        message = f"{name}与{what}相差{printed}，请核对是否另有未写的部分。"
        return _finding(rule, relation, comparison, Verdict.UNEXPLAINED, message, severity=Severity.WARNING)
    return _finding_of_gap(rule, relation, comparison, name, printed)


def _finding_of_gap(rule: Check, relation: Relation, comparison: Comparison, name: str, printed: str) -> Finding:
    over = comparison.difference < 0 if comparison.stated >= 0 else comparison.difference > 0
    if over:
        message = f"{name}所列各项之和超过小计{printed}：任何写法下都不能成立。"
        return _finding(rule, relation, comparison, Verdict.CONTRADICTION, message, severity=Severity.ERROR)
    if relation.closed:
        message = f"{name}已列全各组成部分，其和少{printed}，与合计矛盾。"
        return _finding(rule, relation, comparison, Verdict.CONTRADICTION, message, severity=Severity.ERROR)
    severity = _weight(relation, comparison)
    message = f"{name}中有{printed}未列明去向（“其中”允许不列全，但应能说明）。"
    return _finding(rule, relation, comparison, Verdict.UNEXPLAINED, message, severity=severity)


def _weight(relation: Relation, comparison: Comparison) -> Severity:
    """Weigh an undisclosed remainder: a large one must be answered before anything else."""
    if relation.stated.family == "分":
        return Severity.WARNING
    if relation.stated.family != "money" or not _is_account_list(relation):
        rest = len(relation.terms) >= MANY_WITH_REST and relation.terms[-1].statement.subject.startswith(REST)
        listed = relation.cue == "如下" or len(relation.terms) >= MANY or rest
        return Severity.WARNING if listed else Severity.INFO
    remainder = abs(comparison.difference)
    large = remainder >= abs(comparison.stated) * LARGE_SHARE or remainder * relation.stated.scale >= LARGE_AMOUNT
    return Severity.ERROR if large else Severity.WARNING


def _is_account_list(relation: Relation) -> bool:
    """Tell whether the parts are accounts of the classification, whose whole must be known to the author."""
    known = sum(is_account(term.statement) for term in relation.terms)
    return known * 2 >= len(relation.terms)


@check(
    "SUM-01",
    key="listed-items-within-subtotal",
    title="其中各项与小计",
    severity=Severity.WARNING,
    needs="一个小计及其下所列各项金额",
    spares=("“含”字后的子项不相加", "更深一层括号里的数不相加", "年初预算只与年初预算相加", "约数"),
    fails="工资福利支出50.00万元。其中，基本工资30.00万元、津贴补贴15.00万元、奖金2.00万元。",
    passes="工资福利支出50.00万元。其中，基本工资30.00万元、津贴补贴18.00万元、奖金2.00万元。",
)
def LISTED_ITEMS(rule: Check, reading: Reading) -> Iterable[Finding]:
    """“其中”所列各项相加，与小计比较。

    相等为相符；差额在四舍五入区间之内为尾数差；各项之和超过小计，任何写法下都矛盾；
    各项之和不足，为未说明差额，达到小计的5%或10万元的应先行答复。
    """
    for relation in sum_relations(reading):
        if not relation.closed and len(relation.terms) >= 2 and relation.cue != CLASS_CUE:
            yield judge_breakdown(rule, relation)


@check(
    "SUM-02",
    key="classes-add-to-total",
    title="分类小计与合计",
    severity=Severity.ERROR,
    needs="一个合计及按支出经济分类逐类列出的小计",
    spares=("尾数差只作提示",),
    fails="（一）基本支出情况\n基本支出100.00万元。\n1、工资福利支出80.00万元。\n2、商品和服务支出15.00万元。\n3、对个人和家庭的补助2.00万元。",
    passes="（一）基本支出情况\n基本支出100.00万元。\n1、工资福利支出80.00万元。\n2、商品和服务支出15.00万元。\n3、对个人和家庭的补助5.00万元。",
)
def CLASSES_ADD(rule: Check, reading: Reading) -> Iterable[Finding]:
    """逐类列出的小计应等于合计：类已列全，差额不能用“其中”解释；差额在四舍五入区间之内只作尾数提示。"""
    for relation in sum_relations(reading):
        if relation.cue == CLASS_CUE:
            yield judge_breakdown(rule, relation)


@check(
    "SUM-03",
    key="item-not-above-subtotal",
    title="单项不超过小计",
    severity=Severity.ERROR,
    needs="一个小计及其下所列金额",
    spares=("带方向的增减额",),
    fails="商品和服务支出20.00万元，其中办公费25.00万元。",
    passes="商品和服务支出20.00万元，其中办公费5.00万元。",
)
def ITEM_WITHIN(rule: Check, reading: Reading) -> Iterable[Finding]:
    """任何一项都不应超过它所属的小计；支出分项不应为负数。"""
    for relation in reading.relations:
        if relation.kind is not Kind.SUM or relation.stated.role is not Role.LEVEL or not relation.certain:
            continue
        if any(term.sign < 0 for term in relation.terms):
            continue
        above = [t for t in relation.terms if t.statement.interval.low > relation.stated.interval.high]
        if above and relation.stated.amount >= 0:
            worst = max(above, key=lambda term: term.statement.amount).statement
            yield rule.finding(
                Verdict.CONTRADICTION,
                f"{name_of(worst)}（{worst.figure}）大于它所属的{name_of(relation.stated)}（{relation.stated.figure}）。",
                spans=(worst.named_span, relation.stated.named_span),
                working=f"{worst.figure} > {relation.stated.figure}",
                stated=worst.figure.value,
                computed=relation.stated.amount / worst.scale,
                difference=worst.figure.value - relation.stated.amount / worst.scale,
                unit=worst.figure.unit,
                kind=Kind.SUM.value,
                key=name_of(worst),
            )
        elif len(relation.terms) >= 2 or relation.terms[0].statement.amount < relation.stated.amount:
            yield rule.finding(
                Verdict.AGREES,
                f"{name_of(relation.stated)}下{len(relation.terms)}项均未超过小计。",
                spans=(relation.stated.named_span,),
                working=f"最大一项 {max(relation.terms, key=lambda term: term.statement.amount).statement.figure} ≤ {relation.stated.figure}",
                key=name_of(relation.stated),
            )


@check(
    "SUM-04",
    key="complete-list-equals-total",
    title="列全的分项等于合计",
    severity=Severity.ERROR,
    needs="一组按其性质已经列全的分项及其合计",
    spares=("“主要”“等”引出的不完全列举", "尾数差只作提示"),
    fails="政府采购金额100.00万元，其中：货物40.00万元、工程30.00万元、服务20.00万元。",
    passes="政府采购金额100.00万元，其中：货物40.00万元、工程30.00万元、服务30.00万元。",
)
def COMPLETE_LIST(rule: Check, reading: Reading) -> Iterable[Finding]:
    """分项按其性质已经列全（如货物、工程、服务，基本支出、项目支出，出国、公车、接待）的，其和应等于合计，差额即为矛盾。"""
    for relation in sum_relations(reading):
        if relation.closed and relation.cue != CLASS_CUE and not _has_check_of_its_own(relation):
            yield judge_breakdown(rule, relation)


def _has_check_of_its_own(relation: Relation) -> bool:
    """Tell whether a complete list is judged elsewhere under its own name."""
    subjects = [term.statement.subject for term in relation.terms]
    people = any("人员经费" in subject for subject in subjects)
    staff = all("编制" in subject or "工勤" in subject for subject in subjects)
    return _is_basic_and_project(relation) or people or staff or is_three_public(relation)


def is_three_public(relation: Relation) -> bool:
    """Tell whether a breakdown is one of the “three public” expenses, or of official vehicles."""
    words = [term.statement.subject for term in relation.terms]
    reception = any("公务接待" in word for word in words) and any("公务用车" in word for word in words)
    vehicles = len(words) >= 2 and all("公务用车" in word or "公车" in word for word in words)
    return relation.closed and (reception or vehicles)


def _is_basic_and_project(relation: Relation) -> bool:
    subjects = [term.statement.subject for term in relation.terms]
    return len(subjects) == 2 and "基本支出" in subjects[0] and "项目支出" in subjects[1]


@check(
    "SUM-05",
    key="basic-plus-project-is-total",
    title="基本支出与项目支出之和为总支出",
    severity=Severity.ERROR,
    needs="基本支出、项目支出的金额",
    fails="本年支出合计100.00万元，其中：基本支出60.00万元；项目支出30.00万元。",
    passes="本年支出合计100.00万元，其中：基本支出60.00万元；项目支出40.00万元。",
)
def BASIC_AND_PROJECT(rule: Check, reading: Reading) -> Iterable[Finding]:
    """基本支出加项目支出应等于总支出；总支出应当写明，没有写明的列为缺少，并给出两者之和供补充。"""
    found = False
    for relation in sum_relations(reading):
        if _is_basic_and_project(relation):
            found = True
            yield judge_breakdown(rule, relation)
    if not found:
        yield from _total_not_stated(rule, reading)


def _total_not_stated(rule: Check, reading: Reading) -> Iterator[Finding]:
    basic = _first_level(reading, "基本支出")
    project = _first_level(reading, "项目支出")
    if basic is None or project is None or basic.figure.unit != project.figure.unit:
        return
    whole = basic.amount + project.amount
    stated = next(
        (s for s in reading.statements if s.role is Role.LEVEL and s.family == "money" and s.amount == whole), None
    )
    working = f"{basic.figure} + {project.figure} = {whole / basic.scale}{basic.figure.unit}"
    if stated is not None:
        yield rule.finding(
            Verdict.AGREES,
            f"{name_of(stated)}等于基本支出与项目支出之和。",
            spans=(stated.named_span, basic.named_span, project.named_span),
            working=working,
            stated=stated.figure.value,
            computed=whole / stated.scale,
            difference=ZERO,
            unit=stated.figure.unit,
            kind=Kind.SUM.value,
        )
        return
    yield rule.finding(
        Verdict.MISSING,
        "文中没有写明支出总额，读者无从核对占比的分母。",
        severity=Severity.WARNING,
        spans=(),
        working=working,
        computed=whole / basic.scale,
        unit=basic.figure.unit,
        suggestion=f"补写总支出{whole / basic.scale}{basic.figure.unit}。",
    )


def _first_level(reading: Reading, name: str) -> Statement | None:
    for statement in reading.statements:
        planned = statement.phase is not None and statement.phase.is_budget
        if statement.role is Role.LEVEL and statement.family == "money" and statement.subject == name and not planned:
            return statement
    return None


@check(
    "SUM-06",
    key="personnel-plus-public-funds",
    title="人员经费与公用经费之和为基本支出",
    severity=Severity.ERROR,
    needs="基本支出下按支出经济分类列出的小计",
    absent=Verdict.INSUFFICIENT_DATA,
    fails="基本支出100.00万元。其中：人员经费80.00万元；公用经费15.00万元。",
    passes="基本支出100.00万元。其中：人员经费80.00万元；公用经费20.00万元。",
)
def PERSONNEL_AND_PUBLIC(rule: Check, reading: Reading) -> Iterable[Finding]:
    """人员经费与公用经费之和应等于基本支出。

    人员经费是工资福利支出、对个人和家庭的补助，公用经费是商品和服务支出、资本性支出等；
    文中未分写的，给出按分类算得的两数。
    """
    for relation in sum_relations(reading):
        subjects = " ".join(term.statement.subject for term in relation.terms)
        if relation.closed and "人员" in subjects and "公用" in subjects:
            yield judge_breakdown(rule, relation)
            return
    for relation in sum_relations(reading):
        if relation.cue == CLASS_CUE and "基本支出" in relation.stated.subject:
            people = [t for t in relation.terms if t.statement.subject.startswith(("工资福利", "对个人和家庭"))]
            public = [t for t in relation.terms if t not in people]
            if people and public:
                yield _split(rule, relation, people, public)
                return


def _split(rule: Check, relation: Relation, people: Sequence[Term], public: Sequence[Term]) -> Finding:
    scale, unit = relation.stated.scale, relation.stated.figure.unit
    one = sum((t.statement.amount for t in people), ZERO) / scale
    other = sum((t.statement.amount for t in public), ZERO) / scale
    return rule.finding(
        Verdict.AGREES,
        f"文中未分写人员经费与公用经费；按分类算得人员经费{one}{unit}、公用经费{other}{unit}。",
        spans=(relation.stated.named_span,),
        working=f"{one} + {other} = {one + other}{unit}",
        computed=one + other,
        unit=unit,
        kind=Kind.SUM.value,
    )


@check(
    "SUM-10",
    key="whole-report-roll-up",
    title="全文汇总",
    severity=Severity.INFO,
    needs="按支出经济分类列到款的基本支出和项目支出",
    cites=(HOUSE["SUM-10"],),
    fails="（一）基本支出情况\n基本支出100.00万元。\n1、工资福利支出80.00万元。其中，基本工资50.00万元、津贴补贴20.00万元。\n2、商品和服务支出20.00万元。",
    passes="（一）基本支出情况\n基本支出100.00万元。\n1、工资福利支出80.00万元。其中，基本工资50.00万元、津贴补贴30.00万元。\n2、商品和服务支出20.00万元。",
)
def ROLL_UP(rule: Check, reading: Reading) -> Iterable[Finding]:
    """把列到款的金额、未说明差额和尾数差加在一起，应当还原为各合计之和：说明全文有多少钱没有列明。"""
    tops = [r for r in reading.relations if r.kind is Kind.SUM and r.cue == CLASS_CUE]
    if not tops:
        return
    leaves = remainder = rounding = ZERO
    listed = {
        id(r.stated): r for r in reading.relations if r.kind is Kind.SUM and r.cue != CLASS_CUE and len(r.terms) > 1
    }
    for top in tops:
        rounding += top.stated.amount - sum((t.statement.amount for t in top.terms), ZERO)
        for term in top.terms:
            inner = listed.get(id(term.statement))
            amount = sum((t.statement.amount for t in inner.terms), ZERO) if inner else term.statement.amount
            leaves += amount
            remainder += term.statement.amount - amount
    scale, unit = tops[0].stated.scale, tops[0].stated.figure.unit
    whole = leaves + remainder + rounding
    share = remainder * 100 / whole if whole else ZERO
    verdict = Verdict.AGREES if remainder == 0 else Verdict.REMARK
    yield rule.finding(
        verdict,
        f"列明到款{leaves / scale}{unit}，未说明差额共{remainder / scale}{unit}（占{print_number(share, 2)}%），尾数{rounding / scale}{unit}。",
        severity=Severity.INFO,
        spans=tuple(top.stated.named_span for top in tops),
        working=f"{leaves / scale} + {remainder / scale} + {rounding / scale} = {whole / scale}{unit}",
        computed=whole / scale,
        unit=unit,
    )


@check(
    "SUM-11",
    key="remainder-explainer",
    title="差额可能的去向",
    severity=Severity.INFO,
    needs="按支出经济分类逐款列出而不足小计的金额",
    spares=("各项已与小计相等的",),
    cites=(HOUSE["SUM-11"],),
    fails="工资福利支出50.00万元。其中，基本工资30.00万元、津贴补贴15.00万元、奖金2.00万元。",
    passes="工资福利支出50.00万元。其中，基本工资30.00万元、津贴补贴18.00万元、奖金2.00万元。",
)
def REMAINDER(rule: Check, reading: Reading) -> Iterable[Finding]:
    """有未说明差额时，指出该类标准科目中文中没有列出的款，供核对差额的去向；只是线索，不是结论。"""
    for relation in sum_relations(reading):
        if relation.closed or relation.cue == CHANGE_CUE or len(relation.terms) < 2:
            continue
        comparison = compare_sum(relation)
        if comparison.verdict is not Verdict.CONTRADICTION or comparison.difference <= 0:
            continue
        absent = _absent_accounts(relation)
        if absent:
            yield rule.finding(
                Verdict.REMARK,
                f"{name_of(relation.stated)}的差额{comparison.difference}{relation.stated.figure.unit}，"
                f"可核对未列出的科目：{'、'.join(absent)}。",
                spans=(relation.stated.named_span,),
                stated=comparison.stated,
                computed=comparison.computed,
                difference=comparison.difference,
                unit=relation.stated.figure.unit,
                key=name_of(relation.stated),
            )


def _absent_accounts(relation: Relation) -> tuple[str, ...]:
    parent = account_of(relation.stated)
    if parent is None:
        return ()
    named = {account.code for term in relation.terms if (account := account_of(term.statement)) is not None}
    return tuple(
        f"{child.code}{child.name}" for child in classification.children(parent.code) if child.code not in named
    )
