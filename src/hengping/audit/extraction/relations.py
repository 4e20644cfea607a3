"""Every claim that one figure of the text makes about others, each found once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hengping.audit.extraction.breakdowns import adds_up, read_breakdowns
from hengping.audit.extraction.comparisons import read_comparisons
from hengping.audit.extraction.named_operands import read_named_operands
from hengping.audit.extraction.table_ratios import read_table_ratios
from hengping.audit.model import Kind, Relation, Role, Statement, Term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hengping.audit.reading import Passage, Reading

CLASSES = ("工资福利", "商品和服务", "对个人和家庭", "资本性", "债务利息", "对企业补助", "其他支出")
HEAD = 40


def read_relations(reading: Reading) -> tuple[Relation, ...]:
    """Return breakdowns first, then comparisons; a claim found in two ways is kept once."""
    by_passage: dict[int, list[Statement]] = {}
    for statement in reading.statements:
        by_passage.setdefault(statement.passage, []).append(statement)
    sums = list(read_breakdowns(reading, by_passage))
    sums.extend(_lists_of_classes(reading, by_passage))
    sums = _once(sums)
    compared = _once(list(read_comparisons(reading, by_passage, sums)))
    explained = {id(relation.stated) for relation in compared if len(relation.terms) > 1}
    left = _once(list(read_named_operands(by_passage, explained)))
    read_again = {id(relation.stated) for relation in left}
    compared = [relation for relation in compared if id(relation.stated) not in read_again]
    return (*sums, *compared, *left, *read_table_ratios(reading))


def _once(relations: list[Relation]) -> list[Relation]:
    """Drop repeated claims, preferring the closed and certain one."""
    kept: dict[tuple[object, ...], Relation] = {}
    for relation in relations:
        key = (relation.kind, id(relation.stated), frozenset(id(term.statement) for term in relation.terms))
        known = kept.get(key)
        if known is None or (relation.closed, relation.certain) > (known.closed, known.certain):
            kept[key] = relation
    return list(kept.values())


def _lists_of_classes(reading: Reading, by_passage: dict[int, list[Statement]]) -> list[Relation]:
    """Return totals followed by a numbered list of the economic classes that make them up."""
    found: list[Relation] = []
    passages = reading.passages
    for index, passage in enumerate(passages):
        ordinal = passage.ordinal
        if ordinal is None or ordinal.value != 1 or not index:
            continue
        items = _amounts_at_heads(passages, index, by_passage)
        classes = [s for s in items if any(s.subject.startswith(name) for name in CLASSES)]
        if len(items) < 2 or len(classes) < len(items) - 1:
            continue
        stated = _total_before(passages[index - 1].index, by_passage, items[0])
        if stated is not None:
            closed = len(classes) == len(items)
            terms = tuple(Term(item) for item in items)
            found.append(Relation(Kind.SUM, stated, terms, cue="分类", open=not closed, closed=closed))
    return found


def _amounts_at_heads(
    passages: Sequence[Passage], first: int, by_passage: dict[int, list[Statement]]
) -> list[Statement]:
    """Return the amounts that open the items 1, 2, 3 … of one list, until an item opens with none."""
    opening = passages[first].ordinal
    items: list[Statement] = []
    for index in range(first, len(passages)):
        ordinal = passages[index].ordinal
        if opening is None or ordinal is None or ordinal.level > opening.level:
            continue
        amount = next(iter(by_passage.get(index, ())), None)
        numbered = ordinal.level == opening.level and ordinal.value == len(items) + 1
        if not numbered or amount is None or amount.role is not Role.LEVEL:
            break
        if amount.start - passages[index].start > HEAD:
            break
        items.append(amount)
    return items


def _total_before(index: int, by_passage: dict[int, list[Statement]], item: Statement) -> Statement | None:
    levels = [s for s in by_passage.get(index, ()) if s.role is Role.LEVEL and s.family == item.family]
    return next((s for s in levels if len(levels) > 1 and adds_up(s, [item])), levels[0] if levels else None)
