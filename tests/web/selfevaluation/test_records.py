"""Tasks, records with their papers, judgements and points: who may, what is refused, and what is never lost."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hengping_web.accounts.models import Organisation, User
from hengping_web.accounts.roles import Role
from hengping_web.attachments.models import Attachment
from hengping_web.attachments.services import path_of
from hengping_web.cycle.models import EvaluationYear
from hengping_web.outbox.models import Message
from hengping_web.selfevaluation import queries, services
from hengping_web.selfevaluation.models import Points, Task

pytestmark = pytest.mark.django_db

HERE = "/years/model-petition-bureau/2024/self-evaluation/"
TRAINED = f"{HERE}of/-/staff-trained/"


def paper(text: str = "培训八百六十二人次") -> SimpleUploadedFile:
    return SimpleUploadedFile("签到.txt", text.encode(), "text/plain")


def test_tasks_come_from_the_scheme_and_the_clerks_are_told(year: EvaluationYear, at: Callable[..., Any]) -> None:
    at(Role.OFFICE_CLERK)
    team = at(Role.EVALUATION_TEAM)

    first = team.post(f"{HERE}tasks/", {"due_on": "2025-03-01"})
    again = team.post(f"{HERE}tasks/", {"due_on": "2025-03-01"})

    made = {(task.indicator, task.project) for task in Task.objects.all()}
    assert (first.status_code, again.status_code) == (HTTPStatus.FOUND, HTTPStatus.FOUND)
    assert {("staff-trained", ""), ("public-satisfaction", ""), ("system-availability", "MODEL-P02")} <= made
    assert ("timely-reply", "") not in made
    assert len(made) == Task.objects.count()
    told = Message.objects.filter(notice="task", account__username="office-clerk")
    assert list(told.values_list("parameters", flat=True)) == [{"day": "2025-03-01"}]


def test_a_task_is_not_due_after_the_report(year: EvaluationYear, at: Callable[..., Any]) -> None:
    page = at(Role.EVALUATION_TEAM).post(f"{HERE}tasks/", {"due_on": "2025-03-15"})

    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "晚于报告日期 2025-03-14" in page.content.decode()


def test_open_tasks_are_reminded_of_once_a_day(year: EvaluationYear, at: Callable[..., Any]) -> None:
    at(Role.OFFICE_CLERK)
    team = at(Role.EVALUATION_TEAM)
    team.post(f"{HERE}tasks/", {"due_on": "2025-03-01"})
    Task.objects.filter(indicator="staff-trained", project="").update(indicator="not-recorded-yet")
    now = datetime(2025, 2, 26, 8, tzinfo=UTC)

    told = (services.remind(date(2025, 2, 20), now), services.remind(date(2025, 2, 26), now))
    again = services.remind(date(2025, 2, 26), now)
    late = services.remind(date(2025, 3, 2), now)

    mine = Message.objects.exclude(notice="task").filter(account__username="office-clerk")
    assert (told[0], told[1] > 0, again, late > 0) == (0, True, 0, True)
    assert list(mine.values_list("notice", "parameters")) == [
        ("task-soon", {"count": "1", "day": "2025-03-01"}),
        ("task-overdue", {"count": "1", "day": "2025-03-01"}),
    ]


def test_a_paper_is_kept_with_its_hash_and_given_out_as_it_came(year: EvaluationYear, at: Callable[..., Any]) -> None:
    clerk = at(Role.OFFICE_CLERK)

    sent = clerk.post(f"{HERE}papers/", {"title": "签到表", "file": paper(), "recorded_on": "2025-02-20"})

    row = next(row for key, row in queries.papers(year).items() if row.values["title"] == "签到表")
    given = clerk.get(f"{HERE}papers/{row.values['evidence']}/")
    assert sent.status_code == HTTPStatus.FOUND
    assert row.values["sha256"] == hashlib.sha256("培训八百六十二人次".encode()).hexdigest()
    assert (row.values["recorded_by"], row.by.username) == ("科室经办人岗", "office-clerk")  # type: ignore[union-attr]
    assert given.content.decode() == "培训八百六十二人次"
    assert given["Content-Disposition"].startswith("attachment")


def test_a_stranger_to_the_department_gets_neither_pages_nor_papers(
    year: EvaluationYear, at: Callable[..., Any]
) -> None:
    other = Organisation.objects.get(key="model-housing")
    stranger = at(Role.OFFICE_CLERK, name="stranger", organisation=other)

    pages = [stranger.get(address).status_code for address in (HERE, TRAINED, f"{HERE}papers/survey/")]

    assert pages == [HTTPStatus.NOT_FOUND] * 3


def measure(browser: Any, seen: int, value: str = "900", **more: str) -> Any:
    told = {"value": value, "recorded_on": "2025-02-21", "papers": "training-record", "seen": str(seen), **more}
    return browser.post(f"{TRAINED}measure/", told)


def test_a_recorded_value_is_scored_by_the_core_with_its_working(year: EvaluationYear, at: Callable[..., Any]) -> None:
    clerk = at(Role.OFFICE_CLERK)

    sent = measure(clerk, 1, "400", cause="场地不足", remedy="改为网上培训")

    page = clerk.get(TRAINED).content.decode()
    assert sent.status_code == HTTPStatus.FOUND
    assert "400人次，目标 800人次" in page
    assert "得 2.50 分" in page


def test_a_record_without_papers_is_shown_as_missing_them(year: EvaluationYear, at: Callable[..., Any]) -> None:
    clerk = at(Role.OFFICE_CLERK)
    clerk.post(f"{TRAINED}measure/", {"value": "900", "recorded_on": "2025-02-21", "seen": "1"})

    page = clerk.get(HERE).content.decode()

    assert "<strong>培训信访干部</strong>：补交佐证材料（缺 佐证材料）" in page


def test_the_second_of_two_who_edit_one_record_is_told_and_keeps_the_text(
    year: EvaluationYear, at: Callable[..., Any]
) -> None:
    clerk, other = at(Role.OFFICE_CLERK), at(Role.FINANCE_OFFICER)
    measure(clerk, 1, "900", text="先到者写的")

    page = measure(other, 1, "870", text="后到者写的")

    text = page.content.decode()
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "您打开页面之后，科室经办人岗于" in text
    assert "先到者写的" in text
    assert "后到者写的" in text
    assert queries.measures(year)[("staff-trained", "")].values["value"] == "900"
    assert measure(other, 2, "870", text="后到者写的").status_code == HTTPStatus.FOUND


def test_a_form_sent_twice_is_kept_once(year: EvaluationYear, at: Callable[..., Any]) -> None:
    clerk = at(Role.OFFICE_CLERK)
    key = "a" * 32

    first = measure(clerk, 1, "900", form_key=key)
    second = measure(clerk, 1, "900", form_key=key)

    assert (first.status_code, second.status_code) == (HTTPStatus.FOUND, HTTPStatus.FOUND)
    assert second["Hengping-Repeated"] == "yes"
    assert queries.measures(year)[("staff-trained", "")].revision == 2


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"value": "九百"}, "不是数"),
        ({"recorded_on": "2025-03-15"}, "晚于报告日期 2025-03-14"),
        ({"recorded_on": "2025-02-30"}, "这一天不存在"),
        ({"papers": "no-such-paper"}, "no-such-paper"),
    ],
)
def test_what_cannot_be_recorded_goes_back_with_the_reason(
    year: EvaluationYear, at: Callable[..., Any], sent: dict[str, str], words: str
) -> None:
    page = measure(at(Role.OFFICE_CLERK), 1, **{"value": "900", **sent})

    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in page.content.decode()


def points(browser: Any, kind: str, given: str, reason: str = "", seen: int = 0) -> Any:
    return browser.post(f"{TRAINED}{kind}/", {"points": given, "reason": reason, "seen": seen})


def test_self_score_and_review_stand_side_by_side_and_change_no_result(
    year: EvaluationYear, at: Callable[..., Any]
) -> None:
    team, reviewer = at(Role.EVALUATION_TEAM), at(Role.FINANCE_REVIEWER)
    before = team.get(HERE).context["cards"][0].evaluation.total

    points(team, "points", "4.5", "签到有缺")
    points(reviewer, "review", "4", "抽查少三十人次")

    line = next(line for line in team.get(HERE).context["cards"][0].lines if line.score.title == "培训信访干部")
    assert (str(line.own.points), str(line.reviewed.points), str(line.score.points)) == ("4.50", "4.00", "5.00")
    assert team.get(HERE).context["cards"][0].evaluation.total == before


@pytest.mark.parametrize(
    ("given", "reason", "words"),
    [("5.01", "", "高于该项分值 5.00 分"), ("-1", "少", "低于零分"), ("4", "", "没有写明理由")],
)
def test_points_outside_the_weight_or_without_a_reason_are_refused_and_kept_in_the_form(
    year: EvaluationYear, at: Callable[..., Any], given: str, reason: str, words: str
) -> None:
    page = points(at(Role.EVALUATION_TEAM), "points", given, reason)

    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in page.content.decode()
    assert f'value="{given}"' in page.content.decode()
    assert Points.objects.count() == 0


def test_two_reviewers_at_once_the_second_is_told(year: EvaluationYear, at: Callable[..., Any]) -> None:
    one, two = at(Role.FINANCE_REVIEWER), at(Role.FINANCE_REVIEWER, name="second-reviewer")
    points(one, "review", "4", "先")

    page = points(two, "review", "3", "后")

    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "已作修改" in page.content.decode()
    assert [str(given.points) for given in Points.objects.all()] == ["4.00"]


def test_notes_from_the_spot_stay_beside_the_row(year: EvaluationYear, at: Callable[..., Any]) -> None:
    reviewer = at(Role.FINANCE_REVIEWER)

    reviewer.post(f"{TRAINED}note/", {"on": "2025-03-05", "place": "培训中心", "text": "签到册与报表相符"})

    assert "签到册与报表相符" in reviewer.get(TRAINED).content.decode()


def test_a_paper_exchanged_after_it_was_accepted_is_named_by_its_hash(
    year: EvaluationYear, at: Callable[..., Any], member: Callable[..., User]
) -> None:
    team, clerk = at(Role.EVALUATION_TEAM), at(Role.OFFICE_CLERK)
    team.post(f"{TRAINED}decide/", {"accept": "yes", "reason": "", "seen": "1"})
    assert services.swapped(year) == []

    clerk.post(
        f"{HERE}papers/",
        {
            "title": "培训签到汇总（改）",
            "file": paper("另一份"),
            "recorded_on": "2025-03-01",
            "replaces": "training-record",
        },
    )

    page = team.get(TRAINED).content.decode()
    assert [swap.papers for swap in services.swapped(year)] == [("培训签到汇总（改）",)]
    assert "佐证材料“培训签到汇总（改）”在核定之后被替换" in page
    assert "须重新核定" in page


def test_a_paper_touched_on_the_disk_is_named_and_not_given_out(year: EvaluationYear, at: Callable[..., Any]) -> None:
    kept = Attachment.objects.get(key=queries.papers(year)["survey"].values["attachment"])
    place = path_of(kept.key, "original")
    place.write_bytes(place.read_bytes()[:-1] + b"\0")

    page = at(Role.OFFICE_CLERK).get(f"{HERE}papers/survey/")

    assert page.status_code == HTTPStatus.CONFLICT
    assert "服务对象满意度调查报告（虚构）" in page.content.decode()


def test_a_record_given_back_says_why(year: EvaluationYear, at: Callable[..., Any]) -> None:
    team = at(Role.EVALUATION_TEAM)

    silent = team.post(f"{TRAINED}decide/", {"return": "yes", "reason": "", "seen": "1"})
    told = team.post(f"{TRAINED}decide/", {"return": "yes", "reason": "缺十二月签到", "seen": "1"})

    assert (silent.status_code, told.status_code) == (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.FOUND)
    assert services.hindrances(year) == ["“staff-trained”：已退回，尚未补正（缺十二月签到）"]
