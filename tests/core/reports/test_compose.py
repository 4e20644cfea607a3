"""The composed report: ordinals, captions, notes, placeholders, charts, and the same text every time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.core.reports import sample

from hengping.document import Heading, Table
from hengping.errors import InvalidPackage
from hengping.reports.compose import compose
from hengping.reports.model import MISSING, source_of
from hengping.reports.passages import ordinal

GOLDEN = Path(__file__).with_name("bureau.txt")


def test_the_report_of_the_invented_bureau_reads_as_it_did() -> None:
    report = compose(sample.bureau())

    assert report.document.text + "\n" == GOLDEN.read_text(encoding="utf-8")


def test_first_level_headings_are_numbered_without_a_gap() -> None:
    report = compose(sample.bureau())
    heads = [block.text for block in report.document.blocks if isinstance(block, Heading) and block.level == 1]

    assert [head.partition("、")[0] for head in heads] == [ordinal(n) for n in range(1, 11)]


def test_second_level_headings_begin_again_in_every_section() -> None:
    report = compose(sample.bureau())
    found: list[list[str]] = []
    for block in report.document.blocks:
        if isinstance(block, Heading) and block.level == 1:
            found.append([])
        elif isinstance(block, Heading) and block.level == 2:
            found[-1].append(block.text[1])

    assert all(numbers == [ordinal(n) for n in range(1, len(numbers) + 1)] for numbers in found)


def test_every_table_stands_under_its_numbered_caption() -> None:
    blocks = compose(sample.bureau()).document.blocks
    above = [[b.text for b in blocks[max(0, n - 2) : n]] for n, block in enumerate(blocks) if isinstance(block, Table)]
    titles = [block.title for block in blocks if isinstance(block, Table)]

    assert all(title in lines for title, lines in zip(titles, above, strict=True))
    assert [title.partition(" ")[0] for title in titles] == [f"表{n}" for n in range(1, len(titles) + 1)]


def test_every_printed_amount_has_a_working() -> None:
    report = compose(sample.bureau())
    parts = [
        part for block in report.document.blocks for part in (block.cells if isinstance(block, Table) else (block,))
    ]
    amounts = [run for part in parts for run in part.runs if re.search(r"\d万元", run.text)]

    bare = [run.text for run in amounts if source_of(run) not in report.named]

    assert bare == []


def test_a_figure_moved_to_add_up_is_noted_in_the_same_passage() -> None:
    text = compose(sample.bureau()).document.text

    assert "以下各项按最大余额法作尾数调整。末位上调：基本工资、办公费。" in text


def test_a_placeholder_becomes_its_figure() -> None:
    facts = sample.bureau(narratives=[{"key": "other", "text": "全年共{{final-accounts.total}}。"}])

    assert "全年共789.03万元。" in compose(facts).document.text


def test_a_placeholder_of_a_missing_fact_says_so() -> None:
    facts = sample.facts_of({"narratives": [{"key": "other", "text": "全年预算{{adjusted-budget.total}}。"}]})

    assert f"全年预算{MISSING}。" in compose(facts).document.text


def test_unknown_placeholders_are_refused_all_at_once_with_their_places() -> None:
    rows = [
        {"key": "other", "text": "{{no.such}}与{{final-accounts.total}}", "file": "narrative.csv", "row": 2},
        {"key": "results", "text": "{{another}}", "file": "narrative.csv", "row": 3},
    ]

    with pytest.raises(InvalidPackage) as refused:
        compose(sample.bureau(narratives=rows))

    assert [(problem.row, problem.message) for problem in refused.value.problems] == [
        (2, "文字中的数字名“no.such”不存在"),
        (3, "文字中的数字名“another”不存在"),
    ]


def test_a_year_of_which_nothing_is_known_is_still_a_report_that_says_so() -> None:
    report = compose(sample.facts_of({}))

    assert report.document.text.count(MISSING) > 15
    assert "0.00万元" not in report.document.text
    assert report.charts == ()


def test_the_chart_of_targets_counts_what_was_met() -> None:
    charts = {chart.key: chart for chart in compose(sample.bureau()).charts}

    assert charts["targets"].title == "有百分比目标的5项指标中，3项达到目标"
    assert charts["classes"].title == "2024年度一般公共预算支出中，工资福利支出最多，占68.3%"
    assert charts["classes"].rows[0].label == "工资福利支出"


def test_no_expression_of_the_running_year_is_used() -> None:
    text = compose(sample.bureau()).document.text

    assert re.findall(r"今年|目前|截至目前|[％（）] |\(", text) == []


@pytest.mark.parametrize(("number", "written"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")])
def test_ordinals_are_written_in_chinese(number: int, written: str) -> None:
    assert ordinal(number) == written
