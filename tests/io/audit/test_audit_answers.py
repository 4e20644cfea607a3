"""Answers on file: complete or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from hengping.errors import InvalidPackage, Unreadable
from hengping_io.audit_answers import read_earlier, read_suppressions
from hengping_io.audit_view import Suppression

GOOD = '[[suppress]]\nfingerprint = "aaaaaaaaaaaa"\nreason = "见附表"\nby = "财务科长"\non = 2025-03-20\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "说明.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_answer_has_a_reason_a_name_and_a_date(tmp_path: Path) -> None:
    found = read_suppressions(written(tmp_path, GOOD))

    assert found == (Suppression(fingerprint="aaaaaaaaaaaa", reason="见附表", by="财务科长", on="2025-03-20"),)


@pytest.mark.parametrize(
    ("left_out", "column"),
    [
        ('reason = "见附表"', "reason"),
        ('by = "财务科长"', "by"),
        ("on = 2025-03-20", "on"),
        ('fingerprint = "aaaaaaaaaaaa"', "fingerprint"),
    ],
)
def test_an_answer_without_one_of_them_is_refused(tmp_path: Path, left_out: str, column: str) -> None:
    path = written(tmp_path, GOOD.replace(left_out, ""))

    with pytest.raises(InvalidPackage) as caught:
        read_suppressions(path)

    assert [problem.column for problem in caught.value.problems] == [column]


@pytest.mark.parametrize("blank", ['reason = " "', "reason = 3", 'on = "2025-03-20"', "on = 2025-03-20T08:00:00"])
def test_a_blank_reason_and_a_date_in_words_are_refused(tmp_path: Path, blank: str) -> None:
    name = blank.partition(" ")[0]
    lines = [blank if line.startswith(name) else line for line in GOOD.splitlines()]

    with pytest.raises(InvalidPackage):
        read_suppressions(written(tmp_path, "\n".join(lines)))


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "[[suppress]]\n" + GOOD + GOOD)

    with pytest.raises(InvalidPackage) as caught:
        read_suppressions(path)

    assert len(caught.value.problems) == 5


@pytest.mark.parametrize("text", ["[[suppress", "suppress = 3", "suppress = [1]", "[other]\na = 1"])
def test_what_is_no_file_of_answers_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Unreadable):
        read_suppressions(written(tmp_path, text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        read_suppressions(tmp_path / "没有.toml")


def test_an_earlier_result_is_only_taken_from_our_own_json(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="format json"):
        read_earlier(written(tmp_path, "{}"))
