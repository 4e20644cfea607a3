"""The menu of the staff: address names and titles in order; everybody sees the part they may open."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext, gettext_noop

from hengping_web.accounts.permissions import allowed

MENU: tuple[tuple[str, str], ...] = (
    ("identity:requests", gettext_noop("身份查看申请")),
    ("identity:mine", gettext_noop("我的身份查看申请")),
    ("petitions:inbox", gettext_noop("待办")),
    ("petitions:matters", gettext_noop("查找事项")),
    ("petitions:register", gettext_noop("登记")),
    ("petitions:direct", gettext_noop("登记直接提出的事项")),
    ("petitions:intake", gettext_noop("批量登记")),
    ("petitions:backlog", gettext_noop("未办结")),
    ("petitions:statistics", gettext_noop("统计")),
    ("petitions:reception", gettext_noop("领导接访日")),
    ("cycle:years", gettext_noop("评价年度")),
    ("indicators:library", gettext_noop("指标库")),
    ("finance:overview", gettext_noop("各部门概览")),
    ("finance:batches", gettext_noop("收到的报告")),
    ("followup:owed", gettext_noop("整改措施")),
    ("accounts:accounts", gettext_noop("账号")),
    ("accounts:organisations", gettext_noop("机构")),
    ("trail:entries", gettext_noop("日志")),
    ("accounts:mine", gettext_noop("我的账号")),
)
"""A room adds its pages here, in the order of the work."""


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the menu; ``here`` marks the page one is on."""

    title: str
    address: str
    here: bool


def places(request: HttpRequest) -> list[Place]:
    """Return the entries the reader may open."""
    match = request.resolver_match
    name = match.view_name if match else ""
    return [
        Place(gettext(title), reverse(entry), entry == name) for entry, title in MENU if allowed(request.user, entry)
    ]


def context(request: HttpRequest) -> dict[str, object]:
    """Offer the menu to every page, computed only where it is shown."""
    return {"menu": SimpleLazyObject(lambda: places(request)) if hasattr(request, "user") else ()}
