"""A password is not one of the last five."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from hengping_web.accounts import queries
from hengping_web.accounts.models import User


class NotUsedBefore:
    """Refuse the password in use and the ones before it."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Compare with the digests kept."""
        if user is None or user.pk is None:
            return
        if any(check_password(password, encoded) for encoded in queries.past_passwords(user)):
            raise ValidationError(gettext("不能与最近五次使用过的密码相同。"), code="password_used_before")

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return gettext("不能与最近五次使用过的密码相同。")
