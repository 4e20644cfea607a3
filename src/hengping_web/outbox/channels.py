"""How a notice leaves: by mail, by text message, as an appointment. Each way is one small function."""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

from django.conf import settings
from django.core.mail import EmailMessage

SmsGateway: TypeAlias = Callable[[str, str, str], None]
"""Takes a telephone number, a text, and a reference the gateway uses to drop repeats."""

SECONDS = 20


def mail(address: str, title: str, text: str, reference: str, appointment: str = "") -> None:
    """Send a mail; a repeated one carries the same identifier, so that a mail program shows it once."""
    message = EmailMessage(title, text, to=[address], headers={"Message-ID": f"<{reference}@hengping>"})
    if appointment:
        message.attach("due.ics", appointment, "text/calendar; charset=utf-8; method=PUBLISH")
    message.send()


def sms_to_console(telephone: str, text: str, reference: str) -> None:
    """Write a text message to the terminal instead of sending it; of the number only the end is shown."""
    sys.stdout.write(f"[短信 {reference}] …{telephone[-4:]} {text}\n")
    sys.stdout.flush()


def sms_to_gateway(telephone: str, text: str, reference: str) -> None:
    """Hand a text message to the office's gateway as JSON."""
    request = urllib.request.Request(  # noqa: S310  the address is the operator's own setting
        settings.SMS_ADDRESS,
        data=json.dumps({"to": telephone, "text": text, "reference": reference}).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Bearer {settings.SMS_TOKEN}",
            "Idempotency-Key": reference,
        },
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
        answer.read()


def gateway() -> SmsGateway:
    """Return the way text messages leave this site."""
    return sms_to_gateway if settings.SMS_ADDRESS else sms_to_console


@dataclass(frozen=True, slots=True)
class Appointment:
    """A whole day in a calendar: what tells it from others, the day, what it says, and where."""

    reference: str
    day: date
    title: str
    place: str = ""


def appointment(reference: str, day: date, title: str, now: datetime) -> str:
    """Return one day as a calendar; it names a number and nothing more."""
    return calendar([Appointment(reference, day, title)], now)


def calendar(days: Iterable[Appointment], now: datetime) -> str:
    """Return days in the form every calendar reads (RFC 5545)."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Hengping//ZH", "METHOD:PUBLISH"]
    for one in days:
        lines += (
            "BEGIN:VEVENT",
            f"UID:{one.reference}@hengping",
            f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{one.day + timedelta(days=1):%Y%m%d}",
            *_folded("SUMMARY", one.title),
            *(_folded("LOCATION", one.place) if one.place else ()),
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        )
    return "\r\n".join([*lines, "END:VCALENDAR"]) + "\r\n"


def _folded(name: str, text: str) -> list[str]:
    """Return a line in pieces of at most 75 bytes, never cut inside a character."""
    pieces, current = [], f"{name}:"
    plain = " ".join(text.split())
    for letter in plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,"):
        if len((current + letter).encode()) > 74:
            pieces.append(current)
            current = " "
        current += letter
    return [*pieces, current]
