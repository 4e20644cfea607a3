"""A measure has an office, a day and notes that only grow; what is overdue is asked for a day."""

from __future__ import annotations

from datetime import date

import pytest

from hengping.errors import Refusal
from hengping.performance.rectification import (
    Note,
    Outcome,
    Progress,
    basis_of_use,
    checked_owner,
    outcome,
    reminder_days,
    report,
    standing,
)

DUE = date(2025, 6, 30)
BEGUN = Note(on=date(2025, 4, 2), progress=Progress.UNDERWAY, text="已发函提醒")
DONE = Note(on=date(2025, 6, 20), progress=Progress.DONE, text="逐件提醒上线", evidence=1)


@pytest.mark.parametrize(
    ("today", "overdue", "words"),
    [
        (date(2025, 6, 20), False, "还有 10 天"),
        (date(2025, 6, 30), False, "今天到期"),
        (date(2025, 7, 3), True, "已逾期 3 天"),
    ],
)
def test_a_measure_under_way_is_late_the_day_after_it_was_due(today: date, overdue: bool, words: str) -> None:  # noqa: FBT001
    found = standing(DUE, (BEGUN,), today)

    assert (found.progress, found.overdue, found.words) == (Progress.UNDERWAY, overdue, words)


def test_a_measure_without_a_day_is_never_late_and_says_so() -> None:
    found = standing(None, (), date(2030, 1, 1))

    assert (found.overdue, found.days_left, found.words) == (False, None, "没有完成时限")


def test_what_is_done_is_not_late_but_tells_when_it_came_late() -> None:
    late = Note(on=date(2025, 7, 5), progress=Progress.DONE, text="完成", evidence=2)

    assert standing(DUE, (BEGUN, DONE), date(2026, 1, 1)).words == "已完成"
    assert standing(DUE, (BEGUN, late), date(2026, 1, 1)).words == "已完成，比时限迟 5 天"
    assert not standing(DUE, (late,), date(2026, 1, 1)).overdue


def test_next_years_report_gets_the_last_note() -> None:
    assert outcome(()) == Outcome(result="", done=None)
    assert outcome((BEGUN,)) == Outcome(result="已发函提醒", done=False)
    assert outcome((BEGUN, DONE)) == Outcome(result="逐件提醒上线", done=True)


@pytest.mark.parametrize(
    ("note", "told"),
    [
        (Note(on=date(2025, 5, 1), progress=Progress.DONE, text="完成"), "没有佐证材料"),
        (Note(on=date(2025, 5, 1), progress=Progress.UNDERWAY, text="  "), "没有写明做了什么"),
        (Note(on=date(2025, 4, 1), progress=Progress.UNDERWAY, text="早"), "早于上一条记录（2025-04-02）"),
        (Note(on=date(2025, 5, 3), progress=Progress.UNDERWAY, text="晚"), "还没有到"),
        (Note(on=date(2025, 5, 1), progress=Progress.PLANNED, text="退"), "不能退回"),
    ],
)
def test_a_note_that_does_not_hold_is_refused(note: Note, told: str) -> None:
    with pytest.raises(Refusal, match=told):
        report((BEGUN,), note, date(2025, 5, 2))


def test_a_good_note_is_added_at_the_end() -> None:
    assert report((BEGUN,), DONE, date(2025, 6, 20)) == (BEGUN, DONE)


@pytest.mark.parametrize(
    "owner", ["督查科", "办信科、网上信访科", "信息中心", "办公室主任", "分管领导", "综合岗", "局长"]
)
def test_an_office_or_a_post_answers_for_a_measure(owner: str) -> None:
    assert checked_owner(owner, ()) == owner


def test_an_office_the_department_has_listed_is_taken_whatever_its_name() -> None:
    assert checked_owner(" 接访大厅 ", ("接访大厅",)) == "接访大厅"


@pytest.mark.parametrize("owner", ["某甲", "某主任", "督查科、某乙", "", "  "])
def test_what_may_be_a_person_is_refused(owner: str) -> None:
    with pytest.raises(Refusal):
        checked_owner(owner, ("督查科",))


def test_a_measure_is_called_to_mind_ten_days_before_and_the_day_after() -> None:
    assert reminder_days(DUE) == (date(2025, 6, 20), date(2025, 7, 1))


def test_results_go_into_the_budget_by_the_law() -> None:
    assert [str(one) for one in basis_of_use()] == [
        "《中华人民共和国预算法》第三十二条",
        "《中华人民共和国预算法实施条例》第二十条",
    ]
