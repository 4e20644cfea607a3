"""Rows of the log, and the anchors that fix its head each day."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models

KIND_LABELS: Mapping[str, str] = {
    "write": "写入",
    "read": "查阅",
    "reveal": "查看身份",
    "export": "导出",
    "administration": "系统管理",
    "sign-in": "登录",
    "refusal": "拒绝",
}
"""What each kind of act is called."""


class LogEntry(models.Model):
    """One act: who, when, what, on what; bound to the row before it by its hash. Never changed, never deleted.

    ``actor`` is a username and ``subject`` an identifier; no personal data of a citizen is ever written here, because
    what is written here stays.
    """

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    organisation = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    details = models.TextField()
    algorithm = models.CharField(max_length=20)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("sequence",)
        indexes = (
            models.Index(fields=("subject", "sequence"), name="log_by_subject"),
            models.Index(fields=("action", "sequence"), name="log_by_action"),
        )

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"

    @property
    def kind_label(self) -> str:
        """Return the words for the kind of act."""
        return KIND_LABELS.get(self.kind, self.kind)


class Anchor(models.Model):
    """The head of the log on a day, to be kept outside the database as well."""

    day = models.DateField(unique=True)
    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day} {self.sequence} {self.hash}"
