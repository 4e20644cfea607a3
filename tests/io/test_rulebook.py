"""The rulebook reads the same on the terminal, in the pages and on the site, and leaves nothing out."""

from __future__ import annotations

import json

import pytest

from hengping_io import rulebook
from hengping_io.cli import main


def test_every_kind_of_rule_has_rules() -> None:
    assert [(kind.key, bool(rules)) for kind, rules in rulebook.by_kind().items()] == [
        ("steps", True),
        ("clocks", True),
        ("indicators", True),
        ("sections", True),
        ("checks", True),
    ]


def test_the_list_names_every_rule_and_counts_them(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["rulebook"])

    shown = capsys.readouterr().out
    count = sum(len(rules) for rules in rulebook.by_kind().values())
    assert code == 0
    assert f"共 {count} 条" in shown
    assert "  staff-control  在职人员控制率  《预算绩效评价共性指标体系框架》（财预〔2013〕53号）" in shown


def test_one_kind_can_be_listed_alone(capsys: pytest.CaptureFixture[str]) -> None:
    main(["rulebook", "--kind", "clocks"])

    shown = capsys.readouterr().out
    assert shown.startswith("期限\n")
    assert "staff-control" not in shown


def test_one_rule_is_shown_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    main(["rulebook", "staff-control"])

    shown = capsys.readouterr().out
    assert "在职人员控制率（指标 staff-control）" in shown
    assert "  算式：在职人员数÷编制数×100%\n" in shown
    assert "  方向：越低越好\n" in shown


def test_a_check_is_found_by_its_code_in_any_case(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["rulebook", "sum-01"])

    assert code == 0
    assert "（核对项 SUM-01）" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["imaginary"], ["--kind", "laws"]])
def test_an_unknown_name_is_said_to_be_unknown(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["rulebook", *words])

    assert code == 2
    assert "没有这样的规则" in capsys.readouterr().out


def test_programs_get_every_rule_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    main(["rulebook", "staff-control", "--format", "json"])

    (record,) = json.loads(capsys.readouterr().out)
    assert record["kind"] == "indicators"
    assert record["title"] == "在职人员控制率"
    assert record["cites"][0]["source"] == "indicators-2013"
    assert record["since"] == "2013-04-21"
    assert record["until"] is None


def test_the_generated_pages_hold_each_rule_once_with_its_cases() -> None:
    pages = rulebook.pages({"staff-control": ("编制36人、在职33人，为91.67%",)})

    assert pages["indicators.md"].count("· `staff-control`") == 1
    assert "  - 编制36人、在职33人，为91.67%" in pages["indicators.md"]
    assert set(pages) == {
        "README.md",
        "steps.md",
        "clocks.md",
        "indicators.md",
        "sections.md",
        "checks.md",
        "sources.md",
    }
