"""Every address is in the permission table, and every role gets exactly what the table says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import get_converters

from hengping.errors import Refusal, RulebookError
from hengping_web.accounts import permissions
from hengping_web.accounts.models import User
from hengping_web.accounts.permissions import TABLE, working
from hengping_web.accounts.roles import ALONE, Role, together
from hengping_web.base.submission import KEY_FIELD, new_key

pytestmark = pytest.mark.django_db

SAMPLES = {"slug": "sample", "str": "sample", "int": 1, "uuid": "00000000-0000-4000-8000-000000000000", "path": "a/b"}


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            space = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from patterns(entry, space)
        else:
            yield f"{prefix}{entry.name}", entry


PATTERNS = dict(patterns(get_resolver()))


def address_of(name: str) -> str:
    known = {type(converter): key for key, converter in get_converters().items()}
    converters = PATTERNS[name].pattern.converters
    return reverse(name, kwargs={key: SAMPLES[known[type(value)]] for key, value in converters.items()})


def test_every_address_is_in_the_table_and_every_line_is_an_address() -> None:
    assert (sorted(set(PATTERNS) - set(TABLE)), sorted(set(TABLE) - set(PATTERNS))) == ([], [])


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_nobody_without_an_account_gets_past_the_gate(client: Client, name: str) -> None:
    looked = client.get(address_of(name))
    sent = client.post(address_of(name), {KEY_FIELD: new_key()})

    if TABLE[name].public:
        assert looked.status_code != HTTPStatus.FORBIDDEN
    else:
        assert looked.status_code == HTTPStatus.FOUND
        assert looked["Location"].startswith("/accounts/sign-in/?next=")
        assert sent.status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("role", list(Role))
def test_every_role_is_let_in_exactly_where_the_table_says(
    account: Callable[..., User], role: Role, seated: Callable[[User], Client]
) -> None:
    browser = seated(account(role))

    wrong = []
    for name in sorted(PATTERNS):
        if TABLE[name].public:
            continue
        for writing, send in ((False, browser.get), (True, browser.post)):
            data = {KEY_FIELD: new_key()} if writing else {}
            let_in = send(address_of(name), data).status_code != HTTPStatus.FORBIDDEN
            if let_in != TABLE[name].allows(frozenset({role}), writing=writing):
                wrong.append((name, "writing" if writing else "reading", let_in))

    assert wrong == []


def test_an_address_that_is_not_in_the_table_is_refused_to_everybody(
    monkeypatch: pytest.MonkeyPatch, account: Callable[..., User], seated: Callable[[User], Client]
) -> None:
    monkeypatch.setattr(permissions, "TABLE", {})

    page = seated(account(Role.LEADER)).get("/rules/")

    assert page.status_code == HTTPStatus.FORBIDDEN


def test_the_table_cannot_let_the_auditor_send_anything() -> None:
    with pytest.raises(RulebookError, match="审计员只看不改"):
        working([Role.AUDITOR])


def test_the_auditor_writes_nothing_but_about_the_own_account() -> None:
    writable = {name for name, access in TABLE.items() if Role.AUDITOR in access.writes and not access.public}

    assert writable == {
        "accounts:mine",
        "accounts:change-password",
        "accounts:set-up-second-factor",
        "accounts:notices",
        "accounts:recovery-codes",
    }


@pytest.mark.parametrize("alone", sorted(ALONE))
def test_who_audits_or_runs_the_system_holds_no_other_role(alone: Role) -> None:
    with pytest.raises(Refusal, match="不得与其他角色由同一账号担任"):
        together([alone, Role.CLERK])


def test_who_approves_the_view_of_an_identity_does_not_handle_matters() -> None:
    with pytest.raises(Refusal, match="不得同时办理信访事项"):
        together([Role.IDENTITY_CUSTODIAN, Role.REGISTRAR])


def test_a_refused_page_says_who_may_and_is_logged(
    account: Callable[..., User], seated: Callable[[User], Client], logged: Callable[[], list[str]]
) -> None:
    page = seated(account(Role.CLERK)).get("/log/")

    assert "办理此页需要下列角色之一：审计员、系统管理员。" in page.content.decode()
    assert logged()[-1] == "page.refused"
