"""Forms of the finance bureau."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hengping.ledger.deadlines import is_dated
from hengping.ledger.limits import terms
from hengping_web.accounts.models import Organisation
from hengping_web.base.forms import Day, Line
from hengping_web.cycle.models import State
from hengping_web.finance.received import LARGEST

ORDERS = [
    ("department", _("部门")),
    ("overdue", _("逾期多的在前")),
    ("due", _("最近的期限在前")),
    ("findings", _("核对发现多的在前")),
    ("execution", _("执行率低的在前")),
    ("score", _("得分率低的在前")),
    ("measures", _("整改逾期多的在前")),
]
ONLY = [
    ("", _("全部")),
    ("overdue", _("有逾期的")),
    ("findings", _("有待说明的")),
    ("execution", _("执行率低于 80% 或超过 100%")),
    ("unopened", _("未开展的")),
]


class Overview(forms.Form):
    """How the departments are narrowed and put in order."""

    order = forms.ChoiceField(label=_("排列"), choices=ORDERS, required=False)
    only = forms.ChoiceField(label=_("筛选"), choices=ONLY, required=False)
    state = forms.ChoiceField(
        label=_("状态"), choices=[("", _("全部")), ("none", _("未开展")), *State.choices], required=False
    )
    area = forms.ChoiceField(label=_("地区"), required=False)
    text = Line(label=_("部门名称"), max_length=40, required=False)
    year = forms.IntegerField(label=_("年度"), widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["area"]
        field.choices = [("", _("全部")), *areas]


class DeadlineForm(forms.Form):
    """By when a stage is reached: a day and its notice, or a term of the law and its first day."""

    stage = forms.ChoiceField(label=_("须达到的状态"), choices=State.choices)
    title = Line(label=_("名称"), max_length=60, help_text=_("如“报送自评”“公开自评结果”。"))
    term = forms.ChoiceField(label=_("法定期限"), required=False)
    starts_on = Day(label=_("起算日"), required=False, help_text=_("选了法定期限才填；当日不计入。"))
    due_on = Day(label=_("截止日期"), required=False, help_text=_("没有法定期限的，按通知填写。"))
    basis = Line(label=_("依据"), max_length=200, required=False, help_text=_("通知名称和文号。"))
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["term"]
        field.choices = [("", "—"), *((one.key, f"{one.title}（{one.basis}）") for one in terms() if is_dated(one))]


class Upload(forms.Form):
    """A ZIP of received reports."""

    title = Line(label=_("名称"), max_length=80, help_text=_("如“2024年度部门自评报告第一批”。"))
    year = forms.IntegerField(label=_("年度"), min_value=2014, max_value=2100)
    authority = forms.RegexField(
        r"^\d{6}$",
        label=_("行政区划代码"),
        required=False,
        help_text=_("六位，如 430400；决定适用哪一级的提纲和等次。"),
    )
    file = forms.FileField(label=_("ZIP 压缩包"), max_length=200)

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("文件超过 200 MB，请分几次上传。"))
        return file


class Matching(forms.Form):
    """Whose report each file of a page is."""

    def __init__(
        self, places: Sequence[tuple[int, str, int | None]], known: Sequence[Organisation], *args: Any
    ) -> None:
        super().__init__(*args)
        choices = [("", "—"), *((str(one.pk), one.name) for one in known)]
        self.known = {str(one.pk): one for one in known}
        for place, name, current in places:
            self.fields[f"of-{place}"] = forms.ChoiceField(
                label=name, choices=choices, required=False, initial=str(current) if current else ""
            )

    @property
    def chosen(self) -> dict[int, Organisation | None]:
        """Return the department of every file, None where it has none."""
        return {int(name.removeprefix("of-")): self.known.get(value) for name, value in self.cleaned_data.items()}


class SampleForm(forms.Form):
    """A list to be fixed."""

    title = Line(label=_("名称"), max_length=80, help_text=_("如“2024年度自评复评抽样”。"))
    area = forms.ChoiceField(label=_("地区"), required=False)
    by_risk = forms.IntegerField(label=_("按风险抽几个"), min_value=0, max_value=1000)
    by_chance = forms.IntegerField(label=_("随机抽几个"), min_value=0, max_value=1000)
    least_points = forms.IntegerField(
        label=_("风险点至少几分才按风险抽"), min_value=1, max_value=20, initial=2, help_text=_("分值见风险点表。")
    )

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["area"]
        field.choices = [("", _("全部")), *areas]


class Seed(forms.Form):
    """The seed, drawn after the list was fixed."""

    seed = Line(label=_("种子"), max_length=200, help_text=_("公开产生的一串字符，如某日开奖号码、现场掷骰的点数。"))
    origin = Line(label=_("种子的来历"), max_length=200, help_text=_("何时、何地、怎样产生，谁在场（写岗位）。"))
