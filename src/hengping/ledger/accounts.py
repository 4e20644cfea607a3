"""Is the book in order? Every entry against the classifications, every account against its other phases.

What is wrong is returned, all of it at once, each with its place, the rule it breaks and the remedy. Overspending is
not a defect of the book but a fact about the year, so it is a separate question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from hengping.classification import Kind, Subject, subject, subjects
from hengping.dates import Period
from hengping.errors import Problem
from hengping.figures import ZERO, round_half_up
from hengping.law import Confidence, source
from hengping.ledger import book as books
from hengping.ledger.book import Slice
from hengping.ledger.facts import SLICES, TITLES, Stated
from hengping.ledger.model import Account, Adjustment, Book, Entry, Fund, Part, Phase

BUDGET_LAW = source("budget-law")
REGULATION = source("budget-law-regulation")
CLASSIFICATION = source("classification")

TO_ITEM = (BUDGET_LAW["第四十六条"], BUDGET_LAW["第七十五条"])
"""Budgets and final accounts are drawn up to the functional item, basic expenditure to the economic item."""

WITHIN_BUDGET = BUDGET_LAW["第十三条"]
"""What is not in the budget must not be spent."""

MOST_DIGITS = 20
"""Digits of an amount before the decimal point beyond which it is no money, and cannot be rounded either."""

BALANCED = "年初预算＋预算调整＝全年预算；执行数合计＝决算数；上年结转＋本年收入＝本年支出＋年末结转结余"
"""What it means for a book to balance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What a unit says a slice of its book comes to, and where it says so."""

    asked: Slice
    amount: Decimal
    title: str
    file: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overspent:
    """More paid than was granted for one functional item, part and fund; ``excess`` is by how much, in 元."""

    fund: Fund
    part: Part
    functional: str
    granted: Decimal
    paid: Decimal

    @property
    def excess(self) -> Decimal:
        """Return what was paid beyond the grant."""
        return self.paid - self.granted

    def __str__(self) -> str:
        return (
            f"{self.fund.label}{self.part.label}{self.functional}：全年预算 {self.granted:f} 元，"
            f"支出 {self.paid:f} 元，超出 {self.excess:f} 元（依据：{WITHIN_BUDGET}）"
        )


def check_book(
    book: Book,
    stated: Stated = MappingProxyType({}),
    assertions: Iterable[Assertion] = (),
    *,
    partial: bool = False,
) -> tuple[Problem, ...]:
    """Return everything wrong with a book, in the order of its file.

    A ``partial`` book holds only published figures: what was never itemised is let through, and balances are not
    asked for.
    """
    found: list[Problem] = []
    for entry in book.entries:
        found.extend(check_entry(entry, book, partial=partial))
    found.extend(_unbalanced(book))
    found.extend(_transfers(book))
    found.extend(_negative(book))
    found.extend(disagreements(book, stated))
    found.extend(_income(book, stated))
    for assertion in assertions:
        found.extend(check_assertion(book, assertion))
    return tuple(found)


def check_entry(entry: Entry, book: Book, *, partial: bool = False) -> Iterator[Problem]:
    """Yield what is wrong with one entry by itself."""
    yield from _amount(entry)
    yield from _economic(entry, book.year, partial=partial)
    yield from _functional(entry, book.year, partial=partial)
    yield from _project(entry, book, partial=partial)
    yield from _phase(entry, book.year)


def check_assertion(book: Book, assertion: Assertion) -> Iterator[Problem]:
    """Yield a problem where a slice does not come to what the unit says it does."""
    found = books.total(book, assertion.asked)
    if found is None:
        why = books.unknown(book, assertion.asked)
        yield _problem(assertion, f"“{assertion.title}”无法核对：{why}", "请补录相应条目，或删去这一断言")
    elif found != assertion.amount:
        gap = found - assertion.amount
        yield _problem(
            assertion,
            f"“{assertion.title}”应为 {assertion.amount:f} 元，账内为 {found:f} 元，相差 {gap:f} 元",
            "请查明差额，以新增条目更正，勿改动原条目",
            rule="余额断言",
        )


def disagreements(book: Book, stated: Stated) -> Iterator[Problem]:
    """Yield a problem for every base figure that differs from what the book itself adds up to."""
    for name, value in stated.items():
        computed = books.total(book, SLICES[name]) if name in SLICES else None
        if computed is not None and value is not None and computed != value:
            yield Problem(
                file="基础数据",
                column=name,
                message=f"{TITLES[name]}填报 {value} 元，账内合计 {computed:f} 元，相差 {computed - value:f} 元",
                rule="同一数据只能有一个值",
                remedy="请以账为准更正填报数，或补记账内条目",
            )


def doubts(book: Book) -> tuple[str, ...]:
    """Return what a reader should know of subjects the book uses whose code or days still have to be confirmed."""
    used = {subject(account.economic) for account in book.balances}
    used |= {subject(account.functional, Kind.FUNCTIONAL) for account in book.balances}
    found = sorted((known for known in used if known is not None), key=lambda known: known.code)
    return tuple(dict.fromkeys(text for known in found for text in _doubt(known, book.year)))


def overspending(book: Book) -> tuple[Overspent, ...]:
    """Return every functional item that paid more than its full-year budget; nothing where either is unknown."""
    if not book.phases >= books.FULL_YEAR:
        return ()
    paid_in = Phase.FINAL if Phase.FINAL in book.phases else Phase.EXECUTION
    granted = _by_grant(book, books.FULL_YEAR)
    paid = _by_grant(book, frozenset({paid_in}))
    return tuple(
        Overspent(fund=key[0], part=key[1], functional=key[2], granted=granted.get(key, ZERO), paid=amount)
        for key, amount in sorted(paid.items())
        if amount > granted.get(key, ZERO)
    )


# ── one entry ──────────────────────────────────────────────────────────────────────────────────────────────────


def _amount(entry: Entry) -> Iterator[Problem]:
    amount = entry.amount
    if not amount.is_finite() or amount.adjusted() > MOST_DIGITS or amount != round_half_up(amount, 2):
        yield _problem(entry, f"金额 {entry.amount} 不是以元为单位的两位小数", "请填到分", "amount", "金额记到分")


def _economic(entry: Entry, year: int, *, partial: bool) -> Iterator[Problem]:
    code = entry.account.economic
    if not code and partial:
        return
    known = subject(code)
    if known is None:
        yield _problem(
            entry,
            f"{Kind.ECONOMIC.label}没有 {code or '空'}",
            "请核对科目编码；政府预算科目（5 开头）应换成对应的部门预算科目",
            "economic",
            str(CLASSIFICATION),
        )
        return
    yield from _dated(entry, known, year, "economic")
    if known.level != 2 and not partial:
        yield _problem(
            entry,
            f"经济分类 {known} 只到类",
            "请记到款；确实没有列明的，在数据包中声明为只含公布数",
            "economic",
            "、".join(map(str, TO_ITEM)),
        )


def _functional(entry: Entry, year: int, *, partial: bool) -> Iterator[Problem]:
    code = entry.account.functional
    if not code and partial:
        return
    known = subject(code, Kind.FUNCTIONAL)
    if known is None:
        yield _problem(
            entry,
            f"已收录的{Kind.FUNCTIONAL.label}没有 {code or '空'}",
            f"请核对编码；规则表收录 {len(subjects(Kind.FUNCTIONAL))} 个相关科目，确属有效而未收录的，请补入功能分类表",
            "functional",
            str(CLASSIFICATION),
        )
        return
    yield from _dated(entry, known, year, "functional")
    if known.level != 3:
        yield _problem(
            entry, f"功能分类 {known} 只到{known.level_name}", "请记到项", "functional", "、".join(map(str, TO_ITEM))
        )


def _dated(entry: Entry, known: Subject, year: int, column: str) -> Iterator[Problem]:
    if _used_in(known, year) or known.days_confidence is Confidence.UNCERTAIN:
        return
    yield _problem(entry, f"{_days(known)}，不能用于 {year} 年", "请换用当年科目", column, str(CLASSIFICATION))


def _doubt(known: Subject, year: int) -> Iterator[str]:
    if known.days_confidence is Confidence.UNCERTAIN and not _used_in(known, year):
        yield f"{_days(known)}〔起止日待核实〕，而用于 {year} 年。{known.note}"
    elif known.confidence is Confidence.UNCERTAIN:
        yield f"科目 {known}：{known.note}"


def _used_in(known: Subject, year: int) -> bool:
    return known.in_force(date(year, 12, 31)) or known.in_force(date(year, 1, 1))


def _days(known: Subject) -> str:
    since = f"自 {known.since} 起" if known.since else ""
    until = f"至 {known.until} 前" if known.until else ""
    return f"科目 {known} {since}{until}使用"


def _project(entry: Entry, book: Book, *, partial: bool) -> Iterator[Problem]:
    account = entry.account
    if account.part is Part.BASIC and account.project:
        yield _problem(
            entry,
            f"基本支出不应带项目编码 {account.project}",
            "请删去项目编码，或改为项目支出",
            "project",
            str(REGULATION["第五条"]),
        )
    if account.part is Part.PROJECT and not partial and account.project not in book.projects:
        what = f"项目 {account.project} 不在项目清单中" if account.project else "项目支出没有项目编码"
        yield _problem(entry, what, "请补填项目编码并列入项目清单", "project", str(REGULATION["第五条"]))


def _phase(entry: Entry, year: int) -> Iterator[Problem]:
    if entry.account.phase is Phase.ADJUSTMENT and entry.adjustment is None:
        kinds = "、".join(kind.label for kind in Adjustment)
        yield _problem(entry, "预算调整没有注明原因", f"请填写其一：{kinds}", "adjustment", "预算调整须注明原因")
    if entry.account.phase is not Phase.ADJUSTMENT and entry.adjustment is not None:
        yield _problem(
            entry,
            f"{entry.account.phase.label}不应带调整原因“{entry.adjustment.label}”",
            "请删去，或把阶段改为预算调整",
            "adjustment",
        )
    if entry.account.phase is Phase.EXECUTION and entry.on is not None and entry.on not in Period.of_year(year):
        yield _problem(
            entry, f"支付日期 {entry.on} 不在 {year} 年", "请核对日期或年度", "on", str(BUDGET_LAW["第十八条"])
        )


# ── the accounts together ──────────────────────────────────────────────────────────────────────────────────────


def _unbalanced(book: Book) -> Iterator[Problem]:
    if not {Phase.EXECUTION, Phase.FINAL} <= book.phases:
        return
    places = _places(book)
    accounts = {account.at(Phase.FINAL) for account in book.balances if account.phase in _PAID}
    for account in sorted(accounts):
        paid = books.balance(book, account.at(Phase.EXECUTION))
        final = books.balance(book, account)
        if paid != final:
            place = places.get(account) or places[account.at(Phase.EXECUTION)]
            yield _problem(
                place,
                f"{_name(account)}：执行数合计 {paid:f} 元，决算数 {final:f} 元，相差 {final - paid:f} 元",
                "请查明差额，以新增条目更正，勿改动原条目",
                "amount",
                BALANCED,
            )


_PAID = frozenset({Phase.EXECUTION, Phase.FINAL})


def _transfers(book: Book) -> Iterator[Problem]:
    sums: dict[Fund, Decimal] = {}
    first: dict[Fund, Entry] = {}
    for entry in book.entries:
        if entry.adjustment is Adjustment.TRANSFER:
            fund = entry.account.fund
            first.setdefault(fund, entry)
            sums[fund] = sums.get(fund, ZERO) + entry.amount
    for fund, amount in sums.items():
        if amount:
            yield _problem(
                first[fund],
                f"{fund.label}的调剂合计应为零，现为 {amount:f} 元",
                "调出与调入须同时记账；净增减应记为追加或追减",
                "amount",
                BALANCED,
            )


def _negative(book: Book) -> Iterator[Problem]:
    places = _places(book)
    for account, amount in book.balances.items():
        if amount < 0 and account.phase is not Phase.ADJUSTMENT:
            yield _problem(
                places[account],
                f"{_name(account)}：{account.phase.label}余额为负（{amount:f} 元）",
                "请核对科目或冲销条目",
                "amount",
                BALANCED,
            )
    if book.phases >= books.FULL_YEAR:
        yield from _negative_grants(book, places)


def _negative_grants(book: Book, places: Mapping[Account, Entry]) -> Iterator[Problem]:
    for account in book.balances:
        if account.phase is Phase.ADJUSTMENT:
            granted = book.balances[account] + books.balance(book, account.at(Phase.INITIAL))
            if granted < 0:
                yield _problem(
                    places[account],
                    f"{_name(account)}：调整后的全年预算为负（{granted:f} 元）",
                    "追减或调出不得超过年初预算",
                    "amount",
                    BALANCED,
                )


def _income(book: Book, stated: Stated) -> Iterator[Problem]:
    spent = books.total(book, books.EXPENDITURE)
    known = [stated.get(name) for name in ("carried_in", "income", "carry_over")]
    carried, income, left = known
    if spent is None or carried is None or income is None or left is None:
        return
    gap = carried + income - spent - left
    if gap:
        yield Problem(
            file="基础数据",
            column="carry_over",
            message=(
                f"上年结转 {carried} 元＋本年收入 {income} 元－本年支出 {spent:f} 元"
                f"＝{carried + income - spent:f} 元，与年末结转结余 {left} 元相差 {gap:f} 元"
            ),
            rule=BALANCED,
            remedy="请核对收入、支出与结转结余",
        )


def _by_grant(book: Book, phases: frozenset[Phase]) -> dict[tuple[Fund, Part, str], Decimal]:
    found: dict[tuple[Fund, Part, str], Decimal] = {}
    for account, amount in book.balances.items():
        if account.phase in phases:
            key = (account.fund, account.part, account.functional)
            found[key] = found.get(key, ZERO) + amount
    return found


def _places(book: Book) -> Mapping[Account, Entry]:
    first: dict[Account, Entry] = {}
    for entry in book.entries:
        first.setdefault(entry.account, entry)
    return first


def _name(account: Account) -> str:
    words = [
        account.fund.label,
        account.part.label,
        account.functional,
        str(subject(account.economic) or account.economic),
    ]
    if account.project:
        words.append(f"项目{account.project}")
    return " ".join(word for word in words if word)


def _problem(place: Entry | Assertion, message: str, remedy: str, column: str = "", rule: str = "") -> Problem:
    return Problem(
        file=place.file or "账目", row=place.line, column=column, message=message, rule=rule, remedy=remedy + "。"
    )
