"""Who may take which step: in which capacity an account acts on a matter, and which roles have which duty.

The core says in what capacity a step may be taken; here is only whose work it is inside an organisation. A desk is
where a matter waits.
"""

from __future__ import annotations

from collections.abc import Mapping

from hengping.petitions import model as core
from hengping.petitions.model import State, Step
from hengping_web.accounts.roles import Role

OFFICE = frozenset({Role.REGISTRAR, Role.SORTER, Role.SUPERVISOR, Role.LEADER})
UNIT = frozenset({Role.CLERK, Role.HEAD})
HEAD = frozenset({Role.HEAD})
SORTERS = frozenset({Role.SORTER})
OVERSEERS = frozenset({Role.SUPERVISOR, Role.LEADER})

DUTY: Mapping[core.Role, frozenset[Role]] = {
    core.Role.PETITION_OFFICE: OFFICE,
    core.Role.HANDLING_BODY: UNIT,
    core.Role.REVIEW_BODY: frozenset({Role.REVIEWER}),
    core.Role.RE_REVIEW_BODY: frozenset({Role.RE_REVIEWER}),
    core.Role.SUPERIOR: frozenset({Role.LEADER}),
    core.Role.COMMITTEE: frozenset({Role.LEADER}),
    core.Role.JOINT_CONFERENCE: frozenset({Role.LEADER}),
    core.Role.MEDIATION_BODY: UNIT,
    core.Role.PETITIONER: frozenset({Role.REGISTRAR, Role.CLERK, Role.REVIEWER, Role.RE_REVIEWER}),
}
"""Roles that act in a capacity, where the table below says nothing more exact."""

EXACT: Mapping[str, frozenset[Role]] = {
    "file": frozenset({Role.REGISTRAR}),
    "file-direct": frozenset({Role.CLERK}),
    "register": frozenset({Role.REGISTRAR}),
    "sort-claim": SORTERS,
    "sort-suggestion": SORTERS,
    "sort-accusation": SORTERS,
    "sort-litigation": SORTERS,
    "submit": SORTERS,
    "forward": SORTERS,
    "assign": SORTERS,
    "transfer-litigation": SORTERS | UNIT,
    "guide-litigation": SORTERS | UNIT,
    "transfer-accusation": SORTERS | UNIT,
    "decline": SORTERS,
    "uphold-objection": SORTERS,
    "overrule-objection": SORTERS,
    "supervise": OVERSEERS,
    "advise-improvement": OVERSEERS,
    "advise-policy": OVERSEERS,
    "advise-accountability": OVERSEERS,
    "conference-item": OVERSEERS,
    "extend": HEAD,
    "answer": HEAD,
    "evaluate-office": frozenset(),
    "evaluate-unit": frozenset(),
    "request-review": frozenset({Role.REVIEWER, Role.CLERK, Role.REGISTRAR}),
    "request-re-review": frozenset({Role.RE_REVIEWER, Role.REVIEWER, Role.REGISTRAR}),
}
"""Steps that are some roles' own. An evaluation is the citizen's alone: nobody on the staff enters one."""

REGISTER, SORT, DECIDE, HANDLE, REVIEW, RE_REVIEW = "register", "sort", "decide", "handle", "review", "re-review"
DESK_TITLES: Mapping[str, str] = {
    REGISTER: "待登记",
    SORT: "待分类、转交与核实异议",
    DECIDE: "待决定受理机关",
    HANDLE: "待签收、受理、办理与送达",
    REVIEW: "待复查",
    RE_REVIEW: "待复核",
}
"""Where a matter waits, in words."""

DESKS: Mapping[Role, tuple[str, ...]] = {
    Role.REGISTRAR: (REGISTER,),
    Role.SORTER: (SORT,),
    Role.LEADER: (DECIDE,),
    Role.CLERK: (HANDLE,),
    Role.HEAD: (HANDLE,),
    Role.REVIEWER: (REVIEW,),
    Role.RE_REVIEWER: (RE_REVIEW,),
}
"""Whose desk is whose."""

_AT: Mapping[State, tuple[core.Role, str]] = {
    State.FILED: (core.Role.PETITION_OFFICE, REGISTER),
    State.REGISTERED: (core.Role.PETITION_OFFICE, SORT),
    State.SORTED: (core.Role.PETITION_OFFICE, SORT),
    State.SUBMITTED: (core.Role.PETITION_OFFICE, SORT),
    State.RETURNED: (core.Role.PETITION_OFFICE, SORT),
    State.OBJECTED: (core.Role.PETITION_OFFICE, SORT),
    State.DISPUTED: (core.Role.SUPERIOR, DECIDE),
    State.FILED_DIRECT: (core.Role.HANDLING_BODY, HANDLE),
    State.TRANSFERRED: (core.Role.HANDLING_BODY, HANDLE),
    State.RECEIVED: (core.Role.HANDLING_BODY, HANDLE),
    State.RECEIVED_DIRECT: (core.Role.HANDLING_BODY, HANDLE),
    State.ACCEPTED: (core.Role.HANDLING_BODY, HANDLE),
    State.DIVERTED: (core.Role.HANDLING_BODY, HANDLE),
    State.PERFORMING: (core.Role.HANDLING_BODY, HANDLE),
    State.HANDLING: (core.Role.HANDLING_BODY, HANDLE),
    State.REDOING: (core.Role.HANDLING_BODY, HANDLE),
    State.ANSWERED: (core.Role.HANDLING_BODY, HANDLE),
    State.STUDYING: (core.Role.HANDLING_BODY, HANDLE),
    State.ADOPTED: (core.Role.HANDLING_BODY, HANDLE),
    State.REVIEWING: (core.Role.REVIEW_BODY, REVIEW),
    State.REVIEWED: (core.Role.REVIEW_BODY, REVIEW),
    State.RE_REVIEWING: (core.Role.RE_REVIEW_BODY, RE_REVIEW),
}
"""In which state who acts, and at which desk; in every other state nobody on the staff has to."""


def desk_at(state: State, capacity: core.Role) -> str:
    """Return the desk at which a matter waits for a capacity, or nothing."""
    found = _AT.get(state)
    return found[1] if found and found[0] is capacity else ""


def roles_for(step: Step, capacity: core.Role) -> frozenset[Role]:
    """Return the roles whose work a step is, in a capacity the step allows."""
    if capacity not in step.by:
        return frozenset()
    exact = EXACT.get(step.key)
    if exact is not None:
        return exact
    return DUTY[capacity]
