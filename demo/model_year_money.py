"""Invented money for the model year: a budget, its adjustments, some three thousand payments, and final accounts.

Every payment is drawn from one account and never exceeds it; the final accounts are what was paid, to the cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from model_year_petitions import Chance

from hengping.dates import Calendar
from hengping.figures import ZERO, round_half_up

YEAR = 2024
CENT = Decimal("0.01")

WAGES = (("30101", 4_320), ("30102", 2_180), ("30103", 3_050), ("30107", 420))
INSURANCE = (
    ("30108", "2080505", 1_460),
    ("30109", "2080506", 730),
    ("30110", "2101101", 780),
    ("30111", "2101103", 160),
    ("30112", "2089999", 95),
    ("30113", "2210201", 1_290),
)
RUNNING = (
    ("30201", 180), ("30202", 60), ("30205", 30), ("30206", 210), ("30207", 90), ("30209", 360), ("30211", 160),
    ("30213", 70), ("30215", 60), ("30217", 40), ("30228", 200), ("30229", 150), ("30231", 110), ("30239", 480),
    ("30299", 60),
)  # fmt: skip
OTHERS = (
    ("30216", "2050803", 50),
    ("30302", "2080501", 90),
    ("30304", "2080801", 60),
    ("30305", "2014001", 36),
    ("30307", "2101101", 70),
    ("31002", "2014001", 120),
)
PROJECTS = {
    "MODEL-P01": (
        ("30201", 260), ("30202", 180), ("30211", 620), ("30214", 900), ("30215", 160), ("30216", 240),
        ("30226", 780), ("30227", 1_100), ("30299", 360),
    ),
    "MODEL-P02": (("30213", 620), ("30227", 480), ("31007", 400)),
    "MODEL-P03": (("30306", 1_500), ("30226", 400), ("30227", 500)),
}  # fmt: skip
"""Economic item and thousands of 元 at the start of the year."""

PROCURED = frozenset({"30209", "31002", "31007", "30213"})
ADMINISTRATION, BUSINESS = "2014001", "2014004"
BEFORE = {"2014001": "2010301", "2014004": "2010308"}
"""Functional items as they were called before 2024."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where money belongs, and what was granted at the start of the year."""

    functional: str
    economic: str
    project: str
    initial: Decimal

    @property
    def part(self) -> str:
        """Return basic or project."""
        return "project" if self.project else "basic"

    @property
    def procured(self) -> str:
        """Tell, as the table writes it, whether the money goes through government procurement."""
        return "true" if self.economic in PROCURED and (self.project == "MODEL-P02" or not self.project) else ""


@dataclass(frozen=True, slots=True)
class Change:
    """One adjustment of the budget."""

    on: date
    project: str
    economic: str
    amount: int
    reason: str
    note: str
    policy: bool = False


CHANGES = (
    Change(date(2024, 3, 15), "MODEL-P01", "30227", 150_000, "carried_in", "上年结转：信访事项评估委托合同尾款"),
    Change(date(2024, 3, 15), "MODEL-P02", "31007", 80_000, "carried_in", "上年结转：系统升级合同尾款"),
    Change(date(2024, 6, 20), "", "30103", 260_000, "supplement", "按政策调整绩效奖金，财政追加", policy=True),
    Change(date(2024, 7, 18), "MODEL-P03", "30306", 300_000, "supplement", "追加困难群众救助资金"),
    Change(date(2024, 9, 5), "", "30217", -8_000, "reduction", "压减公务接待费"),
    Change(date(2024, 9, 5), "MODEL-P01", "30215", -20_000, "reduction", "压减会议费"),
    Change(date(2024, 10, 10), "MODEL-P01", "30214", -60_000, "transfer", "调剂：租赁费结余"),
    Change(date(2024, 10, 10), "MODEL-P01", "30227", 60_000, "transfer", "调剂：补充委托业务费"),
)

LEDGER = (
    "entry", "phase", "part", "fund", "functional", "economic", "project", "amount", "voucher", "on", "adjustment",
    "policy", "procurement", "note",
)  # fmt: skip
LAST_LEDGER = (
    "entry", "phase", "part", "fund", "functional", "economic", "project", "amount", "procurement", "note"
)  # fmt: skip


def accounts() -> tuple[Account, ...]:
    """Return every account with its grant at the start of the year."""
    basic = [(ADMINISTRATION, code, "", amount) for code, amount in (*WAGES, *RUNNING)]
    basic += [(functional, code, "", amount) for code, functional, amount in (*INSURANCE, *OTHERS)]
    project = [(BUSINESS, code, key, amount) for key, items in PROJECTS.items() for code, amount in items]
    return tuple(Account(a, b, c, Decimal(amount * 1000)) for a, b, c, amount in sorted(basic) + project)


class Money:
    """A year of money, told once: what was granted, changed, paid, and is left."""

    def __init__(self, seed: int, calendar: Calendar) -> None:
        self._chance = Chance(seed)
        self._calendar = calendar
        self.accounts = accounts()
        self.granted = {account: account.initial for account in self.accounts}
        for change in CHANGES:
            self.granted[self._of(change)] += change.amount
        self.paid = {account: self._paid(account) for account in self.accounts}

    def _of(self, change: Change) -> Account:
        wanted = (change.project, change.economic)
        return next(account for account in self.accounts if (account.project, account.economic) == wanted)

    def _paid(self, account: Account) -> Decimal:
        """Return what the year came to: wages nearly whole, running costs a little less, “three public” well below."""
        if account.economic in ("30217", "30231"):
            share = Decimal(self._chance.days(8_400, 9_300))
        elif account.economic.startswith("301"):
            share = Decimal(self._chance.days(9_930, 9_999))
        else:
            share = Decimal(self._chance.days(9_650, 9_990))
        return round_half_up(self.granted[account] * share / 10_000, 2)

    @property
    def left(self) -> tuple[Decimal, Decimal]:
        """Return what is carried over (projects) and what is surplus (basic expenditure)."""
        unspent = {account: self.granted[account] - self.paid[account] for account in self.accounts}
        carried = sum((amount for account, amount in unspent.items() if account.project), ZERO)
        return carried, sum(unspent.values(), ZERO) - carried

    @property
    def income(self) -> Decimal:
        """Return what was received this year: everything granted except what came over from last year."""
        came_over = sum(change.amount for change in CHANGES if change.reason == "carried_in")
        return sum(self.granted.values(), ZERO) - came_over

    def ledger(self) -> Iterator[tuple[str, ...]]:
        """Yield ledger.csv, row by row, in the order the entries were made."""
        for number, row in enumerate(self._rows(), start=1):
            yield (f"MODEL-{number:05}", *row)

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for account in self.accounts:
            yield _row("initial", account, account.initial, "年初预算批复（虚构）")
        for change in CHANGES:
            account = self._of(change)
            yield _row(
                "adjustment", account, Decimal(change.amount), change.note, on=change.on,
                reason=change.reason, policy="true" if change.policy else "",
            )  # fmt: skip
        payments = [payment for account in self.accounts for payment in self._payments(account)]
        payments.sort(key=lambda payment: (payment[0], payment[1].economic, payment[1].project))
        for number, (on, account, amount, note) in enumerate(payments, start=1):
            voucher = f"模记〔{on.month:02}〕{number:05}"
            yield _row("execution", account, amount, note, voucher=voucher, on=on)
        for account in self.accounts:
            yield _row("final", account, self.paid[account], "决算（虚构）")

    def _payments(self, account: Account) -> Iterator[tuple[date, Account, Decimal, str]]:
        """Split a year's total over the months, several vouchers each, the rest on the last one."""
        total = self.paid[account]
        count = 12 if account.economic.startswith("301") else max(12, min(140, int(total) // 2_800))
        weights = [50 + self._chance.days(0, 50) for _ in range(count)]
        rest = total
        for place, weight in enumerate(weights):
            last = place == count - 1
            amount = rest if last else round_half_up(total * weight / sum(weights), 2)
            rest -= amount
            yield self._day(place, count), account, amount, ""
        if self._chance.true(0.3):
            wrong = round_half_up(total / 97, 2)
            on = self._day(count // 2, count)
            yield on, account, wrong, "记错科目"
            yield on, account, -wrong, "冲销记错科目的凭证"

    def _day(self, place: int, count: int) -> date:
        day = date(YEAR, 1, 8) + timedelta(days=int(place / count * 348) + self._chance.days(0, 6))
        return min(self._calendar.roll_forward(day), date(YEAR, 12, 30))

    def last_year(self) -> Iterator[tuple[str, ...]]:
        """Yield last_ledger.csv: last year's totals, account by account."""
        number = 0
        for account in self.accounts:
            dearer = Decimal(112) if account.economic in ("30217", "30231") else Decimal(self._chance.days(93, 101))
            before = round_half_up(account.initial * dearer / 100, 2)
            for phase, amount in (("initial", before), ("final", round_half_up(before * 97 / 100, 2))):
                number += 1
                functional = BEFORE.get(account.functional, account.functional)
                yield (
                    f"MODEL-L{number:04}", phase, account.part, "general", functional, account.economic, "",
                    str(amount), account.procured, "上年合计（虚构）",
                )  # fmt: skip

    def balances(self) -> Iterator[tuple[str, ...]]:
        """Yield balances.csv: the totals of the budget reply and the final accounts."""
        sums: Iterable[tuple[str, dict[Account, Decimal], str]] = (
            ("initial", {account: account.initial for account in self.accounts}, "示例财批〔2024〕1号（虚构）"),
            ("execution", self.paid, "示例财务系统年终对账单（虚构）"),
            ("final", self.paid, "示例财决批〔2025〕1号（虚构）"),
        )
        for phase, amounts, basis in sums:
            for part in ("basic", "project"):
                whole = sum((amount for account, amount in amounts.items() if account.part == part), ZERO)
                yield (phase, part, "general", "", str(whole.quantize(CENT)), basis)


def _row(
    phase: str,
    account: Account,
    amount: Decimal,
    note: str,
    *,
    voucher: str = "",
    on: date | None = None,
    reason: str = "",
    policy: str = "",
) -> tuple[str, ...]:
    day = on.isoformat() if on else ""
    where = (phase, account.part, "general", account.functional, account.economic, account.project)
    return (*where, str(amount.quantize(CENT)), voucher, day, reason, policy, account.procured, note)
