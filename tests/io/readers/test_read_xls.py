from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.io import fixtures as make
from tests.io import legacy_word as legacy

from hengping.document import Document, Table
from hengping.errors import Unreadable
from hengping_io.read import read, read_bytes

OFFICE = shutil.which("soffice")


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed to write these kinds")
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_workbook_in_another_format_reads_with_its_addresses(kind: str, tmp_path: Path) -> None:
    cells: dict[int, list[tuple[str, str | float]]] = {
        2: [("B", "收入支出决算总表")],
        3: [("E", "单位：万元")],
        4: [("B", "收入"), ("D", "支出")],
        5: [("B", "项目"), ("C", "决算数"), ("D", "项目"), ("E", "决算数")],
        6: [("B", "财政拨款"), ("C", 2940.05), ("D", "基本支出"), ("E", 2336.9)],
        7: [("B", "执行率"), ("C", 0.982), ("D", "占比"), ("E", 12345.678)],
    }
    source = tmp_path / "表.xlsx"
    source.write_bytes(
        make.workbook(
            "收支总表",
            cells,
            merges=("B2:E2", "B4:C4", "D4:E4"),
            formats={"C7": "0.00%", "E6": "0.00", "E7": "#,##0.00"},
        )
    )

    subprocess.run(
        [
            *(str(OFFICE), f"-env:UserInstallation=file://{tmp_path}/office", "--headless"),
            *("--convert-to", kind, "--outdir", str(tmp_path), str(source)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    document = read(tmp_path / f"表.{kind}")

    assert (
        ("98.20%" in document.text) == ("2336.90" in document.text) == ("12,345.68" in document.text) == (kind == "xls")
    )
    assert (document.text == read(source).text) == (kind == "xls")
    first = tables(document)[0]
    assert (first.title, first.unit) == ("收入支出决算总表", "万元")
    place = document.place(document.text.index("2940.05"))
    assert place is not None
    assert (place.sheet, place.cell) == ("收支总表", "C6")
    assert any("显示格式未读取" in note.message for note in document.notes) == (kind == "ods")


def test_a_damaged_workbook_is_refused() -> None:
    data = legacy.compound({"Workbook": b"\x09\x08\x10\x00" + b"\xff" * 600})

    with pytest.raises(Unreadable):
        read_bytes("表.xls", data)
