"""The index of a batch: every file with what it came to, to sort and filter, and the units side by side."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from hengping_io.audit_batch import PAGES, Row
from hengping_io.audit_csv import MARK
from hengping_io.audit_html import escape, page_foot, page_head
from hengping_io.audit_units import Absent, Copied, Outlier, absent, copied, outliers
from hengping_io.page_words import SWITCH, counted, say

STATUS = {"done": "已核对", "unreadable": "不能读取", "skipped": "未核对", "failed": "程序出错"}
HEADS = ("文件", "状态", "须答复", "错误", "相符", "陈述", "读出数字", "未核对数字", "新增", "消失", "说明")
MOST_COPIED = 200
SHORTEST_SHOWN = 120
CSS = """
.index td:first-child { min-width: 16rem; }
.index th { white-space: nowrap; }
.index th button { font: inherit; font-weight: 600; background: none; border: 0; color: inherit; cursor: pointer; padding: 0; min-height: 28px; }
.index th[aria-sort=ascending] button::after { content: " ▲"; }
.index th[aria-sort=descending] button::after { content: " ▼"; }
.index tr.failed td, .index tr.unreadable td { color: var(--warning); }
.search { min-height: 44px; width: 100%; max-width: 30rem; font: inherit; padding: 0 .75rem; border: 1px solid var(--line); border-radius: 4px; background: var(--ground); color: inherit; }
.index { margin-top: 1rem; }
.code { white-space: nowrap; }
"""


def side_by_side(rows: Sequence[Row]) -> tuple[list[Copied], list[Outlier], list[Absent]]:
    """Return what shows only when the units lie next to each other."""
    done = [row for row in rows if row.status == "done"]
    return (
        copied({row.name: row.sentences for row in done}),
        outliers({row.name: row.per_head for row in done}),
        absent({row.name: [(check, message) for check, message in row.missing] for row in done}),
    )


def write_index_json(rows: Sequence[Row], version: str) -> str:
    """Return the index for programs."""
    shared, far, lacking = side_by_side(rows)
    data = {
        "format": "hengping-audit-index/1",
        "rules": version,
        "documents": [_row_data(row) for row in rows],
        "totals": dict(sorted(Counter(row.status for row in rows).items()))
        | {"to_answer": sum(row.to_answer for row in rows)},
        "copied": [{"sentence": one.text, "documents": list(one.documents)} for one in shared],
        "per_head": [
            {
                "document": one.document,
                "amount": one.amount,
                "per_head": str(one.per_head),
                "median": str(one.middle),
                "units": one.units,
                "unit": "元",
            }
            for one in far
        ],
        "missing": [{"check": one.check, "message": one.message, "documents": list(one.documents)} for one in lacking],
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def _row_data(row: Row) -> dict[str, object]:
    done = row.status == "done"
    return {
        "name": row.name,
        "status": row.status,
        "reason": row.reason,
        "result": f"{PAGES}/{row.page}.json" if done else "",
        "page": f"{PAGES}/{row.page}.html" if done else "",
        "marked": f"{PAGES}/{row.marked}" if row.marked else "",
        "kind": row.kind,
        "title": row.title,
        "characters": row.characters,
        "statements": {"read": row.figures, "judged": row.figures_judged},
        "claims": row.claims,
        "agreed": row.agreed,
        "to_answer": row.to_answer,
        "suppressed": row.suppressed,
        "new": row.new,
        "gone": row.gone,
        "verdicts": row.verdicts,
        "severities": row.severities,
        "checks": row.checks,
    }


def write_index_csv(rows: Sequence[Row]) -> str:
    """Return the index for spreadsheet programs."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow(HEADS)
    writer.writerows(_cells(row) for row in rows)
    return MARK + sheet.getvalue()


def _cells(row: Row) -> tuple[str | int, ...]:
    done = row.status == "done"
    counts = (
        row.to_answer,
        row.severities.get("error", 0),
        row.agreed,
        row.claims,
        row.figures,
        row.figures - row.figures_judged,
        row.new,
        row.gone,
    )
    name = f"'{row.name}" if row.name.startswith(("=", "+", "-", "@")) else row.name
    return name, STATUS[row.status], *(counts if done else [""] * len(counts)), row.reason or row.title


def write_index_html(rows: Sequence[Row], where: str) -> str:
    """Return the index as a page: complete without JavaScript, to sort and filter with it."""
    shared, far, lacking = side_by_side(rows)
    counts: Counter[str] = Counter(row.status for row in rows)
    waiting = sum(row.to_answer for row in rows)
    figures = [("文件", len(rows)), *((STATUS[name], counts[name]) for name in STATUS if counts[name])]
    figures += [("须答复", waiting), ("有须答复的文件", sum(row.to_answer > 0 for row in rows))]
    top = "".join(f"<div><dt>{say(name)}</dt><dd>{count}</dd></div>" for name, count in figures)
    parts = [
        page_head(f"核对总表：{where}", CSS, "index.js"),
        f'<header>{SWITCH}<h1>{say("核对总表")}</h1><p class="about">{escape(where)}</p><dl class="figures">{top}</dl></header><main>',
        _table(rows),
        _absent(lacking, len(rows)),
        _outliers(far),
        _copied(shared),
        "</main>",
        page_foot(keys=False, script="index.js"),
    ]
    return "\n".join(part for part in parts if part)


def _table(rows: Sequence[Row]) -> str:
    heads = "".join(f'<th scope="col"><button type="button">{say(name)}</button></th>' for name in HEADS)
    body = "".join(_row(row) for row in rows)
    return (
        '<input class="search" type="search" placeholder="筛选：文件名、状态、说明" aria-label="筛选" hidden>'
        f'<div class="scroll"><table class="index"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _row(row: Row) -> str:
    name, *rest = _cells(row)
    link = (
        f'<a href="{PAGES}/{quote(row.page)}.html">{escape(str(name))}</a>'
        if row.status == "done"
        else escape(str(name))
    )
    if row.marked:
        link += f' · <a href="{PAGES}/{quote(row.marked)}">{say("批注副本")}</a>'
    cells = "".join(
        f'<td class="num">{cell}</td>' if isinstance(cell, int) else f"<td>{_worded(cell)}</td>" for cell in rest
    )
    return f'<tr class="{row.status}"><td>{link}</td>{cells}</tr>'


def _worded(cell: str) -> str:
    return say(cell) if cell in STATUS.values() else escape(cell)


def _absent(found: Sequence[Absent], whole: int) -> str:
    if not found:
        return ""
    body = "".join(
        f'<tr><td class="code">{escape(one.check)}</td><td>{escape(one.message)}</td><td class="num">{len(one.documents)} / {whole}</td>'
        f"<td>{_names(one.documents)}</td></tr>"
        for one in found
    )
    head = _heads("事项", "缺少", "文件数", "文件")
    return f'<h2>{say("缺少的部分")}</h2><div class="scroll"><table><thead>{head}</thead><tbody>{body}</tbody></table></div>'


def _outliers(found: Sequence[Outlier]) -> str:
    if not found:
        return ""
    body = "".join(
        f"<tr><td>{escape(one.document)}</td><td>{escape(one.amount)}</td>"
        f'<td class="num">{one.per_head:,}</td><td class="num">{one.middle:,}</td><td class="num">{one.units}</td></tr>'
        for one in found
    )
    head = _heads("文件", "项目", "人均（元）", "各单位中位数（元）", "单位数")
    told = "与中位数的距离超过中位离差的3.5倍（修正 z 值）。只是线索：任务不同，人均自然不同。"
    return (
        f'<h2>{say("人均支出偏离较大的")}</h2><p class="faint">{say(told)}</p>'
        f'<div class="scroll"><table><thead>{head}</thead><tbody>{body}</tbody></table></div>'
    )


def _copied(found: Sequence[Copied]) -> str:
    if not found:
        return ""
    items = "".join(
        f"<li>{escape(one.text[:SHORTEST_SHOWN])} <span class='faint'>{_names(one.documents)}</span></li>"
        for one in found[:MOST_COPIED]
    )
    more = f"<p>另有 {len(found) - MOST_COPIED} 句，见 index.json。</p>" if len(found) > MOST_COPIED else ""
    told = "同一句话出现在两份以上报告中。引用文件规定和固定表述的不在此列者，请核实是否照抄。"
    return f'<h2>{counted("不同报告中相同的句子", len(found), "句", "Sentences shared by reports:")}</h2><p class="faint">{say(told)}</p><ol>{items}</ol>{more}'


def _heads(*names: str) -> str:
    cells = "".join(f'<th scope="col">{say(name)}</th>' for name in names)
    return f"<tr>{cells}</tr>"


def _names(documents: Sequence[str]) -> str:
    return escape("、".join(_few(documents)))


def _few(documents: Sequence[str]) -> Iterator[str]:
    yield from documents[:6]
    if len(documents) > 6:
        yield f"等 {len(documents)} 份"
