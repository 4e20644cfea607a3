"""Write one file so that it appears complete or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from hengping.errors import Unavailable
from hengping_io.system_errors import reason_of


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file beside its place and move it there; raise ``Unavailable`` where it cannot be written.

    A code point that UTF-8 has no form for is written as its escape, so that a damaged document does not end the run.
    """
    data = content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(data)
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        reason = f"写不进去：{reason_of(error)}"
        raise Unavailable(str(path), reason, "请腾出空间或换一个 --out 位置再试。") from error
