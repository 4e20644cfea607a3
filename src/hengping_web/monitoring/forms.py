"""Forms of monitoring: which day, what was reached, why it deviates, what is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hengping.performance import plan as core
from hengping.performance.monitoring import Deviation
from hengping.performance.thresholds import DEFAULT, Cause, Chance, Choice, regimes
from hengping_web.base.forms import Day, Line, Text
from hengping_web.monitoring.services import Told
from hengping_web.objectives.models import PlanRow


class When(forms.Form):
    """The day looked at, and whose thresholds are used."""

    on = Day(label=_("监控日"), required=False)
    regime = forms.ChoiceField(label=_("监控办法"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["regime"]
        field.choices = [(one.key, f"{one.title}（{one.authority}，{one.since.year} 年起）") for one in regimes()]

    def chosen(self, otherwise: date) -> tuple[date, str]:
        """Return the day and the thresholds, the usual ones where nothing sensible was asked."""
        self.is_valid()
        found = self.cleaned_data
        return found.get("on") or otherwise, found.get("regime") or DEFAULT


class ProgressForm(forms.Form):
    """What was reached of every target up to one day; what is left empty is not told."""

    on = Day(label=_("进度截至"))

    def __init__(self, *args: Any, rows: Sequence[PlanRow], known: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.rows = rows
        chances = [("", "—"), *((one.value, one.label) for one in Chance)]
        for row in rows:
            name, key = str(row.values.get("level3", row.key)), str(row.values.get("indicator", ""))
            offered = known.get(key, "") if not row.values.get("project") else ""
            self.fields[f"value-{row.place}"] = Line(
                label=gettext("%(name)s：完成值") % {"name": name}, max_length=40, required=False, initial=offered
            )
            self.fields[f"chance-{row.place}"] = forms.ChoiceField(
                label=gettext("%(name)s：完成的可能性") % {"name": name}, required=False, choices=chances
            )
            self.fields[f"note-{row.place}"] = Line(
                label=gettext("%(name)s：依据") % {"name": name}, max_length=500, required=False
            )

    def clean(self) -> dict[str, Any]:
        """Refuse values that are no numbers, and notes to nothing."""
        for row in self.rows:
            value = str(self.cleaned_data.get(f"value-{row.place}") or "")
            if value and core.number(value) is None:
                self.add_error(f"value-{row.place}", gettext("请填写数字，不带单位。"))
            told = value or self.cleaned_data.get(f"chance-{row.place}")
            if value and not self.cleaned_data.get(f"note-{row.place}"):
                self.add_error(f"note-{row.place}", gettext("请写明这个数的依据，如台账、统计表的名称。"))
            if not told and self.cleaned_data.get(f"note-{row.place}"):
                self.add_error(f"value-{row.place}", gettext("写了依据，没有写完成值或可能性。"))
        return self.cleaned_data

    @property
    def told(self) -> list[Told]:
        """Return what was told."""
        found = self.cleaned_data
        return [
            Told(
                indicator=row.values.get("indicator", ""),
                project=row.values.get("project", ""),
                value=str(found[f"value-{row.place}"] or "").strip(),
                chance=str(found[f"chance-{row.place}"] or ""),
                note=str(found[f"note-{row.place}"] or ""),
            )
            for row in self.rows
            if found[f"value-{row.place}"] or found[f"chance-{row.place}"]
        ]

    def fields_of(self, row: PlanRow) -> list[Any]:
        """Return the three fields of one target."""
        return [self[f"{name}-{row.place}"] for name in ("value", "chance", "note")]


class FileForm(forms.Form):
    """The reasons asked for before a monitoring is filed, one block per subject."""

    on = forms.DateField(widget=forms.HiddenInput)
    regime = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, asked: Sequence[tuple[str, str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.asked = asked
        for number, (_subject, title, _why) in enumerate(asked):
            self.fields[f"cause-{number}"] = forms.ChoiceField(
                label=gettext("%(name)s：偏差原因类别") % {"name": title},
                choices=[("", "—"), *((one.value, one.label) for one in Cause)],
            )
            self.fields[f"reason-{number}"] = Text(
                label=gettext("%(name)s：偏差原因") % {"name": title}, max_length=1000, rows=2
            )
            self.fields[f"remedy-{number}"] = Text(
                label=gettext("%(name)s：改进措施") % {"name": title}, max_length=1000, rows=2
            )

    def blocks(self) -> list[tuple[str, str, list[Any]]]:
        """Return title, why, and the fields of every subject."""
        return [
            (title, why, [self[f"{name}-{number}"] for name in ("cause", "reason", "remedy")])
            for number, (_subject, title, why) in enumerate(self.asked)
        ]

    @property
    def reasons(self) -> dict[str, Deviation]:
        """Return the reasons by subject."""
        found = self.cleaned_data
        return {
            subject: Deviation(
                cause=Cause(found[f"cause-{number}"]),
                reason=found[f"reason-{number}"],
                remedy=found[f"remedy-{number}"],
            )
            for number, (subject, _title, _why) in enumerate(self.asked)
        }


class DecisionForm(forms.Form):
    """What is decided on an alert, and why."""

    choice = forms.ChoiceField(label=_("决定"), choices=[(one.value, one.label) for one in Choice])
    reason = Text(label=_("理由"), max_length=1000, rows=3)
