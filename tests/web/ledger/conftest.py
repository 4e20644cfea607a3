"""A department with a year, a finance officer at a desk, and small entries to make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from hengping.ledger.model import Account, Adjustment, Entry, Fund, Part, Phase
from hengping_web.accounts.roles import Role
from hengping_web.cycle import services as years
from hengping_web.cycle.models import EvaluationYear
from hengping_web.cycle.services import Edit, Opening

Desk = Any
PROJECT = {"code": "P1", "title": "信访业务工作专项", "category": "business", "key": "true"}


def entry(
    phase: Phase = Phase.EXECUTION,
    amount: str = "60.00",
    economic: str = "30201",
    *,
    project: str = "",
    functional: str = "2010301",
    adjustment: Adjustment | None = None,
    voucher: str = "",
    on: date | None = None,
    procurement: bool = False,
) -> Entry:
    part = Part.PROJECT if project else Part.BASIC
    return Entry(
        account=Account(phase, part, Fund.GENERAL, functional, economic, project),
        amount=Decimal(amount),
        adjustment=adjustment,
        voucher=voucher,
        on=on,
        procurement=procurement,
    )


@pytest.fixture
def year(bureau: Any) -> EvaluationYear:
    made = years.open_year(Opening(organisation=bureau.office, year=2024, scheme="", reported_on=date(2025, 3, 14)))
    years.save_row(made, Edit(table="projects", values=PROJECT))
    return made


@pytest.fixture
def officer(desk: Callable[..., Desk]) -> Desk:
    return desk(Role.FINANCE_OFFICER, username="finance")


@pytest.fixture
def at() -> Callable[..., str]:
    """Return a maker of addresses of the year's ledger."""
    return lambda rest="": f"/years/city-petition-office/2024/ledger/{rest}"


@pytest.fixture
def filled() -> Callable[..., Mapping[str, str]]:
    """Return a maker of what an entry form sends."""

    def fill(**more: str) -> Mapping[str, str]:
        given = {
            "phase": "execution",
            "part": "basic",
            "fund": "general",
            "functional": "2010301",
            "economic": "30201",
            "project": "",
            "amount": "1,234.50",
            "adjustment": "",
            "voucher": "记-1",
            "on": "2024-03-05",
            "note": "购办公用品",
        }
        return given | more

    return fill
