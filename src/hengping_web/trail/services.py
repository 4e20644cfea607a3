"""Writing the log: one row in the transaction of the act itself, and once a day an anchor."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from hengping_web.accounts.models import User
from hengping_web.trail import chain
from hengping_web.trail.models import Anchor, LogEntry

CHAIN_LOCK = 0x68656E67
"""The advisory lock of PostgreSQL that lets one transaction at a time extend the chain; SQLite has one writer."""


class Kind(StrEnum):
    """What sort of act a row tells of."""

    WRITE = "write"
    READ = "read"
    REVEAL = "reveal"
    EXPORT = "export"
    ADMINISTRATION = "administration"
    SIGN_IN = "sign-in"
    REFUSAL = "refusal"

    @property
    def label(self) -> str:
        """Return the words for the kind."""
        labels = {
            "write": "写入",
            "read": "查阅",
            "reveal": "查看身份",
            "export": "导出",
            "administration": "系统管理",
            "sign-in": "登录",
            "refusal": "拒绝",
        }
        return labels[self.value]


def record(
    kind: Kind,
    action: str,
    *,
    subject: str = "",
    actor: User | None = None,
    details: Mapping[str, chain.Plain] | None = None,
) -> LogEntry:
    """Add a row to the log inside the caller's transaction; with the act rolled back, the row is too.

    Call it last in a service: from here to the commit no other transaction can extend the chain. ``details`` carries
    identifiers, dates and counts, never a citizen's data: the log cannot forget.
    """
    particulars = dict(details or {})
    chain.refuse_fractions(particulars)
    with transaction.atomic(savepoint=False):
        return _append(kind, action, subject, actor, particulars)


def _append(kind: Kind, action: str, subject: str, actor: User | None, details: dict[str, chain.Plain]) -> LogEntry:
    _wait_for_turn()
    last = LogEntry.objects.order_by("-sequence").values_list("sequence", "hash").first()
    sequence, previous = last or (0, chain.START)
    entry = LogEntry(
        sequence=sequence + 1,
        at=timezone.now(),
        actor=actor.username if actor else "",
        organisation=actor.organisation.key if actor else "",
        kind=kind.value,
        action=action,
        subject=subject,
        details=chain.canonical(details),
        algorithm=settings.LOG_ALGORITHM,
        previous=previous,
    )
    entry.hash = chain.digest(entry.algorithm, as_row(entry))
    entry.save(force_insert=True)
    return entry


def _wait_for_turn() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])


def as_row(entry: LogEntry) -> dict[str, object]:
    """Return what the hash of a row is taken over."""
    return {
        "sequence": entry.sequence,
        "at": chain.instant(entry.at),
        "actor": entry.actor,
        "organisation": entry.organisation,
        "kind": entry.kind,
        "action": entry.action,
        "subject": entry.subject,
        "details": json.loads(entry.details),
        "algorithm": entry.algorithm,
        "previous": entry.previous,
    }


def anchor(day: date, now: datetime, folder: Path | None = None) -> Anchor | None:
    """Fix the head of the log for a day, once; also write it to a file that may be kept elsewhere."""
    with transaction.atomic():
        head = LogEntry.objects.order_by("-sequence").first()
        if head is None or Anchor.objects.filter(day=day).exists():
            return None
        made = Anchor.objects.create(day=day, sequence=head.sequence, hash=head.hash, made_at=now)
        transaction.on_commit(lambda: _keep_outside(made, folder or settings.DATA))
        return made


def _keep_outside(made: Anchor, folder: Path) -> None:
    line = chain.canonical({"day": made.day.isoformat(), "hash": made.hash, "sequence": made.sequence})
    with (folder / "anchors.jsonl").open("a", encoding="utf-8", newline="\n") as file:
        file.write(line + "\n")
