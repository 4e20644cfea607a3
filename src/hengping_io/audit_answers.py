"""What people have answered: the suppression file, and the result of an earlier run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from hengping.errors import InvalidPackage, Problem, Unreadable
from hengping_io.audit_view import Suppression
from hengping_io.system_errors import reason_of

EXAMPLE = '写法：[[suppress]] 下依次为 fingerprint = "…"、reason = "…"、by = "姓名或职务"、on = 2025-03-20'
TOLD = {"fingerprint": "指纹", "reason": "理由", "by": "答复人（姓名或职务）", "on": "日期"}


def read_suppressions(path: Path) -> tuple[Suppression, ...]:
    """Read a suppression file; raise ``InvalidPackage`` naming every entry without reason, name or date."""
    import tomllib

    try:
        table = tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(str(path), f"不是合格的 TOML（{error}）", f"{EXAMPLE}。") from error
    rows = table.get("suppress", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or set(table) - {"suppress"}:
        raise Unreadable(str(path), "不是说明文件", f"{EXAMPLE}。")
    problems = [problem for number, row in enumerate(rows, 1) for problem in _problems(path, number, row)]
    problems += _repeated(path, rows)
    if problems:
        raise InvalidPackage(problems)
    return tuple(
        Suppression(fingerprint=row["fingerprint"], reason=row["reason"], by=row["by"], on=row["on"].isoformat())
        for row in rows
    )


def _problems(path: Path, number: int, row: Mapping[str, object]) -> list[Problem]:
    found = []
    for name, title in TOLD.items():
        value = row.get(name)
        good = type(value) is date if name == "on" else isinstance(value, str) and bool(value.strip())
        if not good:
            message = f"第 {number} 条说明缺少{title}，或写法不对"
            found.append(
                Problem(file=path.name, message=message, column=name, rule="说明须有理由和署名", remedy=f"{EXAMPLE}。")
            )
    return found


def _repeated(path: Path, rows: list[Mapping[str, object]]) -> list[Problem]:
    seen: set[str] = set()
    found = []
    for number, row in enumerate(rows, 1):
        name = row.get("fingerprint")
        if isinstance(name, str) and name in seen:
            message = f"第 {number} 条与前面的指纹重复：{name}"
            found.append(Problem(file=path.name, message=message, column="fingerprint", remedy="请合并为一条。"))
        seen.add(str(name))
    return found


def read_earlier(path: Path) -> Mapping[str, Mapping[str, object]]:
    """Read the findings of an earlier result, by fingerprint."""
    from hengping_io.audit_json import read_result

    try:
        return read_result(_text(path))
    except ValueError as error:
        raise Unreadable(
            str(path), "不是 hengping audit --format json 的结果", "请指定上次用 --format json 保存的文件。"
        ) from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise Unreadable(str(path), reason_of(error), "请检查文件名和读取权限。") from error
    except UnicodeDecodeError as error:
        raise Unreadable(str(path), "不是 UTF-8 文本", "请另存为 UTF-8 后再试。") from error
