"""Checks of form: digits and marks in one width, paired marks, per cent signs, spaces, full stops.

They speak of expression only; nothing here is ever an error. A document that is of one form throughout is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from hengping.audit.model import HOUSE, Check, Finding, Severity, Span, Verdict, check
from hengping.law import source

if TYPE_CHECKING:
    from hengping.audit.extraction.marks import Mark
    from hengping.audit.reading import Passage, Reading

PUNCTUATION = source("gb-15834-2011").whole
NUMERALS = source("gb-15835-2011").whole
STRAY_SPACES = 5
UNENDED_PARAGRAPHS = 3
SHORT_ANSWER = 4
SPACED_FIGURES = re.compile(r"\d +[一-鿿]")
SPACED_LAYOUT = 4
ENDS = "。！？；：…”）)》、，!?;:.】"
LAYOUT_KINDS = ("pdf", "html")
PART_HEADS = ("部分", "章", "节")
OTHER_STYLES = ("news", "work_report")


def _spans(marks: Iterable[Mark]) -> tuple[Span, ...]:
    return tuple(mark.span for mark in marks)


@check(
    "FMT-01",
    key="digit-width",
    title="数字的全角与半角",
    severity=Severity.INFO,
    needs="阿拉伯数字",
    cites=(HOUSE["FMT-01"], NUMERALS),
    spares=("全文一律使用全角或半角的",),
    fails="１、工资福利支出50万元。\n２、商品和服务支出30万元。\n3、资本性支出5万元。",
    passes="1、工资福利支出50万元。\n2、商品和服务支出30万元。\n3、资本性支出5万元。",
)
def DIGIT_WIDTH(rule: Check, reading: Reading) -> Iterable[Finding]:
    """阿拉伯数字宜用半角，同一列举、同一文件不混用全角与半角。"""
    wide = reading.marked("wide-digit")
    if not wide:
        return
    numbered = {item.start: item for item in reading.outline.items}
    for members in reading.outline.lists:
        odd = [item for item in members if reading.document.text[item.start] in "０１２３４５６７８９"]
        if odd and len(odd) < len(members):
            plain = [item for item in members if item not in odd and item.level == odd[0].level]
            yield rule.finding(
                Verdict.REMARK,
                f"同一列举中序号有全角{len(odd)}处、半角{len(plain)}处。",
                spans=tuple(Span(item.start, item.ordinal.end) for item in (*odd, *plain)),
                suggestion="统一用半角数字。",
            )
    prose = [mark for mark in wide if mark.start not in numbered]
    if prose:
        yield rule.finding(
            Verdict.REMARK,
            f"正文中有全角数字{len(prose)}处，与其余半角数字混用。",
            spans=_spans(prose),
            suggestion="统一用半角数字。",
        )


@check(
    "FMT-02",
    key="bracket-width",
    title="括号的全角与半角",
    severity=Severity.INFO,
    needs="括号",
    cites=(HOUSE["FMT-02"], PUNCTUATION),
    spares=("全文一律使用半角括号的", "括号内没有汉字的"),
    fails="（一）评价目的\n规范管理。\n(二)评价过程\n成立小组。\n（三）评价结论\n良好。",
    passes="（一）评价目的\n规范管理。\n（二）评价过程\n成立小组。\n（三）评价结论\n良好。",
)
def BRACKET_WIDTH(rule: Check, reading: Reading) -> Iterable[Finding]:
    """中文里的括号用全角；标题序号和正文的括号不应全角、半角混用。"""
    half = reading.marked("half-bracket")
    wide = reading.document.text.count("（")
    if not half or not wide:
        return
    items = {item.start: item for item in reading.outline.items}
    numbers = [items[mark.start] for mark in half if mark.start in items]
    inline = [mark for mark in half if mark.start not in items]
    if numbers:
        yield rule.finding(
            Verdict.REMARK,
            f"标题序号用了半角括号{len(numbers)}处，同级其余用全角。",
            spans=tuple(item.heading for item in numbers),
            suggestion="改为全角括号。",
        )
    if inline:
        yield rule.finding(
            Verdict.REMARK,
            f"正文用了半角括号{len(inline)}处，其余{wide}处用全角。",
            spans=_spans(inline),
            suggestion="改为全角括号。",
        )


@check(
    "FMT-03",
    key="half-width-punctuation",
    title="半角标点",
    severity=Severity.INFO,
    needs="标点",
    cites=(HOUSE["FMT-03"], PUNCTUATION),
    spares=("数字里的千分号和小数点", "外文里的标点", "全文一律使用半角标点的"),
    fails="本局是政府工作部门,承担信访工作，下设三个科室。",
    passes="本局是政府工作部门，承担信访工作，下设三个科室。",
)
def HALF_WIDTH_PUNCTUATION(rule: Check, reading: Reading) -> Iterable[Finding]:
    """汉字之间的逗号、分号、冒号等用全角。"""
    half = reading.marked("half-mark")
    if half and "，" in reading.document.text:
        kinds = "".join(dict.fromkeys(mark.text for mark in half))
        yield rule.finding(
            Verdict.REMARK,
            f"汉字之间有半角标点{len(half)}处（{kinds}）。",
            spans=_spans(half),
            suggestion="改为全角标点。",
        )


@check(
    "FMT-04",
    key="percent-sign",
    title="百分号的写法",
    severity=Severity.INFO,
    needs="百分数",
    cites=(HOUSE["FMT-04"], NUMERALS),
    spares=("全文用同一种百分号的",),
    fails="基本支出占45.02％，项目支出占54.98%。",
    passes="基本支出占45.02%，项目支出占54.98%。",
)
def PERCENT_SIGN(rule: Check, reading: Reading) -> Iterable[Finding]:
    """百分号在一份文件里用同一种写法，不混用“％”与“%”。"""
    wide, narrow = reading.marked("percent-wide"), reading.marked("percent-narrow")
    if wide and narrow:
        few, many = sorted((wide, narrow), key=len)
        yield rule.finding(
            Verdict.REMARK,
            f"百分号两种写法混用：“％”{len(wide)}处，“%”{len(narrow)}处。",
            spans=_spans((*few, many[0])),
            suggestion="统一用“%”。",
        )


@check(
    "FMT-05",
    key="paired-marks",
    title="成对标点",
    severity=Severity.INFO,
    needs="引号、书名号、括号",
    cites=(HOUSE["FMT-05"], PUNCTUATION),
    spares=("“1）”一类的序号", "被换行、换页分开的一对", "一全角一半角的括号（另见 FMT-02）"),
    fails="全面落实“首问负责制，提高办理质量。\n下一步继续做好工作，接受监督。",
    passes="全面落实“首问负责制”，提高办理质量。\n下一步继续做好工作，接受监督。",
)
def PAIRED_MARKS(rule: Check, reading: Reading) -> Iterable[Finding]:
    """引号、书名号、括号应当成对：左右两半在同一段内个数相等。"""
    good = [pair for pair in reading.outline.pairs if not pair.wrong]
    for pair in reading.outline.pairs:
        for span in pair.wrong:
            yield rule.finding(
                Verdict.REMARK,
                f"这一段里{pair.marks[0]} {pair.marks[1]}不成对。",
                spans=(span,),
                working=f"全文 {pair.opened}/{pair.closed}",
            )
    if good:
        working = "，".join(f"{pair.marks} {pair.opened}/{pair.closed}" for pair in good)
        yield rule.finding(Verdict.AGREES, "成对标点左右个数相等。", spans=(), working=working)


@check(
    "FMT-06",
    key="spaces-and-stops",
    title="空格与句末标点",
    severity=Severity.INFO,
    needs="正文",
    cites=(HOUSE["FMT-06"], PUNCTUATION),
    spares=("标题、落款、表格", "全文多处空格或多处无句号的版式", "网页、新闻和 PDF 的排版空格"),
    fails="一、机构设置\n本局下设 1个直属单位，编制6人，均已到位。\n二、其他\n无",
    passes="一、机构设置\n本局下设1个直属单位，编制6人，均已到位。\n二、其他\n无。",
)
def SPACES_AND_STOPS(rule: Check, reading: Reading) -> Iterable[Finding]:
    """句中不留多余空格，段末应有句末标点；全文都是如此的，视为版式，不作提示。"""
    if reading.document.kind in LAYOUT_KINDS or reading.outline.kind in OTHER_STYLES:
        return
    numbers = {item.ordinal.end for item in reading.outline.items}
    spaces = [
        mark
        for mark in reading.marked("space")
        if mark.end not in numbers
        and mark.start not in numbers
        and not reading.text.endswith(PART_HEADS, 0, mark.start)
    ]
    if 0 < len(spaces) <= STRAY_SPACES and len(SPACED_FIGURES.findall(reading.document.text)) < SPACED_LAYOUT:
        yield rule.finding(
            Verdict.REMARK, f"句中有多余空格{len(spaces)}处。", spans=_spans(spaces), suggestion="删去空格。"
        )
    open_ended = _unended(reading)
    if 0 < len(open_ended) <= UNENDED_PARAGRAPHS:
        yield rule.finding(
            Verdict.REMARK,
            f"有{len(open_ended)}段末尾没有句末标点。",
            spans=tuple(Span(passage.start, passage.end) for passage in open_ended),
            suggestion="补上句号。",
        )


def _unended(reading: Reading) -> Sequence[Passage]:
    """Return the paragraphs of running text, after the first heading, that end without a mark."""
    outline = reading.outline
    if not outline.items:
        return ()
    first, date = outline.items[0].start, outline.date_line
    return [
        passage
        for passage in outline.prose
        if passage.start > first
        and passage.ordinal is None
        and passage.kind == "body"
        and passage.text.rstrip()[-1] not in ENDS
        and not _is_title(passage.text.strip())
        and outline.item_at(passage.start) is not None
        and (date is None or not date.start - 60 <= passage.start <= date.end)
        and not reading.text.startswith(("附件", "附表", "附："), passage.start)
    ]


def _is_title(line: str) -> bool:
    """Tell whether a line without a number reads as a heading: no mark inside it, and more than a word or two."""
    return len(line) > SHORT_ANSWER and not any(mark in line for mark in "，。；：、,;:")
