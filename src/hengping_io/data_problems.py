"""Collects what is wrong with a data package, all of it at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hengping.errors import InvalidPackage, Problem

SHOWN = 20
"""Problems of one kind in one column that are listed one by one; the rest are counted."""


@dataclass
class Problems:
    """Collects problems; of one kind in one column only the first few are listed, the rest counted."""

    found: list[Problem] = field(default_factory=list)
    _counts: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def add(
        self, file: str, message: str, *, row: int | None = None, column: str = "", rule: str = "", remedy: str = ""
    ) -> None:
        """Note one problem at its place."""
        kind = (file, column, rule)
        count = self._counts[kind] = self._counts.get(kind, 0) + 1
        if count <= SHOWN:
            self.found.append(Problem(file=file, message=message, row=row, column=column, rule=rule, remedy=remedy))

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note problems that somebody else found."""
        for problem in problems:
            self.add(
                problem.file,
                problem.message,
                row=problem.row,
                column=problem.column,
                rule=problem.rule,
                remedy=problem.remedy,
            )

    def of(self, file: str) -> bool:
        """Tell whether anything is wrong with a file."""
        return any(known == file for known, _, _ in self._counts)

    def listed(self) -> tuple[Problem, ...]:
        """Return what was found, with one closing line for each kind too numerous to list."""
        rest = [
            Problem(
                file=file,
                column=column,
                rule=rule,
                message=f"同类问题共 {count} 处，以上列出前 {SHOWN} 处",
                remedy="请一并改正。",
            )
            for (file, column, rule), count in self._counts.items()
            if count > SHOWN
        ]
        return (*self.found, *rest)

    def raise_if_any(self) -> None:
        """Raise ``InvalidPackage`` with everything found, or do nothing."""
        if self.found:
            raise InvalidPackage(self.listed())

    def __bool__(self) -> bool:
        return bool(self.found)
