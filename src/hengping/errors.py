"""Every exception Hengping raises on purpose.

::

    HengpingError
    ├── RulebookError        the rulebook contradicts itself; it does not start
    ├── Refusal              the law, or a house rule, forbids the request
    │   └── OutsideCalendar  a day for which no official calendar is published
    ├── Unreadable           a file cannot be read at all
    ├── InvalidPackage       a data package breaks its own rules; every problem at once
    └── Unavailable          an engine, font or program that is asked for is not there

A defect in somebody's document is none of these: it is a ``Finding``, a value.
Every message says what happened, by which text, and what to do now. Every exception can be handed from one process to
another and is the same there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


class HengpingError(Exception):
    """Anything Hengping refuses, cannot read, or cannot trust."""

    def __reduce__(self) -> tuple[Callable[..., HengpingError], tuple[object, ...]]:
        return _again, (type(self), self.args, vars(self))


def _again(kind: type[HengpingError], message: tuple[object, ...], parts: Mapping[str, object]) -> HengpingError:
    """Return an error as it was in another process; its parts make a message, so they are not made from one."""
    error = kind.__new__(kind, *message)
    vars(error).update(parts)
    return error


class RulebookError(HengpingError):
    """A rule, table or scheme that contradicts itself or cites nothing."""


class Refusal(HengpingError):
    """A step that is not allowed now: what, by which text, and what would be allowed.

    ``rule`` is the title of what was asked for, ``basis`` the printed citations.
    """

    def __init__(self, rule: str, reason: str, remedy: str = "", basis: str = "") -> None:
        self.rule = rule
        self.reason = reason
        self.remedy = remedy
        self.basis = basis
        by = f"（依据：{basis}）" if basis else ""
        super().__init__(f"{rule}：{reason}{by}。{remedy}")


class OutsideCalendar(Refusal):
    """A day outside the years whose holiday arrangement has been published."""


class Unreadable(HengpingError):
    """A file that cannot be read: which, why, and what to do."""

    def __init__(self, path: str, reason: str, remedy: str = "") -> None:
        self.path = path
        self.reason = reason
        self.remedy = remedy
        super().__init__(f"{path}：{reason}。{remedy}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in a data package, at its place, with the rule it breaks and the remedy.

    ``row`` counts lines of the file from 1 (the header is line 1); ``column`` is the field's name.
    """

    file: str
    message: str
    row: int | None = None
    column: str = ""
    rule: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f" 第{self.row}行"
        if self.column:
            place += f" “{self.column}”列"
        rule = f"（规则：{self.rule}）" if self.rule else ""
        return f"{place}：{self.message}{rule}。{self.remedy}"


class InvalidPackage(HengpingError):
    """A data package with problems, all of them listed."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Unavailable(HengpingError):
    """Something asked for that this machine does not have: what, and how to get it."""

    def __init__(self, what: str, reason: str, remedy: str = "") -> None:
        self.what = what
        self.reason = reason
        self.remedy = remedy
        super().__init__(f"{what}：{reason}。{remedy}")
