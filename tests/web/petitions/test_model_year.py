"""The model year in the database: loaded once, the same facts as the core counts, accounts for every role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from hengping_web.accounts.models import User
from hengping_web.petitions import queries
from hengping_web.petitions.models import Event, Facts, Matter

pytestmark = pytest.mark.django_db

PETITIONS = """petition,organisation,office,region,channel,kind,category,persons,initial,repeat_of,unclear
M-1,model-housing,model-petition-bureau,示例一区（虚构）,online,claim,HP03,1,1,,0
M-2,model-health,model-petition-bureau,示例二区（虚构）,letter,accusation,HP03,1,0,M-1,0
"""
EVENTS = """petition,sequence,on,step,by_role,organisation,details
M-1,1,2024-03-01,file,petitioner,,信访形式=online;人数=1
M-1,2,2024-03-01,register,petition-office,model-petition-bureau,
M-1,3,2024-03-04,sort-claim,petition-office,model-petition-bureau,
M-1,4,2024-03-05,forward,petition-office,model-petition-bureau,去向=model-housing
M-1,5,2024-03-06,receive,handling-body,model-housing,
M-2,1,2024-03-01,file,petitioner,,信访形式=letter;人数=1
M-2,2,2024-03-01,register,petition-office,model-petition-bureau,
M-2,3,2024-03-04,sort-accusation,petition-office,model-petition-bureau,被检举单位=model-health
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "petitions.csv").write_text(PETITIONS, encoding="utf-8")
    (tmp_path / "events.csv").write_text(EVENTS, encoding="utf-8")
    return tmp_path


def load(folder: Path) -> str:
    out = StringIO()
    call_command("load_model_year", folder, "--password", "长江之水天上来 9", stdout=out)
    return out.getvalue()


def test_it_is_loaded_once(folder: Path) -> None:
    first, second = load(folder), load(folder)

    assert "已装入信访事项 2 件" in first
    assert "sample-registrar  长江之水天上来 9" in first
    assert ("没有重复装入" in second, Matter.objects.count(), Event.objects.count()) == (True, 2, 8)


def test_its_facts_are_those_of_the_year_and_the_repeat_is_kept(folder: Path) -> None:
    load(folder)

    counts = {row.matter.number: row.counts for row in Facts.objects.filter(year=2024)}
    assert (counts["M-1"]["office_act_on_time"], counts["M-1"]["initial_registrations"]) == (1, 1)
    assert counts["M-2"]["repeat_registrations"] == 1


def test_the_housing_clerk_sees_the_first_and_the_accused_see_nothing(folder: Path) -> None:
    load(folder)
    clerk = User.objects.get(username="sample-clerk")

    rows = queries.inbox(clerk, date(2024, 3, 7)).rows

    assert [row.matter.number for row in rows] == ["M-1"]
    assert set(Matter.objects.get(number="M-2").involvements.values_list("organisation__key", flat=True)) == {
        "model-petition-bureau"
    }


def test_a_folder_without_the_logs_is_refused_with_words(tmp_path: Path, db: None) -> None:
    from django.core.management import CommandError

    with pytest.raises(CommandError, match=r"没有 petitions\.csv"):
        load(tmp_path)


def test_a_log_is_kept_as_far_as_the_law_allows(folder: Path, staff: Callable[..., User]) -> None:
    broken = EVENTS + "M-2,4,2024-03-05,forward,petition-office,model-petition-bureau,去向=model-health\n"
    (folder / "events.csv").write_text(broken, encoding="utf-8")

    load(folder)

    assert Event.objects.filter(matter__number="M-2").count() == 3


def test_matters_moved_to_today_stop_before_today_and_carry_numbers_of_their_own(folder: Path) -> None:
    from hengping_web.petitions import model_year

    # The last matter of the folder was filed on 1 March 2024: 104 whole weeks before 27 February 2026.
    moved = model_year.current(folder, 2, date(2026, 3, 2))

    assert [log.attributes["petition"] for log in moved] == ["T2026-1", "T2026-2"]
    assert [event.on for event in moved[0].events] == [
        date(2026, 2, 27), date(2026, 2, 27),
    ]  # fmt: skip


def test_a_few_matters_are_taken_evenly_from_the_whole_year(folder: Path) -> None:
    from hengping_web.petitions import model_year

    assert [log.attributes["petition"] for log in model_year.logs(folder, 1)] == ["M-1"]
    assert len(model_year.logs(folder)) == 2
