"""An English page names every step, clock, state and particular in English, and marks as Chinese what stays Chinese."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils import translation

from hengping.petitions import model as core
from hengping.petitions.certificate import Standing
from hengping.petitions.clocks import CLOCKS
from hengping.petitions.letters import letter_of
from hengping.petitions.parameters import categories
from hengping.petitions.steps import STEPS
from hengping_web.accounts.roles import Role
from hengping_web.base.english import CHINESE, english
from hengping_web.petitions.duties import DESK_TITLES
from hengping_web.petitions.statistics import rated
from hengping_web.trail.services import Kind


def official() -> set[str]:
    found = {rule.title for rule in [*STEPS, *CLOCKS]} | {rule.basis for rule in [*STEPS, *CLOCKS]}
    found |= {name for step in STEPS for name in (*step.needs, *step.optional)}
    found |= {value for step in STEPS for choice in step.choices for value in choice.values if not value.isascii()}
    found |= {letter.title for step in STEPS if (letter := letter_of(step.key))}
    for kind in (core.State, core.Role, core.Kind, core.Channel, Standing, Role, Kind):
        found |= {one.label for one in kind}
    found |= {one.name for one in categories("hp2019")} | set(DESK_TITLES.values())
    return found | {one.title for one in rated()} | {one.basis for one in rated()}


def test_every_official_word_a_page_of_casework_shows_has_its_english() -> None:
    assert sorted(one for one in official() if CHINESE.search(english(one))) == []


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("当前状态为“办理中”", "The matter stands at “Being handled”"),
        ("应由有权处理的机关、单位、信访部门作出。", "To be taken by: handling body, petition office."),
        ("缺少“投诉请求”“处理意见”", "Missing: Request, Opinion"),
        ("已逾期 12 日", "12 days overdue"),
        ("《信访工作条例》第三十一条第六项、《信访工作条例》第三十四条",
         "Regulation on Petition Work, Art. 31 (6), Regulation on Petition Work, Art. 34"),
        ("《没有译名的规定》第二百零三条", "《没有译名的规定》, Art. 203"),
        ("没有人翻译过的话", "没有人翻译过的话"),
        ("没有人、翻译过的话。还有一句。", "没有人、翻译过的话。还有一句。"),
        ("M2024-1", "M2024-1"),
    ],
)  # fmt: skip
def test_messages_are_said_in_english_part_by_part(said: str, meant: str) -> None:
    assert english(said) == meant


def shown(text: str, language: str) -> str:
    with translation.override(language):
        return Template("{% load hengping %}{{ text|term }}").render(Context({"text": text}))


def test_a_page_shows_the_official_word_or_its_gloss_and_marks_what_has_none() -> None:
    assert shown("办理中", "zh-hans") == "办理中"
    assert shown("办理中", "en") == "Being handled"
    assert shown("<没有译名>", "en") == '<span lang="zh-Hans">&lt;没有译名&gt;</span>'
