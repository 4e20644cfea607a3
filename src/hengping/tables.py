"""The rulebook's tables, read once from the package.

This is the one place where the core touches its own files. Nothing here reads anything else.
"""

from __future__ import annotations

import csv
import io
import tomllib
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from hengping.errors import RulebookError

FOLDER = Path(__file__).with_name("rules")


@cache
def text(name: str) -> str:
    """Return one rulebook file as text."""
    path = FOLDER / name
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise RulebookError(f"规则表 {name} 不存在") from error


@cache
def toml(name: str) -> MappingProxyType[str, Any]:
    """Return one TOML table of the rulebook, read-only."""
    try:
        return MappingProxyType(tomllib.loads(text(name)))
    except tomllib.TOMLDecodeError as error:
        raise RulebookError(f"规则表 {name} 不是合格的 TOML：{error}") from error


@cache
def rows(name: str) -> tuple[MappingProxyType[str, str], ...]:
    """Return the rows of one CSV table of the rulebook, each a read-only mapping of text."""
    reader = csv.DictReader(io.StringIO(text(name)), strict=True)
    return tuple(MappingProxyType(dict(row)) for row in reader)


@cache
def names(folder: str, ending: str) -> tuple[str, ...]:
    """Return the names of the tables in one folder of the rulebook, sorted."""
    found = (FOLDER / folder).glob(f"*{ending}")
    return tuple(sorted(f"{folder}/{path.name}" for path in found))
