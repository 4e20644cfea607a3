"""Whose rows a member of staff sees: those of their own organisation, of all below it, or none."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from hengping_web.accounts import queries
from hengping_web.accounts.models import Organisation, User
from hengping_web.accounts.roles import Role

Row = TypeVar("Row", bound=Model)


class Reach(IntEnum):
    """How far down the tree a role sees."""

    NOTHING = 0
    OWN = 1
    BELOW = 2
    ALL = 3


REACH: Mapping[Role, Reach] = {
    Role.REGISTRAR: Reach.OWN,
    Role.SORTER: Reach.OWN,
    Role.CLERK: Reach.OWN,
    Role.HEAD: Reach.OWN,
    Role.REVIEWER: Reach.OWN,
    Role.RE_REVIEWER: Reach.OWN,
    Role.SUPERVISOR: Reach.BELOW,
    Role.LEADER: Reach.BELOW,
    Role.AUDITOR: Reach.BELOW,
    Role.IDENTITY_CUSTODIAN: Reach.NOTHING,
    Role.ADMINISTRATOR: Reach.NOTHING,
    Role.OFFICE_CLERK: Reach.OWN,
    Role.FINANCE_OFFICER: Reach.OWN,
    Role.EVALUATION_TEAM: Reach.OWN,
    Role.DEPARTMENT_HEAD: Reach.BELOW,
    Role.FINANCE_REVIEWER: Reach.ALL,
}
"""A unit sees only what was passed to it; supervision, leadership and audit also see the offices below their own."""


def reach_of(user: User) -> Reach:
    """Return the furthest reach among the roles of an account."""
    return max((REACH[role] for role in user.roles), default=Reach.NOTHING)


def visible(rows: QuerySet[Row], user: User, *fields: str) -> QuerySet[Row]:
    """Keep the rows whose organisation, in one of the named fields, is within the account's reach.

    A field may lead through a relation (``assignments__organisation``); a caller that names one of many asks for
    distinct rows itself.
    """
    reach = reach_of(user)
    if reach is Reach.NOTHING:
        return rows.none()
    if reach is Reach.ALL:
        return rows
    wanted = Q()
    for field in fields:
        if reach is Reach.OWN:
            wanted |= Q(**{field: user.organisation_id})
        else:
            wanted |= Q(**{f"{field}__in": queries.organisations_below(area_of(user))})
    return rows.filter(wanted)


def area_of(user: User) -> Organisation:
    """Return the top of the subtree an account oversees: a petition office oversees the area of its government."""
    organisation = user.organisation
    return organisation.parent if organisation.petition_office and organisation.parent else organisation


def may_see(user: User, organisation: Organisation) -> bool:
    """Tell whether one organisation is within the account's reach."""
    match reach_of(user):
        case Reach.ALL:
            return True
        case Reach.BELOW:
            return area_of(user).holds(organisation)
        case Reach.OWN:
            return user.organisation_id == organisation.pk
        case _:
            return False
