from __future__ import annotations

from tests.core.audit.texts import judged, verdicts

from hengping.audit.checks.table_sums import TABLE_SUMS
from hengping.audit.examine import examine
from hengping.audit.model import Examination
from hengping.document import Assembly, Cell, Place, Run

HEAD = ("科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出")


def table(*rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> Examination:
    assembly = Assembly()
    assembly.paragraph([Run("支出决算表 单位：万元", Place())])
    assembly.table(
        [
            [
                Cell(text, row=r, column=c, runs=(Run(text, Place(table=1, row=r + 1, column=c + 1)),))
                for c, text in enumerate(row)
            ]
            for r, row in enumerate((head, *rows))
        ]
    )
    return examine(assembly.finish(kind="docx"), checks=[TABLE_SUMS])


def faults(examination: Examination) -> list[str]:
    return [f.message for f in examination.claims if f.verdict.value in ("contradiction", "unexplained")]


def test_a_table_that_adds_up_agrees_in_rows_and_columns() -> None:
    found = table(
        ("", "合计", "30.00", "12.00", "18.00"),
        ("201", "甲", "20.00", "10.00", "10.00"),
        ("208", "乙", "10.00", "2.00", "8.00"),
    )

    assert faults(found) == []
    assert len(found.claims) == 6


def test_a_row_that_breaks_what_its_neighbours_keep_is_found() -> None:
    found = table(
        ("", "合计", "35.00", "14.00", "21.00"),
        ("201", "甲", "20.00", "10.00", "10.00"),
        ("208", "乙", "10.00", "2.00", "8.00"),
        ("210", "丙", "5.00", "2.00", "30.00"),
    )

    assert any("210丙为5.00万元" in message for message in faults(found))


def test_an_empty_cell_is_not_taken_for_zero() -> None:
    found = table(("", "合计", "20.00", "20.00", ""), ("201", "甲", "20.00", "20.00", ""))

    assert faults(found) == []


def test_children_are_told_by_code_and_not_by_order() -> None:
    found = table(
        ("20101", "下级一", "15.00", "15.00", "0.00"),
        ("201", "甲", "20.00", "12.00", "8.00"),
        ("20102", "下级二", "10.00", "2.00", "8.00"),
    )

    assert any("201甲为20.00万元，下级科目之和为25.00万元" in message for message in faults(found))


def test_a_code_is_never_an_amount() -> None:
    found = table(("20101", "甲", "", "", ""), ("20102", "乙", "", "", ""))

    assert found.claims == ()


def test_an_excerpt_may_leave_rows_out() -> None:
    text = "支出决算表（节选）\n单位：万元\n科目编码 科目名称 合计 基本支出 项目支出\n208 社会保障支出 30.00 20.00 10.00\n20805 养老支出 12.00 10.00 2.00\n20808 抚恤 5.00 4.00 1.00"

    assert set(verdicts("SUM-07", text)) == {"agrees"}


def test_a_table_flattened_to_one_cell_a_line_is_still_added() -> None:
    text = "收入支出决算总表\n单位：万元\n一、财政拨款收入\n90.00\n八、其他收入\n6.20\n本年收入合计\n96.20\n年初结转和结余\n3.80\n总计\n100.00"

    assert [(str(f.stated), f.verdict.value) for f in judged("SUM-09", text)] == [
        ("96.20", "agrees"),
        ("100.00", "agrees"),
    ]


def test_sentences_in_a_cell_are_read_like_a_paragraph() -> None:
    prose = "2024年度基本支出221.63万元，包括人员经费支出219.46万元和公用经费支出3.17万元。"
    assembly = Assembly()
    assembly.table([[Cell(prose, runs=(Run(prose, Place(table=1, row=1, column=1)),))]])

    found = examine(assembly.finish(kind="docx")).findings

    assert "SUM-06" in {one.check for one in found}
