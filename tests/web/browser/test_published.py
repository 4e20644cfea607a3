"""The public page of a year in a real browser: a phone, both languages, the dark, without scripts, and from a folder."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.web.publication import conftest as years
from tests.web.publication.conftest import PUBLIC, Frozen, Staff

from hengping_web.accounts import services as accounts
from hengping_web.publication import export, memory
from hengping_web.publication.models import Publication

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Frozen:
    return years.freeze(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def published(site: Any, sound: Frozen) -> Publication:
    memory.forget()
    department = accounts.create_organisation(years.KEY, "示例局（虚构）", "department")
    year = years.frozen_year(department, sound)
    return years.pass_and_publish(year, Staff(department))


def wide(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


def test_a_published_year_on_a_phone_in_both_languages_and_in_the_dark(
    site: Any, published: Publication, faults: Callable[[Page], list[str]]
) -> None:
    found: list[str] = []
    for scheme in ("light", "dark"):
        phone = site.page(color_scheme=scheme, **PHONE)
        phone.goto(PUBLIC)
        expect(phone.get_by_role("heading", name="钱花在哪里")).to_be_visible()
        for summary in phone.locator("summary").all():
            summary.click()
        found += faults(phone)
        assert wide(phone) <= 390
        site.picture(phone, f"chinese-{scheme}")
        phone.get_by_role("link", name="English").click()
        expect(phone.get_by_role("heading", name="Where the money went")).to_be_visible()
        found += faults(phone)
        assert wide(phone) <= 390
        site.picture(phone, f"english-{scheme}")

    assert found == []


def test_a_number_leads_to_its_proof_and_from_there_to_a_comment_without_scripts(
    site: Any, published: Publication
) -> None:
    plain = site.page(java_script_enabled=False, **PHONE)
    plain.goto("/published/")
    plain.get_by_role("link", name="示例局（虚构） 2024").click()
    plain.get_by_role("link", name="285.00万元").first.click()
    expect(plain.locator(":target")).to_contain_text("支出决算数：总额")
    plain.locator(":target").get_by_role("link", name="对这个数字留言").click()
    plain.get_by_label("您的留言").fill("比上年多在哪里？")

    plain.get_by_role("button", name="提交留言").click()

    expect(plain.get_by_role("heading", name="已收到留言")).to_be_visible()
    assert plain.context.cookies("http://elsewhere.example") == []


def test_the_pages_behind_the_front_keep_to_wcag(
    site: Any, published: Publication, faults: Callable[[Page], list[str]]
) -> None:
    page = site.page(**PHONE)

    found = []
    for path in ("/published/", f"{PUBLIC}v1/figures/", f"{PUBLIC}remarks/", f"{PUBLIC}v1/remark/?figure=score.total"):
        page.goto(path)
        found += [f"{path} {fault}" for fault in faults(page)]
        assert wide(page) <= 390

    assert found == []


def test_the_static_export_opens_from_a_folder(
    site: Any, published: Publication, faults: Callable[[Page], list[str]], tmp_path: Path
) -> None:
    with zipfile.ZipFile(io.BytesIO(export.archive(published))) as archive:
        archive.extractall(tmp_path)
    page = site.page(**PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto((tmp_path / "index.html").as_uri())

    assert faults(page) == []
    expect(page.get_by_role("heading", name="目标与结果")).to_be_visible()
    page.get_by_role("link", name="95.00%").first.click()
    expect(page.locator(":target")).to_contain_text("预算执行率")
    assert [url for url in asked if not url.startswith("file://")] == []
    site.picture(page, "from-a-folder")
