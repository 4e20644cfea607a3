"""The auditor's page: the document as it is, each finding marked in place, its note beside it.

One file without outside parts. It reads, filters and prints without JavaScript, and runs no script but its own: the
page's policy names the hash of that script. Everything from the document is escaped.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from hengping.audit.model import Outcome, Severity, Verdict
from hengping.document import Block, Cell, Heading, Table
from hengping_io.audit_text import answer_in_words, summary_lines
from hengping_io.audit_view import (
    STATUS_LABELS,
    Audit,
    Entry,
    Spot,
    duties,
    interval_in_words,
    lacking,
    place_in_words,
    plain,
)
from hengping_io.page_words import STYLE, SWITCH, counted, name_of, say

ASSETS = Path(__file__).with_name("assets")
CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127), "�")
ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", **{chr(c): r for c, r in CONTROLS.items()}}
)
SHOWN = (
    Verdict.CONTRADICTION,
    Verdict.UNEXPLAINED,
    Verdict.MISSING,
    Verdict.REMARK,
    Verdict.MANUAL_REVIEW,
    Verdict.ROUNDING,
    Verdict.INSUFFICIENT_DATA,
)
SPECIAL = re.compile("[&<>\"'\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
NUMERIC = "0123456789.,-−+%％()（） "


def write_html(audit: Audit) -> str:
    """Return the audit as one HTML page."""
    numbered = _numbered(audit)
    parts = [
        page_head(f"核对：{audit.document.name}", _filters()),
        f'<a class="skip" href="#text">{say("跳到正文")}</a>',
        _header(audit),
        _bar(audit),
        _whole(numbered),
        '<main id="text">',
        *_rows(audit, numbered),
        "</main>",
        _coverage(audit),
        _gone(audit),
        page_foot(keys=True),
    ]
    return "\n".join(part for part in parts if part)


# The frame


def page_head(title: str, more_style: str = "", script: str = "audit.js") -> str:
    """Return the head of a page: its policy allows the page's own style and script and nothing else."""
    style = asset("audit.css") + STYLE + more_style
    policy = f"default-src 'none'; style-src '{digest(style)}'; script-src '{digest(asset(script))}'; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>"
    )


def page_foot(*, keys: bool, script: str = "audit.js") -> str:
    """Return the end of a page with its script."""
    shown = _help() if keys else ""
    told = say("衡评核对 · 本页不含外部内容，可离线打开和打印。")
    return f"{shown}<footer>{told}</footer>\n<script>{asset(script)}</script>\n</body>\n</html>\n"


@cache
def asset(name: str) -> str:
    """Return one of the page's own files."""
    return (ASSETS / name).read_text(encoding="utf-8")


@cache
def digest(text: str) -> str:
    """Return the hash by which a policy allows exactly this text."""
    from base64 import b64encode
    from hashlib import sha256

    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def escape(text: str) -> str:
    """Return text that a browser shows as it is and never runs.

    >>> escape("<b> & 'c'")
    '&lt;b&gt; &amp; &#39;c&#39;'
    """
    return text.translate(ESCAPES) if SPECIAL.search(text) else text


@cache
def _filters() -> str:
    """Return the rules by which a box that is not ticked hides its notes and marks."""
    names = (
        [f"v-{verdict.value}" for verdict in SHOWN] + [f"s-{severity.value}" for severity in Severity] + ["answered"]
    )
    rules = [
        f"body:has(#f-{name}:not(:checked)) .note.{name}{{display:none}}"
        f"body:has(#f-{name}:not(:checked)) mark.{name}{{background:none;border:0}}"
        for name in names
    ]
    return "\n".join(rules)


def _help() -> str:
    return (
        f'<dialog id="help" aria-label="按键"><p><kbd>n</kbd> <kbd>j</kbd> {say("下一处")}　<kbd>p</kbd> <kbd>k</kbd> {say("上一处")}</p>'
        f"<p><kbd>Enter</kbd> {say('展开规则')}　<kbd>?</kbd> {say('显示或关闭本说明')}</p></dialog>\n"
    )


# The top of the page


def _header(audit: Audit) -> str:
    document, examination = audit.document, audit.examination
    waiting = len(audit.to_answer)
    agreed = audit.verdicts[Verdict.AGREES]
    figures = (
        ("须答复", waiting, "waiting" if waiting else ""),
        ("相符", agreed, ""),
        ("尾数差", audit.verdicts[Verdict.ROUNDING], ""),
        ("读出数字", examination.figures, ""),
        ("参与核对", examination.figures_judged, ""),
        ("未核对", examination.figures - examination.figures_judged, ""),
    )
    shown = "".join(f'<div class="{kind}"><dt>{say(name)}</dt><dd>{count}</dd></div>' for name, count, kind in figures)
    lines = "".join(f"<li>{escape(line)}</li>" for line in summary_lines(audit))
    losses = "".join(f"<li>{escape(note.message)}</li>" for note in document.notes)
    notes = (
        f"<details><summary>{counted('读取说明', len(document.notes), '条', 'Notes on reading:')}</summary><ul>{losses}</ul></details>"
        if losses
        else ""
    )
    title = f"《{escape(document.title)}》 · " if document.title else ""
    return (
        f'<header>{SWITCH}<h1>{escape(document.name)}</h1><p class="about">{title}{escape(audit.examination.document_kind_title)} · {escape(document.kind)} · {len(document.text):,} 字</p>'
        f'<dl class="figures">{shown}</dl>'
        f"<details><summary>{say('核对了什么、没有核对什么')}</summary><ul>{lines}</ul>"
        f"<p>{say('没有列出问题，不等于没有问题：未核对的数字和资料不足的事项见页末。')}</p></details>{notes}</header>"
    )


def _bar(audit: Audit) -> str:
    verdicts = {entry.finding.verdict for entry in audit.findings}
    severities = {entry.finding.severity for entry in audit.findings}
    boxes = [
        f"<span>{say('程度')}</span>",
        *(_box(f"s-{one.value}", one.label) for one in Severity if one in severities),
    ]
    boxes += [f"<span>{say('结论')}</span>", *(_box(f"v-{one.value}", one.label) for one in SHOWN if one in verdicts)]
    if any(entry.suppressed for entry in audit.findings):
        boxes.append(_box("answered", "已有说明"))
    keys = f'<span class="keys"><kbd>n</kbd> {say("下一处")} <kbd>p</kbd> {say("上一处")} <kbd>?</kbd> {say("按键")}</span>'
    return f'<nav class="bar" aria-label="筛选"><form>{"".join(boxes)}{keys}</form></nav>'


def _box(name: str, label: str) -> str:
    return f'<label><input type="checkbox" id="f-{name}" checked> {say(label)}</label>'


# The notes


@dataclass(frozen=True, slots=True)
class _Numbered:
    """The findings in the order of the text, each with its number on the page."""

    entries: tuple[tuple[int, Entry], ...]

    @property
    def placed(self) -> Iterator[tuple[int, Entry]]:
        """Yield the findings that stand somewhere."""
        return ((number, entry) for number, entry in self.entries if entry.spots)

    @property
    def whole(self) -> Iterator[tuple[int, Entry]]:
        """Yield the findings on the document as a whole."""
        return ((number, entry) for number, entry in self.entries if not entry.spots)


def _numbered(audit: Audit) -> _Numbered:
    ordered = sorted(audit.findings, key=lambda entry: entry.spots[0].char_start if entry.spots else -1)
    return _Numbered(tuple(enumerate(ordered, 1)))


def _whole(numbered: _Numbered) -> str:
    notes = "".join(_note(number, entry) for number, entry in numbered.whole)
    return (
        f'<section class="coverage" aria-label="全文"><h2>{say("全文")}</h2><div class="whole">{notes}</div></section>'
        if notes
        else ""
    )


def _note(number: int, entry: Entry) -> str:
    finding = entry.finding
    classes = f"note {finding.severity.value} s-{finding.severity.value} v-{finding.verdict.value}"
    classes += " answered" if entry.suppressed else ""
    evidence = [_numbers(entry)]
    if finding.working:
        evidence.append(f'<p class="working">{escape(finding.working)}</p>')
    if interval := interval_in_words(entry):
        evidence.append(f'<p class="faint">{escape(interval)}</p>')
    if finding.suggestion:
        evidence.append(f"<p>{say('建议')}：{escape(finding.suggestion)}</p>")
    if entry.suppressed:
        evidence.append(f"<p>{say('已有说明')}{escape(answer_in_words(entry.suppressed))}</p>")
    if finding.cites:
        evidence.append(f'<p class="faint">{say("依据")}：{escape("、".join(map(str, finding.cites)))}</p>')
    return (
        f'<article class="{classes}" id="n{number}" tabindex="-1"><h3>{_note_head(number, entry)}</h3>'
        f"<p>{escape(finding.message)}</p>{_evidence(entry, ''.join(evidence))}</article>"
    )


def _evidence(entry: Entry, shown: str) -> str:
    """Show the evidence of what weighs; keep that of a mere remark closed until it is wanted."""
    if entry.finding.severity is Severity.INFO or entry.suppressed:
        return f"<details><summary>{say('算式、规则与依据')}</summary>{shown}{_rule(entry)}</details>"
    return f"{shown}<details><summary>{say('规则')}</summary>{_rule(entry)}</details>"


def _note_head(number: int, entry: Entry) -> str:
    finding = entry.finding
    title = name_of(entry.rule.key, entry.rule.title) if entry.rule else ""
    status = f"<span>〔{say(STATUS_LABELS[entry.status])}〕</span>" if entry.status else ""
    link = f'<a href="#m{number}">{number}</a>' if entry.spots else str(number)
    verdict = f"{say(finding.severity.label)} · {say(finding.verdict.label)}"
    where = f'<span class="faint">{escape(entry.where)}</span>'
    return f'{link}<span class="weight">{verdict}</span><span>{escape(finding.check)} {title}</span>{where}{status}'


def _numbers(entry: Entry) -> str:
    finding = entry.finding
    shown = [("文中", finding.stated), ("算得", finding.computed), ("相差", finding.difference)]
    cells = [
        f"<span>{say(name)} <b>{_number(value)}</b> {escape(finding.unit)}</span>"
        for name, value in shown
        if value is not None
    ]
    return f'<p class="numbers">{"".join(cells)}</p>' if cells else ""


def _number(value: Decimal) -> str:
    return escape(plain(value).replace("-", "−"))


def _rule(entry: Entry) -> str:
    """Return what is opened on demand: the rule in full, the words it looked at, the fingerprint."""
    rule = entry.rule
    parts = [f"<p>{escape(rule.explanation)}</p>"] if rule else []
    if rule and rule.reading:
        parts.append(f"<p>本项的理解：{escape(rule.reading)}</p>")
    if rule and rule.spares:
        parts.append(f"<p>不针对：{escape('；'.join(rule.spares))}</p>")
    if len(entry.spots) > 1:
        parts.append(f"<p>涉及 {len(entry.spots)} 处：</p><ul>{''.join(map(_spot, entry.spots))}</ul>")
    parts.append(f'<p class="faint">指纹 {entry.fingerprint}</p>')
    return "".join(parts)


def _spot(spot: Spot) -> str:
    return f"<li>{escape(place_in_words(spot))}：{escape(spot.quote)}</li>"


# The document


@dataclass(frozen=True, slots=True)
class _Segment:
    """A stretch of text under the same marks."""

    start: int
    end: int
    classes: str
    number: int
    anchors: tuple[int, ...]
    closing: tuple[int, ...]


def _rows(audit: Audit, numbered: _Numbered) -> Iterator[str]:
    document = audit.document
    segments = _segments(numbered)
    starts = [segment.start for segment in segments]
    blocks = document.blocks
    beginnings = [block.start for block in blocks]
    beside: dict[int, list[str]] = {}
    for number, entry in numbered.placed:
        at = max(0, bisect_right(beginnings, entry.spots[0].char_start) - 1)
        beside.setdefault(at, []).append(_note(number, entry))
    agreed = _agreed(audit, beginnings)
    page: int | None = None
    for index, block in enumerate(blocks):
        found = _page_of(block)
        if found is not None and found != page:
            page = found
            yield f'<div class="page" id="page-{page}">第{page}页</div>'
        text = _block(block, _Marker(segments, starts))
        notes = "".join(beside.get(index, ())) + agreed.get(index, "")
        if text or notes:
            yield f'<div class="row"><div class="text">{text}</div><div class="notes">{notes}</div></div>'


def _segments(numbered: _Numbered) -> list[_Segment]:
    """Cut overlapping findings into stretches that do not overlap, the heaviest giving each its look."""
    opened: dict[int, list[tuple[int, Entry, bool]]] = {}
    closed: dict[int, list[tuple[int, Entry, bool]]] = {}
    for number, entry in numbered.placed:
        for index, spot in enumerate(entry.spots):
            if spot.char_end > spot.char_start:
                one = (number, entry, index == 0)
                opened.setdefault(spot.char_start, []).append(one)
                closed.setdefault(spot.char_end, []).append(one)
    edges = sorted({*opened, *closed})
    active: list[tuple[int, Entry, bool]] = []
    segments: list[_Segment] = []
    for start, end in pairwise(edges):
        for one in closed.get(start, ()):
            active.remove(one)
        active += opened.get(start, ())
        if active:
            anchors = tuple(number for number, _, focus in opened.get(start, ()) if focus)
            closing = tuple(number for number, _, focus in closed.get(end, ()) if focus)
            number, classes = _look(active)
            segments.append(_Segment(start, end, classes, number, anchors, closing))
    return segments


WEIGHT = {severity: index for index, severity in enumerate(Severity)}


def _look(active: Sequence[tuple[int, Entry, bool]]) -> tuple[int, str]:
    """Return the finding a stretch leads to and the classes it wears: the place accused before mere operands."""
    number, entry, focus = min(
        active, key=lambda one: (not one[2], one[1].suppressed is not None, WEIGHT[one[1].finding.severity])
    )
    if not focus:
        return number, "operand"
    finding = entry.finding
    look = "answered" if entry.suppressed else finding.severity.value
    return number, f"{look} s-{finding.severity.value} v-{finding.verdict.value}"


class _Marker:
    """Writes stretches of the document with their marks."""

    def __init__(self, segments: Sequence[_Segment], starts: Sequence[int]) -> None:
        self._segments = segments
        self._starts = starts

    def write(self, text: str, start: int) -> str:
        """Return one stretch of text, escaped and marked."""
        end = start + len(text)
        index = max(0, bisect_right(self._starts, start) - 1)
        pieces: list[str] = []
        at = start
        while index < len(self._segments) and self._segments[index].start < end:
            segment = self._segments[index]
            index += 1
            left, right = max(segment.start, at), min(segment.end, end)
            if left < right:
                pieces.append(escape(text[at - start : left - start]))
                words = text[left - start : right - start]
                pieces.append(_marked(segment, words, first=left == segment.start, last=right == segment.end))
                at = right
        pieces.append(escape(text[at - start :]))
        return "".join(pieces)


def _marked(segment: _Segment, text: str, *, first: bool, last: bool) -> str:
    anchors = segment.anchors if first else ()
    own = f' id="m{anchors[0]}"' if anchors else ""
    others = "".join(f'<span id="m{number}"></span>' for number in anchors[1:])
    refs = "".join(f'<a href="#n{number}">{number}</a>' for number in segment.closing) if last else ""
    shown = f'<sup class="ref">{refs}</sup>' if refs else ""
    return f'{others}<mark class="{segment.classes}"{own}><a href="#n{segment.number}">{escape(text)}</a></mark>{shown}'


def _page_of(block: Block) -> int | None:
    runs = next((cell.runs for cell in block.cells if cell.runs), ()) if isinstance(block, Table) else block.runs
    return runs[0].place.page if runs else None


def _block(block: Block, marker: _Marker) -> str:
    if isinstance(block, Table):
        return _table(block, marker)
    text = marker.write(block.text, block.start) if block.text.strip() else ""
    if not text:
        return ""
    if isinstance(block, Heading):
        return f"<h3>{text}</h3>" if block.level <= 1 else f"<h4>{text}</h4>"
    return f"<p>{text}</p>" if block.kind == "body" else f'<p class="note-text">{text}</p>'


def _table(table: Table, marker: _Marker) -> str:
    head = "".join(_row(row, marker, "th") for row in table.rows[: table.header_rows])
    body = "".join(_row(row, marker, "td") for row in table.rows[table.header_rows :])
    named = [escape(part) for part in (table.title, f"单位：{table.unit}" if table.unit else "") if part]
    if table.hidden:
        named.append("（隐藏的工作表）")
    caption = f"<caption>{'　'.join(named)}</caption>" if named else ""
    thead = f"<thead>{head}</thead>" if head else ""
    return f'<div class="scroll"><table>{caption}{thead}<tbody>{body}</tbody></table></div>'


def _row(row: Sequence[Cell], marker: _Marker, tag: str) -> str:
    return f"<tr>{''.join(_cell(cell, marker, tag) for cell in row)}</tr>"


def _cell(cell: Cell, marker: _Marker, tag: str) -> str:
    spans = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    spans += f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
    if tag == "th":
        spans += ' scope="col"'
    elif cell.text and not cell.text.strip(NUMERIC):
        spans += ' class="num"'
    text = "<br>".join(_pieces(cell, marker))
    return f"<{tag}{spans}>{text}</{tag}>"


def _pieces(cell: Cell, marker: _Marker) -> Iterator[str]:
    at = cell.start
    for piece in cell.text.split("\v"):
        yield marker.write(piece, at)
        at += len(piece) + 1


def _agreed(audit: Audit, beginnings: Sequence[int]) -> Mapping[int, str]:
    """Return, for each block, the statements in it that agree, closed until somebody wants to see them."""
    found: dict[int, list[str]] = {}
    for finding in audit.examination.claims:
        if finding.verdict is Verdict.AGREES and finding.spans:
            block = max(0, bisect_right(beginnings, finding.spans[0].start) - 1)
            working = f"　{escape(finding.working)}" if finding.working else ""
            found.setdefault(block, []).append(f"<li>{finding.check} {escape(finding.message)}{working}</li>")
    return {
        block: f'<details class="agreed"><summary>{counted("相符", len(items), "条", "Agreeing:")}</summary><ul>{"".join(items)}</ul></details>'
        for block, items in found.items()
    }


# The end of the page


def _coverage(audit: Audit) -> str:
    found = duties(audit.examination.outcomes)
    groups = (
        ("已核对", found.met),
        ("资料不足", found.without_input),
        ("不适用", found.without_object),
        ("须人工核对", found.by_hand),
        ("未实现", found.not_implemented),
    )
    rows = "".join(
        (_outcome if outcome.judged else _same_row)(name, outcome) for name, outcomes in groups for outcome in outcomes
    )
    reasons = "".join(f"<li>{escape(why)}：{count} 个</li>" for why, count in audit.examination.unjudged.items())
    left = f"<h2>{say('未核对的数字')}</h2><ul>{reasons}</ul>" if reasons else ""
    return (
        f'<section class="coverage" id="coverage">{left}<h2>{counted("核对事项", found.total, "项", "Checks:")}</h2><div class="scroll"><table>'
        f"<thead><tr>{''.join(map(_head, COVERAGE))}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div></section>"
    )


@lru_cache(maxsize=1024)
def _same_row(group: str, outcome: Outcome) -> str:
    """Return the row of a check that judged nothing, which is the same in one document after another."""
    return _outcome(group, outcome)


COVERAGE = ("事项", "名称", "落实", "结论", "核对", "相符", "缺少的资料")


def _head(words: str) -> str:
    return f'<th scope="col">{say(words)}</th>'


def _outcome(group: str, outcome: Outcome) -> str:
    counts = (str(outcome.judged), str(outcome.agreed)) if outcome.judged else ("—", "—")
    missing = lacking(outcome) if group != "已核对" else ""
    cells = "".join(f'<td class="num">{count}</td>' for count in counts)
    return (
        f"<tr><td>{escape(outcome.check.code)}</td><td>{name_of(outcome.check.key, outcome.check.title)}</td><td>{say(group)}</td>"
        f'<td class="{outcome.verdict.value}">{say(outcome.verdict.label)}</td>{cells}<td>{escape(missing)}</td></tr>'
    )


def _gone(audit: Audit) -> str:
    items = "".join(_gone_item(found) for found in audit.gone)
    return (
        f'<section class="coverage"><h2>{counted("上次有、这次没有的", len(audit.gone), "处", "Gone since last time:")}</h2><ul>{items}</ul></section>'
        if items
        else ""
    )


def _gone_item(found: Mapping[str, object]) -> str:
    return f"<li>{escape(str(found.get('check', '')))} {escape(str(found.get('message', '')))}</li>"
