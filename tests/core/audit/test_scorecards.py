from __future__ import annotations

from decimal import Decimal

import pytest
from tests.core.audit.texts import reading, verdicts

from hengping.audit.checks.evaluation import achieved
from hengping.audit.extraction.scorecards import ScoreCard, ScoreRow
from hengping.audit.reading import Reading
from hengping.document import Assembly, Cell

FORM = (
    "部门整体支出绩效自评表\n"
    "项目\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分\n"
    "年度资金总额\t90\t100\t80\t10\t80%\t8\n"
    "一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析及改进措施\n"
    "产出指标\t数量指标\t接待批次\t≥500批次\t520批次\t50\t50\t\n"
    "效益指标\t社会效益\t化解率\t≥80%\t72%\t30\t27\t力量不足\n"
    "满意度指标\t满意度\t群众满意度\t不低于90%\t95%\t10\t10\t\n"
    "总分\t\t\t\t\t100\t95\t"
)


def card(text: str) -> ScoreCard:
    return reading(text).scorecards[0]


def row(target: str, actual: str) -> ScoreRow:
    text = f"自评表\n三级指标\t年度指标值\t实际完成值\t分值\t得分\n指标\t{target}\t{actual}\t10\t10"
    return card(text).indicators[0]


def test_a_form_holds_funds_and_indicators_one_below_the_other() -> None:
    found = card(FORM)

    assert [one.name for one in found.funds] == ["年度资金总额"]
    assert [one.name for one in found.indicators] == ["接待批次", "化解率", "群众满意度"]
    assert [one.number("weight") for one in found.scored] == [Decimal(10), Decimal(50), Decimal(30), Decimal(10)]
    assert found.total is not None
    assert found.total.number("score") == Decimal(95)


def test_a_consistent_form_leaves_nothing_to_answer() -> None:
    for code in ("SCO-01", "SCO-02", "SCO-05", "SCO-06", "SCO-07", "IND-02", "IND-03"):
        assert set(verdicts(code, FORM)) <= {"agrees"}, code


def test_a_word_table_is_read_cell_by_cell() -> None:
    assembly = Assembly()
    assembly.paragraph([])
    header = [
        Cell(text, row=0, column=column)
        for column, text in enumerate(("三级指标", "年度指标值", "实际完成值", "分值", "得分"))
    ]
    body = [Cell(text, row=1, column=column) for column, text in enumerate(("办结率", "≥95%", "98%", "100", "100"))]
    assembly.table([header, body])
    read = Reading(assembly.finish(kind="docx"))

    found = read.scorecards[0].indicators[0]

    score = found.get("score")
    assert score is not None
    assert read.text[score.span.start : score.span.end] == "100"
    assert found.name == "办结率"


@pytest.mark.parametrize(
    ("target", "actual", "ratio"),
    [
        ("≥95%", "98%", "1.031579"),
        ("不低于95%", "95%", "1"),
        ("≤10%", "8%", "1"),
        ("不超过10%", "20%", "0.5"),
        ("=12次", "12次", "1"),
        ("12次", "9次", "0.75"),
        ("95%以上", "98%", "1.031579"),
        ("0起", "0起", "1"),
        ("0起", "2起", "0"),
        ("≤0起", "0起", "1"),
    ],
)
def test_a_result_is_held_against_its_target_in_the_right_direction(target: str, actual: str, ratio: str) -> None:
    found = achieved(row(target, actual))

    assert found is not None
    assert round(found, 6) == Decimal(ratio)


@pytest.mark.parametrize(("target", "actual"), [("按期完成", "已完成"), ("≥95%", "520批次"), ("≥500批次", "")])
def test_what_cannot_be_compared_is_not_judged(target: str, actual: str) -> None:
    assert achieved(row(target, actual)) is None


def test_an_execution_rate_above_one_scores_no_more_than_the_weight() -> None:
    text = "自评表\n项目\t全年预算数\t全年执行数\t分值\t执行率\t得分\n年度资金总额\t100\t120\t10\t120%\t{score}"

    assert verdicts("SCO-05", text.format(score=10)) == ["agrees", "agrees"]
    assert verdicts("SCO-05", text.format(score=12)) == ["agrees", "unexplained"]


def test_an_item_of_which_added_to_its_parent_is_a_contradiction() -> None:
    text = "自评表\n项目\t全年预算数\t全年执行数\t分值\n年度资金总额\t130\t130\t10\n一般公共预算\t100\t100\t\n其中：项目支出\t30\t30\t\n"

    assert verdicts("SCO-09", text) == ["contradiction", "contradiction"]
