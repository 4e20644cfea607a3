"""Money and goals on a day: compared, lit in words, projected, explained, decided; every expected value is literal."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hengping.dates import official_calendar
from hengping.errors import Refusal
from hengping.ledger.model import Account, Book, Entry, Fund, Part, Phase, Project
from hengping.performance import thresholds
from hengping.performance.goal_watch import Progress, watch_goal
from hengping.performance.money_watch import budget_on, executed_by, watch_money
from hengping.performance.monitoring import (
    Deviation,
    Monitoring,
    complete,
    decide,
    decision_due,
    decision_standing,
    monitor,
    term_of,
    unexplained,
)
from hengping.performance.plan import Target, milestones_of, target_of
from hengping.performance.sight import elapsed
from hengping.performance.thresholds import Cause, Chance, Choice, Light, Watch, regime, regimes

FOLDER = Path(__file__).resolve().parents[2] / "cases" / "monitoring"
WATCHES = {rule.key: rule for rule in vars(thresholds).values() if isinstance(rule, Watch)}
ACCOUNT = Account(Phase.INITIAL, Part.PROJECT, Fund.GENERAL, "2014004", "30227", "")
JUNE = date(2025, 6, 30)
COMMON = regime("common", JUNE)


def cases(*asked: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(FOLDER.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        if table["rule"] in asked:
            yield from ((table["rule"], case) for case in table["case"])


def entry(phase: Phase, amount: str, on: date | None = None, project: str = "") -> Entry:
    account = ACCOUNT.at(phase)._replace(project=project)
    return Entry(account=account, amount=Decimal(amount), on=on)


def book(case: dict[str, Any]) -> Book:
    rows = [entry(Phase.INITIAL, case["initial"])]
    rows += [entry(Phase.ADJUSTMENT, one["amount"], one.get("on")) for one in case.get("adjustments", ())]
    rows += [entry(Phase.EXECUTION, one["amount"], one.get("on")) for one in case.get("payments", ())]
    return Book.of(2025, rows)


def target(row: dict[str, Any]) -> Target:
    texts = {name: value for name, value in row.items() if isinstance(value, str) and name != "milestones"}
    return replace(
        target_of({"indicator": "own", "level3": "自设指标", "points": "10", **texts}),
        cumulative=row.get("cumulative", False),
        milestones=milestones_of(row.get("milestones", "")),
    )


def reports(case: dict[str, Any]) -> tuple[Progress, ...]:
    if "progress" not in case:
        return ()
    row = case["progress"]
    value = Decimal(row["value"]) if "value" in row else None
    return (Progress(on=row["on"], value=value, chance=Chance(row["chance"]) if "chance" in row else None),)


def identify(part: object) -> str:
    return part if isinstance(part, str) else part["name"]  # type: ignore[index]


@pytest.mark.parametrize(("rule", "case"), list(cases("execution-pace", "overspent", "alert-line")), ids=identify)
def test_a_case_of_money_is_lit_as_written(rule: str, case: dict[str, Any]) -> None:
    rules = regime(case.get("regime", "common"), case["day"])

    found = watch_money(book(case), case["day"], rules)

    lit = [(one.light.value, one.said) for one in found.judged if one.rule.key == rule]
    assert lit == ([(case["light"], case["said"])] if "light" in case else [])


@pytest.mark.parametrize(("rule", "case"), list(cases("linear-projection", "recent-projection")), ids=identify)
def test_a_case_is_projected_as_written(rule: str, case: dict[str, Any]) -> None:
    found = watch_money(book(case), case["day"], COMMON)

    (projection,) = [one for one in found.projections if one.rule.key == rule]
    assert (None if projection.amount is None else str(projection.amount)) == case.get("amount")
    assert (None if projection.percent is None else str(projection.percent)) == case.get("percent")
    assert projection.working == case.get("working", "")
    assert projection.reason == case.get("reason", "")


@pytest.mark.parametrize(("rule", "case"), list(cases("goal-progress")), ids=identify)
def test_a_case_of_a_goal_is_lit_as_written(rule: str, case: dict[str, Any]) -> None:
    found = watch_goal(target(case["target"]), reports(case), case["day"], 2025, COMMON)

    assert (found.light.value, [one.said for one in found.judged]) == (case["light"], [case["said"]])


@pytest.mark.parametrize(("rule", "case"), list(cases("progress-gap")), ids=identify)
def test_a_case_of_both_halves_is_lit_as_written(rule: str, case: dict[str, Any]) -> None:
    aimed = target(case["target"])
    rules = regime(case.get("regime", "common"), case["day"])

    found = monitor(book(case), [aimed], {aimed.key: reports(case)}, case["day"], rules)

    lit = None if found.gap is None else (found.gap.light.value, found.gap.said)
    assert lit == ((case["light"], case["said"]) if "light" in case else None)


@pytest.mark.parametrize(("rule", "case"), list(cases("deviation-explained")), ids=identify)
def test_a_case_asks_for_a_reason_as_written(rule: str, case: dict[str, Any]) -> None:
    assert watch_money(book(case), case["day"], COMMON).explain == case["explain"]


@pytest.mark.parametrize(("rule", "case"), list(cases("alert-decision")), ids=identify)
def test_a_case_is_decided_by_the_day_written(rule: str, case: dict[str, Any]) -> None:
    rules = regimes().get(case.get("regime", "common"))

    assert decision_due(case["alerted_on"], rules, official_calendar()).due == case["due"]


def test_every_question_has_cases() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(WATCHES)


# ── the thresholds in force ────────────────────────────────────────────────────────────────────────────────────


def test_thresholds_of_a_place_are_not_used_before_they_were_made() -> None:
    assert regime("sichuan", JUNE).authority == "四川省"

    with pytest.raises(Refusal, match=r"“sichuan”在 2024-06-30 不适用.*通行办法（序时比例）（common）"):
        regime("sichuan", date(2024, 6, 30))


def test_lines_follow_the_calendar() -> None:
    found = regime("sichuan", JUNE)

    lines = [found.line(date(2025, month, 30)) for month in (3, 4, 6, 9, 10, 11)]

    assert [None if line is None else str(line.value) for line in lines] == [None, "25", "40", "60", "60", "80"]


def test_words_stand_for_every_light_chance_cause_and_choice() -> None:
    assert [light.label for light in Light] == ["正常", "无法判断", "关注", "预警"]
    assert [chance.label for chance in Chance] == ["确定能", "有可能", "完全不可能"]
    assert [cause.label for cause in Cause] == ["经费保障", "制度保障", "人员保障", "硬件条件保障", "其他"]
    assert [choice.label for choice in Choice] == ["继续执行", "调整", "撤销"]


# ── time, money, goals ─────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_of_a_year_has_passed_before_it_and_all_of_it_after() -> None:
    assert [elapsed(day, 2025).days for day in (date(2024, 12, 31), date(2025, 1, 1), date(2026, 3, 1))] == [0, 1, 365]


def test_a_budget_is_that_of_the_day() -> None:
    case = {
        "initial": "100",
        "adjustments": [{"on": date(2025, 3, 1), "amount": "10"}, {"on": date(2025, 9, 1), "amount": "-5"}],
    }

    assert budget_on(book(case), JUNE) == Decimal(110)
    assert budget_on(book(case), date(2025, 12, 31)) == Decimal(105)
    assert budget_on(Book.of(2025, []), JUNE) is None
    assert executed_by(Book.of(2025, []), JUNE) is None


def test_what_the_book_does_not_say_of_adjustments_is_remarked() -> None:
    silent = watch_money(book({"initial": "100"}), JUNE, COMMON)
    undated = watch_money(book({"initial": "100", "adjustments": [{"amount": "10"}]}), JUNE, COMMON)

    assert silent.remarks == ("账内没有预算调整数，按没有调整计",)
    assert undated.remarks == ("有 1 笔预算调整没有日期，计入当日的预算",)
    assert undated.budget == Decimal(110)


def test_a_year_without_a_budget_cannot_be_judged() -> None:
    found = watch_money(Book.of(2025, []), JUNE, COMMON)

    assert (found.light, found.remarks, found.explain) == (Light.UNKNOWN, ("账内没有年初预算数",), "")
    assert (found.subject, found.title) == ("money:", "部门整体")


def two_projects() -> Book:
    rows = [
        entry(Phase.INITIAL, "3650000", project="P1"),
        entry(Phase.INITIAL, "3650000", project="P2"),
        entry(Phase.EXECUTION, "1810000", date(2025, 6, 1), project="P1"),
        entry(Phase.EXECUTION, "905000", date(2025, 6, 2), project="P2"),
    ]
    return Book.of(2025, rows, (Project(code="P1", title="业务工作"),))


REPLIES = target({"operator": "≥", "target": "95", "unit": "%", "indicator": "timely-reply", "project": "P2"})
TRAINED = target({"operator": "≥", "target": "100", "unit": "人次", "cumulative": True})


def watched() -> Monitoring:
    given = {
        REPLIES.key: [Progress(on=date(2025, 3, 31), value=Decimal(90)), Progress(on=JUNE, value=Decimal(60))],
        TRAINED.key: [Progress(on=date(2025, 5, 1), value=Decimal(140))],
    }
    return monitor(two_projects(), [REPLIES, TRAINED], given, JUNE, COMMON)


def test_the_whole_and_every_project_are_watched() -> None:
    found = watched()

    assert [(one.title, one.light.label, str(one.rate)) for one in found.money] == [
        ("部门整体", "关注", "37.19"),
        ("业务工作", "正常", "49.59"),
        ("P2", "预警", "24.79"),
    ]
    assert found.light is Light.ALERT


def test_the_last_report_by_the_day_counts_and_an_old_one_is_remarked() -> None:
    replies, trained = watched().goals

    assert replies.progress is not None
    assert (replies.progress.on, replies.light, replies.share) == (JUNE, Light.ALERT, None)
    assert trained.remarks == ("进度截至 2025-05-01，早于监控日 60 日",)


def test_a_growing_goal_is_projected_from_the_day_it_was_reported() -> None:
    replies, trained = watched().goals

    assert replies.projection is None
    assert trained.projection is not None
    assert trained.projection.working == "140人次÷121 日×365 日＝422.31人次"
    assert (str(trained.projection.amount), str(trained.projection.percent)) == ("422.31", "422.31")


def test_a_goal_far_over_its_target_is_explained_too() -> None:
    _, trained = watched().goals

    assert trained.light is Light.NORMAL
    assert trained.explain == "已超过全年目标 40.00%，高于 30%〔界限待核实〕：请说明目标是否偏低"


def test_what_deviates_is_explained_before_it_is_filed_and_what_alerts_is_decided() -> None:
    found = watched()
    half = {"money:": Deviation(cause=Cause.FUNDS, reason="合同跨年", remedy="")}
    full = {
        subject: Deviation(cause=Cause.FUNDS, reason="合同跨年", remedy="按节点付款")
        for subject, _, _ in found.to_explain
    }

    assert [title for _, title, _ in unexplained(found, half)] == ["部门整体", "P2", "自设指标", "自设指标"]
    assert found.alerts == (("money:P2", "P2"), ("goal:timely-reply|P2", "自设指标"))
    complete(found, full)
    with pytest.raises(Refusal, match="偏差没有说明原因和改进措施"):
        complete(found, half)


def test_both_halves_far_apart_wait_for_a_decision_too() -> None:
    rules = regime("sichuan", JUNE)

    found = monitor(two_projects(), [TRAINED], {TRAINED.key: [Progress(on=JUNE, value=Decimal(90))]}, JUNE, rules)

    assert found.alerts == (("money:", "部门整体"), ("money:P2", "P2"), ("gap:", "目标进度与执行进度偏离"))


def test_a_number_and_a_guess_are_both_judged_and_the_worse_counts() -> None:
    given = [Progress(on=JUNE, value=Decimal(96), chance=Chance.IMPOSSIBLE)]

    found = watch_goal(REPLIES, given, JUNE, 2025, COMMON)

    assert [one.light for one in found.judged] == [Light.ALERT, Light.NORMAL]
    assert found.light is Light.ALERT


def test_what_was_reported_without_a_value_or_a_guess_stays_unknown() -> None:
    judged = target({"operator": "定性", "target": "", "goal": "机制健全"})
    silent = [Progress(on=JUNE, note="正在办理")]

    assert [one.said for one in watch_goal(REPLIES, silent, JUNE, 2025, COMMON).judged] == ["没有填报完成值"]
    assert [one.said for one in watch_goal(judged, silent, JUNE, 2025, COMMON).judged] == [
        "定性指标没有填报完成的可能性"
    ]


# ── decisions ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_clock_of_a_decision_names_its_text() -> None:
    assert str(term_of(COMMON).cites[0]) == "《衡评核对规则》MON-06"
    assert term_of(regime("sichuan", JUNE)).key == "monitoring-decision"


def test_a_decision_needs_a_reason_and_follows_the_alert() -> None:
    decide(JUNE, JUNE, "合同已签，下月付款")

    with pytest.raises(Refusal, match="没有写明理由"):
        decide(JUNE, JUNE, "")
    with pytest.raises(Refusal, match="决定日 2025-06-29 早于预警日 2025-06-30"):
        decide(JUNE, date(2025, 6, 29), "合同已签")


def test_a_decision_is_in_time_late_or_waited_for() -> None:
    due = date(2025, 7, 14)

    assert decision_standing(due, due, JUNE) == (Light.NORMAL, "按期作出")
    assert decision_standing(due, date(2025, 7, 16), JUNE) == (Light.ALERT, "逾期 2 日作出")
    assert decision_standing(due, None, due) == (Light.WATCH, "待作出，2025-07-14 届满")
    assert decision_standing(due, None, date(2025, 7, 15)) == (Light.ALERT, "逾期 1 日未作出")
