"""``load_model_year``: put the model year, its organisations and sample accounts into an empty database."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hengping_web.petitions.model_year import services as loading


class Command(BaseCommand):
    """Load the model year once; a second run changes nothing and says so."""

    help = "把示例年度的机构、样例账号和信访事项装入空库；已装入的不再重复。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder and how many matters at most."""
        parser.add_argument("folder", type=Path, help="示例年度的 data 目录，含 petitions.csv 与 events.csv")
        parser.add_argument("--most", type=int, default=0, help="最多装入多少件，按全年均匀选取（0 为全部）")
        parser.add_argument("--current", type=int, default=0, help="另把多少件移到今天之前，供试办（0 为没有）")
        parser.add_argument("--password", default="", help="样例账号的密码；不给则随机生成")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load, and print the sample accounts."""
        folder: Path = options["folder"]
        for name in ("petitions.csv", "events.csv"):
            if not (folder / name).is_file():
                raise CommandError(f"{folder} 中没有 {name}。请先执行 demo/generate_model_year.py 生成示例年度。")
        accounts = loading.organisations_and_accounts(options["password"])
        count = loading.matters(folder, timezone.localdate(), options["most"], options["current"])
        self.stdout.write(f"已装入信访事项 {count} 件" if count else "信访事项已在库中，没有重复装入")
        for name, post, place, password in accounts:
            self.stdout.write(f"  {name}  {password}  {place} · {post}")
        if not accounts:
            self.stdout.write("样例账号已存在，密码不变")
