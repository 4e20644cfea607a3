"""What is wrong with a source is told with its file and its remedy, exit 2, and nothing is left half-written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hengping.errors import Unavailable
from hengping_io import arrow_tables, cli, fact_job, petition_source, spark_session
from hengping_io.arrow_tables import read_parquet, write_parquet

from . import sources
from .test_facts import EDITION, files

FACTS = ("--period", "2023", "--as-of", "2024-03-01")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return sources.matters(range(60)).write_cut(tmp_path / "source")


def first(source: Path, table: str) -> Path:
    return min((source / table).rglob("*.parquet"))


def without_a_column(source: Path) -> Path:
    path = first(source, "events")
    write_parquet(read_parquet(path, petition_source.EVENT_KINDS).drop_columns(["details"]), path)
    return path


def of_another_type(source: Path) -> Path:
    path = first(source, "events")
    table = read_parquet(path, petition_source.EVENT_KINDS)
    days = arrow_tables.typed_table({"on": ("text", ["2023-01-01"] * table.num_rows)}).column("on")
    write_parquet(table.set_column(table.schema.names.index("on"), "on", days), path)
    return path


def truncated(source: Path) -> Path:
    path = first(source, "petitions")
    path.write_bytes(path.read_bytes()[:-40])
    return path


def with_a_petition_twice(source: Path) -> Path:
    path = first(source, "petitions")
    table = read_parquet(path, petition_source.PETITION_KINDS)
    write_parquet(arrow_tables.joined([table, table.slice(0, 1)]), path)
    return path


def with_events_before_their_petition(source: Path) -> Path:
    path = first(source, "events")
    table = read_parquet(path, petition_source.EVENT_KINDS)
    write_parquet(table.slice(1), path)
    return path


def with_an_event_of_nobody(source: Path) -> Path:
    path = first(source, "petitions")
    table = read_parquet(path, petition_source.PETITION_KINDS)
    write_parquet(table.slice(1), path)
    return first(source, "events")


def without_its_twin(source: Path) -> Path:
    first(source, "events").unlink()
    return first(source, "petitions")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (without_a_column, "缺少列：details"),
        (of_another_type, "列“on”的类型是 string，应为日期"),
        (truncated, "不是完整的 Parquet 文件"),
        (with_a_petition_twice, "重复"),
        (with_events_before_their_petition, "次序不对：在提出、登记之前"),
        (with_an_event_of_nobody, "有办理记录而没有事项"),
        (without_its_twin, "没有对应的 events/"),
    ],
)
def test_a_spoilt_partition_is_named_and_changes_nothing(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Path], Path], told: str
) -> None:
    out = tmp_path / "facts"
    assert cli.main(["facts", str(source), "--out", str(out), *FACTS]) == 0
    before = files(out)
    capsys.readouterr()
    wrong = spoil(source)

    code = cli.main(["facts", str(source), "--out", str(out), *FACTS])

    message = capsys.readouterr().err
    assert code == 2
    assert told in message
    assert str(wrong) in message
    assert "请" in message
    assert {name: files(out)[name] for name in before} == before
    assert cli.main(["counts", str(out)]) == 0


def test_what_is_wrong_with_flat_tables_is_told_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    matters = sources.matters(range(20))
    key = next(iter(matters.petitions))
    matters.petitions["again"] = matters.petitions[key]
    source = matters.write_csv(tmp_path / "source")

    code = cli.main(["facts", str(source), "--out", str(tmp_path / "facts"), *FACTS])

    assert code == 2
    assert f"事项编号重复：{key}（2 次）" in capsys.readouterr().err
    assert not (tmp_path / "facts" / "editions").exists()


def test_a_day_that_is_none_is_told_with_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    matters = sources.matters(range(5))
    next(iter(matters.events.values()))[0][2] = "二月三十日"
    source = matters.write_csv(tmp_path / "source")

    code = cli.main(["facts", str(source), "--out", str(tmp_path / "facts"), *FACTS])

    message = capsys.readouterr().err
    assert code == 2
    assert "events.csv" in message
    assert "二月三十日" in message


def test_particulars_the_count_needs_are_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    matters = sources.matters(range(200))
    log = next(log for log in matters.events.values() if any(event[3] == "supervise" for event in log))
    next(event for event in log if event[3] == "supervise")[6] = "督办情形=甲"
    source = matters.write_cut(tmp_path / "source")

    code = cli.main(["facts", str(source), "--out", str(tmp_path / "facts"), *FACTS])

    assert code == 2
    assert "的改正期限“”不是存在的日期" in capsys.readouterr().err


def test_a_fact_file_that_was_cut_short_is_found_before_anything_is_counted(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fact_job.run(source, tmp_path / "facts", EDITION)
    path = min((tmp_path / "facts").rglob("*.parquet"))
    path.write_bytes(path.read_bytes()[:-10])

    code = cli.main(["counts", str(tmp_path / "facts")])

    assert code == 2
    assert str(path) in capsys.readouterr().err


def test_an_edition_that_is_not_there_is_refused_with_those_that_are(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fact_job.run(source, tmp_path / "facts", EDITION)

    code = cli.main(["counts", str(tmp_path / "facts"), "--period", "2019"])

    assert code == 2
    assert "2023-01-01 至 2024-01-01（不含），截至 2024-03-01" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("engine", "told"),
    [
        ("spark=sc://localhost:1", "连接不上"),
        ("spark=http://localhost", "地址不是 sc://主机:端口 的样子"),
        ("abacus", "没有这个引擎"),
        ("postgres=postgresql://nobody@localhost:1/none", "执行出错"),
    ],
)
def test_an_engine_that_is_not_there_is_told(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], engine: str, told: str
) -> None:
    fact_job.run(source, tmp_path / "facts", EDITION)

    code = cli.main(["counts", str(tmp_path / "facts"), "--engine", engine])

    assert code == 2
    assert told in capsys.readouterr().err


def test_a_server_of_another_version_is_refused() -> None:
    with pytest.raises(Unavailable, match=r"服务端是 3\.5\.1，客户端是 4\.0\.4"):
        spark_session.check_versions("Spark sc://x", server="3.5.1", client="4.0.4")


def test_a_full_disk_leaves_what_there_was_and_says_where(tmp_path: Path, source: Path) -> None:
    """A limit on the size of files stands for a disk that is full: writing fails in the same place."""
    out = tmp_path / "facts"
    words = ["hengping", "facts", str(source), "--out", str(out), *FACTS]
    limited = f"import resource, signal, sys; {LIMIT}; sys.argv = {words!r}; {RUN}"

    done = subprocess.run([sys.executable, "-c", limited], capture_output=True, text=True, check=False)

    assert done.returncode == 2, done.stderr
    assert str(out) in done.stderr
    assert "请腾出空间" in done.stderr or "腾出空间" in done.stderr
    assert not list(out.rglob("*.json"))
    assert not list(out.rglob(".*"))


LIMIT = "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))"
RUN = "from hengping_io.cli import main; sys.exit(main(sys.argv[1:] + ['--workers', '1']))"
