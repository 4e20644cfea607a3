"""Pages of self-evaluation: scores side by side, tasks, one row with its working, papers, and the freezing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hengping.errors import InvalidPackage, Refusal
from hengping.performance.assessment import Owed, owed
from hengping.performance.model import Evaluation, Recorded, Score
from hengping_io.year_documents import Worked
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.attachments.answers import download
from hengping_web.attachments.services import original
from hengping_web.base.forms import status_of
from hengping_web.cycle import folder
from hengping_web.cycle import queries as cycle
from hengping_web.cycle.forms import changed_text
from hengping_web.cycle.models import EvaluationYear, YearRow
from hengping_web.cycle.rooms import Room
from hengping_web.cycle.services import Changed
from hengping_web.cycle.views import person, year_or_404
from hengping_web.selfevaluation import forms, queries, services
from hengping_web.selfevaluation.models import Points, Task, Verdict
from hengping_web.selfevaluation.queries import Row
from hengping_web.selfevaluation.services import Award, Paper, Recording
from hengping_web.vault.cipher import Tampered

shows_and_takes = require_http_methods(["GET", "HEAD", "POST"])
REVIEW_MARK = "review-%s"
"""How the fields of the reviewer's points are marked, which may stand beside the team's own."""
DEPARTMENT = "-"
"""Stands in an address for the department itself, where a project would stand."""


def room(evaluation_year: EvaluationYear, _user: User) -> Room:
    """Say how many tasks are answered, and whether the year is frozen."""
    tasks, done = list(queries.tasks(evaluation_year)), queries.measures(evaluation_year)
    answered = sum((task.indicator, task.project) in done for task in tasks)
    frozen = queries.snapshot(evaluation_year)
    line = gettext("任务 %(all)s 项，已填报 %(done)s 项") % {"all": len(tasks), "done": answered}
    if evaluation_year.settled and frozen:
        line = gettext("已定稿，%(total)s 分") % {"total": frozen.total or "—"}
    address = reverse("selfevaluation:scores", args=[evaluation_year.organisation.key, evaluation_year.year])
    return Room(title=gettext("绩效自评"), address=address, line=line, done=evaluation_year.settled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of the scores as the page shows it."""

    score: Score
    project: str
    address: str
    own: Points | None
    reviewed: Points | None
    record: YearRow | None
    verdict: Verdict | None
    task: Task | None
    swapped: str = ""

    @property
    def recorded(self) -> bool:
        """Tell whether people record this row by hand."""
        return isinstance(self.score.indicator.measure, Recorded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One evaluation as the page shows it: the department's, or a project's."""

    title: str
    evaluation: Evaluation
    lines: list[Line]
    owed: list[Owed]


def worked_or_problems(found: EvaluationYear) -> tuple[Worked | None, list[str]]:
    """Return the year worked out, or everything that keeps it from being so."""
    try:
        return folder.preview(found), []
    except InvalidPackage as broken:
        return None, [str(problem) for problem in broken.problems[:50]]
    except Refusal as refusal:
        return None, [str(refusal)]


def _cards(found: EvaluationYear, worked: Worked) -> list[Card]:
    own, verdicts, records = queries.last_points(found), queries.last_verdicts(found), queries.measures(found)
    tasks = {(task.indicator, task.project): task for task in queries.tasks(found)}
    swaps = {swap.row: swap.text for swap in services.swapped(found)}
    cards = []
    for project, evaluation in services.evaluations(worked):
        lines = []
        for score in evaluation.scores:
            row = (score.indicator.key, project)
            lines.append(
                Line(
                    score=score,
                    project=project,
                    address=address_of(found, row),
                    own=own.get((*row, Points.SELF)),
                    reviewed=own.get((*row, Points.REVIEW)),
                    record=records.get(row),
                    verdict=verdicts.get(row),
                    task=tasks.get(row),
                    swapped=swaps.get(row, ""),
                )
            )
        title = worked.year.book.projects[project].title if project else str(found.organisation)
        cards.append(Card(title=title, evaluation=evaluation, lines=lines, owed=list(owed(evaluation))))
    return cards


def address_of(found: EvaluationYear, row: Row) -> str:
    """Return the address of one row's own page."""
    return reverse("selfevaluation:row", args=[found.organisation.key, found.year, row[1] or DEPARTMENT, row[0]])


@require_safe
def scores(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Show every score beside what the team and the reviewer gave, and what is still missing."""
    found = year_or_404(request, organisation, year)
    worked, problems = worked_or_problems(found)
    kept = cycle.case_count(found)
    reached = cycle.casework_reached(found) if kept else (0, 0)
    context = {
        "year": found,
        "cards": _cards(found, worked) if worked else [],
        "unscored": worked is not None and worked.year.evaluation is None,
        "problems": problems,
        "count": kept,
        "behind": reached[0] - kept.events if kept else 0,
        "snapshot": queries.snapshot(found),
        "hindrances": services.hindrances(found) if not found.settled else [],
        "head": person(request).has(Role.DEPARTMENT_HEAD),
        "kinds": Points,
    }
    return render(request, "selfevaluation/scores.html", context)


@shows_and_takes
def tasks(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """List the tasks with their offices and due dates; sending the form makes those that are missing."""
    found, user = year_or_404(request, organisation, year), person(request)
    form = forms.MakeTasks(request.POST or None, initial={"due_on": found.reported_on})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.make_tasks(found, form.cleaned_data["due_on"], user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("已下达 %(count)s 项任务。") % {"count": made})
            return redirect("selfevaluation:tasks", organisation, year)
    done, today = queries.measures(found), timezone.localdate()
    verdicts = queries.last_verdicts(found)
    rows = []
    for task in queries.tasks(found):
        row = (task.indicator, task.project)
        record = done.get(row)
        rows.append((task, address_of(found, row), record, verdicts.get(row), record is None and task.due_on < today))
    context = {"year": found, "rows": rows, "form": form, "team": user.has(Role.EVALUATION_TEAM)}
    return render(request, "selfevaluation/tasks.html", context, status=status_of(form))


@shows_and_takes
def assign(request: HttpRequest, organisation: str, year: int, number: int) -> HttpResponse:
    """Give a task to an office, with its due date."""
    found = year_or_404(request, organisation, year)
    task = queries.tasks(found).filter(pk=number).first()
    if task is None:
        raise Http404
    form = forms.Assign(request.POST or None, initial={"office": task.office, "due_on": task.due_on})
    if request.method == "POST" and form.is_valid():
        try:
            services.assign(task, form.cleaned_data["office"], form.cleaned_data["due_on"], person(request))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("selfevaluation:tasks", organisation, year)
    context = {"year": found, "task": task, "form": form}
    return render(request, "selfevaluation/assign.html", context, status=status_of(form))


@require_POST
def count(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Count the casework anew."""
    found = year_or_404(request, organisation, year)
    folder.count_casework(found)
    messages.success(request, gettext("业务数据已重新统计。"))
    return redirect("selfevaluation:scores", organisation, year)


@require_POST
def freeze(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Freeze the year."""
    found = year_or_404(request, organisation, year)
    form = forms.Version(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    made = services.freeze(found, version, person(request))
    messages.success(request, gettext("自评已定稿，第 %(number)s 次。") % {"number": made.number})
    return redirect("selfevaluation:scores", organisation, year)


# ── one row ────────────────────────────────────────────────────────────────────────────────────────────────────


def _row(project: str, indicator: str) -> Row:
    return indicator, "" if project == DEPARTMENT else project


def _score(found: EvaluationYear, row: Row) -> tuple[Worked, Score]:
    worked, problems = worked_or_problems(found)
    if worked is None:
        raise Refusal("打开指标", "；".join(problems[:3]), "请先改正年度数据。")
    try:
        return worked, services.score_of(worked, row)
    except Refusal:
        raise Http404 from None


def _page(
    request: HttpRequest, found: EvaluationYear, row: Row, forms_shown: dict[str, object] | None = None
) -> HttpResponse:
    """Show one row: its working, its record and papers, the points given, and what may be done now."""
    worked, score = _score(found, row)
    user, last = person(request), queries.measures(found).get(row)
    given, papers = queries.last_points(found), queries.papers(found)
    verdict = queries.last_verdicts(found).get(row)
    own, reviewed = given.get((*row, Points.SELF)), given.get((*row, Points.REVIEW))
    shown = forms_shown or {}
    swap = next((swap.text for swap in services.swapped(found) if swap.row == row), "")
    context: dict[str, object] = {
        "year": found,
        "score": score,
        "row": row,
        "project": row[1] or DEPARTMENT,
        "cites": score.cites,
        "recorded": isinstance(score.indicator.measure, Recorded),
        "record": last,
        "papers": [papers[key] for key in _keys(last) if key in papers],
        "computed": worked.year.values.get(row[0]) if not row[1] else None,
        "verdict": verdict,
        "swapped": swap,
        "own": own,
        "reviewed": reviewed,
        "history": queries.points_history(found, row),
        "notes": queries.notes(found, row),
        "revisions": cycle.history_of(found, queries.MEASURES, last.place) if last else (),
        "measure_form": _measure_form(found, score, last),
        "decide_form": forms.Decide(initial={"seen": last.revision if last else 0}),
        "points_form": forms.PointsForm(initial=_initial(own, score)),
        "review_form": forms.PointsForm(initial=_initial(reviewed, score), auto_id=REVIEW_MARK),
        "note_form": forms.NoteForm(initial={"on": timezone.localdate()}),
        "team": user.has(Role.EVALUATION_TEAM),
        "writer": user.has(Role.OFFICE_CLERK, Role.FINANCE_OFFICER, Role.EVALUATION_TEAM),
        "reviewer": user.has(Role.FINANCE_REVIEWER),
        **shown,
    }
    return render(request, "selfevaluation/row.html", context, status=422 if shown else 200)


def _keys(last: YearRow | None) -> list[str]:
    return [key for key in last.values.get("evidence", "").split(";") if key] if last else []


def _initial(given: Points | None, score: Score) -> dict[str, object]:
    if given is not None:
        return {"points": given.points, "reason": given.reason, "seen": given.revision}
    return {"points": score.points, "seen": 0}


def _choices(found: EvaluationYear) -> list[tuple[str, str]]:
    return [(key, row.values.get("title", key)) for key, row in queries.papers(found).items()]


def _day(found: EvaluationYear) -> date:
    return min(timezone.localdate(), found.reported_on)


def _measure_form(found: EvaluationYear, score: Score, last: YearRow | None) -> forms.MeasureForm:
    if last is None:
        initial: dict[str, object] = {"recorded_on": _day(found).isoformat(), "seen": 0}
    else:
        initial = {**last.values, "papers": _keys(last), "seen": last.revision}
    return forms.MeasureForm(score, _choices(found), initial=initial)


@require_safe
def row(request: HttpRequest, organisation: str, year: int, project: str, indicator: str) -> HttpResponse:
    """Show one row."""
    return _page(request, year_or_404(request, organisation, year), _row(project, indicator))


@require_POST
def measure(request: HttpRequest, organisation: str, year: int, project: str, indicator: str) -> HttpResponse:
    """Keep what an office records for a row."""
    found, row = year_or_404(request, organisation, year), _row(project, indicator)
    _, score = _score(found, row)
    form = forms.MeasureForm(score, _choices(found), request.POST)
    shown: dict[str, object] = {"measure_form": form}
    if form.is_valid():
        given = Recording(
            row=row,
            values=form.values,
            papers=form.chosen,
            recorded_on=date.fromisoformat(form.values["recorded_on"]),
            seen=form.seen_revision,
        )
        try:
            services.record_measure(found, given, person(request))
        except Changed as changed:
            form.add_error(None, str(changed))
            shown["theirs"] = changed_text(form.values, changed.theirs, form.layout)
            last = queries.measures(found).get(row)
            form.data = {**form.data.dict(), "papers": form.chosen, "seen": last.revision if last else 0}  # type: ignore[attr-defined]
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("已保存。"))
            return redirect(address_of(found, row))
    return _page(request, found, row, shown)


@require_POST
def decide(request: HttpRequest, organisation: str, year: int, project: str, indicator: str) -> HttpResponse:
    """Take a record as it stands, or give it back."""
    found, row = year_or_404(request, organisation, year), _row(project, indicator)
    form = forms.Decide(request.POST)
    if form.is_valid():
        try:
            services.decide(
                found,
                row,
                accepted="accept" in request.POST,
                reason=form.cleaned_data["reason"],
                seen=form.cleaned_data["seen"],
                actor=person(request),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(address_of(found, row))
    return _page(request, found, row, {"decide_form": form})


@require_POST
def points(request: HttpRequest, organisation: str, year: int, project: str, indicator: str) -> HttpResponse:
    """Keep the team's own points for a row."""
    return _give(request, year_or_404(request, organisation, year), _row(project, indicator), Points.SELF)


@require_POST
def review(request: HttpRequest, organisation: str, year: int, project: str, indicator: str) -> HttpResponse:
    """Keep the reviewer's points for a row."""
    return _give(request, year_or_404(request, organisation, year), _row(project, indicator), Points.REVIEW)


def _give(request: HttpRequest, found: EvaluationYear, row: Row, kind: str) -> HttpResponse:
    form = forms.PointsForm(request.POST, **({"auto_id": REVIEW_MARK} if kind == Points.REVIEW else {}))
    shown: dict[str, object] = {"points_form" if kind == Points.SELF else "review_form": form}
    if form.is_valid():
        given = Award(
            row=row,
            kind=kind,
            points=form.cleaned_data["points"],
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
        )
        try:
            services.give_points(found, given, person(request))
        except Changed as changed:
            form.add_error(None, str(changed))
            mine = (str(given.points), given.reason)
            theirs = (changed.theirs.get("points", ""), changed.theirs.get("reason", ""))
            titles = (gettext("得分"), gettext("扣分理由"))
            shown["theirs"] = list(zip(titles, mine, theirs, strict=True))
            now = queries.last_points(found).get((*row, kind))
            form.data = {**form.data.dict(), "seen": now.revision if now else 0}  # type: ignore[attr-defined]
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("已保存。"))
            return redirect(address_of(found, row))
    return _page(request, found, row, shown)


@require_POST
def note(request: HttpRequest, organisation: str, year: int, project: str, indicator: str) -> HttpResponse:
    """Keep what was seen on the spot."""
    found, row = year_or_404(request, organisation, year), _row(project, indicator)
    _score(found, row)
    form = forms.NoteForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        services.note(found, row, told["on"], told["place"], told["text"], person(request))
        return redirect(address_of(found, row))
    return _page(request, found, row, {"note_form": form})


# ── papers ─────────────────────────────────────────────────────────────────────────────────────────────────────


@shows_and_takes
def papers(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """List the papers with their hashes, who brought them and when; take a new one or the next version of one."""
    found, user = year_or_404(request, organisation, year), person(request)
    known = queries.papers(found)
    initial = {"recorded_on": _day(found)}
    form = forms.PaperForm(_choices(found), request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        replaced = known.get(told["replaces"])
        given = Paper(
            title=told["title"],
            name=told["file"].name,
            content=told["file"].read(),
            recorded_on=told["recorded_on"],
            replaces=told["replaces"],
            seen=replaced.revision if replaced else 0,
        )
        try:
            services.add_paper(found, given, user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("材料已收下，并登记了哈希值。"))
            return redirect("selfevaluation:papers", organisation, year)
    rows = [(row, list(cycle.history_of(found, queries.EVIDENCE, row.place))) for row in known.values()]
    writer = user.has(Role.OFFICE_CLERK, Role.FINANCE_OFFICER, Role.EVALUATION_TEAM)
    context = {"year": found, "rows": rows, "form": form, "writer": writer}
    return render(request, "selfevaluation/papers.html", context, status=status_of(form))


@require_safe
def paper(request: HttpRequest, organisation: str, year: int, paper: str) -> HttpResponse:
    """Give a paper out, exactly as it came; the look is logged."""
    found = year_or_404(request, organisation, year)
    row = queries.papers(found).get(paper)
    kept = queries.attachment_of(row) if row else None
    if row is None or kept is None:
        raise Http404
    name = row.values["path"].rpartition("/")[2]
    try:
        content = original(kept, person(request))
    except Tampered as touched:
        title = row.values.get("title", paper)
        raise Refusal("打开佐证材料", f"“{title}”：{touched}", "请从备份恢复原件，或重新上传并重新核定。") from touched
    return download(content, kept.kind, name)
