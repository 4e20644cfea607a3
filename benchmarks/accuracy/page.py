"""The tables of docs/accuracy.md, between two marks that leave the words around them alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from benchmarks.accuracy.defects import RATES, Change, Figures
from benchmarks.accuracy.measure import Accusation, Judged, Result

from hengping.figures import HUNDRED, round_half_up

BEGIN = "<!-- measured -->"
END = "<!-- /measured -->"
PREFACE = f"""# 准确性

`./run accuracy` 在公开发表、由人逐条标注的文本上测量；语料不在本仓库内，不在时该命令会说明并跳过。本页两个标记之间的表由该命令写出。

{BEGIN}
{END}
"""
KIND_TITLES = {
    "yoy": "增减率",
    "difference": "差额与前后一致",
    "rate": "完成率等比率",
    "share": "占比",
    "sum": "合计",
    "count": "计数",
}
CHANGES_WITHOUT = {(Figures.COUNT, Change.POINT)}

Tally = dict[tuple[Figures, Change], Counter[bool]]


def percent(part: int, whole: int) -> str:
    """Return a percentage with one decimal, or a dash where there is nothing to divide by.

    >>> percent(1, 8), percent(0, 0)
    ('12.5%', '—')
    """
    return f"{round_half_up(Decimal(part) * HUNDRED / whole, 1)}%" if whole else "—"


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def labels_table(judged: Sequence[Judged]) -> str:
    """Return how many labelled claims were found with the right verdict, by kind."""
    rows = []
    for kind, title in (*KIND_TITLES.items(), ("", "合计")):
        mine = [one for one in judged if not kind or one.located.label.kind == kind]
        rows.append((title, *_label_counts(mine)))
    heads = ("陈述", "标注", "找到且结论正确", "比例", "其中有误的", "有误而指出的", "结论不对", "未找到")
    return table(heads, rows)


def _label_counts(mine: Sequence[Judged]) -> tuple[object, ...]:
    results = Counter(one.result for one in mine)
    doubtful = [one for one in mine if not one.located.label.consistent]
    right = sum(one.result is Result.RIGHT for one in doubtful)
    return (
        len(mine),
        results[Result.RIGHT],
        percent(results[Result.RIGHT], len(mine)),
        len(doubtful),
        right,
        results[Result.WRONG],
        results[Result.UNSEEN],
    )


def defects_table(tally: Tally) -> str:
    """Return how many made defects were found, by class of figure and kind of defect."""
    rows = []
    for figures in Figures:
        cells = [_cell(tally, figures, change) for change in Change]
        whole: Counter[bool] = Counter()
        for change in Change:
            whole += tally.get((figures, change), Counter())
        found = whole[True]
        rows.append((figures.value, *cells, f"{found}/{whole.total()}", percent(found, whole.total())))
    return table(("数字", *(change.value for change in Change), "合计", "比例"), rows)


def _cell(tally: Tally, figures: Figures, change: Change) -> str:
    if (change is Change.STALE and figures not in RATES) or (figures, change) in CHANGES_WITHOUT:
        return "不适用"
    counts = tally.get((figures, change), Counter())
    return f"{counts[True]}/{counts.total()}" if counts else "无可用数字"


def accusations_table(accused: Sequence[tuple[Accusation, str, str]]) -> str:
    """Return every contradiction on unlabelled text with what careful reading made of it."""
    rows = [
        (
            one.passage,
            one.finding.check,
            _plain(one.finding.stated),
            _plain(one.finding.computed),
            one.finding.unit,
            judgement,
            why,
        )
        for one, judgement, why in accused
    ]
    return table(("文本", "核对项", "文中", "算得", "单位", "逐条复核", "理由"), rows)


def _plain(value: Decimal | None) -> str:
    return "—" if value is None else format(value, "f")


def write(path: Path, parts: Sequence[str]) -> None:
    """Put the tables between the marks of a page, leaving everything else as it is."""
    page = path.read_text(encoding="utf-8") if path.exists() else PREFACE
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    body = "\n\n".join(parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{before}{BEGIN}\n{body}\n{END}{after}", encoding="utf-8")
