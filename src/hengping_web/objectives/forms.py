"""Forms of a plan: an objective, a target, the moves of the whole, an adjustment, and the filter of the library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hengping.law import KEY
from hengping.performance import plan as core
from hengping.performance.library import INDICATORS
from hengping.performance.model import Scheme
from hengping.performance.scoring import ways
from hengping_io.year_layouts import layouts
from hengping_web.base.forms import Day, Line, Text
from hengping_web.cycle.forms import RowForm
from hengping_web.objectives.models import OBJECTIVES, TARGETS, PlanRow
from hengping_web.objectives.services import Edit, Grounds

LEVELS = (
    "数量指标",
    "质量指标",
    "时效指标",
    "成本指标",
    "经济效益指标",
    "社会效益指标",
    "生态效益指标",
    "可持续影响指标",
    "服务对象满意度指标",
)
"""Level-2 names the official forms use; a scheme may use others."""

UNNAMED = "own-target"
"""Stands for the key of an indicator the unit set itself until a free one is given."""

SCHEDULE = _("一行一个节点：日期、空格、累计应达到的数，如“2024-06-30 400”。最后一个节点等于指标值。不填的按序时进度。")


class ObjectiveForm(RowForm):
    """An objective of the year; what came of it is written at the end of the year."""

    office = Line(label=_("填报科室"), max_length=60, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(layouts()[OBJECTIVES], *args, without=frozenset({"result"}), **options)
        self.fields["indicators"].help_text = gettext("指标键，以“;”分隔。")

    @property
    def more(self) -> dict[str, str]:
        """Return what the year folder has no column for."""
        return {"office": self.cleaned_data["office"] or ""}


class TargetForm(RowForm):
    """A target of the year, with its schedule, last year's value where the site has none, and a written reason."""

    office = Line(label=_("填报科室"), max_length=60, required=False)
    cumulative = forms.ChoiceField(
        label=_("怎样计量"),
        required=False,
        choices=[("true", _("累计数：从年初起一直增加")), ("false", _("比率或时点数：随时与目标相比"))],
        help_text=_("监控时累计数与序时进度相比，比率直接与目标相比。"),
    )
    milestones = Text(label=_("自定进度"), max_length=1000, rows=3, required=False, help_text=SCHEDULE)
    last = Line(
        label=_("上年完成值"), max_length=40, required=False, help_text=_("系统里有上年数的以系统为准，不必填。")
    )
    reason = Text(
        label=_("说明"),
        max_length=500,
        rows=2,
        required=False,
        help_text=_("核对要求说明的（如低于上年），在此写明原因。"),
    )

    def __init__(self, *args: Any, scheme: Scheme, projects: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(layouts()[TARGETS], *args, **options)
        blocks = [
            (block.title, f"{block.title}（{block.points:f}）")
            for block in scheme.blocks
            if block.title in scheme.open_blocks
        ]
        named = [(name, f"{way.scoring.title}（{name}）") for name, way in ways().items()]
        self._choose("block", blocks)
        self._choose("project", [("", core.WHOLE), *projects])
        self._choose("scoring", [("", gettext("按指标性质选用通行方式")), *named])
        indicator = self.fields["indicator"]
        indicator.required = False
        indicator.help_text = gettext("规则手册的指标填其键（见指标库）；自设指标可不填，由系统编号。")
        indicator.widget.attrs["list"] = "library"
        self.fields["level2"].widget.attrs["list"] = "levels"

    def _choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        old = self.fields[name]
        value = self.initial.get(name)
        kept = [] if not value or value in dict(choices) else [(value, value)]
        self.fields[name] = forms.ChoiceField(
            label=old.label, required=old.required, help_text=old.help_text, choices=[*choices, *kept]
        )

    def clean_indicator(self) -> str:
        """Return the key, refusing one that is malformed; an empty one stands for a key still to be given."""
        key = str(self.cleaned_data["indicator"] or "").strip()
        if key and not KEY.fullmatch(key):
            raise forms.ValidationError(gettext("指标键用小写英文、数字与连字符，如 staff-trained。"))
        return key or UNNAMED

    def clean_milestones(self) -> str:
        """Return the schedule, refusing one that cannot be read."""
        text = str(self.cleaned_data["milestones"] or "")
        try:
            core.milestones_of(text)
        except ValueError as error:
            raise forms.ValidationError(
                gettext("看不懂“%(part)s”，应如“2024-06-30 400”。") % {"part": error}
            ) from error
        return text

    def clean_last(self) -> str:
        """Return last year's value, refusing what is not a number."""
        text = str(self.cleaned_data["last"] or "").strip()
        if text and core.number(text) is None:
            raise forms.ValidationError(gettext("请填写数字，不带单位。"))
        return text

    @property
    def more(self) -> dict[str, str]:
        """Return what the year folder has no column for."""
        names = ("office", "cumulative", "milestones", "last", "reason")
        return {name: str(self.cleaned_data.get(name) or "") for name in names}


class Due(forms.Form):
    """The day by which the offices submit."""

    due_on = Day(label=_("请各科室于此日之前提交"))


class Return(forms.Form):
    """Why a plan is given back."""

    reason = Text(label=_("退回理由"), max_length=500, rows=3, help_text=_("写明哪一条、为什么、怎样改。"))


class ResultForm(forms.Form):
    """What came of an objective."""

    text = Text(label=_("实际完成情况"), max_length=2000, rows=4, required=False)


class AdjustForm(forms.Form):
    """One adjustment of a fixed plan: the document, the reason, and the values of every row that may change."""

    number = Line(label=_("同意调整的文件及文号"), max_length=120)
    on = Day(label=_("文件日期"))
    reason = Text(label=_("调整理由"), max_length=500, rows=3)

    def __init__(self, *args: Any, targets: Sequence[PlanRow], objectives: Sequence[PlanRow], **options: Any) -> None:
        super().__init__(*args, **options)
        self.rows = [*objectives, *targets]
        for row in self.rows:
            self.fields[f"seen-{row.table}-{row.place}"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=row.revision
            )
            for name in CHANGEABLE[row.table]:
                label = f"{row.values.get('title') or row.values.get('level3') or row.key}：{TITLES[name]}"
                self.fields[f"{name}-{row.table}-{row.place}"] = forms.CharField(
                    label=label,
                    required=False,
                    max_length=2000,
                    initial=row.values.get(name, ""),
                    widget=forms.Textarea({"rows": 2}) if name == "expected" else forms.TextInput(),
                )
            self.fields[f"withdraw-{row.table}-{row.place}"] = forms.BooleanField(label=_("撤销"), required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse numbers that are none."""
        for row in self.rows:
            for name in ("target", "points"):
                field = f"{name}-{row.table}-{row.place}"
                text = str(self.cleaned_data.get(field) or "").strip()
                if text and core.number(text) is None:
                    self.add_error(field, gettext("请填写数字，不带单位。"))
        return self.cleaned_data

    @property
    def head(self) -> list[Any]:
        """Return the fields of the adjustment itself."""
        return [self["number"], self["on"], self["reason"]]

    def lines(self) -> list[dict[str, Any]]:
        """Return the fields of every row, for the table of the page."""
        return [
            {
                "row": row,
                "name": row.values.get("title") or row.values.get("level3") or row.key,
                "seen": self[f"seen-{row.table}-{row.place}"],
                "fields": [(TITLES[name], self[f"{name}-{row.table}-{row.place}"]) for name in CHANGEABLE[row.table]],
                "withdraw": self[f"withdraw-{row.table}-{row.place}"],
            }
            for row in self.rows
        ]

    @property
    def grounds(self) -> Grounds:
        """Return what the adjustment rests on."""
        found = self.cleaned_data
        on: date = found["on"]
        return Grounds(number=found["number"], on=on, reason=found["reason"])

    def edits(self) -> list[Edit]:
        """Return the rows that were changed."""
        return [edit for row in self.rows if (edit := self._edit(row)) is not None]

    def _edit(self, row: PlanRow) -> Edit | None:
        given: Mapping[str, Any] = self.cleaned_data
        values = dict(row.values)
        for name in CHANGEABLE[row.table]:
            values[name] = str(given[f"{name}-{row.table}-{row.place}"] or "").strip()
        withdrawn = bool(given[f"withdraw-{row.table}-{row.place}"])
        if not withdrawn and {name: text for name, text in values.items() if text} == row.values:
            return None
        return Edit(
            table=row.table,
            values=values,
            more=row.more,
            place=row.place,
            seen=int(given[f"seen-{row.table}-{row.place}"]),
            withdrawn=withdrawn,
        )


CHANGEABLE: Mapping[str, tuple[str, ...]] = {
    TARGETS: ("operator", "target", "goal", "points"),
    OBJECTIVES: ("expected",),
}
"""Table → the columns an adjustment may change; what an indicator is does not change in the year."""
TITLES = {
    "operator": "性质",
    "target": "指标值",
    "goal": "定性目标",
    "points": "分值",
    "expected": "预期",
}


class Filter(forms.Form):
    """What the library is asked for."""

    text = Line(label=_("查找"), max_length=40, required=False)
    level = forms.ChoiceField(label=_("一级指标"), required=False)
    source = forms.ChoiceField(label=_("依据"), required=False)
    kind = forms.ChoiceField(
        label=_("怎样取得"),
        required=False,
        choices=[("", _("全部")), ("counted", _("由账或办理数据算出")), ("recorded", _("填报，附佐证"))],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        levels = dict.fromkeys(one.level1 for one in INDICATORS if one.level1)
        texts = {cite.source.key: cite.source.title for one in INDICATORS for cite in one.cites}
        for name, choices in (("level", [(level, level) for level in levels]), ("source", list(texts.items()))):
            field: Any = self.fields[name]
            field.choices = [("", gettext("全部")), *choices]


class SchemeText(forms.Form):
    """A scheme somebody wants judged before it goes into the rulebook."""

    text = Text(label=_("评分表（TOML）"), max_length=60_000, rows=18)
