"""PetitionFacts: one flat row per petition, and what each of its columns means.

A row is decided once, in Python, for a half-open period and an as-of date; every engine afterwards merely counts.
All rates share the one population of rows, so the regions always add up to the total. Columns of one cohort belong
together: ``reply_due`` = ``replied_on_time`` + ``replied_late`` + ``reply_overdue``, and ``reply_open`` stands beside.

Three endings name a variant: nothing is the statutory mode (from receipt, moved past rest days), ``_as_counted`` does
not move, ``_as_practised`` is what provincial systems compute (registration time plus N days, initial matters only).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import NamedTuple


class PetitionFacts(NamedTuple):
    """One petition, decided for a period: who handles it, and integers to be summed.

    A named tuple and not a dataclass because a year has tens of thousands of rows and engines take tuples.
    """

    petition: str
    organisation: str
    office: str
    region: str
    channel: str
    kind: str
    category: str
    registered_on: date
    month: str
    branch: int
    state: str
    initial: int
    repeat: int
    persons: int
    registrations: int
    persons_registered: int
    initial_registrations: int
    repeat_registrations: int
    repeat_persons: int
    online_registrations: int
    visit_registrations: int
    group_visits: int
    registration_lag_days: int
    declined: int
    office_act_due: int
    office_act_on_time: int
    office_act_late: int
    office_act_overdue: int
    office_act_open: int
    office_act_due_as_counted: int
    office_act_on_time_as_counted: int
    office_act_due_as_practised: int
    office_act_on_time_as_practised: int
    excluded_declined: int
    excluded_unclear: int
    excluded_litigation: int
    transferred: int
    transferred_unreturned: int
    notice_due: int
    noticed_on_time: int
    noticed_late: int
    notice_overdue: int
    notice_open: int
    notice_due_as_counted: int
    noticed_on_time_as_counted: int
    notice_due_as_practised: int
    noticed_on_time_as_practised: int
    notice_excluded: int
    accepted: int
    acceptance_days: int
    accepted_settled_first: int
    objections: int
    objections_on_time: int
    objections_upheld: int
    disputed: int
    routed: int
    diverted: int
    reply_due: int
    replied_on_time: int
    replied_late: int
    reply_overdue: int
    reply_open: int
    reply_due_with_open: int
    reply_achievable: int
    reply_due_as_counted: int
    replied_on_time_as_counted: int
    reply_due_from_receipt: int
    replied_on_time_from_receipt: int
    reply_due_as_practised: int
    replied_on_time_as_practised: int
    extended: int
    replies: int
    handling_days: int
    initial_replies: int
    initial_replies_contacted: int
    simplified: int
    mediations: int
    settlements: int
    initial_closed: int
    initial_resolved: int
    resolution_pending: int
    resolution_excluded: int
    office_evaluation_due: int
    office_evaluated: int
    office_satisfied: int
    office_unsatisfied: int
    office_silent: int
    office_evaluations: int
    office_evaluations_satisfied: int
    office_evaluation_due_as_practised: int
    unit_evaluation_due: int
    unit_evaluated: int
    unit_satisfied: int
    unit_unsatisfied: int
    unit_silent: int
    unit_evaluations: int
    unit_evaluations_satisfied: int
    unit_evaluation_due_as_practised: int
    review_requests: int
    review_due: int
    reviewed_on_time: int
    reviews_upheld: int
    reviews_revoked: int
    reviews_changed: int
    re_review_requests: int
    re_review_due: int
    re_reviewed_on_time: int
    feedback_due: int
    feedback_on_time: int
    supervisions: int
    corrections_due: int
    corrections_on_time: int
    improvement_advice: int
    policy_advice: int
    accountability_advice: int
    advice_answered: int
    backlog: int
    backlog_days: int
    signal_notice_on_last_day: int
    signal_late_extension: int
    signal_reply_without_contact: int
    undetermined: int


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the facts: its name, its type (text, date or integer), what it holds, and what cohort it is of.

    ``cohort`` says which date places a petition in the period; empty for a column that only describes.
    """

    name: str
    type: str
    meaning: str
    cohort: str = ""

    @property
    def counts(self) -> bool:
        """Tell whether the column is an integer to be summed."""
        return bool(self.cohort)


def _texts(*pairs: tuple[str, str]) -> tuple[Column, ...]:
    return tuple(Column(name, "text", meaning) for name, meaning in pairs)


def _counts(cohort: str, *pairs: tuple[str, str]) -> tuple[Column, ...]:
    return tuple(Column(name, "integer", meaning, cohort) for name, meaning in pairs)


BY_REGISTRATION = "登记日在期内"
BY_OFFICE_DUE = "信访部门十五日期限的届满日在期内"
BY_NOTICE_DUE = "责任单位告知期限的届满日在期内"
BY_REPLY_DUE = "办理期限（含延长）的届满日在期内"
BY_EVENT = "事件发生日在期内"
BY_WINDOW = "评价窗口的截止日在期内且已过"
BY_AS_OF = "以截至日为准"

COLUMNS: tuple[Column, ...] = (
    *_texts(
        ("petition", "信访事项编号"),
        ("organisation", "责任单位（最近一次转送、交办的去向；未转交的为登记数据所列单位）"),
        ("office", "登记的信访部门"),
        ("region", "问题属地"),
        ("channel", "信访形式：online 网上、letter 来信、call 来电、visit 走访、fax 传真、other 其他"),
        ("kind", "类别：claim 申诉求决、suggestion 建议意见、accusation 检举控告、litigation 涉法涉诉；未分类为空"),
        ("category", "内容分类代码"),
    ),
    Column("registered_on", "date", "登记日"),
    *_texts(("month", "登记月份，如 2024-03")),
    Column("branch", "integer", "条例第三十一条的分支：1–6；0 为未选定或不适用"),
    *_texts(("state", "截至日的状态（状态键）")),
    Column("initial", "integer", "1 为初次信访"),
    Column("repeat", "integer", "1 为经人工确认的重复信访"),
    Column("persons", "integer", "人数（只记多少人，不记是谁）"),
    *_counts(
        BY_REGISTRATION,
        ("registrations", "件次"),
        ("persons_registered", "人次"),
        ("initial_registrations", "初次信访件次"),
        ("repeat_registrations", "经人工确认的重复信访件次"),
        ("repeat_persons", "重复信访人次"),
        ("online_registrations", "网上信访件次"),
        ("visit_registrations", "走访批次"),
        ("group_visits", "五人以上走访批次"),
        ("registration_lag_days", "自收到至登记的日数（合计用）"),
    ),
    *_counts(BY_EVENT, ("declined", "不予受理、不再受理的件次")),
    *_counts(
        BY_OFFICE_DUE,
        ("office_act_due", "初次信访：信访部门应在期内转送、交办等（按时＋逾期办＋逾期未办）"),
        ("office_act_on_time", "其中：按时"),
        ("office_act_late", "其中：逾期办"),
        ("office_act_overdue", "其中：逾期未办"),
        ("office_act_open", "届满日在期内、截至日尚未届满、尚未办（不在分母）"),
        ("office_act_due_as_counted", "同 office_act_due，届满日不顺延"),
        ("office_act_on_time_as_counted", "同 office_act_on_time，届满日不顺延"),
        ("office_act_due_as_practised", "系统口径：登记日加十五日，不顺延"),
        ("office_act_on_time_as_practised", "系统口径：其中按时"),
        ("excluded_declined", "不计入：不予受理、不再受理"),
        ("excluded_unclear", "不计入：姓名（名称）、住址不清"),
        ("excluded_litigation", "不计入：涉法涉诉"),
    ),
    *_counts(
        BY_EVENT,
        ("transferred", "首次转送、交办的件次"),
        ("transferred_unreturned", "其中：截至日未被异议退回的"),
    ),
    *_counts(
        BY_NOTICE_DUE,
        ("notice_due", "责任单位应在期内书面告知（按时＋逾期告知＋逾期未告知）"),
        ("noticed_on_time", "其中：按时"),
        ("noticed_late", "其中：逾期告知"),
        ("notice_overdue", "其中：逾期未告知"),
        ("notice_open", "尚未届满、尚未告知（不在分母）"),
        ("notice_due_as_counted", "同 notice_due，届满日不顺延"),
        ("noticed_on_time_as_counted", "同 noticed_on_time，届满日不顺延"),
        ("notice_due_as_practised", "系统口径：登记日加三十日，不顺延，初次信访"),
        ("noticed_on_time_as_practised", "系统口径：其中按时"),
        ("notice_excluded", "不计入告知率的件次（姓名住址不清、涉法涉诉）"),
    ),
    *_counts(
        BY_EVENT,
        ("accepted", "受理（书面告知）件次"),
        ("acceptance_days", "自登记至受理的日数（合计用）"),
        ("accepted_settled_first", "其中：首次转交即办结，未退回、未改派、未复查、无重复"),
        ("objections", "责任单位提出异议的次数"),
        ("objections_on_time", "其中：五个工作日之内"),
        ("objections_upheld", "同意异议、退回重转的次数"),
        ("disputed", "受理争议提请上级或者联席会议的次数"),
        ("routed", "选定第三十一条分支的件次"),
        ("diverted", "其中：第一至第五项"),
    ),
    *_counts(
        BY_REPLY_DUE,
        ("reply_due", "第三十一条第六项：应在期内出具处理意见（按时＋逾期＋逾期未答复）"),
        ("replied_on_time", "其中：按时"),
        ("replied_late", "其中：逾期答复"),
        ("reply_overdue", "其中：逾期未答复"),
        ("reply_open", "尚未届满、尚未答复"),
        ("reply_due_with_open", "reply_due ＋ reply_open"),
        ("reply_achievable", "最多还能按期的件次：按时＋尚未届满"),
        ("reply_due_as_counted", "同 reply_due，届满日不顺延"),
        ("replied_on_time_as_counted", "同 replied_on_time，届满日不顺延"),
        ("reply_due_from_receipt", "同 reply_due，六十日自责任单位收到之日起算"),
        ("replied_on_time_from_receipt", "同 replied_on_time，六十日自责任单位收到之日起算"),
        ("reply_due_as_practised", "系统口径：初次信访，不顺延，含尚未届满"),
        ("replied_on_time_as_practised", "系统口径：其中按时"),
        ("extended", "其中：延期的"),
    ),
    *_counts(
        BY_EVENT,
        ("replies", "出具处理意见的件次"),
        ("handling_days", "自受理至出具处理意见的日数（合计与分位数用）"),
        ("initial_replies", "其中：初次信访"),
        ("initial_replies_contacted", "其中：初次信访且有办理联系记录"),
        ("simplified", "适用简易办理的件次"),
        ("mediations", "开始调解的次数"),
        ("settlements", "达成调解、和解协议的件次"),
    ),
    *_counts(
        "办结日在期内且观察期已满",
        ("initial_closed", "办结的初次信访事项"),
        ("initial_resolved", "其中：观察期内没有经人工确认的重复信访"),
        ("resolution_pending", "办结日在期内、观察期未满（不在分母）"),
        ("resolution_excluded", "办结日在期内、正在复查或者复核（不在分母）"),
    ),
    *_counts(
        BY_WINDOW,
        ("office_evaluation_due", "对信访部门：应评价"),
        ("office_evaluated", "对信访部门：窗口内已评价"),
        ("office_satisfied", "对信访部门：满意与基本满意"),
        ("office_unsatisfied", "对信访部门：不满意"),
        ("office_silent", "对信访部门：窗口内未评价（不计为满意）"),
    ),
    *_counts(
        BY_EVENT,
        ("office_evaluations", "对信访部门：期内作出的评价"),
        ("office_evaluations_satisfied", "对信访部门：期内作出的满意与基本满意"),
        ("office_evaluation_due_as_practised", "系统口径：期内已评价＋期内截止而未评价"),
    ),
    *_counts(
        BY_WINDOW,
        ("unit_evaluation_due", "对责任单位：应评价"),
        ("unit_evaluated", "对责任单位：窗口内已评价"),
        ("unit_satisfied", "对责任单位：满意与基本满意"),
        ("unit_unsatisfied", "对责任单位：不满意"),
        ("unit_silent", "对责任单位：窗口内未评价（不计为满意）"),
    ),
    *_counts(
        BY_EVENT,
        ("unit_evaluations", "对责任单位：期内作出的评价"),
        ("unit_evaluations_satisfied", "对责任单位：期内作出的满意与基本满意"),
        ("unit_evaluation_due_as_practised", "系统口径：期内已评价＋期内截止而未评价"),
        ("review_requests", "申请复查的件次"),
    ),
    *_counts("复查期限的届满日在期内", ("review_due", "应在期内作出复查意见"), ("reviewed_on_time", "其中：按时")),
    *_counts(
        BY_EVENT,
        ("reviews_upheld", "复查维持"),
        ("reviews_revoked", "复查撤销、责令重新办理"),
        ("reviews_changed", "复查变更"),
        ("re_review_requests", "申请复核的件次"),
    ),
    *_counts(
        "复核期限的届满日在期内", ("re_review_due", "应在期内作出复核意见"), ("re_reviewed_on_time", "其中：按时")
    ),
    *_counts("交办指定期限在期内", ("feedback_due", "应在期内反馈交办结果"), ("feedback_on_time", "其中：按时")),
    *_counts(BY_EVENT, ("supervisions", "督办次数")),
    *_counts("督办改正期限在期内", ("corrections_due", "应在期内改正"), ("corrections_on_time", "其中：按时")),
    *_counts(
        BY_EVENT,
        ("improvement_advice", "改进工作的建议"),
        ("policy_advice", "完善政策的建议"),
        ("accountability_advice", "追究责任的建议"),
        ("advice_answered", "书面反馈采纳情况的次数"),
    ),
    *_counts(
        BY_AS_OF,
        ("backlog", "尚未办结"),
        ("backlog_days", "尚未办结的，自登记至截至日的日数"),
    ),
    *_counts(
        BY_EVENT,
        ("signal_notice_on_last_day", "提示：书面告知恰在届满日"),
        ("signal_late_extension", "提示：延期在届满前三日之内作出"),
        ("signal_reply_without_contact", "提示：恰在届满日答复且无办理联系记录"),
    ),
    *_counts(BY_AS_OF, ("undetermined", "有届满日落在未公布的日历之外、无法判定（不在分母）")),
)

COUNT_COLUMNS: frozenset[str] = frozenset(column.name for column in COLUMNS if column.counts)
"""Names of the columns an Indicator may count."""

TITLES: Mapping[str, str] = MappingProxyType({column.name: column.meaning for column in COLUMNS})
"""What each column holds, in words."""

# The position of every counted column, so that a row can be filled by place.
(
    REGISTRATIONS,
    PERSONS_REGISTERED,
    INITIAL_REGISTRATIONS,
    REPEAT_REGISTRATIONS,
    REPEAT_PERSONS,
    ONLINE_REGISTRATIONS,
    VISIT_REGISTRATIONS,
    GROUP_VISITS,
    REGISTRATION_LAG_DAYS,
    DECLINED,
    OFFICE_ACT_DUE,
    OFFICE_ACT_ON_TIME,
    OFFICE_ACT_LATE,
    OFFICE_ACT_OVERDUE,
    OFFICE_ACT_OPEN,
    OFFICE_ACT_DUE_AS_COUNTED,
    OFFICE_ACT_ON_TIME_AS_COUNTED,
    OFFICE_ACT_DUE_AS_PRACTISED,
    OFFICE_ACT_ON_TIME_AS_PRACTISED,
    EXCLUDED_DECLINED,
    EXCLUDED_UNCLEAR,
    EXCLUDED_LITIGATION,
    TRANSFERRED,
    TRANSFERRED_UNRETURNED,
    NOTICE_DUE,
    NOTICED_ON_TIME,
    NOTICED_LATE,
    NOTICE_OVERDUE,
    NOTICE_OPEN,
    NOTICE_DUE_AS_COUNTED,
    NOTICED_ON_TIME_AS_COUNTED,
    NOTICE_DUE_AS_PRACTISED,
    NOTICED_ON_TIME_AS_PRACTISED,
    NOTICE_EXCLUDED,
    ACCEPTED,
    ACCEPTANCE_DAYS,
    ACCEPTED_SETTLED_FIRST,
    OBJECTIONS,
    OBJECTIONS_ON_TIME,
    OBJECTIONS_UPHELD,
    DISPUTED,
    ROUTED,
    DIVERTED,
    REPLY_DUE,
    REPLIED_ON_TIME,
    REPLIED_LATE,
    REPLY_OVERDUE,
    REPLY_OPEN,
    REPLY_DUE_WITH_OPEN,
    REPLY_ACHIEVABLE,
    REPLY_DUE_AS_COUNTED,
    REPLIED_ON_TIME_AS_COUNTED,
    REPLY_DUE_FROM_RECEIPT,
    REPLIED_ON_TIME_FROM_RECEIPT,
    REPLY_DUE_AS_PRACTISED,
    REPLIED_ON_TIME_AS_PRACTISED,
    EXTENDED,
    REPLIES,
    HANDLING_DAYS,
    INITIAL_REPLIES,
    INITIAL_REPLIES_CONTACTED,
    SIMPLIFIED,
    MEDIATIONS,
    SETTLEMENTS,
    INITIAL_CLOSED,
    INITIAL_RESOLVED,
    RESOLUTION_PENDING,
    RESOLUTION_EXCLUDED,
    OFFICE_EVALUATION_DUE,
    OFFICE_EVALUATED,
    OFFICE_SATISFIED,
    OFFICE_UNSATISFIED,
    OFFICE_SILENT,
    OFFICE_EVALUATIONS,
    OFFICE_EVALUATIONS_SATISFIED,
    OFFICE_EVALUATION_DUE_AS_PRACTISED,
    UNIT_EVALUATION_DUE,
    UNIT_EVALUATED,
    UNIT_SATISFIED,
    UNIT_UNSATISFIED,
    UNIT_SILENT,
    UNIT_EVALUATIONS,
    UNIT_EVALUATIONS_SATISFIED,
    UNIT_EVALUATION_DUE_AS_PRACTISED,
    REVIEW_REQUESTS,
    REVIEW_DUE,
    REVIEWED_ON_TIME,
    REVIEWS_UPHELD,
    REVIEWS_REVOKED,
    REVIEWS_CHANGED,
    RE_REVIEW_REQUESTS,
    RE_REVIEW_DUE,
    RE_REVIEWED_ON_TIME,
    FEEDBACK_DUE,
    FEEDBACK_ON_TIME,
    SUPERVISIONS,
    CORRECTIONS_DUE,
    CORRECTIONS_ON_TIME,
    IMPROVEMENT_ADVICE,
    POLICY_ADVICE,
    ACCOUNTABILITY_ADVICE,
    ADVICE_ANSWERED,
    BACKLOG,
    BACKLOG_DAYS,
    SIGNAL_NOTICE_ON_LAST_DAY,
    SIGNAL_LATE_EXTENSION,
    SIGNAL_REPLY_WITHOUT_CONTACT,
    UNDETERMINED,
) = range(14, 122)
