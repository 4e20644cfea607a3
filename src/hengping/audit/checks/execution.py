"""Checks of budget execution and of the “three public” expenses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from hengping.audit.checks.sums import is_three_public, judge_breakdown, name_of, sum_relations
from hengping.audit.extraction.formulas import read_directions, read_formulas, reasons_after
from hengping.audit.model import Check, Finding, Kind, Phase, Role, Severity, Statement, Verdict, check
from hengping.figures import ZERO, print_number, round_half_up
from hengping.law import source

if TYPE_CHECKING:
    from hengping.audit.reading import Reading

RAISED = re.compile(r"追加|调增|增加预算|预算增加")
CUT = re.compile(r"调减|追减|核减|压减|收回|减少预算|预算减少")
BUDGET_LAW = source("budget-law")


@check(
    "EXE-02",
    key="final-against-budget-words",
    title="决算与预算的大小",
    severity=Severity.ERROR,
    needs="写明决算数大于、小于或持平于预算数的文字及两数",
    spares=("“基本持平”允许两数相差不到百分之一",),
    fails="年初预算为100.00万元，支出决算为120.00万元。决算数小于预算数的主要原因：厉行节约。",
    passes="年初预算为100.00万元，支出决算为90.00万元。决算数小于预算数的主要原因：厉行节约。",
)
def FINAL_AGAINST_BUDGET(rule: Check, reading: Reading) -> Iterable[Finding]:
    """文中说决算数大于、小于或持平于预算数的，应与所写的两个数一致；决算超过全年预算的，应有调整的记录。"""
    for direction in read_directions(reading):
        planned, final = direction.planned, direction.final
        moved = final.amount - planned.amount
        close = planned.amount and abs(moved) * 100 <= planned.amount
        actual = (moved > 0) - (moved < 0)
        agrees = (
            actual == direction.sign or (direction.sign == 0 and bool(close)) or final.interval.meets(planned.interval)
        )
        words = {1: "大于", -1: "小于", 0: "等于"}[actual]
        yield rule.finding(
            Verdict.AGREES if agrees else Verdict.CONTRADICTION,
            f"{name_of(final)}：文中写决算数{direction.word}预算数，两数为{final.figure}与{planned.figure}。",
            spans=(direction.span, final.named_span, planned.named_span),
            working=f"{final.figure} {words} {planned.figure}",
            stated=final.figure.value,
            computed=planned.amount / final.scale,
            difference=moved / final.scale,
            unit=final.figure.unit,
            key=name_of(final),
        )
    yield from _over_full_year_budget(rule, reading)


def _over_full_year_budget(rule: Check, reading: Reading) -> Iterator[Finding]:
    for planned, final in _pairs(reading, Phase.ADJUSTED):
        if final.interval.low > planned.interval.high:
            yield rule.finding(
                Verdict.UNEXPLAINED,
                f"{name_of(final)}决算{final.figure}超过全年预算{planned.figure}，未经预算不得支出，请说明调整的批复。",
                severity=Severity.WARNING,
                spans=(final.named_span, planned.named_span),
                working=f"{final.figure} > {planned.figure}",
                stated=final.figure.value,
                computed=planned.amount / final.scale,
                difference=(final.amount - planned.amount) / final.scale,
                unit=final.figure.unit,
                key=name_of(final),
            )


def _pairs(reading: Reading, phase: Phase) -> Iterator[tuple[Statement, Statement]]:
    """Yield budget and final amount of one subject in one sentence."""
    planned: Statement | None = None
    for statement in reading.statements:
        if statement.role is not Role.LEVEL or statement.family != "money":
            continue
        if statement.phase is phase:
            planned = statement
        elif statement.phase is Phase.FINAL and planned is not None:
            if (planned.passage, planned.sentence, planned.subject) == (
                statement.passage,
                statement.sentence,
                statement.subject,
            ):
                yield planned, statement
            planned = None


@check(
    "EXE-03",
    key="initial-plus-adjustment-is-full-year",
    title="年初预算、调整与全年预算",
    severity=Severity.ERROR,
    needs="同一句话里的年初预算、调整额和全年预算",
    absent=Verdict.INSUFFICIENT_DATA,
    fails="年初预算为100.00万元，追加预算20.00万元，全年预算为130.00万元。",
    passes="年初预算为100.00万元，追加预算20.00万元，全年预算为120.00万元。",
)
def FULL_YEAR_BUDGET(rule: Check, reading: Reading) -> Iterable[Finding]:
    """年初预算加追加、减调减，应等于全年预算。"""
    by_sentence: dict[tuple[int, int], list[Statement]] = {}
    for statement in reading.statements:
        if statement.family == "money":
            by_sentence.setdefault((statement.passage, statement.sentence), []).append(statement)
    for group in by_sentence.values():
        initial = next((s for s in group if _is_initial(s)), None)
        whole = next((s for s in group if s.phase is Phase.ADJUSTED and s.role is Role.LEVEL), None)
        changes = [s for s in group if RAISED.search(s.label) or CUT.search(s.label)]
        if initial is None or whole is None or not changes:
            continue
        moved = sum((s.amount * (-1 if CUT.search(s.label) else 1) for s in changes), ZERO)
        computed = initial.amount + moved
        difference = (whole.amount - computed) / whole.scale
        verdict = Verdict.AGREES if not difference else Verdict.CONTRADICTION
        yield rule.finding(
            verdict,
            "年初预算加调整等于全年预算。"
            if not difference
            else f"年初预算加调整为{computed / whole.scale}{whole.figure.unit}，全年预算写为{whole.figure}。",
            spans=(whole.named_span, initial.named_span, *(s.named_span for s in changes)),
            working=f"{initial.figure} {'+' if moved >= 0 else '−'} {abs(moved) / whole.scale} = {computed / whole.scale}{whole.figure.unit}",
            stated=whole.figure.value,
            computed=computed / whole.scale,
            difference=difference,
            unit=whole.figure.unit,
            kind=Kind.SUM.value,
        )


def _is_initial(statement: Statement) -> bool:
    """Tell whether an amount is the budget as first approved."""
    approved = statement.phase is Phase.BUDGET and "批复" in statement.label
    return statement.role is Role.LEVEL and (statement.phase is Phase.INITIAL or approved)


@check(
    "EXE-04",
    key="written-formula-evaluated",
    title="写出的算式",
    severity=Severity.ERROR,
    needs="文中写出的算式",
    absent=Verdict.INSUFFICIENT_DATA,
    spares=("不含运算符号的等式",),
    fails="预算控制率=（63.46-32）÷32=95.31%。",
    passes="预算控制率=（63.46-32）÷32=98.31%。",
)
def WRITTEN_FORMULA(rule: Check, reading: Reading) -> Iterable[Finding]:
    """控制率、变动率、完成率等写出算式的，按算式重算一遍，结果应与所写的数相同。"""
    for formula in read_formulas(reading):
        places = formula.printed.decimals
        shown = round_half_up(formula.value, places)
        difference = formula.printed.value - formula.value
        agrees = shown == formula.printed.value
        yield rule.finding(
            Verdict.AGREES if agrees else Verdict.CONTRADICTION,
            "算式与结果相符。" if agrees else f"算式应得{shown}{formula.printed.unit}，文中写为{formula.printed}。",
            spans=(formula.span,),
            working=f"{formula.expression} = {print_number(formula.value, 4)}{formula.printed.unit}",
            stated=formula.printed.value,
            computed=round_half_up(formula.value, 4),
            difference=round_half_up(difference, 4) if not agrees else ZERO,
            unit=formula.printed.unit,
            kind=Kind.RATE.value,
        )


@check(
    "SGJ-01",
    key="three-public-parts-add",
    title="“三公”经费各项之和",
    severity=Severity.ERROR,
    needs="“三公”经费总额及因公出国（境）、公务用车、公务接待三项",
    cites=(BUDGET_LAW["第十四条"],),
    spares=("没有列出总额的",),
    fails="“三公”经费支出决算为10.00万元，其中：因公出国（境）费0万元；公务用车购置及运行维护费6.00万元；公务接待费3.00万元。",
    passes="“三公”经费支出决算为10.00万元，其中：因公出国（境）费0万元；公务用车购置及运行维护费7.00万元；公务接待费3.00万元。",
)
def THREE_PUBLIC_PARTS(rule: Check, reading: Reading) -> Iterable[Finding]:
    """因公出国（境）费、公务用车购置及运行维护费、公务接待费三项之和应等于“三公”经费总额；购置与运行之和应等于公务用车一项。"""
    for relation in sum_relations(reading):
        if is_three_public(relation):
            yield judge_breakdown(rule, relation)


@check(
    "SGJ-02",
    key="three-public-within-budget",
    title="“三公”经费不超预算",
    severity=Severity.WARNING,
    needs="“三公”经费的预算数和决算数",
    absent=Verdict.INSUFFICIENT_DATA,
    cites=(source("budget-law")["第十三条"],),
    fails="“三公”经费支出年初预算为10.00万元，支出决算为12.00万元，完成预算的120.00%。",
    passes="“三公”经费支出年初预算为10.00万元，支出决算为8.00万元，完成预算的80.00%。",
)
def THREE_PUBLIC_WITHIN(rule: Check, reading: Reading) -> Iterable[Finding]:
    """“三公”经费决算数不应超过预算数；超过的应说明调整批复。"""
    for phase in (Phase.INITIAL, Phase.ADJUSTED, Phase.BUDGET):
        for planned, final in _pairs(reading, phase):
            if "三公" not in final.subject and not any(
                word in final.subject for word in ("公务接待", "公务用车", "因公出国")
            ):
                continue
            over = final.interval.low > planned.interval.high
            yield rule.finding(
                Verdict.UNEXPLAINED if over else Verdict.AGREES,
                f"{name_of(final)}决算{final.figure}{'超过' if over else '未超过'}预算{planned.figure}。",
                spans=(final.named_span, planned.named_span),
                working=f"{final.figure} {'>' if over else '≤'} {planned.figure}",
                stated=final.figure.value,
                computed=planned.amount / final.scale,
                difference=(final.amount - planned.amount) / final.scale,
                unit=final.figure.unit,
                key=name_of(final),
            )


@check(
    "SGJ-03",
    key="three-public-change-has-reason",
    title="“三公”经费增减有原因",
    severity=Severity.WARNING,
    needs="“三公”经费与上年比较的增减",
    absent=Verdict.INSUFFICIENT_DATA,
    spares=("与上年持平的",),
    fails="“三公”经费支出决算数比2023年度增加3.00万元，增长30.00%。",
    passes="“三公”经费支出决算数比2023年度增加3.00万元，增长30.00%，主要原因是车辆老旧，维修增加。",
)
def THREE_PUBLIC_REASON(rule: Check, reading: Reading) -> Iterable[Finding]:
    """“三公”经费与上年相比有增减的，应写明原因。"""
    for statement in reading.statements:
        if statement.role is Role.CHANGE and "三公" in statement.subject and statement.amount:
            given = reasons_after(reading, statement)
            yield rule.finding(
                Verdict.AGREES if given else Verdict.UNEXPLAINED,
                "“三公”经费的增减写明了原因。" if given else "“三公”经费的增减没有写明原因。",
                spans=(statement.named_span,),
                stated=statement.figure.value,
                unit=statement.figure.unit,
            )


@check(
    "SGJ-04",
    key="three-public-counts-disclosed",
    title="公务用车与接待的数量",
    severity=Severity.WARNING,
    needs="大于零的公务接待费或公务用车运行维护费的说明",
    absent=Verdict.NOT_APPLICABLE,
    spares=("只作为经济分类科目列出的金额", "没有支出的"),
    fails="（二）“三公”经费支出决算具体情况说明\n公务接待费支出3.00万元。主要用于日常公务接待。",
    passes="（二）“三公”经费支出决算具体情况说明\n公务接待费支出3.00万元。主要用于日常公务接待，公务接待20批次、180人次。",
)
def THREE_PUBLIC_COUNTS(rule: Check, reading: Reading) -> Iterable[Finding]:
    """说明公务接待费的，应写明批次和人次；说明公务用车的，应写明保有量。"""
    section = [s for s in reading.statements if "三公" in s.subject]
    if not section and "三公" not in reading.text:
        return
    units = {s.figure.unit for s in reading.statements}
    for words, wanted, what in (
        (("公务接待费",), {"批次", "次", "批", "个"}, "接待批次和人次"),
        (("公务用车运行",), {"辆", "台"}, "公务用车保有量"),
    ):
        spent = [
            s
            for s in reading.statements
            if s.role is Role.LEVEL
            and s.family == "money"
            and s.amount
            and s.subject.startswith(words)
            and _is_explained_alone(reading, s)
        ]
        if not spent:
            continue
        given = bool(units & wanted)
        yield rule.finding(
            Verdict.AGREES if given else Verdict.MISSING,
            f"写明了{what}。" if given else f"没有写明{what}。",
            spans=(spent[0].named_span,),
            suggestion="" if given else f"补写{what}。",
        )


def _is_explained_alone(reading: Reading, statement: Statement) -> bool:
    """Tell whether a passage is about this figure, rather than naming it in a list of accounts."""
    here = [s for s in reading.statements if s.passage == statement.passage and s.family == "money"]
    return len(here) <= 3 and here[0] is statement
