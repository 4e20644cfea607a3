"""Subjects are found by code, by name, and by the names reports really use."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hengping import tables
from hengping.classification import (
    THREE_PUBLIC,
    Kind,
    account_by_name,
    accounts_by_name,
    children,
    normalise,
    standard_name,
    subject,
    subjects,
    synonyms,
)
from hengping.errors import RulebookError
from hengping.law import Confidence


def test_a_subject_is_known_by_its_code() -> None:
    found = subject("30239")

    assert found is not None
    assert (found.name, found.parent, found.level_name, str(found)) == (
        "其他交通费用",
        "302",
        "款",
        "30239 其他交通费用",
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("其它交通费", "30239"),
        ("其他交通费用", "30239"),
        ("机关事业单位基本养老保险费", "30108"),
        ("办公设备购置费", "31002"),
        ("对个人和家庭的补助支出", "303"),
        ("维修（护）费", "30213"),
        ("维修(护)费", "30213"),
        (" 因公出国 （境）费用", "30212"),
        ("医疗费", "30114"),
        ("医疗费补助", "30307"),
    ],
)
def test_a_subject_is_known_by_the_names_reports_use(name: str, code: str) -> None:
    found = account_by_name(name)

    assert found is not None
    assert found.code == code


def test_a_name_of_several_classes_means_the_general_one_unless_the_class_is_named() -> None:
    assert [item.code for item in accounts_by_name("公务用车购置")] == ["30913", "31013"]
    assert account_by_name("公务用车购置") == subject("31013")
    assert account_by_name("公务用车购置", within="309") == subject("30913")
    assert account_by_name("其他支出") == subject("399")


def test_an_unknown_name_or_code_is_nothing_and_never_a_guess() -> None:
    assert account_by_name("会议室租赁及其他") is None
    assert account_by_name("公务接待费", within="301") is None
    assert subject("30299x") is None
    assert standard_name("99999") is None
    assert children("30201") == ()
    assert synonyms("99999") == ()


def test_children_are_the_items_of_a_class_in_the_order_of_the_catalogue() -> None:
    assert [item.code for item in children("303")][:3] == ["30301", "30302", "30303"]
    assert [item.code for item in children("")][:3] == ["301", "302", "303"]


def test_the_counts_of_items_are_those_of_the_printed_tables() -> None:
    counts = {code: len(children(code)) for code in ("301", "302", "303", "307", "309", "310", "311", "313", "399")}

    assert counts == {
        "301": 13,
        "302": 27,
        "303": 12,
        "307": 4,
        "309": 12,
        "310": 16,
        "311": 2,
        "313": 3,
        "399": 5,
    }


def test_every_department_item_is_reported_under_a_known_government_item() -> None:
    government = subjects(Kind.GOVERNMENT)

    unknown = [
        (item.code, code)
        for item in subjects().values()
        for code in (item.government_admin, item.government_institution)
        if code and code not in government
    ]

    assert unknown == []


def test_the_three_public_items_stand_in_the_classification() -> None:
    assert [standard_name(code) for codes in THREE_PUBLIC.values() for code in codes] == [
        "因公出国（境）费用",
        "公务用车购置",
        "公务用车购置",
        "公务用车运行维护费",
        "公务接待费",
    ]


def test_an_uncertain_subject_says_so_wherever_it_is_printed() -> None:
    found = subject("2014004", Kind.FUNCTIONAL)

    assert found is not None
    assert found.confidence is Confidence.UNCERTAIN
    assert str(found) == "2014004 信访业务〔待核实〕"


def test_a_subject_is_in_force_between_its_days() -> None:
    old, new = subject("2010308", Kind.FUNCTIONAL), subject("2014004", Kind.FUNCTIONAL)

    assert old is not None
    assert new is not None
    assert (old.in_force(date(2023, 12, 31)), old.in_force(date(2024, 1, 1))) == (True, False)
    assert (new.in_force(date(2023, 12, 31)), new.in_force(date(2024, 1, 1))) == (False, True)


def test_names_are_compared_without_width_spaces_and_quotation_marks() -> None:
    assert normalise("“其它 交通费”") == "其他交通费"


def test_every_kind_of_classification_has_its_official_name() -> None:
    assert [kind.label for kind in Kind] == [
        "部门预算支出经济分类科目",
        "政府预算支出经济分类科目",
        "支出功能分类科目",
    ]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("301", ""), ("301", "")], "科目 301 重复"),
        ([("30101", "301")], "科目 30101 的上级 301 未在其前列出"),
    ],
)
def test_a_table_that_contradicts_itself_does_not_load(
    rows: list[tuple[str, str]], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(_: str) -> tuple[dict[str, Any], ...]:
        return tuple(
            {
                "code": code,
                "name": "名",
                "parent": parent,
                "level": "1",
                "since": "",
                "until": "",
                "source": "classification",
                "confidence": "verified",
            }
            for code, parent in rows
        )

    monkeypatch.setattr(tables, "rows", faulty)

    with pytest.raises(RulebookError, match=message):
        subjects.__wrapped__(Kind.FUNCTIONAL)
