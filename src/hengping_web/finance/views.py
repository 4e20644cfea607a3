"""Pages of the finance bureau. Each is form → service or query → page; nothing is divided or put in order of merit here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hengping.errors import Refusal
from hengping.performance import sampling as core
from hengping.performance.schemes import schemes
from hengping_web.accounts.scoping import may_see
from hengping_web.base.forms import status_of
from hengping_web.base.submission import repeatable
from hengping_web.cycle.views import person
from hengping_web.finance import forms, queries, services
from hengping_web.finance.models import FAR, Batch, Line, ReceivedFile, SampleList
from hengping_web.finance.pace import pace
from hengping_web.finance.queries import Wanted
from hengping_web.finance.services import Due, Receipt

shows_and_takes = require_http_methods(["GET", "HEAD", "POST"])
LOOK_AGAIN = "5"
"""Seconds after which the page of a running batch looks again."""

OWN_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([^"]{1,600})">')
SAFE_POLICY = re.compile(r"[A-Za-z0-9 ;:'+/=_-]+")


def _today() -> date:
    return timezone.localdate()


def _query(request: HttpRequest, name: str, most: int = 60) -> str:
    return request.GET.get(name, "")[:most].replace("\0", "")


def _year(request: HttpRequest, known: Sequence[int]) -> int:
    asked = (request.POST if request.method == "POST" else request.GET).get("year", "")[:4]
    if asked.isascii() and asked.isdecimal():
        return int(asked)
    return known[0] if known else _today().year - 1


# All departments, one line each


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show every department of a year in one line."""
    user, known = person(request), queries.years()
    year = _year(request, known)
    form = forms.Overview(request.GET or None, areas=queries.areas(user), initial={"year": year})
    rows = list(queries.lines(user, _wanted(form, year)))
    context = {
        "year": year,
        "years": known,
        "form": form,
        "rows": rows,
        "shown": [_shown(row) for row in rows],
        "late": sum(1 for row in rows if row.late),
        "deadlines": queries.deadlines(year),
        "waiting": queries.waiting_changes(),
        "today": _today(),
    }
    return render(request, "finance/overview.html", context)


def _shown(row: Line) -> dict[str, object]:
    """Return a line as plain texts: formatting three thousand cells in the template would take most of the time."""
    here = row.organisation
    score = "" if row.score is None else f"{row.score}/{row.possible} {row.grade}"
    return {
        "address": f"/years/{here.key}/{row.year}/" if row.state else "",
        "name": here.name,
        "problem": row.problem,
        "state": row.state_label,
        "score": score,
        "reviewed": "" if row.reviewed is None else f"{row.reviewed}（{row.reviewed_rows}）",
        "execution": "" if row.execution_rate is None else f"{row.execution_rate}%",
        "contradicts": bool(row.contradictions),
        "contradictions": _plain(row.contradictions),
        "remainders": _plain(row.remainders) + (f"（{row.unanswered}）" if row.unanswered else ""),
        "received": _plain(row.received_to_answer),
        "overdue": row.overdue,
        "next": f"{row.next_due} {row.next_due_on.isoformat()}" if row.next_due else "",
    }


def _plain(count: int | None) -> str:
    return "" if count is None else str(count)


def _wanted(form: forms.Overview, year: int) -> Wanted:
    found = form.cleaned_data if form.is_bound and form.is_valid() else {}
    return Wanted(
        year=year,
        order=found.get("order") or "department",
        state=found.get("state") or "",
        area=found.get("area") or "",
        only=found.get("only") or "",
        text=found.get("text") or "",
    )


HEADS = (
    "部门",
    "年度",
    "状态",
    "自评得分",
    "满分",
    "得分率（%）",
    "等级",
    "复评得分",
    "复评项数",
    "执行率（%）",
    "矛盾（处）",
    "未说明差额（处）",
    "尚未答复（处）",
    "收到的报告须答复（处）",
    "逾期",
    "最近的期限",
    "说明",
)


@require_POST
@repeatable
def export(request: HttpRequest) -> HttpResponse:
    """Give the list as CSV, exactly what the reader sees; the export is logged."""
    user = person(request)
    year = _year(request, queries.years())
    form = forms.Overview(request.POST, areas=queries.areas(user))
    rows = list(queries.lines(user, _wanted(form, year)))
    content = services.table(HEADS, [_cells(row) for row in rows])
    services.exported(year, len(rows), user)
    return _csv(content, f"departments-{year}.csv")


def _cells(row: Line) -> tuple[object, ...]:
    return (
        row.organisation.name,
        row.year,
        row.state_label,
        row.score,
        row.possible,
        row.score_rate,
        row.grade,
        row.reviewed,
        row.reviewed_rows,
        row.execution_rate,
        row.contradictions,
        row.remainders,
        row.unanswered,
        row.received_to_answer,
        "；".join(row.overdue),
        "" if row.next_due_on == FAR else f"{row.next_due} {row.next_due_on.isoformat()}",
        row.problem,
    )


def _csv(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@shows_and_takes
def deadlines(request: HttpRequest, year: int) -> HttpResponse:
    """Show the due dates of a year as clocks, and set one."""
    known = queries.deadlines(year)
    seen = {one.stage: one.revision for one in known}
    form = forms.DeadlineForm(request.POST or None, initial={"stage": _query(request, "stage")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        due = Due(
            year=year,
            stage=data["stage"],
            title=data["title"],
            basis=data["basis"],
            due_on=data["due_on"],
            term=data["term"],
            starts_on=data["starts_on"],
            seen=seen.get(data["stage"], 0),
        )
        try:
            services.set_deadline(due, _today(), person(request))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("期限已设定，各部门是否逾期已重新计算。"))
            return redirect("finance:deadlines", year)
    today = _today()
    clocks = [(one, (one.due_on - today).days, max(0, (today - one.due_on).days)) for one in known]
    context = {"year": year, "clocks": clocks, "form": form, "today": today}
    return render(request, "finance/deadlines.html", context, status=status_of(form))


@require_safe
def comparison(request: HttpRequest, year: int) -> HttpResponse:
    """Show comparable departments beside each other, in the order of their names, and say who is not comparable."""
    groups, left = queries.comparison(person(request), year, _query(request, "area", 400))
    titles = {scheme.key: scheme.title for scheme in schemes()}
    shown = [
        {
            "title": titles.get(group.scheme, group.scheme),
            "middles": [(queries.MEASURES[one.measure], one) for one in group.middles],
            "rows": [
                (line, [(line.values.get(one.measure), line.key in one.far) for one in group.middles])
                for line in group.lines
            ],
        }
        for group in groups
    ]
    return render(request, "finance/comparison.html", {"year": year, "groups": shown, "left": left})


# Received files


@shows_and_takes
def batches(request: HttpRequest) -> HttpResponse:
    """List what was received, and take a ZIP in."""
    user = person(request)
    form = forms.Upload(request.POST or None, request.FILES or None, initial={"year": _today().year - 1})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        receipt = Receipt(
            title=data["title"],
            year=data["year"],
            authority=data["authority"],
            name=data["file"].name,
            content=data["file"].read(),
        )
        try:
            made = services.receive(receipt, timezone.now(), user)
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, gettext("已收下 %(count)s 个文件，正在核对。") % {"count": made.total})
            return redirect("finance:batch", made.key)
    context = {"form": form, "batches": queries.batches(user)}
    return render(request, "finance/batches.html", context, status=status_of(form))


def _batch(request: HttpRequest, key: str) -> Batch:
    found = queries.batch(person(request), key)
    if found is None:
        raise Http404
    return found


@require_safe
def batch(request: HttpRequest, key: str) -> HttpResponse:
    """Show how far a batch is, and every file with what it came to."""
    found = _batch(request, key)
    order, state, text = _query(request, "order"), _query(request, "state"), _query(request, "text")
    context = {
        "batch": found,
        "pace": pace(found.finished, found.total, found.worked_seconds),
        "files": queries.files(found, order, state, text),
        "totals": queries.totals(found),
        "order": order,
        "state": state,
        "text": text,
        "running": found.state in (Batch.WAITING, Batch.RUNNING),
    }
    response = render(request, "finance/batch.html", context)
    if context["running"]:
        response["Refresh"] = LOOK_AGAIN
    return response


FILE_HEADS = (
    "文件",
    "部门",
    "状态",
    "须答复",
    "错误",
    "矛盾",
    "未说明差额",
    "相符",
    "陈述",
    "读出数字",
    "已核对数字",
    "缺少",
    "说明",
)


@require_POST
@repeatable
def batch_csv(request: HttpRequest, key: str) -> HttpResponse:
    """Give the index of a batch as CSV."""
    found = _batch(request, key)
    rows = [
        (
            row.name,
            row.organisation or "",
            row.state_label,
            row.to_answer,
            row.errors,
            row.contradictions,
            row.remainders,
            row.agreed,
            row.claims,
            row.figures,
            row.judged,
            row.missing,
            row.reason or row.title,
        )
        for row in queries.files(found)
    ]
    services.exported(found.year, len(rows), person(request))
    return _csv(services.table(FILE_HEADS, rows), f"batch-{found.key[:8]}.csv")


@require_safe
def side_by_side(request: HttpRequest, key: str) -> HttpResponse:
    """Show the units of a batch beside each other: same sentences, outliers per head, missing parts."""
    found = _batch(request, key)
    return render(request, "finance/side_by_side.html", {"batch": found, "found": found.comparison})


PAGE_OF_MATCHING = 100


@shows_and_takes
def matching(request: HttpRequest, key: str) -> HttpResponse:
    """Say whose report each file is; what the name suggests is proposed, a person decides."""
    found, user = _batch(request, key), person(request)
    after = int(text) if (text := _query(request, "after", 6)).isdecimal() else 0
    rows = [row for row in queries.files(found) if row.stored or row.state == "done"]
    rows = sorted((row for row in rows if row.place > after), key=lambda row: row.place)[:PAGE_OF_MATCHING]
    known = [one for one in queries.departments() if may_see(user, one)]
    guesses = queries.guessed([row.name for row in rows], known)
    places = [(row.place, row.name, row.organisation_id or guesses.get(row.name)) for row in rows]
    form = forms.Matching(places, known, request.POST or None)
    if request.method == "POST" and form.is_valid():
        changed = services.match(found, form.chosen, _today(), timezone.now(), user)
        messages.success(request, gettext("已确认，%(count)s 个文件的对应部门有变动。") % {"count": changed})
        return redirect("finance:batch", key)
    context = {"batch": found, "form": form, "following": rows[-1].place if len(rows) == PAGE_OF_MATCHING else 0}
    return render(request, "finance/matching.html", context, status=status_of(form))


@require_safe
def audit(request: HttpRequest, key: str, place: int) -> HttpResponse:
    """Give the auditor's page of a file: a page of its own, which may run its own script and nothing else.

    It is sandboxed: whatever a received file could smuggle into it has no session, no form and no address of ours.
    """
    content = _result(request, key, place, "html")
    response = HttpResponse(content, content_type="text/html; charset=utf-8")
    own = OWN_POLICY.search(content[:100_000])
    policy = own[1].decode("ascii", "replace") if own else "default-src 'none'"
    policy = policy if SAFE_POLICY.fullmatch(policy) else "default-src 'none'"
    response["Content-Security-Policy"] = f"{policy}; frame-ancestors 'none'; sandbox allow-scripts"
    return response


@require_safe
def audit_data(request: HttpRequest, key: str, place: int) -> HttpResponse:
    """Give the audit of a file for programs."""
    content = _result(request, key, place, "json")
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="audit-{place}.json"'
    return response


def _result(request: HttpRequest, key: str, place: int, ending: str) -> bytes:
    found = _batch(request, key)
    row: ReceivedFile | None = queries.file_at(found, place)
    content = services.result_of(found, row, ending) if row else None
    if content is None:
        raise Http404
    return content


# Samples for re-evaluation


@shows_and_takes
def samples(request: HttpRequest, year: int) -> HttpResponse:
    """Show the risk points and the lists, and fix a list."""
    user = person(request)
    form = forms.SampleForm(request.POST or None, areas=queries.areas(user))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        plan = core.Plan(by_risk=data["by_risk"], by_chance=data["by_chance"], least_points=data["least_points"])
        try:
            made = services.fix_list(data["title"], year, plan, data["area"], _today(), user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("名单已固定。请记下哈希值，再公开产生种子。"))
            return redirect("finance:sample", made.pk)
    context = {
        "year": year,
        "form": form,
        "lists": queries.sample_lists(user),
        "points": core.risk_points().on(_today()),
        "facts": core.facts(),
        "count": len(queries.candidates(user, year)),
    }
    return render(request, "finance/samples.html", context, status=status_of(form))


def _sample(request: HttpRequest, number: int) -> SampleList:
    found = queries.sample_list(person(request), number)
    if found is None:
        raise Http404
    return found


@shows_and_takes
def sample(request: HttpRequest, number: int) -> HttpResponse:
    """Show a fixed list with its fingerprint; take the seed; show what was drawn, each with its reasons."""
    found = _sample(request, number)
    form = forms.Seed(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.draw(found, form.cleaned_data["seed"], form.cleaned_data["origin"], person(request))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("样本已抽出，结果已记入日志。"))
            return redirect("finance:sample", number)
    drawn = found.drawing if found.is_drawn else None
    chosen = list(queries.chosen(found))
    years = queries.reviews([one.organisation_id for one in chosen], found.year)
    context = {
        "sample": found,
        "frame": queries.frame_of(found),
        "drawing": drawn,
        "chosen": [(one, years.get(one.organisation_id)) for one in chosen],
        "form": form,
    }
    return render(request, "finance/sample.html", context, status=status_of(form))


@require_safe
def sample_text(request: HttpRequest, number: int) -> HttpResponse:
    """Give the fixed list as the text whose SHA-256 was noted, so that anybody can check and draw again."""
    found = _sample(request, number)
    response = HttpResponse(queries.frame_of(found).text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="sample-{number}.txt"'
    return response
