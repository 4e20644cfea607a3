"""The site killed while letters are registered: what was acknowledged is there once and whole, and the log verifies."""

from __future__ import annotations

import socket
from pathlib import Path

from benchmarks import faults


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_nothing_acknowledged_is_lost_when_the_site_is_killed(tmp_path: Path) -> None:
    found = faults.run(kills=5, writes=40, place=tmp_path, port=free_port())

    assert (found.kills, found.acknowledged) == (5, 40)
    assert (found.lost, found.twice, found.half, found.chain_holds) == ((), (), (), True)
