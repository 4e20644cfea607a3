"""The total score and grade of a self-evaluation, as the text states them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hengping.audit.extraction.marks import Mark
    from hengping.audit.reading import Reading

PARTIAL = re.compile(
    r"(?:平均|指标(?!体系)|[一二三]级|执行率|满意度|产出|效益|过程|投入|决策|管理|部分|单项|该项|此项|小计|扣|满)[^。；]{0,6}$"
)

FULL = re.compile(r"[，,；;]\s?(?:自评|实际|综合)?(?:得分?|评分?)?(?:为)?\s?\d")


def total_score(reading: Reading) -> Mark | None:
    """Return the statement of the total score, with the grade that follows it, or None."""
    for mark in reading.marked("score"):
        clause = reading.text[max(0, mark.start - 12) : mark.start]
        told = mark.text.removesuffix("分").rstrip("0123456789. ")
        if "，" in told and PARTIAL.search(told) and "等级" not in mark.text:
            continue
        if clause.endswith("分别") or (mark.text.startswith("总分") and FULL.match(reading.text, mark.end)):
            continue
        if not PARTIAL.search(clause.rsplit("，", 1)[-1].rsplit("。", 1)[-1]) or "等级" in mark.text:
            return mark
    return None


def stated_grade(reading: Reading) -> Mark | None:
    """Return the statement of the grade, or None."""
    return next(iter(reading.marked("grade")), None)
