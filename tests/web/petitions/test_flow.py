"""A matter from letter to re-review through the work pages, each act by the account whose work it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Any

import pytest

from hengping_web.accounts.roles import Role
from hengping_web.petitions.models import Event, Matter

pytestmark = pytest.mark.django_db

REGISTRATION = {
    "channel": "letter",
    "persons": "1",
    "summary": "小区南门外人行道破损，影响通行",
    "claim": "请求修复人行道",
    "region": "东区",
    "words": "南门外的人行道坏了三个月。",
}
OPINION = {
    "意见书文号": "示例信答〔2026〕1号",
    "投诉请求": "要求修复小区南门外破损的人行道。",
    "事实和理由": "经现场勘查，人行道破损约三十平方米。",
    "处理意见": "已列入本月维修计划。",
    "法律依据": "《城市道路管理条例》第二十三条",
    "结论": "予以支持",
    "救济途径": "复查",
    "救济期限": "30日",
}


class Work:
    """The pages of one matter, opened by whoever's turn it is."""

    def __init__(self, number: str, sign_in: Callable[..., Any]) -> None:
        self.number, self.sign_in = number, sign_in

    def take(self, step: str, role: Role, place: Any, **details: str) -> Any:
        browser = self.sign_in(role, place)
        seen = Matter.objects.get(number=self.number).length
        return browser.post(f"/petitions/of/{self.number}/step/{step}/", {"seen": seen, **details})

    @property
    def state(self) -> str:
        return Matter.objects.get(number=self.number).state


def test_a_letter_goes_all_the_way_to_the_conclusion(town: Any, sign_in: Callable[..., Any], today: date) -> None:
    registered = sign_in(Role.REGISTRAR).post("/petitions/register/", {**REGISTRATION, "filed_on": today.isoformat()})
    work = Work(registered.context["matter"].number, sign_in)
    unit, above, day = town.repairs, town.housing, today.isoformat()

    taken = [
        work.take("sort-claim", Role.SORTER, town.office),
        work.take("forward", Role.SORTER, town.office, 去向="repairs"),
        work.take("receive", Role.CLERK, unit),
        work.take("object", Role.CLERK, unit, 异议理由="认为属于道路养护单位"),
        work.take("overrule-objection", Role.SORTER, town.office, 核实意见="经核实属该所职责"),
        work.take("accept", Role.CLERK, unit, 告知文号="示例信告〔2026〕1号"),
        work.take("route-petition", Role.CLERK, unit, 分支理由="不属于第一至第五项"),
        work.take(
            "extend", Role.HEAD, unit, 延期日数="30", 批准人职务="所长", 延期理由="需鉴定", 告知文号="示例延〔2026〕1号"
        ),
        work.take("answer", Role.HEAD, unit, **OPINION),
        work.take("serve", Role.CLERK, unit, on=day, 送达凭证="回执0001"),
        work.take("request-review", Role.CLERK, unit, on=day, addressee="housing"),
        work.take(
            "review-uphold", Role.REVIEWER, above, 复查意见文号="示例复查〔2026〕1号", 救济途径="复核", 救济期限="30日"
        ),
        work.take("serve-review", Role.REVIEWER, above, on=day, 送达凭证="回执0002"),
        work.take("request-re-review", Role.REVIEWER, above, on=day, addressee="city"),
        work.take("re-review-opinion", Role.RE_REVIEWER, town.city, 复核意见文号="示例复核〔2026〕1号", 结论="维持"),
    ]

    assert [answer.status_code for answer in taken] == [HTTPStatus.FOUND] * 15
    assert work.state == "concluded"
    assert list(Event.objects.order_by("sequence").values_list("step", flat=True)) == [
        "file",
        "register",
        "sort-claim",
        "forward",
        "receive",
        "object",
        "overrule-objection",
        "accept",
        "route-petition",
        "extend",
        "answer",
        "serve",
        "request-review",
        "review-uphold",
        "serve-review",
        "request-re-review",
        "re-review-opinion",
    ]


def test_the_page_of_a_matter_shows_clocks_and_who_may_do_what(
    town: Any, sign_in: Callable[..., Any], transferred: Callable[..., Matter]
) -> None:
    matter = transferred()

    page = sign_in(Role.CLERK, town.repairs).get(f"/petitions/of/{matter.number}/")

    assert page.status_code == HTTPStatus.OK
    allowed = [one.step.key for one in page.context["allowed"]]
    assert (allowed[0], "answer" in allowed, "supervise" in allowed) == ("receive", False, False)
    refused = {one.step.key: one.reason for one in page.context["elsewhere"]}
    assert refused["answer"] == "当前状态为“已转交”"
    assert "转送、交办期限" in page.content.decode()


def test_a_letter_with_a_wrong_remedy_is_refused_with_article_and_remedy(
    town: Any, sign_in: Callable[..., Any], transferred: Callable[..., Matter], act: Callable[..., Matter]
) -> None:
    matter = transferred()
    work = Work(matter.number, sign_in)
    work.take("receive", Role.CLERK, town.repairs)
    work.take("accept", Role.CLERK, town.repairs, 告知文号="示例信告〔2026〕1号")
    work.take("route-petition", Role.CLERK, town.repairs, 分支理由="不属于第一至第五项")

    answer = work.take("answer", Role.HEAD, town.repairs, **{**OPINION, "处理意见": "如不服可以向人民法院提起诉讼。"})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "法释〔2018〕1号" in answer.content.decode()
    assert work.state == "handling"


def test_somebody_faster_wins_and_the_second_is_told(
    town: Any, sign_in: Callable[..., Any], transferred: Callable[..., Matter]
) -> None:
    matter = transferred()
    browser = sign_in(Role.CLERK, town.repairs)
    seen = matter.length
    browser.post(f"/petitions/of/{matter.number}/step/receive/", {"seen": seen})

    second = browser.post(f"/petitions/of/{matter.number}/step/contact/", {"seen": seen})

    assert second.status_code == HTTPStatus.CONFLICT
    assert "已有新的办理记录" in second.content.decode()
    assert Matter.objects.get(pk=matter.pk).length == seen + 1


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_every_letter_comes_as_a_file(
    town: Any, sign_in: Callable[..., Any], answered: Callable[..., Matter], kind: str
) -> None:
    matter = answered()
    browser = sign_in(Role.CLERK, town.repairs)
    sequences = [row.sequence for row in matter.events.filter(step__in=["forward", "accept", "answer"])]

    files = [browser.get(f"/petitions/of/{matter.number}/letter/{at}.{kind}") for at in sequences]

    start = {"docx": b"PK", "pdf": b"%PDF"}[kind]
    assert [(file.status_code, file.content[: len(start)]) for file in files] == [(200, start)] * 3


def test_the_state_in_the_list_is_the_fold_of_the_events(answered: Callable[..., Matter]) -> None:
    from hengping_web.petitions.queries import context

    matter = answered()
    matter.refresh_from_db()

    petition = matter.to_core(context())

    assert (matter.state, matter.length) == (petition.case.state.value, len(petition.events))
    assert matter.state == "review-open"
