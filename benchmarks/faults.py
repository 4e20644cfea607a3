"""Kill the site at random while letters are registered: ``python -m benchmarks.faults [--kills 50] [--writes 1000]``.

Every letter carries a form key and a word of its own. After each kill the site is started again and every letter that
was not answered is sent again under the same key. In the end each acknowledged letter is there exactly once, none is
half there, and the log verifies. On PostgreSQL (HENGPING_DATABASE, with --postgresql FOLDER of benchmarks.casework_servers)
every fifth kill is of the database.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path

from benchmarks import casework_servers as servers
from benchmarks.corpus import ROOT

PASSWORD = "killing takes patience 7"  # noqa: S105 - of an invented account in a throw-away database
WRITERS = 8
ENDING = 60.0
"""How many seconds at least are left for the letters that remain after the last kill."""

PEOPLE = f"""
from hengping_web.accounts import services
from hengping_web.accounts.roles import Role
city = services.create_organisation('city', '某市', 'city')
office = services.create_organisation('office', '某市信访局', 'department', parent=city, petition_office=True)
services.create_account('registrar', '登记岗', office, [Role.REGISTRAR], password={PASSWORD!r})
"""
FOUND = """
from hengping_web.petitions.models import Matter
for row in Matter.objects.order_by('pk'):
    whole = (row.events.count() == row.length == 2 and row.involvements.exists() and row.words.count() == 1
             and hasattr(row, 'receipt') and row.facts.exists())
    print('row', row.number, row.summary, whole)
"""


@dataclass(slots=True)
class Letters:
    """What is still to be sent, and what was acknowledged: key → the number on the receipt."""

    waiting: list[str]
    done: dict[str, str] = field(default_factory=dict)
    repeated: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> str | None:
        """Take a letter that nobody has been told is registered."""
        with self.lock:
            return self.waiting.pop() if self.waiting else None

    def give_back(self, key: str) -> None:
        """Put a letter back whose answer never came."""
        with self.lock:
            self.waiting.insert(0, key)
            self.repeated += 1


@dataclass(frozen=True, slots=True)
class Result:
    """What was found in the end."""

    kills: int
    acknowledged: int
    repeated: int
    lost: tuple[str, ...]
    twice: tuple[str, ...]
    half: tuple[str, ...]
    chain_holds: bool

    @property
    def good(self) -> bool:
        """Tell whether nothing was lost, doubled or left half."""
        return not (self.lost or self.twice or self.half) and self.chain_holds


class Browser:
    """A registrar's browser; it signs in once and is remembered across restarts of the site."""

    def __init__(self, port: int) -> None:
        self.home = f"http://127.0.0.1:{port}"
        self.jar = CookieJar()
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar)).open

    def post(self, path: str, form: Mapping[str, str]) -> str:
        """Send a form and return the page it leads to."""
        token = next(one.value for one in self.jar if one.name == "csrftoken")
        body = urllib.parse.urlencode({**form, "csrfmiddlewaretoken": token or ""}).encode()
        with self.open(self.home + path, body, 20) as answer:
            return str(answer.read().decode())

    def sign_in(self) -> None:
        """Sign in."""
        self.open(self.home + "/accounts/sign-in/", None, 20).close()
        self.post("/accounts/sign-in/", {"username": "registrar", "password": PASSWORD})


def _write(letters: Letters, browser: Browser, day: str, stop: threading.Event) -> None:
    while not stop.is_set():
        key = letters.take()
        if key is None:
            time.sleep(0.05)
            continue
        form = {"form_key": key, "channel": "letter", "filed_on": day, "persons": "1", "region": "其他"}
        try:
            page = browser.post("/petitions/register/", {**form, "summary": f"路灯不亮 {key}", "words": f"原话 {key}"})
        except (OSError, urllib.error.URLError, StopIteration):
            letters.give_back(key)
            time.sleep(0.05)
            continue
        number = re.search(r"number: (\d{4}-\d+)", page) or re.search(r"(\d{4}-\d{6})", page)
        if number is None:
            letters.give_back(key)
            continue
        with letters.lock:
            letters.done[key] = number[1]


def run(
    kills: int,
    writes: int,
    place: Path,
    database: str = "",
    server: Path | None = None,
    port: int = 8790,
    most: float = 3600.0,
) -> Result:
    """Kill the site so often while so many letters are on their way, and return what was found in the end.

    After so many seconds no more is killed; the result says how often it was.
    """
    until = time.monotonic() + most
    chance = random.Random(kills)  # noqa: S311 - a repeatable choice
    told = servers.environment(place, database) if database else servers.environment(place, "")
    if not database:
        told.pop("HENGPING_DATABASE")
    _manage(told, "migrate", "-v0")
    _manage(told, "shell", "-v0", "-c", PEOPLE)
    day = _manage(told, "shell", "-v0", "-c", "from django.utils import timezone; print(timezone.localdate())").strip()
    letters = Letters([f"letter-{number:05}-{chance.getrandbits(64):016x}" for number in range(writes)])
    site = servers.start_site(port, told, place / "site.log")
    browsers = [Browser(port) for _ in range(WRITERS)]
    for browser in browsers:
        browser.sign_in()
    stop = threading.Event()
    writers = [threading.Thread(target=_write, args=(letters, one, day, stop)) for one in browsers]
    for writer in writers:
        writer.start()
    done = 0
    try:
        while done < kills and time.monotonic() < until:
            # The later kills wait for writes to be under way, so that every one meets some.
            _until_written(letters, writes * (done + 1) // (kills + 2), until)
            time.sleep(chance.random() * 0.2)
            if server and done % 5 == 4:
                _kill_database(server)
            else:
                os.killpg(site.pid, signal.SIGKILL)
                site.wait()
                site = servers.start_site(port, told, place / "site.log")
            done += 1
            sys.stderr.write(f"\r{done} kills, {len(letters.done)} letters acknowledged ")
        _until_written(letters, writes, max(until, time.monotonic() + ENDING))
    finally:
        stop.set()
        for writer in writers:
            writer.join()
        os.killpg(site.pid, signal.SIGKILL)
        site.wait()
    return _judge(letters, told, place, done)


def _until_written(letters: Letters, many: int, until: float) -> None:
    while len(letters.done) < many and time.monotonic() < until:
        time.sleep(0.01)


def _kill_database(server: Path) -> None:
    os.kill(servers.postmaster(server), signal.SIGKILL)
    time.sleep(1)
    # A postmaster that was killed leaves children; they end by themselves once they notice.
    servers.start_postgresql(server)


def _judge(letters: Letters, told: Mapping[str, str], place: Path, kills: int) -> Result:
    rows: dict[str, list[str]] = {}
    half = []
    for line in _manage(told, "shell", "-v0", "-c", FOUND).splitlines():
        _, number, _, key, whole = line.split(" ")
        rows.setdefault(key, []).append(number)
        if whole != "True":
            half.append(number)
    export = place / "log.jsonl"
    _manage(told, "export_log", str(export))
    verified = subprocess.run(
        [sys.executable, "-m", "hengping_io.cli", "verify-log", str(export)], env=told, cwd=ROOT, check=False
    )
    return Result(
        kills=kills,
        acknowledged=len(letters.done),
        repeated=letters.repeated,
        lost=tuple(key for key, number in letters.done.items() if number not in rows.get(key, ())),
        twice=tuple(key for key, numbers in rows.items() if len(numbers) > 1),
        half=tuple(half),
        chain_holds=verified.returncode == 0,
    )


def _manage(told: Mapping[str, str], *words: str) -> str:
    command: Sequence[str] = [sys.executable, "-m", "hengping_web", *words]
    done = subprocess.run(command, env=dict(told), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout


def main() -> int:
    """Kill, judge, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--writes", type=int, default=1000)
    parser.add_argument("--most", type=float, default=3600.0, help="kill no more after so many seconds")
    parser.add_argument("--postgresql", type=Path, help="a folder for a database of its own")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hengping-faults-") as scratch:
        place = Path(scratch)
        if options.postgresql:
            server = options.postgresql.resolve()
            servers.start_postgresql(server)
            found = run(options.kills, options.writes, place, servers.address(server), server, most=options.most)
            os.kill(servers.postmaster(server), signal.SIGINT)
        else:
            found = run(options.kills, options.writes, place, most=options.most)
    print(found)
    return 0 if found.good else 1


if __name__ == "__main__":
    sys.exit(main())
