"""Search in Chinese, lists by the clock that bites first, pages by key, earlier matters, statistics to the exact list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from hengping.petitions import model as core
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.petitions import queries, services
from hengping_web.petitions.models import EarlierLink, Event, Involvement, Matter
from hengping_web.petitions.queries import Wanted
from hengping_web.petitions.search import words

pytestmark = pytest.mark.django_db


def test_text_is_cut_into_neighbouring_pairs() -> None:
    assert words("南门 A栋12号") == ["南门", "a", "栋", "12", "号"]
    assert words("人行道") == ["人行", "行道"]
    assert words("！？\u202e🙂") == []


@pytest.mark.parametrize(
    ("text", "count"), [("人行道", 1), ("行道破损", 1), ("路灯", 1), ("人行 路灯", 0), ("道人", 0), ('" OR 1', 0)]
)
def test_chinese_is_found_by_any_part_of_a_word(
    staff: Callable[..., User], filed: Callable[..., Any], text: str, count: int
) -> None:
    filed(summary="人行道破损")
    filed(summary="路灯不亮", claim="")

    rows = queries.found(staff(Role.SORTER), Wanted(text=text)).rows

    assert len(rows) == count


def test_a_changed_summary_is_found_by_its_new_words_only(
    staff: Callable[..., User], filed: Callable[..., Any]
) -> None:
    matter = filed(summary="人行道破损", claim="").matter
    services.describe(matter, "下水道堵塞", "", "东区", "", staff(Role.REGISTRAR))

    found = [len(queries.found(staff(Role.SORTER), Wanted(text=text)).rows) for text in ("人行道破", "下水道")]

    assert found == [0, 1]


def test_the_inbox_begins_with_the_clock_that_bites_first(
    staff: Callable[..., User], filed: Callable[..., Any], today: date
) -> None:
    days = [today - timedelta(days=ago) for ago in (3, 20, 9)]
    for day in days:
        filed(filed_on=day)

    rows = queries.inbox(staff(Role.SORTER), today).rows

    assert [row.matter.filed_on for row in rows] == sorted(days)
    assert rows[0].urgency == "overdue"


def test_pages_by_key_show_every_row_once(
    staff: Callable[..., User], filed: Callable[..., Any], today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    made = {filed().matter.number for _ in range(5)}

    seen: list[str] = []
    after = ""
    while True:
        page = queries.inbox(staff(Role.SORTER), today, after)
        seen += [row.matter.number for row in page.rows]
        after = page.following
        if not after:
            break

    assert (len(seen), set(seen)) == (5, made)


@pytest.mark.parametrize(
    "after", ["x", "2026-01-01_", "2026-01-01_-1", "9999-99-99_1", "2026-01-01_" + "9" * 40, "２_1"]
)
def test_a_forged_page_key_begins_at_the_beginning(
    staff: Callable[..., User], filed: Callable[..., Any], today: date, after: str
) -> None:
    filed()

    assert len(queries.inbox(staff(Role.SORTER), today, after).rows) == 1


def test_events_cannot_be_changed_or_deleted_even_by_the_database_account(filed: Callable[..., Any]) -> None:
    filed()

    for statement in ("UPDATE petitions_event SET step = 'x'", "DELETE FROM petitions_event"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Event.objects.count() == 2


def test_an_earlier_matter_is_suggested_by_its_words_and_linked_by_a_person(
    town: Any, staff: Callable[..., User], sign_in: Callable[..., Any], filed: Callable[..., Any]
) -> None:
    first = filed(summary="小区南门外人行道破损").matter
    filed(summary="幼儿园收费太高", claim="请求退费")
    second = filed(summary="南门外人行道破损无人修").matter

    likely = queries.earlier(staff(Role.REGISTRAR), second)
    linked = sign_in(Role.REGISTRAR).post(
        f"/petitions/of/{second.number}/earlier/", {"earlier": first.number, "comparison": "同一处人行道，同一请求"}
    )

    assert [one.matter.number for one in likely] == [first.number]
    assert linked.status_code == HTTPStatus.FOUND
    assert EarlierLink.objects.get().confirmed_by == staff(Role.REGISTRAR)
    assert {row.step for row in second.events.all()} >= {"link-earlier"}
    assert {row.step for row in first.events.all()} >= {"note-repeat"}


def test_regions_add_up_and_a_number_leads_to_exactly_its_matters(
    town: Any, sign_in: Callable[..., Any], transferred: Callable[..., Matter], filed: Callable[..., Any], today: date
) -> None:
    late = today - timedelta(days=40)
    old = filed(filed_on=late, region="东区").matter
    filed(filed_on=late, region="其他")
    Matter.objects.filter(pk=old.pk)

    browser = sign_in(Role.LEADER)
    page = browser.get(f"/petitions/statistics/timely-acceptance/?year={today.year}")

    assert page.status_code == HTTPStatus.OK
    assert page.context["of"] == sum(whole for _, _, whole, _ in page.context["regions"]) == 2
    assert len(page.context["slice"].rows) == page.context["of"]


def test_small_cells_are_not_shown_outside_the_bureau(
    town: Any, sign_in: Callable[..., Any], filed: Callable[..., Any], act: Callable[..., Matter], today: date
) -> None:
    matter = filed(filed_on=today - timedelta(days=40)).matter
    act(matter, "sort-claim", core.Role.PETITION_OFFICE, "office")
    act(matter, "forward", core.Role.PETITION_OFFICE, "office", 去向="repairs")

    inside = sign_in(Role.LEADER).get(f"/petitions/statistics/timely-acceptance/?year={today.year}")
    outside = sign_in(Role.HEAD, town.repairs).get(f"/petitions/statistics/timely-acceptance/?year={today.year}")

    assert (inside.context["hidden"], outside.context["hidden"]) == (False, True)
    assert outside.context["slice"] is None
    assert "不足 5 件，不公布" in outside.content.decode()


def test_saved_filters_are_ones_own(sign_in: Callable[..., Any]) -> None:
    sorter = sign_in(Role.SORTER)
    sorter.post("/petitions/filters/", {"name": "待办走访", "query": "channel=visit"})

    assert "待办走访" in sorter.get("/petitions/all/").content.decode()
    assert "待办走访" not in sign_in(Role.REGISTRAR).get("/petitions/all/").content.decode()


def test_every_open_matter_has_an_owner_once_one_is_named(
    staff: Callable[..., User], sign_in: Callable[..., Any], filed: Callable[..., Any]
) -> None:
    matter = filed().matter
    owner = staff(Role.SORTER)

    sign_in(Role.LEADER).post(f"/petitions/of/{matter.number}/owner/", {"owner": owner.username})

    assert str(owner) in sign_in(Role.LEADER).get("/petitions/backlog/").content.decode()


def test_reception_days_are_announced_on_the_portal_by_post(
    town: Any, sign_in: Callable[..., Any], visitor: Any, today: date
) -> None:
    given = {"on": (today + timedelta(days=3)).isoformat(), "post": "副市长", "place": "市信访接待大厅"}

    sign_in(Role.LEADER).post("/petitions/reception/", given)

    assert "副市长" in visitor.get("/portal/").content.decode()


def test_involvement_can_be_derived_again_at_any_time(answered: Callable[..., Matter], today: date) -> None:
    matter = answered()
    before = sorted(Involvement.objects.filter(matter=matter).values_list("organisation__key", "desk", "due_on"))
    Involvement.objects.filter(matter=matter).delete()

    services.refresh(matter, today)

    after = sorted(Involvement.objects.filter(matter=matter).values_list("organisation__key", "desk", "due_on"))
    assert after == before
