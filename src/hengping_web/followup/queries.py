"""Questions about problems, measures and requests: how each stands on a day, and what next year takes over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max, OuterRef, QuerySet, Subquery

from hengping.errors import HengpingError
from hengping.ledger import book as books
from hengping.ledger.request import BudgetRequest as CoreRequest
from hengping.performance import rectification
from hengping.performance.rectification import Note, Outcome, Standing
from hengping_io.year_documents import Worked
from hengping_web.accounts.models import Organisation, User
from hengping_web.accounts.roles import Role
from hengping_web.accounts.scoping import visible
from hengping_web.cycle import folder
from hengping_web.cycle import queries as cycle
from hengping_web.cycle.models import EvaluationYear, YearRow
from hengping_web.followup.models import BudgetRequest, ProgressNote, RequestItem
from hengping_web.publication import queries as gate
from hengping_web.selfevaluation import queries as selfevaluation

PROBLEMS, MEASURES, CARRIED = "problems", "remedies", "follow_ups"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure as its page shows it: the row, its notes, and how it stands."""

    year: EvaluationYear
    place: int
    revision: int
    problem: str
    text: str
    owner: str
    due_on: date | None
    notes: tuple[ProgressNote, ...]
    standing: Standing

    @property
    def outcome(self) -> Outcome:
        """Return what next year's report says of it."""
        return rectification.outcome(core_notes(self.notes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem of a year with its measures; ``indicators`` are the keys of what would show it mended."""

    year: EvaluationYear
    place: int
    revision: int
    key: str
    title: str
    detail: str
    cause: str
    owner: str
    due_on: date | None
    indicators: tuple[str, ...]
    measures: tuple[Measure, ...]


def core_notes(notes: Iterable[ProgressNote]) -> tuple[Note, ...]:
    """Return notes as the core takes them."""
    return tuple(note.to_core() for note in notes)


def problems(evaluation_year: EvaluationYear, today: date) -> list[Problem]:
    """Return the problems of a year with their measures, in the order they were written."""
    measures = measures_of([evaluation_year], today)
    of_problem: dict[str, list[Measure]] = defaultdict(list)
    for one in measures:
        of_problem[one.problem].append(one)
    rows = cycle.latest_rows(evaluation_year, PROBLEMS)
    return [_problem(evaluation_year, row, of_problem.get(row.values.get("problem", ""), ())) for row in rows]


def problem(evaluation_year: EvaluationYear, place: int, today: date) -> Problem | None:
    """Return one problem by its place."""
    return next((one for one in problems(evaluation_year, today) if one.place == place), None)


def _problem(evaluation_year: EvaluationYear, row: YearRow, measures: Sequence[Measure]) -> Problem:
    values = row.values
    return Problem(
        year=evaluation_year,
        place=row.place,
        revision=row.revision,
        key=values.get("problem", ""),
        title=values.get("title", ""),
        detail=values.get("detail", ""),
        cause=values.get("cause", ""),
        owner=values.get("owner", ""),
        due_on=day_of(values.get("due_on", "")),
        indicators=tuple(filter(None, values.get("indicators", "").split(";"))),
        measures=tuple(measures),
    )


def measures_of(years: Sequence[EvaluationYear], today: date) -> list[Measure]:
    """Return the measures of years, two questions for all of them."""
    by_year = {year.pk: year for year in years}
    newest = YearRow.objects.filter(
        evaluation_year=OuterRef("evaluation_year"), table=MEASURES, place=OuterRef("place")
    ).order_by("-revision")
    rows = YearRow.objects.filter(
        evaluation_year__in=list(by_year), table=MEASURES, withdrawn=False, pk=Subquery(newest.values("pk")[:1])
    ).exclude(place=YearRow.DECLARED)
    notes: dict[tuple[int, int], list[ProgressNote]] = defaultdict(list)
    for note in ProgressNote.objects.filter(evaluation_year__in=list(by_year)).select_related("by"):
        notes[note.evaluation_year_id, note.place].append(note)
    return [
        _measure(by_year[row.evaluation_year_id], row, tuple(notes[row.evaluation_year_id, row.place]), today)
        for row in rows.order_by("evaluation_year", "place")
    ]


def _measure(year: EvaluationYear, row: YearRow, notes: tuple[ProgressNote, ...], today: date) -> Measure:
    due_on = day_of(row.values.get("due_on", ""))
    return Measure(
        year=year,
        place=row.place,
        revision=row.revision,
        problem=row.values.get("problem", ""),
        text=row.values.get("text", ""),
        owner=row.values.get("owner", ""),
        due_on=due_on,
        notes=notes,
        standing=rectification.standing(due_on, core_notes(notes), today),
    )


def measure(evaluation_year: EvaluationYear, place: int, today: date) -> Measure | None:
    """Return one measure by its place."""
    return next((one for one in measures_of([evaluation_year], today) if one.place == place), None)


def notes_of(evaluation_year: EvaluationYear, place: int) -> QuerySet[ProgressNote]:
    """Return the notes on a measure, oldest first."""
    return ProgressNote.objects.filter(evaluation_year=evaluation_year, place=place).order_by("sequence")


def owed(user: User, today: date) -> list[Measure]:
    """Return what is still owed anywhere an account may see: what is late first, then by the day it is due."""
    years = list(visible(EvaluationYear.objects.select_related("organisation"), user, "organisation"))
    open_ones = [one for one in measures_of(years, today) if not one.standing.progress.is_over]
    return sorted(open_ones, key=lambda one: (one.due_on is None, one.due_on or today, one.year.pk, one.place))


def open_measures(today: date) -> list[Measure]:
    """Return every measure of every department that is not over."""
    years = list(EvaluationYear.objects.select_related("organisation"))
    return [one for one in measures_of(years, today) if not one.standing.progress.is_over]


def offices(evaluation_year: EvaluationYear) -> list[str]:
    """Return the offices the department has listed for the year, and the organisations below it."""
    named = [values.get("name", "") for values in cycle.table_rows(evaluation_year, "offices")]
    below = Organisation.objects.filter(path__startswith=evaluation_year.organisation.path, is_active=True)
    return list(dict.fromkeys([*filter(None, named), *below.values_list("name", flat=True)]))


def next_key(evaluation_year: EvaluationYear) -> str:
    """Return the next free number of a problem."""
    known = {
        row.values.get("problem", "") for row in YearRow.objects.filter(evaluation_year=evaluation_year, table=PROBLEMS)
    }
    number = 1
    while f"Q{number}" in known:
        number += 1
    return f"Q{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One promise of last year beside this year: what was to be done, what was done, and the facts of both years."""

    problem: str
    measure: str
    owner: str
    due_on: date | None
    result: str
    done: bool | None
    words: str
    facts: tuple[FactPair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactPair:
    """One indicator last year and this year, as the core measured it."""

    title: str
    before: str
    now: str


def carried(evaluation_year: EvaluationYear) -> list[dict[str, str]] | None:
    """Return last year's problems and measures as rows for this year's report; None where last year is not here.

    What was done is taken as it stood on the day of this year's report.
    """
    before = cycle.year_before(evaluation_year)
    if before is None or PROBLEMS not in cycle.given_tables(before):
        return None
    found: list[dict[str, str]] = []
    for one in problems(before, evaluation_year.reported_on):
        found += [_carried(one.title, part, evaluation_year.reported_on) for part in one.measures]
        if not one.measures:
            found.append({"problem": one.title, "owner": one.owner})
    return found


def _carried(title: str, one: Measure, on: date) -> dict[str, str]:
    told = rectification.outcome([note.to_core() for note in one.notes if note.on <= on])
    done = {True: "true", False: "false", None: ""}[told.done]
    row = {"problem": title, "measure": one.text, "owner": one.owner, "result": told.result, "done": done}
    return {name: text for name, text in row.items() if text}


def promises(evaluation_year: EvaluationYear, today: date) -> list[Promise]:
    """Return last year's promises beside this year's facts."""
    before = cycle.year_before(evaluation_year)
    found: list[Promise] = []
    if before is not None and PROBLEMS in cycle.given_tables(before):
        now, then = values(worked(evaluation_year)), values(worked(before))
        for one in problems(before, today):
            facts = tuple(_pair(key, then, now) for key in one.indicators)
            found += [_promise(one, part, facts) for part in one.measures]
    for row in cycle.table_rows(evaluation_year, CARRIED):
        done = {"true": True, "false": False}.get(row.get("done", ""))
        words = {True: "已完成", False: "未完成", None: "未提供"}[done]
        found.append(
            Promise(
                problem=row.get("problem", ""),
                measure=row.get("measure", ""),
                owner=row.get("owner", ""),
                due_on=None,
                result=row.get("result", ""),
                done=done,
                words=words,
                facts=(),
            )
        )
    return found


def _promise(one: Problem, part: Measure, facts: tuple[FactPair, ...]) -> Promise:
    told = part.outcome
    words = f"{part.standing.progress.label}；{part.standing.words}"
    return Promise(
        problem=one.title,
        measure=part.text,
        owner=part.owner or one.owner,
        due_on=part.due_on or one.due_on,
        result=told.result,
        done=told.done,
        words=words if not part.standing.progress.is_over else part.standing.words,
        facts=facts,
    )


def _pair(key: str, then: Mapping[str, tuple[str, str]], now: Mapping[str, tuple[str, str]]) -> FactPair:
    title = (now.get(key) or then.get(key) or (key, ""))[0]
    return FactPair(title=title, before=then.get(key, ("", "未提供"))[1], now=now.get(key, ("", "未提供"))[1])


def worked(evaluation_year: EvaluationYear) -> Worked | None:
    """Return what a year comes to, or None where it cannot be worked out yet."""
    try:
        return folder.preview(evaluation_year)
    except HengpingError:
        return None


def values(found: Worked | None) -> dict[str, tuple[str, str]]:
    """Return every indicator that was measured: its title, and its value in words."""
    if found is None:
        return {}
    from hengping.performance.library import INDICATORS

    day = found.folder.unit["reported_on"]
    return {
        key: (INDICATORS.get(key, day).title, f"{value.amount:f}{value.unit}")
        for key, value in found.year.values.items()
        if value.amount is not None
    }


@dataclass(frozen=True, slots=True)
class Reference:
    """Something a request may refer to: a result, a problem or a measure of the year before."""

    key: str
    title: str


def references(evaluation_year: EvaluationYear | None, today: date, found: Worked | None) -> list[Reference]:
    """Return what a request may refer to: every scored indicator, finding, problem and measure."""
    listed: list[Reference] = []
    if found is not None and found.year.evaluation is not None:
        for score in found.year.evaluation.scores:
            points = "未评分" if score.points is None else f"{score.points:f}/{score.possible:f} 分"
            listed.append(Reference(f"result:{score.indicator.key}", f"结果：{score.title} {points}"))
    if evaluation_year is not None:
        listed += _findings(evaluation_year)
        for one in problems(evaluation_year, today):
            listed.append(Reference(f"problem:{one.key}", f"问题：{one.title}"))
            listed += [
                Reference(f"measure:{part.place}", f"措施：{part.text}（{part.standing.progress.label}）")
                for part in one.measures
            ]
    unique = {one.key: one for one in listed}
    return list(unique.values())


def _findings(evaluation_year: EvaluationYear) -> list[Reference]:
    """Return what the auditor found in the finished files before publication."""
    run = gate.last_run(selfevaluation.snapshot(evaluation_year))
    asked = run.questions if run else []
    return [Reference(f"finding:{one['key']}", f"核对发现：{one['title']} {one['message']}"[:160]) for one in asked]


def request_of(organisation: Organisation, year: int) -> BudgetRequest | None:
    """Return a department's request for a year."""
    return BudgetRequest.objects.select_related("organisation").filter(organisation=organisation, year=year).first()


def items_of(request: BudgetRequest | None) -> list[RequestItem]:
    """Return what counts of a request: the last revision of every line, in order."""
    if request is None:
        return []
    newest = RequestItem.objects.filter(request=OuterRef("request"), place=OuterRef("place")).order_by("-revision")
    last = RequestItem.objects.filter(request=request, pk=Subquery(newest.values("pk")[:1]), withdrawn=False)
    return list(last.select_related("by").order_by("place"))


def item_at(request: BudgetRequest, place: int) -> RequestItem | None:
    """Return the last revision of one line, withdrawn or not."""
    return RequestItem.objects.select_related("by").filter(request=request, place=place).order_by("-revision").first()


def next_item(request: BudgetRequest) -> int:
    """Return the place after the last line of a request."""
    found = RequestItem.objects.filter(request=request).aggregate(last=Max("place"))
    return (found["last"] or 0) + 1


def core_request(year: int, items: Sequence[RequestItem]) -> CoreRequest:
    """Return a request as the core takes it."""
    return CoreRequest(year=year, items=tuple(item.to_core() for item in items))


def last_accounts(found: Worked | None) -> dict[str, Decimal]:
    """Return the final accounts of the year worked out, by economic class."""
    return {} if found is None else dict(books.by_class(found.year.book, books.EXPENDITURE))


def to_remind(organisation: Organisation) -> QuerySet[User]:
    """Return the accounts that are told of measures of a department: its evaluation team and its head."""
    roles = [Role.EVALUATION_TEAM.value, Role.DEPARTMENT_HEAD.value]
    return User.objects.filter(organisation=organisation, is_active=True, grants__role__in=roles).distinct()


def day_of(text: str) -> date | None:
    """Read a day as the year folder writes it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
