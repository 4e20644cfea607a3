"""Acts on the ledger: enter, correct, import. Each asks the core, appends, and leaves its row in the log.

Nothing here changes an entry. A correction is one entry that takes the wrong one back and, where there is one, the
right entry; an import enters all its rows or none.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

from django.conf import settings
from django.db import transaction

from hengping.errors import Problem, Refusal, Unreadable
from hengping.figures import ZERO
from hengping.ledger import corrections
from hengping.ledger import model as core
from hengping_io import ledger_import
from hengping_io.data_columns import Column, parse
from hengping_io.ledger_preview import LONGEST, Asked, Preview, Row, finished
from hengping_io.year_folder import PRIVATE
from hengping_io.year_layouts import layouts
from hengping_web.accounts.models import User
from hengping_web.attachments.services import shown_name
from hengping_web.cycle import queries as year_queries
from hengping_web.cycle import services as years
from hengping_web.cycle.models import EvaluationYear
from hengping_web.ledger import queries
from hengping_web.ledger.models import ImportBatch, LedgerEntry
from hengping_web.trail.services import Kind, record
from hengping_web.vault import envelope

ENTERING, CORRECTING, IMPORTING, TAKING = "记账", "更正账目", "导入账目", "取上年数"
BATCH = 500
NO_ANSWERS: Mapping[str, str] = MappingProxyType({})


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
    found = corrections.problems_of(queries.book(evaluation_year), entries, partial=partial)
    return (*found, *(_private(entry) for entry in entries if PRIVATE.search(entry.note)))


def _private(entry: core.Entry) -> Problem:
    return Problem(
        file=entry.file or ENTERING,
        column="note",
        message="备注里疑似身份证号码或者手机号码",
        rule="个人信息",
        remedy="账里不记个人信息，请删去。",
    )


def asked_of(evaluation_year: EvaluationYear, answers: Mapping[str, str] = NO_ANSWERS) -> Asked:
    """Return what a file, or a form, is read for."""
    known = queries.beside(evaluation_year)
    return Asked(
        year=evaluation_year.year,
        book=queries.book(evaluation_year),
        last=known.last,
        partial=known.partial,
        answers=answers,
    )


def judge(evaluation_year: EvaluationYear, entry: core.Entry, *, confirmed: bool) -> Preview:
    """Return one entry judged as an import judges its rows: what is wrong, and what looks doubled or out of scale."""
    answers = dict.fromkeys(("doubled", "jump"), "keep") if confirmed else NO_ANSWERS
    row = Row(place=ENTERING, says=f"{entry.amount:f} 元", entry=entry)
    return finished(Preview(name="", layout="form", title="", rows=(row,)), asked_of(evaluation_year, answers))


def keep_upload(evaluation_year: EvaluationYear, name: str, data: bytes, actor: User) -> str:
    """Keep a file that waits to be confirmed, sealed, and return its digest; a day later it is swept away."""
    digest = hashlib.sha256(data).hexdigest()
    path = _upload_path(evaluation_year, digest, actor)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    waiting = path.with_suffix(f".{secrets.token_hex(8)}")
    waiting.write_bytes(envelope.seal(shown_name(name).encode() + b"\0" + data, f"ledger import {digest}"))
    waiting.replace(path)
    return digest


def kept_upload(evaluation_year: EvaluationYear, digest: str, actor: User) -> tuple[str, bytes]:
    """Return the file that was previewed, by its digest; refuse where it is gone or no longer the same."""
    path = _upload_path(evaluation_year, digest, actor)
    try:
        name, _, data = envelope.unseal(path.read_bytes(), f"ledger import {digest}").partition(b"\0")
    except OSError as lost:
        raise Refusal(IMPORTING, "预览过的文件已经不在", "文件只保留一天，请重新上传。") from lost
    if hashlib.sha256(data).hexdigest() != digest:
        raise Refusal(IMPORTING, "文件与预览时不同", "请重新上传。")
    return name.decode(), data


def _upload_path(evaluation_year: EvaluationYear, digest: str, actor: User) -> Path:
    folder: Path = settings.DATA / "imports"
    return folder / f"{evaluation_year.pk}-{actor.pk}-{digest}.sealed"


def sweep(_today: date, now: datetime) -> int:
    """Remove files that waited a day to be confirmed; return how many."""
    limit = (now - timedelta(days=1)).timestamp()
    stale = [path for path in (settings.DATA / "imports").glob("*") if path.stat().st_mtime < limit]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)


def preview(evaluation_year: EvaluationYear, name: str, data: bytes, answers: Mapping[str, str]) -> Preview:
    """Return what a file would enter; refuse a file nobody can read."""
    try:
        return ledger_import.preview(name, data, asked_of(evaluation_year, answers))
    except Unreadable as error:
        raise Refusal(IMPORTING, f"{error.path}：{error.reason}", error.remedy) from error


def post_kept(evaluation_year: EvaluationYear, digest: str, answers: Mapping[str, str], actor: User) -> ImportBatch:
    """Enter the file that was previewed, read anew under the lock; refuse where something is still to be answered."""
    with transaction.atomic():
        held = years.writable(evaluation_year, IMPORTING)
        name, data = kept_upload(held, digest, actor)
        found = preview(held, name, data, answers)
        if found.open_questions:
            raise Refusal(IMPORTING, f"还有 {len(found.open_questions)} 个问题没有回答", "请在预览页上逐一选择。")
        balances = [one.row() for one in found.balances if one.row() not in _stated(held)]
        made = post(
            held,
            Import(
                name=name,
                layout=found.layout,
                digest=digest,
                entries=found.entries,
                balances=balances,
                left_out=len(found.misfits),
            ),
            actor,
        )
    _upload_path(held, digest, actor).unlink(missing_ok=True)
    return made


def _stated(held: EvaluationYear) -> list[dict[str, str]]:
    """Return the balances stated already, with every column, so that none is stated twice."""
    names = [column.name for column in layouts()["balances"].columns]
    return [{name: row.values.get(name, "") for name in names} for row in queries.balance_rows(held)]


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


def take_last_year(evaluation_year: EvaluationYear, actor: User | None = None) -> int:
    """State last year's totals from last year's ledger on this site, account by account; return how many."""
    with transaction.atomic():
        held = years.writable(evaluation_year, TAKING)
        last = year_queries.year_before(held)
        if last is None or last.year != held.year - 1:
            raise Refusal(TAKING, f"本系统没有 {held.year - 1} 年度的账目", "请在“上年账目合计”里逐行填报。")
        if "last_ledger" in year_queries.given_tables(held):
            raise Refusal(TAKING, "上年账目合计已经填报", "请逐行修改，不得整表重复取数。")
        rows = list(_totals(queries.book(last), last.year))
        if not rows:
            raise Refusal(TAKING, f"{last.year} 年度没有年初预算或者决算账目", "请先补齐上年账目，或逐行填报。")
        years.load_rows(held, "last_ledger", rows, actor)
        _tell(held, "ledger.last-year", actor, {"from": last.subject, "rows": len(rows)})
    return len(rows)


def _totals(book: core.Book, year: int) -> Iterator[dict[str, str]]:
    """Yield what every account was granted at the beginning and finally spent, bought by procurement or not."""
    sums: dict[tuple[core.Account, bool], Decimal] = {}
    for lot, amount in book.lots.items():
        if lot.account.phase in {core.Phase.INITIAL, core.Phase.FINAL}:
            key = (lot.account, lot.procurement)
            sums[key] = sums.get(key, ZERO) + amount
    known = sorted((key, amount) for key, amount in sums.items() if amount)
    for number, ((account, procurement), amount) in enumerate(known, start=1):
        yield {
            "entry": f"T{year}-{number:05d}",
            "phase": account.phase.value,
            "part": account.part.value,
            "fund": account.fund.value,
            "functional": account.functional,
            "economic": account.economic,
            "project": account.project,
            "amount": f"{amount:f}",
            "procurement": "true" if procurement else "",
            "note": f"{year} 年度账目合计",
        }


def exported(evaluation_year: EvaluationYear, count: int, actor: User) -> None:
    """Log that a list was taken out of the house."""
    with transaction.atomic():
        record(Kind.EXPORT, "ledger.export", subject=evaluation_year.subject, actor=actor, details={"entries": count})


def _loaded(
    held: EvaluationYear, values: Mapping[str, str], columns: Mapping[str, Column], actor: User | None
) -> LedgerEntry:
    read = {name: parse(values.get(name, ""), column) for name, column in columns.items()}
    for name, (title, most) in LONGEST.items():
        if len(read[name]) > most:
            raise Refusal(
                IMPORTING, f"{read['entry']} 的{title}有 {len(read[name])} 个字，最多 {most} 个", "请写短些。"
            )
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
