"""Files of a matter."""

from __future__ import annotations

from django.db.models import QuerySet

from hengping_web.attachments.models import Attachment


def of_matter(matter: str) -> QuerySet[Attachment]:
    """Return the files of a matter in the order they came."""
    return Attachment.objects.filter(matter=matter)


def one_of(matter: str, key: str) -> Attachment | None:
    """Return one file if it belongs to the matter."""
    return Attachment.objects.filter(matter=matter, key=key).first()
