"""``manage.py make_keys FILE``: make the site's keys once, in a file that only its owner can read."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hengping_web.vault import keys


class Command(BaseCommand):
    """Write a new key file, or add a master key to an old one."""

    help = "生成密钥文件；文件已存在时用 --add 追加一把主密钥"
    requires_system_checks = []  # noqa: RUF012

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--add", action="store_true", help="在已有文件末尾追加一把新的主密钥")

    def handle(self, *_args: object, **options: Any) -> None:
        """Write, and say what to do with it."""
        path: Path = options["file"]
        if options["add"]:
            self._add(path)
        elif path.exists():
            raise CommandError(f"{path} 已存在，没有覆盖。追加主密钥请用 --add。")
        else:
            keys.write_private(path, keys.fresh())
        self.stdout.write(f"密钥文件：{path}。请与数据、备份分开保管；丢失后密封的身份信息无法恢复。")

    def _add(self, path: Path) -> None:
        known = keys.from_file(path, make=False)
        number = 1 + sum(name.startswith(keys.MASTER) for name in known)
        line = keys.fresh(f"{keys.MASTER}{number}").splitlines()[-1]
        with path.open("a", encoding="ascii") as file:
            file.write(line + "\n")
