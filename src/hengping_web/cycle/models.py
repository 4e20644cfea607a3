"""The year of a department, and the rows of its year folder that no other room owns."""

from __future__ import annotations

from datetime import date

from django.db import models

from hengping_web.accounts.models import Organisation, User


class State(models.TextChoices):
    """Where a year stands; each follows from the one before it, and only a reopening leads back."""

    PLANNING = "planning", "编报目标"
    APPROVED = "approved", "目标已批复"
    EVALUATING = "evaluating", "自评中"
    FROZEN = "frozen", "自评已定稿"
    PASSED = "passed", "已过公开前核对"
    PUBLISHED = "published", "已公开"


SETTLED = frozenset({State.FROZEN, State.PASSED, State.PUBLISHED})
"""States in which nothing of the year changes any more."""


class EvaluationYear(models.Model):
    """One year of one department; ``version`` grows with every change of the year itself."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="evaluation_years")
    year = models.PositiveIntegerField()
    scheme = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=20, default=State.PLANNING.value)
    reported_on = models.DateField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-year", "organisation__path")
        constraints = (models.UniqueConstraint(fields=("organisation", "year"), name="one_evaluation_year"),)

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}"

    @property
    def subject(self) -> str:
        """Return what the log calls the year."""
        return f"year:{self.organisation.key}:{self.year}"

    @property
    def state_label(self) -> str:
        """Return the official words for where the year stands."""
        return str(State(self.state).label)

    @property
    def settled(self) -> bool:
        """Tell whether nothing of the year changes any more."""
        return State(self.state) in SETTLED

    @property
    def first_day(self) -> date:
        """Return the first day of the fiscal year."""
        return date(self.year, 1, 1)


class YearRow(models.Model):
    """One row of a table of the year folder at one revision; the latest of a place counts. Never changed or deleted.

    ``place`` is the row's position in the table, given once. The row of ``DECLARED`` holds nothing: it says that the
    table was given, be it empty, because an empty table says “none” and an absent one “not told”.
    """

    DECLARED = 0

    evaluation_year = models.ForeignKey(EvaluationYear, models.PROTECT, related_name="rows")
    table = models.CharField(max_length=40)
    place = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=1)
    key = models.CharField(max_length=200, blank=True)
    values = models.JSONField(default=dict)
    withdrawn = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("evaluation_year", "table", "place", "revision"), name="one_row_at_a_revision"
            ),
        )

    def __str__(self) -> str:
        return f"{self.evaluation_year_id} {self.table} {self.place}"


class CaseCount(models.Model):
    """What the casework of a year came to when it was last counted, and up to which event; derived, counted anew."""

    evaluation_year = models.OneToOneField(EvaluationYear, models.CASCADE, related_name="case_count")
    reported_on = models.DateField()
    events = models.PositiveBigIntegerField()
    last_event = models.PositiveBigIntegerField()
    counts = models.JSONField(default=dict)
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.evaluation_year_id} {self.last_event}"
