"""The audit on a terminal: what has to be answered, what was looked at, and what could not be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from unicodedata import east_asian_width

from hengping.audit.model import Severity, Verdict
from hengping_io.audit_view import STATUS_LABELS, Audit, Entry, Suppression, duties, interval_in_words, lacking

WIDTH = 100
NARROWEST = 60
LABEL = 8
INDENT = " " * 2
STYLES = {"error": "31;1", "warning": "33;1", "hint": "36", "info": "2", "good": "32", "faint": "2", "strong": "1"}
FORBIDDEN_AT_START = "，。、；：！？）》”’％%"
MOST_MINOR = 12
OUTLINE = "OUT-01"
UNDECIDED = (Verdict.NOT_APPLICABLE, Verdict.INSUFFICIENT_DATA)


def write_text(audit: Audit, *, color: bool = False, width: int = WIDTH, claims: bool = False) -> str:
    """Return the audit as lines for a terminal of that width."""
    return "\n".join(_Page(max(width, NARROWEST), color=color).lines(audit, claims=claims)) + "\n"


class _Page:
    """Lays out one audit; knows only the width and whether colour is wanted."""

    def __init__(self, width: int, *, color: bool) -> None:
        self._color = color
        self._width = width

    def lines(self, audit: Audit, *, claims: bool) -> Iterator[str]:
        """Yield the lines, what weighs most first."""
        yield from self._head(audit)
        waiting = audit.to_answer
        minor = [entry for entry in audit.findings if not entry.to_answer and entry.suppressed is None]
        answered = [entry for entry in audit.findings if entry.suppressed is not None]
        if waiting:
            yield ""
            yield self._style(f"须答复 {len(waiting)} 处", "strong")
            for entry in waiting:
                yield from self._finding(entry)
        if minor:
            yield ""
            yield self._style(f"提示 {len(minor)} 处，不必逐条答复", "strong")
            shown = minor if claims else minor[:MOST_MINOR]
            for entry in shown:
                yield from self._one_line(entry)
            if len(shown) < len(minor):
                yield self._style(
                    f"{INDENT}另有 {len(minor) - len(shown)} 处，用 --claims 或 --format html 查看", "faint"
                )
        if answered:
            yield ""
            yield self._style(f"已有说明 {len(answered)} 处，仍列出，不计入退出状态", "strong")
            for entry in answered:
                yield from self._one_line(entry)
        yield from self._gone(audit)
        if claims:
            yield from self._agreeing(audit)
        yield ""
        yield from self._summary(audit)

    def _head(self, audit: Audit) -> Iterator[str]:
        document = audit.document
        about = f"{audit.examination.document_kind_title} · {document.kind} · {len(document.text):,} 字"
        title = f"《{document.title}》 " if document.title else ""
        yield self._style(document.name, "strong") + f"  {title}{about}"
        yield from (f"{INDENT}{entry.finding.message}" for entry in audit.claims if _tells_another_kind(entry))
        for note in document.notes:
            if note.kind == "loss":
                yield from self._wrapped(f"读取时未能取得：{note.message}", INDENT)

    def _finding(self, entry: Entry) -> Iterator[str]:
        finding = entry.finding
        label = self._style(padded(finding.severity.label, LABEL), finding.severity.value)
        where = _where(entry)
        status = STATUS_LABELS[entry.status]
        tail = f"  〔{status}〕" if status else ""
        yield f"{INDENT}{label}{padded(finding.check, LABEL)}{where}{tail}"
        inner = " " * (len(INDENT) + LABEL)
        yield from self._wrapped(finding.message, inner)
        if finding.working:
            yield from self._wrapped(f"算式：{finding.working}", inner)
        if finding.suggestion:
            yield from self._wrapped(f"建议：{finding.suggestion}", inner)
        basis = "、".join(str(cite) for cite in finding.cites if cite.article != finding.check)
        if basis:
            yield from self._wrapped(f"依据：{basis}", inner, "faint")

    def _one_line(self, entry: Entry) -> Iterator[str]:
        """Show a finding that needs no answer in one line, cut to the width."""
        finding = entry.finding
        label = self._style(padded(finding.verdict.label, LABEL + 4), finding.severity.value)
        text = finding.message + (f"（{interval_in_words(entry)}）" if finding.verdict is Verdict.ROUNDING else "")
        answer = entry.suppressed
        if answer is not None:
            text = f"{answer_in_words(answer)}：{text}"
        used = len(INDENT) + LABEL + 4 + LABEL + 12
        where = padded(entry.where, 12)
        yield f"{INDENT}{label}{padded(finding.check, LABEL)}{where}{clipped(text, self._width - used)}"

    def _gone(self, audit: Audit) -> Iterator[str]:
        if not audit.compared:
            return
        new = sum(entry.status == "new" for entry in audit.findings)
        yield ""
        head = f"与上次结果相比：新增 {new} 处，仍在 {len(audit.findings) - new} 处，消失 {len(audit.gone)} 处"
        yield self._style(head, "strong")
        for found in audit.gone:
            text = f"{found.get('check', '')}  {found.get('message', '')}"
            yield f"{INDENT}{self._style(padded('消失', LABEL), 'good')}{clipped(text, self._width - LABEL - 2)}"

    def _agreeing(self, audit: Audit) -> Iterator[str]:
        agreeing = [entry for entry in audit.claims if entry.finding.verdict is Verdict.AGREES]
        yield ""
        yield self._style(f"相符 {len(agreeing)} 条", "strong")
        for entry in agreeing:
            text = entry.finding.message
            if entry.finding.working:
                text += f"  {entry.finding.working}"
            label = self._style(padded("相符", LABEL), "good")
            used = len(INDENT) + LABEL * 2 + 12
            yield (
                f"{INDENT}{label}{padded(entry.finding.check, LABEL)}{padded(entry.where, 12)}"
                f"{clipped(text, self._width - used)}"
            )

    def _summary(self, audit: Audit) -> Iterator[str]:
        yield "─" * self._width
        for line in summary_lines(audit):
            yield from self._wrapped(line, "", hanging="　　　　")
        count = len(audit.to_answer)
        if count:
            worst = "error" if any(one.finding.severity is Severity.ERROR for one in audit.to_answer) else "warning"
            yield self._style(f"结论：有 {count} 处须答复。", worst)
        elif any(count and verdict not in UNDECIDED for verdict, count in audit.verdicts.items()):
            yield "结论：已核对的陈述中没有须答复的问题；未核对的部分见上，不能视为无误。"
        else:
            yield "结论：没有读到可以核对的陈述，不能据此认为报告无误。"

    def _wrapped(self, text: str, indent: str, style: str = "", hanging: str = "") -> Iterator[str]:
        for index, line in enumerate(wrapped(text, self._width - wide(indent) - wide(hanging))):
            yield indent + (hanging if index else "") + (self._style(line, style) if style else line)

    def _style(self, text: str, style: str) -> str:
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self._color else text


def summary_lines(audit: Audit) -> Iterator[str]:
    """Yield, in words, how much was read, judged and not judged, and why."""
    examination = audit.examination
    unjudged = examination.figures - examination.figures_judged
    line = f"数字　读出 {examination.figures} 个，参与核对 {examination.figures_judged} 个，未核对 {unjudged} 个"
    if examination.unjudged:
        line += f"（{'；'.join(f'{why} {count}' for why, count in examination.unjudged.items())}）"
    yield line
    verdicts = audit.verdicts
    counts = "，".join(f"{verdict.label} {verdicts[verdict]}" for verdict in Verdict if verdicts[verdict])
    yield f"陈述　核对 {len(examination.claims)} 条" + (f"：{counts}" if counts else "")
    found = duties(examination.outcomes)
    yield (
        f"事项　应核对 {found.total} 项：已核对 {len(found.met)}，资料不足 {len(found.without_input)}，"
        f"不适用 {len(found.without_object)}，须人工 {len(found.by_hand)}，未实现 {len(found.not_implemented)}"
    )
    missing = [f"{outcome.check.code} 缺{lacking(outcome)}" for outcome in found.without_input]
    if missing:
        rest = f"；另 {len(missing) - 4} 项见 --format json" if len(missing) > 4 else ""
        yield f"资料不足　{'；'.join(missing[:4])}{rest}"


def _tells_another_kind(entry: Entry) -> bool:
    """Tell whether this says that the document is none whose parts are known: minutes, news, an empty template."""
    return entry.finding.check == OUTLINE and entry.finding.verdict is Verdict.NOT_APPLICABLE


def answer_in_words(answer: Suppression) -> str:
    """Return who answered for a finding, when and why."""
    return f"〔{answer.by} {answer.on}：{answer.reason}〕"


def _where(entry: Entry) -> str:
    if not entry.spots:
        return "全文"
    spot = entry.spots[0]
    more = f" 等 {len(entry.spots)} 处" if len(entry.spots) > 1 else ""
    quote = clipped(spot.quote.strip(), 40)
    return f"{entry.where} {spot.start}–{spot.end}  “{quote}”{more}"


def wide(text: str) -> int:
    """Return how many terminal columns a text takes; a Chinese character takes two.

    >>> wide("衡评 1.0")
    8
    """
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def padded(text: str, columns: int) -> str:
    """Return a text filled up to a number of columns, never cut.

    >>> padded("错误", 6) + "|"
    '错误  |'
    """
    return text + " " * max(1, columns - wide(text))


def clipped(text: str, columns: int) -> str:
    """Return a text on one line, cut to a number of columns.

    >>> clipped("一般公共预算", 8)
    '一般公…'
    """
    flat = " ".join(text.split())
    if wide(flat) <= columns:
        return flat
    kept: list[str] = []
    left = columns - 1
    for character in flat:
        left -= wide(character)
        if left < 0:
            break
        kept.append(character)
    return "".join(kept) + "…"


def wrapped(text: str, columns: int) -> list[str]:
    """Return a text in lines of at most so many columns, breaking between Chinese characters and at blanks.

    >>> wrapped("合计 100 万元，相差 1 万元", 14)
    ['合计 100 万元，', '相差 1 万元']
    """
    lines: list[str] = []
    line: list[str] = []
    used = 0
    for piece in _pieces(text):
        size = wide(piece)
        if used + size > columns and line and piece not in FORBIDDEN_AT_START:
            lines.append("".join(line).rstrip())
            line, used = [], 0
            if piece.isspace():
                continue
        line.append(piece)
        used += size
    lines.append("".join(line).rstrip())
    return [found for found in lines if found] or [""]


def _pieces(text: str) -> Iterator[str]:
    """Yield what must not be broken: words and numbers whole, Chinese characters singly."""
    word: list[str] = []
    for character in " ".join(text.split("\n")):
        if character.isascii() and not character.isspace():
            word.append(character)
            continue
        if word:
            yield "".join(word)
            word = []
        yield character
    if word:
        yield "".join(word)


def rows(heads: Sequence[str], body: Iterable[Sequence[str]]) -> list[str]:
    """Return a small table with aligned columns."""
    every = [tuple(heads), *map(tuple, body)]
    widths = [max(wide(row[index]) for row in every) + 2 for index in range(len(heads))]
    return ["".join(padded(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip() for row in every]
