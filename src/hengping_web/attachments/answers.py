"""Giving a file to a browser: always as a download, under our own idea of what it is."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse

from hengping_web.attachments.kinds import KINDS


def download(content: bytes, kind: str, name: str) -> HttpResponse:
    """Return a file that the browser saves and never opens as a page of this site."""
    response = HttpResponse(content, content_type=KINDS[kind].media_type)
    response["Content-Disposition"] = f"attachment; filename=\"file.{kind}\"; filename*=UTF-8''{quote(name)}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
