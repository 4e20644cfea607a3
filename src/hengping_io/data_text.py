"""From the bytes of a table to columns of text: encodings told apart, nonsense refused, uneven rows noticed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hengping_io.data_columns import Rejected
from hengping_io.data_problems import Problems
from hengping_io.system_errors import reason_of

LARGEST = 200_000_000
"""Bytes of one file beyond which a package is refused rather than swallowed."""
UNREADABLE = ("\x00", "\ufffd")
NONSENSE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd\ue000-\uf8ff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Grid:
    """A CSV file as columns of text; ``widths`` tells rows that have more or fewer cells than the header."""

    header: list[str]
    columns: list[Sequence[str]]
    lines: Sequence[int]
    widths: Mapping[int, int]


def grid(text: str) -> Grid:
    """Split a table into columns; without quotes or odd line ends there is nothing for a parser to do.

    Line ends are made cells of their own, so that one split does it all and an uneven row shows at once.
    """
    width = text.partition("\n")[0].count(",") + 1
    if width == 1 or '"' in text or "\r" in text:
        return _parsed(text)
    stride = width + 1
    cells = (text if text.endswith("\n") else text + "\n").replace("\n", ",\n,").split(",")
    if len(cells) % stride != 1 or set(cells[width::stride]) != {"\n"}:
        return _parsed(text)
    columns: list[Sequence[str]] = [cells[stride + place : -1 : stride] for place in range(width)]
    return Grid(cells[:width], columns, range(1, len(cells) // stride + 1), {})


def _parsed(text: str) -> Grid:
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    lines = _lines(text, len(rows))
    width = len(rows[0])
    widths = {line: len(row) for row, line in zip(rows, lines, strict=True) if len(row) != width}
    columns: list[Sequence[str]] = [] if widths else list(zip(*rows[1:], strict=True))
    return Grid(rows[0], columns or [()] * width, lines, widths)


def file_text(path: Path, name: str, problems: Problems) -> str | None:
    """Return the text of one table, or None where there is none that can be read."""
    size = path.stat().st_size
    if size > LARGEST:
        remedy = "年度数据包的单个文件不超过 200 MB，请核对是否放错了文件。"
        problems.add(name, f"文件有 {size // 1_000_000} MB，太大", rule="文件", remedy=remedy)
        return None
    if size == 0:
        problems.add(name, "文件是空的", rule="文件", remedy="至少要有一行列名；没有数据的表可以不提供。")
        return None
    try:
        return text_of(path.read_bytes())
    except Rejected as error:
        problems.add(name, str(error), rule=error.rule, remedy=error.remedy)
        return None
    except OSError as error:
        problems.add(name, f"读不出来：{reason_of(error)}", rule="文件", remedy="请检查文件权限与磁盘。")
        return None


def text_of(data: bytes) -> str:
    """Decode UTF-8, else GB18030; refuse what is neither."""
    remedy = "请另存为 UTF-8（或 GB18030）编码的文本。"
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        plain = encoding.startswith("utf") and not any(mark in text for mark in UNREADABLE)
        if plain or NONSENSE.search(text) is None:
            return text
    raise Rejected("文件既不是 UTF-8 也不是 GB18030 编码的文本", "编码", remedy)


def _lines(text: str, count: int) -> Sequence[int]:
    """Return the line each row begins on; plain unless a quoted cell spans lines."""
    if text.count("\n") - text.endswith("\n") == count - 1 and '"' not in text:
        return range(1, count + 1)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines = [1]
    lines.extend(reader.line_num + 1 for _ in reader)
    return lines[:count]
