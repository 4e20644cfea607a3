"""A zero-based budget request: every amount is built up from its drivers, quantity by frequency by price.

Last year's amount is no driver. A request is judged as a whole and every fault is named at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hengping.classification import Kind, subject
from hengping.errors import InvalidPackage, Problem
from hengping.figures import ZERO, percentage, print_number, round_half_up
from hengping.ledger.model import Part

RULE = "零基预算"
ONE = Decimal(1)
ONE_LIKE_ANOTHER = "同上年"


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """What makes money necessary: so many of something, so often, at a price, by a standard or a quotation."""

    title: str
    quantity: Decimal
    unit: str
    price: Decimal
    frequency: Decimal = ONE
    basis: str = ""

    @property
    def amount(self) -> Decimal:
        """Return quantity × frequency × price in 元, rounded once to cents."""
        return round_half_up(self.quantity * self.frequency * self.price, 2)

    @property
    def working(self) -> str:
        """Return the multiplication as printed.

        >>> Driver(title="接访值班", quantity=Decimal(6), unit="人", frequency=Decimal(12), price=Decimal("80")).working
        '6 人 × 12 次 × 80.00 元 ＝ 5,760.00 元'
        """
        often = "" if self.frequency == ONE else f" × {_plain(self.frequency)} 次"
        price, amount = (print_number(value, 2, thousands=True) for value in (self.price, self.amount))
        return f"{_plain(self.quantity)} {self.unit}{often} × {price} 元 ＝ {amount} 元"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of a request: what for, on which subject, and its drivers; ``refers`` names results and findings."""

    key: str
    title: str
    part: Part
    economic: str
    purpose: str
    drivers: tuple[Driver, ...] = ()
    refers: tuple[str, ...] = ()

    @property
    def amount(self) -> Decimal:
        """Return the sum of the drivers."""
        return sum((driver.amount for driver in self.drivers), ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRequest:
    """What a department asks for in a year."""

    year: int
    items: tuple[Item, ...]

    @property
    def total(self) -> Decimal:
        """Return the sum of all items."""
        return sum((item.amount for item in self.items), ZERO)

    def of_part(self, part: Part) -> Decimal:
        """Return the sum of the items of basic or of project expenditure."""
        return sum((item.amount for item in self.items if item.part is part), ZERO)

    @property
    def by_class(self) -> Mapping[str, Decimal]:
        """Return the sums by economic class, in the order of the codes."""
        found: dict[str, Decimal] = {}
        for item in sorted(self.items, key=lambda one: one.economic):
            found[item.economic[:3]] = found.get(item.economic[:3], ZERO) + item.amount
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A class of the request beside last year's final accounts: amounts, difference, and the change on a named base."""

    code: str
    title: str
    asked: Decimal
    last: Decimal | None
    difference: Decimal | None
    change: str


def beside_last(request: BudgetRequest, last: Mapping[str, Decimal]) -> tuple[Beside, ...]:
    """Return every class asked for or spent last year, side by side; what was not spent last year has no change."""
    codes = sorted(set(request.by_class) | set(last))
    return tuple(_beside(code, request.by_class.get(code, ZERO), last.get(code)) for code in codes)


def _beside(code: str, asked: Decimal, last: Decimal | None) -> Beside:
    known = subject(code)
    difference = None if last is None else asked - last
    change = percentage(difference, last) if difference is not None and last else None
    return Beside(
        code=code,
        title=known.name if known else code,
        asked=asked,
        last=last,
        difference=difference,
        change=f"{change}（与上年决算比）" if change else "未提供",
    )


def check(request: BudgetRequest, known: Sequence[str] = ()) -> tuple[Problem, ...]:
    """Return every fault of a request; ``known`` are the references that exist."""
    return tuple(_faults(request, frozenset(known)))


def insist(request: BudgetRequest, known: Sequence[str] = ()) -> BudgetRequest:
    """Return a request without faults, or raise ``InvalidPackage`` with all of them."""
    found = check(request, known)
    if found:
        raise InvalidPackage(found)
    return request


def _faults(request: BudgetRequest, known: frozenset[str]) -> Iterator[Problem]:
    if not request.items:
        yield _problem("申报", "没有申报项目", "请至少列一项。")
    keys = [item.key for item in request.items]
    for item in request.items:
        if keys.count(item.key) > 1:
            yield _problem(item.title, f"编号 {item.key} 重复", "请改用不同的编号。")
        yield from _item(item, request.year)
        for reference in item.refers:
            if reference not in known:
                yield _problem(item.title, f"引用的“{reference}”不存在", "请从列出的结果、问题与措施中选择。")


def _item(item: Item, year: int) -> Iterator[Problem]:
    found = subject(item.economic, Kind.ECONOMIC)
    if found is None or len(item.economic) != 5:
        yield _problem(item.title, f"“{item.economic}”不是经济分类款级科目", "请填五位款级代码。")
    elif not found.in_force(date(year, 1, 1)):
        yield _problem(item.title, f"{found} 在 {year} 年不在用", "请改用当年的科目。")
    if not item.purpose.strip():
        yield _problem(item.title, "没有写明为什么需要", "零基预算从需要说起，请写明要办的事。")
    if not item.drivers:
        yield _problem(item.title, "没有测算因素", "请列出数量、次数和单价；不能只报一个总数。")
    for driver in item.drivers:
        yield from _driver(item, driver)


def _driver(item: Item, driver: Driver) -> Iterator[Problem]:
    place = f"{item.title}：{driver.title}"
    if min(driver.quantity, driver.frequency, driver.price) <= 0:
        yield _problem(place, "数量、次数和单价都须大于零", "请核对数字；不需要的因素请删去。")
    if not driver.unit.strip():
        yield _problem(place, "没有计量单位", "请填写计量单位，如“人”“台”“件”。")
    if not driver.basis.strip():
        yield _problem(place, "没有写明单价依据", "请写明支出标准、合同或者询价的依据。")
    elif ONE_LIKE_ANOTHER in driver.basis:
        yield _problem(place, "以上年数作依据", "零基预算不以上年为基数，请写标准、合同或者询价。")


def _problem(place: str, message: str, remedy: str) -> Problem:
    return Problem(file=place, message=message, rule=RULE, remedy=remedy)


def _plain(value: Decimal) -> str:
    """Return a quantity without an exponent and without zeros nobody typed."""
    shown = format(value, "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
