"""Schemes read from the rulebook, filled with the year's own targets, and checked before anybody is scored.

A scheme of the rulebook that contradicts itself does not start. A scheme filled by a unit that contradicts itself is
the unit's problem and is answered with every fault at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

from hengping import tables
from hengping.errors import InvalidPackage, Problem, RulebookError
from hengping.figures import ZERO
from hengping.law import Catalogue, Citation, Confidence, cite
from hengping.performance import scoring
from hengping.performance.library import INDICATORS
from hengping.performance.model import (
    Block,
    Direction,
    Empty,
    Indicator,
    Operator,
    Recorded,
    Scheme,
    Scoring,
    Weighing,
)

FOLDER = "schemes"
DEFAULT = "ministry-2020"
"""The scheme used where a unit names none."""


@cache
def schemes() -> Catalogue[Scheme]:
    """Return every scheme of the rulebook; raise ``RulebookError`` for one that contradicts itself."""
    found = [_scheme(tables.toml(name)) for name in tables.names(FOLDER, ".toml")]
    for scheme in found:
        unknown = [row.indicator for row in scheme.rows if row.indicator not in INDICATORS]
        wrong = (*faults(scheme, filled=False), *(f"没有指标 {key}" for key in unknown))
        if wrong:
            raise RulebookError(f"评分表 {scheme.key}：{'；'.join(wrong)}")
    return Catalogue(found)


def fill(scheme: Scheme, targets: Iterable[Weighing], catalogue: Catalogue[Indicator], file: str = "") -> Scheme:
    """Return a scheme with the year's own targets in its open blocks; raise ``InvalidPackage`` with every fault."""
    own = tuple(targets)
    wrong = [
        f"“{row.block}”不是评分表留给单位自设的部分（{'、'.join(sorted(scheme.open_blocks)) or '没有'}）"
        for row in own
        if row.block not in scheme.open_blocks
    ]
    whole = replace(scheme, rows=scheme.rows + own)
    wrong.extend(faults(whole))
    wrong.extend(fault for row in own for fault in _against(row, catalogue))
    if wrong:
        raise InvalidPackage(
            Problem(file=file or scheme.title, message=fault, rule=str(scheme.cites[0]), remedy="请更正评分表。")
            for fault in dict.fromkeys(wrong)
        )
    return whole


def faults(scheme: Scheme, *, filled: bool = True) -> Iterator[str]:
    """Yield every contradiction in a scheme; one that is not yet filled need not add up in its open blocks."""
    for row in scheme.rows:
        yield from (f"{_name(row)}：{fault}" for fault in _row_faults(row))
    repeated = Counter((row.indicator, row.project, row.level3) for row in scheme.rows)
    yield from (f"{key[2] or key[0]} 重复列了 {times} 行" for key, times in repeated.items() if times > 1)
    named = {block.title for block in scheme.blocks}
    yield from (f"{_name(row)}：一级指标“{row.block}”未列入评分表" for row in scheme.rows if row.block not in named)
    yield from _sums(scheme, filled=filled)


def faults_of_table(table: Mapping[str, Any]) -> tuple[str, ...]:
    """Judge a scheme that is not in the rulebook yet, as its table would be judged on loading; none is good.

    Raises ``RulebookError`` where the table cannot be read as a scheme at all.
    """
    try:
        scheme = _scheme(table)
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise RulebookError(f"不是一张完整的评分表：缺少或写错了 {error}") from error
    unknown = [f"没有指标 {row.indicator}" for row in scheme.rows if row.indicator not in INDICATORS]
    return (*faults(scheme, filled=False), *unknown)


def coverage(scheme: Scheme) -> tuple[str, ...]:
    """Return what good practice asks of a self-set scheme and this one lacks: hints, never faults."""
    asked = {
        "数量指标": "产出没有数量指标",
        "质量指标": "产出没有质量指标",
        "时效指标": "产出没有时效指标",
    }
    present = {row.level2 for row in scheme.rows}
    if not scheme.open_blocks:
        return ()
    return tuple(text for level2, text in asked.items() if level2 not in present)


def own_indicators(rows: Iterable[Weighing], catalogue: Catalogue[Indicator], scheme: Scheme) -> tuple[Indicator, ...]:
    """Return an indicator for every row that names one the rulebook does not know: set by the unit, recorded by hand."""
    found: dict[str, Indicator] = {}
    for row in rows:
        if row.indicator not in catalogue:
            found.setdefault(
                row.indicator,
                Indicator(
                    key=row.indicator,
                    title=row.level3 or row.indicator,
                    cites=row.cites or scheme.cites,
                    since=scheme.since,
                    reading="单位自设指标，完成值由单位填报并附佐证。",
                    measure=Recorded(unit=row.unit),
                    better=Direction.LOWER if row.operator.downward else Direction.HIGHER,
                    level1=row.block,
                    level2=row.level2,
                ),
            )
    return tuple(found.values())


def targeted(row: Mapping[str, Any]) -> Weighing:
    """Return one of a unit's own targets, given by the columns of its table, as a row of a scheme.

    It is scored in the usual way unless its ``scoring`` column names another.
    """
    operator = Operator(row["operator"])
    chosen = scoring.way(row["scoring"]) if row.get("scoring") else scoring.usual(operator)
    return Weighing(
        indicator=row["indicator"],
        points=row["points"],
        scoring=chosen.scoring,
        block=row["block"],
        level2=row["level2"],
        level3=row["level3"],
        operator=operator,
        target=row.get("target"),
        goal=row.get("goal") or "",
        unit=row.get("unit") or "",
        cites=chosen.cites,
        confidence=chosen.confidence,
        reading=chosen.reading,
        project=row.get("project") or "",
    )


def _row_faults(row: Weighing) -> Iterator[str]:
    if row.points <= 0:
        yield f"分值 {row.points} 须大于零"
    if row.operator is Operator.JUDGED and row.target is not None:
        yield "定性指标不应规定数字指标值"
    yield from row.scoring.faults(row)


def _against(row: Weighing, catalogue: Catalogue[Indicator]) -> Iterator[str]:
    """A target that points against its indicator is a contradiction, whatever the points."""
    if row.indicator not in catalogue:
        return
    better = catalogue.get(row.indicator).better
    if (better is Direction.HIGHER and row.operator.downward) or (better is Direction.LOWER and row.operator.upward):
        yield f"{_name(row)}：该指标{better.label}，指标值却写作“{row.operator}{row.target}”"


def _sums(scheme: Scheme, *, filled: bool) -> Iterator[str]:
    if scheme.gaps:
        return
    planned = sum((block.points for block in scheme.blocks), ZERO)
    if planned != scheme.whole:
        yield f"各部分分值合计 {planned}，应为 {scheme.whole}，{_off(planned, scheme.whole)}"
    for block in scheme.blocks:
        points = sum((row.points for row in scheme.rows if row.block == block.title), ZERO)
        if points != block.points and (filled or block.title not in scheme.open_blocks):
            yield f"“{block.title}”各行分值合计 {points}，应为 {block.points}，{_off(points, block.points)}"


def _off(points: Decimal, asked: Decimal) -> str:
    """Say by how much a sum of points is off."""
    return f"多 {points - asked}" if points > asked else f"少 {asked - points}"


def _name(row: Weighing) -> str:
    return row.level3 or row.indicator


def _scheme(table: Mapping[str, Any]) -> Scheme:
    cites = tuple(cite(reference) for reference in table["cites"])
    return Scheme(
        key=table["key"],
        title=table["title"],
        cites=cites,
        since=table["since"],
        until=table.get("until"),
        reading=table.get("reading", ""),
        authority=table["authority"],
        blocks=tuple(Block(row["title"], Decimal(row["points"])) for row in table["blocks"]),
        rows=tuple(_row(row, cites) for row in table.get("weigh", ())),
        open_blocks=frozenset(table.get("open_blocks", ())),
        gaps=tuple(table.get("gaps", ())),
        confidence=Confidence(table["confidence"]),
    )


def _row(row: Mapping[str, Any], cites: tuple[Citation, ...]) -> Weighing:
    way, reading = _way(row["scoring"])
    return Weighing(
        indicator=row["indicator"],
        points=Decimal(row["points"]),
        scoring=way,
        block=row["block"],
        level2=row.get("level2", ""),
        level3=row.get("level3", ""),
        operator=Operator(row["operator"]),
        target=Decimal(row["target"]) if "target" in row else None,
        goal=row.get("goal", ""),
        unit=row.get("unit", ""),
        empty=Empty(row.get("empty", "exclude")),
        cites=cites,
        confidence=Confidence(row["confidence"]),
        reading=reading,
    )


def _way(spec: str | Mapping[str, Any]) -> tuple[Scoring, str]:
    if isinstance(spec, str):
        named = scoring.way(spec)
        return named.scoring, named.reading
    built = scoring.build(spec)
    return built, scoring.reading_of(built)
