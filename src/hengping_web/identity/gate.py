"""Who works on a matter, as long as no room of matters says so: nobody."""

from __future__ import annotations

from hengping_web.accounts.models import User


def nobody(_user: User, _matter: str) -> bool:
    """Refuse everybody."""
    return False
