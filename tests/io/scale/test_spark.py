"""The fact job and the bulk audit on a cluster give the files that one machine gives; skipped where none is running."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hengping_io import arrow_tables, cli, fact_job, spark_jobs
from hengping_io.audit_parquet import FINDING_KINDS, FINDINGS

from . import sources
from .conftest import SPARK
from .test_bad_input import FACTS, truncated
from .test_facts import EDITION, files

pytestmark = pytest.mark.usefixtures("spark")
ENGINE = f"spark={SPARK}"


def test_the_cluster_decides_the_same_files_to_the_byte(tmp_path: Path) -> None:
    source = sources.matters(range(40)).write_cut(tmp_path / "source")
    fact_job.run(source, tmp_path / "here", EDITION)

    done = spark_jobs.build_facts(ENGINE, source, tmp_path / "there", EDITION)
    again = spark_jobs.build_facts(ENGINE, source, tmp_path / "there", EDITION)

    assert files(tmp_path / "there") == files(tmp_path / "here")
    assert (done.reused, again.decided) == (0, 0)


def test_a_bad_partition_is_told_by_the_cluster_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = sources.matters(range(20)).write_cut(tmp_path / "source")
    wrong = truncated(source)

    code = cli.main(["facts", str(source), "--out", str(tmp_path / "facts"), *FACTS, "--engine", ENGINE])

    assert code == 2
    assert str(wrong) in capsys.readouterr().err
    assert not (tmp_path / "facts" / "editions").exists()


def test_counts_printed_from_the_cluster_are_those_of_the_embedded_engine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = sources.matters(range(40)).write_cut(tmp_path / "source")
    fact_job.run(source, tmp_path / "facts", EDITION)
    found = []
    for engine in ("duckdb", ENGINE):
        assert (
            cli.main(["counts", str(tmp_path / "facts"), "--by", "region", "--format", "json", "--engine", engine]) == 0
        )
        found.append(json.loads(capsys.readouterr().out) | {"engine": ""})

    assert found[0] == found[1]


def test_a_batch_audited_on_the_cluster_has_the_same_results_and_a_table_of_findings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "甲.txt").write_text("全年支出10万元，其中：工资6万元，公用5万元。按期办结率90%。", encoding="utf-8")
    (reports / "坏.docx").write_bytes(b"PK\x03\x04 nothing")
    here = cli.main(["audit", str(reports), "--out", str(tmp_path / "here")])

    there = cli.main(["audit", str(reports), "--out", str(tmp_path / "there"), "--engine", ENGINE])

    assert (here, there) == (2, 2)
    results: list[dict[str, Any]] = [
        json.loads((tmp_path / one / "index.json").read_text()) for one in ("here", "there")
    ]
    assert results[0] == results[1]
    assert {row["name"]: row["status"] for row in results[1]["documents"]} == {
        "坏.docx": "unreadable",
        "甲.txt": "done",
    }
    table = arrow_tables.read_parquet(tmp_path / "there" / FINDINGS, FINDING_KINDS)
    assert set(arrow_tables.texts(table, "file")) == {"甲.txt"}
    capsys.readouterr()
