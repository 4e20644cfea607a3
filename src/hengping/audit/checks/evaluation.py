"""Checks of scores, indicators and objectives: what stands behind a mark, and whether the rows give it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from hengping.audit.checks.structure import inapplicable
from hengping.audit.extraction.marks import clause_of
from hengping.audit.extraction.scorecards import OF_WHICH, ScoreCard, ScoreRow
from hengping.audit.extraction.scores import stated_grade, total_score
from hengping.audit.model import HOUSE, Check, Finding, Kind, Role, Severity, Span, Verdict, check
from hengping.figures import HUNDRED, ZERO, around, print_number, quantum, round_half_up
from hengping.law import source

if TYPE_CHECKING:
    from hengping.audit.reading import Reading

EVALUATION = source("evaluation-2020").whole.unsure()
INDICATORS = source("indicators-2021").whole.unsure()
EXECUTION = "执行率"
LOST_POINTS = re.compile(r"(?:扣分|未完成|失分|偏差|未达标)(?:的)?(?:主要)?(?:原因|情况|说明)|主要扣分")
LEAST_SOURCES = 2
GROWTH_WORDS = ("增长", "增幅", "提高", "增加", "完成率", "倍")
TABLE = "一级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析\n"


@check(
    "SCO-00",
    key="score-has-table",
    title="总分有评分表支撑",
    severity=Severity.ERROR,
    needs="自评总分",
    cites=(HOUSE["SCO-00"], EVALUATION),
    spares=("没有写总分的", "随附评分表的", "写的是平均得分或单项得分的"),
    fails="部门整体支出绩效自评报告\n一、评价结论\n对照指标体系打分得出结果为98分。",
    passes="部门整体支出绩效自评报告\n一、评价结论\n对照指标体系打分得出结果为98分。\n"
    + TABLE
    + "产出\t办结率\t≥95%\t98%\t100\t98\t个别超期",
)
def SCORE_HAS_TABLE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """写出总分的，应当有指标、分值、逐项得分的评分表；没有评分表，总分无从核实。"""
    if not reading.outline.is_self_evaluation:
        yield inapplicable(rule, reading, "绩效自评报告")
        return
    score = total_score(reading)
    if score is None:
        return
    if any(card.scored for card in reading.scorecards):
        rows = sum(len(card.scored) for card in reading.scorecards)
        yield rule.finding(Verdict.AGREES, f"总分{score.note}分附有评分表，共{rows}行。", spans=(score.span,))
        return
    if any(mark.note == "attachments" for mark in reading.marked("topic")):
        yield rule.finding(
            Verdict.MANUAL_REVIEW,
            f"写明得{score.note}分，评分表在附件里，本文件没有，请对照附件核实。",
            severity=Severity.INFO,
            spans=(score.span,),
        )
        return
    if any(r.kind is Kind.SUM and r.stated.role is Role.SCORE and len(r.terms) > 1 for r in reading.relations):
        yield rule.finding(
            Verdict.MISSING,
            f"写明得{score.note}分和各部分得分，但没有指标和分值，无法逐项核实。",
            severity=Severity.WARNING,
            spans=(score.span,),
            suggestion="附上自评表，逐项列出指标值、完成值、分值、得分和佐证。",
        )
        return
    yield rule.finding(
        Verdict.MISSING,
        f"写明得{score.note}分，但没有指标、分值和逐项得分，无法核实。",
        spans=(score.span,),
        suggestion="附上自评表，逐项列出指标值、完成值、分值、得分和佐证。",
    )


@check(
    "SCO-01",
    key="weights-add-up",
    title="分值合计",
    severity=Severity.ERROR,
    needs="评分表",
    absent=Verdict.INSUFFICIENT_DATA,
    cites=(HOUSE["SCO-01"], EVALUATION),
    spares=("表中写明满分不是100分的，以所写为准",),
    fails="部门整体支出绩效自评表\n" + TABLE + "产出\t办结率\t≥95%\t98%\t50\t50\t\n效益\t化解率\t≥80%\t85%\t30\t30\t",
    passes="部门整体支出绩效自评表\n" + TABLE + "产出\t办结率\t≥95%\t98%\t60\t60\t\n效益\t化解率\t≥80%\t85%\t40\t40\t",
)
def WEIGHTS(rule: Check, reading: Reading) -> Iterable[Finding]:
    """各项分值相加应等于满分（一般为100分，表中另有写明的从其写明）。"""
    for card in reading.scorecards:
        weights = [weight for row in card.scored if (weight := row.number("weight")) is not None]
        if len(weights) < 2:
            continue
        declared = card.total.number("weight") if card.total is not None else None
        full = declared if declared is not None else reading.locality.full_mark
        added = sum(weights, ZERO)
        working = f"{' + '.join(map(str, weights))} = {added}"
        if added == full:
            yield rule.finding(
                Verdict.AGREES, f"{len(weights)}项分值合计{added}分。", spans=(card.span,), working=working
            )
        else:
            yield rule.finding(
                Verdict.CONTRADICTION,
                f"{len(weights)}项分值合计{added}分，应为{full}分。",
                spans=(card.span,),
                working=working,
                stated=full,
                computed=added,
                difference=full - added,
                unit="分",
            )


@check(
    "SCO-02",
    key="scores-add-up",
    title="得分不超过分值，合计等于总分",
    severity=Severity.ERROR,
    needs="评分表",
    absent=Verdict.INSUFFICIENT_DATA,
    cites=(HOUSE["SCO-02"],),
    fails="部门整体支出绩效自评表\n" + TABLE + "产出\t办结率\t≥95%\t98%\t60\t62\t\n效益\t化解率\t≥80%\t85%\t40\t38\t",
    passes="部门整体支出绩效自评表\n"
    + TABLE
    + "产出\t办结率\t≥95%\t98%\t60\t60\t\n效益\t化解率\t≥80%\t75%\t40\t38\t力量不足\n总分\t\t\t\t100\t98\t",
)
def SCORES(rule: Check, reading: Reading) -> Iterable[Finding]:
    """每项得分在0与分值之间，各项得分相加等于总分，正文写的总分等于表中的总分。"""
    for card in reading.scorecards:
        for row in card.scored:
            score, weight = row.number("score"), row.number("weight")
            if score is not None and weight is not None and not ZERO <= score <= weight:
                yield rule.finding(
                    Verdict.CONTRADICTION,
                    f"“{row.name}”得{score}分，分值只有{weight}分。",
                    spans=_cells(row, "score", "weight"),
                    working=f"{score} > {weight}" if score > weight else f"{score} < 0",
                )
        yield from _total_scores(rule, reading, card)


def _cells(row: ScoreRow, *names: str) -> tuple[Span, ...]:
    return tuple(found.span for name in names if (found := row.get(name)) is not None)


def _total_scores(rule: Check, reading: Reading, card: ScoreCard) -> Iterator[Finding]:
    scores = [score for row in card.scored if (score := row.number("score")) is not None]
    stated = card.total.number("score") if card.total is not None else None
    added = sum(scores, ZERO)
    if card.total is not None and stated is not None and len(scores) > 1:
        places = max(-int(score.as_tuple().exponent) for score in (*scores, stated))
        gap = added != stated and not around(added, quantum(places) * len(scores)).meets(
            around(stated, quantum(places))
        )
        yield rule.finding(
            Verdict.CONTRADICTION if gap else Verdict.AGREES if added == stated else Verdict.ROUNDING,
            f"各项得分相加为{added}分，总分写作{stated}分。",
            severity=Severity.HINT if added != stated and not gap else None,
            spans=_cells(card.total, "score"),
            working=f"{' + '.join(map(str, scores))} = {added}",
            stated=stated,
            computed=added,
            difference=stated - added,
            unit="分",
        )
    text = total_score(reading)
    final = stated if stated is not None else added if scores else None
    if text is not None and final is not None and reading.outline.is_self_evaluation and len(reading.scorecards) == 1:
        same = Decimal(text.note) == final
        yield rule.finding(
            Verdict.AGREES if same else Verdict.CONTRADICTION,
            f"正文写得{text.note}分，表中为{final}分。",
            spans=(text.span, card.span),
        )


@check(
    "SCO-03",
    key="grade-band",
    title="得分与等级",
    severity=Severity.ERROR,
    needs="总分和等级",
    cites=(HOUSE["SCO-03"], EVALUATION),
    reading="各级下限含本数；分档按地区和年度取用。",
    spares=("等级名称不规范而所指明确的（另见 SCO-04）",),
    fails="部门整体支出绩效自评报告\n一、评价结论\n自评得分86分，等级为优。",
    passes="部门整体支出绩效自评报告\n一、评价结论\n自评得分92分，等级为优。",
)
def GRADE_BAND(rule: Check, reading: Reading) -> Iterable[Finding]:
    """所写等级应是得分所在的一档。"""
    score, grade = total_score(reading), stated_grade(reading)
    if score is None or grade is None or not reading.outline.is_self_evaluation:
        return
    place = reading.locality
    points = Decimal(score.note) * HUNDRED / place.full_mark
    due, stated = place.grade(points), place.official_grade(grade.note)
    bands = "，".join(f"{band.title}≥{band.least}" for band in place.grades)
    if stated is None:
        return
    verdict = Verdict.AGREES if due == stated else Verdict.CONTRADICTION
    yield rule.finding(
        verdict,
        f"{score.note}分在“{due}”档，所写等级为“{grade.note}”。",
        spans=(score.span, grade.span),
        working=f"{place.title}：{bands}",
    )


@check(
    "SCO-04",
    key="grade-label",
    title="等级名称",
    severity=Severity.INFO,
    needs="等级",
    cites=(HOUSE["SCO-04"], EVALUATION),
    spares=("与公布的等级名称一致的",),
    fails="部门整体支出绩效自评报告\n一、评价结论\n自评得分92分，等级为优秀。",
    passes="部门整体支出绩效自评报告\n一、评价结论\n自评得分92分，等级为优。",
)
def GRADE_LABEL(rule: Check, reading: Reading) -> Iterable[Finding]:
    """等级用公布的名称（优、良、中、差，或当地所定的名称），不用别的叫法。"""
    grade = stated_grade(reading)
    if grade is None or not reading.outline.is_self_evaluation:
        return
    titles = [band.title for band in reading.locality.grades]
    if grade.note in titles:
        yield rule.finding(Verdict.AGREES, f"等级“{grade.note}”是公布的名称。", spans=(grade.span,))
        return
    official = reading.locality.official_grade(grade.note)
    yield rule.finding(
        Verdict.REMARK,
        f"“{grade.note}”不是公布的等级名称（{'、'.join(titles)}）。",
        spans=(grade.span,),
        suggestion=f"改为“{official}”。" if official else "改用公布的名称。",
    )


@check(
    "SCO-05",
    key="execution-score",
    title="预算执行率得分",
    severity=Severity.ERROR,
    needs="评分表中预算执行率一行",
    absent=Verdict.INSUFFICIENT_DATA,
    cites=(HOUSE["SCO-05"], EVALUATION),
    reading="得分＝执行率×分值，不超过分值。",
    fails="部门整体支出绩效自评表\n项目\t全年预算数\t全年执行数\t分值\t执行率\t得分\n年度资金总额\t100\t80\t10\t80%\t10",
    passes="部门整体支出绩效自评表\n项目\t全年预算数\t全年执行数\t分值\t执行率\t得分\n年度资金总额\t100\t80\t10\t80%\t8",
)
def EXECUTION_SCORE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """资金各行的执行率应等于执行数除以全年预算数；得分应等于执行率乘以分值，执行率超过100%的按100%计。"""
    for card in reading.scorecards:
        yield from _execution_rates(rule, card)
        row = card.execution
        if row is None:
            continue
        budget, executed = row.number("budget"), row.number("executed")
        weight, score = row.number("weight"), row.number("score")
        if not budget or executed is None or weight is None or score is None:
            continue
        exact = min(executed / budget, Decimal(1)) * weight
        places = max(0, -int(score.as_tuple().exponent))
        due = round_half_up(exact, places)
        working = f"min({executed}÷{budget}, 100%)×{weight} = {print_number(exact, max(places, 2))}"
        agrees = due == score
        yield rule.finding(
            Verdict.AGREES if agrees else Verdict.UNEXPLAINED,
            f"预算执行率得分写作{score}分，按执行率应为{due}分。" if not agrees else f"预算执行率得分{score}分。",
            severity=Severity.WARNING,
            spans=_cells(row, "score", "executed", "budget"),
            working=working,
            stated=score,
            computed=due,
            difference=score - due,
            unit="分",
        )


@check(
    "SCO-06",
    key="indicator-score",
    title="指标得分与完成情况",
    severity=Severity.WARNING,
    needs="评分表中有数值的指标行",
    absent=Verdict.INSUFFICIENT_DATA,
    cites=(HOUSE["SCO-06"], EVALUATION),
    reading="“≥”以实际÷目标、“≤”以目标÷实际计分，达到目标得满分；办法另有规定的从其规定。",
    spares=("定性指标", "单位对不上的", "只差尾数的"),
    fails="部门整体支出绩效自评表\n" + TABLE + "产出\t办结率\t≥95%\t90%\t100\t100\t",
    passes="部门整体支出绩效自评表\n" + TABLE + "产出\t办结率\t≥95%\t98%\t100\t100\t",
)
def INDICATOR_SCORE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """达到目标值的得满分，没有达到的不得满分；“≤”的指标越小越好，方向不能看反。"""
    for row in _rows(reading):
        ratio = achieved(row)
        score, weight = row.number("score"), row.number("weight")
        if ratio is None or score is None or weight is None or not weight:
            continue
        met = ratio >= 1
        spans = _cells(row, "score", "actual", "target")
        target, actual = row.get("target"), row.get("actual")
        shown = f"目标{target.text.strip() if target else ''}，完成{actual.text.strip() if actual else ''}，{score}/{weight}分"
        if met == (score == weight):
            yield rule.finding(Verdict.AGREES, f"“{row.name}”的得分与完成情况一致。", spans=spans, working=shown)
        elif met:
            yield rule.finding(
                Verdict.REMARK,
                f"“{row.name}”已达到目标，却没有得满分。",
                severity=Severity.INFO,
                spans=spans,
                working=shown,
            )
        else:
            yield rule.finding(
                Verdict.UNEXPLAINED,
                f"“{row.name}”没有达到目标，却得了满分。",
                spans=spans,
                working=shown,
                suggestion="核对完成值或得分。",
            )


def _execution_rates(rule: Check, card: ScoreCard) -> Iterator[Finding]:
    for row in card.funds:
        budget, executed, rate = row.number("budget"), row.number("executed"), row.get("rate")
        printed = rate.interval if rate is not None and "%" in rate.text else None
        if not budget or executed is None or rate is None or printed is None:
            continue
        exact = executed * HUNDRED / budget
        fits = printed.low <= exact <= printed.high
        yield rule.finding(
            Verdict.AGREES if fits else Verdict.CONTRADICTION,
            f"“{row.name}”的执行率{'相符' if fits else f'写作{rate.text.strip()}，应为{print_number(exact, 2)}%'}。",
            spans=_cells(row, "rate", "executed", "budget"),
            working=f"{executed} ÷ {budget} = {print_number(exact, 2)}%",
            stated=rate.number,
            computed=round_half_up(exact, 4),
            unit="%",
        )


def _rows(reading: Reading) -> Iterator[ScoreRow]:
    for card in reading.scorecards:
        yield from card.indicators


def achieved(row: ScoreRow) -> Decimal | None:
    """Return how far a row reached its target, one meaning reached, or None where it cannot be told."""
    target, actual = row.value("target"), row.value("actual")
    if target is None or actual is None or (target.unit and actual.unit and target.unit != actual.unit):
        return None
    if target.at_most:
        if actual.number <= target.number:
            return Decimal(1)
        return target.number / actual.number if actual.number else None
    if target.number == 0:
        return Decimal(1) if actual.number == 0 or target.at_least else ZERO
    if not target.at_least and actual.number != target.number:
        return min(actual.number, target.number) / max(actual.number, target.number)
    return actual.number / target.number


@check(
    "SCO-07",
    key="deviation-explained",
    title="扣分和偏差的说明",
    severity=Severity.WARNING,
    needs="评分表中的得分和偏差原因",
    absent=Verdict.INSUFFICIENT_DATA,
    cites=(HOUSE["SCO-07"], EVALUATION),
    reading="完成值超过目标值三成以上的，视为目标值可能偏低；三成是通行做法，未见原文。",
    fails="部门整体支出绩效自评表\n" + TABLE + "产出\t办结率\t≥95%\t90%\t100\t95\t",
    passes="部门整体支出绩效自评表\n" + TABLE + "产出\t办结率\t≥95%\t90%\t100\t95\t人手不足，已增派",
)
def DEVIATION(rule: Check, reading: Reading) -> Iterable[Finding]:
    """得分低于分值的应写明偏差原因和改进措施；得满分而又写了没有完成的原因，两者矛盾；完成值远超目标值的，目标可能偏低。"""
    limit = reading.locality.thresholds["over_achievement"]
    elsewhere = _explained_in_text(reading)
    for row in (row for card in reading.scorecards if card.itemised for row in card.indicators):
        score, weight = row.number("score"), row.number("weight")
        if score is None or weight is None:
            continue
        reason = row.get("reason")
        ratio = achieved(row)
        target = row.value("target")
        if score < weight and reason is None and not elsewhere and EXECUTION not in row.name:
            yield rule.finding(
                Verdict.MISSING,
                f"“{row.name}”扣了{weight - score}分，没有写原因。",
                spans=_cells(row, "score"),
                suggestion="补写偏差原因和改进措施。",
            )
        elif (
            score == weight
            and reason is not None
            and any(word in reason.text for word in ("未完成", "未达到", "没有完成", "不足"))
        ):
            yield rule.finding(
                Verdict.UNEXPLAINED,
                f"“{row.name}”得满分，又写“{reason.text.strip()}”。",
                spans=_cells(row, "score", "reason"),
            )
        elif ratio is not None and ratio > limit and target is not None and target.at_least:
            percent = print_number(ratio * HUNDRED, 1)
            yield rule.finding(
                Verdict.REMARK,
                f"“{row.name}”完成目标的{percent}%，目标值可能偏低。",
                severity=Severity.INFO,
                spans=_cells(row, "actual", "target"),
            )
        else:
            yield rule.finding(Verdict.AGREES, f"“{row.name}”的得分与说明一致。", spans=_cells(row, "score"))


def _explained_in_text(reading: Reading) -> bool:
    """Tell whether the text outside the tables says why points were lost."""
    return any(
        passage.kind != "table" and LOST_POINTS.search(passage.text)
        for passage in reading.passages
        if not any(card.span.start <= passage.start < card.span.end for card in reading.scorecards)
    )


@check(
    "SCO-08",
    key="evidence-for-rows",
    title="指标有佐证",
    severity=Severity.WARNING,
    needs="评分表",
    absent=Verdict.INSUFFICIENT_DATA,
    cites=(HOUSE["SCO-08"],),
    spares=("正文另附佐证清单的",),
    fails="部门整体支出绩效自评表\n三级指标\t年度指标值\t实际完成值\t分值\t得分\t佐证材料\n办结率\t≥95%\t98%\t100\t100\t",
    passes="部门整体支出绩效自评表\n三级指标\t年度指标值\t实际完成值\t分值\t得分\t佐证材料\n办结率\t≥95%\t98%\t100\t100\t信息系统统计表",
)
def EVIDENCE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """每项指标的完成值应有佐证；表中设有佐证一栏的不应空着，没有这一栏的应另附清单。"""
    elsewhere = any(mark.note == "evidence" for mark in reading.marked("topic"))
    for card in reading.scorecards:
        if not card.itemised:
            continue
        if card.evidence_column:
            bare = [row for row in card.indicators if row.get("evidence") is None]
            for row in bare:
                yield rule.finding(Verdict.MISSING, f"“{row.name}”没有写佐证。", spans=(row.span,))
            if not bare:
                yield rule.finding(Verdict.AGREES, f"{len(card.indicators)}项指标都写了佐证。", spans=(card.span,))
        elif not elsewhere:
            yield rule.finding(
                Verdict.REMARK,
                "评分表没有佐证一栏，正文也没有提到佐证材料。",
                severity=Severity.INFO,
                spans=(card.span,),
            )


@check(
    "SCO-09",
    key="no-mean-of-rates",
    title="比率不作简单平均，其中项不重复相加",
    severity=Severity.ERROR,
    needs="评分表中的资金各行",
    absent=Verdict.INSUFFICIENT_DATA,
    cites=(HOUSE["SCO-09"],),
    fails="部门整体支出绩效自评表\n项目\t全年预算数\t全年执行数\t分值\t执行率\n年度资金总额\t100\t60\t10\t70%\n基本支出\t20\t18\t\t90%\n项目支出\t80\t40\t\t50%",
    passes="部门整体支出绩效自评表\n项目\t全年预算数\t全年执行数\t分值\t执行率\n年度资金总额\t100\t60\t10\t60%\n基本支出\t20\t18\t\t90%\n项目支出\t80\t42\t\t52.5%",
)
def MEAN_OF_RATES(rule: Check, reading: Reading) -> Iterable[Finding]:
    """总的执行率用执行总数除以预算总数，不是各项执行率的平均数；“其中”项已含在上级项里，不能再加一次。"""
    for card in reading.scorecards:
        if len(card.funds) < 3:
            continue
        total, parts = card.funds[0], card.funds[1:]
        yield from _mean(rule, total, parts)
        if OF_WHICH.match(parts[0].name):
            yield from _funds_add(rule, total, parts)
        else:
            yield from _twice(rule, total, parts)


def _mean(rule: Check, total: ScoreRow, parts: list[ScoreRow]) -> Iterator[Finding]:
    budget, executed, rate = total.number("budget"), total.number("executed"), total.number("rate")
    rates = [found for row in parts if (found := row.number("rate")) is not None]
    if not budget or executed is None or rate is None or len(rates) < 2:
        return
    field = total.get("rate")
    printed = field.interval if field is not None else None
    due = executed * HUNDRED / budget
    mean = sum(rates, ZERO) / len(rates)
    if printed is None:
        return
    if due in printed:
        yield rule.finding(
            Verdict.AGREES,
            f"总执行率{rate}%等于总数之比。",
            spans=_cells(total, "rate"),
            working=f"{executed}÷{budget}",
        )
    elif mean in printed:
        yield rule.finding(
            Verdict.CONTRADICTION,
            f"总执行率{rate}%是各项执行率的平均数，应为{print_number(due, 2)}%。",
            spans=_cells(total, "rate"),
            working=f"{executed}÷{budget} = {print_number(due, 2)}%；平均 {print_number(mean, 2)}%",
        )


def _funds_add(rule: Check, total: ScoreRow, parts: list[ScoreRow]) -> Iterator[Finding]:
    """Judge the sources of money listed by 其中 right below their total."""
    for column in ("initial", "budget", "executed"):
        whole = total.number(column)
        values = [found for row in parts if (found := row.number(column)) is not None]
        if whole is None or len(values) < len(parts) or len(values) < LEAST_SOURCES:
            continue
        added = sum(values, ZERO)
        over = added > whole
        if added == whole or over:
            yield rule.finding(
                Verdict.CONTRADICTION if over else Verdict.AGREES,
                f"各项资金相加为{added}，总额写作{whole}。",
                spans=_cells(total, column),
                working=f"{' + '.join(map(str, values))} = {added}",
                stated=whole,
                computed=added,
                difference=whole - added,
            )
        else:
            yield rule.finding(
                Verdict.UNEXPLAINED,
                f"各项资金相加为{added}，比总额{whole}少{whole - added}，表中未列明。",
                severity=Severity.WARNING,
                spans=_cells(total, column),
                working=f"{' + '.join(map(str, values))} = {added}",
                stated=whole,
                computed=added,
                difference=whole - added,
            )


def _twice(rule: Check, total: ScoreRow, parts: list[ScoreRow]) -> Iterator[Finding]:
    for column in ("budget", "executed"):
        whole = total.number(column)
        uppers = [found for row in parts if not OF_WHICH.match(row.name) and (found := row.number(column)) is not None]
        inner = [found for row in parts if OF_WHICH.match(row.name) and (found := row.number(column)) is not None]
        if whole is None or not inner or not uppers:
            continue
        above, below = sum(uppers, ZERO), sum(inner, ZERO)
        if whole == above + below and whole != above:
            yield rule.finding(
                Verdict.CONTRADICTION,
                f"合计{whole}把“其中”项的{below}又加了一次，应为{above}。",
                spans=_cells(total, column),
                working=f"{above} + {below} = {whole}",
            )


@check(
    "IND-01",
    key="indicator-quantified",
    title="指标有数值",
    severity=Severity.WARNING,
    needs="写到的比率和评分表中的指标",
    cites=(HOUSE["IND-01"], INDICATORS),
    spares=("新闻、工作报告", "写出数值或前后两年对比的", "下一步打算"),
    fails="部门整体支出绩效自评报告\n一、主要成效\n及时受理率、按期答复率等指标大幅提升，群众反映良好。",
    passes="部门整体支出绩效自评报告\n一、主要成效\n及时受理率达到98.5%，大幅提升2.1个百分点。",
)
def QUANTIFIED(rule: Check, reading: Reading) -> Iterable[Finding]:
    """写到比率“大幅提升”“明显改善”的，应写出本年数和上年数；表中有目标值的指标应有完成值。"""
    if not reading.outline.is_self_evaluation:
        yield inapplicable(rule, reading, "绩效自评报告")
        return
    for mark in reading.marked("vague"):
        clause = clause_of(reading, mark)
        named = reading.marked_between("rate-name", clause.start, mark.start)
        quoted = any(s.family == "%" for s in reading.statements_between(clause.start, clause.end + 24))
        if not named or quoted or reading.outline.role_at(mark.start, ("measures",)):
            continue
        listed = "、".join(dict.fromkeys(name.text for name in named))
        yield rule.finding(
            Verdict.UNEXPLAINED,
            f"{listed}写作“{mark.text}”，没有数值、目标值和上年数。",
            spans=(Span(named[0].start, mark.end),),
            suggestion="写出本年数、上年数和目标值。",
        )
    for row in _rows(reading):
        if row.get("target") is not None and row.get("actual") is None and "actual" in row.fields:
            yield rule.finding(Verdict.MISSING, f"“{row.name}”有目标值，没有完成值。", spans=_cells(row, "target"))


@check(
    "IND-02",
    key="indicator-coverage",
    title="产出、效益、满意度指标",
    severity=Severity.WARNING,
    needs="评分表或指标体系",
    absent=Verdict.INSUFFICIENT_DATA,
    cites=(HOUSE["IND-02"], EVALUATION),
    spares=("没有服务对象的项目不设满意度指标",),
    fails="部门整体支出绩效自评表\n" + TABLE + "产出指标\t办结率\t≥95%\t98%\t100\t100\t",
    passes="部门整体支出绩效自评表\n"
    + TABLE
    + "产出指标\t办结率\t≥95%\t98%\t60\t60\t\n效益指标\t化解率\t≥80%\t85%\t30\t30\t\n满意度指标\t满意度\t≥90%\t92%\t10\t10\t",
)
def COVERAGE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """指标体系应有产出、效益、满意度三类；成本指标越低越好，不用“≥”。"""
    for card in reading.scorecards:
        if not card.itemised:
            continue
        words = " ".join(found.text for row in card.indicators for found in row.fields.values())
        absent = [name for name in ("产出", "效益", "满意") if name not in words]
        if absent:
            yield rule.finding(Verdict.MISSING, f"评分表没有{'、'.join(absent)}类指标。", spans=(card.span,))
        else:
            yield rule.finding(Verdict.AGREES, "产出、效益、满意度三类指标齐全。", spans=(card.span,))
        for row in card.indicators:
            target, second = row.value("target"), row.get("second")
            if target is not None and target.at_least and second is not None and "成本" in second.text:
                yield rule.finding(
                    Verdict.UNEXPLAINED, f"成本指标“{row.name}”用了“{target.operator}”。", spans=_cells(row, "target")
                )


@check(
    "IND-03",
    key="indicator-value-legal",
    title="指标值的写法",
    severity=Severity.WARNING,
    needs="评分表中的指标值",
    absent=Verdict.INSUFFICIENT_DATA,
    cites=(HOUSE["IND-03"], INDICATORS),
    spares=("增长类、完成率类指标可以超过100%", "定性指标"),
    fails="部门整体支出绩效自评表\n" + TABLE + "产出\t群众满意率\t≥120%\t98%\t100\t100\t",
    passes="部门整体支出绩效自评表\n" + TABLE + "产出\t群众满意率\t≥95%\t98%\t100\t100\t",
)
def VALUE_LEGAL(rule: Check, reading: Reading) -> Iterable[Finding]:
    """比率的目标值不超过100%（增长类除外）；目标值与完成值用同一单位；有运算符就应有数值。"""
    for row in _rows(reading):
        target, actual, worded = row.value("target"), row.value("actual"), row.get("target")
        growth = any(word in row.name for word in GROWTH_WORDS)
        if target is not None and target.unit == "%" and target.number > HUNDRED and not growth and not target.at_most:
            yield rule.finding(Verdict.UNEXPLAINED, f"“{row.name}”的目标值超过100%。", spans=_cells(row, "target"))
        elif target is not None and actual is not None and target.unit and actual.unit and target.unit != actual.unit:
            yield rule.finding(
                Verdict.UNEXPLAINED,
                f"“{row.name}”的目标值用“{target.unit}”，完成值用“{actual.unit}”。",
                spans=_cells(row, "target", "actual"),
            )
        elif target is None and worded is not None and worded.text.strip()[0] in "≥≤＞＜><" and worded.number is None:
            yield rule.finding(
                Verdict.UNEXPLAINED, f"“{row.name}”的目标值有运算符而没有数值。", spans=_cells(row, "target")
            )
        elif target is not None:
            yield rule.finding(Verdict.AGREES, f"“{row.name}”的目标值写法合规。", spans=_cells(row, "target"))


@check(
    "IND-04",
    key="attributable-result",
    title="成绩归属",
    severity=Severity.INFO,
    needs="写到的工作成绩",
    cites=(HOUSE["IND-04"],),
    spares=("新闻、工作报告", "写明由本单位牵头的"),
    fails="部门整体支出绩效自评报告\n一、主要成效\n出台地方性法规《某市平安建设条例》，治理成效明显。",
    passes="部门整体支出绩效自评报告\n一、主要成效\n我局牵头制定《某市信访工作方案》，治理成效明显。",
)
def ATTRIBUTABLE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """写进绩效报告的成绩应当是本单位用本部门的钱做成的；立法机关、其他部门、下级单位的成绩应写明本单位做了什么。"""
    if not reading.outline.is_self_evaluation:
        return
    for mark in reading.marked("other-body"):
        clause = clause_of(reading, mark)
        words = reading.text[clause.start : mark.start]
        if "我局" in words or "牵头" in words or "本单位" in words:
            continue
        yield rule.finding(
            Verdict.REMARK,
            f"“{reading.text[clause.start : clause.end][:30]}”{mark.note}，应写明本单位在其中的作用。",
            spans=(Span(clause.start, max(mark.end, clause.start)),),
        )


@check(
    "OBJ-01",
    key="objective-has-result",
    title="目标有结果",
    severity=Severity.WARNING,
    needs="年度总体目标和完成情况",
    absent=Verdict.INSUFFICIENT_DATA,
    cites=(HOUSE["OBJ-01"], EVALUATION),
    fails="部门整体支出绩效自评表\n项目\t预期目标\t实际完成情况\n目标一\t按期办结率达到95%\t",
    passes="部门整体支出绩效自评表\n项目\t预期目标\t实际完成情况\n目标一\t按期办结率达到95%\t按期办结率98%",
)
def OBJECTIVE_RESULT(rule: Check, reading: Reading) -> Iterable[Finding]:
    """每一条预期目标都应写出实际完成情况。"""
    for card in reading.scorecards:
        for row in card.objectives:
            if row.get("expected") is None:
                continue
            if row.get("achieved") is None:
                yield rule.finding(Verdict.MISSING, "有预期目标，没有写实际完成情况。", spans=_cells(row, "expected"))
            else:
                yield rule.finding(Verdict.AGREES, "预期目标写有实际完成情况。", spans=_cells(row, "expected"))
