"""Writing notices with the act they tell of, delivering them, and running what must happen once a day."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from hengping_web.accounts.models import User
from hengping_web.identity.services import contact_of
from hengping_web.outbox import channels
from hengping_web.outbox.models import DailyJob, Message, ToldOnce
from hengping_web.outbox.wording import checked
from hengping_web.trail.services import Kind, record

MAIL, CALENDAR, PETITIONER = "mail", "calendar", "petitioner"
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8
BATCH = 50

log = logging.getLogger("hengping.outbox")


def tell_account(
    user: User, notice: str, parameters: Mapping[str, str], *, channel: str = MAIL, at: datetime | None = None
) -> Message:
    """Write a notice to a member of staff, in the caller's transaction; ``calendar`` adds the day as an appointment."""
    checked(notice, parameters)
    return Message.objects.create(
        notice=notice, channel=channel, account=user, parameters=dict(parameters), due_at=at or timezone.now()
    )


def tell_once(user: User, notice: str, number: str, day: date) -> bool:
    """Tell an account of a day of a matter, as an appointment too, unless it was told of that day before."""
    with transaction.atomic():
        _, fresh = ToldOnce.objects.get_or_create(account=user, notice=notice, number=number, day=day)
        if fresh:
            tell_account(user, notice, {"number": number, "day": day.isoformat()}, channel=CALENDAR)
    return fresh


def tell_petitioner(matter: str, notice: str, parameters: Mapping[str, str], *, at: datetime | None = None) -> Message:
    """Write a notice to the petitioner of a matter, in the caller's transaction; how to reach them is found later."""
    checked(notice, parameters)
    return Message.objects.create(
        notice=notice, channel=PETITIONER, matter=matter, parameters=dict(parameters), due_at=at or timezone.now()
    )


def deliver(now: datetime) -> int:
    """Send what is due and return how many were sent.

    A message is leased before it is sent: a worker that dies gives it back after a few minutes, and its reference lets
    the receiver drop the copy if it had left already.
    """
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    due = Message.objects.filter(free, state=Message.WAITING, due_at__lte=now).order_by("due_at", "pk")
    return sum(_deliver_one(number, now) for number in list(due.values_list("pk", flat=True)[:BATCH]))


def _deliver_one(number: int, now: datetime) -> bool:
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    mine = Message.objects.filter(free, pk=number, state=Message.WAITING)
    if not mine.update(leased_until=now + LEASE):
        return False
    message = Message.objects.select_related("account").get(pk=number)
    try:
        way = _send(message, now)
    except (OSError, smtplib.SMTPException) as fault:
        _put_back(message, type(fault).__name__, now)
        return False
    with transaction.atomic():
        state = Message.SENT if way else Message.UNREACHABLE
        Message.objects.filter(pk=number).update(state=state, sent_at=now, leased_until=None, fault="")
        record(
            Kind.WRITE,
            f"notice.{state}",
            subject=_subject(message),
            details={"message": number, "notice": message.notice, "way": way},
        )
    return bool(way)


def _subject(message: Message) -> str:
    return f"petition:{message.matter}" if message.matter else f"account:{message.account}"


def _send(message: Message, now: datetime) -> str:
    """Send one message and return the way it went; empty where there is no way."""
    title, text = checked(message.notice, message.parameters).filled(message.parameters)
    reference = f"notice-{message.pk}"
    if message.channel == PETITIONER:
        return _to_petitioner(message.matter, title, text, reference)
    wanted = message.account.notice_channel if message.account else ""
    if wanted == User.ON_THE_PAGE:
        return wanted
    address = message.account.email if message.account else ""
    if not address:
        return ""
    day = message.parameters.get("day", "")
    invitation = ""
    if day and message.channel == CALENDAR and wanted != MAIL:
        invitation = channels.appointment(reference, date.fromisoformat(day), title, now)
    channels.mail(address, title, _with_link(text), reference, invitation)
    return CALENDAR if invitation else MAIL


def _to_petitioner(matter: str, title: str, text: str, reference: str) -> str:
    person = contact_of(matter)
    if person and person.telephone:
        channels.gateway()(person.telephone, text, reference)
        return "sms"
    if person and person.email:
        channels.mail(person.email, title, _with_link(text), reference)
        return MAIL
    return ""


def _with_link(text: str) -> str:
    return f"{text}\n\n{settings.SITE_ADDRESS}\n" if settings.SITE_ADDRESS else f"{text}\n"


def _put_back(message: Message, fault: str, now: datetime) -> None:
    """Try again later, each time twice as long; after the last attempt leave it to a person."""
    attempts = message.attempts + 1
    state = Message.GIVEN_UP if attempts >= MOST_ATTEMPTS else Message.WAITING
    later = now + timedelta(minutes=2**attempts)
    Message.objects.filter(pk=message.pk).update(
        attempts=attempts, state=state, due_at=later, leased_until=None, fault=fault[:60]
    )
    log.warning("notice %s was not sent (%s), attempt %s", message.pk, fault, attempts)


def daily_jobs() -> tuple[tuple[str, Callable[[date, datetime], object]], ...]:
    """Return what runs once a day, by dotted name; a room adds its own to the settings."""
    return tuple((name, import_string(name)) for name in settings.DAILY_JOBS)


def run_daily_jobs(today: date, now: datetime) -> list[str]:
    """Run every job that has not run today and return their names.

    A job is marked when it is done, so one that was cut off runs again: every job must bear running twice. One that
    fails stops no other; all that failed are raised together at the end.
    """
    done, failed = [], []
    for name, job in daily_jobs():
        if DailyJob.objects.filter(name=name, last_on__gte=today).exists():
            continue
        try:
            job(today, now)
        except Exception as fault:  # noqa: BLE001  gathered and raised below
            failed.append(fault)
            continue
        DailyJob.objects.update_or_create(name=name, defaults={"last_on": today})
        done.append(name)
    if failed:
        raise ExceptionGroup("daily jobs that failed", failed)
    return done


def run_worker_jobs(now: datetime) -> int:
    """Do a round of the work that waits in the rooms and return how much was done.

    One that fails stops no other; all that failed are raised together at the end.
    """
    done, failed = 0, []
    for name in settings.WORKER_JOBS:
        try:
            done += import_string(name)(now)
        except Exception as fault:  # noqa: BLE001  gathered and raised below
            failed.append(fault)
    if failed:
        raise ExceptionGroup("rounds of work that failed", failed)
    return done


def forget_messages(today: date, now: datetime) -> int:
    """Forget what was sent a year ago, and which days were told of two years ago."""
    ToldOnce.objects.filter(day__lt=today - timedelta(days=730)).delete()
    gone, _ = Message.objects.filter(state=Message.SENT, sent_at__lt=now - timedelta(days=365)).delete()
    return gone
