"""What happens to every request: the language, the headers, and a form that is answered once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any, TypeAlias

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from hengping.errors import Refusal
from hengping_web.base import services, views
from hengping_web.base.submission import KEY_FIELD, is_repeatable

Handler: TypeAlias = Callable[[HttpRequest], HttpResponseBase]

KEY = re.compile(r"[A-Za-z0-9_-]{22,64}")

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
"""Nothing inline, nothing from elsewhere, nothing framed."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Permitted-Cross-Domain-Policies": "none",
}


def headers(handle: Handler) -> Handler:
    """Add the headers every answer carries; what depends on who asks is never kept by the browser."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = handle(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


def readable(handle: Handler) -> Handler:
    """Refuse an address or a question with a zero byte in it, which no database can be asked about."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        asked = (request.path, *request.GET.keys(), *(value for values in request.GET.lists() for value in values[1]))
        if any("\0" in text for text in asked):
            return views.bad_request(request, SuspiciousOperation("zero byte"))
        return handle(request)

    return answer


def language(handle: Handler) -> Handler:
    """Speak the language the reader chose; Chinese where none was chosen, whatever the browser prefers."""
    known = {code for code, _ in settings.LANGUAGES}

    def answer(request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        code = chosen if chosen in known else settings.LANGUAGE_CODE
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = handle(request)
        response.headers.setdefault("Content-Language", code)
        return response

    return answer


class Submit:
    """Let a form through once: its answer is kept under its key in the transaction of the act, and given again.

    It is the last of the middleware, because it calls the view itself.
    """

    def __init__(self, handle: Handler) -> None:
        self.handle = handle

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.handle(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], named: dict[str, Any]
    ) -> HttpResponse | None:
        """Answer a form; other requests go their own way."""
        if request.method != "POST" or is_repeatable(view):
            return None
        key = request.POST.get(KEY_FIELD, "") or request.headers.get("Idempotency-Key", "")
        if not KEY.fullmatch(key):
            return views.unkeyed(request)
        user = getattr(request, "user", None)
        scope = f"user:{user.pk}" if user is not None and user.is_authenticated else "public"
        try:
            answer = services.once(key, scope, _content(request), lambda: view(request, *args, **named))
        except Refusal as refusal:
            return views.refused(request, refusal)
        return answer.response if answer.first else views.repeated(request, answer)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show a refusal of the core as a page that says what, by which text, what now."""
        return views.refused(request, exception) if isinstance(exception, Refusal) else None


def _content(request: HttpRequest) -> str:
    found = hashlib.sha256(request.path.encode("utf-8", "surrogatepass"))
    for name in sorted(set(request.POST) - {KEY_FIELD, "csrfmiddlewaretoken"}):
        for value in request.POST.getlist(name):
            found.update(f"\0{name}\0{value}".encode("utf-8", "surrogatepass"))
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            found.update(f"\1{name}\1{file.name}\1".encode("utf-8", "surrogatepass"))
            for chunk in file.chunks():
                found.update(chunk)
            file.seek(0)
    return found.hexdigest()
