"""Rates name their base and lead to entries; balances say what fails and by how much; the book equals its rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.web.ledger.conftest import PROJECT, entry

from hengping.errors import Refusal
from hengping.ledger import book as books
from hengping.ledger import overview
from hengping.ledger.book import Slice
from hengping.ledger.model import Adjustment, Book, Phase, Project
from hengping.ledger.overview import Axis
from hengping_web.accounts.services import create_organisation
from hengping_web.cycle import queries as years
from hengping_web.cycle import services as year_services
from hengping_web.cycle.models import EvaluationYear
from hengping_web.cycle.services import Edit, Opening
from hengping_web.ledger import queries, services
from hengping_web.ledger.models import LedgerEntry

At = Callable[..., str]


@pytest.fixture
def booked(year: EvaluationYear) -> EvaluationYear:
    made = [
        entry(Phase.INITIAL, "1000.00", "30101"),
        entry(Phase.INITIAL, "200.00", "30217"),
        entry(Phase.ADJUSTMENT, "100.00", "30101", adjustment=Adjustment.SUPPLEMENT, voucher="示例财批〔2024〕9号"),
        entry(Phase.EXECUTION, "975.00", "30101", voucher="记-1", on=date(2024, 3, 5)),
        entry(Phase.EXECUTION, "150.00", "30217", voucher="记-2", on=date(2024, 4, 5)),
        entry(Phase.FINAL, "975.00", "30101"),
        entry(Phase.FINAL, "150.00", "30217"),
    ]
    for one in made:
        services.enter(year, one)
    year_services.save_row(year, Edit(table="staffing", values={"kind": "total", "posts": "36", "people": "33"}))
    return year


@pytest.mark.django_db
def test_every_rate_names_its_base_and_links_to_its_entries(booked: EvaluationYear, officer: Any, at: At) -> None:
    page = officer.get(at("rates/")).content.decode()

    assert "86.54%" in page
    assert "75.00%" in page
    assert "91.67%" in page
    assert "全年预算数（年初预算加调整）" in page
    assert at("figures/executed/") in page
    assert "账内没有标注政府采购的条目" in page


@pytest.mark.django_db
def test_a_rate_is_shown_with_its_formula_operands_and_authority(booked: EvaluationYear, officer: Any, at: At) -> None:
    page = officer.get(at("rates/three-public-control/")).content.decode()

    assert "150.00÷200.00" in page
    assert "实际支出数÷" in page
    assert "财预〔2013〕53号" in page
    assert officer.get(at("rates/nothing/")).status_code == 404


@pytest.mark.django_db
def test_a_figure_lists_exactly_the_entries_it_adds_up(booked: EvaluationYear, officer: Any, at: At) -> None:
    page = officer.get(at("figures/three_public_expenditure/")).content.decode()
    derived = officer.get(at("figures/resources/")).content.decode()
    stated = officer.get(at("figures/staff_on_post/")).content.decode()

    assert "由 1 笔账目加成" in page
    assert "L2024-00007" in page
    assert "L2024-00006" not in page
    assert at("figures/carried_in/") in derived
    assert "由单位填报" in stated
    adjusted = officer.get(at("figures/adjustment_counted/")).content.decode()
    left = officer.get(at("figures/carry_over/")).content.decode()
    assert "L2024-00003" in adjusted
    assert at("figures/full_year_budget/") in left
    assert "175.00" in left


@pytest.mark.django_db
def test_every_amount_of_the_overview_leads_to_entries_that_come_to_it(
    booked: EvaluationYear, officer: Any, at: At
) -> None:
    for axis in Axis:
        for line in (*overview.lines(queries.book(booked), axis), overview.total(queries.book(booked))):
            for name, amount in line.amounts.items():
                phases = tuple(phase.value for phase in overview.COLUMNS[name])
                field = {"class": "economic", "function": "functional"}.get(axis.value, axis.value)
                more: Any = {} if line.whole else {field: line.key or queries.NONE}
                found = queries.found(booked, queries.Wanted(phases=phases, **more))
                assert Decimal(found.cents).scaleb(-2) == amount

    page = officer.get(at("?by=class")).content.decode()
    assert f"{at('entries/')}?phase=execution&amp;economic=302" in page
    assert "1,125.00" in page


@pytest.mark.django_db
def test_a_balance_that_fails_says_by_how_much_and_leads_to_its_entries(
    booked: EvaluationYear, officer: Any, at: At
) -> None:
    for economic, amount in (("30217", "160.00"), ("301", "975.00")):
        values = {"phase": "final", "part": "basic", "economic": economic, "amount": amount, "basis": "示例财决批"}
        officer.post(at("beside/balances/new/"), values | {"fund": "", "functional": "", "project": ""})

    page = officer.get(at("balances/")).content.decode()

    assert "有 1 项与账内不符" in page
    assert "−10.00" in page
    assert "economic=30217" in page


@pytest.mark.django_db
def test_a_balance_of_an_unknown_account_is_said_at_its_field(year: EvaluationYear, officer: Any, at: At) -> None:
    values = {"phase": "final", "economic": "99999", "amount": "1.00", "project": "P9"}

    sent = officer.post(at("beside/balances/new/"), values)

    assert sent.status_code == 422
    assert "部门预算支出经济分类科目没有 99999" in sent.content.decode()
    assert "项目 P9 不在项目清单中" in sent.content.decode()
    assert not queries.balance_rows(year)


@pytest.mark.django_db
def test_what_is_unequal_inside_the_book_is_said_too(booked: EvaluationYear, officer: Any, at: At) -> None:
    services.enter(booked, entry(Phase.FINAL, "5.00", "30217"))

    page = officer.get(at("balances/")).content.decode()

    assert "执行数合计 150.00 元，决算数 155.00 元，相差 5.00 元" in page


@pytest.mark.django_db
def test_the_second_editor_of_a_balance_sees_both_texts(booked: EvaluationYear, officer: Any, at: At) -> None:
    values = {"phase": "final", "part": "", "economic": "", "amount": "1.00", "basis": "甲"}
    year_services.save_row(booked, Edit(table="balances", values=values))
    year_services.save_row(booked, Edit(table="balances", values=values | {"basis": "乙"}, place=1, seen=1))

    sent = officer.post(at("beside/balances/1/"), values | {"basis": "丙", "seen": "1"})

    assert sent.status_code == 422
    assert "乙" in sent.content.decode()
    assert "丙" in sent.content.decode()


@pytest.mark.django_db
def test_last_years_totals_come_from_last_years_ledger(
    booked: EvaluationYear, officer: Any, at: At, bureau: Any
) -> None:
    following = year_services.open_year(
        Opening(organisation=bureau.office, year=2025, scheme="", reported_on=date(2026, 3, 1))
    )
    address = "/years/city-petition-office/2025/ledger/last-year/"

    sent = officer.post(address, {})
    again = officer.post(address, {})

    rows = list(years.table_rows(following, "last_ledger"))
    assert sent.status_code == 302
    assert again.status_code == 409
    assert [(row["phase"], row["economic"], row["amount"]) for row in rows] == [
        ("final", "30101", "975.00"),
        ("final", "30217", "150.00"),
        ("initial", "30101", "1000.00"),
        ("initial", "30217", "200.00"),
    ]


@pytest.mark.django_db
def test_an_empty_year_says_what_is_missing_and_never_zero(year: EvaluationYear, officer: Any, at: At) -> None:
    page = officer.get(at()).content.decode()
    rates = officer.get(at("rates/")).content.decode()

    assert "未提供" in page
    assert "0.00" not in page
    assert "账内没有" in rates


@pytest.mark.django_db
def test_a_year_is_loaded_once_and_its_numbers_are_kept(year: EvaluationYear) -> None:
    row = {"entry": "甲-1", "phase": "initial", "part": "basic", "fund": "general", "amount": "5.00"}
    more = {"functional": "2010301", "economic": "30101", "policy": "false", "procurement": ""}

    services.load(year, [row | more])

    (written,) = queries.table_rows(year)
    assert (written["entry"], written["policy"], written["procurement"], written["amount"]) == (
        "甲-1",
        "false",
        "",
        "5.00",
    )
    with pytest.raises(Refusal, match="已有账目"):
        services.load(year, [row | more])


AMOUNTS = st.integers(min_value=-10_000_000, max_value=10_000_000).filter(bool)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["enter", "back", "replace"]),
        st.sampled_from([Phase.INITIAL, Phase.EXECUTION, Phase.FINAL]),
        st.sampled_from(["30101", "30201", "30217"]),
        st.booleans(),
        AMOUNTS,
        st.integers(min_value=0, max_value=1000),
    ),
    max_size=12,
)


class AnySequence(TestCase):
    """Whatever is entered and corrected, the rows come to what the core's own book comes to."""

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(acts=ACTS)
    def test_rows_and_book_are_equal_whatever_was_entered_and_corrected(self, acts: Any) -> None:
        office = create_organisation("some-office", "某局", "department")
        year = year_services.open_year(Opening(organisation=office, year=2024, scheme="", reported_on=date(2025, 3, 1)))
        year_services.save_row(year, Edit(table="projects", values=PROJECT))
        expected = Book.of(2024, (), [Project(code="P1", title="信访业务工作专项")])
        open_rows: list[LedgerEntry] = []

        for act, phase, economic, project, cents, which in acts:
            wanted = entry(phase, str(Decimal(cents).scaleb(-2)), economic, project="P1" if project else "")
            if act == "enter" or not open_rows:
                open_rows.append(services.enter(year, wanted))
                expected = expected.append(wanted)
                continue
            wrong = open_rows.pop(which % len(open_rows))
            expected = expected.append(entry_back(wrong))
            same = wrong.to_core()
            right = wanted if act == "replace" and (wanted.lot, wanted.amount) != (same.lot, same.amount) else None
            made = services.correct(wrong, right, "更正", on=None)
            if right is not None:
                expected = expected.append(right)
                open_rows.append(made[-1])

        found = queries.book(year)
        assert {key: amount for key, amount in found.balances.items() if amount} == {
            key: amount for key, amount in expected.balances.items() if amount
        }
        for phase in Phase:
            asked = Slice(phases=frozenset({phase}))
            rows = LedgerEntry.objects.filter(evaluation_year=year, phase=phase.value)
            stated = sum((row.amount for row in rows), Decimal(0))
            assert (books.total(found, asked) or Decimal(0)) == stated


def entry_back(wrong: LedgerEntry) -> Any:
    made = wrong.to_core()
    return entry(made.account.phase, str(-made.amount), made.account.economic, project=made.account.project)


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "ledger", check=True, dry_run=True, verbosity=0)
