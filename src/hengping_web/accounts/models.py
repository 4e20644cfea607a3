"""Organisations as a tree, the accounts of their staff, the roles granted, and codes for a lost second factor."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import get_language

from hengping_web.accounts.roles import Role


class Organisation(models.Model):
    """A city, county, department or unit; its path lists the keys from the top, so that a prefix is a subtree.

    ``parent`` is the government or organ it belongs to (块), ``line_superior`` the same trade one level up (条).
    """

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=30)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    line_superior = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="line_inferiors")
    path = models.CharField(max_length=400, unique=True)
    petition_office = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("path",)

    def __str__(self) -> str:
        return self.name

    def holds(self, other: Organisation) -> bool:
        """Tell whether another organisation is this one or stands below it."""
        return other.path.startswith(self.path)


class UserManager(BaseUserManager["User"]):
    """Finds accounts, each with its organisation, in one question."""

    def get_queryset(self) -> models.QuerySet[User]:
        """Return accounts with their organisations; nearly every page asks for both."""
        return super().get_queryset().select_related("organisation")

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the account of that name."""
        return self.get(username=username)


class User(AbstractBaseUser):
    """One member of staff: shown by post, never by a citizen's data; what they may do follows from their roles."""

    username = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="staff")
    email = models.EmailField(blank=True)
    notice_channel = models.CharField(max_length=20, default="calendar")
    language = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    is_sample = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    second_factor = models.BinaryField(default=bytes)
    second_factor_since = models.DateTimeField(null=True, blank=True)
    second_factor_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    BY_MAIL, IN_CALENDAR, ON_THE_PAGE = "mail", "calendar", "page"

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        ordering = ("username",)

    def __str__(self) -> str:
        return self.title

    @cached_property
    def roles(self) -> frozenset[Role]:
        """Return the roles the account holds."""
        return frozenset(Role(key) for key in self.grants.values_list("role", flat=True))

    def has(self, *roles: Role) -> bool:
        """Tell whether the account holds one of the roles."""
        return self.is_active and not self.roles.isdisjoint(roles)

    @property
    def role_names(self) -> str:
        """Return the roles in words, in the language of the reader."""
        english = (get_language() or "").startswith("en")
        names = [role.english if english else role.label for role in sorted(self.roles)]
        return (", " if english else "、").join(names)


class Grant(models.Model):
    """A role held by an account; rules ask for the key, so a new role needs no migration."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=40)
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "role"), name="one_grant_of_a_role"),)

    def __str__(self) -> str:
        return self.role


class RecoveryCode(models.Model):
    """The digest of a code that opens the door once when the second factor is lost."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "digest"), name="one_recovery_code"),)

    def __str__(self) -> str:
        return f"{self.user_id}"


class PastPassword(models.Model):
    """The digest of an earlier password, so that it is not taken again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="past_passwords")
    encoded = models.CharField(max_length=200)
    replaced_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.user_id}"
