"""Tasks of a year, what people judged of its records, and the frozen year with every file and its hash."""

from __future__ import annotations

from django.db import models

from hengping_web.accounts.models import User
from hengping_web.cycle.models import EvaluationYear


class Task(models.Model):
    """What an office has to supply by when; whether it did is read from the records, never ticked."""

    evaluation_year = models.ForeignKey(EvaluationYear, models.PROTECT, related_name="tasks")
    indicator = models.CharField(max_length=80)
    project = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=120)
    office = models.CharField(max_length=60, blank=True)
    due_on = models.DateField()
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reminded_on = models.DateField(null=True)

    class Meta:
        ordering = ("project", "pk")
        constraints = (
            models.UniqueConstraint(fields=("evaluation_year", "indicator", "project"), name="one_task_of_a_row"),
        )

    def __str__(self) -> str:
        return self.title


class Verdict(models.Model):
    """That the team took a record as it stood, with the hashes of its papers, or gave it back. Never changed."""

    evaluation_year = models.ForeignKey(EvaluationYear, models.PROTECT, related_name="verdicts")
    indicator = models.CharField(max_length=80)
    project = models.CharField(max_length=40, blank=True)
    accepted = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=64)
    papers = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.indicator} {self.accepted}"


class Points(models.Model):
    """Points a person gave to a row, by the team itself or in review, with the reason; the latest revision counts."""

    SELF, REVIEW = "self", "review"

    evaluation_year = models.ForeignKey(EvaluationYear, models.PROTECT, related_name="points")
    indicator = models.CharField(max_length=80)
    project = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=10)
    revision = models.PositiveIntegerField(default=1)
    points = models.DecimalField(max_digits=7, decimal_places=2)
    possible = models.DecimalField(max_digits=7, decimal_places=2)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("evaluation_year", "indicator", "project", "kind", "revision"), name="one_award_at_a_revision"
            ),
        )

    def __str__(self) -> str:
        return f"{self.indicator} {self.kind} {self.points}"


class SiteNote(models.Model):
    """What was seen on the spot: where, when, and what. Never changed."""

    evaluation_year = models.ForeignKey(EvaluationYear, models.PROTECT, related_name="site_notes")
    indicator = models.CharField(max_length=80)
    project = models.CharField(max_length=40, blank=True)
    on = models.DateField()
    place = models.CharField(max_length=120)
    text = models.CharField(max_length=2000)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.on} {self.place}"


class Snapshot(models.Model):
    """The year as it was frozen, once for each freezing: its result's hash, its total and grade. Never changed."""

    evaluation_year = models.ForeignKey(EvaluationYear, models.PROTECT, related_name="snapshots")
    number = models.PositiveIntegerField()
    result_sha256 = models.CharField(max_length=64)
    total = models.CharField(max_length=20, blank=True)
    possible = models.CharField(max_length=20, blank=True)
    grade = models.CharField(max_length=20, blank=True)
    to_answer = models.PositiveIntegerField(default=0)
    notices = models.JSONField(default=list)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("evaluation_year", "number"), name="one_snapshot_of_a_number"),)

    def __str__(self) -> str:
        return f"{self.evaluation_year_id} {self.number}"


class SnapshotFile(models.Model):
    """One file of a frozen year, compressed, with the hash of what it was: part of the folder, or a document."""

    FOLDER, DOCUMENT = "folder", "document"

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="files")
    kind = models.CharField(max_length=10)
    path = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ("kind", "path")
        constraints = (models.UniqueConstraint(fields=("snapshot", "kind", "path"), name="one_file_of_a_snapshot"),)

    def __str__(self) -> str:
        return self.path
