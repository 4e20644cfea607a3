"""The places an address names: the database (SQLite in the site's folder, or PostgreSQL), and the post office."""

from __future__ import annotations

from dataclasses import dataclass
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


def database(address: str, folder: Path, largest_pool: int = 8) -> dict[str, Any]:
    """Return the settings of the database an address names; none means the file in the site's folder."""
    if not address:
        return sqlite(folder / "hengping.sqlite3")
    if address.startswith("sqlite:///"):
        return sqlite(Path(address.removeprefix("sqlite:///")).resolve())
    return postgresql(address, largest_pool)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOffice:
    """Where mail is handed in."""

    backend: str
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    tls_at_once: bool = False
    tls_later: bool = False


def mail(address: str) -> PostOffice:
    """Return where mail is handed in: the terminal, or a server named by one address; only this machine without TLS."""
    if address == "console":
        return PostOffice(backend="django.core.mail.backends.console.EmailBackend")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as wrong:
        raise ImproperlyConfigured("HENGPING_MAIL 的地址有误。应如 smtp://用户:密码@主机:587。") from wrong
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("HENGPING_MAIL 应为 console，或如 smtp://用户:密码@主机:587。")
    at_once = parts.scheme == "smtps"
    return PostOffice(
        backend="django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname,
        port=port or (465 if at_once else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls_at_once=at_once,
        tls_later=not at_once and parts.hostname not in {"localhost", "127.0.0.1"},
    )
