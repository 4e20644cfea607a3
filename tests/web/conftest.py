"""The site under test keeps its data in a folder of its own, thrown away afterwards; here are its people and doors."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import django
import pytest

os.environ["HENGPING_DATA"] = tempfile.mkdtemp(prefix="hengping-test-")
os.environ["HENGPING_SECRET_KEY"] = "only-for-tests"
os.environ["DJANGO_SETTINGS_MODULE"] = "hengping_web.settings"
django.setup()

from django.db import connection  # noqa: E402
from django.db.backends.base.operations import BaseDatabaseOperations  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from hengping_web.accounts import services  # noqa: E402
from hengping_web.accounts.middleware import SEEN, SINCE  # noqa: E402
from hengping_web.accounts.models import Organisation, User  # noqa: E402
from hengping_web.accounts.roles import Role  # noqa: E402
from hengping_web.base import append_only  # noqa: E402
from hengping_web.base.submission import KEY_FIELD, new_key  # noqa: E402
from hengping_web.petitions.statistics import queries as statistics  # noqa: E402
from hengping_web.trail.models import LogEntry  # noqa: E402

PASSWORD = "两岸猿声啼不住 7"


class Desk(Client):
    """A browser that puts a fresh key into every form it sends, as our pages do."""

    def post(self, path: Any, data: Any = None, *args: Any, **options: Any) -> Any:
        if data is None or (isinstance(data, dict) and KEY_FIELD not in data):
            data = {**(data or {}), KEY_FIELD: new_key()}
        return super().post(path, data, *args, **options)


@dataclass(frozen=True, slots=True)
class Bureau:
    """A small tree: a city with its petition office and one department, a county with its own office and unit."""

    city: Organisation
    office: Organisation
    department: Organisation
    county: Organisation
    county_office: Organisation
    unit: Organisation


def seat(user: User) -> Desk:
    """Return a browser in which an account is signed in."""
    desk = Desk()
    desk.force_login(user)
    session = desk.session
    session[SEEN] = session[SINCE] = int(time.time())
    session.save()
    return desk


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any, request: pytest.FixtureRequest) -> None:
    """Spare the suite a tenth of a second per password, except where Argon2 itself is asked about."""
    if "slow_passwords" not in request.keywords:
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow_passwords: the test asks about the real password hasher")


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    """Forget what an earlier test counted: a database that is rolled back gives the same numbers to other rows."""
    statistics.forget()


@pytest.fixture
def visitor() -> Desk:
    """Return a browser in which nobody is signed in."""
    return Desk()


@pytest.fixture
def bureau(db: None) -> Bureau:
    """Return the organisations of a small city."""
    add = services.create_organisation
    city = add("city", "某市", "city")
    office = add("city-petition-office", "某市信访局", "department", parent=city, petition_office=True)
    department = add("city-housing", "某市住房局", "department", parent=city)
    county = add("county", "某县", "county", parent=city)
    county_office = add(
        "county-petition-office", "某县信访局", "department", parent=county, line_superior=office, petition_office=True
    )
    unit = add("county-housing", "某县住房局", "unit", parent=county, line_superior=department)
    return Bureau(city, office, department, county, county_office, unit)


@pytest.fixture
def account(bureau: Bureau) -> Callable[..., User]:
    """Return a maker of accounts that have done every duty: password set, second factor set."""

    def make(*roles: Role, username: str = "", organisation: Organisation | None = None) -> User:
        name = username or "-".join(role.value for role in roles)
        user, _ = services.create_account(
            name, f"{name} 岗", organisation or bureau.office, roles, password=PASSWORD, email=f"{name}@example.org"
        )
        user.second_factor_since = timezone.now()
        user.save()
        return user

    return make


@pytest.fixture
def desk(account: Callable[..., User]) -> Callable[..., Desk]:
    """Return a maker of browsers in which an account with the given roles is signed in."""

    def make(*roles: Role, username: str = "", organisation: Organisation | None = None) -> Desk:
        return seat(account(*roles, username=username, organisation=organisation))

    return make


GROWING = [
    ("trail_logentry", "sequence"),
    ("trail_anchor", "id"),
    ("petitions_event", "id"),
    ("petitions_duechange", "id"),
    ("publication_gaterun", "id"),
    ("publication_gateanswer", "id"),
    ("publication_publication", "id"),
    ("publication_publishedfile", "id"),
    ("publication_comment", "id"),
    ("publication_commentdecision", "id"),
    ("cycle_yearrow", "id"),
    ("objectives_adjustment", "id"),
    ("objectives_planrow", "id"),
    ("objectives_planmove", "id"),
    ("objectives_plandue", "id"),
    ("objectives_objectiveresult", "id"),
    ("monitoring_progressnote", "id"),
    ("monitoring_report", "id"),
    ("monitoring_deviation", "id"),
    ("monitoring_alert", "id"),
    ("monitoring_decision", "id"),
    ("selfevaluation_verdict", "id"),
    ("selfevaluation_points", "id"),
    ("selfevaluation_sitenote", "id"),
    ("selfevaluation_snapshot", "id"),
    ("selfevaluation_snapshotfile", "id"),
    ("ledger_importbatch", "id"),
    ("ledger_ledgerentry", "id"),
    ("followup_progressnote", "id"),
    ("followup_requestitem", "id"),
    ("finance_deadline", "id"),
    ("finance_samplelist", "id"),
    ("finance_drawing", "id"),
    ("finance_sampleddepartment", "id"),
]
"""Append-only tables; a test with transactions of its own empties them afterwards, which only tests may do."""


@pytest.fixture(autouse=True, scope="session")
def _emptying_is_allowed_to_tests() -> Iterator[None]:
    flush = BaseDatabaseOperations.execute_sql_flush

    def released(operations: BaseDatabaseOperations, statements: Any) -> Any:
        existing = connection.introspection.table_names()
        growing = [(table, key) for table, key in GROWING if table in existing]
        with connection.cursor() as cursor:
            for table, _ in growing:
                append_only.release(connection.vendor, table, cursor)
        result = flush(operations, statements)
        with connection.cursor() as cursor:
            for table, key in growing:
                append_only.protect(connection.vendor, table, cursor, key)
        return result

    BaseDatabaseOperations.execute_sql_flush = released  # type: ignore[method-assign,assignment]
    yield
    BaseDatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]


@pytest.fixture
def seated() -> Callable[[User], Desk]:
    """Return a function that signs an account in and gives its browser."""
    return seat


@pytest.fixture
def logged() -> Callable[[], list[str]]:
    """Return a function that lists what was logged, oldest first."""
    return lambda: list(LogEntry.objects.order_by("sequence").values_list("action", flat=True))
