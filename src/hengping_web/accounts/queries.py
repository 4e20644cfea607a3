"""Questions about organisations and accounts."""

from __future__ import annotations

from django.db.models import QuerySet

from hengping.petitions.model import Authorities
from hengping_web.accounts.models import Organisation, User
from hengping_web.accounts.roles import Role


def organisations() -> QuerySet[Organisation]:
    """Return every organisation, from the top."""
    return Organisation.objects.all()


def organisation(key: str) -> Organisation:
    """Return one organisation by its key."""
    return Organisation.objects.get(key=key)


def organisations_below(top: Organisation) -> QuerySet[Organisation]:
    """Return an organisation and everything below it."""
    return Organisation.objects.filter(path__startswith=top.path)


def authorities() -> Authorities:
    """Return which organisation stands directly above which, along both lines, for the core."""
    above: dict[str, set[str]] = {}
    for key, parent, line in Organisation.objects.values_list("key", "parent__key", "line_superior__key"):
        above[key] = {name for name in (parent, line) if name}
    return Authorities(above)


def accounts() -> QuerySet[User]:
    """Return every account with its organisation and roles."""
    return User.objects.select_related("organisation").prefetch_related("grants")


def sample_accounts() -> QuerySet[User]:
    """Return the accounts that came with the model year, office by office."""
    return accounts().filter(is_sample=True).order_by("organisation__path", "username")


def account(username: str) -> User | None:
    """Return one account, if there is one."""
    return User.objects.select_related("organisation").filter(username=username).first()


def holders(role: Role, organisation: Organisation) -> QuerySet[User]:
    """Return the active accounts of an organisation that hold a role."""
    return User.objects.filter(grants__role=role.value, organisation=organisation, is_active=True)


def past_passwords(user: User) -> list[str]:
    """Return the digests of the password in use and of the four before it."""
    return [user.password, *user.past_passwords.order_by("-replaced_at").values_list("encoded", flat=True)[:4]]
