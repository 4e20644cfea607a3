"""Measure the numbers of national scale: ``python -m benchmarks.scale FACTS LEDGER [--copies 1] [--runs 5]``.

FACTS is what ``hengping facts`` wrote, LEDGER what ``hengping generate --ledger`` wrote. ``--copies`` reads the same files
several times, where there are too few rows. The indicator set through Ibis is run in turn with the same sums written by hand in SQL; medians are printed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from hengping_io import casework_counts, counts, engines, fact_store, ledger_counts
from hengping_io.fact_words import PLACES
from hengping_io.ledger_counts import LOT

Action = Callable[[], Any]


def main() -> None:
    """Measure and print one line of JSON for each thing measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("facts", type=Path)
    parser.add_argument("ledger", type=Path)
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--ledger-copies", type=int, default=1)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--engine", default="duckdb")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    print(json.dumps({"load": os.getloadavg(), "cores": os.cpu_count()}))
    if options.only in ("", "facts"):
        _facts(options)
    if options.only in ("", "ledger"):
        _ledger(options)


def _facts(options: argparse.Namespace) -> None:
    listing = fact_store.find(options.facts)
    names = counts.wanted(casework_counts.indicators(listing.edition.as_of))
    many = fact_store.counted_files(options.facts, listing) * options.copies
    connection = engines.connect(options.engine)
    table = engines.scan(connection, many)
    measured: dict[str, Action] = {
        "indicators through Ibis": partial(counts.count_columns, table, names),
        "by region through Ibis": partial(
            counts.count_by, table, casework_counts.indicators(listing.edition.as_of), ["region"]
        ),
    }
    if options.engine == "duckdb":
        measured["the same sums in SQL"] = partial(_fetched, connection, _by_hand(names, many))
    _alternately(measured, options.runs, f"{listing.rows * options.copies:,} petitions", len(many))


def _by_hand(names: Sequence[str], files: Sequence[Path]) -> str:
    """Return the SQL somebody would write who knows how the answers are packed."""
    packed = {name: PLACES[name] for name in names if name in PLACES}
    plain = [name for name in names if name not in packed]
    words = ", ".join(sorted({place.word for place in packed.values()}))
    bits = [f"sum(n * (({word} >> {bit}) & 1))" for word, bit in packed.values()]
    inner = ", ".join([words, "count(*) AS n", *(f"sum({name}) AS {name}" for name in plain)])
    source = f"read_parquet({list(map(str, files))}, hive_partitioning = false)"
    outer = ", ".join([*bits, *(f"sum({name})" for name in plain)])
    return f"SELECT {outer} FROM (SELECT {inner} FROM {source} GROUP BY {words})"  # noqa: S608 - our own names


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
