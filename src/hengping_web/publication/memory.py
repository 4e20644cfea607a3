"""Public pages kept as finished bytes by their address, and given out before anything else of the site is asked.

A page is good for a second without a question; after that its view asks the database whether it is still what it was.
So a correction shows within a second in every process, and a thousand readers cost one question.
"""

from __future__ import annotations

import gzip
import hashlib
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

FRESH = "public, max-age=60, must-revalidate"
PLACE = "/published/"
MOST = 512
GOOD_FOR = 1.0
"""Seconds a page is given out without asking whether it is still what it was."""

Handler = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Kept:
    """A page as it is given out, the state it was made from, and when that was last asked."""

    state: Hashable
    language: str
    tag: str
    plain: bytes
    packed: bytes
    asked_at: float


_KEPT: dict[str, Kept] = {}


def forget() -> None:
    """Forget every page."""
    _KEPT.clear()


def given(request: HttpRequest, language: str, state: Hashable, make: Callable[[], bytes]) -> HttpResponse:
    """Return a page from memory, making it where what it was made from has changed."""
    kept = _KEPT.get(request.path)
    now = time.monotonic()
    if kept is None or kept.state != state:
        plain = make()
        tag = f'"{hashlib.sha256(plain).hexdigest()[:32]}"'
        kept = Kept(state, language, tag, plain, gzip.compress(plain, 9, mtime=0), now)
    else:
        kept = Kept(state, language, kept.tag, kept.plain, kept.packed, now)
    while len(_KEPT) >= MOST and request.path not in _KEPT:
        _KEPT.pop(next(iter(_KEPT)), None)
    _KEPT[request.path] = kept
    return _answer(request, kept)


def first(handle: Handler) -> Handler:
    """Give out a page that was asked about a moment ago; everything else goes its way."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.method in ("GET", "HEAD") and request.path.startswith(PLACE):
            kept = _KEPT.get(request.path)
            if kept is not None and time.monotonic() - kept.asked_at < GOOD_FOR:
                return _answer(request, kept)
        return handle(request)

    return answer


def _answer(request: HttpRequest, kept: Kept) -> HttpResponse:
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response: HttpResponse
    if kept.tag in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(kept.packed if packed else kept.plain, content_type="text/html; charset=utf-8")
        if packed:
            response["Content-Encoding"] = "gzip"
        response["Content-Length"] = str(len(response.content))
    response["ETag"] = kept.tag
    response["Cache-Control"] = FRESH
    response["Content-Language"] = kept.language
    response["X-Frame-Options"] = "DENY"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
