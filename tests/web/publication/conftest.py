"""A department with a small frozen year: its folder and finished files made once, kept in a snapshot for each test."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.io import publication_samples as samples

from hengping_io import year_documents, year_folder
from hengping_io.outputs import OutputSet
from hengping_io.year_counts import Counter
from hengping_web.accounts import services as accounts
from hengping_web.accounts.models import Organisation, User
from hengping_web.accounts.roles import Role
from hengping_web.cycle.models import EvaluationYear, State
from hengping_web.publication import services
from hengping_web.publication.models import Publication
from hengping_web.selfevaluation.models import Snapshot, SnapshotFile

KEY = "sample-bureau"
HERE = f"/years/{KEY}/2024/"
PUBLIC = f"/published/{KEY}/2024/"
PASSWORD = "两岸猿声啼不住 7"


@dataclass(frozen=True)
class Frozen:
    """What a frozen year is kept as: the files of its folder and its finished documents."""

    folder: Mapping[str, bytes]
    documents: Mapping[str, bytes]


LAST = (
    "entry,phase,part,fund,functional,economic,project,amount,procurement,note\n"
    "L1,final,basic,general,2010301,30101,,1800000.00,,\n"
    "L2,final,project,general,2010308,30227,,900000.00,,\n"
)
"""Last year's totals, without which the auditor asks for a comparison."""


def freeze(place: Path, **changed: str | None) -> Frozen:
    """Write a year and its documents as freezing does."""
    folder, outside = samples.year(place / "folder", last_ledger=LAST, **changed), place / "documents"
    outside.mkdir()
    found = year_folder.read(folder)
    worked = year_documents.work(found, year_documents.count(found, Counter(None, "duckdb")))
    year_documents.write_documents(OutputSet(outside, outside), worked)
    return Frozen(_read(folder), _read(outside))


def _read(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


NARRATIVE = "key,title,text\nprocess,,全年支出100万元，其中工资60万元、差旅50万元。\n"
"""A breakdown whose parts are more than the whole: a contradiction somebody wrote by hand."""
SHORT = "key,title,text\nprocess,,维修支出共计118.31万元。其中：办公费50.21万元，印刷费20.00万元，差旅费17.00万元。\n"
"""A breakdown whose parts leave something unsaid."""


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Frozen:
    return freeze(tmp_path_factory.mktemp("sound"))


@pytest.fixture(scope="session")
def contradicting(tmp_path_factory: pytest.TempPathFactory) -> Frozen:
    return freeze(tmp_path_factory.mktemp("contradicting"), narrative=NARRATIVE)


@pytest.fixture(scope="session")
def unexplained(tmp_path_factory: pytest.TempPathFactory) -> Frozen:
    return freeze(tmp_path_factory.mktemp("unexplained"), narrative=SHORT)


@pytest.fixture
def department(db: None) -> Organisation:
    return accounts.create_organisation(KEY, "示例局（虚构）", "department")


def frozen_year(department: Organisation, frozen: Frozen, year: int = 2024) -> EvaluationYear:
    """Return a year as it stands after freezing."""
    made = EvaluationYear.objects.create(
        organisation=department,
        year=year,
        scheme="ministry-2020",
        state=State.FROZEN.value,
        reported_on=date(year + 1, 3, 1),
    )
    keep(made, frozen)
    return made


def keep(year: EvaluationYear, frozen: Frozen) -> Snapshot:
    """Keep a frozen year in a snapshot of its own."""
    digest = hashlib.sha256(frozen.documents["result.json"]).hexdigest()
    snapshot = Snapshot.objects.create(
        evaluation_year=year, number=year.snapshots.count() + 1, result_sha256=digest, total="65.50"
    )
    for kind, files in ((SnapshotFile.FOLDER, frozen.folder), (SnapshotFile.DOCUMENT, frozen.documents)):
        for name, data in files.items():
            SnapshotFile.objects.create(
                snapshot=snapshot,
                kind=kind,
                path=name,
                sha256=hashlib.sha256(data).hexdigest(),
                size=len(data),
                content=zlib.compress(data, 1),
            )
    return snapshot


@dataclass
class Staff:
    """The people of the department, made when first asked for."""

    department: Organisation
    known: dict[Role, User] = field(default_factory=dict)

    def __call__(self, role: Role) -> User:
        if role not in self.known:
            user, _ = accounts.create_account(
                f"sample-{role.value}", f"{role.label}岗", self.department, [role], password=PASSWORD
            )
            user.second_factor_since = user.password_changed_at = timezone.now()
            user.save()
            self.known[role] = user
        return self.known[role]


@pytest.fixture
def people(department: Organisation) -> Staff:
    return Staff(department)


@pytest.fixture
def at(people: Staff, seated: Callable[[User], Any]) -> Callable[[Role], Any]:
    return lambda role: seated(people(role))


@pytest.fixture
def year(department: Organisation, sound: Frozen) -> EvaluationYear:
    return frozen_year(department, sound)


def fresh(year: EvaluationYear) -> EvaluationYear:
    """Return the year as it stands now."""
    return EvaluationYear.objects.select_related("organisation").get(pk=year.pk)


def pass_and_publish(year: EvaluationYear, people: Staff, reason: str = "") -> Publication:
    """Take a frozen year through the gate and publish it."""
    head = people(Role.DEPARTMENT_HEAD)
    services.examine(fresh(year), head)
    services.approve(fresh(year), fresh(year).version, head)
    return services.publish(fresh(year), reason, fresh(year).version, head)


@pytest.fixture
def published(year: EvaluationYear, people: Staff) -> Publication:
    return pass_and_publish(year, people)
