"""What the public page of a year says: the money, the targets, the clocks, the satisfaction, with last year beside.

Nothing is computed on the page itself: every number comes here as it is printed, under the name its working has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from hengping.figures import HUNDRED, ZERO, print_number, round_half_up
from hengping.performance.library import INDICATORS
from hengping.performance.model import Evaluation, Indicator, Outcome, Ratio, Score, Value
from hengping.reports.model import MISSING, Chart, Facts, Report, Working
from hengping.reports.passages import aim_of, title_of
from hengping.reports.statements import FINAL, LAST

CLOCKS = (
    "timely-acceptance",
    "timely-notice",
    "timely-objection",
    "timely-reply",
    "timely-review",
    "timely-re-review",
    "timely-feedback",
    "timely-correction",
)
"""Statutory periods, in the order a matter meets them."""

SATISFACTION = ("office-satisfaction", "unit-satisfaction", "office-participation", "unit-participation")
CASEWORK = (
    "petition-registrations",
    "petition-persons",
    "petition-visits",
    "petition-replies",
    "petition-backlog",
)
GLANCE = (
    ("final-accounts.total", "支出决算合计"),
    ("execution-rate.total", "预算执行率"),
    ("score.total", "自评得分"),
)
MEASURE = "measure."
"""Before the key of an indicator, in the name of a number that is measured whether or not it earns points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastYear:
    """One number of last year: as it was printed, and its value where it has one."""

    printed: str
    value: Decimal | None = None


Before = Mapping[str, LastYear]
"""Last year's published numbers by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One number as the page prints it, and last year's beside it; ``parts`` is the division behind a rate."""

    name: str
    title: str
    text: str
    value: Decimal | None = None
    last: str = ""
    last_value: Decimal | None = None
    parts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aimed:
    """One target: what was aimed at, what came of it, whether it was met, and the points."""

    name: str
    title: str
    block: str
    text: str
    aim: str
    points: str
    possible: str
    value: Decimal | None = None
    target: Decimal | None = None
    unit: str = ""
    met: bool | None = None
    last: str = ""
    cause: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """One project: its title, what was granted and spent, and how far that is."""

    title: str
    granted: Shown
    spent: Shown
    rate: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Where a number leads: its formula in words, the computation, the numbers behind it, the texts it rests on."""

    name: str
    title: str
    text: str
    formula: str = ""
    lines: tuple[str, ...] = ()
    operands: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    reading: str = ""
    adjustment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPage:
    """Everything the public page of a year says, in its order."""

    unit: str
    year: int
    reported_on: str
    label: str
    scheme: str
    grade: str
    glance: tuple[Shown, ...]
    money_title: str
    largest: str
    share: str
    money: tuple[Shown, ...]
    projects: tuple[Spent, ...]
    targets: tuple[Aimed, ...]
    met: int
    judged: int
    clocks: tuple[Shown, ...]
    satisfaction: tuple[Shown, ...]
    casework: tuple[Shown, ...]
    problems: tuple[tuple[str, str], ...]
    proofs: tuple[Proof, ...]


NOTHING_BEFORE: Before = MappingProxyType({})


def public_page(
    facts: Facts, report: Report, values: Mapping[str, Value], before: Before = NOTHING_BEFORE
) -> PublicPage:
    """Return what the public page says of a year; last year's numbers come from its own publication or its book."""
    maker = _Maker(facts, report, values, before)
    evaluation = facts.evaluation
    money = next((chart for chart in report.charts if chart.key == "classes"), None)
    rows = maker.money(money)
    targets = tuple(maker.targets(evaluation))
    judged = [one for one in targets if one.met is not None]
    shown = PublicPage(
        unit=facts.unit.name,
        year=facts.fiscal_year,
        reported_on=facts.reported_on.isoformat(),
        label=facts.label,
        scheme="" if evaluation is None else evaluation.scheme.title,
        grade="" if evaluation is None or not _complete(evaluation) else evaluation.grade,
        glance=tuple(maker.glance(evaluation)),
        money_title="" if money is None else money.title,
        largest=rows[0].title if rows else "",
        share=maker.share(rows),
        money=rows,
        projects=tuple(maker.projects()),
        targets=targets,
        met=sum(1 for one in judged if one.met),
        judged=len(judged),
        clocks=tuple(maker.measures(CLOCKS)),
        satisfaction=tuple(maker.measures(SATISFACTION)),
        casework=tuple(maker.measures(CASEWORK)),
        problems=tuple((weakness.title, weakness.detail) for weakness in facts.weaknesses),
        proofs=(),
    )
    return _with_proofs(shown, maker)


def _complete(evaluation: Evaluation) -> bool:
    return evaluation.evaluated == evaluation.possible


class _Maker:
    """Turns workings and values into what the page prints."""

    def __init__(self, facts: Facts, report: Report, values: Mapping[str, Value], before: Before) -> None:
        self.facts = facts
        self.named = report.named
        self.values = values
        self.before = before

    def shown(self, name: str, title: str = "") -> Shown:
        """Return a named working as the page prints it."""
        working = self.named.get(name)
        if working is None:
            return Shown(name=name, title=title, text=MISSING)
        last = self._last(name)
        return Shown(
            name=name,
            title=title or title_of(working),
            text=working.text,
            value=None if working.figure is None else working.figure.value,
            last=last.printed,
            last_value=last.value,
        )

    def _last(self, name: str) -> LastYear:
        found = self.before.get(name)
        if found is not None:
            return found
        working = self.named.get(f"{LAST}{name.removeprefix(FINAL)}") if name.startswith(f"{FINAL}.") else None
        if working is None or working.figure is None:
            return LastYear(printed="")
        return LastYear(printed=working.text, value=working.figure.value)

    def glance(self, evaluation: Evaluation | None) -> Iterator[Shown]:
        """Yield what is shown large, a score only where every row could be judged."""
        for name, title in GLANCE:
            if name != "score.total" or (evaluation is not None and _complete(evaluation)):
                yield self.shown(name, title)

    def money(self, chart: Chart | None) -> tuple[Shown, ...]:
        """Return where the money went, by economic class, the largest first."""
        return () if chart is None else tuple(self.shown(bar.name, bar.label) for bar in chart.rows)

    def share(self, rows: Sequence[Shown]) -> str:
        """Return what part of the whole the largest class is."""
        whole = self.named.get(f"{FINAL}.general")
        if not rows or rows[0].value is None or whole is None or whole.figure is None or not whole.figure.value:
            return ""
        return f"{round_half_up(rows[0].value * HUNDRED / whole.figure.value, 1)}%"

    def projects(self) -> Iterator[Spent]:
        """Yield every project of the book with its budget, its spending and the rate between them."""
        for code, project in self.facts.book.projects.items():
            yield Spent(
                title=project.title,
                granted=self.shown(f"adjusted-budget.project.{code}"),
                spent=self.shown(f"{FINAL}.project.{code}"),
                rate=self.shown(f"execution-rate.project.{code}"),
            )

    def targets(self, evaluation: Evaluation | None) -> Iterator[Aimed]:
        """Yield every row of the scheme that was scored."""
        for score in () if evaluation is None else evaluation.scores:
            yield self._aimed(score)

    def _aimed(self, score: Score) -> Aimed:
        name = f"indicator.{score.indicator.key}.value"
        weighing, amount = score.weighing, score.value.amount
        record = score.value.record
        working = self.named.get(name)
        told = working.text if working is not None and working.figure is not None else str(score.value) or MISSING
        met = None
        if amount is not None and weighing.target is not None:
            met = weighing.operator.met(amount, weighing.target)
        return Aimed(
            name=name,
            title=score.title,
            block=weighing.block,
            text=told,
            aim=aim_of(score),
            points=MISSING if score.points is None else f"{score.points:f}",
            possible=f"{score.possible:f}",
            value=None if met is None else amount,
            target=None if met is None else weighing.target,
            unit=score.value.unit or weighing.unit,
            met=met,
            last=self._last(name).printed,
            cause="" if record is None else record.cause,
            remedy="" if record is None else record.remedy,
        )

    def measures(self, keys: Sequence[str]) -> Iterator[Shown]:
        """Yield indicators that were measured, whether or not they earn points."""
        for key in keys:
            value = self.values.get(key)
            if value is not None and value.outcome is Outcome.MEASURED and value.amount is not None:
                yield self._measure(key, value)

    def _measure(self, key: str, value: Value) -> Shown:
        last = self._last(MEASURE + key)
        return Shown(
            name=MEASURE + key,
            title=self.indicator(key).title,
            text=f"{print_number(value.amount or ZERO, 2) if value.unit == '%' else f'{value.amount:f}'}{value.unit}",
            value=value.amount,
            last=last.printed,
            last_value=last.value,
            parts=value.operands,
        )

    def indicator(self, key: str) -> Indicator:
        """Return an indicator as it is in force."""
        return INDICATORS.get(key, self.facts.reported_on)

    def proof(self, name: str) -> Proof | None:
        """Return where a number leads, or None for one that is not given."""
        if name.startswith(MEASURE):
            return self._proof_of_measure(name)
        working = self.named.get(name)
        return None if working is None else _proof(working)

    def _proof_of_measure(self, name: str) -> Proof:
        indicator = self.indicator(name.removeprefix(MEASURE))
        value = self.values[indicator.key]
        columns = ""
        if isinstance(indicator.measure, Ratio):
            columns = f"tables/petition_counts.csv：{indicator.measure.met} ÷ {indicator.measure.of}"
        return Proof(
            name=name,
            title=indicator.title,
            text=f"{value.amount:f}{value.unit}",
            formula=indicator.formula,
            lines=tuple(line for line in (value.operands, columns) if line),
            cites=tuple(map(str, indicator.cites)),
            reading=indicator.reading,
        )


def _proof(working: Working) -> Proof:
    return Proof(
        name=working.name,
        title=working.title,
        text=working.text,
        formula=working.formula,
        lines=working.lines,
        operands=working.operands,
        cites=tuple(map(str, working.cites)),
        reading=working.reading or working.missing,
        adjustment=f"{working.adjustment:f}" if working.adjustment else "",
    )


def _with_proofs(page: PublicPage, maker: _Maker) -> PublicPage:
    """Add where every number of the page leads, and where those lead in turn."""
    waiting = list(dict.fromkeys(shown_names(page)))
    found: dict[str, Proof] = {}
    while waiting:
        name = waiting.pop(0)
        proof = None if name in found else maker.proof(name)
        if proof is not None:
            found[name] = proof
            waiting.extend(proof.operands)
    return replace(page, proofs=tuple(found.values()))


def shown_names(page: PublicPage) -> Iterator[str]:
    """Yield the name of every number the page prints, in its order."""
    for one in (*page.glance, *page.money):
        yield one.name
    for project in page.projects:
        yield from (project.granted.name, project.spent.name, project.rate.name)
    for target in page.targets:
        yield target.name
        yield f"{target.name.removesuffix('.value')}.score"
    for one in (*page.clocks, *page.satisfaction, *page.casework):
        yield one.name
