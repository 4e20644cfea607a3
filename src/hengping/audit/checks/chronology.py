"""Checks of time: the year reported on, words that point at “now”, dates that exist and stand in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from hengping.audit.extraction.marks import clause_around
from hengping.audit.model import Check, Finding, Severity, Span, Verdict, check

if TYPE_CHECKING:
    from hengping.audit.extraction.dates_in_text import DateInText
    from hengping.audit.reading import Reading

OWN_YEAR = re.compile(
    r"20(?<!\d20)(?P<year>\d{2}) ?年度?(?:部门|单位|我局|本局)?(?:部门整体支出|整体支出|绩效自评|部门决算|单位决算)"
)
COMPARED = re.compile(r"(?:比|较|与|同|和|相比)[^，。；]{0,6}$")
SELF_COMPARED = re.compile(
    r"(?:比|较|与) ?(?P<year>20\d{2}) ?年(?P<phase>预算)(?:数)?(?:增加|减少|持平|下降|增长|相比)"
)
PLANS = ("下一步", "改进", "措施", "计划", "安排", "打算", "工作思路")


@check(
    "DAT-01",
    key="report-year",
    title="报告年度一致",
    severity=Severity.ERROR,
    needs="报告年度",
    spares=("与上年比较的语句", "文件名、规划期、成立时间等本来就属于别的年份的", "决算数与当年预算数比较"),
    fails="2024年度部门整体支出绩效自评报告\n一、基本情况\n2024年支出合计100万元。2023年度部门整体支出绩效自评得分95分。",
    passes="2024年度部门整体支出绩效自评报告\n一、基本情况\n2024年支出合计100万元，比2023年增加5万元。",
)
def REPORT_YEAR(rule: Check, reading: Reading) -> Iterable[Finding]:
    """报告自己的年度应当处处相同；别的年份只出现在比较、依据和沿革之中。预算不应与同一年的预算相比。"""
    year = reading.year
    if year is None:
        return
    others = {other: count for other, count in reading.years.items() if other != year}
    wrong = list(_foreign_years(rule, reading, year))
    yield from wrong
    if not wrong:
        working = f"{year}年 {reading.years.get(year, 0)}处"
        if others:
            working += "；另有" + "、".join(f"{other}年{count}处" for other, count in sorted(others.items()))
            message = f"报告年度为{year}年，其余年份没有用作报告年度。"
        else:
            message = f"全文只有{year}年。"
        yield rule.finding(Verdict.AGREES, message, spans=(), working=working)


def _foreign_years(rule: Check, reading: Reading, year: int) -> Iterator[Finding]:
    text, outline = reading.text, reading.outline
    if outline.is_closed_year:
        for match in OWN_YEAR.finditer(text):
            before = text[max(0, match.start() - 12) : match.start()]
            named = 2000 + int(match.group("year"))
            if named == year or COMPARED.search(before) or before.rstrip().endswith(("《", "“", "〔")):
                continue
            if any(name in before for name in ("上年", "按照", "根据", "关于", "以前")):
                continue
            yield rule.finding(
                Verdict.UNEXPLAINED,
                f"报告年度是{year}年，此处写作{named}年。",
                severity=Severity.WARNING,
                spans=(Span(match.start(), match.end()),),
                suggestion=f"核对是否应为{year}年，或补明这是上年的情况。",
            )
    if outline.kind == "budget":
        same = [match for match in SELF_COMPARED.finditer(text) if int(match.group("year")) == year]
        if same:
            yield rule.finding(
                Verdict.UNEXPLAINED,
                f"本文是{year}年预算，却有{len(same)}处又与{year}年预算相比。",
                severity=Severity.WARNING,
                spans=tuple(Span(match.start(), match.end()) for match in same),
                suggestion=f"核对是否应为{year - 1}年。",
            )


@check(
    "DAT-03",
    key="deictic-time",
    title="“今年以来”一类的时间",
    severity=Severity.WARNING,
    needs="已结束年度的报告",
    spares=("下一步措施中的安排", "新闻、工作报告等当时写当时的文种"),
    fails="2024年度部门整体支出绩效自评报告\n一、主要成效\n今年以来及时受理率大幅提升。",
    passes="2024年度部门整体支出绩效自评报告\n一、主要成效\n2024年及时受理率为98%。",
)
def DEICTIC_TIME(rule: Check, reading: Reading) -> Iterable[Finding]:
    """年度报告写的是已经结束的一年，“今年以来”“截至目前”没有确定所指，应写明年份或日期。"""
    outline = reading.outline
    if not outline.is_closed_year:
        if reading.marked("deixis"):
            yield rule.finding(
                Verdict.NOT_APPLICABLE,
                f"本文是{outline.kind_title}，写作时的“今年”所指明确。",
                spans=(),
                severity=Severity.INFO,
            )
        return
    for mark in reading.marked("deixis"):
        strong = mark.note == "strong"
        if _in_plans(reading, mark.start):
            continue
        yield rule.finding(
            Verdict.UNEXPLAINED if strong else Verdict.REMARK,
            f"“{mark.text}”在{reading.year or '已结束年度'}年的报告里没有确定所指。",
            severity=Severity.WARNING if strong else Severity.INFO,
            spans=(_pointing(reading, mark.start, mark.end),),
            suggestion=f"写明“{reading.year}年”或具体日期。" if reading.year else "写明年份或具体日期。",
        )


def _pointing(reading: Reading, start: int, end: int) -> Span:
    return Span(start, clause_around(reading.text, start, end).end)


def _in_plans(reading: Reading, offset: int) -> bool:
    outline = reading.outline
    return any(word in outline.title_of(item) for item in outline.ancestors(outline.item_at(offset)) for word in PLANS)


@check(
    "DAT-04",
    key="dates-exist-in-order",
    title="日期存在且先后有序",
    severity=Severity.WARNING,
    needs="写到月日的日期",
    spares=("只写年份的", "文件的发布日期"),
    fails="项目自2024年9月1日至2024年3月31日实施，2024年2月30日验收。",
    passes="项目自2024年3月1日至2024年9月30日实施，2024年10月8日验收。",
)
def DATES_IN_ORDER(rule: Check, reading: Reading) -> Iterable[Finding]:
    """写到的日期应当存在，起止有先后；报告日期应当在它所报告的年度之后，整改期限应当在报告日期之后。"""
    dates = reading.dates
    wrong = False
    for found in dates:
        if found.day is None:
            wrong = True
            yield rule.finding(
                Verdict.CONTRADICTION, f"没有“{found.text}”这一天。", severity=Severity.ERROR, spans=(found.span,)
            )
        elif found.until is not None and found.until < found.day:
            wrong = True
            yield rule.finding(
                Verdict.CONTRADICTION,
                f"起止日期倒置：{found.text}。",
                severity=Severity.ERROR,
                spans=(found.span,),
                working=f"{found.day} > {found.until}",
            )
    late = list(_against_report_date(rule, reading, dates))
    yield from late
    if dates and not wrong and not late:
        yield rule.finding(Verdict.AGREES, f"写到月日的日期{len(dates)}处，均存在且先后有序。", spans=())


def _against_report_date(rule: Check, reading: Reading, dates: Iterable[DateInText]) -> Iterator[Finding]:
    line = reading.outline.date_line
    if line is None or reading.year is None or not reading.outline.is_self_evaluation:
        return
    signed = next((found.day for found in dates if line.start <= found.start < line.end and found.day), None)
    if signed is None:
        return
    if signed <= date(reading.year, 12, 31):
        yield rule.finding(
            Verdict.UNEXPLAINED,
            f"报告日期{signed}早于所报告的{reading.year}年结束之日。",
            spans=(line,),
            suggestion="核对报告日期或报告年度。",
        )
    for found in dates:
        if found.deadline and found.day is not None and found.day < signed:
            yield rule.finding(
                Verdict.UNEXPLAINED,
                f"整改期限{found.text}早于报告日期{signed}。",
                spans=(found.span,),
                suggestion="写明是否已经完成，未完成的重定期限。",
            )
