"""A rule without a citation does not load, and two versions never hold on one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import ModuleType

import pytest

from hengping.errors import RulebookError
from hengping.law import Catalogue, Citation, Confidence, Rule, Source, cite, source, sources

REGULATION = Source(key="petitions-2022", title="信访工作条例")
DOUBTFUL = Source(key="outline", title="参考提纲", number="某财〔2020〕1号", confidence=Confidence.UNCERTAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Special(Rule):
    """A kind of rule for these tests."""

    days: int = 0


def rule(key: str = "handling", since: date = date(2022, 5, 1), until: date | None = None) -> Special:
    return Special(key=key, title="办理期限", cites=(REGULATION["第三十四条"],), since=since, until=until)


def test_a_citation_prints_the_text_and_the_article() -> None:
    assert str(REGULATION["第三十四条"]) == "《信访工作条例》第三十四条"
    assert str(REGULATION.whole) == "《信访工作条例》"


def test_an_uncertain_citation_says_so_wherever_it_is_printed() -> None:
    assert str(DOUBTFUL["第一部分"]) == "《参考提纲》（某财〔2020〕1号）第一部分〔待核实〕"
    assert str(REGULATION["第一条"].unsure()) == "《信访工作条例》第一条〔待核实〕"


def test_a_citation_is_as_sure_as_its_source_unless_it_says_otherwise() -> None:
    assert REGULATION["第一条"].certainty is Confidence.VERIFIED
    assert DOUBTFUL["第一条"].certainty is Confidence.UNCERTAIN
    assert Citation(DOUBTFUL, "第一条", Confidence.VERIFIED).certainty is Confidence.VERIFIED


def test_every_confidence_has_words_for_the_reader() -> None:
    assert [confidence.label for confidence in Confidence] == ["已核对原文", "通行做法，未核对原文", "待核实"]


def test_a_rule_without_a_citation_does_not_load() -> None:
    with pytest.raises(RulebookError, match="规则 bare（无依据者）没有依据"):
        Rule(key="bare", title="无依据者", cites=(), since=date(2024, 1, 1))


@pytest.mark.parametrize("key", ["Handling", "two words", "", "a_b", "-a", "办理"])
def test_a_key_is_lower_case_english_with_hyphens(key: str) -> None:
    with pytest.raises(RulebookError, match="小写英文与连字符"):
        rule(key)


def test_a_rule_that_ends_before_it_begins_does_not_load() -> None:
    with pytest.raises(RulebookError, match="失效日不晚于施行日"):
        rule(since=date(2024, 1, 1), until=date(2024, 1, 1))


def test_a_rule_is_in_force_from_its_first_day_up_to_its_last() -> None:
    limited = rule(since=date(2022, 5, 1), until=date(2025, 1, 1))

    assert [
        limited.in_force(day) for day in (date(2022, 4, 30), date(2022, 5, 1), date(2024, 12, 31), date(2025, 1, 1))
    ] == [
        False,
        True,
        True,
        False,
    ]
    assert rule().in_force(date(2099, 1, 1))


def test_the_basis_is_every_citation_in_one_phrase() -> None:
    both = Rule(key="both", title="两处", cites=(REGULATION["第一条"], REGULATION["第二条"]), since=date(2024, 1, 1))

    assert both.basis == "《信访工作条例》第一条、《信访工作条例》第二条"


def test_a_catalogue_answers_by_key_and_day() -> None:
    old, new = rule(until=date(2025, 1, 1)), rule(since=date(2025, 1, 1))
    other = rule("review")

    catalogue = Catalogue([new, other, old])

    assert catalogue.get("handling", date(2024, 6, 1)) is old
    assert catalogue.get("handling") is catalogue.get("handling", date(2025, 1, 1)) is new
    assert catalogue.on(date(2024, 6, 1)) == (old, other)
    assert catalogue.keys() == ("handling", "review")
    assert len(catalogue) == 3
    assert "review" in catalogue
    assert "hearing" not in catalogue


def test_a_key_that_holds_on_no_such_day_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="not in force on 2020-01-01"):
        Catalogue([rule()]).get("handling", date(2020, 1, 1))


def test_two_versions_in_force_on_one_day_do_not_load() -> None:
    with pytest.raises(RulebookError, match="规则键 handling 重复"):
        Catalogue([rule(), rule(since=date(2025, 1, 1))])


def test_the_same_key_twice_does_not_load() -> None:
    with pytest.raises(RulebookError, match="规则键 handling 重复"):
        Catalogue([rule(), rule()])


def test_collecting_takes_the_constants_of_one_kind_once_each() -> None:
    module = ModuleType("rules")
    handling, review = rule(), rule("review")
    general = Rule(key="general", title="一般", cites=(REGULATION.whole,), since=date(2024, 1, 1))
    vars(module).update(HANDLING=handling, ALL=(handling, review), GENERAL=general, number=3)

    catalogue = Catalogue.collect(Special, module)

    assert tuple(catalogue) == (handling, review)


def test_the_rulebook_lists_its_texts_by_key() -> None:
    regulation = source("petitions-2022")

    assert (regulation.title, regulation.since) == ("信访工作条例", date(2022, 5, 1))
    assert sources()["petitions-2022"] is regulation


def test_a_text_that_is_not_listed_is_a_defect_of_the_rulebook() -> None:
    with pytest.raises(RulebookError, match="依据文件 imaginary 未列入"):
        source("imaginary")


@pytest.mark.parametrize(
    ("reference", "printed"),
    [
        ("petitions-2022#第三十四条", "《信访工作条例》第三十四条"),
        ("petitions-2022#第三十四条?", "《信访工作条例》第三十四条〔待核实〕"),
        ("petitions-2022", "《信访工作条例》"),
        ("petitions-2022?", "《信访工作条例》〔待核实〕"),
    ],
)
def test_a_reference_in_a_table_reads_as_a_citation(reference: str, printed: str) -> None:
    assert str(cite(reference)) == printed
