"""Sums of ledger lines, worked out once for every file of a ledger, so that counting reads thousands of rows, not millions.

A file's sums tell apart everything a slice of the book may ask of a line, and the organisation; adding them up gives
to the cent what adding up the lines gives. They are named by a hash of the file's content: a file that has not
changed is not summed again, and a job that was stopped goes on where it was.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from hashlib import blake2b, file_digest
from pathlib import Path

from hengping.errors import Unavailable, Unreadable
from hengping_io import arrow_tables, engine_files, ledger_counts
from hengping_io.arrow_tables import FLAG, MONEY, TEXT
from hengping_io.ledger_counts import LEDGER, LEDGER_KINDS, LOT, PROJECTS
from hengping_io.progress import progress
from hengping_io.whole_file import write_whole

FORMAT = "hengping-ledger/1"
LISTING, SUMS = "ledger.json", "sums"
BY = ("organisation", *LOT)
SUM_KINDS = {name: FLAG if LEDGER_KINDS[name] == FLAG else TEXT for name in BY} | {"amount": MONEY}
"""Columns of the sums and what they hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summed:
    """One file of a ledger: its name, the file of its sums, and how many lines it has."""

    name: str
    file: str
    lines: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Done:
    """What a job came to."""

    files: int
    summed: int
    lines: int


def present(folder: Path) -> bool:
    """Tell whether a folder has ledger lines."""
    return (folder / LEDGER).is_dir()


def build(source: Path, out: Path, memory: str, workers: int) -> Done:
    """Bring the sums of a ledger up to date and return what was done."""
    paths = ledger_counts.files(source)
    with ThreadPoolExecutor(max(1, workers)) as pool:
        places = list(progress(pool.map(_place, paths), "比对", total=len(paths), unit="个"))
    left = [at for at, place in enumerate(places) if not arrow_tables.is_whole(out / place)]
    with engine_files.limited(out / ".spill", memory, workers) as engine:
        for at in progress(left, "汇总", unit="个"):
            _sum(engine, paths[at], out / places[at])
    shutil.rmtree(out / ".spill", ignore_errors=True)
    found = [_summed(path, out, place) for path, place in zip(paths, places, strict=True)]
    projects = source / PROJECTS
    if projects.is_file():
        write_whole(out / PROJECTS, projects.read_bytes())
    year = ledger_counts.year_of(paths[0])
    told = {"format": FORMAT, "year": year, "files": [asdict(one) for one in found]}
    write_whole(out / LISTING, json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    for path in (out / SUMS).glob("*"):
        if f"{SUMS}/{path.name}" not in set(places):
            path.unlink()
    return Done(len(found), len(left), sum(one.lines for one in found))


def _place(path: Path) -> str:
    with path.open("rb") as file:
        told = file_digest(file, lambda: blake2b(digest_size=8)).hexdigest() + FORMAT + ",".join(BY)
    return f"{SUMS}/{path.stem}-{blake2b(told.encode(), digest_size=8).hexdigest()}.parquet"


def _sum(engine: engine_files.Limited, path: Path, place: Path) -> None:
    """Add up one file; the order is fixed, so that the same lines always give the same bytes."""
    columns = ", ".join(f'"{name}"' for name in BY)
    table = engine.table(
        f"SELECT {columns}, CAST(sum(amount) AS DECIMAL(38, 2)) AS amount FROM {engine_files.parquet(path)} "  # noqa: S608 - our own names, the path is quoted
        f"GROUP BY ALL ORDER BY ALL",
        path,
    )
    arrow_tables.write_parquet(table, place)


def _summed(path: Path, out: Path, place: str) -> Summed:
    size = (out / place).stat().st_size
    return Summed(name=path.name, file=place, lines=arrow_tables.rows_in(path), bytes=size)


def find(folder: Path) -> tuple[list[Path], int]:
    """Return the files of sums in a folder and the year they are of; refuse what is not whole."""
    path = folder / LISTING
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            raise Unavailable(
                str(path), f"格式是 {told['format']}，本程序读 {FORMAT}", "请用本版本重新运行 hengping facts。"
            )
        return list(_checked(folder, [Summed(**one) for one in told["files"]])), int(told["year"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unreadable(str(path), f"不是账目汇总的清单：{error}", "请重新运行 hengping facts。") from error


def _checked(folder: Path, files: list[Summed]) -> Iterator[Path]:
    for one in files:
        path = folder / one.file
        size = path.stat().st_size if path.is_file() else -1
        if size != one.bytes:
            why = "文件不在了" if size < 0 else f"大小为 {size} 字节，清单写 {one.bytes}：可能被截断或改动过"
            raise Unreadable(str(path), why, "请删去这个文件并重新运行 hengping facts，只会重做这一个文件。")
        yield path
