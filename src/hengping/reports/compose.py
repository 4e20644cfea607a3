"""Sections and facts become one document: ordinals, captions, notes on adjusted figures, charts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from hengping.document import Assembly, Block, Heading, Paragraph, Run, Table
from hengping.errors import InvalidPackage, Problem
from hengping.figures import HUNDRED, ZERO, round_half_up
from hengping.law import Catalogue
from hengping.performance.model import Evaluation, Score
from hengping.reports import self_evaluation
from hengping.reports.model import (
    CAPTION,
    LABEL,
    NOTE,
    SIGNATURE,
    UNIT_LINE,
    Bar,
    Chart,
    Facts,
    Named,
    Report,
    Section,
    Working,
    say,
    source_of,
)
from hengping.reports.passages import aim_of, ordinal, title_of
from hengping.reports.statements import FINAL, GENERAL, PARTS
from hengping.reports.workings import unknown_names, workings

SECTIONS = Catalogue.collect(Section, self_evaluation)
"""Every section of the report, by key and day."""


def compose(facts: Facts) -> Report:
    """Compose the self-evaluation report of a year.

    Raises ``InvalidPackage`` with every narrative that names a figure nobody knows.
    """
    named = workings(facts)
    refuse_unknown_names(facts, named)
    title = f"{facts.unit.name}{facts.fiscal_year}年度部门整体支出绩效自评报告"
    assembly = Assembly()
    used: list[str] = []
    for block in _captioned(_with_notes(_blocks(facts, named, title), named, used)):
        lay(assembly, block)
    document = assembly.finish(name="", kind="report", title=title)
    return Report(
        document=document,
        named=named,
        charts=tuple(charts(facts, named)),
        label=facts.label,
        year=facts.fiscal_year,
        unit=facts.unit.name,
        used=tuple(dict.fromkeys(used)),
    )


def refuse_unknown_names(facts: Facts, named: Named) -> None:
    """Raise ``InvalidPackage`` where a narrative names a figure that does not exist."""
    problems = [
        Problem(
            file=told.file or "narrative",
            row=told.row,
            column="text",
            message=f"文字中的数字名“{name}”不存在",
            rule="文字说明里的数一律写名称，由程序代入",
            remedy="请改用结果文件 result.json 中列出的名称。",
        )
        for told in facts.narratives
        for name in unknown_names((told.text,), named)
    ]
    if problems:
        raise InvalidPackage(problems)


def _blocks(facts: Facts, named: Named, title: str) -> Iterator[Block]:
    yield Heading(title, 0, (Run(title),), 0)
    if facts.label:
        yield say(facts.label, kind=LABEL)
    for place, section in enumerate(SECTIONS.on(facts.reported_on), 1):
        text = f"{ordinal(place)}、{section.title}"
        yield Heading(text, 0, (Run(text),), 1)
        yield from _numbered_heads(section.writes(facts, named))
    yield from self_evaluation.attachments(facts)
    yield say(facts.unit.name, kind=SIGNATURE)
    yield say(_day(facts.reported_on), kind=SIGNATURE)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _numbered_heads(blocks: Iterable[Block]) -> Iterator[Block]:
    place = 0
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            place += 1
            text = f"（{ordinal(place)}）{block.text}"
            yield replace(block, text=text, runs=(Run(text),))
        else:
            yield block


def _captioned(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks, numbering the tables and putting caption and unit over each."""
    count = 0
    for block in blocks:
        if not isinstance(block, Table) or not block.title:
            yield block
            continue
        count += 1
        title = f"表{count} {block.title}"
        yield say(title, kind=CAPTION)
        if block.unit:
            yield say(f"单位：{block.unit}", kind=UNIT_LINE)
        yield replace(block, title=title)


def _with_notes(blocks: Iterable[Block], named: Named, used: list[str]) -> Iterator[Block]:
    """Yield blocks, and before the next heading one note on the figures adjusted since the last."""
    waiting: list[Working] = []
    for block in blocks:
        if isinstance(block, Heading) and waiting:
            yield _note(waiting)
            waiting = []
        yield block
        parts = block.cells if isinstance(block, Table) else (block,)
        names = [name for part in parts for run in part.runs if (name := source_of(run))]
        waiting += [named[name] for name in dict.fromkeys(names) if name not in used and named[name].adjustment]
        used.extend(names)
    if waiting:
        yield _note(waiting)


def _note(adjusted: Sequence[Working]) -> Block:
    up = dict.fromkeys(title_of(working) for working in adjusted if working.adjustment > 0)
    down = dict.fromkeys(title_of(working) for working in adjusted if working.adjustment < 0)
    told = "".join(f"末位{word}：{'、'.join(names)}。" for word, names in (("上调", up), ("下调", down)) if names)
    return say(f"注：为使分项之和等于合计，以下各项按最大余额法作尾数调整。{told}", kind=NOTE)


def lay(assembly: Assembly, block: Block) -> None:
    """Add one finished block to a document that is being put together."""
    if isinstance(block, Paragraph):
        assembly.paragraph(block.runs, block.kind)
    elif isinstance(block, Heading):
        assembly.heading(block.runs, block.level)
    else:
        assembly.table(block.rows, title=block.title, unit=block.unit, header_rows=block.header_rows)


def charts(facts: Facts, named: Named) -> Iterator[Chart]:
    """Yield the charts that go beside the report; one without at least two rows says nothing and is left out."""
    money = _money_chart(facts, named)
    if len(money.rows) > 1:
        yield money
    if facts.evaluation is not None:
        targets = _target_chart(facts.evaluation)
        if len(targets.rows) > 1:
            yield targets


def _money_chart(facts: Facts, named: Named) -> Chart:
    classes: dict[str, None] = {}
    for part in PARTS:
        for operand in named[f"{FINAL}.{GENERAL}.{part}"].operands if f"{FINAL}.{GENERAL}.{part}" in named else ():
            classes.setdefault(operand.rpartition(".")[2])
    found = [named[f"{FINAL}.{GENERAL}.class.{code}"] for code in classes]
    bars = [
        Bar(label=title_of(working), value=working.figure.value, shown=working.text, name=working.name)
        for working in found
        if working.figure is not None
    ]
    bars.sort(key=lambda bar: -bar.value)
    return Chart(
        key="classes",
        title=_money_title(facts, bars, named[f"{FINAL}.{GENERAL}"]),
        kind="bars",
        unit="万元",
        rows=tuple(bars),
        source="支出决算数，按经济分类",
    )


def _money_title(facts: Facts, bars: Sequence[Bar], whole: Working) -> str:
    if not bars or whole.figure is None or not whole.figure.value:
        return ""
    share = round_half_up(bars[0].value * HUNDRED / whole.figure.value, 1)
    return f"{facts.fiscal_year}年度一般公共预算支出中，{bars[0].label}最多，占{share}%"


def _target_chart(evaluation: Evaluation) -> Chart:
    bars = tuple(_dots(score) for score in evaluation.scores if _comparable(score))
    met = sum(1 for bar in bars if bar.met)
    title = f"有百分比目标的{len(bars)}项指标中，{met}项达到目标"
    return Chart(key="targets", title=title, kind="dots", unit="%", rows=bars, source=evaluation.scheme.title)


def _comparable(score: Score) -> bool:
    return score.value.unit == "%" and score.value.amount is not None and score.weighing.target is not None


def _dots(score: Score) -> Bar:
    amount, target = score.value.amount or ZERO, score.weighing.target or ZERO
    return Bar(
        label=score.title,
        value=amount,
        shown=f"{amount:f}%",
        name=f"indicator.{score.indicator.key}.value",
        target=target,
        aim=aim_of(score),
        met=score.weighing.operator.met(amount, target),
    )
