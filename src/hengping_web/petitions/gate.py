"""Who works on a matter, for the room that keeps identities."""

from __future__ import annotations

from hengping_web.accounts.models import User
from hengping_web.accounts.roles import CASEWORK
from hengping_web.petitions import queries


def may_see(user: User, number: str) -> bool:
    """Tell whether an account works on a matter and is not kept from it; an auditor reads, but sees no identity."""
    return user.has(*CASEWORK) and queries.matter(user, number) is not None
