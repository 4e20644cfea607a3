"""A folder of fact rows: one file per partition named by what it was made of, one list per edition.

A list (``editions/NAME.json``) names the files of one period and as-of day. Files are never changed, only added, and a
list is replaced in one move when all its files are there: whoever counts sees the old edition or the new one, never a
mixture; a job that was stopped leaves finished files that the next one takes up. Files no list names are removed last.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import blake2b
from pathlib import Path

from hengping.errors import Unavailable, Unreadable
from hengping_io.fact_build import Edition
from hengping_io.fact_packs import PACKS, Pack
from hengping_io.whole_file import write_whole

FORMAT = "hengping-facts/2"
FACTS, EDITIONS = "facts", "editions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One partition of an edition: its file below the folder, of what content it was made, and its size."""

    file: str
    source: str
    petitions: int
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One edition and the files it consists of, by the name of the partition."""

    edition: Edition
    calendar: str
    law: str
    source: str
    partitions: Mapping[str, Stored]
    packs: tuple[Pack, ...] = ()

    @property
    def rows(self) -> int:
        """Return of how many petitions there are facts."""
        return sum(one.rows for one in self.partitions.values())


def partition_file(name: str, source: str, edition: Edition, versions: str) -> str:
    """Return where a partition's rows are kept: the name says of what content, edition and rules they were made."""
    told = f"{source}\n{edition.name}\n{versions}"
    return f"{FACTS}/{name}-{blake2b(told.encode(), digest_size=8).hexdigest()}.parquet"


def write_listing(folder: Path, listing: Listing) -> None:
    """Put an edition's list in place, in one move."""
    data = {
        "format": FORMAT,
        "start": str(listing.edition.start),
        "end": str(listing.edition.end),
        "as_of": str(listing.edition.as_of),
        "authority": listing.edition.authority,
        "calendar": listing.calendar,
        "law": listing.law,
        "source": listing.source,
        "rows": listing.rows,
        "packs": [asdict(one) for one in listing.packs],
        "partitions": {name: asdict(one) for name, one in sorted(listing.partitions.items())},
    }
    path = folder / EDITIONS / f"{listing.edition.name}.json"
    write_whole(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def listings(folder: Path) -> Iterator[Listing]:
    """Yield every edition of a folder, in the order of their names."""
    for path in sorted((folder / EDITIONS).glob("*.json")):
        yield _read(path)


def find(folder: Path, period: tuple[date, date] | None = None, as_of: date | None = None) -> Listing:
    """Return the one edition asked for; refuse where there is none, or more than one to choose from."""
    if not folder.is_dir():
        raise Unreadable(str(folder), "没有这个文件夹", "请先运行 hengping facts 数据源 --out 文件夹。")
    found = [
        one
        for one in listings(folder)
        if (period is None or period == (one.edition.start, one.edition.end))
        and (as_of is None or as_of == one.edition.as_of)
    ]
    there = "；".join(
        f"{one.edition.start} 至 {one.edition.end}（不含），截至 {one.edition.as_of}" for one in listings(folder)
    )
    if not found:
        reason = f"没有这个期间和截至日的事实行（现有：{there or '无'}）"
        raise Unreadable(str(folder), reason, "请用同样的 --period 和 --as-of 先运行 hengping facts。")
    if len(found) > 1:
        raise Unreadable(str(folder), f"有 {len(found)} 套事实行：{there}", "请用 --period 和 --as-of 指定一套。")
    _check_files(folder, found[0])
    return found[0]


def _files(listing: Listing) -> list[Stored | Pack]:
    return [*listing.partitions.values(), *listing.packs]


def counted_files(folder: Path, listing: Listing) -> list[Path]:
    """Return the files an engine reads to count an edition."""
    return [(folder / one.file).resolve() for one in listing.packs]


def sweep(folder: Path) -> None:
    """Remove the files that no edition names."""
    named = {one.file for listing in listings(folder) for one in _files(listing)}
    for path in sorted((*(folder / FACTS).rglob("*"), *(folder / PACKS).glob("*"))):
        if path.is_file() and path.relative_to(folder).as_posix() not in named:
            path.unlink()
    for path in sorted((folder / FACTS).glob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _read(path: Path) -> Listing:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise Unavailable(
                str(path), f"格式是 {data['format']}，本程序读 {FORMAT}", "请用本版本重新运行 hengping facts。"
            )
        days = {name: date.fromisoformat(data[name]) for name in ("start", "end", "as_of")}
        partitions = {name: Stored(**one) for name, one in data["partitions"].items()}
        return Listing(
            edition=Edition(**days, authority=data["authority"]),
            calendar=data["calendar"],
            law=data["law"],
            source=data["source"],
            partitions=partitions,
            packs=tuple(Pack(**one) for one in data["packs"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unreadable(str(path), f"不是事实行的清单：{error}", "请重新运行 hengping facts。") from error


def _check_files(folder: Path, listing: Listing) -> None:
    for one in _files(listing):
        path = folder / one.file
        size = path.stat().st_size if path.is_file() else -1
        if size != one.bytes:
            why = "文件不在了" if size < 0 else f"大小为 {size} 字节，清单写 {one.bytes}：可能被截断或改动过"
            raise Unreadable(str(path), why, "请删去这个文件并重新运行 hengping facts，只会重做这一个分区。")
