"""The JSON holds to its schema and its promises."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from hengping_io.audit_json import audit_data, read_result, write_json
from hengping_io.audit_view import Audit, Suppression

from .conftest import REPORT

Auditor = Callable[..., Audit]
TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


@pytest.fixture(scope="module")
def schema(repository: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((repository / "docs/schemas/audit.schema.json").read_text(encoding="utf-8"))
    return loaded


def broken(value: Any, rule: Mapping[str, Any], root: Mapping[str, Any], at: str = "$") -> Iterator[str]:
    """Yield where a value breaks a schema, for the words our schema uses."""
    if "$ref" in rule:
        yield from broken(value, root["$defs"][rule["$ref"].rpartition("/")[2]], root, at)
    elif not of_type(value, rule.get("type", [])):
        yield f"{at}: not {rule['type']}"
    else:
        yield from broken_alone(value, rule, at)
        yield from broken_inside(value, rule, root, at)


def of_type(value: Any, named: str | list[str]) -> bool:
    allowed = [named] if isinstance(named, str) else named
    fits = [isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool)) for name in allowed]
    return not fits or any(fits)


def broken_alone(value: Any, rule: Mapping[str, Any], at: str) -> Iterator[str]:
    if "enum" in rule and value not in rule["enum"]:
        yield f"{at}: {value!r} is not one of {rule['enum']}"
    if "const" in rule and value != rule["const"]:
        yield f"{at}: {value!r}"
    if "pattern" in rule and isinstance(value, str) and not re.search(rule["pattern"], value):
        yield f"{at}: {value!r} does not match"
    if "minimum" in rule and value < rule["minimum"]:
        yield f"{at}: {value} is too small"


def broken_inside(value: Any, rule: Mapping[str, Any], root: Mapping[str, Any], at: str) -> Iterator[str]:
    if isinstance(value, list) and "items" in rule:
        for index, child in enumerate(value):
            yield from broken(child, rule["items"], root, f"{at}[{index}]")
    if not isinstance(value, dict):
        return
    yield from (f"{at}: {name} is missing" for name in rule.get("required", ()) if name not in value)
    rest = rule.get("additionalProperties", True)
    for name, child in value.items():
        known = rule.get("properties", {}).get(name, rest)
        if known is False:
            yield f"{at}: {name} is not in the schema"
        elif isinstance(known, dict):
            yield from broken(child, known, root, f"{at}.{name}")


@pytest.mark.parametrize("claims", [False, True])
def test_the_result_holds_to_its_schema(audited: Auditor, schema: dict[str, Any], claims: bool) -> None:  # noqa: FBT001
    first = audited()
    answer = Suppression(fingerprint=first.findings[0].fingerprint, reason="见附表", by="财务科长", on="2025-03-20")
    earlier = read_result(write_json(first))
    audit = audited(REPORT.replace("40.00", "45.00"), suppressions=[answer], earlier=earlier, authority="430400")

    data = json.loads(write_json(audit, claims=claims))

    assert list(broken(data, schema, schema)) == []
    assert ("claims" in data) is claims


def test_a_finding_carries_its_arithmetic_as_decimal_strings(audited: Auditor) -> None:
    data = json.loads(write_json(audited()))

    found = next(one for one in data["findings"] if one["message"] == "基本支出有差额")

    assert (found["stated"], found["computed"], found["difference"], found["unit"]) == (
        "100.00",
        "90.00",
        "10.00",
        "万元",
    )
    assert found["working"] == "50.00 + 40.00 = 90.00；文中为100.00"
    assert found["spans"][0] == {
        "line": 5,
        "start": 0,
        "end": 12,
        "char_start": 50,
        "char_end": 62,
        "place": {"paragraph": 5, "offset": 0},
        "quote": "基本支出100.00万元",
    }


def test_offsets_lead_back_to_the_quote_in_the_file_itself(audited: Auditor) -> None:
    lines = REPORT.split("\n")

    for found in json.loads(write_json(audited(), claims=True))["claims"]:
        for span in found["spans"]:
            assert REPORT[span["char_start"] : span["char_end"]] == span["quote"]
            assert lines[span["line"] - 1][span["start"] : span["end"]] == span["quote"]


def test_coverage_names_what_was_not_done(audited: Auditor) -> None:
    coverage = json.loads(write_json(audited()))["coverage"]

    assert coverage["duties"] == {
        "total": 5,
        "met": 3,
        "insufficient_data": 1,
        "not_applicable": 0,
        "manual_review": 0,
        "not_implemented": ["TST-05"],
    }
    missing = {one["check"]: one["missing"] for one in coverage["checks"] if one["verdict"] == "insufficient_data"}
    assert missing == {"TST-04": "本年数和上年数"}
    assert coverage["to_answer"] == 2


def test_an_answer_that_meets_nothing_is_told(audited: Auditor) -> None:
    stale = Suppression(fingerprint="000000000000", reason="旧", by="某科", on="2025-01-01")

    coverage: Any = audit_data(audited(REPORT, suppressions=[stale]))["coverage"]

    assert coverage["unused_suppressions"] == ["000000000000"]


def test_the_same_document_gives_the_same_bytes(audited: Auditor) -> None:
    assert write_json(audited(), claims=True) == write_json(audited(), claims=True)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"findings": 3}', '{"findings": [{"check": "X"}]}', "{"])
def test_what_is_no_result_of_ours_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_result(text)
