"""Beyond the package itself: finished files downloaded with it, and the frozen year it was made from."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from hengping_io import publication_tables
from hengping_io.publication_package import FILES
from hengping_io.publication_tables import FOLDER
from hengping_io.publication_verify import Fault, Kind


def compare(files: Mapping[str, bytes], folder: Path) -> Iterator[Fault]:
    """Yield every finished file of a folder that is not the one the package names."""
    for row in _rows(files.get(FILES, b"")):
        path = folder / Path(row.get("name", "")).name
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != row.get("sha256"):
            title = row.get("title", path.name)
            yield Fault(kind=Kind.FILE, name=path.name, title=title, message="下载的文件与数据包所列的 SHA-256 不符")


def recount(files: Mapping[str, bytes], folder: Path) -> Iterator[Fault]:
    """Yield every row of the published tables that is not what the frozen year gives, counted anew."""
    from hengping_io import parallel, year_counts, year_documents, year_folder

    year = year_folder.read(folder)
    with year_counts.counter(processes=parallel.cores()) as counter:
        counts = year_documents.count(year, counter)
    for sheet in publication_tables.sheets(year, counts):
        name = f"{FOLDER}/{sheet.name}.csv"
        if files.get(name) != sheet.write():
            yield from _rows_apart(name, files.get(name, b""), sheet.write())


def _rows_apart(name: str, published: bytes, counted: bytes) -> Iterator[Fault]:
    before, after = published.decode("utf-8", "replace").splitlines(), counted.decode().splitlines()
    for line in range(max(len(before), len(after))):
        here = before[line] if line < len(before) else "（没有）"
        there = after[line] if line < len(after) else "（没有）"
        if here != there:
            yield Fault(
                kind=Kind.COUNT,
                name=f"{name}:{line + 1}",
                title=f"{name} 第{line + 1}行",
                printed=here,
                recomputed=there,
                message="与原始年度数据包不符",
            )


def _rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8", "replace"))))
