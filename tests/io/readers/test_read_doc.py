from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.io import fixtures as make
from tests.io import legacy_word as legacy

from hengping.document import Table
from hengping.errors import Unreadable
from hengping_io.read import read, read_bytes


def test_paragraphs_fields_breaks_and_hyphens() -> None:
    data = legacy.doc([("支出\x13PAGE\x14553.60\x15万元\r", b""), ("上行\x0b下行\x1e\x1f\r", b"")])

    document = read_bytes("报告.doc", data)

    assert (document.kind, document.text) == ("doc", "支出553.60万元\n上行\v下行-")


def test_hidden_text_is_dropped_and_told() -> None:
    document = read_bytes("报告.doc", legacy.doc([("可见隐藏\r", b"")], deleted=[(2, 4)], mark=legacy.HIDDEN))

    assert document.text == "可见"
    assert any("隐藏文字" in note.message for note in document.notes)


def test_deleted_text_is_dropped() -> None:
    document = read_bytes("报告.doc", legacy.doc([("支出553.6742.24万元\r", b"")], deleted=[(2, 7)]))

    assert document.text == "支出742.24万元"


def test_cell_marks_become_a_table() -> None:
    cells = [("项目\x07", legacy.IN_TABLE), ("决算数\x07", legacy.IN_TABLE), ("\x07", legacy.row_end([0, 2000, 4000]))]
    more = [("合计\x07", legacy.IN_TABLE), ("553.60\x07", legacy.IN_TABLE), ("\x07", legacy.row_end([0, 2000, 4000]))]

    document = read_bytes(
        "报告.doc", legacy.doc([("支出决算表\r", b""), ("单位：万元\r", b""), *cells, *more, ("后文\r", b"")])
    )

    assert document.text == "支出决算表\n单位：万元\n项目\t决算数\n合计\t553.60\n后文"
    table = document.blocks[2]
    assert isinstance(table, Table)
    assert (table.title, table.unit, table.header_rows) == ("支出决算表", "万元", 1)
    place = document.place(document.text.index("553"))
    assert place is not None
    assert (place.table, place.row, place.column) == (1, 2, 2)


def test_merged_cells_follow_their_edges_and_flags() -> None:
    rows = [
        ("指标\x07", legacy.IN_TABLE),
        ("数量\x07", legacy.IN_TABLE),
        ("\x07", legacy.row_end([0, 1000, 3000], [0x60])),
        ("\x07", legacy.IN_TABLE),
        ("目标\x07", legacy.IN_TABLE),
        ("完成\x07", legacy.IN_TABLE),
        ("\x07", legacy.row_end([0, 1000, 2000, 3000], [0x20])),
    ]

    table = read_bytes("报告.doc", legacy.doc(rows)).blocks[0]

    assert isinstance(table, Table)
    assert [[cell.text if cell else None for cell in row] for row in table.grid()] == [
        ["指标", "数量", "数量"],
        ["指标", "目标", "完成"],
    ]


def test_automatic_numbers_are_worked_out() -> None:
    lists = legacy.simple_list(39, "\0、")

    document = read_bytes("报告.doc", legacy.doc([("概况\r", legacy.LIST), ("支出\r", legacy.LIST)], lists=lists))

    assert document.text == "一、概况\n二、支出"
    assert document.is_generated(0)


@pytest.mark.parametrize(
    ("flags", "version", "reason"), [(0x0100, 0xC1, "密码"), (0, 0x65, "Word 95")], ids=["encrypted", "old"]
)
def test_what_cannot_be_read_says_why(flags: int, version: int, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_bytes("报告.doc", legacy.doc([("正文\r", b"")], flags=flags, version=version))


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6])
def test_a_truncated_file_is_refused(share: float) -> None:
    data = legacy.doc([("正文很长" * 400 + "\r", b"")])

    with pytest.raises(Unreadable, match=r"不完整|不能读取"):
        read_bytes("报告.doc", data[: int(len(data) * share)])


OFFICE = shutil.which("soffice")


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed to write a legacy file")
def test_a_file_written_by_an_office_program_reads_like_its_docx(tmp_path: Path) -> None:
    levels = make.level(0, "chineseCountingThousand", "%1、") + make.level(1, "chineseCounting", "（%2）")
    width = '<w:tcW w:w="2000" w:type="dxa"/>'
    grid = "<w:tblGrid>" + '<w:gridCol w:w="2000"/>' * 3 + "</w:tblGrid>"
    table = make.table(
        make.cell("一级指标", width + '<w:vMerge w:val="restart"/>')
        + make.cell("数量", '<w:tcW w:w="4000" w:type="dxa"/><w:gridSpan w:val="2"/>'),
        make.cell("", width + "<w:vMerge/>") + make.cell("目标", width) + make.cell("完成", width),
    ).replace("<w:tbl>", f"<w:tbl>{grid}")
    body = (
        make.listed("概况", 1)
        + make.listed("职能", 1, 1)
        + make.paragraph("支出553.60万元")
        + table
        + make.listed("支出", 1)
    )
    source = tmp_path / "报告.docx"
    source.write_bytes(make.docx(body, numbering=make.word_list(1, levels)))

    subprocess.run(
        [
            str(OFFICE),
            f"-env:UserInstallation=file://{tmp_path}/office",
            "--headless",
            "--convert-to",
            "doc:MS Word 97",
            "--outdir",
            str(tmp_path),
            str(source),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )

    assert read(tmp_path / "报告.doc").text == read(source).text
