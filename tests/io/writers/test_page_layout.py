"""Columns are as wide as their figures need, and titles break after whole phrases."""

from __future__ import annotations

import pytest

from hengping.document import Cell, Table
from hengping_io.page_layout import Alignment, Columns, column_shares, title_width, width_of


def table(*rows: tuple[str, ...]) -> Table:
    cells = tuple(
        tuple(Cell(text, row=r, column=c, header=r == 0) for c, text in enumerate(row)) for r, row in enumerate(rows)
    )
    return Table(cells, header_rows=1)


LONG = "部分合同尾款按进度跨年支付，公务接待和车辆运行支出压减；按合同进度编制用款计划，年中调减确定不能支出的项目"
SCORES = table(("指标", "分值", "得分", "原因"), ("预算执行率", "10", "9.91", LONG), ("合计", "100", "99.08", "—"))


def test_a_column_of_figures_is_never_narrower_than_its_longest_figure() -> None:
    shares = column_shares(SCORES)

    assert shares[2] * 84 // 1000 >= len("99.08")
    assert shares[3] > shares[0] > shares[1]


@pytest.mark.parametrize("wide", [SCORES, table(("甲",), ("1",)), table(*[tuple("一" * n for n in range(1, 9))] * 2)])
def test_widths_add_up_to_the_whole_page(wide: Table) -> None:
    assert sum(column_shares(wide)) == 1000


def test_figures_stand_right_short_words_in_the_middle_and_sentences_left() -> None:
    kinds = Columns.of(SCORES)
    head, first = SCORES.rows[0], SCORES.rows[1]

    assert [kinds.alignment(cell) for cell in head] == [Alignment.CENTER] * 4
    assert [kinds.alignment(cell) for cell in first] == [
        Alignment.CENTER,
        Alignment.RIGHT,
        Alignment.RIGHT,
        Alignment.LEFT,
    ]
    assert kinds.alignment(SCORES.rows[2][3]) is Alignment.CENTER


def test_a_long_title_breaks_after_a_whole_phrase() -> None:
    title = "清河市信访局2024年度部门整体支出绩效自评报告"

    broken = title_width(title)

    assert broken == 16.4
    assert width_of("清河市信访局2024年度部门整体支出") / 2 == 16


def test_a_short_title_keeps_its_line() -> None:
    assert title_width("部门整体支出绩效自评报告") == 20


def test_a_title_without_a_good_break_uses_the_whole_line() -> None:
    assert title_width("甲" * 30) == 20
