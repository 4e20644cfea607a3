"""Rows of a plan at every revision, the plan's way from draft to fixed, and what was adjusted afterwards."""

from __future__ import annotations

from django.db import models

from hengping.performance import plan as core
from hengping_web.accounts.models import User
from hengping_web.cycle.models import EvaluationYear

OBJECTIVES, TARGETS = "objectives", "targets"


class Adjustment(models.Model):
    """A change of a fixed plan: the document that allowed it, its day, and why. Never changed or deleted."""

    evaluation_year = models.ForeignKey(EvaluationYear, models.PROTECT, related_name="plan_adjustments")
    number = models.CharField(max_length=120)
    on = models.DateField()
    reason = models.CharField(max_length=500)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.number


class PlanRow(models.Model):
    """One objective or target at one revision; the latest of a place counts. Never changed or deleted.

    ``values`` are the columns of the year folder, ``more`` what it has no column for. The row at place 0 holds nothing:
    it says that the table was given, be it empty.
    """

    DECLARED = 0

    evaluation_year = models.ForeignKey(EvaluationYear, models.PROTECT, related_name="plan_rows")
    table = models.CharField(max_length=20)
    place = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=1)
    key = models.CharField(max_length=200, blank=True)
    values = models.JSONField(default=dict)
    more = models.JSONField(default=dict)
    withdrawn = models.BooleanField(default=False)
    adjustment = models.ForeignKey(Adjustment, models.PROTECT, null=True, related_name="rows")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("evaluation_year", "table", "place", "revision"), name="one_plan_row_at_a_revision"
            ),
        )
        indexes = (models.Index(fields=("table", "key"), name="plan_rows_by_key"),)

    def __str__(self) -> str:
        return f"{self.table} {self.key}"


class PlanMove(models.Model):
    """A plan submitted, returned or approved, with the digest of what it was then. Never changed or deleted."""

    evaluation_year = models.ForeignKey(EvaluationYear, models.PROTECT, related_name="plan_moves")
    sequence = models.PositiveIntegerField()
    move = models.CharField(max_length=20)
    on = models.DateField()
    reason = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("evaluation_year", "sequence"), name="one_plan_move"),)

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Return the word for the move."""
        return core.Move(self.move).label

    def to_core(self) -> core.Taken:
        """Return the move as the core takes it."""
        return core.Taken(move=core.Move(self.move), by=self.by.username, on=self.on, reason=self.reason)


class PlanDue(models.Model):
    """The day by which the plan is to be submitted, as the evaluation team set it; the last one counts."""

    evaluation_year = models.ForeignKey(EvaluationYear, models.PROTECT, related_name="plan_due")
    due_on = models.DateField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.due_on.isoformat()


class ObjectiveResult(models.Model):
    """What came of an objective, written while the year is evaluated; the last one counts. Never changed or deleted."""

    evaluation_year = models.ForeignKey(EvaluationYear, models.PROTECT, related_name="objective_results")
    objective = models.CharField(max_length=60)
    text = models.CharField(max_length=2000, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.objective
