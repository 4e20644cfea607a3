"""Pages about identities: ask, decide, see. None of them begins with a person."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hengping_web.accounts.models import User
from hengping_web.base.forms import status_of
from hengping_web.identity import forms, queries, services
from hengping_web.identity.models import Reveal


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, matter: str) -> HttpResponse:
    """Ask to see the record of a matter."""
    form = forms.Ask(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.ask(matter, form.cleaned_data["reason"], _person(request), timezone.now())
        messages.success(request, gettext("申请已提交，由身份信息保管员决定。"))
        return redirect("identity:mine")
    return render(request, "identity/ask.html", {"form": form, "matter": matter}, status=status_of(form))


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List one's own requests."""
    context = {"requests": queries.asked_by(_person(request))[:100], "now": timezone.now()}
    return render(request, "identity/mine.html", context)


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """List the requests that wait, and those decided."""
    decided = Paginator(queries.decided(), 50).get_page(request.GET.get("page"))
    return render(
        request,
        "identity/requests.html",
        {"waiting": queries.waiting(), "decided": decided, "needed": settings.REVEAL_PERSONS},
    )


@require_POST
def decide(request: HttpRequest, reveal: int) -> HttpResponse:
    """Grant or refuse a request."""
    try:
        services.decide(
            reveal, granted=request.POST.get("decision") == "grant", by=_person(request), now=timezone.now()
        )
    except Reveal.DoesNotExist as absent:
        raise Http404 from absent
    messages.success(request, gettext("决定已记录。"))
    return redirect("identity:requests")


@require_POST
def show(request: HttpRequest, reveal: int) -> HttpResponse:
    """Show the record; it is a form and not a link, because every look is an act in the log."""
    shown = services.show(reveal, _person(request), timezone.now())
    return render(request, "identity/show.html", {"persons": shown})
