"""Checks of structure: sections, counts of things named, numbers of items, repeated text, extraction, publication."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from hengping.audit.extraction.marks import clause_of
from hengping.audit.model import HOUSE, Check, Finding, Severity, Span, Verdict, check
from hengping.law import Citation, source

if TYPE_CHECKING:
    from hengping.audit.extraction.outline import Item, Series
    from hengping.audit.reading import Passage, Reading

OFFICIAL_FORMAT = source("gb-9704-2012")
LONG_PARAGRAPH = 40
LONG_TITLE = 25
MANY_MISSING = 2
NUMERALS = "〇一二三四五六七八九十"


def inapplicable(rule: Check, reading: Reading, wanted: str) -> Finding:
    """Say that a check does not apply to this kind of document."""
    return rule.finding(
        Verdict.NOT_APPLICABLE,
        f"本文是{reading.outline.kind_title}，本项只核对{wanted}。",
        severity=Severity.INFO,
        spans=(),
    )


def citing(finding: Finding, cites: tuple[Citation, ...]) -> Finding:
    """Return a finding that also rests on the texts a locality's table cites."""
    return replace(finding, cites=(*finding.cites, *cites))


@check(
    "OUT-01",
    key="required-sections",
    title="应有的各部分",
    severity=Severity.WARNING,
    needs="当地登记的提纲",
    spares=("新闻、工作报告等没有提纲的文种", "写在下级标题里的部分", "提纲中可有可无的部分"),
    fails="部门整体支出绩效自评报告\n一、单位基本情况\n本局编制10人。\n二、支出情况\n支出合计100万元。\n三、绩效情况\n已完成年度工作。",
    passes="部门整体支出绩效自评报告\n一、单位基本情况\n本局编制10人。\n二、支出情况\n支出合计100万元。\n三、绩效情况\n已完成年度工作。\n四、存在的问题\n预算执行偏慢。\n五、改进措施\n加快支付进度。",
)
def REQUIRED_SECTIONS(rule: Check, reading: Reading) -> Iterable[Finding]:
    """报告应当具备主管部门提纲要求的各部分，并按提纲的次序排列；提纲按地区和年度取用，未见原文的注明待核实。"""
    outline = reading.outline
    required = reading.locality.outlines.get(outline.kind)
    if required is None:
        yield inapplicable(rule, reading, "登记有提纲的文种")
        return
    places = [(section.title, item) for section in required.sections if (item := _section(reading, section.names))]
    named = {title for title, _ in places}
    lacking = [part for part in required.sections if part.title not in named and not _headed(reading, part.names)]
    if not outline.is_self_evaluation and 2 * len(lacking) >= len(required.sections):
        yield rule.finding(
            Verdict.INSUFFICIENT_DATA,
            f"按“{required.title}”只找到{len(required.sections) - len(lacking)}个部分，本文似为节选，不逐项核对。",
            severity=Severity.INFO,
            spans=(),
        )
        return
    for section in lacking:
        if not section.optional:
            absent = rule.finding(
                Verdict.MISSING,
                f"没有“{section.title}”部分（{required.title}）。",
                spans=(),
                suggestion=f"补写“{section.title}”；确无内容的，写明“无”。",
                key=section.title,
            )
            yield citing(absent, required.cites)
    yield from _order(rule, reading, places)
    if places:
        yield rule.finding(
            Verdict.AGREES,
            f"按“{required.title}”找到{len(places)}个部分。",
            spans=tuple(item.heading for _, item in places),
            working="；".join(f"{title}——{outline.heading_of(item)}" for title, item in places),
        )


def _headed(reading: Reading, names: Sequence[str]) -> bool:
    """Tell whether an unnumbered line of its own names a section."""
    return any(
        len(passage.text) <= 40 and "。" not in passage.text and any(name in passage.text for name in names)
        for passage in reading.passages
    )


def _section(reading: Reading, names: tuple[str, ...]) -> Item | None:
    found = [item for item in reading.outline.items if _names(item.title, names)]
    return min(found, key=lambda item: (item.level, item.index), default=None)


@cache
def _names(title: str, names: tuple[str, ...]) -> bool:
    """Tell whether a heading is known by one of several names; headings repeat from report to report."""
    return any(name in title for name in names)


def _order(rule: Check, reading: Reading, places: Sequence[tuple[str, Item]]) -> Iterator[Finding]:
    top = [(title, item) for title, item in places if item.level == 1]
    for (title, item), (_, following) in itertools.pairwise(top):
        if item.start > following.start:
            yield rule.finding(
                Verdict.REMARK,
                f"“{title}”排在“{reading.outline.title_of(following)}”之后，与提纲的次序不同。",
                severity=Severity.INFO,
                spans=(item.heading, following.heading),
            )


@check(
    "OUT-04",
    key="empty-section",
    title="空白的部分",
    severity=Severity.WARNING,
    needs="带标题的部分",
    spares=("“其他需要说明的情况”写“无”", "只有下级标题的部分", "目录和表格的标题"),
    fails="部门整体支出绩效自评报告\n一、单位基本情况\n二、支出情况\n支出合计100万元，其中基本支出60万元。",
    passes="部门整体支出绩效自评报告\n一、支出情况\n支出合计100万元。\n二、其他需要说明的情况\n无",
)
def EMPTY_SECTION(rule: Check, reading: Reading) -> Iterable[Finding]:
    """标题之下应当有内容；确无情况的写明“无”。只有一个字的部分在“其他”中是合规的，在别处提请核对。"""
    outline, text = reading.outline, reading.text
    if not outline.is_closed_year:
        return
    for item in outline.items:
        if item.level > 2 or not outline.is_heading(item) or item.title_end - item.body_start > LONG_TITLE:
            continue
        body = text[item.title_end : item.end].strip(" \n:：。")
        heading = outline.heading_of(item)
        if not body:
            if _heads_text(reading, item):
                yield rule.finding(
                    Verdict.MISSING,
                    f"“{heading}”之下没有内容。",
                    spans=(item.heading,),
                    suggestion="补写内容，确无情况的写明“无”。",
                )
        elif len(body) == 1 and not any(name in heading for name in reading.locality.roles["other"]):
            yield rule.finding(
                Verdict.REMARK, f"“{heading}”之下只有“{body}”一个字。", severity=Severity.INFO, spans=(item.heading,)
            )
        elif len(body) == 1:
            yield rule.finding(Verdict.AGREES, f"“{heading}”写明“{body}”，合规。", spans=(item.heading,))


def _heads_text(reading: Reading, item: Item) -> bool:
    """Tell whether the other headings of a list stand over text of their own, so that a bare one is an oversight."""
    others = [other for other in reading.outline.lists[item.members] if other is not item]
    with_text = [
        other
        for other in others
        if reading.outline.is_heading(other) and reading.text[other.title_end : other.end].strip(" \n:：。")
    ]
    return bool(with_text) and 2 * len(with_text) >= len(others)


@check(
    "CNT-01",
    key="count-claim",
    title="数目与所列名称",
    severity=Severity.WARNING,
    needs="写明数目并列出名称的语句",
    spares=(
        "“三个不发生”一类的固定说法",
        "“甲、乙等十四个”这样只举例的",
        "括号里是说明而不是名称的",
        "名称本身含有“和”字的",
    ),
    fails="内设机构包括：办公室、财务科、接访科等五个科室；下设2个直属单位（接待中心、信息中心、服务中心）。",
    passes="内设机构包括：办公室、财务科、接访科等三个科室；下设2个直属单位（接待中心、信息中心）。",
)
def COUNT_CLAIM(rule: Check, reading: Reading) -> Iterable[Finding]:
    """写明数目又列出名称的，两者应当一致；以“等”字收尾的列举可以少于所写数目，不能多于所写数目。"""
    for claim in reading.outline.claims:
        listed = f"{claim.least}" if claim.least == claim.most else f"{claim.least}至{claim.most}"
        names = "、".join(claim.names)
        if claim.agrees:
            if claim.certain or not claim.names:
                yield rule.finding(
                    Verdict.AGREES,
                    f"写明{claim.said}个{claim.noun}，列出{claim.said}个。",
                    spans=(claim.span,),
                    working=names or f"其后共{listed}项",
                    key=claim.noun,
                )
        elif not claim.names:
            yield rule.finding(
                Verdict.UNEXPLAINED,
                f"写明{claim.said}个{claim.noun}，其后列出{listed}项。",
                spans=(claim.span,),
                working=f"写明 {claim.said}，列出 {listed}",
                key=claim.noun,
            )
        elif claim.certain and not (claim.open and claim.most < claim.said and claim.least < 3):
            verdict = Verdict.UNEXPLAINED if claim.open and claim.most < claim.said else Verdict.CONTRADICTION
            yield rule.finding(
                verdict,
                f"写明{claim.said}个{claim.noun}，列出的名称有{listed}个。",
                severity=Severity.INFO if verdict is Verdict.UNEXPLAINED else None,
                spans=(claim.span,),
                working=names,
                suggestion="核对数目或补全名称。",
                key=claim.noun,
            )


@check(
    "CNT-02",
    key="set-phrase",
    title="固定说法中的数字",
    severity=Severity.INFO,
    needs="含数字的固定说法",
    spares=("一切含数字的固定说法：不作为数目核对",),
    passes="重点时期实现“三个不发生”，开展“四下基层”。",
)
def SET_PHRASE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """“三个不发生”“四下基层”一类固定说法里的数字是名称的一部分，不作为数目核对；逐处列出，以示没有遗漏。"""
    for mark in reading.marked("slogan"):
        yield rule.finding(
            Verdict.NOT_APPLICABLE,
            f"{mark.text}是固定说法，其中的数字不作数目核对。",
            spans=(mark.span,),
            severity=Severity.INFO,
        )


def _printed(reading: Reading, item: Item) -> str:
    return reading.document.text[item.start : item.ordinal.end].strip()


@check(
    "ORD-01",
    key="numbers-complete",
    title="序号连续",
    severity=Severity.WARNING,
    needs="两项以上的编号列举",
    spares=("同级序号重复（另见 ORD-02）", "目录、表格里的序号", "一段之中另起的列举"),
    fails="一、基本情况\n本局有编制。\n二、支出情况\n支出正常。\n四、存在问题\n执行偏慢。",
    passes="一、基本情况\n本局有编制。\n二、支出情况\n支出正常。\n三、存在问题\n执行偏慢。",
)
def NUMBERS_COMPLETE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """同一级的序号应当从一开始，逐一递增，不跳号、不倒序。"""
    for members in reading.outline.numbered:
        values = [item.ordinal.value for item in members]
        spans = (members[0].heading, members[-1].heading)
        shown = "、".join(map(str, values))
        gap = _gap(reading, members)
        if gap is not None:
            before, after = gap
            missing = range(before.ordinal.value + 1, after.ordinal.value)
            cut = before.level == 0 or len(missing) > MANY_MISSING
            yield rule.finding(
                Verdict.MANUAL_REVIEW if cut else Verdict.UNEXPLAINED,
                f"“{_printed(reading, before)}”之后是“{_printed(reading, after)}”，缺第{'、'.join(map(str, missing))}项"
                + ("，似为节选或提取时丢失。" if cut else "。"),
                severity=Severity.INFO if cut else None,
                spans=(after.heading, before.heading),
                working=shown,
                suggestion="核对是缺少一项，还是序号写错。",
            )
        elif values[0] == 1 and len(set(values)) == max(values):
            yield rule.finding(Verdict.AGREES, f"同级序号1至{max(values)}完整。", spans=spans, working=shown)


def _gap(reading: Reading, members: Sequence[Item]) -> tuple[Item, Item] | None:
    """Return the items either side of a missing number that does not stand inside a paragraph between them either."""
    for before, after in itertools.pairwise(members):
        missing = range(before.ordinal.value + 1, after.ordinal.value)
        if missing:
            between = reading.text[before.ordinal.end : after.start]
            if any(not _stands_in(between, before, value) for value in missing):
                return before, after
    return None


def _stands_in(between: str, sample: Item, value: int) -> bool:
    """Tell whether a number of the same style as a sample stands in a stretch of text."""
    return any(printed in between for printed in _written(sample.ordinal.level, value))


def _written(level: int, value: int) -> tuple[str, ...]:
    chinese = _chinese(value)
    if level == 0:
        return (f"第{chinese}",)
    if level == 1:
        return (f"{chinese}、",)
    if level == 2:
        return (f"（{chinese}）", f"({chinese})")
    if level == 3:
        return (f"{value}、", f"{value}.", f"{value}．")
    return (f"（{value}）", f"({value})") if level == 4 else (chr(ord("①") + value - 1),)


@check(
    "ORD-02",
    key="duplicate-number",
    title="序号重复",
    severity=Severity.WARNING,
    needs="两项以上的编号列举",
    spares=("另起的列举从一重新编号", "不同上级标题之下的同一序号"),
    fails="六、绩效情况\n（一）评价目的\n规范管理。\n（二）评价结论\n结论良好。\n（二）结果应用\n公开结果。",
    passes="六、绩效情况\n（一）评价目的\n规范管理。\n（二）评价结论\n结论良好。\n（三）结果应用\n公开结果。",
)
def DUPLICATE_NUMBER(rule: Check, reading: Reading) -> Iterable[Finding]:
    """同一上级标题之下，同一序号不能出现两次。"""
    for members in reading.outline.numbered:
        seen: dict[int, Item] = {}
        for item in members:
            earlier = seen.setdefault(item.ordinal.value, item)
            if earlier is item:
                continue
            printed = _printed(reading, item)
            if reading.outline.title_of(item) == reading.outline.title_of(earlier):
                yield rule.finding(
                    Verdict.MANUAL_REVIEW,
                    f"“{reading.outline.heading_of(item)}”出现两次，可能是提取文字时重复，请对照原件。",
                    severity=Severity.INFO,
                    spans=(earlier.heading, item.heading),
                )
                continue
            follows = item.ordinal.value == members[members.index(item) - 1].ordinal.value
            yield rule.finding(
                Verdict.CONTRADICTION if follows else Verdict.UNEXPLAINED,
                f"序号“{printed}”用了两次：“{reading.outline.title_of(earlier)}”和“{reading.outline.title_of(item)}”。",
                spans=(earlier.heading, item.heading),
                working="、".join(str(other.ordinal.value) for other in members),
                suggestion=f"后一处应为第{item.ordinal.value + 1}项，其后顺延。",
                key=printed,
            )


@check(
    "ORD-03",
    key="number-style",
    title="同级序号的写法",
    severity=Severity.INFO,
    needs="两项以上的编号列举",
    cites=(HOUSE["ORD-03"], OFFICIAL_FORMAT.whole),
    spares=("全角与半角之别（另见 FMT-01）", "换算软件改写的自动编号：请人工核对，不算作者的错"),
    fails="1、 单位基本情况\n（一）职能\n履行职责。\n二、支出情况\n支出正常。\n三、存在问题\n执行偏慢。",
    passes="一、单位基本情况\n（一）职能\n履行职责。\n二、支出情况\n支出正常。\n三、存在问题\n执行偏慢。",
)
def NUMBER_STYLE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """同一级标题的序号应当用同一种写法（一、→（一）→1.→（1））；数值连续而写法不一的，可能是转换软件所改，应对照原件。"""
    for members in reading.outline.numbered:
        odd = [item for item in members if item.suspected]
        if odd:
            yield rule.finding(
                Verdict.MANUAL_REVIEW,
                f"第一级序号中“{'”“'.join(_printed(reading, item) for item in odd)}”与其余写法不同，但各级数值连续完整：很可能是"
                "文字处理软件的自动编号在转换时变了样，请对照原件。",
                spans=tuple(Span(item.start, item.passage.end) for item in odd),
                working="、".join(_printed(reading, item) for item in members),
                suggestion=f"原件若确是这样，改为“{'、'.join(_chinese(item.ordinal.value) for item in odd)}、”。",
            )
            continue
        promoted = [item for item in members if item.ordinal.level != item.level]
        marks = {item.ordinal.glyph.rstrip()[-1] for item in members if item.ordinal.level == 3}
        if promoted or len(marks) > 1:
            few = promoted or _fewest(members)
            yield rule.finding(
                Verdict.REMARK,
                f"同级序号写法不一：{'、'.join(dict.fromkeys(_printed(reading, item) for item in members))}。",
                spans=tuple(item.heading for item in few),
            )


def _fewest(members: Sequence[Item]) -> list[Item]:
    marks = [item.ordinal.glyph.rstrip()[-1] for item in members]
    rare = min(set(marks), key=marks.count)
    return [item for item, mark in zip(members, marks, strict=True) if mark == rare]


def _chinese(value: int) -> str:
    return NUMERALS[value] if value <= 10 else "十" + NUMERALS[value - 10] if value < 20 else str(value)


@check(
    "ORD-04",
    key="series-complete",
    title="“一是、二是”完整",
    severity=Severity.INFO,
    needs="“一是、二是”一类的列举",
    spares=("各条分段书写的", "不同段落各自的列举"),
    fails="主要做法：一是加强领导；三是强化保障。",
    passes="主要做法：一是加强领导；二是压实责任；三是强化保障。",
)
def SERIES_COMPLETE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """“一是……二是……”应当从一开始逐一递增；只有“一是”没有“二是”的，提请核对。"""
    for series in reading.outline.series:
        values = [part.value for part in series.items]
        if values == list(range(1, len(values) + 1)) and len(values) > 1:
            yield rule.finding(
                Verdict.AGREES,
                f"“一{series.word}”至第{len(values)}项完整。",
                spans=(series.span,),
                working=_spoken(series),
            )
        else:
            message = "只有“一是”，没有“二是”。" if values == [1] else f"列举不连续：{_spoken(series)}。"
            spans = tuple(Span(part.start, part.clause_end) for part in series.items)
            yield rule.finding(Verdict.REMARK, message, spans=spans)


def _spoken(series: Series) -> str:
    return "、".join(_chinese(part.value) + series.word for part in series.items)


@check(
    "DUP-01",
    key="repeated-text",
    title="重复的段落或词语",
    severity=Severity.INFO,
    needs="正文",
    spares=("标题、表格、目录", "不足四十字的段落"),
    fails="本年预算预算执行情况良好。",
    passes="本年预算执行情况良好。",
)
def REPEATED_TEXT(rule: Check, reading: Reading) -> Iterable[Finding]:
    """同一段话出现两次，或者同一词语连写两遍（预算预算），多为复制时留下的，提请核对。"""
    for mark in reading.marked("doubled"):
        yield rule.finding(
            Verdict.REMARK,
            f"“{mark.text}”似为重复。",
            spans=(mark.span,),
            suggestion=f"改为“{mark.text[: len(mark.text) // 2]}”。",
        )
    seen: dict[str, Passage] = {}
    for passage in reading.outline.prose:
        body = passage.text[passage.body_start - passage.start :].strip()
        if len(body) < LONG_PARAGRAPH:
            continue
        earlier = seen.setdefault(body, passage)
        if earlier is not passage:
            yield rule.finding(
                Verdict.REMARK,
                "这一段与前文某段完全相同。",
                spans=(Span(passage.start, passage.end), Span(earlier.start, earlier.end)),
                suggestion="核对是否复制后忘了改写。",
            )


@check(
    "EXT-01",
    key="extraction-quality",
    title="文字提取的质量",
    severity=Severity.INFO,
    needs="提取时留下的痕迹",
    spares=("作者写下的方括号",),
    fails="[bookmark: _GoBack]2、聚焦工作落实，提升质效。",
    passes="2、聚焦工作落实，提升质效。",
)
def EXTRACTION(rule: Check, reading: Reading) -> Iterable[Finding]:
    """转换软件留下的痕迹、读不出的图片和表格不是作者的文字：指出来，请对照原件，由此产生的疑点不算作者的错。"""
    residue = reading.marked("artefact")
    for mark in residue:
        yield rule.finding(
            Verdict.MANUAL_REVIEW,
            f"“{mark.text}”是转换软件留下的痕迹，不是作者的文字；附近的序号和数字请对照原件。",
            spans=(mark.span,),
        )
    for note in reading.document.notes:
        if note.kind == "loss":
            spans = (Span(note.start, note.end),) if note.end > note.start else ()
            yield rule.finding(Verdict.INSUFFICIENT_DATA, note.message, spans=spans)
        elif note.kind == "artefact" and not any(mark.start <= note.start <= mark.end for mark in residue):
            spans = (Span(note.start, note.end),) if note.end > note.start else ()
            yield rule.finding(Verdict.MANUAL_REVIEW, note.message, spans=spans)


@check(
    "PUB-01",
    key="publication-promise",
    title="公开的地点和时间",
    severity=Severity.INFO,
    needs="关于公开的承诺",
    spares=("没有写公开地点的报告",),
    cites=(HOUSE["PUB-01"], source("budget-law")["第十四条"]),
    fails="部门整体支出绩效自评报告\n一、结果应用\n我局将在局门户网站公开自评报告。",
    passes="部门整体支出绩效自评报告\n一、结果应用\n我局将自评结果报财政部门。",
)
def PUBLICATION(rule: Check, reading: Reading) -> Iterable[Finding]:
    """报告写明在某处公开的，应当能在该处找到；公开日期和网址不在文中，无法由本文核对，须另行提供。"""
    if not reading.outline.is_closed_year:
        return
    for mark in reading.marked("publication"):
        yield rule.finding(
            Verdict.INSUFFICIENT_DATA,
            "文中写明公开地点，是否已按时公开无法从本文核对。",
            spans=(clause_of(reading, mark),),
            suggestion="提供公开网址和日期。",
        )
