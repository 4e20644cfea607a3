"""Nonsense in every field: a clear message, nothing lost, nothing leaked, no failure of the program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from hengping_web.accounts.roles import Role
from hengping_web.petitions import forms, queries
from hengping_web.petitions.models import Matter

pytestmark = pytest.mark.django_db

NONSENSE = ["", " ", "\0", "\u202e反写", "🙂" * 50, "'; DROP TABLE petitions_matter; --", "<script>alert(1)</script>", "{{7*7}}", "９９９", "-1", "\ud800"[:0] + "\ufffe", "a" * 5000]  # fmt: skip
REGISTRATION = (
    "channel",
    "filed_on",
    "persons",
    "representatives",
    "summary",
    "claim",
    "region",
    "category",
    "accused",
)


@pytest.mark.parametrize("text", NONSENSE)
def test_no_field_of_the_registration_breaks_the_site(
    town: Any, sign_in: Callable[..., Any], today: date, text: str
) -> None:
    good = {"channel": "visit", "filed_on": today.isoformat(), "persons": "1", "summary": "路灯不亮", "region": "东区"}
    registrar = sign_in(Role.REGISTRAR)

    codes = {registrar.post("/petitions/register/", {**good, name: text}).status_code for name in REGISTRATION}

    assert codes <= {HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.BAD_REQUEST}


@pytest.mark.parametrize("text", NONSENSE)
def test_no_filter_and_no_key_of_a_page_breaks_a_list(
    sign_in: Callable[..., Any], filed: Callable[..., Any], text: str
) -> None:
    filed()
    leader = sign_in(Role.LEADER)

    codes = set()
    for name in ("text", "state", "kind", "channel", "region", "since", "until", "after"):
        codes.add(leader.get("/petitions/all/", {name: text}).status_code)
    for path in ("", "backlog/", "overdue/", "statistics/", "statistics/timely-reply/"):
        codes.add(
            leader.get(f"/petitions/{path}", {"after": text, "year": text, "desk": text, "region": text}).status_code
        )

    assert codes == ({HTTPStatus.BAD_REQUEST} if "\0" in text else {HTTPStatus.OK})


@pytest.mark.parametrize("question", ["kind", "place", "summary", "story", "claim", "people", "who", "nonsense"])
@pytest.mark.parametrize("text", NONSENSE)
def test_no_answer_of_a_citizen_breaks_the_portal(town: Any, visitor: Any, question: str, text: str) -> None:
    given_to_all = dict.fromkeys(("kind", "region", "summary", "words", "claim", "persons", "named"), text)

    answer = visitor.post(f"/portal/file/{question}/", given_to_all)

    known = {HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.BAD_REQUEST}
    assert answer.status_code in known


def test_what_is_shown_again_is_text_and_never_markup(
    town: Any, sign_in: Callable[..., Any], filed: Callable[..., Any]
) -> None:
    matter = filed(summary="<img src=x onerror=alert(1)>", words="<script>alert(2)</script>").matter
    registrar = sign_in(Role.REGISTRAR)

    shown = [
        registrar.get(f"/petitions/of/{matter.number}/").content,
        registrar.post(f"/petitions/of/{matter.number}/words/").content,
        registrar.get("/petitions/all/").content,
    ]

    assert all(b"<img src=x" not in page and b"<script>alert" not in page for page in shown)


def test_marks_that_turn_the_text_around_are_taken_out(town: Any, sign_in: Callable[..., Any], today: date) -> None:
    sent = {
        "channel": "letter",
        "filed_on": today.isoformat(),
        "persons": "1",
        "summary": "路灯\u202e亮不",
        "region": "东区",
    }

    sign_in(Role.REGISTRAR).post("/petitions/register/", sent)

    assert Matter.objects.get().summary == "路灯亮不"


def test_ten_megabytes_of_text_are_refused_with_words(town: Any, visitor: Any) -> None:
    answer = visitor.post("/portal/file/story/", {"words": "长" * 3_500_000})

    assert answer.status_code in (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY)
    assert Matter.objects.count() == 0


@pytest.mark.parametrize("days", [1, 400, 100_000])
def test_a_day_to_come_is_refused(town: Any, sign_in: Callable[..., Any], today: date, days: int) -> None:
    sent = {
        "channel": "letter",
        "filed_on": (today + timedelta(days=days)).isoformat(),
        "persons": "1",
        "summary": "路灯不亮",
        "region": "东区",
    }

    answer = sign_in(Role.REGISTRAR).post("/petitions/register/", sent)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "收到日期晚于今天" in answer.content.decode()


@pytest.mark.parametrize("number", ["2026-999999", "x" * 200, "..", "1%00", "2026-000001-"])
def test_a_forged_number_is_a_page_that_does_not_exist(
    town: Any, sign_in: Callable[..., Any], filed: Callable[..., Any], number: str
) -> None:
    filed()

    answer = sign_in(Role.SORTER).get(f"/petitions/of/{number}/")

    assert answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST)


def test_a_step_that_is_none_is_refused_with_words(sign_in: Callable[..., Any], filed: Callable[..., Any]) -> None:
    matter = filed().matter

    answer = sign_in(Role.SORTER).get(f"/petitions/of/{matter.number}/step/erase-everything/")

    assert answer.status_code == HTTPStatus.CONFLICT
    assert "没有“erase-everything”这一环节" in answer.content.decode()


def test_a_visit_of_six_is_asked_for_representatives(town: Any, sign_in: Callable[..., Any], today: date) -> None:
    sent = {
        "channel": "visit",
        "filed_on": today.isoformat(),
        "persons": "6",
        "summary": "集体反映欠薪",
        "region": "东区",
    }
    registrar = sign_in(Role.REGISTRAR)

    without = registrar.post("/petitions/register/", sent)
    six = registrar.post("/petitions/register/", {**sent, "representatives": "6"})
    five = registrar.post("/petitions/register/", {**sent, "representatives": "5"})

    assert [answer.status_code for answer in (without, six, five)] == [422, 422, 200]
    assert "第二十条第三款" in without.content.decode()


def test_an_exported_list_holds_no_formula(sign_in: Callable[..., Any], filed: Callable[..., Any]) -> None:
    filed(summary="=HYPERLINK(1)")

    exported = sign_in(Role.SORTER).post("/petitions/all/export/").content.decode()

    assert "'=HYPERLINK(1)" in exported


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=some.text(max_size=60))
def test_no_text_at_all_breaks_the_search(db: None, text: str) -> None:
    form = forms.Search({"text": text})
    form.is_valid()

    assert list(queries.found(_nobody(), form.wanted()).rows) == []


def _nobody() -> Any:
    from hengping_web.accounts.models import Organisation, User

    place, _ = Organisation.objects.get_or_create(
        key="nowhere", defaults={"name": "某局", "kind": "unit", "path": "nowhere/"}
    )
    user, _ = User.objects.get_or_create(username="nobody", defaults={"title": "某岗", "organisation": place})
    user.grants.get_or_create(role=Role.CLERK.value)
    return User.objects.get(pk=user.pk)
