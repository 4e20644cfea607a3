"""Measure every reader alone: ``python -m benchmarks.readers [FILE…] [--runs 7] [--memory]``.

Inputs are made in code, so that anybody can repeat the run; files named on the command line are measured as well. The
floor is what unpacking and parsing the same bytes costs without reading anything into a document.
"""

from __future__ import annotations

import argparse
import io
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.io import fixtures as make  # noqa: E402
from tests.io import legacy_word as legacy  # noqa: E402

from hengping_io.read import read_bytes  # noqa: E402

SENTENCE = "一般公共预算财政拨款支出2,940.05万元，占本年支出合计的100.00%，与2023年度相比减少63.14万元，下降2.10%。"
Sample = tuple[str, str, bytes]
"""What it is, its file name, its bytes."""


def word(paragraphs: int, tables: int) -> bytes:
    """Return a report with numbered headings, body text and tables."""
    levels = make.level(0, "chineseCountingThousand", "%1、") + make.level(1, "chineseCounting", "（%2）")
    row = make.cell("机关事业单位基本养老保险缴费支出") + make.cell("160.75") * 5
    body = "".join(
        make.listed("收入支出决算总体情况说明", 1, number % 2) if number % 8 == 0 else make.paragraph(SENTENCE * 2)
        for number in range(paragraphs)
    )
    return make.docx(body + make.table(*[row] * 24) * tables, numbering=make.word_list(1, levels))


def printed(pages: int) -> bytes:
    """Return a PDF of pages with thirty lines of text and a table of twelve rows and six columns."""
    xs, ys = [72, 200, 270, 340, 410, 480, 540], [500 + 20 * row for row in range(13)]
    rows = [["科目名称", "合计", "基本支出", "项目支出", "上缴", "经营"], *[["行政运行", *["1,511.89"] * 5]] * 11]
    texts, lines = make.ruled(xs, ys, rows)
    prose = [(72.0, 80.0 + 14 * line, 10.0, SENTENCE[:44]) for line in range(28)]
    return make.pdf([([*prose, *texts], lines)] * pages)


def sheet(rows: int, columns: int) -> bytes:
    """Return a workbook of one sheet."""
    cells = "".join(f"<c><v>{number}.25</v></c>" for number in range(columns))
    content = "".join(f"<row>{cells}</row>" for _ in range(rows))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return make.xlsx(f'<worksheet xmlns="{main}"><sheetData>{content}</sheetData></worksheet>')


def page(paragraphs: int) -> bytes:
    """Return a web page with an article, menus and tables."""
    row = "<tr>" + "<td>160.75</td>" * 6 + "</tr>"
    text = "".join(f"<p>{SENTENCE}</p>" for _ in range(paragraphs))
    return f"<html><body><ul class=nav>{'<li>菜单</li>' * 50}</ul><div class=article>{text}<table>{row * 60}</table></div></body></html>".encode()


def samples() -> Iterator[Sample]:
    """Yield the inputs made in code."""
    yield "DOCX, a report of 60 paragraphs", "a.docx", word(60, 0)
    yield "DOCX, 12 pages with 6 tables", "a.docx", word(120, 6)
    yield "DOCX, 300 pages", "a.docx", word(3000, 60)
    yield "DOC, 60 paragraphs", "a.doc", legacy.doc([(SENTENCE + "\r", b"")] * 30)
    yield "PDF, 12 pages", "a.pdf", printed(12)
    yield "PDF, 300 pages", "a.pdf", printed(300)
    yield "XLSX, 60,000 cells", "a.xlsx", sheet(6000, 10)
    yield "HTML, 200 paragraphs", "a.html", page(200)
    yield "TXT, 1 MB", "a.txt", (SENTENCE + "\n").encode() * 6700
    yield "TXT, 10 MB", "a.txt", (SENTENCE + "\n").encode() * 67_000


def floor(name: str, data: bytes) -> Callable[[], object] | None:
    """Return what must be done whatever is read: unpack and parse, or open and load the text of every page."""
    if name.endswith((".docx", ".xlsx")):
        part = "word/document.xml" if name.endswith(".docx") else "xl/worksheets/sheet1.xml"
        return lambda: ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read(part))  # noqa: S314
    if name.endswith(".pdf"):
        import pypdfium2  # type: ignore[import-untyped]

        return lambda: [len(page.get_textpage().get_text_bounded()) for page in pypdfium2.PdfDocument(data)]
    return (data.decode) if name.endswith(".txt") else None


def median(action: Callable[[], object], runs: int) -> float:
    """Return the median seconds of an action after one warm-up."""
    action()
    seconds: list[float] = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def peak(path: str) -> int:
    """Return the peak memory in MB of a process that reads one file."""
    script = (
        "import sys; from hengping_io.read import read; read(sys.argv[1]);"
        "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, path],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT / "src")},
    )
    return int(done.stdout) // 1024


def main() -> int:
    """Measure and print one line for each input."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--memory", action="store_true", help="also the peak memory of a process that reads the file")
    arguments = parser.parse_args()
    given = [(path.name, path.name, path.read_bytes()) for path in arguments.files]
    print(f"{'input':40} {'MB':>6} {'median ms':>10} {'floor ms':>10} {'per page':>9} {'peak MB':>8}")
    for title, name, data in given or samples():
        seconds = median(lambda name=name, data=data: read_bytes(name, data), arguments.runs)  # type: ignore[misc]
        least = floor(name, data)
        lowest = f"{median(least, arguments.runs) * 1000:10.1f}" if least else f"{'':10}"
        pages = _pages(data) if name.endswith(".pdf") else 0
        each = f"{seconds * 1000 / pages:9.2f}" if pages else f"{'':9}"
        memory = f"{_peak_of(name, data):8}" if arguments.memory else ""
        print(f"{title:40} {len(data) / 1e6:6.2f} {seconds * 1000:10.1f} {lowest} {each} {memory}", flush=True)
    return 0


def _pages(data: bytes) -> int:
    import pypdfium2

    return len(pypdfium2.PdfDocument(data))


def _peak_of(name: str, data: bytes) -> int:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        return peak(str(path))


if __name__ == "__main__":
    sys.exit(main())
