"""A petition's whole way in a real browser: citizen, bureau, unit, reviewer, re-reviewer, each before their own window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hengping_web.accounts.models import Organisation, User
from hengping_web.accounts.roles import Role
from hengping_web.petitions.models import Matter

pytestmark = pytest.mark.django_db(transaction=True)


def answer(page: Page, *, kind: str = "请求解决自己的事", accused: str = "") -> None:
    """File a petition, one question after the other."""
    page.goto("/portal/")
    page.get_by_role("link", name="提出信访事项").click()
    page.get_by_label(kind).check()
    page.get_by_role("button", name="继续").click()
    if accused:
        page.get_by_label(accused).check()
        page.get_by_role("button", name="继续").click()
    page.get_by_label("地点").select_option("东区")
    page.get_by_role("button", name="继续").click()
    page.get_by_label("一句话说明").fill("小区南门外人行道破损")
    page.get_by_role("button", name="继续").click()
    page.get_by_label("经过").fill("人行道坏了三个月，多次绊倒行人。")
    page.get_by_role("button", name="继续").click()
    page.get_by_label("请求").fill("请修复人行道")
    page.get_by_role("button", name="继续").click()
    page.get_by_role("button", name="继续").click()
    page.get_by_label("不留名").check()
    page.get_by_role("button", name="继续").click()


def file(page: Page, **options: str) -> tuple[str, str]:
    answer(page, **options)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="已收到")).to_be_visible()
    number = page.locator(".receipt strong").first.inner_text()
    return number, page.locator(".receipt .code").inner_text()


def follow(page: Page, code: str) -> None:
    page.goto("/portal/follow/")
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询").click()
    page.wait_for_url("**/portal/matter/")


def open_matter(page: Page, number: str) -> None:
    page.goto("/petitions/")
    page.get_by_role("link", name=number).first.click()


def take(page: Page, number: str, title: str, **particulars: str) -> None:
    """Take a step from the page of the matter, as somebody does who reads what may be done."""
    page.goto(f"/petitions/of/{number}/")
    page.get_by_role("complementary").get_by_role("link", name=title, exact=True).click()
    for name, value in particulars.items():
        field = page.get_by_label(name, exact=False).first
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.get_by_role("button", name="办理", exact=True).click()
    page.wait_for_url(lambda url: "/step/" not in url)


OPINION = {
    "意见书文号": "示例信答〔2026〕1号",
    "投诉请求": "要求修复南门外人行道。",
    "事实和理由": "现场勘查属实。",
    "处理意见": "列入本月维修计划。",
    "法律依据": "《城市道路管理条例》第二十三条",
    "结论": "予以支持",
    "救济途径": "复查",
    "救济期限": "30日",
}


def test_from_filing_to_re_review(  # noqa: PLR0915 - one way, told in one piece
    site: Any, town: Any, staff: Callable[[Role, Organisation], User], faults: Callable[[Page], list[str]]
) -> None:
    citizen = site.page()
    number, code = file(citizen)
    site.picture(citizen, "receipt")
    registrar = site.staff(staff(Role.REGISTRAR, town.office))
    open_matter(registrar, number)
    site.picture(registrar, "registrar")
    take(registrar, number, "登记")

    sorter = site.staff(staff(Role.SORTER, town.office))
    sorter.goto("/petitions/")
    site.picture(sorter, "inbox-of-the-sorter")
    assert faults(sorter) == []
    take(sorter, number, "甄别为申诉求决类")
    take(sorter, number, "转送", 去向="repairs")

    clerk = site.staff(staff(Role.CLERK, town.repairs))
    open_matter(clerk, number)
    take(clerk, number, "责任单位签收")
    take(clerk, number, "提出异议", 异议理由="认为归道路养护单位")
    site.picture(clerk, "objected")
    take(sorter, number, "核实不同意异议", 核实意见="经核实属该所职责")
    take(clerk, number, "书面告知受理", 告知文号="示例信告〔2026〕1号")
    take(clerk, number, "分支六：按照信访程序办理", 分支理由="不属于第一至第五项")

    head = site.staff(staff(Role.HEAD, town.repairs))
    particulars = {"延期日数": "30", "批准人职务": "所长", "延期理由": "需鉴定", "告知文号": "示例延〔2026〕1号"}
    take(head, number, "延长办理期限", **particulars)
    take(head, number, "出具信访处理意见书", **OPINION)
    take(clerk, number, "送达处理意见书", 送达凭证="回执0001")
    head.goto(f"/petitions/of/{number}/")
    site.picture(head, "matter")
    assert faults(head) == []

    follow(citizen, code)
    site.picture(citizen, "follow")
    assert faults(citizen) == []
    citizen.get_by_role("link", name="评价责任单位").click()
    citizen.get_by_label("不满意").check()
    citizen.get_by_role("button", name="提交评价").click()
    citizen.get_by_role("link", name="申请复查").click()
    citizen.get_by_label("理由").fill("修得不好。")
    citizen.get_by_role("button", name="提交申请").click()
    expect(citizen.get_by_text("正在复查")).to_be_visible()

    reviewer = site.staff(staff(Role.REVIEWER, town.housing))
    reviewer.goto("/petitions/")
    expect(reviewer.get_by_role("link", name=number)).to_be_visible()
    take(reviewer, number, "复查意见：维持", 复查意见文号="示例复查〔2026〕1号", 救济途径="复核", 救济期限="30日")
    take(reviewer, number, "送达复查意见", 送达凭证="回执0002")

    citizen.reload()
    citizen.get_by_role("link", name="申请复核").click()
    citizen.get_by_role("button", name="提交申请").click()
    again = site.staff(staff(Role.RE_REVIEWER, town.city))
    take(again, number, "出具复核意见，终结", 复核意见文号="示例复核〔2026〕1号", 结论="维持")
    citizen.reload()
    expect(citizen.get_by_text("信访程序终结")).to_be_visible()
    site.picture(citizen, "concluded")
    assert Matter.objects.get(number=number).state == "concluded"


def test_an_accusation_never_shows_to_the_accused(
    site: Any, town: Any, staff: Callable[[Role, Organisation], User]
) -> None:
    number, _ = file(site.page(), kind="检举、控告", accused="某市住房局")
    registrar = site.staff(staff(Role.REGISTRAR, town.office))
    take(registrar, number, "登记")
    sorter = site.staff(staff(Role.SORTER, town.office))
    sorter.goto(f"/petitions/of/{number}/step/sort-accusation/")
    site.picture(sorter, "sorting")
    sorter.get_by_role("button", name="办理", exact=True).click()
    sorter.wait_for_url(f"**/of/{number}/")
    details = {"去向": "inspection", "管理权限": "市管", "密封编号": "封0001"}
    take(sorter, number, "按照管理权限转送纪检监察机关", **details)

    for place in (town.housing, town.repairs):
        clerk = site.staff(staff(Role.CLERK, place))
        for path in ("/petitions/", "/petitions/all/", "/petitions/all/?text=人行道", "/petitions/backlog/"):
            clerk.goto(path)
            expect(clerk.get_by_text(number)).to_have_count(0)
            expect(clerk.get_by_text("人行道")).to_have_count(0)
        assert clerk.goto(f"/petitions/of/{number}/").status == 404
        site.picture(clerk, f"nothing-for-{place.key}")


def test_the_portal_on_a_phone_needs_no_sideways_scrolling(site: Any, faults: Callable[[Page], list[str]]) -> None:
    phone = site.page(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, device_scale_factor=2)

    answer(phone)
    site.picture(phone, "check")
    wide = [phone.evaluate("document.documentElement.scrollWidth")]
    phone.get_by_role("button", name="提交").click()
    expect(phone.locator(".receipt .code")).to_be_visible()
    site.picture(phone, "receipt")
    wide.append(phone.evaluate("document.documentElement.scrollWidth"))

    assert max(wide) <= 390
    assert faults(phone) == []


def test_the_portal_works_without_scripts(site: Any) -> None:
    plain = site.page(java_script_enabled=False)

    number, code = file(plain)
    follow(plain, code)

    expect(plain.get_by_role("heading", name=number)).to_be_visible()


@pytest.mark.parametrize("path", ["/portal/", "/portal/file/kind/", "/portal/follow/", "/portal/receipt/"])
def test_public_pages_keep_to_wcag_in_both_languages_and_in_the_dark(
    site: Any, faults: Callable[[Page], list[str]], path: str
) -> None:
    found: list[str] = []
    for scheme in ("light", "dark"):
        page = site.page(color_scheme=scheme)
        page.goto(path)
        found += faults(page)
        page.get_by_role("link", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        found += faults(page)
        site.picture(page, f"english-{scheme}")

    assert found == []


def test_staff_pages_keep_to_wcag(
    site: Any, town: Any, staff: Callable[[Role, Organisation], User], faults: Callable[[Page], list[str]]
) -> None:
    file(site.page())
    page = site.staff(staff(Role.REGISTRAR, town.office))

    found = []
    for path in (
        "/petitions/",
        "/petitions/all/",
        "/petitions/register/",
        "/petitions/backlog/",
        "/petitions/statistics/",
    ):
        page.goto(path)
        found += [f"{path} {fault}" for fault in faults(page)]
        site.picture(page, path.strip("/").replace("/", "-"))

    assert found == []


def test_a_wrong_password_too_often_locks_the_account(
    site: Any, town: Any, staff: Callable[[Role, Organisation], User]
) -> None:
    user = staff(Role.CLERK, town.repairs)
    page = site.page()

    for _ in range(6):
        page.goto("/accounts/sign-in/")
        page.get_by_label("用户名").fill(user.username)
        page.get_by_label("密码").fill("不对的密码 123")
        page.get_by_role("button", name="登录").click()

    expect(page.get_by_text("暂时锁定")).to_be_visible()
    site.picture(page, "locked")


def test_the_checker_of_accessibility_does_find_what_is_wrong(site: Any, faults: Callable[[Page], list[str]]) -> None:
    page = site.page()
    page.goto("/portal/")
    page.evaluate("document.querySelector('main').appendChild(document.createElement('input'))")

    assert [fault.split(":")[0] for fault in faults(page)] == ["label"]
