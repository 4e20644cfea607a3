"""``manage.py work``: the one worker. It delivers notices, runs the daily jobs and what waits in the rooms, and may be killed at any moment."""

from __future__ import annotations

import logging
import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone

from hengping_web.outbox import services

Result = TypeVar("Result")

log = logging.getLogger("hengping.work")


class Command(BaseCommand):
    """Work until told to stop."""

    help = "投递通知，执行每日任务；可随时停止、重启"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--once", action="store_true", help="只做一遍")
        parser.add_argument("--pause", type=float, default=5.0, metavar="秒", help="没有待办时等待多久（默认 5）")

    def handle(self, *_args: object, **options: Any) -> None:
        """Loop; what fails is logged and tried again, because one broken notice must not stop the others."""
        stop = threading.Event()
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        while True:
            jobs = _tried(lambda: services.run_daily_jobs(timezone.localdate(), timezone.now()))
            sent = _tried(lambda: services.deliver(timezone.now()))
            worked = _tried(lambda: services.run_worker_jobs(timezone.now()))
            if options["once"] and None in (jobs, sent, worked):
                raise CommandError("这一遍没有全部做完，原因见日志。")
            if options["once"] or stop.is_set() or (not sent and not worked and stop.wait(options["pause"])):
                return
            close_old_connections()


def _tried(act: Callable[[], Result]) -> Result | None:
    try:
        return act()
    except Exception:
        log.exception("a round of work failed")
        return None
