"""A few large files beside the many small ones, made of the same rows: what is counted is read from these.

A year of a province is thousands of partitions of a few thousand rows, and an engine that opens them all spends its
time opening. So the rows of some hundred partitions are put together, without what nobody counts by. Which partitions
go together follows from their names alone, so that a partition that changes has one pack made anew and no more; a pack
is named by the files it was made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from hengping_io import arrow_tables
from hengping_io.fact_build import FACT_KINDS, SUMMED
from hengping_io.fact_words import WORDS
from hengping_io.progress import progress

PACKS = "packs"
ROWS_IN_A_PACK = 1 << 20
GROUPS = ("region", "month", "category", "organisation", "office", "channel", "kind")
"""Columns by which facts may be told apart."""

COUNTED: tuple[str, ...] = tuple(name for name in FACT_KINDS if name in {*GROUPS, *SUMMED, *WORDS})
"""What a pack keeps of a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One large file below the folder, and its size."""

    file: str
    bytes: int


def make(folder: Path, files: Mapping[str, str], rows: int, workers: int) -> tuple[Pack, ...]:
    """Put the files of an edition, by the name of their partition, into packs; those that are there are kept."""
    groups = list(_grouped(files, rows))
    with ThreadPoolExecutor(max(1, workers)) as pool:
        made = pool.map(lambda group: _pack(folder, group), groups)
        return tuple(progress(made, "归并", total=len(groups), unit="个"))


def _grouped(files: Mapping[str, str], rows: int) -> Iterator[list[str]]:
    """Yield the files that go together; how many packs there are doubles with the rows, so that few ever move."""
    count = 1 << max(0, rows // ROWS_IN_A_PACK).bit_length()
    groups: dict[int, list[str]] = {}
    for name in sorted(files):
        groups.setdefault(blake2b(name.encode(), digest_size=8).digest()[0] % count, []).append(files[name])
    for number in sorted(groups):
        yield groups[number]


def _pack(folder: Path, files: Iterable[str]) -> Pack:
    names = list(files)
    told = "\n".join([*names, *COUNTED])
    file = f"{PACKS}/{blake2b(told.encode(), digest_size=8).hexdigest()}.parquet"
    path = folder / file
    if not arrow_tables.is_whole(path):
        arrow_tables.write_joined([folder / name for name in names], {name: FACT_KINDS[name] for name in COUNTED}, path)
    return Pack(file=file, bytes=path.stat().st_size)
