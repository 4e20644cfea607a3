"""Acts on the ledger: enter, correct, import. Each asks the core, appends, and leaves its row in the log.

Nothing here changes an entry. A correction is one entry that takes the wrong one back and, where there is one, the
right entry; an import enters all its rows or none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from hengping.errors import Problem, Refusal
from hengping.ledger import corrections
from hengping.ledger import model as core
from hengping_io.data_columns import Column, parse
from hengping_io.year_layouts import layouts
from hengping_web.accounts.models import User
from hengping_web.cycle import services as years
from hengping_web.cycle.models import EvaluationYear
from hengping_web.ledger import queries
from hengping_web.ledger.models import ImportBatch, LedgerEntry
from hengping_web.trail.services import Kind, record

ENTERING, CORRECTING, IMPORTING = "记账", "更正账目", "导入账目"
BATCH = 500


class Unfit(Refusal):
    """Entries the core finds fault with: all of it, in ``problems``."""

    def __init__(self, what: str, problems: Sequence[Problem]) -> None:
        first = problems[0]
        more = f"（另有 {len(problems) - 1} 处）" if len(problems) > 1 else ""
        super().__init__(what, first.message + more, first.remedy, first.rule)
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A file as it was previewed and confirmed: its name, digest and layout, its entries and its stated balances."""

    name: str
    layout: str
    digest: str
    entries: Sequence[core.Entry]
    balances: Sequence[Mapping[str, str]] = ()
    left_out: int = 0


def problems_of(evaluation_year: EvaluationYear, entries: Sequence[core.Entry]) -> tuple[Problem, ...]:
    """Return what the core finds wrong with entries somebody wants to make."""
    partial = queries.beside(evaluation_year).partial
    return corrections.problems_of(queries.book(evaluation_year), entries, partial=partial)


def enter(evaluation_year: EvaluationYear, entry: core.Entry, actor: User | None = None) -> LedgerEntry:
    """Make one entry, or refuse it with everything that is wrong with it."""
    with transaction.atomic():
        held = years.writable(evaluation_year, ENTERING)
        _refuse_unfit(held, ENTERING, [entry])
        made = _append(held, [_row(held, entry, actor)])[0]
        _tell(held, "ledger.enter", actor, {"entry": made.code, "cents": made.cents})
    return made


def correct(
    wrong: LedgerEntry, right: core.Entry | None, reason: str, *, on: date | None, actor: User | None = None
) -> list[LedgerEntry]:
    """Take an entry back with the reason, and make the right one where there is one; both point at the wrong one."""
    with transaction.atomic():
        held = years.writable(wrong.evaluation_year, CORRECTING)
        _refuse_twice(wrong)
        back = corrections.reversal(wrong.to_core(), voucher=wrong.voucher, on=on or wrong.on, reason=reason)
        rows = [_row(held, back, actor, corrects=wrong, reversal=True, like=wrong)]
        if right is not None:
            corrections.replaces(wrong.to_core(), right)
            _refuse_unfit(held, CORRECTING, [right])
            rows.append(_row(held, right, actor, corrects=wrong))
        made = _append(held, rows)
        _tell(held, "ledger.correct", actor, {"entry": wrong.code, "by": "、".join(row.code for row in made)})
    return made


def _refuse_twice(wrong: LedgerEntry) -> None:
    """Keep an entry from being taken back twice, and a reversal from being reversed."""
    earlier = wrong.corrections.filter(reversal=True).first()
    if earlier is not None:
        raise Refusal(CORRECTING, f"{wrong.code} 已由 {earlier.code} 冲销", "请打开更正后的账目，更正那一笔。")
    if wrong.reversal:
        raise Refusal(CORRECTING, f"{wrong.code} 是冲销账目", "冲错了的，按原账目重新记一笔即可。")


def post(evaluation_year: EvaluationYear, found: Import, actor: User | None = None) -> ImportBatch:
    """Enter the rows of a file, all of them or none; a file is entered once."""
    with transaction.atomic():
        held = years.writable(evaluation_year, IMPORTING)
        earlier = queries.batch_of(held, found.digest)
        if earlier is not None:
            when = f"{earlier.at:%Y-%m-%d}"
            raise Refusal(
                IMPORTING, f"这个文件已于 {when} 导入，记了 {earlier.entered} 笔", "没有重复记账，无须再导入。"
            )
        if not found.entries and not found.balances:
            raise Refusal(IMPORTING, "没有一行可以导入", "请按预览所列的原因改正文件后重新上传。")
        _refuse_unfit(held, IMPORTING, found.entries)
        batch = ImportBatch.objects.create(
            evaluation_year=held,
            name=found.name[:120],
            layout=found.layout,
            digest=found.digest,
            entered=len(found.entries),
            left_out=found.left_out,
            by=actor,
        )
        _append(held, [_row(held, entry, actor, batch=batch) for entry in found.entries])
        for values in found.balances:
            years.save_row(held, years.Edit(table="balances", values=values), actor)
        _tell(
            held,
            "ledger.import",
            actor,
            {"sha256": found.digest, "layout": found.layout, "entries": len(found.entries), "batch": batch.pk},
        )
    return batch


def load(evaluation_year: EvaluationYear, rows: Sequence[Mapping[str, str]], actor: User | None = None) -> int:
    """Enter the rows of a year folder under their own numbers; it was judged as a whole before."""
    columns = {column.name: column for column in layouts()["ledger"].columns}
    with transaction.atomic():
        held = years.writable(evaluation_year, IMPORTING)
        if queries.entries(held).exists():
            raise Refusal(IMPORTING, "本年度已有账目", "整年的数据包只能载入空的年度；补录请用导入或者逐笔记账。")
        made = _append(held, [_loaded(held, values, columns, actor) for values in rows])
        _tell(held, "ledger.load", actor, {"entries": len(made)})
    return len(made)


def _loaded(
    held: EvaluationYear, values: Mapping[str, str], columns: Mapping[str, Column], actor: User | None
) -> LedgerEntry:
    read = {name: parse(values.get(name, ""), column) for name, column in columns.items()}
    return LedgerEntry(
        evaluation_year=held,
        code=read["entry"],
        phase=read["phase"],
        part=read["part"],
        fund=read["fund"],
        functional=read["functional"],
        economic=read["economic"],
        project=read["project"],
        cents=_cents(read["amount"]),
        voucher=read["voucher"],
        on=read["on"],
        adjustment=read["adjustment"],
        policy=read["policy"],
        procurement=read["procurement"],
        note=read["note"],
        by=actor,
    )


def _refuse_unfit(held: EvaluationYear, what: str, entries: Sequence[core.Entry]) -> None:
    found = problems_of(held, entries)
    if found:
        raise Unfit(what, found)


def _row(
    held: EvaluationYear,
    entry: core.Entry,
    actor: User | None,
    *,
    batch: ImportBatch | None = None,
    corrects: LedgerEntry | None = None,
    reversal: bool = False,
    like: LedgerEntry | None = None,
) -> LedgerEntry:
    """Return the line of an entry, not yet numbered; ``like`` keeps what was left open in the line it takes back."""
    account = entry.account
    return LedgerEntry(
        evaluation_year=held,
        phase=account.phase.value,
        part=account.part.value,
        fund=account.fund.value,
        functional=account.functional,
        economic=account.economic,
        project=account.project,
        cents=_cents(entry.amount),
        voucher=entry.voucher,
        on=entry.on,
        adjustment=entry.adjustment.value if entry.adjustment else "",
        policy=like.policy if like else (entry.policy or None),
        procurement=like.procurement if like else (entry.procurement or None),
        note=entry.note[:500],
        batch=batch,
        corrects=corrects,
        reversal=reversal,
        by=actor,
    )


def _append(held: EvaluationYear, rows: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """Number what has no number and save; the year is held, so nobody takes the same number."""
    _number(held, [row for row in rows if not row.code])
    return LedgerEntry.objects.bulk_create(rows, batch_size=BATCH)


def _number(held: EvaluationYear, rows: Iterable[LedgerEntry]) -> None:
    taken = set(queries.entries(held).filter(code__startswith=f"L{held.year}-").values_list("code", flat=True))
    following = queries.last_code(held)
    for row in rows:
        following += 1
        while f"L{held.year}-{following:05d}" in taken:
            following += 1
        row.code = f"L{held.year}-{following:05d}"


def _cents(amount: Decimal) -> int:
    return int(amount.scaleb(2))


def _tell(held: EvaluationYear, action: str, actor: User | None, details: Mapping[str, str | int]) -> None:
    record(Kind.WRITE, action, subject=held.subject, actor=actor, details=details)
