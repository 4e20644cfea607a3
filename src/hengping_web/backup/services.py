"""Writing a backup from one moment of the database, and putting it back into an empty one."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.module_loading import import_string

from hengping.errors import Refusal
from hengping_io.commands import verify_log
from hengping_web.attachments.services import folder
from hengping_web.backup import rows
from hengping_web.trail import queries as trail
from hengping_web.trail.models import LogEntry
from hengping_web.trail.services import Kind, record

FORMAT = "hengping-backup/1"
BATCH = 1_000
MEMBER = re.compile(r"(manifest\.json|rows/[a-z_.]+\.jsonl|attachments/[0-9a-f]{2}/[0-9a-f]{32}\.(original|working))")
Manifest = dict[str, Any]


def back_up(path: Path, now: datetime) -> Manifest:
    """Write everything but the keys into a new file that only its owner can read; return its manifest."""
    if path.exists():
        raise Refusal("备份", f"{path} 已存在", "请换一个文件名；备份从不覆盖旧备份")
    with transaction.atomic():
        record(Kind.EXPORT, "backup.made")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as archive:
            manifest = _write(archive, now)
            file.flush()
    except BaseException:
        path.unlink(missing_ok=True)  # half a backup is worse than none
        raise
    return manifest


def _write(archive: tarfile.TarFile, now: datetime) -> Manifest:
    members: dict[str, dict[str, Any]] = {}
    with _one_moment():
        for model in rows.kept_models():
            name = f"rows/{rows.label_of(model)}.jsonl"
            members[name] = _add_rows(archive, name, model)
        head = LogEntry.objects.order_by("-sequence").values_list("sequence", "hash").first()
        applied = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    for path in sorted(folder().glob("*/*")):
        name = f"attachments/{path.parent.name}/{path.name}"
        if MEMBER.fullmatch(name):
            members[name] = _add(archive, name, path.read_bytes())
    manifest = {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "database": connection.vendor,
        "migrations": [name for name in applied if _is_ours(name)],
        "log_head": list(head) if head else [0, ""],
        "members": members,
    }
    _add(archive, "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    return manifest


def _is_ours(migration: str) -> bool:
    return any(
        migration.startswith(f"{app.rpartition('.')[2]}.") for app in settings.INSTALLED_APPS if "hengping" in app
    )


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read everything as it was at one moment, without keeping anybody from writing."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # Not atomic(): that would take the writer's lock. A plain BEGIN reads the write-ahead log as it stands.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield
            finally:
                cursor.execute("COMMIT")


def _add_rows(archive: tarfile.TarFile, name: str, model: type[models.Model]) -> dict[str, Any]:
    names = [field.attname for field in rows.columns(model)]
    count, found = 0, hashlib.sha256()
    with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as scratch:
        for values in model._base_manager.order_by("pk").values_list(*names).iterator(BATCH):
            line = rows.written(values).encode()
            scratch.write(line)
            found.update(line)
            count += 1
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = scratch.tell(), 0o600
        scratch.seek(0)
        archive.addfile(entry, scratch)
    return {"rows": count, "sha256": found.hexdigest()}


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> dict[str, Any]:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))
    return {"sha256": hashlib.sha256(content).hexdigest()}


def restore(path: Path) -> Manifest:
    """Put a backup into an empty, migrated database; everything is checked before and after, or nothing is kept."""
    manifest = examined(path)
    _insist_on_room(manifest)
    with tarfile.open(path, "r:gz") as archive, transaction.atomic():
        for name, member in _members(archive):
            if name.startswith("rows/"):
                _restore_rows(name, member, manifest["members"][name]["rows"])
            elif name.startswith("attachments/"):
                _restore_file(name, member)
        _restart_sequences()
        _insist_on_log(manifest)
        record(Kind.ADMINISTRATION, "backup.restored", details={"made_at": manifest["made_at"]})
    for name in settings.AFTER_RESTORE:
        import_string(name)()
    return manifest


def examined(path: Path) -> Manifest:
    """Return the manifest of a backup after comparing every part with it, without touching the database."""
    found: dict[str, str] = {}
    manifest: Manifest = {}
    try:
        with tarfile.open(path, "r:gz") as archive:
            for name, member in _members(archive):
                content = hashlib.sha256()
                text = b""
                while chunk := member.read(1 << 20):
                    content.update(chunk)
                    text = text + chunk if name == "manifest.json" else text
                found[name] = content.hexdigest()
                manifest = json.loads(text) if name == "manifest.json" else manifest
    except (OSError, EOFError, tarfile.TarError, ValueError) as broken:
        raise Refusal("恢复备份", "文件读不完整，或不是备份", "请换一份备份") from broken
    stated = {name: member["sha256"] for name, member in manifest.get("members", {}).items()}
    found.pop("manifest.json", None)
    if manifest.get("format") != FORMAT or stated != found:
        wrong = sorted(name for name in stated.keys() | found.keys() if stated.get(name) != found.get(name))
        raise Refusal("恢复备份", f"与清单不符：{'、'.join(wrong[:5]) or '格式'}", "备份已损坏或被改动，请换一份")
    return manifest


def _members(archive: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for entry in archive:
        content = archive.extractfile(entry) if entry.isfile() else None
        if content is None or not MEMBER.fullmatch(entry.name):
            raise tarfile.TarError(entry.name)
        yield entry.name, content


def _insist_on_room(manifest: Manifest) -> None:
    applied = {f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()}
    here = sorted(name for name in applied if _is_ours(name))
    if here != manifest["migrations"]:
        raise Refusal("恢复备份", "数据库结构与备份时不同", "请安装备份时的版本，恢复之后再升级")
    filled = [rows.label_of(model) for model in rows.kept_models() if model._base_manager.exists()]
    if filled or any(folder().glob("*/*")):
        raise Refusal("恢复备份", "数据库或附件文件夹不是空的", "请在新建的空数据库与空的 HENGPING_DATA 中恢复")


def _restore_rows(name: str, member: IO[bytes], expected: int) -> None:
    label = name.removeprefix("rows/").removesuffix(".jsonl")
    model = next(model for model in rows.kept_models() if rows.label_of(model) == label)
    lines = (line.decode() for line in member)
    count, found = 0, rows.read(model, lines)
    with rows.moments_as_they_were(model):
        while batch := list(islice(found, BATCH)):
            model._base_manager.bulk_create(batch)
            count += len(batch)
    if count != expected:
        raise Refusal("恢复备份", f"{label} 应有 {expected} 行，读到 {count} 行", "备份已损坏，请换一份")


def _restore_file(name: str, member: IO[bytes]) -> None:
    path = folder().parent / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(member.read())


def _restart_sequences() -> None:
    statements = connection.ops.sequence_reset_sql(no_style(), rows.kept_models())
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _insist_on_log(manifest: Manifest) -> None:
    """Check the restored log as a stranger would, and that it ends where the backup's did."""
    lines = (line.encode() for line in trail.export(datetime.fromisoformat(manifest["made_at"])))
    fault = next(verify_log.check(lines), None)
    head = LogEntry.objects.order_by("-sequence").values_list("sequence", "hash").first() or (0, "")
    if fault or list(head) != manifest["log_head"]:
        raise Refusal("恢复备份", f"恢复后的日志不成链：{fault or '末行不符'}", "没有写入任何内容，请换一份备份")
