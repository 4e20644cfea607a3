"""What is known of a file without opening it; its name is sealed with it, because names leak."""

from __future__ import annotations

from django.db import models

from hengping_web.accounts.models import User


class Attachment(models.Model):
    """One file of a matter: its kind by content, the digests of original and working copy, and the wrapped key."""

    key = models.CharField(max_length=32, unique=True)
    matter = models.CharField(max_length=40, db_index=True)
    purpose = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=10)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    working_digest = models.CharField(max_length=64)
    note = models.CharField(max_length=200, blank=True)
    sealed_name = models.BinaryField(default=bytes)
    wrapped_key = models.BinaryField(default=bytes)
    account = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField()
    shredded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.key
