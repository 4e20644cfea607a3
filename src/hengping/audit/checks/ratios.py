"""Checks of percentages: the base they name, the base they were really made from, and what they come to.

A printed percentage is an interval of half a unit of its last place; the recomputed ratio is an interval too, from
the intervals of its operands. The two must meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from hengping.audit.checks.sums import Comparison, name_of
from hengping.audit.model import (
    Check,
    Finding,
    Kind,
    Phase,
    Relation,
    Role,
    Severity,
    Span,
    Statement,
    Verdict,
    check,
)
from hengping.figures import HUNDRED, ZERO, Interval, print_number, quantum, round_half_up, total

if TYPE_CHECKING:
    from hengping.audit.reading import Reading

SHOWN_PLACES = 4


def ratio_interval(part: Interval, base: Interval) -> Interval | None:
    """Return a ratio in percent, or None where the base may be zero."""
    if base.low <= 0 <= base.high:
        return None
    return part / base * HUNDRED


def compare_percentage(
    stated: Statement, exact: Decimal, possible: Interval | None, lenient: Interval | None
) -> Comparison:
    """Compare a printed percentage with the recomputed one.

    Equal after rounding is agreement; a ratio that only the operands' own rounding explains, or a last digit cut off
    instead of rounded, is rounding.
    """
    value, places = stated.figure.value, max(stated.figure.decimals, stated.places)
    difference = value - exact
    if round_half_up(exact, places) == value:
        return Comparison(value, exact, ZERO, Verdict.AGREES)
    printed = stated.figure.interval(places)
    for allowed in (possible, lenient):
        if allowed is not None and allowed.meets(printed):
            return Comparison(value, exact, difference, Verdict.ROUNDING, "在各数四舍五入的范围之内")
    if abs(difference) < quantum(places):
        return Comparison(value, exact, difference, Verdict.ROUNDING, "末位似为舍去或凑足百分之百，而非四舍五入")
    return Comparison(value, exact, difference, Verdict.CONTRADICTION)


def share_comparison(relation: Relation) -> Comparison | None:
    """Compare a share or completion rate with part over base; None where the base is zero."""
    part, *bases = (term.statement for term in relation.terms)
    base = sum((statement.amount for statement in bases), ZERO)
    if not bases or base == 0:
        return None
    strict = ratio_interval(part.interval, total(statement.interval for statement in bases))
    lenient = ratio_interval(part.lenient, total(statement.lenient for statement in bases))
    return compare_percentage(relation.stated, part.amount * HUNDRED / base, strict, lenient)


def growth_comparison(relation: Relation) -> Comparison | None:
    """Compare a growth rate with the levels, or the change and level, it comes from; None where the base is zero."""
    first, second = (term.statement for term in relation.terms)
    sign = Decimal(relation.stated.sign or 1)
    if relation.note.startswith("compound:"):
        return _compound(relation, first, second)
    if relation.note == "delta":
        change = first.amount * first.sign
        base = second.amount - change
        spread = second.interval - first.interval * Decimal(first.sign)
        wide = second.lenient - first.lenient * Decimal(first.sign)
        moved, moved_wide = first.interval * Decimal(first.sign), first.lenient * Decimal(first.sign)
        if base == 0 or base < 0 < second.amount:
            return None
        strict, lenient = _bounded(moved, spread), _bounded(moved_wide, wide)
        exact = change / base
    else:
        base = second.amount
        if base == 0:
            return None
        exact = (first.amount - base) / base
        strict = _bounded(first.interval - second.interval, second.interval)
        lenient = _bounded(first.lenient - second.lenient, second.lenient)
    scale = HUNDRED * sign
    return compare_percentage(
        relation.stated,
        exact * scale,
        strict * scale if strict else None,
        lenient * scale if lenient else None,
    )


def _bounded(part: Interval, base: Interval) -> Interval | None:
    return None if base.low <= 0 <= base.high else part / base


def _compound(relation: Relation, current: Statement, base: Statement) -> Comparison | None:
    years = int(relation.note.partition(":")[2])
    if base.amount <= 0 or current.amount <= 0:
        return None
    exact = ((current.amount / base.amount).ln() / years).exp() - 1
    return compare_percentage(relation.stated, exact * HUNDRED, None, None)


def _spans(relation: Relation) -> tuple[Span, ...]:
    """Return the percentage with the words that name its base, then its operands."""
    stated = relation.stated
    words = stated.label.strip(' ，,、“”"')
    start = stated.start - len(words) if stated.label.endswith(words) else stated.start
    return (Span(start, stated.end), *(term.statement.named_span for term in relation.terms))


def _finding(
    rule: Check,
    relation: Relation,
    comparison: Comparison,
    message: str,
    working: str,
    verdict: Verdict | None = None,
    **more: object,
) -> Finding:
    final = verdict or comparison.verdict
    severity = Severity.HINT if final is Verdict.ROUNDING else more.pop("severity", None)
    return rule.finding(
        final,
        message,
        severity=severity,  # type: ignore[arg-type]
        spans=_spans(relation),
        working=working,
        stated=comparison.stated,
        computed=round_half_up(comparison.computed, SHOWN_PLACES),
        difference=round_half_up(comparison.difference, SHOWN_PLACES),
        unit=relation.stated.figure.unit,
        kind=relation.kind.value,
        key=name_of(relation.stated),
        **more,
    )


def _shown(value: Decimal) -> str:
    return print_number(value, SHOWN_PLACES)


def _base_text(relation: Relation) -> str:
    bases = [term.statement for term in relation.terms[1:]]
    if len(bases) == 1:
        return f"{bases[0].figure}"
    whole = sum((statement.amount for statement in bases), ZERO) / bases[0].scale
    return f"{whole}{bases[0].figure.unit}（{' + '.join(str(s.figure.value) for s in bases)}）"


def _share_working(relation: Relation, comparison: Comparison) -> str:
    part = relation.terms[0].statement
    return (
        f"{part.figure} ÷ {_base_text(relation)} = {_shown(comparison.computed)}%；文中为{relation.stated.figure.value}%"
        + (f"，{comparison.note}" if comparison.note else "")
    )


@check(
    "PCT-01",
    key="share-recomputed",
    title="占比复算",
    severity=Severity.ERROR,
    needs="一个占比及其分子、分母的金额",
    absent=Verdict.NOT_APPLICABLE,
    spares=("占全省、全国等更大范围的比重", "分母不在文中的占比", "约数"),
    fails="本年支出合计100.00万元，其中：基本支出60.00万元，占62.00%；项目支出40.00万元，占40.00%。",
    passes="本年支出合计100.00万元，其中：基本支出60.00万元，占60.00%；项目支出40.00万元，占40.00%。",
)
def SHARE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """把写出的占比按其分子、分母重算一遍；末位之差能由四舍五入解释的只作提示。"""
    for relation, comparison in _shares(reading):
        part = name_of(relation.terms[0].statement)
        message = {
            Verdict.AGREES: f"{part}的占比复算相符。",
            Verdict.ROUNDING: f"{part}的占比末位有差，{comparison.note}。",
        }.get(
            comparison.verdict,
            f"{part}的占比写为{relation.stated.figure.value}%，按文中金额应为{print_number(comparison.computed, relation.stated.figure.decimals)}%。",
        )
        yield _finding(rule, relation, comparison, message, _share_working(relation, comparison))


def _shares(reading: Reading) -> tuple[tuple[Relation, Comparison], ...]:
    """Return shares that carry a judgement: the base is printed, or the siblings bear out the base they imply."""
    return reading.kept("shares", lambda read: tuple(_weighty_shares(read)))


def _weighty_shares(reading: Reading) -> Iterator[tuple[Relation, Comparison]]:
    groups: dict[tuple[int, ...], list[tuple[Relation, Comparison]]] = {}
    for relation in reading.relations:
        if relation.kind is not Kind.SHARE or relation.stated.approximate or relation.stated.role is not Role.SHARE:
            continue
        comparison = share_comparison(relation)
        if comparison is None:
            continue
        loose = any(term.statement.approximate for term in relation.terms)
        if loose and comparison.verdict is Verdict.CONTRADICTION:
            continue
        if len(relation.terms) == 2:
            if relation.certain or comparison.verdict is not Verdict.CONTRADICTION:
                yield relation, comparison
            continue
        groups.setdefault(tuple(id(t.statement) for t in relation.terms[1:]), []).append((relation, comparison))
    for group in groups.values():
        sound = sum(comparison.verdict is not Verdict.CONTRADICTION for _, comparison in group)
        if sound * 2 >= len(group) and sound:
            yield from group


@check(
    "PCT-02",
    key="shares-add-to-hundred",
    title="占比之和",
    severity=Severity.ERROR,
    needs="同一整体的一组占比，且所列部分之和等于整体",
    fails="本年支出合计100.00万元，其中：基本支出60.00万元，占60.00%；项目支出40.00万元，占45.00%。",
    passes="本年支出合计100.00万元，其中：基本支出60.00万元，占60.00%；项目支出40.00万元，占40.00%。",
)
def SHARES_ADD(rule: Check, reading: Reading) -> Iterable[Finding]:
    """同一整体的各部分占比之和应为100%，允许每个占比各有半个末位的尾数。"""
    groups: dict[tuple[int, ...], list[Relation]] = {}
    for relation, _ in _shares(reading):
        if len(relation.terms) > 1:
            groups.setdefault(tuple(id(term.statement) for term in relation.terms[1:]), []).append(relation)
    for relations in groups.values():
        base = sum((term.statement.amount for term in relations[0].terms[1:]), ZERO)
        listed = sum((relation.terms[0].statement.amount for relation in relations), ZERO)
        if len(relations) < 2 or not base or abs(listed - base) * 1000 > base:
            continue
        yield _hundred(rule, relations)


def _hundred(rule: Check, relations: list[Relation]) -> Finding:
    printed = sum((relation.stated.figure.value for relation in relations), ZERO)
    reach = total(relation.stated.figure.interval() for relation in relations)
    if printed == HUNDRED:
        verdict, message = Verdict.AGREES, "各部分占比之和为100%。"
    elif HUNDRED in reach:
        verdict, message = Verdict.ROUNDING, f"各部分占比之和为{printed}%，在四舍五入的范围之内。"
    else:
        verdict, message = Verdict.CONTRADICTION, f"各部分占比之和为{printed}%，不等于100%。"
    return rule.finding(
        verdict,
        message,
        severity=Severity.HINT if verdict is Verdict.ROUNDING else None,
        spans=tuple(Span(r.stated.start, r.stated.end) for r in relations),
        working=" + ".join(str(r.stated.figure.value) for r in relations) + f" = {printed}%",
        stated=HUNDRED,
        computed=printed,
        difference=HUNDRED - printed,
        unit="%",
        kind=Kind.SUM.value,
    )


@check(
    "PCT-03",
    key="base-inversion",
    title="占比的真实分母",
    severity=Severity.WARNING,
    needs="一个写明分母名称的占比",
    spares=("分母与名称相符的占比", "没有写明分母名称的占比"),
    fails="基本支出决算60.00万元，占预算支出60.00%。\n项目支出40.00万元，占预算支出40.00%。",
    passes="本年支出合计100.00万元。基本支出60.00万元，占本年支出合计的60.00%。",
)
def BASE_INVERSION(rule: Check, reading: Reading) -> Iterable[Finding]:
    """由写出的占比反推分母所在的区间，同组取交集，再看文中哪个合计落在其中；名称与真实分母不一致的，请改正名称或补写分母。"""
    yield from _implied_bases(rule, reading)
    for relation in reading.relations:
        if relation.kind is Kind.COMPLETION and relation.note.startswith("!") and len(relation.terms) == 2:
            comparison = share_comparison(relation)
            if comparison is not None and comparison.verdict is not Verdict.CONTRADICTION:
                base = relation.terms[1].statement
                named = relation.note[1:]
                yield _finding(
                    rule,
                    relation,
                    comparison,
                    f"写作“{named}”的{relation.stated.figure.value}%，实为对{base.phase.value if base.phase else name_of(base)}"
                    f"{base.figure}的比率。",
                    _share_working(relation, comparison),
                    Verdict.UNEXPLAINED,
                )
        elif relation.kind is Kind.SHARE and len(relation.terms) == 2 and relation.certain and relation.note:
            yield from _other_base(rule, reading, relation)


def _implied_bases(rule: Check, reading: Reading) -> Iterator[Finding]:
    groups: dict[str, list[Relation]] = {}
    for relation in reading.relations:
        if relation.kind is Kind.SHARE and len(relation.terms) > 2 and relation.note:
            groups.setdefault(relation.note, []).append(relation)
    for label, relations in groups.items():
        comparisons = [share_comparison(relation) for relation in relations]
        if any(comparison is None or comparison.verdict is Verdict.CONTRADICTION for comparison in comparisons):
            continue
        low, high = _base_interval(relations)
        bases = relations[0].terms[1:]
        whole = sum((term.statement.amount for term in bases), ZERO)
        scale, unit = bases[0].statement.scale, bases[0].statement.figure.unit
        if not low <= whole <= high:
            continue
        kind = "决算" if any(term.statement.phase is Phase.FINAL for term in bases) or "决算" in reading.text else ""
        if _label_fits(label, kind):
            continue
        names = "与".join(name_of(term.statement) for term in bases)
        yield rule.finding(
            Verdict.UNEXPLAINED,
            f"占比写作“占{label}”，但分母实为{names}之和{whole / scale}{unit}（{kind}合计）；文中没有{label}这一数字。",
            spans=tuple(_spans(relation)[0] for relation in relations),
            working="；".join(
                f"{r.terms[0].statement.figure} ÷ {r.stated.figure.value}% 反推分母 {_implied(r)}{unit}"
                for r in relations
            )
            + f"；交集 [{print_number(low / scale, 3)}, {print_number(high / scale, 3)}] 含 {whole / scale}",
            stated=relations[0].stated.figure.value,
            computed=round_half_up(relations[0].terms[0].statement.amount * HUNDRED / whole, SHOWN_PLACES),
            unit="%",
            kind=Kind.SHARE.value,
            key=label,
            suggestion=f"改为“占{kind}支出合计”，或补写{label}数。",
        )


def _base_of(relation: Relation) -> Interval:
    part = relation.terms[0].statement
    printed = relation.stated.figure.interval()
    if printed.low <= 0:
        return Interval(ZERO, Decimal(10) ** 20)
    return Interval(part.interval.low * HUNDRED / printed.high, part.interval.high * HUNDRED / printed.low)


def _implied(relation: Relation) -> str:
    base, scale = _base_of(relation), relation.terms[0].statement.scale
    return f"[{print_number(base.low / scale, 3)}, {print_number(base.high / scale, 3)}]"


def _base_interval(relations: list[Relation]) -> tuple[Decimal, Decimal]:
    intervals = [_base_of(relation) for relation in relations]
    return max(interval.low for interval in intervals), min(interval.high for interval in intervals)


def _label_fits(label: str, kind: str) -> bool:
    """Tell whether the words naming a base can mean the total that was really used."""
    return not ("预算" in label and "决算" not in label and kind == "决算" and "一般公共预算" not in label)


def _other_base(rule: Check, reading: Reading, relation: Relation) -> Iterator[Finding]:
    """Where the named base gives another percentage, look for the one printed total that does give it."""
    comparison = share_comparison(relation)
    if comparison is None or comparison.verdict is not Verdict.CONTRADICTION:
        return
    part, named = relation.terms[0].statement, relation.terms[1].statement
    implied = _base_of(relation)
    candidates = {
        s.amount: s
        for s in reading.statements
        if s.role is Role.LEVEL and s.family == part.family and s is not part and s.interval.meets(implied)
    }
    if len(candidates) != 1:
        return
    real = next(iter(candidates.values()))
    yield _finding(
        rule,
        relation,
        comparison,
        f"占比写作占{relation.note}（{named.figure}），按{name_of(real)}{real.figure}计算才得{relation.stated.figure.value}%。",
        f"{part.figure} ÷ {real.figure} = {_shown(part.amount * HUNDRED / real.amount)}%",
        Verdict.UNEXPLAINED,
    )


@check(
    "PCT-04",
    key="growth-recomputed",
    title="增长率复算",
    severity=Severity.ERROR,
    needs="一个增长率及两年的金额，或本年金额与增减额",
    spares=("按可比价格、不变价格、同口径计算的增速", "没有给出上年数或增减额的增速", "百分点"),
    fails="收入总计110.00万元。与2023年度相比，收入总计增加10.00万元，增长12.00%。",
    passes="收入总计110.00万元。与2023年度相比，收入总计增加10.00万元，增长10.00%。",
)
def GROWTH(rule: Check, reading: Reading) -> Iterable[Finding]:
    """增长率等于（本年－上年）÷上年；只写本年数和增减额的，上年数由两者相减得到。

    上年为零时不存在增长率，写“增长100%”只作提示。增减的方向用语应与增减额一致。
    按可比价格计算的增速不能由现价金额复算，一律不判。
    """
    for relation in reading.relations:
        if relation.kind is Kind.GROWTH:
            yield from _growth(rule, relation)


def _growth(rule: Check, relation: Relation) -> Iterator[Finding]:
    stated = relation.stated
    if relation.note == "constant":
        yield _uncheckable(rule, relation, "同句写明按可比价格或同口径计算，不能由现价金额复算")
        return
    direction = _direction(rule, relation)
    if direction is not None:
        yield direction
        return
    comparison = growth_comparison(relation)
    if comparison is None:
        yield _zero_base(rule, relation)
        return
    if stated.approximate and comparison.verdict is Verdict.CONTRADICTION:
        return
    if relation.note == "real" and comparison.verdict is Verdict.CONTRADICTION:
        yield _uncheckable(rule, relation, "该指标的增速按惯例以不变价格计算，不能由现价金额复算")
        return
    name = name_of(relation.terms[-1].statement)
    message = {
        Verdict.AGREES: f"{name}的增减率复算相符。",
        Verdict.ROUNDING: f"{name}的增减率末位有差，{comparison.note}。",
    }.get(
        comparison.verdict,
        f"{name}的增减率写为{stated.figure.value}%，按文中金额应为{print_number(comparison.computed, stated.figure.decimals)}%。",
    )
    yield _finding(rule, relation, comparison, message, _growth_working(relation, comparison))


def _growth_working(relation: Relation, comparison: Comparison) -> str:
    first, second = (term.statement for term in relation.terms)
    unit = second.figure.unit
    if relation.note == "delta":
        base = (second.amount - first.amount * first.sign) / second.scale
        sign = "−" if first.sign > 0 else "+"
        text = (
            f"上年数 = {second.figure.value} {sign} {first.figure.value} = {base}{unit}；{first.figure.value} ÷ {base}"
        )
    elif relation.note.startswith("compound:"):
        text = f"（{first.figure} ÷ {second.figure}）开{relation.note.partition(':')[2]}次方 − 1"
    else:
        text = f"（{first.figure.value} − {second.figure.value}）÷ {second.figure.value}{unit}"
    text += f" = {_shown(comparison.computed)}%；文中为{relation.stated.figure.value}%"
    return text + (f"，{comparison.note}" if comparison.note else "")


def _direction(rule: Check, relation: Relation) -> Finding | None:
    """Judge the words for up and down against the amounts; None where they do not clash."""
    stated, first, second = relation.stated, *(term.statement for term in relation.terms)
    if relation.note == "delta":
        clash = first.sign != stated.sign and first.amount != 0 and stated.figure.value != 0
        what = f"金额写“{'增加' if first.sign > 0 else '减少'}”，比率写“{'增长' if stated.sign > 0 else '下降'}”"
    elif relation.note == "levels":
        moved = first.amount - second.amount
        clash = (
            moved != 0
            and stated.figure.value > 0
            and (moved > 0) != (stated.sign > 0)
            and not first.interval.meets(second.interval)
        )
        what = f"由{second.figure}到{first.figure}是{'增加' if moved > 0 else '减少'}，文中写“{'增长' if stated.sign > 0 else '下降'}”"
    else:
        return None
    if not clash:
        return None
    return rule.finding(
        Verdict.CONTRADICTION,
        f"{name_of(second)}的增减方向前后相反：{what}。",
        spans=_spans(relation),
        working=what,
        stated=stated.figure.value,
        unit="%",
        kind=Kind.GROWTH.value,
        key=name_of(second),
    )


def _zero_base(rule: Check, relation: Relation) -> Finding:
    stated = relation.stated
    name = name_of(relation.terms[-1].statement)
    impossible = relation.note == "delta" and relation.terms[0].statement.amount > relation.terms[1].statement.amount
    if impossible and relation.terms[0].statement.sign > 0:
        verdict, severity = Verdict.CONTRADICTION, Severity.ERROR
        message = f"{name}的增加额大于本年数，上年数成为负数。"
    else:
        verdict, severity = Verdict.REMARK, Severity.HINT
        message = (
            f"{name}的上年数为零，不存在增长率；写作{stated.figure.value}%是习惯写法，建议改写为“上年无此项支出”。"
        )
    return rule.finding(
        verdict,
        message,
        severity=severity,
        spans=_spans(relation),
        working=f"上年数 = {relation.terms[-1].statement.figure} 与增减额相抵后为零"
        if relation.note == "delta"
        else "上年数为零",
        stated=stated.figure.value,
        unit="%",
        kind=Kind.GROWTH.value,
        key=name,
    )


def _uncheckable(rule: Check, relation: Relation, why: str) -> Finding:
    return rule.finding(
        Verdict.NOT_APPLICABLE,
        f"{name_of(relation.stated)}的增速不复算：{why}。",
        severity=Severity.INFO,
        spans=(relation.stated.span,),
        stated=relation.stated.figure.value,
        unit="%",
        kind=Kind.GROWTH.value,
    )


@check(
    "PCT-05",
    key="percentage-well-formed",
    title="百分数的写法",
    severity=Severity.WARNING,
    needs="百分数",
    spares=("预算完成率超过100%", "增长率超过100%"),
    fails="本年支出合计100.00万元，其中：基本支出60.00万元，占160.00%；项目支出40.00万元，占40.00%。",
    passes="本年支出合计100.00万元，其中：基本支出60.00万元，占60.00%；项目支出40.00万元，占40.00%。",
)
def WELL_FORMED(rule: Check, reading: Reading) -> Iterable[Finding]:
    """百分数应带百分号；部分占整体的比重不能超过100%。"""
    for statement in reading.statements:
        if statement.family != "%":
            continue
        if statement.role is Role.SHARE and statement.figure.value > HUNDRED and "预算" not in statement.base:
            yield rule.finding(
                Verdict.UNEXPLAINED,
                f"占比{statement.figure}超过100%。",
                spans=(statement.span,),
                stated=statement.figure.value,
                unit="%",
            )
        elif statement.figure.text and statement.figure.text[-1].isdigit():
            yield rule.finding(
                Verdict.REMARK,
                f"“{statement.figure.text}”之后似漏写百分号。",
                severity=Severity.INFO,
                spans=(statement.span,),
                stated=statement.figure.value,
                unit="%",
            )


@check(
    "PCT-06",
    key="rate-from-counts",
    title="比率与件数",
    severity=Severity.WARNING,
    needs="同一句话里的比率和两个件数，或比率和一个件数",
    spares=("比率与件数分属不同对象，凭文字无法确定的",),
    fails="全年办理纠纷7件，调解满意率达98%。",
    passes="接听诉求132件，直接答复59件，分转73件，现场办结率44.70%。",
)
def RATE_FROM_COUNTS(rule: Check, reading: Reading) -> Iterable[Finding]:
    """同一句话里既写件数又写比率的，比率应能由件数得出；只写总数的，看是否存在某个整数使比率成立。"""
    explained = set()
    for relation in reading.relations:
        if relation.kind is Kind.RATE:
            comparison = share_comparison(relation)
            explained.add(id(relation.stated))
            if comparison is None:
                continue
            fits = comparison.verdict is not Verdict.CONTRADICTION
            message = (
                "比率与件数相符。"
                if fits
                else f"按同句的两个数，比率应为{print_number(comparison.computed, relation.stated.figure.decimals)}%，请核对分子和分母。"
            )
            verdict = None if fits else Verdict.UNEXPLAINED
            yield _finding(rule, relation, comparison, message, _share_working(relation, comparison), verdict)
    yield from _possible_counts(rule, reading, explained)


def _possible_counts(rule: Check, reading: Reading, explained: set[int]) -> Iterator[Finding]:
    previous: Statement | None = None
    judged_elsewhere = {id(relation.stated) for relation in reading.relations if relation.kind is Kind.COMPLETION}
    for statement in reading.statements:
        if id(statement) in judged_elsewhere:
            previous = statement
            continue
        if (
            statement.role is Role.RATE
            and id(statement) not in explained
            and previous is not None
            and previous.sentence == statement.sentence
            and previous.passage == statement.passage
            and previous.family not in ("%", "money", "分")
            and not previous.approximate
            and previous.figure.decimals == 0
            and 0 < statement.figure.value < HUNDRED
        ):
            printed = statement.figure.interval()
            count = previous.figure.value
            fits = [
                n
                for n in _near(count * statement.figure.value / HUNDRED)
                if 0 <= n <= count
                and round_half_up(n * HUNDRED / count, statement.figure.decimals) == statement.figure.value
            ]
            verdict = Verdict.AGREES if fits else Verdict.MANUAL_REVIEW
            yield rule.finding(
                verdict,
                f"{statement.figure}可由{count}中的{'、'.join(map(str, fits))}得出。"
                if fits
                else f"若以{previous.figure}为分母，没有整数能得出{statement.figure}，请核对分母。",
                severity=Severity.INFO,
                spans=(statement.named_span, previous.named_span),
                working=f"{count} × {statement.figure.value}% = {_shown(count * statement.figure.value / HUNDRED)}",
                stated=statement.figure.value,
                unit="%",
                kind=Kind.RATE.value,
            )
            del printed
        previous = statement


def _near(value: Decimal) -> list[int]:
    whole = int(value)
    return [whole + step for step in (-1, 0, 1, 2)]


@check(
    "EXE-01",
    key="completion-rate-recomputed",
    title="预算完成率复算",
    severity=Severity.ERROR,
    needs="一个预算完成率及其决算数、预算数",
    absent=Verdict.INSUFFICIENT_DATA,
    spares=("预算数不在文中的完成率",),
    fails="年初预算为100.00万元，支出决算为90.00万元，完成年初预算的95.00%。",
    passes="年初预算为100.00万元，支出决算为90.00万元，完成年初预算的90.00%。",
)
def COMPLETION(rule: Check, reading: Reading) -> Iterable[Finding]:
    """预算完成率等于决算数除以所写的那个预算数（年初预算、全年预算各是各的分母）；有支出而写完成0%的，不能成立。"""
    for relation in reading.relations:
        if relation.kind is not Kind.COMPLETION:
            continue
        comparison = share_comparison(relation)
        done = relation.terms[0].statement
        name = name_of(done)
        if comparison is None:
            yield from _without_base(rule, relation)
            continue
        message = {
            Verdict.AGREES: f"{name}的完成率复算相符。",
            Verdict.ROUNDING: f"{name}的完成率末位有差，{comparison.note}。",
        }.get(
            comparison.verdict,
            f"{name}的完成率写为{relation.stated.figure.value}%，按文中金额应为{print_number(comparison.computed, relation.stated.figure.decimals)}%。",
        )
        yield _finding(rule, relation, comparison, message, _share_working(relation, comparison))


def _without_base(rule: Check, relation: Relation) -> Iterator[Finding]:
    done, stated = relation.terms[0].statement, relation.stated
    base = relation.terms[1].statement if len(relation.terms) > 1 else None
    if stated.figure.value == 0 and done.amount > 0:
        yield rule.finding(
            Verdict.CONTRADICTION,
            f"{name_of(done)}有支出{done.figure}，完成率却写为0%。",
            spans=_spans(relation),
            working=f"{done.figure} > 0，完成率不可能为 0%",
            stated=stated.figure.value,
            unit="%",
            kind=Kind.COMPLETION.value,
            key=name_of(done),
        )
    elif stated.figure.value == 0 and done.amount == 0:
        yield rule.finding(
            Verdict.AGREES,
            f"{name_of(done)}没有支出，完成率0%相符。",
            spans=_spans(relation),
            working="0 ÷ 预算数 = 0%",
            stated=stated.figure.value,
            computed=ZERO,
            difference=ZERO,
            unit="%",
            kind=Kind.COMPLETION.value,
        )
    elif base is not None and base.amount == 0:
        yield rule.finding(
            Verdict.UNEXPLAINED,
            f"{name_of(done)}的预算数为零，不存在完成率{stated.figure.value}%。",
            severity=Severity.WARNING,
            spans=_spans(relation),
            stated=stated.figure.value,
            unit="%",
            kind=Kind.COMPLETION.value,
        )


@check(
    "DAT-05",
    key="compared-with-another-year",
    title="比较的年度",
    severity=Severity.WARNING,
    needs="写明比较年度的增减额或增长率",
    spares=("与年初预算、全年预算比较", "同一年度内分月、分季的比较"),
    fails="2026年部门预算说明\n2026年，收入预算100.00万元，比2026年预算增加10.00万元。",
    passes="2026年部门预算说明\n2026年，收入预算100.00万元，比2025年预算增加10.00万元。",
)
def COMPARED_YEAR(rule: Check, reading: Reading) -> Iterable[Finding]:
    """本年数应与别的年度比较；写成与本年度自身比较的，多为年份误写。"""
    for statement in reading.statements:
        years = _years(statement.base) if statement.role in (Role.CHANGE, Role.GROWTH) else ()
        if not years or reading.year is None or _own_phase(statement.base):
            continue
        same = years[-1] == reading.year
        yield rule.finding(
            Verdict.UNEXPLAINED if same else Verdict.AGREES,
            f"{reading.year}年的数写成与{years[-1]}年比较。" if same else f"与{years[-1]}年比较。",
            spans=(Span(statement.start - len(statement.label.lstrip(" ，,")), statement.end),),
            working=f"报告年度 {reading.year}，比较年度 {years[-1]}",
            stated=Decimal(years[-1]),
            unit="年",
            kind=Kind.DIFFERENCE.value,
            key=name_of(statement),
        )


def _years(words: str) -> tuple[int, ...]:
    return tuple(int(year) for year in re.findall(r"20\d\d(?=\s?年)", words))


def _own_phase(words: str) -> bool:
    """Tell whether the comparison is between stages or months of one year."""
    return bool(re.search(r"年初|全年|月|季度|上半年|期", words))


@check(
    "YOY-01",
    key="change-equals-difference",
    title="增减额等于两数之差",
    severity=Severity.ERROR,
    needs="同一句话里的两个金额及其增减额、顺差或差额",
    fails="2024年预算安排50.00万元，2023年预算执行数40.00万元，比2023年预算执行数增加15.00万元。",
    passes="2024年预算安排50.00万元，2023年预算执行数40.00万元，比2023年预算执行数增加10.00万元。",
)
def DIFFERENCE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """写出两数又写出增减额的，增减额应等于两数之差，方向也应一致。"""
    for relation in reading.relations:
        if relation.kind is not Kind.DIFFERENCE:
            continue
        first, second = (term.statement for term in relation.terms)
        stated = relation.stated
        change = (first.amount - second.amount) / stated.scale
        expected = change * (stated.sign or 1)
        difference = stated.figure.value - expected
        reach = (first.interval - second.interval) * (Decimal(stated.sign or 1) / stated.scale)
        if difference == 0:
            verdict = Verdict.AGREES
        elif reach.meets(stated.figure.interval(stated.places)):
            verdict = Verdict.ROUNDING
        elif not relation.certain:
            continue
        else:
            verdict = Verdict.CONTRADICTION
        yield rule.finding(
            verdict,
            {
                Verdict.AGREES: "增减额与两数之差相等。",
                Verdict.ROUNDING: "增减额与两数之差有尾数差。",
            }.get(verdict, f"增减额写为{stated.figure}，两数之差为{expected}{stated.figure.unit}。"),
            severity=Severity.HINT if verdict is Verdict.ROUNDING else None,
            spans=(stated.named_span, first.named_span, second.named_span),
            working=f"{first.figure.value} − {second.figure.value} = {change}{stated.figure.unit}；文中为{stated.figure}",
            stated=stated.figure.value,
            computed=expected,
            difference=difference,
            unit=stated.figure.unit,
            kind=Kind.DIFFERENCE.value,
            key=name_of(stated),
        )
