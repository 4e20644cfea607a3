"""Measure the site under fifty people: ``python -m benchmarks.casework_site --place FOLDER [--seconds 20] [--write PAGE]``.

The database in HENGPING_DATABASE and HENGPING_DATA was filled by ``benchmarks.casework_load``. The site is started as it is
deployed; fifty people are signed in through its own pages, each from an address of their own, and ask for one kind of
page at a time: first with a second of thought between answer and next question (exponential, mean one second), then
without any, which shows how much the machine gives at most. Beside them stands the floor of the same run: the page that
only says the site is well. Driver, site and database share the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

from benchmarks import casework_load as load
from benchmarks import casework_province as province
from benchmarks import casework_servers as servers

PORT = 8765
PEOPLE = 50
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
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Ask for a page and return its status and body; a connection the server let go of is opened anew."""
        try:
            return await asyncio.wait_for(self._ask(path, form), 20)
        except asyncio.IncompleteReadError as cut:
            if cut.partial:
                raise
        except (ConnectionError, TimeoutError):
            pass
        self.writer = None
        return await self._ask(path, form)

    async def _ask(self, path: str, form: dict[str, str] | None) -> tuple[int, bytes]:
        if self.writer is None or self.writer.is_closing():
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", PORT)
        assert self.reader is not None  # noqa: S101
        body = urlencode({**form, "form_key": _key(), "csrfmiddlewaretoken": self.cookies["csrftoken"]}) if form else ""
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.writer.write(
            (
                f"{'POST' if form else 'GET'} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: {self.address}\r\n"
                f"Cookie: {kept}\r\nContent-Type: {CONTENT}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
            ).encode()
        )
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        for name, value in re.findall(r"(?i)^set-cookie: +([^=]+)=([^;\r]*)", head, re.MULTILINE):
            self.cookies[name] = value
        length = re.search(r"(?i)^content-length: (\d+)", head, re.MULTILINE)
        return int(head[9:12]), await self.reader.readexactly(int(length[1]) if length else 0)

    async def sign_in(self, username: str) -> None:
        """Sign in through the site's own page."""
        await self.ask("/accounts/sign-in/")
        status, _ = await self.ask("/accounts/sign-in/", {"username": username, "password": province.PASSWORD})
        if status != 302:
            raise SystemExit(f"{username} could not sign in: {status}")

    async def follow(self) -> int:
        """Type the code of a receipt in, as a citizen does."""
        code = load.code_of(self.chance.choice(self.numbers))
        return (await self.ask("/portal/follow/", {"code": code}))[0]


def _key() -> str:
    return f"{random.getrandbits(160):040x}"


Step = Callable[[Person], Awaitable[tuple[int, bytes]]]


async def _inbox(person: Person) -> tuple[int, bytes]:
    return await person.ask("/petitions/")


async def _matter(person: Person) -> tuple[int, bytes]:
    return await person.ask(f"/petitions/of/{person.chance.choice(person.numbers)}/")


async def _portal(person: Person) -> tuple[int, bytes]:
    return await person.ask("/portal/matter/")


async def _follow(person: Person) -> tuple[int, bytes]:
    return await person.follow(), b""


async def _health(person: Person) -> tuple[int, bytes]:
    return await person.ask("/health/")


def _search(text: str) -> Step:
    async def ask(person: Person) -> tuple[int, bytes]:
        wanted = text or person.chance.choice(person.numbers)
        return await person.ask(f"/petitions/all/?text={quote(wanted)}")

    return ask


async def _register(person: Person) -> tuple[int, bytes]:
    subject = person.chance.choice(province.SUBJECTS)
    return await person.ask(
        "/petitions/register/",
        {
            "channel": "letter",
            "filed_on": load.timezone.localdate().isoformat(),
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


async def _people(posts: tuple[str, ...], numbers: list[str]) -> list[Person]:
    """Return fifty people signed in, of the posts asked for."""
    found = []
    for at in range(PEOPLE):
        person = Person(f"10.0.{at // 200}.{at % 200 + 1}", random.Random(at))  # noqa: S311 - a repeatable choice
        person.post = (posts or POSTS)[at % len(posts or POSTS)]
        person.numbers = numbers
        if person.post == "citizen":
            await person.ask("/portal/follow/")
            await person.follow()
        else:
            await person.sign_in(f"c{at % province.CITIES:02}-sample-{person.post}")
            pages = [(await person.ask(path))[1].decode() for path in ("/petitions/", "/petitions/all/")]
            seen = {number for page in pages for number in re.findall(r"/petitions/of/(\d{4}-\d+)/", page)}
            person.numbers = sorted(seen) or numbers
        found.append(person)
    return found


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


async def _measure(step: Step, people: list[Person], seconds: float, think: float) -> Outcome:
    times: list[float] = []
    failures = 0
    until = time.perf_counter() + seconds

    async def one(person: Person) -> None:
        nonlocal failures
        if think:
            await asyncio.sleep(person.chance.random() * think)
        while time.perf_counter() < until:
            began = time.perf_counter()
            status, _ = await step(person)
            times.append(time.perf_counter() - began)
            failures += status >= 400
            if think:
                await asyncio.sleep(person.chance.expovariate(1 / think))

    began = time.perf_counter()
    await asyncio.gather(*(one(person) for person in people))
    return Outcome(times, len(times) / (time.perf_counter() - began), failures)


async def _all(seconds: float, only: str, numbers: list[str]) -> list[str]:
    rows = []
    people: dict[tuple[str, ...], list[Person]] = {}
    for scenario in SCENARIOS:
        if only not in scenario.name:
            continue
        if scenario.posts not in people:
            people[scenario.posts] = await _people(scenario.posts, numbers)
        group = people[scenario.posts]
        await _measure(scenario.step, group, min(3.0, seconds / 4), 0.0)
        calm = await _measure(scenario.step, group, seconds, 1.0)
        full = await _measure(scenario.step, group, seconds / 2, 0.0)
        rows.append(_row(scenario, calm, full))
        print(rows[-1], flush=True)
    return rows


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
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    several, vendor = load.Matter.objects.count(), load.connection.vendor
    chance = random.Random(7)  # noqa: S311 - a repeatable choice
    top = load.Matter.objects.order_by("-pk").values_list("pk", flat=True).first() or 1
    keys = [chance.randrange(1, min(top, several) + 1) for _ in range(400)]
    numbers = list(load.Receipt.objects.filter(matter__in=keys).values_list("matter__number", flat=True))
    numbers = [one for one in numbers if load.receipts.digest_of(load.code_of(one))]
    load.connection.close()
    before = os.getloadavg()[0]
    site = servers.start_site(PORT, os.environ, Path(os.environ["HENGPING_DATA"]) / "site.log")
    try:
        rows = asyncio.run(_all(options.seconds, options.only, numbers))
        memory = sorted(_memory(site.pid))
    finally:
        os.killpg(site.pid, signal.SIGTERM)
        site.wait(timeout=30)
    told = (
        f"{several:,} matters on {'PostgreSQL' if vendor == 'postgresql' else 'SQLite'}; {os.cpu_count()} cores shared by "
        f"driver, site and database; load of the machine by others before the run {before:.1f}; {PEOPLE} people, "
        f"{options.seconds:.0f} s each page."
    )
    held = f"Memory of the site's processes, each after the run: {'; '.join(memory)} (aim: a worker ≤ 250 MB)."
    text = "\n".join([told, "", HEAD, *rows, "", held])
    print(text)
    if options.write:
        _write(options.write, text, vendor)
    return 0


def _write(page: Path, text: str, vendor: str) -> None:
    kept = page.read_text(encoding="utf-8")
    begin, end = BEGIN.format(vendor), END.format(vendor)
    before, _, rest = kept.partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
