"""Received ZIPs: judged whole, audited by the worker, resumable, shown in a sandbox, matched by a person, removed in time."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from hengping.errors import Refusal
from hengping_io import audit_batch
from hengping_web.accounts.models import Organisation, User
from hengping_web.accounts.roles import Role
from hengping_web.finance import received, services
from hengping_web.finance.models import Batch, Line, ReceivedFile
from hengping_web.finance.pace import pace

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 4, 10, 2, 0, tzinfo=UTC)
TODAY = date(2025, 4, 10)

REPORT = """某市{name}2024年度部门整体支出绩效自评报告

一、基本情况
本单位编制20人，实有在编人数20人。

二、一般公共预算支出情况
2024年支出合计{total}万元，其中：基本支出200.00万元，项目支出100.00万元。
我单位始终坚持以人民为中心的发展思想，把预算绩效管理贯穿于业务工作的全过程和各方面，取得了较好的成效。
"""


def report(name: str, total: str = "300.00") -> bytes:
    return REPORT.format(name=name, total=total).encode()


def packed(*files: tuple[str, bytes], change: Callable[[zipfile.ZipInfo], None] = lambda _entry: None) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            change(entry)
            archive.writestr(entry, content)
    return made.getvalue()


GOOD = (("某市教育局自评报告.txt", report("教育局")), ("某市卫健委自评报告.txt", report("卫健委", "290.00")))


def send(desk: Any, content: bytes, name: str = "报告.zip") -> Any:
    data = {"title": "第一批", "year": "2024", "file": SimpleUploadedFile(name, content)}
    return desk.post("/finance/received/", data)


def receive(reviewer: User, *files: tuple[str, bytes]) -> Batch:
    receipt = services.Receipt(title="第一批", year=2024, authority="", name="报告.zip", content=packed(*files))
    return services.receive(receipt, NOW, reviewer)


def work() -> None:
    moment = NOW
    while services.advance(moment):
        moment += timedelta(minutes=1)


def encrypted(content: bytes) -> bytes:
    """Set the flag that says a member has a password, in the local head and in the directory."""
    found = bytearray(content)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = found.find(mark) + at
        flags = struct.unpack_from("<H", found, place)[0]
        struct.pack_into("<H", found, place, flags | 1)
    return bytes(found)


def bomb() -> bytes:
    return packed(("报告.txt", b"0" * 60_000_000))


def link(entry: zipfile.ZipInfo) -> None:
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16


BAD = [
    ("不是压缩包", b"%PDF-1.4", "不是 ZIP 压缩包"),
    ("空文件名单", packed(), "不是 ZIP 压缩包"),
    ("只有垃圾", packed(("__MACOSX/._a", b"x")), "压缩包里没有文件"),
    ("截断的压缩包", packed(*GOOD)[:-40], "已损坏"),
    ("解压炸弹", bomb(), "解压后过大"),
    ("指向上级文件夹", packed(("../../etc/报告.txt", b"x")), "指向压缩包之外"),
    ("绝对路径", packed(("/etc/报告.txt", b"x")), "指向压缩包之外"),
    ("盘符", packed(("C:\\报告.txt", b"x")), "指向压缩包之外"),
    ("翻转文字方向的名字", packed(("报告\u202etxt.exe", b"x")), "看不见的字符"),
    ("过长的名字", packed((f"{'长' * 300}.txt", b"x")), "超过 240 字"),
    ("链接", packed(("报告.txt", b"/etc/passwd"), change=link), "是一个链接"),
    ("设有密码", encrypted(packed(("报告.txt", b"x"))), "设有密码"),
]


@pytest.mark.parametrize(("name", "content", "told"), BAD, ids=[name for name, _, _ in BAD])
def test_a_bad_upload_is_refused_whole_and_leaves_nothing(
    reviewer: User, seated: Callable[[User], Any], settings: Any, name: str, content: bytes, told: str
) -> None:
    page = send(seated(reviewer), content)

    assert page.status_code == 422
    assert told in page.content.decode()
    assert Batch.objects.count() == 0
    assert list((settings.DATA / "received").glob("*")) == []


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice_is_refused() -> None:
    with pytest.raises(Refusal, match="文件名重复"):
        list(received.members("a.zip", packed(("报告.txt", b"1"), ("报告.txt", b"2"))))


def test_too_many_files_and_too_large_an_upload_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(received, "MOST_FILES", 1)
    with pytest.raises(Refusal, match="超过 1 个"):
        list(received.members("a.zip", packed(*GOOD)))

    monkeypatch.setattr(received, "LARGEST", 100)
    with pytest.raises(Refusal, match="请分几次上传"):
        list(received.members("a.zip", packed(*GOOD)))


def test_names_packed_by_an_old_program_are_read_and_never_used_as_paths(reviewer: User, settings: Any) -> None:
    old = "报告/教育局.txt".encode("gbk").decode("cp437")

    batch = receive(reviewer, (old, report("教育局")), ("说明.exe", b"MZ"))

    names = {row.name: (row.stored, row.state) for row in batch.files.all()}
    assert names == {"报告/教育局.txt": ("00001.txt", "waiting"), "说明.exe": ("", "skipped")}
    place = settings.DATA / "received" / batch.key / "files"
    assert [(path.name, path.stat().st_mode & 0o777) for path in place.iterdir()] == [("00001.txt", 0o600)]


def test_a_zip_is_audited_by_the_worker_and_every_file_says_what_it_came_to(
    reviewer: User, seated: Callable[[User], Any], logged: Callable[[], list[str]]
) -> None:
    desk = seated(reviewer)

    answer = send(desk, packed(*GOOD, ("坏.docx", b"PK\x03\x04broken")))
    running = desk.get(answer["Location"])
    call_command("work", "--once")
    done = desk.get(answer["Location"])

    assert answer.status_code == HTTPStatus.FOUND
    assert running["Refresh"] == "5"
    assert "0 / 3" in running.content.decode()
    assert "Refresh" not in done
    rows = {row.name: row for row in ReceivedFile.objects.all()}
    assert rows["坏.docx"].state == "unreadable"
    assert rows["某市教育局自评报告.txt"].contradictions == 0
    assert rows["某市卫健委自评报告.txt"].contradictions >= 1
    assert Batch.objects.get().state == "done"
    assert {"batch.received", "batch.audited"} <= set(logged())


def test_a_killed_worker_goes_on_where_it_stopped(reviewer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = receive(reviewer, *GOOD, ("丙.txt", report("丙局")))
    finish = services._finish
    calls: list[str] = []

    def killed(found: Batch, row: audit_batch.Row) -> None:
        if calls:
            raise KeyboardInterrupt
        calls.append(row.name)
        finish(found, row)

    monkeypatch.setattr(services, "_finish", killed)
    with pytest.raises(KeyboardInterrupt):
        services.advance(NOW)
    monkeypatch.setattr(services, "_finish", finish)

    assert batch.files.filter(state="done").count() == 1
    assert services.advance(NOW + timedelta(minutes=1)) == 0  # the lease still holds
    assert services.advance(NOW + timedelta(minutes=11)) == 2
    batch.refresh_from_db()
    assert (batch.state, batch.finished) == ("done", 3)


def test_a_file_at_which_the_program_dies_twice_is_given_up_and_stops_no_other(
    reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = receive(reviewer, *GOOD)
    ReceivedFile.objects.filter(place=1).update(attempts=services.MOST_ATTEMPTS)

    work()

    states = {row.place: row.state for row in batch.files.all()}
    assert states == {1: "failed", 2: "done"}


def test_the_auditors_page_is_sandboxed_and_runs_only_its_own_script(
    reviewer: User, seated: Callable[[User], Any]
) -> None:
    evil = report("教育局") + b"<script>alert(1)</script><meta http-equiv=x>\n"
    batch = receive(reviewer, ("某市教育局<b>.txt", evil))
    work()
    desk = seated(reviewer)

    page = desk.get(f"/finance/received/{batch.key}/1/")

    policy = page["Content-Security-Policy"]
    assert page.status_code == HTTPStatus.OK
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert policy.endswith("frame-ancestors 'none'; sandbox allow-scripts")
    assert "unsafe-inline" not in policy
    assert "allow-same-origin" not in policy
    assert b"<script>alert(1)" not in page.content
    data = desk.get(f"/finance/received/{batch.key}/1/result.json")
    assert data.json()["format"] == "hengping-audit/1"


def test_the_index_is_sorted_and_filtered_and_exported(reviewer: User, seated: Callable[[User], Any]) -> None:
    batch = receive(reviewer, *GOOD, ("坏.docx", b"PK\x03\x04broken"))
    work()
    desk = seated(reviewer)
    here = f"/finance/received/{batch.key}/"

    by_findings = [row.name for row in desk.get(f"{here}?order=contradictions").context["files"]]
    unreadable = [row.name for row in desk.get(f"{here}?state=unreadable").context["files"]]
    found = [row.name for row in desk.get(f"{here}?text=教育").context["files"]]
    sheet = desk.post(f"{here}index.csv").content.decode("utf-8-sig")

    assert by_findings[0] == "某市卫健委自评报告.txt"
    assert unreadable == ["坏.docx"]
    assert found == ["某市教育局自评报告.txt"]
    assert len(sheet.splitlines()) == 4


def test_units_lie_side_by_side(reviewer: User, seated: Callable[[User], Any]) -> None:
    batch = receive(reviewer, *GOOD)
    work()

    page = seated(reviewer).get(f"/finance/received/{batch.key}/side-by-side/").content.decode()

    assert "以人民为中心" in page
    assert "某市卫健委自评报告.txt、某市教育局自评报告.txt" in page


def test_a_person_confirms_whose_report_it_is(
    reviewer: User, seated: Callable[[User], Any], departments: list[Organisation], logged: Callable[[], list[str]]
) -> None:
    batch = receive(reviewer, *GOOD)
    work()
    desk = seated(reviewer)
    page = f"/finance/received/{batch.key}/matching/"

    suggested = desk.get(page).context["form"]
    before = list(batch.files.values_list("organisation__key", flat=True))
    places = {row.name: row.place for row in batch.files.all()}
    health = next(one for one in departments if one.key == "city-health")
    desk.post(page, {f"of-{places['某市卫健委自评报告.txt']}": str(health.pk)})

    assert suggested.fields[f"of-{places['某市卫健委自评报告.txt']}"].initial == str(health.pk)
    assert before == [None, None]
    assert batch.files.get(organisation=health).name == "某市卫健委自评报告.txt"
    line = Line.objects.get(organisation=health, year=2024)
    assert line.received_to_answer == batch.files.get(organisation=health).to_answer
    assert "batch.matched" in logged()


def test_files_are_removed_when_their_time_is_over(
    reviewer: User, seated: Callable[[User], Any], settings: Any
) -> None:
    settings.RECEIVED_DAYS = 30
    batch = receive(reviewer, *GOOD)
    work()

    assert services.remove_expired(TODAY + timedelta(days=29), NOW) == 0
    assert services.remove_expired(TODAY + timedelta(days=30), NOW) == 1

    batch.refresh_from_db()
    assert batch.state == "removed"
    assert not services.folder(batch.key).exists()
    assert batch.files.filter(row={}).count() == 2
    desk = seated(reviewer)
    assert desk.get(f"/finance/received/{batch.key}/1/").status_code == HTTPStatus.NOT_FOUND
    assert "保留期已过" in desk.get(f"/finance/received/{batch.key}/").content.decode()


def test_a_department_never_sees_what_others_sent(
    reviewer: User, account: Callable[..., User], seated: Callable[[User], Any], departments: list[Organisation]
) -> None:
    batch = receive(reviewer, *GOOD)
    work()
    head = seated(account(Role.DEPARTMENT_HEAD, organisation=departments[0]))
    auditor = seated(account(Role.AUDITOR, organisation=departments[0]))

    for path in ("", "1/", "1/result.json", "side-by-side/"):
        assert head.get(f"/finance/received/{batch.key}/{path}").status_code == HTTPStatus.FORBIDDEN
        assert auditor.get(f"/finance/received/{batch.key}/{path}").status_code == HTTPStatus.NOT_FOUND


def test_the_pace_says_rate_and_time_left() -> None:
    assert (pace(30, 120, 60).percent, pace(30, 120, 60).a_minute, pace(30, 120, 60).left) == (25, 30, "约 3 分钟")
    assert pace(0, 120, 0).left == "未知"
    assert pace(119, 120, 60).left == "不到一分钟"
