from __future__ import annotations

import codecs

import pytest

from hengping.document import Paragraph
from hengping.errors import Unreadable
from hengping_io.read import read_bytes

REPORT = "部门整体支出绩效自评报告\n\n一、基本情况\n基本支出553.60万元，占33.58％。\n"


def test_the_text_is_the_files_own_with_one_paragraph_per_line() -> None:
    document = read_bytes("报告.txt", REPORT.encode())

    assert document.text == REPORT
    assert [block.text for block in document.blocks] == [*REPORT.split("\n")]
    assert all(document.text.startswith(block.text, block.start) for block in document.blocks)


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_line_ends_stay_as_they_are_and_offsets_count_them(ending: str) -> None:
    text = f"甲{ending}{ending}乙{ending}"

    document = read_bytes("报告.txt", text.encode())

    assert document.text == text
    assert [(block.text, block.start) for block in document.blocks if isinstance(block, Paragraph)] == [
        ("甲", 0),
        ("", 1 + len(ending)),
        ("乙", 1 + 2 * len(ending)),
        ("", 2 + 3 * len(ending)),
    ]


@pytest.mark.parametrize(
    "data",
    [
        REPORT.encode(),
        codecs.BOM_UTF8 + REPORT.encode(),
        codecs.BOM_UTF16_LE + REPORT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + REPORT.encode("utf-16-be"),
        REPORT.encode("gb18030"),
    ],
    ids=["utf-8", "utf-8 marked", "utf-16-le", "utf-16-be", "gb18030"],
)
def test_every_office_encoding_gives_the_same_text(data: bytes) -> None:
    assert read_bytes("报告.txt", data).text == REPORT


@pytest.mark.parametrize(
    "data",
    [
        "部門整體支出績效自評報告，預算執行率與說明".encode("big5"),
        "Résumé naïf déjà".encode("latin-1") * 40,
        bytes(range(0x80, 0x100)) * 8,
    ],
    ids=["big5", "latin-1", "high bytes"],
)
def test_an_encoding_nobody_here_uses_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match="编码无法识别"):
        read_bytes("报告.txt", data)


@pytest.mark.parametrize("data", [b"\x00\x01\x02" * 100, bytes(range(1, 9)) * 50], ids=["nul", "controls"])
def test_binary_content_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match="二进制"):
        read_bytes("报告.txt", data)


def test_blank_text_is_refused() -> None:
    with pytest.raises(Unreadable, match="没有文字"):
        read_bytes("报告.txt", b" \n\t\n")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_last_character_cut_in_two_is_told(encoding: str) -> None:
    document = read_bytes("报告.txt", "支出五百万元整，决算数大于预算数".encode(encoding)[:-1])

    assert document.text == "支出五百万元整，决算数大于预算"
    assert [note.kind for note in document.notes if "最后一个字" in note.message] == ["loss"]


def test_converter_residue_is_noted_at_its_place() -> None:
    document = read_bytes("报告.txt", "甲\n[bookmark: _GoBack]今年以来".encode())

    note = document.notes[0]
    assert (note.kind, document.text[note.start : note.end]) == ("artefact", "[bookmark: _GoBack]")
