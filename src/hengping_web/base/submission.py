"""The key a form carries so that it is answered once, and the mark of a form that may be sent as often as one likes."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, TypeVar

KEY_FIELD = "form_key"

View = TypeVar("View", bound=Callable[..., Any])


def new_key() -> str:
    """Return a key nobody can guess."""
    return secrets.token_urlsafe(24)


def repeatable(view: View) -> View:
    """Mark a view whose form changes nothing when it is sent again, such as signing in."""
    view.repeatable = True  # type: ignore[attr-defined]
    return view


def is_repeatable(view: Callable[..., object]) -> bool:
    """Tell whether a view was marked."""
    return getattr(view, "repeatable", False) is True
