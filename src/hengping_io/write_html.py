"""Writes a report as one self-contained page: no script, nothing loaded from elsewhere, every figure leads to its working.

Whatever a user wrote is escaped; there is no other way from a text into the page than ``escape``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from html import escape
from string import Template

from hengping.document import Block, Cell, Heading, Run, Table
from hengping.law import Citation
from hengping.reports.model import MISSING, Report, Working, source_of
from hengping_io.page_layout import Columns
from hengping_io.write_charts import write_chart

GLANCE = (
    ("final-accounts.total", "支出决算合计"),
    ("execution-rate.total", "预算执行率"),
    ("score.total", "自评得分"),
    ("staff.control-rate", "在职人员控制率"),
)
"""What is shown large at the top, where it is known."""


def write_html(report: Report, downloads: Sequence[tuple[str, str]] = ()) -> str:
    """Return the page. ``downloads`` are links to the other files of the same report: label and address."""
    numbers = {name: f"w{place}" for place, name in enumerate(_shown(report), 1)}
    sources = _Sources()
    link = partial(_link, numbers)
    document = report.document
    opening = _opening(document.blocks)
    return PAGE.substitute(
        title=escape(document.title),
        style=STYLE,
        label=f'<p class="label" role="note">{escape(report.label)}</p>' if report.label else "",
        contents="".join(_contents(document.blocks)),
        downloads="".join(f'<a href="{escape(href)}">{escape(name)}</a>' for name, href in downloads),
        glance="".join(_glance(report, numbers)),
        charts="".join(write_chart(chart, link) for chart in report.charts),
        opening="".join(_blocks(document.blocks[:opening], numbers)),
        report="".join(_blocks(document.blocks[opening:], numbers)),
        evidence="".join(_evidence(report, numbers, sources)),
        sources="".join(f'<li id="s{place}">{escape(text)}</li>' for text, place in sources.places.items()),
    )


def _shown(report: Report) -> Iterator[str]:
    """Yield every working the page prints, once, in the order of the report."""
    charted = (bar.name for chart in report.charts for bar in chart.rows)
    glanced = (name for name, _ in GLANCE)
    names = dict.fromkeys((*report.used, *charted, *glanced))
    return (name for name in names if name in report.named and report.named[name].figure is not None)


def _opening(blocks: Sequence[Block]) -> int:
    """Return how many blocks stand before the first section: the title and what belongs to it."""
    return next((n for n, block in enumerate(blocks) if isinstance(block, Heading) and block.level > 0), 0)


def _link(numbers: Mapping[str, str], name: str, text: str) -> str:
    if name not in numbers:
        return escape(text)
    return f'<a class="n" href="#{numbers[name]}">{escape(text)}</a>'


def _run(run: Run, numbers: Mapping[str, str]) -> str:
    return _link(numbers, source_of(run), run.text)


def _runs(runs: Sequence[Run], text: str, numbers: Mapping[str, str]) -> str:
    inner = "".join(_run(run, numbers) for run in runs) if runs else escape(text)
    return inner.replace("\v", "<br>")


def _blocks(blocks: Sequence[Block], numbers: Mapping[str, str]) -> Iterator[str]:
    heads = 0
    for block in blocks:
        if isinstance(block, Table):
            yield from _table(block, numbers)
        elif isinstance(block, Heading):
            heads += block.level == 1
            anchor = f' id="part-{heads}"' if block.level == 1 else ""
            yield f"<h{block.level + 1}{anchor}>{_runs(block.runs, block.text, numbers)}</h{block.level + 1}>"
        else:
            kind = "" if block.kind == "body" else f' class="{escape(block.kind)}"'
            yield f"<p{kind}>{_runs(block.runs, block.text, numbers)}</p>"


def _table(table: Table, numbers: Mapping[str, str]) -> Iterator[str]:
    kinds = Columns.of(table)
    yield f'<div class="wide" role="region" tabindex="0" aria-label="{escape(table.title)}"><table>'
    for part, rows in (("thead", table.rows[: table.header_rows]), ("tbody", table.rows[table.header_rows :])):
        body = "".join(f"<tr>{''.join(_cell(cell, kinds, numbers) for cell in row)}</tr>" for row in rows)
        yield f"<{part}>{body}</{part}>" if rows else ""
    yield "</table></div>"


def _cell(cell: Cell, kinds: Columns, numbers: Mapping[str, str]) -> str:
    tag = "th" if cell.header else "td"
    spans = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    spans += f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
    scope = ' scope="col"' if cell.header else ""
    align = {"right": ' class="r"', "center": ' class="c"', "left": ""}[kinds.alignment(cell).value]
    return f"<{tag}{scope}{spans}{align}>{_runs(cell.runs, cell.text, numbers)}</{tag}>"


def _contents(blocks: Sequence[Block]) -> Iterator[str]:
    heads = [block for block in blocks if isinstance(block, Heading) and block.level == 1]
    for place, block in enumerate(heads, 1):
        yield f'<li><a href="#part-{place}">{escape(block.text)}</a></li>'


def _glance(report: Report, numbers: Mapping[str, str]) -> Iterator[str]:
    for name, title in GLANCE:
        working = report.named.get(name)
        if working is None or (name == "score.total" and not _complete(report)):
            continue
        yield f"<li><span>{title}</span><strong>{_link(numbers, name, working.text)}</strong></li>"


def _complete(report: Report) -> bool:
    possible, evaluated = report.named.get("score.possible"), report.named.get("score.evaluated")
    return possible is not None and evaluated is not None and possible.figure == evaluated.figure


class _Sources:
    """Numbers the texts that are cited, each once."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def __call__(self, cites: Sequence[Citation]) -> str:
        numbers = [self.places.setdefault(str(cite), len(self.places) + 1) for cite in cites]
        return "、".join(f'<a href="#s{number}">依据{number}</a>' for number in numbers)


def _evidence(report: Report, numbers: Mapping[str, str], sources: _Sources) -> Iterator[str]:
    for name, anchor in numbers.items():
        working = report.named[name]
        parts = [f"<dt>{escape(working.title)} <b>{escape(working.text)}</b></dt>"]
        parts += [f"<dd>{line}</dd>" for line in _lines(working, report, numbers, sources) if line]
        yield f'<div id="{anchor}">{"".join(parts)}</div>'


def _lines(working: Working, report: Report, numbers: Mapping[str, str], sources: _Sources) -> Iterator[str]:
    yield escape(working.formula)
    for line in working.lines:
        yield f'<span class="sum">{escape(line)}</span>'
    operands = [report.named[name] for name in working.operands if name in report.named]
    if operands:
        yield "由：" + "、".join(_operand(operand, numbers) for operand in operands)
    if working.adjustment:
        moved = abs(int(working.adjustment * 100))
        yield f"为使分项之和等于合计，末位{'增' if working.adjustment > 0 else '减'}{moved}（最大余额法）"
    if working.reading:
        yield f"口径：{escape(working.reading)}"
    yield sources(working.cites)


def _operand(operand: Working, numbers: Mapping[str, str]) -> str:
    title = operand.title.rpartition("：")[2] or operand.title
    return f"{escape(title)} {_link(numbers, operand.name, operand.text if operand.figure else MISSING)}"


STYLE = """
:root{--ground:#fff;--ink:#1c2526;--soft:#5a6769;--line:#d7dfe0;--accent:#0f5c63;--tint:#eef5f5;--warn:#9a5b00;color-scheme:light dark}
@media(prefers-color-scheme:dark){:root{--ground:#12191a;--ink:#e4ebeb;--soft:#9fb0b2;--line:#324143;--accent:#6cc3c9;--tint:#1b2728;--warn:#e0a340}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.6 system-ui,-apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
a{color:var(--accent)}
a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-99em}.skip:focus{left:1rem;top:1rem;background:var(--ground);padding:.6rem 1rem;z-index:1}
.page{max-width:62rem;margin:0 auto;padding:1rem 1.25rem 4rem}
.label{margin:0;padding:.6rem 1.25rem;text-align:center;background:var(--tint);border-bottom:2px solid var(--warn);color:var(--ink)}
nav ol{list-style:none;margin:0;padding:0;columns:2 18rem;gap:2rem}
nav li a,nav .files a{display:inline-block;padding:.55rem 0;text-decoration:none}
nav .files a{margin-right:1.5rem}
nav a:hover{text-decoration:underline}
h1{font-size:1.7rem;line-height:1.35;margin:1rem 0}
h2{font-size:1.25rem;margin:2.4rem 0 .6rem;padding-top:.6rem;border-top:1px solid var(--line)}
h3{font-size:1.05rem;margin:1.5rem 0 .4rem}
p{margin:.6rem 0}
.glance{list-style:none;margin:1.2rem 0;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:1rem}
.glance li{border-top:3px solid var(--accent);padding:.5rem 0}
.glance span{display:block;color:var(--soft)}
.glance strong{font-size:1.6rem;font-weight:600;font-variant-numeric:tabular-nums}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(24rem,100%),1fr));gap:2rem;margin:1.5rem 0}
.chart{margin:0}
.chart figcaption{font-weight:600;margin-bottom:.6rem}
.chart svg{width:100%;height:auto;display:block;font-size:14px}
.chart text{fill:var(--ink)}.chart .value{font-variant-numeric:tabular-nums}
.bar,.dot{fill:var(--accent)}.dot.short{fill:var(--warn)}.rail{stroke:var(--line);stroke-width:2}.aim{stroke:var(--ink);stroke-width:2}
.source,.note,.unit,.soft{color:var(--soft);font-size:.875rem}
summary{cursor:pointer;padding:.6rem 0;min-height:2.75rem}
.n{color:inherit;text-decoration:underline dotted var(--accent);text-underline-offset:.2em;font-variant-numeric:tabular-nums}
.n:hover{color:var(--accent)}
.caption{font-weight:600;margin:1.4rem 0 .2rem}.unit{text-align:right;margin:0}.signature{text-align:right;padding-right:2rem}
main .label{border:0;background:none;color:var(--warn);text-align:left;padding:0}
.wide{overflow-x:auto;margin:.3rem 0 1rem}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th,td{border:1px solid var(--line);padding:.4rem .55rem;text-align:left;vertical-align:middle}
td:first-child,th:first-child{min-width:5.2em}
thead th,details tr:first-child th{background:var(--tint);font-weight:600}
.c,thead th{text-align:center}.r{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
dl div{border-top:1px solid var(--line);padding:.5rem .6rem;break-inside:avoid}
dl div:target{background:var(--tint);box-shadow:inset 4px 0 var(--accent)}
dt b{font-variant-numeric:tabular-nums;margin-left:.5rem}dd{margin:.1rem 0;color:var(--soft);font-size:.9rem}.sum{font-variant-numeric:tabular-nums}
@media print{nav,.skip,details{display:none}:root{--ground:#fff;--ink:#000;--soft:#333}body{font:12pt/1.6 "FangSong","STFangsong","Noto Serif CJK SC",serif}.n{text-decoration:none}thead{display:table-header-group}tr{break-inside:avoid}#evidence{break-before:page}}
"""

PAGE = Template("""<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>$title</title>
<style>$style</style>
</head>
<body>
<a class="skip" href="#part-1">跳到正文</a>
$label
<div class="page">
<main id="report">
$opening
<nav aria-label="目录"><ol>$contents<li><a href="#evidence">数字的由来</a></li></ol><p class="files">$downloads</p></nav>
<aside aria-label="一眼看全年"><ul class="glance">$glance</ul><div class="charts">$charts</div></aside>
$report
</main>
<aside id="evidence" aria-labelledby="evidence-title"><h2 id="evidence-title">数字的由来</h2>
<p class="soft">报告中每个带虚线的数字都通到这里：怎样算出、由哪些数字得来、依据哪一条。</p>
<dl>$evidence</dl>
<h3>依据</h3><ol>$sources</ol></aside>
</div>
</body>
</html>
""")
