"""Measure the site under fifty people: ``python -m benchmarks.casework_site --place FOLDER [--seconds 20] [--write PAGE]``.

The database in HENGPING_DATABASE and HENGPING_DATA was filled by ``benchmarks.casework_load``. The site is started as it is
deployed; fifty people are signed in through its own pages, each from an address of their own, and ask for one kind of
page at a time: first with a second of thought between answer and next question (exponential, mean one second), then
without any, which shows how much the machine gives at most. Beside them stands the floor of the same run: the page that
only says the site is well. Driver, site and database share the machine.

Nobody waits for ever: an answer has ten seconds, a phase its own end, and a run that is still going after its time is
ended, site and all. An answer that never came counts as a failure and with the time that was waited for it.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

# Importing the loader sets Django up, so the models come after it.
from benchmarks import casework_load as load
from benchmarks import casework_province as province
from benchmarks import casework_servers as servers
from django.db import connection
from django.utils import timezone

from hengping_web.petitions import receipts
from hengping_web.petitions.models import Matter, Receipt
from hengping_web.serving import is_free

PORT = 8765
PEOPLE = 50
PATIENCE = 10.0
"""How long a person waits for an answer, in seconds."""

SIGNING_IN = 8
"""People signing in at once; more would only queue for the two cores that digest their passwords."""

CONTENT = "application/x-www-form-urlencoded"
POSTS = (
    "registrar",
    "sorter",
    "clerk",
    "head",
    "reviewer",
    "supervisor",
    "leader",
    "clerk",
    "registrar",
    "re-reviewer",
)
BEGIN, END = "<!-- measured {} -->", "<!-- /measured {} -->"


@dataclass(slots=True)
class Person:
    """Somebody at a browser: one connection kept open, cookies, and what they may look at."""

    address: str
    chance: random.Random
    post: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)
    connection: http.client.HTTPConnection | None = None

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Ask for a page and return its status and body; a kept connection the server let go of is opened anew."""
        told = {**form, "form_key": _key(), "csrfmiddlewaretoken": self.cookies["csrftoken"]} if form else None
        body = urlencode(told).encode() if told else None
        kept = self.connection is not None
        try:
            return self._ask(path, body)
        except (http.client.HTTPException, ConnectionError):
            self.hang_up()
            if not kept:
                raise
        except OSError:
            self.hang_up()
            raise
        # The form key is the same, so that what was registered and not answered is not registered twice.
        try:
            return self._ask(path, body)
        except (http.client.HTTPException, OSError):
            self.hang_up()
            raise

    def _ask(self, path: str, body: bytes | None) -> tuple[int, bytes]:
        line = self.connection
        if line is None:
            line = self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=PATIENCE)
        headers = {
            "X-Forwarded-For": self.address,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = CONTENT
        line.request("GET" if body is None else "POST", path, body, headers)
        answer = line.getresponse()
        page = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value
        if answer.will_close:
            self.hang_up()
        return answer.status, page

    def hang_up(self) -> None:
        """Let go of the connection; the next question opens another."""
        line, self.connection = self.connection, None
        if line is not None:
            line.close()

    def sign_in(self, username: str) -> None:
        """Sign in through the site's own page."""
        self.ask("/accounts/sign-in/")
        status, _ = self.ask("/accounts/sign-in/", {"username": username, "password": province.PASSWORD})
        if status != 302:
            raise SystemExit(f"{username} could not sign in: {status}")

    def follow(self) -> int:
        """Type the code of a receipt in, as a citizen does."""
        code = load.code_of(self.chance.choice(self.numbers))
        return (self.ask("/portal/follow/", {"code": code}))[0]


def _key() -> str:
    return f"{random.getrandbits(160):040x}"


Step = Callable[[Person], tuple[int, bytes]]


def _inbox(person: Person) -> tuple[int, bytes]:
    return person.ask("/petitions/")


def _matter(person: Person) -> tuple[int, bytes]:
    return person.ask(f"/petitions/of/{person.chance.choice(person.numbers)}/")


def _portal(person: Person) -> tuple[int, bytes]:
    return person.ask("/portal/matter/")


def _follow(person: Person) -> tuple[int, bytes]:
    return person.follow(), b""


def _health(person: Person) -> tuple[int, bytes]:
    return person.ask("/health/")


def _search(text: str) -> Step:
    def ask(person: Person) -> tuple[int, bytes]:
        wanted = text or person.chance.choice(person.numbers)
        return person.ask(f"/petitions/all/?text={quote(wanted)}")

    return ask


def _register(person: Person) -> tuple[int, bytes]:
    subject = person.chance.choice(province.SUBJECTS)
    return person.ask(
        "/petitions/register/",
        {
            "channel": "letter",
            "filed_on": timezone.localdate().isoformat(),
            "persons": "1",
            "summary": f"反映{person.chance.choice(province.PLACES)}{subject}损坏未修复",
            "claim": f"请求处理{subject}问题",
            "region": "其他",
            "words": f"{subject}坏了很久，反映过几次。" * 10,
        },
    )


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of page: its name, who asks, what it is to take at most, or how many a second at least."""

    name: str
    step: Step
    posts: tuple[str, ...] = ()
    most: float = 0.0
    least: float = 0.0


SCENARIOS = (
    Scenario("floor: /health/, one trivial question to the database", _health),
    Scenario("inbox, every role", _inbox, most=0.05),
    *(Scenario(f"inbox, {post}", _inbox, (post,), 0.05) for post in ("clerk", "sorter", "leader")),
    Scenario("matter page (written to the log)", _matter, most=0.05),
    Scenario("portal page", _portal, ("citizen",), 0.05),
    Scenario("portal, code typed in", _follow, ("citizen",), 0.05),
    *(Scenario(f"search, {how} word", _search(text), most=0.2) for how, text in province.WORDS_ASKED.items() if text),
    Scenario("search, a number", _search(""), most=0.2),
    Scenario("registration of a letter", _register, ("registrar",), least=100),
)


def _people(posts: tuple[str, ...], numbers: list[str], known: dict[str, Person]) -> list[Person]:
    """Return fifty people of the posts asked for; an account signs in once and may have several browsers open."""
    chosen = [(at, (posts or POSTS)[at % len(posts or POSTS)]) for at in range(PEOPLE)]
    names = {at: f"c{at % province.CITIES:02}-sample-{post}" for at, post in chosen if post != "citizen"}
    first = {name: at for at, name in names.items() if name not in known}
    with ThreadPoolExecutor(SIGNING_IN) as several:
        known.update(zip(first, several.map(lambda name: _signed_in(name, first[name], numbers), first), strict=True))
    return [_person(at, post, numbers, known.get(names.get(at, ""))) for at, post in chosen]


def _new(at: int, post: str, numbers: list[str]) -> Person:
    return Person(f"10.0.{at // 200}.{at % 200 + 1}", random.Random(at), post, numbers=numbers)  # noqa: S311 - a repeatable choice


def _signed_in(name: str, at: int, numbers: list[str]) -> Person:
    person = _new(at, name, numbers)
    person.sign_in(name)
    pages = [person.ask(path)[1].decode() for path in ("/petitions/", "/petitions/all/")]
    seen = {number for page in pages for number in re.findall(r"/petitions/of/(\d{4}-\d+)/", page)}
    person.numbers = sorted(seen) or numbers
    person.hang_up()
    return person


def _person(at: int, post: str, numbers: list[str], account: Person | None) -> Person:
    if account is not None:
        person = _new(at, post, account.numbers)
        person.cookies.update(account.cookies)
        return person
    person = _new(at, post, numbers)
    person.ask("/portal/follow/")
    person.follow()
    return person


@dataclass(frozen=True, slots=True)
class Outcome:
    """What fifty people saw: how long each answer took, how many a second, and answers that were failures."""

    seconds: list[float]
    rate: float
    failures: int

    def at(self, share: float) -> float:
        """Return the time within which that share of the answers came."""
        ordered = sorted(self.seconds) or [0.0]
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _measure(step: Step, people: Sequence[Person], seconds: float, think: float) -> Outcome:
    """Let everybody ask until the time is up, and wait for nobody longer than a person waits."""
    times: list[list[float]] = [[] for _ in people]
    failures = [0 for _ in people]
    began = time.perf_counter()
    until = began + seconds

    def one(at: int, person: Person) -> None:
        if think:
            time.sleep(person.chance.random() * min(think, seconds))
        while (asked := time.perf_counter()) < until:
            try:
                failures[at] += step(person)[0] >= 400
            except (http.client.HTTPException, OSError):
                failures[at] += 1
            times[at].append(time.perf_counter() - asked)
            if think:
                time.sleep(min(person.chance.expovariate(1 / think), max(0.0, until - time.perf_counter())))

    threads = [threading.Thread(target=one, args=(at, person), daemon=True) for at, person in enumerate(people)]
    for thread in threads:
        thread.start()
    for at, thread in enumerate(threads):
        # Two attempts of an answer at most are still under way when the time is up.
        thread.join(max(0.0, until + 2 * PATIENCE + 1 - time.perf_counter()))
        if thread.is_alive():
            failures[at] += 1
            people[at].hang_up()
    lasted = time.perf_counter() - began
    answered = [one for own in times for one in own]
    return Outcome(answered, len(answered) / lasted, sum(failures))


WARM, FULL = 1 / 8, 1 / 2
"""The parts of a page's seconds spent before measuring, and without a pause."""


def _all(seconds: float, only: str, numbers: list[str], until: float) -> Iterator[str]:
    """Yield the row of each page; what there is no time left for is said to be left out."""
    people: dict[tuple[str, ...], list[Person]] = {}
    known: dict[str, Person] = {}
    for scenario in SCENARIOS:
        if only not in scenario.name:
            continue
        if time.monotonic() + seconds * (1 + WARM + FULL) > until:
            yield f"| {scenario.name} | – | – | – | – | – | – | – | left out: the run's time was up |"
            continue
        if scenario.posts not in people:
            people[scenario.posts] = _people(scenario.posts, numbers, known)
        group = people[scenario.posts]
        _measure(scenario.step, group, seconds * WARM, 0.0)
        calm = _measure(scenario.step, group, seconds, 1.0)
        full = _measure(scenario.step, group, seconds * FULL, 0.0)
        yield _row(scenario, calm, full)


def _row(scenario: Scenario, calm: Outcome, full: Outcome) -> str:
    aim, told = "–", ""
    if scenario.most:
        aim, met = f"p99 ≤ {scenario.most * 1000:.0f} ms", calm.at(0.99) <= scenario.most
        told = "met" if met else f"falls short by {(calm.at(0.99) - scenario.most) * 1000:.0f} ms"
    if scenario.least:
        aim, met = f"≥ {scenario.least:.0f}/s", full.rate >= scenario.least
        told = "met" if met else f"falls short by {scenario.least - full.rate:.0f}/s"
    failed = calm.failures + full.failures
    cells = (
        scenario.name,
        f"{calm.rate:.0f}/s",
        f"{calm.at(0.5) * 1000:.0f} ms",
        f"{calm.at(0.99) * 1000:.0f} ms",
        f"{full.rate:.0f}/s",
        f"{full.at(0.5) * 1000:.0f} ms",
        f"{full.at(0.99) * 1000:.0f} ms",
        aim,
        f"{told}{f'; {failed} answers were failures' if failed else ''}",
    )
    return f"| {' | '.join(cells)} |"


HEAD = """| page | thinking: asked | p50 | p99 | saturated: answered | p50 | p99 | aim | |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |"""


def _memory(leader: int) -> Iterator[str]:
    """Yield what each process of the site holds: its own share, and all it has mapped."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) != leader:
                continue
            told = (folder / "smaps_rollup").read_text()
        except OSError:
            continue
        sizes = {name: int(size) // 1024 for name, size in re.findall(r"^(Rss|Pss): +(\d+) kB", told, re.MULTILINE)}
        yield f"{sizes.get('Pss', 0)} MB (RSS {sizes.get('Rss', 0)} MB)"


def main() -> int:
    """Start the site, measure, print, and write the page where one is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--only", default="")
    parser.add_argument("--most", type=float, help="end the run after so many seconds (what the pages need, and 60)")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    most = options.most or 60 + len(SCENARIOS) * (1 + WARM + FULL) * options.seconds
    until = time.monotonic() + most
    several, vendor = Matter.objects.count(), connection.vendor
    numbers = _some_numbers(several)
    connection.close()
    if not is_free("127.0.0.1", PORT):
        raise SystemExit(f"something else listens at {PORT}; it would be measured instead")
    before = os.getloadavg()[0]
    site = servers.start_site(PORT, os.environ, Path(os.environ["HENGPING_DATA"]) / "site.log")
    watchdog = threading.Timer(most + 4 * PATIENCE, _give_up, (site,))
    watchdog.daemon = True
    watchdog.start()
    rows = []
    try:
        _settle()
        for row in _all(options.seconds, options.only, numbers, until):
            rows.append(row)
            print(row, flush=True)
        memory = sorted(_memory(site.pid))
    finally:
        _stop(site)
    told = (
        f"{several:,} matters on {'PostgreSQL' if vendor == 'postgresql' else 'SQLite'}; {os.cpu_count()} cores shared by "
        f"driver, site and database; load of the machine by others before the run {before:.1f}; {PEOPLE} people, "
        f"{options.seconds:.0f} s each page with thought and {options.seconds * FULL:.0f} s without."
    )
    held = f"Memory of the site's processes, each after the run: {'; '.join(memory)} (aim: a worker ≤ 250 MB)."
    text = "\n".join([told, "", HEAD, *rows, "", held])
    print(text)
    if options.write:
        _write(options.write, text, vendor)
    return 0


def _some_numbers(several: int) -> list[str]:
    """Return the numbers of matters whose receipts are known, drawn from all."""
    chance = random.Random(7)  # noqa: S311 - a repeatable choice
    top = Matter.objects.order_by("-pk").values_list("pk", flat=True).first() or 1
    keys = [chance.randrange(1, min(top, several) + 1) for _ in range(400)]
    rows = Receipt.objects.filter(matter__in=keys).values_list("matter__number", "code")
    return [number for number, code in rows if code == receipts.digest_of(load.code_of(number))]


def _settle() -> None:
    """Wait until every process of the site answers: one that is still starting already takes connections."""
    good, until = 0, time.monotonic() + 60
    while good < 20 and time.monotonic() < until:
        began = time.monotonic()
        try:
            _health(_new(0, "", []))
        except (http.client.HTTPException, OSError):
            good = 0
            continue
        good = good + 1 if time.monotonic() - began < 1 else 0


def _stop(site: subprocess.Popen[bytes]) -> None:
    os.killpg(site.pid, signal.SIGTERM)
    try:
        site.wait(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(site.pid, signal.SIGKILL)
        site.wait()


def _give_up(site: subprocess.Popen[bytes]) -> None:
    """End a run that goes on after its time: the site first, then this process, whatever its threads wait for."""
    sys.stderr.write("the run did not end in time; it was ended\n")
    os.killpg(site.pid, signal.SIGKILL)
    os._exit(3)


def _write(page: Path, text: str, vendor: str) -> None:
    kept = page.read_text(encoding="utf-8")
    begin, end = BEGIN.format(vendor), END.format(vendor)
    before, _, rest = kept.partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
