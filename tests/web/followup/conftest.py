"""A department with two years, a problem and a measure of the earlier one, and its people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.cycle import services as cycle
from hengping_web.cycle.models import EvaluationYear


@dataclass(frozen=True, slots=True)
class Department:
    """The bureau's two years, and who works on them."""

    before: EvaluationYear
    now: EvaluationYear
    team: User
    clerk: User
    head: User
    officer: User


@pytest.fixture
def department(account: Callable[..., User], bureau: Any) -> Department:
    """Return the bureau with its years: one problem with one measure in 2024, nothing yet in 2025."""
    team, clerk = account(Role.EVALUATION_TEAM), account(Role.OFFICE_CLERK)
    head, officer = account(Role.DEPARTMENT_HEAD), account(Role.FINANCE_OFFICER)
    before = EvaluationYear.objects.create(
        organisation=bureau.office, year=2024, scheme="ministry-2020", reported_on=date(2025, 3, 14)
    )
    now = EvaluationYear.objects.create(
        organisation=bureau.office, year=2025, scheme="ministry-2020", reported_on=date(2026, 3, 14)
    )
    cycle.load_rows(before, "problems", [PROBLEM], team)
    cycle.load_rows(before, "remedies", [MEASURE], team)
    return Department(before, now, team, clerk, head, officer)


PROBLEM = {
    "problem": "Q1",
    "title": "答复逾期",
    "detail": "少量事项逾期。",
    "cause": "提醒没有到岗。",
    "owner": "督查科",
}
MEASURE = {"problem": "Q1", "text": "到期前逐件提醒", "owner": "督查科", "due_on": "2025-06-30"}
