"""A city with eight departments and the finance bureau that looks over them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from hengping_web.accounts import services as accounts
from hengping_web.accounts.models import Organisation, User
from hengping_web.accounts.roles import Role
from hengping_web.finance.models import Line

NOW = datetime(2025, 4, 10, 2, 0, tzinfo=UTC)
TODAY = date(2025, 4, 10)

REPORT = """某市{name}2024年度部门整体支出绩效自评报告

一、基本情况
本单位编制{people}人，实有在编人数{people}人。

二、一般公共预算支出情况
2024年支出合计{total}万元，其中：基本支出{basic}万元，项目支出{project}万元。
我单位始终坚持以人民为中心的发展思想，把预算绩效管理贯穿于业务工作的全过程和各方面，取得了较好的成效。
"""


def report(name: str, *, total: str = "300", basic: str = "200", project: str = "100", people: int = 20) -> bytes:
    return REPORT.format(name=name, total=total, basic=basic, project=project, people=people).encode()


def packed(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


@pytest.fixture
def reviewer(account: Callable[..., User], bureau: Any) -> User:
    """Return the reviewer of the city's finance bureau."""
    finance = accounts.create_organisation("city-finance", "某市财政局", "department", parent=bureau.city)
    return account(Role.FINANCE_REVIEWER, organisation=finance)


@pytest.fixture
def departments(bureau: Any) -> list[Organisation]:
    """Return six more departments of the city."""
    names = {
        "education": "教育局",
        "health": "卫健委",
        "justice": "司法局",
        "roads": "交通局",
        "water": "水利局",
        "parks": "园林局",
    }
    return [
        accounts.create_organisation(f"city-{key}", f"某市{name}", "department", parent=bureau.city)
        for key, name in names.items()
    ]


@pytest.fixture
def lines(departments: list[Organisation]) -> list[Line]:
    """Return a line for each of the six, all but the last settled."""
    rates = ["97.20", "92.00", "95.50", "71.30", "94.00", "96.10"]
    made = []
    for number, (organisation, rate) in enumerate(zip(departments, rates, strict=True)):
        made.append(
            Line.objects.create(
                organisation=organisation,
                year=2024,
                state="evaluating" if number == 5 else "frozen",
                scheme="ministry-2020",
                score=Decimal("90.00") + number,
                possible=Decimal(100),
                score_rate=Decimal("90.00") + number,
                execution_rate=Decimal(rate),
                contradictions=2 if number == 1 else 0,
                remainders=1,
                unanswered=0,
                without_evidence=0,
                as_of=TODAY,
                refreshed_at=NOW,
            )
        )
    return made


@pytest.fixture(autouse=True)
def own_place(settings: Any, tmp_path: Any) -> None:
    """Keep received files apart, and audit them in the process of the test."""
    settings.DATA = tmp_path / "data"
    settings.AUDIT_WORKERS = 1
