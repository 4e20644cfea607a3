"""A department that plans its year: its people, and a plan without anything to answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.cycle.models import EvaluationYear


@dataclass(frozen=True, slots=True)
class Planning:
    """The year that is planned, and who works on it."""

    year: EvaluationYear
    clerk: User
    team: User
    head: User


@pytest.fixture
def planning(account: Callable[..., User], bureau: Any) -> Planning:
    year = EvaluationYear.objects.create(
        organisation=bureau.office, year=2025, scheme="ministry-2020", reported_on=date(2026, 3, 14)
    )
    return Planning(year, account(Role.OFFICE_CLERK), account(Role.EVALUATION_TEAM), account(Role.DEPARTMENT_HEAD))


@pytest.fixture
def desks(planning: Planning, seated: Callable[[User], Any]) -> Any:
    """Return the browsers of clerk, team and head."""
    return {name: seated(getattr(planning, name)) for name in ("clerk", "team", "head")}
