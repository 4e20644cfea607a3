"""The working copy: the same to read, without what else the file carries: places, authors, versions, scripts."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageOps, UnidentifiedImageError

from hengping_web.attachments.kinds import FileKind, decoded, refuse

MOST_PIXELS = 60_000_000
MOST_PAGES = 500
ACTIVE_IN_PDF = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|OpenAction|AA|XFA|SubmitForm|ImportData|GoToE)\b"
)
ABOUT_THE_AUTHOR = re.compile(r"^(docProps/|customXml/|.*thumbnail|word/people\.xml|.*/persons?/)", re.IGNORECASE)
AUTHOR_ATTRIBUTES = re.compile(rb'\s(?:w:author|w:initials|w15:author|w:rsid\w*|userId|w15:userId)="[^"]*"')
RELATIONS = re.compile(rb'<Relationship\b[^>]*Target="/?(?:\.\./)*(?:docProps|customXml)/[^"]*"[^>]*/>')
OVERRIDES = re.compile(rb'<Override\b[^>]*PartName="/(?:docProps|customXml|word/people\.xml)[^"]*"[^>]*/>')
EPOCH = (1980, 1, 1, 0, 0, 0)


def cleaned(kind: FileKind, content: bytes) -> tuple[bytes, str]:
    """Return the working copy and a word on what was done to it."""
    return _CLEANERS[kind.key](content)


def _image(form: str) -> Callable[[bytes], tuple[bytes, str]]:
    def clean(content: bytes) -> tuple[bytes, str]:
        try:
            with Image.open(io.BytesIO(content), formats=[form]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise refuse("图片的像素过多", "请缩小后再上传")
                upright = ImageOps.exif_transpose(picture)
                plain = upright.convert("RGB" if form == "JPEG" or upright.mode not in {"RGBA", "LA", "P"} else "RGBA")
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as broken:
            raise refuse("图片已损坏，打不开", "请重新拍摄或导出后再上传") from broken
        # A new picture from the bare pixels: nothing of the old file's other contents comes along.
        fresh = Image.frombytes(plain.mode, plain.size, plain.tobytes())
        out = io.BytesIO()
        fresh.save(out, form, quality=90) if form == "JPEG" else fresh.save(out, form)
        return out.getvalue(), "图片已重新编码，去除拍摄地点、设备等附带信息"

    return clean


def _pdf(content: bytes) -> tuple[bytes, str]:
    try:
        source = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as broken:
        raise refuse("PDF 已损坏或加了密码，打不开", "请去掉密码，重新导出后再上传") from broken
    try:
        if not 0 < len(source) <= MOST_PAGES:
            raise refuse(f"PDF 没有页面，或超过 {MOST_PAGES} 页", "请分成几份上传")
        copied = _pages_alone(source)
        if not ACTIVE_IN_PDF.search(copied):
            return copied, "PDF 只保留页面，去除作者、批注、附件与脚本"
        return _as_pictures(source), "PDF 含有脚本或动作，已逐页转为图片"
    except pypdfium2.PdfiumError as broken:
        raise refuse("PDF 中有打不开的页面", "请重新导出后再上传") from broken
    finally:
        source.close()


def _pages_alone(source: pypdfium2.PdfDocument) -> bytes:
    fresh = pypdfium2.PdfDocument.new()
    try:
        for number in range(len(source)):
            _without_notes(source, number)
        fresh.import_pages(source)
        out = io.BytesIO()
        fresh.save(out)
    finally:
        fresh.close()
    return out.getvalue()


def _without_notes(source: pypdfium2.PdfDocument, number: int) -> None:
    """Draw what was filled in and marked onto the page, then take away what cannot be seen."""
    page = source[number]
    pypdfium2.raw.FPDFPage_Flatten(page, pypdfium2.raw.FLAT_PRINT)
    page.close()  # flattening leaves the open page behind the document
    page = source[number]
    while pypdfium2.raw.FPDFPage_GetAnnotCount(page) > 0:
        if not pypdfium2.raw.FPDFPage_RemoveAnnot(page, 0):
            raise pypdfium2.PdfiumError("a note could not be removed")
    page.close()


def _as_pictures(source: pypdfium2.PdfDocument) -> bytes:
    pictures = [source[number].render(scale=150 / 72).to_pil().convert("RGB") for number in range(len(source))]
    out = io.BytesIO()
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:], resolution=150)
    return out.getvalue()


def _office(content: bytes) -> tuple[bytes, str]:
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                if entry.is_dir() or ABOUT_THE_AUTHOR.search(entry.filename):
                    continue
                part = _without_author(entry.filename, old.read(entry))
                fresh = zipfile.ZipInfo(entry.filename, EPOCH)
                fresh.compress_type = zipfile.ZIP_DEFLATED
                new.writestr(fresh, part)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as broken:
        raise refuse("文档已损坏，打不开", "请重新导出后再上传") from broken
    return out.getvalue(), "文档已去除作者、修订者、单位与缩略图；正文未改动"


def _without_author(name: str, part: bytes) -> bytes:
    if name.endswith(".rels"):
        return RELATIONS.sub(b"", part)
    if name == "[Content_Types].xml":
        return OVERRIDES.sub(b"", part)
    return AUTHOR_ATTRIBUTES.sub(b"", part) if name.endswith(".xml") else part


def _text(content: bytes) -> tuple[bytes, str]:
    return decoded(content).lstrip("\ufeff").encode(), ""


_CLEANERS: Mapping[str, Callable[[bytes], tuple[bytes, str]]] = {
    "jpeg": _image("JPEG"),
    "png": _image("PNG"),
    "pdf": _pdf,
    "docx": _office,
    "xlsx": _office,
    "txt": _text,
}
