"""``hengping year``: what it writes, what it says, and what it refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.io.year.folders import changed, write
from tests.io.year.schemas import faults

from hengping_io import cli

WRITTEN = [
    "audit.html",
    "audit.json",
    "base-data.xlsx",
    "department-self-evaluation.xlsx",
    "project-self-evaluation.xlsx",
    "report.docx",
    "report.html",
    "report.pdf",
    "result.json",
]


def result(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def invented(model_year: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    """Return the exit status and the outputs of the small model year."""
    out = tmp_path_factory.mktemp("invented") / "out"
    return cli.main(["year", str(model_year), "--out", str(out), "--processes", "1"]), out


@pytest.fixture(scope="session")
def published(hengyang: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the outputs of the year of published figures."""
    out = tmp_path_factory.mktemp("published") / "out"
    cli.main(["year", str(hengyang), "--out", str(out)])
    return out


def test_the_invented_year_is_written_whole_and_its_own_audit_is_clean(invented: tuple[int, Path]) -> None:
    status, out = invented
    audit = json.loads((out / "audit.json").read_text(encoding="utf-8"))
    answerable = [
        finding["message"]
        for finding in audit["findings"]
        if finding["severity"] in ("error", "warning") and finding["verdict"] not in ("rounding", "insufficient_data")
    ]

    assert answerable == []
    assert status == 0
    assert sorted(path.name for path in out.iterdir()) == WRITTEN


def test_every_result_holds_to_the_published_schema(
    invented: tuple[int, Path], published: Path, repository: Path
) -> None:
    schema = json.loads((repository / "docs" / "schemas" / "result.schema.json").read_text(encoding="utf-8"))

    assert list(faults(result(invented[1]), schema, schema)) == []
    assert list(faults(result(published), schema, schema)) == []


def test_the_result_is_the_same_for_any_number_of_processes(
    invented: tuple[int, Path], model_year: Path, tmp_path: Path
) -> None:
    cli.main(["year", str(model_year), "--out", str(tmp_path / "out"), "--processes", "2"])

    for name in ("result.json", "report.docx", "report.html", "base-data.xlsx", "audit.json"):
        assert (tmp_path / "out" / name).read_bytes() == (invented[1] / name).read_bytes(), name


def test_of_the_published_year_only_the_staffing_rate_can_be_computed(published: Path) -> None:
    found = result(published)
    measured = {one["key"]: one for one in found["indicators"] if one["outcome"] == "measured"}

    assert list(measured) == ["staff-control"]
    assert (measured["staff-control"]["amount"], measured["staff-control"]["operands"]) == ("91.67", "33÷36")
    assert len(found["indicators"]) == 88


def test_the_published_year_has_no_score_and_says_why(published: Path) -> None:
    found = result(published)

    assert found["evaluation"] is None
    assert found["projects"] == {}
    assert "没有指定评分表，只计量指标，不给出总分和等级。" in found["notices"]


def test_the_published_remainders_are_told_to_the_last_digit(published: Path) -> None:
    figures = result(published)["figures"]

    assert {
        name: figures[f"final-accounts.general.{name}.unlisted"]["text"]
        for name in ("basic", "basic.301", "basic.302", "basic.303", "project.302")
    } == {
        "basic": "0.01万元",
        "basic.301": "1.13万元",
        "basic.302": "31.10万元",
        "basic.303": "0.59万元",
        "project.302": "4.77万元",
    }
    assert figures["final-accounts.total"]["text"] == "1648.78万元"


def test_what_was_not_published_is_missing_and_never_zero(published: Path) -> None:
    found = result(published)

    assert found["facts"]["initial_budget"] is None
    assert found["facts"]["three_public_expenditure"] is None
    assert set(found["counts"].values()) == {None}
    assert found["figures"]["execution-rate.total"]["text"] == "未提供"


def test_a_score_names_its_working_its_text_and_its_evidence(invented: tuple[int, Path]) -> None:
    evaluation = result(invented[1])["evaluation"]
    scores = {score["indicator"]: score for score in evaluation["scores"]}

    assert evaluation["scheme"] == "ministry-2020"
    assert evaluation["possible"] == evaluation["evaluated"] == "100"
    assert scores["cases-resolved"]["working"] == "推动化解积案：57件，目标 60件，得 4.75 分"
    assert scores["cases-resolved"]["evidence"] == ["case-register"]
    assert scores["timely-reply"]["cites"]
    assert all(score["points"] is not None for score in evaluation["scores"])


def test_another_scheme_may_be_asked_for_and_says_what_it_leaves_out(
    model_year: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"

    cli.main(["year", str(model_year), "--out", str(out), "--scheme", "hunan-2017", "--processes", "1"])

    evaluation = result(out)["evaluation"]
    scores = {score["indicator"]: score for score in evaluation["scores"]}
    notice = "按要求改用评分表 hunan-2017：数据包为 ministry-2020 自设的 28 个年度指标没有列入，不计分。"
    assert evaluation["scheme"] == "hunan-2017"
    assert scores["staff-control"]["points"] == "5.00"
    assert scores["budget-control"]["points"] == "4.00"
    assert scores["disclosure"]["points"] == "5.00"
    assert scores["building-area-control"]["points"] == "5.00"
    assert scores["building-area-control"]["value"]["outcome"] == "not_applicable"
    assert evaluation["evaluated"] == "100"
    assert result(out)["projects"] == {}
    assert notice in result(out)["notices"]
    assert notice in capsys.readouterr().out


def test_targets_that_do_not_add_up_to_the_scheme_are_refused(
    model_year: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "year"
    shutil.copytree(model_year, folder)
    targets = folder / "written" / "targets.csv"
    targets.write_text(
        targets.read_text(encoding="utf-8").replace("时效指标,按期答复率,≥,95,,%,9", "时效指标,按期答复率,≥,95,,%,8"),
        encoding="utf-8",
    )

    status = cli.main(["year", str(folder), "--out", str(tmp_path / "out"), "--processes", "1"])

    assert status == 2
    assert "“产出指标”各行分值合计 49，应为 50" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_scheme_nobody_published_is_refused(
    hengyang: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = cli.main(["year", str(hengyang), "--out", str(tmp_path / "out"), "--scheme", "mine"])

    assert status == 2
    assert "没有在 2025-05-31 有效的评分表“mine”" in capsys.readouterr().err


def test_a_narrative_may_only_name_figures_that_exist(
    hengyang: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "year"
    shutil.copytree(hengyang, folder)
    (folder / "narrative.csv").write_text("key,text\nresults,支出{{final-accounts.all}}。\n", encoding="utf-8")
    descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    descriptor["resources"].append({"name": "narrative", "path": "narrative.csv"})
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")

    status = cli.main(["year", str(folder), "--out", str(tmp_path / "out")])

    assert status == 2
    assert "narrative.csv 第2行 “text”列：文字中的数字名“final-accounts.all”不存在" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_broken_folder_is_told_whole_and_leaves_the_old_outputs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "result.json").write_text("旧", encoding="utf-8")
    folder = write(tmp_path / "year", **changed("ledger", "60.00", "1，2.3.4"), **changed("staffing", "36,33", "x,33"))

    status = cli.main(["year", str(folder), "--out", str(out)])

    told = capsys.readouterr().err.splitlines()
    assert status == 2
    assert len(told) == 2
    assert told[1].startswith("ledger.csv 第3行 “amount”列：“1，2.3.4”不是金额")
    assert (out / "result.json").read_text(encoding="utf-8") == "旧"
    assert [path.name for path in out.iterdir()] == ["result.json"]


def test_problems_are_given_to_programs_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path / "year", **changed("ledger", "2024-05-06", "2024-02-30"))

    status = cli.main(["year", str(folder), "--out", str(tmp_path / "out"), "--format", "json"])

    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert status == 2
    assert (problem["file"], problem["row"], problem["column"], problem["rule"]) == ("ledger.csv", 3, "on", "日期")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = cli.main(["year", str(tmp_path / "none"), "--out", str(tmp_path / "out")])

    assert status == 2
    assert "文件夹不存在" in capsys.readouterr().err


def test_findings_in_the_own_audit_give_exit_status_one(
    hengyang: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = cli.main(["year", str(hengyang), "--out", str(tmp_path / "out")])

    told = capsys.readouterr().out
    assert status == 1
    assert "可复算　在职人员控制率 91.67%（33÷36）" in told
    assert "处须答复，见" in told
    assert len(told.splitlines()) < 25


def test_the_summary_is_given_to_programs_as_json(
    hengyang: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["year", str(hengyang), "--out", str(tmp_path / "out"), "--format", "json"])

    told = json.loads(capsys.readouterr().out)
    assert told["unit"] == "衡阳市信访局"
    assert told["measured"] == ["staff-control"]
    assert told["files"] == [name for name in WRITTEN if name != "project-self-evaluation.xlsx"]
