"""Pages of the staff: the gate with its questions, the publication with its history, the comments to answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hengping.errors import Refusal
from hengping_web.accounts.models import User
from hengping_web.base.forms import status_of
from hengping_web.cycle.models import EvaluationYear, State
from hengping_web.cycle.rooms import Room
from hengping_web.cycle.services import Changed
from hengping_web.cycle.views import person, year_or_404
from hengping_web.publication import export, forms, queries, services
from hengping_web.selfevaluation import queries as evaluations

shows_and_takes = require_http_methods(["GET", "HEAD", "POST"])


def _at(evaluation_year: EvaluationYear) -> list[str | int]:
    return [evaluation_year.organisation.key, evaluation_year.year]


def gate_room(evaluation_year: EvaluationYear, _user: User) -> Room:
    """Say what the auditor still asks of the finished files."""
    address = reverse("publication:gate", args=_at(evaluation_year))
    passed = State(evaluation_year.state) in (State.PASSED, State.PUBLISHED)
    return Room(title=gettext("公开前核对"), address=address, line=_gate_line(evaluation_year), done=passed)


def _gate_line(evaluation_year: EvaluationYear) -> str:
    if not evaluation_year.settled:
        return gettext("定稿之后核对")
    run = queries.last_run(evaluations.snapshot(evaluation_year))
    if run is None:
        return gettext("尚未核对")
    left = queries.open_questions(run, queries.answers(evaluation_year))
    blocking = sum(one["blocks"] for one in left)
    if left:
        return gettext("矛盾 %(blocking)s 处，待说明 %(open)s 处") % {
            "blocking": blocking,
            "open": len(left) - blocking,
        }
    return gettext("没有待改正、待说明的问题")


def publication_room(evaluation_year: EvaluationYear, _user: User) -> Room:
    """Say whether the year is public, in which version, and how many comments wait."""
    address = reverse("publication:publication", args=_at(evaluation_year))
    last = queries.last_publication(evaluation_year)
    if last is None:
        return Room(title=gettext("公开"), address=address, line=gettext("尚未公开"), done=False)
    waiting = sum(decision is None for _, decision in queries.comments(evaluation_year))
    line = gettext("已撤下") if last.withdrawn else gettext("第 %s 版") % last.number
    if waiting:
        line += gettext("；待处理留言 %s 条") % waiting
    return Room(title=gettext("公开"), address=address, line=line, done=not last.withdrawn)


# ── the gate ───────────────────────────────────────────────────────────────────────────────────────────────────


@require_safe
def gate(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Show every question of the last examination, with its answer or what has to be done."""
    found = year_or_404(request, organisation, year)
    snapshot = evaluations.snapshot(found) if found.settled else None
    run, answered = queries.last_run(snapshot), queries.answers(found)
    asked = [(one, answered.get(one["key"])) for one in run.questions] if run else []
    left = queries.open_questions(run, answered) if run else []
    context = {
        "year": found,
        "snapshot": snapshot,
        "run": run,
        "blocking": [one for one, _ in asked if one["blocks"]],
        "others": [(one, given) for one, given in asked if not one["blocks"]],
        "ready": run is not None and not left and State(found.state) is State.FROZEN,
    }
    return render(request, "publication/gate.html", context)


@require_POST
def examine(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Have the auditor read the finished files."""
    found = year_or_404(request, organisation, year)
    run = services.examine(found, person(request))
    messages.success(
        request,
        gettext("已核对 %(files)s 个文件，提出 %(questions)s 个问题。")
        % {
            "files": len(run.files),
            "questions": len(run.questions),
        },
    )
    return redirect("publication:gate", organisation, year)


@shows_and_takes
def answer(request: HttpRequest, organisation: str, year: int, question: str) -> HttpResponse:
    """Answer one question in writing."""
    found = year_or_404(request, organisation, year)
    run = queries.last_run(evaluations.snapshot(found)) if found.settled else None
    asked = next((one for one in (run.questions if run else ()) if one["key"] == question), None)
    if asked is None:
        raise Http404
    given = queries.answers(found).get(question)
    form = forms.Answer(request.POST or None, initial={"text": given.text if given else ""})
    if request.method == "POST" and form.is_valid():
        try:
            services.answer(found, question, form.cleaned_data["text"], person(request))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("publication:gate", organisation, year)
    context = {"year": found, "asked": asked, "form": form}
    return render(request, "publication/answer.html", context, status=status_of(form))


@require_POST
def approve(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Let the year pass."""
    found = year_or_404(request, organisation, year)
    services.approve(found, _version(request), person(request))
    messages.success(request, gettext("公开前核对已通过。"))
    return redirect("publication:publication", organisation, year)


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


# ── publication ────────────────────────────────────────────────────────────────────────────────────────────────


@require_safe
def publication(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Show what is public, its history, and what may be done."""
    found = year_or_404(request, organisation, year)
    return render(request, "publication/publication.html", _context(found))


def _context(found: EvaluationYear) -> dict[str, object]:
    history = list(queries.publications(found))
    standing = queries.standing(found)
    return {
        "year": found,
        "history": history,
        "standing": standing,
        "files": list(queries.files(standing)) if standing else [],
        "may_publish": State(found.state) is State.PASSED,
        "publish": forms.Publish(initial={"version": found.version}),
        "withdraw": forms.Withdraw(initial={"version": found.version}),
    }


@require_POST
def publish(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Publish the year."""
    found = year_or_404(request, organisation, year)
    form = forms.Publish(request.POST)
    if form.is_valid():
        try:
            made = services.publish(found, form.cleaned_data["reason"], form.cleaned_data["version"], person(request))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("已公开第 %s 版。") % made.number)
            return redirect("publication:publication", organisation, year)
    context = {**_context(found), "publish": form}
    return render(request, "publication/publication.html", context, status=status_of(form))


@require_POST
def withdraw(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Take the publication away."""
    found = year_or_404(request, organisation, year)
    form = forms.Withdraw(request.POST)
    if form.is_valid():
        try:
            services.withdraw(found, form.cleaned_data["reason"], form.cleaned_data["version"], person(request))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("已撤下。"))
            return redirect("publication:publication", organisation, year)
    context = {**_context(found), "withdraw": form}
    return render(request, "publication/publication.html", context, status=status_of(form))


@require_safe
def export_files(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Give the publication as plain files for a portal that only takes files."""
    found = year_or_404(request, organisation, year)
    standing = queries.standing(found)
    if standing is None:
        raise Http404
    name = f"site-{organisation}-{year}-v{standing.number}.zip"
    response = HttpResponse(export.archive(standing), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# ── comments ───────────────────────────────────────────────────────────────────────────────────────────────────


@require_safe
def comments(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """List the comments, those that wait first."""
    found = year_or_404(request, organisation, year)
    rows = sorted(queries.comments(found), key=lambda row: row[1] is not None)
    return render(request, "publication/comments.html", {"year": found, "comments": rows})


@shows_and_takes
def comment(request: HttpRequest, organisation: str, year: int, number: int) -> HttpResponse:
    """Decide on one comment and answer it."""
    found = year_or_404(request, organisation, year)
    row = queries.comment(found, number)
    if row is None:
        raise Http404
    last = queries.last_decision(row)
    initial = {"seen": last.revision, "shown": "yes" if last.shown else "no", "reply": last.reply} if last else {}
    form = forms.Decide(request.POST or None, initial=initial)
    context: dict[str, object] = {"year": found, "comment": row, "last": last, "form": form}
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            services.decide(
                row,
                shown=told["shown"],
                reason=told["reason"],
                reply=told["reply"],
                seen=told["seen"],
                actor=person(request),
            )
        except Changed as changed:
            form.add_error(None, str(changed))
            context["theirs"] = changed.theirs
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("publication:comments", organisation, year)
    return render(request, "publication/comment.html", context, status=status_of(form))
