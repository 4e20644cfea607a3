"""One answer from every engine: what DuckDB counts is what Python counts, to the last digit."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hengping.errors import RulebookError, Unavailable
from hengping.law import source
from hengping.performance.library import INDICATORS
from hengping.performance.model import Indicator, Ratio, Total
from hengping.petitions.columns import COUNT_COLUMNS
from hengping_io import counts, engines, year_counts

HOUSE = source("house-rules").whole


def indicator(key: str, measure: Ratio | Total) -> Indicator:
    return Indicator(key=key, title=key, cites=(HOUSE,), since=date(2020, 1, 1), measure=measure)


RATE = indicator("rate", Ratio(met="met", of="due"))
MONEY = indicator("money", Total(column="amount", unit="元"))

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["一区", "二区", "三区"]),
        st.integers(0, 1),
        st.integers(0, 3),
        st.decimals(min_value=-(10**12), max_value=10**12, places=2),
    ),
    min_size=1,
    max_size=40,
)


@pytest.fixture(scope="module")
def connection() -> object:
    return engines.connect()


@settings(max_examples=40)
@given(rows=ROWS)
def test_counts_and_sums_are_those_of_python(connection: object, rows: list[tuple[str, int, int, Decimal]]) -> None:
    region, met, due, amount = zip(*rows, strict=True)
    table = engines.load(connection, "facts", {"region": region, "met": met, "due": due, "amount": amount})

    found = counts.count(table, [RATE, MONEY])

    assert found == {"amount": sum(amount), "due": sum(due), "met": sum(met)}
    assert {name: type(value) for name, value in found.items()} == {"amount": Decimal, "due": int, "met": int}


@settings(max_examples=40)
@given(rows=ROWS)
def test_groups_are_those_of_python_and_add_up_to_the_whole(
    connection: object, rows: list[tuple[str, int, int, Decimal]]
) -> None:
    region, met, due, amount = zip(*rows, strict=True)
    table = engines.load(connection, "facts", {"region": region, "met": met, "due": due, "amount": amount})
    expected: dict[tuple[str], dict[str, int]] = defaultdict(lambda: {"due": 0, "met": 0})
    for name, hit, of, _ in rows:
        expected[(name,)]["met"] += hit
        expected[(name,)]["due"] += of

    found = counts.count_by(table, [RATE], ["region"])

    assert found == dict(expected)
    assert list(found) == sorted(found)
    assert sum(part["due"] or 0 for part in found.values()) == counts.count(table, [RATE])["due"]


def test_what_no_row_knows_is_none_and_not_zero(connection: object) -> None:
    table = engines.load(connection, "facts", {"met": [1, 0], "due": [None, None]})

    assert counts.count(table, [RATE]) == {"due": None, "met": 1}


def test_a_column_the_facts_lack_is_refused(connection: object) -> None:
    table = engines.load(connection, "facts", {"met": [1]})

    with pytest.raises(RulebookError, match="事实表没有这些列：due"):
        counts.count(table, [RATE])


def test_an_engine_nobody_knows_is_refused_with_those_there_are() -> None:
    with pytest.raises(Unavailable, match="可用：duckdb"):
        engines.connect("abacus")


def test_every_casework_indicator_is_counted_by_name_and_no_engine_divides() -> None:
    casework = [one for one in INDICATORS if set(one.measure.columns) <= COUNT_COLUMNS and one.measure.columns]

    wanted = counts.wanted(casework)

    assert len(casework) >= 40
    assert set(wanted) <= COUNT_COLUMNS


def test_counts_are_the_same_in_this_process_and_in_another() -> None:
    columns: dict[str, list[object]] = {
        "reply_due": [1, 0, 1],
        "replied_on_time": [1, 0, 0],
        "region": ["一区", "二区", "一区"],
    }

    with year_counts.counter(processes=1) as here:
        alone = here.count(columns)
    with year_counts.counter(processes=2) as there:
        elsewhere = there.count(columns)

    assert alone == elsewhere == {"replied_on_time": 1, "reply_due": 2}
