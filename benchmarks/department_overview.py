"""How fast the finance bureau sees three hundred departments: ``python -m benchmarks.department_overview [--count 300]``.

The site runs as it is deployed, on an empty folder with invented departments; every figure is a whole answer over real
HTTP on one connection. In the same run two floors are measured: the health check, which asks nothing but the database,
and a page of the same account that has no list on it.
"""

from __future__ import annotations

import argparse
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.casework_servers import environment, start_site
from benchmarks.corpus import ROOT

PORT = 8791
WARM_UPS = 5
TARGET = 0.200
YEAR = 2024
PAGES = {
    "floor: /health/": "/health/",
    "floor: a signed-in page without a list": "/accounts/mine/",
    "overview of all departments": f"/finance/?year={YEAR}",
    "overview, lowest execution first": f"/finance/?year={YEAR}&order=execution",
    "overview, only what is overdue": f"/finance/?year={YEAR}&only=overdue&order=overdue",
    "departments beside each other": f"/finance/{YEAR}/comparison/",
}

FILL = """
import sys, time
from datetime import date
from decimal import Decimal
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.test import Client
from django.utils import timezone
from hengping_web.accounts import services as accounts
from hengping_web.accounts.middleware import SEEN, SINCE
from hengping_web.accounts.roles import Role
from hengping_web.finance import services
from hengping_web.finance.models import Line
from hengping_web.finance.services import Due
count, year = int(sys.argv[1]), int(sys.argv[2])
city = accounts.create_organisation("city", "某市", "city")
bureau = accounts.create_organisation("finance", "某市财政局", "department", parent=city)
states = ["planning", "approved", "evaluating", "frozen", "passed", "published"]
now = timezone.now()
for number in range(count):
    one = accounts.create_organisation(f"d{number:03d}", f"某市第{number:03d}部门", "department", parent=city)
    Line.objects.create(
        organisation=one, year=year, state=states[number % 6], scheme="ministry-2020", score=Decimal(80 + number % 20),
        possible=Decimal(100), score_rate=Decimal(80 + number % 20), grade="良",
        execution_rate=Decimal(70 + number % 31), contradictions=number % 4, remainders=number % 7,
        unanswered=number % 3, without_evidence=0, overdue_measures=number % 2, as_of=now.date(), refreshed_at=now,
    )
user, _ = accounts.create_account("overview", "复核岗", bureau, [Role.FINANCE_REVIEWER], password="for the benchmark 7")
services.set_deadline(
    Due(year=year, stage="frozen", title="报送自评", basis="通知", due_on=date(year + 1, 3, 31)), now.date(), user
)
services.set_deadline(
    Due(year=year, stage="published", title="公开自评", basis="通知", due_on=date(year + 9, 6, 30)), now.date(), user
)
client = Client()
client.force_login(user)
session = client.session
session[SEEN] = session[SINCE] = int(time.time())
session.save()
print(client.cookies["sessionid"].value)
"""


def main() -> None:
    """Fill a folder, start the site, measure every page and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.department_overview", description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="departments (300)")
    parser.add_argument("--runs", type=int, default=60, help="answers of each page (60)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hengping-overview-") as place:
        told = environment(Path(place) / "data", "", DJANGO_SETTINGS_MODULE="hengping_web.settings")
        del told["HENGPING_DATABASE"]  # SQLite, as on the first day
        session = _fill(told, options.count)
        site = start_site(PORT, told, Path(place) / "log")
        try:
            _measure(session, options.count, options.runs)
        finally:
            os.killpg(site.pid, 15)
            site.wait()


def _fill(told: dict[str, str], count: int) -> str:
    words = [sys.executable, "-c", FILL, str(count), str(YEAR)]
    finished = subprocess.run(words, env=told, cwd=ROOT, capture_output=True, text=True, check=False)
    if finished.returncode:
        raise SystemExit(finished.stderr)
    return finished.stdout.split()[-1]


def _measure(session: str, count: int, runs: int) -> None:
    print(f"{count} departments, {runs} answers each, {os.cpu_count()} cores")
    for name, path in PAGES.items():
        seconds, size = _answers(path, session, runs)
        middle, slow = statistics.median(seconds), sorted(seconds)[int(len(seconds) * 0.95)]
        within = (
            ""
            if name.startswith("floor")
            else f"  target {TARGET * 1000:.0f} ms: {'met' if slow <= TARGET else 'MISSED'}"
        )
        print(f"{name:<42} median {middle * 1000:7.1f} ms  p95 {slow * 1000:7.1f} ms  {size / 1024:6.0f} KB{within}")


def _answers(path: str, session: str, runs: int) -> tuple[list[float], int]:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    seconds, size = [], 0
    for number in range(WARM_UPS + runs):
        began = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": f"sessionid={session}"})
        answer = connection.getresponse()
        body = answer.read()
        spent = time.perf_counter() - began
        if answer.status != http.HTTPStatus.OK:
            raise SystemExit(f"{path}: {answer.status}")
        if number >= WARM_UPS:
            seconds.append(spent)
            size = len(body)
    connection.close()
    return seconds, size


if __name__ == "__main__":
    main()
