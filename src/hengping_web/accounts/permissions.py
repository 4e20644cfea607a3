"""The one table of who may open what: the name of an address, who may look, who may send.

An address that is not in the table is refused to everybody. A new page adds its line here; a test walks every address
with every role and without one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from hengping.errors import RulebookError
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import CASEWORK, EVALUATION, EVERY_ROLE, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may look at a page and who may send its form; ``public`` needs no account."""

    reads: frozenset[Role] = frozenset()
    writes: frozenset[Role] = frozenset()
    public: bool = False

    def allows(self, roles: frozenset[Role], *, writing: bool) -> bool:
        """Tell whether somebody with these roles is let in."""
        return self.public or not roles.isdisjoint(self.writes if writing else self.reads)


def reading(*roles: Role) -> Access:
    """Let the roles look, and nobody send."""
    return Access(reads=frozenset(roles))


def working(writers: Iterable[Role], readers: Iterable[Role] = ()) -> Access:
    """Let the writers look and send, and the readers look."""
    writes = frozenset(writers)
    if Role.AUDITOR in writes:
        raise RulebookError("审计员只看不改：权限表不得让审计员提交")
    return Access(reads=writes | frozenset(readers), writes=writes)


ANYONE = Access(public=True)
"""A page for the public, or for signing in."""

STAFF = Access(reads=EVERY_ROLE, writes=EVERY_ROLE)
"""A page about one's own account."""

ADMINISTRATION = working([Role.ADMINISTRATOR], [Role.AUDITOR])

SITE: Mapping[str, Access] = {
    "home": ANYONE,
    "rules": ANYONE,
    "health": ANYONE,
    "language": ANYONE,
}

ACCOUNTS: Mapping[str, Access] = {
    "accounts:sign-in": ANYONE,
    "accounts:second-factor": ANYONE,
    "accounts:sign-out": ANYONE,
    "accounts:mine": STAFF,
    "accounts:change-password": STAFF,
    "accounts:set-up-second-factor": STAFF,
    "accounts:recovery-codes": STAFF,
    "accounts:notices": STAFF,
    "accounts:accounts": ADMINISTRATION,
    "accounts:add-account": working([Role.ADMINISTRATOR]),
    "accounts:account": ADMINISTRATION,
    "accounts:organisations": ADMINISTRATION,
    "accounts:add-organisation": working([Role.ADMINISTRATOR]),
}

TRAIL: Mapping[str, Access] = {
    "trail:entries": reading(Role.AUDITOR, Role.ADMINISTRATOR),
    "trail:export": reading(Role.AUDITOR, Role.ADMINISTRATOR),
}

ASKING = frozenset(
    {Role.REGISTRAR, Role.CLERK, Role.HEAD, Role.REVIEWER, Role.RE_REVIEWER, Role.SUPERVISOR, Role.LEADER}
)
"""Who may need to know who a petitioner is; whether they work on the matter is asked besides."""

IDENTITY: Mapping[str, Access] = {
    "identity:requests": reading(Role.IDENTITY_CUSTODIAN, Role.AUDITOR),
    "identity:decide": Access(writes=frozenset({Role.IDENTITY_CUSTODIAN})),
    "identity:mine": reading(*ASKING),
    "identity:ask": working(ASKING),
    "identity:show": Access(writes=ASKING),
}

OFFICE = (Role.REGISTRAR, Role.SORTER, Role.SUPERVISOR, Role.LEADER)
WORKING = working(CASEWORK, [Role.AUDITOR])
BY_THE_OFFICE = working(OFFICE, [Role.AUDITOR])

PETITIONS: Mapping[str, Access] = {
    "petitions:inbox": reading(*CASEWORK),
    "petitions:overdue": reading(Role.SUPERVISOR, Role.LEADER, Role.AUDITOR),
    "petitions:matters": WORKING,
    "petitions:filters": working(CASEWORK),
    "petitions:export": working(CASEWORK),
    "petitions:register": working([Role.REGISTRAR]),
    "petitions:direct": working([Role.CLERK]),
    "petitions:backlog": WORKING,
    "petitions:reception": BY_THE_OFFICE,
    "petitions:calendar": reading(*CASEWORK),
    "petitions:statistics": WORKING,
    "petitions:statistic": WORKING,
    "petitions:count": WORKING,
    "petitions:matter": WORKING,
    "petitions:certificates": WORKING,
    "petitions:letter": WORKING,
    "petitions:attach": working(CASEWORK),
    "petitions:attachment": WORKING,
    "petitions:intake": working([Role.REGISTRAR]),
    "petitions:step": working(CASEWORK),
    "petitions:words": working(CASEWORK),
    "petitions:describe": working([Role.REGISTRAR, Role.SORTER]),
    "petitions:earlier": working([Role.REGISTRAR, Role.SORTER]),
    "petitions:owner": working([Role.SORTER, Role.HEAD, Role.SUPERVISOR, Role.LEADER]),
}

PORTAL: Mapping[str, Access] = {
    "portal:index": ANYONE,
    "portal:question": ANYONE,
    "portal:check": ANYONE,
    "portal:follow": ANYONE,
    "portal:matter": ANYONE,
    "portal:letter": ANYONE,
    "portal:evaluate": ANYONE,
    "portal:request": ANYONE,
    "portal:attach": ANYONE,
    "portal:leave": ANYONE,
    "portal:receipt": ANYONE,
    "portal:reception": ANYONE,
    "portal:key": ANYONE,
}

YEAR_READERS = (*sorted(EVALUATION), Role.AUDITOR)
"""Who looks at the years of evaluation that are within their reach."""
IN_THE_DEPARTMENT = (Role.OFFICE_CLERK, Role.FINANCE_OFFICER, Role.EVALUATION_TEAM)
"""Who fills in a year."""

CYCLE: Mapping[str, Access] = {
    "cycle:years": reading(*YEAR_READERS),
    "cycle:open": working([Role.EVALUATION_TEAM]),
    "cycle:year": reading(*YEAR_READERS),
    "cycle:begin": Access(writes=frozenset({Role.EVALUATION_TEAM})),
    "cycle:reopen": Access(writes=frozenset({Role.DEPARTMENT_HEAD})),
    "cycle:facts": reading(*YEAR_READERS),
    "cycle:table": working(IN_THE_DEPARTMENT, YEAR_READERS),
    "cycle:add": working(IN_THE_DEPARTMENT),
    "cycle:row": working(IN_THE_DEPARTMENT, YEAR_READERS),
}

JUDGING = (Role.EVALUATION_TEAM, Role.DEPARTMENT_HEAD)
"""Who returns, approves and adjusts a plan, and decides on alerts."""

OBJECTIVES: Mapping[str, Access] = {
    "objectives:plan": reading(*YEAR_READERS),
    "objectives:add": working(IN_THE_DEPARTMENT),
    "objectives:row": working(IN_THE_DEPARTMENT, YEAR_READERS),
    "objectives:result": Access(writes=frozenset(IN_THE_DEPARTMENT)),
    "objectives:submit": Access(writes=frozenset(IN_THE_DEPARTMENT)),
    "objectives:return": Access(writes=frozenset(JUDGING)),
    "objectives:approve": Access(writes=frozenset(JUDGING)),
    "objectives:due": Access(writes=frozenset({Role.EVALUATION_TEAM})),
    "objectives:adjust": working(JUDGING),
}

INDICATORS: Mapping[str, Access] = {
    "indicators:library": ANYONE,
    "indicators:indicator": ANYONE,
    "indicators:schemes": ANYONE,
    "indicators:scheme": ANYONE,
    "indicators:check-scheme": ANYONE,
    "indicators:framework": ANYONE,
    "indicators:checks": ANYONE,
}

MONITORING: Mapping[str, Access] = {
    "monitoring:watch": reading(*YEAR_READERS),
    "monitoring:progress": working([Role.OFFICE_CLERK, Role.EVALUATION_TEAM], YEAR_READERS),
    "monitoring:history": reading(*YEAR_READERS),
    "monitoring:file": working([Role.FINANCE_OFFICER, Role.EVALUATION_TEAM]),
    "monitoring:report": reading(*YEAR_READERS),
    "monitoring:decide": Access(writes=frozenset(JUDGING)),
}

FOLLOWUP: Mapping[str, Access] = {
    "followup:owed": reading(*YEAR_READERS),
    "followup:board": reading(*YEAR_READERS),
    "followup:add-problem": working([Role.EVALUATION_TEAM, Role.DEPARTMENT_HEAD]),
    "followup:problem": working([Role.EVALUATION_TEAM, Role.DEPARTMENT_HEAD]),
    "followup:add-measure": working([Role.EVALUATION_TEAM, Role.DEPARTMENT_HEAD]),
    "followup:edit-measure": working([Role.EVALUATION_TEAM, Role.DEPARTMENT_HEAD]),
    "followup:measure": working([Role.OFFICE_CLERK, Role.EVALUATION_TEAM, Role.DEPARTMENT_HEAD], YEAR_READERS),
    "followup:evidence": reading(*YEAR_READERS),
    "followup:promises": reading(*YEAR_READERS),
    "followup:request": reading(*YEAR_READERS),
    "followup:begin-request": Access(writes=frozenset({Role.FINANCE_OFFICER, Role.DEPARTMENT_HEAD})),
    "followup:add-item": working([Role.FINANCE_OFFICER, Role.DEPARTMENT_HEAD]),
    "followup:item": working([Role.FINANCE_OFFICER, Role.DEPARTMENT_HEAD]),
    "followup:submit-request": Access(writes=frozenset({Role.DEPARTMENT_HEAD})),
}

BY_THE_TEAM = working([Role.EVALUATION_TEAM], YEAR_READERS)
SELF_EVALUATION: Mapping[str, Access] = {
    "selfevaluation:scores": reading(*YEAR_READERS),
    "selfevaluation:tasks": BY_THE_TEAM,
    "selfevaluation:assign": working([Role.EVALUATION_TEAM]),
    "selfevaluation:count": Access(writes=frozenset(IN_THE_DEPARTMENT)),
    "selfevaluation:freeze": Access(writes=frozenset({Role.DEPARTMENT_HEAD})),
    "selfevaluation:papers": working(IN_THE_DEPARTMENT, YEAR_READERS),
    "selfevaluation:paper": reading(*YEAR_READERS),
    "selfevaluation:row": reading(*YEAR_READERS),
    "selfevaluation:measure": Access(writes=frozenset(IN_THE_DEPARTMENT)),
    "selfevaluation:decide": Access(writes=frozenset({Role.EVALUATION_TEAM})),
    "selfevaluation:points": Access(writes=frozenset({Role.EVALUATION_TEAM})),
    "selfevaluation:review": Access(writes=frozenset({Role.FINANCE_REVIEWER})),
    "selfevaluation:note": Access(writes=frozenset({Role.EVALUATION_TEAM, Role.FINANCE_REVIEWER})),
    "selfevaluation:report": reading(*YEAR_READERS),
    "selfevaluation:new-passage": working([Role.EVALUATION_TEAM]),
    "selfevaluation:passage": BY_THE_TEAM,
    "selfevaluation:preview": reading(*YEAR_READERS),
    "selfevaluation:draft": reading(*YEAR_READERS),
    "selfevaluation:final": reading(*YEAR_READERS),
}

FINANCE_READERS = (Role.FINANCE_REVIEWER, Role.AUDITOR)
"""Who looks over all departments; no department ever sees another's line."""

FINANCE: Mapping[str, Access] = {
    "finance:overview": reading(*FINANCE_READERS),
    "finance:export": Access(writes=frozenset({Role.FINANCE_REVIEWER})),
    "finance:deadlines": working([Role.FINANCE_REVIEWER], FINANCE_READERS),
    "finance:comparison": reading(*FINANCE_READERS),
    "finance:samples": working([Role.FINANCE_REVIEWER], FINANCE_READERS),
    "finance:sample": working([Role.FINANCE_REVIEWER], FINANCE_READERS),
    "finance:sample-text": reading(*FINANCE_READERS),
    "finance:batches": working([Role.FINANCE_REVIEWER], FINANCE_READERS),
    "finance:batch": reading(*FINANCE_READERS),
    "finance:batch-csv": Access(writes=frozenset({Role.FINANCE_REVIEWER})),
    "finance:side-by-side": reading(*FINANCE_READERS),
    "finance:matching": working([Role.FINANCE_REVIEWER]),
    "finance:audit": reading(*FINANCE_READERS),
    "finance:audit-data": reading(*FINANCE_READERS),
}

BY_FINANCE = working([Role.FINANCE_OFFICER], YEAR_READERS)
LEDGER: Mapping[str, Access] = {
    "ledger:overview": reading(*YEAR_READERS),
    "ledger:entries": reading(*YEAR_READERS),
    "ledger:export": Access(writes=frozenset(EVALUATION)),
    "ledger:entry": reading(*YEAR_READERS),
    "ledger:correct": working([Role.FINANCE_OFFICER]),
    "ledger:enter": working([Role.FINANCE_OFFICER]),
    "ledger:import": working([Role.FINANCE_OFFICER]),
    "ledger:rates": reading(*YEAR_READERS),
    "ledger:rate": reading(*YEAR_READERS),
    "ledger:figure": reading(*YEAR_READERS),
    "ledger:balances": reading(*YEAR_READERS),
    "ledger:take-last": Access(writes=frozenset({Role.FINANCE_OFFICER})),
    "ledger:table": reading(*YEAR_READERS),
    "ledger:add": working([Role.FINANCE_OFFICER]),
    "ledger:row": BY_FINANCE,
}

BY_THE_HEAD = Access(writes=frozenset({Role.DEPARTMENT_HEAD}))
PUBLICATION: Mapping[str, Access] = {
    "publication:gate": reading(*YEAR_READERS),
    "publication:examine": Access(writes=frozenset({Role.EVALUATION_TEAM, Role.DEPARTMENT_HEAD})),
    "publication:answer": working([Role.EVALUATION_TEAM, Role.FINANCE_OFFICER]),
    "publication:approve": BY_THE_HEAD,
    "publication:publication": reading(*YEAR_READERS),
    "publication:publish": BY_THE_HEAD,
    "publication:withdraw": BY_THE_HEAD,
    "publication:export": reading(*YEAR_READERS),
    "publication:comments": reading(*YEAR_READERS),
    "publication:comment": working([Role.EVALUATION_TEAM, Role.DEPARTMENT_HEAD], YEAR_READERS),
}

PUBLISHED: Mapping[str, Access] = {
    "published:index": ANYONE,
    "published:index-in": ANYONE,
    "published:page": ANYONE,
    "published:page-in": ANYONE,
    "published:remarks": ANYONE,
    "published:version": ANYONE,
    "published:version-in": ANYONE,
    "published:figures": ANYONE,
    "published:figures-in": ANYONE,
    "published:file": ANYONE,
    "published:remark": ANYONE,
}

TABLE: Mapping[str, Access] = {
    **SITE,
    **ACCOUNTS,
    **TRAIL,
    **IDENTITY,
    **PETITIONS,
    **PORTAL,
    **CYCLE,
    **LEDGER,
    **OBJECTIVES,
    **INDICATORS,
    **MONITORING,
    **FOLLOWUP,
    **SELF_EVALUATION,
    **PUBLICATION,
    **PUBLISHED,
    **FINANCE,
}
"""Name of an address → who is let in."""

NOBODY = Access()

__all__ = ["CASEWORK", "EVALUATION", "TABLE", "Access", "access_to", "allowed", "reading", "working"]


def access_to(name: str) -> Access:
    """Return who may open an address; nobody where the table does not know it."""
    return TABLE.get(name, NOBODY)


def allowed(user: User | AnonymousUser, name: str, *, writing: bool = False) -> bool:
    """Tell whether somebody may open an address, to look or to send."""
    roles = user.roles if isinstance(user, User) and user.is_active else frozenset()
    return access_to(name).allows(roles, writing=writing)
