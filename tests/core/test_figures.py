"""Printed numbers stand for intervals; sums add intervals; what is printed adds up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengping.figures import (
    Figure,
    Interval,
    apportion,
    around,
    money,
    percentage,
    print_number,
    quantum,
    round_half_up,
    series_places,
    total,
)

amounts = st.decimals(min_value=-10_000_000, max_value=10_000_000, places=4, allow_nan=False, allow_infinity=False)
small = st.decimals(min_value=-1000, max_value=1000, places=3, allow_nan=False, allow_infinity=False)


@st.composite
def intervals(draw: st.DrawFn) -> tuple[Interval, Decimal]:
    """Draw an interval and one number inside it."""
    low, inside, high = sorted(draw(st.tuples(small, small, small)))
    return Interval(low, high), inside


def interval(low: str, high: str) -> Interval:
    return Interval(Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("2.345", 2, "2.35"),
        ("2.344999", 2, "2.34"),
        ("-2.345", 2, "-2.35"),
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("45.024", 1, "45.0"),
        ("7", 2, "7.00"),
    ],
)
def test_halves_round_away_from_zero(value: str, places: int, rounded: str) -> None:
    assert str(round_half_up(Decimal(value), places)) == rounded


def test_one_unit_of_the_last_place_is_the_quantum() -> None:
    assert (quantum(0), quantum(2)) == (Decimal(1), Decimal("0.01"))


@given(value=amounts, places=st.integers(0, 3))
def test_rounding_stays_within_half_a_unit(value: Decimal, places: int) -> None:
    assert value in around(round_half_up(value, places), quantum(places))


def test_an_interval_upside_down_is_a_defect() -> None:
    with pytest.raises(ValueError, match="upside down"):
        interval("2", "1")


def test_intervals_add_and_subtract_end_by_end() -> None:
    assert interval("1", "2") + interval("10", "20") == interval("11", "22")
    assert interval("10", "20") - interval("1", "2") == interval("8", "19")


def test_a_negative_factor_turns_an_interval_round() -> None:
    assert interval("1", "2") * Decimal(-3) == interval("-6", "-3")


def test_dividing_takes_the_widest_reading() -> None:
    assert interval("10", "20") / interval("2", "5") == interval("2", "10")


@pytest.mark.parametrize("base", [("0", "1"), ("-1", "1"), ("-1", "0")])
def test_a_base_that_may_be_zero_is_no_base(base: tuple[str, str]) -> None:
    with pytest.raises(ZeroDivisionError):
        interval("1", "2") / interval(*base)


def test_the_gap_is_what_rounding_cannot_explain() -> None:
    stated, parts = interval("553.55", "553.65"), interval("552.445", "552.495")

    assert stated.gap(parts) == parts.gap(stated) == Decimal("1.055")
    assert not stated.meets(parts)
    assert stated.both(parts) is None


def test_intervals_that_touch_meet_and_leave_no_gap() -> None:
    one, other = interval("1", "2"), interval("2", "3")

    assert one.meets(other)
    assert one.gap(other) == 0
    assert one.both(other) == interval("2", "2")
    assert one.width == 1


@given(one=intervals(), other=intervals())
def test_a_sum_of_intervals_contains_every_sum_of_their_numbers(
    one: tuple[Interval, Decimal], other: tuple[Interval, Decimal]
) -> None:
    assert one[1] + other[1] in one[0] + other[0]
    assert one[1] - other[1] in one[0] - other[0]


@given(one=intervals(), factor=small)
def test_scaling_an_interval_scales_every_number_in_it(one: tuple[Interval, Decimal], factor: Decimal) -> None:
    assert one[1] * factor in one[0] * factor


@given(one=intervals(), other=intervals())
def test_two_intervals_meet_exactly_where_there_is_no_gap(
    one: tuple[Interval, Decimal], other: tuple[Interval, Decimal]
) -> None:
    assert one[0].meets(other[0]) == (one[0].gap(other[0]) == 0) == (one[0].both(other[0]) is not None)
    assert one[0].gap(other[0]) == other[0].gap(one[0]) >= 0


@given(parts=st.lists(amounts, max_size=12), places=st.integers(0, 3))
def test_the_sum_of_printed_parts_always_contains_the_true_sum(parts: list[Decimal], places: int) -> None:
    printed = [Figure(round_half_up(part, places), "万元", places) for part in parts]

    whole = total(figure.interval() for figure in printed)

    assert sum(parts, Decimal(0)) in whole


def test_an_empty_sum_is_exactly_zero() -> None:
    assert total([]) == interval("0", "0")


def test_a_figure_stands_for_half_a_unit_either_side() -> None:
    figure = Figure(Decimal("553.6"), "万元", 1)

    assert figure.interval() == interval("553.55", "553.65")
    assert figure.interval(places=2) == interval("553.595", "553.605")


def test_a_coarser_series_never_widens_a_finely_printed_figure() -> None:
    assert Figure(Decimal("2.00"), "万元", 2).interval(places=0) == interval("1.995", "2.005")


def test_money_is_yuan_whatever_unit_is_printed() -> None:
    assert Figure(Decimal("1.5"), "亿元", 1).amount == Decimal(150_000_000)
    assert Figure(Decimal("1.5"), "亿元", 1).is_money
    assert Figure(Decimal(36), "人").amount == 36
    assert not Figure(Decimal(36), "人").is_money


@pytest.mark.parametrize(
    ("amount", "printed"),
    [("7422400.00", "742.24万元"), ("-50", "−0.01万元"), ("49.99", "0.00万元"), ("0", "0.00万元")],
)
def test_an_amount_prints_in_ten_thousands_with_two_decimals(amount: str, printed: str) -> None:
    assert str(money(Decimal(amount))) == printed


def test_a_figure_prints_as_it_was_read() -> None:
    assert str(Figure(Decimal(33), "人", 0, "33名")) == "33名"
    assert str(Figure(Decimal(2), "万元", 2)) == "2.00万元"


def test_a_percentage_of_nothing_is_missing_and_never_zero() -> None:
    assert percentage(Decimal(0), Decimal(0)) is None
    assert percentage(Decimal(5), Decimal(0)) is None


def test_a_percentage_is_rounded_once() -> None:
    assert str(percentage(Decimal(33), Decimal(36))) == "91.67%"
    assert str(percentage(Decimal(7422400), Decimal(16487800))) == "45.02%"


def test_numbers_print_with_a_true_minus_sign_and_thousands_on_request() -> None:
    assert print_number(Decimal("-1234567.891"), 2, thousands=True) == "−1,234,567.89"
    assert print_number(Decimal("-0.001"), 2) == "0.00"


def test_the_series_decides_how_precise_a_lone_whole_number_is() -> None:
    assert series_places([2, 2, 2, 2, 1, 0]) == 2
    assert series_places([2, 1, 1, 1, 0, 0]) == 1
    assert series_places([0, 0, 0, 2]) == 0
    assert series_places([]) == 0


def test_printed_parts_add_up_to_the_printed_whole() -> None:
    parts = [Decimal("0.335")] * 3

    items = apportion(parts)

    assert [str(item.shown) for item in items] == ["0.34", "0.34", "0.33"]
    assert [str(item.adjustment) for item in items] == ["0", "0", "-0.01"]


def test_the_part_that_rounding_moved_most_is_moved_back() -> None:
    parts = [Decimal("1.004"), Decimal("1.004"), Decimal("1.0049")]

    items = apportion(parts, whole=Decimal("3.01"))

    assert [str(item.shown) for item in items] == ["1.00", "1.00", "1.01"]


@pytest.mark.parametrize("whole", ["4.00", "3.005"])
def test_a_whole_that_rounding_cannot_reach_is_refused(whole: str) -> None:
    with pytest.raises(ValueError, match="cannot be reached by rounding"):
        apportion([Decimal(1), Decimal(1), Decimal(1)], whole=Decimal(whole))


@given(parts=st.lists(amounts, min_size=1, max_size=15), places=st.integers(0, 3))
def test_apportioning_adds_up_and_moves_no_part_by_a_whole_unit(parts: list[Decimal], places: int) -> None:
    items = apportion(parts, places)

    assert sum(item.shown for item in items) == round_half_up(sum(parts, Decimal(0)), places)
    assert all(abs(item.shown - item.exact) < quantum(places) for item in items)
    assert all(item.shown - item.adjustment == round_half_up(item.exact, places) for item in items)


@given(parts=st.lists(amounts, min_size=1, max_size=15, unique=True))
def test_apportioning_keeps_the_order_of_unequal_parts(parts: list[Decimal]) -> None:
    ordered = sorted(parts)

    shown = [item.shown for item in apportion(ordered)]

    assert shown == sorted(shown)
