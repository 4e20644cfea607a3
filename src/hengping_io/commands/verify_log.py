"""``hengping verify-log EXPORT.jsonl``: check an exported log by itself, with nothing but the standard library.

This file trusts nobody: it shares no code with the program that wrote the log, needs no database and no network, and
also runs alone (``python verify_log.py EXPORT.jsonl``). The first line of an export says what it holds; every other
line is a row, whose ``hash`` is taken over the row itself, the hash of the row before it included. A line must be
written in the one canonical way, so that not even a space can be added unseen.

What an export alone cannot show is a log whose end was cut off, or that was forged whole: compare its head with an
anchor kept elsewhere (``--anchors``).
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = "hengping-log/1"
START = "0" * 64
ALGORITHMS = ("sha256", "sm3")
HEAD_FIELDS = {"format", "exported_at", "first", "last", "previous", "head", "anchors", "seal"}
ROW_FIELDS = {
    "sequence", "at", "actor", "organisation", "kind", "action", "subject", "details", "algorithm", "previous", "hash",
}  # fmt: skip
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z")
SHOWN = 20
"""Faults printed in full; the rest are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that does not follow: on which line of the export, at which row, and what."""

    line: int
    sequence: int | None
    message: str

    def __str__(self) -> str:
        row = "" if self.sequence is None else f"（序号 {self.sequence}）"
        return f"第 {self.line} 行{row}：{self.message}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("export", type=Path, metavar="导出文件", help="由 export_log 命令或“导出日志”得到的文件")
    parser.add_argument("--anchors", type=Path, metavar="锚点文件", help="另行保管的 anchors.jsonl，用来发现尾部被截去")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="输出格式（默认 text）")


def run(arguments: argparse.Namespace) -> int:
    """Check the export: 0 where everything follows, 1 where something does not, 2 where it cannot be read."""
    try:
        kept = _kept_anchors(arguments.anchors) if arguments.anchors else []
        with arguments.export.open("rb") as file:
            head = file.readline()
            faults = list(check(itertools.chain([head], file), kept))
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        print(f"读不了文件：{wrong}。请检查路径、权限与锚点文件的内容。", file=sys.stderr)
        return 2
    if arguments.format == "json":
        found = [{"line": fault.line, "sequence": fault.sequence, "message": fault.message} for fault in faults]
        print(json.dumps({"holds": not faults, "faults": found}, ensure_ascii=False, indent=2))
    else:
        _print(head, faults, compared=bool(kept))
    return 1 if faults else 0


def _kept_anchors(path: Path) -> list[tuple[str, int, str]]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [(str(row["day"]), int(row["sequence"]), str(row["hash"])) for row in rows]


def _print(first: bytes, faults: list[Fault], *, compared: bool) -> None:
    for fault in faults[:SHOWN]:
        print(fault)
    if len(faults) > SHOWN:
        print(f"……另有 {len(faults) - SHOWN} 处")
    if faults:
        print(f"核验未通过：{len(faults)} 处不符。第一处不符之前的记录可信。")
        return
    head = json.loads(first)
    print(f"核验通过：序号 {head['first']} 至 {head['last']}，逐行相连，无改动、缺失、换序。")
    print(f"链头：{head['head']}")
    print(
        "已与另行保管的锚点相符。" if compared else "请将链头与另行保管的每日锚点比对（--anchors），以排除尾部被截去。"
    )


def check(lines: Iterable[bytes], kept: Sequence[tuple[str, int, str]] = ()) -> Iterator[Fault]:
    """Yield everything in an export that does not follow; ``kept`` are anchors from elsewhere: day, row, hash."""
    rest = iter(lines)
    head, faults = _head(next(rest, b""))
    yield from faults
    if head is None:
        return
    inside = [(str(day), int(sequence), str(stated)) for day, sequence, stated in head["anchors"]]
    last = int(head["last"])
    # Only the rows somebody will ask about are remembered, so that a log of any length can be checked.
    seen = dict.fromkeys({last, *(sequence for _, sequence, _ in (*inside, *kept))}, "")
    seen[int(head["first"]) - 1] = str(head["previous"])
    yield from _rows(rest, head, seen)
    if seen[last] != head["head"]:
        yield Fault(line=1, sequence=last, message="末行与首行声明的链头不符：尾部缺失或被改动")
    yield from _anchors(inside, seen, int(head["first"]), "锚点")
    yield from _anchors(kept, seen, int(head["first"]), "另行保管的锚点")


def _head(line: bytes) -> tuple[dict[str, Any] | None, list[Fault]]:
    if not line:
        return None, [Fault(line=1, sequence=None, message="文件为空")]
    head, fault = _parsed(line, 1)
    if head is None:
        return None, [fault] if fault else []
    if set(head) != HEAD_FIELDS or head["format"] != FORMAT or not _anchors_are_whole(head["anchors"]):
        return None, [Fault(line=1, sequence=None, message=f"首行不是 {FORMAT} 的说明行")]
    sealed = {name: value for name, value in head.items() if name != "seal"}
    if hashlib.sha256(_canonical(sealed)).hexdigest() != head["seal"]:
        return head, [Fault(line=1, sequence=None, message="说明行被改动：与其封印不符")]
    return head, []


def _anchors_are_whole(anchors: object) -> bool:
    return isinstance(anchors, list) and all(
        isinstance(anchor, list) and len(anchor) == 3 and _whole(anchor[1]) for anchor in anchors
    )


def _rows(lines: Iterable[bytes], head: dict[str, Any], seen: dict[int, str]) -> Iterator[Fault]:
    expected, before, moment = int(head["first"]), str(head["previous"]), ""
    for number, line in enumerate(lines, start=2):
        row, fault = _parsed(line, number)
        if row is None or set(row) != ROW_FIELDS:
            yield fault or Fault(line=number, sequence=expected, message="不是一行完整的记录")
            expected, before = expected + 1, ""
            continue
        sequence, stated = int(row["sequence"]), str(row["hash"])
        if sequence != expected:
            yield Fault(line=number, sequence=sequence, message=f"序号应为 {expected}：有记录缺失、重复或换序")
        if before and row["previous"] != before:
            yield Fault(line=number, sequence=sequence, message="与前一行不相连")
        yield from _row(row, number, sequence, moment)
        if sequence in seen:
            seen[sequence] = stated
        expected, before, moment = sequence + 1, stated, str(row["at"])


def _row(row: dict[str, Any], number: int, sequence: int, before: str) -> Iterator[Fault]:
    algorithm = str(row["algorithm"])
    content = {name: value for name, value in row.items() if name != "hash"}
    if algorithm not in ALGORITHMS or algorithm not in hashlib.algorithms_available:
        yield Fault(line=number, sequence=sequence, message=f"本机算不出 {algorithm}，请换一台提供该算法的机器核验")
    elif hashlib.new(algorithm, _canonical(content)).hexdigest() != row["hash"]:
        yield Fault(line=number, sequence=sequence, message="内容与哈希值不符：被改动")
    if not INSTANT.fullmatch(str(row["at"])):
        yield Fault(line=number, sequence=sequence, message="时间写法不对")
    elif str(row["at"]) < before:
        # A clock set back leaves the chain whole; a reader should still know.
        yield Fault(line=number, sequence=sequence, message="时间早于前一行：服务器时钟曾被回拨")


def _anchors(anchors: Iterable[tuple[str, int, str]], seen: dict[int, str], first: int, what: str) -> Iterator[Fault]:
    for day, sequence, stated in anchors:
        if sequence < first - 1:
            continue
        if not seen.get(sequence):
            yield Fault(line=1, sequence=sequence, message=f"{what}（{day}）所指的记录不在：尾部缺失")
        elif seen[sequence] != stated:
            yield Fault(line=1, sequence=sequence, message=f"与{what}（{day}）不符：日志被改写")


def _parsed(line: bytes, number: int) -> tuple[dict[str, Any] | None, Fault | None]:
    """Return a line as a record if it is written in the canonical way, ends itself, and repeats no name."""
    try:
        value = json.loads(line.decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        return None, Fault(line=number, sequence=None, message="不是 UTF-8 的 JSON：被改动或截断")
    if not isinstance(value, dict) or _canonical(value) + b"\n" != line:
        return None, Fault(line=number, sequence=None, message="写法不是规定的唯一写法：被改动或截断")
    if any(not _whole(value.get(name, 0)) for name in ("sequence", "first", "last")):
        return None, Fault(line=number, sequence=None, message="序号不是整数")
    return value, None


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _canonical(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


if __name__ == "__main__":
    own = argparse.ArgumentParser(description=__doc__)
    add_arguments(own)
    sys.exit(run(own.parse_args()))
