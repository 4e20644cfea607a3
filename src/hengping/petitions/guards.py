"""What the law forbids whatever the state: guards that a step names, and those that stand over every step."""

from __future__ import annotations

from datetime import date, timedelta

from hengping.errors import OutsideCalendar
from hengping.law import Citation, source
from hengping.petitions.model import Case, Context, Event, Guard, Objection, Role, State
from hengping.petitions.parameters import parameter

PETITIONS = source("petitions-2022")
HOUSE = source("house-rules")

ACCUSED = "被检举单位"
DESTINATION = "去向"
POST = "经办岗位"

ARTICLE_30 = PETITIONS["第三十条第三款"]
ARTICLE_34 = PETITIONS["第三十四条"]
REMEDY_DAYS = 30
"""The petitioner's own period to ask for review or re-review (第三十五条、第三十六条第一款)."""

EARLIEST, LATEST = date(1949, 10, 1), date(2199, 12, 31)
"""Days a log may name: wide enough for any matter, narrow enough that every period can be counted."""

OFFICE_EVALUATION_OPENS = frozenset({"accept"})
UNIT_EVALUATION_OPENS = frozenset({"serve", "perform", "report-diversion", "reply-suggestion", "settle"})
"""Steps after which the two targets can be evaluated (第二十一条第二款)."""

REMEDIES = {"answer": "复查", "review": "复核", "re-review": "无"}
"""What a written opinion may name as the remedy, by stage: only the next step of the Regulation itself."""


def names(text: str) -> frozenset[str]:
    """Read organisation keys joined by ``、`` ``,`` or ``;``."""
    for mark in "，,；;":
        text = text.replace(mark, "、")
    return frozenset(part.strip() for part in text.split("、") if part.strip())


def keep_from_accused(case: Case, event: Event, context: Context) -> Objection | None:
    """Keep a matter from those it accuses: as destination, as actor, as anything named in the event."""
    accused = case.accused | names(event.details.get(ACCUSED, ""))
    if not accused:
        return None
    hand_over = event.step == "transfer-accusation"
    reached = [] if hand_over else [event.organisation]
    reached += [key for name, value in event.details.items() if name != ACCUSED for key in names(value)]
    for organisation in filter(None, reached):
        if any(context.authorities.within(organisation, one) for one in accused):
            return Objection(
                f"“{organisation}”是被检举、揭发的单位或者其所属单位，不得将检举、揭发材料及有关情况透露或者转给它",
                "请按照管理权限转送有关纪检监察机关或者其上级机关。",
                (ARTICLE_30, PETITIONS["第四十六条第五项"]),
            )
    return None


def keep_recused(case: Case, event: Event, _context: Context) -> Objection | None:
    """Keep a post that has stood aside from acting again."""
    post = event.details.get(POST, "")
    if event.step == "recuse" or not post or post not in case.recused:
        return None
    return Objection(
        f"岗位“{post}”已因直接利害关系回避",
        "请由其他岗位经办。",
        (PETITIONS["第二十八条第三款"],),
    )


def keep_order_of_days(case: Case, event: Event, _context: Context) -> Objection | None:
    """Refuse a day before the last event, or after the day of entry."""
    ground: tuple[Citation, ...] = (HOUSE["如实记载"], PETITIONS["第四十条第一款"])
    if case.last_on is not None and event.on < case.last_on:
        return Objection(
            f"日期 {event.on} 早于上一环节的 {case.last_on}，不得倒填日期",
            "请按实际办理日期登记；逾期的照常办理，如实标为逾期。",
            ground,
        )
    if event.recorded_on is not None and event.on > event.recorded_on:
        return Objection(f"日期 {event.on} 晚于录入日 {event.recorded_on}", "尚未发生的环节不得预先登记。", ground)
    return None


def representatives(_case: Case, event: Event, context: Context) -> Objection | None:
    """Refuse more representatives than a group may send; count them, never name them."""
    limit = parameter("representatives", context.authority, event.on).value
    chosen = event.details.get("代表人数", "")
    if chosen and (not chosen.isdecimal() or int(chosen) > limit):
        return Objection(
            f"推选的代表为“{chosen}”人，不得超过 {limit} 人",
            f"请信访人推选不超过 {limit} 名代表；只登记人数，不登记来了谁。",
            (PETITIONS["第二十条第三款"],),
        )
    return _whole_number(event, "人数", PETITIONS["第二十条第三款"])


def extension_within_cap(case: Case, event: Event, context: Context) -> Objection | None:
    """Allow thirty days of extension in all, and as often as the parameter says."""
    days = event.details.get("延期日数", "")
    if not days.isdecimal() or int(days) == 0:
        return Objection(f"延期日数“{days}”不是正整数", "请填写 1 至 30 的整数。", (ARTICLE_34,))
    if case.extension_days + int(days) > 30:
        return Objection(
            f"延长期限合计 {case.extension_days + int(days)} 日，超过三十日",
            f"最多还可延长 {30 - case.extension_days} 日。",
            (ARTICLE_34,),
        )
    times = parameter("extension-times", context.authority, event.on)
    if case.extensions >= times.value:
        return Objection(f"已延期 {case.extensions} 次（参数：{times}）", "请在现有期限内办结。", times.cites)
    return None


def opinion_remedy(_case: Case, event: Event, _context: Context) -> Objection | None:
    """Refuse an opinion that names a wrong remedy or a wrong period; their absence is only remarked on."""
    stage = {"answer": "answer", "re-review-opinion": "re-review"}.get(event.step, "review")
    right = REMEDIES[stage]
    remedy = event.details.get("救济途径", "")
    cites = (PETITIONS["第三十五条"], PETITIONS["第三十六条"])
    if remedy and remedy != right:
        return Objection(
            f"救济途径写为“{remedy}”，应为“{right}”", "请改正后再出具；不得告知信访人不存在的救济途径。", cites
        )
    term = event.details.get("救济期限", "")
    if term and (right == "无" or term not in ("30", "30日", "三十日")):
        return Objection(f"救济期限写为“{term}”，应为自收到之日起三十日", "请改正后再出具。", cites)
    return None


def one_level_up(case: Case, event: Event, context: Context) -> Objection | None:
    """Keep a reviewer off its own opinion, and exactly one level above it where the levels are recorded."""
    again = event.by is Role.RE_REVIEW_BODY
    below = case.reviewed_by if again else case.answered_by
    article = PETITIONS["第三十六条第一款"] if again else PETITIONS["第三十五条"]
    word = "复核" if again else "复查"
    if not event.organisation or not below:
        return None
    if event.organisation in (below, case.answered_by):
        return Objection(
            f"{word}机关与原作出意见的机关同为“{event.organisation}”", "请由上一级机关、单位办理。", (article,)
        )
    if context.authorities.knows(below) and not context.authorities.is_directly_above(event.organisation, below):
        return Objection(
            f"“{event.organisation}”不是“{below}”的上一级机关、单位", "请由上一级机关、单位办理。", (article,)
        )
    return None


def no_ping_pong(case: Case, event: Event, context: Context) -> Objection | None:
    """Stop a matter from being sent round: after so many returns a superior or the joint conference decides."""
    limit = parameter("returns-before-conference", context.authority, event.on)
    if case.returns < limit.value:
        return None
    return Objection(
        f"已因异议退回 {case.returns} 次，不再直接改派",
        "请提请共同的上一级机关决定，或者提请信访工作联席会议协调（环节 refer-dispute）。",
        limit.cites,
    )


def not_decided_already(case: Case, _event: Event, _context: Context) -> Objection | None:
    """Refuse an objection after the competent organ has been decided."""
    if not case.competence_decided:
        return None
    return Objection("受理机关已由上级或者联席会议决定", "请受理并办理。", (PETITIONS["第二十四条"],))


def hearing_opens(case: Case, _event: Event, _context: Context) -> Objection | None:
    """Refuse a second hearing while one is open."""
    if not case.hearing:
        return None
    return Objection("听证尚未结束", "请先登记听证结束。", (PETITIONS["第三十一条第六项"],))


def hearing_closes(case: Case, _event: Event, _context: Context) -> Objection | None:
    """Refuse to end a hearing that has not begun."""
    if case.hearing:
        return None
    return Objection("没有正在进行的听证", "请先登记听证开始。", (PETITIONS["第三十一条第六项"],))


def hearing_is_over(case: Case, _event: Event, _context: Context) -> Objection | None:
    """Refuse an opinion while a hearing is open."""
    if not case.hearing:
        return None
    return Objection("听证尚未结束", "请先登记听证结束，再出具意见。", (PETITIONS["第三十一条第六项"],))


def both_consent(case: Case, _event: Event, _context: Context) -> Objection | None:
    """Refuse mediation without both parties, or a second one while one is open."""
    if case.mediating:
        return Objection("调解正在进行", "请先登记调解终止或者达成协议。", (PETITIONS["第三十三条"],))
    return None


def mediation_is_open(case: Case, _event: Event, _context: Context) -> Objection | None:
    """Refuse to end a mediation that has not begun."""
    if case.mediating:
        return None
    return Objection("没有正在进行的调解", "请先登记双方同意调解。", (PETITIONS["第三十三条"],))


def remedy_has_lapsed(case: Case, event: Event, context: Context) -> Objection | None:
    """Refuse to close for want of an application before the petitioner's thirty days are over."""
    if case.served_on is None or event.on > last_day_to_ask(case.served_on, context):
        return None
    article = PETITIONS["第三十五条"] if event.step == "lapse-review" else PETITIONS["第三十六条第一款"]
    return Objection(
        f"信访人自 {case.served_on} 收到书面答复，三十日尚未届满", "请待期限届满（逢休息日顺延）后办结。", (article,)
    )


def last_day_to_ask(served_on: date, context: Context) -> date:
    """Return the last day to ask for review or re-review, rolled where the calendar is known."""
    counted = served_on + timedelta(days=REMEDY_DAYS)
    if context.calendar is None:
        return counted
    try:
        return context.calendar.roll_forward(counted)
    except OutsideCalendar:
        return counted


def simple_enough(case: Case, _event: Event, _context: Context) -> Objection | None:
    """Refuse the simplified way twice over."""
    if not case.simplified:
        return None
    return Objection("已适用简易办理", "无需重复登记。", (source("simplified-handling").whole,))


def notice_is_written(case: Case, event: Event, _context: Context) -> Objection | None:
    """Ask for the written notice, unless a direct petitioner's name or address is unclear."""
    if event.details.get("告知文号") or (case.direct and case.unclear):
        return None
    return Objection(
        "没有书面告知（缺少“告知文号”）",
        "请书面告知接收情况以及处理途径和程序；姓名、住址不清的例外只适用于直接提出的事项。",
        (PETITIONS["第二十三条第二款"], PETITIONS["第二十三条第三款"]),
    )


def not_the_same_again(case: Case, event: Event, _context: Context) -> Objection | None:
    """Ask, on a re-done matter, for what differs from the opinion that was revoked."""
    if case.state is not State.REDOING or event.details.get("与原意见的不同"):
        return None
    return Objection(
        "重新办理的意见没有写明“与原意见的不同”",
        "请写明；不得以同一事实和理由作出与原意见相同的意见。",
        (source("shandong-petitions")["第四十五条"],),
    )


def was_heard(case: Case, _event: Event, _context: Context) -> Objection | None:
    """Allow publication only of an opinion reached through a hearing."""
    if "close-hearing" in case.done:
        return None
    return Objection("该复核意见未经听证", "只有经过听证的复核意见可以依法公示。", (PETITIONS["第三十六条第二款"],))


def was_assigned(case: Case, _event: Event, _context: Context) -> Objection | None:
    """Refuse a report back on a matter nobody assigned."""
    if "assign" in case.done:
        return None
    return Objection("该事项未交办", "转送的事项没有反馈期限，无需登记。", (PETITIONS["第二十二条第一款第三项"],))


def was_supervised(case: Case, _event: Event, _context: Context) -> Objection | None:
    """Refuse a correction nobody asked for."""
    if "supervise" in case.done:
        return None
    return Objection("该事项未督办", "请先登记督办。", (PETITIONS["第四十条第一款"],))


def was_advised(case: Case, _event: Event, _context: Context) -> Objection | None:
    """Refuse an answer to advice that was not given."""
    if case.done & {"advise-improvement", "advise-policy", "advise-accountability"}:
        return None
    return Objection("没有待反馈的建议", "请先登记三项建议。", (PETITIONS["第四十条第四款"],))


def review_was_late(case: Case, _event: Event, context: Context) -> Objection | None:
    """Allow a request for review to be turned away only for being late."""
    served, asked = case.served_on, case.review_asked_on
    if served is not None and asked is not None and asked > last_day_to_ask(served, context):
        return None
    return Objection("复查申请没有逾期", "请在三十日内作出复查意见。", (PETITIONS["第三十五条"],))


def evaluation_is_open(case: Case, event: Event, _context: Context) -> Objection | None:
    """Take one evaluation of each target, once there is something to evaluate."""
    cites = (PETITIONS["第二十一条第二款"], source("petition-evaluation-2022").whole)
    if event.step in case.done:
        return Objection("已经评价过", "评价一次有效，不得改写。", cites)
    opened = OFFICE_EVALUATION_OPENS if event.step == "evaluate-office" else UNIT_EVALUATION_OPENS
    if case.done & opened:
        return None
    return Objection("尚无可以评价的办理环节", "对信访部门自受理告知起评价，对责任单位自答复起评价。", cites)


def names_a_day(name: str, cite: Citation) -> Guard:
    """Return a guard that wants a real day, not before the act itself, under ``name``."""

    def check(_case: Case, event: Event, _context: Context) -> Objection | None:
        day = day_in(event.details.get(name, ""))
        if day is not None and day >= event.on:
            return None
        value = event.details.get(name, "")
        return Objection(f"{name}“{value}”不是办理日之后的有效日期", "请按 2024-05-31 的写法填写。", (cite,))

    return check


def day_in(text: str) -> date | None:
    """Read a day written as 2024-05-31 between 1949 and 2199, or return None."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text and EARLIEST <= found <= LATEST else None


def _whole_number(event: Event, name: str, article: Citation) -> Objection | None:
    value = event.details.get(name, "")
    if value and (not value.isdecimal() or not 1 <= int(value) <= 9999):
        return Objection(f"{name}“{value}”不是 1 至 9999 的整数", "请填写实际人数。", (article,))
    return None


EVERYWHERE = (keep_order_of_days, keep_from_accused, keep_recused)
"""Guards over every step."""
