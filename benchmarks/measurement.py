"""One thing measured: the values of its runs, their unit, and what it should be where somebody said so."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hengping_io.progress import progress

LEAST_RUNS = 5
WARM_UPS = 2

Action = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What was measured: seconds unless ``unit`` says otherwise; a rate is to be reached, everything else not passed."""

    name: str
    values: tuple[float, ...]
    unit: str = "s"
    target: float | None = None
    is_rate: bool = False
    note: str = ""

    @property
    def median(self) -> float:
        """Return the middle run."""
        return statistics.median(self.values)

    @property
    def verdict(self) -> str:
        """Say whether the target was met."""
        if not self.values:
            return self.note or "not measured"
        if self.target is None:
            return self.note
        gap = self.target - self.median if self.is_rate else self.median - self.target
        told = "met" if gap <= 0 else f"falls short by {shown(gap, self.unit)}"
        return f"{told}; {self.note}" if self.note else told

    @property
    def row(self) -> str:
        """Return the row of the table."""
        if not self.values:
            return f"| {self.name} | – | – | {self.aim} | {self.verdict} |"
        span = f"{shown(min(self.values), self.unit)} – {shown(max(self.values), self.unit)}"
        return f"| {self.name} | {shown(self.median, self.unit)} | {span} | {self.aim} | {self.verdict} |"

    @property
    def aim(self) -> str:
        """Return what it should be."""
        sign = "≥" if self.is_rate else "≤"
        return "–" if self.target is None else f"{sign} {shown(self.target, self.unit)}"


Entries = Mapping[str, Callable[[str], Measurement]]
"""What can be measured, by its name; nothing runs before it is called."""


def shown(value: float, unit: str) -> str:
    """Return a value with its unit."""
    if unit == "s":
        return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"
    return f"{value:.2f} {unit}" if value < 10 else f"{value:,.0f} {unit}"


def seconds_of(name: str, action: Action, runs: int, warm_ups: int = WARM_UPS) -> tuple[float, ...]:
    """Return the seconds of every run after some to warm up."""
    for _ in range(warm_ups):
        action()
    found = []
    for _ in progress(range(runs), name, unit="次"):
        began = time.perf_counter()
        action()
        found.append(time.perf_counter() - began)
    return tuple(found)


def unmeasured(name: str, why: str) -> Measurement:
    """Return the row of what could not be measured here."""
    return Measurement(name=name, values=(), note=why)


def output_of(words: Sequence[str], environment: Mapping[str, str] | None = None) -> str | None:
    """Return the last line a program prints, or None where it cannot run."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=True, env=environment)
    except (OSError, subprocess.CalledProcessError):
        return None
    lines: Iterable[str] = done.stdout.splitlines()
    return list(lines)[-1] if done.stdout.strip() else None
