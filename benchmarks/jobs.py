"""What is measured of the product inside one process: a file read, and a file read and audited."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measurement import Action


def read_alone(path: Path) -> Action:
    """Return an action that reads a file into a document and no more."""
    from hengping_io.read import read

    return lambda: read(path)


def read_and_audit(path: Path) -> Action:
    """Return an action that reads a file and judges everything in it."""
    from hengping.audit.examine import examine
    from hengping_io.read import read

    return lambda: examine(read(path))
