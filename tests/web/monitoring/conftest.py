"""A department in the middle of its year: a fixed plan, a ledger with payments of the first half, its people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.cycle.models import EvaluationYear
from hengping_web.ledger import services as ledger
from hengping_web.objectives import services as plans
from hengping_web.objectives.models import OBJECTIVES, TARGETS

ENTRY = {"part": "project", "fund": "general", "functional": "2014004", "economic": "30227"}
LEDGER = (
    {"entry": "E1", "phase": "initial", "amount": "3650000.00", **ENTRY},
    {"entry": "E2", "phase": "execution", "amount": "400000.00", "on": "2025-03-31", "voucher": "记1", **ENTRY},
    {"entry": "E3", "phase": "execution", "amount": "600000.00", "on": "2025-06-30", "voucher": "记2", **ENTRY},
)


def target(key: str, title: str, points: str, **changed: str) -> dict[str, str]:
    row = {
        "indicator": key,
        "block": "产出指标",
        "level2": "数量指标",
        "level3": title,
        "operator": "≥",
        "target": "95",
        "unit": "%",
        "points": points,
    }
    return row | changed


ROWS = (
    target("staff-trained", "培训信访干部", "20", target="365", unit="人次"),
    target("timely-reply", "按期答复率", "20", level2="时效指标"),
    target("transfer-accuracy", "转送准确率", "10", level2="质量指标"),
    target("repeat-rate", "重复信访率", "30", block="效益指标", level2="社会效益指标", operator="≤", target="10"),
    target("public-satisfaction", "社会公众满意度", "10", block="满意度指标", level2="服务对象满意度指标", target="90"),
)
AIM = {"objective": "O1", "title": "依法及时办理", "expected": "按期答复", "indicators": "timely-reply"}


@dataclass(frozen=True, slots=True)
class Running:
    """The year that runs, and who works on it."""

    year: EvaluationYear
    clerk: User
    officer: User
    team: User
    head: User


@pytest.fixture
def running(account: Callable[..., User], bureau: Any) -> Running:
    year = EvaluationYear.objects.create(
        organisation=bureau.office, year=2025, scheme="ministry-2020", reported_on=date(2026, 3, 14)
    )
    found = Running(
        year,
        account(Role.OFFICE_CLERK),
        account(Role.FINANCE_OFFICER),
        account(Role.EVALUATION_TEAM),
        account(Role.DEPARTMENT_HEAD),
    )
    ledger.load(year, LEDGER, found.officer)
    plans.load(year, OBJECTIVES, [AIM], found.clerk)
    plans.load(year, TARGETS, ROWS, found.clerk)
    plans.submit(year, date(2025, 1, 20), found.clerk)
    plans.approve(year, 1, date(2025, 1, 21), found.head)
    year.refresh_from_db()
    return found


@pytest.fixture
def desks(running: Running, seated: Callable[[User], Any]) -> Any:
    """Return the browsers of clerk, finance officer, team and head."""
    return {name: seated(getattr(running, name)) for name in ("clerk", "officer", "team", "head")}
