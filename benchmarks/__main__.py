"""Measure how fast the main jobs are: ``python -m benchmarks [--runs 7] [--only WORD] [--write docs/benchmarks.md]``.

Every figure is the median of at least five runs, beside a floor (what unpacking and parsing the same file costs) and
peers (markitdown in an environment of its own, python-docx, pdfplumber). Nothing here is a test: no run fails for being slow.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

from benchmarks import auditing
from benchmarks.corpus import ROOT, published_pdfs
from benchmarks.jobs import read_alone, read_and_audit
from benchmarks.measurement import LEAST_RUNS, WARM_UPS, Action, Measurement, output_of, seconds_of, unmeasured

BIN = Path(sys.executable).parent
PROGRAM = str(BIN / "hengping")
PEER = ROOT / ".venv-bench" / "bin" / "python"
REPORT = ROOT / "demo" / "hengyang-2024" / "published-report.txt"
MODEL_YEAR = ROOT / "demo" / "model-year"
READS_ONLY = "reads only, audits nothing"
NO_PEER = "markitdown could not be installed"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"


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
    entries = (
        _entries(document, scratch, runs) | _peers(document, runs) | dict(auditing.entries(document, scratch, runs))
    )
    for name, entry in entries.items():
        if only in name:
            yield entry(name)


def _entries(document: Path, scratch: Path, runs: int) -> dict[str, Callable[[str], Measurement]]:
    out = scratch / "out"

    def timed(action: Action, target: float | None = None, note: str = "") -> Callable[[str], Measurement]:
        return lambda name: Measurement(name=name, values=seconds_of(name, action, runs), target=target, note=note)

    return {
        "interpreter start, nothing else": timed(_process([sys.executable, "-c", "pass"]), note="floor of any process"),
        "cold `hengping audit` report.txt": timed(_process([PROGRAM, "audit", str(REPORT)]), 0.30),
        "cold `hengping audit` report.docx": timed(_process([PROGRAM, "audit", str(document)]), 0.30),
        "warm read + audit of report.txt": timed(read_and_audit(REPORT), 0.010),
        "warm read + audit of report.docx": timed(read_and_audit(document), 0.010),
        "floor: unzip + parse document.xml of report.docx": timed(lambda: _unzip_and_parse(document), note="floor"),
        "reader alone, warm, report.docx": timed(read_alone(document), note="floor of the audit"),
        "`hengping year demo/model-year`": lambda name: _model_year(name, out, runs),
    }


def _model_year(name: str, out: Path, runs: int) -> Measurement:
    """Measure the whole year; its data are generated first where this clone has none yet."""
    if not (MODEL_YEAR / "datapackage.json").is_file():
        _process([sys.executable, str(MODEL_YEAR.parent / "generate_model_year.py")])()
    words = [PROGRAM, "year", str(MODEL_YEAR), "--out", str(out)]
    action = _process(words, before=lambda: shutil.rmtree(out, ignore_errors=True))
    return Measurement(name=name, values=seconds_of(name, action, runs), target=5.0)


def _peers(document: Path, runs: int) -> dict[str, Callable[[str], Measurement]]:
    """Return what other readers take for the same files; none of them audits anything."""
    found: dict[str, Callable[[str], Measurement]] = {
        "peer: warm python-docx, paragraphs of report.docx": lambda name: Measurement(
            name=name, values=seconds_of(name, _paragraphs(document), runs), note=READS_ONLY
        ),
        "peer: warm markitdown, report.docx": lambda name: _peer_warm(name, document, runs),
        "peer: cold markitdown, report.docx": lambda name: _peer_cold(name, document, runs),
    }
    for path in published_pdfs():
        found[f"peer: warm markitdown, {path.name}, whole file"] = lambda name, path=path: _peer_warm(  # type: ignore[misc]
            name, path, LEAST_RUNS
        )
    return found


def _paragraphs(document: Path) -> Action:
    import docx

    return lambda: [paragraph.text for paragraph in docx.Document(str(document)).paragraphs]


def _process(words: Sequence[str], before: Action = lambda: None) -> Action:
    """Return an action that runs a program to its end; a report with findings ends with 1, which is no failure."""
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}

    def run() -> None:
        before()
        finished = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, check=False)
        if finished.returncode not in (0, 1) or b"Traceback" in finished.stderr:
            raise SystemExit(f"{' '.join(words)} ended with {finished.returncode}:\n{finished.stderr.decode()}")

    return run


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
    return Measurement(name=name, values=found, note=READS_ONLY) if found else unmeasured(name, NO_PEER)


def _peer_cold(name: str, document: Path, runs: int) -> Measurement:
    if not _ask_peer(document, 1):
        return unmeasured(name, NO_PEER)
    words = [str(PEER), "-c", PEER_PROGRAM.replace("+ 2", "").replace("[2:]", ""), str(document), "1"]
    return Measurement(name=name, values=seconds_of(name, _process(words), runs), note=READS_ONLY)


def _ask_peer(document: Path, runs: int) -> tuple[float, ...]:
    told = output_of([str(PEER), "-c", PEER_PROGRAM, str(document), str(runs)])
    return tuple(json.loads(told)) if told else ()


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
        f"{_machine()}; medians of {runs} runs after {WARM_UPS} to warm up, of {LEAST_RUNS} runs for what takes long.",
        "",
        "| what | median | fastest – slowest | aim | |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    lines += [one.row for one in measured]
    return "\n".join(lines)


def _machine() -> str:
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _write(page: Path, table: str) -> None:
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
