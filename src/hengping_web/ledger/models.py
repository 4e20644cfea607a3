"""Entries of the ledger, which are never changed or deleted, and the files they came from.

Money is kept in whole 分, so that what the database adds up is exact. What a unit states beside its book (balances,
base figures, projects, last year's totals) are rows of the year.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import models

from hengping.ledger import model as core
from hengping_web.accounts.models import User
from hengping_web.cycle.models import EvaluationYear


class ImportBatch(models.Model):
    """A file whose rows were entered: its digest says that it is entered once. Never changed or deleted."""

    evaluation_year = models.ForeignKey(EvaluationYear, models.PROTECT, related_name="import_batches")
    name = models.CharField(max_length=120)
    layout = models.CharField(max_length=30)
    digest = models.CharField(max_length=64)
    entered = models.PositiveIntegerField()
    left_out = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("evaluation_year", "digest"), name="one_entering_of_a_file"),)

    def __str__(self) -> str:
        return self.name


class LedgerEntry(models.Model):
    """One line of the book. A correction is a new line that says which it corrects; ``reversal`` takes it back whole."""

    evaluation_year = models.ForeignKey(EvaluationYear, models.PROTECT, related_name="ledger_entries")
    code = models.CharField(max_length=60)
    phase = models.CharField(max_length=20)
    part = models.CharField(max_length=20)
    fund = models.CharField(max_length=20)
    functional = models.CharField(max_length=7, blank=True)
    economic = models.CharField(max_length=5, blank=True)
    project = models.CharField(max_length=60, blank=True)
    cents = models.BigIntegerField()
    voucher = models.CharField(max_length=120, blank=True)
    on = models.DateField(null=True, blank=True)
    adjustment = models.CharField(max_length=20, blank=True)
    policy = models.BooleanField(null=True)
    procurement = models.BooleanField(null=True)
    note = models.CharField(max_length=500, blank=True)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="entries")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    reversal = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("evaluation_year", "code"), name="one_entry_of_a_code"),
            models.UniqueConstraint(fields=("corrects",), condition=models.Q(reversal=True), name="one_reversal"),
        )
        indexes = (
            models.Index(fields=("evaluation_year", "phase", "economic", "id"), name="entries_by_account"),
            models.Index(fields=("evaluation_year", "voucher"), name="entries_by_voucher"),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def amount(self) -> Decimal:
        """Return the amount in 元."""
        return Decimal(self.cents).scaleb(-2)

    @property
    def account(self) -> core.Account:
        """Return where the amount belongs."""
        return account_of(self.phase, self.part, self.fund, self.functional, self.economic, self.project)

    @property
    def adjustment_label(self) -> str:
        """Return why the budget was adjusted, in words."""
        return core.Adjustment(self.adjustment).label if self.adjustment else ""

    def to_core(self) -> core.Entry:
        """Return the entry as the core takes it."""
        return to_core(*(getattr(self, name) for name in CORE))


CORE = (
    "code",
    "phase",
    "part",
    "fund",
    "functional",
    "economic",
    "project",
    "cents",
    "voucher",
    "on",
    "adjustment",
    "policy",
    "procurement",
    "note",
)
"""The columns the core knows, in the order ``to_core`` takes them."""


def to_core(code: str, *values: Any) -> core.Entry:
    """Return the values of ``CORE`` as the core takes them; the entry is pointed at by its code."""
    *account, cents, voucher, on, adjustment, policy, procurement, note = values
    return core.Entry(
        account=account_of(*account),
        amount=Decimal(cents).scaleb(-2),
        voucher=voucher,
        on=on,
        adjustment=core.Adjustment(adjustment) if adjustment else None,
        policy=bool(policy),
        procurement=bool(procurement),
        note=note,
        file=code,
    )


@lru_cache(maxsize=4096)
def account_of(phase: str, part: str, fund: str, functional: str, economic: str, project: str) -> core.Account:
    """Return an account; a year has few and many entries."""
    return core.Account(core.Phase(phase), core.Part(part), core.Fund(fund), functional, economic, project)
