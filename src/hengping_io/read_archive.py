"""A ZIP or a folder is its files: each is read by itself, and one that cannot be read does not stop the others."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from hengping.document import Document
from hengping.errors import Unreadable
from hengping_io.read_package import Package

ARCHIVE_LIMIT = 2_000_000_000
DEEPEST = 3
MOST_FILES = 5000
UTF8_NAME = 0x800
SKIPPED = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")

Reader = Callable[[str, bytes], Document]
Read = tuple[str, Document | Unreadable]
"""A file's name, and what it holds or why it cannot be read."""


def members(name: str, data: bytes, read: Reader, depth: int = 0) -> Iterator[Read]:
    """Yield the files of a ZIP, those of a ZIP inside it as well."""
    if depth >= DEEPEST:
        yield name, Unreadable(name, "压缩包层层嵌套过深", "请解压后再试。")
        return
    package = Package(name, data, ARCHIVE_LIMIT)
    entries = [entry for entry in package.names.values() if not entry.is_dir()]
    if len(entries) > MOST_FILES:
        raise Unreadable(name, f"压缩包里的文件过多（{len(entries):,} 个）", "请只保留要核对的文件后重新打包。")
    for entry in entries:
        inner = _name(entry)
        if _skipped(inner):
            continue
        path = f"{name}/{inner}"
        try:
            content = package.part(entry.filename)
            if content[:4] == b"PK\x03\x04" and inner.lower().endswith(".zip"):
                yield from members(path, content, read, depth + 1)
            else:
                yield path, read(path, content)
        except Unreadable as error:
            yield path, error


def read_one(name: str, data: bytes, read: Reader) -> Document:
    """Read a ZIP that holds one readable file; name the files of any other."""
    found = list(members(name, data, read))
    documents = [document for _, document in found if isinstance(document, Document)]
    if len(documents) == 1:
        return documents[0]
    if documents:
        names = "、".join(document.name.rpartition("/")[2] for document in documents[:5])
        raise Unreadable(
            name,
            f"压缩包里有 {len(documents)} 份文件（{names}{'…' if len(documents) > 5 else ''}）",
            "请指定其中一份，或对整个压缩包运行核对。",
        )
    refusals = [str(error) for _, error in found if isinstance(error, Unreadable)]
    reason = refusals[0].rstrip("。") if refusals else "里面没有文件"
    raise Unreadable(name, f"压缩包里没有能读取的文件：{reason}", "请放入报告文件后再试。")


def files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder and its folders in order, without lock files and hidden ones."""
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder).as_posix()
        if path.is_file() and not _skipped(inner):
            yield path


def _name(entry: zipfile.ZipInfo) -> str:
    """Return a member's name; Chinese archivers write GB18030 without saying so."""
    if entry.flag_bits & UTF8_NAME:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename


def _skipped(name: str) -> bool:
    leaf = name.rpartition("/")[2]
    return leaf.startswith((".", "~$")) or any(name.startswith(skip) or leaf == skip for skip in SKIPPED)
