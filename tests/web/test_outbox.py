"""A notice is written with its act, says nothing of the matter, and goes out once even where the worker dies."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import transaction

from hengping.errors import Refusal
from hengping_web import places
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.identity import services as identity
from hengping_web.identity.persons import Person
from hengping_web.outbox import channels, queries, services
from hengping_web.outbox.models import DailyJob, Message
from hengping_web.outbox.wording import NOTICES, PARAMETERS, checked
from hengping_web.trail.models import Anchor

pytestmark = pytest.mark.django_db

NOW = datetime(2035, 3, 3, 1, 0, tzinfo=UTC)
ARRIVED = {"number": "2025-1", "day": "2025-03-18"}


@pytest.fixture
def clerk(account: Callable[..., User]) -> User:
    return account(Role.CLERK)


def failing(*_: Any) -> None:
    raise ConnectionRefusedError


def test_a_notice_goes_out_after_the_act_and_not_where_the_act_was_undone(clerk: User) -> None:
    with transaction.atomic():
        services.tell_account(clerk, "arrived", ARRIVED)
        transaction.set_rollback(True)
    services.tell_account(clerk, "arrived", ARRIVED)

    assert services.deliver(NOW) == 1

    assert [message.subject for message in mail.outbox] == ["有新的事项待办"]
    assert mail.outbox[0].to == ["clerk@example.org"]
    assert "编号 2025-1 的事项已到您处，最近的期限是 2025-03-18" in mail.outbox[0].body


def test_a_notice_goes_out_once(clerk: User) -> None:
    services.tell_account(clerk, "arrived", ARRIVED)

    assert (services.deliver(NOW), services.deliver(NOW), len(mail.outbox)) == (1, 0, 1)


def test_a_notice_whose_worker_died_goes_out_when_its_lease_is_over_with_the_same_reference(clerk: User) -> None:
    message = services.tell_account(clerk, "arrived", ARRIVED)
    Message.objects.update(leased_until=NOW + timedelta(minutes=5))

    assert services.deliver(NOW) == 0
    assert services.deliver(NOW + timedelta(minutes=6)) == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<notice-{message.pk}@hengping>"


def test_a_notice_that_fails_is_tried_later_and_at_last_left_to_a_person(
    clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "mail", failing)
    services.tell_account(clerk, "arrived", ARRIVED)

    services.deliver(NOW)
    first = Message.objects.get()
    moment = NOW
    for _ in range(7):
        moment += timedelta(hours=9)
        services.deliver(moment)

    assert (first.attempts, first.due_at, first.fault) == (1, NOW + timedelta(minutes=2), "ConnectionRefusedError")
    assert [message.state for message in queries.undelivered()] == [Message.GIVEN_UP]


def test_one_notice_that_fails_stops_no_other(
    account: Callable[..., User], clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = channels.mail
    monkeypatch.setattr(channels, "mail", lambda to, *rest: failing() if to.startswith("clerk") else real(to, *rest))
    services.tell_account(clerk, "arrived", ARRIVED)
    services.tell_account(account(Role.HEAD), "arrived", ARRIVED)

    assert services.deliver(NOW) == 1


def test_a_notice_waits_for_its_time(clerk: User) -> None:
    services.tell_account(clerk, "due-soon", ARRIVED, at=NOW + timedelta(days=1))

    assert services.deliver(NOW) == 0
    assert services.deliver(NOW + timedelta(days=1)) == 1


@pytest.mark.parametrize(
    ("person", "sms", "mails"),
    [
        (Person(name="甲", telephone="13800000000", email="a@example.org"), 1, 0),
        (Person(name="甲", email="a@example.org"), 0, 1),
        (Person(name="甲", address="某路"), 0, 0),
    ],
)
def test_a_petitioner_is_reached_the_way_they_gave(
    capsys: pytest.CaptureFixture[str], person: Person, sms: int, mails: int
) -> None:
    identity.keep("2025-1", [person], "x")
    services.tell_petitioner("2025-1", "received", {"number": "2025-1"})

    services.deliver(NOW)

    said = capsys.readouterr().out
    assert (said.count("[短信"), len(mail.outbox)) == (sms, mails)
    assert "13800000000" not in said
    expected = Message.SENT if sms + mails else Message.UNREACHABLE
    assert Message.objects.get().state == expected


def test_the_address_of_a_petitioner_is_not_in_the_outbox(clerk: User) -> None:
    identity.keep("2025-1", [Person(name="甲", telephone="13800000000")], "x")
    services.tell_petitioner("2025-1", "received", {"number": "2025-1"})

    row = Message.objects.values().get()

    assert "1380" not in json.dumps(row, default=str)


def test_no_notice_has_room_for_the_subject_of_a_petition() -> None:
    assert (
        {name for notice in NOTICES.values() for name in notice.needs}
        <= set(PARAMETERS)
        == {
            "number",
            "day",
            "count",
        }
    )
    columns = {field.name for field in Message._meta.get_fields()}
    assert columns == {
        "id", "notice", "channel", "account", "matter", "parameters", "state", "created_at", "due_at", "leased_until",
        "attempts", "sent_at", "fault",
    }  # fmt: skip


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"number": "2025-1", "subject": "反映拆迁补偿"},
        {"number": "反映某单位拆迁补偿款未付"},
        {"number": "2025-1 拆迁"},
        {"number": "2025-1\n补偿"},
        {"number": "x" * 41},
    ],
)
def test_free_text_cannot_be_put_into_a_notice(parameters: dict[str, str]) -> None:
    with pytest.raises(Refusal, match="不得写入信访内容"):
        services.tell_petitioner("2025-1", "received", parameters)


def test_a_notice_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Refusal, match="没有名为 gossip 的通知"):
        checked("gossip", {})


def test_a_day_is_also_an_appointment(clerk: User) -> None:
    services.tell_account(clerk, "due-soon", ARRIVED, channel=services.CALENDAR)

    services.deliver(NOW)

    name, content, kind = mail.outbox[0].attachments[0]
    lines = content.split("\r\n")
    assert (name, kind) == ("due.ics", "text/calendar; charset=utf-8; method=PUBLISH")
    assert {"DTSTART;VALUE=DATE:20250318", "DTEND;VALUE=DATE:20250319", "SUMMARY:事项即将到期"} <= set(lines)
    assert all(len(line.encode()) <= 75 for line in lines)


def test_a_long_line_of_a_calendar_is_folded_between_characters() -> None:
    lines = channels.appointment("x", date(2025, 1, 1), "期限；" * 30, NOW).split("\r\n")

    folded = lines[lines.index(next(line for line in lines if line.startswith("SUMMARY"))) :]
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "".join(line.removeprefix(" ") for line in folded).startswith("SUMMARY:" + "期限；" * 30)


class Gateway(BaseHTTPRequestHandler):
    """A gateway for text messages that remembers what it was handed."""

    received: ClassVar[list[tuple[dict[str, str], dict[str, Any]]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.received.append((dict(self.headers), body))
        self.send_response(500 if body["to"].endswith("500") else 200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def gateway(settings: Any) -> Iterator[type[Gateway]]:
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.SMS_ADDRESS, settings.SMS_TOKEN = f"http://127.0.0.1:{server.server_port}/", "token"
    Gateway.received.clear()
    yield Gateway
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_gateway_of_the_office_is_handed_a_text_with_a_reference(gateway: type[Gateway]) -> None:
    identity.keep("2025-1", [Person(name="甲", telephone="13800000000")], "x")
    message = services.tell_petitioner("2025-1", "received", {"number": "2025-1"})

    services.deliver(NOW)

    headers, body = gateway.received[0]
    assert headers["Authorization"] == "Bearer token"
    assert body["to"] == "13800000000"
    assert body["reference"] == headers["Idempotency-Key"] == f"notice-{message.pk}"


def test_a_gateway_that_fails_keeps_the_notice(gateway: type[Gateway]) -> None:
    identity.keep("2025-1", [Person(name="甲", telephone="13800000500")], "x")
    services.tell_petitioner("2025-1", "received", {"number": "2025-1"})

    assert services.deliver(NOW) == 0
    assert (Message.objects.get().state, Message.objects.get().fault) == (Message.WAITING, "HTTPError")


def test_the_worker_delivers_anchors_the_log_and_ends_when_asked_for_one_round(clerk: User, settings: Any) -> None:
    services.tell_account(clerk, "arrived", ARRIVED)

    call_command("work", "--once")

    assert len(mail.outbox) == 1
    assert Anchor.objects.count() == 1
    assert DailyJob.objects.count() == len(settings.DAILY_JOBS)


def test_a_daily_job_runs_once_a_day_and_one_that_fails_stops_no_other(settings: Any, db: None) -> None:
    settings.DAILY_JOBS = [f"{__name__}.breaking_job", f"{__name__}.counting_job"]
    counted.clear()

    for day in (3, 3, 4):
        with pytest.raises(ExceptionGroup):
            services.run_daily_jobs(date(2025, 3, day), NOW)

    assert counted == [date(2025, 3, 3), date(2025, 3, 4)]
    with pytest.raises(CommandError, match="没有全部做完"):
        call_command("work", "--once")


counted: list[date] = []


def counting_job(today: date, _now: datetime) -> None:
    counted.append(today)


def breaking_job(_today: date, _now: datetime) -> None:
    raise RuntimeError


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("smtp://user:p%40ss@mail.example.org", ("mail.example.org", 587, "user", "p@ss", False, True)),
        ("smtps://mail.example.org", ("mail.example.org", 465, "", "", True, False)),
        ("smtp://localhost:2525", ("localhost", 2525, "", "", False, False)),
    ],
)
def test_the_post_office_is_one_address(address: str, expected: tuple[Any, ...]) -> None:
    office = places.mail(address)

    assert (office.host, office.port, office.user, office.password, office.tls_at_once, office.tls_later) == expected


@pytest.mark.parametrize("address", ["mail.example.org", "http://x", "smtp://", "smtp://x:port"])
def test_an_address_that_is_no_post_office_stops_the_start(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="HENGPING_MAIL"):
        places.mail(address)
