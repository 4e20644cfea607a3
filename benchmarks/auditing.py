"""What the auditor is measured on: published PDF files, many documents at once, long texts, memory."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from benchmarks.corpus import ABSENT, ROOT, published_pdfs
from benchmarks.jobs import read_alone, read_and_audit
from benchmarks.measurement import Action, Entries, Measurement, output_of, seconds_of, shown, unmeasured

PER_PAGE = 0.006
BATCH = 200
BATCH_TARGET = 100.0
CORES = 2
LENGTHS = (2_500_000, 5_000_000, 10_000_000)
GROWTH_TARGET = 2.5
MEMORY_PAGES = 300
MEMORY_TARGET = 200.0
FEW_RUNS = 5


def entries(document: Path, scratch: Path, runs: int) -> Entries:
    """Return what can be measured of the auditor, by name."""
    found: dict[str, Callable[[str], Measurement]] = {}
    for path in published_pdfs():
        found |= _of_pdf(path, runs)
    if not found:
        found["published PDF files"] = lambda name: unmeasured(name, ABSENT)
    found[f"batch: {BATCH} copies of report.docx on {CORES} cores"] = lambda name: _batch(name, document, scratch)
    for shorter, longer in pairwise(LENGTHS):
        found[f"text of {longer / 1e6:g} MB, against {shorter / 1e6:g} MB"] = _length(shorter, longer)
    found[f"memory: audit of a PDF of {MEMORY_PAGES} pages"] = lambda name: _memory(name, scratch)
    return found


# PDF files


def _of_pdf(path: Path, runs: int) -> Entries:
    """Return reading and judging one file beside its reader alone, the floor and other readers, all by the page."""
    pages = _pages(path)
    title = f"{path.name} ({pages} pages)"

    def by_page(action: Action, target: float | None = None, note: str = "") -> Callable[[str], Measurement]:
        def measure(name: str) -> Measurement:
            values = tuple(seconds / pages for seconds in seconds_of(name, action, runs))
            return Measurement(name=name, values=values, target=target, note=note)

        return measure

    return {
        f"{title}: read and audit, a page": by_page(read_and_audit(path), PER_PAGE),
        f"{title}: reader alone, a page": by_page(read_alone(path), note="floor"),
        f"{title}: text of every page by pypdfium2, a page": by_page(lambda: _plain_text(path), note="floor"),
        f"{title}: peer pdfplumber, text and tables, a page": lambda name: _pdfplumber(name, path, pages),
    }


def _pages(path: Path) -> int:
    import pypdfium2  # type: ignore[import-untyped]

    return len(pypdfium2.PdfDocument(path))


def _plain_text(path: Path) -> int:
    import pypdfium2

    return sum(len(page.get_textpage().get_text_bounded()) for page in pypdfium2.PdfDocument(path))


def _pdfplumber(name: str, path: Path, pages: int) -> Measurement:
    """Measure the best-known reader of tables; it reads only, and is slow, so that it runs no oftener than it must."""
    import pdfplumber

    def action() -> None:
        with pdfplumber.open(path) as file:
            for page in file.pages:
                page.extract_text()
                page.extract_tables()
                page.close()

    values = tuple(seconds / pages for seconds in seconds_of(name, action, FEW_RUNS, warm_ups=0))
    return Measurement(name=name, values=values, note="reads only, audits nothing")


# Many documents


def _batch(name: str, document: Path, scratch: Path) -> Measurement:
    """Measure documents a second: every copy differs by its name, and each run begins with an empty folder."""
    from hengping_io.audit_batch import Options, run
    from hengping_io.audit_inputs import sources

    folder, out = scratch / "batch", scratch / "batch-out"
    folder.mkdir()
    for number in range(BATCH):
        shutil.copy(document, folder / f"{number:04}.docx")
    found = sources([str(folder)])

    def action() -> None:
        shutil.rmtree(out, ignore_errors=True)
        rows = list(run(found, Options(out=str(out)), CORES))
        if any(row.status != "done" for row in rows):
            raise SystemExit("a document of the batch was not read")

    values = tuple(BATCH / seconds for seconds in seconds_of(name, action, FEW_RUNS, warm_ups=1))
    note = "with a page and a JSON file of each, and the start of the processes"
    return Measurement(name=name, values=values, unit="/s", target=BATCH_TARGET, is_rate=True, note=note)


# Length


def _length(shorter: int, longer: int) -> Callable[[str], Measurement]:
    """Return how many times as long a text of twice the length takes; twice is linear."""

    def measure(name: str) -> Measurement:
        fast, slow = _seconds_for(shorter), _seconds_for(longer)
        values = tuple(after / before for before, after in zip(fast, slow, strict=True))
        note = f"twice is linear; {shown(min(slow), 's')} at best"
        return Measurement(name=name, values=values, unit="×", target=GROWTH_TARGET, note=note)

    return measure


@cache
def _seconds_for(size: int) -> tuple[float, ...]:
    from hengping.audit.examine import examine
    from hengping_io.read import read_bytes

    data = _long_report(size)
    return seconds_of(
        f"text of {size / 1e6:g} MB", lambda: examine(read_bytes("report.txt", data)), FEW_RUNS, warm_ups=0
    )


def _long_report(size: int) -> bytes:
    """Return a report of that many bytes: sections with their own amounts, a list, a share and a growth rate in each."""
    parts = ["部门整体支出绩效自评报告\n"]
    length = len(parts[0].encode())
    number = 0
    while length < size:
        number += 1
        wages, goods = 100 + number % 900, 50 + number % 450
        total, before = wages + goods, 120 + number % 300
        part = (
            f"（{number}）第{number}项工作\n"
            f"第{number}项支出{total}.00万元，其中：工资福利支出{wages}.00万元，商品和服务支出{goods}.00万元。"
            f"工资福利支出占{wages * 100 / total:.2f}%。上年支出{before}.00万元，"
            f"增加{total - before}.00万元，增长{(total - before) * 100 / before:.2f}%。\n"
        )
        parts.append(part)
        length += len(part.encode())
    return "".join(parts).encode()[:size].decode(errors="ignore").encode()


# Memory

PEAK = """
import sys
from hengping.audit.examine import examine
from hengping_io.read import read
examine(read(sys.argv[1]))
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
"""


def _memory(name: str, scratch: Path) -> Measurement:
    """Measure the most memory a process takes that reads and audits a long PDF; only Linux tells."""
    from benchmarks.readers import printed

    path = scratch / "long.pdf"
    path.write_bytes(printed(MEMORY_PAGES))
    environment: Mapping[str, str] = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    words: Sequence[str] = [sys.executable, "-c", PEAK, str(path)]
    told = [output_of(words, environment) for _ in range(FEW_RUNS)]
    values = tuple(int(peak) / 1024 for peak in told if peak)
    note = "peak of a process of its own" if values else "this system does not tell"
    return Measurement(name=name, values=values, unit="MB", target=MEMORY_TARGET, note=note)
