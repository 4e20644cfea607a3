"""The log cannot be rewritten: not through the site, not in the database, and not in an export, by a single byte."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from hengping_io import cli
from hengping_io.commands import verify_log
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.trail import chain, queries, services
from hengping_web.trail.models import LogEntry
from hengping_web.trail.services import Kind, record

pytestmark = pytest.mark.django_db

NOON = datetime(2025, 3, 3, 4, 0, tzinfo=UTC)


@pytest.fixture
def log(account: Callable[..., User]) -> list[bytes]:
    """Return an export of a small log with Chinese, an anchor and every sort of detail."""
    clerk = account(Role.CLERK)
    record(Kind.WRITE, "petition.register", actor=clerk, subject="petition:1", details={"号": "（2025）1", "n": 3})
    services.anchor(date(2025, 3, 2), NOON)
    record(Kind.READ, "petition.read", actor=clerk, subject="petition:1", details={"list": [1, None, True, {"a": "b"}]})
    record(Kind.REVEAL, "identity.reveal", actor=clerk, subject="petition:1")
    return exported()


def exported() -> list[bytes]:
    return [line.encode() for line in queries.export(NOON)]


def faults(lines: list[bytes]) -> list[str]:
    return [fault.message for fault in verify_log.check(lines)]


def test_an_untouched_export_holds(log: list[bytes]) -> None:
    assert faults(log) == []


def test_the_first_row_stands_on_nothing_and_every_other_on_the_one_before(log: list[bytes]) -> None:
    rows = [json.loads(line) for line in log[1:]]

    assert rows[0]["previous"] == "0" * 64
    assert [row["previous"] for row in rows[1:]] == [row["hash"] for row in rows[:-1]]
    assert [row["sequence"] for row in rows] == list(range(1, len(rows) + 1))


def test_any_byte_altered_is_found(log: list[bytes]) -> None:
    whole = b"".join(log)
    chance = random.Random(20250303)

    missed = []
    for position in range(len(whole)):
        other = bytes([(whole[position] + chance.randrange(1, 256)) % 256])
        altered = whole[:position] + other + whole[position + 1 :]
        if not faults(altered.splitlines(keepends=True)):
            missed.append(position)

    assert missed == []


def test_any_byte_removed_or_added_is_found(log: list[bytes]) -> None:
    whole = b"".join(log)

    missed = [
        position
        for position in range(0, len(whole), 3)
        for altered in (whole[:position] + whole[position + 1 :], whole[:position] + b" " + whole[position:])
        if not faults(altered.splitlines(keepends=True))
    ]

    assert missed == []


def test_a_missing_a_repeated_and_two_exchanged_rows_are_found(log: list[bytes]) -> None:
    assert "序号应为 2：有记录缺失、重复或换序" in faults([*log[:2], *log[3:]])
    assert "序号应为 3：有记录缺失、重复或换序" in faults([*log[:3], log[2], *log[3:]])
    assert "与前一行不相连" in faults([log[0], log[2], log[1], *log[3:]])
    assert faults(log[:-1]) == ["末行与首行声明的链头不符：尾部缺失或被改动"]


def test_a_log_forged_whole_is_found_by_an_anchor_kept_elsewhere(log: list[bytes]) -> None:
    kept = [("2025-03-02", 8, "a" * 64), ("2025-03-03", 900, "b" * 64)]

    found = [fault.message for fault in verify_log.check(log, kept)]

    assert found == [
        "与另行保管的锚点（2025-03-02）不符：日志被改写",
        "另行保管的锚点（2025-03-03）所指的记录不在：尾部缺失",
    ]


def test_the_command_says_what_holds_and_what_does_not(
    log: list[bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"".join(log))

    assert cli.main(["verify-log", str(path)]) == 0
    assert f"核验通过：序号 1 至 {len(log) - 1}" in capsys.readouterr().out

    path.write_bytes(b"".join(log).replace(b"petition:1", b"petition:2", 1))
    assert cli.main(["verify-log", str(path)]) == 1
    assert "内容与哈希值不符：被改动" in capsys.readouterr().out
    assert cli.main(["verify-log", str(tmp_path / "absent")]) == 2


def test_the_verifier_runs_alone_where_nothing_is_installed(log: list[bytes], tmp_path: Path) -> None:
    export = tmp_path / "log.jsonl"
    export.write_bytes(b"".join(log))
    alone = tmp_path / "verify_log.py"
    alone.write_bytes(Path(verify_log.__file__).read_bytes())

    finished = subprocess.run([sys.executable, "-I", "-S", str(alone), str(export)], capture_output=True, check=False)

    assert finished.returncode == 0, finished.stderr
    assert "核验通过" in finished.stdout.decode()


@pytest.mark.parametrize("rubbish", [b"", b"\xff\n", b"[]\n", b"{}\n", b'{"format":1}\n', b"[" * 100_000 + b"\n"])
def test_rubbish_is_not_a_log(rubbish: bytes) -> None:
    assert faults(rubbish.splitlines(keepends=True))


def test_the_database_refuses_to_change_delete_or_replace_a_row(log: list[bytes]) -> None:
    first = LogEntry.objects.get(sequence=1)

    for act in (
        lambda: LogEntry.objects.filter(sequence=1).update(action="nothing"),
        first.delete,
        lambda: raw("UPDATE trail_logentry SET actor = 'x'"),
        lambda: raw("DELETE FROM trail_anchor"),
        lambda: raw(f"{replacing()} trail_logentry SELECT * FROM trail_logentry WHERE sequence = 1"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()

    assert faults(exported()) == []


def raw(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def replacing() -> str:
    return "INSERT OR REPLACE INTO" if connection.vendor == "sqlite" else "INSERT INTO"


def test_an_act_that_is_undone_leaves_no_row(account: Callable[..., User]) -> None:
    clerk = account(Role.CLERK)
    before = LogEntry.objects.count()

    with transaction.atomic():
        record(Kind.WRITE, "petition.register", actor=clerk)
        transaction.set_rollback(True)

    assert LogEntry.objects.count() == before


@pytest.mark.parametrize("detail", [1.5, {"deep": [0.1]}, b"bytes", "\ud800"])
def test_a_detail_that_would_not_come_back_is_refused(detail: Any) -> None:
    with pytest.raises((TypeError, UnicodeEncodeError)):
        record(Kind.WRITE, "x", details={"d": detail})


def test_rows_hashed_with_sm3_hold_too(settings: Any, db: None) -> None:
    settings.LOG_ALGORITHM = "sm3"

    record(Kind.WRITE, "one")
    settings.LOG_ALGORITHM = "sha256"
    record(Kind.WRITE, "two")

    assert [json.loads(line)["algorithm"] for line in exported()[1:]] == ["sm3", "sha256"]
    assert faults(exported()) == []


def test_the_digest_is_the_published_one_of_the_canonical_line() -> None:
    assert chain.canonical({"b": 1, "a": "中"}) == '{"a":"中","b":1}'
    assert chain.digest("sha256", {}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert chain.digest("sm3", {}) == "f1a823aaaaafe40e113c7f04dd72c289faf86252c4a9b57cf1d3c9e12547f9ad"


def test_an_anchor_is_made_once_a_day_and_also_kept_in_a_file(
    tmp_path: Path, django_capture_on_commit_callbacks: Any, db: None
) -> None:
    record(Kind.WRITE, "one")

    with django_capture_on_commit_callbacks(execute=True):
        made = services.anchor(date(2025, 3, 3), NOON, tmp_path)
        again = services.anchor(date(2025, 3, 3), NOON, tmp_path)

    kept = [json.loads(line) for line in (tmp_path / "anchors.jsonl").read_text().splitlines()]
    assert made is not None
    assert again is None
    assert kept == [{"day": "2025-03-03", "hash": made.hash, "sequence": 1}]


def test_the_export_command_writes_a_private_file_and_is_in_it(log: list[bytes], tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"

    call_command("export_log", path, verbosity=0, stdout=io.StringIO())

    rows = path.read_bytes().splitlines(keepends=True)
    assert faults(rows) == []
    assert json.loads(rows[-1])["action"] == "log.export"
    assert path.stat().st_mode & 0o077 == 0


def test_a_part_of_the_log_holds_by_itself(log: list[bytes]) -> None:
    part = [line.encode() for line in queries.export(NOON, 3, 5)]

    assert faults(part) == []
    assert [json.loads(line)["sequence"] for line in part[1:]] == [3, 4, 5]


def test_the_auditor_reads_and_exports_the_log_in_the_browser(
    account: Callable[..., User], seated: Callable[[User], Client]
) -> None:
    browser = seated(account(Role.AUDITOR))

    page = browser.get("/log/", {"kind": "administration"}).content.decode()
    taken = b"".join(browser.get("/log/export/").streaming_content)  # type: ignore[attr-defined]

    assert "organisation.added" in page
    assert faults(taken.splitlines(keepends=True)) == []
    assert b'"action":"log.export","actor":"auditor"' in taken
