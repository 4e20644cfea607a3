"""Engines to be compared: each is skipped, with the word why, where it is not there."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hengping.errors import Unavailable
from hengping_io import engines

SPARK = os.environ.get("HENGPING_TEST_SPARK", "sc://localhost:15002")
POSTGRES = os.environ.get("HENGPING_TEST_POSTGRES", "")


@pytest.fixture(scope="session")
def duckdb() -> Any:
    return engines.connect("duckdb")


@pytest.fixture(scope="session")
def spark() -> Any:
    try:
        return engines.connect(f"spark={SPARK}")
    except Unavailable as error:
        pytest.skip(f"Spark is not running: start it with ./run spark ({error.reason})")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A database of its own for the tests, thrown away afterwards; or the one that is named in the environment."""
    if POSTGRES:
        yield engines.connect(f"postgres={POSTGRES}")
        return
    program, owner = shutil.which("pg_ctl"), _owner()
    if program is None or owner == "":
        pytest.skip("PostgreSQL: no pg_ctl, or nobody to run it as; name a database in HENGPING_TEST_POSTGRES")
    folder = Path(tempfile.mkdtemp(prefix="hengping-postgres-"))
    try:
        if owner:
            shutil.chown(folder, owner)
        yield from _own(program, folder, owner)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> str | None:
    """Return whom the server is to run as: None for ourselves, empty where there is nobody but root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return ""


def _own(program: str, folder: Path, owner: str | None) -> Iterator[Any]:
    def control(*words: str) -> None:
        command = [program, "-D", str(folder / "data"), *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=owner, cwd="/")

    control("-o", "-A trust -U tester", "initdb")
    control("-o", f"-k {folder} -c listen_addresses=", "-w", "start")
    try:
        connection = engines.connect(f"postgres=postgresql://tester@/postgres?host={folder}")
        yield connection
        connection.disconnect()
    finally:
        control("-m", "immediate", "stop")
