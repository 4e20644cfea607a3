"""The model bureau in the middle of its self-evaluation, without casework, and the people who work on it."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from hengping_io.year_layouts import descriptor
from hengping_web.accounts import services as accounts
from hengping_web.accounts.models import Organisation, User
from hengping_web.accounts.roles import Role
from hengping_web.cycle import loading
from hengping_web.cycle.models import EvaluationYear, State
from hengping_web.petitions.model_year import OFFICE
from hengping_web.petitions.model_year import services as model_year

MODEL_YEAR = Path(__file__).resolve().parents[3] / "demo" / "model-year"
PASSWORD = "两岸猿声啼不住 7"
HERE = f"/years/{OFFICE}/2024/self-evaluation/"
WITHOUT_CASES = ("petitions", "events")


@pytest.fixture(scope="session")
def quiet_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the model year's folder without its casework, so that a test takes no longer than it must."""
    if not (MODEL_YEAR / "datapackage.json").is_file():
        pytest.skip("the model year is not generated: demo/generate_model_year.py")
    target = tmp_path_factory.mktemp("quiet") / "year"
    package = json.loads((MODEL_YEAR / "datapackage.json").read_text(encoding="utf-8"))
    shutil.copytree(MODEL_YEAR / "evidence", target / "evidence")
    resources = {}
    for one in package["resources"]:
        if one["name"] in WITHOUT_CASES:
            continue
        shutil.copy(MODEL_YEAR / one["path"], target / f"{one['name']}.csv")
        with (target / f"{one['name']}.csv").open(encoding="utf-8", newline="") as file:
            resources[one["name"]] = (f"{one['name']}.csv", next(csv.reader(file)))
    text = json.dumps(descriptor("quiet", "没有办理记录的年度", resources), ensure_ascii=False)
    (target / "datapackage.json").write_text(text, encoding="utf-8")
    return target


@pytest.fixture
def bureau_of_the_year(db: None) -> Organisation:
    model_year.organisations_and_accounts(PASSWORD)
    return Organisation.objects.get(key=OFFICE)


@pytest.fixture
def year(quiet_year: Path, bureau_of_the_year: Organisation) -> EvaluationYear:
    return loading.load(quiet_year, bureau_of_the_year, state=State.EVALUATING)


@pytest.fixture
def member(bureau_of_the_year: Organisation) -> Callable[..., User]:
    """Return a maker of members of staff of the bureau, or of another organisation."""

    def make(role: Role, *, name: str = "", organisation: Organisation | None = None) -> User:
        username = name or role.value
        known = User.objects.filter(username=username).first()
        if known is not None:
            return known
        place = organisation or bureau_of_the_year
        user, _ = accounts.create_account(
            username, f"{role.label}岗", place, [role], password=PASSWORD, email=f"{username}@example.org"
        )
        user.second_factor_since = timezone.now()
        user.save()
        return user

    return make


@pytest.fixture
def at(member: Callable[..., User], seated: Callable[[User], Any]) -> Callable[..., Any]:
    """Return a function that seats somebody with a role before a browser."""
    return lambda role, **options: seated(member(role, **options))
