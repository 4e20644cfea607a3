"""What a year came to, on one screen and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from hengping.figures import print_number
from hengping.performance.library import INDICATORS
from hengping.performance.model import Evaluation, Outcome
from hengping.reports.amounts import UNLISTED
from hengping.reports.model import Report
from hengping.reports.statements import FINAL
from hengping_io.year_evaluation import Year
from hengping_io.year_folder import YearFolder

FEW = 5
"""Measured indicators are named one by one up to this many."""


def summary_lines(folder: YearFolder, year: Year, report: Report) -> Iterator[str]:
    """Yield the summary, a line each; what is missing is said to be missing."""
    unit = folder.unit
    label = f"　〔{unit['label']}〕" if unit["label"] else ""
    yield f"衡评　{unit['name']}　{unit['fiscal_year']}年度{label}"
    yield f"读入　{len(folder.given)} 张表：{'，'.join(_read(folder))}"
    named = report.named
    parts = "，".join(
        f"{title}{named[name].text}"
        for title, name in (
            ("基本支出", f"{FINAL}.basic"),
            ("项目支出", f"{FINAL}.project"),
            ("预算执行率", "execution-rate.total"),
        )
        if name in named
    )
    yield f"支出　决算{named[f'{FINAL}.total'].text}，{parts}"
    yield from _unlisted(report)
    yield from _measured(folder, year)
    yield _scored("得分", year.evaluation)
    for code, evaluation in year.projects.items():
        yield _scored(f"项目　{year.book.projects[code].title}", evaluation)


def _read(folder: YearFolder) -> Iterator[str]:
    for name, unit in (("ledger", "账目 {} 笔"), ("petitions", "信访事项 {} 件"), ("events", "办理环节 {} 个")):
        if folder.has(name):
            yield unit.format(f"{len(folder.tables[name]):,}")


def _unlisted(report: Report) -> Iterator[str]:
    """Name what the ledger itself calls unlisted, each under what it is a part of."""
    found = [
        f"{_above(report, name)}{working.text}"
        for part in ("basic", "project")
        for name, working in report.named.items()
        if name.startswith(f"{FINAL}.general.{part}") and name.endswith(f".{UNLISTED}")
    ]
    if found:
        yield f"未列明　{len(found)} 处：{'、'.join(found)}"


def _above(report: Report, name: str) -> str:
    """Return what a remainder is a part of, by name: 基本支出，or one of its classes."""
    parts = name.split(".")
    titles = [report.named[".".join(parts[:length])].title.rpartition("：")[2] for length in range(3, len(parts))]
    return "·".join(titles)


def _measured(folder: YearFolder, year: Year) -> Iterator[str]:
    outcomes = Counter(value.outcome for value in year.values.values())
    yield "指标　" + "，".join(f"{outcome.label} {outcomes[outcome]}" for outcome in Outcome)
    known = {key: value for key, value in year.values.items() if value.outcome is Outcome.MEASURED}
    if len(known) <= FEW:
        day = folder.unit["reported_on"]
        shown = (f"{INDICATORS.get(key, day).title} {value}（{value.operands}）" for key, value in known.items())
        yield f"可复算　{'；'.join(shown) or '没有'}"


def _scored(title: str, evaluation: Evaluation | None) -> str:
    if evaluation is None:
        return f"{title}　没有指定评分表，不给出总分和等级"
    total, evaluated = print_number(evaluation.total, 2), print_number(evaluation.evaluated, 2)
    possible = print_number(evaluation.possible, 2)
    if evaluation.grade:
        return f"{title}　{total}／{possible}，等级 {evaluation.grade}（《{evaluation.scheme.title}》）"
    return f"{title}　可评价 {evaluated}／{possible} 分，得 {total} 分，不给等级：{evaluation.grade_reason}"


def summary_data(folder: YearFolder, year: Year) -> dict[str, Any]:
    """Return the same as data."""
    evaluation = year.evaluation
    return {
        "unit": folder.unit["name"],
        "fiscal_year": folder.unit["fiscal_year"],
        "tables": {name: len(folder.tables[name]) for name in sorted(folder.given)},
        "score": None if evaluation is None else f"{evaluation.total:f}",
        "grade": "" if evaluation is None else evaluation.grade,
        "measured": sorted(key for key, value in year.values.items() if value.outcome is Outcome.MEASURED),
    }
