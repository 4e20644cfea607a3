"""Forms of self-evaluation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hengping.performance.model import Score
from hengping_io.year_layouts import layouts
from hengping_web.base.forms import Day, Line, Text
from hengping_web.cycle.forms import RowForm

ASKED_ELSEWHERE = frozenset({"indicator", "project", "evidence", "recorded_by"})
"""Columns of a record that the page itself knows or asks in its own way."""


class Beside(forms.Form):
    """A form that stands beside others on one page: the marks of its fields begin with its own name."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("auto_id", f"{type(self).__name__.lower()}-%s")
        super().__init__(*args, **options)


class MakeTasks(forms.Form):
    """By when the offices supply their values."""

    due_on = Day(label=_("完成期限"))


class Assign(forms.Form):
    """Which office supplies a value, and by when."""

    office = Line(label=_("责任科室"), max_length=60, required=False)
    due_on = Day(label=_("完成期限"))


class MeasureForm(RowForm):
    """A record of one row: the value, level or answers the row asks for, how it was done, and its papers."""

    def __init__(self, score: Score, papers: Iterable[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(layouts()["measures"], *args, without=ASKED_ELSEWHERE | _idle(score), **options)
        self.fields["papers"] = forms.MultipleChoiceField(
            label=_("佐证材料"),
            choices=list(papers),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("没有佐证材料的不得分。"),
        )
        self.order_fields([*(column.name for column in self.columns), "papers", "seen"])

    @property
    def chosen(self) -> list[str]:
        """Return the keys of the papers chosen."""
        return list(self.cleaned_data["papers"])


def _idle(score: Score) -> frozenset[str]:
    """Return the columns a row has no use for: a value where it is judged, a level where it is measured."""
    checks = bool(score.value.checks)
    judged = score.weighing.target is None and not checks
    idle = set()
    if not judged:
        idle |= {"level", "share"}
    if not checks:
        idle.add("passed")
    return frozenset(idle)


class PaperForm(forms.Form):
    """A paper: a new one, or the next version of one that is there."""

    title = Line(label=_("材料名称"), max_length=120)
    file = forms.FileField(label=_("文件"), max_length=200)
    recorded_on = Day(label=_("提供日期"))
    replaces = forms.ChoiceField(label=_("替换"), required=False)

    def __init__(self, papers: Iterable[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["replaces"]
        field.choices = [("", _("不替换，新增一份")), *papers]


class Decide(Beside):
    """Whether a record is taken as it stands."""

    reason = Text(label=_("退回理由"), max_length=500, rows=2, required=False, help_text=_("退回时必填。"))
    seen = forms.IntegerField(widget=forms.HiddenInput)


class PointsForm(Beside):
    """Points given to a row."""

    points = forms.DecimalField(label=_("得分"), max_digits=7, decimal_places=2)
    reason = Text(label=_("扣分理由"), max_length=500, rows=2, required=False, help_text=_("未给满分的必填。"))
    seen = forms.IntegerField(widget=forms.HiddenInput, initial=0)


class NoteForm(Beside):
    """What was seen on the spot."""

    on = Day(label=_("核查日期"))
    place = Line(label=_("地点"), max_length=120)
    text = Text(label=_("所见"), max_length=2000, rows=4)


class PassageForm(forms.Form):
    """A passage of the report."""

    title = Line(label=_("小标题"), max_length=80, required=False)
    text = Text(label=_("正文"), max_length=10_000, rows=10)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)


class Version(forms.Form):
    """The version of the year that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
