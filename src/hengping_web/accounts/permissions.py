"""The one table of who may open what: the name of an address, who may look, who may send.

An address that is not in the table is refused to everybody. A new page adds its line here; a test walks every address
with every role and without one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from hengping.errors import RulebookError
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import CASEWORK, EVALUATION, EVERY_ROLE, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may look at a page and who may send its form; ``public`` needs no account."""

    reads: frozenset[Role] = frozenset()
    writes: frozenset[Role] = frozenset()
    public: bool = False

    def allows(self, roles: frozenset[Role], *, writing: bool) -> bool:
        """Tell whether somebody with these roles is let in."""
        return self.public or not roles.isdisjoint(self.writes if writing else self.reads)


def reading(*roles: Role) -> Access:
    """Let the roles look, and nobody send."""
    return Access(reads=frozenset(roles))


def working(writers: Iterable[Role], readers: Iterable[Role] = ()) -> Access:
    """Let the writers look and send, and the readers look."""
    writes = frozenset(writers)
    if Role.AUDITOR in writes:
        raise RulebookError("审计员只看不改：权限表不得让审计员提交")
    return Access(reads=writes | frozenset(readers), writes=writes)


ANYONE = Access(public=True)
"""A page for the public, or for signing in."""

STAFF = Access(reads=EVERY_ROLE, writes=EVERY_ROLE)
"""A page about one's own account."""

ADMINISTRATION = working([Role.ADMINISTRATOR], [Role.AUDITOR])

SITE: Mapping[str, Access] = {
    "home": ANYONE,
    "rules": ANYONE,
    "health": ANYONE,
    "language": ANYONE,
}

ACCOUNTS: Mapping[str, Access] = {
    "accounts:sign-in": ANYONE,
    "accounts:second-factor": ANYONE,
    "accounts:sign-out": ANYONE,
    "accounts:mine": STAFF,
    "accounts:change-password": STAFF,
    "accounts:set-up-second-factor": STAFF,
    "accounts:recovery-codes": STAFF,
    "accounts:accounts": ADMINISTRATION,
    "accounts:add-account": working([Role.ADMINISTRATOR]),
    "accounts:account": ADMINISTRATION,
    "accounts:organisations": ADMINISTRATION,
    "accounts:add-organisation": working([Role.ADMINISTRATOR]),
}

TRAIL: Mapping[str, Access] = {
    "trail:entries": reading(Role.AUDITOR, Role.ADMINISTRATOR),
    "trail:export": reading(Role.AUDITOR, Role.ADMINISTRATOR),
}

PETITIONS: Mapping[str, Access] = {}

TABLE: Mapping[str, Access] = {**SITE, **ACCOUNTS, **TRAIL, **PETITIONS}
"""Name of an address → who is let in."""

NOBODY = Access()

__all__ = ["CASEWORK", "EVALUATION", "TABLE", "Access", "access_to", "allowed", "reading", "working"]


def access_to(name: str) -> Access:
    """Return who may open an address; nobody where the table does not know it."""
    return TABLE.get(name, NOBODY)


def allowed(user: User | AnonymousUser, name: str, *, writing: bool = False) -> bool:
    """Tell whether somebody may open an address, to look or to send."""
    roles = user.roles if isinstance(user, User) and user.is_active else frozenset()
    return access_to(name).allows(roles, writing=writing)
