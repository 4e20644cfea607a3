"""What a file is, told from its content; the extension must agree, and what can run or hide is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from hengping.errors import Refusal

LARGEST = 20 * 1024 * 1024
MOST_ENTRIES = 2_000
LARGEST_UNPACKED = 200 * 1024 * 1024
ACTIVE_PARTS = ("vbaproject.bin", "activex", "embeddings/", "externallinks/", "macrosheets/", "customui/")
ACCEPTED = "PDF、JPEG、PNG、DOCX、XLSX、TXT"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """A kind of file that is accepted: its key, what browsers call it, and the extensions it may carry."""

    key: str
    media_type: str
    extensions: frozenset[str]


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS: Mapping[str, FileKind] = {
    kind.key: kind
    for kind in (
        FileKind(key="pdf", media_type="application/pdf", extensions=frozenset({"pdf"})),
        FileKind(key="png", media_type="image/png", extensions=frozenset({"png"})),
        FileKind(key="jpeg", media_type="image/jpeg", extensions=frozenset({"jpg", "jpeg"})),
        FileKind(key="docx", media_type=_WORD, extensions=frozenset({"docx"})),
        FileKind(key="xlsx", media_type=_SHEET, extensions=frozenset({"xlsx"})),
        FileKind(key="txt", media_type="text/plain; charset=utf-8", extensions=frozenset({"txt", "md"})),
    )
}
"""Every kind that is accepted; an archive, a drawing with scripts, a page, a program is none of them."""


def refuse(reason: str, remedy: str = f"请改用 {ACCEPTED} 格式") -> Refusal:
    """Return the refusal of a file; it never repeats the file's name or content."""
    return Refusal("上传附件", reason, remedy)


def judged(name: str, content: bytes) -> FileKind:
    """Return the kind of a file, or refuse it."""
    if not content:
        raise refuse("文件是空的", "请重新选择文件")
    if len(content) > LARGEST:
        raise refuse(f"文件超过 {LARGEST // 1024 // 1024} MB", "请压缩图片或分成几份上传")
    kind = _by_content(content)
    extension = name.rpartition(".")[2].lower()
    if extension not in kind.extensions:
        raise refuse(f"内容是 {kind.key.upper()}，扩展名却不是", "请改正扩展名后再上传")
    return kind


def _by_content(content: bytes) -> FileKind:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return KINDS["png"]
    if content.startswith(b"\xff\xd8\xff"):
        return KINDS["jpeg"]
    if content.startswith(b"%PDF-"):
        return KINDS["pdf"]
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    if _is_plain_text(content):
        return KINDS["txt"]
    raise refuse("不接受这种格式的文件")


def _is_plain_text(content: bytes) -> bool:
    try:
        text = decoded(content)
    except UnicodeDecodeError:
        return False
    if text.lstrip("\ufeff \t\r\n").startswith(("<", "#!", "{\\rtf", "%!")):
        return False
    return all(letter in "\n\r\t" or letter.isprintable() or letter in "\u3000\ufeff\u00a0\u2028" for letter in text)


def decoded(content: bytes) -> str:
    """Return a text as UTF-8 or in the Chinese national encoding."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _office(content: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as broken:
        raise refuse("压缩文件已损坏或不是办公文档") from broken
    names = {entry.filename.lower() for entry in entries}
    if "[content_types].xml" not in names:
        raise refuse("不接受压缩包", "请逐个上传其中的文件")
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise refuse("文档展开后过大", "请分成几份上传")
    if any(part in name for name in names for part in ACTIVE_PARTS):
        raise refuse("文档含有宏、嵌入对象或外部链接", "请另存为不含宏和嵌入对象的文档，或转为 PDF")
    if any(entry.flag_bits & 1 for entry in entries):
        raise refuse("文档加了密码", "请去掉密码后再上传")
    for part, key in (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx")):
        if part in names:
            return KINDS[key]
    raise refuse("不接受压缩包", "请逐个上传其中的文件")
