"""Whatever is sent to the pages of the ledger, the answer is a page and never a failure, and nothing is half written."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from tests.web.ledger.conftest import entry

from hengping_web.cycle.models import EvaluationYear
from hengping_web.ledger import services
from hengping_web.ledger.models import ImportBatch, LedgerEntry

pytestmark = pytest.mark.django_db

NASTY = ["\u202e", "🙂", "'\"<script>", "%s%n", "../../etc/passwd", "9" * 30, "é" * 200, "-", "1e9", "NaN", "０"]
NONSENSE = some.one_of(
    some.text(alphabet=some.characters(exclude_categories=["Cs", "Cc"]), max_size=40), some.sampled_from(NASTY)
)
FILTERS = ("text", "phase", "part", "fund", "functional", "economic", "project", "adjustment", "batch", "after")
FIELDS = ("phase", "part", "fund", "functional", "economic", "project", "amount", "voucher", "on", "adjustment", "note")
patient = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
At = Callable[..., str]


@patient
@given(asked=some.dictionaries(some.sampled_from(FILTERS), NONSENSE))
def test_any_question_has_an_answer(year: EvaluationYear, officer: Any, at: At, asked: dict[str, str]) -> None:
    assert officer.get(at("entries/"), asked).status_code == HTTPStatus.OK
    assert officer.post(at("entries/export/"), asked).status_code == HTTPStatus.OK


@patient
@given(sent=some.dictionaries(some.sampled_from(FIELDS), NONSENSE))
def test_any_entry_is_judged_and_nothing_strange_is_entered(
    year: EvaluationYear, officer: Any, at: At, filled: Any, sent: dict[str, str]
) -> None:
    answer = officer.post(at("enter/"), filled(**sent))

    assert answer.status_code in (HTTPStatus.FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)
    assert all(len(row.note) <= 500 and abs(row.cents) <= 10**14 for row in LedgerEntry.objects.all())


@patient
@given(sent=some.dictionaries(some.sampled_from(("digest", "confirm", "q-jump", "q-", "again")), NONSENSE))
def test_any_confirmation_enters_nothing(year: EvaluationYear, officer: Any, at: At, sent: dict[str, str]) -> None:
    answer = officer.post(at("import/"), sent)

    assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    assert ImportBatch.objects.count() == 0


@patient
@given(
    sent=some.dictionaries(some.sampled_from(("phase", "amount", "economic", "seen", "withdraw", "basis")), NONSENSE)
)
def test_any_balance_is_judged(year: EvaluationYear, officer: Any, at: At, sent: dict[str, str]) -> None:
    answer = officer.post(at("beside/balances/new/"), {"phase": "final", "amount": "1.00"} | sent)

    assert answer.status_code in (HTTPStatus.FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)
    assert officer.get(at("balances/")).status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    "address",
    [
        "entries/999999/",
        f"entries/{2**63}/",
        "rates/nothing/",
        "figures/nothing/",
        "beside/measures/",
        "beside/balances/99/",
        "beside/balances/0/",
        f"beside/balances/{10**30}/",
    ],
)
def test_what_is_not_there_is_not_found(year: EvaluationYear, officer: Any, at: At, address: str) -> None:
    assert officer.get(at(address)).status_code == HTTPStatus.NOT_FOUND


def test_a_form_sent_twice_enters_once(year: EvaluationYear, officer: Any, at: At, filled: Any) -> None:
    given_once = filled(form_key="k" * 32)

    first = officer.post(at("enter/"), given_once)
    second = officer.post(at("enter/"), given_once)

    assert (first.status_code, second.status_code) == (HTTPStatus.FOUND, HTTPStatus.FOUND)
    assert first["Location"] == second["Location"]
    assert LedgerEntry.objects.count() == 1


def test_figures_page_by_position_and_nonsense_begins_at_the_beginning(
    year: EvaluationYear, officer: Any, at: At
) -> None:
    services.enter(year, entry())

    assert "L2024-00001" in officer.get(at("figures/executed/?after=x")).content.decode()
    assert "L2024-00001" not in officer.get(at("figures/executed/?after=50")).content.decode()
