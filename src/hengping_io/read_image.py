"""Pictures and scans: named as what they are, and read by Tesseract only where that is installed and asked for."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Iterable
from functools import cache

from hengping.document import Assembly, Document, Place, ReadingNote, Run
from hengping.errors import Unavailable

LANGUAGE = "chi_sim"
INSTALL = "Debian、Ubuntu：apt-get install tesseract-ocr tesseract-ocr-chi-sim；macOS：brew install tesseract-lang。"
LIMIT_SECONDS = 120
NO_TEXT = "没有文字层（图片），无法核对；请提供可复制文字的文件，或加 --ocr 先做文字识别"


def read_image(name: str, data: bytes) -> Document:  # noqa: ARG001 - every reader takes name and content
    """Return an empty document that says it has no text layer."""
    return Assembly().finish(name=name, kind="image", notes=[ReadingNote("loss", NO_TEXT)])


@cache
def can_recognise() -> bool:
    """Tell whether Tesseract and its simplified Chinese data are installed."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False, timeout=30)  # noqa: S603
    return LANGUAGE in listed.stdout.split()


def recognise(name: str, pages: Iterable[tuple[bytes, float]]) -> Document:
    """Read page images by optical recognition; each comes with its points per pixel.

    What is recognised is marked as such: digits may be wrong, and a finding on them asks for a look at the page.
    """
    if not can_recognise():
        raise Unavailable("文字识别", "本机没有安装 Tesseract 或其简体中文数据", INSTALL)
    assembly = Assembly()
    for number, (image, scale) in enumerate(pages, 1):
        for text, box in _lines(image):
            left, top, right, bottom = (int(side * scale * 100) for side in box)
            assembly.paragraph([Run(text, Place(page=number, box=(left, top, right, bottom)))])
    note = ReadingNote("repair", "文字由识别得到，数字可能有误，结论须与原件核对")
    return assembly.finish(name=name, kind="ocr", notes=[note])


def _lines(image: bytes) -> Iterable[tuple[str, tuple[int, int, int, int]]]:
    """Yield the recognised lines of one image with their boxes in pixels."""
    program = shutil.which("tesseract") or "tesseract"
    done = subprocess.run(  # noqa: S603
        [program, "stdin", "stdout", "-l", LANGUAGE, "--psm", "6", "tsv"],
        input=image,
        capture_output=True,
        check=False,
        timeout=LIMIT_SECONDS,
    )
    lines: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in csv.DictReader(
        io.StringIO(done.stdout.decode("utf-8", "replace")), delimiter="\t", quoting=csv.QUOTE_NONE
    ):
        if row["level"] == "5" and (row["text"] or "").strip():
            lines.setdefault((row["block_num"], row["par_num"], row["line_num"]), []).append(row)
    for words in lines.values():
        text = ""
        for word in words:
            gap = text and text[-1].isascii() and text[-1].isalpha() and word["text"][0].isascii()
            text += (" " if gap else "") + word["text"]
        sides = [[int(word[key]) for key in ("left", "top", "width", "height")] for word in words]
        box = (
            min(left for left, *_ in sides),
            min(top for _, top, *_ in sides),
            max(left + width for left, _, width, _ in sides),
            max(top + height for _, top, _, height in sides),
        )
        yield text, box
