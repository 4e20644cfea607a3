"""What is filed with a unit itself is registered there; what citizens wrote is destroyed when its time is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.utils import timezone

from hengping.petitions import model as core
from hengping_web.accounts.roles import Role
from hengping_web.petitions import services
from hengping_web.petitions.models import Event, Facts, Matter, Words

pytestmark = pytest.mark.django_db

TOLD = {"channel": "visit", "persons": "1", "summary": "楼道灯不亮", "region": "东区", "words": "灯坏了三周。"}


def direct(browser: Any, today: date, **changes: str) -> Any:
    return browser.post("/petitions/direct/", {**TOLD, "kind": "claim", "filed_on": today.isoformat(), **changes})


def test_a_unit_registers_what_was_filed_with_it_and_hands_over_a_receipt(
    sign_in: Callable[..., Any], town: Any, today: date
) -> None:
    page = direct(sign_in(Role.CLERK, town.repairs), today)

    matter = Matter.objects.get()
    assert page.status_code == HTTPStatus.OK
    assert "content-sha256" in page.content.decode()
    assert list(matter.events.order_by("sequence").values_list("step", flat=True)) == ["file-direct", "register-direct"]
    assert (matter.state, matter.holder, matter.office) == ("received-direct", town.repairs, None)
    assert [seat.organisation.key for seat in matter.involvements.all()] == ["repairs"]


def test_the_notice_on_a_matter_filed_directly_is_due_fifteen_days_after_it_came(
    sign_in: Callable[..., Any], town: Any, today: date
) -> None:
    browser = sign_in(Role.CLERK, town.repairs)
    direct(browser, today)
    number = Matter.objects.get().number

    listed = browser.get(f"/petitions/of/{number}/certificates/").json()["certificates"]

    notice = next(one for one in listed if one["rule"] == "notice-direct")
    assert notice["due_as_counted"] == (today + timedelta(days=15)).isoformat()


def test_an_accusation_of_the_unit_itself_is_not_taken_in_by_it(
    sign_in: Callable[..., Any], town: Any, today: date
) -> None:
    page = direct(sign_in(Role.CLERK, town.repairs), today, kind="accusation", accused="repairs")

    assert page.status_code == HTTPStatus.CONFLICT
    assert not Matter.objects.exists()


def test_an_accusation_must_say_whom_it_is_about(sign_in: Callable[..., Any], town: Any, today: date) -> None:
    page = direct(sign_in(Role.CLERK, town.repairs), today, kind="accusation")

    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "检举控告类须选择被检举、揭发的单位" in page.content.decode()


def test_words_of_a_matter_that_ended_long_ago_are_destroyed_and_statistics_stay(
    answered: Callable[..., Matter], filed: Callable[..., Any], later: Callable[[int], date], settings: Any
) -> None:
    settings.RETENTION_YEARS = 10
    ended, going = answered(), filed().matter
    Matter.objects.filter(pk=ended.pk).update(state=core.State.CLOSED.value)
    facts = list(Facts.objects.order_by("pk").values())
    events = Event.objects.count()

    early = services.shred_words(later(9 * 365), timezone.now())
    shredded = services.shred_words(later(11 * 366), timezone.now())
    again = services.shred_words(later(11 * 366), timezone.now())

    assert (early, shredded, again) == (0, 1, 0)
    assert [one.matter_id for one in Words.objects.all()] == [going.pk]
    assert (list(Facts.objects.order_by("pk").values()), Event.objects.count()) == (facts, events)
