"""What may be entered in a book and how it is put right: nothing is changed, a wrong entry is reversed by another.

What is wrong with new entries is returned, all of it at once; a correction that makes no sense is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from hengping.errors import Problem, Refusal
from hengping.figures import MONEY_UNITS, ZERO
from hengping.law import source
from hengping.ledger.accounts import check_entry
from hengping.ledger.model import Adjustment, Book, Entry, Phase

BY_ITEM = source("budget-law")["第七十二条"]
"""Appropriations are used for the subject they were granted for; what is moved, is moved by the rules."""

DOCUMENTED = frozenset({Adjustment.SUPPLEMENT, Adjustment.REDUCTION, Adjustment.TRANSFER})
"""Adjustments that somebody decided, and a paper says so; carry-over follows from last year's final accounts."""

RULE = "更正账目"
MOST = MONEY_UNITS["万亿元"]
"""No department spends more; what exceeds it was typed in another unit."""


def problems_of(book: Book, entries: Iterable[Entry], *, partial: bool = False) -> tuple[Problem, ...]:
    """Return what is wrong with entries that somebody wants to add to a book."""
    return tuple(
        problem
        for entry in entries
        for problem in (*check_entry(entry, book, partial=partial), *_undocumented(entry), *_amount(entry))
    )


def reversal(entry: Entry, *, voucher: str, on: date | None, reason: str) -> Entry:
    """Return the entry that takes another back to nothing; a correction says why."""
    if not reason.strip():
        raise Refusal(RULE, "没有写明更正的原因", "请写明错在哪里、依据什么更正", str(BY_ITEM))
    note = f"冲销 {entry.reference}：{reason.strip()}"
    return replace(entry, amount=-entry.amount, voucher=voucher, on=on, note=note, file="", line=None)


def replaces(wrong: Entry, right: Entry) -> None:
    """Refuse a replacement that says exactly what the wrong entry said."""
    if _content(wrong) == _content(right):
        raise Refusal(RULE, "更正后的账目与原账目完全相同", "请改正有误的一项；确属多记的，只冲销即可", str(BY_ITEM))


def _content(entry: Entry) -> tuple[object, ...]:
    return (*entry.lot, entry.amount, entry.voucher, entry.on, entry.note)


def _undocumented(entry: Entry) -> Iterable[Problem]:
    if entry.account.phase is Phase.ADJUSTMENT and entry.adjustment in DOCUMENTED and not entry.voucher.strip():
        assert entry.adjustment is not None  # noqa: S101 - the set above holds no None
        yield Problem(
            file=entry.file or "账目",
            row=entry.line,
            column="voucher",
            message=f"{entry.adjustment.label}没有写明批复文号",
            rule=str(BY_ITEM),
            remedy="请在凭证号一栏填写批复或者通知的文号。",
        )


def _amount(entry: Entry) -> Iterable[Problem]:
    if entry.amount == ZERO:
        message, remedy = "金额为零", "没有发生的不必记账；不明的不要写零。"
    elif entry.amount.is_finite() and abs(entry.amount) > MOST:
        message, remedy = f"金额 {entry.amount:f} 元超过一万亿元", "请核对单位与数值。"
    else:
        return
    yield Problem(
        file=entry.file or "账目",
        row=entry.line,
        column="amount",
        message=message,
        rule="账目须有金额",
        remedy=remedy,
    )
