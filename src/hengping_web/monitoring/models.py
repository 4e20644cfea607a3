"""Progress told of targets, monitorings as they were filed, reasons, decisions, and who was reminded when."""

from __future__ import annotations

from django.db import models

from hengping.performance import thresholds as core
from hengping_web.accounts.models import User
from hengping_web.cycle.models import EvaluationYear


class ProgressNote(models.Model):
    """What was told of a target up to a day; the last one by a day counts on that day. Never changed or deleted.

    ``value`` is the number as it was written, so that nothing is lost to rounding; ``note`` says what it rests on.
    """

    evaluation_year = models.ForeignKey(EvaluationYear, models.PROTECT, related_name="monitoring_notes")
    indicator = models.CharField(max_length=80)
    project = models.CharField(max_length=60, blank=True)
    on = models.DateField()
    value = models.CharField(max_length=40, blank=True)
    chance = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        indexes = (models.Index(fields=("evaluation_year", "indicator", "project", "on"), name="progress_by_target"),)

    def __str__(self) -> str:
        return f"{self.indicator} {self.on}"

    @property
    def chance_label(self) -> str:
        """Return how likely the target still is, in the official words."""
        return core.Chance(self.chance).label if self.chance else ""


class Report(models.Model):
    """A monitoring as it was filed: the day looked at, the thresholds used, and everything it came to. Never changed."""

    evaluation_year = models.ForeignKey(EvaluationYear, models.PROTECT, related_name="monitoring_reports")
    day = models.DateField()
    regime = models.CharField(max_length=40)
    since = models.DateField()
    filed_on = models.DateField()
    light = models.CharField(max_length=20)
    content = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        indexes = (models.Index(fields=("evaluation_year", "-day", "-id"), name="reports_by_day"),)

    def __str__(self) -> str:
        return self.day.isoformat()

    @property
    def light_label(self) -> str:
        """Return the word for the worst light."""
        return core.Light(self.light).label


class Deviation(models.Model):
    """Why something deviates and what is done about it, as filed with a monitoring. Never changed or deleted."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="deviations")
    subject = models.CharField(max_length=160)
    title = models.CharField(max_length=200)
    cause = models.CharField(max_length=20)
    reason = models.CharField(max_length=1000)
    remedy = models.CharField(max_length=1000)

    def __str__(self) -> str:
        return self.subject

    @property
    def cause_label(self) -> str:
        """Return where the deviation comes from, in the official words."""
        return core.Cause(self.cause).label


class Alert(models.Model):
    """Something a monitoring found that has to be decided, and by when. Never changed or deleted."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="alerts")
    subject = models.CharField(max_length=160)
    title = models.CharField(max_length=200)
    due_on = models.DateField(null=True)
    working = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.subject


class Decision(models.Model):
    """What was decided on an alert; a later one on the same alert replaces it and both stay. Never changed or deleted."""

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="decisions")
    choice = models.CharField(max_length=20)
    reason = models.CharField(max_length=1000)
    on = models.DateField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.choice

    @property
    def choice_label(self) -> str:
        """Return the word for the decision."""
        return core.Choice(self.choice).label


class Reminder(models.Model):
    """That an account was reminded of one thing for one period: nobody is told twice."""

    evaluation_year = models.ForeignKey(EvaluationYear, models.CASCADE, related_name="monitoring_reminders")
    account = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    period = models.CharField(max_length=20)
    sent_on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("evaluation_year", "account", "kind", "period"), name="one_monitoring_reminder"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.period}"
