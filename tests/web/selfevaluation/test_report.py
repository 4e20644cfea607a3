"""The report written in the browser: figures inserted and never typed, the preview and the files as they print."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest

from hengping_web.accounts.roles import Role
from hengping_web.cycle import queries as cycle
from hengping_web.cycle.models import EvaluationYear

pytestmark = pytest.mark.django_db

REPORT = "/years/model-petition-bureau/2024/self-evaluation/report/"


def passage(browser: Any, year: EvaluationYear, key: str, text: str, seen: int = 1, **more: str) -> Any:
    place = next(row.place for row in cycle.latest_rows(year, "narrative") if row.values["key"] == key)
    return browser.post(f"{REPORT}passage/{place}/", {"title": "", "text": text, "seen": str(seen), **more})


def text_of(year: EvaluationYear, key: str) -> str:
    return next(str(row.values["text"]) for row in cycle.latest_rows(year, "narrative") if row.values["key"] == key)


def test_a_passage_shows_its_figures_in_place(year: EvaluationYear, at: Callable[..., Any]) -> None:
    team = at(Role.EVALUATION_TEAM)

    sent = passage(team, year, "results", "全年支出{{final-accounts.total}}，均已核实。")

    page = team.get(REPORT).content.decode()
    assert sent.status_code == HTTPStatus.FOUND
    assert '<strong title="final-accounts.total">' in page
    assert "{{final-accounts.total}}" not in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("全年支出2583.53万元。", "是手工录入的金额或比率"),
        ("满意率九成以上，达92.40%。", "是手工录入的金额或比率"),
        ("支出{{final-acounts.total}}。", "没有名为“final-acounts.total”的数字"),
    ],
)
def test_a_typed_amount_or_an_unknown_name_goes_back_with_the_text_kept(
    year: EvaluationYear, at: Callable[..., Any], text: str, words: str
) -> None:
    before = text_of(year, "results")

    page = passage(at(Role.EVALUATION_TEAM), year, "results", text)

    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in page.content.decode()
    assert text in page.content.decode()
    assert text_of(year, "results") == before


def test_the_figures_offered_are_those_of_the_report_with_what_they_print(
    year: EvaluationYear, at: Callable[..., Any]
) -> None:
    page = at(Role.EVALUATION_TEAM).get(f"{REPORT}new/purpose/")

    offered = {offer.name: offer.text for _, found in page.context["offers"] for offer in found}
    assert offered["final-accounts.total"].endswith("万元")
    assert offered["execution-rate.total"].endswith("%")
    assert 'data-insert="final-accounts.total"' in page.content.decode()


def test_of_two_editors_the_second_is_told_and_both_texts_are_shown(
    year: EvaluationYear, at: Callable[..., Any]
) -> None:
    one, two = at(Role.EVALUATION_TEAM), at(Role.EVALUATION_TEAM, name="second-editor")
    passage(one, year, "purpose", "先写的目的。")

    page = passage(two, year, "purpose", "后写的目的。")
    again = passage(two, year, "purpose", "后写的目的。", seen=2)

    shown = page.content.decode()
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert ("先写的目的。" in shown, "后写的目的。" in shown, "有人先保存了" in shown) == (True, True, True)
    assert (again.status_code, text_of(year, "purpose")) == (HTTPStatus.FOUND, "后写的目的。")


def test_a_new_passage_is_printed_where_it_belongs_and_can_be_withdrawn(
    year: EvaluationYear, at: Callable[..., Any]
) -> None:
    team = at(Role.EVALUATION_TEAM)
    team.post(f"{REPORT}new/improvements/", {"title": "", "text": "由督查科逐月核对。", "seen": "0"})
    shown = team.get(f"{REPORT}preview/").content.decode()

    passage(team, year, "improvements", "由督查科逐月核对。", withdraw="yes")

    assert "由督查科逐月核对。" in shown
    assert "由督查科逐月核对。" not in team.get(f"{REPORT}preview/").content.decode()


def test_the_preview_is_the_printed_report_and_may_do_nothing_but_look_like_itself(
    year: EvaluationYear, at: Callable[..., Any]
) -> None:
    page = at(Role.DEPARTMENT_HEAD).get(f"{REPORT}preview/")

    assert "示例市信访局（虚构）2024年度部门整体支出绩效自评报告" in page.content.decode()
    assert page["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")


def test_every_draft_is_a_file_of_its_kind(year: EvaluationYear, at: Callable[..., Any]) -> None:
    head = at(Role.DEPARTMENT_HEAD)

    found = {
        name: head.get(f"{REPORT}draft/{name}")
        for name in ("report.docx", "report.pdf", "report.html", "base-data.xlsx", "project-self-evaluation.xlsx")
    }

    assert {name: page.status_code for name, page in found.items()} == dict.fromkeys(found, HTTPStatus.OK)
    assert found["report.pdf"].content.startswith(b"%PDF-")
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(found["report.docx"].content)).namelist()
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(found["base-data.xlsx"].content)).namelist()
    assert head.get(f"{REPORT}draft/secret.json").status_code == HTTPStatus.NOT_FOUND


def test_the_finished_files_are_those_that_were_frozen(year: EvaluationYear, at: Callable[..., Any]) -> None:
    head = at(Role.DEPARTMENT_HEAD)
    early = head.get(f"{REPORT}final/report.docx")
    head.post(
        "/years/model-petition-bureau/2024/self-evaluation/freeze/",
        {"version": EvaluationYear.objects.get(pk=year.pk).version},
    )

    final = head.get(f"{REPORT}final/result.json")

    assert (early.status_code, final.status_code) == (HTTPStatus.NOT_FOUND, HTTPStatus.OK)
    assert final.json()["unit"]["fiscal_year"] == 2024
    assert "report.pdf" in head.get(REPORT).content.decode()
