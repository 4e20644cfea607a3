"""What the auditor speaks of: statements, relations between them, checks, verdicts and findings.

A check never reads text. Reading turns the document into statements, relations and marks; checks judge those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from hengping.errors import RulebookError
from hengping.figures import MONEY_UNITS, Figure, Interval, quantum
from hengping.law import Citation, Rule, source

if TYPE_CHECKING:
    from hengping.audit.reading import Reading

HOUSE = source("house-rules")
FIRST_DAY = date(2000, 1, 1)


class Verdict(StrEnum):
    """What may be said of a statement, or of a check over the whole document."""

    AGREES = "agrees"
    ROUNDING = "rounding"
    UNEXPLAINED = "unexplained"
    CONTRADICTION = "contradiction"
    MISSING = "missing"
    REMARK = "remark"
    NOT_APPLICABLE = "not_applicable"
    INSUFFICIENT_DATA = "insufficient_data"
    MANUAL_REVIEW = "manual_review"

    @property
    def label(self) -> str:
        """Return the word shown to users."""
        return _VERDICT_LABELS[self.value]


_VERDICT_LABELS = {
    "agrees": "相符",
    "rounding": "尾数差",
    "unexplained": "未说明差额",
    "contradiction": "矛盾",
    "missing": "缺少",
    "remark": "提示",
    "not_applicable": "不适用",
    "insufficient_data": "资料不足",
    "manual_review": "请人工核对",
}


class Severity(StrEnum):
    """How much a finding weighs: impossible, must be answered, inside rounding, expression."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"
    INFO = "info"

    @property
    def label(self) -> str:
        """Return the word shown to users."""
        return {"error": "错误", "warning": "须答复", "hint": "尾数", "info": "提示"}[self.value]


class Phase(StrEnum):
    """Which stage of the budget year an amount belongs to."""

    INITIAL = "年初预算"
    ADJUSTED = "全年预算"
    BUDGET = "预算"
    EXECUTED = "执行数"
    FINAL = "决算"

    @property
    def is_budget(self) -> bool:
        """Tell whether the amount is planned rather than spent."""
        return self in (Phase.INITIAL, Phase.ADJUSTED, Phase.BUDGET)


class Role(StrEnum):
    """What a figure does in its sentence."""

    LEVEL = "level"
    CHANGE = "change"
    SHARE = "share"
    GROWTH = "growth"
    COMPLETION = "completion"
    RATE = "rate"
    POINTS = "points"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the document's text, code points, end exclusive."""

    start: int
    end: int


@dataclass(slots=True, eq=False)
class Statement:
    """One figure of the document with what the sentence says of it.

    ``amount`` is exact in the family's base unit (元 for money, the unit itself otherwise); ``family`` names what may
    be added to what (money, 件, 人 …). ``sign`` is the direction of a change, ``base`` the words naming the base of a
    share or rate, ``depth`` how many brackets enclose the figure, ``label`` the words directly before it.
    """

    figure: Figure
    start: int
    end: int
    family: str
    amount: Decimal
    role: Role
    subject: str
    subject_start: int
    label: str = ""
    phase: Phase | None = None
    year: int | None = None
    sign: int = 0
    base: str = ""
    approximate: bool = False
    depth: int = 0
    passage: int = 0
    sentence: int = 0
    segment: int = 0
    places: int = 0
    _held: Interval | None = None
    _printed: Interval | None = None

    @property
    def interval(self) -> Interval:
        """Return what the figure can stand for, on the precision of its series, in the family's base unit.

        A count printed in full is exact, and so is a score: nobody rounds ten cars.
        """
        if self._held is None:
            self._held = self._around(self.places)
        return self._held

    @property
    def lenient(self) -> Interval:
        """Return what the figure can stand for if only its own printed digits count."""
        if self._printed is None:
            self._printed = self._around(0)
        return self._printed

    def _around(self, places: int) -> Interval:
        if self.is_count or self.role is Role.SCORE:
            return Interval(self.amount, self.amount)
        half = quantum(max(self.figure.decimals, places)) * self.scale / 2
        return Interval(self.amount - half, self.amount + half)

    @property
    def is_count(self) -> bool:
        """Tell whether the figure counts things one by one."""
        return (
            self.figure.decimals == 0
            and self.family == self.figure.unit
            and self.family not in ("%", "分", "倍", "百分点")
        )

    @property
    def scale(self) -> Decimal:
        """Return how many base units one printed unit is."""
        return SCALES.get(self.figure.unit, ONE)

    @property
    def span(self) -> Span:
        """Return where the figure with its unit stands."""
        return Span(self.start, self.end)

    @property
    def named_span(self) -> Span:
        """Return where the figure stands together with the words it belongs to."""
        return Span(self.subject_start, self.end)


ONE = Decimal(1)
SCALES: dict[str, Decimal] = dict(MONEY_UNITS)
for _prefix, _factor in (("万", Decimal(10_000)), ("亿", Decimal(100_000_000)), ("万亿", Decimal(10**12))):
    for _unit in (
        "美元",
        "人次",
        "件",
        "人",
        "户",
        "吨",
        "亩",
        "个",
        "平方米",
        "公顷",
        "公里",
        "辆",
        "次",
        "千瓦时",
        "立方米",
    ):
        SCALES[_prefix + _unit] = _factor
SCALES["百分点"] = ONE


@dataclass(frozen=True, slots=True)
class Term:
    """One operand of a relation with its sign."""

    statement: Statement
    sign: int = 1


class Kind(StrEnum):
    """What a relation claims of its stated figure."""

    SUM = "sum"
    SHARE = "share"
    COMPLETION = "completion"
    GROWTH = "growth"
    DIFFERENCE = "difference"
    EQUAL = "equal"
    RATE = "rate"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Relation:
    """A claim the text makes: the stated figure follows from its terms.

    ``open`` is true where the wording leaves room for what is not listed (其中, 主要, 等); ``closed`` where it claims
    completeness. ``cue`` is the word that ties them. ``certain`` is false where the tie is inferred from position.
    """

    kind: Kind
    stated: Statement
    terms: tuple[Term, ...]
    cue: str = ""
    open: bool = False
    closed: bool = False
    certain: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check says of one place, agreeing statements included.

    ``working`` shows the arithmetic or the comparison; ``stated``, ``computed`` and ``difference`` are exact values in
    the printed unit where the check computes one. ``spans`` puts the place to look at first.
    """

    check: str
    verdict: Verdict
    severity: Severity
    message: str
    working: str = ""
    cites: tuple[Citation, ...] = ()
    stated: Decimal | None = None
    computed: Decimal | None = None
    difference: Decimal | None = None
    unit: str = ""
    spans: tuple[Span, ...] = ()
    suggestion: str = ""
    kind: str = ""
    key: str = ""

    @property
    def answerable(self) -> bool:
        """Tell whether somebody has to look at this."""
        return self.verdict not in (Verdict.AGREES, Verdict.NOT_APPLICABLE)


Judge: TypeAlias = Callable[["Reading"], Iterable[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Rule):
    """One thing the auditor looks at in every document.

    ``code`` is the catalogue's number, ``needs`` what a document must contain for the check to be possible, ``absent``
    the outcome where it does not, ``spares`` what the check does not fire on, ``fails`` and ``passes`` an example text
    of each. A check without a ``judge`` is declared but not implemented, and is reported as such.
    """

    code: str
    severity: Severity
    needs: str
    explanation: str = ""
    absent: Verdict = Verdict.NOT_APPLICABLE
    spares: tuple[str, ...] = ()
    fails: str = ""
    passes: str = ""
    judge: Judge | None = None

    def finding(
        self,
        verdict: Verdict,
        message: str,
        *,
        spans: Iterable[Span],
        severity: Severity | None = None,
        **parts: object,
    ) -> Finding:
        """Return a finding of this check; an agreeing one weighs nothing."""
        weight = Severity.INFO if verdict is Verdict.AGREES else severity or self.severity
        return Finding(
            check=self.code,
            verdict=verdict,
            severity=weight,
            message=message,
            cites=self.cites,
            spans=tuple(spans),
            **parts,  # type: ignore[arg-type]
        )


def check(
    code: str,
    *,
    key: str,
    title: str,
    needs: str,
    severity: Severity,
    cites: tuple[Citation, ...] | None = None,
    since: date = FIRST_DAY,
    absent: Verdict = Verdict.NOT_APPLICABLE,
    spares: tuple[str, ...] = (),
    fails: str = "",
    passes: str = "",
    reading: str = "",
) -> Callable[[Callable[[Check, Reading], Iterable[Finding]]], Check]:
    """Build a Check from the function that judges; its docstring is the rule users read.

    The function takes the check itself and the reading, and yields a finding for every statement it judged.
    """

    def build(function: Callable[[Check, Reading], Iterable[Finding]]) -> Check:
        explanation = (function.__doc__ or "").strip()
        if not explanation:
            raise RulebookError(f"核对项 {code} 没有给使用者看的说明")
        built: list[Check] = []

        def judge(read: Reading) -> Iterable[Finding]:
            return function(built[0], read)

        built.append(
            Check(
                code=code,
                key=key,
                title=title,
                cites=cites or (HOUSE[code],),
                since=since,
                reading=reading,
                severity=severity,
                needs=needs,
                explanation=" ".join(explanation.split()),
                absent=absent,
                spares=spares,
                fails=fails,
                passes=passes,
                judge=judge,
            )
        )
        return built[0]

    return build


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one check came to for the whole document.

    ``verdict`` is the heaviest of its findings, or the reason it had nothing to judge; ``agreed`` and ``judged`` count
    statements. ``missing`` names the input that is not there.
    """

    check: Check
    verdict: Verdict
    judged: int = 0
    agreed: int = 0
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Everything the auditor says of one document.

    ``findings`` are what has to be looked at, ``claims`` every statement judged, agreeing ones included. ``figures``
    counts the numbers read, ``figures_judged`` those that took part in a judgement; ``unjudged`` says why the others
    did not (reason → how many). ``document_kind`` is the key of what the document was taken for (self_evaluation,
    final_accounts, form, …), with its title in words.
    """

    findings: tuple[Finding, ...]
    claims: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]
    figures: int
    figures_judged: int
    unjudged: Mapping[str, int]
    document_kind: str = ""
    document_kind_title: str = ""
