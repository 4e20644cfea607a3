"""Shares, completion rates, growth and differences: which figures a printed percentage or change was made from.

A growth rate at constant prices is never recomputed from nominal levels. Where only the amount and its change are
printed, the base is the amount less the change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from hengping.audit.extraction.breakdowns import ACCOUNT_ITEM, BALANCE, BASE_NAMED, bare, matches, subject_key
from hengping.audit.extraction.figures_in_text import CONTINUED
from hengping.audit.extraction.figures_in_text import own_subject as subject_of
from hengping.audit.model import Kind, Phase, Relation, Role, Statement, Term

if TYPE_CHECKING:
    from hengping.audit.reading import Passage, Reading

CONSTANT_PRICES = re.compile(r"可比价|不变价|可比口径|同口径|剔除|扣除|实际增长|名义|自然口径|还原")
REAL_BY_CONVENTION = re.compile(r"生产总值|GDP|增加值|地区总产值|居民人均可支配收入")
WIDER_REGION = re.compile(r"^(?:全国|全省|全市|全区|全县|全部|全球|世界|我国|全院|其)$")
REACHED = re.compile(
    r"(?:增长|增加|上升|提高|扩大|下降|减少|降低|回落|压减|降|升|增|减)?(?:到|至)(?:了)?(?:20\d\d\s?年(?:度)?的?)?\s*$"
)
LAST_YEAR = re.compile(r"上年|去年|上一年|上期|同期")
WHICH_YEAR = re.compile(r"上年度?|去年|上一年度?|上期|同期|本年度?|今年|全年|本期")
EXECUTION_RATE = re.compile(
    r"(?:预算)?(?:执行率|完成率|支出率|支付进度|使用率|控制率)(?:均)?(?:为|达到|达|是|约|仅)?\s*$"
)
ALL_SPENT, RECEPTIONS = re.compile(r"共计支出\s*$"), re.compile(r"国内公务接待(?:支出)?$")
THIS_YEAR, CARRIED = re.compile(r"本年|当年|全年"), re.compile(r"结转|结余|相抵|差额")
INCOMES, SPENDING = re.compile(r"收入总计$"), re.compile(r"支出总计$")
STAFF_RATE = re.compile(r"(?:在职|在编|人员)\S{0,4}控制率")
IN_POST = re.compile(r"在职|在编|实有|在岗")
STEMS = ("办结", "完成", "执行", "满意", "合格", "化解", "答复", "受理", "到位", "参评", "整改", "采购")
RETURNED = re.compile(r"回收率?|收回率?|有效率")
TOTAL_WORDS = re.compile(
    r"^(?:本年|全年|其|部门|整体)?(?:总支出|支出总额|支出合计|总收入|收入合计|总额|合计|总计|实际支出|总数|总量|预算总额)(?:的)?$"
)
SENT = re.compile(r"发放|发出|下发|派发|投放|发送")
DUE = re.compile(r"应(?!急|用|对|聘|诉|届)")
SPENT_FIGURE = re.compile(r"^\s*(?:支出)?决算数?(?:较|比)")
AGAINST_BUDGET = re.compile(r"^(?:年初|全年|调整后?|当年)?预算数?$")
GENERIC = re.compile(r"^(?:全年|本年)?(?:实际)?(?:支出|执行|完成|使用|支付|发生)?$")
RUN_ON = (*CONTINUED, "")
COMPOUND = re.compile(r"年均|年平均|复合")
YEAR = re.compile(r"20\d\d")
NEAR = 16
REACH = 8
FAR = 60
FEW = 12
NAMED = 4
WHOLE = 100


def read_comparisons(
    reading: Reading, by_passage: dict[int, list[Statement]], sums: Sequence[Relation]
) -> Iterator[Relation]:
    """Yield every claim a percentage, a change or a repeated amount makes."""
    shares = _Shares(reading, sums)
    for passage in reading.passages:
        here = by_passage.get(passage.index, [])
        for index, stated in enumerate(here):
            if stated.role is Role.SHARE:
                yield from shares.read(here, index)
            elif stated.role is Role.GROWTH:
                yield from _growth(passage, here, index, shares.levels)
            else:
                yield from _others(here, index)
        yield from _heading_amount(passage, here)
        yield from _both_sides(here)
        yield from _told_again(here)
    yield from shares.implied()


def _others(here: list[Statement], index: int) -> Iterator[Relation]:
    """Yield what a completion rate, a change, a named rate or a balance claims."""
    stated = here[index]
    if stated.role is Role.COMPLETION:
        yield from _completion(here, index)
    elif stated.role is Role.CHANGE:
        yield from _difference(here, index)
    elif stated.role is Role.RATE:
        yield from _rate(here, index)
    elif stated.role is Role.LEVEL and BALANCE.search(stated.label):
        yield from _balance(here, index)


class _Levels:
    """Levels by the last characters of their subject, so that a name is found without reading all of them."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self._by_end: dict[str, list[Statement]] = {}
        for statement in statements:
            if statement.role is Role.LEVEL and statement.family != "%":
                self._by_end.setdefault(subject_key(statement.subject)[-2:], []).append(statement)
                self._by_end.setdefault(bare(statement.subject)[-2:], []).append(statement)

    def named(self, name: str, family: str, before: int) -> list[Statement]:
        """Return the levels whose subject the name matches, the nearest before an offset first."""
        key, plain = subject_key(name), bare(name)
        found = [
            s
            for s in dict.fromkeys((*self._by_end.get(key[-2:], ()), *self._by_end.get(plain[-2:], ())))
            if s.family == family and (matches(subject_key(s.subject), key) or matches(bare(s.subject), plain))
        ]
        found.sort(key=lambda statement: statement.start)
        earlier = [s for s in found if s.end <= before]
        later = [s for s in found if s.end > before]
        return earlier[::-1] + later


def _previous_level(here: list[Statement], index: int) -> Statement | None:
    """Return the nearest level before a figure in its sentence."""
    stated = here[index]
    for statement in reversed(here[max(0, index - REACH) : index]):
        if statement.sentence != stated.sentence:
            return None
        if statement.role is Role.LEVEL and statement.family != "%" and statement.depth <= stated.depth:
            return statement
    return None


class _Shares:
    """Reads shares: the part beside them, the base they name, or the total their part belongs to."""

    __slots__ = ("levels", "unknown", "wholes")

    def __init__(self, reading: Reading, sums: Sequence[Relation]) -> None:
        self.levels = _Levels(reading.statements)
        self.unknown: dict[tuple[str, int, int], list[tuple[Statement, Statement]]] = {}
        self.wholes: dict[int, list[Statement]] = {}
        for relation in sums:
            if relation.stated.role is Role.LEVEL:
                for term in relation.terms:
                    self.wholes.setdefault(id(term.statement), []).append(relation.stated)

    def read(self, here: list[Statement], index: int) -> Iterator[Relation]:
        """Yield what one share claims."""
        stated = here[index]
        turn = _turn(here, index)
        if turn is not None:
            if (paired := _paired(here, index, *turn)) is not None:
                yield from self._of_its_total(stated, paired)
            return
        part = _previous_level(here, index)
        if WIDER_REGION.match(stated.base):
            return
        if part is None or part.segment != stated.segment:
            yield from self._between_sentences(here, index)
        elif stated.base:
            yield from self._of_named_base(here, index, part)
        else:
            yield from self._of_its_total(stated, part)

    def _of_named_base(self, here: list[Statement], index: int, part: Statement) -> Iterator[Relation]:
        stated = here[index]
        named = [s for s in self.levels.named(stated.base, part.family, stated.start) if s is not part]
        if named:
            giving = next((s for s in named if gives(stated, part, s)), None)
            certain = giving is not None or len({s.amount for s in named}) == 1
            whole = giving or named[0]
            if part.amount <= whole.amount or stated.figure.value > WHOLE:
                terms = (Term(part), Term(whole))
                yield Relation(Kind.SHARE, stated, terms, cue="占", note=stated.base, certain=certain)
        elif (total := self._total_of(stated, part)) is not None:
            yield Relation(Kind.SHARE, stated, (Term(part), Term(total)), cue="占", note=stated.base)
        elif (likely := _giving(stated, part, here[max(0, index - REACH) : index])) is not None:
            yield Relation(Kind.SHARE, stated, (Term(part), Term(likely)), cue="占", certain=False)
        else:
            self.unknown.setdefault((stated.base, 0, 0), []).append((stated, part))

    def _total_of(self, stated: Statement, part: Statement) -> Statement | None:
        """Return the total a part was listed under, where the share only says “of the total”."""
        if not TOTAL_WORDS.search(stated.base):
            return None
        return next((s for s in self.wholes.get(id(part), ()) if part.amount <= s.amount), None)

    def _of_its_total(self, stated: Statement, part: Statement) -> Iterator[Relation]:
        whole = next((s for s in self.wholes.get(id(part), ()) if part.amount <= s.amount), None)
        if whole is not None:
            yield Relation(Kind.SHARE, stated, (Term(part), Term(whole)), cue="占")
        else:
            self.unknown.setdefault(("", stated.passage, stated.sentence), []).append((stated, part))

    def _between_sentences(self, here: list[Statement], index: int) -> Iterator[Relation]:
        """Yield a share whose part and whole are printed elsewhere: “第一产业增加值占地区生产总值的比重为3.8%”."""
        stated = here[index]
        previous = here[index - 1] if index else None
        if not stated.base and previous is not None and previous.role is Role.SHARE:
            stated.base = previous.base if previous.sentence == stated.sentence else ""
        if min(len(stated.subject), len(stated.base)) < NAMED:
            return
        parts = self.levels.named(stated.subject, "money", stated.start)
        wholes = self.levels.named(stated.base, "money", stated.start)
        if parts and wholes and parts[0] is not wholes[0]:
            sure = len({s.amount for s in parts}) == 1 and len({s.amount for s in wholes}) == 1
            terms = (Term(parts[0]), Term(wholes[0]))
            yield Relation(Kind.SHARE, stated, terms, cue="占", note=stated.base, certain=sure)

    def implied(self) -> Iterator[Relation]:
        """Yield shares whose base is printed nowhere: their siblings' total is the base they imply."""
        for (base, _, _), pairs in self.unknown.items():
            subjects = {part.subject for _, part in pairs}
            families = {part.family for _, part in pairs}
            if len(families) != 1 or len(subjects) != len(pairs) or not 2 <= len(pairs) <= FEW:
                continue
            whole = tuple(Term(part) for _, part in pairs)
            for stated, part in pairs:
                yield Relation(Kind.SHARE, stated, (Term(part), *whole), cue="占", certain=False, note=base)


def _turn(here: list[Statement], index: int) -> tuple[int, int] | None:
    """Return where a run of shares behind 分别 begins and how many it has, or None for a share on its own."""
    first = index
    while first and here[first].label.strip() in RUN_ON and here[first - 1].role is Role.SHARE:
        first -= 1
    if "分别" not in here[first].label:
        return None
    end = index + 1
    while end < len(here) and here[end].role is Role.SHARE and here[end].label.strip() in RUN_ON:
        end += 1
    return first, end - first


def _paired(here: list[Statement], index: int, first: int, count: int) -> Statement | None:
    """Return the part that stands in the same place of its list as a share in the run behind 分别."""
    before = [s for s in here[max(0, first - REACH) : first] if s.sentence == here[index].sentence]
    parts = [s for s in before if s.role is Role.LEVEL and s.family != "%"][-count:]
    alike = len(parts) == count and len({s.family for s in parts}) == 1
    return parts[index - first] if alike else None


def _giving(stated: Statement, part: Statement, before: list[Statement]) -> Statement | None:
    """Return the nearest figure before a share that gives it exactly, where the base is named in other words."""
    for statement in reversed(before[-REACH:]):
        alike = statement is not part and statement.role is Role.LEVEL and statement.family == part.family
        if alike and gives(stated, part, statement):
            return statement
    return None


def gives(stated: Statement, part: Statement, whole: Statement) -> bool:
    """Tell whether a part over a whole is the printed percentage."""
    return whole.amount > 0 and part.amount * 100 / whole.amount in stated.figure.interval()


def _completion(here: list[Statement], index: int) -> Iterator[Relation]:
    stated = here[index]
    around = [
        s
        for s in here[max(0, index - FAR) : index]
        if s.sentence == stated.sentence and s.role is Role.LEVEL and s.family != "%"
    ]
    done = next((s for s in reversed(around) if s.phase in (Phase.FINAL, Phase.EXECUTED, None)), None)
    if done is None:
        return
    planned = [s for s in around if s.phase is not None and s.phase.is_budget and s.family == done.family]
    if not planned and done.segment:
        planned = []
    wanted = _phase_named(stated.base)
    exact = [s for s in planned if s.phase is wanted and s.start < done.start]
    beside = [s for s in planned if s.segment == done.segment] or planned
    base = next(iter(exact[::-1]), None)
    note = stated.base
    if base is None or (base.amount == 0 and stated.figure.value != 0):
        other = next((s for s in reversed(beside) if s is not base and s.amount != 0), None)
        if base is None and wanted is Phase.BUDGET and other is not None:
            base = other
        elif other is not None:
            base, note = other, f"!{stated.base}"
    if (
        base is not None
        and base.subject != done.subject
        and not GENERIC.match(done.subject)
        and not matches(subject_key(base.subject), subject_key(done.subject))
    ):
        base = None
    terms = (Term(done),) if base is None else (Term(done), Term(base))
    yield Relation(Kind.COMPLETION, stated, terms, cue="完成", note=note)


def _phase_named(words: str) -> Phase:
    if "年初" in words:
        return Phase.INITIAL
    if "全年" in words or "调整" in words:
        return Phase.ADJUSTED
    return Phase.BUDGET


def _growth(passage: Passage, here: list[Statement], index: int, levels: _Levels) -> Iterator[Relation]:
    stated = here[index]
    sentence = _sentence_text(passage, stated)
    previous = here[index - 1] if index else None
    delta = (
        previous
        if previous is not None and previous.role is Role.CHANGE and stated.start - previous.end <= NEAR
        else None
    )
    if CONSTANT_PRICES.search(sentence):
        yield Relation(Kind.GROWTH, stated, (), note="constant")
        return
    same = [
        s
        for s in here[max(0, index - FAR) : index]
        if s.sentence == stated.sentence and (s.role is Role.LEVEL or s.role is Role.SHARE)
    ]
    if COMPOUND.search(stated.label) or (index and COMPOUND.search(previous.label if previous else "")):
        yield from _compound(stated, same, here)
        return
    pair = _two_levels(stated, same, delta)
    own = subject_of(stated)
    if pair is not None and own and not matches(subject_key(own), subject_key(pair[0].subject)):
        pair = None
    if pair is not None and "分别" not in stated.label:
        current, base = pair
        real = bool(REAL_BY_CONVENTION.search(current.subject)) and not re.search(r"名义|现价", sentence)
        yield Relation(Kind.GROWTH, stated, (Term(current), Term(base)), note="real" if real else "levels")
        return
    if delta is None:
        return
    found = _current(here, delta, levels)
    if found is not None:
        yield Relation(Kind.GROWTH, stated, (Term(delta), Term(found)), note="delta")


def _sentence_text(passage: Passage, stated: Statement) -> str:
    """Return the sentence a figure stands in, up to the end of its clause."""
    at = stated.start - passage.start
    start = max(passage.text.rfind(mark, 0, at) for mark in "。！？") + 1
    stop = min((i for i in (passage.text.find(mark, at) for mark in "。；;") if i >= 0), default=len(passage.text))
    return passage.text[start:stop]


def _two_levels(
    stated: Statement, same: list[Statement], delta: Statement | None
) -> tuple[Statement, Statement] | None:
    """Return the level now and the level before where one sentence prints both."""
    if len(same) < 2:
        return None
    last, before = same[-1], same[-2]
    current = _current_before(last, same[:-1]) if BASE_NAMED.search(last.label) else None
    if current is not None:
        return current, last
    return (
        _side_by_side(stated, same, delta) if (last.family, last.segment) == (before.family, before.segment) else None
    )


def _side_by_side(
    stated: Statement, same: list[Statement], delta: Statement | None
) -> tuple[Statement, Statement] | None:
    """Return the level now and the level before of two levels of one clause."""
    last, before = same[-1], same[-2]
    if REACHED.search(last.label):
        return last, before
    if LAST_YEAR.search(last.label):
        return (before, last) if _same_but_year(before, last) else None
    if LAST_YEAR.search(before.label) and _same_but_year(before, last):
        return last, before
    if before.year and last.year and abs(before.year - last.year) == 1 and _one_thing(before, last):
        return (last, before) if last.year > before.year else (before, last)
    return _levels_of_years(same, YEAR.findall(stated.base or (delta.base if delta else "")))


def _current_before(base: Statement, earlier: list[Statement]) -> Statement | None:
    """Return this year's level before “比上年15.00万元”: what was spent, or what stands in the same clause."""
    alike = [s for s in reversed(earlier) if s.family == base.family and s.depth == base.depth]
    spent = next((s for s in alike if s.phase is None or not s.phase.is_budget), None)
    return alike[0] if alike and alike[0].segment == base.segment else spent


def _levels_of_years(same: list[Statement], named: list[str]) -> tuple[Statement, Statement] | None:
    """Return the level of another year and the level of the year a comparison names."""
    if not named:
        return None
    year, family = int(named[-1]), same[-1].family
    base = next((s for s in reversed(same) if s.year == year and s.family == family), None)
    current = next((s for s in reversed(same) if s.year not in (None, year) and s.family == family), None)
    return (current, base) if base is not None and current is not None else None


def _one_thing(one: Statement, other: Statement) -> bool:
    """Tell whether two levels are named alike, so that only their years set them apart."""
    first, second = subject_key(one.subject), subject_key(other.subject)
    return bool(first) and first == second and one.phase is other.phase


def _same_but_year(one: Statement, other: Statement) -> bool:
    """Tell whether two levels are of one thing, this year and last."""
    first, second = (subject_key(WHICH_YEAR.sub("", s.subject)) for s in (one, other))
    return matches(first, second) and bool(LAST_YEAR.search(one.label)) != bool(LAST_YEAR.search(other.label))


def _current(here: list[Statement], delta: Statement, levels: _Levels) -> Statement | None:
    """Return the level a change belongs to: the same subject nearest before it, else the level it follows."""
    named = (
        [
            s
            for s in levels.named(delta.subject, delta.family, delta.start)
            if s.end <= delta.start and not BASE_NAMED.search(s.label)
        ]
        if delta.subject
        else []
    )
    budgets = "预算" in delta.base or "预算" in delta.label.partition("比")[0]
    spent = [s for s in named if s.phase is None or not s.phase.is_budget or budgets]
    if spent:
        return spent[0]
    for statement in reversed(here):
        if statement.start < delta.start and statement.sentence == delta.sentence and statement.role is Role.LEVEL:
            return statement if statement.family == delta.family else None
    return None


def _compound(stated: Statement, same: list[Statement], here: list[Statement]) -> Iterator[Relation]:
    """Yield an average yearly growth, paired by order where 分别 lists several."""
    rates = [s for s in here if s.sentence == stated.sentence and s.role is Role.GROWTH]
    turning = next((i for i, s in enumerate(same) if REACHED.search(s.label)), None)
    if turning is None or not turning:
        return
    bases, currents = same[:turning], same[turning:]
    position = rates.index(stated) if stated in rates else 0
    if len(bases) != len(currents) or position >= len(bases):
        return
    first, last = bases[0].year, currents[0].year
    if first is None or last is None or last <= first:
        return
    yield Relation(
        Kind.GROWTH, stated, (Term(currents[position]), Term(bases[position])), note=f"compound:{last - first}"
    )


def _difference(here: list[Statement], index: int) -> Iterator[Relation]:
    """Yield an amount of change between two levels printed in the same sentence."""
    stated = here[index]
    same = [s for s in here[max(0, index - FAR) : index] if s.sentence == stated.sentence and s.role is Role.LEVEL]
    pair = _two_levels(stated, same, stated) or _spent_and_budget(stated, same)
    if pair is None and not same and SPENT_FIGURE.match(stated.label):
        above = [s for s in here[max(0, index - REACH) : index] if s.sentence == stated.sentence - 1]
        pair = _spent_and_budget(stated, [s for s in above if s.role is Role.LEVEL])
    if pair is not None and pair[0].family == stated.family:
        yield Relation(Kind.DIFFERENCE, stated, (Term(pair[0]), Term(pair[1], -1)), note="levels")


def _spent_and_budget(stated: Statement, same: list[Statement]) -> tuple[Statement, Statement] | None:
    """Return what was spent and the budget it is set against: “支出决算为28.56万元，完成预算50.45万元的56.61%，比预算减少…”."""
    if not AGAINST_BUDGET.search(stated.base):
        return None
    levels = [s for s in same if s.family == stated.family and not s.approximate]
    planned = [s for s in levels if s.phase is not None and s.phase.is_budget]
    spent = [s for s in levels if s.phase in (Phase.FINAL, Phase.EXECUTED)]
    return (spent[0], planned[0]) if len(planned) == len(spent) == 1 else None


def _balance(here: list[Statement], index: int) -> Iterator[Relation]:
    """Yield a surplus or deficit of the two amounts printed before it."""
    stated = here[index]
    before = [
        s
        for s in here[max(0, index - FAR) : index]
        if s.sentence == stated.sentence and s.role is Role.LEVEL and s.family == stated.family
    ]
    if len(before) >= 2:
        one, other = before[-2], before[-1]
        if one.amount < other.amount:
            one, other = other, one
        yield Relation(Kind.DIFFERENCE, stated, (Term(one), Term(other, -1)), certain=False)


def _rate(here: list[Statement], index: int) -> Iterator[Relation]:
    """Yield a named rate with the two figures of its sentence that give it, or that its name points to."""
    stated = here[index]
    counts = [s for s in here[max(0, index - FAR) : index] if s.sentence == stated.sentence and s.role is Role.LEVEL]
    counts = [s for s in counts if s.family != "%" and not s.approximate][-REACH:]
    pairs = [
        (part, whole)
        for whole in counts
        for part in counts
        if part is not whole
        and part.family == whole.family
        and part.amount
        and whole.amount > 0
        and (part.amount <= whole.amount) == (stated.figure.value <= WHOLE)
    ]
    fitting = next((pair for pair in pairs if gives(stated, *pair)), None)
    if fitting is not None:
        kind = Kind.COMPLETION if EXECUTION_RATE.search(stated.label) and fitting[1].phase is not None else Kind.RATE
        yield Relation(kind, stated, (Term(fitting[0]), Term(fitting[1])), note=stated.label.strip())
        return
    named = _named_operands(stated, counts)
    if named is not None and not stated.approximate:
        kind, part, whole = named
        yield Relation(kind, stated, (Term(part), Term(whole)), note=stated.label.strip())


def _named_operands(stated: Statement, counts: list[Statement]) -> tuple[Kind, Statement, Statement] | None:
    """Return what a rate's own name says it was made from, where its sentence leaves no choice."""
    if EXECUTION_RATE.search(stated.label):
        planned = [s for s in counts if s.phase is not None and s.phase.is_budget]
        done = [s for s in counts if s.phase in (Phase.EXECUTED, Phase.FINAL) or "支出" in s.label or "执行" in s.label]
        done = [s for s in done if s not in planned]
        if len(planned) == 1 and len(done) == 1 and planned[0].family == done[0].family and planned[0].amount:
            return Kind.COMPLETION, done[0], planned[0]
    if STAFF_RATE.search(stated.label):
        return _staff(counts)
    if RETURNED.search(stated.label):
        return _returned(counts)
    stem = next((word for word in STEMS if word in stated.label), "")
    parts = [s for s in counts if stem and stem in s.label and not DUE.search(s.label)]
    if len(parts) != 1 or len(counts) != 2:
        return None
    whole = next((s for s in counts if s is not parts[0] and s.family == parts[0].family), None)
    if whole is None or not parts[0].amount or not whole.amount:
        return None
    return (Kind.RATE, parts[0], whole) if whole.amount >= parts[0].amount or DUE.search(whole.label) else None


def _told_again(here: list[Statement]) -> Iterator[Relation]:
    """Yield the cost of domestic receptions told twice: “国内公务接待支出X万元，…。国内公务接待15批次，…，共计支出X万元”."""
    for index, again in enumerate(here):
        if again.role is Role.LEVEL and again.family == "money" and ALL_SPENT.search(again.label):
            first = next((s for s in here[:index] if s.role is Role.LEVEL and RECEPTIONS.search(s.subject)), None)
            counted = index > 0 and here[index - 1].family in ("人次", "批次", "人")
            if first is not None and first.family == again.family and counted:
                yield Relation(Kind.EQUAL, again, (Term(first),), cue="共计")


def _both_sides(here: list[Statement]) -> Iterator[Relation]:
    """Yield the two sides of one account: “收入总计X万元，支出总计Y万元” are equal by how the account is drawn up."""
    for one, other in pairwise(s for s in here if s.role is Role.LEVEL and s.family == "money"):
        sides = INCOMES.search(one.subject) and SPENDING.search(other.subject) and not THIS_YEAR.search(one.label)
        if sides and any(s.sentence == one.sentence and CARRIED.search(s.label) for s in here):
            continue
        if sides and one.sentence == other.sentence and one.phase is other.phase and not one.approximate:
            yield Relation(Kind.EQUAL, other, (Term(one),), cue="收支总计")


def _returned(counts: list[Statement]) -> tuple[Kind, Statement, Statement] | None:
    """Return the forms that came back and the forms sent out."""
    back = [s for s in counts if RETURNED.search(s.label)]
    sent = [s for s in counts if s not in back and SENT.search(s.label)]
    if len(back) != 1 or len(sent) != 1 or back[0].family != sent[0].family or not sent[0].amount:
        return None
    return Kind.RATE, back[0], sent[0]


def _staff(counts: list[Statement]) -> tuple[Kind, Statement, Statement] | None:
    """Return the people in post and the establishment, which a rate of control of staff is defined by."""
    posts = [s for s in counts if "编制" in s.label]
    people = [s for s in counts if s not in posts and IN_POST.search(s.label)]
    if len(posts) != 1 or len(people) != 1 or posts[0].family != people[0].family or not posts[0].amount:
        return None
    return Kind.RATE, people[0], posts[0]


def _heading_amount(passage: Passage, here: list[Statement]) -> Iterator[Relation]:
    """Yield the amount at the head of an account item beside the same amount in its sentence."""
    if len(here) < 2:
        return
    head = here[0]
    before = passage.text[: head.start - passage.start].rstrip(' ”"')
    if head.role is not Role.LEVEL or head.phase is not None or not before.endswith(("）", ")", "科目")):
        return
    if not ACCOUNT_ITEM.search(passage.text[: head.end - passage.start + 2]):
        return
    final = next(
        (s for s in here[1:] if s.role is Role.LEVEL and s.phase is Phase.FINAL and s.family == head.family), None
    )
    planned = next(
        (
            s
            for s in here[1:]
            if s.role is Role.LEVEL and s.phase is Phase.BUDGET and s.family == head.family and "安排" in s.label
        ),
        None,
    )
    again = final or planned
    if again is not None:
        yield Relation(Kind.EQUAL, again, (Term(head),), cue="同一项目")
