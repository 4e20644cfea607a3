"""A sample anybody can draw again: fixed list, seed afterwards, every choice with its reason, departments only."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal

import pytest

from hengping.errors import Refusal
from hengping.performance.sampling import (
    Candidate,
    Frame,
    Plan,
    Share,
    draw,
    facts,
    fix,
    reasons,
    risk_points,
    ticket,
)

DAY = date(2025, 4, 10)
QUIET = {"self-score": Decimal(90), "years-since-sampled": Decimal(1)}


def department(key: str, **known: str) -> Candidate:
    given: Mapping[str, Decimal | None] = {name.replace("_", "-"): Decimal(value) for name, value in known.items()}
    return Candidate(key=key, title=f"某市{key}", facts={**QUIET, **given})


def frame(by_risk: int = 1, by_chance: int = 2, least_points: int = 2) -> Frame:
    listed = [
        department("education"),
        department("health", contradictions="2"),
        department("housing", execution_rate="71.30"),
        department("justice"),
        department("transport", days_late="4"),
        department("water", overdue_measures="1"),
    ]
    return fix(2024, DAY, Plan(by_risk=by_risk, by_chance=by_chance, least_points=least_points), listed)


def test_the_same_list_and_the_same_seed_give_the_same_sample() -> None:
    first, second = draw(frame(), "03 11 19 22 30 31 07"), draw(frame(), " 03 11 19 22 30 31 07 ")

    assert first.chosen == second.chosen
    assert [one.candidate.key for one in first.chosen] == ["health", "water", "justice"]


def test_another_seed_gives_another_order_but_the_same_risks() -> None:
    other = draw(frame(), "another seed")

    assert [one.candidate.key for one in other.chosen] == ["health", "justice", "water"]
    assert other.chosen[0].share is Share.RISK


def test_anybody_can_draw_again_with_nothing_but_sha256() -> None:
    sample = draw(frame(by_risk=0, by_chance=3), "2025-04-11")

    keys = ["education", "health", "housing", "justice", "transport", "water"]
    by_hand = sorted(keys, key=lambda key: hashlib.sha256(f"2025-04-11|{key}".encode()).hexdigest())
    assert [one.candidate.key for one in sample.chosen] == by_hand[:3]
    assert [key for key, _ in sample.tickets] == by_hand
    assert sample.chosen[0].ticket == ticket("2025-04-11", by_hand[0])


def test_the_order_in_which_departments_are_listed_changes_nothing() -> None:
    turned = fix(2024, DAY, frame().plan, reversed(frame().candidates))

    assert turned.fingerprint == frame().fingerprint
    assert draw(turned, "seed").chosen == draw(frame(), "seed").chosen


def test_the_fingerprint_is_the_hash_of_a_text_that_can_be_kept_as_a_file() -> None:
    fixed = frame()

    assert fixed.fingerprint == hashlib.sha256(fixed.text.encode()).hexdigest()
    assert fixed.text.splitlines()[0] == (
        "hengping-sampling/1\tyear=2024\ton=2025-04-10\tby_risk=1\tby_chance=2\tleast_points=2"
    )
    assert fixed.text.splitlines()[2].startswith("health\tcontradictions=2\tunanswered=\t")


@pytest.mark.parametrize("changed", [{"contradictions": "1"}, {"execution_rate": "88"}])
def test_a_changed_fact_changes_the_fingerprint(changed: dict[str, str]) -> None:
    one, other = [
        fix(2024, DAY, Plan(by_risk=0, by_chance=1), [department("water", **known)]) for known in ({}, changed)
    ]

    assert one.fingerprint != other.fingerprint


def test_a_department_chosen_by_risk_says_every_point_and_the_sum() -> None:
    chosen = draw(frame(), "seed").chosen[0]

    assert chosen.words == "风险点合计 3 分：核对发现 2 处矛盾（3 分）。"


def test_a_department_chosen_by_chance_says_its_place_and_its_ticket() -> None:
    chosen = draw(frame(), "03 11 19 22 30 31 07").chosen[1]

    assert chosen.share is Share.CHANCE
    assert chosen.words == (
        f"随机抽签第 {chosen.place} 位（签号 {chosen.ticket[:12]}…）；另有风险点：1 条整改措施逾期未完成（1 分）。"
    )


def test_nobody_is_chosen_by_risk_with_too_few_points() -> None:
    sample = draw(frame(by_risk=4, by_chance=0), "seed")

    assert [(one.candidate.key, one.points) for one in sample.chosen] == [("health", 3), ("housing", 2)]


def test_equal_points_are_put_in_the_order_of_the_drawing() -> None:
    listed = [department(key, contradictions="1") for key in ("a", "b", "c", "d")]
    sample = draw(fix(2024, DAY, Plan(by_risk=2, by_chance=0), listed), "seed")

    assert [one.candidate.key for one in sample.chosen] == [key for key, _ in sample.tickets[:2]]


SITUATIONS = [
    ("没有矛盾", {"contradictions": "0"}, []),
    ("一处矛盾", {"contradictions": "1"}, ["report-contradicts-itself"]),
    ("两处差额没有答", {"unanswered": "2"}, ["remainder-unanswered"]),
    ("执行率刚好八成", {"execution_rate": "80"}, ["execution-far-below"]),
    ("执行率略高于八成", {"execution_rate": "80.01"}, []),
    ("执行率刚好十成", {"execution_rate": "100"}, []),
    ("支出超过预算", {"execution_rate": "100.01"}, ["execution-above-budget"]),
    ("当天交", {"days_late": "0"}, []),
    ("迟一天", {"days_late": "1"}, ["self-evaluation-late"]),
    ("有一项填报没有佐证", {"without_evidence": "1"}, ["measure-without-evidence"]),
    ("自评接近满分", {"self_score": "98"}, ["self-score-near-full"]),
    ("整改逾期", {"overdue_measures": "3"}, ["measures-overdue"]),
    ("三年没有复评", {"years_since_sampled": "3"}, ["not-sampled-for-years"]),
]


@pytest.mark.parametrize(("name", "known", "expected"), SITUATIONS, ids=[name for name, _, _ in SITUATIONS])
def test_a_fact_makes_exactly_the_declared_points(name: str, known: dict[str, str], expected: list[str]) -> None:
    assert [reason.point.key for reason in reasons(department("water", **known), DAY)] == expected


def test_what_is_not_known_is_no_point_unless_its_absence_is_the_point() -> None:
    unknown = Candidate(key="water", title="某市水务局", facts=dict.fromkeys(facts()))

    assert [reason.words for reason in reasons(unknown, DAY)] == ["没有自评得分", "没有复评记录"]


def test_every_situation_of_the_table_has_a_case() -> None:
    tried = {key for _, _, expected in SITUATIONS for key in expected} | {"self-score-missing", "never-sampled"}

    assert tried == set(risk_points().keys())


@pytest.mark.parametrize(
    ("plan", "keys", "told"),
    [
        (Plan(by_risk=0, by_chance=0), ["a"], "个数不对"),
        (Plan(by_risk=-1, by_chance=3), ["a", "b"], "个数不对"),
        (Plan(by_risk=1, by_chance=2), ["a", "b"], "名单有 2 个部门，要抽 3 个"),
        (Plan(by_risk=0, by_chance=1), [], "名单是空的"),
        (Plan(by_risk=0, by_chance=1), ["a", "a"], "重复"),
        (Plan(by_risk=0, by_chance=1), ["a|b"], "不合格的部门键"),
    ],
)
def test_a_list_that_cannot_be_drawn_from_is_refused(plan: Plan, keys: list[str], told: str) -> None:
    with pytest.raises(Refusal, match=told):
        fix(2024, DAY, plan, [department(key) for key in keys])


def test_a_fact_the_rulebook_does_not_know_cannot_enter_a_list() -> None:
    with pytest.raises(Refusal, match="规则表没有的事实：salary"):
        fix(2024, DAY, Plan(by_risk=0, by_chance=1), [department("water", salary="1")])


@pytest.mark.parametrize("seed", ["", "  ", "a\x07b", "长" * 201])
def test_a_seed_nobody_could_write_down_is_refused(seed: str) -> None:
    with pytest.raises(Refusal, match="种子"):
        draw(frame(), seed)


def test_nothing_on_a_list_is_a_person() -> None:
    persons = ("人员", "姓名", "干部", "经办人", "信访人", "负责人")

    assert {field.name for field in fields(Candidate)} == {"key", "title", "facts"}
    assert [fact.title for fact in facts().values() if any(word in fact.title for word in persons)] == []
    assert [point.key for point in risk_points() if any(word in point.title + point.said for word in persons)] == []
