"""The one entry for reading: looks at what a file is, not at what it is called, and returns a ``Document``."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from hengping.document import Document
from hengping.errors import Unreadable
from hengping_io import read_archive
from hengping_io.read_package import Package
from hengping_io.system_errors import reason_of

SIZE_LIMIT = 200_000_000
SCAN_DOTS = 200
ARCHIVE = "archive"
READS = "能读取：DOCX、DOC、WPS、PDF（有文字层）、XLSX、XLS、ODS、HTML、TXT，以及装有这些文件的 ZIP 或文件夹"

READERS = {
    "txt": ("hengping_io.read_txt", "read_txt"),
    "docx": ("hengping_io.read_docx", "read_docx"),
    "pdf": ("hengping_io.read_pdf", "read_pdf"),
    "xlsx": ("hengping_io.read_xlsx", "read_xlsx"),
    "xls": ("hengping_io.read_xls", "read_xls"),
    "ods": ("hengping_io.read_xls", "read_ods"),
    "html": ("hengping_io.read_html", "read_html"),
    "doc": ("hengping_io.read_doc", "read_doc"),
    "image": ("hengping_io.read_image", "read_image"),
}
"""Kind → module and function, imported only when a file of that kind comes."""

CONTAINERS = (
    ("docx", ("word/document.xml", "word/document2.xml")),
    ("xlsx", ("xl/workbook.xml",)),
)
"""Kinds in a ZIP and the part that tells each."""

DOCUMENTS = frozenset((".docx", ".doc", ".wps", ".pdf", ".xlsx", ".xlsm", ".xls", ".et", ".ods", ".zip"))
"""Names of files that begin with a signature; without one they are damaged, and nobody's text."""

OFFICE_PARTS = "[Content_Types].xml"
FOLDERS = (("docx", "word/"), ("xlsx", "xl/"))
"""Where an Office container that lost its main part kept it, so that the loss can be named."""

UNREAD_CONTAINERS = (
    ("OFD.xml", "OFD 版式文件", "请用 OFD 阅读器导出为 PDF。"),
    ("xl/workbook.bin", "二进制工作簿（XLSB）", "请另存为 XLSX。"),
    ("ppt/presentation.xml", "演示文稿（PPTX）", "请导出为 PDF。"),
    ("content.xml", "OpenDocument 文稿（ODT 等）", "请另存为 DOCX。"),
    ("AndroidManifest.xml", "安装包", "请选择报告文件。"),
)
"""Kinds in a ZIP that are recognised and refused: the part, what it is, what to do."""

STREAMS = (
    ("EncryptedPackage", ""),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
)
"""Streams of a compound file and the kind each tells; an encrypted package has no kind."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HTML = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,4000}?-->\s*)*<(?:!doctype\s+html|html|head|body|table|div|meta|title)\b",
    re.IGNORECASE | re.DOTALL,
)

REFUSED: tuple[tuple[bytes, str, str], ...] = (
    (b"{\\rtf", "RTF 文件", "请用 Word 或 WPS 打开后另存为 DOCX。"),
    (b"Rar!\x1a\x07", "RAR 压缩包", "请解压后再试，或改用 ZIP。"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包", "请解压后再试，或改用 ZIP。"),
    (b"\x1f\x8b", "GZIP 压缩文件", "请解压后再试，或改用 ZIP。"),
    (b"BZh", "BZIP2 压缩文件", "请解压后再试，或改用 ZIP。"),
    (b"\xfd7zXZ\x00", "XZ 压缩文件", "请解压后再试，或改用 ZIP。"),
    (b"MIME-Version:", "网页归档文件（MHT）", "请在浏览器或 Word 中打开后另存为 HTML 或 DOCX。"),
    (b"%!PS", "PostScript 文件", "请转换为 PDF 后再试。"),
    (b"MZ", "可执行程序", "请选择报告文件。"),
    (b"\x7fELF", "可执行程序", "请选择报告文件。"),
    (b"SQLite format 3\x00", "数据库文件", "请导出为 XLSX 或 CSV 后再试。"),
)
"""First bytes of what is recognised and refused: what it is, what to do."""

IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
)


def read_all(path: str | Path, *, ocr: bool = False) -> Iterator[tuple[str, Document | Unreadable]]:
    """Yield every file of a folder or ZIP, or the one file, read or with the reason why it cannot be."""
    path = Path(path)
    if path.is_dir():
        for file in read_archive.files(path):
            for name, found in read_all(file, ocr=ocr):
                yield str(file) if name == str(file) else f"{file}{name.removeprefix(file.name)}", found
        return
    try:
        data = _content(path)
        if data and kind_of(path.name, data) == ARCHIVE:
            yield from read_archive.members(path.name, data, lambda name, content: read_bytes(name, content, ocr=ocr))
        else:
            yield str(path), read_bytes(path.name, data, ocr=ocr)
    except Unreadable as error:
        yield str(path), error


def read(path: str | Path, *, ocr: bool = False) -> Document:
    """Read one file; raise ``Unreadable`` with reason and remedy for everything that cannot be read.

    With ``ocr``, a scan or picture is recognised where Tesseract is installed.
    """
    path = Path(path)
    return read_bytes(path.name, _content(path), ocr=ocr)


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise Unreadable(str(path), "这是一个文件夹", "请指定其中的文件，或对整个文件夹运行核对。")
        size = path.stat().st_size
        if size > SIZE_LIMIT:
            raise Unreadable(
                str(path), f"文件过大（{size:,} 字节，上限 {SIZE_LIMIT:,}）", "请拆分，或去除图片后另存再试。"
            )
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(str(path), reason_of(error), "请检查文件名和读取权限。") from error


def read_bytes(name: str, data: bytes, *, ocr: bool = False) -> Document:
    """Read one file already in memory."""
    if not data:
        raise Unreadable(name, "文件是空的（0 字节）", "请重新导出或下载。")
    if len(data) > SIZE_LIMIT:
        raise Unreadable(name, f"文件过大（{len(data):,} 字节，上限 {SIZE_LIMIT:,}）", "请拆分后再试。")
    kind = kind_of(name, data)
    if kind == ARCHIVE:
        return read_archive.read_one(name, data, lambda inner, content: read_bytes(inner, content, ocr=ocr))
    module, function = READERS[kind]
    reader: Callable[[str, bytes], Document] = getattr(import_module(module), function)
    try:
        document = _without_collection(reader, name, data)
    except Unreadable as error:
        raise _misnamed(name, kind) or error from None
    return _recognised(name, data, kind) if ocr and not document.text.strip() else document


def _misnamed(name: str, kind: str) -> Unreadable | None:
    """Return the refusal of a file that is called a document and holds neither that nor text."""
    suffix = Path(name).suffix.lower()
    if kind != "txt" or suffix not in DOCUMENTS:
        return None
    claimed = suffix[1:].upper()
    return Unreadable(
        name,
        f"扩展名是 {claimed}，内容却不是 {claimed}，也不是其他能读取的文件",
        "文件可能没有下载完整，请重新下载或导出。",
    )


def _without_collection(reader: Callable[[str, bytes], Document], name: str, data: bytes) -> Document:
    """Read with the cycle collector at rest: a document is many small objects without cycles, a fifth of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return reader(name, data)
    finally:
        if collecting:
            gc.enable()


def _recognised(name: str, data: bytes, kind: str) -> Document:
    from hengping_io.read_image import recognise

    if kind != "pdf":
        return recognise(name, [(data, 72 / SCAN_DOTS)])
    from hengping_io.read_pdf import page_images

    return recognise(name, page_images(name, data, SCAN_DOTS))


def kind_of(name: str, data: bytes) -> str:
    """Return the kind of a file by its content; refuse what no reader reads."""
    for signature, what, remedy in REFUSED:
        if data.startswith(signature) and (len(signature) > 2 or b"\x00" in data[:512]):
            raise Unreadable(name, f"{what}不能读取", f"{remedy}{READS}。")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_container(name, data)
    if data.startswith(OLE):
        return _kind_of_compound(name, data)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if any(data.startswith(signature) and (len(signature) > 2 or b"\x00" in data[:64]) for signature, _ in IMAGES):
        return "image"
    return "html" if HTML.match(data.replace(b"\x00", b"")[:8192].lstrip(b"\xef\xbb\xbf\xff\xfe")) else "txt"


def _kind_of_container(name: str, data: bytes) -> str:
    """Tell ZIP-based kinds apart by the parts they must have."""
    parts = Package(name, data).names
    for kind, marks in CONTAINERS:
        if any(mark in parts for mark in marks):
            return kind
    if "mimetype" in parts:
        written = Package(name, data).part("mimetype")[:80].decode("ascii", "replace")
        if "spreadsheet" in written:
            return "ods"
    for mark, what, remedy in UNREAD_CONTAINERS:
        if mark in parts:
            raise Unreadable(name, f"{what}不能读取", f"{remedy}{READS}。")
    if OFFICE_PARTS in parts:
        for kind, folder in FOLDERS:
            if any(part.startswith(folder) for part in parts):
                return kind
    return ARCHIVE


def _kind_of_compound(name: str, data: bytes) -> str:
    """Tell the old Office kinds apart by the names of their streams, which stand in UTF-16 in the directory."""
    for stream, kind in STREAMS:
        if stream.encode("utf-16-le") + b"\x00\x00" in data:
            if not kind:
                raise Unreadable(name, "文件设有打开密码", "请用密码打开后，去除密码另存再试。")
            return kind
    raise Unreadable(name, "这种旧式 Office 文件不能读取", f"请另存为 DOCX、XLSX 或 PDF。{READS}。")
