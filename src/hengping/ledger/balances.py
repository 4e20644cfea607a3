"""How a stated balance stands against the book: what both say, and by how much they differ.

A balance speaks of what is entered under an account. What was entered without an item is not under any item: it shows
in the balance of the whole, and as a gap where a report says the item holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from hengping.classification import Kind, subject
from hengping.errors import Problem
from hengping.figures import ZERO
from hengping.ledger import book as books
from hengping.ledger.accounts import Assertion
from hengping.ledger.book import Slice
from hengping.ledger.former import of_other_years
from hengping.ledger.model import Book, Fund, Part, Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A stated balance, what the book comes to, and why not where it cannot know."""

    assertion: Assertion
    found: Decimal | None
    why: str = ""

    @property
    def gap(self) -> Decimal | None:
        """Return by how much the book exceeds what is stated, or None where it cannot know."""
        return None if self.found is None else self.found - self.assertion.amount

    @property
    def holds(self) -> bool:
        """Tell whether the two are equal to the cent."""
        return self.gap == 0


def scope(
    phase: Phase,
    part: Part | None = None,
    fund: Fund | None = None,
    functional: str = "",
    economic: str = "",
    project: str = "",
) -> Slice:
    """Return the entries a balance speaks of; an economic code of three digits means the class, of five the item."""
    whole = len(economic) > 3
    return Slice(
        phases=frozenset({phase}),
        part=part,
        fund=fund,
        functional=functional,
        classes=frozenset({economic}) if economic and not whole else frozenset(),
        items=frozenset({economic}) if whole else frozenset(),
        project=project,
    )


def faults(book: Book, functional: str = "", economic: str = "", project: str = "") -> Iterator[Problem]:
    """Yield what is wrong with the account a balance names: no entry could ever be under it."""
    for column, code, kind in (
        ("functional", functional, Kind.FUNCTIONAL),
        ("economic", economic, Kind.ECONOMIC),
    ):
        if code and subject(code, kind) is None:
            yield _fault(column, f"{kind.label}没有 {code}", "请核对科目编码；空为全部。")
        elif code and of_other_years(code, book.year, kind):
            yield _fault(column, of_other_years(code, book.year, kind), "请换用当年科目。")
    if project and project not in book.projects:
        yield _fault("project", f"项目 {project} 不在项目清单中", "请核对项目代码，或先列入项目清单；空为全部。")


def _fault(column: str, message: str, remedy: str) -> Problem:
    return Problem(file="平衡数", column=column, message=message, rule="科目", remedy=remedy)


def standing(book: Book, assertion: Assertion) -> Standing:
    """Return how one stated balance stands."""
    absent = sorted(phase.label for phase in assertion.asked.phases - book.phases)
    if absent:
        return Standing(assertion=assertion, found=None, why=f"账内没有{'、'.join(absent)}数")
    return Standing(
        assertion=assertion, found=sum((heap.amount for _, heap in books.heaps(book, assertion.asked)), ZERO)
    )


def standings(book: Book, assertions: Iterable[Assertion]) -> tuple[Standing, ...]:
    """Return how every stated balance stands, in the order given."""
    return tuple(standing(book, assertion) for assertion in assertions)


def problems_of(found: Iterable[Standing]) -> Iterator[Problem]:
    """Yield a problem for every balance that does not hold, with its place and the remedy."""
    for one in found:
        if not one.holds:
            yield _problem(one)


def _problem(one: Standing) -> Problem:
    stated = one.assertion
    if one.gap is None:
        message, remedy = f"“{stated.title}”无法核对：{one.why}", "请补录相应条目，或删去这一平衡数。"
    else:
        message = f"“{stated.title}”写 {stated.amount:f} 元，账内为 {one.found:f} 元，相差 {one.gap:f} 元"
        remedy = "请查漏记、重记的账目，以新的账目更正；确有未列明的，补一笔“未列明”。"
    return Problem(
        file=stated.file or "平衡数", row=stated.line, column="amount", message=message, rule="账目平衡", remedy=remedy
    )
