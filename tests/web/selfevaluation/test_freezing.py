"""A frozen year is a folder ``hengping year`` reads to the same last digit, and nothing in it changes any more."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from hengping.errors import Refusal
from hengping_io.cli import main
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.cycle import services as years
from hengping_web.cycle.models import EvaluationYear, State
from hengping_web.cycle.services import Edit
from hengping_web.selfevaluation import queries, services
from hengping_web.selfevaluation.models import Snapshot, SnapshotFile

pytestmark = pytest.mark.django_db

HERE = "/years/model-petition-bureau/2024/self-evaluation/"


def fresh(year: EvaluationYear) -> EvaluationYear:
    return EvaluationYear.objects.select_related("organisation").get(pk=year.pk)


def test_the_frozen_folder_gives_the_result_the_site_shows_byte_for_byte(
    year: EvaluationYear, at: Callable[..., Any], tmp_path: Path
) -> None:
    head = at(Role.DEPARTMENT_HEAD)

    sent = head.post(f"{HERE}freeze/", {"version": fresh(year).version})

    made = Snapshot.objects.get()
    shown = services.document(made, "result.json")
    with services.unpacked(made) as folder:
        assert main(["year", str(folder), "--out", str(tmp_path / "out"), "--processes", "1"]) in (0, 1)
    assert (sent.status_code, fresh(year).state) == (HTTPStatus.FOUND, State.FROZEN)
    assert shown == (tmp_path / "out" / "result.json").read_bytes()
    assert made.result_sha256 == hashlib.sha256(shown).hexdigest()
    assert json.loads(shown)["evaluation"]["total"] == made.total
    assert {file.path for file in queries.snapshot_files(made, "document")} == {
        path.name for path in (tmp_path / "out").iterdir()
    }


def test_every_file_of_a_frozen_year_is_kept_with_its_hash_and_cannot_be_changed(
    year: EvaluationYear, member: Callable[..., User]
) -> None:
    made = services.freeze(year, fresh(year).version, member(Role.DEPARTMENT_HEAD))
    kept = {file.path: file.sha256 for file in queries.snapshot_files(made, "folder")}

    with pytest.raises(IntegrityError), transaction.atomic():
        SnapshotFile.objects.filter(snapshot=made).update(sha256="0" * 64)

    assert (
        kept["evidence/survey.md"]
        == hashlib.sha256(
            services.content_of(SnapshotFile.objects.get(snapshot=made, path="evidence/survey.md"))
        ).hexdigest()
    )
    assert {"datapackage.json", "data/unit.csv", "data/measures.csv", "data/targets.csv"} <= set(kept)


def test_a_frozen_file_that_was_touched_beneath_the_program_is_named(
    year: EvaluationYear, member: Callable[..., User]
) -> None:
    made = services.freeze(year, fresh(year).version, member(Role.DEPARTMENT_HEAD))
    file = SnapshotFile.objects.get(snapshot=made, path="data/measures.csv")
    other = SnapshotFile.objects.get(snapshot=made, path="data/unit.csv")
    file.content = other.content

    with pytest.raises(Refusal, match=r"“data/measures\.csv”与定稿时的哈希值不符"):
        services.content_of(file)


def test_nothing_changes_after_freezing_until_it_is_opened_again_with_a_reason(
    year: EvaluationYear, at: Callable[..., Any], member: Callable[..., User], logged: Callable[[], list[str]]
) -> None:
    head, team, clerk = at(Role.DEPARTMENT_HEAD), at(Role.EVALUATION_TEAM), at(Role.OFFICE_CLERK)
    head.post(f"{HERE}freeze/", {"version": fresh(year).version})
    told = {"value": "900", "recorded_on": "2025-02-21", "papers": "training-record", "seen": "1"}
    address = f"{HERE}of/-/staff-trained/"

    refused = [
        clerk.post(f"{address}measure/", told),
        clerk.post(
            f"{HERE}papers/",
            {"title": "迟到", "file": SimpleUploadedFile("a.txt", "迟到".encode()), "recorded_on": "2025-02-21"},
        ),
        team.post(f"{address}points/", {"points": "5", "reason": "", "seen": "0"}),
        team.post(f"{address}decide/", {"accept": "yes", "reason": "", "seen": "1"}),
        team.post(f"{HERE}report/new/other/", {"title": "", "text": "补充", "seen": "0"}),
        team.post(f"{HERE}tasks/", {"due_on": "2025-03-01"}),
    ]

    assert [page.status_code for page in refused] == [HTTPStatus.UNPROCESSABLE_ENTITY] * 6
    assert all("自评已定稿，不再改动" in page.content.decode() for page in refused)
    with pytest.raises(Refusal, match="不再改动"):
        years.save_row(fresh(year), Edit(table="functions", values={"number": "9", "text": "新职能"}))
    silent = head.post("/years/model-petition-bureau/2024/reopen/", {"reason": " ", "version": fresh(year).version})
    assert (silent.status_code, fresh(year).state) == (HTTPStatus.FOUND, State.FROZEN)
    head.post("/years/model-petition-bureau/2024/reopen/", {"reason": "补登一笔培训", "version": fresh(year).version})
    assert (fresh(year).state, "year.reopen" in logged()) == (State.EVALUATING, True)
    assert clerk.post(f"{address}measure/", told).status_code == HTTPStatus.FOUND
    head.post(f"{HERE}freeze/", {"version": fresh(year).version})
    assert list(queries.snapshots(year).values_list("number", flat=True)) == [2, 1]


def test_the_second_of_two_heads_is_told(year: EvaluationYear, at: Callable[..., Any]) -> None:
    version = fresh(year).version
    one, two = at(Role.DEPARTMENT_HEAD), at(Role.DEPARTMENT_HEAD, name="second-head")
    one.post(f"{HERE}freeze/", {"version": version})

    page = two.post(f"{HERE}freeze/", {"version": version})

    assert page.status_code == HTTPStatus.CONFLICT
    assert "department-head于" in page.content.decode()
    assert Snapshot.objects.count() == 1


def test_what_was_exchanged_after_it_was_accepted_stops_the_freezing(
    year: EvaluationYear, at: Callable[..., Any]
) -> None:
    head, team, clerk = at(Role.DEPARTMENT_HEAD), at(Role.EVALUATION_TEAM), at(Role.OFFICE_CLERK)
    address = f"{HERE}of/-/public-satisfaction/"
    team.post(f"{address}decide/", {"accept": "yes", "reason": "", "seen": "1"})
    clerk.post(
        f"{HERE}papers/",
        {
            "title": "满意度调查报告",
            "file": SimpleUploadedFile("b.txt", "换过的".encode()),
            "recorded_on": "2025-03-01",
            "replaces": "survey",
        },
    )

    page = head.post(f"{HERE}freeze/", {"version": fresh(year).version})

    assert page.status_code == HTTPStatus.CONFLICT
    assert "佐证材料“满意度调查报告”在核定之后被替换" in page.content.decode()
    assert (fresh(year).state, Snapshot.objects.count()) == (State.EVALUATING, 0)


def test_a_year_whose_data_break_a_rule_is_not_frozen_and_every_rule_is_named(
    year: EvaluationYear, at: Callable[..., Any]
) -> None:
    staff = next(row for row in year.rows.filter(table="staffing", place=1))
    years.save_row(year, Edit(table="staffing", values={**staff.values, "people": "99"}, place=1, seen=staff.revision))

    shown = at(Role.EVALUATION_TEAM).get(HERE).content.decode()
    page = at(Role.DEPARTMENT_HEAD).post(f"{HERE}freeze/", {"version": fresh(year).version})

    assert "各类之和 40＋5＋12＝57，合计写 99" in shown
    assert page.status_code == HTTPStatus.CONFLICT
    assert "各类之和 40＋5＋12＝57，合计写 99" in page.content.decode()
    assert Snapshot.objects.count() == 0


def test_targets_that_do_not_fit_the_scheme_are_named_before_anything_is_scored(
    year: EvaluationYear, at: Callable[..., Any]
) -> None:
    year.scheme = "hunan-2017"
    year.save(update_fields=["scheme"])

    shown = at(Role.EVALUATION_TEAM).get(HERE).content.decode()

    assert "年度数据还不能计算" in shown
    assert "“产出指标”不是评分表留给单位自设的部分" in shown
