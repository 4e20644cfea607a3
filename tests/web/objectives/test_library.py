"""The library is open to everybody: definition, base, text and confidence, schemes, versions; who uses it is scoped."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest

from hengping import tables
from hengping.performance.frameworks import frameworks
from hengping.performance.library import INDICATORS
from hengping.performance.schemes import schemes
from hengping_web.objectives import services
from hengping_web.objectives.models import TARGETS

from .conftest import Planning
from .rows import TARGETS as ROWS

pytestmark = pytest.mark.django_db


def read(desk: Any, path: str) -> str:
    answer = desk.get(path)
    assert answer.status_code == HTTPStatus.OK, path
    return str(answer.content.decode())


def test_anybody_reads_what_an_indicator_is_and_by_which_text(visitor: Any) -> None:
    text = read(visitor, "/indicators/of/three-public-control/")

    assert "“三公”经费实际支出数÷“三公”经费预算安排数×100%" in text
    assert "分母（基数）" in text
    assert "年初预算安排“三公”经费" in text
    assert "《预算绩效评价共性指标体系框架》（财预〔2013〕53号）" in text
    assert "通行做法，未核对原文" in text
    assert "湖南省部门整体支出绩效评价指标评分表（10/60/30）" in text
    assert "2013-04-21 起，现行" in text
    assert "哪些部门在用" not in text


def test_every_indicator_scheme_and_framework_has_its_page(visitor: Any) -> None:
    paths = [f"/indicators/of/{key}/" for key in INDICATORS.keys()]  # noqa: SIM118
    paths += [f"/indicators/schemes/of/{key}/" for key in schemes().keys()]  # noqa: SIM118
    paths += [f"/indicators/frameworks/{key}/" for key in frameworks().keys()]  # noqa: SIM118

    assert [path for path in paths if visitor.get(path).status_code != HTTPStatus.OK] == []


def test_the_list_is_filtered_by_word_text_level_and_kind(visitor: Any) -> None:
    assert f"共 {len(INDICATORS.keys())} 项" in read(visitor, "/indicators/")
    assert "1 项，共" in read(visitor, "/indicators/?text=三公经费”控制率")
    assert "在职人员控制率" not in read(visitor, "/indicators/?kind=recorded")
    assert "群众满意率" not in read(visitor, "/indicators/?source=indicators-2013")
    assert "没有符合条件的指标" in read(visitor, "/indicators/?text=没有这样的")


def test_staff_see_which_years_within_their_reach_use_it(
    desks: Any, planning: Planning, account: Any, seated: Any, bureau: Any
) -> None:
    from hengping_web.accounts.roles import Role

    services.load(planning.year, TARGETS, ROWS, planning.clerk)
    stranger = seated(account(Role.OFFICE_CLERK, username="stranger", organisation=bureau.department))

    mine = read(desks["clerk"], "/indicators/of/timely-reply/")
    theirs = read(stranger, "/indicators/of/timely-reply/")

    assert "某市信访局" in mine
    assert "≥95%" in mine
    assert "您能看到的年度都没有用到它" in theirs


def test_an_indicator_a_scheme_prescribes_is_used_by_the_years_of_that_scheme(desks: Any, planning: Planning) -> None:
    assert ">2025</a>" in read(desks["clerk"], "/indicators/of/execution-rate/")


def test_schemes_stand_by_authority_and_year(visitor: Any) -> None:
    text = read(visitor, "/indicators/schemes/?year=2019")

    assert text.index("湖南省") < text.index("岳阳市") or "岳阳市" in text
    assert "核心绩效指标分值（含成本指标" in text
    assert text.count("不适用") == 4
    assert read(visitor, "/indicators/schemes/?year=abc")
    assert read(visitor, "/indicators/schemes/?year=0000")


def test_a_scheme_says_what_is_not_known_of_it(visitor: Any) -> None:
    text = read(visitor, "/indicators/schemes/of/hunan-2014/")

    assert schemes().get("hunan-2014").gaps[0] in text


def test_a_scheme_that_does_not_add_up_to_a_hundred_is_refused_by_group(visitor: Any) -> None:
    good = tables.text("schemes/hunan_2017.toml")
    bad = good.replace('{ title = "过程", points = "60" }', '{ title = "过程", points = "55" }')

    refused = visitor.post("/indicators/schemes/check/", {"text": bad}).content.decode()
    taken = visitor.post("/indicators/schemes/check/", {"text": good}).content.decode()

    assert "各部分分值合计 95，应为 100，少 5" in refused
    assert "“过程”各行分值合计 60，应为 55，多 5" in refused
    assert "没有发现矛盾，分值合计相符" in taken


@pytest.mark.parametrize(
    ("text", "said"), [("points =", "不是合格的 TOML"), ("key = 'x'", "不是一张完整的评分表"), ("", "")]
)
def test_what_is_no_scheme_goes_back_with_a_word(visitor: Any, text: str, said: str) -> None:
    answer = visitor.post("/indicators/schemes/check/", {"text": text})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said in answer.content.decode()


def test_a_framework_leads_to_the_indicators_that_reckon_the_same(visitor: Any) -> None:
    text = read(visitor, "/indicators/frameworks/project-2020/")

    assert "预算编制科学性" in text
    assert "两者不同" in text
    assert 'href="/indicators/of/goal-reasonableness/"' in text


def test_the_checks_on_targets_are_told_to_everybody(visitor: Any) -> None:
    text = read(visitor, "/indicators/checks/")

    assert "同一指标的下限不得高于上限。" in text
    assert "须书面说明" in text


@pytest.mark.parametrize("path", ["of/nothing/", "schemes/of/nothing/", "frameworks/nothing/"])
def test_what_the_rulebook_does_not_hold_is_not_found(visitor: Any, path: str) -> None:
    assert visitor.get(f"/indicators/{path}").status_code == HTTPStatus.NOT_FOUND
