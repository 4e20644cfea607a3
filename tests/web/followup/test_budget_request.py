"""A zero-based request beside the results it may refer to: drivers make amounts, and what is submitted stays."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.followup.models import BudgetRequest, RequestItem

pytestmark = pytest.mark.django_db

HERE = "/years/city-petition-office/2024/request/"


def line(**changes: str) -> dict[str, str]:
    given = {
        "title": "接访值班",
        "part": "project",
        "economic": "30226",
        "purpose": "节假日接访不断档",
        "refers": "problem:Q1",
        "seen": "0",
        "driver-TOTAL_FORMS": "3",
        "driver-INITIAL_FORMS": "0",
        "driver-MIN_NUM_FORMS": "0",
        "driver-MAX_NUM_FORMS": "8",
        "driver-0-title": "值班补助",
        "driver-0-quantity": "6",
        "driver-0-unit": "人",
        "driver-0-frequency": "12",
        "driver-0-price": "80.50",
        "driver-0-basis": "市值班补助标准",
        "driver-1-frequency": "1",
        "driver-2-frequency": "1",
    }
    return given | changes


@pytest.fixture
def officer(department: Any, seated: Callable[[User], Any]) -> Any:
    desk = seated(department.officer)
    desk.post(f"{HERE}begin/")
    return desk


def test_an_amount_is_computed_from_its_drivers_and_refers_to_a_finding(officer: Any) -> None:
    done = officer.post(f"{HERE}items/new/", line())

    page = officer.get(HERE).content.decode()
    assert done.status_code == HTTPStatus.FOUND
    assert "6 人 × 12 次 × 80.50 元 ＝ 5,796.00 元" in page
    assert "问题：答复逾期" in page
    assert "2026 年度预算申报" in page


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {
                "driver-0-title": "",
                "driver-0-quantity": "",
                "driver-0-unit": "",
                "driver-0-price": "",
                "driver-0-basis": "",
                "driver-0-frequency": "1",
            },
            "没有测算因素",
        ),
        ({"driver-0-basis": "同上年"}, "以上年数作依据"),
        ({"driver-0-quantity": "0"}, "都须大于零"),
        ({"refers": "problem:Q9"}, "problem:Q9"),
        ({"economic": "302"}, "302"),
    ],
)
def test_a_line_that_does_not_hold_goes_back(officer: Any, change: dict[str, str], told: str) -> None:
    page = officer.post(f"{HERE}items/new/", line(**change))

    assert page.status_code == 422
    assert told in page.content.decode()
    assert RequestItem.objects.count() == 0


def test_a_line_is_changed_by_a_new_revision(officer: Any) -> None:
    officer.post(f"{HERE}items/new/", line())

    changed = officer.post(f"{HERE}items/1/", line(seen="1", **{"driver-0-quantity": "5"}))
    late = officer.post(f"{HERE}items/1/", line(seen="1", **{"driver-0-quantity": "4"}))

    assert (changed.status_code, late.status_code) == (HTTPStatus.FOUND, 422)
    assert [row.to_core().amount for row in RequestItem.objects.order_by("revision")] == [5796, 4830]
    with pytest.raises(DatabaseError), transaction.atomic():
        RequestItem.objects.update(title="改")


def test_a_withdrawn_line_no_longer_counts_but_stays(officer: Any) -> None:
    officer.post(f"{HERE}items/new/", line())

    officer.post(f"{HERE}items/1/", {"withdraw": "yes"})

    assert "还没有申报项。" in officer.get(HERE).content.decode()
    assert RequestItem.objects.count() == 2


def test_what_is_submitted_is_not_changed_any_more(
    officer: Any, department: Any, seated: Callable[[User], Any], logged: Callable[[], list[str]]
) -> None:
    officer.post(f"{HERE}items/new/", line())

    by_officer = officer.post(f"{HERE}submit/")
    by_head = seated(department.head).post(f"{HERE}submit/")
    after = officer.post(f"{HERE}items/1/", line(seen="1"))

    assert by_officer.status_code == HTTPStatus.FORBIDDEN
    assert by_head.status_code == HTTPStatus.FOUND
    assert after.status_code == 422
    assert "不再改动" in after.content.decode()
    assert BudgetRequest.objects.get().state == "submitted"
    assert logged()[-1] == "request.submitted"


def test_an_empty_request_is_not_submitted(officer: Any, department: Any, seated: Callable[[User], Any]) -> None:
    page = seated(department.head).post(f"{HERE}submit/")

    assert page.status_code == 422
    assert "没有申报项目" in page.content.decode()


def test_another_department_reads_no_request(
    officer: Any, account: Callable[..., User], seated: Callable[[User], Any], bureau: Any
) -> None:
    officer.post(f"{HERE}items/new/", line())
    stranger = seated(account(Role.FINANCE_OFFICER, username="stranger", organisation=bureau.department))

    assert stranger.get(HERE).status_code == 404
    assert stranger.post(f"{HERE}items/new/", line()).status_code == 404
    assert stranger.post(f"{HERE}items/1/", {"withdraw": "yes"}).status_code == 404
    assert RequestItem.objects.count() == 1
