"""What the report says of results: objectives, scores, deviations, casework, satisfaction."""

from __future__ import annotations

from collections.abc import Iterator

from hengping.document import Block
from hengping.performance.model import Evaluation, Score
from hengping.reports.model import MISSING, Facts, Named, Objective, Piece, head, say
from hengping.reports.passages import (
    aim_of,
    bare,
    ended,
    listed,
    score_table,
    table,
    value_pieces,
)


def objective(objective: Objective, evaluation: Evaluation | None, named: Named) -> list[Piece]:
    """Return one objective with its target, its result and its score."""
    pieces: list[Piece] = [f"{bare(objective.title)}。预期目标：{ended(objective.expected)}"]
    pieces.append(f"实际完成情况：{ended(objective.result) if objective.result else MISSING + '。'}")
    scores = [] if evaluation is None else [s for s in evaluation.scores if s.indicator.key in objective.indicators]
    if not scores:
        return [*pieces, f"对应指标得分：{MISSING}。"]
    parts = [_row(score, named) for score in scores]
    return [*pieces, "对应指标：", *listed(parts, "；"), "。"]


def _row(score: Score, named: Named) -> list[Piece]:
    name = f"indicator.{score.indicator.key}"
    value = named[f"{name}.value"]
    told = [value] if value.figure is not None else value_pieces(score, named)
    measured: list[Piece] = [f"{score.title}目标值{aim_of(score)}，完成值", *told]
    if not score.evaluated:
        return [*measured, f"，{score.value.outcome.label}，未评价"]
    return [*measured, "，得", named[f"{name}.score"], "（分值", named[f"{name}.points"], "）"]


def conclusion(facts: Facts, named: Named) -> Iterator[Block]:
    """Yield the score with the table behind it; no total where not everything could be evaluated."""
    evaluation = facts.evaluation
    if evaluation is None:
        yield say("本年度没有指标评价结果，不给出总分和等级。")
        return
    scheme = evaluation.scheme
    yield say(f"自评采用《{scheme.title}》，依据为{scheme.basis}。各项指标的分值共计", named["score.possible"], "。")
    if evaluation.evaluated == evaluation.possible and evaluation.grade:
        yield say(
            "各项指标均已评价，自评得分", named["score.total"], f"，等级为“{evaluation.grade}”。各项指标得分见下表。"
        )
    else:
        yield say(
            "已评价指标的分值合计",
            named["score.evaluated"],
            "，得",
            named["score.total"],
            f"。{_why_no_grade(evaluation)}",
        )
    yield score_table(evaluation, named, "部门整体支出绩效指标得分表")


def _why_no_grade(evaluation: Evaluation) -> str:
    reason = ended(evaluation.grade_reason) if evaluation.grade_reason else "其余指标资料不足或者不适用。"
    return f"{reason}不给出总分和等级。"


def casework(facts: Facts, named: Named) -> Block:
    """Return the year's casework as a table of counts."""
    heads: list[Piece] = ["项目", "数量", "单位", "统计口径"]
    rows: list[list[Piece]] = [
        [item.title, named[f"petitions.{item.key}"], item.unit, bare(item.definition) or MISSING]
        for item in facts.casework
    ]
    return table([heads, *rows], "业务工作量统计表")


def satisfaction(facts: Facts, named: Named) -> Iterator[Block]:
    """Yield satisfaction with what it was counted on."""
    yield head("服务对象满意度情况")
    scores = () if facts.evaluation is None else facts.evaluation.scores
    rated = [
        score for score in scores if "满意" in score.weighing.block + score.title and score.value.amount is not None
    ]
    if not rated:
        yield say(f"服务对象满意度{MISSING}。")
        return
    for score in rated:
        working = named[f"indicator.{score.indicator.key}.value"]
        operands = f"（{score.value.operands}）" if score.value.operands else ""
        yield say(score.title, working, f"{operands}。")
