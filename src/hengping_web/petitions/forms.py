"""Forms of casework. The form of a step is built from what the step declares; nothing is asked that no rule needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hengping.petitions import model as core
from hengping.petitions.guards import ACCUSED, DESTINATION
from hengping.petitions.letters import check, private_number
from hengping.petitions.model import Step
from hengping.petitions.parameters import categories
from hengping_web.accounts.models import Organisation, User
from hengping_web.base.english import spoken
from hengping_web.base.forms import Day, Line, Text
from hengping_web.petitions import queries
from hengping_web.petitions.models import Matter

LONG = frozenset(
    {
        "投诉请求",
        "事实和理由",
        "处理意见",
        "法律依据",
        "比对意见",
        "异议理由",
        "核实意见",
        "变更内容",
        "与原意见的不同",
        "分支理由",
    }
)
"""Particulars that are written in sentences."""

REMEDY = {"救济途径": [("复查", "复查"), ("复核", "复核"), ("无", "无")], "救济期限": [("30日", "30日")]}
HINTS = {
    "投诉请求": _("信访人要求什么。不写姓名、证件号码、电话。"),
    "事实和理由": _("查明了什么，凭什么认定。"),
    "法律依据": _("写出文件名称和条款，如《…》第…条。"),
    "救济途径": _("处理意见书：复查；复查意见：复核；复核意见：无。"),
    "批准人职务": _("写职务，不写姓名。"),
    "送达凭证": _("凭证编号，如回执号、签收单号。"),
    "告知文号": _("例：示例信告〔2026〕1号"),
    "被检举单位": _("可多选。所选单位及其下属从此看不到本事项。"),
    "代表人数": _("五人以上走访，请信访人推选不超过五名代表；只记人数。"),
}


class NoPersonalData(forms.Form):
    """A form whose texts may hold no identity or telephone number."""

    def clean(self) -> dict[str, Any]:
        """Refuse personal numbers, field by field."""
        found = super().clean() or self.cleaned_data
        for name, value in list(found.items()):
            what = private_number(value) if isinstance(value, str) else ""
            if what:
                self.add_error(name, _("请删去%s：办理记录不记个人信息。") % what)
        return found


class StepForm(NoPersonalData):
    """The particulars of one step; ``seen`` is how many events the page showed."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=100_000)

    def __init__(self, step: Step, matter: Matter, today: date, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.step, self.today, self.matter = step, today, matter
        if step.proven:
            self.fields["on"] = Day(label=_("凭证载明的日期"), initial=today)
        choices = {choice.name: choice.values for choice in step.choices}
        for name in (*step.needs, *step.optional):
            self.fields[name] = _field(name, choices.get(name), matter, required=name in step.needs)
        if step.key in ("request-review", "request-re-review"):
            below = matter.review_body if step.key == "request-re-review" else matter.holder
            self.fields["addressee"] = forms.ModelChoiceField(
                queries.directly_above(below),
                label=_("上一级机关、单位"),
                to_field_name="key",
            )

    def clean_on(self) -> date:
        """Refuse a day to come."""
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("日期晚于今天：尚未发生的环节不得预先登记。"))
        return on

    def clean(self) -> dict[str, Any]:
        """Hold the letter the step would send to what it must say."""
        found = super().clean()
        for fault in check(self.step.key, self.details()):
            basis = "、".join(str(cite) for cite in fault.cites)
            if fault.refuses:
                self.add_error(None, f"{spoken(fault.reason)} [{spoken(basis)}] {spoken(fault.remedy)}")
        return found

    def details(self) -> dict[str, str]:
        """Return the particulars as the core takes them; what was left empty is left out."""
        declared = {*self.step.needs, *self.step.optional}
        plain = {name: _plain(value) for name, value in self.cleaned_data.items() if name in declared}
        return {name: value for name, value in plain.items() if value}


def _plain(value: Any) -> str:
    if isinstance(value, Organisation):
        return value.key
    if isinstance(value, date):
        return value.isoformat()
    if value is None:
        return ""
    if hasattr(value, "__iter__") and not isinstance(value, str):
        return "、".join(sorted(str(getattr(one, "key", one)) for one in value))
    return str(value)


def _field(name: str, values: tuple[str, ...] | None, matter: Matter, *, required: bool) -> forms.Field:
    common: dict[str, Any] = {"label": spoken(name), "required": required, "help_text": HINTS.get(name, "")}
    if name == DESTINATION:
        return forms.ModelChoiceField(queries.receivers(matter), to_field_name="key", **common)
    if name == ACCUSED:
        rows = queries.accusable()
        initial = [one.key for one in matter.accused.all()]
        return forms.ModelMultipleChoiceField(rows, to_field_name="key", initial=initial, **common)
    if values is not None:
        options = [("", "—")] if not required else []
        return forms.ChoiceField(choices=[*options, *((one, _choice(name, one)) for one in values)], **common)
    if name in queries.DAYS:
        return Day(**common)
    if name in WHOLE:
        return forms.IntegerField(min_value=1, max_value=WHOLE[name], **common)
    return _written(name, common)


def _written(name: str, common: dict[str, Any]) -> forms.Field:
    if name in REMEDY:
        return forms.ChoiceField(choices=[("", "—"), *((one, spoken(said)) for one, said in REMEDY[name])], **common)
    if name in LONG:
        return Text(max_length=5000, rows=4, **common)
    return Line(max_length=200, **common)


WHOLE = {"延期日数": 30, "人数": 9999, "代表人数": 9999}
"""Particulars that are whole numbers, and the largest."""


def _choice(name: str, value: str) -> str:
    return spoken(queries.in_names(name, value, {}))


class Registration(NoPersonalData):
    """A petition taken in on the citizen's behalf: how, when, where, what about, how many; never who."""

    channel = forms.ChoiceField(
        label=_("信访形式"),
        choices=lambda: [(one.value, spoken(one.label)) for one in core.Channel if one is not core.Channel.ONLINE],
    )
    filed_on = Day(label=_("收到日期"))
    persons = forms.IntegerField(
        label=_("人数"), min_value=1, max_value=9999, initial=1, help_text=_("只记来了多少人，不记来了谁。")
    )
    representatives = forms.IntegerField(
        label=_("代表人数"), min_value=1, max_value=9999, required=False, help_text=HINTS["代表人数"]
    )
    summary = Line(label=_("概况"), max_length=120, help_text=_("一句话写明反映什么，不写姓名、证件号码、电话。"))
    claim = Text(label=_("请求"), max_length=500, rows=3, required=False)
    region = forms.ChoiceField(label=_("问题属地"))
    category = forms.ChoiceField(label=_("内容分类"), required=False)
    words = Text(
        label=_("原话"),
        max_length=10_000,
        rows=6,
        required=False,
        help_text=_("照录来信或口述；加密保存，每次查阅都记入日志。"),
    )
    accused = forms.ModelMultipleChoiceField(
        queries.accusable(),
        label=_("被检举、揭发的单位"),
        to_field_name="key",
        required=False,
        help_text=_("检举控告类必填：所选单位及其下属从此看不到本事项。"),
    )
    unclear = forms.BooleanField(label=_("姓名（名称）、住址不清"), required=False)

    def __init__(self, today: date, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.fields["filed_on"].initial = today
        _choices(self, "region", [("", "—"), *((one, one) for one in queries.regions()), ("其他", spoken("其他"))])
        _choices(self, "category", [("", "—"), *category_choices()])

    def clean(self) -> dict[str, Any]:
        """Refuse a day to come, and ask a large group for representatives. What a citizen said may hold numbers."""
        words = self.cleaned_data.get("words")
        self.cleaned_data["words"] = ""
        found = super().clean()
        found["words"] = words or ""
        on = found.get("filed_on")
        if on and on > self.today:
            self.add_error("filed_on", _("收到日期晚于今天。"))
        if on and on < self.today - timedelta(days=3 * 365):
            self.add_error("filed_on", _("收到日期早于三年之前，请核对。"))
        visit = found.get("channel") == core.Channel.VISIT.value
        many, few = found.get("persons") or 1, found.get("representatives")
        if visit and many > 5 and not few:
            self.add_error("representatives", _("多人走访超过五人，请信访人推选不超过五名代表（第二十条第三款）。"))
        if few and few > 5:
            self.add_error("representatives", _("代表不得超过五人（第二十条第三款）。"))
        return found


class DirectRegistration(Registration):
    """A petition the citizen filed with the unit itself, which says of which kind it is (第二十三条第一款)."""

    kind = forms.ChoiceField(
        label=_("类别"), choices=lambda: [(one.value, spoken(one.label)) for one in core.Kind], initial="claim"
    )
    field_order = ("channel", "filed_on", "kind")

    def clean(self) -> dict[str, Any]:
        """Ask an accusation whom it is about."""
        found = super().clean()
        if found.get("kind") == core.Kind.ACCUSATION.value and not found.get("accused"):
            self.add_error("accused", _("检举控告类须选择被检举、揭发的单位。"))
        return found


def _choices(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101
    field.choices = choices


def category_choices() -> list[tuple[str, str]]:
    """Return the content categories of the rulebook."""
    return [(one.code, f"{one.code} {spoken(one.name)}") for one in categories(CATEGORY_SCHEME)]


CATEGORY_SCHEME = "hp2019"


class Description(NoPersonalData):
    """The bureau's own short description of a matter."""

    summary = Line(label=_("概况"), max_length=120, help_text=_("一句话写明反映什么，不写姓名、证件号码、电话。"))
    claim = Text(label=_("请求"), max_length=500, rows=3, required=False)
    region = forms.ChoiceField(label=_("问题属地"), required=False)
    category = forms.ChoiceField(label=_("内容分类"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [*queries.regions(), "其他"]
        _choices(self, "region", [("", "—"), *((one, spoken(one)) for one in known)])
        _choices(self, "category", [("", "—"), *category_choices()])


class Search(forms.Form):
    """What a list is asked for."""

    text = Line(label=_("全文"), max_length=100, required=False)
    state = forms.ChoiceField(label=_("状态"), required=False)
    kind = forms.ChoiceField(label=_("类别"), required=False)
    channel = forms.ChoiceField(label=_("信访形式"), required=False)
    region = Line(label=_("问题属地"), max_length=60, required=False)
    since = Day(label=_("收到日期自"), required=False)
    until = Day(label=_("止（不含）"), required=False)
    after = forms.CharField(widget=forms.HiddenInput, max_length=60, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        everything = [("", spoken("全部"))]
        _choices(self, "state", [*everything, *((one.value, spoken(one.label)) for one in core.State)])
        _choices(self, "kind", [*everything, *((one.value, spoken(one.label)) for one in core.Kind)])
        _choices(self, "channel", [*everything, *((one.value, spoken(one.label)) for one in core.Channel)])

    def wanted(self) -> queries.Wanted:
        """Return the question; what cannot be read is left out, and said above the list."""
        given: Mapping[str, Any] = {name: value for name, value in self.cleaned_data.items() if value}
        return queries.Wanted(**given)


class Comparison(NoPersonalData):
    """Which earlier matter, and why it is the same: written by a person."""

    earlier = Line(label=_("在先事项编号"), max_length=40)
    comparison = Text(label=_("比对意见"), max_length=500, rows=3, help_text=_("写明事项、属地、请求哪里相同。"))


class Owner(forms.Form):
    """Who answers for an open matter."""

    owner: forms.ModelChoiceField[User] = forms.ModelChoiceField(None, label=_("责任人"), to_field_name="username")

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = queries.colleagues(user)


class FilterName(forms.Form):
    """A name under which a search is kept."""

    name = Line(label=_("名称"), max_length=40)
    query = forms.CharField(widget=forms.HiddenInput, max_length=400, required=False)


class Reception(NoPersonalData):
    """A day on which a leader, named by post, receives petitioners."""

    on = Day(label=_("日期"))
    post = Line(label=_("接访领导职务"), max_length=60, help_text=_("写职务，不写姓名。"))
    place = Line(label=_("地点"), max_length=120)


class Upload(forms.Form):
    """One file."""

    file = forms.FileField(label=_("材料"), max_length=200)


class Intake(forms.Form):
    """A workbook of petitions."""

    file = forms.FileField(label=_("Excel 工作簿（.xlsx）"))
