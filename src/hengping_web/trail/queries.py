"""Reading the log: its head, its rows in order, and what concerns one subject."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from hengping_web.trail import chain
from hengping_web.trail.models import Anchor, LogEntry
from hengping_web.trail.services import as_row

BATCH = 2_000


def entries(kind: str = "", action: str = "", subject: str = "", actor: str = "") -> QuerySet[LogEntry]:
    """Return the rows asked for, newest first."""
    found = LogEntry.objects.order_by("-sequence")
    wanted = {"kind": kind, "action": action, "subject": subject, "actor": actor}
    return found.filter(**{name: value for name, value in wanted.items() if value})


def log_head() -> str:
    """Return the hash of the last row, which changes with every act; empty before the first."""
    return LogEntry.objects.order_by("-sequence").values_list("hash", flat=True).first() or ""


def anchors() -> QuerySet[Anchor]:
    """Return the anchors, newest first."""
    return Anchor.objects.order_by("-day")


def export(at: datetime, first: int = 1, last: int | None = None) -> Iterator[str]:
    """Yield the log as lines of JSON: what this is, the rows, the anchors among them; each line ends itself."""
    rows = LogEntry.objects.filter(sequence__gte=first).order_by("sequence")
    if last is not None:
        rows = rows.filter(sequence__lte=last)
    before = LogEntry.objects.filter(sequence=first - 1).first()
    end = rows.order_by("-sequence").first()
    reached = end.sequence if end else first - 1
    fixed = Anchor.objects.filter(sequence__gte=first, sequence__lte=reached).order_by("day")
    head = {
        "format": chain.FORMAT,
        "exported_at": chain.instant(at),
        "first": first,
        "last": reached,
        "previous": before.hash if before else chain.START,
        "head": end.hash if end else (before.hash if before else chain.START),
        "anchors": [[made.day.isoformat(), made.sequence, made.hash] for made in fixed],
    }
    yield chain.canonical({**head, "seal": chain.digest("sha256", head)}) + "\n"
    for entry in rows.filter(sequence__lte=reached).iterator(BATCH):
        yield chain.canonical({**as_row(entry), "hash": entry.hash}) + "\n"
