"""Sentences, lists and tables that several sections share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hengping.document import Block, Cell, Paragraph, Table
from hengping.performance.model import Evaluation, Operator, Score
from hengping.reports.amounts import UNLISTED
from hengping.reports.model import MISSING, Facts, Named, Piece, Working, cell, head, say
from hengping.reports.workings import PLACEHOLDER

OPEN = "—"
"""What stands in a cell that a form leaves open."""
DIGITS = "零一二三四五六七八九"


def ordinal(number: int) -> str:
    """Return a number from 1 to 99 as Chinese numerals.

    >>> [ordinal(number) for number in (1, 10, 12, 20, 35)]
    ['一', '十', '十二', '二十', '三十五']
    """
    tens, ones = divmod(number, 10)
    return (DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (DIGITS[ones] if ones else "")


def numbered(items: Iterable[Sequence[Piece]]) -> Iterator[Paragraph]:
    """Yield one paragraph per item, numbered in Arabic figures."""
    for place, pieces in enumerate(items, 1):
        yield say(f"{place}. ", *pieces)


def listed(parts: Sequence[Sequence[Piece]], mark: str = "、") -> list[Piece]:
    """Return pieces of an enumeration with marks between them."""
    found: list[Piece] = []
    for place, pieces in enumerate(parts):
        if place:
            found.append(mark)
        found.extend(pieces)
    return found


def ended(text: str) -> str:
    """Return a sentence with its full stop, whatever it ended with."""
    text = text.strip()
    return text if text.endswith(("。", "！", "？")) else text.rstrip("；;，,、.") + "。"


def bare(text: str) -> str:
    """Return a phrase without the mark at its end."""
    return text.strip().rstrip("。；;，,、.")


def filled(text: str, named: Named) -> list[Piece]:
    """Return a narrative as pieces, every ``{{name}}`` replaced by its working."""
    parts = PLACEHOLDER.split(text)
    return [named[part] if place % 2 else part for place, part in enumerate(parts) if part]


def narrative(facts: Facts, named: Named, *keys: str) -> Iterator[Block]:
    """Yield the unit's own prose for some places, a subheading over each piece that has a title."""
    for told in facts.narratives:
        if told.key in keys:
            if told.title:
                yield head(told.title)
            for line in told.text.splitlines():
                if line.strip():
                    yield say(*filled(line.strip(), named))


def tells(facts: Facts, *keys: str) -> bool:
    """Tell whether the unit wrote anything for some places."""
    return any(told.key in keys and told.text.strip() for told in facts.narratives)


def title_of(working: Working) -> str:
    """Return the name of an account without the statement it belongs to."""
    return working.title.rpartition("：")[2]


def account_line(named: Named, name: str) -> list[Piece]:
    """Return one economic class with its items, as a sentence that adds up."""
    whole = named[name]
    items = [named[operand] for operand in whole.operands]
    first: list[Piece] = [title_of(whole), whole]
    listed_items = [item for item in items if not item.name.endswith(f".{UNLISTED}")]
    if name.endswith(f".{UNLISTED}"):
        return [*first, "。"]
    if not listed_items:
        return [*first, "，款级明细未提供。"]
    return [*first, "。其中：", *listed([[title_of(item), item] for item in items]), "。"]


def table(rows: Sequence[Sequence[Piece | Sequence[Piece]]], title: str, unit: str = "", heads: int = 1) -> Table:
    """Return a plain table without merged cells; its first ``heads`` rows head the columns."""
    laid = tuple(
        tuple(
            cell(*([content] if isinstance(content, str | Working) else content), row=r, column=c, header=r < heads)
            for c, content in enumerate(row)
        )
        for r, row in enumerate(rows)
    )
    return Table(laid, title=title, unit=unit, header_rows=heads)


def aim_of(score: Score) -> str:
    """Return a target as the official forms write it, its operator before it."""
    weighing = score.weighing
    if weighing.target is None:
        return weighing.goal or MISSING
    sign = "" if weighing.operator is Operator.JUDGED else weighing.operator.value
    return f"{sign}{weighing.target:f}{weighing.unit or score.indicator.unit}"


def value_pieces(score: Score, named: Named, prefix: str = "") -> Sequence[Piece]:
    """Return what a row measured, for a cell: its figure with its unit, its judged level, or that there is none."""
    working = named[f"{prefix}indicator.{score.indicator.key}.value"]
    if working.figure is not None:
        return [working] if working.figure.unit == "%" else [working, working.figure.unit]
    return [str(score.value) if score.value.record is not None else MISSING]


def score_table(evaluation: Evaluation, named: Named, title: str, prefix: str = "") -> Table:
    """Return the indicator table behind a score; equal names above and below each other are merged."""
    heads = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施")
    rows: list[list[Cell]] = [[cell(text, row=0, column=c, header=True) for c, text in enumerate(heads)]]
    for r, score in enumerate(evaluation.scores, 1):
        name = f"{prefix}indicator.{score.indicator.key}"
        contents: list[Sequence[Piece]] = [
            [score.weighing.block],
            [score.weighing.level2],
            [score.title],
            [aim_of(score)],
            value_pieces(score, named, prefix),
            [named[f"{name}.points"]],
            [named[f"{name}.score"] if score.evaluated else "未评价"],
            [reason_of(score)],
        ]
        rows.append([cell(*pieces, row=r, column=c) for c, pieces in enumerate(contents)])
    last = len(evaluation.scores) + 1
    total: Piece = named[f"{prefix}score.total"] if evaluation.evaluated == evaluation.possible else "不计总分"
    rows.append(
        [
            cell("合计", row=last, column=0, columns=5),
            cell(named[f"{prefix}score.possible"], row=last, column=5),
            cell(total, row=last, column=6),
            cell(OPEN, row=last, column=7),
        ]
    )
    return Table(merged_down(rows, (0, 1)), title=title, header_rows=1)


def reason_of(score: Score) -> str:
    """Return why points were lost and what will be done; a row that owes no reason leaves the place open."""
    record = score.value.record
    cause, remedy = (record.cause, record.remedy) if record else ("", "")
    if not score.explain and not cause:
        return OPEN
    return f"原因：{bare(cause) or MISSING}。措施：{bare(remedy) or MISSING}。"


def merged_down(rows: Sequence[Sequence[Cell]], columns: Sequence[int]) -> tuple[tuple[Cell, ...], ...]:
    """Merge equal neighbours downwards in some columns, never across a border further left."""
    laid = [list(row) for row in rows]
    for column in columns:
        keeper: Cell | None = None
        for place, row in enumerate(laid):
            here = next((c for c in row if c.column == column and c.column_span == 1 and not c.header), None)
            if here is None:
                keeper = None
                continue
            border = any(c.column < column for c in row)
            if keeper is None or border or keeper.text != here.text or not here.text:
                keeper = here
                continue
            row.remove(here)
            grown = _taller(keeper, place)
            _replace(laid, keeper, grown)
            keeper = grown
    return tuple(tuple(row) for row in laid)


def _taller(kept: Cell, last_row: int) -> Cell:
    return Cell(kept.text, 0, kept.runs, kept.row, kept.column, last_row - kept.row + 1, kept.column_span, kept.header)


def _replace(rows: list[list[Cell]], old: Cell, new: Cell) -> None:
    row = rows[old.row]
    row[row.index(old)] = new
