"""Points a person gives to one row of a scheme, and who owes what before a year can be evaluated.

A self score and a reviewer's score stand beside the computed one and never replace it: the result of a year follows
from its facts alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from hengping.errors import Refusal
from hengping.figures import ZERO, print_number, round_half_up
from hengping.law import Citation, source
from hengping.performance.model import Evaluation, Outcome, Recorded, Score

EVALUATION = source("evaluation-2020")
HOUSE = source("house-rules")
SCORING: tuple[Citation, ...] = (EVALUATION["第十六条"].unsure(), HOUSE.whole)
"""What points given by a person rest on: within the weight, and a shortfall is explained."""


def awarded(title: str, possible: Decimal, points: Decimal, reason: str = "") -> Decimal:
    """Return points a person may give to a row, or refuse them: below nothing, above the weight, or short and silent.

    >>> awarded("按期答复率", Decimal("9"), Decimal("9"))
    Decimal('9.00')
    """
    basis = "、".join(str(cite) for cite in SCORING)
    most = print_number(possible, 2)
    if points < ZERO or points > possible:
        where = "低于零分" if points < ZERO else f"高于该项分值 {most} 分"
        raise Refusal(f"“{title}”评分", f"{points:f} 分{where}", f"请给 0 至 {most} 分。", basis)
    if points != round_half_up(points, 2):
        raise Refusal(f"“{title}”评分", f"{points:f} 分超过两位小数", "请保留两位小数。", basis)
    if points < possible and not reason.strip():
        raise Refusal(f"“{title}”评分", "未给满分，没有写明理由", "请写明扣分理由，再保存。", basis)
    return round_half_up(points, 2)


class Duty(StrEnum):
    """What has to be supplied for one row of a scheme."""

    RECORD = "record"
    EVIDENCE = "evidence"
    FACTS = "facts"
    EXPLAIN = "explain"

    @property
    def label(self) -> str:
        """Return the words shown to those who owe it."""
        return {
            "record": "填报完成值并交佐证",
            "evidence": "补交佐证材料",
            "facts": "补齐基础数据",
            "explain": "说明偏差原因和改进措施",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One thing somebody has to supply before the year is complete: for which row, what, and what exactly is missing."""

    indicator: str
    title: str
    duty: Duty
    missing: tuple[str, ...] = ()
    reason: str = ""


def owed(evaluation: Evaluation) -> Iterator[Owed]:
    """Yield what is still owed for an evaluation, row by row in the scheme's order."""
    for score in evaluation.scores:
        duty = _duty(score)
        if duty is not None:
            value = score.value
            yield Owed(
                indicator=score.indicator.key,
                title=score.title,
                duty=duty,
                missing=value.missing,
                reason=value.reason,
            )


def _duty(score: Score) -> Duty | None:
    value, record = score.value, score.value.record
    if score.points is None and value.outcome is Outcome.INSUFFICIENT_DATA:
        if not isinstance(score.indicator.measure, Recorded):
            return Duty.FACTS
        return Duty.RECORD if record is None or record.evidence else Duty.EVIDENCE
    if score.explain and (record is None or not record.cause or not record.remedy):
        return Duty.EXPLAIN
    return None


def asked(evaluation: Evaluation) -> Iterator[Owed]:
    """Yield every row that people record by hand, whether or not it has been recorded: the tasks of a year."""
    for score in evaluation.scores:
        if isinstance(score.indicator.measure, Recorded):
            yield Owed(
                indicator=score.indicator.key, title=score.title, duty=Duty.RECORD, missing=("填报值", "佐证材料")
            )
