"""Forms of the ledger: one entry, a correction, filters, a file; the core judges, the forms say it at its field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hengping.classification import Kind, Subject, children, subjects
from hengping.errors import Problem
from hengping.ledger.model import Account, Adjustment, Entry, Fund, Part, Phase
from hengping_io.data_columns import Rejected, parse
from hengping_io.ledger_preview import LARGEST, Question
from hengping_io.year_layouts import layouts
from hengping_web.base.forms import Day, Line, Text, plain
from hengping_web.cycle.models import EvaluationYear
from hengping_web.ledger import queries, services
from hengping_web.ledger.models import LedgerEntry

FULL_WIDTH = str.maketrans("０１２３４５６７８９．－，", "0123456789.-,")
Choices = list[tuple[str, Any]]


class Money(forms.Field):
    """An amount in 元 with two decimals; thousands separators are taken out, nothing is guessed."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Any:
        """Return the exact amount, or say how to write it."""
        text = plain(str(value or "")).strip().translate(FULL_WIDTH).replace(",", "").replace("−", "-")
        if not text:
            return None
        try:
            return parse(text if "." in text else f"{text}.00", layouts()["ledger"].column("amount"))
        except Rejected as error:
            raise forms.ValidationError(f"{error}。{error.remedy}") from error


def labels(kinds: Iterable[Any], *, empty: bool = False) -> Choices:
    """Return the choices of one of the ledger's own words."""
    return [*([("", "—")] if empty else []), *((kind.value, kind.label) for kind in kinds)]


def subject_choices(kind: Kind, level: int, *, partial: bool) -> Choices:
    """Return subjects grouped under their classes; where only published figures are kept, classes too."""
    found: Choices = [("", "—")]
    for top in children("", kind):
        inside = [one for one in _below(top, kind) if one.level == level]
        found.append(
            (str(top), [*([(top.code, f"{top}（类）")] if partial else []), *((s.code, str(s)) for s in inside)])
        )
    return found


def _below(top: Subject, kind: Kind) -> Iterator[Subject]:
    yield from (one for one in subjects(kind).values() if one.code.startswith(top.code) and one is not top)


class EntryForm(forms.Form):
    """One entry as it is made."""

    phase = forms.ChoiceField(label=_("阶段"), choices=labels(Phase))
    part = forms.ChoiceField(label=_("支出性质"), choices=labels(Part))
    fund = forms.ChoiceField(label=_("资金来源"), choices=labels(Fund))
    functional = forms.ChoiceField(
        label=_("功能分类（项）"), error_messages={"required": _("请选到项：预算、决算支出按功能分类编列到项。")}
    )
    economic = forms.ChoiceField(
        label=_("经济分类（款）"), error_messages={"required": _("请选到款：基本支出按经济分类编列到款。")}
    )
    project = forms.ChoiceField(label=_("所属项目"), required=False, help_text=_("项目支出须选项目；基本支出不选。"))
    amount = Money(label=_("金额（元）"), help_text=_("保留两位小数，例如 1234.50；冲减写负数。"))
    adjustment = forms.ChoiceField(
        label=_("调整原因"), required=False, choices=labels(Adjustment, empty=True), help_text=_("只有预算调整填写。")
    )
    voucher = Line(
        label=_("凭证号或者批复文号"), required=False, max_length=120, help_text=_("追加、追减、调剂须写批复文号。")
    )
    on = Day(label=_("日期"), required=False)
    policy = forms.BooleanField(label=_("因政策调整，不计入预算调整率"), required=False)
    procurement = forms.BooleanField(label=_("政府采购"), required=False)
    note = Line(label=_("备注"), required=False, max_length=400)
    confirmed = forms.BooleanField(label=_("我已核对，确认无误"), required=False)

    def __init__(self, year: EvaluationYear, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.year = year
        known = queries.beside(year)
        self._offer("functional", subject_choices(Kind.FUNCTIONAL, 3, partial=known.partial))
        self._offer("economic", subject_choices(Kind.ECONOMIC, 2, partial=known.partial))
        for name in ("functional", "economic"):
            self.fields[name].required = not known.partial
        self._offer("project", [("", "—"), *((one.code, f"{one.code} {one.title}") for one in known.projects)])
        if not self.is_bound:
            del self.fields["confirmed"]

    def _offer(self, name: str, choices: Choices) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Have the core judge the entry, and ask again about what looks doubled or in the wrong unit."""
        found = super().clean() or self.cleaned_data
        if not self.errors:
            judged = services.judge(self.year, self.entry, confirmed=bool(found.get("confirmed")))
            for problem in (problem for row in judged.rows for problem in row.problems):
                self._blame(problem)
            for question in judged.open_questions:
                self.add_error("confirmed", f"{question.text}{'；'.join(question.why)}")
        if "confirmed" not in self.errors and not found.get("confirmed"):
            self.fields.pop("confirmed", None)
        return found

    def _blame(self, problem: Problem) -> None:
        field = problem.column if problem.column in self.fields else None
        basis = f"（{problem.rule}）" if problem.rule else ""
        self.add_error(field, f"{problem.message}{basis}。{problem.remedy}")

    @property
    def entry(self) -> Entry:
        """Return the entry as the core takes it."""
        given = self.cleaned_data
        account = Account(
            Phase(given["phase"]),
            Part(given["part"]),
            Fund(given["fund"]),
            given["functional"],
            given["economic"],
            given["project"],
        )
        return Entry(
            account=account,
            amount=given["amount"],
            voucher=given["voucher"],
            on=given["on"],
            adjustment=Adjustment(given["adjustment"]) if given["adjustment"] else None,
            policy=given["policy"],
            procurement=given["procurement"],
            note=given["note"],
        )


class CorrectionForm(EntryForm):
    """What is wrong with an entry, and the right one beside it unless it was simply one too many."""

    reason = Text(label=_("更正的原因"), max_length=300, rows=2, help_text=_("写明错在哪里、依据什么更正。"))
    only_back = forms.BooleanField(label=_("只冲销，不另记"), required=False)
    field_order = ("reason", "only_back")

    def __init__(self, year: EvaluationYear, wrong: LedgerEntry, *args: Any, **options: Any) -> None:
        options.setdefault("initial", initial_of(wrong))
        super().__init__(year, *args, **options)
        self.wrong = wrong
        if self.data.get("only_back"):
            for name in ("phase", "part", "fund", "functional", "economic", "amount"):
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """Judge the right entry only where there is to be one."""
        if self.cleaned_data.get("only_back"):
            self.fields.pop("confirmed", None)
            return self.cleaned_data
        return super().clean()

    @property
    def right(self) -> Entry | None:
        """Return the right entry, or None where the wrong one is only taken back."""
        return None if self.cleaned_data.get("only_back") else self.entry


def initial_of(row: LedgerEntry) -> dict[str, Any]:
    """Return an entry as the values of its form."""
    names = ("phase", "part", "fund", "functional", "economic", "project", "adjustment", "voucher", "on", "note")
    values: dict[str, Any] = {name: getattr(row, name) for name in names}
    return values | {"amount": f"{row.amount:f}", "policy": bool(row.policy), "procurement": bool(row.procurement)}


class Filters(forms.Form):
    """What entries are looked for."""

    text = Line(label=_("凭证号、备注"), required=False, max_length=60)
    phase = forms.MultipleChoiceField(
        label=_("阶段"), required=False, choices=labels(Phase), widget=forms.CheckboxSelectMultiple
    )
    part = forms.ChoiceField(label=_("支出性质"), required=False, choices=labels(Part, empty=True))
    fund = forms.ChoiceField(label=_("资金来源"), required=False, choices=labels(Fund, empty=True))
    functional = Line(label=_("功能分类"), required=False, max_length=7)
    economic = Line(label=_("经济分类"), required=False, max_length=5)
    project = Line(label=_("所属项目"), required=False, max_length=60)
    adjustment = forms.ChoiceField(label=_("调整原因"), required=False, choices=labels(Adjustment, empty=True))
    procurement = forms.BooleanField(label=_("政府采购"), required=False)
    batch = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    after = forms.CharField(required=False, max_length=19, widget=forms.HiddenInput)

    FEWER = ("text", "economic", "part", "phase")
    """What is asked for most; the rest stands behind “more”."""

    @property
    def first(self) -> list[forms.BoundField]:
        """Return the fields asked for most."""
        return [self[name] for name in self.FEWER]

    @property
    def more(self) -> list[forms.BoundField]:
        """Return the other fields people see."""
        return [field for field in self.visible_fields() if field.name not in self.FEWER]

    @property
    def more_asked(self) -> bool:
        """Tell whether one of the others is asked for."""
        return any(self.data.get(field.name) for field in self.more)

    def wanted(self) -> queries.Wanted:
        """Return the question; what cannot be understood is not asked."""
        given = self.cleaned_data
        return queries.Wanted(
            phases=tuple(given.get("phase") or ()),
            part=given.get("part") or "",
            fund=given.get("fund") or "",
            functional=given.get("functional") or "",
            economic=given.get("economic") or "",
            project=given.get("project") or "",
            adjustment=given.get("adjustment") or "",
            procurement=bool(given.get("procurement")),
            text=given.get("text") or "",
            batch=given.get("batch"),
            after=given.get("after") or "",
        )


class Upload(forms.Form):
    """A file to be looked at before anything is entered."""

    file = forms.FileField(
        label=_("文件"),
        help_text=_(
            "年度数据包“账目”表的 CSV；预算、决算公开表或者明细表的 Excel；会计核算软件数据接口（GB/T 24589.2）的 XML 或 ZIP。"
        ),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(gettext("文件超过 40 MB，请分开导入。"))
        return file


class Answers(forms.Form):
    """The answers to what a preview asked, and the digest of the file they are about."""

    digest = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, questions: Iterable[Question] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        for question in questions:
            self.fields[f"q-{question.key}"] = forms.ChoiceField(
                label=question.text,
                choices=list(question.choices),
                widget=forms.RadioSelect,
                required=False,
                initial=question.answer,
                help_text="；".join(question.why)[:1000],
            )


def answers_in(data: Any) -> dict[str, str]:
    """Return the answers a form carries, by question."""
    return {name[2:]: str(data[name])[:40] for name in data if name.startswith("q-") and data[name]}
