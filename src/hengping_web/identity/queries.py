"""Requests to see a record; there is no question here, nor anywhere, that begins with a person."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from hengping_web.accounts.models import User
from hengping_web.identity.models import Record, Reveal


def waiting() -> QuerySet[Reveal]:
    """Return the requests nobody has decided, oldest first."""
    return Reveal.objects.filter(decided_at=None).select_related("asked_by__organisation").order_by("asked_at")


def decided() -> QuerySet[Reveal]:
    """Return the requests decided, newest first."""
    found = Reveal.objects.exclude(decided_at=None)
    return found.select_related("asked_by__organisation", "decided_by").order_by("-decided_at")


def asked_by(user: User) -> QuerySet[Reveal]:
    """Return an account's own requests."""
    return Reveal.objects.filter(asked_by=user).order_by("-asked_at")


def open_to(user: User, matter: str, now: datetime) -> Reveal | None:
    """Return an account's grant for a matter that still lasts."""
    return Reveal.objects.filter(asked_by=user, matter=matter, granted=True, expires_at__gt=now).first()


def is_kept(matter: str) -> bool:
    """Tell whether a record of the matter exists and was not shredded."""
    return Record.objects.filter(matter=matter, shredded_at=None).exists()


def shredded_matters() -> QuerySet[Record, str]:
    """Return the numbers of the matters whose record was shredded."""
    return Record.objects.exclude(shredded_at=None).values_list("matter", flat=True)
