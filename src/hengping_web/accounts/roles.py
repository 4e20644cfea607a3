"""The roles of the site, as plain text keys, and which of them one person may not hold together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from hengping.errors import Refusal


class Role(StrEnum):
    """What a member of staff is there to do."""

    REGISTRAR = "registrar"
    SORTER = "sorter"
    CLERK = "clerk"
    HEAD = "head"
    REVIEWER = "reviewer"
    RE_REVIEWER = "re-reviewer"
    SUPERVISOR = "supervisor"
    LEADER = "leader"
    IDENTITY_CUSTODIAN = "identity-custodian"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    OFFICE_CLERK = "office-clerk"
    FINANCE_OFFICER = "finance-officer"
    EVALUATION_TEAM = "evaluation-team"
    DEPARTMENT_HEAD = "department-head"
    FINANCE_REVIEWER = "finance-reviewer"

    @property
    def label(self) -> str:
        """Return the official words for the role."""
        return _LABELS[self][0]

    @property
    def english(self) -> str:
        """Return the words for a reader of English."""
        return _LABELS[self][1]


_LABELS: Mapping[Role, tuple[str, str]] = {
    Role.REGISTRAR: ("登记员", "Registrar"),
    Role.SORTER: ("分办员", "Sorter"),
    Role.CLERK: ("承办人", "Clerk of the handling unit"),
    Role.HEAD: ("承办单位负责人", "Head of the handling unit"),
    Role.REVIEWER: ("复查员", "Reviewer"),
    Role.RE_REVIEWER: ("复核员", "Re-reviewer"),
    Role.SUPERVISOR: ("督办员", "Supervisor"),
    Role.LEADER: ("信访局领导", "Leader"),
    Role.IDENTITY_CUSTODIAN: ("身份信息保管员", "Identity custodian"),
    Role.AUDITOR: ("审计员", "Auditor"),
    Role.ADMINISTRATOR: ("系统管理员", "System administrator"),
    Role.OFFICE_CLERK: ("科室经办人", "Office clerk"),
    Role.FINANCE_OFFICER: ("财务人员", "Finance officer"),
    Role.EVALUATION_TEAM: ("绩效评价组", "Evaluation team"),
    Role.DEPARTMENT_HEAD: ("部门负责人", "Head of the department"),
    Role.FINANCE_REVIEWER: ("财政局绩效审核员", "Finance-bureau reviewer"),
}

ALONE = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
"""Who reads everything changes nothing, and who runs the system reads no matter: neither holds a second role."""

CASEWORK = frozenset(
    {
        Role.REGISTRAR,
        Role.SORTER,
        Role.CLERK,
        Role.HEAD,
        Role.REVIEWER,
        Role.RE_REVIEWER,
        Role.SUPERVISOR,
        Role.LEADER,
    }
)
"""Who works on matters of petition."""

EVALUATION = frozenset(
    {Role.OFFICE_CLERK, Role.FINANCE_OFFICER, Role.EVALUATION_TEAM, Role.DEPARTMENT_HEAD, Role.FINANCE_REVIEWER}
)
"""Who works on the evaluation of a year."""

EVERY_ROLE = frozenset(Role)
"""Every role there is."""


def together(keys: Iterable[str]) -> frozenset[Role]:
    """Return the roles as a set one person may hold, or refuse the combination."""
    roles = frozenset(Role(key) for key in keys)
    for role in sorted(roles & ALONE):
        if len(roles) > 1:
            raise Refusal(
                "授予角色",
                f"“{role.label}”不得与其他角色由同一账号担任",
                "请为其另设账号",
                "《网络安全等级保护基本要求》（GB/T 22239—2019）关于职责分离的要求",
            )
    if Role.IDENTITY_CUSTODIAN in roles and roles & CASEWORK:
        raise Refusal("授予角色", "身份信息保管员批准他人查看身份，不得同时办理信访事项", "请为其另设账号")
    return roles
