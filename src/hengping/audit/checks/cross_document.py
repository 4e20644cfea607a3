"""Checks across documents: the same fact in this report, in the published accounts and budget, and in last year's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from hengping.audit.model import HOUSE, Check, Finding, Phase, Role, Severity, Span, Statement, Verdict, check
from hengping.figures import HUNDRED, ZERO, print_number
from hengping.law import source

if TYPE_CHECKING:
    from hengping.audit.reading import Reading

BUDGET_LAW = source("budget-law")["第十四条"]
HEADLINES = (
    "基本支出", "项目支出", "支出合计", "支出总计", "收入合计", "收入总计", "“三公”经费", "机关运行经费", "人员经费", "公用经费",
    "政府采购金额",
)  # fmt: skip
SENTENCE = re.compile(r"[^。！？\n]{24,}[。！？]")
SENTENCES_SHOWN = 20
RESULTS = ("achievements", "problems", "measures", "application")


def facts(reading: Reading, *, budget: bool, year: int | None) -> Mapping[str, Statement]:
    """Return the headline amounts of one year, as budget or as outturn, leaving out those stated in several ways."""
    found: dict[str, Statement] = {}
    several: set[str] = set()
    for statement in reading.statements:
        if statement.role is not Role.LEVEL or statement.family != "money" or statement.depth:
            continue
        if (statement.year or reading.year) != year or _is_budget(reading, statement) is not budget:
            continue
        name = next((name for name in HEADLINES if statement.subject.endswith(name)), None)
        if name is None:
            continue
        other = found.setdefault(name, statement)
        if not other.lenient.meets(statement.lenient):
            several.add(name)
    return {name: statement for name, statement in found.items() if name not in several}


def _is_budget(reading: Reading, statement: Statement) -> bool:
    if statement.phase is None:
        return reading.outline.kind == "budget"
    return statement.phase.is_budget


def _compared(
    rule: Check, here: Mapping[str, Statement], there: Mapping[str, Statement], name: str
) -> Iterator[Finding]:
    for key, statement in here.items():
        other = there.get(key)
        if other is None:
            continue
        agrees = statement.lenient.meets(other.lenient)
        gap = abs(statement.amount - other.amount) / statement.scale
        yield rule.finding(
            Verdict.AGREES if agrees else Verdict.UNEXPLAINED,
            f"{key}：本文{statement.figure}，{name}{other.figure}"
            + ("，一致。" if agrees else f"，相差{gap}{statement.figure.unit}。"),
            severity=Severity.WARNING,
            spans=(statement.named_span,),
            working=f"{statement.figure} {'=' if agrees else '≠'} {other.figure}",
            stated=statement.figure.value,
            computed=other.amount / statement.scale,
            difference=(statement.amount - other.amount) / statement.scale,
            unit=statement.figure.unit,
            suggestion="" if agrees else "核对口径，不同的说明原因。",
            key=key,
        )


@check(
    "XDC-01",
    key="agrees-with-final-accounts",
    title="与部门决算公开一致",
    severity=Severity.WARNING,
    needs="同一单位同一年度的部门决算（用 --with 提供）",
    absent=Verdict.INSUFFICIENT_DATA,
    cites=(HOUSE["XDC-01"], BUDGET_LAW),
    spares=("年度不同的文件", "一份文件里有几种口径的数"),
)
def FINAL_ACCOUNTS(rule: Check, reading: Reading) -> Iterable[Finding]:
    """自评报告中的支出数应与同年度公开的部门决算一致；口径不同的应当说明。"""
    for other in reading.others:
        if other.outline.kind == "final_accounts" and other.year == reading.year:
            here = facts(reading, budget=False, year=reading.year)
            yield from _compared(
                rule, here, facts(other, budget=False, year=reading.year), other.document.name or "部门决算"
            )


@check(
    "XDC-02",
    key="agrees-with-published-budget",
    title="与部门预算公开一致",
    severity=Severity.WARNING,
    needs="同一单位同一年度的部门预算（用 --with 提供）",
    absent=Verdict.INSUFFICIENT_DATA,
    cites=(HOUSE["XDC-02"], BUDGET_LAW),
    spares=("年度不同的文件", "调整后的全年预算"),
)
def PUBLISHED_BUDGET(rule: Check, reading: Reading) -> Iterable[Finding]:
    """自评报告中的年初预算数应与同年度公开的部门预算一致。"""
    for other in reading.others:
        if other.outline.kind == "budget" and other.year == reading.year:
            here = {
                name: statement
                for name, statement in facts(reading, budget=True, year=reading.year).items()
                if statement.phase in (Phase.INITIAL, Phase.BUDGET)
            }
            yield from _compared(
                rule, here, facts(other, budget=True, year=reading.year), other.document.name or "部门预算"
            )


@check(
    "XDC-03",
    key="projects-within-project-spending",
    title="各项目自评表与项目支出",
    severity=Severity.WARNING,
    needs="各项目支出绩效自评表（用 --with 提供）",
    absent=Verdict.INSUFFICIENT_DATA,
    cites=(HOUSE["XDC-03"],),
    spares=("没有逐项目提供自评表的：不足部分只作提示",),
)
def PROJECT_TABLES(rule: Check, reading: Reading) -> Iterable[Finding]:
    """各项目执行数之和不应超过项目支出；不足的，可能有项目没有单独自评，只作提示。"""
    if not reading.others:
        return
    whole = facts(reading, budget=False, year=reading.year).get("项目支出")
    spent = [
        executed
        for other in reading.others
        if other.outline.kind == "project_self_evaluation"
        for card in other.scorecards
        if card.funds and (executed := card.funds[0].number("executed")) is not None
    ]
    if whole is None or not spent:
        return
    added = sum(spent, ZERO)
    working = f"{' + '.join(map(str, spent))} = {added}，项目支出{whole.figure}"
    if added > whole.interval.high / whole.scale:
        message, verdict = f"{len(spent)}个项目执行数之和{added}，超过项目支出{whole.figure}。", Verdict.UNEXPLAINED
    elif added == whole.figure.value:
        message, verdict = f"{len(spent)}个项目执行数之和等于项目支出。", Verdict.AGREES
    else:
        message, verdict = f"{len(spent)}个项目执行数之和{added}，其余可能没有单独自评。", Verdict.REMARK
    yield rule.finding(
        verdict,
        message,
        severity=Severity.WARNING if verdict is Verdict.UNEXPLAINED else Severity.INFO,
        spans=(whole.named_span,),
        working=working,
    )


@check(
    "XDC-04",
    key="follows-last-year",
    title="与上年报告衔接",
    severity=Severity.WARNING,
    needs="上年度的同类报告（用 --last-year 提供）",
    absent=Verdict.INSUFFICIENT_DATA,
    cites=(HOUSE["XDC-04"],),
    spares=("上年报告没有写的数",),
)
def LAST_YEAR(rule: Check, reading: Reading) -> Iterable[Finding]:
    """本年写的上年数应与上年报告一致，增减率按两年报告重新计算；上年列出的问题，本年应有交代。"""
    last = reading.last_year
    if last is None or last.year is None or reading.year is None or last.year >= reading.year:
        return
    before = facts(last, budget=False, year=last.year)
    yield from _compared(rule, facts(reading, budget=False, year=last.year), before, "上年报告")
    yield from _growth(rule, reading, before)
    yield from _followed_up(rule, reading, last)


def _growth(rule: Check, reading: Reading, before: Mapping[str, Statement]) -> Iterator[Finding]:
    now = facts(reading, budget=False, year=reading.year)
    for statement in reading.statements:
        if statement.role is not Role.GROWTH or not statement.sign:
            continue
        name = next((name for name in HEADLINES if statement.subject.endswith(name)), None)
        if name is None or name not in now or name not in before or before[name].amount <= 0:
            continue
        ratio = (now[name].interval / before[name].interval) * HUNDRED
        low, high = ratio.low - HUNDRED, ratio.high - HUNDRED
        stated = statement.interval * Decimal(statement.sign)
        agrees = stated.low <= high and low <= stated.high
        exact = print_number((now[name].amount - before[name].amount) * HUNDRED / before[name].amount, 2)
        yield rule.finding(
            Verdict.AGREES if agrees else Verdict.UNEXPLAINED,
            f"{name}的增减率：文中{statement.figure}，按两年报告为{exact}%。",
            spans=(statement.named_span,),
            working=f"({now[name].figure} − {before[name].figure}) ÷ {before[name].figure} = {exact}%",
        )


def _followed_up(rule: Check, reading: Reading, last: Reading) -> Iterator[Finding]:
    """Ask after last year's problems: those word for word the same, and those nobody mentions again."""
    problems = reading.outline.points("problems")
    now = {reading.text[point.start : point.clause_end].strip("。； ") for point in problems}
    mentioned = {mark.note for mark in reading.marked("subject")}
    for point in last.outline.points("problems"):
        words = last.text[point.start : point.clause_end].strip("。； ")
        about = {mark.note for mark in last.marked("subject") if point.start <= mark.start < point.clause_end}
        if words in now:
            same = next(p for p in problems if reading.text[p.start : p.clause_end].strip("。； ") == words)
            yield rule.finding(
                Verdict.UNEXPLAINED,
                f"上年已列“{words}”，本年一字未改地再次列出，应写明上年整改的结果。",
                spans=(same.heading,),
                key=words,
            )
        elif about and not about & mentioned:
            yield rule.finding(
                Verdict.MISSING,
                f"上年列出的“{words}”，本年没有交代整改结果。",
                spans=(),
                suggestion="写明已整改或未整改的原因。",
                key=words,
            )


@check(
    "DAT-02",
    key="stale-sentence",
    title="沿用上年的语句",
    severity=Severity.WARNING,
    needs="上年度的同类报告（用 --last-year 提供）",
    absent=Verdict.INSUFFICIENT_DATA,
    cites=(HOUSE["DAT-02"],),
    spares=("职能、机构、依据等本来就不变的内容", "不含数字的短句"),
)
def STALE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """成绩、问题、措施部分与上年报告一字不差的句子，含数字的须说明，不含数字的提请改写。"""
    last = reading.last_year
    if last is None:
        return
    old = {match.group() for match in SENTENCE.finditer(last.text)}
    found = 0
    for match in SENTENCE.finditer(reading.text):
        if match.group() not in old or not reading.outline.role_at(match.start(), RESULTS):
            continue
        found += 1
        if found > SENTENCES_SHOWN:
            break
        figures = any(match.start() <= s.start < match.end() for s in reading.statements)
        yield rule.finding(
            Verdict.UNEXPLAINED if figures else Verdict.REMARK,
            "这一句与上年报告完全相同" + ("，连数字也没有变。" if figures else "。"),
            severity=Severity.WARNING if figures else Severity.INFO,
            spans=(Span(match.start(), match.end()),),
            suggestion="核对是否忘了更新。",
        )
    if not found:
        yield rule.finding(Verdict.AGREES, "成绩、问题、措施部分没有与上年完全相同的句子。", spans=())
