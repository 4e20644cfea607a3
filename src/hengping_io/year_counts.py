"""Count a year's petition facts on an engine, in a process of its own where there is more than one core.

Loading an engine takes about as long as reading a year folder, so it is begun first and waited for last. The facts
are the same columns either way, and so are the counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeAlias

from hengping.petitions.columns import COUNT_COLUMNS
from hengping_io import counts, engines

Columns: TypeAlias = Mapping[str, Sequence[Any]]
Counted: TypeAlias = dict[str, counts.Number | None]

FACTS = "petition_facts"


class Counter:
    """Counts fact columns, here or in a process that has been loading its engine meanwhile."""

    def __init__(self, pool: ProcessPoolExecutor | None, engine: str) -> None:
        self._pool = pool
        self._engine = engine

    def count(self, columns: Columns) -> Counted:
        """Return the sum of every counting column."""
        wanted = {name: values for name, values in columns.items() if name in COUNT_COLUMNS}
        if self._pool is None:
            return count_columns(wanted, self._engine)
        return self._pool.submit(count_columns, wanted, self._engine).result()


def count_columns(columns: Columns, engine: str) -> Counted:
    """Load columns into an engine and return the sum of each, in the order of their names."""
    table = engines.load(engines.connect(engine), FACTS, columns)
    return counts.count_columns(table, sorted(columns))


@contextmanager
def counter(*, processes: int, engine: str = "duckdb") -> Iterator[Counter]:
    """Yield a counter; with more than one process its engine begins to load at once."""
    if processes < 2:
        yield Counter(None, engine)
        return
    with ProcessPoolExecutor(max_workers=1) as pool:
        pool.submit(engines.warm)
        yield Counter(pool, engine)
