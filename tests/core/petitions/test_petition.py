"""Petitions: steps are taken or refused, nothing is edited, and nobody is tracked."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, timedelta
from importlib import import_module
from pkgutil import iter_modules
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hengping.petitions
from hengping.dates import Calendar, official_calendar
from hengping.errors import Refusal, RulebookError
from hengping.law import Confidence
from hengping.petitions import guards, parameters, steps
from hengping.petitions.clocks import REVIEW
from hengping.petitions.model import Authorities, Case, Channel, Clock, Context, Event, Kind, Role, State, Step
from hengping.petitions.parameters import categories, find_parameter, parameter
from hengping.petitions.petition import Log, Petition, read_log, replay
from hengping.petitions.steps import STEPS

from . import random_logs

CALENDAR = official_calendar()
DAY = date(2024, 3, 1)


def filed() -> Petition:
    return Petition(identifier="P1").take(steps.FILE, on=DAY, by=Role.PETITIONER, details={"信访形式": "letter"})


def accused_of(organisation: str, authorities: Authorities | None = None) -> Petition:
    context = Context(authorities=authorities or Authorities(), calendar=CALENDAR)
    petition = Petition(identifier="P1", context=context)
    petition = petition.take(steps.FILE, on=DAY, by=Role.PETITIONER, details={"信访形式": "letter"})
    petition = petition.take(steps.REGISTER, on=DAY, by=Role.PETITION_OFFICE)
    return petition.take(steps.SORT_ACCUSATION, on=DAY, by=Role.PETITION_OFFICE, details={"被检举单位": organisation})


def test_taking_a_step_returns_a_new_petition_and_leaves_the_old_one_as_it_was() -> None:
    before = filed()

    after = before.take(steps.REGISTER, on=DAY, by=Role.PETITION_OFFICE)

    assert (before.state, len(before.events)) == (State.FILED, 1)
    assert (after.state, len(after.events)) == (State.REGISTERED, 2)


def test_a_refusal_says_what_by_which_text_and_what_now() -> None:
    with pytest.raises(Refusal) as caught:
        filed().take(steps.ANSWER, on=DAY, by=Role.HANDLING_BODY)

    assert str(caught.value) == (
        "出具信访处理意见书：当前状态为“待登记”（依据：《信访工作条例》第三十一条第六项、《信访工作条例》第三十二条）。"
        "本环节只能在下列状态作出：办理中、重新办理中。"
    )


def test_an_event_cannot_be_edited() -> None:
    event = filed().events[0]

    with pytest.raises(TypeError):
        event.details["信访形式"] = "visit"  # type: ignore[index]
    with pytest.raises(AttributeError):
        event.on = DAY + timedelta(days=1)  # type: ignore[misc]


def test_late_is_never_blocked() -> None:
    petition = filed()
    years_later = DAY + timedelta(days=800)

    registered = petition.take(steps.REGISTER, on=years_later, by=Role.PETITION_OFFICE)

    assert registered.state is State.REGISTERED


def test_an_act_is_not_recorded_before_it_happens() -> None:
    with pytest.raises(Refusal, match="晚于录入日"):
        filed().take(
            steps.REGISTER, on=DAY + timedelta(days=3), by=Role.PETITION_OFFICE, recorded_on=DAY + timedelta(days=2)
        )


def test_only_what_a_document_proves_may_be_entered_later() -> None:
    petition = Petition(identifier="P1").take(
        steps.FILE,
        on=DAY,
        by=Role.PETITIONER,
        details={"信访形式": "letter"},
        recorded_on=DAY + timedelta(days=4),
    )

    with pytest.raises(Refusal, match="不得倒填"):
        petition.take(steps.REGISTER, on=DAY, by=Role.PETITION_OFFICE, recorded_on=DAY + timedelta(days=4))


@given(random_logs.seeds)
def test_extensions_never_add_up_to_more_than_thirty_days(seed: int) -> None:
    petition = random_logs.walk(seed, CALENDAR)

    assert sum(int(event.details["延期日数"]) for event in petition.events if event.step == "extend") <= 30


@given(random_logs.seeds, st.sampled_from(list(STEPS)), st.sampled_from(["bureau", "bureau-office", "bureau-desk"]))
def test_whatever_the_step_naming_the_accused_or_those_below_is_an_objection(
    seed: int, step: Step, reached: str
) -> None:
    chain = Authorities({"bureau-desk": ["bureau-office"], "bureau-office": ["bureau"], "bureau": ["city"]})
    petition = accused_of("bureau", chain)
    declared = random_logs.particulars(step, DAY, Random(seed)) or {"去向": ""}
    name = Random(seed).choice(sorted(set(declared) - {guards.ACCUSED}) or ["去向"])
    event = Event(step=step.key, on=DAY, by=min(step.by), organisation="elsewhere", details={name: reached})

    found = guards.keep_from_accused(petition.case, event, petition.context)

    assert found is not None
    assert str(found.cites[0]) == "《信访工作条例》第三十条第三款"


@given(random_logs.seeds)
def test_no_lawful_log_sends_an_accusation_anywhere_but_to_be_investigated(seed: int) -> None:
    petition = random_logs.walk(seed, CALENDAR)
    if petition.case.kind is not Kind.ACCUSATION:
        return

    sorted_at = max(
        at for at, event in enumerate(petition.events) if event.step in ("sort-accusation", "register-direct")
    )

    sent = {event.step for event in petition.events[sorted_at:]}
    assert not sent & {"forward", "assign", "pass-down", "decide-competence", "accept"}


def test_the_accused_unit_cannot_act_on_the_matter_either() -> None:
    petition = accused_of("bureau")

    with pytest.raises(Refusal, match="是被检举、揭发的单位"):
        petition.take(
            steps.SUPERVISE,
            on=DAY,
            by=Role.PETITION_OFFICE,
            organisation="bureau",
            details={"督办情形": "拖延", "改正期限": "2024-05-01"},
        )


def test_an_accused_unit_that_received_the_report_itself_can_only_hand_it_over() -> None:
    petition = Petition(identifier="P1")
    petition = petition.take(steps.FILE_DIRECT, on=DAY, by=Role.PETITIONER, details={"信访形式": "letter"})
    petition = petition.take(
        steps.REGISTER_DIRECT,
        on=DAY,
        by=Role.HANDLING_BODY,
        organisation="front-desk",
        details={"类别": "accusation", "被检举单位": "bureau"},
    )

    handed = petition.take(
        steps.TRANSFER_ACCUSATION,
        on=DAY,
        by=Role.HANDLING_BODY,
        organisation="bureau",
        details={"去向": "discipline-commission", "管理权限": "市管", "密封编号": "密一"},
    )

    assert handed.state is State.HANDED_OVER


def test_an_organisation_with_two_superiors_may_be_reviewed_by_either() -> None:
    chain = Authorities({"bureau": ["city", "department"]})

    assert chain.is_directly_above("city", "bureau")
    assert chain.is_directly_above("department", "bureau")
    assert not chain.is_directly_above("province", "bureau")
    assert not chain.knows("city")


def test_a_ring_of_superiors_does_not_hang() -> None:
    ring = Authorities({"a": ["b"], "b": ["a"]})

    assert ring.within("a", "b")
    assert not ring.within("a", "c")


def test_what_may_be_done_next_follows_from_state_and_kind() -> None:
    petition = filed().take(steps.REGISTER, on=DAY, by=Role.PETITION_OFFICE)
    petition = petition.take(steps.SORT_SUGGESTION, on=DAY, by=Role.PETITION_OFFICE)

    allowed = {step.key for step in petition.allowed(DAY)}

    assert {"forward", "assign", "submit", "decline"} <= allowed
    assert not {"transfer-accusation", "transfer-litigation", "accept"} & allowed


def log(*events: Mapping[str, Any], **more: Any) -> Log:
    return read_log({"petition": "P1", "events": list(events), **more})


FILE: dict[str, Any] = {"step": "file", "on": "2024-03-01", "by": "petitioner", "details": {"信访形式": "letter"}}


def test_a_replay_stops_at_the_first_event_the_law_forbids() -> None:
    answer = {"step": "answer", "on": "2024-03-05", "by": "handling-body"}
    register = {"step": "register", "on": "2024-03-06", "by": "petition-office"}

    found = replay(log(FILE, answer, register), Context(calendar=CALENDAR))

    assert (found.refused_at, found.petition.state) == (1, State.FILED)
    assert found.as_of == date(2024, 3, 6)
    assert found.refusal is not None
    assert found.refusal.reason == "当前状态为“待登记”"


def test_events_after_the_as_of_day_are_not_yet_known() -> None:
    register = {"step": "register", "on": "2024-03-06", "by": "petition-office"}

    found = replay(log(FILE, register), Context(calendar=CALENDAR), date(2024, 3, 5))

    assert (found.petition.state, found.refusal) == (State.FILED, None)


def test_an_empty_log_without_an_as_of_day_is_refused() -> None:
    with pytest.raises(Refusal, match="没有任何事件"):
        replay(log(), Context(calendar=CALENDAR))


def test_certificates_need_a_calendar() -> None:
    with pytest.raises(Refusal, match="没有给出工作日历"):
        filed().certificates(DAY)


def test_the_only_role_of_a_step_may_be_left_out_of_a_log() -> None:
    register = {"step": "register", "on": "2024-03-06"}

    assert log(FILE, register).events[1].by is Role.PETITION_OFFICE


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ([], "最外层应为一个对象"),
        ({"events": "none"}, "缺少 events 列表"),
        ({"events": [], "petitioner": "某人"}, "不认识的字段：petitioner"),
        ({"events": ["file"]}, r"events\[0\] 应为对象"),
        ({"events": [{"step": "fly", "on": "2024-03-01"}]}, "“fly”不是已知的环节"),
        ({"events": [{**FILE, "by": "mayor"}]}, "“mayor”不是已知的角色"),
        ({"events": [{"step": "file", "on": "2024-03-01"}]}, "by“”不是已知的角色"),
        ({"events": [{**FILE, "on": "2024-02-30"}]}, "“2024-02-30”不是存在的日期"),
        ({"events": [{**FILE, "on": "20240301"}]}, "不是存在的日期"),
        ({"events": [{**FILE, "on": "9999-12-31"}]}, "不是存在的日期"),
        ({"events": [{**FILE, "on": 20240301}]}, "不是存在的日期"),
        ({"events": [{**FILE, "phone": "1"}]}, "不认识的字段：phone"),
        ({"events": [{**FILE, "details": ["x"]}]}, "details 应为对象"),
        ({"events": [{**FILE, "details": {"人数": 1.5}}]}, "应为文字或者整数"),
        ({"events": [{**FILE, "organisation": 7}]}, "organisation 应为文字"),
        ({"events": [FILE] * 2001}, "超过 2000 条"),
        ({"events": [], "organisations": {}}, "organisations 应为列表"),
        ({"events": [], "organisations": [{"key": "a", "boss": "b"}]}, r"organisations\[0\]"),
        ({"events": [], "organisations": [{"key": "a", "superiors": "b"}]}, "superiors 应为列表"),
    ],
)
def test_what_is_not_a_log_is_refused_with_its_place(data: object, reason: str) -> None:
    with pytest.raises(Refusal, match=reason):
        read_log(data)


# ── what must never be there ────────────────────────────────────────────────────────────────────────────────────

UNWELCOME = ("person", "citizen", "location", "face", "voice", "rank", "risk", "profile", "track", "watch", "blacklist")
ALLOWED = {"persons", "persons_registered", "repeat_persons", "CITIZEN", "PERSONS", "NOTIFY_PERSONNEL"}


def test_no_name_in_the_petitions_package_is_about_a_person_a_place_a_rank_or_a_risk() -> None:
    wrong = [
        f"{module.name}.{name}"
        for module in iter_modules(hengping.petitions.__path__)
        for name in vars(import_module(f"hengping.petitions.{module.name}"))
        if any(word in name.lower() for word in UNWELCOME) and name not in ALLOWED and "PERSON" not in name
    ]

    assert wrong == []


@pytest.mark.parametrize("kind", [Event, Case, Petition, Log, Clock])
def test_no_field_could_hold_a_petitioner(kind: type) -> None:
    names = {field.name for field in fields(kind)}

    assert not names & {"name", "names", "petitioner", "phone", "address", "identity", "email", "age", "sex"}


def test_no_function_lists_petitions_by_anybody() -> None:
    for module in iter_modules(hengping.petitions.__path__):
        for _, function in inspect.getmembers(import_module(f"hengping.petitions.{module.name}"), inspect.isfunction):
            parameters_of = set(inspect.signature(function).parameters)
            assert not parameters_of & {"petitioner", "person", "name_of_person", "phone", "identity"}


@pytest.mark.parametrize("name", ["姓名", "身份证号", "电话", "住址", "备注"])
def test_a_particular_no_step_declares_is_refused_so_that_no_name_slips_in(name: str) -> None:
    with pytest.raises(Refusal, match="不是本环节的事项"):
        Petition(identifier="P1").take(
            steps.FILE, on=DAY, by=Role.PETITIONER, details={"信访形式": "visit", name: "某"}
        )


def test_no_step_asks_for_a_name_a_telephone_or_an_identity_number() -> None:
    asked = {name for step in STEPS for name in (*step.needs, *step.optional)}

    assert not [
        name for name in asked if any(word in name for word in ("姓名", "电话", "身份")) and name != "姓名住址不清"
    ]


# ── parameters and codes ────────────────────────────────────────────────────────────────────────────────────────


def test_a_locality_overrides_the_national_value_and_only_there() -> None:
    assert find_parameter("advice-feedback") is None
    assert parameter("advice-feedback", "shanghai").value == 30
    assert parameter("evaluation-window", "shandong").value == 30


def test_an_uncertain_parameter_says_so_where_it_is_used() -> None:
    assert str(parameter("resolution-window")) == "一次性化解的观察期 90 日〔待核实〕"
    assert str(parameter("representatives")) == "多人走访推选代表的人数上限 5 人"


def test_an_unknown_parameter_is_a_fault_of_the_rulebook() -> None:
    with pytest.raises(RulebookError, match="nonsense"):
        parameter("nonsense")


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"cites": []}, "没有依据"), ({}, "同一日有两个值")],
)
def test_a_parameter_table_that_contradicts_itself_does_not_load(changes: dict[str, Any], said: str) -> None:
    row = {"key": "k", "title": "甲", "authority": "national", "since": DAY, "value": 1, "unit": "日"}
    table = {"parameter": [{**row, "cites": ["house-rules"]}, {**row, "cites": ["house-rules"], **changes}]}

    with pytest.raises(RulebookError, match=said):
        parameters.read_parameters(table)


def test_a_clock_of_two_lengths_is_a_fault_of_the_rulebook() -> None:
    with pytest.raises(RulebookError, match="不止一种"):
        Clock(
            key="two",
            title="两个长度",
            cites=REVIEW.cites,
            since=DAY,
            days=30,
            months=1,
            starts=REVIEW.starts,
            stops=REVIEW.stops,
        )


def test_every_word_of_the_machine_has_its_official_label() -> None:
    assert all(state.label for state in State)
    assert all(role.label for role in Role)
    assert [channel.label for channel in Channel] == ["网上", "来信", "来电", "走访", "传真", "其他"]


def test_a_head_count_that_is_no_number_is_refused() -> None:
    with pytest.raises(Refusal, match="不是 1 至 9999 的整数"):
        Petition(identifier="P1").take(
            steps.FILE, on=DAY, by=Role.PETITIONER, details={"信访形式": "visit", "人数": "很多"}
        )


def test_without_a_calendar_the_last_day_to_ask_is_the_day_as_counted() -> None:
    assert guards.last_day_to_ask(date(2024, 6, 7), Context()) == date(2024, 7, 7)
    assert guards.last_day_to_ask(date(2024, 6, 7), Context(calendar=CALENDAR)) == date(2024, 7, 8)
    assert guards.last_day_to_ask(date(2026, 12, 20), Context(calendar=CALENDAR)) == date(2027, 1, 19)


def test_every_parameter_rests_on_a_text() -> None:
    assert all(one.cites for one in parameters.parameters())


def test_categories_carry_their_source_and_confidence() -> None:
    scheme = categories("hp2019")

    assert scheme[0].name == "农村农业"
    assert scheme[0].confidence is Confidence.WELL_KNOWN
    assert all(one.source for one in scheme)
    assert [one.name for one in categories("legal2022")] == [
        Kind.CLAIM.label,
        Kind.SUGGESTION.label,
        Kind.ACCUSATION.label,
    ]


def test_a_two_year_old_log_is_judged_by_the_calendar_it_is_given() -> None:
    only_2024 = Calendar(day for day in CALENDAR if day.on.year == 2024)

    found = replay(log({**FILE, "on": "2024-12-25"}), Context(calendar=only_2024), date(2025, 3, 1))

    transfer = next(one for one in found.certificates if one.clock.key == "transfer")
    assert (transfer.due, transfer.due_as_counted) == (None, date(2025, 1, 9))
