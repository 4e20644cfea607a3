"""Reading a data package: every bad cell, line, table and descriptor, all at once, each at its place."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from tests.io.year.folders import SOUND, changed, problems, write

from hengping.errors import Unreadable
from hengping_io import year_folder


def test_a_sound_folder_is_read_into_exact_values(tmp_path: Path) -> None:
    found = year_folder.read(write(tmp_path))

    assert found.year == 2024
    assert found.tables["ledger"]["amount"] == [Decimal("100.00"), Decimal("60.00"), Decimal("35.00"), Decimal("95.00")]
    assert found.tables["staffing"]["kind"] == ["total", "civil_servants", "workers", "institution"]
    assert found.tables["staffing"]["evidence"][0] == ("reply",)
    assert not found.has("petitions")


def test_a_missing_cell_is_none_and_never_zero(tmp_path: Path) -> None:
    found = year_folder.read(write(tmp_path, **changed("staffing", "工勤人员,3,2", "工勤人员,3,")))

    assert found.tables["staffing"]["people"] == [33, 26, None, 5]


@pytest.mark.parametrize(
    ("table", "old", "new", "row", "column", "rule", "says"),
    [
        ("ledger", "60.00", "1，2.3.4", 3, "amount", "金额", "“1，2.3.4”不是金额"),
        ("ledger", "60.00", "６０.00", 3, "amount", "金额", "“６０.00”不是金额"),
        ("ledger", "60.00", "60", 3, "amount", "金额", "“60”不是金额"),
        ("ledger", "60.00", "1e3", 3, "amount", "金额", "“1e3”不是金额"),
        ("ledger", "60.00", "", 3, "amount", "必填", "没有填写"),
        ("ledger", "2024-05-06", "2024-02-30", 3, "on", "日期", "“2024-02-30”这一天不存在"),
        ("ledger", "2024-05-06", "2024/5/6", 3, "on", "日期", "“2024/5/6”不是日期"),
        ("ledger", "A2,execution", "A2,spent", 3, "phase", "可选值", "“spent”不在可选值之内"),
        ("ledger", "A3,", "A2,", 4, "entry", "主键", "“A2”与第3行重复"),
        ("ledger", "30101,60.00", "30101,60.00,9", 3, "", "CSV", "有 9 格，列名有 8 个"),
        ("ledger", "economic,amount", "economic,money", 1, "money", "列", "不认识的列“money”"),
        ("ledger", "functional,economic", "economic,economic", 1, "economic", "列", "列“economic”重复"),
        ("staffing", "36,33", "三十六,33", 2, "posts", "整数", "“三十六”不是整数"),
        ("staffing", "36,33", "-1,33", 2, "posts", "下限", "-1 小于 0"),
        (
            "staffing",
            "公务员,27,26,reply",
            "公务员,27,26,nothing",
            3,
            "evidence",
            "外键",
            "“nothing”在“佐证材料”表中没有",
        ),
        ("evidence", "2025-02-01", "", 2, "recorded_on", "必填", "没有填写"),
        ("evidence", "reply.md,", "reply.md,ab", 2, "sha256", "写法", "写法不对"),
    ],
)
def test_a_bad_cell_is_refused_at_its_place(
    tmp_path: Path, table: str, old: str, new: str, row: int, column: str, rule: str, says: str
) -> None:
    (found, *_) = problems(write(tmp_path, **changed(table, old, new)))

    assert (found.file, found.row, found.column, found.rule) == (f"{table}.csv", row, column, rule)
    assert says in found.message
    assert found.remedy


def test_a_missing_column_is_named_with_the_one_to_add(tmp_path: Path) -> None:
    ledger = "\n".join(line.rpartition(",")[0].rpartition(",")[0] for line in SOUND["ledger"].splitlines())

    (found, *_) = problems(write(tmp_path, ledger=ledger))

    assert (found.file, found.row, found.column, found.message) == ("ledger.csv", 1, "amount", "缺少这一列")
    assert found.remedy == "请补上“amount”（金额（元））列。"


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        **changed("ledger", "60.00", "六十"),
        **changed("staffing", "36,33", "x,y"),
        **changed("evidence", "2025-02-01", "2025-13-01"),
    )

    found = problems(folder)

    assert [(problem.file, problem.column) for problem in found] == [
        ("staffing.csv", "posts"),
        ("staffing.csv", "people"),
        ("ledger.csv", "amount"),
        ("evidence.csv", "recorded_on"),
    ]


def test_many_problems_of_one_kind_are_counted_after_the_first_twenty(tmp_path: Path) -> None:
    head, *_ = SOUND["ledger"].splitlines()
    lines = [f"B{n},initial,basic,general,2014001,30101,{n},,"[:-1] for n in range(50)]

    found = problems(write(tmp_path, ledger="\n".join([head, *lines])))

    amounts = [problem for problem in found if problem.column == "amount"]
    assert len(amounts) == 21
    assert amounts[-1].message == "同类问题共 50 处，以上列出前 20 处"


def test_lines_are_counted_as_the_file_shows_them_though_cells_hold_line_ends(tmp_path: Path) -> None:
    narrative = 'key,text\npurpose,"第一行\n第二行"\nprocess,\n'

    (found, *_) = problems(write(tmp_path, narrative=narrative))

    assert (found.file, found.row, found.column) == ("narrative.csv", 4, "text")


def test_headers_may_be_written_in_chinese(tmp_path: Path) -> None:
    staffing = SOUND["staffing"].replace("kind,posts,people,evidence", "类别,编制数,实有人数,佐证材料")

    found = year_folder.read(write(tmp_path, staffing=staffing))

    assert found.tables["staffing"]["posts"] == [36, 27, 3, 6]


def test_gb18030_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    staffing = SOUND["staffing"].encode("gb18030")
    unit = b"\xef\xbb\xbf" + SOUND["unit"].encode()

    found = year_folder.read(write(tmp_path, staffing=staffing, unit=unit))

    assert found.unit["name"] == "示例局（虚构）"
    assert len(found.tables["staffing"]) == 4


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "文件是空的"),
        (b"\xff\xfe" + "kind,posts".encode("utf-16-le"), "文件既不是 UTF-8 也不是 GB18030 编码的文本"),
        (b"PK\x03\x04\x00\x00\x00\x00", "文件既不是 UTF-8 也不是 GB18030 编码的文本"),
        (b'kind,posts\n"total,1\n', "不是合格的 CSV"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    (found, *_) = problems(write(tmp_path, staffing=content))

    assert found.file == "staffing.csv"
    assert says in found.message


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    folder = write(tmp_path)
    with (folder / "staffing.csv").open("r+b") as file:
        file.truncate(200_000_001)

    (found, *_) = problems(folder)

    assert found.message == "文件有 200 MB，太大"


@pytest.mark.parametrize(
    ("descriptor", "says"),
    [
        ("[" * 100_000, "嵌套过深"),
        ("{", "不是合格的 JSON"),
        ("[]", "缺少 resources 列表"),
        ('{"resources": {}}', "缺少 resources 列表"),
    ],
)
def test_a_descriptor_that_is_none_is_unreadable(tmp_path: Path, descriptor: str, says: str) -> None:
    folder = write(tmp_path)
    (folder / "datapackage.json").write_text(descriptor, encoding="utf-8")

    with pytest.raises(Unreadable, match=says):
        year_folder.read(folder)


def test_a_place_without_a_package_is_unreadable(tmp_path: Path) -> None:
    file = tmp_path / "year.zip"
    file.write_bytes(b"PK")

    with pytest.raises(Unreadable, match=r"没有这个文件"):
        year_folder.read(tmp_path)
    with pytest.raises(Unreadable, match="压缩包请先解压"):
        year_folder.read(file)


@pytest.mark.parametrize(
    ("resource", "says"),
    [
        ({"name": "unit"}, "没有 name 或 path"),
        ({"name": "secrets", "path": "unit.csv"}, "不认识的表“secrets”"),
        ({"name": "unit", "path": "../unit.csv"}, "指向数据包之外"),
        ({"name": "unit", "path": "/etc/passwd"}, "指向数据包之外"),
        ({"name": "unit", "path": "https://example.org/unit.csv"}, "指向数据包之外"),
        ({"name": "unit", "path": "absent.csv"}, "文件“absent.csv”不存在"),
        (
            {"name": "unit", "path": "unit.csv", "schema": {"fields": [{"name": "name", "type": "integer"}]}},
            "写作 integer，应为 string",
        ),
        (
            {"name": "unit", "path": "unit.csv", "schema": {"fields": [{"name": "phone"}]}},
            "不认识的列“phone”",
        ),
    ],
)
def test_a_resource_that_may_not_be_listed_is_refused(tmp_path: Path, resource: dict[str, object], says: str) -> None:
    folder = write(tmp_path)
    resources = [{"name": name, "path": f"{name}.csv"} for name in SOUND if name != "unit"]
    text = json.dumps({"resources": [resource, *resources]})
    (folder / "datapackage.json").write_text(text, encoding="utf-8")

    found = problems(folder)

    assert any(says in problem.message for problem in found)


def test_a_required_table_that_is_absent_is_asked_for(tmp_path: Path) -> None:
    found = problems(write(tmp_path, ledger=None))

    assert [problem.message for problem in found] == ["缺少“账目”表（ledger）"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = write(tmp_path / "year")
    outside = tmp_path / "outside.csv"
    outside.write_text(SOUND["unit"], encoding="utf-8")
    (folder / "unit.csv").unlink()
    (folder / "unit.csv").symlink_to(outside)

    found = problems(folder)

    assert "指向数据包之外" in found[0].message
