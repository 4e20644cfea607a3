"""Signing in, second factors, passwords, accounts and organisations: each act in one transaction with its log row."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from hengping.errors import Refusal
from hengping_web.accounts import totp
from hengping_web.accounts.models import Grant, Organisation, PastPassword, RecoveryCode, User
from hengping_web.accounts.roles import Role, together
from hengping_web.base.services import Door, closed_until, forgiven, tried
from hengping_web.trail.services import Kind, record
from hengping_web.vault import envelope

QUARTER_HOUR = timedelta(minutes=15)
ACCOUNT_DOOR = Door(name="account", limit=5, window=QUARTER_HOUR, closed=QUARTER_HOUR)
ADDRESS_DOOR = Door(name="address", limit=50, window=QUARTER_HOUR, closed=QUARTER_HOUR)
CODE_DOOR = Door(name="second-factor", limit=5, window=QUARTER_HOUR, closed=QUARTER_HOUR)
SAME_FOR_ALL = "用户名或密码不正确。"
"""One sentence whether the name or the password is wrong, so that names cannot be tried out."""


class Closed(Refusal):
    """A door that was tried too often, and when it opens again."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        when = timezone.localtime(until).strftime("%H:%M")
        super().__init__("登录", "连续多次未通过，暂时锁定", f"请在 {when} 之后再试，或联系本单位系统管理员")


def check_password(request: HttpRequest, username: str, password: str, address: str) -> User | None:
    """Return the account behind a name and password, or None; too many tries close the name and the address."""
    for door, visitor in ((ACCOUNT_DOOR, username.casefold()), (ADDRESS_DOOR, address)):
        until = closed_until(door, visitor)
        if until:
            raise Closed(until)
    user = authenticate(request, username=username, password=password)
    if isinstance(user, User) and not (settings.PRODUCTION and user.is_sample):
        forgiven(ACCOUNT_DOOR, username.casefold())
        return user
    closed = tried(ACCOUNT_DOOR, username.casefold()), tried(ADDRESS_DOOR, address)
    record(Kind.SIGN_IN, "sign-in.failed", details={"locked": any(closed)})
    return None


def signed_in(user: User) -> None:
    """Log that an account came in."""
    record(Kind.SIGN_IN, "sign-in", actor=user, subject=f"account:{user.username}")


def signed_out(user: User) -> None:
    """Log that an account left."""
    record(Kind.SIGN_IN, "sign-out", actor=user, subject=f"account:{user.username}")


def page_refused(user: User, name: str) -> None:
    """Log that an account asked for a page that is not for it."""
    record(Kind.REFUSAL, "page.refused", actor=user, details={"page": name})


def check_code(user: User, given: str, now: datetime) -> bool:
    """Tell whether a one-time code or a recovery code is right; either is good once only."""
    until = closed_until(CODE_DOOR, user.username)
    if until:
        raise Closed(until)
    if _one_time(user, given, now) or _recovery(user, given, now):
        forgiven(CODE_DOOR, user.username)
        return True
    tried(CODE_DOOR, user.username)
    record(Kind.SIGN_IN, "second-factor.failed", actor=user, subject=f"account:{user.username}")
    return False


def _one_time(user: User, given: str, now: datetime) -> bool:
    secret = envelope.unseal(bytes(user.second_factor), f"second factor of {user.username}")
    step = totp.step_of(secret, given, int(now.timestamp()), user.second_factor_step)
    if step is None:
        return False
    # Of two requests with one code only the first finds the step still unused.
    fresh = User.objects.filter(pk=user.pk, second_factor_step__lt=step)
    return fresh.update(second_factor_step=step) == 1


def _recovery(user: User, given: str, now: datetime) -> bool:
    digest = envelope.keyed_digest("recovery", f"{user.username}\0{totp.normal(given)}")
    with transaction.atomic():
        unused = RecoveryCode.objects.filter(user=user, digest=digest, used_at=None)
        if unused.update(used_at=now) != 1:
            return False
        record(Kind.SIGN_IN, "recovery-code.used", actor=user, subject=f"account:{user.username}")
    return True


def start_second_factor(user: User) -> tuple[bytes, bytes]:
    """Return a new secret, and its sealed form for the session until it is confirmed."""
    secret = totp.new_secret()
    return secret, envelope.seal(secret, f"second factor of {user.username}")


def confirm_second_factor(user: User, sealed: bytes, given: str, now: datetime) -> list[str] | None:
    """Keep the secret if the first code is right, and return the recovery codes, which are shown this once."""
    secret = envelope.unseal(sealed, f"second factor of {user.username}")
    step = totp.step_of(secret, given, int(now.timestamp()), 0)
    if step is None:
        return None
    with transaction.atomic():
        user.second_factor, user.second_factor_since, user.second_factor_step = sealed, now, step
        user.save(update_fields=["second_factor", "second_factor_since", "second_factor_step"])
        codes = _new_recovery_codes(user)
        record(Kind.ADMINISTRATION, "second-factor.set", actor=user, subject=f"account:{user.username}")
    return codes


def renew_recovery_codes(user: User) -> list[str]:
    """Replace the recovery codes and return the new ones."""
    with transaction.atomic():
        codes = _new_recovery_codes(user)
        record(Kind.ADMINISTRATION, "recovery-codes.renewed", actor=user, subject=f"account:{user.username}")
    return codes


def _new_recovery_codes(user: User) -> list[str]:
    codes = [totp.new_recovery_code() for _ in range(totp.RECOVERY_CODES)]
    user.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=envelope.keyed_digest("recovery", f"{user.username}\0{code}")) for code in codes
    )
    return codes


def change_password(user: User, password: str) -> None:
    """Set a new password; Django ends every other session of the account by itself."""
    with transaction.atomic():
        _set_password(user, password, must_change=False)
        record(Kind.ADMINISTRATION, "password.changed", actor=user, subject=f"account:{user.username}")


def _set_password(user: User, password: str, *, must_change: bool) -> None:
    if user.has_usable_password():
        PastPassword.objects.create(user=user, encoded=user.password)
    user.set_password(password)
    user.password_changed_at = timezone.now()
    user.must_change_password = must_change
    user.save()


def create_organisation(
    key: str,
    name: str,
    kind: str,
    *,
    parent: Organisation | None = None,
    line_superior: Organisation | None = None,
    petition_office: bool = False,
    by: User | None = None,
) -> Organisation:
    """Add an organisation below another."""
    path = f"{parent.path if parent else '/'}{key}/"
    with transaction.atomic():
        made = Organisation.objects.create(
            key=key,
            name=name,
            kind=kind,
            parent=parent,
            line_superior=line_superior,
            path=path,
            petition_office=petition_office,
        )
        record(Kind.ADMINISTRATION, "organisation.added", actor=by, subject=f"organisation:{key}")
    return made


def create_account(
    username: str,
    title: str,
    organisation: Organisation,
    roles: Iterable[Role],
    *,
    password: str = "",
    email: str = "",
    sample: bool = False,
    by: User | None = None,
) -> tuple[User, str]:
    """Add an account and return it with its first password; one that was made up must be changed at once."""
    held = together(roles)
    first = password or secrets.token_urlsafe(12)
    with transaction.atomic():
        user = User(username=username, title=title, organisation=organisation, email=email, is_sample=sample)
        user.set_password(first)
        user.password_changed_at = timezone.now()
        user.must_change_password = not password
        user.save()
        _grant(user, held)
        record(
            Kind.ADMINISTRATION,
            "account.added",
            actor=by,
            subject=f"account:{username}",
            details={"organisation": organisation.key, "roles": [role.value for role in sorted(held)]},
        )
    return user, first


def first_account(organisation: str) -> tuple[User, str] | None:
    """Add the first organisation and its administrator to a site without accounts; return None where there are some."""
    with transaction.atomic():
        if User.objects.exists():
            return None
        top = Organisation.objects.filter(parent=None).first()
        top = top or create_organisation("office", organisation, "department", petition_office=True)
        return create_account("administrator", "系统管理岗", top, [Role.ADMINISTRATOR])


def change_account(
    user: User, *, title: str, organisation: Organisation, email: str, roles: Iterable[Role], active: bool, by: User
) -> None:
    """Change an account's post, organisation, roles or standing; nobody changes their own roles."""
    held = together(roles)
    if user.pk == by.pk:
        raise Refusal("修改账号", "不得修改自己的角色与状态", "请由另一名系统管理员办理")
    with transaction.atomic():
        before = sorted(user.roles)
        user.title, user.organisation, user.email, user.is_active = title, organisation, email, active
        user.save()
        Grant.objects.filter(user=user).delete()
        _grant(user, held)
        record(
            Kind.ADMINISTRATION,
            "account.changed",
            actor=by,
            subject=f"account:{user.username}",
            details={
                "organisation": organisation.key,
                "active": active,
                "roles_before": [role.value for role in before],
                "roles": [role.value for role in sorted(held)],
            },
        )


def choose_notices(user: User, channel: str) -> None:
    """Set how an account is told of what comes to its desk and falls due."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(notice_channel=channel)
        details = {"channel": channel}
        record(Kind.ADMINISTRATION, "notices.chosen", actor=user, subject=f"account:{user.username}", details=details)


def _grant(user: User, roles: frozenset[Role]) -> None:
    Grant.objects.bulk_create(Grant(user=user, role=role.value) for role in sorted(roles))
    user.__dict__.pop("roles", None)


def reset_account(user: User, by: User) -> str:
    """Give a new first password and take the second factor away, for somebody who lost them; return the password."""
    if user.pk == by.pk:
        raise Refusal("重置账号", "不得重置自己的账号", "请由另一名系统管理员办理")
    first = secrets.token_urlsafe(12)
    with transaction.atomic():
        user.second_factor, user.second_factor_since, user.second_factor_step = b"", None, 0
        _set_password(user, first, must_change=True)
        user.recovery_codes.all().delete()
        record(Kind.ADMINISTRATION, "account.reset", actor=by, subject=f"account:{user.username}")
    return first
