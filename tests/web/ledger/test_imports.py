"""A file is looked at before anything is entered, and entered once, all of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.io.ledger_import.files import ACCOUNTS, DETAIL_ROWS, FINAL_ROWS, final_table, paid, vouchers, workbook
from tests.web.ledger.conftest import entry

from hengping.errors import Refusal
from hengping.ledger.model import Phase
from hengping_web.accounts.models import User
from hengping_web.cycle import queries as years
from hengping_web.cycle.models import EvaluationYear
from hengping_web.ledger import services
from hengping_web.ledger.models import ImportBatch, LedgerEntry
from hengping_web.vault.cipher import Tampered

pytestmark = pytest.mark.django_db

At = Callable[..., str]
HEAD = "entry,phase,part,fund,functional,economic,project,amount,voucher,on,adjustment,policy,procurement,note\n"
CSV = (
    HEAD
    + "A1,execution,basic,general,2010301,30201,,60.00,记-1,2024-03-05,,,true,购办公用品\n"
    + "A2,execution,basic,general,9,30201,,10.00,记-2,2024-03-06,,,,\n"
).encode()


@pytest.fixture
def upload(officer: Any, at: At) -> Callable[[str, bytes], Any]:
    return lambda name, data: officer.post(at("import/"), {"file": SimpleUploadedFile(name, data)})


def digest_in(page: str) -> str:
    return page.partition('name="digest" value="')[2][:64]


def test_the_preview_shows_every_row_and_enters_nothing(
    year: EvaluationYear, upload: Callable[[str, bytes], Any]
) -> None:
    page = upload("账.csv", CSV).content.decode()

    assert "第2行" in page
    assert "第3行" in page
    assert "已收录的支出功能分类科目没有 9" in page
    assert "确认导入 1 笔、平衡数 0 项" in page
    assert digest_in(page) == hashlib.sha256(CSV).hexdigest()
    assert LedgerEntry.objects.count() == 0


def test_confirming_enters_the_rows_that_fit_under_their_file(
    year: EvaluationYear, officer: Any, at: At, upload: Callable[[str, bytes], Any], logged: Callable[[], list[str]]
) -> None:
    digest = digest_in(upload("账.csv", CSV).content.decode())

    sent = officer.post(at("import/"), {"digest": digest, "confirm": "yes"})

    batch = ImportBatch.objects.get()
    assert sent["Location"] == at(f"entries/?batch={batch.pk}")
    assert (batch.digest, batch.entered, batch.left_out, batch.name) == (digest, 1, 1, "账.csv")
    assert [(row.amount, row.voucher, row.batch_id) for row in LedgerEntry.objects.all()] == [
        (Decimal("60.00"), "记-1", batch.pk)
    ]
    assert logged()[-1] == "ledger.import"


def test_the_same_file_again_is_told_and_adds_nothing(
    year: EvaluationYear, officer: Any, at: At, upload: Callable[[str, bytes], Any]
) -> None:
    digest = digest_in(upload("账.csv", CSV).content.decode())
    officer.post(at("import/"), {"digest": digest, "confirm": "yes"})

    again = upload("改了名.csv", CSV).content.decode()
    forced = officer.post(at("import/"), {"digest": digest, "confirm": "yes", "q-doubled": "keep"})

    assert "再次确认也不会重复记账" in again
    assert forced.status_code == 409
    assert "没有重复记账" in forced.content.decode()
    assert LedgerEntry.objects.count() == 1


def test_what_was_not_previewed_by_oneself_cannot_be_confirmed(year: EvaluationYear, officer: Any, at: At) -> None:
    sent = officer.post(at("import/"), {"digest": "0" * 64, "confirm": "yes"})

    assert sent.status_code == 409
    assert "预览过的文件已经不在" in sent.content.decode()


def test_a_file_exchanged_after_its_preview_is_refused(
    year: EvaluationYear, account: Callable[..., User], officer: Any, upload: Callable[[str, bytes], Any]
) -> None:
    upload("账.csv", CSV)
    user = User.objects.get(username="finance")
    digest = hashlib.sha256(CSV).hexdigest()
    other = services.keep_upload(year, "账.csv", CSV + b"\n", user)
    kept = services._upload_path(year, digest, user)
    kept.write_bytes(services._upload_path(year, other, user).read_bytes())

    with pytest.raises(Tampered):
        services.kept_upload(year, digest, user)


def test_a_question_must_be_answered_before_anything_is_entered(
    year: EvaluationYear, officer: Any, at: At, upload: Callable[[str, bytes], Any]
) -> None:
    services.enter(year, entry(Phase.FINAL, "1000.00", "30101"))
    services.enter(year, entry(Phase.FINAL, "2000.50", "30201", project="P1"))
    rows = [list(row) for row in DETAIL_ROWS]
    rows[1] = ["单位：万元"]
    page = upload("明细.xlsx", workbook(("明细", rows, ()))).content.decode()
    digest = digest_in(page)

    refused = officer.post(at("import/"), {"digest": digest, "confirm": "yes"})
    again = officer.post(at("import/"), {"digest": digest, "again": "yes", "q-jump": "keep"}).content.decode()
    sent = officer.post(at("import/"), {"digest": digest, "confirm": "yes", "q-jump": "keep"})

    assert "大约一万倍" in page
    assert "回答全部问题以后才能导入" in page
    assert "还有 1 个问题没有回答" in refused.content.decode()
    assert "确认导入 2 笔" in again
    assert sent.status_code == 302
    assert LedgerEntry.objects.filter(phase="initial").count() == 2


def test_a_published_table_becomes_balances_the_ledger_must_come_to(
    year: EvaluationYear, officer: Any, at: At, upload: Callable[[str, bytes], Any]
) -> None:
    services.enter(year, entry(Phase.FINAL, "1400.00", "30101"))
    digest = digest_in(upload("决算.xlsx", final_table(FINAL_ROWS)).content.decode())
    officer.post(at("import/"), {"digest": digest, "confirm": "yes"})

    page = officer.get(at("balances/")).content.decode()

    assert [(row.values["functional"], row.values["amount"]) for row in years.latest_rows(year, "balances")] == [
        ("2010301", "1500.00"),
        ("2010302", "2000.00"),
    ]
    assert "有 2 项与账内不符" in page
    assert "−100.00" in page


def test_vouchers_of_accounting_software_become_payments(
    year: EvaluationYear, officer: Any, at: At, upload: Callable[[str, bytes], Any]
) -> None:
    data = vouchers(*paid("60.00"), *paid("40.00", "30211", number="0002"), more=ACCOUNTS).encode()
    page = upload("总账.xml", data).content.decode()

    officer.post(at("import/"), {"digest": digest_in(page), "confirm": "yes"})

    assert "GB/T 24589.2—2010" in page
    assert sorted(LedgerEntry.objects.values_list("voucher", "cents")) == [
        ("2024-03-记-0001", 6000),
        ("2024-03-记-0002", 4000),
    ]


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("账.csv", b"a,b\n1,2\n", "不是“账目”表的列名"),
        ("账.xlsx", b"PK\x03\x04 broken", "损坏"),
        ("账.xml", b'<?xml version="1.0"?><!DOCTYPE a><a/>', "文档类型声明"),
        ("账.pdf", b"%PDF-1.7", "不是可以导入账目的文件"),
    ],
)
def test_a_bad_file_is_said_at_its_field_and_nothing_is_kept(
    year: EvaluationYear, upload: Callable[[str, bytes], Any], name: str, data: bytes, why: str
) -> None:
    sent = upload(name, data)

    assert sent.status_code == 422
    assert why in sent.content.decode()
    assert (LedgerEntry.objects.count(), ImportBatch.objects.count()) == (0, 0)


def test_an_import_that_fails_midway_leaves_nothing(year: EvaluationYear, account: Callable[..., User]) -> None:
    good, bad = entry(voucher="记-1"), entry(economic="99999")
    found = services.Import(name="账.csv", layout="csv", digest="1" * 64, entries=[good, bad])

    with pytest.raises(Refusal, match="没有 99999"):
        services.post(year, found)

    assert (LedgerEntry.objects.count(), ImportBatch.objects.count()) == (0, 0)


def test_files_nobody_confirmed_are_swept_away_after_a_day(
    year: EvaluationYear, upload: Callable[[str, bytes], Any]
) -> None:
    upload("账.csv", CSV)
    now: datetime = timezone.now()

    early = services.sweep(now.date(), now)
    late = services.sweep(now.date(), now + timedelta(days=2))

    assert early == 0
    assert late >= 1
