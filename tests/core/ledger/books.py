"""Small books for the tests of this folder."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hengping.ledger.model import Account, Adjustment, Book, Entry, Fund, Part, Phase, Project

WAGES, RETIRED, OFFICE, RECEPTION, VEHICLE, EQUIPMENT = "30101", "30302", "30201", "30217", "30231", "31002"


def account(
    phase: Phase,
    economic: str = OFFICE,
    part: Part = Part.BASIC,
    project: str = "",
    fund: Fund = Fund.GENERAL,
    functional: str = "2010301",
) -> Account:
    return Account(phase, part, fund, functional, economic, project)


def entry(
    phase: Phase,
    amount: str,
    economic: str = OFFICE,
    *,
    project: str = "",
    fund: Fund = Fund.GENERAL,
    functional: str = "2010301",
    adjustment: Adjustment | None = None,
    policy: bool = False,
    procurement: bool = False,
    on: date | None = None,
    voucher: str = "",
    line: int | None = None,
) -> Entry:
    part = Part.PROJECT if project else Part.BASIC
    return Entry(
        account=account(phase, economic, part, project, fund, functional),
        amount=Decimal(amount),
        adjustment=adjustment,
        policy=policy,
        procurement=procurement,
        on=on,
        voucher=voucher,
        file="ledger.csv",
        line=line,
    )


PROJECTS = (
    Project(code="P1", title="接访场所运行", category="operation"),
    Project(code="P2", title="矛盾化解", category="business", key=True),
)


def year() -> Book:
    """A whole year: every phase, both parts, one carry-over, one supplement, one transfer, procurement."""
    return Book.of(
        2024,
        [
            entry(Phase.INITIAL, "500000.00", WAGES),
            entry(Phase.INITIAL, "20000.00", RETIRED),
            entry(Phase.INITIAL, "80000.00", OFFICE),
            entry(Phase.INITIAL, "10000.00", RECEPTION),
            entry(Phase.INITIAL, "300000.00", OFFICE, project="P1"),
            entry(Phase.INITIAL, "90000.00", VEHICLE, project="P2"),
            entry(Phase.ADJUSTMENT, "40000.00", OFFICE, project="P1", adjustment=Adjustment.CARRIED_IN),
            entry(Phase.ADJUSTMENT, "60000.00", WAGES, adjustment=Adjustment.SUPPLEMENT, policy=True),
            entry(
                Phase.ADJUSTMENT, "30000.00", OFFICE, project="P2", adjustment=Adjustment.SUPPLEMENT, procurement=True
            ),
            entry(Phase.ADJUSTMENT, "-5000.00", OFFICE, adjustment=Adjustment.REDUCTION),
            entry(Phase.ADJUSTMENT, "-3000.00", OFFICE, adjustment=Adjustment.TRANSFER),
            entry(Phase.ADJUSTMENT, "3000.00", RETIRED, adjustment=Adjustment.TRANSFER),
            entry(Phase.EXECUTION, "555000.00", WAGES, voucher="记-1", on=date(2024, 6, 30)),
            entry(Phase.EXECUTION, "23000.00", RETIRED, voucher="记-2", on=date(2024, 7, 1)),
            entry(Phase.EXECUTION, "70000.00", OFFICE, voucher="记-3", on=date(2024, 9, 1)),
            entry(Phase.EXECUTION, "8000.00", RECEPTION, voucher="记-4", on=date(2024, 9, 30)),
            entry(Phase.EXECUTION, "330000.00", OFFICE, project="P1", voucher="记-5", on=date(2024, 10, 1)),
            entry(
                Phase.EXECUTION,
                "28000.00",
                OFFICE,
                project="P2",
                procurement=True,
                voucher="记-6",
                on=date(2024, 11, 1),
            ),
            entry(Phase.EXECUTION, "85000.00", VEHICLE, project="P2", voucher="记-7", on=date(2024, 12, 1)),
            entry(Phase.FINAL, "555000.00", WAGES),
            entry(Phase.FINAL, "23000.00", RETIRED),
            entry(Phase.FINAL, "70000.00", OFFICE),
            entry(Phase.FINAL, "8000.00", RECEPTION),
            entry(Phase.FINAL, "330000.00", OFFICE, project="P1"),
            entry(Phase.FINAL, "28000.00", OFFICE, project="P2"),
            entry(Phase.FINAL, "85000.00", VEHICLE, project="P2"),
        ],
        PROJECTS,
    )
