"""Published tables are known by their titles and headers; what is merged, missing, shifted or in doubt is said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hengping.errors import Unreadable
from hengping.ledger.model import Book, Fund, Part, Phase

from .files import (
    DETAIL_ROWS,
    ECONOMIC_MERGED,
    ECONOMIC_ROWS,
    FINAL_HEAD,
    FINAL_MERGED,
    FINAL_ROWS,
    MATRIX_MERGED,
    MATRIX_ROWS,
    PROJECTS,
    YEAR,
    entry,
    final_table,
    look,
    workbook,
)


def test_a_table_by_function_becomes_balances_of_both_parts_and_leaves_totals_out() -> None:
    found = look("决算.xlsx", final_table(FINAL_ROWS))

    assert [(one.functional, one.part, one.fund, one.phase, one.amount) for one in found.balances] == [
        ("2010301", Part.BASIC, Fund.GENERAL, Phase.FINAL, Decimal("1500.00")),
        ("2010302", Part.PROJECT, Fund.GENERAL, Phase.FINAL, Decimal("2000.00")),
    ]
    assert found.entries == ()
    assert found.misfits == ()
    assert {row.skipped for row in found.skipped} == {"合计行：已由下级各行列出，不重复记账"}


def test_the_same_table_in_a_year_of_published_figures_becomes_entries_of_projects() -> None:
    found = look("决算.xlsx", final_table(FINAL_ROWS), partial=True)

    (made,) = found.entries
    assert (made.account.functional, made.account.part, made.amount) == ("2010302", Part.PROJECT, Decimal("2000.00"))
    assert made.note.startswith("未列明")


def test_a_matrix_names_function_and_item_together_and_becomes_entries() -> None:
    found = look("财决05-1.xlsx", workbook(("05-1", MATRIX_ROWS, MATRIX_MERGED)), answers={"fund": "general"})

    assert [(one.account.functional, one.account.economic, one.amount) for one in found.entries] == [
        ("2010301", "30101", Decimal("1000.00")),
        ("2010301", "30102", Decimal("200.00")),
        ("2010301", "30201", Decimal("200.00")),
        ("2010301", "30211", Decimal("100.00")),
    ]
    assert {one.account.phase for one in found.entries} == {Phase.FINAL}


def test_the_budget_nobody_named_is_asked_for_and_nothing_is_ready_before_the_answer() -> None:
    found = look("财决05-1.xlsx", workbook(("05-1", MATRIX_ROWS, MATRIX_MERGED)))

    assert [question.key for question in found.open_questions] == ["fund"]
    assert not found.ready


def test_a_detailed_list_becomes_entries_with_their_projects() -> None:
    found = look("明细.xlsx", workbook(("明细", DETAIL_ROWS, ())))

    assert [(one.account.economic, one.account.project, one.account.part, one.amount) for one in found.entries] == [
        ("30101", "", Part.BASIC, Decimal("1000.00")),
        ("30201", "P1", Part.PROJECT, Decimal("2000.50")),
    ]
    assert found.ready


def test_a_list_of_items_in_ten_thousands_is_compared_within_its_rounding_and_not_kept() -> None:
    book = Book.of(
        YEAR,
        [
            entry(Phase.FINAL, "10012.34", "30101"),
            entry(Phase.FINAL, "2000.00", "30102"),
            entry(Phase.FINAL, "2000.00", "30201"),
            entry(Phase.FINAL, "900.00", "30211"),
        ],
        PROJECTS,
    )

    found = look("公开06.xlsx", workbook(("公开06表", ECONOMIC_ROWS, ECONOMIC_MERGED)), book)

    assert found.balances == ()
    assert [(row.place, row.problems[0].message) for row in found.misfits] == [
        ("“公开06表”F8", "表上 1000.00 元，账内 900.00 元，四舍五入之外相差 50.00 元")
    ]
    assert sum("相符" in row.skipped for row in found.skipped) == 3


def test_merged_headers_are_read_as_the_level_above_and_said() -> None:
    found = look("决算.xlsx", final_table(FINAL_ROWS))

    assert any("列名有合并" in note and "功能分类科目编码" in note for note in found.notes)


def test_a_total_that_is_not_its_parts_says_by_how_much_and_where() -> None:
    rows = [list(row) for row in FINAL_ROWS]
    rows[2][6] = "2,100.00"
    rows[2][4] = "3,600.00"

    found = look("决算.xlsx", final_table(rows))

    messages = [problem.message for row in found.misfits for problem in row.problems]
    assert any("20103" in one and "下级之和 2000.00元" in one and "相差" in one for one in messages)
    assert any(problem.file == "“公开05表”G10" for row in found.misfits for problem in row.problems)


def test_a_row_whose_columns_do_not_add_up_does_not_fit() -> None:
    rows = [list(row) for row in FINAL_ROWS]
    rows[4][4] = "2,500.00"

    found = look("决算.xlsx", final_table(rows))

    assert any("合计 2500.00，各列 2000.00" in p.message for row in found.misfits for p in row.problems)


def test_a_shifted_row_is_named_by_its_cell() -> None:
    rows = [*FINAL_ROWS, ["行政运行", "201", "03", "01", "1,500.00", "1,500.00", None]]

    found = look("决算.xlsx", final_table(rows))

    wrong = [problem for row in found.misfits for problem in row.problems]
    assert any(one.file == "“公开05表”A13" and "不是编码" in one.message for one in wrong)
    assert any("名称列里是数" in one.message for one in wrong)


def test_a_table_without_codes_is_left_aside_with_the_reason() -> None:
    head = [[cell if cell != "功能分类科目编码" else None for cell in row] for row in FINAL_HEAD]
    head[5] = [None] * 7
    rows = [[None, None, None, *row[3:]] for row in FINAL_ROWS[1:]]

    with pytest.raises(Unreadable, match="没有科目编码列"):
        look("决算.xlsx", final_table(rows, head))


def test_a_column_without_a_header_is_told_and_not_read() -> None:
    head = [list(row) for row in FINAL_HEAD]
    head[3][5] = None

    found = look("决算.xlsx", workbook(("公开05表", [*head, *FINAL_ROWS], ("A4:D4", "A5:C5"))))

    assert any("没有列名" in note and "F" in note for note in found.notes)


def test_an_amount_that_is_no_number_is_named_by_its_cell() -> None:
    rows = [list(row) for row in FINAL_ROWS]
    rows[4][6] = "贰仟"

    found = look("决算.xlsx", final_table(rows))

    assert next((p.file, p.message) for row in found.misfits for p in row.problems) == (
        "“公开05表”G12",
        "“贰仟”不是金额",
    )


def test_the_unit_nobody_wrote_is_asked_for() -> None:
    head = [list(row) for row in FINAL_HEAD]
    head[2][6] = None

    open_one = look("决算.xlsx", final_table(FINAL_ROWS, head))
    answered = look("决算.xlsx", final_table(FINAL_ROWS, head), answers={"unit": "万元"})

    assert [question.key for question in open_one.open_questions] == ["unit"]
    assert not open_one.ready
    assert answered.open_questions == ()


def test_a_lost_leading_zero_is_given_back_and_said() -> None:
    rows = [[201, 3, 1, "行政运行", 1500, 1500, None]]

    found = look("决算.xlsx", final_table(rows))

    assert [one.functional for one in found.balances] == ["2010301"]
    assert any("缺前导零" in remark for row in found.rows for remark in row.remarks)


def test_codes_of_other_years_are_refused_with_the_years_they_belong_to() -> None:
    rows = [
        *DETAIL_ROWS,
        ["2010301", "行政运行", "30314", "采暖补贴", "基本支出", "一般公共预算", None, "500.00", None],
    ]

    found = look("明细.xlsx", workbook(("明细", rows, ())))

    (wrong,) = found.misfits
    assert wrong.problems[0].message == (
        "30314 采暖补贴是 2007—2017 年使用的科目，2018-01-01 起停用；现行科目：30102 津贴补贴"
    )


def test_a_table_of_another_year_is_left_aside() -> None:
    rows = [["2023年支出预算明细表"], *DETAIL_ROWS[1:]]

    with pytest.raises(Unreadable, match="这是 2023 年的表，本年度是 2024 年"):
        look("明细.xlsx", workbook(("明细", rows, ())))


def test_income_and_three_public_tables_are_said_to_be_left_aside() -> None:
    income = [["收入决算表"], ["单位：元"], ["科目编码", "科目名称", "本年收入合计"], ["2010301", "行政运行", "3.00"]]

    found = look("决算.xlsx", workbook(("明细", DETAIL_ROWS, ()), ("收入", income, ())))

    assert any("收入决算表" in note and "账目只记支出" in note for note in found.notes)


def test_amounts_ten_thousand_times_the_ledger_are_asked_about() -> None:
    book = Book.of(
        YEAR, [entry(Phase.FINAL, "1000.00", "30101"), entry(Phase.FINAL, "2000.50", "30201", project="P1")], PROJECTS
    )
    rows = [list(row) for row in DETAIL_ROWS]
    rows[1] = ["单位：万元"]

    asked = look("明细.xlsx", workbook(("明细", rows, ())), book)
    kept = look("明细.xlsx", workbook(("明细", rows, ())), book, answers={"jump": "keep"})
    left = look("明细.xlsx", workbook(("明细", rows, ())), book, answers={"jump": "leave-out"})

    (question,) = asked.open_questions
    assert question.key == "jump"
    assert any("大约一万倍" in why for why in question.why)
    assert not asked.ready
    assert kept.total == Decimal("30005000.00")
    assert left.entries == ()


def test_a_total_ten_thousand_times_its_parts_is_asked_about() -> None:
    rows = [list(row) for row in FINAL_ROWS]
    rows[0] = ["合计", None, None, None, "35,000,000.00", "15,000,000.00", "20,000,000.00"]

    found = look("决算.xlsx", final_table(rows))

    assert [question.key for question in found.open_questions] == ["parts"]


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("空.xlsx", b"", "0 字节"),
        ("坏.xlsx", b"PK\x03\x04 nonsense", "损坏"),
        ("报告.pdf", b"%PDF-1.7 nothing", "不是可以导入账目的文件"),
        ("图.png", b"\x89PNG\r\n\x1a\n....", "不是可以导入账目的文件"),
        ("字.xlsx", workbook(("空表", [["只有一句话"]], ())), "没有表格"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(name: str, data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        look(name, data)


def test_a_number_two_tables_state_is_kept_once_and_a_disagreement_is_said() -> None:
    other = [list(row) for row in FINAL_ROWS[3:]]
    other[1][4:] = ["2,000.01", None, "2,000.01"]
    both = workbook(
        ("公开05表", [*FINAL_HEAD, *FINAL_ROWS], FINAL_MERGED), ("又一张", [*FINAL_HEAD, *other], FINAL_MERGED)
    )

    found = look("决算.xlsx", both)

    assert [one.functional for one in found.balances] == ["2010301", "2010302"]
    assert any("是同一个数，只取一次" in row.skipped for row in found.skipped)
    assert [p.message for row in found.misfits for p in row.problems] == [
        "与 “公开05表”G12 说的是同一个数，那里写 2000.00 元，这里写 2000.01 元"
    ]
