"""Opens ZIP containers and their XML parts without trusting them: sizes, ratios, entities and paths are checked.

Everything here is the standard library. A part is read only when asked for, and never beyond the caps below, whatever
the container's own directory claims.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from hengping.errors import Unreadable

PART_LIMIT = 100_000_000
TOTAL_LIMIT = 300_000_000
RATIO_LIMIT = 400
RATIO_FROM = 5_000_000
DIRECTORY_LIMIT = 8_000_000

DAMAGED = "请从原处重新下载或请提供者重新导出。"
BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    IndexError,
    NotImplementedError,
)

STRICT = (
    (b"http://purl.oclc.org/ooxml/officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),
    (b"http://purl.oclc.org/ooxml/wordprocessingml/", b"http://schemas.openxmlformats.org/wordprocessingml/2006/"),
    (b"http://purl.oclc.org/ooxml/spreadsheetml/", b"http://schemas.openxmlformats.org/spreadsheetml/2006/"),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
)
"""Namespaces of the strict dialect and the ones everybody writes."""

RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of a part: the last word of its type, and the part it leads to."""

    kind: str
    target: str
    external: bool


class Package:
    """A ZIP container held in memory, read part by part within the caps."""

    def __init__(self, name: str, data: bytes, limit: int = TOTAL_LIMIT) -> None:
        self.name = name
        self._left = limit
        end = data.rfind(b"PK\x05\x06")
        if end >= 0 and int.from_bytes(data[end + 12 : end + 16], "little") > DIRECTORY_LIMIT:
            raise Unreadable(name, "压缩包的条目过多", "请只保留要核对的文件后重新打包。")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._parts = {entry.filename: entry for entry in self._zip.infolist()}
        except (*BROKEN_ZIP, RuntimeError) as error:
            raise Unreadable(name, "文件不完整或已损坏，打不开其中的压缩目录", DAMAGED) from error

    @property
    def names(self) -> Mapping[str, zipfile.ZipInfo]:
        """Return the parts by name, in the container's order."""
        return self._parts

    def part(self, name: str) -> bytes:
        """Return one part; a missing one is a damaged file."""
        entry = self._parts.get(name)
        if entry is None:
            raise Unreadable(self.name, f"文件不完整：缺少 {name}", DAMAGED)
        if entry.flag_bits & 1:
            raise Unreadable(self.name, f"{name} 设有密码", "请去除密码后再试。")
        self._refuse_bomb(entry)
        try:
            with self._zip.open(entry) as stream:
                data = stream.read(PART_LIMIT + 1)
        except (*BROKEN_ZIP, RuntimeError) as error:
            raise Unreadable(self.name, f"文件不完整或已损坏：其中的 {name} 解不开", DAMAGED) from error
        self._left -= len(data)
        if len(data) > PART_LIMIT or self._left < 0:
            raise Unreadable(self.name, "解压后的内容过大", "请确认文件来源可靠，或拆分后再试。")
        return data

    def _refuse_bomb(self, entry: zipfile.ZipInfo) -> None:
        ratio = entry.file_size / max(entry.compress_size, 1)
        if entry.file_size > PART_LIMIT or (entry.file_size > RATIO_FROM and ratio > RATIO_LIMIT):
            raise Unreadable(
                self.name,
                f"{entry.filename} 解压后过大（{entry.file_size:,} 字节，压缩比 {ratio:.0f}）",
                "请确认文件来源可靠，或拆分后再试。",
            )

    def xml(self, name: str) -> ElementTree.Element:
        """Return one part parsed; document types and entities are refused."""
        return parse(self.name, name, self.part(name))

    def relations(self, part: str) -> dict[str, Relation]:
        """Return the relations of a part (of the whole container for an empty name) by their id."""
        folder, _, leaf = part.rpartition("/")
        name = posixpath.join(folder, "_rels", f"{leaf}.rels")
        if name not in self._parts:
            return {}
        found: dict[str, Relation] = {}
        for node in self.xml(name).iter(RELATIONSHIP):
            target = node.get("Target", "")
            external = node.get("TargetMode") == "External"
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[node.get("Id", "")] = Relation(node.get("Type", "").rpartition("/")[2], target, external)
        return found

    def main_part(self, usual: str) -> str:
        """Return the name of the main document part."""
        for relation in self.relations("").values():
            if relation.kind == "officeDocument" and relation.target in self._parts:
                return relation.target
        return usual


def _at(error: Exception) -> str:
    """Say where XML stops making sense, where the parser knows."""
    position = getattr(error, "position", None)
    return f" 第{position[0]}行第{position[1] + 1}列起不是合格的 XML" if position else " 不是合格的 XML"


def parse(file: str, part: str, data: bytes) -> ElementTree.Element:
    """Parse XML; a document type declaration, where entities and outside files hide, is refused."""
    head = data[:4]
    probe = data.replace(b"\x00", b"") if b"\x00" in head or head[:2] in (b"\xff\xfe", b"\xfe\xff") else data
    if b"<!DOCTYPE" in probe or b"<!ENTITY" in probe:
        raise Unreadable(file, f"{part} 含有文档类型声明或实体，按安全要求不予读取", "请用办公软件另存后再试。")
    if b"http://purl.oclc.org/ooxml/" in data:
        for strict, usual in STRICT:
            data = data.replace(strict, usual)
    try:
        return ElementTree.fromstring(data)  # noqa: S314 - document types and entities are refused above
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise Unreadable(file, f"文件不完整或已损坏：{part}{_at(error)}", DAMAGED) from error
