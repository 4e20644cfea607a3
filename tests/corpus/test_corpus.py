"""What is said of whole documents nobody tuned a rule to: nothing false of the sound ones, and every planted fault."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from tests.corpus.render import FOLDER, load

from hengping.audit.examine import examine
from hengping.audit.model import Examination, Severity, Verdict
from hengping.audit.reading import Reading

HEAVY = (Severity.ERROR, Severity.WARNING)
UNSAID = (Verdict.AGREES, Verdict.NOT_APPLICABLE, Verdict.INSUFFICIENT_DATA)


@cache
def expectations() -> dict[str, dict[str, Any]]:
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}


def faults() -> Iterator[Any]:
    for name, expected in expectations().items():
        for fault in expected.get("fault", []):
            yield pytest.param(name, fault, id=f"{name}-{fault['name']}")


def heavy(examination: Examination) -> list[tuple[str, str]]:
    return [(f.check, f.message) for f in examination.findings if f.severity in HEAVY and f.verdict not in UNSAID]


@cache
def sound(name: str) -> Examination:
    return examine(load(name))


@pytest.mark.parametrize("name", sorted(expectations()))
def test_a_sound_document_is_told_only_what_it_lacks(name: str) -> None:
    said = sorted(check for check, _ in heavy(sound(name)))

    assert said == expectations()[name]["says"]


@pytest.mark.parametrize("name", sorted(expectations()))
def test_the_kind_of_a_whole_document_is_told(name: str) -> None:
    assert Reading(load(name)).outline.kind == expectations()[name]["kind"]


@pytest.mark.parametrize(("name", "fault"), tuple(faults()))
def test_a_planted_fault_is_pointed_out(name: str, fault: dict[str, Any]) -> None:
    known = set(heavy(sound(name)))

    found = examine(load(name, ((fault["old"], fault["new"]),)))

    assert fault["check"] in {check for check, message in heavy(found) if (check, message) not in known}
