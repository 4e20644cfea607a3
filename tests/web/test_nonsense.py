"""Whatever is sent to the pages of accounts, log and identities, the answer is a page and never a failure."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role

pytestmark = pytest.mark.django_db

NASTY = [
    "\0",
    "\u202e",
    "🙂",
    "'\"<script>",
    "%s%n",
    "../../etc/passwd",
    "9" * 30,
    "\ud800",
    "é" * 200,
    "${7*7}",
    "\r\nX: 1",
]
NONSENSE = some.one_of(some.text(max_size=80), some.sampled_from(NASTY)).map(
    lambda text: text.encode("utf-8", "replace").decode()
)
FORMS = {
    "/accounts/sign-in/": ("username", "password"),
    "/accounts/second-factor/": ("code",),
    "/accounts/mine/password/": ("old", "new", "again"),
    "/accounts/mine/second-factor/": ("code",),
    "/accounts/add/": ("username", "title", "organisation", "email", "roles"),
    "/accounts/organisations/add/": ("key", "name", "kind", "parent", "petition_office"),
    "/identity/of/2025-1/ask/": ("reason",),
    "/identity/requests/1/decide/": ("decision",),
    "/log/": ("kind", "subject", "actor", "page"),
}
patient = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def browsers(account: Callable[..., User], seated: Callable[[User], Client]) -> list[Client]:
    return [seated(account(role)) for role in (Role.ADMINISTRATOR, Role.CLERK, Role.IDENTITY_CUSTODIAN)]


@pytest.mark.parametrize("address", FORMS)
@patient
@given(data=some.data())
def test_no_form_fails_on_nonsense(browsers: list[Client], address: str, data: some.DataObject) -> None:
    sent = {name: data.draw(NONSENSE) for name in FORMS[address]}

    answers = [send(address, sent) for browser in browsers for send in (browser.get, browser.post)]

    assert [answer.status_code for answer in answers if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR] == []


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/of/%00/",
        "/identity/of/%00/ask/",
        "/identity/of/%ed%a0%80/ask/",
        f"/identity/of/{'x' * 3_000}/ask/",
        f"/identity/requests/{'9' * 40}/decide/",
        f"/identity/requests/{'9' * 40}/show/",
        "/log/?page=%00&kind=%00&subject=%ff%fe",
        "/log/?page=-1",
        "/language/%00/?next=%00",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/static/../settings.py",
    ],
)
def test_no_forged_address_fails(browsers: list[Client], address: str) -> None:
    answers = [send(address) for browser in browsers for send in (browser.get, browser.post)]

    assert [answer.status_code for answer in answers if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR] == []
    assert not any(b"SECRET_KEY" in answer.content or b"root:" in answer.content for answer in answers)


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00\xff", b"------x\r\n", b'------x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"\xff" * 100],
)
def test_no_broken_body_fails(browsers: list[Client], body: bytes) -> None:
    for browser in browsers:
        answer = browser.generic(
            "POST", "/accounts/mine/password/", body, content_type="multipart/form-data; boundary=----x"
        )
        assert answer.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN}


def test_a_form_with_a_thousand_fields_is_answered_clearly(browsers: list[Client]) -> None:
    answer = browsers[0].post("/accounts/add/", {f"field-{number}": "x" for number in range(1_000)})

    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "提交的内容太多" in answer.content.decode()
