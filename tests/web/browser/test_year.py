"""The whole year of the model bureau through the pages, each page by the account whose work it is."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.web.cycle.conftest import MODEL_YEAR, sample

from hengping_io.cli import main
from hengping_web.accounts import services as accounts
from hengping_web.accounts.models import Organisation, User
from hengping_web.accounts.roles import Role
from hengping_web.cycle import loading
from hengping_web.cycle.models import EvaluationYear, State
from hengping_web.petitions.model_year import OFFICE
from hengping_web.petitions.model_year import services as model_year
from hengping_web.selfevaluation import queries, services
from hengping_web.selfevaluation.models import Points

PASSWORD = "两岸猿声啼不住 7"
YEAR = f"/years/{OFFICE}/2024/"
HERE = f"{YEAR}self-evaluation/"
TRAINED, SURVEY = f"{HERE}of/-/staff-trained/", f"{HERE}of/-/public-satisfaction/"
LEFT_OPEN = {("staff-trained", ""), ("public-satisfaction", "")}
CASES = 60
TITLES = {
    Role.OFFICE_CLERK: "科室经办岗",
    Role.FINANCE_OFFICER: "财务岗",
    Role.EVALUATION_TEAM: "评价组",
    Role.DEPARTMENT_HEAD: "部门负责人",
    Role.FINANCE_REVIEWER: "财政审核岗",
}


@pytest.fixture(scope="session")
def begun_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the model year with a sample of its petitions, two values not yet recorded."""
    if not (MODEL_YEAR / "datapackage.json").is_file():
        pytest.skip("the model year is not generated: demo/generate_model_year.py")
    folder = sample(tmp_path_factory.mktemp("begun") / "year", CASES)
    measures = folder / "data" / "measures.csv"
    with measures.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    kept = [row for row in rows if (row[0], row[1]) not in LEFT_OPEN]
    with measures.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(kept)
    return folder


@pytest.fixture
def bureau(site: Any) -> Organisation:
    model_year.organisations_and_accounts(PASSWORD)
    return Organisation.objects.get(key=OFFICE)


@pytest.fixture
def people(site: Any, bureau: Organisation) -> Callable[..., Page]:
    """Return a function that signs somebody with a role in, in a window of their own."""
    finance = accounts.create_organisation("reviewing-bureau", "某市财政局", "department", parent=bureau.parent)

    def sit(role: Role, name: str = "") -> Page:
        place = finance if role is Role.FINANCE_REVIEWER else bureau
        username = name or f"model-{role.value}"
        user = User.objects.filter(username=username).first()
        if user is None:
            user, _ = accounts.create_account(username, TITLES[role] + name, place, [role], password=PASSWORD)
            user.password_changed_at = timezone.now()
            user.save()
        page: Page = site.staff(user)
        return page

    return sit


def year() -> EvaluationYear:
    return EvaluationYear.objects.select_related("organisation").get()


def record(page: Page, value: str, paper: str, text: str = "") -> None:
    form = page.locator("form[action$='/measure/']")
    if not form.get_by_label("完成值").is_visible():
        page.get_by_text("修改填报").click()
    form.get_by_label("完成值").fill(value)
    form.get_by_label("完成情况").fill(text)
    form.get_by_label(paper).check()


@dataclass(frozen=True, slots=True)
class Cast:
    """The windows of everybody who works on the year."""

    clerk: Page
    officer: Page
    team: Page
    head: Page
    reviewer: Page


def plan_is_made(site: Any, cast: Cast) -> None:
    """The plan: submitted by the office, fixed by the head."""
    cast.clerk.goto(YEAR)
    expect(cast.clerk.locator("[aria-current=step]")).to_have_text("编报目标")
    cast.clerk.get_by_role("link", name="绩效目标与指标").click()
    site.picture(cast.clerk, "plan")
    cast.clerk.get_by_role("button", name="提交审核").click()
    cast.head.goto(f"{YEAR}objectives/")
    cast.head.get_by_role("button", name="审定并固化").click()
    expect(cast.head.get_by_text("已审定").first).to_be_visible()
    assert year().state == State.APPROVED


def ledger_is_there(site: Any, cast: Cast) -> None:
    """The ledger: every total leads to its entries."""
    cast.officer.goto(YEAR)
    cast.officer.get_by_role("link", name="预算账").click()
    site.picture(cast.officer, "ledger")


def progress_is_told(site: Any, cast: Cast) -> None:
    """Progress on a day of the year, and the lights of both halves."""
    cast.clerk.goto(f"{YEAR}monitoring/progress/")
    cast.clerk.get_by_label("进度截至").fill("2024-09-30")
    cast.clerk.get_by_label("推动化解积案：完成值").first.fill("41")
    cast.clerk.get_by_label("推动化解积案：依据").first.fill("积案台账")
    cast.clerk.get_by_role("button", name="保存进度").click()
    cast.clerk.goto(f"{YEAR}monitoring/?on=2024-09-30")
    expect(cast.clerk.get_by_role("heading", name="资金")).to_be_visible()
    site.picture(cast.clerk, "monitoring")


def tasks_go_out(site: Any, cast: Cast) -> None:
    """Tasks to the offices."""
    cast.team.goto(YEAR)
    cast.team.get_by_role("button", name="启动自评").click()
    cast.team.goto(f"{HERE}tasks/")
    cast.team.get_by_label("完成期限").fill("2025-03-01")
    cast.team.get_by_role("button", name="下达").click()
    expect(cast.team.get_by_text("已下达")).to_be_visible()
    site.picture(cast.team, "tasks")
    cast.team.goto(HERE)
    expect(cast.team.get_by_text("还缺什么").first).to_be_visible()
    site.picture(cast.team, "what-is-missing")


def values_come_in(site: Any, cast: Cast, faults: Callable[[Page], list[str]]) -> None:
    """A paper with its hash, and the two values that were open."""
    cast.clerk.goto(f"{HERE}papers/")
    cast.clerk.get_by_label("材料名称").fill("培训签到补充表")
    cast.clerk.get_by_label("文件").set_input_files(
        {"name": "签到.txt", "mimeType": "text/plain", "buffer": "共八百六十二人次".encode()}
    )
    cast.clerk.get_by_label("提供日期").fill("2025-02-20")
    cast.clerk.get_by_role("button", name="收下材料").click()
    expect(cast.clerk.get_by_text("并登记了哈希值")).to_be_visible()
    for address, value, paper in (
        (TRAINED, "862", "培训签到补充表"),
        (SURVEY, "92.40", "服务对象满意度调查报告（虚构）"),
    ):
        cast.clerk.goto(address)
        record(cast.clerk, value, paper)
        cast.clerk.get_by_role("button", name="保存填报").click()
        expect(cast.clerk.get_by_text("已保存。")).to_be_visible()
    site.picture(cast.clerk, "a-row-with-its-working")
    assert faults(cast.clerk) == []


def records_are_judged(site: Any, cast: Cast) -> None:
    """Accepted by the team, scored by itself and in review, side by side."""
    cast.team.goto(TRAINED)
    cast.team.get_by_role("button", name="核定", exact=True).click()
    cast.team.get_by_label("得分").fill("4")
    cast.team.get_by_role("button", name="保存自评得分").click()
    expect(cast.team.get_by_text("未给满分，没有写明理由").first).to_be_visible()
    cast.team.get_by_label("扣分理由").fill("一期签到不全")
    cast.team.get_by_role("button", name="保存自评得分").click()
    cast.reviewer.goto(TRAINED)
    cast.reviewer.get_by_label("得分").fill("5.01")
    cast.reviewer.get_by_role("button", name="保存复核得分").click()
    expect(cast.reviewer.get_by_text("高于该项分值 5.00 分").first).to_be_visible()
    cast.reviewer.get_by_label("得分").fill("4.5")
    cast.reviewer.get_by_label("扣分理由").fill("抽查相符，一期补签")
    cast.reviewer.get_by_role("button", name="保存复核得分").click()
    expect(cast.reviewer.get_by_text("已保存。")).to_be_visible()
    cast.reviewer.get_by_text("记现场核查").click()
    cast.reviewer.get_by_label("核查日期").fill("2025-03-05")
    cast.reviewer.get_by_label("地点").fill("培训中心")
    cast.reviewer.get_by_label("所见").fill("签到册与报表相符")
    cast.reviewer.get_by_role("button", name="记下").click()
    site.picture(cast.reviewer, "side-by-side")
    given = {points.kind: str(points.points) for points in Points.objects.all()}
    assert given == {"self": "4.00", "review": "4.50"}


def report_is_written(site: Any, cast: Cast, faults: Callable[[Page], list[str]]) -> None:
    """The report: a figure is inserted with a click, a typed one is refused and the text kept."""
    cast.team.goto(f"{HERE}report/new/improvements/")
    cast.team.get_by_label("正文").fill("全年支出2593.10万元。")
    cast.team.get_by_role("button", name="保存").click()
    expect(cast.team.get_by_text("是手工录入的金额或比率").first).to_be_visible()
    expect(cast.team.get_by_label("正文")).to_have_value("全年支出2593.10万元。")
    cast.team.get_by_label("正文").fill("全年支出")
    cast.team.get_by_text("支出决算（").click()
    cast.team.locator("[data-insert='final-accounts.total']").click()
    expect(cast.team.get_by_label("正文")).to_have_value("全年支出{{final-accounts.total}}")
    site.picture(cast.team, "figures-to-insert")
    cast.team.get_by_role("button", name="保存").click()
    expect(cast.team.locator("strong[title='final-accounts.total']").first).to_be_visible()
    assert faults(cast.team) == []
    cast.team.goto(f"{HERE}report/preview/")
    expect(cast.team.get_by_text("部门整体支出绩效自评报告").first).to_be_visible()
    site.picture(cast.team, "preview")


def year_is_frozen(site: Any, cast: Cast, tmp_path: Path) -> None:
    """Frozen by the head: the folder gives the same result to the last byte."""
    cast.head.goto(HERE)
    cast.head.get_by_role("button", name="定稿").click()
    expect(cast.head.get_by_text("result.json SHA-256")).to_be_visible()
    site.picture(cast.head, "frozen")
    with cast.head.expect_download() as waiting:
        cast.head.goto(f"{HERE}report/")
        cast.head.get_by_role("link", name="result.json").click()
    frozen = queries.snapshot(year())
    assert frozen is not None
    with services.unpacked(frozen) as folder:
        assert main(["year", str(folder), "--out", str(tmp_path / "out"), "--processes", "1"]) in (0, 1)
    assert waiting.value.path().read_bytes() == (tmp_path / "out" / "result.json").read_bytes()


def year_is_published(site: Any, cast: Cast) -> None:
    """The gate, answered where it asks, and the public page."""
    cast.team.goto(f"{YEAR}gate/")
    cast.team.get_by_role("button", name="核对定稿文件").click()
    site.picture(cast.team, "gate")
    while (waits := cast.team.get_by_role("link", name="书面说明")).count():
        waits.first.click()
        cast.team.get_by_label("书面说明").fill("该项差额为未单列的零星支出，原因如账内备注。")
        cast.team.get_by_role("button", name="提交说明").click()
    cast.head.goto(f"{YEAR}gate/")
    cast.head.get_by_role("button", name="核对通过").click()
    cast.head.goto(f"{YEAR}publication/")
    cast.head.get_by_role("button", name="公开本年度").click()
    expect(cast.head.get_by_role("link", name="公开网页")).to_be_visible()
    anybody = site.page()
    anybody.goto(f"/published/{OFFICE}/2024/")
    expect(anybody.get_by_role("heading", name="目标与结果")).to_be_visible()
    site.picture(anybody, "public-page")
    assert year().state == State.PUBLISHED


def test_the_year_of_the_model_bureau_from_plan_to_publication(
    site: Any,
    bureau: Organisation,
    begun_year: Path,
    people: Callable[..., Page],
    faults: Callable[[Page], list[str]],
    tmp_path: Path,
) -> None:
    loading.load(begun_year, bureau, state=State.PLANNING)
    roles = (Role.OFFICE_CLERK, Role.FINANCE_OFFICER, Role.EVALUATION_TEAM, Role.DEPARTMENT_HEAD, Role.FINANCE_REVIEWER)
    cast = Cast(*(people(role) for role in roles))

    plan_is_made(site, cast)
    ledger_is_there(site, cast)
    progress_is_told(site, cast)
    tasks_go_out(site, cast)
    values_come_in(site, cast, faults)
    records_are_judged(site, cast)
    report_is_written(site, cast, faults)
    year_is_frozen(site, cast, tmp_path)
    year_is_published(site, cast)

    assert year().state == State.PUBLISHED


@pytest.fixture
def evaluating(begun_year: Path, bureau: Organisation, tmp_path: Path) -> EvaluationYear:
    return loading.load(begun_year, bureau, state=State.EVALUATING, without=frozenset({"petitions", "events"}))


def test_two_people_edit_the_same_row_and_nothing_is_lost(
    site: Any, evaluating: EvaluationYear, people: Callable[..., Page]
) -> None:
    one, two = people(Role.OFFICE_CLERK), people(Role.OFFICE_CLERK, "甲")
    for page in (one, two):
        page.goto(TRAINED)
    record(one, "900", "培训签到汇总（虚构）", "先保存的完成情况")
    record(two, "870", "培训签到汇总（虚构）", "后保存的完成情况")
    one.get_by_role("button", name="保存填报").click()
    expect(one.get_by_text("已保存。")).to_be_visible()

    two.get_by_role("button", name="保存填报").click()

    told = two.locator(".error-summary", has_text="有人先保存了")
    expect(told).to_contain_text("先保存的完成情况")
    expect(told).to_contain_text("后保存的完成情况")
    expect(two.locator("form[action$='/measure/']").get_by_label("完成值")).to_have_value("870")
    site.picture(two, "the-second-is-told")
    two.get_by_role("button", name="保存填报").click()
    expect(two.get_by_text("已保存。")).to_be_visible()
    history = queries.measures(evaluating)[("staff-trained", "")]
    assert (history.revision, history.values["value"]) == (2, "870")


def test_a_button_pressed_twice_saves_once(site: Any, evaluating: EvaluationYear, people: Callable[..., Page]) -> None:
    clerk = people(Role.OFFICE_CLERK)
    clerk.goto(TRAINED)
    record(clerk, "900", "培训签到汇总（虚构）")

    clerk.get_by_role("button", name="保存填报").dblclick()

    expect(clerk.get_by_text("已保存。")).to_be_visible()
    assert queries.measures(evaluating)[("staff-trained", "")].revision == 1


def test_a_lost_connection_loses_no_word_and_does_nothing_twice(
    site: Any, evaluating: EvaluationYear, people: Callable[..., Page]
) -> None:
    clerk = people(Role.OFFICE_CLERK)
    clerk.goto(TRAINED)
    record(clerk, "862", "培训签到汇总（虚构）", "断线之前写的完成情况")
    clerk.context.set_offline(True)

    clerk.get_by_role("button", name="保存填报").click()

    expect(clerk.get_by_text("网络已断开，没有提交")).to_be_visible()
    site.picture(clerk, "no-connection")
    clerk.context.set_offline(False)
    clerk.get_by_role("button", name="保存填报").click()
    expect(clerk.get_by_text("已保存。")).to_be_visible()
    kept = queries.measures(evaluating)[("staff-trained", "")]
    assert (kept.revision, kept.values["text"]) == (1, "断线之前写的完成情况")


def test_an_answer_that_was_lost_on_the_way_is_given_again_and_the_act_is_done_once(
    site: Any, evaluating: EvaluationYear, people: Callable[..., Page]
) -> None:
    clerk = people(Role.OFFICE_CLERK)
    clerk.goto(TRAINED)
    record(clerk, "862", "培训签到汇总（虚构）", "答复丢失之前写的")
    sent: list[str] = []

    def lose(route: Any) -> None:
        route.fetch(max_redirects=0)
        sent.append(route.request.url)
        route.abort()

    clerk.route("**/measure/", lose)
    with clerk.expect_event("requestfailed"):
        clerk.get_by_role("button", name="保存填报").click(no_wait_after=True)
    expect(clerk.get_by_role("button", name="保存填报")).to_have_count(0)
    clerk.unroute("**/measure/", lose)
    assert (len(sent), queries.measures(evaluating)[("staff-trained", "")].revision) == (1, 1)

    clerk.go_back()
    expect(clerk.get_by_text("已恢复断线之前您写的内容")).to_be_visible()
    clerk.get_by_role("button", name="保存填报").click()

    expect(clerk.get_by_text("这份表单已经提交过，只办理了一次")).to_be_visible()
    assert queries.measures(evaluating)[("staff-trained", "")].revision == 1


def test_what_is_not_yet_saved_waits_in_the_window(
    site: Any, evaluating: EvaluationYear, people: Callable[..., Page]
) -> None:
    team = people(Role.EVALUATION_TEAM)
    team.goto(f"{HERE}report/new/improvements/")
    team.get_by_label("正文").fill("写到一半")

    team.goto(HERE)
    team.goto(f"{HERE}report/new/improvements/")

    expect(team.get_by_label("正文")).to_have_value("写到一半")
