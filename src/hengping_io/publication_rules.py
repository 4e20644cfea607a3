"""By which rules a package was made: a hash of every file of the rulebook and of the code that decides."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

from hengping import tables

PROGRAM = "程序"
RULEBOOK = "规则"


@cache
def rules() -> Mapping[str, tuple[str, str]]:
    """Return every file that decides: its path → what it is, its SHA-256."""
    root = tables.FOLDER.parent
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(root.rglob("*")):
        if path.suffix in (".toml", ".csv", ".txt", ".py") and path.is_file():
            kind = RULEBOOK if tables.FOLDER in path.parents else PROGRAM
            found[path.relative_to(root).as_posix()] = (kind, hashlib.sha256(path.read_bytes()).hexdigest())
    return found


@cache
def version() -> str:
    """Return which Hengping this is; empty where it runs from a folder that was never installed."""
    try:
        return metadata.version("hengping")
    except metadata.PackageNotFoundError:
        return ""


def scheme_file(key: str) -> Path | None:
    """Return the rulebook file that holds a scheme."""
    for name in tables.names("schemes", ".toml"):
        if tables.toml(name)["key"] == key:
            return tables.FOLDER / name
    return None
