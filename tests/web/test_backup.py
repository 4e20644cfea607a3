"""What was backed up comes back whole: every row, every file, the log in its chain; or nothing is written at all."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from hengping.errors import Refusal
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.attachments import services as attachments
from hengping_web.attachments.models import Attachment
from hengping_web.backup import rows, services
from hengping_web.identity import services as identity
from hengping_web.identity.models import Reveal
from hengping_web.identity.persons import Person
from hengping_web.outbox import services as outbox
from hengping_web.trail import services as trail
from hengping_web.trail.models import LogEntry

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)


@pytest.fixture
def place(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()
    return tmp_path


@pytest.fixture
def backup(place: Path, account: Callable[..., User]) -> Path:
    """Return a backup of a site with one of everything."""
    clerk = account(Role.CLERK, Role.REGISTRAR)
    identity.keep("2025-1", [Person(name="甲", telephone="13800000000")], "x")
    attachments.attach("2025-1", "证据.txt", "内容".encode(), by=clerk)
    outbox.tell_account(clerk, "arrived", {"number": "2025-1", "day": "2025-03-18"})
    Reveal.objects.create(matter="2025-1", asked_by=clerk, reason="核对补偿款的收款账户", asked_at=NOW)
    trail.anchor(date(2025, 3, 3), NOW)
    path = place / "backup.tar.gz"
    services.back_up(path, NOW)
    return path


def everything() -> dict[str, list[tuple[Any, ...]]]:
    return {
        rows.label_of(model): [
            tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row)
            for row in model._base_manager.order_by("pk").values_list(*[field.attname for field in rows.columns(model)])
        ]
        for model in rows.kept_models()
    }


def emptied(settings: Any, place: Path) -> None:
    call_command("flush", interactive=False, verbosity=0)
    settings.DATA = place / "new"
    settings.DATA.mkdir()


def test_everything_comes_back_as_it_was(backup: Path, settings: Any, place: Path) -> None:
    before = everything()
    emptied(settings, place)
    assert not any(everything().values())

    services.restore(backup)

    after = everything()
    told = after["trail.logentry"].pop()
    assert after == before
    assert told[5] == "backup.restored"
    assert sum(map(len, before.values())) > 20
    assert identity.contact_of("2025-1") == Person(name="甲", telephone="13800000000")
    assert attachments.original(Attachment.objects.get(), None) == "内容".encode()


def test_new_rows_after_a_restore_do_not_meet_the_old_ones(backup: Path, settings: Any, place: Path) -> None:
    emptied(settings, place)
    services.restore(backup)

    old = Attachment.objects.get()
    made = attachments.attach("2025-2", "b.txt", b"b")

    assert made.pk > old.pk
    assert LogEntry.objects.count() == LogEntry.objects.order_by("-sequence").values_list("sequence", flat=True).first()


def test_a_backup_holds_neither_keys_nor_anything_of_a_person_in_the_clear(backup: Path, settings: Any) -> None:
    content = gzip.decompress(backup.read_bytes())

    assert backup.stat().st_mode & 0o077 == 0
    for key in settings.KEYS.values():
        assert key not in content
    for secret in ("13800000000", "证据.txt", "内容"):
        assert secret.encode() not in content


def test_a_backup_is_not_put_into_a_database_that_has_rows(backup: Path) -> None:
    with pytest.raises(Refusal, match="不是空的"):
        services.restore(backup)


def test_a_backup_never_overwrites_another(backup: Path) -> None:
    with pytest.raises(Refusal, match="已存在"):
        services.back_up(backup, NOW)


def rewritten(backup: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    with tarfile.open(backup) as old, tarfile.open(target, "w:gz") as new:
        for entry in old:
            content = change(entry.name, old.extractfile(entry).read())  # type: ignore[union-attr]
            if content is not None:
                fresh = tarfile.TarInfo(entry.name)
                fresh.size = len(content)
                new.addfile(fresh, io.BytesIO(content))
    return target


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            lambda name, content: content.replace(b"clerk", b"klerk") if "accounts.user" in name else content,
            "与清单不符",
        ),
        (lambda name, content: None if name.startswith("attachments/") else content, "与清单不符"),
        (lambda name, content: None if name == "manifest.json" else content, "与清单不符"),
    ],
)
def test_a_backup_that_was_changed_is_refused_and_nothing_is_written(
    backup: Path, place: Path, settings: Any, change: Callable[[str, bytes], bytes | None], fault: str
) -> None:
    changed = rewritten(backup, place / "changed.tar.gz", change)
    emptied(settings, place)

    with pytest.raises(Refusal, match=fault):
        services.restore(changed)

    assert not any(everything().values())


def test_a_file_that_is_no_backup_or_is_cut_off_is_refused(backup: Path, place: Path) -> None:
    cut = place / "cut.tar.gz"
    cut.write_bytes(backup.read_bytes()[:-500])
    other = place / "other"
    other.write_bytes(b"something else")

    for path in (cut, other, place / "absent"):
        with pytest.raises(Refusal, match="不是备份"):
            services.examined(path)


def test_a_backup_cannot_write_outside_its_place(place: Path) -> None:
    path = place / "evil.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("../../outside"), io.BytesIO())

    with pytest.raises(Refusal, match="不是备份"):
        services.examined(path)


def test_a_backup_of_another_version_is_refused(backup: Path, settings: Any, place: Path, monkeypatch: Any) -> None:
    emptied(settings, place)
    monkeypatch.setattr(services, "_is_ours", lambda name: name.startswith("trail."))

    with pytest.raises(Refusal, match="数据库结构与备份时不同"):
        services.restore(backup)


def test_the_commands_say_what_they_did(place: Path, settings: Any, account: Callable[..., User]) -> None:
    account(Role.CLERK)
    path, out = place / "b.tar.gz", io.StringIO()

    call_command("backup", path, stdout=out)
    call_command("restore", path, "--check", stdout=out)
    emptied(settings, place)
    call_command("restore", path, stdout=out)

    assert "已备份" in out.getvalue()
    assert "完好" in out.getvalue()
    assert "已恢复，日志成链" in out.getvalue()
    with pytest.raises(CommandError, match="不是空的"):
        call_command("restore", path)
