"""``manage.py restore FILE``: put a backup into an empty database, SQLite or PostgreSQL, whichever it came from."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hengping.errors import Refusal
from hengping_web.backup import services


class Command(BaseCommand):
    """Restore a backup, or only check it."""

    help = "把备份恢复到空的数据库；--check 只核对备份是否完好"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="只核对，不写入")

    def handle(self, *_args: object, **options: Any) -> None:
        """Do it and say what was found."""
        try:
            found = services.examined(options["file"]) if options["check"] else services.restore(options["file"])
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        word = "完好" if options["check"] else "已恢复，日志成链"
        self.stdout.write(f"备份（{found['made_at']}，{found['database']}）{word}。")
