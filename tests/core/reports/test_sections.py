"""Every section says what its case files expect, and nothing they forbid."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.core.reports import sample

from hengping.document import Table
from hengping.reports.compose import SECTIONS
from hengping.reports.workings import workings

CASES = Path(__file__).parents[2] / "cases" / "sections"


def every_case() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in table["case"]:
            yield pytest.param(table["rule"], case, id=f"{path.stem}-{case['name']}")


def written(key: str, facts: dict[str, Any]) -> str:
    known = sample.facts_of(facts)
    lines = []
    for block in SECTIONS.get(key).writes(known, workings(known)):
        if isinstance(block, Table):
            lines += ["\t".join(cell.text for cell in row) for row in block.rows]
        else:
            lines.append(block.text)
    return "\n".join(lines)


@pytest.mark.parametrize(("key", "case"), list(every_case()))
def test_a_section_says_what_its_case_expects(key: str, case: dict[str, Any]) -> None:
    text = written(key, case["facts"])

    assert [sentence for sentence in case["says"] if sentence not in text] == []
    assert [sentence for sentence in case.get("never", ()) if sentence in text] == []


def test_every_section_tells_users_what_it_must_state() -> None:
    assert [section.key for section in SECTIONS if not section.duty] == []


def test_sections_follow_the_outline() -> None:
    titles = [section.title for section in SECTIONS]

    assert titles == [
        "部门（单位）基本情况",
        "一般公共预算支出情况",
        "政府性基金预算支出情况",
        "国有资本经营预算支出情况",
        "社会保险基金预算支出情况",
        "部门整体支出绩效情况",
        "存在的问题及原因分析",
        "下一步改进措施",
        "部门整体支出绩效自评结果拟应用和公开情况",
        "其他需要说明的情况",
    ]
