"""Amounts that the text gives under the name of an economic account, with the class and the kind of spending."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from hengping import classification
from hengping.audit.model import Role, Statement

if TYPE_CHECKING:
    from hengping.audit.reading import Reading
    from hengping.classification import Subject

ENDINGS = ("支出", "费用", "费", "经费", "金额")


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An amount under an account: ``listed_under`` is the class it is listed with, ``spending`` basic, project or ''."""

    statement: Statement
    account: Subject
    name: str
    listed_under: Statement | None
    spending: str

    @property
    def is_class(self) -> bool:
        """Tell whether the account is a class (类)."""
        return self.account.level == 1

    @property
    def is_official(self) -> bool:
        """Tell whether the account is called by its official name."""
        return classification.normalise(self.name) == classification.normalise(self.account.name)


def read_accounts(reading: Reading) -> tuple[AccountLine, ...]:
    """Return every level of money whose subject is an economic account, in order."""
    return tuple(_lines(reading))


def _lines(reading: Reading) -> Iterator[AccountLine]:
    passage, head, above = -1, "", None
    spending = ""
    for statement in reading.statements:
        if statement.role is not Role.LEVEL or statement.family != "money":
            continue
        if statement.passage != passage:
            passage, head, above = statement.passage, "", None
            spending = reading.outline.role_at(statement.start, ("basic", "project"))
        account = account_named(statement.subject, head)
        if account is None:
            continue
        if account.level == 1:
            head, above = account.code, statement
            yield AccountLine(statement, account, statement.subject, None, spending)
        else:
            inside = above if above is not None and account.code.startswith(head) else None
            yield AccountLine(statement, account, statement.subject, inside, spending)


@cache
def account_named(name: str, within: str = "") -> Subject | None:
    """Return the account a report means, also where it adds 支出, 费 or 费用 to the official name."""
    found = classification.account_by_name(name, within)
    if found is not None or len(name) < 3:
        return found
    for ending in ENDINGS:
        bare = name.removesuffix(ending)
        if bare != name and len(bare) >= 2:
            found = classification.account_by_name(bare, within)
            if found is not None:
                return found
    return None
