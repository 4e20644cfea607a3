"""``manage.py export_log FILE``: the log as lines of JSON for ``hengping verify-log``; the export is itself logged."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hengping_web.trail import queries
from hengping_web.trail.services import Kind, record


class Command(BaseCommand):
    """Write the log to a file only its owner can read."""

    help = "导出日志，供 hengping verify-log 独立核验"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--from", dest="first", type=int, default=1, metavar="序号")
        parser.add_argument("--to", dest="last", type=int, default=None, metavar="序号")

    def handle(self, *_args: object, **options: Any) -> None:
        """Log the export, then write it; the row that tells of it is in it."""
        record(Kind.EXPORT, "log.export", details={"first": options["first"], "last": options["last"]})
        descriptor = os.open(options["file"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(queries.export(timezone.now(), options["first"], options["last"]))
        self.stdout.write(f"已导出：{options['file']}。核验：hengping verify-log {options['file']}")
