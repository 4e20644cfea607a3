"""Writing the log: one row in the transaction of the act itself, and once a day an anchor."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from hengping_web.accounts.models import User
from hengping_web.trail import chain
from hengping_web.trail.models import KIND_LABELS, Anchor, LogEntry

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
        return KIND_LABELS[self.value]


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
    return record_all([Told(kind=kind, action=action, subject=subject, actor=actor, details=details or {})])[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a row of the log is to say."""

    kind: Kind
    action: str
    subject: str = ""
    actor: User | None = None
    details: Mapping[str, chain.Plain] = field(default_factory=dict)


def record_all(acts: Sequence[Told]) -> list[LogEntry]:
    """Add several rows to the log at once, in order, inside the caller's transaction."""
    for act in acts:
        chain.refuse_fractions(dict(act.details))
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        sequence, previous = _head(cursor)
        entries = []
        for act in acts:
            sequence += 1
            entries.append(_entry(act, sequence, previous))
            previous = entries[-1].hash
        # Written without the ORM: between here and the commit everybody else waits.
        cursor.executemany(INSERT, [_values(entry) for entry in entries])
    return entries


def _entry(act: Told, sequence: int, previous: str) -> LogEntry:
    entry = LogEntry(
        sequence=sequence,
        at=timezone.now(),
        actor=act.actor.username if act.actor else "",
        organisation=act.actor.organisation.key if act.actor else "",
        kind=act.kind.value,
        action=act.action,
        subject=act.subject,
        details=chain.canonical(dict(act.details)),
        algorithm=settings.LOG_ALGORITHM,
        previous=previous,
    )
    entry.hash = chain.digest(entry.algorithm, as_row(entry))
    return entry


HEAD = "SELECT sequence, hash FROM trail_logentry ORDER BY sequence DESC LIMIT 1"
COLUMNS = (
    "sequence",
    "at",
    "actor",
    "organisation",
    "kind",
    "action",
    "subject",
    "details",
    "algorithm",
    "previous",
    "hash",
)
INSERT = f"INSERT INTO trail_logentry ({', '.join(COLUMNS)}) VALUES ({', '.join(['%s'] * len(COLUMNS))})"  # noqa: S608


def _head(cursor: Any) -> tuple[int, str]:
    """Wait for the turn to extend the chain, and return where it ends."""
    if connection.vendor == "postgresql":
        # Two statements, so that the second sees what was committed while the first waited.
        cursor.execute(f"SELECT pg_advisory_xact_lock({CHAIN_LOCK}); {HEAD}")
        cursor.nextset()
    else:
        cursor.execute(HEAD)
    sequence, previous = cursor.fetchone() or (0, chain.START)
    return int(sequence), str(previous)


def _values(entry: LogEntry) -> list[Any]:
    at = connection.ops.adapt_datetimefield_value(entry.at)
    return [at if name == "at" else getattr(entry, name) for name in COLUMNS]


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
