"""Sealed records by matter, marks of open matters, and requests to see a record."""

from __future__ import annotations

from django.db import models

from hengping_web.accounts.models import User


class Record(models.Model):
    """The sealed persons of one matter, and their data key wrapped by the site's master key.

    Shredding empties both; the row stays, so that statistics and the log keep their subject.
    """

    matter = models.CharField(max_length=40, unique=True)
    sealed = models.BinaryField(default=bytes)
    wrapped_key = models.BinaryField(default=bytes)
    persons = models.PositiveSmallIntegerField()
    sealed_at = models.DateTimeField(auto_now_add=True)
    closed_on = models.DateField(null=True, blank=True, db_index=True)
    shredded_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.matter


class Mark(models.Model):
    """A keyed digest of person and subject together, while the matter is open.

    With the subject inside the digest, equal marks mean the same person on the same subject and nothing else: the
    table cannot be turned into a list of what somebody has asked for. The mark goes when the matter closes.
    """

    digest = models.CharField(max_length=64, db_index=True)
    matter = models.CharField(max_length=40, db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("digest", "matter"), name="one_mark_of_a_matter"),)

    def __str__(self) -> str:
        return self.matter


class Reveal(models.Model):
    """Somebody's request to see the record of one matter: the reason, a second person's decision, and until when."""

    matter = models.CharField(max_length=40, db_index=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    granted = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-asked_at",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("asked_by")),
                name="reveal_needs_a_second_person",
            ),
        )

    def __str__(self) -> str:
        return self.matter

    @property
    def agreed(self) -> int:
        """Return how many persons have agreed so far."""
        return self.approvals.count()

    @property
    def standing(self) -> str:
        """Return where the request stands, in words."""
        if self.decided_at is None:
            return "待批准"
        return "已批准" if self.granted else "未批准"


class Approval(models.Model):
    """That one custodian agreed to a request; it is granted when as many have agreed as the site asks for."""

    reveal = models.ForeignKey(Reveal, models.CASCADE, related_name="approvals")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("reveal", "by"), name="one_approval_of_a_person"),)

    def __str__(self) -> str:
        return f"{self.reveal_id} {self.by_id}"
