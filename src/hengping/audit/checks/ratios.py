"""Checks of percentages: the base they name, the base they were really made from, and what they come to.

A printed percentage is an interval of half a unit of its last place; the recomputed ratio is an interval too, from
the intervals of its operands. The two must meet.
"""

from __future__ import annotations

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
    if stated.role is Role.RATE and round_half_up(exact, stated.figure.decimals) == value:
        return Comparison(value, exact, ZERO, Verdict.AGREES)
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


def percentage_spans(relation: Relation) -> tuple[Span, ...]:
    """Return the percentage with the words that name its base, then its operands."""
    stated = relation.stated
    words = stated.label.strip(' ，,、“”"')
    start = stated.start - len(words) if stated.label.endswith(words) else stated.start
    return (Span(start, stated.end), *(term.statement.named_span for term in relation.terms))


def percentage_finding(
    rule: Check,
    relation: Relation,
    comparison: Comparison,
    message: str,
    working: str,
    verdict: Verdict | None = None,
    **more: object,
) -> Finding:
    """Return a finding on a printed percentage, its places and its working filled in."""
    final = verdict or comparison.verdict
    severity = Severity.HINT if final is Verdict.ROUNDING else more.pop("severity", None)
    return rule.finding(
        final,
        message,
        severity=severity,  # type: ignore[arg-type]
        spans=percentage_spans(relation),
        working=working,
        stated=comparison.stated,
        computed=round_half_up(comparison.computed, SHOWN_PLACES),
        difference=round_half_up(comparison.difference, SHOWN_PLACES),
        unit=relation.stated.figure.unit,
        kind=relation.kind.value,
        key=name_of(relation.stated),
        **more,
    )


def shown(value: Decimal) -> str:
    """Print a recomputed percentage with enough places to be judged."""
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
        f"{part.figure} ÷ {_base_text(relation)} = {shown(comparison.computed)}%；文中为{relation.stated.figure.value}%"
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
        yield percentage_finding(rule, relation, comparison, message, _share_working(relation, comparison))


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
        if (sound * 2 >= len(group) and sound) or _fill_the_whole(relation for relation, _ in group):
            yield from group


def _fill_the_whole(relations: Iterable[Relation]) -> bool:
    """Tell whether shares without a printed base add up to 100 %: their parts are then the whole they are shares of."""
    shares = [relation.stated.figure.interval() for relation in relations]
    return len(shares) > 1 and HUNDRED in total(shares)


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
                yield percentage_finding(
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
            spans=tuple(percentage_spans(relation)[0] for relation in relations),
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
    yield percentage_finding(
        rule,
        relation,
        comparison,
        f"占比写作占{relation.note}（{named.figure}），按{name_of(real)}{real.figure}计算才得{relation.stated.figure.value}%。",
        f"{part.figure} ÷ {real.figure} = {shown(part.amount * HUNDRED / real.amount)}%",
        Verdict.UNEXPLAINED,
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
            yield percentage_finding(rule, relation, comparison, message, _share_working(relation, comparison), verdict)
    yield from _possible_counts(rule, reading, explained)


def _possible_counts(rule: Check, reading: Reading, explained: set[int]) -> Iterator[Finding]:
    previous: Statement | None = None
    judged_elsewhere = {id(relation.stated) for relation in reading.relations if relation.kind is Kind.COMPLETION}
    parts = {id(t.statement) for relation in reading.relations if relation.kind is Kind.SUM for t in relation.terms}
    for statement in reading.statements:
        if id(statement) in judged_elsewhere:
            previous = statement
            continue
        if (
            statement.role is Role.RATE
            and id(statement) not in explained
            and previous is not None
            and id(previous) not in parts
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
                working=f"{count} × {statement.figure.value}% = {shown(count * statement.figure.value / HUNDRED)}",
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
        yield percentage_finding(rule, relation, comparison, message, _share_working(relation, comparison))


def _without_base(rule: Check, relation: Relation) -> Iterator[Finding]:
    done, stated = relation.terms[0].statement, relation.stated
    base = relation.terms[1].statement if len(relation.terms) > 1 else None
    if stated.figure.value == 0 and done.amount > 0:
        yield rule.finding(
            Verdict.CONTRADICTION,
            f"{name_of(done)}有支出{done.figure}，完成率却写为0%。",
            spans=percentage_spans(relation),
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
            spans=percentage_spans(relation),
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
            spans=percentage_spans(relation),
            stated=stated.figure.value,
            unit="%",
            kind=Kind.COMPLETION.value,
        )
