"""Staff come in with a password and a code, are locked out when they guess, and are put out when they rest."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from hengping.errors import Refusal
from hengping_web.accounts import services, totp
from hengping_web.accounts.middleware import SEEN, SINCE
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.base.services import closed_until, tried
from hengping_web.base.submission import KEY_FIELD, new_key
from hengping_web.trail.models import LogEntry
from hengping_web.vault import envelope

pytestmark = pytest.mark.django_db

PASSWORD = "两岸猿声啼不住 7"
SECRET = b"12345678901234567890"


@pytest.fixture
def plain(account: Callable[..., User]) -> User:
    """Return a clerk who has not set up a second factor."""
    user = account(Role.CLERK)
    user.second_factor_since = None
    user.save()
    return user


@pytest.fixture
def guarded(plain: User) -> User:
    """Return a clerk with a second factor whose secret the test knows."""
    sealed = envelope.seal(SECRET, f"second factor of {plain.username}")
    User.objects.filter(pk=plain.pk).update(second_factor=sealed, second_factor_since=timezone.now())
    return User.objects.get(pk=plain.pk)


def enter(visitor: Client, username: str = "clerk", password: str = PASSWORD, address: str = "10.0.0.1") -> Any:
    return visitor.post(
        "/accounts/sign-in/", {"username": username, "password": password}, headers={}, REMOTE_ADDR=address
    )


def code_now(shift: int = 0) -> str:
    return totp.code(SECRET, int(time.time()) // totp.PERIOD + shift)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "94287082"), (1111111109, "07081804"), (1234567890, "89005924"), (20000000000, "65353130")],
)
def test_codes_are_those_of_the_published_standard(seconds: int, code: str) -> None:
    assert totp.code(SECRET, seconds // 30, digits=8) == code


def test_a_code_is_good_for_its_step_and_its_neighbours_and_once_only() -> None:
    noon = 1_741_000_000
    code = totp.code(SECRET, noon // 30)

    step = totp.step_of(SECRET, code, noon, 0)

    assert step == noon // 30
    assert totp.step_of(SECRET, code, noon + 30, 0) == step
    assert totp.step_of(SECRET, code.translate({48 + digit: 0xFF10 + digit for digit in range(10)}), noon, 0) == step
    assert totp.step_of(SECRET, "验证码🙂", noon, 0) is None
    assert totp.step_of(SECRET, code, noon + 90, 0) is None
    assert totp.step_of(SECRET, code, noon, step) is None


def test_a_recovery_code_is_understood_however_it_is_typed() -> None:
    assert totp.normal("o1Abc il0de") == "01ABC-110DE"


def test_a_first_sign_in_leads_to_setting_up_the_second_factor_and_nowhere_else(plain: User, visitor: Client) -> None:
    entered = enter(visitor)

    assert entered.status_code == HTTPStatus.FOUND
    assert visitor.get("/log/")["Location"] == "/accounts/mine/second-factor/"
    assert visitor.get("/accounts/mine/second-factor/").status_code == HTTPStatus.OK


def test_the_secret_is_shown_until_its_first_code_and_the_recovery_codes_once(plain: User, visitor: Client) -> None:
    enter(visitor)
    page = visitor.get("/accounts/mine/second-factor/").content.decode()
    written = re.search(r'class="receipt code">([A-Z2-7 ]+)<', page)
    assert written
    secret = base64.b32decode(written[1].replace(" ", ""))

    done = visitor.post("/accounts/mine/second-factor/", {"code": totp.code(secret, int(time.time()) // 30)})

    codes = re.findall(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>", done.content.decode())
    assert len(codes) == 10
    assert visitor.get("/accounts/mine/").status_code == HTTPStatus.OK
    plain.refresh_from_db()
    assert secret not in bytes(plain.second_factor)
    assert not plain.recovery_codes.filter(digest__in=codes).exists()


def test_a_wrong_first_code_sets_nothing_up(plain: User, visitor: Client) -> None:
    enter(visitor)
    visitor.get("/accounts/mine/second-factor/")

    answer = visitor.post("/accounts/mine/second-factor/", {"code": "abcdef"})

    plain.refresh_from_db()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert plain.second_factor_since is None


def test_the_password_alone_opens_nothing_where_a_second_factor_is_set(guarded: User, visitor: Client) -> None:
    assert enter(visitor)["Location"] == "/accounts/second-factor/"
    assert visitor.get("/accounts/mine/").status_code == HTTPStatus.FOUND

    inside = visitor.post("/accounts/second-factor/", {"code": code_now()})

    assert inside["Location"] == "/accounts/mine/"
    assert visitor.get("/accounts/mine/").status_code == HTTPStatus.OK


def test_a_code_already_used_is_refused(guarded: User) -> None:
    used = code_now()

    for expected in ("/accounts/mine/", None):
        visitor = Client()
        enter(visitor)
        answer = visitor.post("/accounts/second-factor/", {"code": used})
        assert answer.headers.get("Location") == expected


def test_a_recovery_code_opens_the_door_once(guarded: User) -> None:
    code = services.renew_recovery_codes(guarded)[3]

    assert services.check_code(guarded, code.lower(), timezone.now()) is True
    assert services.check_code(guarded, code, timezone.now()) is False


def test_five_wrong_codes_close_the_second_door(guarded: User) -> None:
    for _ in range(5):
        services.check_code(guarded, "000000", timezone.now())

    with pytest.raises(services.Closed):
        services.check_code(guarded, code_now(), timezone.now())


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(guarded: User, visitor: Client) -> None:
    for _ in range(5):
        enter(visitor, password="wrong", address="10.0.0.9")

    locked = enter(visitor)

    assert locked.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "暂时锁定" in locked.content.decode()


def test_a_name_that_does_not_exist_is_answered_and_locked_like_one_that_does(guarded: User, visitor: Client) -> None:
    def said(username: str) -> list[tuple[int, str]]:
        answers = [enter(visitor, username=username, password="wrong") for _ in range(6)]
        return [(answer.status_code, re.sub(r"\s+value=\"[^\"]*\"|\d\d:\d\d", "", answer.content.decode()))
                for answer in answers]  # fmt: skip

    assert said("clerk") == said("nobody")


def test_fifty_failures_from_one_address_close_it_to_every_name(guarded: User, visitor: Client) -> None:
    for number in range(50):
        enter(visitor, username=f"name-{number}", password="wrong")

    assert enter(visitor).status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert enter(visitor, address="10.0.0.2")["Location"] == "/accounts/second-factor/"


def test_the_lock_opens_by_itself() -> None:
    door, now = services.ACCOUNT_DOOR, datetime(2025, 3, 3, tzinfo=UTC)
    for _ in range(5):
        tried(door, "clerk", now)

    assert closed_until(door, "clerk", now + timedelta(minutes=14)) is not None
    assert closed_until(door, "clerk", now + timedelta(minutes=16)) is None


def test_a_locked_and_a_failed_sign_in_are_logged_without_the_name_typed(
    guarded: User, visitor: Client, logged: Callable[[], list[str]]
) -> None:
    enter(visitor, username="我的密码误填在此", password="x")

    assert logged()[-1] == "sign-in.failed"
    assert not any("误填" in line for line in LogEntry.objects.values_list("details", flat=True))


@pytest.mark.parametrize(("rest", "age"), [(1801, 0), (0, 8 * 3600 + 1)])
def test_a_session_that_rests_or_grows_old_ends(
    account: Callable[..., User], seated: Callable[[User], Client], rest: int, age: int
) -> None:
    browser = seated(account(Role.CLERK))
    session = browser.session
    session[SEEN], session[SINCE] = int(time.time()) - rest, int(time.time()) - age
    session.save()

    assert browser.get("/accounts/mine/")["Location"] == "/accounts/sign-in/?next=%2Faccounts%2Fmine%2F"
    assert "_auth_user_id" not in browser.session


def test_signing_out_ends_the_session_and_clears_the_browser(
    account: Callable[..., User], seated: Callable[[User], Client]
) -> None:
    browser = seated(account(Role.CLERK))

    left = browser.post("/accounts/sign-out/")

    assert left["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.get("/accounts/mine/").status_code == HTTPStatus.FOUND


def test_after_signing_in_one_is_never_sent_to_another_site(guarded: User, visitor: Client) -> None:
    visitor.post("/accounts/sign-in/?next=https://evil.example/", {"username": "clerk", "password": PASSWORD})

    assert visitor.post("/accounts/second-factor/", {"code": code_now()})["Location"] == "/accounts/mine/"


@pytest.mark.slow_passwords
def test_passwords_are_kept_as_argon2(account: Callable[..., User]) -> None:
    assert account(Role.CLERK).password.startswith("argon2$argon2id$")


@pytest.mark.parametrize(
    ("new", "fault"),
    [
        ("short-1", "至少"),
        ("123456789012345", "全都是数字"),
        ("qwertyuiop123", "常见"),
        (PASSWORD, "最近五次"),
    ],
)
def test_a_weak_or_used_password_is_refused(
    account: Callable[..., User], seated: Callable[[User], Client], new: str, fault: str
) -> None:
    browser = seated(account(Role.CLERK))

    page = browser.post("/accounts/mine/password/", {"old": PASSWORD, "new": new, "again": new})

    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert fault in page.content.decode()


def test_changing_the_password_puts_every_other_browser_out(
    account: Callable[..., User], seated: Callable[[User], Client]
) -> None:
    user = account(Role.CLERK)
    here, elsewhere = seated(user), seated(user)

    here.post(
        "/accounts/mine/password/", {"old": PASSWORD, "new": "轻舟已过万重山 8100!", "again": "轻舟已过万重山 8100!"}
    )

    assert here.get("/accounts/mine/").status_code == HTTPStatus.OK
    assert elsewhere.get("/accounts/mine/").status_code == HTTPStatus.FOUND


def test_an_old_password_must_be_changed_first(account: Callable[..., User], seated: Callable[[User], Client]) -> None:
    user = account(Role.CLERK)
    User.objects.filter(pk=user.pk).update(password_changed_at=timezone.now() - timedelta(days=181))

    assert seated(user).get("/accounts/mine/")["Location"] == "/accounts/mine/password/"


def test_the_administrator_adds_an_account_that_must_change_its_password(
    desk: Callable[..., Client], bureau: Any, visitor: Client
) -> None:
    data = {"username": "new-clerk", "title": "承办岗", "organisation": bureau.unit.pk, "roles": ["clerk"]}

    page = desk(Role.ADMINISTRATOR).post("/accounts/add/", data).content.decode()

    first = re.search(r'class="receipt code">([^<]+)<', page)
    assert first
    enter(visitor, "new-clerk", first[1])
    assert visitor.get("/accounts/mine/")["Location"] == "/accounts/mine/password/"


def test_the_administrator_cannot_join_roles_that_must_be_apart(desk: Callable[..., Client], bureau: Any) -> None:
    data = {"username": "both", "title": "岗", "organisation": bureau.unit.pk, "roles": ["clerk", "auditor"]}

    page = desk(Role.ADMINISTRATOR).post("/accounts/add/", data)

    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "不得与其他角色由同一账号担任" in page.content.decode()


def test_the_administrator_cannot_change_their_own_roles(account: Callable[..., User], bureau: Any) -> None:
    administrator = account(Role.ADMINISTRATOR)

    with pytest.raises(Refusal, match="不得修改自己的角色"):
        services.change_account(
            administrator, title="x", organisation=bureau.unit, email="", roles=[Role.AUDITOR], active=True,
            by=administrator,
        )  # fmt: skip


def test_an_account_that_was_closed_is_out_at_once(
    account: Callable[..., User], seated: Callable[[User], Client]
) -> None:
    user = account(Role.CLERK)
    browser = seated(user)

    User.objects.filter(pk=user.pk).update(is_active=False)

    assert browser.get("/accounts/mine/").status_code == HTTPStatus.FOUND


def test_sessions_are_not_left_in_the_database(db: None) -> None:
    call_command("clearsessions")


def test_a_sign_in_without_the_token_of_our_page_is_refused(guarded: User) -> None:
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post("/accounts/sign-in/", {"username": "clerk", "password": PASSWORD, KEY_FIELD: new_key()})

    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "无法确认这份表单来自本站页面" in answer.content.decode()
