"""Bulk intake with its preview, files of a matter, notices without a subject, calendars published later."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from hengping.dates import Calendar, official_calendar
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.identity.persons import Person
from hengping_web.outbox.models import Message
from hengping_web.petitions import services
from hengping_web.petitions.models import DueChange, Matter
from hengping_web.petitions.queries import context

pytestmark = pytest.mark.django_db


def workbook(*rows: tuple[str, ...]) -> SimpleUploadedFile:
    paper = io.BytesIO()
    book = xlsxwriter.Workbook(paper, {"in_memory": True})
    sheet = book.add_worksheet()
    for at, row in enumerate((("收到日期", "信访形式", "人数", "概况", "问题属地"), *rows)):
        sheet.write_row(at, 0, row)
    book.close()
    return SimpleUploadedFile("intake.xlsx", paper.getvalue())


def test_a_workbook_is_previewed_with_its_errors_and_registered_on_the_second_button(
    town: Any, sign_in: Callable[..., Any], today: date
) -> None:
    registrar = sign_in(Role.REGISTRAR)
    day = today.isoformat()
    file = workbook(
        (day, "来信", "1", "路灯不亮", "东区"),
        ("2099-01-01", "来信", "1", "井盖缺失", "东区"),
        (day, "走访", "9", "欠薪", "东区"),
    )

    preview = registrar.post("/petitions/intake/", {"file": file})
    before = Matter.objects.count()
    done = registrar.post("/petitions/intake/", {"confirmed": preview.context["sealed"]})

    assert [bool(row.errors) for row in preview.context["rows"]] == [False, True, True]
    assert "收到日期晚于今天" in preview.content.decode()
    assert (before, Matter.objects.count(), done.status_code) == (0, 1, HTTPStatus.OK)
    assert done.context["done"][0].receipt.groups in done.content.decode()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a workbook", b"%PDF-1.4", b"\0" * 5000])
def test_a_file_that_is_no_workbook_is_refused_with_words(
    town: Any, sign_in: Callable[..., Any], content: bytes
) -> None:
    file = SimpleUploadedFile("intake.xlsx", content)

    answer = sign_in(Role.REGISTRAR).post("/petitions/intake/", {"file": file})

    assert answer.status_code in (HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)
    assert Matter.objects.count() == 0


def test_a_confirmation_nobody_previewed_is_refused(town: Any, sign_in: Callable[..., Any]) -> None:
    answer = sign_in(Role.REGISTRAR).post("/petitions/intake/", {"confirmed": "AAAA"})

    assert answer.status_code == HTTPStatus.CONFLICT


def test_a_file_is_given_to_who_may_see_the_matter_and_to_nobody_else(
    town: Any, sign_in: Callable[..., Any], transferred: Callable[..., Matter]
) -> None:
    matter = transferred("repairs")
    clerk = sign_in(Role.CLERK, town.repairs)
    file = SimpleUploadedFile("情况说明.txt", "材料内容".encode())

    sent = clerk.post(f"/petitions/of/{matter.number}/files/", {"file": file})
    page = clerk.get(f"/petitions/of/{matter.number}/")
    key = page.context["files"][0][0].key

    assert sent.status_code == HTTPStatus.FOUND
    assert clerk.get(f"/petitions/of/{matter.number}/files/{key}/").status_code == HTTPStatus.OK
    stranger = sign_in(Role.CLERK, town.health)
    assert stranger.get(f"/petitions/of/{matter.number}/files/{key}/").status_code == HTTPStatus.NOT_FOUND


def test_a_file_with_a_lying_extension_is_refused_with_words(
    town: Any, sign_in: Callable[..., Any], filed: Callable[..., Any]
) -> None:
    matter = filed().matter
    file = SimpleUploadedFile("photo.jpg", b"MZ\x90\x00 a program")

    answer = sign_in(Role.REGISTRAR).post(f"/petitions/of/{matter.number}/files/", {"file": file})

    assert answer.status_code == HTTPStatus.CONFLICT


def test_notices_carry_a_number_and_a_day_and_reach_only_who_may_see(
    town: Any, staff: Callable[..., User], filed: Callable[..., Any], act: Callable[..., Matter]
) -> None:
    from hengping.petitions import model as core

    accused, other = staff(Role.CLERK, town.housing), staff(Role.CLERK, town.inspection)
    User.objects.update(email="post@example.org")
    matter = filed(
        summary="某单位违规收费", accused=(town.housing,), persons_known=(Person(name="某甲", telephone="13800000000"),)
    ).matter
    act(matter, "sort-accusation", core.Role.PETITION_OFFICE, "office", 被检举单位="housing")
    details = {"去向": "inspection", "管理权限": "市管", "密封编号": "封0001"}
    act(matter, "transfer-accusation", core.Role.PETITION_OFFICE, "office", **details)

    told = list(Message.objects.all())
    assert {one.account for one in told if one.account} <= {other}
    assert accused not in {one.account for one in told}
    assert {one.notice for one in told if one.matter} == {"received", "moved-on"}
    assert all("收费" not in str(one.parameters) for one in told)


def test_a_unit_is_told_of_what_came_to_its_desk(
    town: Any, staff: Callable[..., User], transferred: Callable[..., Matter]
) -> None:
    clerk = staff(Role.CLERK, town.repairs)
    User.objects.update(email="post@example.org")

    matter = transferred("repairs")

    arrived = Message.objects.filter(account=clerk, notice="arrived").get()
    assert arrived.parameters["number"] == matter.number


def test_a_calendar_published_later_moves_open_last_days_and_keeps_the_old_one(
    filed: Callable[..., Any], today: date
) -> None:
    matter = filed().matter
    known = official_calendar()
    year = matter.filed_on.year
    before = replace(context(), calendar=Calendar([day for day in known if day.on.year != year], version="旧历"))

    changes = services.publish_calendar(before, today)

    kept = DueChange.objects.get(matter=matter, clock="transfer")
    assert (kept.before, kept.after is not None) == (None, True)
    assert "旧历" in kept.reason
    assert len(changes) == DueChange.objects.count()


def test_the_daily_job_finds_what_became_late_overnight(
    filed: Callable[..., Any], later: Callable[[int], date], today: date
) -> None:
    filed()

    assert services.refresh_open(later(1), timezone.now()) == 1
    assert services.refresh_open(later(1), timezone.now()) == 0
