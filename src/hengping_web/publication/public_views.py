"""Pages for everybody: no sign-in, no cookie, no script. Each is rendered once and given out as kept bytes with its tag.

Whether a page is still what it was is one question to the database: the keys of the year's publications. ``memory``
keeps the pages, and asks that question at most once a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from hengping.errors import Refusal
from hengping_io.publication_year import PAGE
from hengping_web.base import address
from hengping_web.base.forms import status_of
from hengping_web.base.services import Door, closed_until, tried
from hengping_web.base.views import too_often
from hengping_web.publication import forms, memory, pages, queries, services
from hengping_web.publication.models import Publication
from hengping_web.publication.pages import CHINESE, ENGLISH, Links, Told

LANGUAGES = {"zh": CHINESE, "en": ENGLISH}
OTHER = {"zh": "en", "en": "zh"}
FOR_GOOD = "public, max-age=31536000, immutable"
HOUR = timedelta(hours=1)
REMARK_DOOR = Door(name="remark", limit=10, window=HOUR, closed=HOUR)
TYPES = {
    "zip": "application/zip",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
"""The report is one file with its sheet inside, so that it also opens from a folder; it runs no script."""


def _language(language: str) -> str:
    if language not in LANGUAGES:
        raise Http404
    return language


# ── pages ──────────────────────────────────────────────────────────────────────────────────────────────────────


@require_safe
def index(request: HttpRequest, language: str = "zh") -> HttpResponse:
    """List everything published."""
    name = _language(language)

    def make() -> bytes:
        rows = [
            (one, _page_address(one.evaluation_year.organisation.key, one.evaluation_year.year, 0, name))
            for one in queries.standing_publications()
        ]
        return pages.index(rows, _house_links(name), LANGUAGES[name])

    return memory.given(request, LANGUAGES[name], queries.index_state(), make)


def _house_links(language: str) -> Links:
    here = reverse("published:index") if language == "zh" else reverse("published:index-in", args=[language])
    there = reverse("published:index-in", args=["en"]) if language == "zh" else reverse("published:index")
    return Links(
        sheet=static("publication/published.css"),
        icon=static("hengping/icon.svg"),
        index=here,
        page=here,
        figures="",
        other=there,
        files="",
    )


@require_safe
def page(request: HttpRequest, organisation: str, year: int, number: int = 0, language: str = "zh") -> HttpResponse:
    """Show a published year: the version that counts, or one version of its history."""
    return _of_year(request, organisation, year, number, _language(language), "page")


@require_safe
def figures(request: HttpRequest, organisation: str, year: int, number: int, language: str = "zh") -> HttpResponse:
    """Show where every number of a published year comes from."""
    return _of_year(request, organisation, year, number, _language(language), "figures")


def _of_year(request: HttpRequest, organisation: str, year: int, number: int, language: str, kind: str) -> HttpResponse:
    state = queries.public_state(organisation, year)
    if not state:
        raise Http404
    return memory.given(request, LANGUAGES[language], state, lambda: _made(organisation, year, number, language, kind))


def _made(organisation: str, year: int, number: int, language: str, kind: str) -> bytes:
    history = queries.public_history(organisation, year)
    found = history[0] if not number else next((one for one in history if one.number == number), None)
    if found is None or (number and found.withdrawn):
        raise Http404
    links = _links(found, history, language, number)
    if found.withdrawn:
        return pages.gone(found, links, LANGUAGES[language])
    said = services.page_of(found)
    if said is None:
        raise Http404
    told = Told(
        publication=found,
        page=said,
        files=list(queries.files(found)),
        standing=pages.standing_of(found, history),
    )
    return (pages.front if kind == "page" else pages.proofs)(told, links, LANGUAGES[language])


def _page_address(organisation: str, year: int, number: int, language: str) -> str:
    if not number:
        if language == "zh":
            return reverse("published:page", args=[organisation, year])
        return reverse("published:page-in", args=[organisation, year, language])
    if language == "zh":
        return reverse("published:version", args=[organisation, year, number])
    return reverse("published:version-in", args=[organisation, year, number, language])


def _links(publication: Publication, history: Sequence[Publication], language: str, number: int) -> Links:
    key, year = publication.evaluation_year.organisation.key, publication.evaluation_year.year
    own = publication.number
    standing = not number or history[0].number == own
    figures_at = [key, year, own] if language == "zh" else [key, year, own, language]
    remark = reverse("published:remark", args=[key, year, own])
    return Links(
        sheet=static("publication/published.css"),
        icon=static("hengping/icon.svg"),
        index=_house_links(language).index,
        page=_page_address(key, year, 0, language),
        figures=reverse("published:figures" if language == "zh" else "published:figures-in", args=figures_at),
        other=_page_address(key, year, number, OTHER[language]),
        files=_page_address(key, year, own, "zh") + "files/",
        remark=f"{remark}?figure=" if standing and not publication.withdrawn else "",
        remarks=reverse("published:remarks", args=[key, year]),
        key=reverse("portal:key"),
        versions=[
            (one.number, "" if one.withdrawn else _page_address(key, year, one.number, language), one.kind)
            for one in history
        ],
    )


@require_safe
def file(request: HttpRequest, organisation: str, year: int, number: int, name: str) -> HttpResponse:
    """Give out one file of one version; its content never changes."""
    history = queries.public_history(organisation, year)
    found = next((one for one in history if one.number == number), None)
    kept = queries.file(found, name) if found else None
    if kept is None or kept.name == PAGE:
        raise Http404
    tag = f'"{kept.sha256[:32]}"'
    ending = name.rpartition(".")[2]
    if tag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(bytes(kept.content), content_type=TYPES.get(ending, "application/octet-stream"))
    if ending == "html":
        response["Content-Security-Policy"] = REPORT_POLICY
    else:
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["ETag"] = tag
    response["Cache-Control"] = FOR_GOOD
    return response


# ── comments ───────────────────────────────────────────────────────────────────────────────────────────────────


def _proof(publication: Publication, figure: str) -> dict[str, Any]:
    said = services.page_of(publication) or {}
    found = next((proof for proof in said.get("proofs", ()) if proof["name"] == figure), None)
    if found is None:
        raise Http404
    return dict(found)


@require_http_methods(["GET", "HEAD", "POST"])
def remark(request: HttpRequest, organisation: str, year: int, number: int) -> HttpResponse:
    """Take a citizen's comment on one figure of the version that counts."""
    history = queries.public_history(organisation, year)
    if not history or history[0].withdrawn or history[0].number != number:
        raise Http404
    publication = history[0]
    proof = _proof(publication, request.GET.get("figure", ""))
    form = forms.Remark(request.POST or None)
    if request.method == "POST" and form.is_valid():
        visitor = address.of(request)
        until = closed_until(REMARK_DOOR, visitor)
        if until:
            return too_often(request, gettext("请在 %s 之后再试。") % timezone.localtime(until).strftime("%H:%M"))
        tried(REMARK_DOOR, visitor)
        try:
            services.remark(publication, proof["name"], form.cleaned_data["text"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "publication/remarked.html", {"publication": publication, "proof": proof})
    context = {"publication": publication, "proof": proof, "form": form}
    return render(request, "publication/remark.html", context, status=status_of(form))


@require_safe
def remarks(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Show the comments that were read, with the bureau's answers."""
    history = queries.public_history(organisation, year)
    if not history:
        raise Http404
    evaluation_year = history[0].evaluation_year
    context = {"year": evaluation_year, "comments": queries.shown_comments(evaluation_year)}
    return render(request, "publication/remarks.html", context)
