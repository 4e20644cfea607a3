"""Measure the numbers of national scale: ``python -m benchmarks.scale FACTS LEDGER [--copies 10] [--runs 5]``.

FACTS is what ``hengping facts`` wrote, LEDGER what ``hengping generate --ledger`` wrote. To come to ten or a hundred
million rows the same files are read as often as ``--copies`` says: what is scanned and added is as much, the disk is
not. The indicator set through Ibis is run in turn with the same sums written by hand in SQL; medians are printed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from hengping_io import casework_counts, counts, engines, fact_store, ledger_counts
from hengping_io.ledger_counts import LOT

Action = Callable[[], Any]


def main() -> None:
    """Measure and print one line of JSON for each thing measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("facts", type=Path)
    parser.add_argument("ledger", type=Path)
    parser.add_argument("--copies", type=int, default=10)
    parser.add_argument("--ledger-copies", type=int, default=25)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--engine", default="duckdb")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    print(json.dumps({"load": os.getloadavg(), "cores": os.cpu_count()}))
    with tempfile.TemporaryDirectory(prefix="hengping-scale-") as scratch:
        if options.only in ("", "facts"):
            _facts(options, Path(scratch))
        if options.only in ("", "ledger"):
            _ledger(options)


def _facts(options: argparse.Namespace, scratch: Path) -> None:
    listing = fact_store.find(options.facts)
    parts = [str((options.facts / one.file).resolve()) for one in listing.partitions.values()]
    packed = scratch / "packed.parquet"
    engines.connect().con.execute(f"COPY (SELECT * FROM read_parquet({parts})) TO '{packed}' (FORMAT parquet)")  # noqa: S608
    asked = casework_counts.indicators(listing.edition.as_of)
    names = counts.wanted(asked)
    for title, files in (("one file per million", [str(packed)]), ("partitions as written", parts)):
        many = files * options.copies
        connection = engines.connect(options.engine)
        table = engines.scan(connection, [Path(name) for name in many])
        sums = ", ".join(f"sum({name})" for name in names)
        measured: dict[str, Action] = {
            "indicators through Ibis": partial(counts.count, table, asked),
            "by region through Ibis": partial(counts.count_by, table, asked, ["region"]),
        }
        if options.engine == "duckdb":
            query = f"SELECT {sums} FROM read_parquet({many}, hive_partitioning = false)"  # noqa: S608 - our own names
            measured["the same sums in SQL"] = partial(_fetched, connection, query)
        _alternately(measured, options.runs, f"{listing.rows * options.copies:,} petitions, {title}", len(many))


def _ledger(options: argparse.Namespace) -> None:
    paths = ledger_counts.files(options.ledger)
    known = ledger_counts.projects(options.ledger)
    many = [path.resolve() for path in paths] * options.ledger_copies
    connection = engines.connect(options.engine)
    table = engines.scan(connection, many)
    lots = ", ".join(LOT)
    measured: dict[str, Action] = {"every figure of the ledger": lambda: ledger_counts.books(table, (), known, 2024)}
    if options.engine == "duckdb":
        named = [str(path) for path in many]
        query = f"SELECT {lots}, sum(amount) FROM read_parquet({named}, hive_partitioning = false) GROUP BY ALL"  # noqa: S608
        measured["the same sums in SQL"] = partial(_fetched, connection, query)
    _alternately(measured, options.runs, "ledger lines", len(many))


def _fetched(connection: Any, query: str) -> Any:
    return connection.con.execute(query).fetchall()


def _alternately(measured: dict[str, Action], runs: int, what: str, files: int) -> None:
    """Run each in turn, so that a busy machine slows all alike; the first round is thrown away."""
    seconds: dict[str, list[float]] = {name: [] for name in measured}
    for round_ in range(runs + 1):
        for name, action in measured.items():
            began = time.perf_counter()
            action()
            if round_:
                seconds[name].append(time.perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    for name, found in seconds.items():
        figures = {"median": round(statistics.median(found), 3), "best": round(min(found), 3)}
        print(json.dumps({"what": what, "how": name, "files": files, **figures, "peak_mib": peak}), flush=True)


if __name__ == "__main__":
    main()
