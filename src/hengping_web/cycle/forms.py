"""Forms of the year: opening one, reopening one, and one form for any row of any table of the folder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hengping.performance.schemes import schemes
from hengping_io.data_columns import Column, Rejected, parse
from hengping_io.data_package import Layout
from hengping_web.accounts.models import Organisation
from hengping_web.base.forms import Day, Line, Text

LONG = frozenset({"text", "detail", "expected", "result", "thrift", "publication", "cause", "remedy", "reason"})
"""Columns in which people write sentences."""


class OpenYear(forms.Form):
    """A year to be opened."""

    organisation: Any = forms.ModelChoiceField(label=_("部门"), queryset=None, to_field_name="key")
    year = forms.IntegerField(label=_("年度"), min_value=2014, max_value=2100)
    reported_on = Day(label=_("报告日期"), help_text=_("自评报告落款的日期，在年度终了之后。"))
    scheme = forms.ChoiceField(label=_("评分表"), required=False)

    def __init__(self, *args: Any, organisations: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["organisation"]
        field.queryset = organisations
        choices: Any = self.fields["scheme"]
        choices.choices = [("", gettext("只计算指标，不评分"))] + [
            (scheme.key, scheme.title) for scheme in schemes().on(today)
        ]

    @property
    def chosen(self) -> Organisation:
        """Return the department that was chosen."""
        found: Organisation = self.cleaned_data["organisation"]
        return found


class Reopen(forms.Form):
    """Why a settled year is opened again."""

    reason = Text(label=_("重新打开的原因"), max_length=500, rows=3)
    version = forms.IntegerField(widget=forms.HiddenInput)


class RowForm(forms.Form):
    """One row of a table of the year folder; a field for every column, judged as the folder judges it."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def __init__(self, layout: Layout, *args: Any, without: frozenset[str] = frozenset(), **options: Any) -> None:
        super().__init__(*args, **options)
        self.layout = layout
        self.columns = [column for column in layout.columns if column.name not in without]
        for column in self.columns:
            self.fields[column.name] = _field(column)
        self.order_fields([*(column.name for column in self.columns), "seen"])

    def clean(self) -> dict[str, Any]:
        """Judge every cell by the rule of its column, and say which and how to mend it."""
        for column in self.columns:
            text = self.cleaned_data.get(column.name)
            if text is None:
                continue
            try:
                parse(text, column)
            except Rejected as error:
                self.add_error(column.name, f"{error}。{error.remedy}")
        return self.cleaned_data

    @property
    def values(self) -> dict[str, str]:
        """Return the row as the folder writes it."""
        return {column.name: self.cleaned_data.get(column.name) or "" for column in self.columns}

    @property
    def seen_revision(self) -> int:
        """Return the revision the page showed."""
        return int(self.cleaned_data.get("seen") or 0)


def _field(column: Column) -> forms.Field:
    common: dict[str, Any] = {"label": column.title, "required": column.required, "help_text": column.note}
    if column.values:
        empty = [] if column.required else [("", "—")]
        return forms.ChoiceField(choices=[*empty, *column.values.items()], **common)
    if column.type == "boolean":
        return forms.ChoiceField(choices=[("", "—"), ("true", gettext("是")), ("false", gettext("否"))], **common)
    if column.type == "date":
        return _DayText(**common)
    return Text(max_length=2000, rows=3, **common) if column.name in LONG else Line(max_length=400, **common)


class _DayText(Line):
    """A day kept as the text the folder writes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=10, widget=forms.DateInput({"type": "date"}), **options)


def changed_text(mine: Mapping[str, str], theirs: Mapping[str, str], layout: Layout) -> list[tuple[str, str, str]]:
    """Return title, mine and theirs of every column in which two versions of a row differ."""
    return [
        (column.title, mine.get(column.name, ""), theirs.get(column.name, ""))
        for column in layout.columns
        if mine.get(column.name, "") != theirs.get(column.name, "")
    ]
