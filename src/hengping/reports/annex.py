"""The annex of a published report: what was asked of it before publication, and what the unit answered in writing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hengping.document import Assembly, Block, Heading, Run
from hengping.reports.compose import lay
from hengping.reports.model import Report, say

TITLE = "附：自我核对问题的书面说明"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenAnswer:
    """One question of the auditor and the unit's answer: what was asked of which place, who answered, and when."""

    check: str
    asked: str
    answer: str
    answered_by: str
    answered_on: date


def with_answers(report: Report, answers: Sequence[WrittenAnswer]) -> Report:
    """Return the report with its answers printed behind it; without answers it stays as it is."""
    if not answers:
        return report
    assembly = Assembly()
    for block in (*report.document.blocks, *_annex(answers)):
        lay(assembly, block)
    found = report.document
    return replace(report, document=assembly.finish(name=found.name, kind=found.kind, title=found.title))


def _annex(answers: Sequence[WrittenAnswer]) -> Iterator[Block]:
    yield Heading(TITLE, 0, (Run(TITLE),), 1)
    yield say("本报告公布前经过自动核对。下列问题不影响公布，由本单位书面说明。")
    for place, one in enumerate(answers, 1):
        asked = f"（{one.check}）" if one.check else ""
        yield say(f"问题{place}{asked}：{one.asked}")
        yield say(f"说明：{one.answer}（{one.answered_by}，{one.answered_on.isoformat()}）")
