"""Measure how fast the main jobs are: ``python -m benchmarks [--runs 7] [--only WORD] [--write docs/benchmarks.md]``.

Every figure is the median of at least five runs, beside a floor (what unpacking and parsing the same file costs) and a
peer (markitdown reading the same file, in an environment of its own). Nothing here is a test: no run fails for being slow.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from hengping_io.progress import progress

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PROGRAM = str(BIN / "hengping")
PEER = ROOT / ".venv-bench" / "bin" / "python"
REPORT = ROOT / "demo" / "hengyang-2024" / "published-report.txt"
MODEL_YEAR = ROOT / "demo" / "model-year"
LEAST_RUNS = 5
WARM_UPS = 2
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"

Action = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Measurement:
    """One thing measured: its name, the seconds of each run, and the most it should take, where somebody said so."""

    name: str
    seconds: tuple[float, ...]
    target: float | None = None
    note: str = ""

    @property
    def median(self) -> float:
        """Return the middle run."""
        return statistics.median(self.seconds)

    @property
    def verdict(self) -> str:
        """Say whether the target was met."""
        if not self.seconds:
            return self.note or "not measured"
        if self.target is None:
            return self.note
        return "met" if self.median <= self.target else f"falls short by {_time(self.median - self.target)}"


def main(argv: Sequence[str] | None = None) -> int:
    """Measure everything asked for and print the table."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help=f"runs of each, at least {LEAST_RUNS} (7)")
    parser.add_argument("--only", default="", help="measure only what has this word in its name")
    parser.add_argument("--write", type=Path, help="put the table between the marks of this page")
    options = parser.parse_args(argv)
    runs = max(LEAST_RUNS, options.runs)
    with tempfile.TemporaryDirectory(prefix="hengping-bench-") as scratch:
        measured = list(_measure(Path(scratch), runs, options.only))
    table = _table(measured, runs)
    print(table)
    if options.write:
        _write(options.write, table)
    return 0


def _measure(scratch: Path, runs: int, only: str) -> Iterator[Measurement]:
    document = _as_docx(REPORT, scratch / "report.docx")
    for name, entry in _entries(document, scratch, runs).items():
        if only in name:
            yield entry(name)


def _entries(document: Path, scratch: Path, runs: int) -> dict[str, Callable[[str], Measurement]]:
    out = scratch / "out"
    year = [PROGRAM, "year", str(MODEL_YEAR), "--out", str(out)]

    def timed(action: Action, target: float | None = None, note: str = "") -> Callable[[str], Measurement]:
        return lambda name: Measurement(name, _time_runs(name, action, runs), target, note)

    return {
        "interpreter start, nothing else": timed(_process([sys.executable, "-c", "pass"]), note="floor of any process"),
        "cold `hengping audit` report.txt": timed(_process([PROGRAM, "audit", str(REPORT)]), 0.30),
        "cold `hengping audit` report.docx": timed(_process([PROGRAM, "audit", str(document)]), 0.30),
        "warm read + audit of report.txt": timed(_read_and_audit(REPORT), 0.010),
        "warm read + audit of report.docx": timed(_read_and_audit(document), 0.010),
        "floor: unzip + parse document.xml of report.docx": timed(lambda: _unzip_and_parse(document), note="floor"),
        "peer: warm markitdown, report.docx": lambda name: _peer_warm(name, document, runs),
        "peer: cold markitdown, report.docx": lambda name: _peer_cold(name, document, runs),
        "`hengping year demo/model-year`": timed(
            _process(year, before=lambda: shutil.rmtree(out, ignore_errors=True)), 5.0
        ),
    }


def _time_runs(name: str, action: Action, runs: int) -> tuple[float, ...]:
    for _ in range(WARM_UPS):
        action()
    found = []
    for _ in progress(range(runs), name, unit="次"):
        began = time.perf_counter()
        action()
        found.append(time.perf_counter() - began)
    return tuple(found)


def _process(words: Sequence[str], before: Action = lambda: None) -> Action:
    """Return an action that runs a program to its end; a report with findings ends with 1, which is no failure."""
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}

    def run() -> None:
        before()
        finished = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, check=False)
        if finished.returncode not in (0, 1) or b"Traceback" in finished.stderr:
            raise SystemExit(f"{' '.join(words)} ended with {finished.returncode}:\n{finished.stderr.decode()}")

    return run


def _read_and_audit(path: Path) -> Action:
    from hengping.audit.examine import examine
    from hengping_io.read import read

    return lambda: examine(read(path))


def _unzip_and_parse(path: Path) -> None:
    with zipfile.ZipFile(path) as package:
        ElementTree.fromstring(package.read("word/document.xml"))  # noqa: S314


PEER_PROGRAM = """
import json, sys, time
from markitdown import MarkItDown
reader, path, found = MarkItDown(), sys.argv[1], []
for run in range(int(sys.argv[2]) + 2):
    began = time.perf_counter()
    reader.convert(path)
    found.append(time.perf_counter() - began)
print(json.dumps(found[2:]))
"""


def _peer_warm(name: str, document: Path, runs: int) -> Measurement:
    found = _ask_peer(document, runs)
    return Measurement(
        name, found, None, "reads only, audits nothing" if found else "markitdown could not be installed"
    )


def _peer_cold(name: str, document: Path, runs: int) -> Measurement:
    if not _ask_peer(document, 1):
        return Measurement(name, (), None, "markitdown could not be installed")
    words = [str(PEER), "-c", PEER_PROGRAM.replace("+ 2", "").replace("[2:]", ""), str(document), "1"]
    return Measurement(name, _time_runs(name, _process(words), runs), None, "reads only, audits nothing")


def _ask_peer(document: Path, runs: int) -> tuple[float, ...]:
    words = [str(PEER), "-c", PEER_PROGRAM, str(document), str(runs)]
    try:
        finished = subprocess.run(words, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ()
    return tuple(json.loads(finished.stdout.splitlines()[-1]))


def _as_docx(report: Path, path: Path) -> Path:
    """Write the report's lines as paragraphs of a document, as an office would have sent it."""
    import docx

    document = docx.Document()
    for line in report.read_text(encoding="utf-8").splitlines():
        document.add_paragraph(line)
    document.save(str(path))
    return path


def _table(measured: Sequence[Measurement], runs: int) -> str:
    lines = [
        f"{_machine()}; medians of {runs} runs after {WARM_UPS} to warm up.",
        "",
        "| what | median | fastest – slowest | aim | |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    for one in measured:
        span = f"{_time(min(one.seconds))} – {_time(max(one.seconds))}" if one.seconds else "–"
        median = _time(one.median) if one.seconds else "–"
        aim = "–" if one.target is None else f"≤ {_time(one.target)}"
        lines.append(f"| {one.name} | {median} | {span} | {aim} | {one.verdict} |")
    return "\n".join(lines)


def _machine() -> str:
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def _write(page: Path, table: str) -> None:
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
