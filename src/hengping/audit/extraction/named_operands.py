"""Claims whose operands the wording names, though another figure or a full stop stands between them.

The base inside its own clause (完成年度任务2,600批次的103.08%), last year's level behind the rate (同比增长6.5%（上年40.0
万人次）), what is left of an amount (支出3,312万元，剩余288万元), a rate named after its numerator (完工率), and a rate of
execution whose budget stands a paragraph earlier. Only figures no other reader has explained are read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hengping.audit.extraction.breakdowns import NO_TOTAL
from hengping.audit.model import Kind, Phase, Relation, Role, Statement, Term

BASE_WORDS = re.compile(r"(?:完成|达到|为|占|是)[^，。；：]{0,12}$")
OF_IT = re.compile(r"^\s?的\s?(?:约)?$")
LAST_YEAR = re.compile(
    r"^[（(，,\s]*(?:上年|去年|上年同期|同期|(?P<year>20\d\d)\s?年)(?:同期|度)?(?:决算|执行)?数?(?:为|是|：)?\s*$"
)
LEFT_OVER = re.compile(
    r"^[，,；;、（(\s]*(?:尚?剩余|(?:年末)?结余|年末结转(?:和?结余)?|结转(?:和?结余)?|收支结余|结转下年)(?:资金)?(?:为|有|共)?\s*$"
)
CLOSING = re.compile(r"^[，,；;\s]*年末结转(?:和?结余)?(?:资金)?(?:为)?\s*$")
OPENING = re.compile(r"(?:年初|上年)结转(?:和?结余)?")
WHOLE = re.compile(r"收入|到位|全年预算|调整后?预算|预算总?额|预算数|批复|发现|下达|安排")
USED = re.compile(r"支出|支付|执行|整改|使用|拨付|完成|报账")
PARTIAL_USE = re.compile(r"基本支出|项目支出|其中|人员|公用|经费支出")
NAMED_RATE = re.compile(r"(?P<stem>[一-鿿]{2})(?:率|度)(?:均)?(?:为|达到|达|是|约|仅)?\s*$")
REFUSED = re.compile(r"未|不|没有|无")
EXECUTION = re.compile(r"(?:预算)?(?:执行率|完成率)(?:为|达到|达|是)?\s*$")
FUNDED = re.compile(r"到位(?:资金)?(?:为)?\s*$")
ADJUSTMENT = re.compile(r"预算调整率(?:为|达到|达|是)?\s*$")
SPENT_TOTAL = re.compile(r"(?:全年|实际|总|本年)\S{0,4}支出|支出(?:总额|合计|总计)|全年执行")
REACH = 24
FAR = 6
LEAST_COUNT = 10
SHORT = 6


def read_named_operands(by_passage: dict[int, list[Statement]], explained: set[int]) -> Iterator[Relation]:
    """Yield what the figures nobody has explained yet claim by their own words."""
    for here in by_passage.values():
        for index, stated in enumerate(here):
            if id(stated) in explained or stated.approximate:
                continue
            yield from _of_percentage(by_passage, here, index)
            if stated.role is Role.LEVEL and LEFT_OVER.match(stated.label):
                yield from _left_over(here, index)


def _of_percentage(by_passage: dict[int, list[Statement]], here: list[Statement], index: int) -> Iterator[Relation]:
    stated = here[index]
    if stated.family != "%":
        return
    if stated.role is Role.GROWTH:
        yield from _against_last_year(here, index)
    elif OF_IT.match(stated.label) and index:
        yield from _of_base_inside(here, index)
    elif ADJUSTMENT.search(stated.label):
        yield from _adjustment(here, index)
    elif EXECUTION.search(stated.label):
        yield from _execution(by_passage, here, index)
    else:
        yield from _of_its_numerator(here, index)


def _levels(here: list[Statement], index: int) -> list[Statement]:
    """Return the levels before a figure in its sentence."""
    stated = here[index]
    return [
        s
        for s in here[max(0, index - REACH) : index]
        if s.sentence == stated.sentence and s.role is Role.LEVEL and s.family != "%"
    ]


def _of_base_inside(here: list[Statement], index: int) -> Iterator[Relation]:
    """Read “完成任务2,600批次的103.08%” and “占年度计划2.4亿元的90%”: the base is the figure right before 的."""
    stated, base = here[index], here[index - 1]
    if stated.start - base.end > 3 or not BASE_WORDS.search(base.label) or base.approximate or not base.amount:
        return
    part = next((s for s in reversed(_levels(here, index - 1)) if s.family == base.family), None)
    if part is not None and part.segment == stated.segment and not part.approximate:
        yield Relation(Kind.COMPLETION, stated, (Term(part), Term(base)), cue="的", note=base.label.strip("，, "))


def _against_last_year(here: list[Statement], index: int) -> Iterator[Relation]:
    """Read “增长6.5%（上年40.0万人次）”: last year's level follows the rate."""
    stated = here[index]
    base = here[index + 1] if index + 1 < len(here) else None
    named = LAST_YEAR.match(base.label) if base is not None and base.sentence == stated.sentence else None
    if base is None or named is None or base.role is not Role.LEVEL or base.approximate:
        return
    current = next((s for s in reversed(_levels(here, index)) if s.depth <= stated.depth and _is_actual(s)), None)
    if current is None or current.family != base.family or (current.year or 0) == int(named.group("year") or 1):
        return
    yield Relation(Kind.GROWTH, stated, (Term(current), Term(base)), note="levels")


def _is_actual(statement: Statement) -> bool:
    return not statement.approximate and (statement.phase is None or not statement.phase.is_budget)


def _adjustment(here: list[Statement], index: int) -> Iterator[Relation]:
    """Read the rate of adjustment: adjusted less initial budget, over the initial one."""
    levels = _levels(here, index)
    initial = next((s for s in levels if s.phase is Phase.INITIAL), None)
    adjusted = next((s for s in levels if s.phase is Phase.ADJUSTED), None)
    if initial is not None and adjusted is not None and adjusted.amount >= initial.amount:
        yield Relation(Kind.GROWTH, here[index], (Term(adjusted), Term(initial)), note="rate")


def _execution(by_passage: dict[int, list[Statement]], here: list[Statement], index: int) -> Iterator[Relation]:
    """Read a rate of execution: what was spent in its sentence, over the full-year budget nearest before it."""
    levels = [s for s in _levels(here, index) if s.family == "money"]
    planned = [s for s in levels if s.phase is Phase.ADJUSTED]
    done = next((s for s in reversed(levels) if s not in planned and _is_spent(s)), None)
    if done is None or (done.phase is not None and done.phase.is_budget):
        return
    if not planned and SPENT_TOTAL.search(done.label):
        planned = _budget_above(by_passage, here[index])
    planned = planned or [s for s in levels if s is not done and FUNDED.search(s.label)]
    if len(planned) == 1 and planned[0].amount and not done.approximate:
        yield Relation(
            Kind.COMPLETION, here[index], (Term(done), Term(planned[0])), note=here[index].label.strip("，, ")
        )


def _is_spent(statement: Statement) -> bool:
    return statement.phase in (Phase.EXECUTED, Phase.FINAL) or bool(USED.search(statement.label))


def _budget_above(by_passage: dict[int, list[Statement]], stated: Statement) -> list[Statement]:
    """Return the one full-year budget of the paragraphs just above, or none where there are several."""
    for passage in range(stated.passage - 1, max(-1, stated.passage - FAR), -1):
        found = [
            s
            for s in by_passage.get(passage, ())
            if s.phase is Phase.ADJUSTED and s.role is Role.LEVEL and s.family == "money"
        ]
        if found:
            return found if len({s.amount for s in found}) == 1 else []
    return []


def _of_its_numerator(here: list[Statement], index: int) -> Iterator[Relation]:
    """Read “整改309处，整改率99.04%”: the rate bears the name of the figure before it."""
    stated = here[index]
    named = NAMED_RATE.search(stated.label)
    part = here[index - 1] if index else None
    if named is None or part is None or part.sentence != stated.sentence or part.segment != stated.segment:
        return
    words = part.label.strip("，, 、；;")
    if len(words) > SHORT or named.group("stem") not in words or REFUSED.search(words) or NO_TOTAL.search(words):
        return
    if part.role is not Role.LEVEL or part.approximate or stated.figure.value > 100:
        return
    wholes = [s for s in _levels(here, index - 1) if s.family == part.family and s.amount >= part.amount > 0]
    if wholes and wholes[-1].amount >= LEAST_COUNT and not any(s.approximate for s in wholes):
        yield Relation(Kind.RATE, stated, (Term(part), Term(wholes[-1])), note=stated.label.strip("，, "))


def _left_over(here: list[Statement], index: int) -> Iterator[Relation]:
    """Read what is left of an amount: “到位4,680万元，支出4,586.4万元，结余93.6万元”."""
    stated = here[index]
    levels = [s for s in _levels(here, index) if s.family == stated.family and s.depth == stated.depth]
    if any(s.approximate for s in levels):
        return
    opening = next((s for s in levels if OPENING.search(s.label)), None)
    used = [
        s for s in levels if USED.search(s.label) and not WHOLE_ONLY.search(s.label) and not PARTIAL_USE.search(s.label)
    ]
    had = [s for s in levels if WHOLE.search(s.label) and s not in used and s is not opening]
    if len({s.amount for s in used}) != 1 or not had:
        return
    if opening is not None:
        if CLOSING.match(stated.label) and len(had) == 1:
            terms = (Term(opening), Term(had[0]), Term(used[-1], -1))
            yield Relation(Kind.SUM, stated, terms, cue="结转", closed=True)
        return
    whole = next((s for s in had if s.amount - used[-1].amount == stated.amount), had[-1])
    if whole.amount < used[-1].amount:
        return
    yield Relation(Kind.DIFFERENCE, stated, (Term(whole), Term(used[-1], -1)), note="left")


WHOLE_ONLY = re.compile(r"收入|预算|到位|批复|下达")
