from __future__ import annotations

from pathlib import Path

import pytest
from tests.io import fixtures as make

from hengping.document import Document
from hengping.errors import Unreadable
from hengping_io.read import read, read_all, read_bytes
from hengping_io.read_archive import members

WORD = make.docx(make.paragraph("正文"))


def names(found: object) -> dict[str, bool]:
    return {name: isinstance(document, Document) for name, document in found}  # type: ignore[attr-defined]


def test_a_zip_is_its_files_and_a_bad_one_does_not_stop_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "包.zip"
    path.write_bytes(
        make.zipped(
            {
                "甲/报告.docx": WORD,
                "坏.docx": WORD[:200],
                "说明.txt": "一行".encode(),
                "__MACOSX/x": "",
                "内.zip": make.zipped({"乙.docx": WORD}),
            }
        )
    )

    assert names(read_all(path)) == {
        "包.zip/甲/报告.docx": True,
        "包.zip/坏.docx": False,
        "包.zip/说明.txt": True,
        "包.zip/内.zip/乙.docx": True,
    }


def test_a_folder_is_its_files_without_lock_files(tmp_path: Path) -> None:
    (tmp_path / "子").mkdir()
    (tmp_path / "子" / "报告.docx").write_bytes(WORD)
    (tmp_path / "~$报告.docx").write_bytes(b"lock")
    (tmp_path / "空.txt").write_bytes(b"")

    assert names(read_all(tmp_path)) == {str(tmp_path / "子" / "报告.docx"): True, str(tmp_path / "空.txt"): False}


def test_a_zip_of_one_report_is_that_report() -> None:
    assert read_bytes("包.zip", make.zipped({"报告.docx": WORD})).text == "正文"


def test_a_zip_of_several_reports_asks_which() -> None:
    with pytest.raises(Unreadable, match=r"2 份文件（甲\.docx、乙\.docx）"):
        read_bytes("包.zip", make.zipped({"甲.docx": WORD, "乙.docx": WORD}))


def test_a_zip_without_reports_says_why() -> None:
    with pytest.raises(Unreadable, match=r"没有能读取的文件.*RTF"):
        read_bytes("包.zip", make.zipped({"甲.rtf": "{\\rtf1 x}"}))


def test_names_in_the_national_encoding_are_read() -> None:
    data = make.zipped({"abcd.txt": "一行"}).replace(b"abcd", "年报".encode("gb18030"))

    assert [name for name, _ in members("包.zip", data, read_bytes)] == ["包.zip/年报.txt"]


def test_zips_inside_zips_end_somewhere(tmp_path: Path) -> None:
    data = make.zipped({"报告.docx": WORD})
    for _ in range(6):
        data = make.zipped({"内.zip": data})
    path = tmp_path / "包.zip"
    path.write_bytes(data)

    assert list(names(read_all(path)).values()) == [False]


def test_a_folder_is_not_one_document(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="文件夹"):
        read(tmp_path)
