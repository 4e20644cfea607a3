"""What the finance bureau keeps: one derived line a department and year, due dates, received files, lists and samples.

Every table here speaks of organisations. None has a column for a person whose work is judged, and none for a place in
an order of merit; ``by`` is the account that wrote a row.
"""

from __future__ import annotations

from datetime import date

from django.db import models

from hengping_web.accounts.models import Organisation, User
from hengping_web.cycle.models import State

FAR = date(9999, 12, 31)


class Line(models.Model):
    """One department's year in one row, derived from the rooms of the year; it may be thrown away and derived again.

    ``state`` is empty where the year was not opened. ``reached`` says on which day each state was reached. What is late
    is true for the day ``as_of``.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="finance_lines")
    year = models.PositiveIntegerField()
    state = models.CharField(max_length=20, blank=True)
    scheme = models.CharField(max_length=60, blank=True)
    score = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    possible = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    score_rate = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    grade = models.CharField(max_length=20, blank=True)
    reviewed = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    reviewed_rows = models.PositiveIntegerField(default=0)
    execution_rate = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    contradictions = models.PositiveIntegerField(null=True)
    remainders = models.PositiveIntegerField(null=True)
    unanswered = models.PositiveIntegerField(null=True)
    without_evidence = models.PositiveIntegerField(null=True)
    received_to_answer = models.PositiveIntegerField(null=True)
    open_measures = models.PositiveIntegerField(default=0)
    overdue_measures = models.PositiveIntegerField(default=0)
    reached = models.JSONField(default=dict)
    overdue = models.JSONField(default=list)
    late = models.PositiveIntegerField(default=0)
    days_late = models.PositiveIntegerField(default=0)
    next_due_on = models.DateField(default=FAR)
    next_due = models.CharField(max_length=80, blank=True)
    as_of = models.DateField()
    problem = models.CharField(max_length=200, blank=True)
    refreshed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation", "year"), name="one_line_a_year"),)
        indexes = (models.Index(fields=("year", "state"), name="finance_lines_of_a_year"),)

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.year}"

    @property
    def state_label(self) -> str:
        """Return the official words for where the year stands."""
        return str(State(self.state).label) if self.state else "未开展"


class Cursor(models.Model):
    """Up to which row of the log the lines follow what happened; there is one."""

    sequence = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.sequence)


class Deadline(models.Model):
    """By when the departments reach a state of a year, by which text; the latest revision of a stage counts."""

    year = models.PositiveIntegerField()
    stage = models.CharField(max_length=20)
    title = models.CharField(max_length=60)
    due_on = models.DateField()
    basis = models.CharField(max_length=200)
    term = models.CharField(max_length=60, blank=True)
    starts_on = models.DateField(null=True)
    working = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("year", "due_on")
        constraints = (models.UniqueConstraint(fields=("year", "stage", "revision"), name="one_deadline_of_a_stage"),)

    def __str__(self) -> str:
        return f"{self.year} {self.stage} {self.due_on}"

    @property
    def stage_label(self) -> str:
        """Return the official words for the state to be reached."""
        return str(State(self.stage).label)


class Batch(models.Model):
    """Files received in one ZIP and audited by the worker; the files and results are removed on a day."""

    WAITING, RUNNING, DONE, REMOVED = "waiting", "running", "done", "removed"

    key = models.CharField(max_length=32, unique=True)
    title = models.CharField(max_length=80)
    year = models.PositiveIntegerField()
    authority = models.CharField(max_length=6, blank=True)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=20, default=WAITING)
    total = models.PositiveIntegerField()
    finished = models.PositiveIntegerField(default=0)
    worked_seconds = models.PositiveIntegerField(default=0)
    comparison = models.JSONField(default=dict)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    remove_on = models.DateField()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """Return what the log calls the batch."""
        return f"batch:{self.key}"

    @property
    def state_label(self) -> str:
        """Return the words for how far it is."""
        return {"waiting": "等待核对", "running": "核对中", "done": "已核对", "removed": "文件已到期删除"}[self.state]


class ReceivedFile(models.Model):
    """One file of a batch: under which name it came, what the audit came to, and whose report a person says it is."""

    WAITING = "waiting"

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="files")
    place = models.PositiveIntegerField()
    name = models.CharField(max_length=240)
    stored = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=20, default=WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)
    page = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=200, blank=True)
    to_answer = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    contradictions = models.PositiveIntegerField(default=0)
    remainders = models.PositiveIntegerField(default=0)
    agreed = models.PositiveIntegerField(default=0)
    claims = models.PositiveIntegerField(default=0)
    figures = models.PositiveIntegerField(default=0)
    judged = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    row = models.JSONField(default=dict)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    matched_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    matched_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("place",)
        constraints = (models.UniqueConstraint(fields=("batch", "place"), name="one_file_at_a_place"),)

    def __str__(self) -> str:
        return self.name

    @property
    def state_label(self) -> str:
        """Return the words for what came of the file."""
        labels = {
            "waiting": "等待",
            "done": "已核对",
            "unreadable": "不能读取",
            "skipped": "未核对",
            "failed": "程序出错",
        }
        return labels[self.state]


class SampleList(models.Model):
    """A list of departments fixed for drawing, before there is a seed. Never changed or deleted."""

    year = models.PositiveIntegerField()
    title = models.CharField(max_length=80)
    on = models.DateField()
    plan = models.JSONField()
    candidates = models.JSONField()
    list_digest = models.CharField(max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """Return what the log calls the list."""
        return f"sample:{self.pk}"

    @property
    def is_drawn(self) -> bool:
        """Tell whether a seed was drawn."""
        return hasattr(self, "drawing")


class Drawing(models.Model):
    """The seed of a list and where it came from; there is one, so that nobody draws until they like the result."""

    sample = models.OneToOneField(SampleList, models.PROTECT, related_name="drawing")
    seed = models.CharField(max_length=200)
    origin = models.CharField(max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.sample_id} {self.seed}"


class SampledDepartment(models.Model):
    """One department of a sample, as the core chose it, with its reasons. Never changed or deleted."""

    sample = models.ForeignKey(SampleList, models.PROTECT, related_name="chosen")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="samples")
    share = models.CharField(max_length=10)
    points = models.PositiveIntegerField()
    ticket = models.CharField(max_length=64)
    place = models.PositiveIntegerField()
    reasons = models.JSONField(default=list)
    words = models.TextField()

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("sample", "organisation"), name="one_department_of_a_sample"),)

    def __str__(self) -> str:
        return f"{self.sample_id} {self.organisation_id}"

    @property
    def share_label(self) -> str:
        """Return by which part of the sample it was chosen."""
        from hengping.performance.sampling import Share

        return Share(self.share).label
