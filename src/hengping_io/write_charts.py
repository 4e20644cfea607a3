"""Draws charts as inline SVG: bars from zero, dots on a line; every row is labelled where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from html import escape

from hengping.reports.model import Bar, Chart

WIDTH, ROW, TOP = 420, 46, 6
Link = Callable[[str, str], str]


def write_chart(chart: Chart, link: Link) -> str:
    """Return a chart as a figure: its sentence, the drawing, its source, and the same data as a table.

    ``link`` turns the name of a working and a text into a link to the evidence.
    """
    height = TOP + ROW * len(chart.rows)
    rows = "".join(_bars(chart) if chart.kind == "bars" else _dots(chart))
    key = escape(chart.key)
    return (
        f'<figure class="chart"><figcaption id="c-{key}">{escape(chart.title)}</figcaption>'
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="c-{key}">{rows}</svg>'
        f'<p class="source">来源：{escape(chart.source)}。{_legend(chart)}</p>{_table(chart, link)}</figure>'
    )


def _legend(chart: Chart) -> str:
    return "实心点为完成值，竖线为目标值。" if chart.kind == "dots" else f"单位：{escape(chart.unit)}。"


def _bars(chart: Chart) -> Iterator[str]:
    largest = max((bar.value for bar in chart.rows), default=Decimal(0))
    for place, bar in enumerate(chart.rows):
        y = TOP + ROW * place
        width = _along(bar.value, largest)
        yield _label(bar.label, bar.shown, y)
        yield f'<rect class="bar" x="0" y="{y + 20}" width="{max(width, 1)}" height="12" rx="2"/>'


def _dots(chart: Chart) -> Iterator[str]:
    ends = [value for bar in chart.rows for value in (bar.value, bar.target or Decimal(0))]
    largest = max((*ends, Decimal(100)))
    for place, bar in enumerate(chart.rows):
        y = TOP + ROW * place
        told = f"{bar.shown}（目标{bar.aim}，{'达到' if bar.met else '未达到'}）"
        yield _label(bar.label, told, y)
        yield f'<line class="rail" x1="0" y1="{y + 27}" x2="{WIDTH}" y2="{y + 27}"/>'
        if bar.target is not None:
            x = _along(bar.target, largest)
            yield f'<line class="aim" x1="{x}" y1="{y + 19}" x2="{x}" y2="{y + 35}"/>'
        kind = "dot" if bar.met else "dot short"
        yield f'<circle class="{kind}" cx="{_along(bar.value, largest)}" cy="{y + 27}" r="6"/>'


def _label(label: str, shown: str, y: int) -> str:
    return (
        f'<text x="0" y="{y + 14}">{escape(label)}</text>'
        f'<text class="value" x="{WIDTH}" y="{y + 14}" text-anchor="end">{escape(shown)}</text>'
    )


def _along(value: Decimal, largest: Decimal) -> int:
    """Return how far along the line a value stands, in whole units of the drawing."""
    if largest <= 0 or value <= 0:
        return 0
    return int(value * (WIDTH - 8) / largest)


def _table(chart: Chart, link: Link) -> str:
    heads = ("项目", "完成值", "目标值") if chart.kind == "dots" else ("项目", f"金额（{chart.unit}）")
    cells = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    rows = "".join(f"<tr>{''.join(_row(bar, chart, link))}</tr>" for bar in chart.rows)
    return f"<details><summary>用表格看</summary><table><tr>{cells}</tr>{rows}</table></details>"


def _row(bar: Bar, chart: Chart, link: Link) -> Iterator[str]:
    shown = bar.shown if chart.kind == "dots" else bar.shown.removesuffix(chart.unit)
    yield f'<th scope="row">{escape(bar.label)}</th><td class="r">{link(bar.name, shown)}</td>'
    if chart.kind == "dots":
        yield f'<td class="r">{escape(bar.aim)}</td>'
