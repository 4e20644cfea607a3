"""A form is answered once; what comes with it is cleaned; nothing is rendered raw and nothing inline is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

import hengping_web
from hengping_web.accounts.models import Organisation, User
from hengping_web.accounts.roles import Role
from hengping_web.base import services
from hengping_web.base.forms import Line, Text
from hengping_web.base.models import Submission
from hengping_web.base.submission import KEY_FIELD, new_key

pytestmark = pytest.mark.django_db

PACKAGE = Path(hengping_web.__file__).parent


def adding(**changed: Any) -> dict[str, Any]:
    return {"key": "new-unit", "name": "新单位", "kind": "unit", **changed}


def test_the_second_of_two_equal_submits_gets_the_first_answer_and_is_told(desk: Callable[..., Client]) -> None:
    browser, key = desk(Role.ADMINISTRATOR), new_key()

    first = browser.post("/accounts/organisations/add/", adding(**{KEY_FIELD: key}))
    second = browser.post("/accounts/organisations/add/", adding(**{KEY_FIELD: key}))

    assert first["Location"] == second["Location"] == "/accounts/organisations/"
    assert second["Hengping-Repeated"] == "yes"
    assert "这份表单已经提交过，只办理了一次" in browser.get("/accounts/organisations/").content.decode()
    assert Organisation.objects.filter(key="new-unit").count() == 1


def test_an_answer_that_is_a_page_is_given_again_with_a_notice(desk: Callable[..., Client], bureau: Any) -> None:
    browser, key = desk(Role.ADMINISTRATOR), new_key()
    data = {"username": "new", "title": "岗", "organisation": bureau.unit.pk, "roles": ["clerk"], KEY_FIELD: key}

    pages = [browser.post("/accounts/add/", data).content.decode() for _ in range(2)]

    passwords = [re.search(r'class="receipt code">([^<]+)<', page) for page in pages]
    assert passwords[0]
    assert passwords[1]
    assert passwords[0][1] == passwords[1][1]
    assert "只办理了一次" in pages[1]
    kept = Submission.objects.get()
    assert passwords[0][1].encode() not in bytes(kept.answer)
    assert kept.key != key


def test_a_form_with_errors_goes_back_and_may_be_sent_again_with_the_same_key(desk: Callable[..., Client]) -> None:
    browser, key = desk(Role.ADMINISTRATOR), new_key()

    wrong = browser.post("/accounts/organisations/add/", adding(key="不行", **{KEY_FIELD: key}))
    right = browser.post("/accounts/organisations/add/", adding(**{KEY_FIELD: key}))

    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert right.status_code == HTTPStatus.FOUND


def test_one_key_with_other_content_or_from_another_account_is_refused(
    account: Callable[..., User], seated: Callable[[User], Client]
) -> None:
    mine = seated(account(Role.ADMINISTRATOR))
    theirs = seated(account(Role.ADMINISTRATOR, username="other"))
    key = new_key()
    mine.post("/accounts/organisations/add/", adding(**{KEY_FIELD: key}))

    changed = mine.post("/accounts/organisations/add/", adding(name="别的", **{KEY_FIELD: key}))
    stolen = theirs.post("/accounts/organisations/add/", adding(**{KEY_FIELD: key}))

    assert (changed.status_code, stolen.status_code) == (HTTPStatus.CONFLICT, HTTPStatus.CONFLICT)


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "有 空 格 的 钥 匙 有 空 格 的 钥 匙 有 空 格 的"])
def test_a_form_without_a_proper_key_is_not_acted_on(desk: Callable[..., Client], key: str) -> None:
    answer = desk(Role.ADMINISTRATOR).post("/accounts/organisations/add/", adding(**{KEY_FIELD: key}))

    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert not Organisation.objects.filter(key="new-unit").exists()


def test_an_act_that_fails_leaves_neither_its_rows_nor_its_key() -> None:
    def act() -> HttpResponse:
        Organisation.objects.create(key="half", name="x", kind="unit", path="/half/")
        return HttpResponse(status=500)

    services.once(new_key(), "public", "content", act)

    assert not Organisation.objects.filter(key="half").exists()
    assert not Submission.objects.exists()


def test_answers_are_forgotten_after_a_week() -> None:
    services.once(new_key(), "public", "content", lambda: HttpResponse("done"))
    later = datetime.now(UTC) + timedelta(days=8)

    assert services.forget_submissions(datetime.now(UTC)) == 0
    assert services.forget_submissions(later) == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  一\n二\t三 ", "一 二 三"),
        ("a\u202eb\u2066c\u200b", "abc"),
        ("e\u0301", "é"),
        ("🙂 好", "🙂 好"),
        ("\x07x\x9b", "x"),
    ],
)
def test_a_line_of_text_has_no_hidden_marks(given: str, kept: str) -> None:
    assert Line().clean(given) == kept


def test_a_text_keeps_its_lines() -> None:
    assert Text().clean("一\r\n二\u202e\r三") == "一\n二\n三"


def test_ten_megabytes_of_text_are_answered_clearly(desk: Callable[..., Client]) -> None:
    answer = desk(Role.ADMINISTRATOR).post("/accounts/organisations/add/", adding(name="长" * 4_000_000))

    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "提交的内容太多" in answer.content.decode()


def test_what_somebody_typed_is_never_markup(desk: Callable[..., Client]) -> None:
    browser = desk(Role.ADMINISTRATOR)
    browser.post("/accounts/organisations/add/", adding(name="<script>alert(1)</script>"))

    page = browser.get("/accounts/organisations/").content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_errors_are_summed_up_first_and_lead_to_their_fields(desk: Callable[..., Client]) -> None:
    page = desk(Role.ADMINISTRATOR).post("/accounts/organisations/add/", adding(key="", name="")).content.decode()

    summary = page[page.index("error-summary") : page.index('<div class="field')]
    assert 'href="#id_key"' in summary
    assert 'href="#id_name"' in summary
    assert 'aria-invalid="true"' in page
    for target in re.findall(r'href="#(id_\w+)"', summary):
        assert f'id="{target}"' in page


class Inline(HTMLParser):
    """Collect what a strict policy would not run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.found += [f"{tag} {name}" for name in names if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and not (names.get("src") or "").startswith("/static/")):
            self.found.append(tag)


@pytest.mark.parametrize("address", ["/", "/rules/", "/accounts/sign-in/", "/accounts/mine/", "/accounts/", "/log/"])
def test_no_page_carries_inline_script_or_style(desk: Callable[..., Client], address: str) -> None:
    page = desk(Role.ADMINISTRATOR).get(address)

    inline = Inline()
    inline.feed(page.content.decode())

    assert page.status_code == HTTPStatus.OK
    assert inline.found == []


def markup(path: Path) -> str:
    """Return what a template writes, without its tags, in which a name may look like an attribute."""
    return re.sub(r"\{%.*?%\}", "", path.read_text(encoding="utf-8"))


def test_every_template_is_free_of_inline_script_and_style() -> None:
    wrong = [
        f"{path.name}: {found[0]}"
        for path in PACKAGE.rglob("*.html")
        for found in re.finditer(r"<style|\sstyle=|\son[a-z]+=|javascript:|\|safe\b", markup(path))
        if (path.name, found[0]) != ("field.html", "|safe")  # Django's own list of password rules
    ]

    assert wrong == []


def test_every_form_that_is_sent_carries_its_guard() -> None:
    unguarded = [
        path.name
        for path in PACKAGE.rglob("*.html")
        for form in re.findall(r'<form method="post".*?</form>', path.read_text(encoding="utf-8"), re.DOTALL)
        if "{% form_guard %}" not in form
    ]

    assert unguarded == []


@pytest.mark.parametrize("address", ["/", "/no-such-page/", "/accounts/mine/", "/static/hengping/site.css"])
def test_every_answer_carries_the_headers(client: Client, address: str) -> None:
    answer = client.get(address)
    answer.close()

    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_page_is_never_kept_by_the_browser_and_public_pages_set_no_cookie(client: Client) -> None:
    page = client.get("/")

    assert page["Cache-Control"] == "no-store"
    assert page.cookies == {}


def test_a_page_that_does_not_exist_says_so_and_nothing_more(client: Client) -> None:
    page = client.get("/no-such-page/")

    assert page.status_code == HTTPStatus.NOT_FOUND
    assert "没有这个页面" in page.content.decode()
    assert "urlconf" not in page.content.decode().lower()


def test_a_failure_says_nothing_about_its_cause(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr("hengping_web.views.sources", lambda: 1 // 0)

    page = client.get("/")

    assert page.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "程序出错，这次操作没有保存" in page.content.decode()
    assert "ZeroDivision" not in page.content.decode()


def test_the_reader_changes_the_language_and_stays_on_the_page(client: Client) -> None:
    changed = client.get("/language/en/", {"next": "/rules/"})

    page = client.get("/rules/")

    assert changed["Location"] == "/rules/"
    assert page["Content-Language"] == "en"
    assert "Rules and sources" in page.content.decode()


def test_the_language_switch_never_leads_to_another_site(client: Client) -> None:
    assert client.get("/language/en/", {"next": "https://evil.example/"})["Location"] == "/"
    assert client.get("/language/xx/", {"next": "//evil.example"})["Location"] == "/"


def test_a_page_speaks_chinese_whatever_the_browser_prefers(client: Client) -> None:
    assert client.get("/", headers={"accept-language": "en-US"})["Content-Language"] == "zh-hans"
