"""From running text to statements: every number with its unit, and what the sentence says of it.

Years, dates, ordinals, document numbers, classification codes and telephone numbers are never figures. A figure keeps
the words before it: they give its subject, its phase of the budget year, and whether it is a level, a change, a share.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from hengping.audit.model import SCALES, Phase, Role, Statement
from hengping.figures import MONEY_UNITS, Figure, series_places

if TYPE_CHECKING:
    from hengping.audit.reading import Passage, Reading

COUNTERS = (
    "平方公里|平方米|立方米|千瓦时|公顷|公里|人次|批次|户次|件次|台次|场次|台[（(]套[）)]|台/套|课时|个月|个工作日|工作日|小时|分钟"
    "|套|辆|台|件|个|家|户|名|人|次|批|项|条|篇|场|期|起|份|处|所|座|间|亩|吨|米|宗|例|只|栋|幢|村|镇|岁|天|位|类|种|张|本|册"
    "|部|笔|单|口|株|头|艘|班"
)
SKIPPED = (
    r"(?:19|20)\d\d\s?年?\s?[—–－\-~至到]\s?(?:19|20)\d\d(?:\s?年度?)?"
    r"|(?<!\d)(?:19|20)\d\d\s?(?:年(?:度|末|初|底)?(?:\s?\d{1,2}\s?月(?:份|底|末)?(?:\s?\d{1,2}\s?日)?)?|财年)"
    r"|(?<![\d.])\d{1,2}\s?月(?:份|底|末)?(?:\s?\d{1,2}\s?日)?(?!均)"
    r"|[〔\[【（(](?:19|20)\d\d[〕\]】）)]\s?\d+\s?号"
    r"|(?<!\d)(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}"
    r"|[第前]\s?\d+"
    r"|[（(]\s?\d{1,4}\s?[类款项目]\s?[）)]"
    r"|0\d{2,3}-\d{7,8}|(?<!\d)1[3-9]\d{9}(?!\d)"
    r"|\d+(?=热线|号令|号文|号(?![召称])|国道|省道)"
    r"|\d{1,2}:\d{2}"
    r"|[A-Za-z]+[-/]?\d+(?:\.\d+)?"
)
NUMBER = (
    r"(?:(?<![\d\w年月日）)—–\-~])[-−])?"
    r"(?:\d{1,3}(?:,\d{3})+(?:\.\n?\d+)?|\d{1,3}(?:，\d{3})+(?:\.\d+|(?=\s?[万亿]?元))|\d+(?:\.\n?\d+)?)"
)
UNIT = (
    r"万亿元|亿元|千万元|百万元|万元|千元|元|(?:万亿|亿|万)?(?:美元|欧元|港元|日元)"
    r"|%|‰|个?百分点|倍|分(?![之钟别局类公项管级批期配解担成年析工])"
    rf"|(?:万亿|亿|万)?(?:{COUNTERS})"
    r"|亿(?=[，。；、;,）)（(\s]|$)|万(?=[，。；、;,）)（(\s]|$)"
)
SCAN = re.compile(
    rf"(?=[\d第前〔\[【（(A-Za-z百−-])(?:(?P<skip>{SKIPPED})|(?P<number>{NUMBER})(?P<more>余|多)?[ \n]{{0,2}}(?P<unit>{UNIT})?|百分之(?P<hundredths>[零〇一二三四五六七八九十百两]+(?:点[零〇一二三四五六七八九]+)?))"
)
HAS_FIGURE = re.compile(r"\d|百分之")
AFTER = re.compile(r"\s?(?:余|多|左右|以上|以下|上下|以内)")
BEFORE = re.compile(r"(?:约|近|超|超过|逾|不低于|不少于|不超过|不高于|至少|最多|大约|高达|突破|将近)\s?$")
SEPARATED_BY = "，,。；;：:、！？!?"
SEPARATORS = re.compile(f"[{SEPARATED_BY}]")
TURNS = re.compile(r"[。！？；;（(）)]")
HEAD_ENDS = re.compile(r"[。，,：:；;”\"]")
UPWARDS = "增加|增长|上升|提高|增收|增支|调增|追加|上涨|多增|净增|增幅|攀升|多支出|增列|扩大"
DOWNWARDS = "减少|下降|降低|减收|减支|调减|核减|压减|压缩|节约|回落|下滑|少增|多减|降幅|缩减|减幅|少支出|减列|缩小"
TAIL = r"(?:率|幅度|幅|额|金额|数|比例)?(?:分别|均|各)?(?:了|为|达到|达|约|近|超过|超|是)*\s*$"
CHANGE = re.compile(rf"(?:(?P<up>{UPWARDS})|(?P<down>{DOWNWARDS})){TAIL}")
TOWARDS = re.compile(r"(?:增长|增加|上升|提高|扩大|下降|减少|降低|降|升|减|增)?(?:到|至)(?:了)?\s*$")
COMPARISON = re.compile(r"(?:比|较|与|同比|环比)(?P<base>[^，。；]*)$")
SHARE = re.compile(
    r"占(?!用|有|地面积)(?P<base>[^，。；]{0,40}?)(?:的?比重|的?比例|比率|比)?\s*(?:仅)?(?:为|达到|达|约为|约|超过|超|近|仅)?\s*的?\s*$"
)
BARE_SHARE = re.compile(r"(?P<base>)(?:比重|占比)(?:分别)?(?:为|达到|达|约为|约|是|超过|超)?\s*$")
PORTION = re.compile(r"(?:仅为|约为|相当于|为|是)(?P<base>[^为是，。]{2,16})的\s*$")
COMPLETION = re.compile(
    r"(?:完成|占|为|达到|达)(?P<base>[^，。；]{0,24}?(?:预算|计划|目标|任务|年度)[^，。；]{0,6}?)(?:数)?的\s*$"
    r"|完成(?P<plan>(?:了?全年|年初|年度|当年|调整后?)?(?:预算|计划|任务|目标)(?:任务)?数?)(?:的|约|达到|达|为)?\s*$"
)
RATE = re.compile(r"(?:率|比例|比率|覆盖面|进度|满意度)(?:均)?(?:为|达到|达|是|约|超过|均达|仅)?\s*$")
FIXED_WORDS = re.compile(
    r"一般公共预算|政府性基金预算|国有资本经营预算|社会保险基金预算|预算(?:内|外|单位|管理|收入|绩效|法|项目|部门|编制|科目|指标|资金)"
)
PHASES = (
    (re.compile(r"年初预算|年初安排|年初批复"), Phase.INITIAL),
    (re.compile(r"全年预算|调整后?预算|调整预算"), Phase.ADJUSTED),
    (re.compile(r"执行数|预算执行"), Phase.EXECUTED),
    (re.compile(r"决算"), Phase.FINAL),
    (re.compile(r"预算"), Phase.BUDGET),
)
YEAR = re.compile(r"(?<!\d)(20\d\d)\s?年")
COMPARED = re.compile(r"(?:与|比|较|同)\s?20\d\d\s?年[^，。；]*[，。；]")
LEAD = re.compile(
    r"^(?:[\s“”\"】）)]|其中|具体(?:为|是|包括)?|主要(?:为|是|包括)|包括|分别(?:为|是)?|即|截至|全年|今年|本年度|[一二三四五六七八九十]是"
    r"|(?:在|从|由|向|按)(?=20\d\d)|(?:\d{1,2}|[一二三四五六七八九十]{1,3})[、.．]\s?|[（(](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]|\d{1,2}(?=“)"
    r"|20\d\d\s?年(?:度|末|底|初)?|年末|年底|当年|[,，:：])+"
)
TRAIL = re.compile(
    r"(?:(?:比|较|与)\s?(?:20\d\d|上年|去年|上一年|同期|年初|本年)[^，。；]*)?(?:已|共|共计|总额|金额|数额|均|各)?(?:为|达到|达|是|约|有|仅|近|超过|安排|实现|完成|增加到|下降到|下降至|增长到|增长至|增加至|提高到|减少到|减少至|至|到|从|由|共)*[\s“”\"]*$"
)
AGAINST = re.compile(
    r"(?:同比|环比|同口径|(?:比|较|与)\s?(?:20\d\d|上年|去年|上一年|同期|年初|全年|本年|“|预算|其).*)$"
)
PHASE_TAIL = re.compile(
    r"(?:当年)?(?:年初预算数?|年初安排|全年预算数?|调整后?预算数?|当年预算执行数|预算执行数|执行数|预算安排|支出决算数?|决算数?|(?<!公共)(?<!基金)(?<!经营)(?<!总)预算数?)$"
)
CHINESE_VALUES = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
MOVES = frozenset("增减降升涨缩节回扩攀下提追")
TRAILING = frozenset('各均为达到是约有仅近过排现成至从由共 “”"加低高少长降升安')
ENDS_OF_PHASES = frozenset("算数排")
HEDGES = frozenset("约近超过逾于少多达破")
LONGEST_LABEL = 200
CONTINUED = ("和", "及", "与", "、")
MONEY = "money"
PERCENT = "%"


def read_statements(reading: Reading) -> tuple[Statement, ...]:
    """Return every figure of the running text in order, with its series precision filled in."""
    found: list[Statement] = []
    for passage in reading.passages:
        if passage.kind not in ("table", "header", "footer") and HAS_FIGURE.search(passage.text):
            found.extend(_passage_statements(passage))
    series: defaultdict[str, list[int]] = defaultdict(list)
    for statement in found:
        if statement.family in (MONEY, PERCENT):
            series[statement.figure.unit].append(statement.figure.decimals)
    places = {unit: series_places(decimals) for unit, decimals in series.items()}
    for statement in found:
        statement.places = _series_precision(statement.figure, places.get(statement.figure.unit, 0))
    return tuple(found)


def _series_precision(figure: Figure, places: int) -> int:
    """Return the precision a figure is held to.

    A whole number of four or more digits that does not end in zero was rounded rather than cut of its zeros, so it
    keeps its own precision; anything shorter is held to its series.
    """
    digits = str(abs(figure.value))
    if figure.unit == PERCENT:
        return places if 0 < figure.decimals < places else figure.decimals
    if figure.decimals == 0 and len(digits) >= 4 and not digits.endswith("0"):
        return 0
    return max(places, figure.decimals)


def _passage_statements(passage: Passage) -> Iterator[Statement]:
    text = passage.text
    before_end = passage.body_start - passage.start
    sentence = segment = 0
    depth = 0
    inherited = _Inherited(text, before_end, passage)
    for match in SCAN.finditer(text, before_end):
        if match.lastgroup == "skip" or match.group("skip"):
            continue
        lead = text[before_end : match.start()]
        for character in TURNS.findall(lead):
            if character in "。！？":
                sentence, segment, depth = sentence + 1, 0, 0
            elif character in "；;":
                segment += 1
            elif character in "（(":
                depth += 1
            elif depth:
                depth -= 1
        before_end = match.start()
        figure = _figure(match, lead, inherited)
        if figure is None:
            continue
        statement = _statement(passage, match, figure, lead, inherited)
        statement.sentence, statement.segment, statement.depth = sentence, segment, depth
        before_end = match.end()
        inherited.take(statement)
        yield statement


class _Inherited:
    """What a figure without words of its own takes over from those before it in the passage."""

    __slots__ = ("head", "head_start", "last", "money_unit", "subject", "subject_start")

    def __init__(self, text: str, start: int, passage: Passage) -> None:
        self.head, self.head_start = "", passage.start + start
        if passage.ordinal is not None:
            stop = HEAD_ENDS.search(text, start + 1)
            self.head = text[start : stop.start() if stop else min(len(text), start + 60)].strip(' “”"')
        self.subject, self.subject_start = self.head, self.head_start
        self.money_unit = ""
        self.last: Statement | None = None

    def take(self, statement: Statement) -> None:
        if statement.role is Role.LEVEL and statement.family != PERCENT:
            self.subject, self.subject_start = statement.subject, statement.subject_start
        if statement.family == MONEY:
            self.money_unit = statement.figure.unit
        self.last = statement


def _figure(match: re.Match[str], lead: str, inherited: _Inherited) -> Figure | None:
    hundredths = match.group("hundredths")
    if hundredths:
        value = _chinese_decimal(hundredths)
        return Figure(value, PERCENT, _decimals(value), match.group())
    printed = match.group("number").replace("\n", "")
    plain = printed.replace(",", "").replace("，", "").replace("−", "-")
    value = Decimal(plain)
    decimals = len(plain.partition(".")[2])
    unit = match.group("unit") or ""
    if unit in ("万", "亿"):
        unit += "元"
    elif unit.endswith("百分点"):
        unit = "百分点"
    elif not unit:
        unit = _unit_left_out(lead, decimals, inherited, match)
        if not unit:
            return None
    return Figure(value, unit, decimals, match.group())


def _unit_left_out(lead: str, decimals: int, inherited: _Inherited, match: re.Match[str]) -> str:
    """Return the unit a decimal figure lost, where its words leave no doubt what it was."""
    following = match.string[match.end() : match.end() + 1]
    if not decimals or following not in "，。；;、,) ）\n":
        return ""
    words = SEPARATORS.split(lead)[-1]
    if SHARE.search(words) or COMPLETION.search(words) or CHANGE.search(words):
        return PERCENT
    if inherited.money_unit and re.search(r"(?:决算|预算|执行数|支出|收入)(?:数)?(?:为|是)\s*$", words):
        return inherited.money_unit
    return ""


def _statement(passage: Passage, match: re.Match[str], figure: Figure, lead: str, inherited: _Inherited) -> Statement:
    cut = max(map(lead.rfind, SEPARATED_BY)) + 1
    label = lead[max(cut, len(lead) - LONGEST_LABEL) :]
    label_start = passage.start + match.start() - len(label)
    if "\n" in label:
        label = label.replace("\n", "")
    family = _family(figure.unit)
    role, sign, base = _role(family, figure.unit, label)
    last = inherited.last
    if (
        last is not None
        and (label.strip() in CONTINUED or (lead == "、" and last.role is Role.SHARE))
        and last.family == family
        and match.start() + passage.start - last.end <= 2
    ):
        role, sign, base = last.role, last.sign, last.base
    subject, offset = _subject(label, role)
    phase = _phase(label if role is Role.LEVEL else "")
    year = (YEAR.findall(label) or YEAR.findall(COMPARED.sub("", lead[max(0, cut - 24) : cut]))) if "20" in lead else ()
    if subject:
        subject_start = label_start + offset
    else:
        subject, subject_start = inherited.subject, label_start + len(label) - len(label.lstrip(' “”"'))
    after = AFTER.match(match.string, match.end())
    return Statement(
        figure=figure,
        start=passage.start + match.start(),
        end=passage.start + match.end(),
        family=family,
        amount=figure.value * SCALES.get(figure.unit, Decimal(1)),
        role=role,
        subject=subject,
        subject_start=subject_start,
        label=label,
        phase=phase,
        year=int(year[-1]) if year else None,
        sign=sign,
        base=base,
        approximate=bool(match.group("more") or after or (label.rstrip()[-1:] in HEDGES and BEFORE.search(label))),
        passage=passage.index,
    )


def _family(unit: str) -> str:
    if unit in MONEY_UNITS:
        return MONEY
    for prefix in ("万亿", "亿", "万"):
        if unit.startswith(prefix) and unit in SCALES:
            return unit.removeprefix(prefix)
    return unit


def _role(family: str, unit: str, label: str) -> tuple[Role, int, str]:
    """Return what the figure does, the direction of a change, and the words naming a base."""
    change = CHANGE.search(label) if not MOVES.isdisjoint(label) else None
    if unit == "百分点":
        return Role.POINTS, _sign(change), ""
    if family in (PERCENT, "‰", "倍"):
        return _percent_role(label, change)
    if unit == "分":
        return Role.SCORE, 0, ""
    if change:
        comparison = COMPARISON.search(label[: change.start()])
        return Role.CHANGE, _sign(change), comparison.group("base") if comparison else ""
    return Role.LEVEL, 0, ""


def _percent_role(label: str, change: re.Match[str] | None) -> tuple[Role, int, str]:
    if change:
        comparison = COMPARISON.search(label[: change.start()])
        return Role.GROWTH, _sign(change), comparison.group("base") if comparison else ""
    completion = COMPLETION.search(label)
    if completion:
        return Role.COMPLETION, 0, completion.group("base") or completion.group("plan") or ""
    for pattern in (SHARE, BARE_SHARE, PORTION):
        share = pattern.search(label)
        if share:
            return Role.SHARE, 0, share.group("base").strip().removesuffix("的")
    if RATE.search(label):
        return Role.RATE, 0, ""
    return Role.LEVEL, 0, ""


def _sign(change: re.Match[str] | None) -> int:
    if change is None:
        return 0
    return 1 if change.group("up") else -1


def _phase(label: str) -> Phase | None:
    """Return the phase the words before a figure name, looking past fixed terms such as 一般公共预算."""
    if "算" not in label and "执行数" not in label and "年初" not in label:
        return None
    words = FIXED_WORDS.sub("", label)
    latest, found = -1, None
    for pattern, phase in PHASES:
        for match in pattern.finditer(words):
            if match.end() > latest:
                latest, found = match.end(), phase
    return found


def _subject(label: str, role: Role) -> tuple[str, int]:
    """Return what a figure is the figure of, and where that begins in its label."""
    lead = LEAD.match(label)
    begin = lead.end() if lead else 0
    words = label[begin:]
    if role in (Role.CHANGE, Role.GROWTH):
        change = CHANGE.search(words)
        words = words[: change.start()] if change else words
        words = AGAINST.sub("", words)
    elif role in (Role.SHARE, Role.COMPLETION):
        at = min((place for word in ("占", "完成", "比重") if (place := words.find(word)) >= 0), default=-1)
        words = words[:at] if at >= 0 else ""
    if words[-1:] in TRAILING:
        words = TRAIL.sub("", words)
    if words[-1:] in ENDS_OF_PHASES:
        words = PHASE_TAIL.sub("", words)
    return words.removesuffix("本年").strip(' “”"的'), begin


def own_subject(statement: Statement) -> str:
    """Return the subject a figure's own words name, empty where it takes over the one before."""
    return _subject(statement.label, statement.role)[0]


def _chinese_decimal(word: str) -> Decimal:
    whole, _, fraction = word.partition("点")
    value = digit = 0
    for character in whole:
        if character in CHINESE_VALUES:
            digit = CHINESE_VALUES[character]
        else:
            value += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
    text = str(value + digit)
    if fraction:
        text += "." + "".join(str(CHINESE_VALUES[character]) for character in fraction)
    return Decimal(text)


def _decimals(value: Decimal) -> int:
    return len(str(value).partition(".")[2])
