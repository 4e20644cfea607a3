"""Pages of the report: its passages, one passage with the figures offered, the preview as it prints, the downloads."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from hengping.errors import Refusal
from hengping_io import year_documents
from hengping_io.write_docx import write_docx
from hengping_io.write_html import write_html
from hengping_io.write_pdf import write_pdf
from hengping_io.year_documents import Worked
from hengping_io.year_layouts import layouts
from hengping_web.accounts.roles import Role
from hengping_web.base.forms import status_of
from hengping_web.cycle import folder
from hengping_web.cycle import queries as cycle
from hengping_web.cycle.forms import changed_text
from hengping_web.cycle.models import EvaluationYear, YearRow
from hengping_web.cycle.services import Changed, Edit
from hengping_web.cycle.views import person, year_or_404
from hengping_web.selfevaluation import forms, passages, queries, services
from hengping_web.selfevaluation.services import NARRATIVE
from hengping_web.selfevaluation.views import worked_or_problems

shows_and_takes = require_http_methods(["GET", "HEAD", "POST"])

TYPES: Mapping[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
PAPER = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
"""What a report shown in the browser may do: look like itself, and nothing else."""

WRITERS: Mapping[str, Callable[[Worked], bytes]] = {
    "report.docx": lambda worked: write_docx(worked.report.document, worked.report.label),
    "report.pdf": lambda worked: write_pdf(worked.report.document, worked.report.label).data,
    "report.html": lambda worked: write_html(worked.report, ()).encode(),
    "base-data.xlsx": lambda worked: year_documents.spreadsheets(worked)["base-data.xlsx"],
    "department-self-evaluation.xlsx": lambda worked: year_documents.spreadsheets(worked)[
        "department-self-evaluation.xlsx"
    ],
    "project-self-evaluation.xlsx": lambda worked: year_documents.spreadsheets(worked).get(
        "project-self-evaluation.xlsx", b""
    ),
}


@require_safe
def report(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Show the passages in the order they are printed, with their figures in place, and the downloads."""
    found, user = year_or_404(request, organisation, year), person(request)
    worked, problems = worked_or_problems(found)
    named = worked.report.named if worked else {}
    rows = list(cycle.latest_rows(found, NARRATIVE))
    places = [
        (key, gettext(title), [(row, passages.pieces(row.values.get("text", ""), named)) for row in written])
        for key, title, written in passages.in_order(rows)
    ]
    frozen = queries.snapshot(found) if found.settled else None
    finals = queries.snapshot_files(frozen, "document") if frozen else ()
    context = {
        "year": found,
        "places": places,
        "problems": problems,
        "drafts": [(title, *name.split(".")) for title, name in year_documents.DOWNLOADS if name in WRITERS],
        "finals": [(one, *one.path.rsplit(".", 1)) for one in finals],
        "team": user.has(Role.EVALUATION_TEAM),
    }
    return render(request, "selfevaluation/report.html", context)


@shows_and_takes
def new(request: HttpRequest, organisation: str, year: int, place: str) -> HttpResponse:
    """Write a passage at a place of the report."""
    found = year_or_404(request, organisation, year)
    if place not in passages.PLACES:
        raise Http404
    return _edit(request, found, place, None)


@shows_and_takes
def passage(request: HttpRequest, organisation: str, year: int, number: int) -> HttpResponse:
    """Rewrite or withdraw a passage."""
    found = year_or_404(request, organisation, year)
    last = cycle.row_at(found, NARRATIVE, number)
    if last is None or not number:
        raise Http404
    return _edit(request, found, last.values.get("key", ""), last)


def _edit(request: HttpRequest, found: EvaluationYear, key: str, last: YearRow | None) -> HttpResponse:
    initial = {**last.values, "seen": last.revision} if last else {}
    form = forms.PassageForm(request.POST if request.method == "POST" else None, initial=initial)
    context: dict[str, object] = {"year": found, "form": form, "row": last}
    if request.method == "POST" and form.is_valid():
        values = {"key": key, "title": form.cleaned_data["title"], "text": form.cleaned_data["text"]}
        edit = Edit(
            table=NARRATIVE,
            values=values,
            place=last.place if last else None,
            seen=form.cleaned_data["seen"] or 0,
            withdrawn="withdraw" in request.POST,
        )
        try:
            services.save_passage(found, edit, person(request))
        except Changed as changed:
            form.add_error(None, str(changed))
            context["theirs"] = changed_text(values, changed.theirs, layouts()[NARRATIVE])
            now = cycle.row_at(found, NARRATIVE, last.place) if last else None
            form.data = {**form.data.dict(), "seen": now.revision if now else 0}  # type: ignore[attr-defined]
        except Refusal as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, gettext("已保存。"))
            return redirect("selfevaluation:report", found.organisation.key, found.year)
    worked, problems = worked_or_problems(found)
    context |= {
        "title": gettext(passages.PLACES.get(key, key)),
        "offers": list(passages.offers(worked.report)) if worked else [],
        "problems": problems,
        "history": cycle.history_of(found, NARRATIVE, last.place) if last else (),
    }
    return render(request, "selfevaluation/passage.html", context, status=status_of(form))


@require_safe
def preview(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Show the report as it will print, written by the writer of the finished one."""
    found = year_or_404(request, organisation, year)
    response = HttpResponse(WRITERS["report.html"](folder.preview(found)), content_type=TYPES["html"])
    response["Content-Security-Policy"] = PAPER
    return response


@require_safe
def draft(request: HttpRequest, organisation: str, year: int, name: str, kind: str) -> HttpResponse:
    """Give a document of the year as it stands now, not finished."""
    found = year_or_404(request, organisation, year)
    write = WRITERS.get(f"{name}.{kind}")
    content = write(folder.preview(found)) if write else b""
    if not content:
        raise Http404
    return _file(content, kind, f"{name}-draft.{kind}")


@require_safe
def final(request: HttpRequest, organisation: str, year: int, name: str, kind: str) -> HttpResponse:
    """Give a document of the frozen year, as it was frozen."""
    found = year_or_404(request, organisation, year)
    frozen = queries.snapshot(found)
    content = services.document(frozen, f"{name}.{kind}") if frozen and kind in TYPES else None
    if content is None:
        raise Http404
    return _file(content, kind, f"{name}.{kind}")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
