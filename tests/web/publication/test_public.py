"""The public page: everybody reads it without a cookie, small and fast; corrections keep what was there, marked."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from tests.web.publication.conftest import (
    HERE,
    KEY,
    PUBLIC,
    Frozen,
    Staff,
    fresh,
    frozen_year,
    keep,
    pass_and_publish,
)

from hengping.errors import Refusal
from hengping_io.cli import main
from hengping_web.accounts.models import Organisation
from hengping_web.accounts.roles import Role
from hengping_web.cycle import services as cycle
from hengping_web.cycle.models import EvaluationYear, State
from hengping_web.publication import memory, public_views, services
from hengping_web.publication.models import Publication, PublishedFile
from hengping_web.selfevaluation import services as self_evaluation
from hengping_web.vault import envelope

pytestmark = pytest.mark.django_db

STATIC = Path(public_views.__file__).parent / "static" / "publication" / "published.css"


@pytest.fixture(autouse=True)
def _nothing_kept_from_before(monkeypatch: pytest.MonkeyPatch) -> None:
    memory.forget()
    monkeypatch.setattr(memory, "GOOD_FOR", 0)


def text(client: Client, path: str) -> str:
    page = client.get(path)
    assert page.status_code == 200, path
    return page.content.decode()


def test_the_page_is_read_without_sign_in_cookie_or_script(published: Publication, client: Client) -> None:
    page = client.get(PUBLIC)

    assert page.status_code == 200
    assert dict(page.cookies) == {}
    assert b"<script" not in page.content
    assert b"style=" not in page.content
    assert page["Cache-Control"] == "public, max-age=60, must-revalidate"


def test_the_first_load_is_under_150_kilobytes_and_asks_nobody_else(published: Publication, client: Client) -> None:
    page = client.get(PUBLIC).content

    assert len(page) + STATIC.stat().st_size < 150_000
    assert re.findall(rb"(?:src|href)=\"https?://", page) == []
    assert b"url(" not in STATIC.read_bytes()


@pytest.mark.parametrize(
    "said",
    [
        "示例局（虚构）2024年度部门整体支出绩效", "285.00万元", "95.00%", "虚构数据",
        "钱花在哪里", "2024 年度一般公共预算支出中，工资福利支出最多，占 66.7%", "房屋维修（虚构）",
        "目标与结果", "未达到", "报名不足 → 提前通知", "下载与核验", "report.docx", "published-2024-v1.zip",
    ],
)  # fmt: skip
def test_the_page_says_where_the_money_went_and_which_targets_were_met(
    published: Publication, client: Client, said: str
) -> None:
    assert said in text(client, PUBLIC)


def test_every_chart_has_a_text_and_a_table(published: Publication, client: Client) -> None:
    page = text(client, PUBLIC)

    charts = re.findall(r"<svg [^>]*>", page)
    assert len(charts) >= 1
    assert all('role="img"' in chart and "aria-label=" in chart for chart in charts)
    assert page.count("<details") >= len(charts)


def test_every_number_leads_to_its_proof(published: Publication, client: Client) -> None:
    page = text(client, PUBLIC)

    targets = set(re.findall(rf'href="({PUBLIC}v1/figures/)#(n\d+)"', page))
    proofs = text(client, f"{PUBLIC}v1/figures/")
    assert len(targets) > 10
    assert all(f'id="{anchor}"' in proofs for _, anchor in targets)
    assert "2,850,000.00元 ＝ 285.00万元" in proofs


def test_the_same_page_is_there_in_english_by_its_address(published: Publication, client: Client) -> None:
    english = client.get(f"{PUBLIC}in/en/")
    page = english.content.decode()

    assert '<html lang="en">' in page
    assert "Where the money went" in page
    assert "Wages and benefits" in page
    assert '<span lang="zh-Hans">示例局（虚构）</span>' in page
    assert english["Content-Language"] == "en"
    assert client.get(f"{PUBLIC}in/fr/").status_code == 404


def test_a_reader_who_has_the_page_gets_nothing_again(published: Publication, client: Client) -> None:
    tag = client.get(PUBLIC)["ETag"]

    again = client.get(PUBLIC, headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")


def test_a_page_in_memory_costs_one_question_to_the_database(
    published: Publication, client: Client, django_assert_num_queries: Any
) -> None:
    client.get(PUBLIC)

    with django_assert_num_queries(1):
        packed = client.get(PUBLIC, headers={"Accept-Encoding": "gzip"})

    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < 20_000


def test_a_page_asked_about_a_moment_ago_costs_none(
    published: Publication, client: Client, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "GOOD_FOR", 60)
    before = client.get(PUBLIC)

    with django_assert_num_queries(0):
        again = client.get(PUBLIC)

    assert again.content == before.content
    assert set(before.headers) <= set(again.headers)
    assert "Content-Security-Policy" in again.headers


def test_the_list_names_every_published_year(published: Publication, client: Client) -> None:
    assert f'<a href="{PUBLIC}">示例局（虚构） 2024</a>' in text(client, "/published/")
    assert "Published performance" in text(client, "/published/in/en/")


@pytest.mark.parametrize("path", ["/published/nobody/2024/", f"/published/{KEY}/2023/", f"{PUBLIC}v9/", f"{PUBLIC}v1/files/page.json", f"{PUBLIC}v1/files/none.pdf"])  # fmt: skip
def test_what_was_not_published_is_not_there(published: Publication, client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_year_that_was_not_published_shows_nothing(year: EvaluationYear, client: Client) -> None:
    assert client.get(PUBLIC).status_code == 404
    assert "还没有公开的年度。" in text(client, "/published/")


# ── the package ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_downloaded_package_verifies_with_the_key_of_the_site(
    published: Publication, client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.zip").write_bytes(client.get(f"{PUBLIC}v1/files/published-2024-v1.zip").content)
    (tmp_path / "key.pem").write_bytes(client.get("/portal/key/").content)
    for name in ("report.docx", "report.html", "base-data.xlsx"):
        (tmp_path / name).write_bytes(client.get(f"{PUBLIC}v1/files/{name}").content)

    code = main(["verify", str(tmp_path / "p.zip"), "--key", str(tmp_path / "key.pem"), "--files", str(tmp_path)])

    assert code == 0, capsys.readouterr().out
    assert published.key_digest in text(client, PUBLIC)


def test_what_the_page_prints_is_what_the_package_holds(published: Publication, client: Client) -> None:
    package = client.get(f"{PUBLIC}v1/files/published-2024-v1.zip").content
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        page = json.loads(archive.read("page.json"))

    shown = text(client, PUBLIC)

    assert all(row["text"] in shown for row in (*page["glance"], *page["money"], *page["targets"]))


def test_the_report_is_shown_as_a_page_that_runs_nothing(published: Publication, client: Client) -> None:
    report = client.get(f"{PUBLIC}v1/files/report.html")

    assert report["Content-Type"] == "text/html; charset=utf-8"
    assert "script-src" not in report["Content-Security-Policy"]
    assert report["Content-Security-Policy"].startswith("default-src 'none'")
    assert report["Cache-Control"].endswith("immutable")


def test_a_frozen_file_touched_beneath_the_program_stops_publication(
    year: EvaluationYear, people: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = people(Role.DEPARTMENT_HEAD)
    services.examine(year, head)
    services.approve(fresh(year), fresh(year).version, head)
    real = self_evaluation.document
    monkeypatch.setattr(
        self_evaluation,
        "document",
        lambda found, name: b"{}" if name == "result.json" else real(found, name),
    )

    with pytest.raises(Refusal, match="与定稿时的哈希值不符"):
        services.publish(fresh(year), "", fresh(year).version, head)
    assert Publication.objects.count() == 0
    assert fresh(year).state == State.PASSED


# ── corrections and withdrawals ────────────────────────────────────────────────────────────────────────────────


def corrected(year: EvaluationYear, people: Staff, frozen: Frozen) -> Publication:
    head = people(Role.DEPARTMENT_HEAD)
    cycle.reopen(fresh(year), "附表有误", fresh(year).version, actor=head)
    EvaluationYear.objects.filter(pk=year.pk).update(state=State.FROZEN.value)
    keep(year, frozen)
    return pass_and_publish(year, people, "附表第2行数字有误")


def test_a_correction_is_a_new_version_and_the_old_one_stays_marked(
    published: Publication, year: EvaluationYear, people: Staff, sound: Frozen, client: Client
) -> None:
    client.get(PUBLIC)

    made = corrected(year, people, sound)

    assert (made.number, made.kind) == (2, "corrected")
    now, before = text(client, PUBLIC), text(client, f"{PUBLIC}v1/")
    assert "本年度作过更正。" in now
    assert "附表第2行数字有误" in now
    assert "这是已被更正的版本，仅供查考。" in before
    assert client.get(f"{PUBLIC}v1/files/report.docx").status_code == 200


def test_a_correction_without_a_reason_is_refused(
    published: Publication, year: EvaluationYear, people: Staff, sound: Frozen
) -> None:
    head = people(Role.DEPARTMENT_HEAD)
    cycle.reopen(fresh(year), "附表有误", fresh(year).version, actor=head)
    EvaluationYear.objects.filter(pk=year.pk).update(state=State.FROZEN.value)
    keep(year, sound)

    with pytest.raises(Refusal, match="没有写明为何更正"):
        pass_and_publish(year, people)


def test_a_withdrawn_year_says_why_and_keeps_what_was_there(
    published: Publication, year: EvaluationYear, at: Callable[[Role], Any], client: Client
) -> None:
    head = at(Role.DEPARTMENT_HEAD)

    empty = head.post(f"{HERE}publication/withdraw/", {"version": fresh(year).version, "reason": ""})
    head.post(f"{HERE}publication/withdraw/", {"version": fresh(year).version, "reason": "口径待核"})

    assert empty.status_code == 422
    assert "口径待核" in text(client, PUBLIC)
    assert "285.00" not in text(client, PUBLIC)
    assert "这是已撤下的内容，仅供查考。" in text(client, f"{PUBLIC}v1/")
    assert "已撤下" in text(client, "/published/")


def test_what_was_published_is_never_changed(published: Publication) -> None:
    for table in ("publication_publication", "publication_publishedfile"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
    assert PublishedFile.objects.filter(publication=published).count() > 5


def test_last_years_own_publication_stands_beside_this_years(
    department: Organisation, sound: Frozen, people: Staff, client: Client
) -> None:
    first = frozen_year(department, sound, 2023)
    pass_and_publish(first, people)

    pass_and_publish(frozen_year(department, sound, 2024), people)

    page = text(client, PUBLIC)
    assert "上年 285.00万元" in page
    package = client.get(f"{PUBLIC}v1/files/published-2024-v1.zip").content
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert (
            "final-accounts.total,支出决算合计,285.00万元,285.00,2024," in archive.read("tables/last_year.csv").decode()
        )


# ── a portal that only takes files ─────────────────────────────────────────────────────────────────────────────


def test_the_static_export_leads_only_to_files_beside_it(
    published: Publication, at: Callable[[Role], Any], tmp_path: Path
) -> None:
    answer = at(Role.EVALUATION_TEAM).get(f"{HERE}publication/export/")

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = set(archive.namelist())
        pages = {
            name: archive.read(name).decode() for name in ("index.html", "en.html", "figures.html", "figures-en.html")
        }
        assert archive.read("key.pem").startswith(b"-----BEGIN PUBLIC KEY-----")
    assert {"published.css", "icon.svg", "published-2024-v1.zip", "report.pdf", "report.html"} <= names
    for page in pages.values():
        links = {link.partition("#")[0] for link in re.findall(r'(?:href|src)="([^"]*)"', page)} - {""}
        assert links <= names
        assert "留言" not in page


def test_everything_published_is_written_for_a_portal_by_one_command(published: Publication, tmp_path: Path) -> None:
    call_command("export_publication", str(tmp_path / "site"), stdout=io.StringIO())

    index = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert f'href="{KEY}/2024/index.html"' in index
    assert (tmp_path / "site" / KEY / "2024" / "published.css").is_file()
    page = (tmp_path / "site" / KEY / "2024" / "index.html").read_text(encoding="utf-8")
    assert 'href="../../index.html"' in page


# ── comments ───────────────────────────────────────────────────────────────────────────────────────────────────

FIGURE = f"{PUBLIC}v1/remark/?figure=final-accounts.total"


def test_a_comment_is_shown_with_its_answer_only_after_somebody_read_it(
    published: Publication, visitor: Any, at: Callable[[Role], Any], client: Client
) -> None:
    sent = visitor.post(FIGURE, {"text": "比上年多在哪里？"})
    assert "已收到留言" in sent.content.decode()
    assert "比上年多在哪里" not in text(client, f"{PUBLIC}remarks/")
    team = at(Role.EVALUATION_TEAM)
    listed = team.get(f"{HERE}publication/comments/").content.decode()
    number = re.search(r"comments/(\d+)/", listed)
    assert number is not None

    team.post(f"{HERE}publication/comments/{number[1]}/", {"shown": "yes", "reply": "主要是维修。", "seen": 0})

    page = text(client, f"{PUBLIC}remarks/")
    assert "支出决算数：总额 285.00万元" in page
    assert "比上年多在哪里？" in page
    assert "主要是维修。" in page


def test_two_who_decide_on_one_comment_the_second_is_told(
    published: Publication, visitor: Any, at: Callable[[Role], Any]
) -> None:
    visitor.post(FIGURE, {"text": "为什么？"})
    team, head = at(Role.EVALUATION_TEAM), at(Role.DEPARTMENT_HEAD)
    number = re.search(r"comments/(\d+)/", team.get(f"{HERE}publication/comments/").content.decode())
    assert number is not None
    path = f"{HERE}publication/comments/{number[1]}/"
    assert team.post(path, {"shown": "no", "reason": "", "seen": 0}).status_code == 422
    team.post(path, {"shown": "yes", "reply": "甲说", "seen": 0})

    second = head.post(path, {"shown": "no", "reason": "重复", "seen": 0})

    assert second.status_code == 422
    assert "甲说" in second.content.decode()
    assert "重复" in second.content.decode()


def test_a_comment_keeps_nothing_of_who_wrote_it_and_takes_no_personal_data(
    published: Publication, visitor: Any
) -> None:
    refused = visitor.post(FIGURE, {"text": "请打 13800138000"})

    assert refused.status_code == 422
    assert "疑似有身份证号码或者手机号码" in refused.content.decode()
    assert visitor.get(f"{PUBLIC}v1/remark/?figure=no-such-figure").status_code == 404
    from hengping_web.publication.models import Comment

    assert {field.name for field in Comment._meta.get_fields()} == {
        "id", "publication", "figure", "title", "printed", "text", "at", "decisions",
    }  # fmt: skip


def test_markup_in_a_comment_stays_text(published: Publication, visitor: Any, people: Staff, client: Client) -> None:
    visitor.post(FIGURE, {"text": "<b onclick=x>粗</b>"})
    from hengping_web.publication.models import Comment

    services.decide(
        Comment.objects.get(), shown=True, reason="", reply="<i>答</i>", seen=0, actor=people(Role.DEPARTMENT_HEAD)
    )

    page = text(client, f"{PUBLIC}remarks/")
    assert "&lt;b onclick=x&gt;" in page
    assert "&lt;i&gt;答" in page


def test_who_comments_too_often_waits(published: Publication, visitor: Any) -> None:
    answers = [visitor.post(FIGURE, {"text": f"第{place}问"}).status_code for place in range(11)]

    assert answers[:9] == [200] * 9
    assert answers[-1] == 429


def test_no_comment_is_taken_on_a_version_that_no_longer_counts(
    published: Publication, year: EvaluationYear, people: Staff, visitor: Any
) -> None:
    services.withdraw(fresh(year), "口径待核", fresh(year).version, people(Role.DEPARTMENT_HEAD))

    assert visitor.post(FIGURE, {"text": "问"}).status_code == 404


def test_the_signing_key_is_the_sites_own(published: Publication) -> None:
    from hengping_io.signatures import fingerprint

    assert published.key_digest == fingerprint(envelope.public_key())
