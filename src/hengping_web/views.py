"""The pages that belong to no room: the front door, the rulebook, and a sign of life."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hengping.law import sources
from hengping_io import rulebook
from hengping_web import queries


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what Hengping is and how large its rulebook is."""
    kinds = [(kind.title, len(rules)) for kind, rules in rulebook.by_kind().items()]
    context = {"kinds": kinds, "sources": len(sources()), "results": settings.RESULTS_ADDRESS}
    return render(request, "home.html", context)


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Show every rule with the text it rests on."""
    return render(request, "rules.html", {"kinds": rulebook.by_kind().items()})


@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    """Answer that the site and its database are alive."""
    return JsonResponse({"alive": True, "database": queries.database_answers()})
