"""``manage.py rewrap``: wrap every data key with the newest master key, after one was added to the key file."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from hengping_web.attachments import services as attachments
from hengping_web.identity import services


class Command(BaseCommand):
    """Wrap every data key anew."""

    help = "用最新的主密钥重新包裹每件事项的数据密钥"

    def handle(self, *_args: object, **_options: Any) -> None:
        """Do it and say how many."""
        count = services.rewrap() + attachments.rewrap()
        self.stdout.write(f"已重新包裹 {count} 把数据密钥。旧主密钥可在核对备份后移除。")
