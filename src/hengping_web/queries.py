"""What the front pages ask the database."""

from __future__ import annotations

from django.db import connection


def database_answers() -> bool:
    """Tell whether the database answers the simplest question."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))
