"""Where a request comes from, as far as the trusted proxies before the site can tell."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def of(request: HttpRequest) -> str:
    """Return the visitor's address; a header is believed only as many steps as there are proxies of ours."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    steps = [step.strip() for step in request.headers.get("X-Forwarded-For", "").split(",") if step.strip()]
    proxies: int = settings.PROXIES
    return steps[-proxies] if proxies and len(steps) >= proxies else direct
