"""``python -m hengping_web``: Django's own commands, and ``serve``: prepare the database, start the site and its worker."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command, execute_from_command_line

ADDRESS = "127.0.0.1:8000"
WORKERS, THREADS = 2, 2
"""More threads than that only cost memory: every one keeps a database connection and its cache."""


def main(words: Sequence[str]) -> None:
    """Run one management command; without any, serve."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengping_web.settings")
    try:
        if words and words[0] != "serve":
            execute_from_command_line(["hengping_web", *words])
        else:
            _serve(next((word for word in words[1:] if not word.startswith("-")), ADDRESS), "--no-worker" not in words)
    except ImproperlyConfigured as wrong:
        sys.exit(str(wrong))


def _serve(address: str, with_worker: bool) -> None:  # noqa: FBT001  private, called once
    import django

    django.setup()
    from django.conf import settings
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    call_command("migrate", verbosity=0)
    if settings.PRODUCTION:
        call_command("collectstatic", interactive=False, verbosity=0)
    host, _, port = address.rpartition(":")
    print(f"衡评已启动：http://{address}/ （按 Ctrl-C 停止）", flush=True)
    with _worker() if with_worker else _nobody():
        Granian(
            "hengping_web.wsgi:application",
            address=host,
            port=int(port),
            interface=Interfaces.WSGI,
            workers=WORKERS,
            blocking_threads=THREADS,
            log_level=LogLevels.warning,
        ).serve()


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


if __name__ == "__main__":
    main(sys.argv[1:])
