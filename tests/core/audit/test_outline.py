from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.audit.texts import document, reading

from hengping.audit.extraction.outline import Outline
from hengping.audit.reading import Reading


def outline(text: str) -> Outline:
    return reading(text).outline


def values(text: str) -> list[list[int]]:
    return [[item.ordinal.value for item in members] for members in outline(text).lists]


def test_levels_follow_the_usual_order_of_numbers() -> None:
    text = "一、概况\n（一）职能\n1、登记。\n（1）来信。\n①国内来信。\n二、支出\n支出正常。"

    levels = [item.level for item in outline(text).items]

    assert levels == [1, 2, 3, 4, 5, 1]


def test_a_digit_that_fills_the_gap_of_the_first_level_stands_on_it_and_is_suspected() -> None:
    text = "1、 概况\n（一）职能\n1、登记来信。\n2、接待来访。\n二、支出\n支出正常。\n3、 绩效\n（一）结论\n良好。\n四、问题\n不足。"

    found = outline(text)

    assert [(item.heading.start, item.suspected) for item in found.lists[0]] == [
        (0, True),
        (28, False),
        (39, True),
        (55, False),
    ]
    assert values(text)[0] == [1, 2, 3, 4]


def test_a_list_of_digits_that_goes_on_is_never_taken_for_a_first_level() -> None:
    text = "一、概况\n1、登记来信。\n2、接待来访。\n三、支出\n支出正常。"

    assert values(text) == [[1, 3], [1, 2]]


def test_brackets_below_digits_do_not_break_the_list_of_digits() -> None:
    assert values("一、职责\n1、登记。\n（一）来信。\n（二）来访。\n2、转送。\n3、督查。") == [[1], [1, 2, 3], [1, 2]]


def test_a_list_that_begins_again_at_one_is_another_list() -> None:
    assert values("1、登记。\n2、转送。\n1、编制。\n2、在职。") == [[1, 2], [1, 2]]


def test_a_number_behind_residue_of_a_converter_is_still_a_number() -> None:
    assert values("1、聚焦高位。\n[bookmark: _GoBack]2、聚焦联动。") == [[1, 2]]


def test_a_table_of_contents_is_no_outline() -> None:
    text = "某局2024年度部门决算\n目录\n一、概况\n二、决算表\n一、概况\n本局编制10人。\n二、决算表\n收支平衡。"

    assert values(text) == [[1, 2]]


def test_rows_of_a_table_printed_as_lines_are_no_items() -> None:
    text = "收入支出决算总表\n单位：万元\n一、财政拨款收入\n一、一般公共服务支出\n二、事业收入\n二、外交支出\n注：本表反映总收支。\n"

    assert values(text) == []


def test_a_section_reaches_to_the_next_item_that_is_not_below_it() -> None:
    text = "一、概况\n（一）职能\n登记。\n（二）机构\n三个科室。\n二、支出\n正常。"
    found = outline(text)

    first = found.items[0]

    assert text[first.start : first.end] == "一、概况\n（一）职能\n登记。\n（二）机构\n三个科室。\n"
    assert [found.title_of(item) for item in found.children(first)] == ["职能", "机构"]


def test_the_role_of_a_place_is_that_of_the_nearest_heading() -> None:
    text = "二、支出情况\n（一）基本支出情况\n1、办公费2万元。\n（二）项目支出情况\n1、租赁费3万元。"
    found = outline(text)

    assert found.role_at(text.index("办公费"), ("basic", "project")) == "basic"
    assert found.role_at(text.index("租赁费"), ("basic", "project")) == "project"
    assert found.role_at(0, ("basic", "project")) == ""


def test_problems_are_the_items_of_their_section() -> None:
    text = "七、存在的问题及原因分析\n1、指标不够精细，经验不足。\n2、执行偏慢。\n八、改进措施\n一是细化指标，加强培训；二是加快支付。"
    found = outline(text)

    problems = [text[point.number_start : point.clause_end] for point in found.points("problems")]
    measures = [text[point.number_start : point.clause_end] for point in found.points("measures")]

    assert problems == ["1、指标不够精细", "2、执行偏慢"]
    assert measures == ["一是细化指标", "二是加快支付"]


def test_a_series_may_run_over_paragraphs() -> None:
    found = outline("一是加强领导，明确分工。\n各科室认真落实。\n二是强化保障。\n三是严格考核。").series

    assert [[part.value for part in series.items] for series in found] == [[1, 2, 3]]


def test_two_paragraphs_have_two_series() -> None:
    found = outline("做法：一是领导；二是保障。\n成效：一是下降；二是提升；三是满意。").series

    assert [[part.value for part in series.items] for series in found] == [[1, 2], [1, 2, 3]]


@pytest.mark.parametrize("text", ["问题之一是经费不足。", "这是唯一是可行的办法。"])
def test_words_that_merely_end_in_one_are_no_series(text: str) -> None:
    assert outline(text).series == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("某局2024年度部门整体支出绩效自评报告\n一、概况\n编制10人。", "self_evaluation"),
        ("某项目项目支出绩效自评报告\n一、概况\n预算10万元。", "project_self_evaluation"),
        ("某局2024年度部门决算\n第一部分 概况\n编制10人。", "final_accounts"),
        ("某局2025年部门预算\n一、编制说明\n预算10万元。", "budget"),
        ("2026年某省人民政府工作报告\n各位代表：\n现在，我代表省人民政府作报告。", "work_report"),
        ("原标题：某地减税\n记者从税务局获悉，减税26.5亿元。", "news"),
        ("支出比上年增加（减少）XX万元，增长（下降）XX%，主要用于XX。", "template"),
        ("关于召开会议的通知\n请准时参加。", "notice"),
        ("市财政局局长办公会议纪要\n会议听取了绩效自评工作汇报。", "meeting_minutes"),
        ("档案馆建设项目公开招标公告\n递交投标文件。", "tender"),
        ("部门整体支出绩效自评基础数据表\n填报单位：某县林业局", "basic_data"),
        ("关于部门整体支出绩效自评抽查情况的通报\n各县直部门：", "notice"),
    ],
)
def test_the_kind_of_a_document_is_told(text: str, kind: str) -> None:
    assert outline(text).kind == kind


def test_the_title_stands_before_the_first_number_and_is_no_sentence() -> None:
    found = outline("某市信访局2024年度\n部门整体支出绩效自评报告\n一、概况\n编制10人。")

    assert found.title_text == "某市信访局2024年度\n部门整体支出绩效自评报告"
    assert (found.names_unit, found.names_year) == (True, True)


@pytest.mark.parametrize("line", ["2025年3月20日", "二〇二五年三月二十日", "填报日期：2025年3月20日"])
def test_the_date_of_a_report_is_a_line_of_its_own(line: str) -> None:
    text = f"部门整体支出绩效自评报告\n一、概况\n编制10人。\n{line}"

    found = outline(text).date_line

    assert found is not None
    assert text[found.start : found.end] == line


def test_paired_marks_are_counted_for_each_paragraph() -> None:
    pairs = {pair.marks: pair for pair in outline("落实“首问负责制，提高质量。\n制定《办法》（试行）。").pairs}

    assert (pairs["“”"].opened, pairs["“”"].closed, len(pairs["“”"].wrong)) == (1, 0, 1)
    assert pairs["《》"].wrong == ()
    assert pairs["（）"].wrong == ()


def test_a_bracket_after_a_digit_at_the_head_of_a_line_opens_nothing() -> None:
    assert outline("1）登记来信。\n2）接待来访。").pairs[0].wrong == ()


@given(st.lists(st.integers(1, 12), min_size=1, max_size=14))
def test_every_item_belongs_to_one_list_and_lies_inside_its_parent(numbers: list[int]) -> None:
    found = outline(
        "\n".join(f"（{'一二三四五六七八九十'[n - 1]}）内容。" if n <= 10 else f"{n}、内容。" for n in numbers)
    )

    members = [item.index for listed in found.lists for item in listed]

    assert sorted(members) == list(range(len(numbers)))
    for item in found.items:
        assert item.start < item.end
        if item.parent >= 0:
            above = found.items[item.parent]
            assert above.start < item.start < item.end <= above.end
    assert all(one.start < other.start for one, other in pairwise(found.items))


@given(st.text(alphabet="一二（）()1、.是。；“”\n某等个", max_size=80))
def test_any_text_has_an_outline(text: str) -> None:
    found = Reading(document(text)).outline

    assert all(0 <= item.start <= item.title_end <= len(text) for item in found.items)
    assert all(0 <= claim.start < claim.end <= len(text) for claim in found.claims)
    assert all(0 <= span.start < span.end <= len(text) for pair in found.pairs for span in pair.wrong)
