"""The tables of a year folder are data: they agree with the core, with Frictionless, and with their guide."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import pytest

from hengping.ledger.model import Adjustment, Fund, Part, Phase
from hengping.performance.model import Operator
from hengping.petitions.facts import EVENT_FIELDS, PETITION_FIELDS
from hengping.petitions.model import Channel
from hengping_io.year_layouts import RULES, descriptor, guide, layouts, schema


@pytest.mark.parametrize(
    ("column", "kind"), [("phase", Phase), ("part", Part), ("fund", Fund), ("adjustment", Adjustment)]
)
def test_what_may_be_written_is_what_the_ledger_knows(column: str, kind: type[StrEnum]) -> None:
    values = layouts()["ledger"].column(column).values

    assert dict(values) == {one.value: one.label for one in kind}  # type: ignore[attr-defined]


def test_channels_are_those_of_the_casework() -> None:
    values = layouts()["petitions"].column("channel").values

    assert dict(values) == {one.value: one.label for one in Channel}


def test_operators_are_those_of_the_schemes() -> None:
    assert list(layouts()["targets"].column("operator").values) == [one.value for one in Operator]


def test_petitions_and_events_have_the_columns_of_the_core() -> None:
    assert tuple(column.name for column in layouts()["petitions"].columns) == PETITION_FIELDS
    assert tuple(column.name for column in layouts()["events"].columns) == EVENT_FIELDS


def test_keys_and_links_name_columns_that_exist() -> None:
    for layout in layouts().values():
        names = {column.name for column in layout.columns}
        assert set(layout.key) <= names
        for link in layout.links:
            targets = {column.name for column in layouts()[link.table].columns}
            assert set(link.columns) <= names
            assert set(link.targets) <= targets


def test_no_table_has_a_place_for_a_person() -> None:
    titles = [column.title for layout in layouts().values() for column in layout.columns]

    assert not [
        title for title in titles if ("姓名" in title and "不清" not in title) or "证件" in title or "电话" in title
    ]


def test_a_schema_says_types_keys_and_references_as_frictionless_does() -> None:
    found = schema(layouts()["events"])

    assert found["primaryKey"] == ["petition", "sequence"]
    assert found["foreignKeys"] == [
        {"fields": ["petition"], "reference": {"resource": "petitions", "fields": ["petition"]}}
    ]
    assert found["fields"][1] == {
        "name": "sequence",
        "title": "序号",
        "type": "integer",
        "constraints": {"required": True, "minimum": 1},
    }
    assert schema(layouts()["petitions"])["foreignKeys"][0]["reference"]["resource"] == ""


def test_a_descriptor_lists_its_tables_with_their_own_columns() -> None:
    found = descriptor("model", "示例", {"staffing": ("data/staffing.csv", ["kind", "posts"])})

    (resource,) = found["resources"]
    assert (resource["name"], resource["path"], resource["profile"]) == (
        "staffing",
        "data/staffing.csv",
        "tabular-data-resource",
    )
    assert [field["name"] for field in resource["schema"]["fields"]] == ["kind", "posts"]


def test_the_guide_tells_every_table_column_and_rule_and_is_current(repository: Path) -> None:
    text = guide()

    assert (repository / "docs" / "year-folder.md").read_text(encoding="utf-8") == text
    assert all(f"## {layout.title} `{layout.name}`" in text for layout in layouts().values())
    assert all(f"- **{name}**" in text for name in RULES)
