"""The questions of the portal, one to a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hengping.petitions.letters import private_number
from hengping_web.accounts.models import Organisation
from hengping_web.base.forms import Line, Text
from hengping_web.identity.forms import PersonForm
from hengping_web.petitions import queries


class Question(forms.Form):
    """One question; ``earlier`` are the answers given so far."""

    title: Any = ""

    def __init__(self, earlier: Mapping[str, Any], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.earlier = earlier


class Kind(Question):
    """What sort of thing it is."""

    title = _("您要反映哪一类事项？")
    kind = forms.ChoiceField(
        label=_("类别"),
        choices=[
            ("claim", _("请求解决自己的事（申诉求决）")),
            ("suggestion", _("提意见、建议")),
            ("accusation", _("检举、控告单位或工作人员的违纪违法行为")),
        ],
        widget=forms.RadioSelect,
    )


class Accused(Question):
    """Which organisations an accusation is about: they never see it."""

    title = _("您检举、控告的是哪些单位，或者哪些单位的工作人员？")
    accused: forms.ModelMultipleChoiceField[Organisation] = forms.ModelMultipleChoiceField(
        None,
        label=_("单位"),
        to_field_name="key",
        help_text=_("可多选。所选单位及其下属单位从此看不到您的这件事项。"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, earlier: Mapping[str, Any], *args: Any, **options: Any) -> None:
        super().__init__(earlier, *args, **options)
        field = self.fields["accused"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101
        field.queryset = queries.accusable()


class Place(Question):
    """Where the problem lies."""

    title = _("问题发生在哪里？")
    region = forms.ChoiceField(label=_("地点"))

    def __init__(self, earlier: Mapping[str, Any], *args: Any, **options: Any) -> None:
        super().__init__(earlier, *args, **options)
        field = self.fields["region"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [*((one, one) for one in queries.regions()), ("其他", _("其他地方"))]


class Summary(Question):
    """One sentence about it."""

    title = _("用一句话说明是什么事")
    summary = Line(
        label=_("一句话说明"),
        max_length=120,
        help_text=_("这句话会给承办单位看。请不要写姓名、身份证号、电话。"),
    )

    def clean_summary(self) -> str:
        """Refuse personal numbers in what everybody who works on it will read."""
        text: str = self.cleaned_data["summary"]
        if private_number(text):
            raise forms.ValidationError(_("请删去身份证号、电话号码。"))
        return text


class Story(Question):
    """The whole of it, in the citizen's own words."""

    title = _("请把事情的经过写清楚")
    words = Text(
        label=_("经过"),
        max_length=10_000,
        rows=10,
        help_text=_("什么时候、什么地方、发生了什么。加密保存，工作人员每次查阅都会记录。最多一万字。"),
    )


class Claim(Question):
    """What is asked for."""

    title = _("您希望怎样解决？")
    claim = Text(label=_("请求"), max_length=500, rows=4, help_text=_("请不要写姓名、身份证号、电话。"))

    def clean_claim(self) -> str:
        """Refuse personal numbers."""
        text: str = self.cleaned_data["claim"]
        if private_number(text):
            raise forms.ValidationError(_("请删去身份证号、电话号码。"))
        return text


class People(Question):
    """How many; never who they are."""

    title = _("一共多少人提出？")
    persons = forms.IntegerField(
        label=_("人数"), min_value=1, max_value=9999, initial=1, help_text=_("只记多少人，不记是谁。")
    )


class Who(Question):
    """Whether the citizen gives a name."""

    title = _("您愿意留下姓名和联系方式吗？")
    named = forms.ChoiceField(
        label=_("是否留名"),
        choices=[("yes", _("愿意，便于书面告知和答复")), ("no", _("不留名，只凭查询码查询"))],
        widget=forms.RadioSelect,
        help_text=_("姓名与联系方式另行加密，与事项分开；承办人要看，须写明理由并经另一人批准，限时有效，全部留痕。"),
    )


class Person(PersonForm):
    """Name and one way to be reached."""

    title = _("姓名和联系方式")

    def __init__(self, earlier: Mapping[str, Any], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.earlier = earlier


class Code(forms.Form):
    """The code on the receipt."""

    code = forms.CharField(
        label=_("查询码"),
        max_length=100,
        help_text=_("回执上的 20 位字符，有没有横线、大写小写都可以。"),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "inputmode": "text"}),
    )


class Evaluation(forms.Form):
    """How content the citizen is with one of the two."""

    rating = forms.ChoiceField(
        label=_("评价"),
        choices=[("满意", _("满意")), ("基本满意", _("基本满意")), ("不满意", _("不满意"))],
        widget=forms.RadioSelect,
    )


class Request(forms.Form):
    """To whom a request for review goes, and why."""

    addressee: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        None, label=_("向哪个上一级机关、单位提出"), to_field_name="key", empty_label=None
    )
    words = Text(label=_("理由"), max_length=5000, rows=6, required=False, help_text=_("可不填。加密保存。"))

    def __init__(self, below: Organisation | None, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["addressee"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = queries.directly_above(below)
        first = field.queryset.first()
        field.initial = first.key if first else None


class Check(forms.Form):
    """A receipt to check, and the words it is for."""

    receipt = Text(label=_("回执全文"), max_length=2000, rows=8)
    words = Text(label=_("当时提交的内容"), max_length=10_000, rows=6, required=False)


QUESTIONS: dict[str, type[Question | Person]] = {
    "kind": Kind,
    "accused": Accused,
    "place": Place,
    "summary": Summary,
    "story": Story,
    "claim": Claim,
    "people": People,
    "who": Who,
    "person": Person,
}
"""Every question, in order."""


def order(answers: Mapping[str, Any]) -> list[str]:
    """Return the questions that are asked, given the answers so far."""
    skipped = set()
    if answers.get("kind", {}).get("kind") != "accusation":
        skipped.add("accused")
    if answers.get("who", {}).get("named") != "yes":
        skipped.add("person")
    return [name for name in QUESTIONS if name not in skipped]


def plain(value: Any) -> Any:
    """Return an answer as it is kept until the petition is filed."""
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "__iter__") and not isinstance(value, str):
        return [getattr(one, "key", str(one)) for one in value]
    return value
