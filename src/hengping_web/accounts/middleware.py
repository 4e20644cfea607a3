"""Whether somebody is let in: the session is alive, the duties of an account are done, the table allows the page."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext

from hengping_web.accounts import services
from hengping_web.accounts.models import User
from hengping_web.accounts.permissions import access_to
from hengping_web.accounts.roles import Role
from hengping_web.accounts.tree.queries import one_tree
from hengping_web.base.english import spoken

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SEEN, SINCE = "seen_at", "signed_in_at"
OWN_DUTIES = frozenset({"accounts:change-password", "accounts:set-up-second-factor", "accounts:sign-out", "language"})


class Gate:
    """Ask before every view."""

    def __init__(self, handle: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.handle = handle

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        with one_tree():
            return self.handle(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],  # noqa: ARG002
        args: tuple[Any, ...],  # noqa: ARG002
        named: dict[str, Any],  # noqa: ARG002
    ) -> HttpResponse | None:
        """Return None to let the request through."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        access = access_to(name)
        writing = request.method not in SAFE
        if access.public:
            return None
        user = request.user
        if not isinstance(user, User) or _expired(request):
            return _to_sign_in(request, writing=writing)
        duty = _duty_of(user)
        if duty and name not in OWN_DUTIES:
            return redirect(duty)
        if not access.allows(user.roles, writing=writing):
            services.page_refused(user, name)
            raise PermissionDenied(_for_whom(access.writes if writing else access.reads))
        return None


def _expired(request: HttpRequest) -> bool:
    """Tell whether the session rested too long or is too old; note that it is alive, at most once a minute."""
    now = int(time.time())
    seen, since = request.session.get(SEEN, 0), request.session.get(SINCE, 0)
    if now - seen > settings.SESSION_IDLE or now - since > settings.SESSION_COOKIE_AGE:
        logout(request)
        messages.info(request, gettext("登录已过期，请重新登录。"))
        return True
    if now - seen > 60:
        request.session[SEEN] = now
    return False


def _to_sign_in(request: HttpRequest, *, writing: bool) -> HttpResponse:
    if writing:
        raise PermissionDenied(gettext("您尚未登录或登录已过期，这次没有办理。请登录后重新提交。"))
    return redirect(f"{reverse('accounts:sign-in')}?{urlencode({'next': request.get_full_path()})}")


def _duty_of(user: User) -> str:
    """Return the address name of what an account must do before anything else."""
    age = timezone.now() - (user.password_changed_at or timezone.now())
    if user.must_change_password or (settings.PASSWORD_DAYS and age > timedelta(days=settings.PASSWORD_DAYS)):
        return "accounts:change-password"
    if settings.SECOND_FACTOR_REQUIRED and user.second_factor_since is None:
        return "accounts:set-up-second-factor"
    return ""


def _for_whom(roles: frozenset[Role]) -> str:
    names = spoken("、".join(role.label for role in Role if role in roles))
    return gettext("办理此页需要下列角色之一：%s。") % names if names else gettext("您的角色不能打开此页。")
