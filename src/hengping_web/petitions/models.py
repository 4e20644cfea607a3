"""Matters and what is kept of them: events that only grow, and rows derived from them for lists, scope and statistics.

No table here has a column for a person. What a citizen wrote is sealed in ``Words`` under a key of its own; who the
citizen is lives in another room altogether. ``Involvement`` and ``Facts`` can be thrown away and derived again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import models

from hengping.petitions import model as core
from hengping.petitions.model import Context, State
from hengping.petitions.petition import Petition
from hengping.petitions.steps import STEPS
from hengping_web.accounts.models import Organisation, User

FAR = date(9999, 12, 31)
"""Stands in the order of due days for “no day”, so that such rows come last everywhere."""


class Matter(models.Model):
    """One petition: its number, a summary without names, and what follows from its events, cached for lists.

    ``length`` counts its events; whoever saves another one says how many there were, and is refused where somebody
    was faster. ``review_body`` and ``re_review_body`` are the organs the petitioner's requests went to.
    """

    number = models.CharField(max_length=40, unique=True)
    office = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    holder = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    review_body = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    re_review_body = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    accused = models.ManyToManyField(Organisation, related_name="+")
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    region = models.CharField(max_length=60, blank=True)
    category = models.CharField(max_length=20, blank=True)
    channel = models.CharField(max_length=20)
    persons = models.PositiveIntegerField(default=1)
    initial = models.BooleanField(default=True)
    summary = models.CharField(max_length=120)
    claim = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, blank=True)
    length = models.PositiveIntegerField(default=0)
    filed_on = models.DateField()
    registered_on = models.DateField(null=True)
    last_on = models.DateField()

    class Meta:
        indexes = (
            models.Index(fields=("-filed_on", "-id"), name="matter_newest"),
            models.Index(fields=("state", "registered_on"), name="matter_backlog"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def state_label(self) -> str:
        """Return the official words for where the matter stands."""
        return State(self.state).label

    @property
    def kind_label(self) -> str:
        """Return the official words for the kind, or that it is not sorted yet."""
        return core.Kind(self.kind).label if self.kind else "未分类"

    @property
    def channel_label(self) -> str:
        """Return how the matter came in."""
        return core.Channel(self.channel).label

    def to_core(self, context: Context, rows: Iterable[Event] | None = None) -> Petition:
        """Return the petition as the core knows it: its identifier and its events, in order."""
        petition = Petition(identifier=self.number, context=context)
        for row in self.events.order_by("sequence") if rows is None else rows:
            petition = petition.with_event(STEPS.get(row.step), row.to_core())
        return petition


class Event(models.Model):
    """One dated act, as the core takes it; ``since`` says under which version of the rule. Never changed or deleted."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    step = models.CharField(max_length=40)
    since = models.DateField()
    on = models.DateField()
    by = models.CharField(max_length=20)
    organisation = models.CharField(max_length=60, blank=True)
    details = models.JSONField(default=dict)
    recorded_on = models.DateField(null=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    account = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("matter", "sequence"), name="one_event_at_a_place"),)

    def __str__(self) -> str:
        return f"{self.matter_id} {self.sequence} {self.step}"

    def to_core(self) -> core.Event:
        """Return the event as the core takes it."""
        return core.Event(
            step=self.step,
            on=self.on,
            by=core.Role(self.by),
            organisation=self.organisation,
            details={str(name): str(value) for name, value in self.details.items()},
            recorded_on=self.recorded_on,
        )


class Involvement(models.Model):
    """That an organisation has to do with a matter, in which capacity, on which desk it lies, and until when.

    A matter without a row for an organisation does not exist for that organisation. ``desk`` is empty where the
    organisation need not act now.
    """

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="involvements")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=20)
    desk = models.CharField(max_length=20, blank=True)
    due_on = models.DateField(default=FAR)
    clock = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("matter", "organisation", "capacity"), name="one_involvement"),)
        indexes = (
            models.Index(fields=("organisation", "desk", "due_on", "id"), name="inbox_by_clock"),
            models.Index(fields=("desk", "due_on", "id"), name="all_desks_by_clock"),
            models.Index(fields=("due_on", "id"), condition=~models.Q(desk=""), name="desks_by_clock"),
        )

    def __str__(self) -> str:
        return f"{self.matter_id} {self.organisation_id} {self.capacity}"


class Words(models.Model):
    """What a citizen wrote at one event, sealed under a key of its own that is itself wrapped."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="words")
    sequence = models.PositiveIntegerField()
    wrapped_key = models.BinaryField()
    sealed = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("matter", "sequence"), name="one_text_of_an_event"),)

    def __str__(self) -> str:
        return f"{self.matter_id} {self.sequence}"


class Receipt(models.Model):
    """The keyed digest of the code a citizen follows a matter with; the code itself is nowhere."""

    matter = models.OneToOneField(Matter, models.PROTECT, related_name="receipt")
    code = models.CharField(max_length=64, unique=True)
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.matter_id)


class EarlierLink(models.Model):
    """That a person found a matter to be the same as an earlier one, with the comparison; linked, never merged."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="earlier_links")
    earlier = models.ForeignKey(Matter, models.PROTECT, related_name="later_links")
    comparison = models.CharField(max_length=500)
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    confirmed_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("matter", "earlier"), name="one_link_between_two"),)

    def __str__(self) -> str:
        return f"{self.matter_id} ← {self.earlier_id}"


class Facts(models.Model):
    """The row of facts of a matter for one year, decided by the core; only what is counted, nothing is divided here."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="facts")
    year = models.PositiveIntegerField()
    as_of = models.DateField()
    organisation = models.CharField(max_length=60)
    office = models.CharField(max_length=60)
    region = models.CharField(max_length=60)
    month = models.CharField(max_length=7)
    kind = models.CharField(max_length=20)
    counts = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("matter", "year"), name="one_row_of_facts_a_year"),)
        indexes = (models.Index(fields=("year", "office"), name="facts_of_a_year"),)

    def __str__(self) -> str:
        return f"{self.matter_id} {self.year}"


class DueChange(models.Model):
    """A last day that moved because a calendar was published: before, after, and why."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="due_changes")
    clock = models.CharField(max_length=40)
    started_on = models.DateField()
    before = models.DateField(null=True)
    after = models.DateField(null=True)
    reason = models.CharField(max_length=300)
    found_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.matter_id} {self.clock}"


class NumberSeries(models.Model):
    """The last number given in a year."""

    year = models.PositiveIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year} {self.last}"


class ReceptionDay(models.Model):
    """A day on which a leader, named by post, receives petitioners (第十八条第二款)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="reception_days")
    on = models.DateField()
    post = models.CharField(max_length=60)
    place = models.CharField(max_length=120)

    class Meta:
        ordering = ("on", "id")

    def __str__(self) -> str:
        return f"{self.on} {self.post}"


class SavedFilter(models.Model):
    """A search somebody on the staff wants to find again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=400)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "name"), name="one_filter_of_a_name"),)

    def __str__(self) -> str:
        return self.name
