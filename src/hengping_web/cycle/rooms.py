"""The rooms of a year: what each says of itself on the year's page, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_noop

from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.cycle.models import EvaluationYear, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One room as the year's page shows it: its title, where it is, one line on how far it is, and whether it is done.

    ``done`` is None where the room has nothing to finish, such as a ledger that only grows.
    """

    title: str
    address: str
    line: str
    done: bool | None = None


def rooms(evaluation_year: EvaluationYear, user: User) -> Iterator[Room]:
    """Yield what every room of the settings says of a year, in their order."""
    for name in settings.YEAR_ROOMS:
        room = import_string(name)(evaluation_year, user)
        if room is not None:
            yield room


TURNS = {
    State.PLANNING: (gettext_noop("各科室填报目标与指标，评价组审核后报部门负责人批复。"), Role.EVALUATION_TEAM),
    State.APPROVED: (gettext_noop("按月监控目标与资金；年度终了后由评价组启动自评。"), Role.EVALUATION_TEAM),
    State.EVALUATING: (
        gettext_noop("各科室填报完成值并交佐证，评价组评分、撰写报告，部门负责人定稿。"),
        Role.OFFICE_CLERK,
    ),
    State.FROZEN: (gettext_noop("公开前核对：对不上的数字须改正，未说明的差额须书面答复。"), Role.EVALUATION_TEAM),
    State.PASSED: (gettext_noop("部门负责人决定公开。"), Role.DEPARTMENT_HEAD),
    State.PUBLISHED: (gettext_noop("按时限整改存在的问题，结果用于下年预算。"), Role.OFFICE_CLERK),
}
"""State → what comes next, and whose turn it is."""
