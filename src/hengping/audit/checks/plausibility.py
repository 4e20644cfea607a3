"""Checks of staffing, units and plausibility: what is possible, and what a reviewer would ask about.

Plausibility never accuses. It names an amount, what makes it unusual, and asks for a second look by a person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hengping.audit.checks.logic import uses_named
from hengping.audit.model import HOUSE, Check, Finding, Role, Severity, Statement, Verdict, check
from hengping.figures import HUNDRED, ZERO, print_number
from hengping.law import source

if TYPE_CHECKING:
    from hengping.audit.extraction.accounts_in_text import AccountLine
    from hengping.audit.reading import Reading

STAFF_INDICATOR = source("indicators-2013").whole
UNION_LAW = source("union-law-2021")["第四十三条"].unsure()
POSTS = "编制"
KINDS_OF_POST = ("公务员", "行政", "工勤", "事业", "参公", "机关工勤")
IN_POST = ("在职", "在岗", "实有人数", "实有人员", "在编")
WELFARE, UNION, WAGES = "30229", "30228", ("30101", "30102", "30103", "30107")
OTHERS = "99"
TEN_THOUSAND = Decimal(10_000)
PROJECT, BASIC = "project", "basic"
LONG_LIST = 3
MANY_AMOUNTS = 5


def _people(reading: Reading) -> Iterator[Statement]:
    for statement in reading.statements:
        if statement.family in ("人", "名") and statement.role is Role.LEVEL and not statement.approximate:
            yield statement


def establishment(reading: Reading) -> tuple[Statement | None, list[Statement]]:
    """Return the number of posts and the kinds of post it is said to consist of."""
    posts = [statement for statement in _people(reading) if POSTS in statement.subject]
    whole = next((s for s in posts if not any(kind in s.subject for kind in KINDS_OF_POST)), None)
    if whole is None:
        return None, []
    parts = [s for s in posts if s.sentence == whole.sentence and s.passage == whole.passage and s.start > whole.start]
    return whole, [part for part in parts if any(kind in part.subject for kind in KINDS_OF_POST)]


def in_post(reading: Reading) -> Statement | None:
    """Return the number of people in post, or None."""
    return next(
        (s for s in _people(reading) if any(word in s.subject for word in IN_POST) and POSTS not in s.subject), None
    )


@check(
    "STF-01",
    key="establishment-adds-up",
    title="编制人数",
    severity=Severity.ERROR,
    needs="编制总数及其构成",
    spares=("没有分列编制类别的", "只列举部分类别的（“其中”之后不足总数）"),
    fails="2024年末我局编制人数36人，其中公务员编制27人，工勤人员编制5人，事业编制6人。",
    passes="2024年末我局编制人数36人，其中公务员编制27人，工勤人员编制3人，事业编制6人。",
)
def ESTABLISHMENT(rule: Check, reading: Reading) -> Iterable[Finding]:
    """公务员、工勤、事业等各类编制之和应等于编制总数；超过总数，任何写法下都不能成立。"""
    whole, parts = establishment(reading)
    if whole is None or len(parts) < 2:
        return
    added = sum((part.amount for part in parts), ZERO)
    working = f"{' + '.join(str(part.figure.value) for part in parts)} = {added}，编制{whole.figure.value}"
    more: dict[str, Any] = {
        "working": working,
        "stated": whole.amount,
        "computed": added,
        "difference": whole.amount - added,
        "unit": "人",
    }
    spans = (whole.named_span, *(part.named_span for part in parts))
    if added == whole.amount:
        yield rule.finding(Verdict.AGREES, "各类编制之和等于编制总数。", spans=spans, **more)
    elif added > whole.amount:
        yield rule.finding(
            Verdict.CONTRADICTION, f"各类编制之和{added}人，超过编制总数{whole.figure}。", spans=spans, **more
        )
    else:
        message = f"各类编制之和{added}人，比编制总数少{whole.amount - added}人。"
        yield rule.finding(Verdict.UNEXPLAINED, message, severity=Severity.WARNING, spans=spans, **more)


@check(
    "STF-02",
    key="in-post-within-establishment",
    title="在职人数与编制",
    severity=Severity.WARNING,
    needs="在职人数和编制人数",
    absent=Verdict.INSUFFICIENT_DATA,
    cites=(HOUSE["STF-02"], STAFF_INDICATOR),
    spares=("编外聘用人员、退休人员",),
    fails="年末编制人数36人，其中公务员编制30人，事业编制6人；实有在职人数38人。",
    passes="年末编制人数36人，其中公务员编制30人，事业编制6人；实有在职人数33人。",
)
def WITHIN_ESTABLISHMENT(rule: Check, reading: Reading) -> Iterable[Finding]:
    """在职人数不超过编制人数；在职人员控制率＝在职人数÷编制人数，不超过100%。"""
    posts, people = establishment(reading)[0], in_post(reading)
    if posts is None or people is None or not posts.amount:
        return
    rate = print_number(people.amount * HUNDRED / posts.amount, 2)
    over = people.amount > posts.amount
    sign = ">" if over else "≤"
    yield rule.finding(
        Verdict.UNEXPLAINED if over else Verdict.AGREES,
        f"在职{people.figure}，编制{posts.figure}，在职人员控制率{rate}%。"
        + ("超过编制，应说明原因。" if over else ""),
        spans=(people.named_span, posts.named_span),
        working=f"{people.figure.value} {sign} {posts.figure.value}，{people.figure.value}÷{posts.figure.value} = {rate}%",
        computed=people.amount * HUNDRED / posts.amount,
        unit="%",
    )


@check(
    "UNI-01",
    key="one-unit",
    title="金额单位",
    severity=Severity.ERROR,
    needs="两个以上的金额",
    spares=("元与万元在不同场合分别使用的", "数值相同而事项不同的"),
    fails="2024年公务接待费支出2.38万元。经核对，2024年公务接待费支出2.38元。",
    passes="2024年公务接待费支出2.38万元，会议费支出1.25万元。",
)
def ONE_UNIT(rule: Check, reading: Reading) -> Iterable[Finding]:
    """全文金额的单位应当一致；同一事项两处数字相同而单位相差一万倍的，必有一处写错单位。"""
    amounts = [s for s in reading.statements if s.family == "money" and s.role is Role.LEVEL]
    if len(amounts) < 2:
        return
    wrong = list(_ten_thousand_fold(rule, amounts))
    yield from wrong
    units = Counter(statement.figure.unit for statement in reading.statements if statement.family == "money")
    if not wrong:
        working = "，".join(f"{unit}{count}处" for unit, count in units.most_common())
        message = "金额都用同一单位。" if len(units) == 1 else "金额用了几种单位，没有发现单位写错的。"
        yield rule.finding(Verdict.AGREES, message, spans=(), working=working)


def _ten_thousand_fold(rule: Check, amounts: Sequence[Statement]) -> Iterator[Finding]:
    seen: defaultdict[tuple[str, Decimal, int | None], list[Statement]] = defaultdict(list)
    for statement in amounts:
        if statement.subject and statement.figure.value and statement.figure.decimals:
            seen[(statement.subject, statement.figure.value, statement.year)].append(statement)
    for same in seen.values():
        first = same[0]
        odd = next((s for s in same if s.amount in (first.amount * TEN_THOUSAND, first.amount / TEN_THOUSAND)), None)
        if odd is not None:
            yield rule.finding(
                Verdict.CONTRADICTION,
                f"{first.subject}两处写作{first.figure}和{odd.figure}，单位相差一万倍。",
                spans=(first.named_span, odd.named_span),
                working=f"{first.figure} ≠ {odd.figure}",
            )


@check(
    "UNI-02",
    key="same-fact-in-two-units",
    title="元与万元并用的同一事项",
    severity=Severity.ERROR,
    needs="同一事项分别以元和万元写出的金额",
    spares=("年度、预算与决算、基本与项目不同的", "只差尾数的"),
    fails="2024年政府采购支出合计251.25万元。2024年政府采购支出合计2532500.00元。",
    passes="2024年政府采购支出合计251.25万元。2024年政府采购支出合计2512500.00元。",
)
def TWO_UNITS(rule: Check, reading: Reading) -> Iterable[Finding]:
    """同一事项一处用元、一处用万元的，换算之后应当相等。"""
    seen: dict[tuple[str, int | None, str | None], Statement] = {}
    for statement in reading.statements:
        if (
            statement.family != "money"
            or statement.role is not Role.LEVEL
            or len(statement.subject) < 4
            or statement.depth
        ):
            continue
        role = reading.outline.role_at(statement.start, (BASIC, PROJECT))
        key = (statement.subject + role, statement.year, statement.phase)
        other = seen.setdefault(key, statement)
        if (
            other.figure.unit == statement.figure.unit
            or statement.year is None
            or not other.amount
            or not statement.amount
        ):
            continue
        agrees = statement.lenient.meets(other.lenient)
        fold = max(statement.amount, other.amount) / min(statement.amount, other.amount)
        if not agrees and fold > 2:
            continue
        yield rule.finding(
            Verdict.AGREES if agrees else Verdict.UNEXPLAINED,
            f"{statement.subject}两处写作{other.figure}和{statement.figure}"
            + ("，换算后一致。" if agrees else "，换算后不等。"),
            severity=Severity.WARNING,
            spans=(other.named_span, statement.named_span),
            working=f"{other.amount}元，{statement.amount}元",
        )


def _items(reading: Reading) -> list[AccountLine]:
    return [line for line in reading.accounts if line.listed_under is not None]


@check(
    "PLA-01",
    key="welfare-in-project-spending",
    title="项目支出中的福利费",
    severity=Severity.INFO,
    needs="项目支出按科目列出的金额",
    spares=("基本支出中的福利费",),
    fails="（二）项目支出情况\n1、商品和服务支出200万元。其中，办公费20.5万元、福利费94.00万元、劳务费85.50万元。",
    passes="（一）基本支出情况\n1、商品和服务支出200万元。其中，办公费20.5万元、福利费94.00万元、劳务费85.50万元。",
)
def WELFARE_IN_PROJECTS(rule: Check, reading: Reading) -> Iterable[Finding]:
    """福利费一般列在基本支出；列入项目支出的，给出人均数和占工资的比重，请核对列支依据。"""
    people = in_post(reading)
    wages = _wages(reading)
    for line in _items(reading):
        if line.account.code == WELFARE and line.spending == PROJECT and line.statement.amount:
            amount = line.statement.amount
            parts = []
            if people is not None and people.amount:
                each = print_number(amount / people.amount / TEN_THOUSAND, 2)
                parts.append(f"{print_number(amount / TEN_THOUSAND, 2)}÷{people.figure.value}人 = 人均{each}万元")
            if wages:
                parts.append(
                    f"占所列工资{print_number(wages / TEN_THOUSAND, 2)}万元的{print_number(amount * HUNDRED / wages, 2)}%"
                )
            yield rule.finding(
                Verdict.MANUAL_REVIEW,
                f"{line.name}{line.statement.figure}列在项目支出，请核对列支依据。",
                spans=(line.statement.named_span,),
                working="；".join(parts),
            )


def _wages(reading: Reading) -> Decimal:
    lines = [line for line in _items(reading) if line.account.code in WAGES and line.spending != PROJECT]
    return sum((line.statement.amount for line in lines), ZERO)


@check(
    "PLA-02",
    key="dominant-item-not-mentioned",
    title="大额单项没有说明",
    severity=Severity.INFO,
    needs="按科目列出的金额",
    spares=("文字部分提到该用途的", "人员经费中的工资项目"),
    fails="（二）项目支出情况\n项目支出100.50万元，主要用于信访干部培训。\n1、商品和服务支出100.50万元。其中，租赁费70.20万元、培训费20.10万元、劳务费10.20万元。",
    passes="（二）项目支出情况\n项目支出100.50万元，主要用于场地租赁。\n1、商品和服务支出100.50万元。其中，租赁费70.20万元、培训费20.10万元、劳务费10.20万元。",
)
def DOMINANT_ITEM(rule: Check, reading: Reading) -> Iterable[Finding]:
    """一项占小计四分之一以上而文字从未提到用途的，提请说明。"""
    limit = reading.locality.thresholds["dominant_share"]
    for line in _items(reading):
        upper = line.listed_under
        if upper is None or line.spending != PROJECT or line.account.code.endswith(OTHERS) or not upper.amount:
            continue
        share = line.statement.amount / upper.amount
        if not limit <= share < 1 or _mentioned(reading, line):
            continue
        yield rule.finding(
            Verdict.MANUAL_REVIEW,
            f"{line.name}{line.statement.figure}占{upper.subject}的{print_number(share * HUNDRED, 2)}%，文字部分没有提到。",
            spans=(line.statement.named_span,),
            working=f"{line.statement.figure.value}÷{upper.figure.value} = {print_number(share * HUNDRED, 2)}%",
            suggestion="说明租用、购买的内容和依据。",
        )


def _mentioned(reading: Reading, line: AccountLine) -> bool:
    for section in reading.outline.ancestors(reading.outline.item_at(line.statement.start)):
        if section in reading.outline.sections(line.spending):
            return any(mark.note == line.account.code for mark in uses_named(reading, section))
    return True


@check(
    "PLA-03",
    key="large-other-item",
    title="“其他”类占比",
    severity=Severity.INFO,
    needs="按科目列出的金额",
    spares=("名称带“其他”而有专门科目的（如其他交通费用）",),
    fails="1、商品和服务支出100.50万元。其中，办公费60.20万元、差旅费10.10万元、其他商品和服务支出30.20万元。",
    passes="1、商品和服务支出100.50万元。其中，办公费60.20万元、差旅费35.10万元、其他商品和服务支出5.20万元。",
)
def LARGE_OTHER(rule: Check, reading: Reading) -> Iterable[Finding]:
    """“其他……支出”占小计的比重较大的，应说明其中的主要内容。"""
    limit = reading.locality.thresholds["other_share"]
    for line in _items(reading):
        upper = line.listed_under
        if upper is None or not line.account.code.endswith(OTHERS) or not upper.amount:
            continue
        share = line.statement.amount / upper.amount
        if limit < share <= 1:
            percent = print_number(share * HUNDRED, 2)
            yield rule.finding(
                Verdict.MANUAL_REVIEW,
                f"{line.name}占{upper.subject}的{percent}%，应说明主要内容。",
                spans=(line.statement.named_span,),
                working=f"{line.statement.figure.value}÷{upper.figure.value} = {percent}%",
            )


@check(
    "PLA-04",
    key="named-use-is-minor",
    title="所写主要用途金额很小",
    severity=Severity.INFO,
    needs="用途说明和按科目列出的金额",
    spares=("同一用途还有别的科目的", "没有写用途的"),
    fails="（二）项目支出情况\n项目支出1000.50万元，主要用于信访干部培训。\n1、商品和服务支出1000.50万元。其中，租赁费700.20万元、培训费0.36万元、劳务费299.94万元。",
    passes="（二）项目支出情况\n项目支出1000.50万元，主要用于信访干部培训。\n1、商品和服务支出1000.50万元。其中，租赁费500.20万元、培训费200.36万元、劳务费299.94万元。",
)
def MINOR_USE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """写作主要用途的，金额不应微不足道；不足百分之一的，提请核对说明。"""
    limit = reading.locality.thresholds["minor_share"]
    for section in reading.outline.sections(PROJECT):
        lines = [line for line in reading.accounts_between(section.start, section.end) if line.listed_under is not None]
        whole = next((s for s in reading.statements_between(section.start, section.end) if s.family == "money"), None)
        if not lines or whole is None or not whole.amount:
            continue
        codes = {mark.note for mark in uses_named(reading, section)}
        for line in lines:
            share = line.statement.amount / whole.amount
            if line.account.code in codes and share < limit:
                percent = print_number(share * HUNDRED, 2)
                yield rule.finding(
                    Verdict.MANUAL_REVIEW,
                    f"{line.name}{line.statement.figure}只占{percent}%，却写作主要用途。",
                    spans=(line.statement.named_span,),
                    working=f"{line.statement.figure.value}÷{whole.figure.value} = {percent}%",
                )


@check(
    "PLA-05",
    key="round-final-amount",
    title="决算数为整数",
    severity=Severity.INFO,
    needs="多数带两位小数的金额",
    spares=("全文都用整数的", "预算数", "不足五万元的"),
    fails="2024年决算：办公费20.76万元、印刷费7.46万元、差旅费56.61万元、电费15.04万元、福利费94万元。",
    passes="2024年决算：办公费20.76万元、印刷费7.46万元、差旅费56.61万元、电费15.04万元、福利费94.12万元。",
)
def ROUND_AMOUNT(rule: Check, reading: Reading) -> Iterable[Finding]:
    """多数金额都有两位小数时，整万元的决算数可能是把预算数照抄过来，提请核对。"""
    limit = reading.locality.thresholds["round_amount"]
    if reading.outline.kind in ("budget", "news", "work_report"):
        return
    lines = [line for line in reading.accounts if line.statement.places >= 2 and line.statement.figure.unit == "万元"]
    if len(lines) < MANY_AMOUNTS:
        return
    found = [
        line
        for line in lines
        if line.statement.figure.decimals == 0
        and line.statement.amount >= limit
        and not (line.statement.phase is not None and line.statement.phase.is_budget)
    ]
    if found and len(found) * 3 <= len(lines):
        listed = "、".join(f"{line.name}{line.statement.figure}" for line in found)
        yield rule.finding(
            Verdict.MANUAL_REVIEW,
            f"决算数为整万元：{listed}。请核对是否为实际支出数。",
            spans=tuple(line.statement.named_span for line in found),
        )


@check(
    "PLA-06",
    key="union-funds-rate",
    title="工会经费比例",
    severity=Severity.INFO,
    needs="工会经费和工资各项",
    cites=(HOUSE["PLA-06"], UNION_LAW),
    reading="工资总额按文中所列基本工资、津贴补贴、奖金、绩效工资合计，可能不全，超过规定比例一倍半才提示。",
    spares=("工资没有列全三项以上的",),
    fails="1、工资福利支出400.50万元。其中，基本工资200.20万元、津贴补贴100.10万元、奖金100.20万元。\n2、商品和服务支出50.20万元。其中，办公费20.10万元、工会经费30.10万元。",
    passes="1、工资福利支出400.50万元。其中，基本工资200.20万元、津贴补贴100.10万元、奖金100.20万元。\n2、商品和服务支出50.20万元。其中，办公费42.19万元、工会经费8.01万元。",
)
def UNION_FUNDS(rule: Check, reading: Reading) -> Iterable[Finding]:
    """工会经费按工资总额的百分之二拨缴；比所列工资高出很多的，请核对口径。"""
    limits = reading.locality.thresholds
    wages = _wages(reading)
    listed = [line for line in _items(reading) if line.account.code in WAGES and line.spending != PROJECT]
    if not wages or len(listed) < LONG_LIST:
        return
    for line in _items(reading):
        if line.account.code != UNION or line.spending == PROJECT:
            continue
        share = line.statement.amount / wages
        percent = print_number(share * HUNDRED, 2)
        over = share > limits["union_rate"] * limits["union_slack"]
        yield rule.finding(
            Verdict.MANUAL_REVIEW if over else Verdict.AGREES,
            f"工会经费为所列工资的{percent}%（规定为{print_number(limits['union_rate'] * HUNDRED, 0)}%）。",
            spans=(line.statement.named_span,),
            working=f"{line.statement.figure.value}÷{print_number(wages / TEN_THOUSAND, 2)} = {percent}%",
        )


@check(
    "DUP-02",
    key="same-amount-twice",
    title="两个科目金额相同",
    severity=Severity.INFO,
    needs="同一列举中的金额",
    spares=("整数金额和零", "不同列举里的相同金额"),
    fails="商品和服务支出118.31万元。其中，办公费2.28万元、印刷费1.28万元、邮电费1.28万元。",
    passes="商品和服务支出118.31万元。其中，办公费2.28万元、印刷费1.28万元、邮电费1.29万元。",
)
def SAME_AMOUNT(rule: Check, reading: Reading) -> Iterable[Finding]:
    """同一列举中两个科目的金额一分不差，多为巧合，偶为抄错，仅作提示。"""
    seen: dict[tuple[int, Decimal], AccountLine] = {}
    for line in _items(reading):
        if line.statement.figure.decimals < 2 or not line.statement.amount:
            continue
        earlier = seen.setdefault((line.statement.passage, line.statement.amount), line)
        if earlier is not line and earlier.account.code != line.account.code:
            yield rule.finding(
                Verdict.REMARK,
                f"{earlier.name}与{line.name}同为{line.statement.figure}，多为巧合。",
                spans=(earlier.statement.named_span, line.statement.named_span),
            )
