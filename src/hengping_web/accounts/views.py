"""Pages about accounts: signing in and out, one's own account, and the administrator's lists."""

from __future__ import annotations

import time
from base64 import b64decode, b64encode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hengping_web.accounts import forms, queries, services, totp
from hengping_web.accounts.middleware import SEEN, SINCE
from hengping_web.accounts.models import User
from hengping_web.base import address
from hengping_web.base.forms import status_of
from hengping_web.base.submission import repeatable

PENDING, PENDING_SINCE, NEXT, NEW_FACTOR = "pending_account", "pending_since", "next", "new_second_factor"
PATIENCE = 300
"""Seconds between the password and the code."""

shows_and_takes = require_http_methods(["GET", "HEAD", "POST"])


def _person(request: HttpRequest) -> User:
    """Return who is signed in; the permission table has seen to it that somebody is."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


@sensitive_post_parameters()
@shows_and_takes
@repeatable
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password."""
    form = forms.SignIn(request.POST or None)
    wanted = request.GET.get("next", "")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user = services.check_password(request, given["username"], given["password"], address.of(request))
        except services.Closed as closed:
            form.add_error(None, str(closed))
            return render(request, "accounts/sign_in.html", {"form": form}, status=429)
        if user:
            return _past_the_password(request, user, wanted)
        form.add_error(None, gettext(services.SAME_FOR_ALL))
    return render(request, "accounts/sign_in.html", {"form": form}, status=status_of(form))


def _past_the_password(request: HttpRequest, user: User, wanted: str) -> HttpResponse:
    if user.second_factor_since is None:
        return _let_in(request, user, wanted)
    request.session.flush()
    request.session[PENDING], request.session[PENDING_SINCE] = user.username, int(time.time())
    request.session[NEXT] = wanted
    return redirect("accounts:second-factor")


def _let_in(request: HttpRequest, user: User, wanted: str) -> HttpResponse:
    login(request, user)
    request.session[SEEN] = request.session[SINCE] = int(time.time())
    services.signed_in(user)
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return redirect(wanted if wanted and safe else settings.LOGIN_REDIRECT_URL)


@shows_and_takes
@repeatable
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the code."""
    user = queries.account(request.session.get(PENDING, ""))
    late = time.time() - request.session.get(PENDING_SINCE, 0) > PATIENCE
    if user is None or late or not user.is_active:
        return redirect("accounts:sign-in")
    form = forms.Code(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if services.check_code(user, form.cleaned_data["code"], timezone.now()):
                wanted = request.session.get(NEXT, "")
                user.backend = settings.AUTHENTICATION_BACKENDS[0]
                return _let_in(request, user, wanted)
            form.add_error("code", gettext("验证码不正确或已用过。请等待下一个验证码。"))
        except services.Closed as closed:
            form.add_error(None, str(closed))
            return render(request, "accounts/second_factor.html", {"form": form}, status=429)
    return render(request, "accounts/second_factor.html", {"form": form}, status=status_of(form))


@require_POST
@repeatable
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave, and let the browser forget what it kept."""
    if isinstance(request.user, User):
        services.signed_out(request.user)
    logout(request)
    response = redirect("home")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show one's own account."""
    person = _person(request)
    left = person.recovery_codes.filter(used_at=None).count()
    notices = forms.Notices(initial={"channel": person.notice_channel})
    context = {"person": person, "recovery_codes_left": left, "notices": notices}
    return render(request, "accounts/mine.html", context)


@require_POST
def choose_notices(request: HttpRequest) -> HttpResponse:
    """Choose how one is told of what falls due."""
    form = forms.Notices(request.POST)
    if form.is_valid():
        services.choose_notices(_person(request), form.cleaned_data["channel"])
        messages.success(request, gettext("通知方式已保存。"))
    else:
        messages.error(request, gettext("请选择一种通知方式。"))
    return redirect("accounts:mine")


@sensitive_post_parameters()
@shows_and_takes
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password."""
    person = _person(request)
    form = forms.ChangePassword(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.change_password(person, form.cleaned_data["new"])
        update_session_auth_hash(request, person)
        messages.success(request, gettext("密码已修改，其他设备上的登录已退出。"))
        return redirect("accounts:mine")
    return render(request, "accounts/change_password.html", {"form": form}, status=status_of(form))


@shows_and_takes
def set_up_second_factor(request: HttpRequest) -> HttpResponse:
    """Show a new secret until its first code is given; then show the recovery codes, once."""
    person = _person(request)
    form = forms.Code(request.POST or None)
    sealed = request.session.get(NEW_FACTOR, "")
    if request.method == "POST" and sealed and form.is_valid():
        codes = services.confirm_second_factor(person, b64decode(sealed), form.cleaned_data["code"], timezone.now())
        if codes is not None:
            del request.session[NEW_FACTOR]
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
        form.add_error("code", gettext("验证码不正确。请按新的密钥重新添加后再输入。"))
    secret, fresh = services.start_second_factor(person)
    request.session[NEW_FACTOR] = b64encode(fresh).decode()
    context = {
        "form": form,
        "secret": totp.written(secret),
        "address": totp.address(secret, person.username, gettext("衡评")),
    }
    return render(request, "accounts/set_up_second_factor.html", context, status=status_of(form))


@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Replace one's recovery codes and show the new ones, once."""
    codes = services.renew_recovery_codes(_person(request))
    return render(request, "accounts/recovery_codes.html", {"codes": codes})


@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """List the accounts."""
    return render(request, "accounts/accounts.html", {"accounts": queries.accounts()})


@shows_and_takes
def add_account(request: HttpRequest) -> HttpResponse:
    """Add an account and show its first password, once."""
    form = forms.AddAccount(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        user, first = services.create_account(
            given["username"],
            given["title"],
            given["organisation"],
            given["roles"],
            email=given["email"],
            by=_person(request),
        )
        return render(request, "accounts/first_password.html", {"account": user, "password": first})
    return render(request, "accounts/add_account.html", {"form": form}, status=status_of(form))


@shows_and_takes
def account(request: HttpRequest, username: str) -> HttpResponse:
    """Show an account; change it, or reset it for somebody who lost the way in."""
    found = get_object_or_404(queries.accounts(), username=username)
    if request.method == "POST" and "reset" in request.POST:
        first = services.reset_account(found, _person(request))
        return render(request, "accounts/first_password.html", {"account": found, "password": first})
    initial = {
        "title": found.title,
        "organisation": found.organisation,
        "email": found.email,
        "roles": [role.value for role in found.roles],
        "active": found.is_active,
    }
    form = forms.ChangeAccount(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.change_account(found, **form.cleaned_data, by=_person(request))
        messages.success(request, gettext("账号已修改。"))
        return redirect("accounts:account", username)
    return render(request, "accounts/account.html", {"form": form, "account": found}, status=status_of(form))


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """List the organisations as a tree."""
    return render(request, "accounts/organisations.html", {"organisations": queries.organisations()})


@shows_and_takes
def add_organisation(request: HttpRequest) -> HttpResponse:
    """Add an organisation."""
    form = forms.AddOrganisation(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.create_organisation(**form.cleaned_data, by=_person(request))
        messages.success(request, gettext("机构已添加。"))
        return redirect("accounts:organisations")
    return render(request, "accounts/add_organisation.html", {"form": form}, status=status_of(form))
