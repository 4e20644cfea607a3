"""Reads plain text: the document's text is the file's own, unchanged, one paragraph per line."""

from __future__ import annotations

import re

from hengping.document import Document, Paragraph, Place, ReadingNote, Run
from hengping.errors import Unreadable
from hengping_io.read_layout import own_title

KNOWN_ENCODINGS = "能读取的编码：UTF-8、UTF-16（带 BOM）、GB18030（含 GBK、GB2312）"
RESAVE = f"请另存为 UTF-8 文本后再试。{KNOWN_ENCODINGS}。"

MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
"""Byte order marks, longest first where one begins another."""

COMMON_SHARE = 0.7
CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
LINE_BREAK = re.compile("\r\n|\n|\r")
RESIDUE = re.compile(r"\[bookmark: [^\]\n]{1,80}\]|\[image: [^\]\n]{0,80}\]|\ufffd+")


def read_txt(name: str, data: bytes) -> Document:
    """Read plain text in any of the encodings Chinese offices use."""
    text, encoding, cut = decode(name, data)
    blocks = tuple(_lines(text))
    notes = [
        ReadingNote("artefact", f"转换残留“{found[0]}”，不是正文", found.start(), found.end())
        for found in RESIDUE.finditer(text)
    ]
    if cut:
        notes.append(ReadingNote("loss", "文件在一个字的中间结束，最后一个字未能读出", len(text), len(text)))
    if encoding != "utf-8":
        notes.append(ReadingNote("format", f"按 {encoding.upper()} 编码读取"))
    return Document(text, blocks, name, "txt", own_title(blocks), tuple(notes))


def _lines(text: str) -> list[Paragraph]:
    blocks: list[Paragraph] = []
    start = 0
    for number, line in enumerate(LINE_BREAK.split(text), 1):
        blocks.append(Paragraph(line, start, (Run(line, Place(paragraph=number)),)))
        start += len(line)
        start += 2 if text.startswith("\r\n", start) else 1
    return blocks


def decode(name: str, data: bytes, declared: str = "") -> tuple[str, str, bool]:
    """Return the text, its encoding, and whether its last character was cut; refuse what is not text.

    ``declared`` is an encoding the file names itself. UTF-8 is tried before it: text that happens to be valid UTF-8
    is UTF-8, whatever a page that was saved anew still says of itself.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            text, cut = _strictly(name, data[len(mark) :], encoding)
            return _text_only(name, text), encoding, cut
    if b"\x00" in data:
        raise Unreadable(name, "这是二进制内容，不是文本", RESAVE)
    try:
        text, cut = _up_to_last(data, "utf-8")
        return _text_only(name, text), "utf-8", cut
    except UnicodeDecodeError as error:
        if declared and (named := _leniently(data, declared)) is not None:
            return _text_only(name, named), declared, False
        return _national(name, data, error)


def _national(name: str, data: bytes, not_utf8: UnicodeDecodeError) -> tuple[str, str, bool]:
    """Decode GB18030, and refuse where the result is not the Chinese anybody writes."""
    try:
        text, cut = _up_to_last(data, "gb18030")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, not_utf8.start) + 1
        raise Unreadable(name, f"编码无法识别（第{line}行起不是 UTF-8，也不是 GB18030）", RESAVE) from error
    if not _plausible(text):
        raise Unreadable(name, "编码无法识别：按 GB18030 读出的不是通顺的中文", RESAVE)
    return _text_only(name, text), "gb18030", cut


def _plausible(text: str) -> bool:
    """Tell whether most of the characters beyond ASCII are everyday Chinese (GB2312, first level and marks)."""
    sample = [character for character in text[:200_000] if character > "\x7f"]
    everyday = 0
    for character in sample:
        code = character.encode("gb18030")
        everyday += len(code) == 2 and (0xB0 <= code[0] <= 0xD7 or 0xA1 <= code[0] <= 0xA3) and code[1] >= 0xA1
    return everyday >= COMMON_SHARE * len(sample)


def _up_to_last(data: bytes, encoding: str) -> tuple[str, bool]:
    """Decode strictly, forgiving only a last character that the file's end cut."""
    try:
        return data.decode(encoding), False
    except UnicodeDecodeError as error:
        if error.start < max(1, len(data) - 3):
            raise
        return data[: error.start].decode(encoding), True


def _strictly(name: str, data: bytes, encoding: str) -> tuple[str, bool]:
    try:
        return _up_to_last(data, encoding)
    except UnicodeDecodeError as error:
        reason = f"文件声明为 {encoding.upper()}，但第 {error.start} 字节起不合该编码"
        raise Unreadable(name, reason, RESAVE) from error


def _leniently(data: bytes, encoding: str) -> str | None:
    try:
        text, _ = _up_to_last(data, encoding)
    except (UnicodeDecodeError, LookupError):
        return None
    return text


def _text_only(name: str, text: str) -> str:
    controls = len(CONTROL.findall(text, 0, 200_000))
    if controls > 2 + len(text[:200_000]) // 500:
        raise Unreadable(name, "这是二进制内容，不是文本", RESAVE)
    if not text.strip("\x1a\ufeff \t\r\n\u3000"):
        raise Unreadable(name, "文件里没有文字", "请确认选对了文件。")
    return text
