"""Every figure a report may print, by name, each with its working.

Names are what narratives use between double braces: ``{{final-accounts.basic}}``,
``{{final-accounts.general.basic.30201}}``, ``{{execution-rate.total}}``, ``{{staff.control-rate}}``,
``{{indicator.timely-closure.value}}``, ``{{petitions.registered}}``, ``{{three-public.final-accounts.reception}}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from hengping.figures import ZERO, Figure, money, print_number
from hengping.law import source
from hengping.performance.model import Evaluation, Score
from hengping.reports.amounts import absent, rate
from hengping.reports.model import Facts, Holdings, Named, Staffing, Working, by_name
from hengping.reports.statements import money_workings

INDICATORS = source("indicators-2013")
PLACEHOLDER = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")

HOSPITALITY = (
    ("trips", "因公出国（境）团组", "个"),
    ("travellers", "因公出国（境）", "人次"),
    ("vehicles", "公务用车保有量", "辆"),
    ("vehicles_bought", "购置公务用车", "辆"),
    ("receptions", "国内公务接待", "批次"),
    ("guests", "国内公务接待", "人次"),
)
HOLDINGS = (
    ("carry_over", "年末结转"),
    ("surplus", "年末结余"),
    ("last_carry_over", "上年末结转"),
    ("last_surplus", "上年末结余"),
    ("reclaimed", "财政收回"),
    ("assets", "资产总额"),
    ("fixed_assets", "固定资产总额"),
    ("fixed_assets_in_use", "在用固定资产总额"),
)


def workings(facts: Facts) -> Named:
    """Return every figure of a year by name."""
    found = money_workings(facts.book, facts.last_book)
    rest = (
        *staffing(facts.staffing),
        *scores("", facts.evaluation),
        *(working for item in facts.projects for working in scores(f"project.{item.code}.", item.evaluation)),
        *_casework(facts),
        *_holdings(facts.holdings),
    )
    found.update((working.name, working) for working in rest)
    return by_name(found.values())


def staffing(staff: Staffing | None) -> Iterator[Working]:
    """Yield posts, people in post, retired people and the control rate."""
    staff = staff or Staffing()
    posts = counted("staff.posts", "编制数", staff.posts, "人")
    people = counted("staff.in-post", "年末在职人数", staff.in_post, "人")
    yield posts
    yield people
    yield counted("staff.retired", "退休人员", staff.retired, "人")
    for place, kind in enumerate(staff.kinds, 1):
        yield counted(f"staff.posts.{place}", f"{kind.kind}编制", kind.posts, "人")
        yield counted(f"staff.in-post.{place}", f"{kind.kind}在职人数", kind.in_post, "人")
    working = rate("staff.control-rate", "在职人员控制率", people, posts, "在职人数 ÷ 编制数 × 100%")
    yield replace(working, cites=(INDICATORS.whole,))


def scores(prefix: str, evaluation: Evaluation | None) -> Iterator[Working]:
    """Yield what every row of an evaluation measured and earned, and the totals."""
    if evaluation is None:
        yield absent(f"{prefix}score.total", "自评得分", "没有评价结果")
        return
    for score in evaluation.scores:
        yield from _score(f"{prefix}indicator.{score.indicator.key}", score)
    done = [score for score in evaluation.scores if score.points is not None]
    operands = tuple(f"{prefix}indicator.{score.indicator.key}.score" for score in done)
    cites = (*evaluation.scheme.cites,)
    shown = " + ".join(points_text(score.points or ZERO) for score in done)
    yield Working(
        name=f"{prefix}score.total",
        title="自评得分",
        figure=points_of(evaluation.total),
        formula="各项指标得分之和",
        operands=operands,
        lines=(f"{shown} ＝ {points_text(evaluation.total)}",) if done else (),
        cites=cites,
    )
    for key, title, value in (
        ("possible", "满分", evaluation.possible),
        ("evaluated", "可评价分值", evaluation.evaluated),
    ):
        yield Working(
            name=f"{prefix}score.{key}", title=title, figure=points_of(value), formula="各项指标分值之和", cites=cites
        )


def _score(name: str, score: Score) -> Iterator[Working]:
    amount, unit = score.value.amount, score.value.unit
    cites = score.cites
    value = None if amount is None else Figure(amount, unit, decimals_of(amount), f"{amount:f}{unit}")
    missing = str(score.value) if value is None and score.value.record is None else ""
    lines = (score.value.operands,) if score.value.operands else ()
    yield Working(
        name=f"{name}.value",
        title=f"{score.title}完成值",
        figure=value,
        formula=score.indicator.formula,
        lines=lines,
        cites=score.indicator.cites,
        reading=score.indicator.reading,
        missing=missing,
    )
    yield Working(
        name=f"{name}.points",
        title=f"{score.title}分值",
        figure=points_of(score.possible),
        formula="评分表规定的分值",
        cites=cites,
    )
    yield Working(
        name=f"{name}.score",
        title=f"{score.title}得分",
        figure=None if score.points is None else points_of(score.points),
        formula=score.weighing.scoring.title,
        operands=(f"{name}.value", f"{name}.points"),
        lines=(score.working,) if score.working else (),
        cites=cites,
        reading=score.weighing.reading,
        missing="" if score.points is not None else str(score.value),
    )


def decimals_of(value: Decimal) -> int:
    """Return how many decimals a value is written with."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def points_text(value: Decimal) -> str:
    """Print points: whole points bare, others with two decimals."""
    return print_number(value, 0 if value == value.to_integral_value() else 2)


def points_of(value: Decimal) -> Figure:
    """Return points as a figure."""
    text = points_text(value)
    return Figure(Decimal(text.replace("−", "-")), "分", 0 if "." not in text else 2, text + "分")


def counted(name: str, title: str, count: int | None, unit: str) -> Working:
    """Return a count, or say that it was not given."""
    if count is None:
        return absent(name, title, f"数据包没有{title}")
    return Working(
        name=name, title=title, figure=Figure(Decimal(count), unit, 0, f"{count}{unit}"), formula="数据包所列"
    )


def _casework(facts: Facts) -> Iterator[Working]:
    for item in facts.casework:
        working = counted(f"petitions.{item.key}", item.title, item.count, item.unit)
        yield replace(working, formula=item.definition or working.formula, cites=item.cites)
    hospitality = facts.hospitality
    if hospitality is not None:
        for key, title, unit in HOSPITALITY:
            yield counted(f"hospitality.{key.replace('_', '-')}", title, getattr(hospitality, key), unit)


def _holdings(holdings: Holdings | None) -> Iterator[Working]:
    for key, title in HOLDINGS:
        amount = None if holdings is None else getattr(holdings, key)
        name = f"holdings.{key.replace('_', '-')}"
        if amount is None:
            yield absent(name, title, f"数据包没有{title}")
        else:
            yield Working(
                name=name, title=title, figure=money(amount), formula="数据包所列，由元折合万元", exact=amount
            )


def unknown_names(texts: Iterable[str], named: Named) -> tuple[str, ...]:
    """Return the names that texts use and no working has, in order, each once."""
    used = (name for text in texts for name in PLACEHOLDER.findall(text))
    return tuple(dict.fromkeys(name for name in used if name not in named))
