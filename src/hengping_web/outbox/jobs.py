"""What happens once a day in every site: the anchor, the forgetting, the shredding."""

from __future__ import annotations

from datetime import date, datetime

from django.core.management import call_command

from hengping_web.base.services import forget_submissions
from hengping_web.identity.services import shred_expired
from hengping_web.outbox.services import forget_messages
from hengping_web.trail.services import anchor

__all__ = ["forget_messages", "shred_expired"]


def fix_the_log(today: date, now: datetime) -> None:
    """Anchor the head of the log."""
    anchor(today, now)


def forget(_today: date, now: datetime) -> None:
    """Forget answered forms, tried doors and ended sessions."""
    forget_submissions(now)
    call_command("clearsessions")
