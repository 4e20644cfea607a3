"""A score carries its working, its citations and its evidence, and nothing is guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengping.errors import RulebookError
from hengping.law import Catalogue, Confidence, source
from hengping.performance.evaluate import Measured, evaluate, measure, score
from hengping.performance.model import (
    Block,
    Empty,
    Evaluation,
    Operator,
    Outcome,
    Ratio,
    Record,
    Recorded,
    Scheme,
    Total,
    Weighing,
)
from hengping.performance.scoring import Proportional, Share, way

from .rows import LAW, indicator, weighing

DAY = date(2025, 3, 1)
RATE = indicator()
COUNT = indicator("visits-received", "来访接待件次", Total("visits", "件次"))
SURVEY = indicator("survey", "群众满意度", Recorded("%"))
PROBLEMS = indicator("rules", "制度健全性", Recorded(checks=("甲", "乙")))
LIBRARY = Catalogue([RATE, COUNT, SURVEY, PROBLEMS])


def scheme(*rows: Weighing, gaps: tuple[str, ...] = ()) -> Scheme:
    return Scheme(
        key="trial",
        title="试行评分表",
        cites=(source("evaluation-2020").whole,),
        since=date(2020, 1, 1),
        authority="财政部",
        blocks=(Block("产出指标", sum((row.points for row in rows), Decimal(0))),),
        rows=rows,
        gaps=gaps,
    )


def run(*rows: Weighing, gaps: tuple[str, ...] = (), **counts: int | Decimal | None) -> Evaluation:
    return evaluate(scheme(*rows, gaps=gaps), LIBRARY, Measured(counts=counts), DAY)


def test_the_working_of_a_rate_is_the_sentence_of_the_house() -> None:
    (found,) = run(weighing(), closed_on_time=90, closure_due=100).scores

    assert found.working == "按期办结率：90÷100，目标 95%，得 9.47 分"
    assert found.points == Decimal("9.47")


def test_a_score_names_its_text_and_what_was_counted() -> None:
    measured = Measured(
        counts={"closed_on_time": 1, "closure_due": 2},
        evidence={"closed_on_time": ("X1",), "closure_due": ("X1", "X2")},
    )

    (found,) = evaluate(scheme(weighing()), LIBRARY, measured, DAY).scores

    assert [str(cite) for cite in found.cites] == ["《信访工作条例》第三十四条"]
    assert found.evidence == ("X1", "X2")


def test_a_count_without_identifiers_rests_on_its_columns() -> None:
    measured = Measured(counts={"closed_on_time": 1, "closure_due": 2}, titles={"closure_due": "应办结件数"})

    assert measure(RATE, measured).evidence == ("事实列：closed_on_time", "事实列：应办结件数")


def test_a_rate_is_rounded_once_and_scored_as_it_is_printed() -> None:
    value = measure(RATE, Measured(counts={"closed_on_time": 17999, "closure_due": 20000}))

    assert (value.amount, str(value), value.operands) == (Decimal("90.00"), "90.00%", "17999÷20000")


@pytest.mark.parametrize(("base", "why"), [(0, "为零"), (-1, "为负")])
def test_a_rate_without_a_sound_base_does_not_apply(base: int, why: str) -> None:
    value = measure(RATE, Measured(counts={"closed_on_time": 0, "closure_due": base}))

    assert value.outcome is Outcome.NOT_APPLICABLE
    assert value.reason == f"分母“closure_due”{why}，比率没有意义"
    assert str(value) == f"不适用（分母“closure_due”{why}，比率没有意义）"


def test_a_rate_without_its_input_names_what_is_missing_and_why() -> None:
    measured = Measured(
        counts={"closed_on_time": None},
        titles={"closed_on_time": "按期办结件数", "closure_due": "应办结件数"},
        reasons={"closure_due": "没有办理记录"},
    )

    value = measure(RATE, measured)

    assert value.outcome is Outcome.INSUFFICIENT_DATA
    assert value.missing == ("按期办结件数", "应办结件数")
    assert value.reason == "缺少按期办结件数、应办结件数（没有办理记录）"


def test_a_total_is_the_exact_sum_or_missing() -> None:
    assert measure(COUNT, Measured(counts={"visits": 1200})).amount == Decimal(1200)
    assert measure(COUNT, Measured(counts={})).reason == "缺少visits"


def test_what_cannot_be_counted_may_be_entered_with_evidence() -> None:
    entered = Record(value=Decimal("96.5"), evidence=("E1",))

    value = measure(RATE, Measured(counts={}, records={"timely-closure": entered}))

    assert (value.outcome, value.amount, value.unit, value.evidence) == (
        Outcome.MEASURED,
        Decimal("96.5"),
        "%",
        ("E1",),
    )


def test_what_was_counted_stands_before_what_was_entered() -> None:
    entered = Record(value=Decimal(100), evidence=("E1",))
    measured = Measured(counts={"closed_on_time": 1, "closure_due": 2}, records={"timely-closure": entered})

    assert measure(RATE, measured).amount == Decimal("50.00")


def test_nothing_scores_without_evidence() -> None:
    bare = Measured(counts={}, records={"survey": Record(value=Decimal(99))})

    (found,) = evaluate(scheme(weighing("10", "90", key="survey")), LIBRARY, bare, DAY).scores

    assert (found.points, found.evaluated) == (None, False)
    assert found.working == "群众满意度：数据不足，没有佐证材料，不予计分，不计分"


def test_nothing_recorded_is_nothing_scored() -> None:
    value = measure(SURVEY, Measured(counts={}))

    assert (value.outcome, value.reason) == (Outcome.INSUFFICIENT_DATA, "没有填报")


def test_a_judged_value_prints_its_level_or_its_words() -> None:
    level = measure(PROBLEMS, Measured(counts={}, records={"rules": Record(level="好", evidence=("E",))}))
    words = measure(PROBLEMS, Measured(counts={}, records={"rules": Record(text="已建立", evidence=("E",))}))

    assert (str(level), str(words)) == ("好", "已建立")


def test_a_measured_value_that_a_way_cannot_use_says_what_it_needs() -> None:
    row = weighing("10", None, Operator.JUDGED, way("checklist").scoring, key="rules", unit="")
    measured = Measured(counts={}, records={"rules": Record(text="已建立", evidence=("E",))})

    (found,) = evaluate(scheme(row), LIBRARY, measured, DAY).scores

    assert found.points is None
    assert found.value.outcome is Outcome.INSUFFICIENT_DATA
    assert found.working == "制度健全性：数据不足，核对项共 2 项，填报 0 项，不计分"


def test_a_row_that_does_not_apply_is_full_only_where_the_scheme_says_so() -> None:
    nothing = measure(RATE, Measured(counts={"closed_on_time": 0, "closure_due": 0}))
    something = measure(RATE, Measured(counts={"closed_on_time": 3, "closure_due": 0}))

    def earned(empty: Empty) -> list[str | None]:
        row = replace(weighing(), empty=empty)
        found = [score(row, RATE, value).points for value in (nothing, something)]
        return [None if points is None else str(points) for points in found]

    assert earned(Empty.EXCLUDE) == [None, None]
    assert earned(Empty.FULL) == ["10.00", "10.00"]
    assert earned(Empty.FULL_IF_NOTHING) == ["10.00", None]


def test_spending_without_a_budget_is_left_to_a_person() -> None:
    row = replace(weighing(), empty=Empty.FULL_IF_NOTHING)

    found = score(row, RATE, measure(RATE, Measured(counts={"closed_on_time": 3, "closure_due": 0})))

    assert "预算（基数）为零而实际不为零，须人工判断是否属于无预算支出（预算法第十三条）" in found.remarks


def test_lost_points_ask_for_a_cause_and_a_remedy() -> None:
    (bare,) = run(weighing(), closed_on_time=90, closure_due=100).scores
    told = Measured(
        counts={"closed_on_time": 90, "closure_due": 100},
        records={"timely-closure": Record(cause="人员不足", remedy="增派人员")},
    )
    (explained,) = evaluate(scheme(weighing()), LIBRARY, told, DAY).scores
    (full,) = run(weighing(), closed_on_time=99, closure_due=100).scores

    assert bare.remarks == ("未得满分，须填写偏差原因分析及改进措施",)
    assert (bare.explain, explained.explain, full.explain) == (True, True, False)
    assert (explained.remarks, full.remarks) == ((), ())


def test_an_uncertain_rule_is_uncertain_wherever_it_is_used() -> None:
    doubtful = replace(weighing(), confidence=Confidence.UNCERTAIN, reading="按满一步计")
    unsure = replace(indicator(reading="以登记日期为准"), cites=(LAW.unsure(),))

    evaluation = evaluate(
        scheme(doubtful), Catalogue([unsure]), Measured(counts={"closed_on_time": 1, "closure_due": 1}), DAY
    )

    assert evaluation.scores[0].uncertain
    assert evaluation.scores[0].remarks == (
        "分值与计分办法：待核实",
        "指标定义：待核实",
        "理解：以登记日期为准",
        "理解：按满一步计",
    )
    assert evaluation.remarks == ("部分指标定义或计分办法待核实，已在各行注明",)


def test_points_add_up_to_the_total_as_they_are_printed() -> None:
    rows = [weighing("3.333", "100", level3=f"第{n}项") for n in range(3)]

    evaluation = run(*rows, closed_on_time=95, closure_due=100)

    assert [str(found.points) for found in evaluation.scores] == ["3.17", "3.17", "3.17"]
    assert evaluation.total == Decimal("9.51")


def test_the_share_that_could_be_evaluated_is_told() -> None:
    evaluation = run(weighing("60"), weighing("40", "90", key="survey"), closed_on_time=100, closure_due=100)

    assert (evaluation.total, evaluation.possible, evaluation.evaluated) == (Decimal(60), Decimal(100), Decimal(60))
    assert evaluation.share == Decimal("0.6")
    assert (evaluation.grade, evaluation.grade_reason) == (
        "",
        "尚有 40 分因数据不足未能评分，得分率在 60.00%—100.00% 之间，可能为“中”至“优”，不评等级",
    )


def test_a_grade_that_missing_data_cannot_change_is_given() -> None:
    evaluation = run(weighing("97"), weighing("3", "90", key="survey"), closed_on_time=100, closure_due=100)

    assert evaluation.grade == "优"
    assert evaluation.grade_reason == "尚有 3 分因数据不足未能评分，得分率在 97.00%—100.00% 之间，均属“优”"


def test_what_does_not_apply_is_left_out_of_the_base() -> None:
    empty = weighing("20", "100", key="visits-rate")
    library = Catalogue([RATE, indicator("visits-rate", "接访率", Ratio(met="met", of="of"))])
    counts = {"closed_on_time": 95, "closure_due": 100, "met": 0, "of": 0}

    evaluation = evaluate(scheme(weighing("80"), empty), library, Measured(counts=counts), DAY)

    assert (evaluation.grade, evaluation.grade_reason) == ("优", "80.00÷80＝100.00%")


def test_an_evaluation_without_any_score_has_no_grade() -> None:
    evaluation = run()

    assert (evaluation.grade, evaluation.grade_reason, evaluation.share) == (
        "",
        "没有一项指标可以评分，不评等级",
        Decimal(0),
    )


def test_an_incomplete_scheme_never_grades() -> None:
    evaluation = run(weighing("100"), gaps=("其余各行未见",), closed_on_time=100, closure_due=100)

    assert (evaluation.grade, evaluation.grade_reason) == ("", "评分表不完整，不评等级：其余各行未见")
    assert evaluation.remarks == ("其余各行未见",)


def test_scores_are_told_by_block_in_the_order_of_the_scheme() -> None:
    evaluation = run(weighing("100"), closed_on_time=100, closure_due=100)

    assert {block: len(found) for block, found in evaluation.by_block().items()} == {"产出指标": 1}


def test_an_indicator_the_unit_set_itself_is_scored_from_its_row() -> None:
    own = weighing("10", "20", key="open-days", level3="接访日天数", unit="天", scoring=Proportional())
    measured = Measured(counts={}, records={"open-days": Record(value=Decimal(18), evidence=("E7",))})

    (found,) = evaluate(scheme(own), LIBRARY, measured, DAY).scores

    assert found.working == "接访日天数：18天，目标 20天，得 9.00 分"
    assert found.title == "接访日天数"
    assert found.indicator.reading == "单位自设指标，完成值由单位填报并附佐证。"
    assert found.evidence == ("E7",)


def test_a_definition_not_in_force_on_the_day_is_a_contradiction_of_the_rulebook() -> None:
    with pytest.raises(RulebookError, match="指标 timely-closure 在 2021-01-01 没有有效的定义"):
        evaluate(scheme(weighing()), LIBRARY, Measured(counts={}), date(2021, 1, 1))


def test_points_never_pass_the_weight() -> None:
    (found,) = run(weighing("10", "100", scoring=Share()), closed_on_time=300, closure_due=100).scores

    assert found.points == Decimal("10.00")


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_working_can_be_followed_with_pencil_and_paper(met: int, of: int) -> None:
    (found,) = run(weighing("10", "100"), closed_on_time=met, closure_due=of).scores

    assert found.points is not None
    assert Decimal(0) <= found.points <= Decimal(10)
    assert found.working.startswith(f"按期办结率：{met}÷{of}，目标 100%")
    assert found.working.endswith(f"得 {found.points} 分")
