"""Scores of a self-evaluation told in sentences: “投入15分，得14.5分”, “预算执行9.8分（满分10分）”.

They are read into the same rows as a table's, so that every check of scores judges them alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hengping.audit.extraction.scorecards import ScoreCard, ScoreCell, ScoreRow
from hengping.audit.model import Role, Span

if TYPE_CHECKING:
    from hengping.audit.model import Statement
    from hengping.audit.reading import Passage, Reading

POINTS = r"\d{1,3}(?:\.\d{1,2})?"
FULL_THEN_SCORE = re.compile(
    rf"(?P<name>[一-鿿]{{2,14}}?)(?:[（(](?:满分|权重|分值)?)?(?P<weight>{POINTS})\s?分[）)]?[，,、]?(?:自评|实际|实)?得(?:分)?(?:为)?(?P<score>{POINTS})\s?分"
)
SCORE_OF_FULL = re.compile(
    rf"(?P<name>[一-鿿]{{2,14}}?)(?:得分|得|：|:)?(?P<score>{POINTS})\s?分[（(](?:满分|权重|分值|总分)[为：:]?(?P<weight>{POINTS})\s?分?[）)]"
)
WHOLE_NAMES = re.compile(r"(?:综合|自评|评价|总)(?:得分|得|分)?$|^(?:总分|满分|得分|合计)")
FULL_MARK_BEFORE = re.compile(r"(?:满分|总分值|权重|分值)(?:为|：|:)?$")
FULL_MARK_AFTER = re.compile(
    r"[）)]?\s?[，,、]?\s?(?:自评|实际|实)(?:得分?|评分?)?(?:为)?\s?\d|[）)]?\s?[，,、]?\s?得(?:分)?(?:为)?\s?\d"
)
LEAST = 2


def read_prose_scores(reading: Reading) -> Iterator[ScoreCard]:
    """Yield one card for each paragraph that gives full marks and scores block by block."""
    for passage in reading.passages:
        if passage.kind in ("table", "cell") or passage.text.count("分") < 2 * LEAST:
            continue
        for pattern in (FULL_THEN_SCORE, SCORE_OF_FULL):
            rows = [
                _row(passage, match)
                for match in pattern.finditer(passage.text)
                if not WHOLE_NAMES.search(match.group("name"))
            ]
            if len(rows) >= LEAST:
                yield ScoreCard(Span(rows[0].span.start, rows[-1].span.end), indicators=rows, prose=True)
                break


def _row(passage: Passage, match: re.Match[str]) -> ScoreRow:
    def cell(key: str) -> ScoreCell:
        return ScoreCell(match.group(key), Span(passage.start + match.start(key), passage.start + match.end(key)))

    return ScoreRow({"name": cell("name"), "weight": cell("weight"), "score": cell("score")})


def is_full_mark(passage: Passage, statement: Statement) -> bool:
    """Tell whether points are what could be had rather than what was given."""
    if statement.role is not Role.SCORE:
        return False
    following = passage.text[statement.end - passage.start : statement.end - passage.start + FOLLOWING]
    return bool(FULL_MARK_BEFORE.search(statement.label) or FULL_MARK_AFTER.match(following))


FOLLOWING = 12
