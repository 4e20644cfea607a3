"""Indicators measured on petitions.

Each names its cohort in ``reading`` and its two columns of ``PetitionFacts``; where practice differs from the statute
both are defined, under different keys, so that nobody compares one with the other unawares. All share one population
of rows and half-open periods.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hengping.figures import Figure, percentage, round_half_up
from hengping.law import source
from hengping.performance.model import Direction, Indicator, Ratio, Total
from hengping.petitions.columns import PetitionFacts
from hengping.petitions.parameters import NATIONAL, parameter

PETITIONS = source("petitions-2022")
PRACTICE = source("petition-statistics-practice")
SINCE = date(2022, 5, 1)

LEVEL, TIMELINESS, QUALITY, VOLUME = "信访办理", "时效", "质量", "数量"

OFFICE_TIMELINESS = Indicator(
    key="timely-acceptance",
    title="及时受理率（信访部门）",
    cites=(
        PETITIONS["第二十二条第一款"],
        PRACTICE.whole,
    ),
    since=SINCE,
    reading="法定口径：自收到起算，届满日逢休息日顺延。届满日在期内的一批；含逾期未办，不含尚未届满；不计入的件次按不予受理、姓名住址不清、涉法涉诉分别列数。",
    measure=Ratio(met="office_act_on_time", of="office_act_due"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=TIMELINESS,
    formula="十五日内转送、交办等的初次信访÷期限届满的初次信访×100%",
)

OFFICE_TIMELINESS_AS_COUNTED = Indicator(
    key="timely-acceptance-as-counted",
    title="及时受理率（信访部门，不顺延）",
    cites=(
        PETITIONS["第二十二条第一款"],
        PRACTICE.whole,
    ),
    since=SINCE,
    reading="自收到起算十五日，不顺延。届满日在期内的一批；含逾期未办，不含尚未届满；不计入的件次按不予受理、姓名住址不清、涉法涉诉分别列数。",
    measure=Ratio(met="office_act_on_time_as_counted", of="office_act_due_as_counted"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=TIMELINESS,
    formula="同及时受理率（信访部门），届满日不顺延",
)

OFFICE_TIMELINESS_AS_PRACTISED = Indicator(
    key="timely-acceptance-as-practised",
    title="及时受理率（信访部门，系统口径）",
    cites=(PRACTICE.whole,),
    since=SINCE,
    reading="公开的省级统计程序的口径：自登记起算，不顺延，只计初次信访。",
    measure=Ratio(met="office_act_on_time_as_practised", of="office_act_due_as_practised"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=TIMELINESS,
    formula="登记日加十五日之内办理的÷登记日加十五日落在期内的×100%",
)

UNIT_TIMELINESS = Indicator(
    key="timely-notice",
    title="及时告知率（责任单位）",
    cites=(
        PETITIONS["第二十三条第三款"],
        PRACTICE.whole,
    ),
    since=SINCE,
    reading="法定口径：自责任单位收到起算，届满日逢休息日顺延。届满日在期内的一批；含逾期未告知；姓名住址不清、涉法涉诉不计入并列数。",
    measure=Ratio(met="noticed_on_time", of="notice_due"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=TIMELINESS,
    formula="收到后十五日内书面告知的÷期限届满的×100%",
)

UNIT_TIMELINESS_AS_COUNTED = Indicator(
    key="timely-notice-as-counted",
    title="及时告知率（责任单位，不顺延）",
    cites=(
        PETITIONS["第二十三条第三款"],
        PRACTICE.whole,
    ),
    since=SINCE,
    reading="自责任单位收到起算十五日，不顺延。",
    measure=Ratio(met="noticed_on_time_as_counted", of="notice_due_as_counted"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=TIMELINESS,
    formula="同及时告知率（责任单位），届满日不顺延",
)

UNIT_TIMELINESS_AS_PRACTISED = Indicator(
    key="timely-notice-as-practised",
    title="责任单位及时受理率（系统口径）",
    cites=(PRACTICE.whole,),
    since=SINCE,
    reading="系统口径不是条例的期限：条例自责任单位收到起十五日，系统自登记起三十日。",
    measure=Ratio(met="noticed_on_time_as_practised", of="notice_due_as_practised"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=TIMELINESS,
    formula="登记日加三十日之内受理的÷登记日加三十日落在期内的×100%",
)

OBJECTION_TIMELINESS = Indicator(
    key="timely-objection",
    title="异议及时率",
    cites=(PETITIONS["第二十三条第三款"],),
    since=SINCE,
    reading="按异议提出日归期。",
    measure=Ratio(met="objections_on_time", of="objections"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=TIMELINESS,
    formula="五个工作日内提出的异议÷全部异议×100%",
)

REPLY_TIMELINESS = Indicator(
    key="timely-reply",
    title="按期答复率",
    cites=(
        PETITIONS["第三十四条"],
        PRACTICE.whole,
    ),
    since=SINCE,
    reading="法定口径：自受理起六十日，合法延长的计延长后的届满日，逢休息日顺延。含逾期未答复；第一至第五项另列；未选定分支的申诉求决事项暂计入。",
    measure=Ratio(met="replied_on_time", of="reply_due"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=TIMELINESS,
    formula="当期法定届满日前答复的÷届满日在期内的第三十一条第六项事项×100%",
)

REPLY_TIMELINESS_AS_COUNTED = Indicator(
    key="timely-reply-as-counted",
    title="按期答复率（不顺延）",
    cites=(
        PETITIONS["第三十四条"],
        PRACTICE.whole,
    ),
    since=SINCE,
    reading="自受理起六十日及延长，不顺延。",
    measure=Ratio(met="replied_on_time_as_counted", of="reply_due_as_counted"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=TIMELINESS,
    formula="同按期答复率，届满日不顺延",
)

REPLY_TIMELINESS_FROM_RECEIPT = Indicator(
    key="timely-reply-from-receipt",
    title="按期答复率（自收到起算）",
    cites=(PETITIONS["第三十四条"],),
    since=SINCE,
    reading="另一读法：“受理”自责任单位收到之日起，单位不因迟告知而多得时间。",
    measure=Ratio(met="replied_on_time_from_receipt", of="reply_due_from_receipt"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=TIMELINESS,
    formula="同按期答复率，六十日自责任单位收到起算",
)

REPLY_TIMELINESS_AS_PRACTISED = Indicator(
    key="timely-reply-as-practised",
    title="按期答复率（系统口径）",
    cites=(PRACTICE.whole,),
    since=SINCE,
    reading="公开的省级统计程序的口径：只计初次信访，不顺延，分母含尚未到期的。",
    measure=Ratio(met="replied_on_time_as_practised", of="reply_due_as_practised"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=TIMELINESS,
    formula="按期答复÷（按期＋逾期＋未到期未答复＋逾期未答复）×100%",
)

REPLY_ACHIEVABLE = Indicator(
    key="achievable-reply",
    title="按期答复率可达上限",
    cites=(PRACTICE.whole,),
    since=SINCE,
    reading="尚未届满的全部按期时能达到的最高值，用于判断是否还来得及。",
    measure=Ratio(met="reply_achievable", of="reply_due_with_open"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=TIMELINESS,
    formula="（按期＋尚未届满）÷（届满＋尚未届满）×100%",
)

REVIEW_TIMELINESS = Indicator(
    key="timely-review",
    title="复查按期率",
    cites=(PETITIONS["第三十五条"],),
    since=SINCE,
    reading="自收到复查申请起三十日，逢休息日顺延；听证时间不扣除。",
    measure=Ratio(met="reviewed_on_time", of="review_due"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=TIMELINESS,
    formula="三十日内作出的复查意见÷期限届满的×100%",
)

RE_REVIEW_TIMELINESS = Indicator(
    key="timely-re-review",
    title="复核按期率",
    cites=(
        PETITIONS["第三十六条第一款"],
        PETITIONS["第三十六条第二款"],
    ),
    since=SINCE,
    reading="自收到复核申请起三十日，扣除听证时间，逢休息日顺延。",
    measure=Ratio(met="re_reviewed_on_time", of="re_review_due"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=TIMELINESS,
    formula="三十日内作出的复核意见÷期限届满的×100%",
)

FEEDBACK_TIMELINESS = Indicator(
    key="timely-feedback",
    title="交办反馈按期率",
    cites=(PETITIONS["第二十二条第一款第三项"],),
    since=SINCE,
    reading="期限由交办文书指定；指定日逢休息日类推顺延。",
    measure=Ratio(met="feedback_on_time", of="feedback_due"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=TIMELINESS,
    formula="指定期限内反馈的÷指定期限届满的×100%",
)

CORRECTION_TIMELINESS = Indicator(
    key="timely-correction",
    title="督办改正按期率",
    cites=(PETITIONS["第四十条第一款"],),
    since=SINCE,
    reading="期限由督办函写明。",
    measure=Ratio(met="corrections_on_time", of="corrections_due"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=TIMELINESS,
    formula="改正期限内反馈的÷改正期限届满的×100%",
)

RESOLUTION = Indicator(
    key="first-time-resolution",
    title="一次性化解率",
    cites=(PRACTICE.whole.unsure(),),
    since=SINCE,
    reading="官方公式未见。本定义：初次信访办结后，观察期（参数，暂九十日）内没有经人工确认的重复；观察期未满的、正在复查复核的不计入并列数。",
    measure=Ratio(met="initial_resolved", of="initial_closed"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=QUALITY,
    formula="办结后观察期内没有重复信访的初次信访÷办结且观察期已满的初次信访×100%",
)

RESOLUTION_AT_FIRST_DISPATCH = Indicator(
    key="first-dispatch-resolution",
    title="一次性化解率（首派办结口径）",
    cites=(PRACTICE.whole.unsure(),),
    since=SINCE,
    reading="另一种用法，见于热线类系统：首次派单即办结÷全部受理；与上一定义不可比。",
    measure=Ratio(met="accepted_settled_first", of="accepted"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=QUALITY,
    formula="首次转交即办结的÷受理的×100%",
)

TRANSFER_ACCURACY = Indicator(
    key="transfer-accuracy",
    title="一次精准转交率",
    cites=(PRACTICE.whole.unsure(),),
    since=SINCE,
    reading="按首次转送、交办日归期；公式取自通行做法，待核实。",
    measure=Ratio(met="transferred_unreturned", of="transferred"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=QUALITY,
    formula="首次转送、交办后未被异议退回的÷首次转送、交办的×100%",
)

REPEAT_RATE = Indicator(
    key="repeat-rate",
    title="重复信访率",
    cites=(PRACTICE.whole,),
    since=SINCE,
    reading="按登记日归期；只计经人工确认的重复。",
    measure=Ratio(met="repeat_registrations", of="registrations"),
    better=Direction.LOWER,
    level1=LEVEL,
    level2=QUALITY,
    formula="重复信访件次÷总件次×100%",
)

REPEAT_RATE_BY_PERSONS = Indicator(
    key="repeat-rate-by-persons",
    title="重复信访率（人次）",
    cites=(PRACTICE.whole,),
    since=SINCE,
    reading="人次为各件人数之和，不识别是谁。",
    measure=Ratio(met="repeat_persons", of="persons_registered"),
    better=Direction.LOWER,
    level1=LEVEL,
    level2=QUALITY,
    formula="重复信访人次÷总人次×100%",
)

INITIAL_SHARE = Indicator(
    key="initial-share",
    title="初次信访占比",
    cites=(PRACTICE.whole,),
    since=SINCE,
    reading="按登记日归期；与重复信访率并列，两者的逻辑相反。",
    measure=Ratio(met="initial_registrations", of="registrations"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=QUALITY,
    formula="初次信访件次÷总件次×100%",
)

CONTACT_RATE = Indicator(
    key="contact-rate",
    title="初次信访办理联系率",
    cites=(PRACTICE.whole,),
    since=SINCE,
    reading="只记有无联系。",
    measure=Ratio(met="initial_replies_contacted", of="initial_replies"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=QUALITY,
    formula="答复前有办理联系记录的初次信访÷已答复的初次信访×100%",
)

ONLINE_SHARE = Indicator(
    key="online-share",
    title="网信占比",
    cites=(PRACTICE.whole,),
    since=SINCE,
    reading="按登记日归期。",
    measure=Ratio(met="online_registrations", of="registrations"),
    better=Direction.HIGHER,
    level1=LEVEL,
    level2=VOLUME,
    formula="网上信访件次÷总件次×100%",
)

DIVERSION_SHARE = Indicator(
    key="diversion-share",
    title="导入其他法定途径占比",
    cites=(PETITIONS["第三十一条"],),
    since=SINCE,
    reading="只作描述，没有好坏；按选定分支之日归期。",
    measure=Ratio(met="diverted", of="routed"),
    better=Direction.EXACT,
    level1=LEVEL,
    level2=VOLUME,
    formula="选定第一至第五项的÷选定分支的×100%",
)

EXTENSION_SHARE = Indicator(
    key="extension-share",
    title="延期占比",
    cites=(PETITIONS["第三十四条"],),
    since=SINCE,
    reading="按延长后的届满日归期。",
    measure=Ratio(met="extended", of="reply_due_with_open"),
    better=Direction.LOWER,
    level1=LEVEL,
    level2=VOLUME,
    formula="延长办理期限的÷届满日在期内的×100%",
)

DECLINE_SHARE = Indicator(
    key="decline-share",
    title="不予受理占比",
    cites=(
        PETITIONS["第十九条第三款"],
        PETITIONS["第三十六条第三款"],
    ),
    since=SINCE,
    reading="按事件日归期；及时率上升而本项同时上升的，应当查看。",
    measure=Ratio(met="declined", of="registrations"),
    better=Direction.LOWER,
    level1=LEVEL,
    level2=VOLUME,
    formula="不予受理、不再受理件次÷登记件次×100%",
)

REGISTRATIONS = Indicator(
    key="petition-registrations",
    title="信访件次",
    cites=(PRACTICE.whole,),
    since=SINCE,
    reading="每登记一次计一件。",
    measure=Total(column="registrations", unit="件"),
    better=Direction.EXACT,
    level1=LEVEL,
    level2=VOLUME,
    formula="登记件次合计",
)

PERSONS = Indicator(
    key="petition-persons",
    title="信访人次",
    cites=(PRACTICE.whole,),
    since=SINCE,
    reading="同一人两日来访计两人次；不识别是谁。",
    measure=Total(column="persons_registered", unit="人次"),
    better=Direction.EXACT,
    level1=LEVEL,
    level2=VOLUME,
    formula="各件人数合计",
)

VISITS = Indicator(
    key="petition-visits",
    title="走访批次",
    cites=(PRACTICE.whole,),
    since=SINCE,
    reading="一次来访一批。",
    measure=Total(column="visit_registrations", unit="批"),
    better=Direction.EXACT,
    level1=LEVEL,
    level2=VOLUME,
    formula="走访登记合计",
)

GROUP_VISITS = Indicator(
    key="group-visits",
    title="集体访批次",
    cites=(PRACTICE.whole,),
    since=SINCE,
    reading="起算人数为参数。",
    measure=Total(column="group_visits", unit="批"),
    better=Direction.LOWER,
    level1=LEVEL,
    level2=VOLUME,
    formula="五人以上走访合计",
)

REPLIES = Indicator(
    key="petition-replies",
    title="出具处理意见件次",
    cites=(PETITIONS["第三十一条第六项"],),
    since=SINCE,
    reading="按出具日归期，重新办理的不重复计。",
    measure=Total(column="replies", unit="件"),
    better=Direction.EXACT,
    level1=LEVEL,
    level2=VOLUME,
    formula="出具信访处理意见书合计",
)

BACKLOG = Indicator(
    key="petition-backlog",
    title="未办结件次",
    cites=(PRACTICE.whole,),
    since=SINCE,
    reading="以截至日的状态为准。",
    measure=Total(column="backlog", unit="件"),
    better=Direction.LOWER,
    level1=LEVEL,
    level2=VOLUME,
    formula="截至日尚未办结合计",
)

SUPERVISIONS = Indicator(
    key="petition-supervisions",
    title="督办次数",
    cites=(PETITIONS["第四十条第一款"],),
    since=SINCE,
    reading="按督办日归期。",
    measure=Total(column="supervisions", unit="次"),
    better=Direction.EXACT,
    level1=LEVEL,
    level2=VOLUME,
    formula="督办合计",
)

IMPROVEMENT_ADVICE = Indicator(
    key="improvement-advice",
    title="改进工作的建议件数",
    cites=(
        PETITIONS["第四十条第一款"],
        PETITIONS["第四十一条"],
    ),
    since=SINCE,
    reading="年度报告的法定内容之一。",
    measure=Total(column="improvement_advice", unit="件"),
    better=Direction.EXACT,
    level1=LEVEL,
    level2=VOLUME,
    formula="提出改进工作的建议合计",
)

POLICY_ADVICE = Indicator(
    key="policy-advice",
    title="完善政策的建议件数",
    cites=(
        PETITIONS["第四十条第二款"],
        PETITIONS["第四十一条"],
    ),
    since=SINCE,
    reading="年度报告的法定内容之一。",
    measure=Total(column="policy_advice", unit="件"),
    better=Direction.EXACT,
    level1=LEVEL,
    level2=VOLUME,
    formula="提出完善政策的建议合计",
)

ACCOUNTABILITY_ADVICE = Indicator(
    key="accountability-advice",
    title="追究责任的建议件数",
    cites=(
        PETITIONS["第四十条第三款"],
        PETITIONS["第四十一条"],
    ),
    since=SINCE,
    reading="年度报告的法定内容之一。",
    measure=Total(column="accountability_advice", unit="件"),
    better=Direction.EXACT,
    level1=LEVEL,
    level2=VOLUME,
    formula="提出追究责任的建议合计",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """How long things took or have waited, in days: how many, mean to one decimal, median, ninetieth percentile."""

    count: int
    mean: Decimal
    median: int
    ninetieth: int


def durations(days: Iterable[int]) -> Durations | None:
    """Summarise days by nearest rank, so that every figure shown but the mean is one that occurred; None for none."""
    ordered = sorted(days)
    if not ordered:
        return None
    return Durations(
        count=len(ordered),
        mean=round_half_up(Decimal(sum(ordered)) / len(ordered), 1),
        median=_rank(ordered, 50),
        ninetieth=_rank(ordered, 90),
    )


def _rank(ordered: Sequence[int], percent: int) -> int:
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def handling_durations(rows: Iterable[PetitionFacts]) -> Durations | None:
    """Summarise the days from acceptance to the opinion, of the opinions given in the period."""
    return durations(row.handling_days for row in rows if row.replies)


def backlog_durations(rows: Iterable[PetitionFacts]) -> Durations | None:
    """Summarise how long the open matters have waited on the as-of day."""
    return durations(row.backlog_days for row in rows if row.backlog)


def change_on_year(this: int, last: int, authority: str = NATIONAL) -> Figure | None:
    """Return the change on the same period of last year; None where that period is too small to be a base."""
    if last < parameter("small-cell", authority).value:
        return None
    return percentage(Decimal(this - last), Decimal(last))


def shown_outside(count: int, authority: str = NATIONAL) -> int | None:
    """Return a count as it may be published, None where it is so small that it could point at somebody."""
    return None if 0 < count < parameter("small-cell", authority).value else count
