"""Work pages: inboxes, a matter and its steps, registration, lists, statistics. Each is form → service or query → page."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hengping.errors import Refusal, Unavailable
from hengping.petitions import letters
from hengping.petitions import model as core
from hengping.petitions.certificate import describe as describe_certificate
from hengping.petitions.petition import Petition
from hengping_io.write_docx import write_docx
from hengping_io.write_pdf import write_pdf
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.accounts.scoping import Reach, reach_of
from hengping_web.attachments import queries as attachments
from hengping_web.attachments import services as files
from hengping_web.attachments.answers import download
from hengping_web.base.english import spoken
from hengping_web.base.forms import status_of
from hengping_web.base.submission import repeatable
from hengping_web.identity import services as identity
from hengping_web.identity.forms import PersonForm
from hengping_web.outbox.channels import Appointment
from hengping_web.outbox.channels import calendar as as_calendar
from hengping_web.petitions import forms, intake, queries, services
from hengping_web.petitions.duties import DESK_TITLES
from hengping_web.petitions.models import Event, Matter
from hengping_web.petitions.services import Act
from hengping_web.petitions.templatetags.casework import clock as clock_title

shows_and_takes = require_http_methods(["GET", "HEAD", "POST"])
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_EXPORTED = 5_000


def _person(request: HttpRequest) -> User:
    """Return who is signed in; the permission table has seen to it that somebody is."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def _today() -> date:
    return timezone.localdate()


def _matter(request: HttpRequest, number: str) -> Matter:
    """Return a matter the reader may see; for anybody else there is no such page."""
    found = queries.matter(_person(request), number)
    if found is None:
        raise Http404
    return found


def _query(request: HttpRequest, name: str, most: int = 60) -> str:
    return request.GET.get(name, "")[:most].replace("\0", "")


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reader, the clock that bites first on top."""
    user, today = _person(request), _today()
    desks = [(desk, DESK_TITLES[desk]) for desk in queries.desks_of(user)]
    chosen = _query(request, "desk")
    after = _query(request, "after")
    overseeing = user.has(Role.SUPERVISOR, Role.LEADER) and not chosen
    late = queries.overdue(user, today) if overseeing else None
    context = {
        "slice": queries.inbox(user, today, after, chosen),
        "desks": desks,
        "chosen": chosen,
        "late": late,
        "today": today,
    }
    return render(request, "petitions/inbox.html", context)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Give the last days at the reader's desks as a calendar: numbers and days, nothing of what they are about."""
    user, today = _person(request), _today()
    days = [
        Appointment(f"due-{row.matter.number}-{row.clock}", row.due_on, f"{row.matter.number} {clock_title(row.clock)}")
        for row in queries.my_last_days(user, today)
    ]
    return calendar_file([*days, *reception_appointments(today)], "hengping.ics")


def reception_appointments(today: date) -> list[Appointment]:
    """Return the reception days to come as days of a calendar."""
    title = gettext("领导接访日")
    return [
        Appointment(f"reception-{one.pk}", one.on, f"{title} {one.post}", f"{one.place}（{one.organisation}）")
        for one in queries.reception_days(today)
    ]


def calendar_file(days: list[Appointment], name: str) -> HttpResponse:
    """Return days as a file that calendars open."""
    response = HttpResponse(as_calendar(days, timezone.now()), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def overdue(request: HttpRequest) -> HttpResponse:
    """Show what is late anywhere below the reader."""
    found = queries.overdue(_person(request), _today(), _query(request, "after"))
    return render(request, "petitions/overdue.html", {"slice": found, "today": _today()})


@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """Find matters: full text and filters, newest first."""
    user = _person(request)
    form = forms.Search(request.GET)
    form.is_valid()
    shown = queries.found(user, form.wanted())
    question = urlencode([(name, value) for name, value in request.GET.items() if value and name != "after"])[:400]
    context = {
        "form": form,
        "slice": shown,
        "question": question,
        "saved": queries.saved_filters(user),
        "name_form": forms.FilterName(initial={"query": question}),
    }
    return render(request, "petitions/matters.html", context)


@require_POST
def filters(request: HttpRequest) -> HttpResponse:
    """Keep a search under a name, or forget it."""
    user = _person(request)
    form = forms.FilterName(request.POST)
    if "forget" in request.POST:
        services.forget_filter(user, request.POST.get("forget", "")[:40])
    elif form.is_valid():
        services.save_filter(user, form.cleaned_data["name"], form.cleaned_data["query"])
        messages.success(request, gettext("筛选条件已保存。"))
    else:
        messages.error(request, gettext("请给筛选条件一个名称。"))
    return redirect("petitions:matters")


@require_POST
@repeatable
def export(request: HttpRequest) -> HttpResponse:
    """Give a list as CSV: exactly what the reader may see, and logged."""
    user = _person(request)
    form = forms.Search(request.POST)
    form.is_valid()
    rows = queries.filtered(user, replace(form.wanted(), after="")).order_by("-filed_on", "-id")[:MOST_EXPORTED]
    paper = io.StringIO()
    writer = csv.writer(paper)
    writer.writerow(["编号", "收到日期", "信访形式", "类别", "状态", "责任单位", "问题属地", "人数", "概况"])
    count = 0
    for row in rows:
        cells = (
            row.number,
            row.filed_on.isoformat(),
            row.channel_label,
            row.kind_label,
            row.state_label,
            row.holder or "",
            row.region,
            row.persons,
            row.summary,
        )
        writer.writerow([_harmless(str(cell)) for cell in cells])
        count += 1
    services.exported(user, "matters", count)
    response = HttpResponse("\ufeff" + paper.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="petitions.csv"'
    return response


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


@shows_and_takes
def register(request: HttpRequest) -> HttpResponse:
    """Take in a letter, a visit, a call; show the receipt to hand over."""
    user, today = _person(request), _today()
    form = forms.Registration(today, request.POST or None)
    person = PersonForm(request.POST or None, prefix="person", empty_permitted=True, use_required_attribute=False)
    if request.method == "POST" and form.is_valid() and person.is_valid():
        given = form.cleaned_data
        known = (person.person(),) if person.has_changed() else ()
        same = identity.open_matter_of(known, given["region"], by=user) if known else None
        taken = replace(_intake(given, user), persons_known=known)
        done = services.file(taken, timezone.now(), user=user, register=True)
        likely = queries.earlier(user, done.matter)
        context = {"matter": done.matter, "receipt": done.receipt, "likely": likely, "same": same}
        return render(request, "petitions/registered.html", context)
    status = max(status_of(form), status_of(person))
    return render(request, "petitions/register.html", {"form": form, "person": person}, status=status)


@shows_and_takes
def direct(request: HttpRequest) -> HttpResponse:
    """Take in what a citizen filed with the unit itself, register it there, and show the receipt to hand over."""
    user, today = _person(request), _today()
    form = forms.DirectRegistration(today, request.POST or None)
    person = PersonForm(request.POST or None, prefix="person", empty_permitted=True, use_required_attribute=False)
    if request.method == "POST" and form.is_valid() and person.is_valid():
        known = (person.person(),) if person.has_changed() else ()
        given = form.cleaned_data
        taken = replace(
            _intake(given, user), office=None, unit=user.organisation, kind=given["kind"], persons_known=known
        )
        done = services.file(taken, timezone.now(), user=user)
        return render(request, "petitions/registered.html", {"matter": done.matter, "receipt": done.receipt})
    status = max(status_of(form), status_of(person))
    context = {"form": form, "person": person, "direct": True}
    return render(request, "petitions/register.html", context, status=status)


@shows_and_takes
def bulk(request: HttpRequest) -> HttpResponse:
    """Preview a workbook of petitions with every error at its row; register the rows without errors on a second button."""
    user, today = _person(request), _today()
    if request.method == "POST" and request.POST.get("confirmed"):
        rows = intake.opened(request.POST["confirmed"])
        done = services.file_all([_from_row(row, user, today) for row in rows], timezone.now(), user=user)
        return render(request, "petitions/intake.html", {"done": done})
    form = forms.Intake(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "columns": list(intake.COLUMNS), "rows": None}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        found = intake.read(file.name, file.read(), today)
        good = sum(not row.errors for row in found)
        context |= {"rows": found, "good": good, "bad": len(found) - good, "sealed": intake.sealed(found)}
    return render(request, "petitions/intake.html", context, status=status_of(form))


def _from_row(row: dict[str, str], user: User, today: date) -> services.Intake:
    form = forms.Registration(today, row)
    if not form.is_valid():
        raise Refusal("批量登记", "预览之后情况有变，有一行不能登记", "请重新上传。")
    return _intake(form.cleaned_data, user)


def _intake(given: dict[str, Any], user: User) -> services.Intake:
    return services.Intake(
        office=user.organisation,
        channel=given["channel"],
        summary=given["summary"],
        claim=given["claim"],
        region=given["region"],
        category=given["category"],
        persons=given["persons"],
        representatives=given["representatives"] or 0,
        words=given["words"],
        filed_on=given["filed_on"],
        accused=tuple(given["accused"]),
        unclear=given["unclear"],
    )


@require_safe
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """Show a matter: where it stands, its clocks, its events, and what may be done next and by whom."""
    user, today = _person(request), _today()
    found = _matter(request, number)
    rows = queries.events(found)
    petition = found.to_core(queries.context(), rows)
    shown = _shown(user, found, petition, rows, today)
    services.read_matter(found, user)
    return render(request, "petitions/matter.html", shown)


def _shown(user: User, found: Matter, petition: Petition, rows: list[Event], today: date) -> dict[str, Any]:
    beside = queries.beside(found)
    certificates = petition.certificates(max(today, petition.case.last_on or today))
    steps = queries.options(user, found, petition, today)
    here = [one for one in steps if petition.case.state in one.step.start and _fits(petition, one)]
    return {
        "matter": found,
        "petition": petition,
        "certificates": certificates,
        "timeline": queries.timeline(rows, certificates),
        "allowed": [one for one in steps if one.allowed],
        "others": [one for one in here if not one.allowed],
        "elsewhere": [one for one in steps if not one.allowed and one not in here],
        "links": found.earlier_links.select_related("earlier") if beside.links else (),
        "changes": found.due_changes.order_by("id") if beside.changes else (),
        "files": [(one, files.name_of(one)) for one in attachments.of_matter(found.number)] if beside.files else (),
        "upload": forms.Upload(),
        "has_words": beside.words,
        "has_identity": beside.identity,
        "today": today,
        "oversees": reach_of(user) is not Reach.OWN,
    }


def _fits(petition: Petition, one: queries.Option) -> bool:
    return not one.step.kinds or petition.case.kind in one.step.kinds


@shows_and_takes
def step(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Ask for the particulars of one step and take it; a refusal names its article and what to do."""
    user, today = _person(request), _today()
    found = _matter(request, number)
    wanted = queries.step_of(key)
    petition = found.to_core(queries.context())
    one = queries.option(wanted, user, queries.capacities(user, found, petition), petition, today)
    if one.capacity is None:
        raise Refusal(wanted.title, one.reason, one.remedy, one.basis)
    form = forms.StepForm(wanted, found, today, request.POST or None, initial={"seen": found.length})
    context = {"matter": found, "step": wanted, "form": form, "capacity": one.capacity, "today": today}
    if request.method == "POST" and form.is_valid():
        act = Act(
            step=wanted,
            by=one.capacity,
            on=form.cleaned_data.get("on") or today,
            organisation="" if one.capacity is core.Role.PETITIONER else user.organisation.key,
            details=form.details(),
            seen=form.cleaned_data["seen"],
        )
        try:
            _take(found, act, form, today, user)
        except Refusal as refusal:
            context["refusal"] = refusal
            return render(request, "petitions/step.html", context, status=409)
        messages.success(request, gettext("“%s”已办理。") % spoken(wanted.title))
        still = queries.matter(user, number) is not None
        return redirect("petitions:matter", number) if still else redirect("petitions:inbox")
    return render(request, "petitions/step.html", context, status=status_of(form))


def _take(found: Matter, act: Act, form: forms.StepForm, today: date, user: User) -> None:
    if "addressee" in form.cleaned_data:
        services.request_review(found, form.cleaned_data["addressee"], act, today, user=user)
    else:
        services.take(found, act, today, user=user)


@require_POST
@repeatable
def words(request: HttpRequest, number: str) -> HttpResponse:
    """Show what the citizen wrote; it is asked for by a button because reading it is logged."""
    found = _matter(request, number)
    texts = services.read_words(found, _person(request))
    return render(request, "petitions/words.html", {"matter": found, "texts": texts})


@require_POST
def attach(request: HttpRequest, number: str) -> HttpResponse:
    """Take a file in for a matter."""
    found = _matter(request, number)
    form = forms.Upload(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        files.attach(found.number, file.name, file.read(), purpose="casework", by=_person(request))
        messages.success(request, gettext("材料已收下：原件封存，另制净化副本供办理。"))
    else:
        messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
    return redirect("petitions:matter", number)


@require_safe
def attachment(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Give the clean copy of a file."""
    found = _matter(request, number)
    one = attachments.one_of(found.number, key)
    if one is None:
        raise Http404
    content = files.working_copy(one, _person(request))
    return download(content, one.kind, files.name_of(one))


@shows_and_takes
def describe(request: HttpRequest, number: str) -> HttpResponse:
    """Write the bureau's own short description."""
    found = _matter(request, number)
    initial = {name: getattr(found, name) for name in ("summary", "claim", "region", "category")}
    form = forms.Description(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.describe(found, **form.cleaned_data, user=_person(request))
        messages.success(request, gettext("概况已保存。"))
        return redirect("petitions:matter", number)
    return render(request, "petitions/describe.html", {"form": form, "matter": found}, status=status_of(form))


@shows_and_takes
def earlier(request: HttpRequest, number: str) -> HttpResponse:
    """Show earlier matters that may be the same, and let a person confirm one with a comparison."""
    user = _person(request)
    found = _matter(request, number)
    form = forms.Comparison(request.POST or None, initial={"earlier": _query(request, "of")})
    if request.method == "POST" and form.is_valid():
        other = queries.matter(user, form.cleaned_data["earlier"])
        if other is None:
            form.add_error("earlier", gettext("没有这件事项，或您看不到它。"))
        else:
            services.link_earlier(found, other, form.cleaned_data["comparison"], _today(), user)
            messages.success(request, gettext("已确认关联，两件都留痕。"))
            return redirect("petitions:matter", number)
    context = {"form": form, "matter": found, "likely": queries.earlier(user, found)}
    return render(request, "petitions/earlier.html", context, status=status_of(form))


@shows_and_takes
def owner(request: HttpRequest, number: str) -> HttpResponse:
    """Name who answers for an open matter."""
    user = _person(request)
    found = _matter(request, number)
    form = forms.Owner(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.give_owner(found, form.cleaned_data["owner"], user)
        messages.success(request, gettext("责任人已指定。"))
        return redirect("petitions:backlog")
    return render(request, "petitions/owner.html", {"form": form, "matter": found}, status=status_of(form))


@require_safe
def certificates(request: HttpRequest, number: str) -> JsonResponse:
    """Give the deadline certificates of a matter for programs."""
    found = _matter(request, number)
    services.read_matter(found, _person(request))
    petition = found.to_core(queries.context())
    listed = [describe_certificate(one) for one in petition.certificates(max(_today(), found.last_on))]
    return JsonResponse({"petition": number, "state": found.state, "certificates": listed})


@require_safe
def letter(request: HttpRequest, number: str, sequence: int, kind: str) -> HttpResponse:
    """Give the letter an event sent, as DOCX or PDF; it is written from the event and always comes out the same."""
    found = _matter(request, number)
    services.read_matter(found, _person(request))
    return letter_file(found, sequence, kind)


def letter_file(found: Matter, sequence: int, kind: str) -> HttpResponse:
    """Return a letter as a file."""
    row = found.events.filter(sequence=sequence).first()
    if row is None or letters.letter_of(row.step) is None or kind not in ("docx", "pdf"):
        raise Http404
    titles = queries.organisation_names()
    signed = titles.get(row.organisation, row.organisation)
    document = letters.compose(found.number, row.to_core(), signed, letters.Names(titles=titles))
    if kind == "docx":
        data, what = write_docx(document), WORD
    else:
        try:
            data, what = write_pdf(document).data, "application/pdf"
        except Unavailable as problem:
            raise Refusal("PDF", problem.reason, problem.remedy) from problem
    response = HttpResponse(data, content_type=what)
    response["Content-Disposition"] = f'attachment; filename="{found.number}-{sequence}.{kind}"'
    return response


@require_safe
def backlog(request: HttpRequest) -> HttpResponse:
    """Show what is still open, the oldest first, each with who answers for it."""
    found = queries.backlog(_person(request), _query(request, "after"))
    rows = [(row, (_today() - row.registered_on).days if row.registered_on else 0) for row in found.rows]
    return render(request, "petitions/backlog.html", {"rows": rows, "slice": found})


@shows_and_takes
def reception(request: HttpRequest) -> HttpResponse:
    """Show and announce the days on which leaders receive petitioners."""
    user = _person(request)
    form = forms.Reception(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.add_reception_day(user.organisation, **form.cleaned_data, user=user)
        messages.success(request, gettext("接访日已公布。"))
        return redirect("petitions:reception")
    context = {"form": form, "days": queries.reception_days(_today())}
    return render(request, "petitions/reception.html", context, status=status_of(form))
