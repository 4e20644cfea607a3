"""Facts written as tables a lay reader can check, for cases and tests of reports.

A line of the book is ``phase part fund economic amount`` with ``function=``, ``project=``, ``kind=`` or ``procurement``
after it; ``-`` stands for an economic code that was not given.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hengping.law import source
from hengping.ledger.model import Account, Adjustment, Book, Entry, Fund, Part, Phase, Project
from hengping.performance.model import (
    Award,
    Block,
    Evaluation,
    Indicator,
    Operator,
    Outcome,
    Ratio,
    Record,
    Scheme,
    Score,
    Value,
    Weighing,
)
from hengping.reports.model import (
    Counted,
    Facts,
    FollowUp,
    Headcount,
    Holdings,
    Hospitality,
    Narrative,
    Objective,
    ProjectResult,
    Remainder,
    Remedy,
    Staffing,
    Subordinate,
    Unit,
    Weakness,
)

HOUSE = source("house-rules")
FIRST_DAY = date(2020, 1, 1)
BUREAU = Path(__file__).with_name("bureau.toml")


@dataclass(frozen=True)
class ByHand:
    """A way of scoring for tests: the points are written in the sample."""

    title: str = "按比例计分"

    def award(self, value: Value, weighing: Weighing) -> Award | str:
        return Award(weighing.points) if value.amount is not None else "没有完成值"

    def faults(self, row: Weighing) -> Iterator[str]:
        yield from () if row.points >= 0 else ("分值为负",)


def bureau(**changes: Any) -> Facts:
    """Return an invented bureau whose year is complete, with some of its tables replaced."""
    return facts_of(tomllib.loads(BUREAU.read_text(encoding="utf-8")) | changes)


def facts_of(table: Mapping[str, Any]) -> Facts:
    """Return facts from a table; what is left out is missing."""
    return Facts(
        unit=Unit(**table.get("unit", {"name": "某市信访局", "short_name": "本局"})),
        fiscal_year=table.get("fiscal_year", 2024),
        reported_on=table.get("reported_on", date(2025, 3, 20)),
        book=book_of(2024, table.get("book", ()), table.get("projects", ())),
        last_book=book_of(2023, table["last_book"], ()) if "last_book" in table else None,
        label=table.get("label", ""),
        staffing=staffing_of(table["staffing"]) if "staffing" in table else None,
        functions=tuple(table.get("functions", ())),
        offices=tuple(table.get("offices", ())),
        subordinates=tuple(Subordinate(**row) for row in table.get("subordinates", ())),
        evaluation=evaluation_of(table["scores"]) if "scores" in table else None,
        objectives=tuple(
            Objective(**row | {"indicators": tuple(row.get("indicators", ()))}) for row in table.get("objectives", ())
        ),
        casework=tuple(Counted(**row) for row in table.get("casework", ())),
        projects=tuple(
            ProjectResult(code=row["code"], expected=row.get("expected", ""), result=row.get("result", ""))
            for row in table.get("projects", ())
        ),
        hospitality=Hospitality(**table["hospitality"]) if "hospitality" in table else None,
        holdings=holdings_of(table["holdings"]) if "holdings" in table else None,
        weaknesses=tuple(weakness_of(row) for row in table.get("weaknesses", ())),
        follow_ups=tuple(FollowUp(**row) for row in table["follow_ups"]) if "follow_ups" in table else None,
        remainders=tuple(Remainder(**row) for row in table.get("remainders", ())),
        narratives=tuple(Narrative(**row) for row in table.get("narratives", ())),
        publication=table.get("publication", ""),
        thrift=table.get("thrift", ""),
    )


def book_of(year: int, lines: Iterable[str], projects: Iterable[Mapping[str, Any]]) -> Book:
    """Return a book from its lines."""
    known = [Project(code=row["code"], title=row["title"], category=row.get("category", "")) for row in projects]
    return Book.of(year, (entry_of(line) for line in lines), known)


def entry_of(line: str) -> Entry:
    """Return one entry from its line."""
    phase, part, fund, economic, amount, *more = line.split()
    options = dict(option.partition("=")[::2] for option in more)
    account = Account(
        Phase(phase),
        Part(part),
        Fund(fund),
        options.get("function", ""),
        "" if economic == "-" else economic,
        options.get("project", ""),
    )
    kind = Adjustment(options["kind"]) if "kind" in options else None
    return Entry(account=account, amount=Decimal(amount), adjustment=kind, procurement="procurement" in options)


def staffing_of(table: Mapping[str, Any]) -> Staffing:
    """Return staffing from a table."""
    kinds = tuple(Headcount(**row) for row in table.get("kinds", ()))
    return Staffing(posts=table.get("posts"), in_post=table.get("in_post"), retired=table.get("retired"), kinds=kinds)


def holdings_of(table: Mapping[str, str]) -> Holdings:
    """Return holdings from a table of amounts in 元."""
    return Holdings(**{key: Decimal(amount) for key, amount in table.items()})


def weakness_of(row: Mapping[str, Any]) -> Weakness:
    """Return one weakness with its remedies."""
    remedies = tuple(Remedy(**remedy) for remedy in row.get("remedies", ()))
    return Weakness(**{**row, "remedies": remedies})


def evaluation_of(rows: Iterable[Mapping[str, Any]]) -> Evaluation:
    """Return an evaluation whose points are written in the table; a row without ``earned`` was not evaluated."""
    scores = tuple(score_of(row) for row in rows)
    possible = sum((score.possible for score in scores), Decimal(0))
    done = [score for score in scores if score.points is not None]
    evaluated = sum((score.possible for score in done), Decimal(0))
    total = sum((score.points or Decimal(0) for score in done), Decimal(0))
    scheme = Scheme(
        key="sample-scheme",
        title="部门整体支出绩效评分表",
        cites=(source("evaluation-2020").whole,),
        since=FIRST_DAY,
        authority="财政部门",
        blocks=tuple(Block(title, Decimal(0)) for title in dict.fromkeys(score.weighing.block for score in scores)),
        rows=tuple(score.weighing for score in scores),
    )
    complete = evaluated == possible
    return Evaluation(
        scheme=scheme,
        day=date(2025, 3, 20),
        scores=scores,
        total=total,
        possible=possible,
        evaluated=evaluated,
        grade="优" if complete else "",
        grade_reason="" if complete else "部分指标资料不足，未评价",
    )


def score_of(row: Mapping[str, Any]) -> Score:
    """Return one row of an evaluation."""
    indicator = Indicator(
        key=row["indicator"],
        title=row["title"],
        cites=(HOUSE["SCO-01"],),
        since=FIRST_DAY,
        measure=Ratio("met", "of"),
        formula=row.get("formula", ""),
    )
    target = row.get("target")
    weighing = Weighing(
        indicator=row["indicator"],
        points=Decimal(row["points"]),
        scoring=ByHand(),
        block=row.get("block", ""),
        level2=row.get("level2", ""),
        operator=Operator(row.get("operator", "≥")),
        target=None if target is None else Decimal(target),
        goal=row.get("goal", ""),
        unit=row.get("unit", "%"),
    )
    record = Record(cause=row["cause"], remedy=row["remedy"]) if "cause" in row else None
    amount = row.get("amount")
    value = Value(
        outcome=Outcome.INSUFFICIENT_DATA if amount is None else Outcome.MEASURED,
        amount=None if amount is None else Decimal(amount),
        unit=row.get("unit", "%"),
        operands=row.get("operands", ""),
        reason=row.get("reason", ""),
        record=record,
    )
    earned = row.get("earned")
    return Score(
        indicator=indicator,
        weighing=weighing,
        value=value,
        points=None if earned is None else Decimal(earned),
        working=row.get("working", ""),
    )
