"""The attached forms have the rows and columns of the official ones."""

from __future__ import annotations

from tests.core.reports import sample

from hengping.document import Table
from hengping.reports.compose import compose
from hengping.reports.forms import forms


def tables(**changes: object) -> dict[str, Table]:
    facts = sample.bureau(**changes)
    return {form.key: form.table for form in forms(facts, compose(facts))}


def rows(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def row(table: Table, label: str) -> list[str]:
    return next(found for found in rows(table) if found[0] == label)


def test_there_is_one_form_for_the_base_data_one_for_the_department_and_one_for_each_project() -> None:
    assert list(tables()) == ["base-data", "department", "project-P01", "project-P02"]


def test_every_form_fills_its_grid_without_holes_or_overlaps() -> None:
    for table in tables().values():
        covered = [
            (r, c)
            for cell in table.cells
            for r in range(cell.row, cell.row + cell.row_span)
            for c in range(cell.column, cell.column + cell.column_span)
        ]

        assert sorted(covered) == [(r, c) for r in range(len(table.rows)) for c in range(8)]


def test_the_base_data_table_has_its_official_rows() -> None:
    labels = [found[0] for found in rows(tables()["base-data"])]

    assert labels == [
        "财政供养人员情况（人）",
        "",
        "经费控制情况",
        "三公经费",
        "1、公务用车购置和维护经费",
        "其中：公车购置",
        "公车运行维护",
        "2、出国经费",
        "3、公务接待",
        "项目支出",
        "1、业务工作专项：接访劳务与维护",
        "2、运行维护专项：信访信息系统运行",
        "3、市级专项资金",
        "公用经费",
        "其中：办公经费",
        "水费、电费、差旅费",
        "会议费、培训费",
        "政府采购金额",
        "部门整体支出预算调整",
        "其中：基本支出预算调整",
        "楼堂馆所控制情况（2024年完工项目）",
        "（未列明完工项目）",
        "厉行节约保障措施",
        "填表人（签字）：",
    ]


def test_the_base_data_table_prints_what_the_report_prints() -> None:
    table = tables()["base-data"]

    assert rows(table)[1] == ["", "40", "37", "92.50%"]
    assert row(table, "三公经费") == ["三公经费", "9.68", "10.20", "9.22"]
    assert row(table, "政府采购金额") == ["政府采购金额", "—", "18.00", "17.63"]


def test_the_department_form_gives_points_and_score_to_the_whole_fund_only() -> None:
    table = tables()["department"]

    assert row(table, "年度资金总额")[1:] == ["777.20", "795.40", "789.03", "10", "99.20%", "9.92"]
    assert row(table, "项目支出")[1:] == ["207.00", "209.80", "205.32", "—", "97.87%", "—"]


def test_the_department_form_names_every_official_group_even_when_it_is_empty() -> None:
    found = rows(tables()["department"])
    groups = [cells[-7] for cells in found if len(cells) >= 7]

    for name in ("数量指标", "质量指标", "时效指标", "成本指标", "经济效益指标", "生态效益指标", "可持续影响指标"):
        assert name in groups
    assert "未设置" in [cell for cells in found for cell in cells]


def test_the_department_form_adds_up_to_the_score_of_the_report() -> None:
    assert row(tables()["department"], "总分") == ["总分", "100", "97.49", "—"]


def test_the_execution_rate_is_scored_once_and_not_repeated_among_the_indicators() -> None:
    titles = [cell.text for cell in tables()["department"].cells]

    assert "预算执行率" not in titles


def test_a_score_that_was_not_completed_is_not_totalled() -> None:
    scores = [
        {
            "indicator": "a",
            "title": "按期答复率",
            "block": "产出指标",
            "level2": "时效指标",
            "points": "10",
            "target": "95",
        }
    ]

    table = tables(scores=scores)["department"]

    assert row(table, "总分") == ["总分", "10", "不计总分", "—"]


def test_a_project_form_leaves_open_which_year_the_spent_money_came_from() -> None:
    found = tables()

    assert row(found["project-P01"], "其中：当年财政拨款")[1:4] == ["138.00", "132.00", "128.68"]
    assert row(found["project-P02"], "其中：当年财政拨款")[1:4] == ["69.00", "69.00", "未提供"]
    assert row(found["project-P02"], "上年结转资金")[1:4] == ["0.00", "8.80", "未提供"]
