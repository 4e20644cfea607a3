"""How a row of the log is written down and hashed: one canonical line of JSON, one digest over it.

``hengping verify-log`` has its own version of this page, on purpose: the verifier must not trust the writer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeAlias

FORMAT = "hengping-log/1"
START = "0" * 64
"""What the first row names as the hash before it."""

Plain: TypeAlias = "str | int | bool | list[Plain] | dict[str, Plain] | None"
"""What a detail may be; no binary fractions, which print differently from place to place."""


def canonical(value: object) -> str:
    """Return the one way a value is written: keys sorted, no spaces, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def instant(at: datetime) -> str:
    """Return an instant in UTC to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest(algorithm: str, row: Mapping[str, object]) -> str:
    """Return the hash of a row without its own hash."""
    return hashlib.new(algorithm, canonical(row).encode("utf-8")).hexdigest()


def refuse_fractions(value: object, name: str = "details") -> None:
    """Refuse what would not come back from the log as it went in."""
    match value:
        case str():
            value.encode("utf-8")
        case None | bool() | int():
            return
        case dict():
            for key, inner in value.items():
                refuse_fractions(inner, f"{name}.{key}")
        case list():
            for inner in value:
                refuse_fractions(inner, name)
        case _:
            raise TypeError(f"{name} is a {type(value).__name__}; write it as text")
