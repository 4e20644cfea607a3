"""The published frameworks are whole, cited, and point at the rulebook's own indicators where these are the same."""

from __future__ import annotations

from collections import Counter

import pytest

from hengping import tables
from hengping.errors import RulebookError
from hengping.law import Confidence
from hengping.performance.frameworks import Kind, frameworks, lines_of
from hengping.performance.library import INDICATORS


def test_the_frameworks_have_as_many_rows_as_were_published() -> None:
    assert {found.key: len(found.lines) for found in frameworks()} == {
        "department-2013": 28,
        "project-2013": 20,
        "project-2020": 17,
    }


def test_the_project_framework_of_2013_goes_from_input_to_effect() -> None:
    levels = Counter(line.level1 for line in frameworks().get("project-2013").lines)

    assert levels == {"投入": 5, "过程": 6, "产出": 4, "效果": 5}


def test_the_reference_framework_of_2020_goes_from_decision_to_benefit() -> None:
    levels = Counter(line.level1 for line in frameworks().get("project-2020").lines)

    assert levels == {"决策": 6, "过程": 5, "产出": 4, "效益": 2}


def test_a_row_with_another_base_is_not_called_the_same_indicator() -> None:
    (line,) = [one for one in frameworks().get("project-2020").lines if one.key == "execution-rate"]

    assert (line.indicator, line.formula) == ("", "实际支出资金÷实际到位资金×100%")
    assert line.note.endswith("两者不同。")


def test_every_row_of_the_department_framework_is_an_indicator_of_the_rulebook() -> None:
    lines = frameworks().get("department-2013").lines

    assert [line.indicator for line in lines if line.indicator not in INDICATORS] == []
    assert [line.key for line in lines if INDICATORS.get(line.indicator).better is not line.better] == []


def test_an_indicator_leads_to_the_frameworks_it_is_in() -> None:
    assert [(framework.key, line.level1) for framework, line in lines_of("public-satisfaction")] == [
        ("department-2013", "效果"),
        ("project-2013", "效果"),
        ("project-2020", "效益"),
    ]
    assert lines_of("timely-reply") == ()


def test_every_framework_says_how_sure_it_is() -> None:
    for framework in frameworks():
        assert str(framework.cites[0]).startswith("《")
        assert framework.confidence is Confidence.WELL_KNOWN
    assert [kind.label for kind in Kind] == ["定量", "定性", "定量或定性"]


def test_a_row_that_names_an_unknown_indicator_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    table = tables.toml("frameworks/project_2020.toml")
    broken = {**table, "row": [{**table["row"][0], "indicator": "unheard-of"}]}
    monkeypatch.setattr(tables, "names", lambda *_: ("broken",))
    monkeypatch.setattr(tables, "toml", lambda _: broken)

    with pytest.raises(RulebookError, match="unheard-of"):
        frameworks.__wrapped__()
