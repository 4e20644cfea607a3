"""The servers that are measured: a PostgreSQL of ordinary settings with its data kept, and the site as it is deployed."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.corpus import ROOT

SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "2GB",
    "effective_cache_size": "6GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
    "max_connections": "60",
}
"""What anybody sets on a server of eight gigabytes; fsync and synchronous commit stay on."""

WAIT = 120.0


def programs() -> Path:
    """Return the folder of PostgreSQL's programs, the newest there is."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
    if not found:
        raise SystemExit("no PostgreSQL on this machine: apt-get install postgresql")
    return found[0]


def _owner() -> list[str]:
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


@contextmanager
def postgresql(place: Path, extra: Mapping[str, str] | None = None) -> Iterator[str]:
    """Start PostgreSQL on a folder that is kept, and yield the address of its database."""
    server = start_postgresql(place, extra)
    try:
        yield address(place)
    finally:
        stop_postgresql(place, server)


def address(place: Path) -> str:
    """Return the address of the database kept in a folder."""
    return f"postgresql://postgres@/postgres?host={place}"


def start_postgresql(place: Path, extra: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start PostgreSQL on a folder; the first time, prepare the folder."""
    place.mkdir(parents=True, exist_ok=True)
    data, own = place / "data", _owner()
    if own:
        shutil.chown(place, "postgres")
    if not (data / "PG_VERSION").exists():
        words = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run([*own, programs() / "initdb", "-D", data, *words], check=True, capture_output=True, cwd=place)
    settings = {**SETTINGS, "unix_socket_directories": str(place), **(extra or {})}
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    log = (place / "log").open("ab")
    server = subprocess.Popen([*own, programs() / "postgres", "-D", data, *words], stdout=log, stderr=log, cwd=place)
    _until(lambda: _answers(place), server)
    return server


def _answers(place: Path) -> bool:
    asked = subprocess.run([programs() / "pg_isready", "-q", "-h", place, "-U", "postgres"], check=False)
    return asked.returncode == 0


def postmaster(place: Path) -> int:
    """Return the number of the server's first process."""
    return int((place / "data" / "postmaster.pid").read_text().splitlines()[0])


def stop_postgresql(place: Path, server: subprocess.Popen[bytes]) -> None:
    """Stop the server in an orderly way."""
    subprocess.run([*_owner(), "kill", "-INT", str(postmaster(place))], check=False)
    server.wait(timeout=WAIT)


def environment(data: Path, database: str, **more: str) -> dict[str, str]:
    """Return the environment of a site that keeps its data in a folder and asks nobody for a second factor."""
    return {
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "HENGPING_DATA": str(data),
        "HENGPING_DATABASE": database,
        "HENGPING_SECOND_FACTOR": "optional",
        "HENGPING_PASSWORD_DAYS": "0",
        "HENGPING_PROXIES": "1",
        **more,
    }


def start_site(port: int, told: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start the site as ``./run web`` does, without the worker for messages, in a group of processes of its own."""
    with log.open("ab") as to:
        site = subprocess.Popen(
            [sys.executable, "-m", "hengping_web", "serve", f"127.0.0.1:{port}", "--no-worker"],
            env=dict(told),
            stdout=to,
            stderr=to,
            cwd=ROOT,
            start_new_session=True,
        )
    _until(lambda: _healthy(port), site)
    return site


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _until(ready: object, server: subprocess.Popen[bytes]) -> None:
    assert callable(ready)  # noqa: S101
    until = time.monotonic() + WAIT
    while not ready():
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError("the server did not start; its log says why")
        time.sleep(0.05)


def main() -> None:
    """Start PostgreSQL on a folder and keep it running until interrupted, for loading and looking."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    place = parser.parse_args().folder.resolve()
    with postgresql(place) as where:
        print(where, flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            print("stopping")


if __name__ == "__main__":
    main()
