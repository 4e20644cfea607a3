"""Reading the log in the browser, and taking it away for verification."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hengping_web.accounts.models import User
from hengping_web.trail import queries
from hengping_web.trail.services import Kind, record

PAGE = 100
FILTERS = ("kind", "action", "subject", "actor")


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """List the rows, newest first, filtered by exact values."""
    wanted = {name: request.GET.get(name, "")[:80].replace("\0", "") for name in FILTERS}
    page = Paginator(queries.entries(**wanted), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "wanted": wanted, "kinds": Kind, "anchors": queries.anchors()[:7]}
    return render(request, "trail/entries.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Give the whole log as a file; the export is itself a row, and in the file."""
    assert isinstance(request.user, User)  # noqa: S101
    record(Kind.EXPORT, "log.export", actor=request.user)
    response = StreamingHttpResponse(queries.export(timezone.now()), content_type="application/x-ndjson")
    response["Content-Disposition"] = 'attachment; filename="hengping-log.jsonl"'
    return response
