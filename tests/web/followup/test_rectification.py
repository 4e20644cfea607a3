"""Problems, measures and reports on them: append-only, overdue marked, carried into next year, each in its own department."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from PIL import Image

from hengping.performance.rectification import Progress
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.cycle import tables
from hengping_web.cycle.models import EvaluationYear, State
from hengping_web.followup import queries, services
from hengping_web.followup.models import ProgressNote, Reminder
from hengping_web.outbox.models import Message

pytestmark = pytest.mark.django_db


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(made, "PNG")
    return made.getvalue()


PROOF = picture()
NOON = datetime(2025, 7, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
BOARD = "/years/city-petition-office/2024/follow-up/"
MEASURE = f"{BOARD}measures/1/"


def told(
    department: Any, progress: Progress = Progress.UNDERWAY, on: date = date(2025, 5, 6), **more: Any
) -> ProgressNote:
    report = services.Report(on=on, progress=progress, text="已逐件提醒", **{"seen": 0, **more})
    return services.report(department.before, 1, report, date(2025, 7, 10), department.clerk)


def test_the_board_leads_from_problem_to_measure_and_says_how_it_stands(
    department: Any, seated: Callable[[User], Any]
) -> None:
    page = seated(department.team).get(BOARD).content.decode()

    assert all(
        text in page for text in ("答复逾期", "提醒没有到岗。", "到期前逐件提醒", "督查科", "2025-06-30", "已逾期")
    )


def test_a_problem_gets_the_next_number_and_its_cause_is_asked_for(
    department: Any, seated: Callable[[User], Any]
) -> None:
    desk = seated(department.team)

    bare = desk.post(f"{BOARD}problems/new/", {"title": "联系不全", "detail": "没有记录。"})
    done = desk.post(
        f"{BOARD}problems/new/",
        {"title": "联系不全", "detail": "没有记录。", "cause": "没有要求。", "owner": "网上信访科"},
    )

    assert bare.status_code == 422
    assert done.status_code == HTTPStatus.FOUND
    assert [one.key for one in queries.problems(department.before, date(2025, 5, 1))] == ["Q1", "Q2"]


@pytest.mark.parametrize("owner", ["某甲", "某主任"])
def test_a_name_is_no_owner(department: Any, seated: Callable[[User], Any], owner: str) -> None:
    data = {"text": "整改", "owner": owner, "due_on": "2025-08-31"}

    page = seated(department.team).post(f"{BOARD}problems/1/measures/new/", data)

    assert page.status_code == 422
    assert "不写姓名" in page.content.decode()
    assert len(queries.measures_of([department.before], date(2025, 5, 1))) == 1


def test_a_report_is_added_and_the_earlier_ones_stay(
    department: Any, seated: Callable[[User], Any], logged: Callable[[], list[str]]
) -> None:
    desk = seated(department.clerk)

    first = desk.post(MEASURE, {"on": "2025-05-06", "progress": "underway", "text": "已发函", "seen": "0"})
    second = desk.post(
        MEASURE,
        {
            "on": "2025-06-20",
            "progress": "done",
            "text": "提醒已上线",
            "seen": "1",
            "evidence": SimpleUploadedFile("证明.png", PROOF),
        },
    )

    assert (first.status_code, second.status_code) == (HTTPStatus.FOUND, HTTPStatus.FOUND)
    one = queries.measure(department.before, 1, date(2026, 1, 1))
    assert one is not None
    assert [(note.progress, note.text) for note in one.notes] == [("underway", "已发函"), ("done", "提醒已上线")]
    assert one.standing.words == "已完成"
    assert logged().count("measure.reported") == 2
    key = one.notes[1].evidence[0]
    file = desk.get(f"{MEASURE}files/{key}/")
    assert file["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_done_without_evidence_is_refused(department: Any, seated: Callable[[User], Any]) -> None:
    page = seated(department.clerk).post(MEASURE, {"on": "2025-05-06", "progress": "done", "text": "完成", "seen": "0"})

    assert page.status_code == 422
    assert "没有佐证材料" in page.content.decode()


def test_the_second_of_two_is_told_and_loses_nothing(department: Any, seated: Callable[[User], Any]) -> None:
    told(department)

    page = seated(department.team).post(
        MEASURE, {"on": "2025-05-07", "progress": "underway", "text": "我写的进展", "seen": "0"}
    )

    assert page.status_code == 422
    shown = page.content.decode()
    assert "我写的进展" in shown
    assert "已逐件提醒" in shown
    assert ProgressNote.objects.count() == 1


def test_a_note_can_neither_be_changed_nor_deleted(department: Any) -> None:
    note = told(department)

    for act in (lambda: ProgressNote.objects.filter(pk=note.pk).update(text="改"), note.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_progress_is_reported_after_the_year_was_settled_but_problems_are_not_changed(
    department: Any, seated: Callable[[User], Any]
) -> None:
    EvaluationYear.objects.filter(pk=department.before.pk).update(state=State.PUBLISHED)

    reported = seated(department.clerk).post(
        MEASURE, {"on": "2025-05-06", "progress": "underway", "text": "已发函", "seen": "0"}
    )
    changed = seated(department.team).post(
        f"{BOARD}problems/1/", {"title": "改写", "detail": "改写", "cause": "改写", "seen": "1"}
    )

    assert reported.status_code == HTTPStatus.FOUND
    assert changed.status_code == 422
    assert "不再改动" in changed.content.decode()


def test_next_years_folder_says_what_was_done_by_the_day_of_its_report(department: Any) -> None:
    told(department)
    told(department, Progress.DONE, on=date(2025, 6, 20), seen=1, files=[("证明.png", PROOF)])

    found = dict(tables.gather(department.now))["follow_ups"]

    assert list(found) == [
        {
            "problem": "答复逾期",
            "measure": "到期前逐件提醒",
            "owner": "督查科",
            "result": "已逐件提醒",
            "done": "true",
        }
    ]


def test_what_was_done_after_the_report_does_not_enter_it(department: Any) -> None:
    EvaluationYear.objects.filter(pk=department.now.pk).update(reported_on=date(2025, 5, 1))
    department.now.refresh_from_db()
    told(department)

    (row,) = dict(tables.gather(department.now))["follow_ups"]

    assert "done" not in row
    assert "result" not in row


def test_a_year_before_without_problems_says_none_and_an_unknown_one_says_nothing(department: Any) -> None:
    assert "follow_ups" not in tables.gather(department.before)
    assert "follow_ups" in tables.gather(department.now)


def test_promises_stand_beside_the_facts(department: Any, seated: Callable[[User], Any]) -> None:
    told(department)

    page = seated(department.team).get("/years/city-petition-office/2025/promises/").content.decode()

    assert all(text in page for text in ("答复逾期", "到期前逐件提醒", "督查科", "已逐件提醒"))


def test_another_department_sees_nothing(
    department: Any, account: Callable[..., User], seated: Callable[[User], Any], bureau: Any
) -> None:
    told(department)
    stranger = seated(account(Role.EVALUATION_TEAM, username="stranger", organisation=bureau.department))

    statuses = [
        stranger.get(path).status_code
        for path in (BOARD, MEASURE, f"{BOARD}problems/1/", "/years/city-petition-office/2025/promises/")
    ]

    assert statuses == [404] * 4
    assert "到期前逐件提醒" not in stranger.get("/years/owed/").content.decode()
    assert (
        stranger.post(MEASURE, {"on": "2025-05-06", "progress": "underway", "text": "假", "seen": "1"}).status_code
        == 404
    )


def test_the_list_of_what_is_owed_puts_what_is_late_on_top(department: Any, seated: Callable[[User], Any]) -> None:
    page = seated(department.head).get("/years/owed/").content.decode()

    assert "到期前逐件提醒" in page
    assert "已逾期" in page


def test_a_department_is_reminded_once_before_and_once_after(department: Any) -> None:
    assert services.remind(date(2025, 6, 10), NOON) == 0
    assert services.remind(date(2025, 6, 20), NOON) == 2
    assert services.remind(date(2025, 6, 21), NOON) == 0
    assert services.remind(date(2025, 7, 1), NOON) == 2
    assert services.remind(date(2025, 7, 2), NOON) == 0

    told_of = list(Message.objects.order_by("pk").values_list("notice", "account__username"))
    assert sorted(set(told_of)) == [
        ("measures-due", "department-head"),
        ("measures-due", "evaluation-team"),
        ("measures-late", "department-head"),
        ("measures-late", "evaluation-team"),
    ]
    assert len(told_of) == 4
    assert Reminder.objects.count() == 2
    assert all(set(message.parameters) == {"count", "day"} for message in Message.objects.all())


def test_nobody_is_reminded_of_what_is_done(department: Any) -> None:
    told(department, Progress.DONE, files=[("证明.png", PROOF)])

    assert services.remind(date(2025, 7, 1), NOON) == 0


def test_no_row_of_a_measure_names_a_person_who_carries_it_out() -> None:
    names = {field.name for field in ProgressNote._meta.get_fields()}

    assert names == {"id", "evaluation_year", "place", "sequence", "on", "progress", "text", "evidence", "by", "at"}
