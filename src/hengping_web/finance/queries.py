"""Questions of the finance bureau: lines of departments, received files, lists to draw from.

The overview asks a fixed number of questions however many departments there are: the lines were derived before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Max, Q, QuerySet, Sum

from hengping.errors import HengpingError, InvalidPackage
from hengping.figures import percentage
from hengping.ledger.deadlines import days_late
from hengping.performance import comparison as core_comparison
from hengping.performance import sampling as core
from hengping_io.audit_batch import Row
from hengping_io.audit_index import side_by_side
from hengping_web.accounts.models import Organisation, User
from hengping_web.accounts.scoping import visible
from hengping_web.cycle import folder
from hengping_web.cycle.models import SETTLED, EvaluationYear, State
from hengping_web.finance.models import (
    FAR,
    Batch,
    Cursor,
    Deadline,
    Line,
    ReceivedFile,
    SampledDepartment,
    SampleList,
)
from hengping_web.followup import queries as followup
from hengping_web.publication import queries as gate
from hengping_web.publication.models import GateRun
from hengping_web.selfevaluation import queries as selfevaluation
from hengping_web.selfevaluation import services as frozen
from hengping_web.trail.models import LogEntry

YEARS = ("year:", "year;")
"""The subjects of the log that are years: from the first text up to before the second."""

DEPARTMENTS = frozenset({"department"})
"""Kinds of organisation that are evaluated whether or not a year was opened."""

ORDERS: Mapping[str, tuple[str, ...]] = {
    "department": ("organisation__path",),
    "overdue": ("-late", "-days_late", "organisation__path"),
    "due": ("next_due_on", "organisation__path"),
    "findings": ("-contradictions", "-remainders", "organisation__path"),
    "execution": ("execution_rate", "organisation__path"),
    "score": ("score_rate", "organisation__path"),
    "measures": ("-overdue_measures", "organisation__path"),
}
"""Business criteria by which the list may be put in order; each is about a department's year."""

STATES = tuple(state.value for state in State)
PAGE = 100


# Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the overview is asked for; empty means everything."""

    year: int
    order: str = "department"
    state: str = ""
    area: str = ""
    only: str = ""
    text: str = ""


def lines(user: User, wanted: Wanted) -> QuerySet[Line]:
    """Return the lines that fit, in the order asked for; what is not known comes last."""
    found = visible(Line.objects.filter(year=wanted.year), user, "organisation").select_related("organisation")
    if wanted.state:
        found = found.filter(state="" if wanted.state == "none" else wanted.state)
    if wanted.area:
        found = found.filter(organisation__path__startswith=wanted.area)
    if wanted.text.strip():
        found = found.filter(organisation__name__icontains=wanted.text.strip())
    if wanted.only in ONLY:
        found = found.filter(ONLY[wanted.only])
    return found.order_by(*(_order(name) for name in ORDERS.get(wanted.order, ORDERS["department"])))


def _order(name: str) -> Any:
    column = F(name.removeprefix("-"))
    return column.desc(nulls_last=True) if name.startswith("-") else column.asc(nulls_last=True)


ONLY: Mapping[str, Q] = {
    "overdue": Q(late__gt=0),
    "findings": Q(contradictions__gt=0) | Q(unanswered__gt=0) | Q(received_to_answer__gt=0),
    "execution": Q(execution_rate__lt=80) | Q(execution_rate__gt=100),
    "unopened": Q(state=""),
}
"""Filters by which the list may be narrowed."""


def years() -> list[int]:
    """Return the years there are lines of, newest first."""
    return list(Line.objects.order_by("-year").values_list("year", flat=True).distinct())


def areas(user: User) -> list[tuple[str, str]]:
    """Return the cities and counties the lines may be narrowed to: their path and name."""
    found = visible(Organisation.objects.filter(children__isnull=False), user, "pk").distinct()
    return [(one.path, one.name) for one in found.order_by("path")]


def waiting_changes() -> int:
    """Return how many rows of the log about years the lines do not follow yet."""
    return _changes(reached()).count()


def reached() -> int:
    """Return up to which row of the log the lines follow."""
    found = Cursor.objects.filter(pk=1).values_list("sequence", flat=True).first()
    return found or 0


def _changes(after: int) -> QuerySet[LogEntry]:
    first, end = YEARS
    return LogEntry.objects.filter(sequence__gt=after, subject__gte=first, subject__lt=end)


def changed_years(after: int, most: int) -> tuple[list[tuple[str, int]], int]:
    """Return the years the log speaks of after a row, and the last row looked at."""
    rows = list(_changes(after).order_by("sequence").values_list("sequence", "subject")[:most])
    found: dict[tuple[str, int], None] = {}
    for _, subject in rows:
        _, key, year = [*subject.split(":"), "", ""][:3]
        if year.isdecimal():
            found[key, int(year)] = None
    last = rows[-1][0] if len(rows) == most else LogEntry.objects.aggregate(last=Max("sequence"))["last"] or after
    return list(found), last


def organisation(key: str) -> Organisation | None:
    """Return one organisation by its key."""
    return Organisation.objects.filter(key=key).first()


def departments() -> QuerySet[Organisation]:
    """Return the organisations that are evaluated."""
    opened = EvaluationYear.objects.values("organisation")
    return Organisation.objects.filter(Q(kind__in=DEPARTMENTS) | Q(pk__in=opened), is_active=True)


def year_of(found: Organisation, year: int) -> EvaluationYear | None:
    """Return a department's year."""
    return EvaluationYear.objects.select_related("organisation").filter(organisation=found, year=year).first()


def opened_years() -> list[int]:
    """Return the years any department has opened."""
    return list(EvaluationYear.objects.order_by("year").values_list("year", flat=True).distinct())


def without_line(year: int) -> QuerySet[Organisation]:
    """Return the departments that have no line for a year yet."""
    return departments().exclude(pk__in=Line.objects.filter(year=year).values("organisation"))


def lines_of(year: int) -> QuerySet[Line]:
    """Return every line of a year."""
    return Line.objects.filter(year=year).select_related("organisation")


def line_of(found: Organisation, year: int) -> Line | None:
    """Return one line."""
    return Line.objects.filter(organisation=found, year=year).first()


def summary(evaluation_year: EvaluationYear, today: date) -> dict[str, Any]:
    """Return what a department's line says: from the frozen result where there is one, worked out anew otherwise."""
    measures = followup.measures_of([evaluation_year], today)
    reviewed, rows = _reviewed(evaluation_year)
    found: dict[str, Any] = {
        "state": evaluation_year.state,
        "scheme": evaluation_year.scheme,
        "reviewed": reviewed,
        "reviewed_rows": rows,
        "open_measures": sum(not one.standing.progress.is_over for one in measures),
        "overdue_measures": sum(one.standing.overdue for one in measures),
        "reached": _reached(evaluation_year),
        "problem": "",
        "received_to_answer": received_to_answer(evaluation_year.organisation, evaluation_year.year),
    }
    return found | (_frozen(evaluation_year) or _worked(evaluation_year))


BLANK: Mapping[str, Any] = {
    "score": None,
    "possible": None,
    "score_rate": None,
    "grade": "",
    "execution_rate": None,
    "contradictions": None,
    "remainders": None,
    "unanswered": None,
    "without_evidence": None,
}


def unopened_summary(found: Organisation, year: int) -> dict[str, Any]:
    """Return what is known of a department that has not opened the year: what was received of it, if anything."""
    return {**BLANK, "state": "", "received_to_answer": received_to_answer(found, year)}


def _worked(evaluation_year: EvaluationYear) -> dict[str, Any]:
    try:
        result = json.loads(folder.preview(evaluation_year).result)
    except InvalidPackage as wrong:
        return {**BLANK, "problem": f"年度数据还有 {len(wrong.problems)} 处问题，暂不能计算"}
    except HengpingError as wrong:
        return {**BLANK, "problem": str(wrong)[:200]}
    return _of_result(result)


def _frozen(evaluation_year: EvaluationYear) -> dict[str, Any] | None:
    if State(evaluation_year.state) not in SETTLED:
        return None
    snapshot = selfevaluation.snapshot(evaluation_year)
    if snapshot is None:
        return None
    kept, audited = frozen.document(snapshot, "result.json"), frozen.document(snapshot, "audit.json")
    if kept is None:
        return None
    found = _of_result(json.loads(kept))
    run = gate.last_run(snapshot)
    if run is not None:
        return found | _of_gate(evaluation_year, run)
    return found | (_of_audit(json.loads(audited)) if audited else {})


def _of_gate(evaluation_year: EvaluationYear, run: GateRun) -> dict[str, Any]:
    """Count what the gate asked: contradictions, remainders, and what nobody has answered in writing."""
    open_ones = gate.open_questions(run, gate.answers(evaluation_year))
    return {
        "contradictions": sum(bool(one["blocks"]) for one in run.questions),
        "remainders": sum(one["verdict"] == "unexplained" for one in run.questions),
        "unanswered": sum(not one["blocks"] for one in open_ones),
    }


def _of_result(result: Mapping[str, Any]) -> dict[str, Any]:
    """Read what the core computed; nothing is computed here but the rate the core's own function gives."""
    evaluation = result["evaluation"]
    values = {one["key"]: one for one in result["indicators"]}
    found = {**BLANK, "execution_rate": _decimal(values.get("execution-rate", {}).get("amount"))}
    recorded = [one for one in result["indicators"] if one["record"] is not None]
    found["without_evidence"] = sum(not one["record"]["evidence"] for one in recorded if _is_entered(one))
    if evaluation is None:
        return found
    score, possible = _decimal(evaluation["total"]), _decimal(evaluation["possible"])
    rate = percentage(score, possible) if score is not None and possible else None
    return found | {
        "score": score,
        "possible": possible,
        "score_rate": rate.value if rate else None,
        "grade": evaluation["grade"],
    }


def _is_entered(one: Mapping[str, Any]) -> bool:
    """Tell whether a record stands for a value, rather than only explaining one that was computed."""
    record = one["record"]
    return record["value"] is not None or bool(record["level"]) or bool(record["passed"])


def _of_audit(audit: Mapping[str, Any]) -> dict[str, Any]:
    claims = audit["coverage"]["claims"]
    open_ones = [one for one in audit["findings"] if one["to_answer"] and one["verdict"] == "unexplained"]
    return {
        "contradictions": claims.get("contradiction", 0),
        "remainders": claims.get("unexplained", 0),
        "unanswered": len(open_ones),
    }


def _reviewed(evaluation_year: EvaluationYear) -> tuple[Decimal | None, int]:
    """Return the sum of the points the reviewer gave to rows of the department, and how many rows."""
    given = [
        one.points
        for (_, project, kind), one in selfevaluation.last_points(evaluation_year).items()
        if kind == one.REVIEW and not project
    ]
    return (sum(given, Decimal(0)) if given else None), len(given)


def _reached(evaluation_year: EvaluationYear) -> dict[str, str]:
    actions = [f"year.{state}" for state in STATES]
    rows = LogEntry.objects.filter(subject=evaluation_year.subject, action__in=actions).order_by("sequence")
    return {action.removeprefix("year."): at.date().isoformat() for action, at in rows.values_list("action", "at")}


def _decimal(text: object) -> Decimal | None:
    return None if text is None or text == "" else Decimal(str(text))


# Due dates


def deadlines(year: int) -> list[Deadline]:
    """Return what counts of a year's due dates: the last revision of each stage, in the order of the days."""
    last: dict[str, Deadline] = {}
    for one in Deadline.objects.filter(year=year).select_related("by").order_by("revision"):
        last[one.stage] = one
    return sorted(last.values(), key=lambda one: (one.due_on, STATES.index(one.stage)))


def deadline_of(year: int, stage: str) -> Deadline | None:
    """Return the last revision of one stage's due date."""
    return Deadline.objects.filter(year=year, stage=stage).order_by("-revision").first()


def lateness(line: Line, due: Sequence[Deadline], today: date) -> dict[str, Any]:
    """Return what of a line depends on the day: what is overdue in words, by how many days, and what comes next."""
    here = STATES.index(line.state) if line.state else -1
    texts: list[str] = []
    days: list[int] = [0]
    following: list[tuple[date, str]] = []
    for one in due:
        wanted = STATES.index(one.stage)
        if here >= wanted:
            done = line.reached.get(one.stage)
            days.append(days_late(one.due_on, date.fromisoformat(done) if done else one.due_on, today))
        elif today > one.due_on:
            late = days_late(one.due_on, None, today)
            days.append(late)
            texts.append(f"{one.title}（{one.due_on.isoformat()}，逾期 {late} 天）")
        else:
            following.append((one.due_on, one.title))
    if line.overdue_measures:
        texts.append(f"整改措施 {line.overdue_measures} 条")
    next_due_on, next_due = min(following, default=(FAR, ""))
    return {
        "overdue": texts,
        "late": len(texts),
        "days_late": max(days),
        "next_due_on": next_due_on,
        "next_due": next_due,
        "as_of": today,
    }


# Received files


def batches(user: User) -> QuerySet[Batch]:
    """Return the batches, newest first; whoever sees all departments, or oversees the area they were received in."""
    return visible(Batch.objects.select_related("by"), user, "by__organisation")


def batch(user: User, key: str) -> Batch | None:
    """Return one batch the account may see."""
    return batches(user).filter(key=key).first()


def to_work_on(now: Any) -> Batch | None:
    """Return the oldest batch that waits and that no worker holds."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    return Batch.objects.filter(free, state__in=[Batch.WAITING, Batch.RUNNING]).order_by("pk").first()


def waiting_files(found: Batch, most: int) -> list[ReceivedFile]:
    """Return the next files of a batch nobody has finished."""
    return list(found.files.filter(state=ReceivedFile.WAITING).order_by("place")[:most])


def expired(today: date) -> QuerySet[Batch]:
    """Return the batches whose files have been kept long enough."""
    return Batch.objects.filter(remove_on__lte=today).exclude(state=Batch.REMOVED)


FILE_ORDERS: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "to-answer": ("-to_answer", "name"),
    "errors": ("-errors", "name"),
    "contradictions": ("-contradictions", "name"),
    "remainders": ("-remainders", "name"),
    "missing": ("-missing", "name"),
    "state": ("state", "name"),
    "department": ("organisation__path", "name"),
}


def files(found: Batch, order: str = "name", state: str = "", text: str = "") -> QuerySet[ReceivedFile]:
    """Return the files of a batch that fit, in the order asked for."""
    rows = found.files.select_related("organisation").defer("row")
    if state == "to-answer":
        rows = rows.filter(to_answer__gt=0)
    elif state == "unmatched":
        rows = rows.filter(organisation=None)
    elif state:
        rows = rows.filter(state=state)
    if text.strip():
        rows = rows.filter(Q(name__icontains=text.strip()) | Q(reason__icontains=text.strip()))
    return rows.order_by(*(_order(name) for name in FILE_ORDERS.get(order, FILE_ORDERS["name"])))


def file_at(found: Batch, place: int) -> ReceivedFile | None:
    """Return one file of a batch."""
    return found.files.filter(place=place).first()


def totals(found: Batch) -> dict[str, int]:
    """Return what a batch came to."""
    sums = found.files.aggregate(
        to_answer=Sum("to_answer"),
        errors=Sum("errors"),
        agreed=Sum("agreed"),
        figures=Sum("figures"),
        judged=Sum("judged"),
    )
    return {name: value or 0 for name, value in sums.items()}


def received_to_answer(found: Organisation, year: int) -> int | None:
    """Return what has to be answered in the received files a person matched to a department; None without any."""
    mine = ReceivedFile.objects.filter(organisation=found, batch__year=year, state="done")
    total: int | None = mine.aggregate(found=Sum("to_answer"))["found"]
    return total


def guessed(names: Sequence[str], known: Sequence[Organisation]) -> dict[str, int]:
    """Return, for names of files, the one department whose name stands in it; a person confirms it, or not."""
    found: dict[str, int] = {}
    for name in names:
        fits = [one for one in known if one.name in name]
        longest = max((len(one.name) for one in fits), default=0)
        best = [one for one in fits if len(one.name) == longest]
        if len(best) == 1:
            found[name] = best[0].pk
    return found


def compared(found: Batch) -> dict[str, Any]:
    """Return the units of a finished batch side by side: same sentences, outliers per head, missing parts."""
    rows = [_row(one) for one in found.files.filter(state="done").values_list("row", flat=True)]
    copied, outliers, absent = side_by_side(rows)
    return {
        "copied": [{"text": one.text, "files": list(one.documents)} for one in copied[:200]],
        "copied_count": len(copied),
        "outliers": [
            {
                "file": one.document,
                "amount": one.amount,
                "per_head": f"{one.per_head:f}",
                "middle": f"{one.middle:f}",
                "units": one.units,
            }
            for one in outliers
        ],
        "absent": [{"check": one.check, "message": one.message, "files": list(one.documents)} for one in absent],
    }


def _row(kept: Mapping[str, Any]) -> Row:
    return Row(**{**kept, "missing": [tuple(one) for one in kept.get("missing", [])]})


# Samples


def sample_lists(user: User) -> QuerySet[SampleList]:
    """Return the lists fixed for drawing, newest first."""
    return visible(SampleList.objects.select_related("by", "drawing"), user, "by__organisation")


def sample_list(user: User, number: int) -> SampleList | None:
    """Return one list with its drawing."""
    return sample_lists(user).filter(pk=number).first()


def chosen(found: SampleList) -> QuerySet[SampledDepartment]:
    """Return the departments of a sample in the order they were chosen, risk first."""
    return SampledDepartment.objects.filter(sample=found).select_related("organisation").order_by("pk")


def candidates(user: User, year: int, area: str = "") -> list[core.Candidate]:
    """Return the departments of a year with what is known of each; one without a line is listed all the same."""
    found = list(lines(user, Wanted(year=year, area=area)))
    earlier = last_sampled([line.organisation_id for line in found], year)
    return [
        core.Candidate(key=line.organisation.key, title=line.organisation.name, facts=_facts(line, earlier, year))
        for line in found
    ]


def last_sampled(organisations: Sequence[int], before: int) -> dict[int, int]:
    """Return the last year before this one for which each department was sampled."""
    rows = SampledDepartment.objects.filter(organisation__in=organisations, sample__year__lt=before)
    return dict(rows.values_list("organisation").annotate(last=Max("sample__year")))


def _facts(line: Line, earlier: Mapping[int, int], year: int) -> dict[str, Decimal | None]:
    last = earlier.get(line.organisation_id)
    whole = {
        "contradictions": line.contradictions,
        "unanswered": line.unanswered,
        "without-evidence": line.without_evidence,
        "days-late": line.days_late,
        "overdue-measures": line.overdue_measures,
        "years-since-sampled": None if last is None else year - last,
    }
    found = {name: None if value is None else Decimal(value) for name, value in whole.items()}
    return {**found, "execution-rate": line.execution_rate, "self-score": line.score_rate}


def frame_of(found: SampleList) -> core.Frame:
    """Return a fixed list as the core takes it."""
    return core.Frame(
        year=found.year,
        on=found.on,
        plan=core.Plan(**found.plan),
        candidates=tuple(
            core.Candidate(
                key=row["key"],
                title=row["title"],
                facts={name: None if text is None else Decimal(text) for name, text in row["facts"].items()},
            )
            for row in found.candidates
        ),
    )


# Departments beside each other


MEASURES: Mapping[str, str] = {
    "score_rate": "自评得分率（%）",
    "execution_rate": "全年预算执行率（%）",
    "contradictions": "核对发现的矛盾（处）",
    "remainders": "未说明差额（处）",
    "without_evidence": "没有佐证的填报指标（项）",
    "overdue_measures": "逾期整改措施（条）",
}
BY_SCHEME = ("score_rate",)
"""Measures that mean the same only under the same scheme."""


def comparison(
    user: User, year: int, area: str = ""
) -> tuple[tuple[core_comparison.Group, ...], tuple[core_comparison.LeftOut, ...]]:
    """Return the departments of a year that may be compared, and why the others are not."""
    settled = {state.value for state in SETTLED}
    found = [
        core_comparison.Line(
            key=line.organisation.key,
            title=line.organisation.name,
            scheme=line.scheme,
            final=line.state in settled,
            values={name: _decimal(getattr(line, name)) for name in MEASURES},
        )
        for line in lines(user, Wanted(year=year, area=area))
    ]
    return core_comparison.compare(found, tuple(MEASURES), BY_SCHEME)


def reviews(organisations: Sequence[int], year: int) -> dict[int, Line]:
    """Return the lines of sampled departments, with the self score and the reviewer's beside each other."""
    found = Line.objects.filter(organisation__in=organisations, year=year).select_related("organisation")
    return {line.organisation_id: line for line in found}
