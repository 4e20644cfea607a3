from __future__ import annotations

from pathlib import Path

import pytest
from tests.io import fixtures as make

from hengping.errors import Unreadable
from hengping_io import read as entry
from hengping_io.read import kind_of, read, read_bytes


def test_the_content_decides_and_not_the_name(tmp_path: Path) -> None:
    path = tmp_path / "报告.pdf"
    path.write_bytes(make.docx(make.paragraph("正文")))

    document = read(path)

    assert (document.kind, document.name, document.text) == ("docx", "报告.pdf", "正文")


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(Unreadable, match="0 字节"):
        read_bytes("报告.docx", b"")


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "大.txt"
    with path.open("wb") as stream:
        stream.truncate(entry.SIZE_LIMIT + 1)

    with pytest.raises(Unreadable, match="文件过大"):
        read(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="读取权限"):
        read(tmp_path / "没有.txt")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"{\\rtf1\\ansi text}", "RTF"),
        (b"Rar!\x1a\x07\x00rest", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\x1f\x8b\x08\x00\x00", "GZIP"),
        (b"MZ\x90\x00\x03", "可执行程序"),
        (make.zipped({"OFD.xml": "<ofd/>"}), "OFD"),
        (make.zipped({"ppt/presentation.xml": "<p/>"}), "PPTX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "旧式 Office"),
    ],
)
def test_kinds_nobody_reads_are_named_with_what_is_read(data: bytes, what: str) -> None:
    with pytest.raises(Unreadable, match=what) as refused:
        read_bytes("文件", data)

    assert "能读取：DOCX、DOC、WPS、PDF" in str(refused.value)


def test_an_encrypted_office_file_asks_for_its_password() -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 64

    with pytest.raises(Unreadable, match="密码"):
        read_bytes("报告.docx", data)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<!DOCTYPE html><html></html>", "html"),
        (b"\xef\xbb\xbf  <!-- x --><HTML>", "html"),
        ("一份报告".encode(), "txt"),
        (b"%PDF-1.7\n", "pdf"),
        (b"\n\n%PDF-1.4\n", "pdf"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        ("BMW 车辆两台，MZ 型设备一台".encode(), "txt"),
    ],
)
def test_kinds_are_told_by_their_first_bytes(data: bytes, kind: str) -> None:
    assert kind_of("文件", data) == kind


def test_a_missing_file_is_refused_in_the_users_language(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path / "没有.txt")

    assert refused.value.reason == "没有这个文件或文件夹"


def test_a_file_called_a_document_that_holds_none_is_not_spoken_of_as_text() -> None:
    with pytest.raises(Unreadable) as refused:
        read_bytes("决算.pdf", bytes(range(256)) * 8)

    assert refused.value.reason == "扩展名是 PDF，内容却不是 PDF，也不是其他能读取的文件"


def test_text_under_another_name_is_still_read() -> None:
    document = read_bytes("报告.doc", "支出合计100万元。".encode())

    assert (document.kind, document.text) == ("txt", "支出合计100万元。")
