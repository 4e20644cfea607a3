"""All departments in one line each: current, in the order asked for, in a fixed number of questions, never another's."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hengping_web.accounts.models import Organisation, User
from hengping_web.accounts.roles import Role
from hengping_web.cycle import loading
from hengping_web.cycle import services as cycle
from hengping_web.cycle.models import EvaluationYear, State
from hengping_web.finance import queries, services
from hengping_web.finance.models import Deadline, Line
from hengping_web.finance.services import Due

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 4, 10, 2, 0, tzinfo=UTC)
TODAY = date(2025, 4, 10)
MODEL_YEAR = Path(__file__).resolve().parents[3] / "demo" / "model-year"


def names(page: Any) -> list[str]:
    return [row.organisation.name for row in page.context["rows"]]


def due(year: int = 2024, **changes: Any) -> Due:
    given: dict[str, Any] = {
        "stage": "published",
        "title": "公开自评结果",
        "basis": "市财政局通知",
        "due_on": date(2025, 3, 31),
    }
    return Due(year=year, **(given | changes))


def test_every_department_has_one_line(reviewer: User, seated: Callable[[User], Any], lines: list[Line]) -> None:
    page = seated(reviewer).get("/finance/?year=2024")

    assert len(names(page)) == 6
    shown = page.content.decode()
    assert all(text in shown for text in ("某市教育局", "自评已定稿", "自评中", "90.00/100.00", "97.20%"))


@pytest.mark.parametrize(
    ("order", "first"),
    [("execution", "某市交通局"), ("findings", "某市卫健委"), ("score", "某市教育局"), ("department", "某市教育局")],
)
def test_the_reader_picks_a_business_criterion(
    reviewer: User, seated: Callable[[User], Any], lines: list[Line], order: str, first: str
) -> None:
    assert names(seated(reviewer).get(f"/finance/?year=2024&order={order}"))[0] == first


def test_what_is_not_known_comes_last(reviewer: User, seated: Callable[[User], Any], lines: list[Line]) -> None:
    Line.objects.filter(pk=lines[0].pk).update(execution_rate=None)

    assert names(seated(reviewer).get("/finance/?year=2024&order=execution"))[-1] == "某市教育局"


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("only=findings", ["某市卫健委"]),
        ("only=execution", ["某市交通局"]),
        ("state=evaluating", ["某市园林局"]),
        ("state=none", []),
        ("text=水利", ["某市水利局"]),
        ("order=salary&only=persons", 6),
    ],
)
def test_the_list_is_narrowed(
    reviewer: User, seated: Callable[[User], Any], lines: list[Line], question: str, found: Any
) -> None:
    shown = names(seated(reviewer).get(f"/finance/?year=2024&{question}"))

    assert shown == found if isinstance(found, list) else len(shown) == found


def test_the_number_of_questions_does_not_grow_with_the_departments(
    reviewer: User, seated: Callable[[User], Any], lines: list[Line], bureau: Any
) -> None:
    desk = seated(reviewer)
    desk.get("/finance/?year=2024")
    with CaptureQueriesContext(
        connection,
    ) as few:
        desk.get("/finance/?year=2024")
    more = [
        Organisation(
            key=f"d{n}", name=f"部门{n}", kind="department", parent=bureau.city, path=f"{bureau.city.path}d{n}/"
        )
        for n in range(100)
    ]
    Organisation.objects.bulk_create(more)
    Line.objects.bulk_create(
        Line(organisation=one, year=2024, as_of=TODAY, refreshed_at=NOW)
        for one in Organisation.objects.filter(key__startswith="d")
    )

    with CaptureQueriesContext(connection) as many:
        page = desk.get("/finance/?year=2024")

    assert len(names(page)) == 106
    assert len(many) == len(few)


def test_a_department_never_sees_the_lines(
    account: Callable[..., User], seated: Callable[[User], Any], lines: list[Line], departments: list[Organisation]
) -> None:
    for role in (Role.OFFICE_CLERK, Role.FINANCE_OFFICER, Role.EVALUATION_TEAM, Role.DEPARTMENT_HEAD):
        desk = seated(account(role, organisation=departments[0]))
        for path in ("/finance/", "/finance/2024/comparison/", "/finance/2024/samples/", "/finance/received/"):
            assert desk.get(path).status_code == HTTPStatus.FORBIDDEN


def test_an_auditor_reads_only_what_is_below_their_own_and_changes_nothing(
    account: Callable[..., User],
    seated: Callable[[User], Any],
    lines: list[Line],
    bureau: Any,
    departments: list[Organisation],
) -> None:
    of_the_city = seated(account(Role.AUDITOR, username="a1", organisation=bureau.city))
    of_a_department = seated(account(Role.AUDITOR, username="a2", organisation=departments[0]))

    assert len(names(of_the_city.get("/finance/?year=2024"))) == 6
    assert names(of_a_department.get("/finance/?year=2024")) == ["某市教育局"]
    assert of_the_city.post("/finance/2024/deadlines/", {}).status_code == HTTPStatus.FORBIDDEN
    assert of_the_city.post("/finance/export/", {"year": "2024"}).status_code == HTTPStatus.FORBIDDEN


def test_the_list_is_exported_as_it_is_seen_and_logged(
    reviewer: User, seated: Callable[[User], Any], lines: list[Line], logged: Callable[[], list[str]]
) -> None:
    Organisation.objects.filter(key="city-health").update(name="=1+1")

    answer = seated(reviewer).post("/finance/export/", {"year": "2024", "only": "findings"})

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["部门", "年度", "状态"]
    assert [row[0] for row in rows[1:]] == ["'=1+1"]
    assert logged()[-1] == "finance.exported"


def test_a_due_date_makes_late_who_has_not_got_there(reviewer: User, lines: list[Line]) -> None:
    services.set_deadline(due(stage="frozen", title="报送自评"), TODAY, reviewer)

    late = Line.objects.get(state="evaluating")
    assert (late.late, late.days_late, late.overdue) == (1, 10, ["报送自评（2025-03-31，逾期 10 天）"])
    assert Line.objects.filter(late=0).count() == 5


def test_the_next_due_date_is_shown_and_lateness_comes_with_the_day(reviewer: User, lines: list[Line]) -> None:
    services.set_deadline(due(due_on=date(2025, 4, 30)), TODAY, reviewer)
    before = Line.objects.get(organisation__key="city-education")

    services.refresh_lateness(2024, date(2025, 5, 2))

    after = Line.objects.get(organisation__key="city-education")
    assert (before.next_due, before.next_due_on, before.late) == ("公开自评结果", date(2025, 4, 30), 0)
    assert (after.late, after.days_late) == (1, 2)


def test_a_term_of_the_law_is_counted_by_the_core(
    reviewer: User, seated: Callable[[User], Any], lines: list[Line]
) -> None:
    desk = seated(reviewer)

    answer = desk.post(
        "/finance/2024/deadlines/",
        {"stage": "published", "title": "公开决算", "term": "disclose-department", "starts_on": "2025-08-04"},
    )

    assert answer.status_code == HTTPStatus.FOUND
    made = Deadline.objects.get()
    assert (made.due_on, made.basis) == (date(2025, 8, 25), "《中华人民共和国预算法》第十四条")
    assert "届满日 2025-08-25" in desk.get("/finance/2024/deadlines/").content.decode()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"due_on": "2025-03-31"}, "没有写明依据"),
        ({"basis": "通知"}, "没有截止日期"),
        ({"term": "disclose-department"}, "没有填写起算日"),
        ({"term": "carry-over-two-years", "starts_on": "2025-01-01"}, "term"),
    ],
)
def test_a_due_date_without_a_day_or_a_text_goes_back(
    reviewer: User, seated: Callable[[User], Any], data: dict[str, str], told: str
) -> None:
    page = seated(reviewer).post("/finance/2024/deadlines/", {"stage": "frozen", "title": "报送自评", **data})

    assert page.status_code == 422
    assert told in page.content.decode()


def test_a_due_date_is_changed_by_a_new_revision_and_the_second_is_told(reviewer: User) -> None:
    services.set_deadline(due(), TODAY, reviewer)
    services.set_deadline(due(due_on=date(2025, 4, 15), seen=1), TODAY, reviewer)

    with pytest.raises(Exception, match="期限已有改动"):
        services.set_deadline(due(due_on=date(2025, 4, 20), seen=1), TODAY, reviewer)

    assert [one.due_on for one in queries.deadlines(2024)] == [date(2025, 4, 15)]
    with pytest.raises(DatabaseError), transaction.atomic():
        Deadline.objects.update(due_on=TODAY)


def test_every_department_gets_a_line_even_without_a_year(bureau: Any, departments: list[Organisation]) -> None:
    EvaluationYear.objects.create(organisation=departments[0], year=2024, reported_on=date(2025, 3, 14))

    services.new_day(TODAY, NOW)

    lines = {line.organisation.key: line.state_label for line in queries.lines_of(2024)}
    assert lines["city-water"] == "未开展"
    assert set(lines) >= {one.key for one in departments} | {"city-housing", "city-petition-office"}
    assert "county" not in lines


def test_a_change_in_a_room_reaches_the_line_by_the_log(
    departments: list[Organisation], account: Callable[..., User]
) -> None:
    year = EvaluationYear.objects.create(organisation=departments[0], year=2024, reported_on=date(2025, 3, 14))
    services.catch_up(NOW)
    team = account(Role.EVALUATION_TEAM, organisation=departments[0])
    cycle.move(year, State.APPROVED, year.version, actor=team)

    assert queries.waiting_changes() == 1
    assert services.catch_up(NOW + timedelta(minutes=1)) == 1

    line = Line.objects.get(organisation=departments[0], year=2024)
    assert line.state == "approved"
    assert line.problem != ""
    assert queries.waiting_changes() == 0
    assert services.catch_up(NOW + timedelta(minutes=2)) == 0


def test_the_worker_keeps_the_lines_current(departments: list[Organisation], account: Callable[..., User]) -> None:
    year = EvaluationYear.objects.create(organisation=departments[0], year=2024, reported_on=date(2025, 3, 14))
    cycle.move(year, State.APPROVED, year.version, actor=account(Role.EVALUATION_TEAM, organisation=departments[0]))

    call_command("work", "--once")

    assert Line.objects.get(organisation=departments[0]).state == "approved"


def test_a_line_says_what_the_core_computed(departments: list[Organisation]) -> None:
    if not (MODEL_YEAR / "datapackage.json").is_file():
        pytest.skip("the model year is not generated: demo/generate_model_year.py")
    loading.load(MODEL_YEAR, departments[0], without=frozenset({"petitions", "events"}))

    line = services.refresh(departments[0], 2024, TODAY, NOW)

    assert line.execution_rate == Decimal("99.09")
    assert line.possible == Decimal(100)
    assert line.score is not None
    assert line.open_measures == 3
    assert line.problem == ""
    line.refresh_from_db()
    assert line.overdue == []


def test_departments_beside_each_other_are_in_no_order_of_merit(
    reviewer: User, seated: Callable[[User], Any], lines: list[Line]
) -> None:
    page = seated(reviewer).get("/finance/2024/comparison/")

    (group,) = page.context["groups"]
    assert [line.key for line, _ in group["rows"]] == [
        "city-education",
        "city-health",
        "city-justice",
        "city-roads",
        "city-water",
    ]
    shown = page.content.decode()
    assert "数据还没有冻结" in shown
    assert "离中位数较远" in shown
    assert "第1名" not in shown
