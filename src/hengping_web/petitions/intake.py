"""Bulk intake: the rows of a workbook as forms, each with its errors at its place, before anything is registered."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hengping.document import Table
from hengping.errors import Refusal, Unreadable
from hengping.petitions import model as core
from hengping_io.read_xlsx import read_xlsx
from hengping_web.petitions.forms import Registration
from hengping_web.vault import cipher, envelope

COLUMNS: Mapping[str, str] = {
    "收到日期": "filed_on",
    "信访形式": "channel",
    "人数": "persons",
    "代表人数": "representatives",
    "概况": "summary",
    "请求": "claim",
    "问题属地": "region",
    "内容分类": "category",
    "原话": "words",
}
NEEDED = ("收到日期", "信访形式", "概况", "问题属地")
MOST_ROWS = 500
SEAL = "bulk intake"
CHANNELS = {channel.label: channel.value for channel in core.Channel}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the workbook: its number there, what it says, and what is wrong with it."""

    line: int
    values: Mapping[str, str]
    errors: Sequence[str]


def read(name: str, content: bytes, today: date) -> list[Row]:
    """Return the rows of the first table of a workbook; refuse a file that is none."""
    try:
        document = read_xlsx(name, content)
    except Unreadable as problem:
        raise Refusal("批量登记", problem.reason, problem.remedy or "请上传 .xlsx 工作簿。") from problem
    table = next((block for block in document.blocks if isinstance(block, Table)), None)
    grid = [[cell.text.strip() if cell else "" for cell in row] for row in table.grid()] if table else []
    if not grid:
        raise Refusal("批量登记", "工作簿里没有表格", f"第一行应为：{'、'.join(COLUMNS)}。")
    head = grid[0]
    missing = [one for one in NEEDED if one not in head]
    if missing:
        raise Refusal("批量登记", f"缺少列：{'、'.join(missing)}", f"第一行应为：{'、'.join(COLUMNS)}。")
    body = [row for row in grid[1:] if any(row)]
    if len(body) > MOST_ROWS:
        raise Refusal("批量登记", f"共 {len(body)} 行，一次最多 {MOST_ROWS} 行", "请分几次上传。")
    return [_row(line, dict(zip(head, row, strict=False)), today) for line, row in enumerate(body, start=2)]


def _row(line: int, told: Mapping[str, str], today: date) -> Row:
    values = {COLUMNS[name]: value for name, value in told.items() if name in COLUMNS}
    values["channel"] = CHANNELS.get(values.get("channel", ""), values.get("channel", ""))
    values["filed_on"] = values.get("filed_on", "")[:10].replace("/", "-")
    values["category"] = values.get("category", "").split(" ")[0]
    values["persons"] = values.get("persons", "") or "1"
    form = Registration(today, values)
    found = [f"{form.fields[name].label}：{fault}" for name, faults in form.errors.items() for fault in faults]
    return Row(line, values, found)


def sealed(rows: Sequence[Row]) -> str:
    """Return the rows without errors, sealed, to be carried by the form that confirms them."""
    good = [dict(row.values) for row in rows if not row.errors]
    return b64encode(envelope.seal(json.dumps(good).encode(), SEAL)).decode()


def opened(text: str) -> list[dict[str, str]]:
    """Return the rows a confirmation carries; refuse what we did not seal."""
    try:
        found = json.loads(envelope.unseal(b64decode(text), SEAL))
    except (ValueError, cipher.Tampered) as wrong:
        raise Refusal("批量登记", "确认的内容不是预览时的内容", "请重新上传。") from wrong
    return [dict(row) for row in found]
