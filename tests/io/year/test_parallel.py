"""Two things at once come to the same as one after the other, in success and in failure."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hengping.errors import Refusal
from hengping_io.parallel import cores, side_by_side


@pytest.mark.parametrize("processes", [1, 2])
def test_both_results_come_back(tmp_path: Path, processes: int) -> None:
    def left() -> int:
        (tmp_path / "left").write_text("左", encoding="utf-8")
        return 1

    assert side_by_side(left, lambda: "右", processes=processes) == (1, "右")
    assert (tmp_path / "left").read_text(encoding="utf-8") == "左"


@pytest.mark.parametrize("processes", [1, 2])
def test_a_failure_on_either_side_is_told_as_it_is(processes: int) -> None:
    def refuse() -> None:
        raise Refusal("延期", "超过三十日", "请在期限内办结")

    with pytest.raises(Refusal, match="超过三十日"):
        side_by_side(refuse, lambda: None, processes=processes)
    with pytest.raises(Refusal, match="超过三十日"):
        side_by_side(lambda: None, refuse, processes=processes)


def test_a_helper_that_dies_is_replaced_by_doing_its_work_here() -> None:
    here = os.getpid()

    def left() -> str:
        if os.getpid() != here:
            os._exit(9)
        return "done here"

    assert side_by_side(left, lambda: None, processes=2) == ("done here", None)


def test_there_is_at_least_one_core() -> None:
    assert cores() >= 1
