from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.core.audit.texts import document, reading

from hengping.audit.extraction.localities import NATION, authorities, authority_of, locality
from hengping.audit.reading import Reading


def found(text: str, kind: str, authority: str = "") -> list[tuple[str, str]]:
    read = Reading(document(text), authority=authority)
    return [(mark.text, mark.note) for mark in read.marked(kind)]


def test_a_word_of_a_list_is_marked_with_its_note() -> None:
    assert found("进行充分的调理论证。", "typo") == [("调理论证", "调研论证")]


def test_the_longest_word_of_a_kind_is_marked_once() -> None:
    assert found("今年以来成效明显。", "deixis") == [("今年以来", "strong")]


def test_a_word_inside_a_word_of_another_kind_is_marked_as_well() -> None:
    text = "信访途径一次性化解率和绩效目标。"

    assert found(text, "rate-name") == [("信访途径一次性化解率", "")]
    assert found("加强财务人员培训。", "subject") == [("财务人员", "staff"), ("培训", "staff")]


@pytest.mark.parametrize("phrase", ["“三个不发生”", "“四下基层”", "五化联动"])
def test_a_set_phrase_with_a_number_is_marked(phrase: str) -> None:
    assert found(f"落实{phrase}要求。", "slogan")[0][0] == phrase


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("自评得分为92.5分，等级为优。", "92.5"),
        ("对照打分得出结果为100分，等级为优秀。", "100"),
        ("综合评分96分", "96"),
    ],
)
def test_a_score_is_read_with_its_value(text: str, score: str) -> None:
    assert found(text, "score")[0][1] == score


@pytest.mark.parametrize("text", ["年度指标分值为10分值", "得分30分钟内完成", "总分（满分100）"])
def test_what_is_no_score_is_not_marked(text: str) -> None:
    assert found(text, "score") == []


def test_a_grade_of_projects_is_not_the_grade_of_the_report() -> None:
    assert found("绩效评级为“优”的项目4个。", "grade") == []


def test_a_clause_with_its_preposition_is_not_clumsy() -> None:
    assert found("评价，在指标和标准上针对性不强。", "clumsy") == []
    assert [note for _, note in found("评价，指标和标准上针对性不强。", "clumsy")] == ["“上”字前缺“在”，或“上”字多余"]


def test_half_width_marks_count_only_between_chinese_words() -> None:
    assert found("工作部门,其职责;支出1,234.56万元,共3人,事业编制", "half-mark") == [
        (",", ""),
        (";", ""),
        (",", ""),
        (",", ""),
    ]


def test_a_bracket_without_chinese_words_is_not_marked() -> None:
    assert found("依据(GB 9704)和(试行)办法", "half-bracket") == [("(试行)", "")]


def test_a_number_that_is_a_telephone_is_private_and_an_amount_is_not() -> None:
    assert [text for text, _ in found("电话13800000000，金额138000000000元。", "private-number")] == ["13800000000"]


def test_words_differ_from_place_to_place() -> None:
    assert found("做好劝返工作。", "sensitive", "430400") == [("劝返", "内部工作用语")]
    assert found("做好劝返工作。", "sensitive", "310107") == []


def test_the_authority_is_told_by_the_names_at_the_head() -> None:
    assert authority_of("衡阳市信访局2024年度部门整体支出绩效自评报告") == "430400"
    assert authority_of("上海市普陀区财政局2024年度部门决算") == "310107"
    assert authority_of("湖南省某厅2024年度报告") == "430000"
    assert authority_of("某局报告") == NATION


def test_an_authority_without_tables_falls_back_upwards() -> None:
    assert locality("430481", 2024).authority == "430400"
    assert locality("430100", 2024).authority == "430000"
    assert locality("999999", 2024).authority == NATION


def test_grades_are_those_of_the_nearest_authority() -> None:
    nation, shanghai = locality(NATION, 2024), locality("310107", 2024)

    assert [grade.title for grade in nation.grades] == ["优", "良", "中", "差"]
    assert [grade.title for grade in shanghai.grades] == ["优", "良", "合格", "不合格"]
    assert [nation.grade(Decimal(score)) for score in ("100", "90", "89.99", "60", "59.9")] == [
        "优",
        "优",
        "良",
        "中",
        "差",
    ]
    assert shanghai.grade(Decimal(60)) == "合格"


def test_a_grade_by_another_name_is_understood_where_the_authority_has_it() -> None:
    assert locality(NATION, 2024).official_grade("优秀") == "优"
    assert locality(NATION, 2024).official_grade("合格") is None
    assert locality("310000", 2024).official_grade("合格") == "合格"
    assert locality("310000", 2024).official_grade("中等") is None


def test_an_outline_is_in_force_from_its_day() -> None:
    assert "self_evaluation" in locality("430000", 2024).outlines
    assert "self_evaluation" not in locality("430000", 2019).outlines


def test_every_table_of_an_authority_can_be_read() -> None:
    for code in authorities():
        place = locality(code, 2024)

        assert place.title
        assert place.lexicon.words.search("调理论证")
        for outline in place.outlines.values():
            assert outline.cites
            assert len({section.title for section in outline.sections}) == len(outline.sections)


def test_dates_are_read_with_the_ends_of_periods() -> None:
    text = "自2024年3月1日至9月30日实施，2024年2月30日验收，2024年12月底前完成。"

    dates = reading(text).dates

    assert [(one.text, one.day, one.until, one.deadline) for one in dates] == [
        ("2024年3月1日至9月30日", date(2024, 3, 1), date(2024, 9, 30), False),
        ("2024年2月30日", None, None, False),
        ("2024年12月", date(2024, 12, 1), None, True),
    ]
