"""What a batch is asked to audit: files, the files of a folder, the files of a ZIP, in a fixed order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hengping.errors import Unreadable
from hengping_io.read import READS, SIZE_LIMIT
from hengping_io.read_package import Package
from hengping_io.system_errors import reason_of

REPORTS = frozenset(
    (".docx", ".doc", ".wps", ".wpt", ".dot", ".pdf", ".xlsx", ".xlsm", ".xls", ".et", ".ods", ".html", ".htm", ".txt")
)
PICTURES = frozenset((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif"))
"""Scans of reports, perhaps: they are named as having no text layer, or recognised where that is asked for."""

REFUSED_KINDS = frozenset((".ofd", ".rtf", ".odt", ".mht", ".mhtml", ".xlsb", ".rar", ".7z"))
"""Reports are also kept in these; they are tried, so that the refusal with its remedy stands in the index."""
PASSED_OVER = ("~$", ".", "__MACOSX")
MOST_MEMBERS = 20_000


@dataclass(frozen=True, slots=True)
class Source:
    """One file to audit: its name as shown, the file it is in, and which member of it where that is a ZIP."""

    name: str
    path: str
    member: str = ""

    @property
    def is_report(self) -> bool:
        """Tell whether the name is that of a kind of file in which reports are kept."""
        return Path(self.name).suffix.lower() in REPORTS | PICTURES | REFUSED_KINDS

    def content(self) -> bytes:
        """Return the file's bytes; raise ``Unreadable`` where it cannot be had."""
        if self.member:
            return _opened(Path(self.path)).part(self.member)
        path = Path(self.path)
        try:
            size = path.stat().st_size
            if size > SIZE_LIMIT:
                raise Unreadable(self.name, f"文件过大（{size:,} 字节，上限 {SIZE_LIMIT:,}）", "请拆分后再试。")
            return path.read_bytes()
        except OSError as error:
            raise Unreadable(self.name, reason_of(error), "请检查文件名和读取权限。") from error


def is_archive(path: Path) -> bool:
    """Tell whether a file is a plain ZIP rather than an office document, which is one inside."""
    return path.suffix.lower() == ".zip" and path.is_file()


def sources(paths: Iterable[str]) -> list[Source]:
    """Return every file the paths lead to, sorted by name within each folder or ZIP."""
    found: dict[tuple[str, str], Source] = {}
    names: set[str] = set()
    for given in paths:
        path = Path(given)
        for source in _of_folder(path) if path.is_dir() else _of_file(path, path.name):
            name = source.name if source.name not in names else f"{path.parent.as_posix()}/{source.name}"
            if (source.path, source.member) not in found:
                found[source.path, source.member] = Source(name, source.path, source.member)
                names.add(name)
    return list(found.values())


def _of_folder(folder: Path) -> Iterator[Source]:
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        inside = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(PASSED_OVER) for part in inside.parts):
            yield from _of_file(path, inside.as_posix())


def _of_file(path: Path, name: str) -> Iterator[Source]:
    if not is_archive(path):
        yield Source(name, str(path))
        return
    try:
        members = sorted(_opened(path).names)
    except Unreadable:
        yield Source(name, str(path))
        return
    for member in members[:MOST_MEMBERS]:
        parts = member.split("/")
        if not member.endswith("/") and not any(part.startswith(PASSED_OVER) for part in parts):
            yield Source(f"{name}/{readable(member)}", str(path), member)


def _opened(path: Path) -> Package:
    try:
        return Package(path.name, path.read_bytes())
    except OSError as error:
        raise Unreadable(str(path), reason_of(error), f"请检查文件名和读取权限。{READS}。") from error


def readable(member: str) -> str:
    """Return a member's name as the person who packed it saw it: old programs wrote GBK without saying so.

    >>> readable("报告.docx".encode("gbk").decode("cp437"))
    '报告.docx'
    """
    try:
        return member.encode("cp437").decode("gbk")
    except UnicodeError:
        return member
