"""How fast a batch goes and when it will be done, in whole numbers and words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a batch is: of how many, the percentage, files a minute, and seconds left where that is known."""

    finished: int
    total: int
    percent: int
    a_minute: int
    seconds_left: int | None

    @property
    def shown(self) -> str:
        """Return the percentage as printed."""
        return f"{self.percent}%"

    @property
    def left(self) -> str:
        """Return the time left in words."""
        if self.seconds_left is None:
            return "未知"
        minutes = -(-self.seconds_left // 60)
        return "不到一分钟" if self.seconds_left < 60 else f"约 {minutes} 分钟"


def pace(finished: int, total: int, seconds: int) -> Pace:
    """Return the pace of a batch that has worked so many seconds.

    >>> pace(30, 120, 60).left
    '约 3 分钟'
    """
    percent = finished * 100 // total if total else 100
    if not finished or not seconds:
        return Pace(finished, total, percent, 0, None)
    return Pace(finished, total, percent, finished * 60 // seconds, (total - finished) * seconds // finished)
