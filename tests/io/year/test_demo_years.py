"""The years that ship: the published figures as published, the invented ones lawful and the same for the same seed."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType

from hengping.dates import Calendar
from hengping.ledger.facts import book_facts
from hengping.petitions.facts import EVENT_FIELDS, PETITION_FIELDS
from hengping.petitions.model import Context, Role
from hengping.petitions.petition import Petition
from hengping.petitions.steps import STEPS
from hengping.petitions.tally import particulars
from hengping_io import year_book, year_folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_published_year_holds_the_published_figures_and_no_others(hengyang: Path) -> None:
    found = year_folder.read(hengyang)
    book = year_book.book(found.tables)
    known = {name: value for name, value in book_facts(book, year_book.stated(found.tables)).counts().items() if value}

    assert sorted(found.given) == ["balances", "evidence", "functions", "ledger", "offices", "staffing", "unit"]
    assert known == {
        "staff_on_post": 33,
        "posts_approved": 36,
        "expenditure": Decimal("16487800.00"),
        "expenditure_basic": Decimal("7422400.00"),
        "expenditure_project": Decimal("9065400.00"),
    }


def test_what_was_not_itemised_is_a_line_that_says_so(hengyang: Path) -> None:
    unlisted = [row for row in rows(hengyang / "data" / "ledger.csv") if "未列明" in row["note"]]

    assert [(row["part"], row["economic"], row["amount"]) for row in unlisted] == [
        ("基本支出", "301", "11300.00"),
        ("基本支出", "302", "311000.00"),
        ("基本支出", "303", "5900.00"),
        ("基本支出", "", "100.00"),
        ("项目支出", "302", "47700.00"),
    ]


def test_the_invented_year_is_called_invented_wherever_it_is_named(model_year: Path) -> None:
    unit = year_folder.read(model_year).unit

    assert unit["name"] == "示例市信访局（虚构）"
    assert unit["label"] == "虚构单位、虚构数据，仅供演示"
    assert all("虚构" in path.read_text(encoding="utf-8") for path in (model_year / "evidence").iterdir())
    assert all("（虚构）" in row["region"] for row in rows(model_year / "data" / "petitions.csv"))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(
    repository: Path, demo: ModuleType, model_year: Path, tmp_path: Path
) -> None:
    def generated(name: str, seed: int) -> dict[str, bytes]:
        folder = tmp_path / name
        shutil.copytree(repository / "demo" / "model-year" / "written", folder / "written")
        demo.generate(folder, seed, petitions=1_200)
        return {path.name: path.read_bytes() for path in (folder / "data").iterdir()}

    first = {path.name: path.read_bytes() for path in (model_year / "data").iterdir()}

    assert generated("again", demo.SEED) == first
    assert generated("other", 7)["events.csv"] != first["events.csv"]


def test_every_invented_matter_is_lawful_step_by_step(model_year: Path, calendar: Calendar) -> None:
    context = Context(calendar=calendar)
    matters: dict[str, Petition] = {}

    for row in rows(model_year / "data" / "events.csv"):
        before = matters.get(row["petition"]) or Petition(identifier=row["petition"], context=context)
        matters[row["petition"]] = before.take(
            STEPS.get(row["step"]),
            on=date.fromisoformat(row["on"]),
            by=Role(row["by_role"]),
            organisation=row["organisation"],
            details=particulars(row["details"]),
        )

    branches = Counter(matter.case.branch for matter in matters.values())
    assert len(matters) == 1_200
    assert set(branches) == {0, 1, 2, 3, 4, 5, 6}


def test_the_invented_year_goes_through_the_whole_regulation(repository: Path, demo: ModuleType) -> None:
    module = repository / "demo" / "model_year_petitions.py"
    text = module.read_text(encoding="utf-8")
    untold = [step.key for step in STEPS if f"steps.{step.key.upper().replace('-', '_')}" not in text]

    assert demo.PETITIONS == 30_000
    assert untold == []


def test_the_tables_have_the_columns_the_core_reads(model_year: Path) -> None:
    assert tuple(rows(model_year / "data" / "petitions.csv")[0]) == PETITION_FIELDS
    assert tuple(rows(model_year / "data" / "events.csv")[0]) == EVENT_FIELDS


def test_the_ledger_is_append_only_and_ends_in_its_final_accounts(model_year: Path) -> None:
    ledger = rows(model_year / "data" / "ledger.csv")
    phases = Counter(row["phase"] for row in ledger)

    assert phases == {"initial": 46, "adjustment": 8, "execution": 2_858, "final": 46}
    assert [row["entry"] for row in ledger] == sorted(row["entry"] for row in ledger)
    assert [row["on"] for row in ledger if row["phase"] == "execution"] == sorted(
        row["on"] for row in ledger if row["phase"] == "execution"
    )


def test_the_descriptor_is_a_frictionless_tabular_data_package(model_year: Path, hengyang: Path) -> None:
    for folder in (model_year, hengyang):
        descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))

        assert descriptor["profile"] == "tabular-data-package"
        for resource in descriptor["resources"]:
            names = [field["name"] for field in resource["schema"]["fields"]]
            assert resource["profile"] == "tabular-data-resource"
            assert names == (folder / resource["path"]).read_text(encoding="utf-8").partition("\n")[0].split(",")
