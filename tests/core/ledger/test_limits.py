"""Caps and periods answer for an authority and a day, or not at all."""

from __future__ import annotations

from datetime import date

from hengping.law import Confidence
from hengping.ledger.limits import limit, limits, service_lives, terms


def test_a_cap_says_its_authority_its_text_and_its_doubt() -> None:
    found = limit("lodging-changsha-other", date(2024, 5, 1))

    assert found is not None
    assert found.confidence is Confidence.UNCERTAIN
    assert str(found).startswith("差旅住宿费限额（长沙，其余人员） 350 元/人夜（中央，")
    assert str(found).endswith("〔待核实〕")


def test_a_cap_that_is_not_published_is_not_guessed() -> None:
    assert limit("meeting-fee-hengyang", date(2024, 5, 1)) is None
    assert limit("procurement-hunan-goods", date(2020, 12, 31)) is None


def test_a_cap_changes_with_its_text() -> None:
    before = limit("procurement-hunan-goods", date(2024, 12, 31))
    after = limit("procurement-hunan-goods", date(2025, 1, 1))

    assert before is not None
    assert after is not None
    assert (before.cites[0].source.key, after.cites[0].source.key) == (
        "procurement-hunan-2021",
        "procurement-hunan-2025",
    )


def test_union_funds_are_two_percent_of_wages() -> None:
    found = limit("union-funds", date(2024, 5, 1))

    assert found is not None
    assert (str(found.value), found.unit, found.basis) == ("2", "%", "《中华人民共和国工会法》第四十三条")


def test_every_cap_and_period_is_positive_and_cited() -> None:
    assert all(found.value > 0 and found.cites for found in limits())
    assert all(found.cites and found.starts and found.actor for found in terms())
    assert all((found.length or 0) > 0 or found.month_day for found in terms())


def test_a_unit_publishes_within_twenty_days() -> None:
    found = terms().get("disclose-unit")

    assert (found.length, found.unit, found.basis) == (20, "日", "《中华人民共和国预算法实施条例》第六条")


def test_the_least_depreciation_years_are_those_of_the_standard() -> None:
    lives = {life.content: life.least_years for life in service_lives()}

    assert (lives["计算机设备"], lives["车辆"], lives["简易房"], len(lives)) == (6, 8, 8, 21)
