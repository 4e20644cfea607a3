"""Nonsense at every address the site has, as every role: an answer with words, never a failure, never an inside.

The addresses come from the resolver, so that a new room is met without being named here. HENGPING_FUZZ gives the number
of examples an address and role are met with (2).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import BaseForm
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from hengping_web.accounts.models import User
from hengping_web.accounts.permissions import access_to
from hengping_web.accounts.roles import Role
from hengping_web.petitions.models import Event, Matter

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("HENGPING_FUZZ", "2"))
INSIDE = (b"Traceback", b"hengping_web/", b"site-packages", b"SECRET_KEY", b"SELECT ", b"only-for-tests")
NASTY = ("", " ", "\u202e反写", "🙂" * 40, "'; DROP TABLE petitions_matter; --", "<script>alert(1)</script>", "{{7*7}}", "${7*7}", "９９９", "-1", "0", "9" * 40, "1e999", "NaN", "9999-12-31", "0000-00-00", "2026-02-30", "../../etc/passwd", "%s%n", "\ufffe", "a" * 20_000, "2024-000001", "[1,2]", '{"a":1}', "\r\nX: 1")  # fmt: skip
PATHS = ("2024-000001", "x", "0", "999999999999999999999", "é" * 100, "%00", "..", "-", "model", "2026", "1")
FILES = (
    ("a.pdf", b"MZ\x90\x00 not a document", "application/pdf"),
    ("a.xlsx", b"PK\x03\x04 broken archive", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
    ("a.docm", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "application/octet-stream"),
    ("\u202egpj.exe", b"", "image/jpeg"),
)
NONSENSE = some.one_of(some.sampled_from(NASTY), some.text(max_size=60)).map(
    lambda text: text.encode("utf-8", "replace").decode()
)


def addresses() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the name and the parameters of every address."""

    def walk(patterns: Any, space: str, outer: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
        for one in patterns:
            here = (*outer, *one.pattern.converters)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space, here)
            elif isinstance(one, URLPattern) and one.name:
                yield f"{space}{one.name}", here

    yield from walk(get_resolver().url_patterns, "", ())


ADDRESSES = sorted(set(addresses()))


@pytest.fixture
def browsers(account: Callable[..., User], seated: Callable[[User], Any], visitor: Any) -> dict[Any, Any]:
    found: dict[Any, Any] = {role: seated(account(role)) for role in Role}
    for browser in (*found.values(), visitor):
        browser.raise_request_exception = False
    return {**found, None: visitor}


def path_of(name: str, parameters: tuple[str, ...], data: some.DataObject) -> str:
    for _ in range(5):
        values = {one: data.draw(some.sampled_from(PATHS)) for one in parameters}
        try:
            return reverse(name, kwargs=values)
        except Exception:  # noqa: BLE001 - what no pattern takes is drawn anew
            continue
    return reverse(name, kwargs=dict.fromkeys(parameters, "1"))


def form_fields(answer: Any) -> dict[str, str]:
    """Return the fields of the forms a page shows, filled in as the page does."""
    found: dict[str, str] = {}
    for layer in answer.context or ():
        for value in getattr(layer, "dicts", [layer]):
            for form in value.values() if isinstance(value, dict) else ():
                if isinstance(form, BaseForm):
                    for field in form:
                        first = [str(key) for key, _ in getattr(field.field, "choices", ()) if str(key)][:1]
                        found[field.html_name] = str(field.value() or (first[0] if first else "1"))
    return found


def rows() -> tuple[int, int, int]:
    return Matter.objects.count(), Event.objects.count(), User.objects.count()


@pytest.mark.parametrize(("name", "parameters"), ADDRESSES, ids=[name for name, _ in ADDRESSES])
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=some.data())
def test_no_address_fails_whatever_is_sent(
    browsers: dict[Any, Any], name: str, parameters: tuple[str, ...], data: some.DataObject
) -> None:
    path = path_of(name, parameters, data)
    access = access_to(name)
    inside: list[Role | None] = [*access.reads, *access.writes] or [None]
    answers = []

    for role in {data.draw(some.sampled_from(sorted(inside, key=str))), data.draw(some.sampled_from([None, *Role]))}:
        browser = browsers[role]
        shown = browser.get(
            path, {data.draw(NONSENSE)[:40]: data.draw(NONSENSE)[:400], "after": data.draw(NONSENSE)[:400]}
        )
        fields = form_fields(shown) or {"text": "x"}
        spoilt: dict[str, Any] = {**fields, data.draw(some.sampled_from(sorted(fields))): data.draw(NONSENSE)}
        if data.draw(some.booleans()):
            title, content, kind = data.draw(some.sampled_from(FILES))
            spoilt["file"] = SimpleUploadedFile(title, content, kind)
        if data.draw(some.booleans()):
            spoilt[data.draw(some.sampled_from(sorted(fields)))] = [data.draw(NONSENSE), data.draw(NONSENSE)]
        before = rows()
        sent = browser.post(path, {key: value for key, value in spoilt.items() if value is not None})
        assert sent.status_code < 400 or rows() == before
        answers += [shown, sent, browser.generic("PUT", path, b"\x00\xff"), browser.delete(path)]

    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []
    bodies = [b"" if answer.streaming else answer.content for answer in answers]
    assert [mark for mark in INSIDE for body in bodies if mark in body] == []
