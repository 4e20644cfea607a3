"""Decide the fact rows of a whole source: on all cores, only what changed, and stopped at any point without loss."""

from __future__ import annotations

import gc
import shutil
import signal
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from hengping.dates import official_calendar
from hengping.errors import InvalidPackage, Problem, Unavailable, Unreadable
from hengping.petitions.facts import Tables
from hengping_io import arrow_tables, fact_packs, fact_store, petition_source
from hengping_io.engine_files import in_bytes
from hengping_io.fact_build import MATTERS, NEEDED, Edition, build, calendar_version, law_version
from hengping_io.fact_store import Listing, Stored
from hengping_io.petition_source import EVENT_KINDS, PETITION_KINDS, FlatSource, Partition
from hengping_io.progress import progress

STAGING = ".source"
EVENT_BYTES = 120
"""What one event takes while its partition is in hand, as measured: compact columns, then a slice of objects."""

PROCESS_BYTES = 200_000_000
MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Task:
    """One partition to decide, and where its rows go."""

    partition: Partition
    edition: Edition
    folder: str
    versions: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one partition."""

    name: str
    stored: Stored | None
    problems: tuple[Problem, ...] = ()
    reused: bool = False
    refused: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What a job came to."""

    listing: Listing
    decided: int
    reused: int
    petitions_decided: int


def run(source: Path, out: Path, edition: Edition, *, memory: str = "2GB", workers: int = 1) -> Done:
    """Bring the edition of a folder up to date with its source and return what was done."""
    versions = f"{calendar_version(official_calendar())} {law_version()}"
    partitions, whole = _cut(source, out, memory, workers)
    count = len(partitions)
    petitions = sum(petition_source.check(partition) for partition in progress(partitions, "查看分区", unit="个"))
    usable = _workers(partitions, memory, workers)
    tasks = [Task(partition, edition, str(out), versions) for partition in partitions]
    outcomes = list(_earlier(tasks, usable))
    known = {one.name for one in outcomes}
    left = [task for task in tasks if task.partition.name not in known]
    petitions -= sum(one.stored.petitions for one in outcomes if one.stored)
    outcomes += _shown(_all(left, usable), petitions)
    refused = next((one.refused for one in outcomes if one.refused), None)
    if refused:
        raise Unavailable(*refused)
    problems = [problem for one in outcomes for problem in one.problems]
    if problems:
        raise InvalidPackage(sorted(problems, key=lambda one: (one.file, one.row or 0))[:MOST_PROBLEMS])
    stored = {one.name: one.stored for one in outcomes if one.stored is not None}
    listing = finish(out, edition, stored, whole, usable)
    shutil.rmtree(out / STAGING, ignore_errors=True)
    fresh = [one for one in outcomes if not one.reused and one.stored]
    return Done(listing, len(fresh), count - len(fresh), sum(one.stored.petitions for one in fresh if one.stored))


def finish(out: Path, edition: Edition, stored: dict[str, Stored], source: str, workers: int) -> Listing:
    """Put an edition in place, all its partitions being there, and remove what no edition names."""
    files = {name: one.file for name, one in stored.items()}
    listing = Listing(
        edition=edition,
        calendar=calendar_version(official_calendar()),
        law=law_version(),
        source=source,
        partitions=stored,
        packs=fact_packs.make(out, files, sum(one.rows for one in stored.values()), workers),
    )
    fact_store.write_listing(out, listing)
    fact_store.sweep(out)
    return listing


def _cut(source: Path, out: Path, memory: str, workers: int) -> tuple[tuple[Partition, ...], str]:
    found = petition_source.find(source)
    if isinstance(found, FlatSource):
        whole = found.digest()
        return petition_source.cut(found, out / STAGING / whole, memory, workers), whole
    return found, ""


def _workers(partitions: Sequence[Partition], memory: str, workers: int) -> int:
    """Return how many processes the stated memory allows; refuse a partition that alone is too large for it."""
    if not partitions:
        return 1
    largest = max(partitions, key=lambda one: one.events.stat().st_size)
    need = arrow_tables.rows_in(largest.events) * EVENT_BYTES + PROCESS_BYTES
    allowed = in_bytes(memory) // need
    if not allowed:
        raise Unavailable(
            str(largest.events),
            f"这个分区约需 {need // 1_000_000} MB，限定的内存是 {memory}",
            "请加大 --memory，或者按更细的单位导出。",
        )
    return max(1, min(workers, allowed, len(partitions)))


def _earlier(tasks: Sequence[Task], workers: int) -> Iterator[Outcome]:
    """Yield what earlier runs made of the same content: hashing keeps the disk busy, not Python, so threads do."""
    with ThreadPoolExecutor(workers) as pool:
        found = pool.map(reusable, tasks)
        yield from (one for one in progress(found, "比对", total=len(tasks), unit="个") if one is not None)


def reusable(task: Task) -> Outcome | None:
    """Return what an earlier run made of the same content by the same rules, or None."""
    digest = task.partition.digest()
    file = fact_store.partition_file(task.partition.name, digest, task.edition, task.versions)
    if not arrow_tables.is_whole(Path(task.folder) / file):
        return None
    return Outcome(task.partition.name, _stored(task, file, digest), reused=True)


def _all(tasks: Sequence[Task], workers: int) -> Iterator[Outcome]:
    if workers == 1 or len(tasks) < 2:
        yield from map(decide, tasks)
        return
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin)
    with pool:
        try:
            waiting = [pool.submit(decide, task) for task in tasks]
            for future in as_completed(waiting):
                yield future.result()
        except BrokenProcessPool as error:
            raise Unavailable(
                "工作进程", "一个工作进程异常退出（内存不足时常见）", "已完成的分区保留；请减小 --workers 后再次运行。"
            ) from error
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _begin() -> None:
    """Let only the first process answer to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _shown(outcomes: Iterable[Outcome], petitions: int) -> Iterator[Outcome]:
    """Pass outcomes on, showing rate and time left in petitions."""
    seen: list[Outcome] = []

    def counted() -> Iterator[None]:
        for outcome in outcomes:
            seen.append(outcome)
            yield from [None] * (outcome.stored.petitions if outcome.stored else 0)

    for _ in progress(counted(), "判定", total=petitions, unit="件"):
        pass
    yield from seen


@cache
def known_days(edition: Edition) -> Tables:
    """Return the days of an edition by the official calendar, worked out once in each process."""
    return edition.tables(official_calendar())


def decide(task: Task) -> Outcome:
    """Decide one partition, or take what an earlier run made of the same content by the same rules."""
    gc.disable()  # rows are tuples without cycles; looking for garbage among them costs a tenth
    try:
        return _decide(task)
    except Unavailable as error:
        return Outcome(task.partition.name, None, refused=(error.what, error.reason, error.remedy))
    except Unreadable as error:
        problem = Problem(file=error.path, message=error.reason, remedy=error.remedy)
        return Outcome(task.partition.name, None, (problem,))
    finally:
        gc.enable()


def _decide(task: Task) -> Outcome:
    partition = task.partition
    digest = partition.digest()
    file = fact_store.partition_file(partition.name, digest, task.edition, task.versions)
    path = Path(task.folder) / file
    if not arrow_tables.is_whole(path):
        rows, problems = build(
            arrow_tables.read_parquet(partition.petitions, PETITION_KINDS),
            arrow_tables.read_parquet(partition.events, {name: EVENT_KINDS[name] for name in NEEDED}),
            known_days(task.edition),
            (str(partition.petitions), str(partition.events)),
        )
        if problems:
            return Outcome(partition.name, None, tuple(problems))
        arrow_tables.write_parquet(rows, path)
    return Outcome(partition.name, _stored(task, file, digest))


def _stored(task: Task, file: str, digest: str) -> Stored:
    path = Path(task.folder) / file
    return Stored(
        file=file,
        source=digest,
        petitions=arrow_tables.rows_in(task.partition.petitions),
        rows=int(arrow_tables.label_of(path)[MATTERS]),
        bytes=path.stat().st_size,
    )
