"""What every suite shares: the repository's root, the official calendar, and a tally for ``./run test``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from hengping.dates import Calendar, official_calendar

settings.register_profile("hengping", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("hengping")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of reference material beside the repository, or skip where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the reference material is not beside this repository")
    return folder


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    """Return the calendar of every published year."""
    return official_calendar()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Leave the counts for ``./run test``, which adds up its two suites."""
    tally = os.environ.get("HENGPING_TALLY")
    if tally:
        count = {name: len(terminalreporter.stats.get(name, ())) for name in ("passed", "failed", "error", "skipped")}
        with Path(tally).open("a", encoding="utf-8") as file:
            file.write(f"{count['passed']} {count['failed'] + count['error']} {count['skipped']}\n")
