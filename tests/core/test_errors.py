"""Messages say what happened, by which text, and what to do now."""

from __future__ import annotations

import pickle

import pytest

from hengping.errors import (
    HengpingError,
    InvalidPackage,
    OutsideCalendar,
    Problem,
    Refusal,
    RulebookError,
    Unavailable,
    Unreadable,
)


def test_a_refusal_names_the_rule_the_reason_the_text_and_the_remedy() -> None:
    refusal = Refusal("出具信访处理意见书", "当前状态为“已登记”", "请先受理。", "《信访工作条例》第三十二条")

    message = str(refusal)

    assert message == "出具信访处理意见书：当前状态为“已登记”（依据：《信访工作条例》第三十二条）。请先受理。"
    assert (refusal.rule, refusal.remedy) == ("出具信访处理意见书", "请先受理。")


def test_a_refusal_without_a_basis_prints_no_empty_brackets() -> None:
    message = str(Refusal("受理", "该事项已办结"))

    assert message == "受理：该事项已办结。"


def test_an_unreadable_file_says_which_why_and_what_now() -> None:
    error = Unreadable("report.docx", "文件已加密", "请去除密码后重试。")

    assert str(error) == "report.docx：文件已加密。请去除密码后重试。"
    assert (error.path, error.reason) == ("report.docx", "文件已加密")


def test_something_unavailable_says_how_to_get_it() -> None:
    error = Unavailable("仿宋字体", "本机没有", "请安装后重试。")

    assert str(error) == "仿宋字体：本机没有。请安装后重试。"
    assert error.what == "仿宋字体"


def test_a_problem_shows_file_row_column_rule_and_remedy() -> None:
    problem = Problem(
        file="entries.csv",
        row=7,
        column="amount",
        message="金额“1，2.3.4”无法识别",
        rule="金额格式",
        remedy="请写作 12.34。",
    )

    assert str(problem) == "entries.csv 第7行 “amount”列：金额“1，2.3.4”无法识别（规则：金额格式）。请写作 12.34。"


def test_a_problem_of_a_whole_file_names_no_row() -> None:
    assert str(Problem(file="unit.csv", message="文件不存在")) == "unit.csv：文件不存在。"


def test_an_invalid_package_lists_every_problem_at_once() -> None:
    problems = [Problem(file="a.csv", message="甲"), Problem(file="b.csv", message="乙")]

    error = InvalidPackage(iter(problems))

    assert error.problems == tuple(problems)
    assert str(error) == "a.csv：甲。\nb.csv：乙。"


@pytest.mark.parametrize("kind", [RulebookError, Refusal, OutsideCalendar, Unreadable, InvalidPackage, Unavailable])
def test_everything_raised_on_purpose_is_one_family(kind: type[Exception]) -> None:
    assert issubclass(kind, HengpingError)


def test_a_day_outside_the_calendar_is_a_refusal() -> None:
    assert issubclass(OutsideCalendar, Refusal)


@pytest.mark.parametrize(
    "error",
    [
        RulebookError("规则自相矛盾"),
        Refusal("受理", "该事项已办结", "请查阅。", "第二十三条"),
        OutsideCalendar("办理期限", "2031 年的日历尚未公布", "请补充日历。"),
        Unreadable("report.docx", "文件已加密", "请去除密码后重试。"),
        InvalidPackage([Problem(file="entries.csv", row=7, message="金额无法识别"), Problem(file="a", message="乙")]),
        Unavailable("仿宋字体", "本机没有", "请安装后重试。"),
    ],
)
def test_an_error_raised_in_another_process_is_the_same_here(error: HengpingError) -> None:
    sent = pickle.loads(pickle.dumps(error))

    assert type(sent) is type(error)
    assert str(sent) == str(error)
    assert vars(sent) == vars(error)
