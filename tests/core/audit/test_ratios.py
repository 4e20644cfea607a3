from __future__ import annotations

from decimal import Decimal

import pytest
from tests.core.audit.texts import judged, verdicts


def test_a_share_of_the_total_above_it_is_recomputed() -> None:
    assert verdicts("PCT-01", "收入合计40万元，其中：拨款收入30万元，占75%；其他收入10万元，占25%。") == [
        "agrees",
        "agrees",
    ]


def test_a_share_without_a_printed_base_is_judged_by_its_siblings() -> None:
    text = "接待费2.64万元，占86.84%；差旅费0.40万元，占13.16%。"

    assert verdicts("PCT-01", text) == ["agrees", "agrees"]


def test_a_last_digit_cut_off_instead_of_rounded_is_no_contradiction() -> None:
    text = "本年支出合计24535.67万元。社会保障支出1493.32万元，占本年支出合计的6.08%。"

    assert verdicts("PCT-01", text) == ["rounding"]


def test_a_share_of_a_wider_region_is_left_alone() -> None:
    assert verdicts("PCT-01", "园区产值100亿元，占全省的83%。") == []


def test_the_base_really_used_is_named_where_its_label_is_wrong() -> None:
    text = "基本支出本年支出决算742.24万元，占预算支出45.02%。\n项目支出906.54万元，占预算支出54.98%。"

    (finding,) = judged("PCT-03", text)

    assert finding.verdict.value == "unexplained"
    assert (finding.stated, finding.computed, finding.unit) == (Decimal("45.02"), Decimal("45.0175"), "%")
    assert "含 1648.78" in finding.working
    assert "[1648.695, 1648.884]" in finding.working


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("收入总计110.00万元。与2023年度相比，收入总计增加10.00万元，增长10%。", "agrees"),
        ("收入总计110.00万元。与2023年度相比，收入总计增加10.00万元，增长11%。", "contradiction"),
        ("2023年预算执行数为60.13万元，2024年预算安排25.77万元，比2023年预算执行数减少57.14%。", "agrees"),
        ("2023年预算执行数为60.13万元，2024年预算安排25.77万元，比2023年预算执行数增加57.14%。", "contradiction"),
        ("投入占比从2012年的1.90%增长至2021年的2.25%，增长幅度为18.42%。", "agrees"),
        ("接待费0.40万元。与2023年度相比，接待费增加0.40万元，增长100%。", "remark"),
        ("全年投资120亿元，较上年的100亿元增加20亿元，按可比价格计算增长15%。", "not_applicable"),
        ("地区生产总值120亿元，较2019年的100亿元增加20亿元，增长15%。", "not_applicable"),
    ],
)
def test_growth_is_judged_only_where_the_text_gives_its_levels(text: str, verdict: str) -> None:
    assert verdicts("PCT-04", text) == [verdict]


def test_average_growth_over_years_is_paired_by_order() -> None:
    text = "分别从2012年的95550元和1579.68亿元增长至2021年的150366元和4307.96亿元，年均增长率分别达到5.17%和11.79%。"

    assert verdicts("PCT-04", text) == ["agrees", "agrees"]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("年初预算为50.00万元，支出决算为40.00万元，完成年初预算的80.00%。", "agrees"),
        ("年初预算为50.00万元，支出决算为40.00万元，完成年初预算的81.00%。", "contradiction"),
        ("公务接待费支出决算为1.53万元，完成预算的0%。", "contradiction"),
        ("公务接待费支出决算为0万元，完成预算的0%。", "agrees"),
    ],
)
def test_completion_is_final_accounts_over_the_budget_it_names(text: str, verdict: str) -> None:
    assert verdicts("EXE-01", text) == [verdict]


def test_a_completion_rate_on_another_budget_than_it_says_is_told_apart() -> None:
    text = "年初预算为0万元，全年预算为321.02万元，支出决算为307.82万元，完成年初预算的95.89%。"

    assert verdicts("EXE-01", text) == ["agrees"]
    assert verdicts("PCT-03", text) == ["unexplained"]


def test_a_comparison_with_the_reports_own_year_is_questioned() -> None:
    text = "2026年部门预算说明\n2026年，收入预算100万元，比2026年预算增加10万元。"

    assert verdicts("DAT-05", text) == ["unexplained"]
