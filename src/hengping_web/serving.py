"""Start the site: bring the database up to date, then run the server and, beside it, the one worker."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

WORKERS, THREADS = 2, 2
"""More threads than that only cost memory: every one keeps a database connection and its cache."""

SECONDS_TO_END = 10
"""How long a worker may take to finish what it has begun."""

LOCAL = "127.0.0.1"
PORTS = range(8000, 8100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where the site listens, and the certificate with which it speaks HTTPS itself, where it does."""

    host: str = LOCAL
    port: int = PORTS.start
    certificate: Path | None = None
    certificate_key: Path | None = None

    @property
    def address(self) -> str:
        """Return the address to type into a browser."""
        return f"http{'s' if self.certificate else ''}://{self.host}:{self.port}/"


def door_at(text: str) -> Door:
    """Return the door an address and port name; what cannot be one is refused."""
    host, _, port = text.rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ImproperlyConfigured(f"监听地址应如 {LOCAL}:8000，实为“{text}”。")
    return Door(host=host.strip("[]"), port=int(port))


def free_port(host: str = LOCAL) -> int:
    """Return the first port nobody listens at."""
    for port in PORTS:
        if is_free(host, port):
            return port
    raise ImproperlyConfigured(f"{PORTS.start}–{PORTS.stop - 1} 端口都被占用。请关闭其中一个程序后重试。")


def is_free(host: str, port: int) -> bool:
    """Tell whether nobody listens at a port."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def prepare() -> None:
    """Load the site and bring its database, and in production its static files, up to date."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    if settings.PRODUCTION:
        call_command("collectstatic", interactive=False, verbosity=0)


def serve(door: Door, *, with_worker: bool = True) -> None:
    """Serve until told to stop."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    if not is_free(door.host, door.port):
        raise ImproperlyConfigured(f"{door.host}:{door.port} 已被占用。请换一个端口，或先停止占用它的程序。")
    with _worker() if with_worker else _nobody():
        _let_go_of_the_database()
        Granian(
            "hengping_web.wsgi:application",
            address=door.host,
            port=door.port,
            interface=Interfaces.WSGI,
            workers=WORKERS,
            blocking_threads=THREADS,
            workers_kill_timeout=SECONDS_TO_END,
            log_level=LogLevels.warning,
            ssl_cert=door.certificate,
            ssl_key=door.certificate_key,
        ).serve()


def _let_go_of_the_database() -> None:
    """Close every connection of this process: those it forks would all speak through the same sockets at once."""
    from django.db import connections

    for one in connections.all(initialized_only=True):
        one.close()
        if hasattr(one, "close_pool"):
            one.close_pool()


@contextmanager
def _worker() -> Iterator[None]:
    """Run the one worker beside the site for as long as the site runs."""
    worker = subprocess.Popen([sys.executable, "-m", "hengping_web", "work"])
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


@contextmanager
def _nobody() -> Iterator[None]:
    yield
