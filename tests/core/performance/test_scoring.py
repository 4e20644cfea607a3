"""Points are awarded in a few ways, never more than the row is worth and never less than nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengping.errors import RulebookError
from hengping.performance.model import Award, Operator, Record, Scoring
from hengping.performance.scoring import (
    Bands,
    Checklist,
    Counting,
    Direct,
    Item,
    Judgement,
    Level,
    Levels,
    Proportional,
    Range,
    RatioWithFloor,
    Share,
    ThresholdStep,
    Violation,
    build,
    over_achievement,
    reached,
    usual,
    way,
    ways,
)

from .rows import value, weighing

NUMBERS = st.decimals(min_value=-1000, max_value=1000, places=2)
OPERATORS = st.sampled_from([operator for operator in Operator if operator is not Operator.JUDGED])


def points(award: Award | str) -> Decimal:
    assert isinstance(award, Award), award
    return award.points


def two(award: Award | str) -> str:
    return f"{points(award):.2f}"


@pytest.mark.parametrize(
    ("operator", "actual", "target", "share"),
    [
        (Operator.AT_LEAST, "95", "95", "1"),
        (Operator.AT_LEAST, "45", "50", "0.9"),
        (Operator.MORE, "50", "50", "1"),
        (Operator.AT_LEAST, "-3", "50", "0"),
        (Operator.AT_LEAST, "-1", "0", "0"),
        (Operator.AT_MOST, "4", "5", "1"),
        (Operator.AT_MOST, "5", "4", "0.8"),
        (Operator.LESS, "5", "4", "0.8"),
        (Operator.AT_MOST, "3", "0", "0"),
        (Operator.AT_MOST, "0", "0", "1"),
        (Operator.LESS, "0", "0", "0"),
        (Operator.AT_MOST, "-3", "-5", "0.6"),
        (Operator.AT_LEAST, "-6", "-5", "0.8"),
        (Operator.EQUAL, "100", "100", "1"),
        (Operator.EQUAL, "90", "100", "0.9"),
        (Operator.EQUAL, "110", "100", "0.9"),
        (Operator.EQUAL, "250", "100", "0"),
        (Operator.EQUAL, "1", "0", "0"),
    ],
)
def test_a_target_is_reached_in_its_own_direction(operator: Operator, actual: str, target: str, share: str) -> None:
    assert reached(Decimal(actual), operator, Decimal(target)) == Decimal(share)


@given(NUMBERS, OPERATORS, NUMBERS)
def test_a_share_reached_lies_between_nothing_and_everything(
    actual: Decimal, operator: Operator, target: Decimal
) -> None:
    assert 0 <= reached(actual, operator, target) <= 1


@given(NUMBERS, NUMBERS, NUMBERS)
def test_doing_better_never_earns_less(actual: Decimal, more: Decimal, target: Decimal) -> None:
    low, high = sorted((actual, more))

    assert reached(low, Operator.AT_LEAST, target) <= reached(high, Operator.AT_LEAST, target)
    assert reached(high, Operator.AT_MOST, target) <= reached(low, Operator.AT_MOST, target)


def test_proportional_points_of_the_house_example() -> None:
    award = Proportional().award(value("90"), weighing("10", "95"))

    assert two(award) == "9.47"


def test_a_target_passed_by_far_is_asked_about_and_never_cut_by_the_program() -> None:
    row = weighing("10", "50")

    near, far = Proportional().award(value("65"), row), Proportional().award(value("65.01"), row)

    assert isinstance(near, Award)
    assert isinstance(far, Award)
    assert (near.remarks, points(far)) == ((), Decimal(10))
    assert far.remarks == (
        "超过目标 30.02%，高于 30%〔界限待核实〕：请说明原因及目标是否偏低，必要时按偏离程度调减得分",
    )


def test_staying_far_below_a_ceiling_is_no_over_achievement() -> None:
    award = Proportional().award(value("20"), weighing("10", "100", Operator.AT_MOST))

    assert isinstance(award, Award)
    assert award.remarks == ()


def test_direct_points_are_all_or_nothing_or_all_less_a_deduction() -> None:
    row = weighing("10", "95")

    assert points(Direct().award(value("95"), row)) == Decimal(10)
    assert points(Direct().award(value("94.99"), row)) == Decimal(0)
    assert points(Direct(deduct=Decimal(4)).award(value("94.99"), row)) == Decimal(6)


def test_a_judged_goal_is_met_when_every_check_is() -> None:
    row = weighing("10", None, Operator.JUDGED)

    assert points(Direct().award(value(record=Record(passed=(True, True))), row)) == Decimal(10)
    assert points(Direct().award(value(record=Record(passed=(True, False))), row)) == Decimal(0)
    assert Direct().award(value(record=Record()), row) == "没有填报是否达成"
    assert Direct().award(value(), row) == "没有填报是否达成"


@pytest.mark.parametrize(
    ("actual", "earned"), [("59.99", "0.00"), ("60", "0.00"), ("80", "5.00"), ("100", "10.00"), ("120", "10.00")]
)
def test_a_ratio_with_a_floor_starts_at_the_floor(actual: str, earned: str) -> None:
    assert two(RatioWithFloor().award(value(actual), weighing("10", "100"))) == earned


@pytest.mark.parametrize(("actual", "earned"), [("92.78", "9.278"), ("100", "10"), ("130", "10"), ("-5", "0")])
def test_a_share_is_converted_and_capped(actual: str, earned: str) -> None:
    assert points(Share().award(value(actual), weighing("10", "100"))) == Decimal(earned)


@pytest.mark.parametrize(
    ("counting", "earned"), [(Counting.WHOLE, "4.00"), (Counting.STARTED, "3.50"), (Counting.PROPORTIONAL, "3.75")]
)
def test_an_unfinished_step_is_counted_as_the_scheme_says(counting: Counting, earned: str) -> None:
    way = ThresholdStep(step=Decimal(1), deduct=Decimal("0.5"), counting=counting)

    assert two(way.award(value("102.5"), weighing("5", "100", Operator.AT_MOST))) == earned


def test_steps_are_counted_on_both_sides_of_an_exact_target() -> None:
    way = ThresholdStep(step=Decimal(5), deduct=Decimal(2))
    row = weighing("6", "100", Operator.EQUAL)

    assert [two(way.award(value(actual), row)) for actual in ("100", "95", "90", "105", "200")] == [
        "6.00",
        "4.00",
        "2.00",
        "4.00",
        "0.00",
    ]


def test_a_deduction_says_how_far_and_how_much() -> None:
    award = ThresholdStep(step=Decimal(5), deduct=Decimal(2)).award(value("88"), weighing("5", "100"))

    assert isinstance(award, Award)
    assert award.how == "低于目标 12.00 个百分点，每满 5 个百分点扣 2 分，扣 4.00 分"


BANDS = Bands(
    bands=(
        Range(points=Decimal(5), least=Decimal(0), most=Decimal(0)),
        Range(points=Decimal(4), above=Decimal(0), most=Decimal(10)),
        Range(points=Decimal(0), above=Decimal(30)),
    )
)


@pytest.mark.parametrize(("actual", "earned"), [("0", "5"), ("0.01", "4"), ("10", "4"), ("30.01", "0")])
def test_a_band_holds_the_ends_it_names(actual: str, earned: str) -> None:
    assert points(BANDS.award(value(actual), weighing("5", "0", Operator.AT_MOST))) == Decimal(earned)


def test_a_value_in_no_band_is_not_scored_and_says_so() -> None:
    assert BANDS.award(value("20"), weighing("5")) == "评分表没有规定 20% 属于哪一档"
    assert BANDS.award(value("-1"), weighing("5")) == "评分表没有规定 -1% 属于哪一档"


def test_bands_out_of_another_full_mark_are_scaled() -> None:
    award = way("satisfaction-bands").scoring.award(value("85"), weighing("6", None))

    assert two(award) == "4.80"


def test_a_checklist_counts_what_passed_and_names_what_failed() -> None:
    way = Checklist(items=(Item(title="制度", points=Decimal(3)), Item(title="执行", points=Decimal(1))))

    award = way.award(value(record=Record(passed=(True, False))), weighing("4", None, Operator.JUDGED))

    assert award == Award(Decimal(3), "2 项中 1 项符合，不符合：执行")


def test_checks_without_points_of_their_own_count_evenly() -> None:
    asked = value(record=Record(passed=(True, True, False)), checks=("甲", "乙", "丙"))

    assert two(Checklist().award(asked, weighing("10", None, Operator.JUDGED))) == "6.67"


def test_an_unanswered_checklist_is_not_scored() -> None:
    assert Checklist().award(value(checks=("甲",)), weighing("10")) == "核对项共 1 项，填报 0 项"


def test_every_case_found_costs_points_down_to_nothing() -> None:
    way = Violation(deduct=Decimal(1))

    assert [two(way.award(value(cases), weighing("6"))) for cases in ("0", "2", "9")] == ["6.00", "4.00", "0.00"]
    assert way.award(value(), weighing("6")) == "没有填报发现问题的数量"
    assert way.award(value("-1"), weighing("6")) == "问题数量 -1 不是非负整数"
    assert way.award(value("1.5"), weighing("6")) == "问题数量 1.5 不是非负整数"


@pytest.mark.parametrize(
    ("level", "share", "earned"),
    [
        ("达成年度指标", "100", "10.00"),
        ("达成年度指标", "80", "8.00"),
        ("部分达成年度指标并具有一定效果", "79.99", "8.00"),
        ("未达成年度指标且效果较差", "0", "0.00"),
    ],
)
def test_a_level_earns_the_share_named_inside_it(level: str, share: str, earned: str) -> None:
    record = Record(level=level, share=Decimal(share))

    assert two(way("levels").scoring.award(value(record=record), weighing("10", None, Operator.JUDGED))) == earned


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (None, "没有填报评判等级"),
        (Record(), "没有填报评判等级"),
        (
            Record(level="优秀"),
            "等级“优秀”不在评分表所列之内（达成年度指标、部分达成年度指标并具有一定效果、未达成年度指标且效果较差）",
        ),
        (Record(level="达成年度指标"), "没有填报等级“达成年度指标”之内的得分比例"),
        (
            Record(level="部分达成年度指标并具有一定效果", share=Decimal(80)),
            "得分比例 80% 不在等级“部分达成年度指标并具有一定效果”的 60%—80% 之内",
        ),
    ],
)
def test_a_level_that_cannot_be_judged_says_why(record: Record | None, reason: str) -> None:
    assert way("levels").scoring.award(value(record=record), weighing("10", None, Operator.JUDGED)) == reason


@pytest.mark.parametrize(("level", "share", "earned"), [("优", "95", "9.50"), ("差", "59", "5.90")])
def test_four_words_may_judge_instead_of_three_sentences(level: str, share: str, earned: str) -> None:
    record = Record(level=level, share=Decimal(share))

    assert two(way("levels-four").scoring.award(value(record=record), weighing("10", None, Operator.JUDGED))) == earned


def test_a_level_of_one_value_needs_no_share() -> None:
    way = Levels(levels=(Level(title="无", least=Decimal(3), most=Decimal(3)),), of=Decimal(3))

    assert points(way.award(value(record=Record(level="无")), weighing("3"))) == Decimal(3)


def test_a_judgement_is_a_share_between_nothing_and_everything() -> None:
    way = Judgement()

    assert two(way.award(value(record=Record(share=Decimal(85))), weighing("10"))) == "8.50"
    assert way.award(value(record=Record(share=Decimal(101))), weighing("10")) == "得分比例 101% 不在 0%—100% 之内"
    assert way.award(value(), weighing("10")) == "没有填报得分比例"


@pytest.mark.parametrize(
    "scoring", [Proportional(), RatioWithFloor(), ThresholdStep(step=Decimal(1), deduct=Decimal(1)), Direct()]
)
def test_a_way_that_compares_needs_a_value_and_a_target(scoring: Scoring) -> None:
    assert scoring.award(value(), weighing()) == "没有完成值"
    assert scoring.award(value("1"), weighing(target=None)) == "评分表没有规定指标值"


@pytest.mark.parametrize("scoring", [Share(), BANDS])
def test_a_way_that_converts_needs_a_value(scoring: Scoring) -> None:
    assert scoring.award(value(), weighing()) == "没有完成值"


@pytest.mark.parametrize(
    ("scoring", "target", "fault"),
    [
        (Proportional(), None, "评分表没有规定指标值"),
        (RatioWithFloor(), None, "评分表没有规定指标值"),
        (ThresholdStep(step=Decimal(0), deduct=Decimal(1)), "1", "步长与扣分须大于零"),
        (Direct(deduct=Decimal(11)), "1", "扣分 11 超出分值 10"),
        (Share(), "95", "指标值 95 与折算的满分 100 不符"),
        (BANDS, "0", "最高一档 5 分与满分不符"),
        (Checklist(items=(Item(title="甲", points=Decimal(4)),)), None, "核对项合计 4 分，与分值 10 不符"),
        (Violation(deduct=Decimal(0)), None, "每起扣分 0 须大于零且不超过分值"),
        (
            Levels(levels=(Level(title="甲", least=Decimal(0), most=Decimal(60)),)),
            None,
            "没有一个等级可得满分",
        ),
        (way("levels").scoring, "95", "按等级评判的指标不应规定数字指标值"),
        (Judgement(), "95", "由评价人判断的指标不应规定数字指标值"),
    ],
)
def test_a_way_names_what_in_a_row_contradicts_it(scoring: Scoring, target: str | None, fault: str) -> None:
    assert list(scoring.faults(weighing("10", target))) == [fault]


def test_every_way_of_the_rulebook_is_cited_titled_and_scores_a_sound_row() -> None:
    assert all(found.cites and found.scoring.title for found in ways().values())
    assert "over-achievement" not in ways()
    assert over_achievement() == Decimal(30)


def test_the_usual_way_is_by_proportion_and_by_levels_for_a_judged_goal() -> None:
    assert usual(Operator.AT_MOST) is way("proportional")
    assert usual(Operator.JUDGED) is way("levels")


def test_an_unknown_way_does_not_load() -> None:
    with pytest.raises(RulebookError, match="没有名为 generous 的计分方式；可用：proportional"):
        way("generous")
    with pytest.raises(RulebookError, match="不认识的计分方式 'generous'"):
        build({"way": "generous"})


def test_every_counting_has_words() -> None:
    assert [counting.label for counting in Counting] == ["每满", "每超（不足一步按一步）", "按比例每"]


@given(NUMBERS, st.sampled_from(["5", "8", "10"]))
def test_no_way_awards_more_than_the_row_or_less_than_nothing(actual: Decimal, worth: str) -> None:
    row = weighing(worth, "100", Operator.AT_MOST)
    step = ThresholdStep(step=Decimal(1), deduct=Decimal("0.5"))

    for scoring in (Proportional(), Direct(), RatioWithFloor(), Share(), step):
        assert 0 <= points(scoring.award(value(str(actual)), row)) <= row.points
