"""Breakdowns: a total and what the text lists under it, in one sentence, over sentences, or as a numbered list.

其中, 主要 and 包括 leave room for what is not listed; a list in which every member of a known partition is named does
not. Subsets in deeper brackets are never added; changes add with their sign; 年初预算 is added to 年初预算 only.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import zip_longest
from typing import TYPE_CHECKING

from hengping import classification, tables
from hengping.audit.extraction.figures_in_text import TOWARDS
from hengping.audit.extraction.prose_scores import is_full_mark
from hengping.audit.model import Kind, Phase, Relation, Role, Statement, Term
from hengping.audit.reading import chinese_number
from hengping.figures import ZERO, Interval

if TYPE_CHECKING:
    from hengping.audit.reading import Passage, Reading

WORDS = re.compile(
    r"(?=[其主用以情明具分均按从])(?:(?P<among>(?<![在从])其中)"
    r"|(?P<uses>(?:主要)?用于以下(?:几个)?方面|以下(?:几个)?方面|(?:主要内容|具体情况|具体内容|支出情况|明细|情况)如下)"
    r"|(?P<parts>分别为|均包括|具体包括|具体为|分为|按[^，。；\d]{1,8}分类?(?=[，,：:])|[分从][^，。；\d]{1,8}看(?=[，,：:])))"
)
WITHIN = re.compile(r"中(?=[，,：:])")
LIST_FOLLOWS = re.compile(r"\s*[：:，,。]?\s*$")
ACCOUNT_ITEM = re.compile(r"（\s?(?:\d{0,3})[项款类]\s?）|\((?:\d{0,3})[项款类]\)|”科目")
CLASS_NAME = re.compile(r"^[“\"]?(?P<name>[^（(“”]{2,20})[（(]\d{0,3}类[）)]")
SENTENCE_END = re.compile(r"[。！？]")
STOCK_WORDS = re.compile(r"实有|在职|退休|离休|在编|编外|聘用|年末")
TOTAL_AFTER = re.compile(r"^(?:以上|上述|两项|三项|各项)?(?:总计|合计|共计|累计)|^共$")
PLAIN_TOTAL = re.compile(r"^(?:以上|上述|两项|三项|各项)?(?:总计|合计|共计|共)(?:为)?$")
INCOMPLETE = re.compile(r"其中|主要|含|同比|比上年")
BALANCE = re.compile(r"(?:顺差|逆差|差额|净额|相差|盈余)(?:为|达|达到)?\s*$")
NO_TOTAL = re.compile(
    r"下限|上限|标准|每人|每月|每天|每年|单价|均价|净值|最高|最低|人均|户均|起步|平均|中位|可获得|资助|奖励|补贴"
)
MANY = 5
SHORT = 8
CLAUSE = 16
WHOLE = re.compile(r"总量|总数|总额|总值|总计|合计|共计|总支出|总收入")
REACH = 40
FROM = re.compile(r"(?:由|从)(?:20\d\d\s?年(?:度)?的?|上年度?的?|去年的?)?\s*$")
OTHERS = frozenset(("其他", "其它", "其他项目", "其他类", "其他方面", "其他事项", "其余"))
VIEW = ("看", "分", "分类")
HOW_MANY = re.compile(r"为?(?P<number>[二两三四五六七八九十])(?:大)?(?:类|项|块|部分|个部分|个方面)[：:，,]")
CONTAINED = re.compile(r"\s*(?:含|其中|不含|包含)")
ADDED = (Role.LEVEL, Role.SCORE)
BASE_NAMED = re.compile(
    r"(?:较|比)(?:[^，。；]*?的|\s?(?:上年|去年|上一年|20\d\d\s?年)?(?:年初|全年|调整后?)?(?:度|同期)?(?:决算|执行|实际|支出|收入|预算)?数?)\s*$"
)
SIDE_TOTAL = re.compile(
    r"^(?:本年|全年|当年)?(?:累计)?(?:收入|支出)(?:合计|总计|总额)?$|^(?:本年|全年)(?:实际|累计)?(?:完成)?(?:收入|支出)$"
)
SOURCE = re.compile(r"收入$|结转|结余")
QUARTERS = ("一季度", "二季度", "三季度", "四季度")
SOURCES = 3
SIDE = re.compile(r"(?:^|[。；\n])\s*(?P<side>收入|支出)(?:主要)?包括[：:]")
MADE_UP = re.compile(r"，\s*(?:具体)?包括(?!以下)")
BOTH_SIDES = re.compile(r"收支总预算|收支预算总额|收支总计|收、支总计|收支总额|收入支出总计|收支预算总计")
OTHER_YEAR = re.compile(r"^[（(][^，。；]{0,6}?(?:上年|去年|上一年|同期|20\d\d\s?年)")
SHORTEST, LONGEST = 3, 25
AFRESH = re.compile(r"新增|另|还|全年|完成")
ALL_TOLD = re.compile(r"共计|合计|总计|累计|共")
ALL_TOLD_CUE = "共"
TOO_MUCH = Decimal("1.5")
FAR = 12


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that introduces parts: among (其中), uses (用于以下方面), parts (分别为), within (“…中，”)."""

    kind: str
    start: int
    end: int
    word: str
    text: str


def _cues(text: str) -> list[Cue]:
    """Return the words of a passage that introduce parts, in order."""
    found = [
        Cue(match.lastgroup or "", match.start(), match.end(), match.group(), text) for match in WORDS.finditer(text)
    ]
    for match in WITHIN.finditer(text):
        start = max(text.rfind(mark, 0, match.start()) for mark in "。；，：\n") + 1
        name = text[start : match.end()]
        opens = start == 0 or text[start - 1] in "。；\n"
        if opens and SHORTEST <= len(name) <= LONGEST and not name.endswith("其中"):
            found.append(Cue("within", start, match.end(), name.strip(), text))
    return sorted(found, key=lambda cue: cue.start)


@dataclass(slots=True)
class Item:
    """One item of a list in paragraphs: its opening words and all its figures."""

    head: str
    figures: list[Statement]


@dataclass(frozen=True, slots=True)
class Partition:
    """A set of parts that is complete once every one of them is named."""

    key: str
    title: str
    parts: tuple[tuple[str, ...], ...]
    families: tuple[str, ...] = ()

    def may_be_in(self, subjects: str) -> bool:
        """Tell whether every part has one of its words among the subjects."""
        return all(any(word in subjects for word in words) for words in self.parts)

    def members(self, statements: Sequence[Statement]) -> tuple[Statement, ...] | None:
        """Return one statement for each part, or None if a part is missing or named twice."""
        chosen: list[Statement] = []
        if self.families and any(s.family not in self.families for s in statements):
            return None
        for words in self.parts:
            named = [s for s in statements if any(word in s.subject for word in words) and s not in chosen]
            if not named:
                return None
            chosen.append(named[0])
        return tuple(sorted(chosen, key=lambda statement: statement.start))


@cache
def partitions() -> tuple[Partition, ...]:
    """Return the partitions the rulebook knows."""
    rows = tables.toml("audit/partitions.toml")["partition"]
    return tuple(
        Partition(row["key"], row["title"], tuple(map(tuple, row["parts"])), tuple(row.get("families", ())))
        for row in rows
    )


def read_breakdowns(reading: Reading, by_passage: dict[int, list[Statement]]) -> Iterator[Relation]:
    """Yield every breakdown the document states."""
    for passage in reading.passages:
        if passage.kind in ("table", "header", "footer"):
            continue
        here = by_passage.get(passage.index, [])
        if not here and not passage.text.rstrip().endswith(("：", ":", "其中", "如下", "如下。")):
            continue
        cues = _cues(passage.text)
        for number, cue in enumerate(cues):
            following = cues[number + 1].start if number + 1 < len(cues) else None
            yield from _from_cue(reading, by_passage, passage, here, cue, following)
        yield from _totals_after(here)
        yield from _both_sides_listed(by_passage, passage, here)
        yield from _made_up_of(passage, here)
        yield from _bracketed(passage, here)
        if not cues:
            yield from _counted_in_a_row(here)


def _from_cue(
    reading: Reading,
    by_passage: dict[int, list[Statement]],
    passage: Passage,
    here: list[Statement],
    cue: Cue,
    next_cue: int | None,
) -> Iterator[Relation]:
    behind = passage.start + cue.end
    end = _scope_end(passage, cue)
    if cue.kind == "within" and next_cue is not None:
        end = min(end, passage.start + next_cue)
    first = bisect_left(here, behind, key=_start)
    within = here[first : bisect_left(here, end, key=_start)]
    if not within and LIST_FOLLOWS.match(passage.text[cue.end :]):
        yield from _from_list(reading, by_passage, passage, here, cue)
        return
    if cue.kind == "among":
        within = [*within, *_completing(within, here[first + len(within) :])]
    opened = _first_view(cue)
    before = _before(by_passage, passage, here, cue, passage.start + opened)
    yield from _level_sums(passage, before, _parts(within, passage, next_cue), cue)
    if not cue.word.startswith("从"):
        yield from _change_sums(before, within)


def _completing(within: list[Statement], following: list[Statement]) -> list[Statement]:
    """Return the other half of a whole where it opens the next sentence: “其中：人员经费A万元，主要包括…。公用经费B万元”."""
    levels = [s for s in within if s.role is Role.LEVEL and s.family == "money"]
    if len(levels) != 1 or not following:
        return []
    other = following[0]
    opens = other.sentence == levels[0].sentence + 1 and other.subject_start == other.start - len(other.label)
    if not opens or other.role is not Role.LEVEL or other.family != "money":
        return []
    pair = (levels[0], other)
    whole = any(len(p.parts) == 2 and p.members(pair) is not None for p in partitions())
    return [other] if whole else []


def _before(
    by_passage: dict[int, list[Statement]], passage: Passage, here: list[Statement], cue: Cue, at: int
) -> list[Statement]:
    """Return the figures among which the total of a cue is to be looked for, the nearest last."""
    if cue.kind == "within":
        return _named_before(by_passage, passage, at, cue.word.removesuffix("中"))
    last = bisect_left(here, at, key=_start)
    if last:
        return here[max(0, last - REACH) : last]
    named = _named_before(by_passage, passage, at, _total_words(cue)) if cue.kind == "parts" else []
    return named or (by_passage.get(passage.index - 1, []) if passage.index else [])


def _first_view(cue: Cue) -> int:
    """Return where the first “从…看” of a sentence stands: the second splits the same total again."""
    if cue.kind != "parts" or not cue.word.endswith(VIEW):
        return cue.start
    opened = max(cue.text.rfind(mark, 0, cue.start) for mark in "。！？") + 1
    first = next((c for c in WORDS.finditer(cue.text, opened, cue.start) if c.group().endswith(VIEW)), None)
    return first.start() if first else cue.start


def _total_words(cue: Cue) -> str:
    """Return the words before 分为 or 分别为 that name the total: “项目支出按用途分为…”."""
    words = re.split(r"[。；，：]", cue.text[: cue.start])[-1]
    return re.sub(r"(?:按|从)[^，。；]*$", "", words)


def _start(statement: Statement) -> int:
    return statement.start


def _scope_end(passage: Passage, cue: Cue) -> int:
    """Return where what a cue introduces ends: the closing bracket it stands in, or the end of the sentence."""
    text = passage.text
    opened = max(text.rfind("（", 0, cue.start), text.rfind("(", 0, cue.start))
    closed = max(text.rfind("）", 0, cue.start), text.rfind(")", 0, cue.start))
    stop = SENTENCE_END.search(text, cue.end)
    end = stop.start() if stop else len(text)
    if opened > closed and cue.start - opened < 4:
        depth = 1
        for index in range(cue.end, len(text)):
            depth += (text[index] in "（(") - (text[index] in "）)")
            if depth == 0:
                return passage.start + min(end, index)
    return passage.start + end


def _parts(within: list[Statement], passage: Passage, next_cue: int | None) -> list[Statement]:
    """Return the figures on the level of the cue itself: not in deeper brackets, not under a nested 其中."""
    if not within:
        return []
    level = min(s.depth for s in within)
    parts = [s for s in within if s.depth == level]
    if next_cue is not None:
        inner = passage.start + next_cue
        stop = next((s.segment for s in reversed(parts) if s.start < inner), None)
        parts = [s for s in parts if s.start < inner or s.segment != stop]
    return parts


def _is_start(statement: Statement, following: Statement | None) -> bool:
    """Tell whether a level is where a change began: the first amount of “由4.1万元降至3.2万元”."""
    return (
        following is not None
        and following.segment == statement.segment
        and FROM.search(statement.label) is not None
        and TOWARDS.search(following.label) is not None
    )


def _level_sums(passage: Passage, before: list[Statement], parts: list[Statement], cue: Cue) -> Iterator[Relation]:
    levels = [s for s in parts if s.role in ADDED and s.family != "%" and not is_full_mark(passage, s)]
    levels = [s for s, following in zip_longest(levels, levels[1:]) if not _is_start(s, following)]
    before = [s for s in before if s.passage != passage.index or not is_full_mark(passage, s)]
    for stated in _totals(before, levels):
        members = [s for s in levels if s.family == stated.family and _same_phase(stated, s) and _same_year(stated, s)]
        if members and members[0].depth == stated.depth and _is_sibling(before, stated, members[0]):
            members = [s for s in members if s.segment == members[0].segment]
        yield from _resolve(stated, members, cue)


def _totals(before: list[Statement], levels: list[Statement]) -> list[Statement]:
    """Return what the parts may add up to: the nearest level of their kind, one for each phase named beside it."""
    if not levels:
        return []
    family = levels[0].family
    outer = levels[0].depth
    known = [
        s
        for s in before
        if s.role in ADDED and s.family == family and s.depth <= max(outer, 1) and not BASE_NAMED.search(s.label)
    ]
    if not known:
        return []
    nearest = _outside_brackets(known, outer)
    if nearest.phase is None:
        return [nearest]
    found = {s.phase: s for s in known if s.sentence == nearest.sentence and s.passage == nearest.passage and s.phase}
    phases = {s.phase for s in levels}
    if None in phases or len(found) == 1:
        return [_spent_instead(nearest, known) if None in phases else nearest]
    return [s for phase, s in found.items() if any(_compatible(phase, other) for other in phases)]


def _outside_brackets(known: list[Statement], outer: int) -> Statement:
    """Return the nearest figure, passing over what a bracket adds of another year: “1161件（上年1231件），其中…”."""
    for statement in reversed(known):
        if statement.depth <= outer or not OTHER_YEAR.match(statement.label):
            return statement
    return known[-1]


def _spent_instead(nearest: Statement, known: list[Statement]) -> Statement:
    """Return the amount spent where parts without a phase follow it and the budget it is compared with."""
    if nearest.phase is None or not nearest.phase.is_budget:
        return nearest
    same = [s for s in known if (s.passage, s.sentence) == (nearest.passage, nearest.sentence)]
    spent = [s for s in same if (s.phase is None or not s.phase.is_budget) and "支出" in s.subject]
    return spent[-1] if spent and spent[-1].start < nearest.start else nearest


def _is_sibling(before: list[Statement], stated: Statement, part: Statement) -> bool:
    """Tell whether a total is itself one of several items of its sentence, so that its list ends with its clause."""
    return part.sentence == stated.sentence and any(
        s.sentence == stated.sentence
        and s.passage == stated.passage
        and s.segment < stated.segment
        and s.role is Role.LEVEL
        and s.family == stated.family
        for s in before
    )


def _compatible(one: Phase | None, other: Phase | None) -> bool:
    if one is None or other is None or one is other:
        return True
    if Phase.BUDGET in (one, other):
        return one.is_budget and other.is_budget
    return {one, other} <= {Phase.FINAL, Phase.EXECUTED}


def _same_phase(stated: Statement, part: Statement) -> bool:
    return _compatible(stated.phase, part.phase)


def _same_year(stated: Statement, part: Statement) -> bool:
    return part.year is None or stated.year is None or part.year == stated.year


def _resolve(stated: Statement, members: list[Statement], cue: Cue) -> Iterator[Relation]:
    """Decide which of the figures in scope are the parts of the total, and yield the breakdown.

    The first run of figures that adds up is the list; otherwise a known partition that is named in full; otherwise
    what stands in the first clause, or in all clauses where each names one part.
    """
    members = [s for s in members if not BALANCE.search(s.label)]
    if not members:
        return
    chosen, closed = _known_partition(stated, members)
    listed = chosen if closed else _agreeing_prefix(stated, members)
    if listed:
        yield _sum(stated, listed, cue, closed=closed and set(map(id, chosen)) == set(map(id, listed)))
        yield from _second_split(stated, members[len(listed) :], cue)
        return
    if len(members) > SHORTEST and members[0].amount and adds_up(members[0], members[1:]):
        yield _sum(stated, members[:1], cue)
        yield _sum(members[0], members[1:], cue)
        return
    if NO_TOTAL.search(stated.label) or (not _is_announced(cue, stated, members) and _mistaken(stated, members)):
        return
    first = [s for s in members if (s.segment, s.sentence) == (members[0].segment, members[0].sentence)]
    if len(first) >= 2:
        yield _sum(stated, first, cue)
        return
    stocks = bool(STOCK_WORDS.search(members[0].subject))
    cut = next((i for i, s in enumerate(members) if not stocks and STOCK_WORDS.search(s.subject)), len(members))
    yield _sum(stated, members[:cut], cue)


def _is_announced(cue: Cue, stated: Statement, members: list[Statement]) -> bool:
    """Tell whether the writing leaves no doubt that a list of parts follows: a colon, or many of one kind."""
    following = cue.text[cue.end : cue.end + 1]
    if following in ("：", ":") or len(members) >= MANY or members[0].depth > 0:
        return True
    beside = all(
        (m.sentence, m.segment, m.passage) == (stated.sentence, stated.segment, stated.passage) for m in members
    )
    if len(members) < 2 or not beside or len(bare(stated.label)) < 2:
        return False
    return bool(WHOLE.search(stated.label)) or all(_is_short(member.label) for member in members)


def _is_short(label: str) -> bool:
    """Tell whether a label is a plain name rather than a clause of its own."""
    name = bare(label).removeprefix("其中")
    return len(name) >= 2 and (len(name) <= SHORT or not AFRESH.search(name)) and len(name) <= CLAUSE


def _mistaken(stated: Statement, members: list[Statement]) -> bool:
    """Tell whether a figure cannot be the total it was taken for, being below one of its parts.

    Accounts of the classification are the exception: there a total below its part is the author's mistake.
    """
    if all(part.interval.low <= stated.interval.high for part in members):
        return False
    return not is_account(stated) or not all(is_account(part) for part in members)


def is_account(statement: Statement) -> bool:
    """Tell whether a figure's words are an account of the classification."""
    return account_of(statement) is not None


def account_of(statement: Statement) -> classification.Subject | None:
    """Return the account a figure's words name, with or without a trailing 支出."""
    return _account_named(statement.subject)


@cache
def _account_named(name: str) -> classification.Subject | None:
    return classification.account_by_name(name) or classification.account_by_name(name.removesuffix("支出"))


def _known_partition(stated: Statement, members: list[Statement]) -> tuple[Sequence[Statement], bool]:
    """Return the members of a partition named in full, and whether nothing beside them is listed with them."""
    subjects = "/".join(member.subject for member in members)
    for partition in partitions():
        chosen = partition.members(members) if partition.may_be_in(subjects) else None
        if chosen is not None and len(chosen) >= 2:
            last = chosen[-1]
            beside = [
                s for s in members if s not in chosen and (s.segment, s.sentence) == (last.segment, last.sentence)
            ]
            return chosen, not beside or adds_up(stated, chosen)
    return (), False


def _agreeing_prefix(stated: Statement, members: list[Statement]) -> list[Statement] | None:
    """Return the shortest run of two or more figures from the first that adds up to the total."""
    if stated.amount == 0:
        return members if len(members) >= 2 and not any(member.amount for member in members) else None
    wanted = stated.interval
    low = high = ZERO
    for count, member in enumerate(members, start=1):
        low, high = low + member.interval.low, high + member.interval.high
        following = members[count].amount if count < len(members) else None
        if count >= 2 and low <= wanted.high and wanted.low <= high and following != 0:
            return members[:count]
    return None


def _second_split(stated: Statement, rest: list[Statement], cue: Cue) -> Iterator[Relation]:
    """Yield a second, independent breakdown of the same total in the same sentence."""
    if len(rest) >= 2 and adds_up(stated, rest):
        yield _sum(stated, rest, cue)


def adds_up(stated: Statement, parts: Sequence[Statement]) -> bool:
    """Tell whether the parts' intervals can add up to the total's."""
    wanted = stated.interval
    low = high = ZERO
    for part in parts:
        interval = part.interval
        low, high = low + interval.low, high + interval.high
    return low <= wanted.high and wanted.low <= high


def _ends_with_others(parts: Sequence[Statement]) -> bool:
    """Tell whether a list closes itself by naming the rest: “…、其他72条”."""
    return len(parts) >= 3 and parts[-1].subject in OTHERS


def _says_how_many(cue: Cue, parts: Sequence[Statement]) -> bool:
    """Tell whether the cue announces as many parts as are listed: “按用途分为四类：”."""
    said = HOW_MANY.match(cue.text, cue.end)
    return said is not None and chinese_number(said.group("number")) == len(parts) > 1


def _is_loose_view(stated: Statement, parts: Sequence[Statement], cue: Cue) -> bool:
    """Tell whether “从…看” splits something the text need not have printed right before it."""
    if adds_up(stated, parts):
        return False
    elsewhere = cue.word.endswith(VIEW) and bool(parts) and stated.passage != parts[0].passage
    return elsewhere or (cue.word.endswith("看") and WHOLE.search(stated.label) is None)


def _sum(stated: Statement, parts: Sequence[Statement], cue: Cue, *, closed: bool = False) -> Relation:
    word = cue.word
    closed = closed or (cue.kind == "among" and _ends_with_others(parts)) or _says_how_many(cue, parts)
    approximate = stated.approximate or any(part.approximate for part in parts)
    listed = sum(part.amount for part in parts)
    beyond = (
        not closed
        and not _is_announced(cue, stated, list(parts))
        and listed > stated.amount * TOO_MUCH
        and not all(is_account(part) for part in parts)
    )
    return Relation(
        Kind.SUM,
        stated,
        tuple(Term(part) for part in parts),
        cue=word if len(word) < FAR else "中",
        open=not closed,
        closed=closed,
        certain=not (approximate or beyond or _is_loose_view(stated, parts, cue)),
    )


def _named_before(by_passage: dict[int, list[Statement]], passage: Passage, at: int, name: str) -> list[Statement]:
    """Return the last level whose subject the words “…中” name."""
    statement = _level_named(by_passage, passage, at, name)
    if statement is None:
        return []
    same = [s for s in by_passage[statement.passage] if s.sentence == statement.sentence and s.start <= at]
    change = [s for s in same if s.start > statement.start and s.role is Role.CHANGE][:1]
    return [s for s in same if s.start <= statement.start] + change


def _change_sums(before: list[Statement], within: list[Statement]) -> Iterator[Relation]:
    """Yield the breakdown of a change into the changes of its parts, each with its sign."""
    stated = next((s for s in reversed(before) if s.role in (Role.CHANGE, Role.LEVEL)), None)
    if stated is None or stated.role is not Role.CHANGE:
        return
    parts: list[Statement] = []
    for statement in within:
        if statement.role is Role.CHANGE and statement.family == stated.family and statement.depth == stated.depth:
            if parts and parts[-1].segment == statement.segment and parts[-1].sentence == statement.sentence:
                continue
            parts.append(statement)
    if len(parts) < 2:
        return
    terms = tuple(Term(part, part.sign * stated.sign) for part in parts)
    yield Relation(Kind.SUM, stated, terms, cue="增减", open=True, note="各项增减额按方向相加")


def _both_sides_listed(
    by_passage: dict[int, list[Statement]], passage: Passage, here: list[Statement]
) -> Iterator[Relation]:
    """Yield what “收入包括：…。支出包括：…” lists under the total of both sides printed before it."""
    for match in SIDE.finditer(passage.text):
        opened = passage.start + match.end()
        first = bisect_left(here, opened, key=_start)
        parts = [s for s in here[first:] if s.role is Role.LEVEL and s.family == "money"]
        parts = [s for s in parts if (s.sentence, s.segment, s.depth) == (parts[0].sentence, parts[0].segment, 0)]
        earlier = [*by_passage.get(passage.index - 1, ()), *here[:first]]
        totals = [s for s in earlier if s.role is Role.LEVEL and s.depth == 0 and BOTH_SIDES.search(s.label)]
        if len(parts) >= 2 and totals and not any(s.approximate for s in (*parts, totals[-1])):
            yield Relation(Kind.SUM, totals[-1], tuple(Term(s) for s in parts), cue=match.group("side"), open=True)


def _made_up_of(passage: Passage, here: list[Statement]) -> Iterator[Relation]:
    """Yield “基本支出X万元，包括人员经费A万元和公用经费B万元”, where what is named makes up the whole by law."""
    for match in MADE_UP.finditer(passage.text):
        first = bisect_left(here, passage.start + match.end(), key=_start)
        if not first or first + 1 >= len(here):
            continue
        stated = here[first - 1]
        parts = [s for s in here[first : first + REACH] if _is_level_of(stated, s) and s.depth == stated.depth]
        parts = [s for s in parts if (s.sentence, s.segment) == (stated.sentence, stated.segment)]
        chosen, closed = _known_partition(stated, parts)
        if stated.role is Role.LEVEL and closed and not any(s.approximate for s in (stated, *parts)):
            yield Relation(Kind.SUM, stated, tuple(Term(s) for s in chosen), cue="包括", closed=True)


def _bracketed(passage: Passage, here: list[Statement]) -> Iterator[Relation]:
    """Yield a total with its parts in the bracket right behind it: “1000万元（人员经费800万元、公用经费200万元）”."""
    for index, stated in enumerate(here):
        following = passage.text[stated.end - passage.start : stated.end - passage.start + 1]
        if stated.role is not Role.LEVEL or following not in ("（", "("):
            continue
        parts: list[Statement] = []
        for statement in here[index + 1 : index + REACH]:
            if statement.depth <= stated.depth or statement.sentence != stated.sentence:
                break
            if statement.depth == stated.depth + 1 and _is_level_of(stated, statement):
                parts.append(statement)
        if len(parts) < 2 or CONTAINED.match(parts[0].label):
            continue
        partition = any(p.members(parts) is not None for p in partitions())
        accounts = partition or all(is_account(part) for part in parts)
        if accounts or adds_up(stated, parts):
            terms = tuple(Term(part) for part in parts)
            yield Relation(Kind.SUM, stated, terms, cue="（）", open=not partition, closed=partition, certain=accounts)


def _is_level_of(stated: Statement, part: Statement) -> bool:
    return part.role is Role.LEVEL and part.family == stated.family


def _totals_after(here: list[Statement]) -> Iterator[Relation]:
    """Yield totals that follow their parts: “甲5万元、乙3万元，合计8万元”, “…其他收入12.30万元，本年收入合计1,661.08万元”."""
    for index, stated in enumerate(here):
        label = stated.label.strip(" ，,；;、")
        if stated.role is not Role.LEVEL or not (TOTAL_AFTER.match(label) or SIDE_TOTAL.match(label)):
            continue
        parts = [
            s for s in here[max(0, index - REACH) : index] if s.sentence == stated.sentence and _addable(stated, s)
        ]
        if SIDE_TOTAL.match(label):
            last = max((i for i, s in enumerate(parts) if SIDE_TOTAL.match(s.label.strip(" ，,；;、"))), default=0)
            parts = parts[last:]
        if len(parts) >= 2:
            sure = adds_up(stated, parts) or _is_plain_total(stated, parts) or _are_one_side(stated, parts)
            yield Relation(Kind.SUM, stated, tuple(Term(s) for s in parts), cue="合计", closed=sure, certain=sure)


def _are_one_side(stated: Statement, parts: Sequence[Statement]) -> bool:
    """Tell whether every part is a source of the income, or a quarter of the year, that the total after them adds up."""
    if stated.approximate or any(part.approximate or INCOMPLETE.search(part.label) for part in parts):
        return False
    quarters = len(parts) == len(QUARTERS) and all(q in p.subject for q, p in zip(QUARTERS, parts, strict=True))
    incomes = "收入" in stated.label and all(SOURCE.search(part.subject) for part in parts)
    return quarters or (incomes and len(parts) >= SOURCES)


def _is_plain_total(stated: Statement, parts: Sequence[Statement]) -> bool:
    """Tell whether a bare 共 or 合计 closes a plain list, so that it can only be the list's sum."""
    if not PLAIN_TOTAL.match(stated.label.strip(" ，,；;、")) or stated.approximate:
        return False
    listed = sum((part.amount for part in parts), ZERO)
    plain = all(
        not part.approximate and not INCOMPLETE.search(part.label) and not NO_TOTAL.search(part.label) for part in parts
    )
    return plain and stated.amount < listed * TOO_MUCH and listed < stated.amount * TOO_MUCH


def _addable(stated: Statement, part: Statement) -> bool:
    return part.role is Role.LEVEL and part.family == stated.family and part.depth == stated.depth


def _counted_in_a_row(here: list[Statement]) -> Iterator[Relation]:
    """Yield “共132件，甲59件，乙73件” where the figures of one sentence add up without a word saying so."""
    for sentence in _sentences(here):
        for index, stated in enumerate(sentence[:REACH]):
            parts = [s for s in sentence[index + 1 : index + REACH] if _addable(stated, s)]
            if stated.role is not Role.LEVEL or stated.family == "%" or len(parts) < 2 or not stated.amount:
                continue
            terms = tuple(Term(part) for part in parts)
            if adds_up(stated, parts):
                yield Relation(Kind.SUM, stated, terms, cue="", open=True, certain=False)
            elif ALL_TOLD.search(stated.label) and len(parts) == 2 and stated.family not in ("money", "分"):
                sure = all(len(bare(part.label)) <= SHORT and not part.approximate for part in parts)
                yield Relation(Kind.SUM, stated, terms, cue=ALL_TOLD_CUE, open=True, certain=sure)


def _sentences(here: list[Statement]) -> Iterator[list[Statement]]:
    """Yield the figures of one passage sentence by sentence."""
    sentence: list[Statement] = []
    for statement in here:
        if sentence and statement.sentence != sentence[0].sentence:
            yield sentence
            sentence = []
        sentence.append(statement)
    if sentence:
        yield sentence


def _from_list(
    reading: Reading,
    by_passage: dict[int, list[Statement]],
    passage: Passage,
    here: list[Statement],
    cue: Cue,
) -> Iterator[Relation]:
    """Yield the breakdown of a total into the items of a list that follows in paragraphs of its own."""
    items, complete = _list_items(reading, by_passage, passage)
    if not items:
        return
    totals = _list_totals(by_passage, passage, here, cue)
    classes = _class_totals(reading, items)
    for stated in totals:
        parts = [part for item in items if (part := _item_amount(item.figures, stated)) is not None]
        if len(parts) != len(items) or (len(parts) == 1 and not complete):
            continue
        yield Relation(
            Kind.SUM,
            stated,
            tuple(Term(part) for part in parts),
            cue="如下",
            open=True,
            certain=complete,
            note="" if complete else "所列项目编号不连续，可能未列全",
        )
    yield from classes


def _list_items(reading: Reading, by_passage: dict[int, list[Statement]], passage: Passage) -> tuple[list[Item], bool]:
    """Return the figures of each list item after a passage, and whether the list is numbered without gaps."""
    listed = _Listed(passage)
    for index in range(passage.index + 1, len(reading.passages)):
        following = reading.passages[index]
        figures = by_passage.get(index, [])
        taken = listed.named(following, figures) if following.ordinal is None else listed.numbered(following, figures)
        if following.kind != "body" or not taken:
            break
    return listed.items, listed.complete


class _Listed:
    """The items of one list as they are met, until something that is no item."""

    __slots__ = ("items", "level", "opened_at", "unbroken", "values")

    def __init__(self, passage: Passage) -> None:
        self.items: list[Item] = []
        self.values: list[int] = []
        self.level: int | None = None
        self.opened_at = passage.ordinal.level if passage.ordinal else -1
        self.unbroken = True

    @property
    def complete(self) -> bool:
        """Tell whether nothing is missing from the numbering."""
        return self.unbroken and (not self.values or self.values == list(range(1, len(self.values) + 1)))

    def named(self, passage: Passage, figures: list[Statement]) -> bool:
        """Take a paragraph without a number: more of the last item, or an item of its own."""
        if self.level is not None and self.items and not ACCOUNT_ITEM.search(passage.text[:60]):
            self.items[-1].figures.extend(figures)
            return True
        if not _is_item(passage, figures):
            return False
        self.unbroken = self.unbroken and self.level is None and _ends_with_sentence(passage)
        self.items.append(Item(passage.text, list(figures)))
        return True

    def numbered(self, passage: Passage, figures: list[Statement]) -> bool:
        """Take a numbered paragraph on the level of the list; leave deeper ones, end at higher ones."""
        ordinal = passage.ordinal
        if ordinal is None or ordinal.level <= self.opened_at or (self.level is None and self.items):
            return False
        if self.level is None:
            self.level = ordinal.level
        if ordinal.level < self.level or (ordinal.level == self.level and self.values and ordinal.value == 1):
            return False
        if ordinal.level == self.level:
            self.values.append(ordinal.value)
            self.items.append(Item(passage.text[passage.body_start - passage.start :], list(figures)))
        return True


def _ends_with_sentence(passage: Passage) -> bool:
    return passage.text.rstrip()[-1:] in "。；;”"


def _is_item(passage: Passage, figures: list[Statement]) -> bool:
    """Tell whether a paragraph without a number is an item: an account, or a name with its amount at the head."""
    if not figures:
        return False
    head = passage.text[:60]
    first = figures[0]
    return bool(ACCOUNT_ITEM.search(head)) or (
        first.role is Role.LEVEL
        and first.start - passage.start <= 30
        and "，" not in passage.text[: first.start - passage.start]
    )


def _list_totals(
    by_passage: dict[int, list[Statement]],
    passage: Passage,
    here: list[Statement],
    cue: Cue,
) -> list[Statement]:
    at = passage.start + cue.start
    if cue.kind != "among":
        words = re.split(r"[。；，]", passage.text[: cue.start])[-1]
        named = _level_named(by_passage, passage, at, re.sub(r"(?:主要|具体|的)*$", "", words))
        if named is not None:
            return [named]
        for within in _cues(passage.text[: cue.start]):
            if within.kind == "within":
                return _named_before(by_passage, passage, at, within.word.removesuffix("中"))[:1]
    last = bisect_left(here, at, key=_start)
    known = [s for s in here[max(0, last - REACH) : last] if s.role is Role.LEVEL and s.family != "%"]
    if not known and passage.index and passage.ordinal is None:
        known = [s for s in by_passage.get(passage.index - 1, []) if s.role is Role.LEVEL and s.family != "%"]
    nearest = [s for s in known if s.sentence == known[-1].sentence]
    by_phase = {s.phase: s for s in nearest}
    distinct = len({s.amount for s in nearest}) == len(by_phase)
    return list(by_phase.values()) if cue.kind == "among" or distinct else []


def _level_named(by_passage: dict[int, list[Statement]], passage: Passage, at: int, name: str) -> Statement | None:
    wanted = subject_key(name)
    if len(bare(name)) < 4:
        return None
    for index in range(passage.index, max(-1, passage.index - FAR), -1):
        for statement in reversed(by_passage.get(index, [])):
            if (
                statement.start < at
                and statement.role is Role.LEVEL
                and matches(subject_key(statement.subject), wanted)
            ):
                return statement
    return None


def _item_amount(item: list[Statement], stated: Statement) -> Statement | None:
    """Return the amount of a list item that belongs to the same phase as the total."""
    levels = [s for s in item if s.role is Role.LEVEL and s.family == stated.family]
    if stated.phase not in (None, Phase.BUDGET):
        exact = [s for s in levels if s.phase is stated.phase]
        if exact:
            return exact[0]
    plain = [s for s in levels if s.phase is None]
    if plain and plain[0] is levels[0]:
        return plain[0]
    same = [s for s in levels if s.phase is not None and _same_phase(stated, s)]
    if stated.phase is None:
        same = [s for s in same if s.phase is Phase.FINAL] or same
    return same[0] if same else None


def _class_totals(reading: Reading, items: list[Item]) -> list[Relation]:
    """Return, for every functional class printed with its own amount, the sum of the list's items in that class."""
    found: list[Relation] = []
    groups: dict[str, list[Statement]] = {}
    for item in items:
        named = CLASS_NAME.match(item.head.lstrip(' “"'))
        figures = [s for s in item.figures if s.role is Role.LEVEL]
        amount = next((s for s in figures if s.phase is Phase.FINAL), None)
        if figures and amount is None:
            amount = figures[0] if figures[0].phase is None else None
        if named and amount is not None:
            groups.setdefault(subject_key(named.group("name")), []).append(amount)
    if not groups:
        return found
    first = min(part.start for parts in groups.values() for part in parts)
    for statement in reading.statements:
        if statement.start >= first:
            break
        name = subject_key(statement.subject)
        if (
            statement.role is Role.LEVEL
            and statement.phase in (None, Phase.FINAL)
            and name in groups
            and "类" in statement.subject
        ):
            parts = groups[name]
            if adds_up(statement, parts):
                found.append(
                    Relation(Kind.SUM, statement, tuple(Term(p) for p in parts), cue="类", open=True, certain=False)
                )
    return found


MARKS = re.compile(r"[“”\"\s\n]|实现|完成|[（(]\d{0,3}[类款项][）)]|科目")


@cache
def bare(subject: str) -> str:
    """Return a subject without quotation marks, spaces and class marks."""
    return MARKS.sub("", subject)


ENDINGS = ("支出", "收入", "情况", "金额", "总额", "预算", "决算", "数", "费用", "经费", "费")


@cache
def subject_key(subject: str) -> str:
    """Return a subject in the form subjects are compared in."""
    key = bare(subject)
    while True:
        ending = next((e for e in ENDINGS if key.endswith(e) and len(key) > len(e) + 1), "")
        if not ending:
            return key
        key = key.removesuffix(ending)


def matches(one: str, other: str) -> bool:
    """Tell whether two subject keys name the same thing, one perhaps with the unit's name before it."""
    if not one or not other:
        return False
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= 3 and long.endswith(short) and not (short[0] == "出" and long[-len(short) - 1] == "进")


def sum_interval(terms: Sequence[Term], *, lenient: bool = False) -> Interval:
    """Return the interval of a signed sum."""
    low = high = ZERO
    for term in terms:
        held = term.statement.lenient if lenient else term.statement.interval
        if term.sign > 0:
            low, high = low + held.low, high + held.high
        elif term.sign < 0:
            low, high = low - held.high, high - held.low
    return Interval(low, high)
