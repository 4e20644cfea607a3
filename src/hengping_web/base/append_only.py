"""Tables that only grow: triggers that refuse to change or delete a row, whoever asks the database.

A migration calls ``protect`` for its table. Nothing in the site ever calls ``release``; it exists for the tests, which
empty the tables they filled.
"""

from __future__ import annotations

from typing import Protocol

REFUSAL = "rows of this table are never changed or deleted"


class Runs(Protocol):
    """Something that runs one statement."""

    def execute(self, sql: str) -> object:
        """Run one statement."""
        ...


def protect(vendor: str, table: str, runs: Runs, key: str = "id") -> None:
    """Forbid changing, deleting and emptying the table from now on; ``key`` is the column of its primary key."""
    for statement in (_POSTGRESQL if vendor == "postgresql" else _SQLITE)["protect"]:
        runs.execute(statement.format(table=table, key=key, refusal=REFUSAL))


def release(vendor: str, table: str, runs: Runs) -> None:
    """Take the protection away."""
    for statement in (_POSTGRESQL if vendor == "postgresql" else _SQLITE)["release"]:
        runs.execute(statement.format(table=table))


_SQLITE = {
    "protect": (
        "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
        "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
        # INSERT OR REPLACE would delete the old row without firing the trigger above.
        (
            "CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            "WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        ),
    ),
    "release": (
        "DROP TRIGGER IF EXISTS {table}_no_update",
        "DROP TRIGGER IF EXISTS {table}_no_delete",
        "DROP TRIGGER IF EXISTS {table}_no_replace",
    ),
}

_POSTGRESQL = {
    "protect": (
        (
            "CREATE OR REPLACE FUNCTION hengping_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        ),
        (
            "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION hengping_append_only()"
        ),
        (
            "CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION hengping_append_only()"
        ),
        # ALWAYS: they fire even for a session that plays a replica in order to silence triggers.
        "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only",
        "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_never_emptied",
    ),
    "release": (
        "DROP TRIGGER IF EXISTS {table}_append_only ON {table}",
        "DROP TRIGGER IF EXISTS {table}_never_emptied ON {table}",
    ),
}
