"""Pages of the portal: each works without JavaScript, and nothing a citizen writes is ever in an address."""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hengping.petitions import model as core
from hengping.petitions.letters import letter_of
from hengping.petitions.petition import Petition
from hengping.petitions.steps import EVALUATE_OFFICE, EVALUATE_UNIT, REQUEST_RE_REVIEW, REQUEST_REVIEW
from hengping_web.accounts.models import Organisation
from hengping_web.attachments import queries as attachments
from hengping_web.attachments import services as files
from hengping_web.base import address
from hengping_web.base.forms import status_of
from hengping_web.base.services import Door, closed_until, tried
from hengping_web.base.submission import repeatable
from hengping_web.base.views import too_often
from hengping_web.identity.persons import Person
from hengping_web.petitions import queries, receipts, services
from hengping_web.petitions.forms import Upload
from hengping_web.petitions.models import Matter
from hengping_web.petitions.services import Act, Intake
from hengping_web.petitions.views import calendar_file, letter_file, reception_appointments
from hengping_web.portal import forms, plain_words
from hengping_web.vault import cipher, envelope

shows_and_takes = require_http_methods(["GET", "HEAD", "POST"])
DRAFT, FOLLOWING = "draft", "following"
MOST_FILES = 10
PATIENCE = 1800
"""Seconds a matter stays open to the browser its code was typed into."""

HOUR = timedelta(hours=1)
FILING_DOOR = Door(name="filing", limit=30, window=HOUR, closed=HOUR)
CODE_DOOR = Door(name="receipt-code", limit=10, window=HOUR / 4, closed=HOUR / 4)
TARGETS = {"office": EVALUATE_OFFICE, "unit": EVALUATE_UNIT}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Say what can be done here, and who will see what."""
    return render(request, "portal/index.html", {"days": queries.reception_days(timezone.localdate())[:10]})


def _answers(request: HttpRequest) -> dict[str, Any]:
    """Return the answers so far; they rest sealed in the session until the petition is filed."""
    try:
        found = json.loads(envelope.unseal(b64decode(request.session.get(DRAFT, "")), DRAFT))
    except (ValueError, cipher.Tampered):
        return {}
    return found if isinstance(found, dict) else {}


def _keep(request: HttpRequest, answers: dict[str, Any]) -> None:
    request.session[DRAFT] = b64encode(envelope.seal(json.dumps(answers).encode(), DRAFT)).decode()


@sensitive_post_parameters()
@shows_and_takes
@repeatable
def question(request: HttpRequest, question: str) -> HttpResponse:
    """Ask one question."""
    answers = _answers(request)
    asked = forms.order(answers)
    if question not in asked:
        return redirect("portal:question", _first_open(answers) or asked[0])
    form = forms.QUESTIONS[question](answers, request.POST or None, initial=answers.get(question))
    if request.method == "POST" and form.is_valid():
        answers[question] = {name: forms.plain(value) for name, value in form.cleaned_data.items()}
        _keep(request, answers)
        following = _after(question, answers)
        return redirect("portal:question", following) if following else redirect("portal:check")
    at = asked.index(question)
    context = {
        "form": form,
        "title": form.title,
        "before": asked[at - 1] if at else "",
        "step": at + 1,
        "steps": len(asked),
    }
    return render(request, "portal/question.html", context, status=status_of(form))


def _after(question: str, answers: dict[str, Any]) -> str:
    asked = forms.order(answers)
    return next((name for name in asked[asked.index(question) + 1 :] if name not in answers), "")


def _first_open(answers: dict[str, Any]) -> str:
    return next((name for name in forms.order(answers) if name not in answers), "")


@sensitive_post_parameters()
@shows_and_takes
def check(request: HttpRequest) -> HttpResponse:
    """Show every answer once more; file on the button, and give the receipt."""
    answers = _answers(request)
    missing = _first_open(answers)
    if missing:
        return redirect("portal:question", missing)
    office = queries.offices().order_by("path").first()
    if request.method == "POST" and office is not None:
        visitor = address.of(request)
        until = closed_until(FILING_DOOR, visitor)
        if until:
            return too_often(request, gettext("请在 %s 之后再试。") % timezone.localtime(until).strftime("%H:%M"))
        tried(FILING_DOOR, visitor)
        done = services.file(_intake(answers, office), timezone.now())
        request.session.pop(DRAFT, None)
        return render(request, "portal/receipt.html", {"receipt": done.receipt, "matter": done.matter})
    return render(request, "portal/check.html", {"rows": list(_rows(answers)), "office": office})


def _intake(answers: dict[str, Any], office: Organisation) -> Intake:
    accused = answers.get("accused", {}).get("accused", []) if "accused" in forms.order(answers) else []
    person = answers.get("person") if "person" in forms.order(answers) else None
    return Intake(
        office=office,
        channel=core.Channel.ONLINE.value,
        summary=answers["summary"]["summary"],
        claim=answers["claim"]["claim"],
        region=answers["place"]["region"],
        persons=answers["people"]["persons"],
        words=answers["story"]["words"],
        filed_on=timezone.localdate(),
        accused=tuple(queries.with_keys(accused)),
        persons_known=(Person(**person),) if person else (),
    )


def _rows(answers: dict[str, Any]) -> Any:
    names = queries.organisation_names()
    for name in forms.order(answers):
        form = forms.QUESTIONS[name](answers, initial=answers[name])
        for key, value in answers[name].items():
            field = form.fields[key]
            known = dict(getattr(field, "choices", [])) if name != "accused" else names
            values = value if isinstance(value, list) else [value]
            yield name, field.label, "、".join(str(known.get(one, one)) for one in values if one not in ("", None))


@sensitive_post_parameters()
@shows_and_takes
@repeatable
def follow(request: HttpRequest) -> HttpResponse:
    """Ask for the code on the receipt; too many wrong ones close the door for a while."""
    form = forms.Code(request.POST or None)
    if request.method == "POST" and form.is_valid():
        visitor = address.of(request)
        if closed_until(CODE_DOOR, visitor):
            return too_often(request, gettext("请十五分钟后再试。"))
        found = queries.by_code(form.cleaned_data["code"])
        if found is not None:
            request.session.cycle_key()
            request.session[FOLLOWING] = [found.pk, int(time.time()) + PATIENCE]
            return redirect("portal:matter")
        tried(CODE_DOOR, visitor)
        form.add_error("code", gettext("没有这个查询码。请对照回执核对；字母 I、O 和数字 0、1 不会出现。"))
    return render(request, "portal/follow.html", {"form": form}, status=status_of(form))


def _followed(request: HttpRequest) -> Matter | None:
    """Return the matter whose code was typed into this browser, while it lasts."""
    kept = request.session.get(FOLLOWING)
    if not kept or kept[1] < time.time():
        request.session.pop(FOLLOWING, None)
        return None
    return queries.followed(kept[0])


def _possible(petition: Petition, step: core.Step, **details: str) -> bool:
    on = max(timezone.localdate(), petition.case.last_on or timezone.localdate())
    event = core.Event(step=step.key, on=on, by=core.Role.PETITIONER, details=details)
    return petition.objection(step, event) is None


@require_safe
def matter(request: HttpRequest) -> HttpResponse:
    """Show where a matter stands, every last day with its reason, what was decided, and what the citizen may do."""
    found = _followed(request)
    if found is None:
        return redirect("portal:follow")
    today = timezone.localdate()
    petition = found.to_core(queries.context())
    certificates = petition.certificates(max(today, found.last_on))
    asks = next((step for step in (REQUEST_REVIEW, REQUEST_RE_REVIEW) if _possible(petition, step)), None)
    context = {
        "matter": found,
        "stands": plain_words.stands(petition),
        "last_days": list(plain_words.last_days(certificates, today)),
        "happened": list(plain_words.happened(petition, queries.organisation_names())),
        "targets": [target for target, step in TARGETS.items() if _possible(petition, step, 评价="满意")],
        "files": [files.name_of(one) for one in attachments.of_matter(found.number).filter(purpose="petitioner")],
        "asks": asks,
        "again": asks is REQUEST_RE_REVIEW,
    }
    return render(request, "portal/matter.html", context)


@require_safe
def letter(request: HttpRequest, sequence: int, kind: str) -> HttpResponse:
    """Give a letter that was addressed to the citizen."""
    found = _followed(request)
    if found is None:
        return redirect("portal:follow")
    row = found.events.filter(sequence=sequence).first()
    mine = letter_of(row.step) if row else None
    if mine is None or not mine.to_petitioner:
        raise Http404
    return letter_file(found, sequence, kind)


@shows_and_takes
def attach(request: HttpRequest) -> HttpResponse:
    """Take a file the citizen adds to the matter."""
    found = _followed(request)
    if found is None:
        return redirect("portal:follow")
    form = Upload(request.POST or None, request.FILES or None)
    full = attachments.of_matter(found.number).count() >= MOST_FILES
    if request.method == "POST" and form.is_valid() and not full:
        file = form.cleaned_data["file"]
        files.attach(found.number, file.name, file.read(), purpose="petitioner")
        return redirect("portal:matter")
    context = {"form": form, "matter": found, "full": full}
    return render(request, "portal/attach.html", context, status=status_of(form))


@shows_and_takes
def evaluate(request: HttpRequest, target: str) -> HttpResponse:
    """Take the citizen's evaluation of the petition office or of the unit."""
    found = _followed(request)
    if found is None:
        return redirect("portal:follow")
    if target not in TARGETS:
        raise Http404
    form = forms.Evaluation(request.POST or None)
    if request.method == "POST" and form.is_valid():
        today = timezone.localdate()
        details = {"评价": form.cleaned_data["rating"]}
        act = Act(step=TARGETS[target], by=core.Role.PETITIONER, on=today, details=details)
        services.take(found, act, today)
        return redirect("portal:matter")
    context = {"form": form, "target": target, "matter": found}
    return render(request, "portal/evaluate.html", context, status=status_of(form))


@sensitive_post_parameters()
@shows_and_takes
def request_review(request: HttpRequest) -> HttpResponse:
    """Take the citizen's request for review or re-review, to the organ one level up of the citizen's choice."""
    found = _followed(request)
    if found is None:
        return redirect("portal:follow")
    petition = found.to_core(queries.context())
    wanted = next((step for step in (REQUEST_REVIEW, REQUEST_RE_REVIEW) if _possible(petition, step)), None)
    if wanted is None:
        return redirect("portal:matter")
    below = found.review_body if wanted is REQUEST_RE_REVIEW else found.holder
    form = forms.Request(below, request.POST or None)
    if request.method == "POST" and form.is_valid():
        today = timezone.localdate()
        act = Act(step=wanted, by=core.Role.PETITIONER, on=today)
        services.request_review(found, form.cleaned_data["addressee"], act, today, words=form.cleaned_data["words"])
        return redirect("portal:matter")
    context = {"form": form, "again": wanted is REQUEST_RE_REVIEW, "matter": found}
    return render(request, "portal/request.html", context, status=status_of(form))


@require_POST
@repeatable
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the matter in this browser."""
    for name in (FOLLOWING, DRAFT):
        request.session.pop(name, None)
    return redirect("portal:index")


@shows_and_takes
@repeatable
def receipt(request: HttpRequest) -> HttpResponse:
    """Check a receipt against the published key; nothing is looked up."""
    form = forms.Check(request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["words"]
        found = receipts.check(form.cleaned_data["receipt"], envelope.public_key(), content)
    return render(request, "portal/check_receipt.html", {"form": form, "found": found}, status=status_of(form))


@require_safe
def reception(_request: HttpRequest) -> HttpResponse:
    """Give the reception days to come as a calendar."""
    return calendar_file(reception_appointments(timezone.localdate()), "reception.ics")


@require_safe
def key(_request: HttpRequest) -> HttpResponse:
    """Publish the key receipts are checked with, in the form other programs read."""
    prefix = bytes.fromhex("302a300506032b6570032100")
    body = b64encode(prefix + envelope.public_key()).decode()
    return HttpResponse(f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n", content_type="text/plain")
