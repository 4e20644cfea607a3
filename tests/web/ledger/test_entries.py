"""Entries are made, found and corrected; nothing is ever changed, and what the law asks for is asked for."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from tests.web.ledger.conftest import entry

from hengping.errors import Refusal
from hengping.ledger.model import Adjustment, Phase
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.cycle import services as years
from hengping_web.cycle.models import EvaluationYear, State
from hengping_web.ledger import queries, services
from hengping_web.ledger.models import LedgerEntry

pytestmark = pytest.mark.django_db

At = Callable[..., str]


def test_an_entry_is_made_by_form_and_leads_to_its_page(
    year: EvaluationYear, officer: Any, at: At, filled: Any, logged: Callable[[], list[str]]
) -> None:
    sent = officer.post(at("enter/"), filled())

    made = LedgerEntry.objects.get()
    assert sent["Location"] == at(f"entries/{made.pk}/")
    assert (made.code, made.amount, made.voucher, made.by.username) == (  # type: ignore[union-attr]
        "L2024-00001",
        Decimal("1234.50"),
        "记-1",
        "finance",
    )
    page = officer.get(sent["Location"]).content.decode()
    assert "1,234.50" in page
    assert "30201 办公费" in page
    assert logged()[-1] == "ledger.enter"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"economic": ""}, "请选到款"),
        ({"functional": ""}, "请选到项"),
        ({"amount": "十元"}, "不是金额"),
        ({"amount": "0"}, "金额为零"),
        ({"amount": "1.005"}, "不是金额"),
        ({"part": "project"}, "项目支出没有项目编码"),
        ({"project": "P1"}, "基本支出不应带项目编码 P1"),
        ({"on": "2023-12-31"}, "支付日期 2023-12-31 不在 2024 年"),
        ({"phase": "adjustment"}, "预算调整没有注明原因"),
        ({"phase": "adjustment", "adjustment": "supplement", "voucher": ""}, "追加没有写明批复文号"),
        ({"adjustment": "supplement"}, "执行不应带调整原因“追加”"),
        ({"note": "付 13812345678"}, "疑似身份证号码或者手机号码"),
    ],
)
def test_what_the_core_finds_wrong_stands_at_the_form_and_nothing_is_entered(
    year: EvaluationYear, officer: Any, at: At, filled: Any, wrong: dict[str, str], said: str
) -> None:
    sent = officer.post(at("enter/"), filled(**wrong))

    assert sent.status_code == 422
    assert said in sent.content.decode()
    assert LedgerEntry.objects.count() == 0


def test_an_adjustment_with_its_document_is_entered(year: EvaluationYear, officer: Any, at: At, filled: Any) -> None:
    officer.post(
        at("enter/"),
        filled(phase="adjustment", adjustment="supplement", voucher="示例财批〔2024〕9号", on="2024-06-01"),
    )

    assert LedgerEntry.objects.get().adjustment == Adjustment.SUPPLEMENT.value


def test_an_amount_ten_thousand_times_the_subject_is_asked_about_and_entered_once_confirmed(
    year: EvaluationYear, officer: Any, at: At, filled: Any
) -> None:
    services.enter(year, entry(Phase.INITIAL, "2000.00"))

    asked = officer.post(at("enter/"), filled(phase="final", amount="20000000.00", on=""))
    sure = officer.post(at("enter/"), filled(phase="final", amount="20000000.00", on="", confirmed="on"))

    assert asked.status_code == 422
    assert "大约一万倍" in asked.content.decode()
    assert sure.status_code == 302
    assert LedgerEntry.objects.count() == 2


def test_a_correction_is_a_reversal_and_a_new_entry_and_the_wrong_one_stays(
    year: EvaluationYear, officer: Any, at: At, filled: Any
) -> None:
    wrong = services.enter(year, entry(amount="600.00", voucher="记-1"))

    sent = officer.post(
        at(f"entries/{wrong.pk}/correct/"), filled(amount="60.00", on="", reason="多写一个零", note="办公用品")
    )

    assert sent.status_code == 302
    rows = list(LedgerEntry.objects.order_by("id"))
    assert [(row.amount, row.reversal, row.corrects_id) for row in rows] == [
        (Decimal("600.00"), False, None),
        (Decimal("-600.00"), True, wrong.pk),
        (Decimal("60.00"), False, wrong.pk),
    ]
    assert rows[1].note == "冲销 记-1：多写一个零"
    page = officer.get(at(f"entries/{wrong.pk}/")).content.decode()
    assert "原样保留" in page
    assert "L2024-00003" in page


def test_an_entry_is_taken_back_only_once_and_the_second_is_told(
    year: EvaluationYear, officer: Any, at: At, filled: Any
) -> None:
    wrong = services.enter(year, entry(voucher="记-1"))
    services.correct(wrong, None, "重记", on=None)

    sent = officer.post(at(f"entries/{wrong.pk}/correct/"), filled(reason="再冲一次", only_back="on"))

    assert sent.status_code == 422
    assert "已由 L2024-00002 冲销" in sent.content.decode()
    assert "再冲一次" in sent.content.decode()
    assert LedgerEntry.objects.count() == 2


def test_a_correction_says_why_and_changes_something(year: EvaluationYear) -> None:
    wrong = services.enter(year, entry(voucher="记-1"))

    with pytest.raises(Refusal, match="没有写明更正的原因"):
        services.correct(wrong, None, " ", on=None)
    with pytest.raises(Refusal, match="完全相同"):
        services.correct(wrong, wrong.to_core(), "看错", on=None)
    assert LedgerEntry.objects.count() == 1


def test_a_reversal_is_not_corrected(year: EvaluationYear) -> None:
    wrong = services.enter(year, entry(voucher="记-1"))
    (back,) = services.correct(wrong, None, "重记", on=None)

    with pytest.raises(Refusal, match="是冲销账目"):
        services.correct(back, None, "冲错", on=None)


@pytest.mark.parametrize("statement", ["UPDATE {0} SET cents = 1", "DELETE FROM {0}"])
def test_the_database_itself_refuses_to_change_an_entry(year: EvaluationYear, statement: str) -> None:
    services.enter(year, entry())

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("ledger_ledgerentry"))


def test_a_settled_year_takes_no_entry(year: EvaluationYear, officer: Any, at: At, filled: Any) -> None:
    EvaluationYear.objects.filter(pk=year.pk).update(state=State.FROZEN.value)

    sent = officer.post(at("enter/"), filled())

    assert sent.status_code == 422
    assert "不再改动" in sent.content.decode()
    assert LedgerEntry.objects.count() == 0


def test_entries_are_found_by_voucher_class_and_phase_with_their_sum(
    year: EvaluationYear, officer: Any, at: At
) -> None:
    services.enter(year, entry(amount="10.00", voucher="记-1"))
    services.enter(year, entry(amount="20.00", economic="30101", voucher="记-2"))
    services.enter(year, entry(Phase.INITIAL, "40.00"))

    by_voucher = officer.get(at("entries/?text=记-2")).content.decode()
    by_class = officer.get(at("entries/?economic=302&phase=execution&phase=initial")).content.decode()

    assert '共 1 笔。 执行 <strong class="nowrap">20.00</strong> 元' in by_voucher
    assert (
        '年初预算 <strong class="nowrap">40.00</strong> 元； 执行 <strong class="nowrap">10.00</strong> 元' in by_class
    )


def test_lists_page_by_key_and_lose_nothing(year: EvaluationYear, officer: Any, at: At) -> None:
    with transaction.atomic():
        for number in range(1, 106):
            services.enter(year, entry(amount=f"{number}.00", voucher=f"记-{number}"))

    seen: list[str] = []
    wanted = queries.Wanted()
    while True:
        page = queries.found(year, wanted)
        seen += [row.code for row in page.rows]
        if not page.following:
            break
        wanted = queries.Wanted(after=page.following)

    assert len(seen) == len(set(seen)) == 105
    assert 'rel="next"' in officer.get(at("entries/")).content.decode()


def test_the_list_goes_out_as_the_table_of_the_folder_and_the_log_says_so(
    year: EvaluationYear, officer: Any, at: At, logged: Callable[[], list[str]]
) -> None:
    services.enter(year, entry(voucher="=1+1"))

    sent = officer.post(at("entries/export/"), {})

    lines = sent.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("entry,phase,part,fund")
    assert lines[1] == "L2024-00001,execution,basic,general,2010301,30201,,60.00,'=1+1,,,,,"
    assert logged()[-1] == "ledger.export"


def test_a_department_sees_its_own_ledger_and_no_other(
    year: EvaluationYear, desk: Callable[..., Any], bureau: Any, at: At
) -> None:
    made = services.enter(year, entry())
    other = desk(Role.FINANCE_OFFICER, username="other", organisation=bureau.department)
    reviewer = desk(Role.FINANCE_REVIEWER, username="reviewer", organisation=bureau.department)

    assert other.get(at()).status_code == 404
    assert other.get(at(f"entries/{made.pk}/")).status_code == 404
    assert reviewer.get(at()).status_code == 200


def test_an_entry_of_another_year_is_not_found_under_this_one(
    year: EvaluationYear, officer: Any, at: At, bureau: Any
) -> None:
    made = services.enter(year, entry())
    years.open_year(years.Opening(organisation=bureau.office, year=2023, scheme="", reported_on=year.reported_on))

    assert officer.get(f"/years/city-petition-office/2023/ledger/entries/{made.pk}/").status_code == 404


def test_who_only_reads_sees_no_button_to_enter(
    year: EvaluationYear, account: Callable[..., User], seated: Any, at: At
) -> None:
    reader = seated(account(Role.OFFICE_CLERK, username="clerk"))

    page = reader.get(at()).content.decode()

    assert "记一笔账" not in page
    assert reader.get(at("enter/")).status_code == 403
