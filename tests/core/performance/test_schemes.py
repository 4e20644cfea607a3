"""Schemes add up, say what is not known of them, and refuse targets that contradict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from hengping.errors import InvalidPackage, RulebookError
from hengping.law import Catalogue, Confidence
from hengping.performance.grading import Grades, _grades, grades, grades_of
from hengping.performance.library import INDICATORS
from hengping.performance.model import Block, Operator, Scheme, Weighing
from hengping.performance.schemes import (
    DEFAULT,
    coverage,
    faults,
    faults_of_table,
    fill,
    own_indicators,
    schemes,
    targeted,
)

from .rows import LAW, indicator, weighing

NATIONAL = schemes().get("ministry-2020")
LIBRARY = Catalogue([*INDICATORS, indicator()])


def row(points: str, block: str = "产出指标", **more: Any) -> Weighing:
    return weighing(points, "95", block=block, **{"level3": f"{block}{points}", "key": f"own-{points}", **more})


FULL = (
    row("20", level2="数量指标", level3="接访件次"),
    row("15", level2="质量指标", level3="质量"),
    row("15", level2="时效指标", level3="时效", key="timely-closure"),
    row("30", "效益指标", level2="社会效益指标"),
    row("10", "满意度指标", level2="服务对象满意度指标"),
)


def problems(*rows: Weighing, scheme: Scheme = NATIONAL) -> list[str]:
    with pytest.raises(InvalidPackage) as refused:
        fill(scheme, rows, LIBRARY, "targets.csv")
    return [problem.message for problem in refused.value.problems]


def test_the_rulebook_holds_complete_schemes_and_marks_the_incomplete_ones() -> None:
    assert {scheme.key: (scheme.points, bool(scheme.gaps)) for scheme in schemes()} == {
        "hunan-2014": (Decimal(100), True),
        "hunan-2017": (Decimal(100), False),
        "ministry-2020": (Decimal(10), False),
        "ministry-2021-cost": (Decimal(10), False),
        "ministry-2021-no-satisfaction": (Decimal(10), False),
        "yueyang-2019": (Decimal(36), True),
    }
    assert DEFAULT in schemes()


def test_the_default_scheme_is_ten_fifty_thirty_ten() -> None:
    assert [(block.title, block.points) for block in NATIONAL.blocks] == [
        ("预算执行率", Decimal(10)),
        ("产出指标", Decimal(50)),
        ("效益指标", Decimal(30)),
        ("满意度指标", Decimal(10)),
    ]


def test_the_hunan_card_is_ten_sixty_thirty_with_the_confidence_of_every_row() -> None:
    card = schemes().get("hunan-2017")

    assert [(block.title, block.points) for block in card.blocks] == [
        ("投入", Decimal(10)),
        ("过程", Decimal(60)),
        ("产出及效率", Decimal(30)),
    ]
    assert [row.confidence.value for row in card.rows].count("verified") == 6
    assert [row.indicator for row in card.rows if row.confidence is Confidence.UNCERTAIN] == [
        "key-task-assessment",
        "combined-benefit",
    ]


def test_what_the_card_leaves_open_is_said_on_the_row() -> None:
    rows = {row.indicator: row.reading for row in schemes().get("hunan-2017").rows}

    assert rows["staff-control"].endswith("不足一步不扣〔待核实〕。")
    assert rows["budget-control"] == ""


def test_a_filled_scheme_adds_up_to_a_hundred() -> None:
    filled = fill(NATIONAL, FULL, LIBRARY)

    assert filled.points == Decimal(100)
    assert list(faults(filled)) == []
    assert coverage(filled) == ()


def test_points_that_do_not_add_up_are_named_by_block() -> None:
    assert problems(*FULL[:-1]) == ["“满意度指标”各行分值合计 0，应为 10，少 10"]


def test_every_fault_is_told_at_once() -> None:
    wrong = (
        row("10", "投入"),
        row("50", operator=Operator.JUDGED),
        row("0", "效益指标"),
        *(row("10", "满意度指标"),) * 2,
    )

    assert problems(*wrong) == [
        "“投入”不是评分表留给单位自设的部分（产出指标、效益指标、满意度指标）",
        "产出指标50：定性指标不应规定数字指标值",
        "效益指标0：分值 0 须大于零",
        "满意度指标10 重复列了 2 行",
        "投入10：一级指标“投入”未列入评分表",
        "“效益指标”各行分值合计 0，应为 30，少 30",
        "“满意度指标”各行分值合计 20，应为 10，多 10",
    ]


def test_a_target_that_points_against_its_indicator_contradicts() -> None:
    wrong = replace(FULL[2], operator=Operator.AT_MOST)

    assert problems(*FULL[:2], wrong, *FULL[3:]) == ["时效：该指标越高越好，指标值却写作“≤95”"]


def test_a_ceiling_must_not_be_written_as_a_floor() -> None:
    wrong = replace(FULL[0], indicator="staff-control")

    assert problems(wrong, *FULL[1:]) == ["接访件次：该指标越低越好，指标值却写作“≥95”"]


def test_a_scheme_without_open_blocks_takes_no_targets() -> None:
    assert "“投入”不是评分表留给单位自设的部分（没有）" in problems(
        row("10", "投入"), scheme=schemes().get("hunan-2017")
    )


def test_blocks_that_do_not_add_up_to_the_whole_are_a_fault() -> None:
    broken = replace(NATIONAL, blocks=(*NATIONAL.blocks[:-1], Block("满意度指标", Decimal(9))))

    assert list(faults(broken, filled=False)) == ["各部分分值合计 99，应为 100，少 1"]


def test_a_scheme_of_the_rulebook_that_contradicts_itself_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    from hengping import tables

    broken = {**tables.toml("schemes/ministry_2020.toml")}
    broken["weigh"] = [{**broken["weigh"][0], "points": "9", "indicator": "unheard-of"}]
    monkeypatch.setattr(tables, "names", lambda *_: ("broken",))
    monkeypatch.setattr(tables, "toml", lambda name: broken if name == "broken" else {})

    with pytest.raises(RulebookError, match="评分表 ministry-2020") as refused:
        schemes.__wrapped__()

    assert "“预算执行率”各行分值合计 9，应为 10，少 1；没有指标 unheard-of" in str(refused.value)


def test_good_practice_is_a_hint_and_never_a_fault() -> None:
    only_numbers = (row("50", level2="数量指标"), *FULL[3:])

    assert coverage(fill(NATIONAL, only_numbers, LIBRARY)) == ("产出没有质量指标", "产出没有时效指标")


def test_an_own_indicator_is_built_once_and_cited_by_the_scheme() -> None:
    rows = (replace(FULL[0], project="P1"), FULL[0], FULL[2])

    (own,) = own_indicators(rows, LIBRARY, NATIONAL)

    assert (own.key, own.title, own.level1, own.cites) == ("own-20", "接访件次", "产出指标", NATIONAL.cites)


def test_a_target_reads_the_columns_of_its_table() -> None:
    found = targeted(
        {
            "indicator": "timely-closure",
            "project": None,
            "block": "产出指标",
            "level2": "时效指标",
            "level3": "按期办结率",
            "operator": "≥",
            "target": Decimal(95),
            "goal": None,
            "unit": "%",
            "points": Decimal(10),
        }
    )

    assert (found.aim, found.scoring.title, found.project) == ("95%", "按完成比例计分", "")
    assert found.confidence is Confidence.WELL_KNOWN


def test_a_target_may_name_its_way_of_scoring() -> None:
    found = targeted(
        {
            "indicator": "survey",
            "block": "满意度指标",
            "level2": "服务对象满意度指标",
            "level3": "满意度",
            "operator": "定性",
            "points": Decimal(10),
            "goal": "满意",
            "scoring": "levels-four",
        }
    )

    assert (found.aim, found.scoring.title) == ("满意", "按评判等级计分（优良中差）")


@pytest.mark.parametrize(
    ("percent", "grade"),
    [("100", "优"), ("90", "优"), ("89.99", "良"), ("80", "良"), ("60", "中"), ("59.99", "差"), ("0", "差")],
)
def test_a_grade_begins_at_its_lower_bound(percent: str, grade: str) -> None:
    assert grades().get("ministry-of-finance").of(Decimal(percent)) == grade


def test_an_authority_without_grades_of_its_own_uses_the_national_ones() -> None:
    assert grades_of("湖南省", date(2025, 1, 1)).authority == "财政部"
    assert grades_of("财政部", date(2025, 1, 1)).authority == "财政部"


def test_grades_that_leave_a_hole_do_not_load() -> None:
    table = {
        "title": "等级",
        "authority": "某市",
        "since": date(2020, 1, 1),
        "cites": ["evaluation-2020"],
        "bands": [{"title": "优", "least": "90"}],
    }

    with pytest.raises(RulebookError, match="等级 some-city 的各档须由高到低并以 0 为底"):
        _grades("some-city", table)


def test_grades_are_rules_with_a_text() -> None:
    found = grades().get("ministry-of-finance")

    assert isinstance(found, Grades)
    assert found.basis == "《项目支出绩效评价管理办法》（财预〔2020〕10号）第十八条〔待核实〕"
    assert LAW not in found.cites


def test_a_scheme_that_is_not_in_the_rulebook_yet_is_judged_group_by_group() -> None:
    from hengping import tables

    table = {**tables.toml("schemes/hunan_2017.toml")}
    table["weigh"] = [{**row, "points": "6"} if row["indicator"] == "staff-control" else row for row in table["weigh"]]
    table["blocks"] = [{"title": "投入", "points": "10"}, {"title": "过程", "points": "60"}]

    assert faults_of_table(tables.toml("schemes/hunan_2017.toml")) == ()
    assert faults_of_table(table)[-2:] == ("各部分分值合计 70，应为 100，少 30", "“投入”各行分值合计 11，应为 10，多 1")


@pytest.mark.parametrize("table", [{}, {"key": "x", "cites": ["house-rules"]}, {"cites": 3}])
def test_what_is_no_scheme_at_all_is_said_to_be_none(table: dict[str, Any]) -> None:
    with pytest.raises(RulebookError, match="不是一张完整的评分表"):
        faults_of_table(table)
