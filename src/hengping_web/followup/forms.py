"""Forms of problems, measures, reports on them, and lines of a request with their drivers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hengping.classification import Kind, subjects
from hengping.ledger.model import Part
from hengping.ledger.request import Driver, Item
from hengping.performance.rectification import Progress
from hengping_web.base.forms import Day, Line, Text

FILES_AT_ONCE = 5
LARGEST_FILE = 20 * 1024 * 1024
DRIVERS = 8
"""Rows of drivers a form offers; a line that needs more is two lines."""


class ProblemForm(forms.Form):
    """A problem the evaluation found, with its cause."""

    title = Line(label=_("问题"), max_length=80)
    detail = Text(label=_("具体表现"), max_length=2000, rows=4)
    cause = Text(label=_("原因"), max_length=2000, rows=3, help_text=_("为什么会这样，不写套话。"))
    owner = Line(label=_("责任处室"), max_length=60, required=False, help_text=_("写处室或者岗位，不写姓名。"))
    due_on = Day(label=_("完成时限"), required=False)
    indicators = forms.MultipleChoiceField(
        label=_("看哪些指标能知道改好了"), required=False, widget=forms.CheckboxSelectMultiple
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def __init__(self, *args: Any, indicators: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        choices: Any = self.fields["indicators"]
        choices.choices = list(indicators)

    @property
    def values(self) -> dict[str, str]:
        """Return the row as the year keeps it."""
        found = self.cleaned_data
        return {
            "title": found["title"],
            "detail": found["detail"],
            "cause": found["cause"],
            "owner": found["owner"] or "",
            "due_on": _iso(found["due_on"]),
            "indicators": ";".join(found["indicators"]),
        }


class MeasureForm(forms.Form):
    """A measure against a problem: what, by which office, until when."""

    text = Text(label=_("措施"), max_length=1000, rows=3)
    owner = Line(label=_("责任处室"), max_length=60, help_text=_("写处室或者岗位，不写姓名。"))
    due_on = Day(label=_("完成时限"))
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    @property
    def values(self) -> dict[str, str]:
        """Return the row as the year keeps it, without its problem."""
        found = self.cleaned_data
        return {"text": found["text"], "owner": found["owner"], "due_on": _iso(found["due_on"])}


class SeveralFiles(forms.FileField):
    """Up to a few files at once."""

    widget = type("Several", (forms.ClearableFileInput,), {"allow_multiple_selected": True})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Judge every file."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > FILES_AT_ONCE:
            raise forms.ValidationError(_("一次最多五个文件，其余的请另加一条记录。"))
        found = [super(SeveralFiles, self).clean(one, initial) for one in given]
        if any(one.size > LARGEST_FILE for one in found):
            raise forms.ValidationError(_("单个文件不超过 20 MB。"))
        return found


class ReportForm(forms.Form):
    """How far a measure has come."""

    on = Day(label=_("日期"))
    progress = forms.ChoiceField(label=_("进展"), choices=[(one.value, one.label) for one in Progress])
    text = Text(label=_("做了什么、结果如何"), max_length=2000, rows=4)
    evidence = SeveralFiles(
        label=_("佐证材料"), required=False, max_length=200, help_text=_("报“已完成”须附佐证；文件原件封存。")
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, initial=0)


class ItemForm(forms.Form):
    """One line of a request."""

    title = Line(label=_("申报事项"), max_length=80)
    part = forms.ChoiceField(label=_("支出性质"), choices=[(one.value, one.label) for one in Part])
    economic = forms.ChoiceField(label=_("经济分类科目"))
    purpose = Text(label=_("为什么需要"), max_length=2000, rows=3, help_text=_("从要办的事说起，不写“同上年”。"))
    refers = forms.MultipleChoiceField(
        label=_("引用上年的结果、问题与措施"), required=False, widget=forms.CheckboxSelectMultiple
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def __init__(self, *args: Any, year: int, references: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        codes: Any = self.fields["economic"]
        codes.choices = [
            (one.code, str(one))
            for one in subjects(Kind.ECONOMIC).values()
            if len(one.code) == 5 and one.in_force(date(year, 1, 1))
        ]
        refers: Any = self.fields["refers"]
        refers.choices = list(references)


class DriverForm(forms.Form):
    """One driver: so many of something, so often, at a price, by a basis."""

    title = Line(label=_("测算因素"), max_length=60)
    quantity = forms.DecimalField(label=_("数量"), max_digits=12, decimal_places=2)
    unit = Line(label=_("单位"), max_length=10)
    frequency = forms.DecimalField(label=_("次数"), max_digits=8, decimal_places=2, initial=Decimal(1))
    price = forms.DecimalField(label=_("单价（元）"), max_digits=14, decimal_places=2)
    basis = Line(label=_("单价依据"), max_length=120)

    def to_core(self) -> Driver | None:
        """Return the driver, or None where the row was left empty."""
        found = self.cleaned_data
        if not found.get("title"):
            return None
        return Driver(
            title=found["title"],
            quantity=found["quantity"],
            unit=found["unit"],
            price=found["price"],
            frequency=found["frequency"],
            basis=found["basis"],
        )


Drivers = forms.formset_factory(DriverForm, extra=3, max_num=DRIVERS, absolute_max=DRIVERS)
"""The drivers of one line; rows left empty are none."""


def item_of(form: ItemForm, drivers: Any, key: str) -> Item:
    """Return the line as the core takes it."""
    found = form.cleaned_data
    return Item(
        key=key,
        title=found["title"],
        part=Part(found["part"]),
        economic=found["economic"],
        purpose=found["purpose"],
        drivers=tuple(one for row in drivers if (one := row.to_core()) is not None),
        refers=tuple(found["refers"]),
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
