"""Answering a form once, and counting how often a door is tried."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils import timezone

from hengping_web.base.models import Submission, Throttle
from hengping_web.vault import envelope

LARGEST_KEPT = 512 * 1024
KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a form: given now, or given before; ``same`` tells whether the same was sent both times."""

    response: HttpResponse
    first: bool
    same: bool = True


def once(key: str, scope: str, content: str, act: Callable[[], HttpResponse]) -> Answer:
    """Act on a form and keep the answer under its key, in one transaction; the second time give the kept answer.

    An answer from 400 up is not kept: the form goes back to its writer with the same key. One from 500 up undoes all.
    """
    digest = hashlib.sha256(key.encode()).hexdigest()
    with transaction.atomic():
        earlier = _claim(digest, scope, content)
        if earlier:
            return _kept(earlier, key, scope, content)
        response = act()
        if response.status_code >= 500:
            transaction.set_rollback(True)
        elif response.status_code >= 400:
            Submission.objects.filter(pk=digest).delete()
        else:
            Submission.objects.filter(pk=digest).update(answer=_sealed(response, key, digest))
    return Answer(response, first=True)


def _claim(digest: str, scope: str, content: str) -> Submission | None:
    try:
        with transaction.atomic():
            Submission(key=digest, scope=scope, content=content).save(force_insert=True)
    except IntegrityError:
        return Submission.objects.get(pk=digest)
    return None


def _kept(earlier: Submission, key: str, scope: str, content: str) -> Answer:
    if earlier.scope != scope or earlier.content != content:
        return Answer(HttpResponse(status=409), first=False, same=False)
    kept = json.loads(envelope.unseal_with(_key_of(key), bytes(earlier.answer), f"submission {earlier.key}"))
    response = HttpResponse(kept["body"], status=kept["status"], content_type=kept["type"])
    if kept["location"]:
        response["Location"] = kept["location"]
    return Answer(response, first=False)


def _sealed(response: HttpResponse, key: str, digest: str) -> bytes:
    """Seal the answer with the form's own key, which the database does not hold: a receipt stays its owner's."""
    content = b"" if response.streaming or len(response.content) > LARGEST_KEPT else response.content
    kept = {
        "status": response.status_code,
        "type": response.headers.get("Content-Type", ""),
        "location": response.headers.get("Location", ""),
        "body": content.decode("utf-8", "replace"),
    }
    return envelope.seal_with(_key_of(key), json.dumps(kept).encode(), f"submission {digest}")


def _key_of(key: str) -> bytes:
    return hashlib.sha256(b"hengping submission " + key.encode()).digest()


def forget_submissions(now: datetime) -> int:
    """Forget the answers, and the doors tried, of a week ago and longer; return how many."""
    answers, _ = Submission.objects.filter(sent_at__lt=now - KEPT_FOR).delete()
    doors, _ = Throttle.objects.filter(since__lt=now - timedelta(days=1)).delete()
    return answers + doors


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Something that may be tried so often within a window, and then stays closed for a while."""

    name: str
    limit: int
    window: timedelta
    closed: timedelta


def closed_until(door: Door, visitor: str, now: datetime | None = None) -> datetime | None:
    """Return until when a door is closed to a visitor, or None where it is open."""
    moment = now or timezone.now()
    found = Throttle.objects.filter(pk=_visitor_at(door, visitor), closed_until__gt=moment).first()
    return found.closed_until if found else None


def tried(door: Door, visitor: str, now: datetime | None = None) -> datetime | None:
    """Count one try; return until when the door is closed now, or None where it is still open."""
    moment = now or timezone.now()
    key = _visitor_at(door, visitor)
    with transaction.atomic():
        Throttle.objects.get_or_create(pk=key, defaults={"count": 0, "since": moment})
        row = Throttle.objects.select_for_update().get(pk=key)
        if row.closed_until and row.closed_until > moment:
            return row.closed_until
        if moment - row.since > door.window:
            row.count, row.since = 0, moment
        row.count += 1
        row.closed_until = moment + door.closed if row.count >= door.limit else None
        if row.closed_until:
            row.count, row.since = 0, moment
        row.save()
    return row.closed_until


def forgiven(door: Door, visitor: str) -> None:
    """Forget a visitor's tries, after a good one."""
    Throttle.objects.filter(pk=_visitor_at(door, visitor)).delete()


def _visitor_at(door: Door, visitor: str) -> str:
    return envelope.keyed_digest("throttle", f"{door.name}\0{visitor}")
