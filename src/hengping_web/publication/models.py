"""What was asked before publication and answered, what was published, and what citizens asked about a figure."""

from __future__ import annotations

from django.db import models

from hengping_web.accounts.models import User
from hengping_web.cycle.models import EvaluationYear
from hengping_web.selfevaluation.models import Snapshot


class GateRun(models.Model):
    """One examination of the finished files of a frozen year: which files, and everything that was asked. Never changed.

    A question is a mapping with the fields of ``hengping_io.gate.Question``.
    """

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="gate_runs")
    number = models.PositiveIntegerField()
    files = models.JSONField(default=list)
    questions = models.JSONField(default=list)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("snapshot", "number"), name="one_gate_run_of_a_number"),)

    def __str__(self) -> str:
        return f"{self.snapshot_id} {self.number}"


class GateAnswer(models.Model):
    """The written answer to one question; the latest counts. Never changed."""

    evaluation_year = models.ForeignKey(EvaluationYear, models.PROTECT, related_name="gate_answers")
    question = models.CharField(max_length=40)
    revision = models.PositiveIntegerField(default=1)
    text = models.CharField(max_length=2000)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("evaluation_year", "question", "revision"), name="one_gate_answer_at_a_revision"
            ),
        )

    def __str__(self) -> str:
        return f"{self.evaluation_year_id} {self.question} {self.revision}"


class Publication(models.Model):
    """One publication of a year: the first, a correction that takes the place of the last, or a withdrawal. Never changed.

    A withdrawal has no files; its number follows on, so that the history reads in order.
    """

    PUBLISHED, CORRECTED, WITHDRAWN = "published", "corrected", "withdrawn"

    evaluation_year = models.ForeignKey(EvaluationYear, models.PROTECT, related_name="publications")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, null=True, related_name="publications")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    reason = models.CharField(max_length=1000, blank=True)
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    key_digest = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("evaluation_year", "number"), name="one_publication_of_a_number"),
        )

    def __str__(self) -> str:
        return f"{self.evaluation_year_id} {self.number} {self.kind}"

    @property
    def withdrawn(self) -> bool:
        """Tell whether this publication takes the last one away."""
        return self.kind == self.WITHDRAWN


class PublishedFile(models.Model):
    """One file of a publication as it is given out. Never changed."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("publication", "name"), name="one_file_of_a_publication"),)

    def __str__(self) -> str:
        return self.name


class Comment(models.Model):
    """What a citizen asked or remarked about one published figure; nothing is kept of who it was. Never changed."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="comments")
    figure = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    printed = models.CharField(max_length=200)
    text = models.CharField(max_length=1000)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.publication_id} {self.figure}"


class CommentDecision(models.Model):
    """Whether a comment is shown, why not, and what the bureau answers; the latest counts. Never changed."""

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="decisions")
    revision = models.PositiveIntegerField(default=1)
    shown = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    reply = models.CharField(max_length=2000, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("comment", "revision"), name="one_decision_at_a_revision"),)

    def __str__(self) -> str:
        return f"{self.comment_id} {self.shown}"
