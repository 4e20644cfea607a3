"""A file is judged by its content, kept twice, cleaned of what it carries besides, and never opened as a page."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import docx
import pypdfium2  # type: ignore[import-untyped]
import pytest
from PIL import Image

from hengping.errors import Refusal
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.attachments import answers, kinds, queries, services
from hengping_web.attachments.cleaning import cleaned
from hengping_web.attachments.kinds import KINDS, judged
from hengping_web.attachments.models import Attachment
from hengping_web.identity import services as identity
from hengping_web.identity.persons import Person
from hengping_web.vault import cipher

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
SECRET = "偷拍者的名字".encode()


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path


def photograph(form: str = "JPEG") -> bytes:
    picture = Image.new("RGB", (40, 20), "white")
    exif = Image.Exif()
    exif[0x013B] = "Author of the picture"
    exif[0x0112] = 6  # turned on its side
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (26.0, 34.0, 12.0)
    out = io.BytesIO()
    picture.save(out, form, exif=exif)
    return out.getvalue() + SECRET


def letter(**parts: str) -> bytes:
    document = docx.Document()
    document.add_paragraph("正文在此")
    document.core_properties.author = "Author of the letter"
    document.core_properties.last_modified_by = "Second author"
    out = io.BytesIO()
    document.save(out)
    if parts:
        with zipfile.ZipFile(out, "a") as package:
            for name, content in parts.items():
                package.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def pages(*, script: str = "") -> bytes:
    """Return a PDF written by hand: one page, an author, a note, and maybe a script."""
    action = f"/OpenAction << /S /JavaScript /JS ({script}) >>" if script else ""
    font = "<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {action} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R /Annots [6 0 R] /Resources {font} >>",
        "<< /Length 40 >>\nstream\nBT /F 12 Tf 20 50 Td (Visible text) Tj ET\nendstream",
        "<< /Author (Author of the pages) /Producer (A program) >>",
        "<< /Type /Annot /Subtype /Text /Rect [0 0 10 10] /T (Author of the note) /Contents (hidden remark) >>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode()
    start = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    body += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    return body + f"trailer << /Size 7 /Root 1 0 R /Info 5 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()


def archive(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.JPG", photograph(), "jpeg"),
        ("a.png", photograph("PNG"), "png"),
        ("a.pdf", pages(), "pdf"),
        ("a.docx", letter(), "docx"),
        ("a.txt", "情况说明".encode("gb18030"), "txt"),
    ],
)
def test_a_file_is_what_its_content_says(name: str, content: bytes, kind: str) -> None:
    assert judged(name, content).key == kind


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.pdf", photograph(), "内容是 JPEG，扩展名却不是"),
        ("a.jpg", b"MZ\x90\x00" + b"\x00" * 100, "不接受这种格式"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "不接受这种格式"),
        ("a.txt", b"<html><script>alert(1)</script>", "不接受这种格式"),
        ("a.txt", b"\xef\xbb\xbf <?xml version='1.0'?>", "不接受这种格式"),
        ("a.txt", b"#!/bin/sh\nrm -rf /", "不接受这种格式"),
        ("a.zip", archive(a="1"), "不接受压缩包"),
        ("a.docx", archive(**{"[Content_Types].xml": "", "other.xml": ""}), "不接受压缩包"),
        ("a.docx", letter(word__vbaProject_dot_bin="macro"), "含有宏"),
        ("a.docx", letter(word__embeddings__x_dot_exe="MZ"), "含有宏、嵌入对象"),
        ("a.docx", b"PK\x03\x04 broken", "已损坏"),
        ("a.txt", b"", "文件是空的"),
        ("a.txt", b"x" * (kinds.LARGEST + 1), "超过 20 MB"),
        ("noextension", b"text", "扩展名却不是"),
    ],
)
def test_what_lies_or_can_run_is_refused(name: str, content: bytes, fault: str) -> None:
    with pytest.raises(Refusal, match=fault) as raised:
        judged(name, content)

    assert name not in str(raised.value)


def test_an_archive_that_unpacks_without_end_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "")
        for number in range(3):
            package.writestr(f"word/{number}.xml", b"\0" * (80 * 1024 * 1024))

    with pytest.raises(Refusal, match="展开后过大"):
        judged("a.docx", out.getvalue())


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_picture_loses_its_place_its_author_and_what_was_hidden_behind_it(form: str) -> None:
    content = photograph(form)

    working, note = cleaned(KINDS[form.lower()], content)

    with Image.open(io.BytesIO(working)) as picture:
        assert picture.size == (20, 40)
        assert dict(picture.getexif()) == {}
    assert SECRET in content
    assert SECRET not in working
    assert b"Author of the picture" not in working
    assert "重新编码" in note


def test_pages_lose_author_notes_and_program_and_keep_their_text() -> None:
    working, _ = cleaned(KINDS["pdf"], pages())

    copy = pypdfium2.PdfDocument(working)
    assert copy[0].get_textpage().get_text_bounded().strip() == "Visible text"
    assert copy.get_metadata_dict(skip_empty=True).get("Author") is None
    copy.close()
    for gone in (b"Author of the pages", b"Author of the note", b"hidden remark", b"A program"):
        assert gone not in working


def test_pages_with_a_script_lose_it() -> None:
    working, _ = cleaned(KINDS["pdf"], pages(script="app.alert\\(1\\)"))

    assert b"JavaScript" not in working
    assert b"app.alert" not in working
    copy = pypdfium2.PdfDocument(working)
    assert len(copy) == 1
    copy.close()


@pytest.mark.parametrize("content", [b"%PDF-1.4 broken", b"%PDF-"])
def test_pages_that_cannot_be_opened_are_refused(content: bytes) -> None:
    with pytest.raises(Refusal, match="PDF 已损坏或加了密码"):
        cleaned(KINDS["pdf"], content)


def test_a_picture_that_is_broken_or_far_too_large_is_refused() -> None:
    with pytest.raises(Refusal, match="图片已损坏"):
        cleaned(KINDS["png"], b"\x89PNG\r\n\x1a\n broken")
    huge = io.BytesIO()
    Image.new("1", (10_000, 7_000)).save(huge, "PNG")
    with pytest.raises(Refusal, match="像素过多"):
        cleaned(KINDS["png"], huge.getvalue())


def test_a_letter_loses_its_authors_and_still_opens() -> None:
    working, _ = cleaned(KINDS["docx"], letter())

    opened = docx.Document(io.BytesIO(working))
    assert [paragraph.text for paragraph in opened.paragraphs] == ["正文在此"]
    with zipfile.ZipFile(io.BytesIO(working)) as package:
        everything = b"".join(package.read(name) for name in package.namelist())
        assert not [name for name in package.namelist() if name.startswith("docProps")]
    assert b"Author of the letter" not in everything
    assert b"Second author" not in everything


def test_what_is_on_the_disk_is_sealed_and_comes_back_whole(account: Callable[..., User]) -> None:
    clerk = account(Role.CLERK)
    content = "补偿协议复印件".encode()

    made = services.attach("2025-1", "证据/某人的协议.txt", content, by=clerk)

    on_disk = b"".join(path.read_bytes() for path in services.folder().rglob("*") if path.is_file())
    assert content not in on_disk
    assert "协议".encode() not in on_disk
    assert services.original(made, clerk) == services.working_copy(made, clerk) == content
    assert services.name_of(made) == "某人的协议.txt"
    assert "协议" not in str(Attachment.objects.values().get())


def test_a_file_changed_on_the_disk_is_found(account: Callable[..., User]) -> None:
    made = services.attach("2025-1", "a.txt", b"as it was")
    path = services.path_of(made.key, services.ORIGINAL)
    sealed = bytearray(path.read_bytes())
    sealed[-1] ^= 1
    path.write_bytes(bytes(sealed))

    with pytest.raises(cipher.Tampered):
        services.original(made, None)
    path.unlink()
    with pytest.raises(cipher.Tampered, match="从备份恢复"):
        services.original(made, None)


def test_every_look_at_a_file_is_logged(logged: Callable[[], list[str]]) -> None:
    made = services.attach("2025-1", "a.txt", b"text")
    services.working_copy(made, None)
    services.original(made, None)

    assert logged() == ["attachment.kept", "attachment.working", "attachment.original"]


def test_a_file_is_found_only_with_its_matter() -> None:
    made = services.attach("2025-1", "a.txt", b"text")

    assert queries.one_of("2025-1", made.key) == made
    assert queries.one_of("2025-2", made.key) is None
    assert list(queries.of_matter("2025-1")) == [made]


def test_files_are_destroyed_with_the_identity_and_their_digests_stay(
    settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    identity.keep("2025-1", [Person(name="甲")], "x")
    made = services.attach("2025-1", "a.txt", b"text")
    identity.shred("2025-1", NOW)

    with django_capture_on_commit_callbacks(execute=True):
        assert services.shred_with_identities(date(2025, 3, 3), NOW) == 1

    made.refresh_from_db()
    assert not [path for path in services.folder().rglob("*") if path.is_file()]
    assert (len(made.digest), bytes(made.wrapped_key), services.name_of(made)) == (64, b"", "已销毁")
    with pytest.raises(cipher.Tampered, match="已到期销毁"):
        services.working_copy(made, None)


def test_a_file_left_by_an_upload_that_was_cut_off_is_swept_up_after_a_day() -> None:
    made = services.attach("2025-1", "a.txt", b"text")
    stray = services.path_of("ff" * 16, services.ORIGINAL)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"x")

    assert services.sweep(date(2025, 3, 3), datetime.now(UTC)) == 0
    assert services.sweep(date(2025, 3, 3), datetime.now(UTC) + timedelta(days=2)) == 1
    assert services.path_of(made.key, services.ORIGINAL).exists()


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("C:\\用户\\某人\\信.pdf", "信.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("", "未命名"),
        ("长" * 300 + ".pdf", "长" * 110 + ".pdf"),
    ],
)
def test_a_name_is_shown_without_folders_and_hidden_marks(given: str, shown: str) -> None:
    assert services.shown_name(given) == shown


def test_a_file_is_always_saved_and_never_opened_as_a_page() -> None:
    answer = answers.download(b"<b>", "txt", '信"\r\nX: 1.txt')

    assert answer["Content-Disposition"].startswith('attachment; filename="file.txt"')
    assert "\n" not in answer["Content-Disposition"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
