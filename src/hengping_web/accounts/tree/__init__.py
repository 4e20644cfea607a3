"""The tree of organisations as it stands in the memory of a process: who is above whom, and what each is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hengping.petitions.model import Authorities


@dataclass(frozen=True, slots=True)
class Tree:
    """Every organisation by key and by row: its name, who stands above it along both lines, and where its subtree begins."""

    names: Mapping[str, str]
    keys: Mapping[int, str]
    ids: Mapping[str, int]
    parents: Mapping[int, int | None]
    authorities: Authorities
    superiors: Mapping[int, tuple[int, ...]]
    paths: Mapping[int, str]

    def above(self, organisation: int) -> frozenset[int]:
        """Return an organisation and everything it stands below, along both lines."""
        found: set[int] = set()
        waiting = [organisation]
        while waiting:
            here = waiting.pop()
            if here not in found:
                found.add(here)
                waiting.extend(self.superiors.get(here, ()))
        return frozenset(found)

    def key(self, organisation: int | None) -> str:
        """Return the key of an organisation, or nothing where there is none."""
        return self.keys.get(organisation, "") if organisation else ""

    def parent(self, organisation: int | None) -> str:
        """Return the key of what an organisation belongs to, or nothing."""
        return self.key(self.parents.get(organisation)) if organisation else ""

    def below(self, path: str) -> list[int]:
        """Return the organisations of a subtree."""
        return [one for one, its in self.paths.items() if its.startswith(path)]
