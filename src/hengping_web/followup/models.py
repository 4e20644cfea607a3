"""Notes on measures, reminders sent, and requests for the next budget; problems and measures are rows of the year.

Whoever answers for a measure is an office. No table here has a column for the person who carries it out; ``by`` is the
account that wrote a row.
"""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from hengping.ledger.model import Part
from hengping.ledger.request import Driver, Item
from hengping.performance import rectification
from hengping_web.accounts.models import Organisation, User
from hengping_web.cycle.models import EvaluationYear


class ProgressNote(models.Model):
    """One report on a measure, the row of ``remedies`` at a place. Never changed or deleted."""

    evaluation_year = models.ForeignKey(EvaluationYear, models.PROTECT, related_name="progress_notes")
    place = models.PositiveIntegerField()
    sequence = models.PositiveIntegerField()
    on = models.DateField()
    progress = models.CharField(max_length=20)
    text = models.TextField()
    evidence = models.JSONField(default=list)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("evaluation_year", "place", "sequence")
        constraints = (
            models.UniqueConstraint(fields=("evaluation_year", "place", "sequence"), name="one_note_at_a_place"),
        )

    def __str__(self) -> str:
        return f"{self.evaluation_year_id} {self.place}.{self.sequence} {self.progress}"

    @property
    def progress_label(self) -> str:
        """Return the words for how far the measure came."""
        return rectification.Progress(self.progress).label

    def to_core(self) -> rectification.Note:
        """Return the note as the core takes it."""
        return rectification.Note(
            on=self.on,
            progress=rectification.Progress(self.progress),
            text=self.text,
            evidence=len(self.evidence),
        )


class Reminder(models.Model):
    """That a department was reminded of a measure that falls due or is late, so that it is told once."""

    SOON, LATE = "soon", "late"

    evaluation_year = models.ForeignKey(EvaluationYear, models.CASCADE, related_name="+")
    place = models.PositiveIntegerField()
    due_on = models.DateField()
    kind = models.CharField(max_length=10)
    sent_on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("evaluation_year", "place", "due_on", "kind"), name="one_reminder"),
        )

    def __str__(self) -> str:
        return f"{self.evaluation_year_id} {self.place} {self.kind}"


class BudgetRequest(models.Model):
    """What a department asks for in a year; ``version`` grows with every change."""

    DRAFT, SUBMITTED = "draft", "submitted"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="budget_requests")
    year = models.PositiveIntegerField()
    state = models.CharField(max_length=20, default=DRAFT)
    version = models.PositiveIntegerField(default=1)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation", "year"), name="one_request_a_year"),)

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}"

    @property
    def subject(self) -> str:
        """Return what the log calls the request."""
        return f"request:{self.organisation.key}:{self.year}"


class RequestItem(models.Model):
    """One line of a request at one revision, drivers and all; the latest counts. Never changed or deleted."""

    request = models.ForeignKey(BudgetRequest, models.PROTECT, related_name="lines")
    place = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=120)
    part = models.CharField(max_length=10)
    economic = models.CharField(max_length=5)
    purpose = models.TextField()
    drivers = models.JSONField(default=list)
    refers = models.JSONField(default=list)
    withdrawn = models.BooleanField(default=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("place", "revision")
        constraints = (models.UniqueConstraint(fields=("request", "place", "revision"), name="one_item_at_a_revision"),)

    def __str__(self) -> str:
        return f"{self.request_id} {self.place}.{self.revision}"

    def to_core(self) -> Item:
        """Return the line as the core takes it."""
        return Item(
            key=str(self.place),
            title=self.title,
            part=Part(self.part),
            economic=self.economic,
            purpose=self.purpose,
            drivers=tuple(
                Driver(
                    title=row["title"],
                    quantity=Decimal(row["quantity"]),
                    unit=row["unit"],
                    price=Decimal(row["price"]),
                    frequency=Decimal(row["frequency"]),
                    basis=row["basis"],
                )
                for row in self.drivers
            ),
            refers=tuple(self.refers),
        )
