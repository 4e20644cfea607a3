"""Every statutory clock on a petition. Only a clock knows the steps that start, stop and pause it.

Where the text says “及时” or nothing, the clock has no number and none is invented.
"""

from __future__ import annotations

from datetime import date

from hengping.dates import Counting
from hengping.law import Catalogue, source
from hengping.petitions import steps
from hengping.petitions.model import Alternative, Clock, Extension, Kind, Pause, Role

PETITIONS = source("petitions-2022")
CIVIL_CODE = source("civil-code")
SINCE = date(2022, 5, 1)

SILENT_ON_ROLLING = (
    "条例未写期间开始之日是否计入、届满日逢休息日是否顺延；类推民法典第二百零一条、第二百零三条，两种口径并列。"
)

ROUTED_AWAY = frozenset(
    {
        steps.ROUTE_LITIGATION,
        steps.ROUTE_ARBITRATION,
        steps.ROUTE_PARTY_APPEAL,
        steps.ROUTE_ADMINISTRATIVE,
        steps.ROUTE_DUTY,
    }
)
OFFICE_ACTS = frozenset(
    {
        steps.SUBMIT,
        steps.FORWARD,
        steps.ASSIGN,
        steps.TRANSFER_LITIGATION,
        steps.GUIDE_LITIGATION,
        steps.TRANSFER_ACCUSATION,
        steps.DECLINE,
        steps.DECLINE_FINAL,
    }
)
REVIEW_OPINIONS = frozenset({steps.REVIEW_UPHOLD, steps.REVIEW_CHANGE, steps.REVIEW_REVOKE})
GIVEN_UP = frozenset({steps.WITHDRAW})

REGISTRATION = Clock(
    key="registration",
    title="登记期限",
    cites=(PETITIONS["第二十一条第二款"], PETITIONS["第二十二条第一款"], PETITIONS["第二十三条第一款"]),
    since=SINCE,
    reading="条例只写“及时”，不设日数；只显示自收到起已过几日。",
    starts=(steps.FILE, steps.FILE_DIRECT),
    stops=frozenset({steps.REGISTER, steps.REGISTER_DIRECT}),
    ends=GIVEN_UP,
    bearer=Role.PETITION_OFFICE,
)

TRANSFER = Clock(
    key="transfer",
    title="转送、交办期限",
    cites=(PETITIONS["第二十二条第一款"],),
    since=SINCE,
    reading="自信访部门收到之日起算；涉法涉诉、检举控告的转送（第二款）未写日数，推及十五日。" + SILENT_ON_ROLLING,
    days=15,
    starts=(steps.FILE, steps.REGISTER),
    stops=OFFICE_ACTS,
    ends=GIVEN_UP | {steps.REFER_DISPUTE},
    once=True,
    alternatives=(
        Alternative(
            key="second-paragraph",
            reading="第二十二条第二款未写日数，十五日只适用于第一款。",
            unnumbered=True,
            kinds=frozenset({Kind.LITIGATION, Kind.ACCUSATION}),
        ),
    ),
    bearer=Role.PETITION_OFFICE,
)

URGENT = Clock(
    key="urgent",
    title="重大紧急事项报告期限",
    cites=(PETITIONS["第二十五条"],),
    since=SINCE,
    reading="条例只写“及时”，不设日数。报请本级党委和政府决定之日起显示。",
    starts=(steps.SUBMIT,),
    stops=frozenset({steps.REPORT_URGENT}),
    ends=frozenset({steps.FORWARD, steps.ASSIGN}) | GIVEN_UP,
    bearer=Role.PETITION_OFFICE,
)

NOTICE = Clock(
    key="notice",
    title="责任单位书面告知期限",
    cites=(PETITIONS["第二十三条第三款"],),
    since=SINCE,
    reading="自责任单位收到之日起算，异议不中断；第三款没有姓名、住址不清的例外。" + SILENT_ON_ROLLING,
    days=15,
    starts=(steps.RECEIVE,),
    stops=frozenset({steps.ACCEPT}),
    ends=frozenset({steps.UPHOLD_OBJECTION, steps.REFER_DISPUTE, steps.DECLINE_FINAL}) | GIVEN_UP,
    kinds=frozenset({Kind.CLAIM, Kind.SUGGESTION}),
)

NOTICE_DIRECT = Clock(
    key="notice-direct",
    title="直接提出事项的书面告知期限",
    cites=(PETITIONS["第二十三条第二款"],),
    since=SINCE,
    reading="能够当场告知的应当当场；姓名（名称）、住址不清的除外，这一例外只在本款。" + SILENT_ON_ROLLING,
    days=15,
    starts=(steps.FILE_DIRECT,),
    stops=frozenset({steps.ACCEPT, steps.PASS_DOWN, steps.REDIRECT}),
    ends=frozenset({steps.DECLINE_FINAL, steps.TRANSFER_LITIGATION, steps.TRANSFER_ACCUSATION, steps.GUIDE_LITIGATION})
    | GIVEN_UP,
    exempt_unclear=True,
)

OBJECTION = Clock(
    key="objection",
    title="提出异议期限",
    cites=(PETITIONS["第二十三条第三款"],),
    since=SINCE,
    reading="条例中唯一以工作日计的期限；调休上班日计入。逾期异议的后果条例未写。",
    days=5,
    counting=Counting.WORKING,
    starts=(steps.RECEIVE,),
    stops=frozenset({steps.OBJECT}),
    ends=frozenset({steps.ACCEPT, steps.REFER_DISPUTE, steps.DECLINE_FINAL}) | GIVEN_UP,
    right=True,
)

OBJECTION_CHECK = Clock(
    key="objection-check",
    title="核实异议期限",
    cites=(PETITIONS["第二十三条第三款"],),
    since=SINCE,
    reading="条例未写核实异议的日数，地方另有规定的从其规定。",
    starts=(steps.OBJECT,),
    stops=frozenset({steps.UPHOLD_OBJECTION, steps.OVERRULE_OBJECTION}),
    ends=frozenset({steps.REFER_DISPUTE}) | GIVEN_UP,
    bearer=Role.PETITION_OFFICE,
)

COMPETENCE = Clock(
    key="competence",
    title="决定受理机关期限",
    cites=(PETITIONS["第二十四条"],),
    since=SINCE,
    reading="条例未写日数。",
    starts=(steps.REFER_DISPUTE,),
    stops=frozenset({steps.DECIDE_COMPETENCE}),
    ends=GIVEN_UP,
    bearer=Role.SUPERIOR,
)

FEEDBACK = Clock(
    key="feedback",
    title="交办反馈期限",
    cites=(PETITIONS["第二十二条第一款第三项"],),
    since=SINCE,
    reading="期限由交办文书指定，届满日以指定之日为准；指定日逢休息日的类推顺延。",
    term="反馈期限",
    starts=(steps.ASSIGN,),
    stops=frozenset({steps.REPORT_RESULT}),
    ends=frozenset({steps.UPHOLD_OBJECTION}) | GIVEN_UP,
)

HANDLING = Clock(
    key="handling",
    title="办理期限",
    cites=(PETITIONS["第三十四条"], PETITIONS["第三十一条第六项"]),
    since=SINCE,
    reading="只适用于第三十一条第六项；未选定分支时暂按受理日显示。延长后的届满日自受理起连续计算，只顺延一次。"
    "办理中的听证时间不扣除。" + SILENT_ON_ROLLING,
    days=60,
    starts=(steps.ACCEPT,),
    stops=frozenset({steps.ANSWER}),
    ends=frozenset({steps.SETTLE}) | GIVEN_UP,
    voids=ROUTED_AWAY | {steps.STUDY},
    kinds=frozenset({Kind.CLAIM}),
    extension=Extension(step=steps.EXTEND, days=30, detail="延期日数", times="extension-times"),
    alternatives=(
        Alternative(
            key="from-receipt",
            reading="“受理”自责任单位收到之日起算：单位不得因迟告知或者不告知而多得时间。",
            starts=(steps.RECEIVE, steps.FILE_DIRECT),
        ),
        Alternative(
            key="extension-from-rolled-day",
            reading="延长的期限自顺延后的第六十日届满日起算。",
            from_rolled=True,
        ),
    ),
)

SIMPLE_HANDLING = Clock(
    key="simple-handling",
    title="简易办理答复期限",
    cites=(source("simplified-handling").whole,),
    since=SINCE,
    reading="受理之日起十个工作日，取自转述，待核实；不影响六十日的法定期限。",
    days=10,
    counting=Counting.WORKING,
    starts=(steps.ACCEPT,),
    stops=frozenset({steps.ANSWER}),
    ends=frozenset({steps.SETTLE}) | GIVEN_UP,
    voids=ROUTED_AWAY,
    only_simplified=True,
)

SIMPLE_ACCEPTANCE = Clock(
    key="simple-acceptance",
    title="简易办理决定受理期限",
    cites=(source("simplified-handling").whole,),
    since=SINCE,
    reading="收到之日起三个工作日，待核实；不影响十五日的法定期限。",
    days=3,
    counting=Counting.WORKING,
    starts=(steps.RECEIVE,),
    stops=frozenset({steps.ACCEPT}),
    ends=frozenset({steps.UPHOLD_OBJECTION, steps.REFER_DISPUTE, steps.DECLINE_FINAL}) | GIVEN_UP,
    only_simplified=True,
)

DUTY = Clock(
    key="duty",
    title="履行职责期限",
    cites=(
        PETITIONS["第三十一条第五项"],
        source("administrative-litigation-law")["第四十七条"],
        source("classified-handling-rules").whole,
    ),
    since=SINCE,
    reading="第五项未写日数；专门法律有规定的从其规定，没有规定的按通行读法为两个月，自收到申请（选定分支）起。",
    months=2,
    starts=(steps.ROUTE_DUTY,),
    stops=frozenset({steps.PERFORM}),
    ends=frozenset({steps.SETTLE}) | GIVEN_UP,
    alternatives=(Alternative(key="sector-law", reading="从专门法律的期限，本条不另设日数。", unnumbered=True),),
)

REVIEW_REQUEST = Clock(
    key="review-request",
    title="申请复查期限",
    cites=(PETITIONS["第三十五条"],),
    since=SINCE,
    reading="信访人自己的期限，自收到书面答复之日起算。" + SILENT_ON_ROLLING,
    days=30,
    starts=(steps.SERVE,),
    stops=frozenset({steps.REQUEST_REVIEW}),
    ends=frozenset({steps.LAPSE_REVIEW}),
    bearer=Role.PETITIONER,
    right=True,
)

REVIEW_ACCEPTANCE = Clock(
    key="review-acceptance",
    title="决定受理复查申请期限",
    cites=(source("shandong-petitions")["第四十三条"],),
    since=SINCE,
    reading="地方规定，只在选定该地时适用；2022年之后是否有效待核实。",
    parameter="review-acceptance",
    counting=Counting.WORKING,
    starts=(steps.REQUEST_REVIEW,),
    stops=frozenset({steps.ACCEPT_REVIEW, steps.DECLINE_REVIEW}) | REVIEW_OPINIONS,
    ends=GIVEN_UP,
    bearer=Role.REVIEW_BODY,
    authority="shandong",
)

REVIEW = Clock(
    key="review",
    title="复查期限",
    cites=(PETITIONS["第三十五条"],),
    since=SINCE,
    reading="自收到复查申请之日起算；复查中的听证时间不扣除。" + SILENT_ON_ROLLING,
    days=30,
    starts=(steps.REQUEST_REVIEW,),
    stops=REVIEW_OPINIONS,
    ends=frozenset({steps.DECLINE_REVIEW}) | GIVEN_UP,
    bearer=Role.REVIEW_BODY,
)

REDO = Clock(
    key="redo",
    title="重新办理期限",
    cites=(PETITIONS["第三十五条"], source("shandong-petitions")["第四十五条"]),
    since=SINCE,
    reading="条例未写重办日数，由复查机关指定。",
    term="重办期限",
    starts=(steps.REVIEW_REVOKE,),
    stops=frozenset({steps.ANSWER}),
    ends=frozenset({steps.SETTLE}) | GIVEN_UP,
)

RE_REVIEW_REQUEST = Clock(
    key="re-review-request",
    title="申请复核期限",
    cites=(PETITIONS["第三十六条第一款"],),
    since=SINCE,
    reading="信访人自己的期限，自收到书面复查意见之日起算。" + SILENT_ON_ROLLING,
    days=30,
    starts=(steps.SERVE_REVIEW,),
    stops=frozenset({steps.REQUEST_RE_REVIEW}),
    ends=frozenset({steps.LAPSE_RE_REVIEW}),
    bearer=Role.PETITIONER,
    right=True,
)

RE_REVIEW = Clock(
    key="re-review",
    title="复核期限",
    cites=(PETITIONS["第三十六条第一款"], PETITIONS["第三十六条第二款"]),
    since=SINCE,
    reading="听证所需时间不计算在内；如何计量条例未写，自听证开始之日至结束之日（含首尾）逐日扣除。"
    + SILENT_ON_ROLLING,
    days=30,
    starts=(steps.REQUEST_RE_REVIEW,),
    stops=frozenset({steps.RE_REVIEW_OPINION}),
    ends=GIVEN_UP,
    pause=Pause(opens=steps.OPEN_HEARING, closes=steps.CLOSE_HEARING),
    bearer=Role.RE_REVIEW_BODY,
)

SUGGESTION_REPLY = Clock(
    key="suggestion-reply",
    title="回复建议期限",
    cites=(PETITIONS["第二十九条第一款"],),
    since=SINCE,
    reading="条例只要求对采纳、部分采纳的予以回复，未定日数。",
    starts=(steps.ADOPT,),
    stops=frozenset({steps.REPLY_SUGGESTION}),
    ends=GIVEN_UP,
)

CORRECTION = Clock(
    key="correction",
    title="督办改正期限",
    cites=(PETITIONS["第四十条第一款"],),
    since=SINCE,
    reading="期限由督办函写明；条例未定日数。",
    term="改正期限",
    starts=(steps.SUPERVISE,),
    stops=frozenset({steps.REPORT_CORRECTION}),
    queue=True,
)

ADVICE_ANSWER = Clock(
    key="advice-answer",
    title="三项建议书面反馈期限",
    cites=(PETITIONS["第四十条第四款"],),
    since=SINCE,
    reading="条例要求书面反馈采纳情况，未定日数；地方有规定的（如上海三十日）在选定该地时适用。",
    parameter="advice-feedback",
    starts=(steps.ADVISE_IMPROVEMENT, steps.ADVISE_POLICY, steps.ADVISE_ACCOUNTABILITY),
    stops=frozenset({steps.ANSWER_ADVICE}),
    queue=True,
)

CONFIRMATION = Clock(
    key="judicial-confirmation",
    title="共同申请司法确认期限",
    cites=(source("mediation-law")["第三十三条"],),
    since=SINCE,
    reading="自调解协议生效之日起三十日内双方共同申请；顺延依司法确认自身的规定。",
    days=30,
    starts=(steps.SETTLE,),
    stops=frozenset({steps.CONFIRM_AGREEMENT}),
    bearer=Role.PETITIONER,
    right=True,
)

OFFICE_EVALUATION = Clock(
    key="office-evaluation",
    title="评价信访部门的窗口",
    cites=(PETITIONS["第二十一条第二款"], source("petition-evaluation-2022").whole),
    since=SINCE,
    reading="窗口长度未见原文，为可调参数；窗口内未评价的只计为未评价。",
    parameter="evaluation-window",
    starts=(steps.ACCEPT,),
    stops=frozenset({steps.EVALUATE_OFFICE}),
    once=True,
    bearer=Role.PETITIONER,
    right=True,
)

UNIT_EVALUATION = Clock(
    key="unit-evaluation",
    title="评价责任单位的窗口",
    cites=(PETITIONS["第二十一条第二款"], source("petition-evaluation-2022").whole),
    since=SINCE,
    reading="窗口长度未见原文，为可调参数；窗口内未评价的只计为未评价。",
    parameter="evaluation-window",
    starts=(steps.SERVE, steps.PERFORM, steps.REPORT_DIVERSION, steps.REPLY_SUGGESTION, steps.SETTLE),
    stops=frozenset({steps.EVALUATE_UNIT}),
    once=True,
    bearer=Role.PETITIONER,
    right=True,
)

CLOCKS: Catalogue[Clock] = Catalogue(value for value in tuple(globals().values()) if isinstance(value, Clock))
"""Every clock above, in that order."""
