"""Where petitions and their events come from, and how they are cut into partitions that are decided one by one.

A source is one of two things. Already cut: a folder with ``petitions/ORGANISATION/MONTH.parquet`` and, under the same
names, ``events/…``, every event in the file that corresponds to its petition's. Or flat: ``petitions`` and ``events``
as one CSV or Parquet file each, in any order and of any size; these are first sorted into partitions by the embedded
engine, within a limit of memory, spilling to disk.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b, file_digest
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from hengping.errors import Unavailable, Unreadable
from hengping.petitions.facts import EVENT_FIELDS, PETITION_FIELDS
from hengping_io import arrow_tables, engine_files
from hengping_io.arrow_tables import DAY, SMALL, TEXT, WHOLE, ArrowTable

PETITIONS, EVENTS = "petitions", "events"
PETITION_KINDS: Mapping[str, str] = dict.fromkeys(PETITION_FIELDS, TEXT) | {
    "persons": WHOLE,
    "initial": SMALL,
    "unclear": SMALL,
}
"""Columns of petitions and what they hold."""

EVENT_KINDS: Mapping[str, str] = dict.fromkeys(EVENT_FIELDS, TEXT) | {"sequence": WHOLE, "on": DAY}
"""Columns of events and what they hold."""

UNSAFE = str.maketrans(dict.fromkeys('/\\:*?"<>|\t\n\r%.', "_"))
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Partition:
    """One organisation's matters of one month: two files and the name of what is made of them."""

    name: str
    petitions: Path
    events: Path

    def digest(self) -> str:
        """Return a hash of the content of both files."""
        found = blake2b(digest_size=16)
        for path in (self.petitions, self.events):
            with path.open("rb") as file:
                found.update(file_digest(file, lambda: blake2b(digest_size=16)).digest())
        return found.hexdigest()


@dataclass(frozen=True, slots=True)
class FlatSource:
    """One table of petitions and one of events, not yet cut."""

    petitions: Path
    events: Path

    def digest(self) -> str:
        """Return a hash of the content of both files."""
        return Partition("", self.petitions, self.events).digest()


def find(source: Path) -> FlatSource | tuple[Partition, ...]:
    """Return what a folder holds: partitions in the order of their names, or two flat files."""
    if not source.is_dir():
        raise Unreadable(str(source), "不是文件夹", f"请给出含有 {PETITIONS} 与 {EVENTS} 的文件夹。")
    flat = {name: _flat(source, name) for name in (PETITIONS, EVENTS)}
    if all(flat.values()):
        return FlatSource(flat[PETITIONS] or source, flat[EVENTS] or source)
    folder = source / PETITIONS
    if not folder.is_dir():
        raise Unreadable(
            str(source),
            f"没有 {PETITIONS}.csv、{PETITIONS}.parquet，也没有 {PETITIONS} 文件夹",
            "格式见 docs/scale.md。",
        )
    return tuple(_partitions(source))


def _flat(source: Path, name: str) -> Path | None:
    for ending in (".parquet", ".csv"):
        path = source / f"{name}{ending}"
        if path.is_file():
            return path
    return None


def _partitions(source: Path) -> Iterator[Partition]:
    found = sorted((source / PETITIONS).glob("*/*.parquet"))
    events = {path.relative_to(source / EVENTS) for path in (source / EVENTS).glob("*/*.parquet")}
    for path in found:
        place = path.relative_to(source / PETITIONS)
        if place not in events:
            raise Unreadable(str(path), f"没有对应的 {EVENTS}/{place}", "事项与办理记录须成对导出，请补上这个文件。")
        events.remove(place)
        yield Partition(place.with_suffix("").as_posix(), path, source / EVENTS / place)
    if events:
        left = source / EVENTS / min(events)
        raise Unreadable(str(left), f"没有对应的 {PETITIONS} 文件", "事项与办理记录须成对导出，请补上这个文件。")


def check(partition: Partition) -> int:
    """Refuse a partition whose files are broken or of other columns; return how many petitions it says it has."""
    arrow_tables.check_kinds(partition.petitions, PETITION_KINDS)
    arrow_tables.check_kinds(partition.events, EVENT_KINDS)
    return arrow_tables.rows_in(partition.petitions)


def cut(source: FlatSource, staging: Path, memory: str, threads: int) -> tuple[Partition, ...]:
    """Sort two flat files into partitions below ``staging``, within a limit of memory; one that is done is kept."""
    done = staging / "done"
    if not done.exists():
        shutil.rmtree(staging, ignore_errors=True)
        try:
            staging.mkdir(parents=True)
            _cut(source, staging, memory, threads)
            done.touch()
        except OSError as error:
            raise Unavailable(str(staging), f"写不进去：{error.strerror or error}", "请腾出空间后再次运行。") from error
    return tuple(_partitions(staging))


PLACES = """CREATE TABLE place AS SELECT p.petition, p.organisation AS place_organisation,
    coalesce(strftime(min(e."on"), '%Y-%m'), '0000-00') AS place_month
    FROM petitions p LEFT JOIN events e USING (petition) GROUP BY p.petition, p.organisation"""
TWICE = "SELECT petition, count(*) FROM petitions GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 5"
LOST = "SELECT DISTINCT petition FROM events ANTI JOIN petitions USING (petition) ORDER BY 1 LIMIT 5"


def _cut(source: FlatSource, staging: Path, memory: str, threads: int) -> None:
    with engine_files.limited(staging / "spill", memory, threads) as engine:
        engine.view(PETITIONS, source.petitions, PETITION_KINDS)
        engine.view(EVENTS, source.events, EVENT_KINDS)
        engine.run(PLACES)
        _check_joined(engine, source)
        for name, kinds, order in (
            (PETITIONS, PETITION_KINDS, "petition"),
            (EVENTS, EVENT_KINDS, "petition, sequence"),
        ):
            path = staging / f"{name}.sorted"
            engine.sorted_into(path, name, "place_organisation, place_month, " + order)
            _split(engine_files.batches(path), staging / name, tuple(kinds))
            path.unlink()
    shutil.rmtree(staging / "spill", ignore_errors=True)
    _fill_pairs(staging)


def _check_joined(engine: engine_files.Limited, source: FlatSource) -> None:
    twice = engine.rows(TWICE)
    if twice:
        names = "、".join(f"{name}（{count} 次）" for name, count in twice)
        raise Unreadable(str(source.petitions), f"事项编号重复：{names}", "每件事项只能有一行，请删去重复的行。")
    lost = engine.rows(LOST)
    if lost:
        names = "、".join(str(name) for (name,) in lost)
        raise Unreadable(
            str(source.events), f"有办理记录而没有事项：{names}", f"请在 {source.petitions.name} 中补上，或删去这些行。"
        )


def _split(batches: Iterator[tuple[tuple[str, str], ArrowTable]], folder: Path, names: tuple[str, ...]) -> None:
    """Write every run of rows of one organisation and month as a file of its own."""
    for (organisation, month), found in groupby(batches, key=itemgetter(0)):
        table = arrow_tables.joined([rows for _, rows in found]).select(list(names))
        arrow_tables.write_parquet(table, folder / folder_name(organisation) / f"{month}.parquet")


def _fill_pairs(staging: Path) -> None:
    """Give matters without any event their empty file."""
    for path in (staging / PETITIONS).glob("*/*.parquet"):
        twin = staging / EVENTS / path.relative_to(staging / PETITIONS)
        if not twin.exists():
            arrow_tables.write_parquet(arrow_tables.empty_table(EVENT_KINDS), twin)


def folder_name(organisation: str) -> str:
    """Return a folder's name for an organisation: readable, safe on every system, and its own.

    >>> folder_name("住建局")
    '住建局'
    >>> folder_name("a/b")
    'a_b-7dbcb3'
    """
    readable = organisation.translate(UNSAFE).strip()[:LONGEST_NAME]
    if readable == organisation and readable:
        return readable
    return f"{readable or '_'}-{blake2b(organisation.encode(), digest_size=3).hexdigest()}"
