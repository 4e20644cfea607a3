"""``hengping petition replay``: a log in; state, certificates, facts and the first refusal out."""

from __future__ import annotations

import io
import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hengping.petitions.model import Role
from hengping.petitions.steps import STEPS
from hengping_io.cli import main

CASES = Path(__file__).resolve().parents[1] / "cases"
SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "schemas" / "petition-events.schema.json"


def case(path: str, name: str) -> dict[str, Any]:
    table = tomllib.loads((CASES / path).read_text(encoding="utf-8"))
    found: dict[str, Any] = next(one for one in table["case"] if one["name"] == name)
    return found


def written(folder: Path, data: object) -> str:
    path = folder / "events.json"
    path.write_text(json.dumps(data, ensure_ascii=False, default=date.isoformat), encoding="utf-8")
    return str(path)


def log(found: dict[str, Any]) -> dict[str, Any]:
    return {"petition": "P-1", "events": found["events"]}


HANDLED = case("clocks/handling.toml", "四月二十五日答复，按期")
REFUSED = case("steps/extend.toml", "延长三十一日")


def test_a_log_gives_state_clocks_facts_and_what_may_come_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["petition", "replay", written(tmp_path, log(HANDLED)), "--format", "json"])

    answer = json.loads(capsys.readouterr().out)
    clocks = {clock["rule"]: (clock["due"], clock["standing"]) for clock in answer["clocks"]}
    assert code == 0
    assert answer["petition"] == "P-1"
    assert answer["as_of"] == "2024-04-25"
    assert answer["state"] == {"key": "answered", "title": "已答复"}
    assert clocks["handling"] == ("2024-05-14", "met")
    assert clocks["transfer"] == ("2024-03-18", "met")
    assert (answer["facts"]["reply_due"], answer["facts"]["replied_on_time"]) == (1, 1)
    assert answer["facts"]["period"] == ["2024-01-01", "2025-01-01"]
    assert answer["refusal"] is None
    assert "serve" in [step["step"] for step in answer["next"]]


def test_the_first_event_the_law_forbids_is_named_with_its_article(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["petition", "replay", written(tmp_path, log(REFUSED)), "--format", "json"])

    answer = json.loads(capsys.readouterr().out)
    assert code == 1
    assert answer["state"]["key"] == "handling"
    assert answer["events_taken"] == len(REFUSED["events"]) - 1
    assert answer["refusal"]["event"] == len(REFUSED["events"]) - 1
    assert answer["refusal"]["step"] == "extend"
    assert answer["refusal"]["reason"] == "延长期限合计 31 日，超过三十日"
    assert answer["refusal"]["article"] == "《信访工作条例》第三十四条"
    assert answer["refusal"]["remedy"] == "最多还可延长 30 日。"


def test_as_of_a_day_later_events_are_not_yet_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["petition", "replay", written(tmp_path, log(HANDLED)), "--as-of", "2024-03-20", "--format", "json"])

    answer = json.loads(capsys.readouterr().out)
    assert (answer["as_of"], answer["state"]["key"]) == ("2024-03-20", "handling")


def test_a_log_comes_from_standard_input_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = json.dumps(log(HANDLED), ensure_ascii=False, default=date.isoformat).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))

    code = main(["petition", "replay", "-", "--format", "json"])

    assert code == 0
    assert json.loads(capsys.readouterr().out)["state"]["key"] == "answered"


def test_the_period_of_the_facts_can_be_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--period", "2024-05-14..2024-05-15", "--format", "json"]

    main(["petition", "replay", written(tmp_path, log(HANDLED)), *words])

    facts = json.loads(capsys.readouterr().out)["facts"]
    assert (facts["registrations"], facts["reply_due"]) == (0, 1)


def test_the_text_is_for_reading(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["petition", "replay", written(tmp_path, log(REFUSED))])

    shown = capsys.readouterr().out
    assert code == 1
    assert "P-1  截至 2024-05-10  办理中" in shown
    assert "  计算中  办理期限  2024-03-15 → 2024-05-14" in shown
    assert "  拒绝  第 8 个事件 2024-05-10 延长办理期限：延长期限合计 31 日，超过三十日" in shown


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "不是合格的 JSON"),
        (b"{", "不是合格的 JSON（第 1 行第 2 列）"),
        (b"\xff\xfe\x00", "不是 UTF-8 文字"),
        (b"[" * 100_000, "不是合格的 JSON（嵌套过深"),
        (b'{"events": ' + b"9" * 5000 + b"}", "数字过大"),
        (b'"text"', "最外层应为一个对象"),
        (b"{}", "缺少 events 列表"),
        (b'{"events": []}', "没有任何事件"),
        (b'{"events": [{"step": "file", "on": "2024-02-30", "by": "petitioner"}]}', "不是存在的日期"),
        (b'{"events": [{"step": "fly", "on": "2024-02-01"}]}', "不是已知的环节"),
    ],
)
def test_what_is_not_a_log_is_refused_clearly(
    content: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "events.json"
    path.write_bytes(content)

    code = main(["petition", "replay", str(path)])

    shown = capsys.readouterr()
    assert (code, shown.out) == (2, "")
    assert said in shown.err


@pytest.mark.parametrize(
    "words",
    [["--as-of", "2024-02-30"], ["--period", "2024-05-01"], ["--period", "2024-05-02..2024-05-01"]],
)
def test_a_day_that_does_not_exist_is_refused(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["petition", "replay", written(tmp_path, log(HANDLED)), *words])

    assert code == 2
    assert capsys.readouterr().out == ""


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["petition", "replay", str(tmp_path / "nowhere.json")])

    assert code == 2
    assert "无法打开" in capsys.readouterr().err


def test_every_case_of_the_conformance_suite_can_be_replayed_from_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in sorted((CASES / "steps").glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        one = table["case"][0]
        data = {key: one[key] for key in ("events", "organisations", "authority") if key in one}

        code = main(["petition", "replay", written(tmp_path, data), "--format", "json"])

        answer = json.loads(capsys.readouterr().out)
        assert code == (1 if "refused" in one else 0), path.name
        assert answer["state"]["key"] == one.get("state", answer["state"]["key"]), path.name


def test_the_published_schema_lists_every_step_role_and_particular() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    event = schema["$defs"]["event"]["properties"]
    named = {name for step in STEPS for name in (*step.needs, *step.optional)} | {"经办岗位"}

    assert event["step"]["enum"] == list(STEPS.keys())
    assert event["by"]["enum"] == [str(role) for role in Role]
    assert set(event["details"]["properties"]) == named
    assert schema["additionalProperties"] is False
