"""The portal: one question to a page, a receipt that proves itself, the code as the only way back, the citizen's rights."""

from __future__ import annotations

import re
import shutil
import subprocess
from base64 import b64decode
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from hengping.petitions import model as core
from hengping_web.accounts.roles import Role
from hengping_web.identity import queries as identities
from hengping_web.petitions import receipts
from hengping_web.petitions.models import Matter, Receipt
from hengping_web.vault import envelope

pytestmark = pytest.mark.django_db

ANSWERS: dict[str, dict[str, Any]] = {
    "kind": {"kind": "claim"},
    "place": {"region": "东区"},
    "summary": {"summary": "路灯坏了两个月"},
    "story": {"words": "楼下的路灯从九月起不亮。\n我的电话是13800000000。"},
    "claim": {"claim": "请求修好路灯"},
    "people": {"persons": "1"},
    "who": {"named": "no"},
}


def file(visitor: Any, **changes: dict[str, Any]) -> Any:
    for question, answer in {**ANSWERS, **changes}.items():
        sent = visitor.post(f"/portal/file/{question}/", answer)
        assert sent.status_code == HTTPStatus.FOUND, sent.content.decode()
    return visitor.post("/portal/file/check/")


def test_a_petition_is_filed_and_its_receipt_proves_itself_offline(town: Any, visitor: Any) -> None:
    answer = file(visitor)

    paper = answer.context["receipt"]
    found = receipts.check(paper.whole, envelope.public_key(), ANSWERS["story"]["words"])
    assert (found.genuine, found.content_agrees, found.number) == (True, True, answer.context["matter"].number)
    assert re.search(r"[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){4}", answer.content.decode())


@pytest.mark.parametrize("line", [1, 2, 3, 4, 5])
def test_any_changed_line_of_a_receipt_is_found(town: Any, visitor: Any, line: int) -> None:
    whole = file(visitor).context["receipt"].whole.splitlines()
    whole[line] = whole[line][:-3] + ("2" if whole[line][-3] != "2" else "3") + whole[line][-2:]

    assert not receipts.check("\n".join(whole), envelope.public_key()).genuine


def test_the_code_is_kept_nowhere_and_words_are_sealed(town: Any, visitor: Any) -> None:
    answer = file(visitor)

    code, matter = answer.context["receipt"].code, answer.context["matter"]
    kept = Receipt.objects.get(matter=matter)
    assert code not in kept.code
    assert "路灯".encode() not in bytes(matter.words.get().sealed)


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower"])
def test_the_code_alone_opens_the_matter_however_it_is_typed(town: Any, visitor: Any, typed: str) -> None:
    groups = file(visitor).context["receipt"].groups
    given = groups.lower().replace("-", " ") if typed == "lower" else typed.format(groups)

    followed = visitor.post("/portal/follow/", {"code": given}, follow=True)

    assert followed.redirect_chain == [("/portal/matter/", HTTPStatus.FOUND)]
    assert "已收到，等待信访部门登记" in followed.content.decode()
    assert "次日起数 15 日" in followed.content.decode()


def test_wrong_codes_close_the_door(town: Any, visitor: Any) -> None:
    tries = [visitor.post("/portal/follow/", {"code": "ABCD" * 5}).status_code for _ in range(11)]

    assert tries == [HTTPStatus.UNPROCESSABLE_ENTITY] * 10 + [HTTPStatus.TOO_MANY_REQUESTS]


def test_without_the_code_no_page_of_a_matter_opens(town: Any, visitor: Any, answered: Callable[..., Matter]) -> None:
    answered()

    for path in ("matter/", "matter/letter/10.pdf", "matter/evaluate/unit/", "matter/request/"):
        assert visitor.get(f"/portal/{path}")["Location"] == "/portal/follow/"


def test_the_same_form_sent_twice_files_once_and_gives_the_same_receipt(town: Any, visitor: Any) -> None:
    for question, given in ANSWERS.items():
        visitor.post(f"/portal/file/{question}/", given)
    key = {"form_key": "k" * 32}

    first, second = visitor.post("/portal/file/check/", key), visitor.post("/portal/file/check/", key)

    assert Matter.objects.count() == 1
    assert second["Hengping-Repeated"] == "yes"
    assert first.context["receipt"].groups in second.content.decode()


def test_a_name_is_sealed_apart_and_no_table_of_matters_has_it(town: Any, visitor: Any) -> None:
    person = {"name": "某甲", "telephone": "13800000000"}

    matter = file(visitor, who={"named": "yes"}, person=person).context["matter"]

    assert identities.is_kept(matter.number)
    assert "某甲" not in str(Matter.objects.filter(pk=matter.pk).values().get())


def test_numbers_of_persons_are_refused_where_everybody_reads(town: Any, visitor: Any) -> None:
    sent = visitor.post("/portal/file/summary/", {"summary": "请联系13800000000"})

    assert sent.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_citizen_evaluates_both_and_asks_for_review_in_time(
    town: Any, visitor: Any, answered: Callable[..., Matter], filed: Callable[..., Any]
) -> None:
    matter = answered()
    follow(visitor, matter)

    page = visitor.get("/portal/matter/")
    rated = [visitor.post(f"/portal/matter/evaluate/{one}/", {"rating": "不满意"}) for one in ("office", "unit")]
    again = visitor.post("/portal/matter/evaluate/unit/", {"rating": "满意"})
    asked = visitor.post("/portal/matter/request/", {"addressee": "housing", "words": "没有修好"})

    assert page.context["asks"].key == "request-review"
    assert any(one.mine and one.due for one in page.context["last_days"])
    assert [one.status_code for one in rated] == [HTTPStatus.FOUND] * 2
    assert again.status_code == HTTPStatus.CONFLICT
    assert asked.status_code == HTTPStatus.FOUND
    matter.refresh_from_db()
    assert (matter.state, matter.review_body) == ("reviewing", town.housing)


def follow(visitor: Any, matter: Matter) -> None:
    """Give a matter a code of its own and type it in."""
    code = receipts.new_code()
    Receipt.objects.filter(matter=matter).update(code=receipts.digest_of(code))
    visitor.post("/portal/follow/", {"code": code})


def test_a_review_may_only_be_asked_of_the_organ_above(
    town: Any, visitor: Any, answered: Callable[..., Matter]
) -> None:
    follow(visitor, answered())

    asked = visitor.post("/portal/matter/request/", {"addressee": "health"})

    assert asked.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_citizen_gets_the_opinion_letter_but_not_the_letters_between_offices(
    town: Any, visitor: Any, answered: Callable[..., Matter]
) -> None:
    matter = answered()
    follow(visitor, matter)
    by_step = {row.step: row.sequence for row in matter.events.all()}

    opinion = visitor.get(f"/portal/matter/letter/{by_step['answer']}.docx")
    between = visitor.get(f"/portal/matter/letter/{by_step['forward']}.docx")

    assert (opinion.status_code, between.status_code) == (HTTPStatus.OK, HTTPStatus.NOT_FOUND)


def test_nothing_of_what_happens_inside_is_shown_to_the_citizen(
    town: Any, visitor: Any, transferred: Callable[..., Matter], act: Callable[..., Matter]
) -> None:
    matter = transferred()
    act(matter, "receive", core.Role.HANDLING_BODY, "repairs")
    act(matter, "object", core.Role.HANDLING_BODY, "repairs", 异议理由="内部说法一二三")
    follow(visitor, matter)

    page = visitor.get("/portal/matter/").content.decode()

    assert "内部说法" not in page
    assert "信访部门正在核实" in page


@pytest.mark.parametrize("path", ["", "file/kind/", "follow/", "receipt/"])
def test_every_public_page_speaks_english_when_asked(town: Any, visitor: Any, path: str) -> None:
    visitor.cookies["django_language"] = "en"

    page = visitor.get(f"/portal/{path}").content.decode()

    inside = page.split("<main", 1)[1].split("</main>", 1)[0]
    left = re.sub(r'lang="zh-Hans"[^>]*>[^<]*<', "", inside)
    assert not re.search(r"[一-鿿]", left.replace("某", "").replace("东区", "")), left


def test_reading_what_a_citizen_wrote_is_logged(
    town: Any, sign_in: Callable[..., Any], visitor: Any, logged: Callable[[], list[str]]
) -> None:
    matter = file(visitor).context["matter"]
    registrar = sign_in(Role.REGISTRAR)

    page = registrar.post(f"/petitions/of/{matter.number}/words/")

    assert "楼下的路灯从九月起不亮" in page.content.decode()
    assert logged()[-1] == "petition.words"


def test_another_program_can_check_the_receipt_with_the_published_key(town: Any, visitor: Any, tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    paper = file(visitor).context["receipt"]
    (tmp_path / "key.pem").write_bytes(visitor.get("/portal/key/").content)
    (tmp_path / "receipt.txt").write_text(paper.text, encoding="utf-8", newline="\n")
    (tmp_path / "receipt.sig").write_bytes(b64decode(paper.signature))
    words = [
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        "key.pem",
        "-rawin",
        "-in",
        "receipt.txt",
        "-sigfile",
        "receipt.sig",
    ]

    good = subprocess.run([openssl, *words], cwd=tmp_path, capture_output=True, check=False)
    (tmp_path / "receipt.txt").write_text(paper.text.replace("number: 2", "number: 3"), encoding="utf-8", newline="\n")
    bad = subprocess.run([openssl, *words], cwd=tmp_path, capture_output=True, check=False)

    assert (good.returncode, bad.returncode) == (0, 1)
