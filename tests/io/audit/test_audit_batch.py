"""Many files: all of them, in order, resumable, stopped by none."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from hengping.errors import Unavailable
from hengping_io import audit_batch
from hengping_io.audit_batch import Options, Row, audit_one, page_name, run
from hengping_io.audit_index import side_by_side, write_index_csv, write_index_html, write_index_json
from hengping_io.audit_inputs import Source, readable, sources

REPORT = (
    "部门整体支出绩效自评报告\n一、支出情况\n2024年基本支出100.00万元，其中：工资福利支出50.00万元，商品和服务支出60.00万元。\n"
    "围绕年度重点工作科学安排预算并严格执行各项财务管理制度确保资金安全高效使用。\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "报告"
    (place / "甲局").mkdir(parents=True)
    (place / "甲局" / "自评.txt").write_text(REPORT, encoding="utf-8")
    (place / "乙局.txt").write_text(REPORT.replace("60.00", "50.00"), encoding="utf-8")
    (place / "空.txt").touch()
    (place / "坏.docx").write_bytes(b"PK\x03\x04 not a package")
    (place / "照片.psd").write_bytes(b"8BPS")
    (place / "版式.ofd").write_bytes(b"PK\x03\x04 not a package")
    (place / "扫描.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 64)
    (place / "~$乙局.docx").write_bytes(b"lock")
    return place


def batch(folder: Path, out: Path, workers: int = 1, **more: object) -> dict[str, Row]:
    options = Options(out=str(out), rules="1", **more)  # type: ignore[arg-type]
    return {row.name: row for row in run(sources([str(folder)]), options, workers)}


def test_every_file_has_a_row_and_a_bad_one_stops_nothing(folder: Path, tmp_path: Path) -> None:
    rows = batch(folder, tmp_path / "结果")

    assert {name: row.status for name, row in rows.items()} == {
        "乙局.txt": "done",
        "坏.docx": "unreadable",
        "扫描.png": "done",
        "照片.psd": "skipped",
        "版式.ofd": "unreadable",
        "甲局/自评.txt": "done",
        "空.txt": "unreadable",
    }
    assert rows["空.txt"].reason == "文件是空的（0 字节）。请重新导出或下载。"
    assert rows["甲局/自评.txt"].to_answer > rows["乙局.txt"].to_answer


def test_two_processes_find_what_one_finds(folder: Path, tmp_path: Path) -> None:
    one = batch(folder, tmp_path / "一", workers=1)
    two = batch(folder, tmp_path / "二", workers=2)

    assert one == two
    for path in sorted((tmp_path / "一" / "documents").iterdir()):
        assert path.read_bytes() == (tmp_path / "二" / "documents" / path.name).read_bytes()


def test_what_is_done_is_not_done_again(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    first = batch(folder, out)
    result = out / "documents" / f"{first['乙局.txt'].page}.json"
    result.write_text("kept", encoding="utf-8")

    again = batch(folder, out)

    assert result.read_text(encoding="utf-8") == "kept"
    assert again == first


@pytest.mark.parametrize("what", ["file", "rules", "options", "result"])
def test_a_change_of_file_rules_or_options_is_done_again(folder: Path, tmp_path: Path, what: str) -> None:
    out = tmp_path / "结果"
    first = batch(folder, out)
    result = out / "documents" / f"{first['乙局.txt'].page}.json"
    result.write_text("stale", encoding="utf-8")
    options = Options(out=str(out), rules="1")
    if what == "file":
        (folder / "乙局.txt").write_text(REPORT, encoding="utf-8")
    elif what == "rules":
        options = Options(out=str(out), rules="2")
    elif what == "options":
        options = Options(out=str(out), rules="1", claims=True)
    else:
        result.with_suffix(".html").unlink()

    list(run(sources([str(folder)]), options, 1))

    assert result.read_text(encoding="utf-8") != "stale"


def test_a_run_killed_between_result_and_mark_does_that_file_again(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    first = batch(folder, out)
    (out / ".state" / f"{first['乙局.txt'].page}.json").write_text('{"name": "乙局', encoding="utf-8")

    assert batch(folder, out) == first


def test_a_reader_that_dies_takes_only_its_own_file_with_it(folder: Path, tmp_path: Path) -> None:
    lethal = [Source("死.txt", str(tmp_path / "死.txt")), *sources([str(folder / "乙局.txt"), str(folder / "空.txt")])]
    options = Options(out=str(tmp_path / "结果"), rules="1")

    rows = {row.name: row for row in audit_batch.run(lethal, options, 2, work=die_at_the_first)}

    assert rows["死.txt"].status == "failed"
    assert rows["乙局.txt"].status == "done"
    assert rows["空.txt"].status == "unreadable"


def die_at_the_first(source: Source, options: Options) -> Row:
    if source.name == "死.txt":
        import os

        os._exit(9)
    return audit_one(source, options)


def test_a_full_disk_is_no_defect_of_a_file(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    batch(folder, out)
    page = page_name("丙局.txt")
    (folder / "丙局.txt").write_text(REPORT, encoding="utf-8")
    (out / "documents" / f"{page}.json").mkdir()

    with pytest.raises(Unavailable):
        batch(folder, out)


def test_the_members_of_a_zip_are_files_too(tmp_path: Path) -> None:
    path = tmp_path / "各单位.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("甲局/自评.txt", REPORT)
        packed.writestr("__MACOSX/甲局/._自评.txt", b"\x00")
        packed.writestr("乙局.txt", REPORT)

    found = sources([str(path)])

    assert [source.name for source in found] == ["各单位.zip/乙局.txt", "各单位.zip/甲局/自评.txt"]
    assert found[0].content().decode() == REPORT


def test_names_packed_in_gbk_are_readable() -> None:
    assert readable("甲局/报告.docx".encode("gbk").decode("cp437")) == "甲局/报告.docx"
    assert readable("甲局/报告.docx") == "甲局/报告.docx"


def test_two_files_of_one_name_have_two_rows(tmp_path: Path) -> None:
    for unit in ("甲", "乙"):
        (tmp_path / unit).mkdir()
        (tmp_path / unit / "自评.txt").write_text(REPORT, encoding="utf-8")

    found = sources([str(tmp_path / "甲" / "自评.txt"), str(tmp_path / "乙" / "自评.txt")])

    assert len({source.name for source in found}) == 2


def test_a_result_is_named_so_that_every_system_can_keep_it() -> None:
    name = page_name('甲局/子:目录\\自评"报告".docx')

    assert not set(name) & set('/\\:*?"<>|')
    assert name != page_name("甲局_子_目录_自评_报告_.docx")
    assert len(page_name("长" * 300 + ".docx").encode()) < 200


def test_the_index_shows_every_file_and_leads_to_its_page(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    rows = list(batch(folder, out).values())

    page = write_index_html(rows, "报告")
    data = json.loads(write_index_json(rows, "1"))

    assert page.count("<tr class=") == 7
    for one in data["documents"]:
        assert (out / one["page"]).is_file() == (one["status"] == "done")
    assert data["totals"] == {"done": 3, "skipped": 1, "unreadable": 3, "to_answer": sum(row.to_answer for row in rows)}
    assert "不能读取" in write_index_csv(rows)


def test_sentences_copied_between_units_are_told(folder: Path, tmp_path: Path) -> None:
    rows = list(batch(folder, tmp_path / "结果").values())

    shared, _, _ = side_by_side(rows)

    assert [one.text for one in shared] == [
        "围绕年度重点工作科学安排预算并严格执行各项财务管理制度确保资金安全高效使用"
    ]
    assert shared[0].documents == ("乙局.txt", "甲局/自评.txt")


def test_an_earlier_batch_is_compared_file_by_file(folder: Path, tmp_path: Path) -> None:
    first = batch(folder, tmp_path / "上次")
    (folder / "乙局.txt").write_text(REPORT, encoding="utf-8")

    later = batch(folder, tmp_path / "这次", since=str(tmp_path / "上次"))

    assert later["甲局/自评.txt"].new == 0
    assert later["乙局.txt"].new > 0
    assert first["乙局.txt"].new == 0
