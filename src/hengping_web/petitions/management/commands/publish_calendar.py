"""``publish_calendar YEAR``: recompute open matters after that year's holidays were added to the rulebook."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hengping.dates import Calendar, official_calendar
from hengping.petitions.clocks import CLOCKS
from hengping_web.petitions import services
from hengping_web.petitions.queries import context


class Command(BaseCommand):
    """Keep every last day that moved: before, after and why."""

    help = "某年放假安排录入规则表之后，重算未办结事项的届满日，保留原值与原因。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the year."""
        parser.add_argument("year", type=int)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Recompute and print what moved."""
        year: int = options["year"]
        known = official_calendar()
        days = [day for day in known if day.on.year != year]
        before = replace(context(), calendar=Calendar(days, version=f"{known.version}（无 {year} 年）"))
        changes = services.publish_calendar(before, timezone.localdate())
        for change in changes:
            title = CLOCKS.get(change.clock).title
            self.stdout.write(f"{change.matter.number} {title} {change.before} → {change.after}")
        self.stdout.write(f"届满日有变的 {len(changes)} 项")
