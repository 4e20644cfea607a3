"""``hengping clock``: one period, both modes, every day explained; nonsense is refused with what to do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hengping_io.cli import main


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["clock", *words, "--format", "json"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.parametrize(
    ("key", "start", "due", "as_counted"),
    [
        ("transfer", "2024-03-01", "2024-03-18", "2024-03-16"),
        ("notice", "2024-03-08", "2024-03-25", "2024-03-23"),
        ("notice-direct", "2024-03-01", "2024-03-18", "2024-03-16"),
        ("objection", "2024-04-26", "2024-05-07", "2024-05-07"),
        ("handling", "2025-03-03", "2025-05-06", "2025-05-02"),
        ("extension", "2025-03-03", "2025-06-03", "2025-06-01"),
        ("review-request", "2024-04-28", "2024-05-28", "2024-05-28"),
        ("review", "2024-05-10", "2024-06-11", "2024-06-09"),
        ("re-review-request", "2024-06-07", "2024-07-08", "2024-07-07"),
        ("re-review", "2024-06-20", "2024-07-22", "2024-07-20"),
        ("duty", "2024-03-18", "2024-05-20", "2024-05-18"),
        ("judicial-confirmation", "2024-04-08", "2024-05-08", "2024-05-08"),
    ],
)
def test_a_period_ends_on_the_day_the_law_gives(
    key: str, start: str, due: str, as_counted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = asked(capsys, key, "--start", start)

    assert (answer["rule"], answer["start"]) == (key, start)
    assert (answer["due"], answer["due_as_counted"]) == (due, as_counted)
    assert answer["cites"]
    assert answer["reading"]


def test_the_working_names_every_step_of_the_count(capsys: pytest.CaptureFixture[str]) -> None:
    answer = asked(capsys, "handling", "--start", "2025-03-03")

    assert answer["working"] == [
        "2025-03-03 为起算日，当日不计入",
        "自 2025-03-04 起计 60 日",
        "期间计至 2025-05-02（系统口径，不顺延）",
        "届满日逢休息日，顺延过：2025-05-02 劳动节；2025-05-03 劳动节；2025-05-04 劳动节；2025-05-05 劳动节",
        "届满日 2025-05-06（法定口径，顺延）",
    ]


def test_a_hearing_is_left_out_of_a_re_review(capsys: pytest.CaptureFixture[str]) -> None:
    answer = asked(capsys, "re-review", "--start", "2024-06-20", "--pause", "2024-07-01..2024-07-03")

    assert (answer["due"], answer["remarks"]) == ("2024-07-23", [])


def test_several_hearings_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    pauses = ["--pause", "2024-07-01..2024-07-03", "--pause", "2024-07-10..2024-07-10"]

    answer = asked(capsys, "re-review", "--start", "2024-06-20", *pauses)

    assert answer["due_as_counted"] == "2024-07-24"


def test_a_hearing_does_not_stop_the_sixty_days_and_the_answer_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    answer = asked(capsys, "handling", "--start", "2025-03-03", "--pause", "2025-04-01..2025-04-10")

    assert answer["due"] == "2025-05-06"
    assert "未予扣除" in answer["remarks"][0]


def test_an_extension_shows_the_other_reading(capsys: pytest.CaptureFixture[str]) -> None:
    answer = asked(capsys, "handling", "--start", "2025-03-03", "--extend", "30")

    others = {other["key"]: other["due"] for other in answer["other_readings"]}
    assert answer["due"] == "2025-06-03"
    assert others["extension-from-rolled-day"] == "2025-06-05"


def test_a_day_outside_the_published_calendar_is_not_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    answer = asked(capsys, "handling", "--start", "2026-12-20")

    assert (answer["due"], answer["due_as_counted"]) == (None, "2027-02-18")
    assert "2027 年" in answer["unknown"]


def test_where_the_text_has_no_number_there_is_no_day(capsys: pytest.CaptureFixture[str]) -> None:
    answer = asked(capsys, "suggestion-reply", "--start", "2024-03-01")

    assert (answer["due"], answer["due_as_counted"]) == (None, None)
    assert answer["working"][-1] == "条文未定日数，不推定届满日"


def test_a_day_the_assignment_names_is_taken_as_named(capsys: pytest.CaptureFixture[str]) -> None:
    answer = asked(capsys, "feedback", "--start", "2024-03-06", "--term", "2024-05-12")

    assert (answer["due"], answer["due_as_counted"]) == ("2024-05-13", "2024-05-12")


def test_a_locality_adds_its_own_number(capsys: pytest.CaptureFixture[str]) -> None:
    answer = asked(capsys, "advice-answer", "--start", "2024-05-06", "--authority", "shanghai")

    assert answer["due"] == "2024-06-05"


def test_the_text_is_for_reading(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["clock", "objection", "--start", "2024-03-08"])

    shown = capsys.readouterr().out
    assert code == 0
    assert shown.startswith("提出异议期限\n  届满日（法定，顺延）      2024-03-15\n")
    assert "依据  《信访工作条例》第二十三条第三款" in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nonsense", "--start", "2024-03-08"], "没有“nonsense”这个期限。可用的键：registration、transfer、"),
        (["handling", "--start", "2024-02-30"], "“2024-02-30”不是存在的日期"),
        (["handling", "--start", "三月三日"], "不是存在的日期"),
        (["handling", "--start", "20240303"], "不是存在的日期"),
        (["handling", "--start", "0001-01-01"], "不是存在的日期"),
        (["handling", "--start", "9999-12-31"], "不是存在的日期"),
        (["handling", "--start", ""], "不是存在的日期"),
        (["re-review", "--start", "2024-06-20", "--pause", "2024-07-03..2024-07-01"], "起止日颠倒"),
        (["re-review", "--start", "2024-06-20", "--pause", "2024-07-03"], "缺少“..”"),
        (["re-review", "--start", "2024-06-20", "--pause", "2024-07-32..2024-08-01"], "不是存在的日期"),
        (["re-review", "--start", "2024-06-20", "--pause", "1950-01-01..2199-01-01"], "超过十年"),
        (["handling", "--start", "2024-03-01", "--extend", "31"], "延长合计为 1 至 30 日"),
        (["notice", "--start", "2024-03-01", "--extend", "10"], "没有延长的规定"),
        (["feedback", "--start", "2024-03-01"], "请以 --term 给出“反馈期限”"),
        (["feedback", "--start", "2024-03-01", "--term", "2024-02-01"], "早于起算之日"),
        (["handling", "--start", "2024-03-01", "--term", "2024-05-01"], "不能另行指定"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_what_to_do(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["clock", *words])

    shown = capsys.readouterr()
    assert code == 2
    assert shown.out == ""
    assert said in shown.err
