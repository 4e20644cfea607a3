"""Invented self-evaluation reports in four kinds of file, some of their figures right and some wrong on purpose."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

from hengping.document import Assembly, Cell, Document, Run
from hengping_io.generate_petitions import LABEL
from hengping_io.whole_file import write_whole

REPORTS = "reports"
KINDS = ("txt", "html", "docx", "pdf")
WRONG = 0.3


def write_report(numbered: tuple[int, int, int], out: Path) -> int:
    """Write one report, its kind by its number, and return 1."""
    number, seed, year = numbered
    chance = random.Random(seed * 1_000_003 + number)  # noqa: S311 - invented data needs no secrets
    document = _document(chance, number, year)
    kind = KINDS[number % len(KINDS)]
    name = f"虚构单位{number:06}-自评报告.{kind}"
    write_whole(out / REPORTS / f"{number // 1000:04}" / name, _written(document, kind))
    return 1


def _written(document: Document, kind: str) -> str | bytes:
    if kind == "txt":
        return document.text
    if kind == "html":
        body = "\n".join(f"<p>{line}</p>" for line in document.text.split("\n"))
        return (
            f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{LABEL}</title><body>{body}</body></html>'
        )
    if kind == "pdf":
        from hengping_io.write_pdf import write_pdf

        return write_pdf(document, LABEL).data
    from hengping_io.write_docx import write_docx

    return write_docx(document, LABEL)


def _money(chance: random.Random, most: int) -> Decimal:
    return Decimal(int(chance.random() * most * 100)) / 100


def _document(chance: random.Random, number: int, year: int) -> Document:
    laid = Assembly()
    for text, level in _lines(chance, number, year):
        if level:
            laid.heading([Run(text)], level)
        else:
            laid.paragraph([Run(text)])
    rows = [("项目", "预算数（万元）", "决算数（万元）"), *_table(chance)]
    laid.table(
        [
            [Cell(text, row=at, column=place, header=not at) for place, text in enumerate(row)]
            for at, row in enumerate(rows)
        ],
        header_rows=1,
    )
    return laid.finish(name=f"{number}", kind="docx", title=f"虚构单位{number:06}{year}年度部门整体支出绩效自评报告")


def _table(chance: random.Random) -> list[tuple[str, str, str]]:
    rows = [(f"虚构项目{at}", _money(chance, 500), _money(chance, 500)) for at in range(1, 9)]
    total = ("合计", sum((row[1] for row in rows), Decimal(0)), sum((row[2] for row in rows), Decimal(0)))
    return [(name, f"{budget:.2f}", f"{spent:.2f}") for name, budget, spent in [*rows, total]]


def _lines(chance: random.Random, number: int, year: int) -> list[tuple[str, int]]:
    basic, project = _money(chance, 3000), _money(chance, 3000)
    total = basic + project + (1 if chance.random() < WRONG else 0)
    wages = basic * 6 // 10
    goods = basic - wages
    lines = [
        (f"虚构单位{number:06}{year}年度部门整体支出绩效自评报告", 1),
        (f"（{LABEL}）", 0),
        ("一、部门基本情况", 1),
        (f"虚构单位{number:06}内设机构{3 + number % 9}个，编制{20 + number % 60}人，实有{18 + number % 60}人。", 0),
        ("二、一般公共预算支出情况", 1),
        (f"{year}年决算支出{total:.2f}万元，其中：基本支出{basic:.2f}万元，项目支出{project:.2f}万元。", 0),
        (f"基本支出{basic:.2f}万元，其中：人员经费{wages:.2f}万元，公用经费{goods:.2f}万元。", 0),
        ("三、绩效评价情况", 1),
    ]
    for at in range(1, 13):
        done, due = int(chance.random() * 400) + 1, 400
        rate = Decimal(done * 100) / due + (Decimal("0.5") if chance.random() < WRONG / 10 else 0)
        lines.append((f"第{at}项工作应办{due}件，按期办结{done}件，按期办结率{rate:.2f}%。", 0))
    lines += [("四、存在的问题", 1), ("预算编制不够精细。", 0), ("五、改进措施", 1), ("加强预算管理。", 0)]
    return lines
