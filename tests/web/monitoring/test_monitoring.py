"""Both halves on any day, progress with its basis, a monitoring filed with reasons, alerts decided in time, reminders."""

from __future__ import annotations

from datetime import date, datetime, timezone
from http import HTTPStatus
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from hengping.errors import Refusal
from hengping.performance.monitoring import Deviation as Reason
from hengping.performance.thresholds import Cause, Choice
from hengping_web.cycle.models import EvaluationYear
from hengping_web.ledger import queries as ledger
from hengping_web.monitoring import charts, queries, services
from hengping_web.monitoring.models import Decision, ProgressNote, Report
from hengping_web.objectives import queries as plans
from hengping_web.objectives.models import TARGETS
from hengping_web.outbox.models import Message

from .conftest import Running

pytestmark = pytest.mark.django_db

HERE = "/years/city-petition-office/2025/monitoring/"
JUNE = date(2025, 6, 30)
TOLD = (
    services.Told(indicator="staff-trained", value="160", note="培训签到册"),
    services.Told(indicator="timely-reply", value="92", note="办理台账"),
    services.Told(indicator="transfer-accuracy", value="96", note="转送台账"),
    services.Told(indicator="repeat-rate", value="9", note="办理台账"),
    services.Told(indicator="public-satisfaction", chance="possible"),
)
NOON = datetime(2025, 6, 30, 12, tzinfo=timezone.utc)  # noqa: UP017


def page(desk: Any, path: str) -> str:
    answer = desk.get(path)
    assert answer.status_code == HTTPStatus.OK
    return str(answer.content.decode())


def given(running: Running, day: date = JUNE, regime: str = "common") -> services.Filing:
    asked = queries.watched(running.year, day, regime).to_explain
    why = Reason(cause=Cause.FUNDS, reason="合同跨年付款", remedy="按节点付款")
    return services.Filing(day=day, regime=regime, reasons={subject: why for subject, _, _ in asked})


@pytest.fixture
def told(running: Running) -> Running:
    services.tell(running.year, JUNE, TOLD, JUNE, running.clerk)
    return running


@pytest.fixture
def filed(told: Running) -> Report:
    return services.file(told.year, given(told), JUNE, told.team)


def test_a_day_shows_money_goals_lights_in_words_and_both_projections(desks: Any, told: Running) -> None:
    text = page(desks["clerk"], f"{HERE}?on=2025-06-30")

    assert "执行 100.00万元÷序时应执行 181.00万元（365.00万元×181÷365＝49.59%）＝55.25%" in text
    assert "按全年平均进度推算" in text
    assert "100.00万元÷181 日×365 日＝201.66万元" in text
    assert "100.00万元＋2025-04-01 至 2025-06-30 执行 60.00万元÷91 日×余下 184 日＝221.32万元" in text
    assert "是推算，不是承诺，也不是完成数" in text
    assert "160人次÷应达到 181人次，进度 88.40%" in text
    assert "92%，未达到目标 ≥95%" in text
    assert "填报单位判断：全年目标有可能完成" in text
    assert '<span aria-hidden="true">▲</span> 预警' in text


def test_an_earlier_day_knows_nothing_of_what_came_later(desks: Any, told: Running) -> None:
    text = page(desks["clerk"], f"{HERE}?on=2025-04-30")

    assert "执行 40.00万元" in text
    assert "没有填报进度" in text


def test_a_places_own_lines_are_used_where_they_are_chosen_and_in_force(desks: Any, told: Running) -> None:
    chosen = page(desks["clerk"], f"{HERE}?on=2025-06-30&regime=sichuan")
    usual = page(desks["clerk"], f"{HERE}?on=2025-06-30")

    assert "执行率 27.40%，低于预算执行率预警线（截至6月底） 40%" in chosen
    assert "川财绩〔2025〕10号" in chosen
    assert "预警线（截至6月底）" not in usual


@pytest.mark.parametrize("query", ["?on=2024-06-30", "?on=2999-01-01", "?on=2025-06-30&regime=nowhere", "?on=soon"])
def test_a_day_outside_the_year_or_no_day_at_all_still_gives_a_page(desks: Any, told: Running, query: str) -> None:
    assert desks["clerk"].get(f"{HERE}{query}").status_code == HTTPStatus.OK


def test_the_chart_says_one_thing_and_has_its_numbers_beneath(told: Running) -> None:
    chart = charts.chart(ledger.book(told.year), JUNE)

    assert chart is not None
    assert chart.said == "截至 2025-06-30 执行 100.00万元，慢于序时应执行的 181.00万元；当日预算 365.00万元"
    assert [(row.day.month, row.executed, row.expected) for row in chart.rows][2:] == [
        (3, "40.00", "90.00"),
        (4, "40.00", "120.00"),
        (5, "40.00", "151.00"),
        (6, "100.00", "181.00"),
    ]


def test_a_ledger_that_cannot_say_has_no_chart(told: Running) -> None:
    assert charts.chart(ledger.book(told.year).of_project("none"), JUNE) is None


def sent(year: Any, **changed: str) -> dict[str, str]:
    found = {"on": "2025-06-30"}
    for row in plans.latest(year, TARGETS):
        found |= {f"value-{row.place}": "", f"chance-{row.place}": "", f"note-{row.place}": ""}
    return found | changed


def test_a_clerk_tells_progress_with_what_it_rests_on(desks: Any, running: Running, logged: Any) -> None:
    done = desks["clerk"].post(f"{HERE}progress/", sent(running.year, **{"value-1": "160", "note-1": "培训签到册"}))

    assert done.status_code == HTTPStatus.FOUND
    assert ProgressNote.objects.get().value == "160"
    assert "160人次" in page(desks["clerk"], f"{HERE}progress/")
    assert "培训签到册" in page(desks["team"], f"{HERE}progress/1/")
    assert "monitoring.tell" in logged()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "没有填写任何一项"),
        ({"value-1": "一百六", "note-1": "签到册"}, "请填写数字，不带单位"),
        ({"value-1": "160"}, "请写明这个数的依据"),
        ({"note-1": "签到册"}, "写了依据，没有写完成值或可能性"),
        ({"value-1": "160", "note-1": "签到册", "on": "2024-12-31"}, "不在 2025 年内或在今天之后"),
    ],
)
def test_progress_that_says_nothing_or_nonsense_goes_back(
    desks: Any, running: Running, changed: dict[str, str], said: str
) -> None:
    answer = desks["clerk"].post(f"{HERE}progress/", sent(running.year, **changed))

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said in answer.content.decode()
    assert ProgressNote.objects.count() == 0


def test_progress_of_a_target_nobody_set_is_refused(running: Running) -> None:
    with pytest.raises(Refusal, match="年度指标里没有“nothing”"):
        services.tell(running.year, JUNE, [services.Told(indicator="nothing", value="1")], JUNE, running.clerk)


def test_nothing_is_told_or_filed_before_the_plan_is_fixed(desks: Any, running: Running) -> None:
    draft = EvaluationYear.objects.create(
        organisation=running.year.organisation, year=2024, scheme="ministry-2020", reported_on=date(2025, 3, 14)
    )
    day = date(2024, 6, 30)

    with pytest.raises(Refusal, match="年度指标还没有审定"):
        services.tell(draft, day, TOLD, JUNE, running.clerk)
    with pytest.raises(Refusal, match="年度指标还没有审定"):
        services.file(draft, services.Filing(day=day, regime="common", reasons={}), JUNE, running.team)
    text = page(desks["clerk"], "/years/city-petition-office/2024/monitoring/")
    assert "年度指标还没有审定：可以查看" in text
    assert "账内没有年初预算数" in text


def test_the_last_telling_of_a_day_counts_and_both_stay(told: Running) -> None:
    again = [services.Told(indicator="staff-trained", value="170", note="更正")]

    services.tell(told.year, JUNE, again, JUNE, told.clerk)

    (known,) = queries.progress(told.year)[("staff-trained", "")]
    assert str(known.value) == "170"
    assert queries.notes_of(told.year, ("staff-trained", "")).count() == 2


def test_what_the_system_counts_is_offered_and_not_taken_by_itself(desks: Any, running: Running) -> None:
    text = page(desks["clerk"], f"{HERE}progress/?system=yes")

    assert "已填入系统此刻算得的数" in text
    assert ProgressNote.objects.count() == 0


def test_a_deviation_without_a_reason_is_not_filed(desks: Any, told: Running) -> None:
    answer = desks["team"].post(f"{HERE}file/", {"on": "2025-06-30", "regime": "common"})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Report.objects.count() == 0
    with pytest.raises(Refusal, match="偏差没有说明原因和改进措施"):
        services.file(told.year, services.Filing(day=JUNE, regime="common", reasons={}), JUNE, told.team)


def test_a_monitoring_is_filed_with_its_reasons_and_stays_as_it_was(desks: Any, told: Running) -> None:
    asked = queries.watched(told.year, JUNE, "common").to_explain
    reasons = {
        f"{name}-{number}": value
        for number in range(len(asked))
        for name, value in (("cause", "funds"), ("reason", "合同跨年付款"), ("remedy", "按节点付款"))
    }

    done = desks["team"].post(f"{HERE}file/", {"on": "2025-06-30", "regime": "common", **reasons})
    services.tell(told.year, JUNE, [services.Told(indicator="timely-reply", value="99", note="更正")], JUNE, told.clerk)

    text = page(desks["head"], done["Location"])
    assert [title for _, title, _ in asked] == ["部门整体", "按期答复率", "社会公众满意度"]
    assert text.count("合同跨年付款") == 3
    assert "经费保障" in text
    assert "92%，未达到目标 ≥95%" in text
    assert "99%" not in text
    assert "2025-06-30" in page(desks["clerk"], HERE)


def test_an_alert_runs_ten_working_days_and_its_decision_names_who_and_when(
    desks: Any, told: Running, filed: Report
) -> None:
    alert = filed.alerts.get()

    made = services.decide(alert, Choice.SHIFT, "调减下半年预算", date(2025, 7, 10), told.head)

    text = page(desks["clerk"], f"{HERE}reports/{filed.pk}/")
    assert (alert.title, alert.due_on) == ("部门整体", date(2025, 7, 14))
    assert made.on == date(2025, 7, 10)
    assert "按期作出" in text
    assert "<strong>调整</strong> 2025-07-10" in text
    assert "department-head 岗" in text
    assert "第 10 工作日为 2025-07-14" in text


def test_a_decision_after_its_day_says_so(desks: Any, told: Running, filed: Report) -> None:
    services.decide(filed.alerts.get(), Choice.GO_ON, "下月付款", date(2025, 7, 16), told.head)

    assert "逾期 2 日作出" in page(desks["clerk"], f"{HERE}reports/{filed.pk}/")


def test_a_second_decision_replaces_the_first_and_both_stay(desks: Any, told: Running, filed: Report) -> None:
    alert = filed.alerts.get()
    services.decide(alert, Choice.GO_ON, "下月付款", date(2025, 7, 10), told.head)
    services.decide(alert, Choice.CANCEL, "合同解除", date(2025, 9, 1), told.head)

    text = page(desks["clerk"], f"{HERE}reports/{filed.pk}/")

    assert text.index("<strong>撤销</strong>") < text.index("<strong>继续执行</strong>")
    assert "按期作出" in text


def test_a_decision_is_sent_from_the_page_with_its_reason(desks: Any, filed: Report) -> None:
    number = filed.alerts.get().pk

    silent = desks["head"].post(f"{HERE}alerts/{number}/", {"choice": "go-on", "reason": ""})
    desks["head"].post(f"{HERE}alerts/{number}/", {"choice": "go-on", "reason": "下月付款"})

    assert silent.status_code == HTTPStatus.FOUND
    assert list(Decision.objects.values_list("choice", "reason")) == [("go-on", "下月付款")]


def test_what_waits_for_a_decision_is_shown_on_the_year_and_beside_the_day(desks: Any, filed: Report) -> None:
    assert "1 项预警待决定" in page(desks["head"], "/years/city-petition-office/2025/")
    assert "待决定的预警" in page(desks["head"], HERE)


def test_nothing_filed_can_be_changed_behind_it(filed: Report) -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Report.objects.filter(pk=filed.pk).update(light="normal")


def test_offices_are_reminded_once_a_month_of_what_they_did_not_tell(running: Running) -> None:
    quiet = services.remind(date(2025, 6, 10), NOON)
    first = services.remind(date(2025, 6, 20), NOON)
    again = services.remind(date(2025, 6, 21), NOON)

    assert (quiet, first, again) == (0, 1, 0)
    assert list(Message.objects.filter(notice="progress-due").values_list("account__username", "parameters")) == [
        ("office-clerk", {"count": "5", "day": "2025-06-30"})
    ]


def test_offices_that_told_everything_are_left_in_peace(told: Running) -> None:
    assert services.remind(date(2025, 6, 30), NOON) == 0


def test_the_head_is_told_of_an_alert_before_and_after_its_day(told: Running, filed: Report) -> None:
    counts = [services.remind(date(2025, 7, day), NOON) for day in (1, 12, 13, 15, 16)]

    assert counts == [0, 1, 0, 1, 0]
    assert set(Message.objects.filter(notice="monitoring-alert").values_list("account__username", flat=True)) == {
        "department-head",
        "evaluation-team",
    }


def test_a_year_that_is_over_is_not_reminded_of_progress(running: Running) -> None:
    assert services.remind(date(2026, 6, 25), NOON) == 0


def test_an_alert_outside_the_published_calendars_says_that_its_day_cannot_be_counted(told: Running) -> None:
    made = services.file(told.year, given(told), date(2026, 12, 31), told.team)

    alert = made.alerts.get()
    assert alert.due_on is None
    assert "不作推测" in alert.working[0]


def test_somebody_of_another_department_finds_nothing(account: Any, seated: Any, bureau: Any, filed: Report) -> None:
    from hengping_web.accounts.roles import Role

    stranger = seated(account(Role.EVALUATION_TEAM, username="stranger", organisation=bureau.department))

    for path in ("", "progress/", "progress/1/", "file/", f"reports/{filed.pk}/"):
        assert stranger.get(f"{HERE}{path}").status_code == HTTPStatus.NOT_FOUND
    answer = stranger.post(f"{HERE}alerts/{filed.alerts.get().pk}/", {"choice": "cancel", "reason": "x"})
    assert answer.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("path", ["reports/999/", "progress/999/"])
def test_what_is_not_there_is_not_found(desks: Any, path: str) -> None:
    assert desks["clerk"].get(f"{HERE}{path}").status_code == HTTPStatus.NOT_FOUND
