"""A city at work: province, city with its office, a department, a unit under it, an inspection organ, and their staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from hengping.petitions import model as core
from hengping.petitions.steps import STEPS
from hengping_web.accounts import services as accounts
from hengping_web.accounts.models import Organisation, User
from hengping_web.accounts.roles import Role
from hengping_web.petitions import services
from hengping_web.petitions.models import Matter
from hengping_web.petitions.services import Act, Filed, Intake

PASSWORD = "两岸猿声啼不住 7"


@dataclass(frozen=True, slots=True)
class Town:
    province: Organisation
    city: Organisation
    office: Organisation
    housing: Organisation
    repairs: Organisation
    health: Organisation
    inspection: Organisation
    district: Organisation


@pytest.fixture
def town(db: None) -> Town:
    add = accounts.create_organisation
    province = add("province", "某省人民政府", "government")
    city = add("city", "某市人民政府", "government", parent=province)
    office = add("office", "某市信访局", "department", parent=city, petition_office=True)
    housing = add("housing", "某市住房局", "department", parent=city)
    repairs = add("repairs", "某市房屋维修所", "unit", parent=housing)
    health = add("health", "某市卫生局", "department", parent=city)
    inspection = add("inspection", "某市纪检监察机关", "department", parent=province)
    district = add("district", "东区", "region", parent=city)
    return Town(province, city, office, housing, repairs, health, inspection, district)


@pytest.fixture
def staff(town: Town) -> Callable[..., User]:
    made: dict[tuple[Role, str], User] = {}

    def make(role: Role, organisation: Organisation | None = None) -> User:
        place = organisation or town.office
        key = (role, place.key)
        if key not in made:
            user, _ = accounts.create_account(
                f"{place.key}-{role.value}", f"{role.label}岗", place, [role], password=PASSWORD
            )
            user.second_factor_since = timezone.now()
            user.save()
            made[key] = user
        return made[key]

    return make


@pytest.fixture
def sign_in(staff: Callable[..., User], seated: Callable[[User], Any]) -> Callable[..., Any]:
    return lambda role, organisation=None: seated(staff(role, organisation))


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def filed(town: Town, today: date) -> Callable[..., Filed]:
    def make(**changes: Any) -> Filed:
        plain = {
            "office": town.office,
            "channel": "letter",
            "summary": "小区南门外人行道破损，影响通行",
            "claim": "请求修复人行道",
            "region": "东区",
            "words": "南门外的人行道坏了三个月。",
            "filed_on": today,
        }
        return services.file(Intake(**{**plain, **changes}), timezone.now(), register=True)

    return make


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


@pytest.fixture
def act(today: date) -> Callable[..., Matter]:
    """Return a function that takes a step in the service, as the organisation whose turn it is."""

    def take(matter: Matter, step: str, by: core.Role, organisation: str = "", **details: str) -> Matter:
        wanted = Act(step=STEPS.get(step), by=by, on=today, organisation=organisation, details=details)
        return services.take(matter, wanted, today)

    return take


@pytest.fixture
def transferred(filed: Callable[..., Filed], act: Callable[..., Matter]) -> Callable[..., Matter]:
    """Return a maker of matters that were passed to a unit."""

    def make(unit: str = "repairs", **changes: Any) -> Matter:
        matter = filed(**changes).matter
        act(matter, "sort-claim", core.Role.PETITION_OFFICE, "office")
        return act(matter, "forward", core.Role.PETITION_OFFICE, "office", 去向=unit)

    return make


@pytest.fixture
def answered(transferred: Callable[..., Matter], act: Callable[..., Matter]) -> Callable[..., Matter]:
    """Return a maker of matters that were answered and served."""

    def make(unit: str = "repairs", **changes: Any) -> Matter:
        matter = transferred(unit, **changes)
        body = core.Role.HANDLING_BODY
        act(matter, "receive", body, unit)
        act(matter, "accept", body, unit, 告知文号="示例信告〔2026〕1号")
        act(matter, "route-petition", body, unit, 分支理由="不属于第一至第五项")
        act(matter, "answer", body, unit, **OPINION)
        return act(matter, "serve", body, unit, 送达凭证="回执0001")

    return make


@pytest.fixture
def later(today: date) -> Callable[[int], date]:
    return lambda days: today + timedelta(days=days)
