"""The findings as a table that spreadsheet programs open: one row for each finding, UTF-8 with its mark."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from hengping_io.audit_view import STATUS_LABELS, Audit, Entry, plain

HEADS = (
    "文件",
    "核对项",
    "名称",
    "结论",
    "程度",
    "位置",
    "行",
    "起",
    "止",
    "原文",
    "说明",
    "算式",
    "文中",
    "算得",
    "相差",
    "单位",
    "建议",
    "依据",
    "须答复",
    "已有说明",
    "与上次相比",
    "指纹",
)
MARK = "\ufeff"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(audit: Audit, *, claims: bool = False) -> str:
    """Return the findings, or with ``claims`` every statement judged, as CSV."""
    shown = audit.claims if claims else audit.findings
    return MARK + _written([HEADS, *(row(audit.document.name, entry) for entry in shown)])


def row(name: str, entry: Entry) -> tuple[str, ...]:
    """Return one finding as the cells of a row."""
    finding, answer = entry.finding, entry.suppressed
    spot = entry.spots[0] if entry.spots else None
    cells = (
        name,
        finding.check,
        entry.rule.title if entry.rule else "",
        finding.verdict.label,
        finding.severity.label,
        entry.where,
        str(spot.line) if spot else "",
        str(spot.start) if spot else "",
        str(spot.end) if spot else "",
        " … ".join(one.quote for one in entry.spots),
        finding.message,
        finding.working,
        _number(finding.stated),
        _number(finding.computed),
        _number(finding.difference),
        finding.unit,
        finding.suggestion,
        "、".join(map(str, finding.cites)),
        "是" if entry.to_answer else "",
        f"{answer.by} {answer.on} {answer.reason}" if answer else "",
        STATUS_LABELS[entry.status],
        entry.fingerprint,
    )
    return tuple(_harmless(cell) for cell in cells)


def _number(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet program takes for a formula; a plain negative number stays one."""
    if cell.startswith(FORMULA_SIGNS) and not cell[1:].replace(".", "").isdigit():
        return f"'{cell}"
    return cell


def _written(lines: list[tuple[str, ...]]) -> str:
    sheet = io.StringIO()
    csv.writer(sheet, lineterminator="\r\n").writerows(lines)
    return sheet.getvalue()
