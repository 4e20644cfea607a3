"""Letters: what may not go out, what is only said, and that a letter follows from its event."""

from __future__ import annotations

from datetime import date

import pytest

from hengping.petitions.letters import LETTERS, Names, check, compose, letter_of, private_number
from hengping.petitions.model import Event, Role

GOOD = {
    "意见书文号": "示例信答〔2026〕1号",
    "投诉请求": "要求修复小区南门外破损的人行道。",
    "事实和理由": "经现场勘查，南门外人行道破损约三十平方米，属市政管养范围。",
    "处理意见": "已列入本月维修计划，十五日内完工。",
    "法律依据": "《城市道路管理条例》第二十三条",
    "结论": "予以支持",
}


def reasons(step: str, **changes: str) -> list[str]:
    return [fault.reason for fault in check(step, {**GOOD, **changes}) if fault.refuses]


def test_a_complete_opinion_passes() -> None:
    assert check("answer", GOOD) == ()


@pytest.mark.parametrize("name", ["投诉请求", "事实和理由", "处理意见", "法律依据"])
@pytest.mark.parametrize("text", ["", "略", "无。", "见附件", "——"])
def test_an_element_of_article_32_without_content_is_refused(name: str, text: str) -> None:
    assert f"“{name}”没有内容" in reasons("answer", **{name: text})


def test_a_legal_basis_that_names_no_text_is_refused() -> None:
    assert reasons("answer", 法律依据="有关法律法规") == ["“法律依据”没有写出任何文件或者条款"]


@pytest.mark.parametrize("text", ["你可以向人民法院提起诉讼。", "如不服，可依法申请行政复议。", "有权向法院起诉。"])
def test_a_court_or_administrative_review_as_remedy_is_refused_at_every_stage(text: str) -> None:
    for step in ("answer", "review-uphold", "re-review-opinion"):
        assert any("没有这一途径" in reason for reason in reasons(step, 处理意见=text))


def test_a_lawsuit_told_as_a_fact_is_not_a_remedy() -> None:
    assert reasons("answer", 事实和理由="你于2024年向人民法院起诉，法院已作出判决。") == []


def test_the_remedy_of_another_stage_is_refused() -> None:
    assert reasons("answer", 处理意见="如不服可以申请复核。") == [
        "“处理意见”告知信访人可以申请“复核”，本阶段下一个途径是“复查”"
    ]
    assert reasons("re-review-opinion", 处理意见="如不服可以申请复核。") == [
        "“处理意见”告知信访人可以申请“复核”，本阶段没有下一个救济途径"
    ]


def test_a_period_other_than_thirty_days_is_refused() -> None:
    assert reasons("answer", 处理意见="可以在15日内申请复查。") == ["“处理意见”把申请期限写为“15日”，应为三十日"]
    assert reasons("answer", 处理意见="可以在三十日内申请复查。") == []


def test_numbers_of_persons_are_refused_in_every_letter() -> None:
    assert private_number("身份证11010119900307765X") == "公民身份号码"
    assert private_number("电话13800000000") == "手机号码"
    assert private_number("面积 1380000 平方米") == ""
    assert [fault.reason for fault in check("extend", {"延期理由": "需与13800000000联系"})] == [
        "“延期理由”中有手机号码"
    ]


def test_a_very_long_sentence_is_only_remarked_on() -> None:
    faults = check("answer", {**GOOD, "事实和理由": "查" * 200})

    assert [fault.refuses for fault in faults] == [False]


def test_an_opinion_letter_names_the_remedy_itself() -> None:
    event = Event(step="answer", on=date(2026, 3, 2), by=Role.HANDLING_BODY, organisation="housing", details=GOOD)

    letter = compose("2026-000001", event, "某市住房局", Names(titles={}))

    assert "可以自收到本意见书之日起三十日内，请求本单位的上一级机关、单位复查" in letter.text
    assert "六、与原意见的不同" not in letter.text
    assert "信访人：" in letter.text
    assert letter.text.endswith("某市住房局\n2026年3月2日")


def test_a_review_that_revokes_names_the_new_day_and_no_further_remedy() -> None:
    event = Event(
        step="review-revoke",
        on=date(2026, 3, 2),
        by=Role.REVIEW_BODY,
        details={"复查意见文号": "示例复查〔2026〕1号", "重办期限": "2026-04-30"},
    )

    text = compose("2026-000001", event, "某市人民政府", Names(titles={})).text

    assert "责令原办理单位于 2026年4月30日 前重新办理" in text
    assert "复核。" not in text


def test_a_letter_to_a_unit_is_addressed_to_it_by_name() -> None:
    event = Event(step="forward", on=date(2026, 3, 2), by=Role.PETITION_OFFICE, details={"去向": "housing"})

    text = compose("2026-000001", event, "某市信访局", Names(titles={"housing": "某市住房局"})).text

    assert "某市住房局：" in text


def test_every_letter_cites_and_belongs_to_a_step() -> None:
    assert all(letter.cites and letter.steps for letter in LETTERS)
    assert letter_of("contact") is None
    with pytest.raises(ValueError, match="no letter"):
        compose("1", Event(step="contact", on=date(2026, 1, 1), by=Role.HANDLING_BODY), "x", Names(titles={}))
