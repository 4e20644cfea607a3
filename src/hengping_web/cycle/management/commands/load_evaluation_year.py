"""``load_evaluation_year FOLDER``: put a year folder into the rooms of the cycle, each table where it belongs."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hengping.errors import HengpingError
from hengping_web.accounts.queries import organisations
from hengping_web.cycle import loading
from hengping_web.cycle.models import State
from hengping_web.petitions.model_year import OFFICE
from hengping_web.petitions.model_year import services as model_year


class Command(BaseCommand):
    """Read the folder as ``hengping year`` does, refuse it with every reason, or load it."""

    help = "把年度数据包装入评价周期各模块；装入之后写出的数据包算出同样的结果。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder, the organisation, the tables to leave out, and the state to end in."""
        parser.add_argument("folder", type=Path, help="年度数据包（含 datapackage.json）")
        parser.add_argument("--organisation", default=OFFICE, help="部门的键（默认为示例市信访局）")
        parser.add_argument("--without", nargs="*", default=(), help="不装入的表，如 petitions events")
        parser.add_argument("--state", default=State.PLANNING.value, choices=State.values, help="装入后的状态")
        parser.add_argument("--password", default="", help="样例账号的密码；不给则随机生成")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load, and say what came in."""
        if options["organisation"] == OFFICE:
            for name, post, place, password in model_year.organisations_and_accounts(options["password"]):
                self.stdout.write(f"  {name}  {password}  {place} · {post}")
        owner = organisations().filter(key=options["organisation"]).first()
        if owner is None:
            raise CommandError(f"没有机构“{options['organisation']}”。请先在“机构”页建立。")
        try:
            year = loading.load(
                options["folder"], owner, state=State(options["state"]), without=frozenset(options["without"])
            )
        except HengpingError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"已装入 {year.organisation} {year.year} 年度，状态：{year.state_label}")
