"""The gate: a contradiction blocks, a remainder is answered in writing, the head lets the year pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from tests.web.publication.conftest import HERE, Frozen, Staff, fresh, frozen_year, pass_and_publish

from hengping.errors import Refusal
from hengping_web.accounts.models import Organisation
from hengping_web.accounts.roles import Role
from hengping_web.cycle.models import EvaluationYear, State
from hengping_web.publication import queries, services
from hengping_web.publication.models import GateAnswer, GateRun, PublishedFile
from hengping_web.selfevaluation import queries as evaluations

pytestmark = pytest.mark.django_db


def asked(year: EvaluationYear) -> list[dict[str, Any]]:
    run = queries.last_run(evaluations.snapshot(fresh(year)))
    return run.questions if run else []


def test_every_finished_file_is_read_and_kept_by_its_hash(year: EvaluationYear, at: Callable[[Role], Any]) -> None:
    at(Role.EVALUATION_TEAM).post(f"{HERE}gate/examine/")

    run = GateRun.objects.get()
    assert {one["name"] for one in run.files} >= {
        "report.docx", "report.pdf", "report.html", "base-data.xlsx", "department-self-evaluation.xlsx",
    }  # fmt: skip
    assert all(len(one["sha256"]) == 64 for one in run.files)
    assert [one for one in run.questions if one["blocks"]] == []


def test_a_contradiction_blocks_and_says_who_what_where_and_how_to_mend(
    department: Organisation, contradicting: Frozen, at: Callable[[Role], Any]
) -> None:
    year = frozen_year(department, contradicting)
    team, head = at(Role.EVALUATION_TEAM), at(Role.DEPARTMENT_HEAD)
    team.post(f"{HERE}gate/examine/")

    page = team.get(f"{HERE}gate/").content.decode()
    refused = head.post(f"{HERE}gate/approve/", {"version": fresh(year).version})

    blocking = [one for one in asked(year) if one["blocks"]]
    assert set(blocking[0]["files"]) == {"report.docx", "report.pdf", "report.html"}
    assert "矛盾：须改正后才能公开" in page
    assert "60" in page
    assert "请部门负责人重新打开本年度，由绩效评价组在原处改正后重新定稿。" in page
    assert refused.status_code == 409
    assert "处矛盾" in refused.content.decode()
    assert fresh(year).state == State.FROZEN


def test_a_contradiction_is_not_answered_away(department: Organisation, contradicting: Frozen, people: Staff) -> None:
    year = frozen_year(department, contradicting)
    services.examine(year, people(Role.EVALUATION_TEAM))
    key = next(one["key"] for one in asked(year) if one["blocks"])

    with pytest.raises(Refusal, match="矛盾不能以说明代替改正"):
        services.answer(year, key, "就是这样。", people(Role.EVALUATION_TEAM))


def test_a_remainder_passes_only_with_a_written_answer_and_the_answer_is_printed(
    department: Organisation, unexplained: Frozen, at: Callable[[Role], Any], people: Staff
) -> None:
    year = frozen_year(department, unexplained)
    team, head = at(Role.EVALUATION_TEAM), at(Role.DEPARTMENT_HEAD)
    team.post(f"{HERE}gate/examine/")
    assert head.post(f"{HERE}gate/approve/", {"version": fresh(year).version}).status_code == 409

    for one in asked(year):
        assert not one["blocks"]
        team.post(f"{HERE}gate/answer/{one['key']}/", {"text": "其余为邮电费等零星支出。"})
    head.post(f"{HERE}gate/approve/", {"version": fresh(year).version})
    head.post(f"{HERE}publication/publish/", {"version": fresh(year).version})

    assert fresh(year).state == State.PUBLISHED
    files = {file.name: bytes(file.content) for file in PublishedFile.objects.all()}
    assert "其余为邮电费等零星支出。（绩效评价组岗，" in files["report.html"].decode()
    from hengping_io.publication_open import from_zip
    from hengping_io.publication_verify import verify

    package = from_zip("p.zip", files["published-2024-v1.zip"])
    assert "其余为邮电费等零星支出。" in package["tables/answers.csv"].decode()
    assert verify("p.zip", package).faults == ()


def test_an_answer_that_contradicts_the_report_is_not_published(
    department: Organisation, unexplained: Frozen, people: Staff
) -> None:
    year = frozen_year(department, unexplained)
    team, head = people(Role.EVALUATION_TEAM), people(Role.DEPARTMENT_HEAD)
    services.examine(year, team)
    for one in asked(year):
        services.answer(
            fresh(year), one["key"], "会议费支出10.00万元，其中场租5.10万元、材料3.20万元、其他0.50万元。", team
        )
    services.approve(fresh(year), fresh(year).version, head)

    with pytest.raises(Refusal, match="书面说明里的数字与报告矛盾"):
        services.publish(fresh(year), "", fresh(year).version, head)
    assert fresh(year).state == State.PASSED


@pytest.mark.parametrize(
    ("text", "says"), [("  ", "没有写说明"), ("请打 13800138000 询问", "疑似有身份证号码或者手机号码")]
)
def test_an_answer_that_cannot_be_printed_is_refused(
    department: Organisation, unexplained: Frozen, people: Staff, text: str, says: str
) -> None:
    year = frozen_year(department, unexplained)
    services.examine(year, people(Role.EVALUATION_TEAM))

    with pytest.raises(Refusal, match=says):
        services.answer(fresh(year), asked(year)[0]["key"], text, people(Role.EVALUATION_TEAM))


def test_a_year_that_is_not_frozen_or_not_examined_does_not_pass(
    year: EvaluationYear, people: Staff, at: Callable[[Role], Any]
) -> None:
    head = people(Role.DEPARTMENT_HEAD)
    with pytest.raises(Refusal, match="还没有核对"):
        services.approve(year, year.version, head)

    EvaluationYear.objects.filter(pk=year.pk).update(state=State.EVALUATING.value)
    with pytest.raises(Refusal, match="尚未定稿"):
        services.examine(fresh(year), head)
    assert "本年度尚未定稿" in at(Role.DEPARTMENT_HEAD).get(f"{HERE}gate/").content.decode()


def test_a_new_freezing_has_to_be_examined_anew(year: EvaluationYear, sound: Frozen, people: Staff) -> None:
    from tests.web.publication.conftest import keep

    services.examine(year, people(Role.EVALUATION_TEAM))
    keep(year, sound)

    with pytest.raises(Refusal, match="还没有核对"):
        services.approve(fresh(year), fresh(year).version, people(Role.DEPARTMENT_HEAD))


def test_the_second_of_two_heads_is_told(year: EvaluationYear, people: Staff) -> None:
    head = people(Role.DEPARTMENT_HEAD)
    services.examine(year, head)
    version = fresh(year).version
    services.approve(fresh(year), version, head)

    with pytest.raises(Refusal, match="您打开页面之后"):
        services.approve(fresh(year), version, head)


def test_what_was_asked_and_answered_is_never_changed(
    department: Organisation, unexplained: Frozen, people: Staff
) -> None:
    year = frozen_year(department, unexplained)
    services.examine(year, people(Role.EVALUATION_TEAM))
    services.answer(fresh(year), asked(year)[0]["key"], "甲", people(Role.EVALUATION_TEAM))
    services.answer(fresh(year), asked(year)[0]["key"], "乙", people(Role.FINANCE_OFFICER))

    for table in ("publication_gaterun", "publication_gateanswer"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
    assert GateAnswer.objects.count() == 2
    assert queries.answers(year)[asked(year)[0]["key"]].text == "乙"


def test_the_years_page_leads_to_the_gate_and_to_publication(
    year: EvaluationYear, people: Staff, at: Callable[[Role], Any]
) -> None:
    browser = at(Role.EVALUATION_TEAM)
    before = browser.get(HERE).content.decode()
    pass_and_publish(year, people)

    after = browser.get(HERE).content.decode()

    assert "尚未核对" in before
    assert "尚未公开" in before
    assert "没有待改正、待说明的问题" in after
    assert "第 1 版" in after


def test_another_departments_gate_is_not_there(
    year: EvaluationYear, account: Callable[..., Any], seated: Callable[[Any], Any]
) -> None:
    stranger = seated(account(Role.DEPARTMENT_HEAD))

    for path in ("gate/", "publication/", "publication/export/", "publication/comments/"):
        assert stranger.get(f"{HERE}{path}").status_code == 404
