"""What a unit sets itself is quantified, adds up and does not contradict itself, or is told so with the text."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hengping.errors import Refusal
from hengping.performance import targets
from hengping.performance.library import INDICATORS
from hengping.performance.model import Direction, Operator
from hengping.performance.plan import (
    LastYear,
    Move,
    Objective,
    Plan,
    Standing,
    Taken,
    Target,
    adjustable,
    block_sums,
    milestones_of,
    number,
    standing,
    take,
    target_of,
    writable,
)
from hengping.performance.schemes import schemes
from hengping.performance.targets import CHECKS, Gravity, examine, stopping

FOLDER = Path(__file__).resolve().parents[2] / "cases" / "targets"
BY_KEY = {check.key: check for check in CHECKS}
ROW = {
    "indicator": "closed-cases",
    "block": "产出指标",
    "level2": "数量指标",
    "level3": "办结信访事项",
    "operator": "≥",
    "target": "95",
    "unit": "件",
    "points": "50",
}


def cases() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(FOLDER.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        yield from ((table["rule"], case) for case in table["case"])


def row(**changed: Any) -> Target:
    texts = {name: value for name, value in changed.items() if isinstance(value, str) and name != "milestones"}
    return replace(
        target_of({**ROW, **texts}),
        cumulative=changed.get("cumulative", False),
        milestones=milestones_of(changed.get("milestones", "")),
    )


def plan(*rows: Target, **more: Any) -> Plan:
    fields = {"year": 2024, "scheme": schemes().get("ministry-2020"), "catalogue": INDICATORS, "targets": rows, **more}
    return Plan(**fields)


def written(case: dict[str, Any]) -> Plan:
    rows = tuple(row(**changed) for changed in case["targets"])
    last = {name: number(value) for name, value in case.get("last", {}).items()}
    return plan(
        *rows,
        scheme=schemes().get(case.get("scheme", "ministry-2020")),
        objectives=tuple(
            Objective(**{**one, "indicators": tuple(one.get("indicators", ()))}) for one in case.get("objectives", ())
        ),
        last={one.key: LastYear(**last) for one in rows} if last else {},
        due_on=case.get("due_on"),
        submitted_on=case.get("submitted_on"),
    )


WHOLE = (
    row(level2="数量指标", points="20", target="800"),
    row(indicator="timely-reply", level3="按期答复率", level2="时效指标", unit="%", points="20"),
    row(indicator="transfer-accuracy", level3="转送准确率", level2="质量指标", unit="%", points="10"),
    row(
        indicator="first-time-resolution",
        block="效益指标",
        level2="社会效益指标",
        level3="化解率",
        unit="%",
        points="30",
    ),
    row(indicator="public-satisfaction", block="满意度指标", level2="满意度", level3="满意度", unit="%", points="10"),
)
AIMS = (Objective(key="O1", title="依法及时办理", expected="按期答复", indicators=("timely-reply",)),)


@pytest.mark.parametrize(
    ("rule", "case"), list(cases()), ids=lambda part: part if isinstance(part, str) else part["name"]
)
def test_a_case_finds_what_is_written(rule: str, case: dict[str, Any]) -> None:
    found = [one.message for one in BY_KEY[rule].ask(written(case))]

    assert found == case["found"]


def test_a_sound_plan_has_nothing_to_answer() -> None:
    assert examine(plan(*WHOLE, objectives=AIMS)) == ()


def test_every_check_says_what_by_which_text_and_what_now() -> None:
    for check in CHECKS:
        assert check.doc.endswith("。")
        assert check.cites
        assert check.remedy.endswith("。")

    (concern,) = examine(plan(*WHOLE[1:], replace(WHOLE[0], unit=""), objectives=AIMS))

    assert str(concern) == (
        "“办结信访事项”的指标值 800 没有计量单位（须改正；依据：《预算绩效评价共性指标体系框架》（财预〔2013〕53号）"
        "附件：绩效指标明确性）。请写明计量单位；规则手册的指标须用其自身的单位。"
    )


def test_what_stops_a_plan_comes_first() -> None:
    soft = replace(WHOLE[0], points=None)
    late = plan(soft, *WHOLE[1:], objectives=AIMS, due_on=date(2024, 1, 31), submitted_on=date(2024, 2, 1))

    found = examine(late)

    assert [concern.stops for concern in found] == [True, True, False]
    assert found[-1].check.gravity is Gravity.HINT


def test_a_soft_target_passes_once_the_reason_is_written() -> None:
    history = {WHOLE[1].key: LastYear(value=number("97.2"))}
    silent = plan(*WHOLE, objectives=AIMS, last=history)
    explained = plan(WHOLE[0], replace(WHOLE[1], reason="本年起含省转送件"), *WHOLE[2:], objectives=AIMS, last=history)

    assert [concern.message for concern in stopping(examine(silent))] == ["“按期答复率”：上年完成 97.2%，今年只定 ≥95%"]
    assert stopping(examine(explained)) == ()
    assert [concern.explained for concern in examine(explained)] == ["本年起含省转送件"]


def test_the_points_of_a_group_stand_beside_what_is_asked() -> None:
    found = block_sums(plan(*WHOLE[:4]), "")

    assert [(one.title, str(one.points), str(one.asked), one.fits, len(one.rows)) for one in found] == [
        ("产出指标", "50", "50", True, 3),
        ("效益指标", "30", "30", True, 1),
        ("满意度指标", "0", "10", False, 0),
    ]


def test_a_project_is_named_in_what_is_found_of_it() -> None:
    found = [one.message for one in targets.target_unit.ask(plan(row(project="P01", unit="")))]

    assert found == ["项目 P01 的“办结信访事项”的指标值 95 没有计量单位"]


def test_a_row_reads_the_columns_of_its_table_and_leaves_nonsense_open() -> None:
    good = target_of({**ROW, "operator": "不高于", "target": "4.50"})
    bad = target_of({"indicator": "x", "operator": "大约", "target": "很多", "points": "五"})

    assert (good.operator, good.aim, good.better) == (Operator.AT_MOST, "≤4.50件", Direction.LOWER)
    assert (bad.operator, bad.target, bad.points, bad.better) == (None, None, None, Direction.EXACT)
    assert (bad.name, bad.aim) == ("x", "")


def test_a_schedule_that_is_no_schedule_is_refused() -> None:
    with pytest.raises(ValueError, match="2024-06-30 四百"):
        milestones_of("2024-06-30 四百")


# ── from a draft to a plan that is fixed ───────────────────────────────────────────────────────────────────────

MONDAY = date(2024, 1, 8)


def move(kind: Move, by: str, reason: str = "") -> Taken:
    return Taken(move=kind, by=by, on=MONDAY, reason=reason)


SUBMITTED = move(Move.SUBMIT, "clerk")
RETURNED = move(Move.RETURN, "team", "满意度没有指标")
APPROVED = move(Move.APPROVE, "team")


def test_a_plan_is_submitted_returned_submitted_again_and_fixed() -> None:
    moves = [SUBMITTED, RETURNED, SUBMITTED, APPROVED]

    assert standing([]) is Standing.DRAFT
    assert [take(moves[:count], moves[count]) for count in range(4)] == [
        Standing.SUBMITTED,
        Standing.RETURNED,
        Standing.SUBMITTED,
        Standing.FIXED,
    ]


@pytest.mark.parametrize(
    ("moves", "wanted", "reason"),
    [
        ([], APPROVED, "目前“编报中”"),
        ([SUBMITTED], SUBMITTED, "目前“已提交，待审核”"),
        ([SUBMITTED], move(Move.RETURN, "team"), "没有写明退回理由"),
        ([SUBMITTED], move(Move.APPROVE, "clerk"), "提交人不得审定自己提交的目标"),
        ([SUBMITTED, APPROVED], RETURNED, "目前“已审定固化”"),
    ],
)
def test_a_move_that_is_not_possible_now_is_refused(moves: list[Taken], wanted: Taken, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        take(moves, wanted)

    assert refused.value.reason == reason


def test_rows_are_written_only_while_the_plan_is_open() -> None:
    writable(Standing.DRAFT)
    writable(Standing.RETURNED)

    with pytest.raises(Refusal, match="目标已经固化，改动须另行记录调整，写明理由和文号"):
        writable(Standing.FIXED)


def test_an_adjustment_needs_a_fixed_plan_a_document_and_a_reason() -> None:
    adjustable(Standing.FIXED, "示例财批〔2024〕9号", "追加救助资金")

    with pytest.raises(Refusal, match="没有写明调整的文号和理由"):
        adjustable(Standing.FIXED, "", "追加救助资金")
    with pytest.raises(Refusal, match="不需要调整程序"):
        adjustable(Standing.DRAFT, "示例财批〔2024〕9号", "追加救助资金")
