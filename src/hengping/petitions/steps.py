"""Every step the Regulation allows on a petition, in the order a matter meets them.

Overlays, which leave the state as it is, follow the main line. The articles are those of 信访工作条例 (2022).
"""

from __future__ import annotations

from datetime import date

from hengping.law import Catalogue, source
from hengping.petitions import guards
from hengping.petitions.model import Channel, Choice, Kind, Role, State, Step

PETITIONS = source("petitions-2022")
MEDIATION = source("mediation-law")
HOUSE = source("house-rules")
SIMPLE = source("simplified-handling")
EVALUATION = source("petition-evaluation-2022")
SHANDONG = source("shandong-petitions")
SINCE = date(2022, 5, 1)

OFFICE = frozenset({Role.PETITION_OFFICE})
UNIT = frozenset({Role.HANDLING_BODY})
CITIZEN = frozenset({Role.PETITIONER})
CLERKS = frozenset({Role.PETITION_OFFICE, Role.HANDLING_BODY})
ANYBODY_FILES = frozenset({Role.PETITIONER, Role.PETITION_OFFICE, Role.HANDLING_BODY})

OPEN = frozenset(state for state in State if state.is_open)
KNOWN = frozenset(State) - {State.NEW, State.FILED, State.FILED_DIRECT}
WITH_THE_OFFICE = frozenset({State.REGISTERED, State.SORTED, State.SUBMITTED})
IN_HAND = frozenset({State.ACCEPTED, State.HANDLING, State.REDOING, State.PERFORMING})
CLAIMS = frozenset({Kind.CLAIM})
TRANSFERABLE = frozenset({Kind.CLAIM, Kind.SUGGESTION})

CHANNELS = Choice("信访形式", tuple(channel.value for channel in Channel))
KINDS = Choice("类别", tuple(kind.value for kind in Kind))
RATINGS = Choice("评价", ("满意", "基本满意", "不满意"))
ACCUSED = (guards.ACCUSED,)

# --- 提出、登记、分类 ------------------------------------------------------------------------------------------

FILE = Step(
    key="file",
    title="提出信访事项",
    cites=(PETITIONS["第十七条"], PETITIONS["第十九条第一款"]),
    since=SINCE,
    reading="收到之日为信访部门期限的起点；口头提出的应当如实记录。多人走访只记人数。",
    start=frozenset({State.NEW}),
    end=State.FILED,
    by=ANYBODY_FILES,
    needs=("信访形式",),
    optional=("人数", "代表人数"),
    choices=(CHANNELS,),
    proven=True,
    guards=(guards.representatives,),
)

FILE_DIRECT = Step(
    key="file-direct",
    title="直接向有关机关、单位提出信访事项",
    cites=(PETITIONS["第十七条"], PETITIONS["第二十三条第一款"]),
    since=SINCE,
    start=frozenset({State.NEW}),
    end=State.FILED_DIRECT,
    by=ANYBODY_FILES,
    needs=("信访形式",),
    optional=("人数", "代表人数"),
    choices=(CHANNELS,),
    proven=True,
    guards=(guards.representatives,),
)

REGISTER = Step(
    key="register",
    title="登记",
    cites=(PETITIONS["第二十一条"], PETITIONS["第二十二条第一款"]),
    since=SINCE,
    reading="条例只写“及时”录入，未定日数；当面提出当面登记的，登记日即收到之日。",
    start=frozenset({State.NEW, State.FILED}),
    end=State.REGISTERED,
    by=OFFICE,
    optional=("信访形式", "人数", "姓名住址不清"),
    choices=(CHANNELS, Choice("姓名住址不清", ("是", "否"))),
)

REGISTER_DIRECT = Step(
    key="register-direct",
    title="有关机关、单位登记",
    cites=(PETITIONS["第二十三条第一款"],),
    since=SINCE,
    start=frozenset({State.FILED_DIRECT}),
    end=State.RECEIVED_DIRECT,
    by=UNIT,
    needs=("类别",),
    optional=("姓名住址不清", *ACCUSED),
    choices=(KINDS, Choice("姓名住址不清", ("是", "否"))),
)

SORT_CLAIM = Step(
    key="sort-claim",
    title="甄别为申诉求决类",
    cites=(PETITIONS["第二十二条第一款"], PETITIONS["第三十一条"]),
    since=SINCE,
    start=frozenset({State.REGISTERED, State.SORTED}),
    end=State.SORTED,
    by=OFFICE,
    optional=ACCUSED,
)

SORT_SUGGESTION = Step(
    key="sort-suggestion",
    title="甄别为建议意见类",
    cites=(PETITIONS["第二十二条第一款"], PETITIONS["第二十九条"]),
    since=SINCE,
    start=frozenset({State.REGISTERED, State.SORTED}),
    end=State.SORTED,
    by=OFFICE,
    optional=ACCUSED,
)

SORT_ACCUSATION = Step(
    key="sort-accusation",
    title="甄别为检举控告类",
    cites=(PETITIONS["第二十二条第二款"], PETITIONS["第三十条"]),
    since=SINCE,
    start=frozenset({State.REGISTERED, State.SORTED}),
    end=State.SORTED,
    by=OFFICE,
    needs=ACCUSED,
)

SORT_LITIGATION = Step(
    key="sort-litigation",
    title="甄别为涉法涉诉",
    cites=(PETITIONS["第二十二条第二款"], PETITIONS["第二十八条第二款"]),
    since=SINCE,
    start=frozenset({State.REGISTERED, State.SORTED}),
    end=State.SORTED,
    by=OFFICE,
    optional=ACCUSED,
)

# --- 转送、交办、报请、移送 -------------------------------------------------------------------------------------

SUBMIT = Step(
    key="submit",
    title="报请本级党委和政府决定",
    cites=(PETITIONS["第二十二条第一款第一项"],),
    since=SINCE,
    start=frozenset({State.SORTED}),
    end=State.SUBMITTED,
    by=OFFICE,
    needs=("建议",),
    kinds=TRANSFERABLE,
)

FORWARD = Step(
    key="forward",
    title="转送",
    cites=(PETITIONS["第二十二条第一款第一项"], PETITIONS["第二十二条第一款第二项"]),
    since=SINCE,
    start=frozenset({State.SORTED, State.SUBMITTED, State.RETURNED}),
    end=State.TRANSFERRED,
    by=OFFICE,
    needs=(guards.DESTINATION,),
    kinds=TRANSFERABLE,
    guards=(guards.no_ping_pong,),
)

ASSIGN = Step(
    key="assign",
    title="交办",
    cites=(PETITIONS["第二十二条第一款第三项"],),
    since=SINCE,
    reading="交办要求在指定期限内反馈办理结果并提交办结报告，与转送的效力不同。",
    start=frozenset({State.SORTED, State.SUBMITTED, State.RETURNED}),
    end=State.TRANSFERRED,
    by=OFFICE,
    needs=(guards.DESTINATION, "反馈期限"),
    kinds=TRANSFERABLE,
    guards=(guards.no_ping_pong, guards.names_a_day("反馈期限", PETITIONS["第二十二条第一款第三项"])),
)

PASS_DOWN = Step(
    key="pass-down",
    title="转送、交办下级机关并告知去向",
    cites=(PETITIONS["第二十三条第一款"],),
    since=SINCE,
    start=frozenset({State.RECEIVED_DIRECT}),
    end=State.TRANSFERRED,
    by=UNIT,
    needs=(guards.DESTINATION, "告知文号"),
    kinds=TRANSFERABLE,
)

REDIRECT = Step(
    key="redirect",
    title="告知向有权处理的机关、单位提出",
    cites=(PETITIONS["第二十三条第一款"],),
    since=SINCE,
    start=frozenset({State.RECEIVED_DIRECT}),
    end=State.REDIRECTED,
    by=UNIT,
    needs=("告知文号",),
)

TRANSFER_LITIGATION = Step(
    key="transfer-litigation",
    title="转送同级政法部门",
    cites=(PETITIONS["第二十二条第二款"],),
    since=SINCE,
    start=frozenset({State.SORTED, State.RECEIVED_DIRECT}),
    end=State.HANDED_OVER,
    by=CLERKS,
    needs=(guards.DESTINATION,),
    kinds=frozenset({Kind.LITIGATION}),
)

GUIDE_LITIGATION = Step(
    key="guide-litigation",
    title="释法明理，引导向政法部门反映",
    cites=(PETITIONS["第二十二条第二款"], PETITIONS["第二十条第二款"]),
    since=SINCE,
    start=frozenset({State.SORTED, State.RECEIVED_DIRECT}),
    end=State.HANDED_OVER,
    by=CLERKS,
    kinds=frozenset({Kind.LITIGATION}),
)

TRANSFER_ACCUSATION = Step(
    key="transfer-accusation",
    title="按照管理权限转送纪检监察机关",
    cites=(PETITIONS["第二十二条第二款"], PETITIONS["第三十条第一款"]),
    since=SINCE,
    reading="密封转送；不得透露或者转给被检举、揭发的人员或者单位。此后的告知按照有关规定（第二十三条第四款）。",
    start=frozenset({State.SORTED, State.RECEIVED_DIRECT}),
    end=State.HANDED_OVER,
    by=CLERKS,
    needs=(guards.DESTINATION, "管理权限", "密封编号"),
    kinds=frozenset({Kind.ACCUSATION}),
)

DECLINE = Step(
    key="decline",
    title="不予受理",
    cites=(PETITIONS["第十九条第三款"],),
    since=SINCE,
    reading="只约束上级机关、单位，只限已经受理或者正在办理、在规定期限之内的同一事项。",
    start=WITH_THE_OFFICE,
    end=State.DECLINED,
    by=frozenset({Role.PETITION_OFFICE, Role.SUPERIOR}),
    needs=("理由代码", "在先事项", "告知文号"),
    choices=(Choice("理由代码", ("19-3",)),),
)

DECLINE_FINAL = Step(
    key="decline-final",
    title="不再受理",
    cites=(PETITIONS["第三十六条第三款"],),
    since=SINCE,
    reading="以已作出复核意见为前提；复查期内未申请而办结的，条文未禁止再次提出。“同一事实和理由”由人比对并写明。",
    start=WITH_THE_OFFICE | {State.RECEIVED, State.RECEIVED_DIRECT},
    end=State.DECLINED,
    by=CLERKS | {Role.SUPERIOR},
    needs=("理由代码", "在先事项", "复核意见文号", "比对意见", "告知文号"),
    choices=(Choice("理由代码", ("36-3",)),),
)

# --- 责任单位签收、异议、争议、受理 -----------------------------------------------------------------------------

RECEIVE = Step(
    key="receive",
    title="责任单位签收",
    cites=(PETITIONS["第二十三条第三款"],),
    since=SINCE,
    reading="签收之日为责任单位两个期限（告知十五日、异议五个工作日）的起点。",
    start=frozenset({State.TRANSFERRED}),
    end=State.RECEIVED,
    by=UNIT,
)

OBJECT = Step(
    key="object",
    title="提出异议",
    cites=(PETITIONS["第二十三条第三款"],),
    since=SINCE,
    reading="逾期提出异议的后果，条例未写；照常记载并标明逾期。",
    start=frozenset({State.RECEIVED}),
    end=State.OBJECTED,
    by=UNIT,
    needs=("异议理由",),
    guards=(guards.not_decided_already,),
)

UPHOLD_OBJECTION = Step(
    key="uphold-objection",
    title="核实同意异议，交还材料",
    cites=(PETITIONS["第二十三条第三款"],),
    since=SINCE,
    start=frozenset({State.OBJECTED}),
    end=State.RETURNED,
    by=frozenset({Role.PETITION_OFFICE, Role.SUPERIOR}),
    needs=("核实意见",),
)

OVERRULE_OBJECTION = Step(
    key="overrule-objection",
    title="核实不同意异议",
    cites=(PETITIONS["第二十三条第三款"],),
    since=SINCE,
    reading="告知期限仍自责任单位收到之日起算，异议不中断期限。",
    start=frozenset({State.OBJECTED}),
    end=State.RECEIVED,
    by=frozenset({Role.PETITION_OFFICE, Role.SUPERIOR}),
    needs=("核实意见",),
)

REFER_DISPUTE = Step(
    key="refer-dispute",
    title="受理争议提请决定",
    cites=(PETITIONS["第二十四条"],),
    since=SINCE,
    start=frozenset({State.SORTED, State.RETURNED, State.RECEIVED, State.OBJECTED}),
    end=State.DISPUTED,
    by=CLERKS,
    needs=("争议各方",),
    kinds=TRANSFERABLE,
)

DECIDE_COMPETENCE = Step(
    key="decide-competence",
    title="决定受理机关、单位",
    cites=(PETITIONS["第二十四条"],),
    since=SINCE,
    reading="先协商，再由共同的上一级机关决定；没有共同上一级的，由共同的联席会议协调。",
    start=frozenset({State.DISPUTED}),
    end=State.TRANSFERRED,
    by=frozenset({Role.SUPERIOR, Role.JOINT_CONFERENCE, Role.COMMITTEE}),
    needs=(guards.DESTINATION,),
    kinds=TRANSFERABLE,
)

ACCEPT = Step(
    key="accept",
    title="书面告知受理",
    cites=(PETITIONS["第二十三条第二款"], PETITIONS["第二十三条第三款"]),
    since=SINCE,
    reading="“受理”以书面告知为准；另一读法自责任单位收到之日起算，两者并列显示。",
    start=frozenset({State.RECEIVED, State.RECEIVED_DIRECT}),
    end=State.ACCEPTED,
    by=UNIT,
    optional=("告知文号",),
    kinds=TRANSFERABLE,
    guards=(guards.notice_is_written,),
)

# --- 第三十一条的六个分支 --------------------------------------------------------------------------------------

ROUTE_LITIGATION = Step(
    key="route-litigation",
    title="分支一：按照法律法规规定的程序处理（涉法涉诉）",
    cites=(PETITIONS["第三十一条第一项"],),
    since=SINCE,
    start=frozenset({State.ACCEPTED}),
    end=State.DIVERTED,
    by=UNIT,
    needs=("分支理由",),
    kinds=CLAIMS,
    branch=1,
)

ROUTE_ARBITRATION = Step(
    key="route-arbitration",
    title="分支二：导入仲裁",
    cites=(PETITIONS["第三十一条第二项"],),
    since=SINCE,
    start=frozenset({State.ACCEPTED}),
    end=State.DIVERTED,
    by=UNIT,
    needs=("分支理由",),
    kinds=CLAIMS,
    branch=2,
)

ROUTE_PARTY_APPEAL = Step(
    key="route-party-appeal",
    title="分支三：导入党员申诉、申请复审",
    cites=(PETITIONS["第三十一条第三项"],),
    since=SINCE,
    start=frozenset({State.ACCEPTED}),
    end=State.DIVERTED,
    by=UNIT,
    needs=("分支理由",),
    kinds=CLAIMS,
    branch=3,
)

ROUTE_ADMINISTRATIVE = Step(
    key="route-administrative",
    title="分支四：导入行政复议、裁决、确认、许可、处罚等程序",
    cites=(PETITIONS["第三十一条第四项"],),
    since=SINCE,
    start=frozenset({State.ACCEPTED}),
    end=State.DIVERTED,
    by=UNIT,
    needs=("分支理由",),
    kinds=CLAIMS,
    branch=4,
)

ROUTE_DUTY = Step(
    key="route-duty",
    title="分支五：依法履行查处、保护的职责或者答复",
    cites=(PETITIONS["第三十一条第五项"],),
    since=SINCE,
    start=frozenset({State.ACCEPTED}),
    end=State.PERFORMING,
    by=UNIT,
    needs=("分支理由",),
    kinds=CLAIMS,
    branch=5,
)

ROUTE_PETITION = Step(
    key="route-petition",
    title="分支六：按照信访程序办理",
    cites=(PETITIONS["第三十一条第六项"],),
    since=SINCE,
    reading="只有第六项适用第三十四条的六十日与延长三十日。",
    start=frozenset({State.ACCEPTED}),
    end=State.HANDLING,
    by=UNIT,
    needs=("分支理由",),
    kinds=CLAIMS,
    branch=6,
)

REPORT_DIVERSION = Step(
    key="report-diversion",
    title="告知导入结果并办结",
    cites=(PETITIONS["第三十一条"],),
    since=SINCE,
    reading="第一至第四项不适用六十日；何时办结从其他程序的规定。",
    start=frozenset({State.DIVERTED}),
    end=State.CLOSED,
    by=UNIT,
    needs=("告知文号",),
)

PERFORM = Step(
    key="perform",
    title="依法履行职责或者答复",
    cites=(PETITIONS["第三十一条第五项"],),
    since=SINCE,
    start=frozenset({State.PERFORMING}),
    end=State.CLOSED,
    by=UNIT,
    needs=("文书文号",),
)

# --- 办理、延期、答复、送达 -------------------------------------------------------------------------------------

EXTEND = Step(
    key="extend",
    title="延长办理期限",
    cites=(PETITIONS["第三十四条"],),
    since=SINCE,
    reading="延长合计不超过三十日；须由本机关、单位负责人批准并告知延期理由。届满之后批准的，不产生延长。",
    start=frozenset({State.HANDLING}),
    end=State.HANDLING,
    by=UNIT,
    needs=("延期日数", "批准人职务", "延期理由", "告知文号"),
    guards=(guards.extension_within_cap,),
)

ANSWER = Step(
    key="answer",
    title="出具信访处理意见书",
    cites=(PETITIONS["第三十一条第六项"], PETITIONS["第三十二条"]),
    since=SINCE,
    reading="救济途径与期限不在第三十二条所列要素之内：未写的提示，写错的拒绝（第三十五条）。",
    start=frozenset({State.HANDLING, State.REDOING}),
    end=State.ANSWERED,
    by=UNIT,
    needs=("意见书文号", "投诉请求", "事实和理由", "处理意见", "法律依据", "结论"),
    optional=("救济途径", "救济期限", "与原意见的不同"),
    choices=(Choice("结论", ("予以支持", "解释说明", "不予支持")),),
    guards=(guards.hearing_is_over, guards.opinion_remedy, guards.not_the_same_again),
)

SERVE = Step(
    key="serve",
    title="送达处理意见书",
    cites=(PETITIONS["第三十五条"],),
    since=SINCE,
    reading="信访人的三十日自收到书面答复之日起算，以送达凭证为准。",
    start=frozenset({State.ANSWERED}),
    end=State.REVIEW_OPEN,
    by=UNIT,
    needs=("送达凭证",),
    proven=True,
)

# --- 复查、复核 ------------------------------------------------------------------------------------------------

REQUEST_REVIEW = Step(
    key="request-review",
    title="申请复查",
    cites=(PETITIONS["第三十五条"],),
    since=SINCE,
    reading="收到申请之日即复查期限的起点。逾期申请的后果条例未写，是否有正当理由由复查机关认定。",
    start=frozenset({State.REVIEW_OPEN, State.LAPSED}),
    end=State.REVIEWING,
    by=CITIZEN,
    proven=True,
)

LAPSE_REVIEW = Step(
    key="lapse-review",
    title="期满未申请复查，办结",
    cites=(PETITIONS["第三十五条"],),
    since=SINCE,
    start=frozenset({State.REVIEW_OPEN}),
    end=State.LAPSED,
    by=CLERKS,
    guards=(guards.remedy_has_lapsed,),
)

REVIEW_UPHOLD = Step(
    key="review-uphold",
    title="复查意见：维持",
    cites=(PETITIONS["第三十五条"],),
    since=SINCE,
    start=frozenset({State.REVIEWING}),
    end=State.REVIEWED,
    by=frozenset({Role.REVIEW_BODY}),
    needs=("复查意见文号",),
    optional=("救济途径", "救济期限"),
    guards=(guards.hearing_is_over, guards.one_level_up, guards.opinion_remedy),
)

REVIEW_CHANGE = Step(
    key="review-change",
    title="复查意见：变更",
    cites=(PETITIONS["第三十五条"], SHANDONG["第四十五条"]),
    since=SINCE,
    start=frozenset({State.REVIEWING}),
    end=State.REVIEWED,
    by=frozenset({Role.REVIEW_BODY}),
    needs=("复查意见文号", "变更内容"),
    optional=("救济途径", "救济期限"),
    guards=(guards.hearing_is_over, guards.one_level_up, guards.opinion_remedy),
)

REVIEW_REVOKE = Step(
    key="review-revoke",
    title="复查意见：撤销，责令重新办理",
    cites=(PETITIONS["第三十五条"], SHANDONG["第四十五条"]),
    since=SINCE,
    reading="重办期限由复查机关指定；重办不得以同一事实作出相同意见（地方规定）。",
    start=frozenset({State.REVIEWING}),
    end=State.REDOING,
    by=frozenset({Role.REVIEW_BODY}),
    needs=("复查意见文号", "重办期限"),
    guards=(
        guards.hearing_is_over,
        guards.one_level_up,
        guards.names_a_day("重办期限", SHANDONG["第四十五条"]),
    ),
)

SERVE_REVIEW = Step(
    key="serve-review",
    title="送达复查意见",
    cites=(PETITIONS["第三十六条第一款"],),
    since=SINCE,
    start=frozenset({State.REVIEWED}),
    end=State.RE_REVIEW_OPEN,
    by=frozenset({Role.REVIEW_BODY}),
    needs=("送达凭证",),
    proven=True,
)

REQUEST_RE_REVIEW = Step(
    key="request-re-review",
    title="申请复核",
    cites=(PETITIONS["第三十六条第一款"],),
    since=SINCE,
    start=frozenset({State.RE_REVIEW_OPEN, State.RE_REVIEW_LAPSED}),
    end=State.RE_REVIEWING,
    by=CITIZEN,
    proven=True,
)

LAPSE_RE_REVIEW = Step(
    key="lapse-re-review",
    title="期满未申请复核，办结",
    cites=(PETITIONS["第三十六条第一款"],),
    since=SINCE,
    start=frozenset({State.RE_REVIEW_OPEN}),
    end=State.RE_REVIEW_LAPSED,
    by=CLERKS | {Role.REVIEW_BODY},
    guards=(guards.remedy_has_lapsed,),
)

RE_REVIEW_OPINION = Step(
    key="re-review-opinion",
    title="出具复核意见，终结",
    cites=(PETITIONS["第三十六条第一款"], PETITIONS["第三十六条第三款"]),
    since=SINCE,
    reading="复核意见之后条例没有下一个救济途径；写明“可以起诉”等途径的，拒绝出具。",
    start=frozenset({State.RE_REVIEWING}),
    end=State.CONCLUDED,
    by=frozenset({Role.RE_REVIEW_BODY}),
    needs=("复核意见文号", "结论"),
    optional=("救济途径", "救济期限"),
    choices=(Choice("结论", ("维持", "撤销", "变更")),),
    guards=(guards.hearing_is_over, guards.one_level_up, guards.opinion_remedy),
)

# --- 建议意见、调解、撤回 ---------------------------------------------------------------------------------------

STUDY = Step(
    key="study",
    title="研究论证",
    cites=(PETITIONS["第二十九条第一款"],),
    since=SINCE,
    start=frozenset({State.ACCEPTED}),
    end=State.STUDYING,
    by=UNIT,
    kinds=frozenset({Kind.SUGGESTION}),
)

ADOPT = Step(
    key="adopt",
    title="采纳或者部分采纳",
    cites=(PETITIONS["第二十九条第一款"],),
    since=SINCE,
    start=frozenset({State.STUDYING}),
    end=State.ADOPTED,
    by=UNIT,
    needs=("程度",),
    choices=(Choice("程度", ("采纳", "部分采纳")),),
)

NOT_ADOPT = Step(
    key="not-adopt",
    title="不采纳",
    cites=(PETITIONS["第二十九条第一款"],),
    since=SINCE,
    reading="条文只要求对采纳、部分采纳的予以回复，未定日数。",
    start=frozenset({State.STUDYING}),
    end=State.NOT_ADOPTED,
    by=UNIT,
    needs=("理由",),
)

REPLY_SUGGESTION = Step(
    key="reply-suggestion",
    title="回复建议",
    cites=(PETITIONS["第二十九条第一款"],),
    since=SINCE,
    start=frozenset({State.ADOPTED, State.NOT_ADOPTED}),
    end=State.CLOSED,
    by=UNIT,
    needs=("回复文号",),
)

SETTLE = Step(
    key="settle",
    title="达成调解、和解协议",
    cites=(PETITIONS["第三十三条"], MEDIATION["第二十八条"]),
    since=SINCE,
    start=IN_HAND,
    end=State.SETTLED,
    by=UNIT | {Role.MEDIATION_BODY},
    needs=("协议书编号",),
    guards=(guards.mediation_is_open, guards.hearing_is_over),
)

WITHDRAW = Step(
    key="withdraw",
    title="信访人撤回",
    cites=(HOUSE["撤回"],),
    since=SINCE,
    reading="条例未规定撤回。只作记载，未届满的期限随之停止；不影响再次提出。",
    start=OPEN | {State.REVIEWING, State.RE_REVIEWING},
    end=State.WITHDRAWN,
    by=CITIZEN,
    needs=("撤回凭证",),
)

# --- 并行环节：不改变状态 ---------------------------------------------------------------------------------------

REPORT_URGENT = Step(
    key="report-urgent",
    title="重大、紧急信访事项报告",
    cites=(PETITIONS["第二十五条"],),
    since=SINCE,
    reading="条例要求及时报告，未定时限；不得隐瞒、谎报、缓报。",
    start=KNOWN,
    end=None,
    by=CLERKS,
    needs=("报告对象",),
)

NOTIFY_PERSONNEL = Step(
    key="notify-personnel",
    title="向组织（人事）部门通报",
    cites=(PETITIONS["第三十条第二款"],),
    since=SINCE,
    start=frozenset({State.SORTED, State.HANDED_OVER}),
    end=None,
    by=OFFICE,
    needs=("通报对象",),
    kinds=frozenset({Kind.ACCUSATION}),
)

RECUSE = Step(
    key="recuse",
    title="回避",
    cites=(PETITIONS["第二十八条第三款"],),
    since=SINCE,
    start=KNOWN,
    end=None,
    by=CLERKS | {Role.REVIEW_BODY, Role.RE_REVIEW_BODY},
    needs=(guards.POST, "回避理由"),
)

SIMPLIFY = Step(
    key="simplify",
    title="适用简易办理",
    cites=(SIMPLE.whole,),
    since=SINCE,
    reading="限于初次、事实清楚、责任明确、争议不大的事项；范围与日数待核实。",
    start=frozenset({State.RECEIVED, State.RECEIVED_DIRECT, State.ACCEPTED}),
    end=None,
    by=UNIT,
    needs=("适用理由",),
    kinds=CLAIMS,
    guards=(guards.simple_enough,),
)

CONTACT = Step(
    key="contact",
    title="办理联系",
    cites=(source("petition-statistics-practice")["初次信访办理联系率"],),
    since=SINCE,
    reading="只记载联系过，不记载联系方式。",
    start=OPEN,
    end=None,
    by=CLERKS,
)

OPEN_HEARING = Step(
    key="open-hearing",
    title="听证开始",
    cites=(PETITIONS["第三十一条第六项"], PETITIONS["第三十六条第二款"]),
    since=SINCE,
    reading="听证时间只在复核中扣除；办理与复查中不扣除。",
    start=frozenset({State.HANDLING, State.REDOING, State.REVIEWING, State.RE_REVIEWING}),
    end=None,
    by=UNIT | {Role.REVIEW_BODY, Role.RE_REVIEW_BODY},
    guards=(guards.hearing_opens,),
)

CLOSE_HEARING = Step(
    key="close-hearing",
    title="听证结束",
    cites=(PETITIONS["第三十一条第六项"], PETITIONS["第三十六条第二款"]),
    since=SINCE,
    start=frozenset({State.HANDLING, State.REDOING, State.REVIEWING, State.RE_REVIEWING}),
    end=None,
    by=UNIT | {Role.REVIEW_BODY, Role.RE_REVIEW_BODY},
    guards=(guards.hearing_closes,),
)

PUBLICISE = Step(
    key="publicise",
    title="公示经听证的复核意见",
    cites=(PETITIONS["第三十六条第二款"],),
    since=SINCE,
    start=frozenset({State.CONCLUDED}),
    end=None,
    by=frozenset({Role.RE_REVIEW_BODY}),
    guards=(guards.was_heard,),
)

MEDIATE = Step(
    key="mediate",
    title="双方同意调解",
    cites=(PETITIONS["第三十三条"], MEDIATION["第三条"]),
    since=SINCE,
    start=IN_HAND,
    end=None,
    by=UNIT | {Role.MEDIATION_BODY},
    needs=("同意凭证",),
    guards=(guards.both_consent,),
)

STOP_MEDIATION = Step(
    key="stop-mediation",
    title="终止调解",
    cites=(MEDIATION["第十七条"],),
    since=SINCE,
    reading="当事人可以随时拒绝或者终止调解；调解不中止办理期限。",
    start=IN_HAND,
    end=None,
    by=UNIT | {Role.MEDIATION_BODY, Role.PETITIONER},
    guards=(guards.mediation_is_open,),
)

CONFIRM_AGREEMENT = Step(
    key="confirm-agreement",
    title="共同申请司法确认",
    cites=(MEDIATION["第三十三条"],),
    since=SINCE,
    start=frozenset({State.SETTLED}),
    end=None,
    by=frozenset({Role.MEDIATION_BODY, Role.PETITIONER}),
    proven=True,
)

ACCEPT_REVIEW = Step(
    key="accept-review",
    title="决定受理复查申请",
    cites=(SHANDONG["第四十三条"],),
    since=SINCE,
    start=frozenset({State.REVIEWING}),
    end=None,
    by=frozenset({Role.REVIEW_BODY}),
)

DECLINE_REVIEW = Step(
    key="decline-review",
    title="不予受理逾期的复查申请",
    cites=(SHANDONG["第四十六条第二款"],),
    since=SINCE,
    reading="条例未写逾期申请的后果；地方规定无正当理由逾期的不再受理。",
    start=frozenset({State.REVIEWING}),
    end=State.LAPSED,
    by=frozenset({Role.REVIEW_BODY}),
    needs=("理由", "告知文号"),
    guards=(guards.hearing_is_over, guards.review_was_late),
)

REPORT_RESULT = Step(
    key="report-result",
    title="反馈交办结果、提交办结报告",
    cites=(PETITIONS["第二十二条第一款第三项"],),
    since=SINCE,
    start=KNOWN,
    end=None,
    by=UNIT,
    needs=("报告文号",),
    guards=(guards.was_assigned,),
)

SUPERVISE = Step(
    key="supervise",
    title="督办",
    cites=(PETITIONS["第四十条第一款"],),
    since=SINCE,
    reading="条例要求及时督办，未定日数；改正期限由督办函写明。",
    start=KNOWN,
    end=None,
    by=OFFICE,
    needs=("督办情形", "改正期限"),
    choices=(Choice("督办情形", ("违规受理办理", "推诿", "敷衍", "拖延", "弄虚作假", "拒不执行处理意见")),),
    guards=(guards.names_a_day("改正期限", PETITIONS["第四十条第一款"]),),
)

REPORT_CORRECTION = Step(
    key="report-correction",
    title="反馈改正情况",
    cites=(PETITIONS["第四十条第一款"],),
    since=SINCE,
    start=KNOWN,
    end=None,
    by=UNIT,
    needs=("报告文号",),
    guards=(guards.was_supervised,),
)

ADVISE_IMPROVEMENT = Step(
    key="advise-improvement",
    title="提出改进工作的建议",
    cites=(PETITIONS["第四十条第一款"],),
    since=SINCE,
    start=KNOWN,
    end=None,
    by=OFFICE,
    needs=("建议文号",),
)

ADVISE_POLICY = Step(
    key="advise-policy",
    title="提出完善政策的建议",
    cites=(PETITIONS["第四十条第二款"],),
    since=SINCE,
    start=KNOWN,
    end=None,
    by=OFFICE,
    needs=("建议文号",),
)

ADVISE_ACCOUNTABILITY = Step(
    key="advise-accountability",
    title="提出追究责任的建议",
    cites=(PETITIONS["第四十条第三款"],),
    since=SINCE,
    start=KNOWN,
    end=None,
    by=OFFICE,
    needs=("建议文号",),
)

ANSWER_ADVICE = Step(
    key="answer-advice",
    title="书面反馈建议采纳情况",
    cites=(PETITIONS["第四十条第四款"],),
    since=SINCE,
    start=KNOWN,
    end=None,
    by=UNIT | {Role.SUPERIOR, Role.COMMITTEE},
    needs=("反馈文号", "采纳情况"),
    choices=(Choice("采纳情况", ("采纳", "部分采纳", "不采纳")),),
    guards=(guards.was_advised,),
)

CONFERENCE_ITEM = Step(
    key="conference-item",
    title="列入联席会议议题",
    cites=(PETITIONS["第十一条"], PETITIONS["第十二条"], PETITIONS["第二十四条"]),
    since=SINCE,
    start=KNOWN,
    end=None,
    by=OFFICE | {Role.JOINT_CONFERENCE},
    needs=("议题编号",),
)

CONFERENCE_MEASURE = Step(
    key="conference-measure",
    title="联席会议通报、约谈、挂牌督办",
    cites=(PETITIONS["第三十九条第三款"],),
    since=SINCE,
    start=KNOWN,
    end=None,
    by=frozenset({Role.JOINT_CONFERENCE}),
    needs=("措施",),
    choices=(Choice("措施", ("通报", "约谈", "挂牌督办")),),
)

ASSIGN_LEADER = Step(
    key="assign-leader",
    title="领导干部包案",
    cites=(PETITIONS["第十八条第二款"],),
    since=SINCE,
    start=KNOWN,
    end=None,
    by=OFFICE | {Role.HANDLING_BODY, Role.COMMITTEE},
    needs=("包案职务",),
)

LEADER_RECEPTION = Step(
    key="leader-reception",
    title="领导干部接访、下访",
    cites=(PETITIONS["第十八条第二款"],),
    since=SINCE,
    start=KNOWN,
    end=None,
    by=OFFICE | {Role.HANDLING_BODY, Role.COMMITTEE},
)

NOTE_REPEAT = Step(
    key="note-repeat",
    title="确认后件为重复信访",
    cites=(HOUSE["重复信访"],),
    since=SINCE,
    reading="由人比对确认，记在事项上，不记在人上；关联而不合并，两件都留痕。",
    start=KNOWN,
    end=None,
    by=CLERKS,
    needs=("后件编号", "比对意见"),
)

LINK_EARLIER = Step(
    key="link-earlier",
    title="确认本件为重复信访",
    cites=(HOUSE["重复信访"],),
    since=SINCE,
    reading="由人比对确认；关联而不合并，两件都留痕。",
    start=KNOWN,
    end=None,
    by=CLERKS,
    needs=("在先事项", "比对意见"),
)

REWARD = Step(
    key="reward",
    title="奖励建议",
    cites=(PETITIONS["第二十九条第二款"],),
    since=SINCE,
    start=frozenset({State.ADOPTED, State.CLOSED}),
    end=None,
    by=CLERKS | {Role.COMMITTEE},
    kinds=frozenset({Kind.SUGGESTION}),
)

HARDSHIP_AID = Step(
    key="hardship-aid",
    title="告知救助渠道、给予帮扶",
    cites=(PETITIONS["第三十七条第二款"],),
    since=SINCE,
    start=KNOWN,
    end=None,
    by=CLERKS,
)

GUIDE_AND_HELP = Step(
    key="guide-and-help",
    title="终结后的疏导帮扶",
    cites=(PETITIONS["第三十七条第三款"],),
    since=SINCE,
    reading="疏导帮扶不是重新受理。",
    start=frozenset({State.CONCLUDED}),
    end=None,
    by=CLERKS | {Role.COMMITTEE},
)

EVALUATE_OFFICE = Step(
    key="evaluate-office",
    title="评价信访部门",
    cites=(PETITIONS["第二十一条第二款"], EVALUATION.whole),
    since=SINCE,
    reading="两个对象分别评价；未评价的不计为满意。",
    start=KNOWN,
    end=None,
    by=CITIZEN,
    needs=("评价",),
    choices=(RATINGS,),
    guards=(guards.evaluation_is_open,),
)

EVALUATE_UNIT = Step(
    key="evaluate-unit",
    title="评价责任单位",
    cites=(PETITIONS["第二十一条第二款"], EVALUATION.whole),
    since=SINCE,
    reading="两个对象分别评价；未评价的不计为满意。",
    start=KNOWN,
    end=None,
    by=CITIZEN,
    needs=("评价",),
    choices=(RATINGS,),
    guards=(guards.evaluation_is_open,),
)

STEPS: Catalogue[Step] = Catalogue(value for value in tuple(globals().values()) if isinstance(value, Step))
"""Every step above, in that order."""
