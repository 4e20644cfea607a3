"""``manage.py export_publication``: everything published as plain files, for a portal that only takes files."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from hengping_io.whole_file import write_whole
from hengping_web.publication import export


class Command(BaseCommand):
    """Write every publication that counts into a folder, with a list of them."""

    help = "把全部公开的年度写成静态文件，供只收文件的门户网站使用"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare where to write."""
        parser.add_argument("folder", type=Path, help="写到这个文件夹")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the files."""
        folder: Path = options["folder"]
        count = 0
        for name, data in export.everything():
            write_whole(folder / name, data)
            count += 1
        self.stdout.write(f"写出 {count} 个文件：{folder}")
