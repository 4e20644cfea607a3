"""Two people at once: one entry is taken back once, one file is entered once, numbers are given once. Asked of PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from tests.web.ledger.conftest import entry

from hengping.errors import Refusal
from hengping_web.cycle.models import EvaluationYear
from hengping_web.ledger import services
from hengping_web.ledger.models import ImportBatch, LedgerEntry

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer; these are asked of PostgreSQL"
    ),
]

TOGETHER = 4


def at_once(act: Callable[[int], object]) -> list[str]:
    """Run an act several times at once and return what was refused."""

    def one(number: int) -> str:
        try:
            act(number)
        except Refusal as refusal:
            return refusal.reason
        else:
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        return sorted(pool.map(one, range(TOGETHER)))


def test_an_entry_is_taken_back_by_one_of_them_and_the_others_are_told(year: EvaluationYear) -> None:
    wrong = services.enter(year, entry(voucher="记-1"))

    told = at_once(lambda number: services.correct(wrong, None, f"第{number}人更正", on=None))

    assert told.count("") == 1
    assert all("已由" in reason for reason in told if reason)
    assert LedgerEntry.objects.count() == 2


def test_a_file_is_entered_by_one_of_them(year: EvaluationYear) -> None:
    found = services.Import(name="账.csv", layout="csv", digest="a" * 64, entries=[entry(voucher="记-1")])

    told = at_once(lambda _: services.post(year, found))

    assert told.count("") == 1
    assert (ImportBatch.objects.count(), LedgerEntry.objects.count()) == (1, 1)


def test_every_entry_gets_a_number_of_its_own(year: EvaluationYear) -> None:
    def several(number: int) -> Any:
        return [services.enter(year, entry(voucher=f"记-{number}-{one}")) for one in range(5)]

    told = at_once(several)

    assert told == [""] * TOGETHER
    assert sorted(LedgerEntry.objects.values_list("code", flat=True)) == [
        f"L2024-{number:05d}" for number in range(1, TOGETHER * 5 + 1)
    ]
