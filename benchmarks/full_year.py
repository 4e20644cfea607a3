"""Measure the full evaluation of a large year: ``python -m benchmarks.full_year [--cases 100000] [--entries 20000]``.

The year is the model year made larger: its petitions are repeated under numbers of their own, its ledger entries are
split into parts that come to the same, so that every balance still holds. Measured is a whole process from start to
end, without rendering (read, judge, count, score, write the result) and with every document; medians are printed.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from benchmarks.corpus import ROOT
from benchmarks.measurement import LEAST_RUNS, Measurement, seconds_of

MODEL_YEAR = ROOT / "demo" / "model-year"
PROGRAM = str(Path(sys.executable).parent / "hengping")
CENT = Decimal("0.01")
EVALUATE = """
import gc, sys
from pathlib import Path
gc.disable()
from hengping_io import parallel, year_counts, year_folder
with year_counts.counter(processes=parallel.cores()) as counter:
    folder = year_folder.read(Path(sys.argv[1]))
    from hengping_io import year_documents
    counted = year_documents.count(folder, counter)
Path(sys.argv[2]).write_text(year_documents.work(folder, counted).result, encoding="utf-8")
"""
"""What ``hengping year`` does before it writes a document."""

Rows = list[list[str]]


def main(argv: Sequence[str] | None = None) -> int:
    """Make the year, measure both, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000, help="petitions (100,000)")
    parser.add_argument("--entries", type=int, default=20_000, help="ledger entries at least (20,000)")
    parser.add_argument("--runs", type=int, default=LEAST_RUNS)
    options = parser.parse_args(argv)
    print(json.dumps({"load": os.getloadavg(), "cores": os.cpu_count()}))
    with tempfile.TemporaryDirectory(prefix="hengping-year-") as scratch:
        folder = larger(Path(scratch) / "year", options.cases, options.entries)
        for measured in _measured(folder, Path(scratch), options.runs):
            print(measured.row, flush=True)
    return 0


def _measured(folder: Path, scratch: Path, runs: int) -> Iterator[Measurement]:
    out = scratch / "out"
    evaluate = [sys.executable, "-c", EVALUATE, str(folder), str(scratch / "result.json")]
    write = [PROGRAM, "year", str(folder), "--out", str(out)]

    def written() -> None:
        shutil.rmtree(out, ignore_errors=True)
        _run(write)

    name = "full evaluation, without rendering"
    yield Measurement(name=name, values=seconds_of(name, lambda: _run(evaluate), runs), target=3.0)
    name = "full evaluation, with every document"
    yield Measurement(name=name, values=seconds_of(name, written, runs), target=8.0)
    if (scratch / "result.json").read_bytes() != (out / "result.json").read_bytes():
        raise SystemExit("the two results differ")


def _run(words: Sequence[str]) -> None:
    """Run a program to its end; a report with findings ends with 1, which is no failure."""
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        raise SystemExit(done.stderr or done.stdout)


def larger(target: Path, cases: int, entries: int) -> Path:
    """Write the model year with as many petitions, and at least as many ledger entries."""
    shutil.copytree(MODEL_YEAR, target)
    data = target / "data"
    head, rows = _read(data / "ledger.csv")
    _write(data / "ledger.csv", head, _split(head, rows, entries))
    head, rows = _read(data / "petitions.csv")
    repeated = list(_repeated(head, rows, cases))
    there = {row[0] for row, _ in repeated}
    for row, _ in repeated:
        row[head.index("repeat_of")] *= row[head.index("repeat_of")] in there
    _write(data / "petitions.csv", head, (row for row, _ in repeated))
    head, rows = _read(data / "events.csv")
    logs: dict[str, Rows] = {}
    for row in rows:
        logs.setdefault(row[0], []).append(row)
    _write(data / "events.csv", head, ([row[0], *event[1:]] for row, model in repeated for event in logs[model]))
    return target


def _read(path: Path) -> tuple[list[str], Rows]:
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    return head, rows


def _write(path: Path, head: list[str], rows: Iterable[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def _split(head: list[str], rows: Rows, entries: int) -> Iterator[list[str]]:
    """Yield every entry in so many parts that come to the same, to the cent."""
    parts, amount, entry = -(-entries // len(rows)), head.index("amount"), head.index("entry")
    for row in rows:
        whole = Decimal(row[amount])
        share = (whole / parts).quantize(CENT)
        for part in range(parts):
            made = list(row)
            made[entry] = f"{row[entry]}-{part}"
            made[amount] = f"{share if part else whole - share * (parts - 1):f}"
            yield made


def _repeated(head: list[str], rows: Rows, cases: int) -> Iterator[tuple[list[str], str]]:
    """Yield petitions with the number of the model they follow, round after round under numbers of their own."""
    earlier = head.index("repeat_of")
    for count in range(cases):
        round_, place = divmod(count, len(rows))
        row = list(rows[place])
        model, row[0] = row[0], f"{row[0]}-{round_}"
        row[earlier] = f"{row[earlier]}-{round_}" if row[earlier] else ""
        yield row, model


if __name__ == "__main__":
    raise SystemExit(main())
