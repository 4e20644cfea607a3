"""Forms about accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from hengping.errors import Refusal
from hengping_web.accounts import queries
from hengping_web.accounts.models import Organisation, User
from hengping_web.accounts.roles import Role, together
from hengping_web.base.english import spoken
from hengping_web.base.forms import Line

KEY = RegexValidator(r"^[a-z0-9][a-z0-9-]{1,58}$", _("只用小写字母、数字和连字符，至少两个字符。"))
LONGEST_PASSWORD = 128


class SignIn(forms.Form):
    """A name and a password."""

    username = forms.CharField(
        label=_("用户名"), max_length=60, widget=forms.TextInput({"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class Code(forms.Form):
    """A one-time code, or a recovery code."""

    code = forms.CharField(
        label=_("验证码"),
        help_text=_("打开验证器，输入 6 位数字；验证器不在身边时可输入一个恢复码。"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}),
    )


class ChangePassword(forms.Form):
    """The old password and the new one twice."""

    old = forms.CharField(
        label=_("现在的密码"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("新密码"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        help_text=password_validators_help_text_html,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输入一次新密码"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def clean_old(self) -> str:
        """Refuse a wrong old password."""
        old: str = self.cleaned_data["old"]
        if not self.user.check_password(old):
            raise forms.ValidationError(_("现在的密码不正确。"))
        return old

    def clean_new(self) -> str:
        """Hold the new password to the policy."""
        new: str = self.cleaned_data["new"]
        validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        """Compare the two."""
        found = super().clean() or self.cleaned_data
        if "new" in found and found.get("again") != found["new"]:
            self.add_error("again", _("两次输入的新密码不一致。"))
        return found


class Roles(forms.MultipleChoiceField):
    """Roles one person may hold together."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self) -> None:
        super().__init__(label=_("角色"), choices=lambda: [(role.value, spoken(role.label)) for role in Role])

    def clean(self, value: Any) -> Any:
        """Refuse a combination that must not be."""
        keys = super().clean(value)
        try:
            return together(keys)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class ChangeAccount(forms.Form):
    """Post, organisation, roles and standing of an account."""

    title = Line(label=_("岗位名称"), max_length=60, help_text=_("写岗位，不写姓名，例如“接访科登记员”。"))
    organisation: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(label=_("所在机构"), queryset=None)
    email = forms.EmailField(label=_("工作邮箱"), required=False)
    roles = Roles()
    active = forms.BooleanField(label=_("账号可用"), required=False, initial=True)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["organisation"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = queries.organisations().filter(is_active=True)


class AddAccount(ChangeAccount):
    """A new account."""

    username = forms.CharField(label=_("用户名"), max_length=60, validators=[KEY])
    field_order = ("username", "title", "organisation", "email", "roles")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["active"]

    def clean_username(self) -> str:
        """Refuse a name already taken."""
        username: str = self.cleaned_data["username"]
        if queries.account(username):
            raise forms.ValidationError(_("这个用户名已有人使用。"))
        return username


class AddOrganisation(forms.Form):
    """A new organisation below another."""

    key = forms.CharField(label=_("代号"), max_length=60, validators=[KEY])
    name = Line(label=_("名称"), max_length=120)
    kind = forms.ChoiceField(
        label=_("类别"),
        choices=[
            ("city", _("市")),
            ("county", _("县（市、区）")),
            ("township", _("乡镇、街道")),
            ("department", _("部门")),
            ("unit", _("单位")),
        ],
    )
    parent: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        label=_("隶属于"), queryset=None, required=False
    )
    petition_office = forms.BooleanField(label=_("是信访部门"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["parent"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = queries.organisations()

    def clean_key(self) -> str:
        """Refuse a key already taken."""
        key: str = self.cleaned_data["key"]
        if queries.organisations().filter(key=key).exists():
            raise forms.ValidationError(_("这个代号已被使用。"))
        return key


class Notices(forms.Form):
    """How an account is told of what comes to its desk and falls due."""

    channel = forms.ChoiceField(
        label=_("通知方式"),
        choices=[
            (User.IN_CALENDAR, _("电子邮件，期限附日历日程")),
            (User.BY_MAIL, _("电子邮件")),
            (User.ON_THE_PAGE, _("不另发通知，登录后在页面上看")),
        ],
        widget=forms.RadioSelect,
        help_text=_("通知只写编号和日期，不写事项内容。"),
    )
