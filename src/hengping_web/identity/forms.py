"""Forms about identities."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from hengping_web.base.forms import Line, Text
from hengping_web.identity.persons import Person, identity_number_holds
from hengping_web.identity.services import SHORTEST_REASON


class PersonForm(forms.Form):
    """What a petitioner gives of themselves; only the name and one way to be reached are needed."""

    name = Line(label=_("姓名"), max_length=60)
    telephone = forms.CharField(
        label=_("电话"),
        max_length=20,
        required=False,
        validators=[RegexValidator(r"^\+?[0-9 -]{7,20}$", _("只写数字，例如 13800000000。"))],
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(label=_("电子邮箱"), required=False, max_length=120)
    address = Line(label=_("通信地址"), max_length=200, required=False)
    identity_number = Line(label=_("身份证件号码"), max_length=30, required=False)

    def clean_identity_number(self) -> str:
        """Refuse a resident identity number that cannot be right; other papers pass as they are."""
        number: str = self.cleaned_data["identity_number"].upper()
        if len(number) == 18 and not identity_number_holds(number):
            raise forms.ValidationError(_("身份证号码的校验位不符，请核对。"))
        return number

    def clean(self) -> dict[str, Any]:
        """Ask for one way to answer."""
        found = super().clean() or self.cleaned_data
        if not self.errors and not any(found.get(way) for way in ("telephone", "email", "address")):
            self.add_error("telephone", _("电话、电子邮箱、通信地址至少填一项，以便答复。"))
        return found

    def person(self) -> Person:
        """Return what was given."""
        return Person(**{name: str(value) for name, value in self.cleaned_data.items()})


class Ask(forms.Form):
    """Why somebody needs to see a record."""

    reason = Text(
        label=_("理由"),
        max_length=300,
        rows=3,
        min_length=SHORTEST_REASON,
        help_text=_("写明为办理哪一环节、需要核对什么。理由由身份信息保管员审阅，审计员可见。"),
    )
