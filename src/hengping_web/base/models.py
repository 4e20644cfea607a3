"""What every form and every door remembers for a while: submissions already answered, and attempts counted."""

from __future__ import annotations

from django.db import models


class Submission(models.Model):
    """A form already sent: its key's digest, what was sent, and the answer, readable only with the key itself."""

    key = models.CharField(max_length=64, primary_key=True)
    scope = models.CharField(max_length=80)
    content = models.CharField(max_length=64)
    answer = models.BinaryField(default=bytes)
    sent_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.key


class Throttle(models.Model):
    """How often one door was tried by one visitor; the visitor is a keyed digest and is forgotten with the window."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    since = models.DateTimeField(db_index=True)
    closed_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.key
