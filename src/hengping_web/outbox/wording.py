"""The fixed words of every notice. A number, a day, a count: nothing else can be filled in.

《信访事项网上办理工作规程》 discloses to the petitioner the days of registration, transfer, acceptance, extension and
answer; a message only says that there is something to read and by when, never what the matter is about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from hengping.errors import Refusal

PARAMETERS: Mapping[str, re.Pattern[str]] = {
    "number": re.compile(r"[0-9A-Za-z\-〔〕（）()号第字]{1,40}"),
    "day": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "count": re.compile(r"\d{1,6}"),
}
"""What may be filled in, and what it looks like; free text does not fit any of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One wording: its key, a title for mail, and the text."""

    key: str
    title: str
    text: str

    @property
    def needs(self) -> frozenset[str]:
        """Return the parameters the text asks for."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.title + self.text) if name)

    def filled(self, parameters: Mapping[str, str]) -> tuple[str, str]:
        """Return title and text with the parameters in place."""
        return self.title.format(**parameters), self.text.format(**parameters)


LOOK = "请用查询码在信访服务页面查看。"

NOTICES: Mapping[str, Notice] = {
    notice.key: notice
    for notice in (
        Notice(key="received", title="已收到您的信访事项", text=f"您的信访事项已收到，编号 {{number}}。{LOOK}"),
        Notice(
            key="moved-on",
            title="您的信访事项有新进展",
            text=f"编号 {{number}} 的事项于 {{day}} 有新的办理记录。{LOOK}",
        ),
        Notice(key="told", title="有给您的告知书", text=f"编号 {{number}} 的事项有一份 {{day}} 的告知书。{LOOK}"),
        Notice(key="extended", title="办理期限已延长", text=f"编号 {{number}} 的事项办理期限延长至 {{day}}。{LOOK}"),
        Notice(
            key="answered",
            title="您的信访事项已答复",
            text=f"编号 {{number}} 的事项已出具意见书。如有不同意见，可在 {{day}} 之前提出下一步申请。{LOOK}",
        ),
        Notice(
            key="evaluate", title="请您评价", text=f"编号 {{number}} 的事项可以评价了，自愿填写，不评不计为满意。{LOOK}"
        ),
        Notice(
            key="arrived",
            title="有新的事项待办",
            text="编号 {number} 的事项已到您处，最近的期限是 {day}。请登录系统办理。",
        ),
        Notice(key="due-soon", title="事项即将到期", text="编号 {number} 的事项将于 {day} 到期。请登录系统办理。"),
        Notice(
            key="overdue",
            title="事项已超期",
            text="编号 {number} 的事项应于 {day} 办结本环节，现已超期。请登录系统办理。",
        ),
        Notice(key="supervised", title="收到督办", text="编号 {number} 的事项于 {day} 被督办。请登录系统查看。"),
        Notice(
            key="reveal-waiting", title="有身份查看申请待批准", text="有 {count} 份身份查看申请待批准。请登录系统办理。"
        ),
        Notice(
            key="reveal-decided",
            title="身份查看申请已有决定",
            text="您对编号 {number} 提出的申请已有决定。请登录系统查看。",
        ),
        Notice(key="today", title="今日待办", text="今日待办 {count} 件，最近的期限是 {day}。请登录系统查看。"),
        Notice(
            key="measures-due",
            title="整改措施即将到期",
            text="有 {count} 条整改措施将要到期，最早的是 {day}。请登录系统填报进展。",
        ),
        Notice(
            key="measures-late",
            title="整改措施已逾期",
            text="有 {count} 条整改措施已经逾期，最早的应于 {day} 完成。请登录系统填报进展。",
        ),
        Notice(key="task", title="有新的填报任务", text="有新的填报任务，请于 {day} 之前完成。请登录系统办理。"),
        Notice(
            key="task-soon",
            title="填报任务即将到期",
            text="有 {count} 项填报任务尚未完成，最早的于 {day} 到期。请登录系统办理。",
        ),
        Notice(
            key="task-overdue",
            title="填报任务已超期",
            text="有 {count} 项填报任务已超期，最早的应于 {day} 完成。请登录系统办理。",
        ),
        Notice(
            key="plan-submitted", title="有绩效目标待审核", text="有绩效目标于 {day} 提交，待审核。请登录系统办理。"
        ),
        Notice(key="plan-returned", title="绩效目标已退回", text="您提交的绩效目标于 {day} 退回修改。请登录系统查看。"),
        Notice(
            key="progress-due",
            title="有绩效进度待填报",
            text="有 {count} 项绩效指标本月尚未填报进度，请于 {day} 之前填报。请登录系统办理。",
        ),
        Notice(
            key="monitoring-alert",
            title="有绩效监控预警待决定",
            text="有 {count} 项绩效监控预警待作出决定，期限 {day}。请登录系统办理。",
        ),
    )
}
"""Notice by key."""


def checked(key: str, parameters: Mapping[str, str]) -> Notice:
    """Return the wording if it exists and the parameters are exactly the ones it needs, each of its shape."""
    notice = NOTICES.get(key)
    if notice is None:
        raise Refusal("写入通知", f"没有名为 {key} 的通知", "请使用已有的固定用语")
    wrong = set(parameters) ^ notice.needs | {
        name for name, value in parameters.items() if name in PARAMETERS and not PARAMETERS[name].fullmatch(value)
    }
    if wrong:
        raise Refusal(
            "写入通知", f"参数 {'、'.join(sorted(wrong))} 不符", "通知只能填编号、日期和件数，不得写入信访内容"
        )
    return notice
