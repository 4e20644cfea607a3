"""What a file would enter in a ledger, before anything is entered: rows that fit, rows that do not and why, questions.

Readers of every layout end here. A row becomes an entry, or a stated balance where its table does not say down to
which item the money went, or it does not fit. What a person must decide is a question; unanswered, nothing is entered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType

from hengping.classification import Kind, subject
from hengping.errors import Problem
from hengping.figures import ZERO
from hengping.ledger import book as books
from hengping.ledger.accounts import doubts
from hengping.ledger.balances import scope
from hengping.ledger.book import Slice
from hengping.ledger.corrections import problems_of
from hengping.ledger.former import of_other_years
from hengping.ledger.model import Account, Book, Entry, Fund, Part, Phase
from hengping.ledger.units import Jump, jump, jumps
from hengping_io.year_folder import PRIVATE

LARGEST = 40_000_000
"""Bytes of a file beyond which it is refused rather than swallowed."""

MOST_ROWS = 60_000
"""Rows of one file; more is no department's year."""

NOT_ITEMISED = "未列明"
LONGEST: Mapping[str, tuple[str, int]] = MappingProxyType(
    {"voucher": ("凭证号", 120), "project": ("项目代码", 60), "note": ("备注", 500)}
)
"""Texts of an entry, what they are called, and how long they may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a file is read for: the year, its book so far, last year's, and the answers to what was asked."""

    year: int
    book: Book
    last: Book | None = None
    partial: bool = False
    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def answer(self, key: str) -> str:
        """Return the answer to a question, empty where there is none yet."""
        return self.answers.get(key, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something only a person can decide: what is asked, why, and the answers there are, as value and words."""

    key: str
    text: str
    why: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    answer: str = ""

    @property
    def answered(self) -> bool:
        """Tell whether one of the answers was given."""
        return self.answer in {value for value, _ in self.choices}


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """A stated balance: the account it speaks of as far as its table names it, the amount, and where it says so."""

    phase: Phase
    amount: Decimal
    part: Part | None = None
    fund: Fund | None = None
    functional: str = ""
    economic: str = ""
    basis: str = ""

    @property
    def asked(self) -> Slice:
        """Return the entries it speaks of."""
        return scope(self.phase, self.part, self.fund, self.functional, self.economic)

    def row(self) -> dict[str, str]:
        """Return it as a row of the year folder."""
        return {
            "phase": self.phase.value,
            "part": self.part.value if self.part else "",
            "fund": self.fund.value if self.fund else "",
            "functional": self.functional,
            "economic": self.economic,
            "project": "",
            "amount": f"{self.amount:f}",
            "basis": self.basis,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the file at its place: what it says in short, and what becomes of it."""

    place: str
    says: str
    entry: Entry | None = None
    balance: Balance | None = None
    problems: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()
    skipped: str = ""

    @property
    def fits(self) -> bool:
        """Tell whether the row will be entered, or kept as a balance."""
        return not self.problems and not self.skipped and (self.entry is not None or self.balance is not None)

    @property
    def amount(self) -> Decimal | None:
        """Return the amount in 元 where there is one."""
        known = self.entry or self.balance
        return None if known is None else known.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A file as read: its layout in words, its rows in order, what is asked, and what a reader must know."""

    name: str
    layout: str
    title: str
    rows: tuple[Row, ...] = ()
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return the entries of the rows that fit."""
        return tuple(row.entry for row in self.rows if row.fits and row.entry is not None)

    @property
    def balances(self) -> tuple[Balance, ...]:
        """Return the stated balances of the rows that fit."""
        return tuple(row.balance for row in self.rows if row.fits and row.balance is not None)

    @property
    def misfits(self) -> tuple[Row, ...]:
        """Return the rows that do not fit."""
        return tuple(row for row in self.rows if row.problems)

    @property
    def skipped(self) -> tuple[Row, ...]:
        """Return the rows that are left out on purpose, such as totals of other rows."""
        return tuple(row for row in self.rows if row.skipped and not row.problems)

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """Return what is not answered yet."""
        return tuple(question for question in self.questions if not question.answered)

    @property
    def ready(self) -> bool:
        """Tell whether it may be entered: something fits, and nothing is left to ask."""
        return not self.open_questions and bool(self.entries or self.balances)

    @property
    def total(self) -> Decimal:
        """Return what the entries that fit come to, in 元."""
        return sum((entry.amount for entry in self.entries), ZERO)


LEFT_OUT = "备注里疑似身份证号码或者手机号码，已略去：账里不记个人信息"
YES_NO = (("keep", "按文件所写记账"), ("leave-out", "这些行先不导入"))


def problem(place: str, message: str, remedy: str, rule: str = "", column: str = "") -> Problem:
    """Return what is wrong at a place of the file."""
    return Problem(file=place, message=message, remedy=remedy, rule=rule, column=column)


def judged(rows: Iterable[Row], asked: Asked) -> list[Row]:
    """Return rows with what the core finds wrong with their entries, and what a reader should know of their codes."""
    return [_judged(row, asked) for row in rows]


def _judged(row: Row, asked: Asked) -> Row:
    if row.entry is None or row.problems or row.skipped:
        return row
    if PRIVATE.search(row.entry.note):
        row = replace(row, entry=without_numbers(row.entry), remarks=(*row.remarks, LEFT_OUT))
    return _found_fault_with(row, row.entry, asked)


def without_numbers(entry: Entry | None) -> Entry | None:
    """Return an entry whose note holds no identity or telephone number; a ledger keeps no personal data."""
    return None if entry is None else replace(entry, note=PRIVATE.sub("〔号码略〕", entry.note))


def _found_fault_with(row: Row, entry: Entry | None, asked: Asked) -> Row:
    if entry is None:
        return row
    known = (*code_problems(row.place, entry.account, asked.year), *_too_long(row.place, entry))
    found = known or tuple(
        replace(one, file=row.place, row=None) for one in problems_of(asked.book, [entry], partial=asked.partial)
    )
    return replace(row, problems=found, remarks=(*row.remarks, *doubts(Book.of(asked.year, [entry]))))


def code_problems(place: str, account: Account, year: int) -> Iterable[Problem]:
    """Yield a problem for every code that belongs to other years."""
    for column, code, kind in (
        ("economic", account.economic, Kind.ECONOMIC),
        ("functional", account.functional, Kind.FUNCTIONAL),
    ):
        why = of_other_years(code, year, kind) if code else ""
        if why:
            yield problem(place, why, "请换用当年科目；确是旧年度的文件，请在那一年度导入。", "科目", column)


def _too_long(place: str, entry: Entry) -> Iterable[Problem]:
    texts = {"voucher": entry.voucher, "project": entry.account.project, "note": entry.note}
    for name, text in texts.items():
        title, most = LONGEST[name]
        if len(text) > most:
            yield problem(place, f"{title}有 {len(text)} 个字，最多 {most} 个", "请写短些。", "长度", name)


def finished(preview: Preview, asked: Asked) -> Preview:
    """Return a preview with its rows judged, doubled rows and suspicious amounts asked about, and answers applied."""
    rows = judged(preview.rows, asked)
    questions = list(preview.questions)
    for question, places in (_doubled(rows, asked), _jumping(rows, asked)):
        if question is None:
            continue
        questions.append(question)
        if question.answer == "leave-out":
            rows = [
                replace(row, skipped="按您的选择不导入") if row.place in places and not row.problems else row
                for row in rows
            ]
    return replace(preview, rows=tuple(rows), questions=tuple(questions))


# ── rows that are in the ledger already ────────────────────────────────────────────────────────────────────────


def _doubled(rows: Sequence[Row], asked: Asked) -> tuple[Question | None, frozenset[str]]:
    """Ask about rows that say exactly what an entry of the ledger says: account, day, voucher and amount."""
    there = {_mark(entry): entry for entry in asked.book.entries if entry.voucher}
    found = [
        (row, there[_mark(row.entry)])
        for row in rows
        if row.fits and row.entry is not None and row.entry.voucher and _mark(row.entry) in there
    ]
    if not found:
        return None, frozenset()
    why = tuple(f"{row.place}：{row.says}，与已有账目 {entry.file or entry.voucher} 相同" for row, entry in found[:20])
    question = Question(
        key="doubled",
        text=f"有 {len(found)} 行与账内已有账目的科目、日期、凭证号、金额完全相同，可能是重复导入。怎样处理？",
        why=why,
        choices=YES_NO,
        answer=asked.answer("doubled"),
    )
    return question, frozenset(row.place for row, _ in found)


def _mark(entry: Entry) -> tuple[object, ...]:
    return (*entry.account, entry.amount, entry.voucher, entry.on)


# ── amounts in the wrong unit ──────────────────────────────────────────────────────────────────────────────────


def _jumping(rows: Sequence[Row], asked: Asked) -> tuple[Question | None, frozenset[str]]:
    """Ask about amounts ten thousand times what the ledger has for the same account, or other rows of the file have."""
    found: list[tuple[Jump, frozenset[str]]] = [*_total_jumps(rows, asked), *_row_jumps(rows, asked)]
    if not found:
        return None, frozenset()
    question = Question(
        key="jump",
        text="有金额与账内已有的数相差约一万倍，可能是把元写成了万元，或者把万元写成了元。确认无误吗？",
        why=tuple(str(one) for one, _ in found[:20]),
        choices=YES_NO,
        answer=asked.answer("jump"),
    )
    return question, frozenset(place for _, places in found for place in places)


def _total_jumps(rows: Sequence[Row], asked: Asked) -> Iterable[tuple[Jump, frozenset[str]]]:
    """Compare what the file brings for a part with what other phases, and last year, have for it."""
    for phase, part in ((phase, part) for phase in Phase for part in Part):
        if phase is Phase.ADJUSTMENT:
            continue
        mine = [row for row in rows if row.fits and _is_of(row, phase, part)]
        brought = sum((row.amount or ZERO for row in mine), ZERO)
        for against, known in _compared(asked, phase, part):
            # A handful of rows is no whole part: only a file as large as the ledger is compared by its sum.
            whole = len(mine) * 3 >= _size(asked, phase, part)
            one = jump(f"文件内{phase.label}{part.label}合计", brought, known, against) if whole else None
            if one is not None:
                yield one, frozenset(row.place for row in mine)
                break


def _is_of(row: Row, phase: Phase, part: Part) -> bool:
    if row.entry is not None:
        return row.entry.account.phase is phase and row.entry.account.part is part
    known = row.balance
    return known is not None and known.phase is phase and known.part is part and not known.economic


def _size(asked: Asked, phase: Phase, part: Part) -> int:
    others = {one for one in Phase if one is not Phase.ADJUSTMENT} - {phase}
    sizes = [
        sum(1 for account in asked.book.balances if account.phase is other and account.part is part) for other in others
    ]
    return min((size for size in sizes if size), default=0)


def _compared(asked: Asked, phase: Phase, part: Part) -> Iterable[tuple[str, Decimal]]:
    for other in (Phase.INITIAL, Phase.FINAL, Phase.EXECUTION):
        known = books.total(asked.book, Slice(phases=frozenset({other}), part=part))
        if known and other is not phase:
            yield f"账内{other.label}{part.label}合计", known
    if asked.last is not None:
        known = books.total(asked.last, Slice(phases=frozenset({phase}), part=part))
        if known:
            yield f"上年{phase.label}{part.label}合计", known


def _row_jumps(rows: Sequence[Row], asked: Asked) -> Iterable[tuple[Jump, frozenset[str]]]:
    """Compare each subject's sum with the same subject of other phases, or of last year."""
    for phase in (Phase.INITIAL, Phase.FINAL):
        sums: dict[str, Decimal] = {}
        places: dict[str, set[str]] = {}
        for row in rows:
            known = row.entry.account if row.entry else row.balance
            if not row.fits or known is None or known.phase is not phase or not known.economic:
                continue
            sums[known.economic] = sums.get(known.economic, ZERO) + (row.amount or ZERO)
            places.setdefault(known.economic, set()).add(row.place)
        names = {code: str(subject(code) or code) for code in sums}
        for against, there in _items_compared(asked, phase):
            for one in jumps(sums, there, against, names):
                code = next(code for code, name in names.items() if name == one.what)
                yield one, frozenset(places[code])


def _items_compared(asked: Asked, phase: Phase) -> Iterable[tuple[str, Mapping[str, Decimal]]]:
    for other in (Phase.INITIAL, Phase.FINAL, Phase.EXECUTION):
        if other is not phase and other in asked.book.phases:
            yield f"账内{other.label}", books.by_item(asked.book, Slice(phases=frozenset({other})))
            return
    if asked.last is not None and phase in asked.last.phases:
        yield f"上年{phase.label}", books.by_item(asked.last, Slice(phases=frozenset({phase})))
