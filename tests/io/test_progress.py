"""A bar is for a person who waits at a terminal; everybody else gets the items and nothing more."""

from __future__ import annotations

import io
import re

import pytest
from tqdm import tqdm

from hengping_io import progress as progress_module
from hengping_io.progress import progress


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show the bar at once and on every item."""
    monkeypatch.setattr(progress_module, "PATIENCE_SECONDS", 0)
    monkeypatch.setattr(progress_module._Bar, "__init__", _eager(tqdm.__init__))


def _eager(original: object) -> object:
    def begin(self: object, *arguments: object, **options: object) -> None:
        assert callable(original)
        original(self, *arguments, **{**options, "mininterval": 0, "miniters": 1, "ncols": 100})

    return begin


def test_every_item_comes_through_in_order() -> None:
    assert list(progress(iter("甲乙丙"), "读取", stream=io.StringIO())) == ["甲", "乙", "丙"]


def test_nothing_is_written_where_nobody_watches() -> None:
    stream = io.StringIO()

    list(progress(range(10), "读取", stream=stream))

    assert stream.getvalue() == ""


def test_something_quick_is_not_shown_even_on_a_terminal() -> None:
    stream = Terminal()

    list(progress(range(10), "读取", stream=stream))

    assert stream.getvalue().strip() == ""


@pytest.mark.usefixtures("impatient")
def test_a_long_run_shows_share_count_rate_and_time_left() -> None:
    stream = Terminal()

    list(progress(range(4), "读取账目", unit="笔", stream=stream))

    assert re.search(r"读取账目： 50% \|.+\| 2/4 笔，每秒 \d+ 笔，尚需 ", stream.getvalue())


@pytest.mark.usefixtures("impatient")
def test_without_a_known_end_the_time_used_is_shown_instead() -> None:
    stream = Terminal()

    list(progress(iter(range(4)), "读取账目", unit="笔", stream=stream))

    assert re.search(r"读取账目：3 笔，每秒 \d+ 笔，已用 ", stream.getvalue())
