"""What the portal says about a matter in plain words: where it stands, what each last day means, what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, gettext_noop

from hengping.petitions import model as core
from hengping.petitions.certificate import Certificate, Standing
from hengping.petitions.letters import letter_of
from hengping.petitions.model import State
from hengping.petitions.petition import Petition
from hengping.petitions.steps import STEPS

STANDS = {
    State.FILED: gettext_noop("已收到，等待信访部门登记。"),
    State.REGISTERED: gettext_noop("已登记，信访部门正在甄别应由谁办理。"),
    State.SORTED: gettext_noop("已分类，即将转给有权处理的单位。"),
    State.SUBMITTED: gettext_noop("已报请党委、政府决定由谁办理。"),
    State.TRANSFERRED: gettext_noop("已转给责任单位，等待签收。"),
    State.RECEIVED: gettext_noop("责任单位已签收，将书面告知您是否受理。"),
    State.RECEIVED_DIRECT: gettext_noop("责任单位已收到，将书面告知您是否受理。"),
    State.OBJECTED: gettext_noop("责任单位认为不归它办，信访部门正在核实。"),
    State.RETURNED: gettext_noop("材料已退回信访部门，将重新转交。"),
    State.DISPUTED: gettext_noop("由谁办理有争议，上级正在决定。"),
    State.ACCEPTED: gettext_noop("已受理。"),
    State.DIVERTED: gettext_noop("已导入其他法定途径办理。"),
    State.PERFORMING: gettext_noop("责任单位正在依法履行职责。"),
    State.HANDLING: gettext_noop("正在办理。"),
    State.REDOING: gettext_noop("复查机关责令重新办理，正在办理。"),
    State.ANSWERED: gettext_noop("处理意见书已作出，正在送达。"),
    State.REVIEW_OPEN: gettext_noop("处理意见书已送达。不服的，可以申请复查。"),
    State.REVIEWING: gettext_noop("正在复查。"),
    State.REVIEWED: gettext_noop("复查意见已作出，正在送达。"),
    State.RE_REVIEW_OPEN: gettext_noop("复查意见已送达。不服的，可以申请复核。"),
    State.RE_REVIEWING: gettext_noop("正在复核。"),
    State.CONCLUDED: gettext_noop("复核意见已作出，信访程序终结。"),
    State.HANDED_OVER: gettext_noop("已依法移送有权机关，由其按规定办理。"),
    State.DECLINED: gettext_noop("不予受理，理由见告知书。"),
    State.STUDYING: gettext_noop("您的建议正在研究论证。"),
    State.ADOPTED: gettext_noop("您的建议已被采纳，将予回复。"),
    State.NOT_ADOPTED: gettext_noop("您的建议未被采纳。"),
    State.SETTLED: gettext_noop("双方已达成调解、和解协议。"),
    State.CLOSED: gettext_noop("已办结。"),
    State.LAPSED: gettext_noop("申请复查的期限已过，已办结。"),
    State.RE_REVIEW_LAPSED: gettext_noop("申请复核的期限已过，已办结。"),
    State.WITHDRAWN: gettext_noop("您已撤回。"),
    State.REDIRECTED: gettext_noop("已告知您向有权处理的机关提出。"),
}
"""Where a matter stands, for the citizen."""

SHOWN = {
    "file": gettext_noop("您提出"),
    "register": gettext_noop("信访部门登记"),
    "register-direct": gettext_noop("单位登记"),
    "forward": gettext_noop("转送"),
    "assign": gettext_noop("交办"),
    "pass-down": gettext_noop("转交下级单位"),
    "transfer-accusation": gettext_noop("移送有权机关"),
    "transfer-litigation": gettext_noop("移送政法部门"),
    "guide-litigation": gettext_noop("引导向政法部门反映"),
    "decide-competence": gettext_noop("上级决定由谁受理"),
    "receive": gettext_noop("责任单位签收"),
    "accept": gettext_noop("受理告知"),
    "decline": gettext_noop("不予受理告知"),
    "decline-final": gettext_noop("不再受理告知"),
    "redirect": gettext_noop("告知向有权机关提出"),
    "extend": gettext_noop("延期告知"),
    "answer": gettext_noop("作出处理意见书"),
    "serve": gettext_noop("送达处理意见书"),
    "request-review": gettext_noop("您申请复查"),
    "review-uphold": gettext_noop("复查意见"),
    "review-change": gettext_noop("复查意见"),
    "review-revoke": gettext_noop("复查意见"),
    "serve-review": gettext_noop("送达复查意见"),
    "request-re-review": gettext_noop("您申请复核"),
    "re-review-opinion": gettext_noop("复核意见"),
    "reply-suggestion": gettext_noop("回复建议"),
    "report-diversion": gettext_noop("告知导入结果"),
    "perform": gettext_noop("履行职责结果"),
    "settle": gettext_noop("达成调解、和解协议"),
    "withdraw": gettext_noop("您撤回"),
    "evaluate-office": gettext_noop("您评价信访部门"),
    "evaluate-unit": gettext_noop("您评价责任单位"),
}
"""What a citizen is told of: registration, each transfer, notices, opinions; nothing of what happens inside."""

WHO = {
    core.Role.PETITION_OFFICE: gettext_noop("信访部门"),
    core.Role.HANDLING_BODY: gettext_noop("责任单位"),
    core.Role.REVIEW_BODY: gettext_noop("复查机关"),
    core.Role.RE_REVIEW_BODY: gettext_noop("复核机关"),
    core.Role.PETITIONER: gettext_noop("您"),
}
CLOCKS_SHOWN = {
    "transfer": gettext_noop("把事项转给有权处理的单位"),
    "notice": gettext_noop("书面告知您是否受理"),
    "notice-direct": gettext_noop("书面告知您是否受理"),
    "handling": gettext_noop("作出处理意见书"),
    "duty": gettext_noop("履行职责或者答复"),
    "review-request": gettext_noop("申请复查"),
    "review": gettext_noop("作出复查意见"),
    "redo": gettext_noop("重新办理并答复"),
    "re-review-request": gettext_noop("申请复核"),
    "re-review": gettext_noop("作出复核意见"),
    "office-evaluation": gettext_noop("评价信访部门"),
    "unit-evaluation": gettext_noop("评价责任单位"),
}


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing a citizen is told of, with the letter it came with."""

    on: date
    title: str
    where: str
    sequence: int
    letter: str


def happened(petition: Petition, names: Mapping[str, str]) -> Iterator[Happened]:
    """Yield what has happened, oldest first."""
    for sequence, event in enumerate(petition.events, start=1):
        if event.step in SHOWN:
            where = event.details.get("去向", "") or event.organisation
            letter = letter_of(event.step)
            mine = letter.title if letter is not None and letter.to_petitioner else ""
            yield Happened(event.on, gettext(SHOWN[event.step]), names.get(where, ""), sequence, mine)


def stands(petition: Petition) -> str:
    """Return where a matter stands, in a sentence."""
    return gettext(STANDS.get(petition.case.state, petition.case.state.label))


@dataclass(frozen=True, slots=True)
class Last:
    """A last day in plain words: who must or may do what until when, how it stands, and how it was counted."""

    who: str
    what: str
    due: date | None
    said: str
    urgency: str
    mine: bool
    because: str
    working: Sequence[str]
    basis: str


def last_days(certificates: Sequence[Certificate], today: date) -> Iterator[Last]:
    """Yield every last day a citizen is told of; their own rights first."""
    shown = [
        one for one in certificates if one.clock.key in CLOCKS_SHOWN and one.standing is not Standing.NOT_APPLICABLE
    ]
    for one in sorted(shown, key=lambda found: (not (found.clock.right and found.is_open), not found.is_open)):
        mine = one.clock.key in ("review-request", "re-review-request", "office-evaluation", "unit-evaluation")
        said, urgency = _stands(one, today)
        yield Last(
            who=gettext(WHO[core.Role.PETITIONER] if mine else WHO.get(one.clock.bearer, one.clock.bearer.label)),
            what=gettext(CLOCKS_SHOWN[one.clock.key]),
            due=one.due or one.due_as_counted,
            said=said,
            urgency=urgency,
            mine=mine,
            because=_because(one),
            working=one.reckoning.working(),
            basis=one.clock.basis,
        )


def _stands(one: Certificate, today: date) -> tuple[str, str]:
    if one.standing is Standing.MET:
        return gettext("已按期完成"), "met"
    if one.standing is Standing.LATE:
        return gettext("已完成，但超过了期限"), "overdue"
    if one.standing is Standing.STOPPED:
        return gettext("不再计算"), "none"
    due = one.due or one.due_as_counted
    if due is None:
        return gettext("没有法定日数"), "none"
    left = (due - today).days
    if left < 0:
        return gettext("已超过 %s 日") % -left, "overdue"
    return gettext("还有 %s 日") % left, "soon" if left <= 3 else "running"


def _because(one: Certificate) -> str:
    """Say how a last day was found, in one or two sentences."""
    found = one.reckoning
    begun = gettext(SHOWN.get(one.started_by, STEPS.get(one.started_by).title))
    if not found.length or one.due is None:
        return gettext("自“%(begun)s”（%(start)s）起。") % {"begun": begun, "start": found.start}
    said = gettext("自“%(begun)s”（%(start)s）的次日起数 %(length)s，到 %(counted)s。") % {
        "begun": begun,
        "start": found.start,
        "length": found.length,
        "counted": one.due_as_counted,
    }
    if found.rolled:
        said += gettext("这一天是休息日，顺延到 %s。") % one.due
    return said
