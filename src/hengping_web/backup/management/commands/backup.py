"""``manage.py backup FILE``: everything but the keys, from one moment, while the site goes on."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hengping.errors import Refusal
from hengping_web.backup import services


class Command(BaseCommand):
    """Write a backup."""

    help = "备份数据库与附件到一个文件；密钥不在其中，须另行保管"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path)

    def handle(self, *_args: object, **options: Any) -> None:
        """Write it and say what is in it."""
        try:
            manifest = services.back_up(options["file"], timezone.now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        count = sum(member.get("rows", 0) for member in manifest["members"].values())
        self.stdout.write(
            f"已备份 {count} 行，日志至序号 {manifest['log_head'][0]}：{options['file']}。密钥文件请另行保管。"
        )
