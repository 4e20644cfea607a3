"""Checks of wording: misprints, terms, sensitive words, one name for one thing. All of them remarks, none an error."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from hengping import classification
from hengping.audit.extraction.accounts_in_text import account_named
from hengping.audit.extraction.marks import Mark, clause_of
from hengping.audit.model import HOUSE, Check, Finding, Severity, Span, Verdict, check
from hengping.law import source

if TYPE_CHECKING:
    from hengping.audit.extraction.accounts_in_text import AccountLine
    from hengping.audit.reading import Reading

CLASSIFICATION = source("classification").whole
DEPARTMENT_CODE = re.compile(r"^30[1-9]|^31[0-3]|^399")
GOVERNMENT_CODE = re.compile(r"^5(?:0[1-9]|1[0-4]|99)")
PUNCTUATED = frozenset("，,：:")
FILLERS = re.compile(r"驻|工作|办公|管理|服务|人民|维稳")
SUFFIX = re.compile(r"(?:工作站|接待站|办事处|科|办|站|中心|室|处|组|队)$")
NEAR = 40
NEAR_FIGURE = 24
COUNT_UNITS = ("个", "家", "项", "类")


@check(
    "TXT-01",
    key="misprint",
    title="错别字",
    severity=Severity.INFO,
    needs="正文",
    spares=("词表之外的写法", "人名、地名"),
    fails="结合工作实际，进行充分的调理论证，建立建全制度。",
    passes="结合工作实际，进行充分的调研论证，建立健全制度。",
)
def MISPRINT(rule: Check, reading: Reading) -> Iterable[Finding]:
    """按常见错别字表逐词核对，给出应作的写法；表可由各地增补。"""
    for mark in reading.marked("typo"):
        yield rule.finding(
            Verdict.REMARK, f"“{mark.text}”疑为“{mark.note}”。", spans=(mark.span,), suggestion=f"改为“{mark.note}”。"
        )


@check(
    "TXT-02",
    key="comma-after-of-which",
    title="“其中”之后的标点",
    severity=Severity.INFO,
    needs="两处以上的“其中”",
    spares=("全文都不加标点的", "“其中”不引出列举的"),
    fails="1、工资福利支出50万元。其中，基本工资30万元、奖金20万元。\n2、商品和服务支出30万元。其中，办公费20万元、电费10万元。\n3、对个人和家庭的补助8万元。其中医疗费补助5万元、抚恤金3万元。",
    passes="1、工资福利支出50万元。其中，基本工资30万元、奖金20万元。\n2、商品和服务支出30万元。其中，办公费20万元、电费10万元。",
)
def COMMA_AFTER_OF_WHICH(rule: Check, reading: Reading) -> Iterable[Finding]:
    """同一份报告里引出列举的“其中”，有的加逗号或冒号、有的不加，写法应当统一。"""
    marks = [mark for mark in reading.marked("of-which") if _begins_sentence(reading, mark)]
    bare = [mark for mark in marks if mark.note not in PUNCTUATED and _introduces_amount(reading, mark)]
    if bare and len(marks) - len(bare) >= 2 * len(bare):
        spans = tuple(Span(mark.start, _label_end(reading, mark)) for mark in bare)
        yield rule.finding(
            Verdict.REMARK,
            f"“其中”之后缺标点{len(bare)}处，其余{len(marks) - len(bare)}处都有。",
            spans=spans,
            suggestion="补上逗号。",
        )


def _begins_sentence(reading: Reading, mark: Mark) -> bool:
    return mark.start == 0 or reading.text[mark.start - 1] in "。；;\n"


def _introduces_amount(reading: Reading, mark: Mark) -> bool:
    return any(s.family == "money" for s in reading.statements_between(mark.start, mark.start + NEAR_FIGURE))


def _label_end(reading: Reading, mark: Mark) -> int:
    return reading.statements_between(mark.start, mark.start + NEAR_FIGURE)[0].start


@check(
    "TXT-03",
    key="clumsy-sentence",
    title="语病与模板残留",
    severity=Severity.INFO,
    needs="正文",
    spares=("分号隔开的各条之内没有句号的", "空白模板本身"),
    fails="基本支出本年支出决算100万元，目的是为了保障运转。",
    passes="本年基本支出决算100万元，目的是保障运转。",
)
def CLUMSY(rule: Check, reading: Reading) -> Iterable[Finding]:
    """词语重复、成分残缺、“一是……；二是……；”中间出现句号、填表时留下的“增加（减少）”等，提请改写。"""
    for mark in reading.marked("clumsy"):
        clause = clause_of(reading, mark)
        item = reading.outline.item_at(mark.start)
        start = max(clause.start, item.body_start if item is not None and item.start <= mark.start else 0)
        yield rule.finding(
            Verdict.REMARK,
            f"“{reading.text[start : clause.end].strip()[:30]}”：{mark.note}。",
            spans=(Span(start, max(mark.end, min(clause.end, mark.end + 20))),),
        )
    yield from _stops_inside_series(rule, reading)
    if reading.outline.kind == "template":
        return
    for mark in reading.marked("residue"):
        yield rule.finding(
            Verdict.UNEXPLAINED,
            f"“{mark.text}”似为填表时留下的模板文字。",
            severity=Severity.WARNING,
            spans=(mark.span,),
            suggestion="按实际情况选定一种说法。",
        )


def _stops_inside_series(rule: Check, reading: Reading) -> Iterator[Finding]:
    text = reading.text
    for series in reading.outline.series:
        inner = series.items[:-1]
        if len(inner) < 2 or any(text[part.start : part.end].rstrip()[-1:] not in ("；", ";") for part in inner):
            continue
        broken = [part for part in inner if "。" in text[part.start : part.end]]
        if broken and len(broken) < len(series.items):
            yield rule.finding(
                Verdict.REMARK,
                "“一是……；二是……；”各条以分号隔开，其中又用了句号。",
                spans=tuple(Span(part.start, text.index("。", part.start) + 1) for part in broken),
                suggestion="条内改用逗号，或各条改用句号隔开。",
            )


@check(
    "TRM-01",
    key="account-names",
    title="支出科目名称",
    severity=Severity.INFO,
    needs="按科目列出的金额",
    cites=(HOUSE["TRM-01"], CLASSIFICATION),
    spares=("与科目表一致的", "“三公”经费表里的习惯名称", "会议、培训等不作科目用的普通说法", "支出功能分类的项"),
    fails="商品和服务支出100万元。其中，其它交通费25.83万元、办公费74.17万元。",
    passes="商品和服务支出100万元。其中，其他交通费用25.83万元、办公费74.17万元。",
)
def ACCOUNT_NAMES(rule: Check, reading: Reading) -> Iterable[Finding]:
    """支出科目按当年《政府收支分类科目》的名称书写；同一科目在文中只用一个名称。"""
    used: defaultdict[str, dict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for line in reading.accounts:
        if (line.listed_under is not None or line.is_class) and not _is_functional_item(line.name):
            used[line.account.code][line.name].append(line.statement.named_span)
    amounts = {line.statement.start for line in reading.accounts}
    for mark in (*reading.marked("account"), *reading.marked("all-are")):
        if mark.kind == "account" and (mark.end in amounts or not reading.outline.is_self_evaluation):
            continue
        name = mark.note if mark.kind == "all-are" else mark.text
        account = account_named(name, _class_around(reading, mark))
        if account is None or (mark.kind == "account" and account.level > 1):
            continue
        if any(
            mark.start < span.end and span.start < mark.end for spans in used[account.code].values() for span in spans
        ):
            continue
        used[account.code][name].append(Span(mark.end - len(name), mark.end))
    agreed = 0
    for code, names in used.items():
        official = classification.standard_name(code) or code
        odd = {name: spans for name, spans in names.items() if _plain(name) != _plain(official) or "其它" in name}
        if not odd:
            agreed += bool(names)
            continue
        several = (
            f"，文中另有写法“{'”“'.join(name for name in names if name not in odd)}”" if len(odd) < len(names) else ""
        )
        spans = [span for found in odd.values() for span in found]
        spans += [found[0] for name, found in names.items() if name not in odd]
        yield rule.finding(
            Verdict.REMARK,
            f"“{'”“'.join(odd)}”的科目名称是“{official}”（{code}）{several}。",
            spans=tuple(spans),
            suggestion=f"改为“{official}”。",
            key=code,
        )
    if agreed:
        yield rule.finding(Verdict.AGREES, f"{agreed}个科目的名称与科目表一致。", spans=())


@cache
def _is_functional_item(name: str) -> bool:
    """Tell whether a name is the official one of a functional item and only a habit for an economic one."""
    economic = classification.account_by_name(name)
    official = economic is not None and _plain(economic.name) == _plain(name)
    return not official and bool(classification.accounts_by_name(name, classification.Kind.FUNCTIONAL))


@cache
def _plain(name: str) -> str:
    return classification.normalise(name)


def _class_around(reading: Reading, mark: Mark) -> str:
    """Return the class of accounts whose amount stands last before a mark, if it is near."""
    near = [line for line in reading.accounts_between(mark.start - NEAR, mark.start) if line.is_class]
    return near[-1].account.code if near else ""


@check(
    "TRM-02",
    key="budget-terms",
    title="预算用语与两套经济分类",
    severity=Severity.INFO,
    needs="预算用语和科目编码",
    cites=(HOUSE["TRM-02"], CLASSIFICATION),
    spares=("不同表格分别用两套分类的",),
    fails="我局2024年没有国有资本经营预算收入，也没有国有资本经营支出。",
    passes="我局2024年没有国有资本经营预算收入，也没有国有资本经营预算支出。",
)
def BUDGET_TERMS(rule: Check, reading: Reading) -> Iterable[Finding]:
    """预算用语写全称；部门预算支出经济分类（301…）与政府预算支出经济分类（501…）不在同一张表里混用。"""
    for mark in reading.marked("term"):
        yield rule.finding(
            Verdict.REMARK, f"“{mark.text}”应作“{mark.note}”。", spans=(mark.span,), suggestion=f"改为“{mark.note}”。"
        )
    for grid in reading.grids:
        codes = [row for row in grid.rows if row.code]
        ours = [row for row in codes if DEPARTMENT_CODE.match(row.code)]
        theirs = [row for row in codes if GOVERNMENT_CODE.match(row.code)]
        if ours and theirs:
            few = min((ours, theirs), key=len)
            yield rule.finding(
                Verdict.UNEXPLAINED,
                f"“{grid.title or '同一张表'}”混用两套经济分类：{ours[0].code}与{theirs[0].code}。",
                severity=Severity.WARNING,
                spans=tuple(row.span for row in few),
            )


@check(
    "TRM-03",
    key="account-order",
    title="科目次序",
    severity=Severity.INFO,
    needs="同一类下三个以上的科目",
    cites=(HOUSE["TRM-03"], CLASSIFICATION),
    spares=("按金额大小排列的",),
    fails="对个人和家庭的补助69.41万元。其中，医疗费补助10.35万元、其他对个人和家庭的补助38.85万元、抚恤金19.62万元。",
    passes="对个人和家庭的补助68.82万元。其中，抚恤金19.62万元、医疗费补助10.35万元、其他对个人和家庭的补助38.85万元。",
)
def ACCOUNT_ORDER(rule: Check, reading: Reading) -> Iterable[Finding]:
    """科目按科目表的次序排列，“其他”排在最后。"""
    lists: defaultdict[tuple[int, int], list[AccountLine]] = defaultdict(list)
    for line in reading.accounts:
        if line.listed_under is not None:
            lists[(line.statement.passage, line.listed_under.start)].append(line)
    for lines in lists.values():
        if len(lines) < 3:
            continue
        amounts = [line.statement.amount for line in lines]
        early = [line for line in lines[:-1] if line.account.code.endswith("99")]
        if early and amounts != sorted(amounts, reverse=True):
            yield rule.finding(
                Verdict.REMARK,
                f"“{early[0].name}”应排在最后，现在其后还有{lines[-1].name}。",
                spans=(early[0].statement.named_span,),
            )


@check(
    "SEN-01",
    key="sensitive-wording",
    title="公开前的敏感内容",
    severity=Severity.INFO,
    needs="正文",
    spares=("当地词表之外的用语", "领导人和作者署名"),
    fails="做好接访工作，设立“李明调解工作室”，联系电话13800000000。",
    passes="做好接访工作，设立社区调解工作室。",
)
def SENSITIVE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """公开之前请斟酌：当地词表列出的内部用语、个人姓名、手机号码和身份证号。"""
    by_word: defaultdict[str, list[Mark]] = defaultdict(list)
    for mark in reading.marked("sensitive"):
        by_word[mark.text].append(mark)
    for word, marks in by_word.items():
        yield rule.finding(
            Verdict.REMARK,
            f"“{word}”{len(marks)}处：{marks[0].note}。",
            spans=tuple(_extended(reading, mark) for mark in marks),
            suggestion="公开前斟酌改写。",
        )
    for mark in reading.marked("person"):
        yield rule.finding(Verdict.REMARK, f"{mark.text}含个人姓名，公开前请征得本人同意或隐去。", spans=(mark.span,))
    for mark in reading.marked("private-number"):
        yield rule.finding(
            Verdict.UNEXPLAINED,
            "似为手机号码或身份证号，不应公开。",
            severity=Severity.WARNING,
            spans=(mark.span,),
            suggestion="删去或隐去中间各位。",
        )


def _extended(reading: Reading, mark: Mark) -> Span:
    """Return a word together with the name of the office it is part of."""
    for office in _offices(reading):
        if office.start <= mark.start and mark.end <= office.end:
            return office.span
    return mark.span


def _offices(reading: Reading) -> Sequence[Mark]:
    return reading.marked("office") if reading.outline.is_self_evaluation else ()


@check(
    "XRF-04",
    key="one-name-for-one-office",
    title="同一机构的名称",
    severity=Severity.INFO,
    needs="驻外机构的名称",
    cites=(HOUSE["XRF-04"],),
    spares=("地点相同而职能不同的机构", "新闻、工作报告"),
    fails="部门整体支出绩效自评报告\n内设驻长沙信访接待工作站。经费用于长沙信访接待站日常维护。",
    passes="部门整体支出绩效自评报告\n内设驻长沙信访接待工作站。经费用于驻长沙信访接待工作站日常维护。",
)
def ONE_NAME(rule: Check, reading: Reading) -> Iterable[Finding]:
    """同一机构在文中只用一个名称；地点相同、职能相同而名称不同的，提请核对是否为同一机构。"""
    names: dict[str, Mark] = {}
    for office in _offices(reading):
        names.setdefault(office.text, office)
    listed = list(names.values())
    pairs = [
        (one, other)
        for index, one in enumerate(listed)
        for other in listed[index + 1 :]
        if one.note == other.note and _same_office(one.text, other.text)
    ]
    for one, other in pairs:
        yield rule.finding(
            Verdict.REMARK,
            f"“{one.text}”与“{other.text}”似为同一机构，名称不同。",
            spans=(one.span, other.span),
            suggestion="统一用“三定”规定的名称。",
        )


def _same_office(one: str, other: str) -> bool:
    """Tell whether two names of offices in one place differ only in filling words and in what the office is called."""
    bare, against = (FILLERS.sub("", SUFFIX.sub("", name)) for name in (one, other))
    short, long = sorted((bare, against), key=len)
    return len(short) >= 2 and any(short[at:] and short[at:] in long for at in (0, 1, 2) if len(short) - at >= 2)


@check(
    "XRF-05",
    key="one-measure-for-one-count",
    title="同一数量的不同口径",
    severity=Severity.INFO,
    needs="“14个领域信访量下降”一类的语句",
    cites=(HOUSE["XRF-05"],),
    spares=("数量不同的", "只写一次的"),
    fails="14个领域信访量实现下降。全年城乡建设等14个领域信访人次同比实现下降。",
    passes="14个领域信访量实现下降。全年城乡建设等14个领域信访量同比实现下降。",
)
def ONE_MEASURE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """前后写到同一数量的同一事物，口径应当一致（信访量、信访人次不是一回事）；数量相同的列为相符。"""
    groups: defaultdict[tuple[str, str], list[tuple[str, Span]]] = defaultdict(list)
    for statement in reading.statements:
        if statement.figure.unit not in COUNT_UNITS:
            continue
        match = reading.locality.measures.match(reading.text, statement.end)
        if match is not None:
            key = (str(statement.figure.value), match.group("noun"))
            groups[key].append((match.group("measure"), Span(statement.start, match.end())))
    for (count, noun), found in groups.items():
        if len(found) < 2:
            continue
        measures = list(dict.fromkeys(measure for measure, _ in found))
        spans = tuple(span for _, span in found)
        yield rule.finding(Verdict.AGREES, f"{len(found)}处都写作{count}个{noun}。", spans=spans, key="count")
        if len(measures) > 1:
            yield rule.finding(
                Verdict.REMARK,
                f"同是{count}个{noun}，一处说{measures[0]}，一处说{measures[1]}。",
                spans=spans,
                suggestion="统一口径，或分别写明。",
                key="measure",
            )
