"""A year is opened, taken over from the last, shown with whose turn it is, and its plain tables are filled in by row."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest

from hengping.errors import Refusal
from hengping_web.accounts.roles import Role
from hengping_web.cycle import queries, services
from hengping_web.cycle.models import EvaluationYear, State
from hengping_web.cycle.services import Changed, Edit

pytestmark = pytest.mark.django_db

YEAR = "/years/city-petition-office/2025/"
OPENING = {
    "organisation": "city-petition-office",
    "year": "2025",
    "reported_on": "2026-03-20",
    "scheme": "ministry-2020",
}
FUNCTION = {"number": "1", "text": "办理群众来信来访"}


def opened(desk: Callable[..., Any]) -> Any:
    team = desk(Role.EVALUATION_TEAM)
    assert team.post("/years/open/", OPENING)["Location"] == YEAR
    return team


def year() -> EvaluationYear:
    return EvaluationYear.objects.select_related("organisation").get(year=2025)


def test_a_year_is_opened_and_says_what_comes_next_and_whose_turn_it_is(desk: Callable[..., Any]) -> None:
    page = opened(desk).get(YEAR).content.decode()

    assert "各科室填报目标与指标，评价组审核后报部门负责人批复。" in page
    assert "轮到：绩效评价组" in page
    assert "未提供：单位与年度、职能职责、机构设置、人员编制、楼堂馆所" in page


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"reported_on": "2025-12-31"}, "在 2025 年度终了之前"),
        ({"organisation": "city-housing"}, "选择一个有效的选项"),
        ({"year": "1999"}, "年度"),
        ({"scheme": "my-own"}, "my-own"),
    ],
)
def test_a_year_that_cannot_be_is_not_opened(desk: Callable[..., Any], sent: dict[str, str], words: str) -> None:
    page = desk(Role.EVALUATION_TEAM).post("/years/open/", {**OPENING, **sent})

    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in page.content.decode()
    assert EvaluationYear.objects.count() == 0


def test_a_year_is_opened_once(desk: Callable[..., Any]) -> None:
    team = opened(desk)

    page = team.post("/years/open/", OPENING)

    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "已经开立" in page.content.decode()


def test_only_the_department_and_those_above_see_its_year(desk: Callable[..., Any], bureau: Any) -> None:
    opened(desk)
    seen = {
        "own clerk": desk(Role.OFFICE_CLERK),
        "housing clerk": desk(Role.OFFICE_CLERK, username="housing", organisation=bureau.department),
        "housing head": desk(Role.DEPARTMENT_HEAD, username="head", organisation=bureau.department),
        "finance": desk(Role.FINANCE_REVIEWER, organisation=bureau.department),
        "auditor": desk(Role.AUDITOR),
        "registrar": desk(Role.REGISTRAR),
    }

    found = {who: browser.get(YEAR).status_code for who, browser in seen.items()}

    assert found == {
        "own clerk": HTTPStatus.OK,
        "housing clerk": HTTPStatus.NOT_FOUND,
        "housing head": HTTPStatus.NOT_FOUND,
        "finance": HTTPStatus.OK,
        "auditor": HTTPStatus.OK,
        "registrar": HTTPStatus.FORBIDDEN,
    }


def test_rows_are_added_changed_and_withdrawn_and_every_version_stays(desk: Callable[..., Any]) -> None:
    team = opened(desk)
    team.post(f"{YEAR}facts/functions/new/", FUNCTION)
    team.post(f"{YEAR}facts/functions/1/", {**FUNCTION, "text": "受理、交办信访事项", "seen": "1"})
    changed = list(queries.table_rows(year(), "functions"))

    team.post(f"{YEAR}facts/functions/1/", {**FUNCTION, "seen": "2", "withdraw": "yes"})

    assert changed == [{"number": "1", "text": "受理、交办信访事项"}]
    assert list(queries.table_rows(year(), "functions")) == []
    assert [row.revision for row in queries.history_of(year(), "functions", 1)] == [3, 2, 1]
    assert "functions" in queries.given_tables(year())


def test_the_second_editor_of_a_row_is_shown_both(desk: Callable[..., Any]) -> None:
    team, other = opened(desk), desk(Role.OFFICE_CLERK)
    team.post(f"{YEAR}facts/functions/new/", FUNCTION)
    team.post(f"{YEAR}facts/functions/1/", {**FUNCTION, "text": "先写的", "seen": "1"})

    page = other.post(f"{YEAR}facts/functions/1/", {**FUNCTION, "text": "后写的", "seen": "1"})

    shown = page.content.decode()
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert ("evaluation-team 岗于" in shown, "先写的" in shown, "后写的" in shown) == (True, True, True)
    again = other.post(f"{YEAR}facts/functions/1/", {**FUNCTION, "text": "后写的", "seen": "2"})
    assert again.status_code == HTTPStatus.FOUND


@pytest.mark.parametrize(
    ("table", "sent", "words"),
    [
        ("staffing", {"kind": "total", "posts": "六十"}, "不是整数"),
        ("staffing", {"kind": "total", "posts": "-3"}, "不得小于"),
        ("buildings", {"name": "新楼", "budget": "12.5"}, "不是金额"),
        ("functions", {"number": "", "text": "无号"}, "number"),
    ],
)
def test_a_row_is_judged_as_the_folder_judges_it(
    desk: Callable[..., Any], table: str, sent: dict[str, str], words: str
) -> None:
    page = opened(desk).post(f"{YEAR}facts/{table}/new/", sent)

    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in page.content.decode()


def test_nothing_and_not_told_are_different(desk: Callable[..., Any]) -> None:
    team = opened(desk)
    before = team.get(f"{YEAR}facts/buildings/").content.decode()

    team.post(f"{YEAR}facts/buildings/", {})

    assert "未提供。" in before
    assert "已声明没有。" in team.get(f"{YEAR}facts/buildings/").content.decode()


def test_a_new_year_takes_over_what_a_department_is_and_not_what_one_year_was(desk: Callable[..., Any]) -> None:
    team = opened(desk)
    team.post(f"{YEAR}facts/functions/new/", FUNCTION)
    services.save_row(
        year(), Edit(table="unit", values={"name": "某市信访局", "short_name": "本局", "publication": "已公开"})
    )
    services.save_row(year(), Edit(table="hospitality", values={"receptions": "12"}))

    team.post("/years/open/", {**OPENING, "year": "2026", "reported_on": "2027-03-20"})

    made = EvaluationYear.objects.get(year=2026)
    assert list(queries.table_rows(made, "functions")) == [FUNCTION]
    assert list(queries.table_rows(made, "unit")) == [{"name": "某市信访局", "short_name": "本局"}]
    assert "hospitality" not in queries.given_tables(made)


def test_a_year_moves_only_to_the_state_that_follows(desk: Callable[..., Any]) -> None:
    opened(desk)

    with pytest.raises(Refusal, match="下一步是“目标已批复”"):
        services.move(year(), State.FROZEN, year().version)


def test_of_two_who_move_a_year_the_second_is_told(desk: Callable[..., Any]) -> None:
    opened(desk)
    version = year().version
    services.move(year(), State.APPROVED, version)

    with pytest.raises(Changed, match="您打开页面之后"):
        services.move(year(), State.APPROVED, version)
