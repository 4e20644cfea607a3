"""Messages waiting and sent, and the day each daily job last ran."""

from __future__ import annotations

from django.db import models

from hengping_web.accounts.models import User


class Message(models.Model):
    """One notice to one receiver: an account, or the petitioner of a matter, whose address is looked up when sending.

    It holds the key of a fixed wording and its few parameters; there is no column a petition's subject could go into.
    """

    WAITING, SENT, GIVEN_UP, UNREACHABLE = "waiting", "sent", "given-up", "unreachable"

    notice = models.CharField(max_length=40)
    channel = models.CharField(max_length=20)
    account = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+")
    matter = models.CharField(max_length=40, blank=True, db_index=True)
    parameters = models.JSONField(default=dict)
    state = models.CharField(max_length=20, default=WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = (models.Index(fields=("state", "due_at"), name="messages_to_send"),)

    def __str__(self) -> str:
        return f"{self.pk} {self.notice} {self.state}"


class ToldOnce(models.Model):
    """That an account was told of a day of a matter, so that no round of the daily job tells it again."""

    account = models.ForeignKey(User, models.CASCADE, related_name="+")
    notice = models.CharField(max_length=40)
    number = models.CharField(max_length=40)
    day = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account", "notice", "number", "day"), name="told_once"),)

    def __str__(self) -> str:
        return f"{self.account_id} {self.notice} {self.number} {self.day}"


class DailyJob(models.Model):
    """The last day a job ran, so that it runs once a day however often the worker starts."""

    name = models.CharField(max_length=80, primary_key=True)
    last_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.name} {self.last_on}"
