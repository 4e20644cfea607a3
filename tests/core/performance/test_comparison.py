"""Departments beside each other: comparable ones only, in no order of merit."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal

from hengping.performance.comparison import Group, LeftOut, Line, Middle, compare


def line(key: str, rate: str | None, *, scheme: str = "ministry-2020", final: bool = True) -> Line:
    value = None if rate is None else Decimal(rate)
    return Line(key=key, title=key, scheme=scheme, final=final, values={"execution": value})


def test_departments_of_one_scheme_are_compared_in_the_order_of_their_keys() -> None:
    rates = {"water": "97", "art": "92", "roads": "95.5", "health": "94", "parks": "41", "sport": "96"}

    (group,), left = compare([line(key, rate) for key, rate in rates.items()], ["execution"], [])

    assert [one.key for one in group.lines] == ["art", "health", "parks", "roads", "sport", "water"]
    assert group.middles[0].middle == Decimal("94.75")
    assert group.middles[0].far == {"parks"}
    assert group.middles[0].words == "6 个部门的中位数 94.75；1 个离中位数较远，只是线索，请看各自的说明"
    assert left == ()


def test_fewer_than_five_have_no_middle() -> None:
    (group,), _ = compare([line(key, "90") for key in "abcd"] + [line("e", None)], ["execution"], [])

    assert group.middles[0].middle is None
    assert group.middles[0].words == "有此项的部门只有 4 个，少于 5 个，不取中位数"


def test_what_is_not_comparable_is_left_out_with_its_reason() -> None:
    groups, left = compare([line("a", "90", final=False), line("b", "90", scheme="")], ["execution"], [])

    assert groups == ()
    assert [(one.line.key, one.reason) for one in left] == [
        ("a", "数据还没有冻结，随时会变，不作比较"),
        ("b", "没有使用评分表，得分没有共同的口径"),
    ]


def test_two_schemes_make_two_groups() -> None:
    groups, _ = compare([line("a", "90"), line("b", "90", scheme="hunan-2017")], ["execution"], ["execution"])

    assert [(group.scheme, [one.key for one in group.lines]) for group in groups] == [
        ("hunan-2017", ["b"]),
        ("ministry-2020", ["a"]),
    ]


def test_there_is_no_field_for_a_place_or_a_person() -> None:
    names = {field.name for kind in (Line, Middle, Group, LeftOut) for field in fields(kind)}

    assert names & {"rank", "place", "position", "person", "user", "owner", "name"} == set()
