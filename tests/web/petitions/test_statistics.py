"""Charts a leader expects, each with its table and definition, and every number leads to exactly the matters behind it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hengping.petitions import model as core
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.petitions import charts
from hengping_web.petitions.models import Matter
from hengping_web.petitions.statistics import counted, rated, tally
from hengping_web.petitions.statistics import queries as statistics

pytestmark = pytest.mark.django_db


def page_of(browser: Any, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == HTTPStatus.OK
    return str(answer.content.decode())


def numbers(page: str) -> set[str]:
    return set(re.findall(r"data-row href=\"/petitions/of/([^/]+)/", page))


def test_counts_of_the_regions_add_up_to_the_total() -> None:
    rows = [
        ("东区", "2024-01", "claim", "letter", "HP03", {"reply_due": 2, "replied_on_time": 1, "registrations": 1}),
        ("西区", "2024-02", "claim", "visit", "HP03", {"reply_due": 1, "registrations": 1}),
    ]
    indicator = next(one for one in rated() if one.key == "timely-reply")

    found = counted(indicator, tally(rows, {}))

    assert (found.met, found.of, found.regions) == (1, 3, [("东区", 1, 2), ("西区", 0, 1)])
    assert tally(rows, {}).by("channel", "registrations") == {"letter": 1, "visit": 1}


def test_every_number_of_a_chart_leads_to_exactly_its_matters(
    sign_in: Callable[..., Any], filed: Callable[..., Any], today: date
) -> None:
    letter = filed(channel="letter", category="HP03").matter.number
    call = filed(channel="call", category="HP12").matter.number
    browser = sign_in(Role.LEADER)

    page = page_of(browser, f"/petitions/statistics/?year={today.year}")

    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/petitions/statistics/of/[^"]+)"', page)}
    by_letter = next(link for link in links if "channel=letter" in link)
    by_transport = next(link for link in links if "category=HP12" in link)
    by_month = next(link for link in links if "registrations" in link and f"month={today:%Y-%m}" in link)
    assert numbers(page_of(browser, by_letter)) == {letter}
    assert numbers(page_of(browser, by_transport)) == {call}
    assert numbers(page_of(browser, by_month)) == {letter, call}


def test_what_ended_is_counted_in_the_month_of_its_last_step(
    sign_in: Callable[..., Any], transferred: Callable[..., Matter], act: Callable[..., Matter], today: date
) -> None:
    matter = transferred()
    act(matter, "receive", core.Role.HANDLING_BODY, "repairs")
    act(matter, "accept", core.Role.HANDLING_BODY, "repairs", 告知文号="示例信告〔2026〕1号")
    act(matter, "withdraw", core.Role.PETITIONER, "", 撤回凭证="凭证1")
    browser = sign_in(Role.LEADER)

    page = page_of(browser, f"/petitions/statistics/of/closings/?year={today.year}&month={today:%Y-%m}")

    assert numbers(page) == {matter.number}


def test_charts_have_their_table_and_the_id_of_what_they_count(
    sign_in: Callable[..., Any], filed: Callable[..., Any], today: date
) -> None:
    filed()

    page = page_of(sign_in(Role.LEADER), f"/petitions/statistics/?year={today.year}")

    assert page.count("<details>") == page.count("</figure>") == 6
    for definition in ("registrations · closings", "registrations / channel", "registrations / category"):
        assert definition in page


def test_outside_the_office_small_counts_are_not_shown_nor_reached(
    sign_in: Callable[..., Any], transferred: Callable[..., Matter], town: Any, today: date
) -> None:
    number = transferred().number
    browser = sign_in(Role.HEAD, town.repairs)

    page = page_of(browser, f"/petitions/statistics/of/registrations/?year={today.year}&channel=letter")

    assert "不足 5 件，不公布" in page
    assert number not in page


def test_counts_are_made_once_until_somebody_acts(
    staff: Callable[..., User], filed: Callable[..., Any], today: date
) -> None:
    leader = staff(Role.LEADER)
    filed()
    first = statistics.year_of(leader, today.year)

    with CaptureQueriesContext(connection) as asked:
        again = statistics.year_of(leader, today.year)
    filed()
    later = statistics.year_of(leader, today.year)

    assert again is first
    assert len(asked) == 1
    assert sum(later.by("region", "registrations").values()) == 2


@pytest.mark.parametrize("where", ["month=99", "channel=%00", "month=2024-13", "region=不存在", "year=abcd"])
def test_nonsense_in_the_address_finds_nothing_and_breaks_nothing(
    sign_in: Callable[..., Any], filed: Callable[..., Any], where: str
) -> None:
    filed()
    browser = sign_in(Role.LEADER)

    for name in ("registrations", "closings"):
        assert browser.get(f"/petitions/statistics/of/{name}/?{where}").status_code in (200, 400)
    assert browser.get("/petitions/statistics/of/anything/").status_code == HTTPStatus.NOT_FOUND


def test_a_chart_of_nothing_is_left_out_and_bars_begin_at_zero() -> None:
    whole = charts.lying([charts.Share("甲", 5, 10, "5", ""), charts.Share("乙", 10, 10, "10", "")], "说明")
    series = [charts.Series("登记", {"2024-01": 4, "2024-02": 2}, {})]
    upright = charts.standing(["2024-01", "2024-02"], series, "说明")

    assert charts.lying([], "说明") is None
    assert charts.standing(["2024-01"], [charts.Series("登记", {}, {})], "说明") is None
    assert whole is not None
    assert upright is not None
    assert [bar.width for bar in whole.bars] == [170, 340]
    assert [bar.height for bar in upright.bars] == [196, 98]
