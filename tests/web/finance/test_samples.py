"""A list is fixed, a seed comes afterwards, the sample is drawn once and can be drawn again by anybody."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from hengping.errors import Refusal
from hengping.performance.sampling import Plan
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.finance import models, queries, services
from hengping_web.finance.models import Drawing, Line, SampledDepartment, SampleList
from hengping_web.followup import models as followup
from hengping_web.trail.models import LogEntry

pytestmark = pytest.mark.django_db

TODAY = date(2025, 4, 10)


@pytest.fixture
def fixed(reviewer: User, lines: list[Line]) -> SampleList:
    return services.fix_list("2024年度复评抽样", 2024, Plan(by_risk=1, by_chance=2), "", TODAY, reviewer)


def test_a_list_is_fixed_with_its_hash_on_the_trail(
    reviewer: User, seated: Callable[[User], Any], lines: list[Line], logged: Callable[[], list[str]]
) -> None:
    desk = seated(reviewer)

    answer = desk.post(
        "/finance/2024/samples/", {"title": "抽样", "by_risk": "1", "by_chance": "2", "least_points": "2"}
    )

    made = SampleList.objects.get()
    assert answer["Location"] == f"/finance/samples/{made.pk}/"
    assert logged()[-1] == "sample.fixed"
    assert json.loads(LogEntry.objects.latest("sequence").details)["sha256"] == made.list_digest
    text = desk.get(f"/finance/samples/{made.pk}/list.txt").content
    assert hashlib.sha256(text).hexdigest() == made.list_digest
    assert made.list_digest in desk.get(f"/finance/samples/{made.pk}/").content.decode()


def test_the_sample_is_drawn_after_the_list_and_says_why(
    fixed: SampleList, reviewer: User, seated: Callable[[User], Any], logged: Callable[[], list[str]]
) -> None:
    desk = seated(reviewer)

    answer = desk.post(f"/finance/samples/{fixed.pk}/", {"seed": "03 11 19", "origin": "当日开奖号码"})

    assert answer.status_code == HTTPStatus.FOUND
    chosen = list(queries.chosen(fixed))
    assert (chosen[0].organisation.key, chosen[0].share) == ("city-health", "risk")
    assert chosen[0].words == "风险点合计 4 分：核对发现 2 处矛盾（3 分）；没有复评记录（1 分）。"
    tickets = {line["key"]: hashlib.sha256(f"03 11 19|{line['key']}".encode()).hexdigest() for line in fixed.candidates}
    by_hand = [key for key in sorted(tickets, key=tickets.__getitem__) if key != "city-health"][:2]
    assert [one.organisation.key for one in chosen[1:]] == by_hand
    page = desk.get(f"/finance/samples/{fixed.pk}/").content.decode()
    assert all(text in page for text in ("03 11 19", "当日开奖号码", "随机抽签第", "尚未复评"))
    assert logged()[-1] == "sample.drawn"


def test_a_list_is_drawn_once(fixed: SampleList, reviewer: User) -> None:
    services.draw(fixed, "first", "会议室掷骰", reviewer)

    with pytest.raises(Refusal, match="一份名单只抽一次"):
        services.draw(fixed, "second", "会议室掷骰", reviewer)

    assert Drawing.objects.get().seed == "first"


def test_what_changed_after_the_list_was_fixed_does_not_change_the_sample(
    fixed: SampleList, reviewer: User, lines: list[Line]
) -> None:
    Line.objects.filter(organisation__key="city-water").update(contradictions=99)

    services.draw(fixed, "03 11 19", "当日开奖号码", reviewer)

    assert queries.chosen(fixed)[0].organisation.key == "city-health"


def test_a_list_that_is_not_what_was_fixed_is_not_drawn_from(fixed: SampleList, reviewer: User) -> None:
    fixed.candidates[0]["facts"]["contradictions"] = "9"

    with pytest.raises(Refusal, match="与固定时的哈希值不符"):
        services.draw(fixed, "seed", "掷骰", reviewer)


def test_rows_of_a_sample_can_neither_be_changed_nor_deleted(fixed: SampleList, reviewer: User) -> None:
    services.draw(fixed, "seed", "掷骰", reviewer)

    for rows in (SampleList.objects, Drawing.objects, SampledDepartment.objects):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.all().delete()


def test_a_department_sampled_last_year_has_no_point_for_being_forgotten(fixed: SampleList, reviewer: User) -> None:
    services.draw(fixed, "seed", "掷骰", reviewer)

    assert queries.last_sampled([one.organisation_id for one in queries.chosen(fixed)], 2025) == {
        one.organisation_id: 2024 for one in queries.chosen(fixed)
    }


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"by_risk": "0", "by_chance": "0"}, "个数不对"),
        ({"by_risk": "5", "by_chance": "5"}, "要抽 10 个"),
        ({"by_risk": "-1", "by_chance": "2"}, "0"),
    ],
)
def test_a_list_that_cannot_be_drawn_from_goes_back(
    reviewer: User, seated: Callable[[User], Any], lines: list[Line], data: dict[str, str], told: str
) -> None:
    page = seated(reviewer).post("/finance/2024/samples/", {"title": "抽样", "least_points": "2", **data})

    assert page.status_code == 422
    assert told in page.content.decode()
    assert SampleList.objects.count() == 0


def test_a_department_does_not_see_lists(
    fixed: SampleList, account: Callable[..., User], seated: Callable[[User], Any], departments: Any
) -> None:
    head = seated(account(Role.DEPARTMENT_HEAD, organisation=departments[0]))
    auditor = seated(account(Role.AUDITOR, organisation=departments[0]))

    assert head.get(f"/finance/samples/{fixed.pk}/").status_code == HTTPStatus.FORBIDDEN
    assert auditor.get(f"/finance/samples/{fixed.pk}/").status_code == HTTPStatus.NOT_FOUND


def test_no_table_has_a_column_that_ranks_or_judges_a_person() -> None:
    forbidden = {
        "rank",
        "ranking",
        "position",
        "person",
        "employee",
        "petitioner",
        "user",
        "staff",
        "officer",
        "salary",
    }

    for module in (models, followup):
        for name in dir(module):
            model = getattr(module, name)
            if hasattr(model, "_meta") and model.__module__ == module.__name__:
                assert {field.name for field in model._meta.get_fields()} & forbidden == set(), name


@pytest.mark.parametrize("path", ["/finance/?year=2024", "/finance/2024/comparison/", "/finance/2024/samples/"])
def test_no_page_shows_who_works_in_a_department(
    path: str,
    reviewer: User,
    seated: Callable[[User], Any],
    lines: list[Line],
    account: Callable[..., User],
    departments: Any,
) -> None:
    account(Role.OFFICE_CLERK, username="somebody-at-work", organisation=departments[0])

    assert "somebody-at-work" not in seated(reviewer).get(path).content.decode()
