"""Taking a file in, giving its working copy out, and destroying both copies when their time is over."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from hengping_web.accounts.models import User
from hengping_web.attachments.cleaning import cleaned
from hengping_web.attachments.kinds import judged
from hengping_web.attachments.models import Attachment
from hengping_web.base.forms import plain
from hengping_web.identity.queries import shredded_matters
from hengping_web.trail.services import Kind, record
from hengping_web.vault import cipher, envelope

LONGEST_NAME = 120
ORIGINAL, WORKING = "original", "working"


def attach(matter: str, name: str, content: bytes, *, purpose: str = "", by: User | None = None) -> Attachment:
    """Take a file in: refuse what it must not be, seal it as it came, and make the clean copy people work with."""
    kind = judged(name, content)
    working, note = cleaned(kind, content)
    key = uuid.uuid4().hex
    data_key = envelope.new_data_key(_context(key))
    # The files first: a row never points at nothing, and a file without a row is swept up by the daily job.
    for copy, inside in ((ORIGINAL, content), (WORKING, working)):
        _write(path_of(key, copy), envelope.seal_with(data_key.key, inside, _context(key, copy)))
    with transaction.atomic():
        made = Attachment.objects.create(
            key=key,
            matter=matter,
            purpose=purpose,
            kind=kind.key,
            size=len(content),
            digest=hashlib.sha256(content).hexdigest(),
            working_digest=hashlib.sha256(working).hexdigest(),
            note=note,
            sealed_name=envelope.seal_with(data_key.key, shown_name(name).encode(), _context(key, "name")),
            wrapped_key=data_key.wrapped,
            account=by,
            received_at=timezone.now(),
        )
        record(
            Kind.WRITE,
            "attachment.kept",
            actor=by,
            subject=subject_of(matter),
            details={"attachment": key, "sha256": made.digest, "kind": kind.key, "bytes": made.size},
        )
    return made


def subject_of(matter: str) -> str:
    """Return what the log calls whatever files belong to: a petition by its number, anything else by its own name."""
    return matter if ":" in matter else f"petition:{matter}"


def shown_name(name: str) -> str:
    """Return a file's name as it may be shown: no folders, no hidden marks, not too long."""
    last = plain(name).replace("\n", " ").replace("\\", "/").rpartition("/")[2].strip(" .") or "未命名"
    stem, _, extension = last.rpartition(".")
    return f"{stem[: LONGEST_NAME - 10]}.{extension[:9]}" if stem else last[:LONGEST_NAME]


def working_copy(found: Attachment, by: User | None) -> bytes:
    """Return the clean copy; the look is logged."""
    return _opened(found, WORKING, found.working_digest, by)


def original(found: Attachment, by: User | None) -> bytes:
    """Return the file as it came, for a person who must see exactly that; the look is logged as such."""
    return _opened(found, ORIGINAL, found.digest, by)


def name_of(found: Attachment) -> str:
    """Return the name the file came with."""
    if found.shredded_at is not None:
        return "已销毁"
    key = envelope.unwrap(bytes(found.wrapped_key), _context(found.key))
    return envelope.unseal_with(key, bytes(found.sealed_name), _context(found.key, "name")).decode()


def _opened(found: Attachment, copy: str, digest: str, by: User | None) -> bytes:
    content = _content(found, copy, digest)
    with transaction.atomic():
        record(
            Kind.READ,
            f"attachment.{copy}",
            actor=by,
            subject=subject_of(found.matter),
            details={"attachment": found.key},
        )
    return content


def copied(found: Attachment) -> bytes:
    """Return the file as it came to a program that copies it into a snapshot; the program logs the snapshot."""
    return _content(found, ORIGINAL, found.digest)


def _content(found: Attachment, copy: str, digest: str) -> bytes:
    if found.shredded_at is not None:
        raise cipher.Tampered("附件已到期销毁")
    key = envelope.unwrap(bytes(found.wrapped_key), _context(found.key))
    try:
        sealed = path_of(found.key, copy).read_bytes()
    except OSError as lost:
        raise cipher.Tampered("附件的文件不在。请从备份恢复") from lost
    content = envelope.unseal_with(key, sealed, _context(found.key, copy))
    if hashlib.sha256(content).hexdigest() != digest:
        raise cipher.Tampered("附件与登记的哈希值不符")
    return content


def shred(matter: str, now: datetime) -> int:
    """Destroy the files of a matter and their keys; the row stays with its digests."""
    found = list(Attachment.objects.filter(matter=matter, shredded_at=None))
    if not found:
        return 0
    with transaction.atomic():
        Attachment.objects.filter(pk__in=[one.pk for one in found]).update(
            sealed_name=b"", wrapped_key=b"", shredded_at=now
        )
        record(Kind.ADMINISTRATION, "attachments.shredded", subject=subject_of(matter), details={"files": len(found)})
        transaction.on_commit(partial(_remove, [one.key for one in found]))
    return len(found)


def shred_with_identities(_today: date, now: datetime) -> int:
    """Destroy the files of matters whose identity was shredded; return how many."""
    waiting = Attachment.objects.filter(shredded_at=None, matter__in=shredded_matters())
    return sum(shred(matter, now) for matter in set(waiting.values_list("matter", flat=True)))


def rewrap() -> int:
    """Wrap every file's data key with the newest master key; return how many."""
    count = 0
    for found in Attachment.objects.filter(shredded_at=None).only("pk", "key", "wrapped_key").iterator():
        fresh = envelope.rewrap(bytes(found.wrapped_key), _context(found.key))
        count += Attachment.objects.filter(pk=found.pk, shredded_at=None).update(wrapped_key=fresh)
    return count


def sweep(_today: date, now: datetime) -> int:
    """Remove files a day old that no row points at, left by an upload that was cut off, or by a shredding."""
    known = set(Attachment.objects.filter(shredded_at=None).values_list("key", flat=True))
    limit = (now - timedelta(days=1)).timestamp()
    stray = [
        path
        for path in folder().glob("*/*")
        if path.stem not in known and path.is_file() and path.stat().st_mtime < limit
    ]
    for path in stray:
        path.unlink(missing_ok=True)
    return len(stray)


def folder() -> Path:
    """Return where the sealed files lie."""
    path: Path = settings.DATA / "attachments"
    return path


def path_of(key: str, copy: str) -> Path:
    """Return where one sealed file lies."""
    return folder() / key[:2] / f"{key}.{copy}"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _remove(keys: Sequence[str]) -> None:
    for key in keys:
        for copy in (ORIGINAL, WORKING):
            path_of(key, copy).unlink(missing_ok=True)


def _context(key: str, what: str = "") -> str:
    return f"attachment {key} {what}".rstrip()
