"""Open a published package, as a ZIP or a folder, without trusting it: names, sizes and links are judged first."""

from __future__ import annotations

import json
import re
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hengping.errors import Unreadable
from hengping_io.read_package import DAMAGED, PART_LIMIT, TOTAL_LIMIT, Package
from hengping_io.system_errors import reason_of

MOST_FILES = 2_000
NAME = re.compile(r"(?!/)(?:(?!\.\.?/)[^/\\:\x00-\x1f]+/)*(?!\.\.?$)[^/\\:\x00-\x1f]+")
"""A path inside the package: no root, no drive, no step upwards."""
ELSEWHERE = "请从公布该数据包的网页重新下载。"


def open_package(path: Path) -> dict[str, bytes]:
    """Return every file of a package by name; raise ``Unreadable`` where it is none or must not be opened."""
    if path.is_dir():
        return _from_folder(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(str(path), f"读不了：{reason_of(error)}", "请检查路径与权限。") from error
    return from_zip(path.name, data)


def from_zip(name: str, data: bytes) -> dict[str, bytes]:
    """Return every file of a ZIP by name."""
    if len(data) > TOTAL_LIMIT:
        raise Unreadable(name, "文件过大", ELSEWHERE)
    package = Package(name, data)
    entries = [entry for entry in package.names.values() if not entry.is_dir()]
    if len(entries) > MOST_FILES:
        raise Unreadable(name, f"有 {len(entries)} 个文件，太多", ELSEWHERE)
    for entry in entries:
        _refuse_name(name, entry.filename)
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Unreadable(name, f"{entry.filename} 是链接", "公开数据包只含普通文件，请不要解压使用。")
    _refuse_twice(name, data, len(package.names))
    return {entry.filename: package.part(entry.filename) for entry in entries}


def _refuse_name(package: str, name: str) -> None:
    if not NAME.fullmatch(name):
        raise Unreadable(package, f"其中的路径“{name}”指向包外", "这不是正常制作的数据包，请不要解压使用。")


def _refuse_twice(name: str, data: bytes, different: int) -> None:
    import io

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if len(archive.infolist()) != different:
            raise Unreadable(name, "同一路径出现两次", "这不是正常制作的数据包，请不要解压使用。")


def _from_folder(folder: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    total = 0
    try:
        for path in sorted(folder.rglob("*")):
            if path.is_symlink():
                raise Unreadable(str(folder), f"{path.name} 是链接", "公开数据包只含普通文件，请换一份。")
            if not path.is_file():
                continue
            total += path.stat().st_size
            if len(found) >= MOST_FILES or total > TOTAL_LIMIT or path.stat().st_size > PART_LIMIT:
                raise Unreadable(str(folder), "文件过多或过大，不像公开数据包", "请只给出数据包解压后的文件夹。")
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    except OSError as error:
        raise Unreadable(str(folder), f"读不了：{reason_of(error)}", "请检查路径与权限。") from error
    return found


def json_of(package: str, files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    """Return one file of a package as JSON; raise ``Unreadable`` where it is missing or none."""
    if name not in files:
        raise Unreadable(package, f"没有 {name}", f"这不是衡评的公开数据包，或者不完整。{ELSEWHERE}")
    try:
        found = json.loads(files[name])
    except (ValueError, RecursionError) as error:
        raise Unreadable(package, f"{name} 不是合格的 JSON", DAMAGED) from error
    if not isinstance(found, dict):
        raise Unreadable(package, f"{name} 的内容不是一个对象", DAMAGED)
    return found
