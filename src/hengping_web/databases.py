"""Which database the site keeps its rows in: SQLite in its own folder, or PostgreSQL named by one address."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

EXAMPLE = "postgresql://用户:密码@主机:5432/库名"


def sqlite(path: Path) -> dict[str, Any]:
    """Return the settings of a file database.

    Readers never wait for a writer (WAL), and a transaction that will write takes its lock at once (IMMEDIATE) instead
    of failing half-way when two begin together.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;"
                " PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=67108864; PRAGMA secure_delete=ON;"
            ),
        },
    }


def postgresql(address: str, largest_pool: int) -> dict[str, Any]:
    """Return the settings of a PostgreSQL database; connections are kept in a pool in every process."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as wrong:
        raise ImproperlyConfigured(f"HENGPING_DATABASE 的地址有误。应如 {EXAMPLE}。") from wrong
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not name:
        raise ImproperlyConfigured(f"HENGPING_DATABASE 应如 {EXAMPLE}。")
    asked = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": asked.pop("host", unquote(parts.hostname or "")),
        "PORT": str(port or ""),
        "OPTIONS": {"pool": {"min_size": 2, "max_size": largest_pool, "timeout": 10}, **asked},
    }


def chosen(address: str, folder: Path, largest_pool: int = 8) -> dict[str, Any]:
    """Return the settings of the database an address names; none means the file in the site's folder."""
    if not address:
        return sqlite(folder / "hengping.sqlite3")
    if address.startswith("sqlite:///"):
        return sqlite(Path(address.removeprefix("sqlite:///")).resolve())
    return postgresql(address, largest_pool)
