"""Write a set of files so that they appear complete or not at all.

Files are first written into a hidden folder beside the target, on the same disk. Only when the last one is safely
there are they moved into place; whatever goes wrong before or during the move, the target keeps what it held. A run
that was killed outright is undone by the next one.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hengping.errors import Unavailable
from hengping_io.system_errors import REASONS, reason_of

STAGED = ".partial"
KEPT = ".previous"


class OutputSet:
    """The files of one run, on their way to one folder."""

    def __init__(self, folder: Path, staging: Path) -> None:
        self.folder = folder
        self._staging = staging

    def path(self, name: str) -> Path:
        """Return where to write a file of this name for now."""
        return self._staging / name

    def write(self, name: str, content: bytes | str) -> None:
        """Write one file; text as UTF-8 with plain line feeds."""
        data = content.encode() if isinstance(content, str) else content
        self.path(name).write_bytes(data)


@contextmanager
def complete_or_nothing(folder: Path) -> Iterator[OutputSet]:
    """Yield a set of outputs and move it into ``folder`` when the block ends well.

    Raises ``Unavailable`` where the folder cannot be written or the disk is full; what was there before stays.
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would follow a link the user chose
    try:
        staging = _prepare(folder)
    except OSError as error:
        raise _unavailable(folder, error) from error
    try:
        yield OutputSet(folder, staging)
        _commit(folder, staging)
    except OSError as error:
        if error.errno in REASONS:
            raise _unavailable(folder, error) from error
        raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _beside(folder: Path, ending: str) -> Path:
    return folder.with_name(f".{folder.name}{ending}")


def _prepare(folder: Path) -> Path:
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    _undo(folder)
    staging = _beside(folder, f"{STAGED}-{os.getpid()}")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    return staging


def _sweep(folder: Path) -> None:
    """Remove what a killed run left beside the folder."""
    for left in folder.parent.glob(f".{folder.name}{STAGED}-*"):
        process = left.name.rpartition("-")[2]
        if process.isdigit() and not _alive(int(process)):
            shutil.rmtree(left, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _commit(folder: Path, staging: Path) -> None:
    for path in staging.rglob("*"):
        _settle(path)
    if not folder.exists():
        staging.rename(folder)
        _settle(folder.parent)
        return
    kept = _beside(folder, KEPT)
    kept.mkdir()
    try:
        for path in sorted(staging.iterdir()):
            _replace(path, folder / path.name, kept / path.name)
    except BaseException:
        _undo(folder)
        raise
    _settle(folder)
    shutil.rmtree(kept)


def _replace(new: Path, place: Path, kept: Path) -> None:
    """Put a file in its place; the one it replaces, or the mark that there was none, is kept until the end."""
    if place.exists():
        place.rename(kept)
    else:
        kept.with_name(kept.name + ".new").touch()
    new.rename(place)


def _undo(folder: Path) -> None:
    """Bring back what an unfinished move had put aside."""
    kept = _beside(folder, KEPT)
    if not kept.is_dir():
        return
    for path in kept.iterdir():
        if path.name.endswith(".new"):
            _remove(folder / path.name.removesuffix(".new"))
        else:
            _remove(folder / path.name)
            path.rename(folder / path.name)
    shutil.rmtree(kept)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _settle(path: Path) -> None:
    """Have the disk keep a file or folder before anything points at it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unavailable(folder: Path, error: OSError) -> Unavailable:
    reason = reason_of(error)
    return Unavailable(
        str(folder), f"写不进去：{reason}", "原有文件没有改动，也没有留下半成品；请腾出空间或换一个 --out 文件夹再试。"
    )
