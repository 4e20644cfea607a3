"""Do two things at once where the machine has two cores, and one after the other where it has not.

The second process is a copy of this one, so nothing has to be packed up to be handed over. What it finds comes back;
if it fails, the work is done again here, so that the failure is told as it would have been without it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar, cast

LeftT = TypeVar("LeftT")
RightT = TypeVar("RightT")


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def side_by_side(left: Callable[[], LeftT], right: Callable[[], RightT], *, processes: int) -> tuple[LeftT, RightT]:
    """Return what two pieces of work come to; the left one is done elsewhere if it can be, and must be sendable."""
    if processes < 2 or sys.platform != "linux":
        return left(), right()
    context = get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(left, sender), daemon=True)
    child.start()
    sender.close()
    try:
        found = right()
        done, result = _receive(receiver)
    finally:
        receiver.close()
        if sys.exc_info()[0] is not None:
            child.terminate()
        child.join()
    return (cast("LeftT", result) if done else left()), found


def _work(work: Callable[[], Any], sender: Connection) -> None:
    try:
        sender.send((True, work()))
    except BaseException:  # noqa: BLE001 - whatever it is, it will happen again where it can be told
        sender.send((False, None))


def _receive(receiver: Connection) -> tuple[bool, Any]:
    try:
        found: tuple[bool, Any] = receiver.recv()
    except EOFError:
        return False, None
    return found
