"""Who sees what: a unit sees only what was passed to it, the accused see nothing, nobody can be listed by person."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from django.apps import apps
from django.urls import get_resolver

from hengping.errors import Refusal
from hengping.petitions import model as core
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.petitions import queries
from hengping_web.petitions.models import Involvement, Matter
from hengping_web.petitions.queries import Wanted

pytestmark = pytest.mark.django_db


def numbers(user: User, text: str = "") -> list[str]:
    return [row.number for row in queries.found(user, Wanted(text=text)).rows]


def test_a_unit_sees_what_was_passed_to_it_and_nothing_else(
    town: Any, staff: Callable[..., User], transferred: Callable[..., Matter], filed: Callable[..., Any]
) -> None:
    mine, other, waiting = transferred("repairs"), transferred("health"), filed().matter

    assert numbers(staff(Role.CLERK, town.repairs)) == [mine.number]
    assert numbers(staff(Role.CLERK, town.health)) == [other.number]
    assert set(numbers(staff(Role.SORTER))) == {mine.number, other.number, waiting.number}


def test_a_matter_given_back_is_gone_for_the_unit(
    town: Any, staff: Callable[..., User], transferred: Callable[..., Matter], act: Callable[..., Matter]
) -> None:
    matter = transferred("repairs")
    act(matter, "receive", core.Role.HANDLING_BODY, "repairs")
    act(matter, "object", core.Role.HANDLING_BODY, "repairs", 异议理由="不归本所")
    act(matter, "uphold-objection", core.Role.PETITION_OFFICE, "office", 核实意见="同意")

    assert numbers(staff(Role.CLERK, town.repairs)) == []


def test_the_system_administrator_sees_no_matter(
    staff: Callable[..., User], sign_in: Callable[..., Any], filed: Callable[..., Any]
) -> None:
    matter = filed().matter

    assert numbers(staff(Role.ADMINISTRATOR)) == []
    assert sign_in(Role.ADMINISTRATOR).get(f"/petitions/of/{matter.number}/").status_code == HTTPStatus.FORBIDDEN


def test_an_auditor_reads_a_matter_and_can_take_no_step(sign_in: Callable[..., Any], filed: Callable[..., Any]) -> None:
    matter = filed().matter
    auditor = sign_in(Role.AUDITOR)

    assert auditor.get(f"/petitions/of/{matter.number}/").status_code == HTTPStatus.OK
    assert auditor.get(f"/petitions/of/{matter.number}/step/sort-claim/").status_code == HTTPStatus.FORBIDDEN


ACCUSED_PAGES = ("", "certificates/", "letter/4.docx", "step/contact/")


@pytest.mark.parametrize("sorted_already", [False, True])
def test_an_accusation_reaches_neither_the_accused_nor_anybody_below_them(
    town: Any,
    staff: Callable[..., User],
    sign_in: Callable[..., Any],
    filed: Callable[..., Any],
    act: Callable[..., Matter],
    sorted_already: bool,  # noqa: FBT001
) -> None:
    matter = filed(summary="某单位违规收费", accused=(town.housing,)).matter
    if sorted_already:
        act(matter, "sort-accusation", core.Role.PETITION_OFFICE, "office", 被检举单位="housing")

    for place in (town.housing, town.repairs):
        for role in (Role.CLERK, Role.HEAD, Role.LEADER, Role.SUPERVISOR):
            user = staff(role, place)
            assert (numbers(user), numbers(user, "违规收费")) == ([], [])
            browser = sign_in(role, place)
            for page in ACCUSED_PAGES:
                answer = browser.get(f"/petitions/of/{matter.number}/{page}")
                assert answer.status_code == HTTPStatus.NOT_FOUND
                assert "违规收费" not in answer.content.decode()
            export = browser.post("/petitions/all/export/", {"text": "违规收费"})
            assert "违规收费" not in export.content.decode()


@pytest.mark.parametrize("unit", ["housing", "repairs"])
def test_an_accusation_cannot_be_routed_to_the_accused_even_if_sorted_as_a_claim(
    town: Any, filed: Callable[..., Any], act: Callable[..., Matter], unit: str
) -> None:
    matter = filed(accused=(town.housing,)).matter
    act(matter, "sort-claim", core.Role.PETITION_OFFICE, "office")

    with pytest.raises(Refusal, match="第三十条"):
        act(matter, "forward", core.Role.PETITION_OFFICE, "office", 去向=unit)


def test_the_accused_are_not_offered_as_destination(
    town: Any, sign_in: Callable[..., Any], filed: Callable[..., Any], act: Callable[..., Matter]
) -> None:
    matter = filed(accused=(town.housing,)).matter
    act(matter, "sort-accusation", core.Role.PETITION_OFFICE, "office", 被检举单位="housing")

    page = sign_in(Role.SORTER).get(f"/petitions/of/{matter.number}/step/transfer-accusation/")

    offered = {one.key for one in page.context["form"].fields["去向"].queryset}
    assert "inspection" in offered
    assert not offered & {"housing", "repairs"}


def test_who_handled_a_matter_loses_it_when_it_turns_out_to_accuse_them(
    town: Any, staff: Callable[..., User], transferred: Callable[..., Matter]
) -> None:
    matter = transferred("repairs")
    matter.accused.add(town.housing)

    assert numbers(staff(Role.CLERK, town.repairs)) == []
    assert queries.inbox(staff(Role.CLERK, town.repairs), matter.filed_on).rows == []


def test_derived_involvement_never_names_the_accused(
    town: Any, filed: Callable[..., Any], act: Callable[..., Matter]
) -> None:
    matter = filed(accused=(town.housing,)).matter
    act(matter, "sort-accusation", core.Role.PETITION_OFFICE, "office", 被检举单位="housing")
    act(
        matter,
        "transfer-accusation",
        core.Role.PETITION_OFFICE,
        "office",
        去向="inspection",
        管理权限="市管",
        密封编号="封0001",
    )

    keys = set(Involvement.objects.filter(matter=matter).values_list("organisation__key", flat=True))
    assert keys == {"office", "inspection"}


FORBIDDEN_WORDS = (
    "person_",
    "petitioner",
    "citizen",
    "location",
    "latitude",
    "face",
    "rank",
    "risk",
    "stability",
    "score",
)


def test_no_table_of_matters_has_a_column_for_a_person_a_place_on_a_map_or_a_rank() -> None:
    names = [
        f"{model.__name__}.{field.name}"
        for label in ("petitions", "portal")
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields()
    ]

    assert [name for name in names if any(word in name.lower() for word in FORBIDDEN_WORDS)] == []


def test_no_address_of_casework_takes_a_person() -> None:
    patterns = [str(one) for one in get_resolver().url_patterns]

    assert not any(word in pattern for pattern in patterns for word in FORBIDDEN_WORDS)


def test_a_search_for_a_name_in_a_citizens_own_words_finds_nothing(
    staff: Callable[..., User], filed: Callable[..., Any]
) -> None:
    filed(words="我叫某某乙，住在东区。")

    assert numbers(staff(Role.REGISTRAR), "某某乙") == []
