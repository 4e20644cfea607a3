"""Measure how many petitions a second one core counts: ``python -m benchmarks.petition_facts [--matters 30000]``.

The matters are invented, nearly ten events each, every branch of Article 31 among them. The fast count is measured
from compact events and from rows of text; beside it, the certificate path, which explains every day. Process time,
median and best of the runs.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from hengping.dates import Period, official_calendar
from hengping.petitions.facts import CODES, EVENT_FIELDS, PetitionLog, build, gather, misplaced
from hengping.petitions.model import Context
from hengping.petitions.petition import Log, read_log, replay

SEED = 20240101
OTHER_ROUTES = ("route-litigation", "route-arbitration", "route-party-appeal", "route-administrative")
CALENDAR = official_calendar()


def matter(chance: random.Random, first: date) -> Iterator[tuple[str, date, str]]:
    """Yield the acts of one invented matter: step, day, details."""
    on = first + timedelta(days=chance.randrange(330))

    def later(most: int) -> date:
        nonlocal on
        on += timedelta(days=chance.randrange(most + 1))
        return on

    yield "file", on, "信访形式=online"
    yield "register", later(2), ""
    yield "sort-claim", later(2), ""
    yield "forward", later(10), "去向=unit"
    yield "receive", later(3), ""
    if chance.random() < 0.05:
        yield "object", later(6), "异议理由=不属职权"
        yield "overrule-objection", later(3), "核实意见=属其职权"
    yield "accept", later(16), "告知文号=告一"
    route = "route-petition" if chance.random() < 0.8 else chance.choice((*OTHER_ROUTES, "route-duty"))
    yield route, later(3), "分支理由=见审查意见"
    if route in OTHER_ROUTES:
        yield "report-diversion", later(30), "告知文号=导一"
    elif route == "route-duty":
        yield "perform", later(60), "文书文号=行一"
    else:
        yield from opinion(chance, later)


def opinion(chance: random.Random, later: Callable[[int], date]) -> Iterator[tuple[str, date, str]]:
    """Yield the end of a matter of the sixth branch."""
    if chance.random() < 0.1:
        yield "extend", later(50), "延期日数=30;批准人职务=局长;延期理由=鉴定;告知文号=延一"
    if chance.random() < 0.5:
        yield "contact", later(20), ""
    fields = "投诉请求=甲;事实和理由=乙;处理意见=丙;法律依据=丁;结论=予以支持;救济途径=复查;救济期限=30"
    yield "answer", later(45), f"意见书文号=一;{fields}"
    yield "serve", later(5), "送达凭证=一"
    if chance.random() < 0.6:
        yield "evaluate-unit", later(25), "评价=满意"
    if chance.random() < 0.05:
        yield "request-review", later(20), ""


def rows(matters: int) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Return invented rows of the two tables."""
    chance = random.Random(SEED)  # noqa: S311 - invented matters, the same every time
    petitions: list[tuple[str, ...]] = []
    events: list[tuple[str, ...]] = []
    for number in range(matters):
        key = f"P{number:07}"
        petitions.append((key, "unit", "office", f"r{number % 12}", "online", "claim", "HP01", "1", "1", "", "0"))
        acts = enumerate(matter(chance, date(2024, 1, 1)), start=1)
        events.extend((key, str(at), on.isoformat(), step, "", "", details) for at, (step, on, details) in acts)
    return petitions, events


def as_log(events: list[tuple[str, ...]]) -> Log:
    """Return the log of one matter as the explaining path reads it."""
    roles = {"file": "petitioner"}
    acts = [dict(zip(EVENT_FIELDS, event, strict=True)) for event in events]
    return read_log(
        {
            "events": [
                {
                    "step": act["step"],
                    "on": act["on"],
                    **({"by": roles[act["step"]]} if act["step"] in roles else {}),
                    **({"by": "petition-office"} if act["step"] in ("contact", "overrule-objection") else {}),
                    "details": dict(part.split("=") for part in act["details"].split(";") if part),
                }
                for act in acts
            ]
        }
    )


def measure(name: str, count: int, runs: int, action: Callable[[], object]) -> None:
    """Print how many matters a second an action got through."""
    rates = []
    for _ in range(runs):
        begun = time.process_time()
        action()
        rates.append(count / (time.process_time() - begun))
    print(f"{name:<44} median {statistics.median(rates):>9,.0f}/s   best {max(rates):>9,.0f}/s")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--matters", type=int, default=30_000)
    parser.add_argument("--runs", type=int, default=7)
    arguments = parser.parse_args()
    petitions, events = rows(arguments.matters)
    logs: list[PetitionLog] = list(gather(petitions, events))
    unlawful = sum(misplaced(acts) is not None for _, acts in logs)
    print(f"{len(petitions):,} matters, {len(events) / len(petitions):.1f} events each, {unlawful} out of order")
    year, as_of, runs = Period.of_year(2024), date(2025, 3, 1), arguments.runs
    measure("facts from compact events", len(logs), runs, lambda: list(build(logs, year, as_of, CALENDAR)))
    measure(
        "facts from rows of text",
        len(logs),
        runs,
        lambda: list(build(gather(petitions, events), year, as_of, CALENDAR)),
    )
    measure("order of steps checked", len(logs), runs, lambda: [misplaced(acts) for _, acts in logs])
    by_matter: dict[str, list[tuple[str, ...]]] = {}
    for event in events[: 500 * len(CODES)]:
        by_matter.setdefault(event[0], []).append(event)
    few = [as_log(acts) for acts in list(by_matter.values())[:500]]
    context = Context(calendar=CALENDAR)
    measure("replay with every certificate", len(few), runs, lambda: [replay(log, context, as_of) for log in few])


if __name__ == "__main__":
    main()
