"""A ZIP of received reports, opened without trusting it: sizes, ratios, names, passwords, links.

The names inside are shown and never used as paths: every file is kept under a number of ours.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from hengping.errors import Refusal, Unreadable
from hengping_io.audit_inputs import PASSED_OVER, Source, readable
from hengping_io.read_package import Package

TITLE = "接收报告"
LARGEST = 200 * 1024 * 1024
"""Bytes of a ZIP: three hundred departments with half a megabyte each, and some scans."""
LARGEST_INSIDE = 1024 * 1024 * 1024
MOST_FILES = 2_000
LONGEST_NAME = 240
CONTROL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
DRIVE = re.compile(r"^[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a ZIP: the name as it is shown, whether it is a kind of report, and its content."""

    name: str
    is_report: bool
    content: bytes

    @property
    def ending(self) -> str:
        """Return the ending under which it is kept, such as ``.docx``."""
        return PurePosixPath(self.name).suffix.lower()[:10] if self.is_report else ""


def members(name: str, content: bytes) -> Iterator[Member]:
    """Yield every file of a ZIP in the order of the names; refuse the whole where any of it cannot be trusted."""
    package = _opened(name, content)
    with zipfile.ZipFile(io.BytesIO(content)) as directory:  # the package keeps one entry a name; duplicates show here
        entries = [entry for entry in directory.infolist() if not entry.is_dir() and not _passed_over(entry)]
    _judge(entries)
    for entry in sorted(entries, key=lambda one: readable(one.filename)):
        shown = readable(entry.filename)
        is_report = Source(shown, "").is_report
        try:
            yield Member(shown, is_report, package.part(entry.filename) if is_report else b"")
        except Unreadable as error:
            raise Refusal(TITLE, error.reason, error.remedy) from error


def _opened(name: str, content: bytes) -> Package:
    if len(content) > LARGEST:
        raise Refusal(TITLE, f"文件超过 {LARGEST // 1024 // 1024} MB", "请分几次上传。")
    if not content.startswith(b"PK\x03\x04"):
        raise Refusal(TITLE, "不是 ZIP 压缩包", "请用 ZIP 格式打包后上传；RAR、7z 不接收。")
    try:
        return Package(name, content, LARGEST_INSIDE)
    except Unreadable as error:
        raise Refusal(TITLE, error.reason, error.remedy) from error


def _passed_over(entry: zipfile.ZipInfo) -> bool:
    return any(part.startswith(PASSED_OVER) and part not in (".", "..") for part in entry.filename.split("/"))


def _judge(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse what a careless or hostile packer could have put in."""
    if not entries:
        raise Refusal(TITLE, "压缩包里没有文件", "请核对后重新打包。")
    if len(entries) > MOST_FILES:
        raise Refusal(TITLE, f"压缩包里有 {len(entries)} 个文件，超过 {MOST_FILES} 个", "请分几次上传。")
    if sum(entry.file_size for entry in entries) > LARGEST_INSIDE:
        raise Refusal(TITLE, "解压后的内容过大", "请确认文件来源可靠，或分几次上传。")
    seen: set[str] = set()
    for entry in entries:
        shown = readable(entry.filename)
        fault = _fault(entry, shown, seen)
        if fault:
            raise Refusal(TITLE, f"“{CONTROL.sub('�', shown)[:60]}”：{fault}", "请改正后重新打包，或单独上传其余文件。")
        seen.add(shown)


def _fault(entry: zipfile.ZipInfo, shown: str, seen: set[str]) -> str:
    """Return what is wrong with an entry of the directory, or nothing."""
    parts = shown.replace("\\", "/").split("/")
    faults = {
        "文件名指向压缩包之外": shown.startswith(("/", "\\")) or bool(DRIVE.match(shown)) or ".." in parts,
        "文件名含有看不见的字符": bool(CONTROL.search(shown)),
        f"文件名超过 {LONGEST_NAME} 字": len(shown) > LONGEST_NAME,
        "设有密码": bool(entry.flag_bits & 1),
        "是一个链接，不是文件": stat.S_ISLNK(entry.external_attr >> 16),
        "文件名重复": shown in seen,
    }
    return next((words for words, wrong in faults.items() if wrong), "")
