"""Measure a published year as everybody meets it: ``python -m benchmarks.published_page [--seconds 5] [--write PAGE]``.

The model year is published in a site of its own, thrown away afterwards, and served as ``./run web`` serves it: two
processes on two cores, SQLite, the whole chain of middleware. Clients ask over kept connections from the same machine,
so that they take their share of the same cores. The floor is a small static file, which no view of ours touches.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import multiprocessing
import os
import secrets
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.casework_servers import environment, start_site
from benchmarks.corpus import ROOT

KEY, YEAR = "model-petition-bureau", 2024
PAGE = f"/published/{KEY}/{YEAR}/"
FLOOR = "/static/hengping/icon.svg"
FOLDER = ROOT / "demo" / "model-year"
CLIENTS, CONNECTIONS, ROUNDS, SECONDS = 2, 4, 5, 5.0
TARGET_BYTES, TARGET_RATE = 150_000, 300
PACKED = {"Accept-Encoding": "gzip"}
BEGIN, END = "<!-- measured: published page -->", "<!-- /measured: published page -->"


def main() -> int:
    """Publish, serve, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"length of each of the {ROUNDS} rounds (5)")
    parser.add_argument("--port", type=int, default=8391)
    parser.add_argument("--write", type=Path, help="put the table between the marks of this page")
    parser.add_argument("--prepare", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.prepare:
        _publish()
        return 0
    with tempfile.TemporaryDirectory(prefix="hengping-published-") as scratch:
        table = _measured(Path(scratch), options.port, options.seconds)
    print(table)
    if options.write:
        _write(options.write, table)
    return 0


def _measured(scratch: Path, port: int, seconds: float) -> str:
    told = {name: value for name, value in environment(scratch / "data", "").items() if name != "HENGPING_DATABASE"}
    subprocess.run([sys.executable, "-m", "benchmarks.published_page", "--prepare"], env=told, check=True, cwd=ROOT)
    site = start_site(port, told, scratch / "log")
    try:
        sizes = _sizes(port)
        rows = [
            _row("public page, plain", port, PAGE, {}, seconds, TARGET_RATE),
            _row("public page, gzip", port, PAGE, PACKED, seconds, TARGET_RATE),
            _row("public page a reader has already (304)", port, PAGE, {"If-None-Match": _tag(port)}, seconds, None),
            _row("floor: a static file of 273 bytes", port, FLOOR, {}, seconds, None),
        ]
    finally:
        site.terminate()
        site.wait(timeout=30)
    return "\n".join(
        [
            "| what | median of five rounds | spread | target | |",
            "|---|---:|---|---|---|",
            *_size_rows(sizes),
            *rows,
        ]
    )


# ── publishing the model year in a site of its own ─────────────────────────────────────────────────────────────


def _publish() -> None:
    """Freeze the model year from its folder, take it through the gate and publish it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "hengping_web.settings"
    import django

    django.setup()
    from datetime import date

    from django.core.management import call_command

    from hengping_web.accounts import services as accounts
    from hengping_web.accounts.roles import Role
    from hengping_web.cycle.models import EvaluationYear, State
    from hengping_web.publication import services

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    department = accounts.create_organisation(KEY, "示例市信访局（虚构）", "department")
    head, _ = accounts.create_account(
        "head", "部门负责人", department, [Role.DEPARTMENT_HEAD], password=secrets.token_urlsafe(24)
    )
    year = EvaluationYear.objects.create(
        organisation=department,
        year=YEAR,
        scheme="ministry-2020",
        state=State.FROZEN.value,
        reported_on=date(2025, 3, 14),
    )
    _freeze(year)
    services.examine(year, head)
    passed = services.approve(year, year.version, head)
    services.publish(passed, "", passed.version, head)


def _freeze(year: Any) -> None:
    from hengping_io import year_documents, year_folder
    from hengping_io.outputs import OutputSet
    from hengping_io.year_counts import Counter
    from hengping_web.selfevaluation.models import Snapshot, SnapshotFile

    folder = year_folder.read(FOLDER)
    worked = year_documents.work(folder, year_documents.count(folder, Counter(None, "duckdb")))
    with tempfile.TemporaryDirectory() as place:
        outside = Path(place)
        year_documents.write_documents(OutputSet(outside, outside), worked)
        digest = hashlib.sha256(worked.result.encode()).hexdigest()
        snapshot = Snapshot.objects.create(evaluation_year=year, number=1, result_sha256=digest)
        for kind, root in ((SnapshotFile.FOLDER, FOLDER), (SnapshotFile.DOCUMENT, outside)):
            for path in sorted(one for one in root.rglob("*") if one.is_file()):
                data = path.read_bytes()
                SnapshotFile.objects.create(
                    snapshot=snapshot,
                    kind=kind,
                    path=path.relative_to(root).as_posix(),
                    sha256=hashlib.sha256(data).hexdigest(),
                    size=len(data),
                    content=zlib.compress(data, 1),
                )


# ── asking ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _asked(port: int, path: str, headers: Mapping[str, str]) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=dict(headers))
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def _tag(port: int) -> str:
    return _asked(port, PAGE, {})[0].headers["ETag"]


def _sizes(port: int) -> dict[str, tuple[int, int]]:
    """Return the bytes of the first load, plain and packed: the page, its sheet, its sign."""
    import re

    _, page = _asked(port, PAGE, {})
    linked = re.findall(rb'<link [^>]*href="([^"]+)"', page)
    paths = [PAGE, *(link.decode() for link in linked)]
    return {path: (len(_asked(port, path, {})[1]), len(_asked(port, path, PACKED)[1])) for path in paths}


def _size_rows(sizes: Mapping[str, tuple[int, int]]) -> list[str]:
    plain, packed = (sum(size[place] for size in sizes.values()) for place in (0, 1))
    verdict = "holds" if plain <= TARGET_BYTES else "**falls short**"
    parts = ", ".join(f"{Path(path).name or 'page'} {size[0]:,}" for path, size in sizes.items())
    return [
        f"| first load, plain ({packed:,} bytes packed) | {plain:,} bytes | {parts} | ≤ {TARGET_BYTES:,} | {verdict} |"
    ]


def _row(name: str, port: int, path: str, headers: Mapping[str, str], seconds: float, target: int | None) -> str:
    _rate(port, path, headers, 1.0)
    rates = sorted(_rate(port, path, headers, seconds) for _ in range(ROUNDS))
    verdict = "" if target is None else "holds" if median(rates) >= target else "**falls short**"
    aim = "–" if target is None else f"≥ {target}/s"
    return f"| {name} | {median(rates):,.0f}/s | {rates[0]:,.0f}–{rates[-1]:,.0f} | {aim} | {verdict} |"


def _rate(port: int, path: str, headers: Mapping[str, str], seconds: float) -> float:
    with multiprocessing.Pool(CLIENTS) as pool:
        jobs = [(port, path, dict(headers), seconds)] * CLIENTS
        return sum(pool.starmap(_client, jobs))


def _client(port: int, path: str, headers: dict[str, str], seconds: float) -> float:
    """Ask in turn over a few kept connections; several are on their way at once."""
    connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(CONNECTIONS)]
    for connection in connections:
        connection.request("GET", path, headers=headers)
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for connection in connections:
            answer = connection.getresponse()
            answer.read()
            if answer.status not in (200, 304):
                raise RuntimeError(json.dumps({"status": answer.status, "path": path}))
            done += 1
            connection.request("GET", path, headers=headers)
    return done / (time.perf_counter() - began)


def _write(page: Path, table: str) -> None:
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
