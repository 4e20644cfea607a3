"""The rulebook's tables are read-only and complain about themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hengping import tables
from hengping.errors import RulebookError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let the tables be read from an empty folder."""
    monkeypatch.setattr(tables, "FOLDER", tmp_path)
    _forget()
    yield tmp_path
    _forget()


def _forget() -> None:
    for function in (tables.text, tables.toml, tables.rows, tables.names):
        function.cache_clear()


def test_a_table_that_does_not_exist_is_named(folder: Path) -> None:
    with pytest.raises(RulebookError, match=r"规则表 nothing\.toml 不存在"):
        tables.toml("nothing.toml")


def test_a_malformed_table_is_named(folder: Path) -> None:
    (folder / "broken.toml").write_text("key = ", encoding="utf-8")

    with pytest.raises(RulebookError, match=r"规则表 broken\.toml 不是合格的 TOML"):
        tables.toml("broken.toml")


def test_a_toml_table_cannot_be_changed_by_its_reader(folder: Path) -> None:
    (folder / "small.toml").write_text("key = 1", encoding="utf-8")

    table = tables.toml("small.toml")

    assert dict(table) == {"key": 1}
    with pytest.raises(TypeError):
        table["key"] = 2  # type: ignore[index]


def test_rows_of_a_csv_table_are_text_by_column(folder: Path) -> None:
    (folder / "codes.csv").write_text("code,title\n301,工资福利支出\n302,商品和服务支出\n", encoding="utf-8")

    rows = tables.rows("codes.csv")

    assert [dict(row) for row in rows] == [
        {"code": "301", "title": "工资福利支出"},
        {"code": "302", "title": "商品和服务支出"},
    ]


def test_names_lists_the_tables_of_one_folder_in_order(folder: Path) -> None:
    (folder / "years").mkdir()
    for name in ("2025.toml", "2024.toml", "notes.txt"):
        (folder / "years" / name).write_text("", encoding="utf-8")

    assert tables.names("years", ".toml") == ("years/2024.toml", "years/2025.toml")
