"""Opens compound files, the containers of legacy Office documents."""

from __future__ import annotations

import io

import olefile  # type: ignore[import-untyped]

from hengping.errors import Unreadable
from hengping_io.read_package import DAMAGED

BROKEN = (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError, MemoryError)
"""What olefile raises on damaged containers, besides its own errors, which are ``OSError``."""


def streams(name: str, data: bytes, wanted: tuple[str, ...]) -> dict[str, bytes]:
    """Return those of the wanted streams that the container holds."""
    found: dict[str, bytes] = {}
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            for stream in wanted:
                if container.exists(stream):
                    found[stream] = container.openstream(stream).read()
    except BROKEN as error:
        raise Unreadable(name, "文件不完整或已损坏，打不开其中的目录", DAMAGED) from error
    return found
