"""Reading the tree of organisations once for every state of it, instead of once for every page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from django.db import connection

from hengping.petitions.model import Authorities
from hengping_web.accounts.models import Organisation
from hengping_web.accounts.tree import Tree

STATE = """
SELECT count(*), max(id), sum(coalesce(parent_id, 0) * id), sum(coalesce(line_superior_id, 0) * id),
       sum(length(path)), sum(length(name)), max(path), max(name),
       (SELECT hash FROM trail_logentry WHERE action = 'organisation.added' ORDER BY sequence DESC LIMIT 1)
FROM accounts_organisation
"""
"""What changes whenever the tree does: its size, shape and names, and the log's last row about an organisation."""


_KEPT: ContextVar[list[Tree] | None] = ContextVar("tree_of_this_request", default=None)


@contextmanager
def one_tree() -> Iterator[None]:
    """Look at the tree once at most from here on: one page is about one state of it."""
    token = _KEPT.set([])
    try:
        yield
    finally:
        _KEPT.reset(token)


def tree() -> Tree:
    """Return the tree as the database has it now; it is read anew only where something about it has changed."""
    kept = _KEPT.get()
    if kept:
        return kept[0]
    with connection.cursor() as cursor:
        cursor.execute(STATE, [])
        found = _read(tuple(cursor.fetchone() or ()))
    if kept is not None:
        kept.append(found)
    return found


@lru_cache(maxsize=4)
def _read(_state: tuple[Any, ...]) -> Tree:
    rows = list(Organisation.objects.values_list("pk", "key", "name", "path", "parent_id", "line_superior_id"))
    keys = {row[0]: row[1] for row in rows}
    superiors = {row[0]: tuple(up for up in row[4:] if up) for row in rows}
    return Tree(
        names={row[1]: row[2] for row in rows},
        keys=keys,
        ids={row[1]: row[0] for row in rows},
        parents={row[0]: row[4] for row in rows},
        authorities=Authorities({keys[pk]: [keys[up] for up in ups] for pk, ups in superiors.items()}),
        superiors=superiors,
        paths={row[0]: row[3] for row in rows},
    )
