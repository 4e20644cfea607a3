"""Every step's and clock's cases, as a lay reader wrote them, come out as written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hengping.dates import Calendar
from hengping.petitions.certificate import Certificate, Standing
from hengping.petitions.model import Context
from hengping.petitions.petition import Replay, read_log, replay

CASES = Path(__file__).resolve().parents[2] / "cases"


def cases(folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((CASES / folder).glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in table["case"]:
            yield table["rule"], case


def played(case: dict[str, Any], calendar: Calendar) -> Replay:
    named = {key: case[key] for key in ("authority", "organisations", "events") if key in case}
    data: dict[str, Any] = {"petition": "case"} | named
    log = read_log(data)
    context = Context(authorities=log.authorities, calendar=calendar, authority=log.authority)
    return replay(log, context, case.get("as_of"))


def label(part: object) -> str:
    return part if isinstance(part, str) else str(part["name"]) if isinstance(part, dict) else ""


@pytest.mark.parametrize(("rule", "case"), list(cases("steps")), ids=label)
def test_a_step_is_taken_or_refused_as_written(rule: str, case: dict[str, Any], calendar: Calendar) -> None:
    found = played(case, calendar)

    if "refused" in case:
        assert found.refusal is not None
        assert found.refused_at == case["refused"]["event"]
        assert case["events"][found.refused_at]["step"] == rule or "经办岗位" in str(case["events"])
        assert case["refused"]["reason"] in found.refusal.reason
        assert case["refused"].get("article", "") in str(found.refusal)
    else:
        assert found.refusal is None
        assert found.petition.state == case["state"]
        assert any(event["step"] == rule for event in case["events"])
    if "remark" in case:
        assert any(case["remark"] in remark.text for remark in found.petition.remarks)


def certificate(found: Replay, rule: str, run: int) -> Certificate | None:
    mine = [one for one in found.certificates if one.clock.key == rule]
    return mine[run] if mine else None


@pytest.mark.parametrize(("rule", "case"), list(cases("clocks")), ids=label)
def test_a_clock_ends_and_stands_as_written(rule: str, case: dict[str, Any], calendar: Calendar) -> None:
    found = played(case, calendar)

    one = certificate(found, rule, case.get("run", -1))

    assert found.refusal is None
    if case.get("absent"):
        assert one is None
        return
    assert one is not None
    assert one.standing is Standing(case["standing"])
    assert one.due == case.get("due")
    assert one.due_as_counted == case.get("due_as_counted", case.get("due"))
    for key, due in case.get("other_readings", {}).items():
        assert {other.reading.key: other.reckoning.due for other in one.others}[key] == (due or None)
    for text in case.get("working", ()):
        assert any(text in line for line in one.reckoning.working())
    for text in case.get("remarks", ()):
        assert any(text in remark for remark in one.remarks)
