"""What waits, what failed."""

from __future__ import annotations

from django.db.models import QuerySet

from hengping_web.outbox.models import Message


def undelivered() -> QuerySet[Message]:
    """Return the messages a person must look after: given up, or without any way to the receiver."""
    wanted = (Message.GIVEN_UP, Message.UNREACHABLE)
    return Message.objects.filter(state__in=wanted).select_related("account").order_by("-pk")


def waiting() -> QuerySet[Message]:
    """Return the messages on their way."""
    return Message.objects.filter(state=Message.WAITING).order_by("due_at")
