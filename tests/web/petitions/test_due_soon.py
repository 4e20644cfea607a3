"""Who holds a matter is told once that its last day is near or has passed: by number and day, in their calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from hengping_web.accounts import services as accounts
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.outbox import services as outbox
from hengping_web.outbox.models import Message
from hengping_web.petitions import services
from hengping_web.petitions.models import Involvement, Matter

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def held(transferred: Callable[..., Matter], staff: Callable[..., User], town: Any) -> Callable[[date], Matter]:
    """Return a maker of matters on the desk of the repairs office, due on a day."""
    clerk = staff(Role.CLERK, town.repairs)
    User.objects.filter(pk=clerk.pk).update(email="clerk@example.org")

    def make(due_on: date) -> Matter:
        matter = transferred()
        Involvement.objects.filter(matter=matter, desk="handle").update(due_on=due_on)
        Message.objects.all().delete()
        return matter

    return make


def told() -> list[tuple[str, str, str]]:
    return [(one.notice, one.parameters["number"], one.parameters["day"]) for one in Message.objects.order_by("pk")]


def test_three_working_days_ahead_are_five_days_over_a_weekend() -> None:
    assert services.near(date(2026, 3, 5)) == date(2026, 3, 10)
    assert services.near(date(2099, 1, 1)) == date(2099, 1, 4)


@pytest.mark.parametrize(
    ("due_on", "notice"),
    [
        (date(2026, 3, 5), "due-soon"),
        (date(2026, 3, 6), ""),
        (MONDAY, "due-soon"),
        (date(2026, 3, 1), "overdue"),
        (date(2026, 1, 1), ""),
    ],
)
def test_the_holder_is_told_when_the_last_day_is_near_or_just_passed(
    held: Callable[[date], Matter], due_on: date, notice: str
) -> None:
    matter = held(due_on)

    services.tell_due(MONDAY, NOW)

    assert told() == ([(notice, matter.number, due_on.isoformat())] if notice else [])


def test_nobody_is_told_twice_of_the_same_day_and_again_of_another(held: Callable[[date], Matter]) -> None:
    matter = held(date(2026, 3, 4))

    first = services.tell_due(MONDAY, NOW)
    again = services.tell_due(MONDAY + timedelta(days=1), NOW)
    Involvement.objects.filter(matter=matter, desk="handle").update(due_on=date(2026, 3, 5))
    moved = services.tell_due(MONDAY + timedelta(days=1), NOW)

    assert (first, again, moved) == (1, 0, 1)


def test_a_named_owner_is_told_in_place_of_the_whole_desk(
    held: Callable[[date], Matter], staff: Callable[..., User], town: Any
) -> None:
    head = staff(Role.HEAD, town.repairs)
    User.objects.filter(pk=head.pk).update(email="head@example.org")
    Matter.objects.filter(pk=held(date(2026, 3, 4)).pk).update(owner=head)

    services.tell_due(MONDAY, NOW)

    assert [one.account for one in Message.objects.all()] == [head]


@pytest.mark.parametrize(("channel", "sent", "attached"), [("calendar", 1, 1), ("mail", 1, 0), ("page", 0, 0)])
def test_an_account_chooses_how_it_is_told_and_no_mail_carries_the_subject(
    held: Callable[[date], Matter], staff: Callable[..., User], town: Any, channel: str, sent: int, attached: int
) -> None:
    matter = held(date(2026, 3, 4))
    accounts.choose_notices(staff(Role.CLERK, town.repairs), channel)
    services.tell_due(MONDAY, NOW)
    mail.outbox.clear()

    outbox.deliver(timezone.now())

    assert len(mail.outbox) == sent
    assert sum(len(one.attachments) for one in mail.outbox) == attached
    for one in mail.outbox:
        written = f"{one.subject}{one.body}{''.join(str(part) for part in one.attachments)}"
        assert matter.number in written
        assert matter.summary not in written


def test_an_account_chooses_on_its_own_page(sign_in: Callable[..., Any], staff: Callable[..., User], town: Any) -> None:
    browser = sign_in(Role.CLERK, town.repairs)

    good = browser.post("/accounts/mine/notices/", {"channel": "page"})
    bad = browser.post("/accounts/mine/notices/", {"channel": "pigeon"})

    assert (good.status_code, bad.status_code) == (HTTPStatus.FOUND, HTTPStatus.FOUND)
    assert User.objects.get(pk=staff(Role.CLERK, town.repairs).pk).notice_channel == "page"


def test_last_days_and_reception_days_are_given_as_a_calendar(
    sign_in: Callable[..., Any], transferred: Callable[..., Matter], staff: Callable[..., User], town: Any, today: date
) -> None:
    matter = transferred()
    due = today + timedelta(days=12)
    Involvement.objects.filter(matter=matter, desk="handle").update(due_on=due)
    leader = staff(Role.LEADER)
    services.add_reception_day(town.office, today + timedelta(days=3), "副市长", "信访大厅, 一楼", leader)

    mine = sign_in(Role.CLERK, town.repairs).get("/petitions/calendar.ics")
    public = sign_in(Role.CLERK, town.repairs).get("/portal/reception.ics")

    text = mine.content.decode().replace("\r\n ", "")
    assert mine["Content-Type"].startswith("text/calendar")
    assert f"DTSTART;VALUE=DATE:{due:%Y%m%d}" in text
    assert matter.number in text
    assert matter.summary not in text
    assert "信访大厅\\, 一楼" in public.content.decode().replace("\r\n ", "")
    assert matter.number not in public.content.decode()
