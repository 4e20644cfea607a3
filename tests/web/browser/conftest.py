"""A real browser before a real server: Chromium from the system, driven headless; every test leaves its pictures.

Pictures go to ``out/screenshots`` (not kept in the repository); a machine without Chromium skips these tests and says so.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

pytest.importorskip("playwright", reason="the driver for Chromium is not installed")

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from hengping_web.accounts import services as accounts
from hengping_web.accounts.models import Organisation, User
from hengping_web.accounts.roles import Role

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
PICTURES = Path(__file__).resolve().parents[3] / "out" / "screenshots"
PASSWORD = "两岸猿声啼不住 7"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    # The driver runs a loop of its own in this thread, and Django would take that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass(slots=True)
class Site:
    """The site as a browser meets it: pages opened by whoever sits before them."""

    address: str
    browser: Browser
    test: str
    contexts: list[BrowserContext]
    pictures: int = 0

    def page(self, **options: Any) -> Page:
        """Open a fresh browser window in which nobody is signed in."""
        context = self.browser.new_context(base_url=self.address, locale="zh-CN", **options)
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        return context.new_page()

    def staff(self, user: User) -> Page:
        """Open a window and sign in through the page, as anybody would."""
        page = self.page()
        page.goto("/accounts/sign-in/")
        page.get_by_label("用户名").fill(user.username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "sign-in" not in url)
        return page

    def picture(self, page: Page, name: str) -> None:
        """Keep what the page looks like."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.pictures += 1
        page.screenshot(path=PICTURES / f"{self.test}-{self.pictures:02d}-{name}.png", full_page=True)


@pytest.fixture
def site(
    chromium: Browser, live_server: Any, settings: Any, request: pytest.FixtureRequest, town: Any
) -> Iterator[Site]:
    settings.SECOND_FACTOR_REQUIRED = False
    made = Site(
        live_server.url, chromium, re.sub(r"[^a-z0-9_]+", "-", request.node.name.removeprefix("test_").lower()), []
    )
    yield made
    for context in made.contexts:
        context.close()


@dataclass(frozen=True, slots=True)
class Town:
    province: Organisation
    city: Organisation
    office: Organisation
    housing: Organisation
    repairs: Organisation
    inspection: Organisation


@pytest.fixture
def town(transactional_db: None) -> Town:
    add = accounts.create_organisation
    province = add("province", "某省人民政府", "government")
    city = add("city", "某市人民政府", "government", parent=province)
    office = add("office", "某市信访局", "department", parent=city, petition_office=True)
    housing = add("housing", "某市住房局", "department", parent=city)
    repairs = add("repairs", "某市房屋维修所", "unit", parent=housing)
    inspection = add("inspection", "某市纪检监察机关", "department", parent=province)
    add("district", "东区", "region", parent=city)
    return Town(province, city, office, housing, repairs, inspection)


@pytest.fixture
def staff(town: Town) -> Callable[[Role, Organisation], User]:
    def make(role: Role, place: Organisation) -> User:
        user, _ = accounts.create_account(
            f"{place.key}-{role.value}", f"{role.label}岗", place, [role], password=PASSWORD
        )
        user.password_changed_at = timezone.now()
        user.save()
        return user

    return make


@pytest.fixture
def today() -> date:
    return timezone.localdate()


AXE = resources.files("axe_playwright_python") / "axe.min.js"


@pytest.fixture(scope="session")
def faults() -> Callable[[Page], list[str]]:
    """Return a function that lists what of WCAG 2.1 A and AA a page breaks, as axe-core finds it."""
    script = AXE.read_text(encoding="utf-8")

    def look(page: Page) -> list[str]:
        page.evaluate(script)
        run = "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})"
        found = page.evaluate(run)["violations"]
        return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]

    return look
