"""A plan is written, judged, returned, approved and fixed; afterwards it changes only by a recorded adjustment."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from hengping.errors import Refusal
from hengping_web.cycle import services as cycle
from hengping_web.cycle import tables
from hengping_web.cycle.models import EvaluationYear, State
from hengping_web.objectives import queries, services
from hengping_web.objectives.models import OBJECTIVES, TARGETS, PlanRow
from hengping_web.outbox.models import Message

from .conftest import Planning
from .rows import HERE, OBJECTIVE, target
from .rows import TARGETS as ROWS

pytestmark = pytest.mark.django_db


def load(planning: Planning) -> None:
    services.load(planning.year, OBJECTIVES, [OBJECTIVE], planning.clerk)
    services.load(planning.year, TARGETS, ROWS, planning.clerk)


@pytest.fixture
def written(planning: Planning) -> Planning:
    load(planning)
    return planning


@pytest.fixture
def fixed(written: Planning) -> Planning:
    services.submit(written.year, date(2025, 1, 20), written.clerk)
    services.approve(written.year, 1, date(2025, 1, 21), written.head)
    written.year.refresh_from_db()
    return written


def page(desk: Any, path: str = HERE) -> str:
    answer = desk.get(path)
    assert answer.status_code == HTTPStatus.OK
    return str(answer.content.decode())


def test_a_clerk_adds_a_target_and_is_told_what_is_missing(desks: Any) -> None:
    done = desks["clerk"].post(f"{HERE}of/targets/new/", target(indicator="", unit="", office="综合分析科"))

    text = page(desks["clerk"])
    assert done.status_code == HTTPStatus.FOUND
    assert "“培训信访干部”的指标值 800 没有计量单位" in text
    assert "部门整体“产出指标”各行分值合计 20，应为 50，少 30" in text
    assert "没有填写年度目标" in text
    assert "综合分析科" in text
    assert "提交审核" not in text


def test_a_target_of_ones_own_gets_a_number_where_nobody_named_it(desks: Any, planning: Planning) -> None:
    for title in ("甲", "乙"):
        desks["clerk"].post(f"{HERE}of/targets/new/", target(indicator="", level3=title))

    assert [row.key for row in queries.latest(planning.year, TARGETS)] == ["own-1|", "own-2|"]


def test_a_second_target_for_the_same_indicator_is_refused_and_keeps_what_was_typed(
    desks: Any, written: Planning
) -> None:
    answer = desks["clerk"].post(f"{HERE}of/targets/new/", target(target="900"))

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "同一指标在部门或同一项目里只定一个目标" in answer.content.decode()
    assert 'value="900"' in answer.content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"milestones": "六月 四百"}, "看不懂“六月 四百”"),
        ({"target": "很多"}, "不是数"),
        ({"indicator": "培训"}, "指标键用小写英文"),
        ({"last": "许多"}, "请填写数字，不带单位"),
        ({"block": "投入"}, "投入"),
    ],
)
def test_what_cannot_be_read_goes_back_with_a_word(desks: Any, changed: dict[str, str], said: str) -> None:
    answer = desks["clerk"].post(f"{HERE}of/targets/new/", target(**changed))

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said in answer.content.decode()


def test_a_plan_that_contradicts_itself_is_not_submitted(desks: Any, written: Planning) -> None:
    services.save_row(
        written.year,
        services.Edit(table=TARGETS, values=target(indicator="trained-again", operator="≤", target="500", points="1")),
        written.clerk,
    )

    answer = desks["clerk"].post(f"{HERE}submit/")

    assert answer.status_code == HTTPStatus.CONFLICT
    assert "下限 ≥800人次 高于上限 ≤500人次" in answer.content.decode()
    assert queries.moves(written.year) == []


def test_less_than_last_year_needs_a_written_reason(desks: Any, written: Planning) -> None:
    place = next(row.place for row in queries.latest(written.year, TARGETS) if row.key == "timely-reply|")
    given = target(indicator="timely-reply", level2="时效指标", level3="按期答复率", target="95", unit="%")
    desks["clerk"].post(f"{HERE}of/targets/{place}/", {**given, "seen": "1", "last": "97.2"})

    silent = desks["clerk"].post(f"{HERE}submit/")
    reason = {**given, "seen": "2", "last": "97.2", "reason": "本年起含省转送件"}
    desks["clerk"].post(f"{HERE}of/targets/{place}/", reason)
    explained = desks["clerk"].post(f"{HERE}submit/")

    assert silent.status_code == HTTPStatus.CONFLICT
    assert "上年完成 97.2%，今年只定 ≥95%" in silent.content.decode()
    assert explained.status_code == HTTPStatus.FOUND
    assert "本年起含省转送件" in page(desks["team"])


def test_a_plan_is_submitted_returned_with_a_reason_submitted_again_and_fixed(
    desks: Any, written: Planning, logged: Any
) -> None:
    desks["clerk"].post(f"{HERE}submit/")
    silent = desks["team"].post(f"{HERE}return/", {"reason": ""})
    desks["team"].post(f"{HERE}return/", {"reason": "培训人次偏低，请核对"})
    desks["clerk"].post(f"{HERE}submit/")
    done = desks["head"].post(f"{HERE}approve/", {"version": "1"})

    written.year.refresh_from_db()
    text = page(desks["clerk"])
    assert silent.status_code == HTTPStatus.CONFLICT
    assert done.status_code == HTTPStatus.FOUND
    assert written.year.state == State.APPROVED
    assert "培训人次偏低，请核对" in text
    assert "已审定固化" in text
    assert "与现在一致" in text
    assert [name for name in logged() if name.startswith("plan.") and name != "plan.load"] == [
        "plan.submit",
        "plan.return",
        "plan.submit",
    ]
    assert sorted(Message.objects.values_list("notice", "account__username")) == [
        ("plan-returned", "office-clerk"),
        ("plan-submitted", "department-head"),
        ("plan-submitted", "department-head"),
        ("plan-submitted", "evaluation-team"),
        ("plan-submitted", "evaluation-team"),
    ]


def test_who_submitted_does_not_approve(desks: Any, written: Planning) -> None:
    services.submit(written.year, date(2025, 1, 20), written.team)

    answer = desks["team"].post(f"{HERE}approve/", {"version": "1"})

    assert answer.status_code == HTTPStatus.CONFLICT
    assert "提交人不得审定自己提交的目标" in answer.content.decode()


def test_a_plan_that_is_judged_is_not_written_to(desks: Any, written: Planning) -> None:
    services.submit(written.year, date(2025, 1, 20), written.clerk)

    answer = desks["clerk"].post(f"{HERE}of/targets/new/", target(indicator="late"))

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "已提交，待审核" in answer.content.decode()


def test_a_fixed_plan_is_not_written_to_without_an_adjustment(desks: Any, fixed: Planning) -> None:
    answer = desks["clerk"].post(f"{HERE}of/targets/1/", {**target(target="100"), "seen": "1"})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "目标已经固化，改动须另行记录调整" in answer.content.decode()


def adjustment(year: EvaluationYear, **changed: str) -> dict[str, str]:
    given = {"number": "示例财批〔2025〕9号", "on": "2025-07-01", "reason": "追加培训经费"}
    for table, names in (("targets", ("operator", "target", "goal", "points")), ("objectives", ("expected",))):
        for row in queries.latest(year, table):
            given[f"seen-{table}-{row.place}"] = str(row.revision)
            given |= {f"{name}-{table}-{row.place}": row.values.get(name, "") for name in names}
    return given | changed


def test_an_adjustment_keeps_and_shows_both_values(desks: Any, fixed: Planning) -> None:
    done = desks["team"].post(f"{HERE}adjust/", adjustment(fixed.year, **{"target-targets-1": "900"}))

    text = page(desks["clerk"])
    assert done.status_code == HTTPStatus.FOUND
    assert "<del>800</del> → <ins>900</ins>" in text
    assert "示例财批〔2025〕9号" in text
    assert "与现在不同：此后有记录在案的调整" in text
    assert [row.values["target"] for row in queries.history(fixed.year, TARGETS, 1)] == ["900", "800"]
    assert next(iter(tables.gather(fixed.year)["targets"]))["target"] == "900"


def test_points_move_from_one_target_to_another_in_one_adjustment_or_not_at_all(desks: Any, fixed: Planning) -> None:
    one = desks["head"].post(f"{HERE}adjust/", adjustment(fixed.year, **{"points-targets-1": "15"}))
    both = {"points-targets-1": "15", "points-targets-2": "25"}
    two = desks["head"].post(f"{HERE}adjust/", adjustment(fixed.year, **both))

    assert one.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "“产出指标”各行分值合计 45，应为 50，少 5" in one.content.decode()
    assert two.status_code == HTTPStatus.FOUND
    assert queries.adjustments(fixed.year).count() == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "没有改动任何一条"),
        ({"number": "", "target-targets-1": "900"}, "同意调整的文件及文号"),
        ({"target-targets-1": "九百"}, "请填写数字，不带单位"),
        ({"seen-targets-1": "7", "target-targets-1": "900"}, "您打开页面之后"),
    ],
)
def test_an_adjustment_without_grounds_is_refused(
    desks: Any, fixed: Planning, changed: dict[str, str], said: str
) -> None:
    answer = desks["team"].post(f"{HERE}adjust/", adjustment(fixed.year, **changed))

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said in answer.content.decode()
    assert queries.adjustments(fixed.year).count() == 0


def test_a_plan_that_is_not_fixed_has_nothing_to_adjust(written: Planning) -> None:
    grounds = services.Grounds(number="一号", on=date(2025, 7, 1), reason="追加")

    with pytest.raises(Refusal, match="不需要调整程序"):
        services.adjust(written.year, grounds, [], written.team)


def test_the_second_of_two_editors_is_told_and_loses_nothing(desks: Any, written: Planning) -> None:
    desks["clerk"].post(f"{HERE}of/targets/1/", {**target(target="850"), "seen": "1"})

    late = desks["team"].post(f"{HERE}of/targets/1/", {**target(target="870"), "seen": "1"})
    text = late.content.decode()

    assert late.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "您打开页面之后" in text
    assert "850" in text
    assert 'value="870"' in text
    again = desks["team"].post(f"{HERE}of/targets/1/", {**target(target="870"), "seen": "2"})
    assert again.status_code == HTTPStatus.FOUND
    assert [row.values["target"] for row in queries.history(written.year, TARGETS, 1)] == ["870", "850", "800"]


def test_a_withdrawn_row_no_longer_counts_and_stays_in_the_history(desks: Any, written: Planning) -> None:
    desks["clerk"].post(f"{HERE}of/targets/1/", {**target(), "seen": "1", "withdraw": "yes"})

    assert "staff-trained|" not in [row.key for row in queries.latest(written.year, TARGETS)]
    assert "已撤回" in page(desks["clerk"], f"{HERE}of/targets/1/")


def test_the_day_of_submission_is_set_told_and_remembered_when_it_is_missed(desks: Any, written: Planning) -> None:
    done = desks["team"].post(f"{HERE}due/", {"due_on": "2025-01-15"})
    services.submit(written.year, date(2025, 1, 18), written.clerk)

    assert done.status_code == HTTPStatus.FOUND
    assert "2025-01-18 提交，逾期 3 日" in page(desks["team"])
    assert list(Message.objects.filter(notice="task").values_list("account__username", "parameters")) == [
        ("office-clerk", {"day": "2025-01-15"})
    ]


def test_what_came_of_an_objective_is_written_after_the_plan_is_fixed(desks: Any, fixed: Planning) -> None:
    done = desks["clerk"].post(f"{HERE}result/1/", {"text": "按期答复率达到目标。"})

    assert done.status_code == HTTPStatus.FOUND
    assert "按期答复率达到目标。" in page(desks["team"])
    assert next(iter(tables.gather(fixed.year)["objectives"]))["result"] == "按期答复率达到目标。"


def test_a_new_year_begins_with_last_years_plan_as_a_draft(fixed: Planning) -> None:
    services.write_result(fixed.year, "O1", "达到目标。", fixed.clerk)
    opening = cycle.Opening(
        organisation=fixed.year.organisation, year=2026, scheme="ministry-2020", reported_on=date(2027, 3, 14)
    )

    made = cycle.open_from_last(opening, fixed.team)

    assert [row.key for row in queries.latest(made, TARGETS)] == [
        row.key for row in queries.latest(fixed.year, TARGETS)
    ]
    assert queries.standing(made).label == "编报中"
    assert "result" not in next(queries.table_rows(made, OBJECTIVES))


def test_rows_cannot_be_changed_behind_the_history(written: Planning) -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        PlanRow.objects.filter(evaluation_year=written.year).update(values={})


def test_somebody_of_another_department_does_not_find_the_page(
    account: Any, seated: Any, bureau: Any, written: Planning
) -> None:
    from hengping_web.accounts.roles import Role

    stranger = seated(account(Role.OFFICE_CLERK, username="stranger", organisation=bureau.department))

    assert stranger.get(HERE).status_code == HTTPStatus.NOT_FOUND
    assert stranger.post(f"{HERE}submit/").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("path", ["of/measures/new/", "of/targets/99/", "of/targets/0/", "result/99/"])
def test_what_is_not_there_is_not_found(desks: Any, written: Planning, path: str) -> None:
    desk = desks["clerk"]

    answer = desk.post(f"{HERE}{path}", {"text": "x"}) if path.startswith("result") else desk.get(f"{HERE}{path}")

    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_the_year_says_how_its_plan_stands(desks: Any, written: Planning) -> None:
    text = page(desks["clerk"], "/years/city-petition-office/2025/")

    assert "1 个目标，5 条指标；编报中" in text
