"""A progress bar with rate and time left, for anything that takes more than a second on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TextIO, TypeVar

from tqdm import tqdm

ItemT = TypeVar("ItemT")

SHAPE = "{desc}：{percentage:3.0f}% |{bar}| {n_fmt}/{total_fmt} {unit}，每秒 {per_second:.0f} {unit}，尚需 {remaining}"
OPEN_SHAPE = "{desc}：{n_fmt} {unit}，每秒 {per_second:.0f} {unit}，已用 {elapsed}"
PATIENCE_SECONDS = 1


class _Bar(tqdm):  # type: ignore[type-arg]
    """The library's bar, with the rate as a plain number: it is unknown, and prints as 0, until something is done.

    It starts no thread of its own, so that processes may still be copied while it is shown.
    """

    monitor_interval = 0

    @property
    def format_dict(self) -> dict[str, object]:
        found = dict(super().format_dict)
        elapsed = found["elapsed"] or 0
        found["per_second"] = found["rate"] or (found["n"] / elapsed if elapsed else 0)
        return found


def progress(
    items: Iterable[ItemT], what: str, *, total: int | None = None, unit: str = "条", stream: TextIO | None = None
) -> Iterator[ItemT]:
    """Yield the items; show how far they are once a second has passed, and only to a person watching a terminal."""
    known = total if total is not None else _length(items)
    with _Bar(
        items,
        desc=what,
        total=known,
        unit=unit,
        file=stream or sys.stderr,
        delay=PATIENCE_SECONDS,
        disable=None,
        leave=False,
        bar_format=OPEN_SHAPE if known is None else SHAPE,
    ) as bar:
        yield from bar


def _length(items: Iterable[object]) -> int | None:
    try:
        return len(items)  # type: ignore[arg-type]
    except TypeError:
        return None
