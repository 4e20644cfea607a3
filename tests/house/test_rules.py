"""Every rule says which text it rests on and has cases a lay reader can check."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from hengping import law, tables
from hengping.law import Rule

from . import tree

CASES = tree.ROOT / "tests" / "cases"
REFERENCE = re.compile(r"^cites\s*=\s*\[(.*?)\]", re.MULTILINE | re.DOTALL)


@cache
def case_files() -> dict[str, Path]:
    return {path.stem: path for path in sorted(CASES.rglob("*.toml"))}


def test_every_rule_has_a_case_file_and_every_case_file_a_rule() -> None:
    rules, cases = set(tree.rules()), set(case_files())

    assert (sorted(rules - cases), sorted(cases - rules)) == ([], [])


@pytest.mark.parametrize("path", case_files().values(), ids=case_files().keys())
def test_a_case_file_names_its_rule_and_holds_cases(path: Path) -> None:
    table = tomllib.loads(path.read_text(encoding="utf-8"))

    assert str(table["rule"]).lower() == path.stem
    assert table["case"]
    names = [case["name"] for case in table["case"]]
    assert all(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("rule", tree.rules().values(), ids=tree.rules().keys())
def test_every_citation_of_a_rule_is_a_listed_text(rule: Rule) -> None:
    assert rule.cites
    for citation in rule.cites:
        assert law.sources()[citation.source.key] is citation.source
        assert str(citation)


def test_every_reference_in_a_table_of_the_rulebook_is_a_listed_text() -> None:
    wrong = []
    for path in sorted(tables.FOLDER.rglob("*.toml")):
        for found in REFERENCE.findall(path.read_text(encoding="utf-8")):
            for reference in re.findall(r'"([^"]+)"', found):
                key = reference.partition("#")[0].removesuffix("?")
                if key not in law.sources():
                    wrong.append(f"{path.name}: {reference}")

    assert wrong == []


def test_every_calendar_names_a_listed_notice() -> None:
    for name in tables.names("calendars", ".toml"):
        assert tables.toml(name)["source"] in law.sources()


def test_every_listed_text_has_a_title() -> None:
    assert all(source.title for source in law.sources().values())
