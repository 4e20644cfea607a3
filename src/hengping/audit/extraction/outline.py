"""The outline of a document: its title and kind, numbered items and the lists they form, series and count claims.

Levels follow the usual order (一、 （一） 1、 （1） ①) but are corrected where the numbers themselves say otherwise:
a “6、” that fills the gap between 五、 and 七、 stands on the first level, whoever printed it as a digit. Tables of
contents and tables printed as lines of text are left out.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING

from hengping.audit.extraction.count_claims import CountClaim, read_count_claims
from hengping.audit.model import Span
from hengping.audit.reading import Ordinal, Passage, chinese_number, looks_tabular, ordinal_of
from hengping.document import Table

if TYPE_CHECKING:
    from hengping.audit.reading import Reading

FIRST_LEVEL, BRACKETED, DECIMAL = 1, 2, 3
TITLE_END = re.compile(r"[，,。；;：:！!？?\n]")
ARTEFACT_AT_HEAD = re.compile(r"\[bookmark: ?[^\]\n]{0,60}\]")
CONTENTS = re.compile(r"目\s*录$|目$|目\s*次$")
LEADERS = re.compile(r"[.．…·\s\d]*$")
UNIT_LINE = re.compile(r"\s*(?:金额)?单位[:：]\s*(?:人民币)?(?:万元|元|亿元|千元)\s*$")
TABLE_NOTE = re.compile(r"\s*(?:注|说明|备注)\s*[:：]")
PART_LINE = re.compile(r"\s*第[一二三四五六七八九十]{1,3}(?:部分|章)")
SERIES = re.compile(r"(?P<number>[一二三四五六七八九十]{1,3})(?P<word>是|要)(?![否])")
BEFORE_SERIES = frozenset("。；;：:，,！!？?\n \t“")
DATE_LINE = re.compile(
    r"\s*(?:报告日期|填报日期|日期)?[:：]?\s*(?:20\d{2}年\d{1,2}月(?:\d{1,2}日)?|二[〇○零Oo0][一二三四五六七八九〇○零]{2}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日)\s*$"
)
UNIT_IN_TITLE = re.compile(
    r"[一-鿿]{2,}(?:局|厅|委|办|部|院|校|所|站|中心|处|队|会|社|街道|政府|镇|乡|公司|区|县|市|科)(?!门|位)"
)
NOTICE = re.compile(r"关于.{2,80}的(?:通知|通报|批复|函|意见)\s*$")
UNIT_IN_FORM = re.compile(r"(?:实施|填报|自评|编报|预算|项目|主管)(?:单位|部门)(?:名称)?[\t ：:]+[一-鿿]{3,}")
YEAR_IN_TITLE = re.compile(r"(?<!\d)20\d{2}|二[〇○零][一二三四五六七八九〇○零]{2}")
PAIRS = ("“”", "《》", "（）", "()", "‘’", "【】", "〔〕")
TABULAR = ("table", "cell")
FORM_TITLE = re.compile(
    r"(?:自评|评价|评分|自评价|目标|申报|情况|数据|监控)表(?:[（(][^（()）]*[）)])?\s*(?:（?(?:金额)?单位[：:]\S+)?\s*$"
)
MOST_WORDS_OF_A_FORM = 400
OTHER_TITLES = {"template": "空白模板", "form": "绩效表格"}
HEAD_LENGTH = 400
OPEN_SERIES = 4


@dataclass(slots=True, eq=False)
class Item:
    """One numbered passage: where it stands among the others and how far it reaches.

    ``level`` is the level it works on, ``parent`` the index of the item above (-1 for none), ``members`` the list it
    belongs to; ``suspected`` marks a glyph that a converter seems to have changed.
    """

    index: int
    passage: Passage
    ordinal: Ordinal
    level: int
    title_end: int
    title: str = ""
    end: int = 0
    parent: int = -1
    members: int = -1
    suspected: bool = False

    @property
    def start(self) -> int:
        """Return where the number begins."""
        return self.ordinal.start

    @property
    def body_start(self) -> int:
        """Return where the words after the number begin."""
        return self.ordinal.end

    @property
    def heading(self) -> Span:
        """Return the number and the first clause."""
        return Span(self.ordinal.start, self.title_end)

    @property
    def title_span(self) -> Span:
        """Return the first clause without its number."""
        return Span(self.ordinal.end, self.title_end)


@dataclass(frozen=True, slots=True)
class SeriesItem:
    """One “二是…” of a series: its value, and where it, its first clause and the whole of it end."""

    value: int
    start: int
    clause_end: int
    end: int


@dataclass(frozen=True, slots=True)
class Series:
    """一是 … 二是 … in running text."""

    word: str
    items: tuple[SeriesItem, ...]

    @property
    def span(self) -> Span:
        """Return where the series stands, from its first number to the end of its last part."""
        return Span(self.items[0].start, self.items[-1].end)


@dataclass(frozen=True, slots=True)
class Point:
    """One problem or measure: where it stands, the same with its number, and its first clause."""

    start: int
    end: int
    number_start: int
    clause_end: int

    @property
    def heading(self) -> Span:
        """Return the number and the first clause."""
        return Span(self.number_start, self.clause_end)

    @property
    def clause(self) -> Span:
        """Return the first clause without its number."""
        return Span(self.start, self.clause_end)


@dataclass(frozen=True, slots=True)
class PairCount:
    """How often the two halves of a paired mark occur, and the paragraphs in which they do not match."""

    marks: str
    opened: int
    closed: int
    wrong: tuple[Span, ...]


@dataclass(frozen=True)
class Outline:
    """The structure of one document."""

    reading: Reading
    items: tuple[Item, ...]
    lists: tuple[tuple[Item, ...], ...]
    series: tuple[Series, ...]
    prose: tuple[Passage, ...] = field(repr=False)

    @cached_property
    def numbered(self) -> tuple[tuple[Item, ...], ...]:
        """Return the lists of two or more items that number sentences or sections, not the rows of a printed table."""
        return tuple(
            members
            for members in self.lists
            if len(members) > 1 and 2 * sum(map(self._holds_words, members)) >= len(members)
        )

    def _holds_words(self, item: Item) -> bool:
        text, start, end = self.reading.text, item.start, item.end
        return text.find("。", start, end) >= 0 or text.find("；", start, end) >= 0 or text.find(";", start, end) >= 0

    @cached_property
    def claims(self) -> tuple[CountClaim, ...]:
        """Return every statement of a number of things together with the things named."""
        return read_count_claims(self)

    @cached_property
    def title(self) -> Span:
        """Return the title: the lines before the first numbered item, as long as they are no sentences."""
        limit = self.items[0].start if self.items else 1 << 60
        start = end = -1
        for passage in self.reading.passages[:6]:
            if passage.start >= limit or "。" in passage.text or passage.kind in TABULAR or len(passage.text) > 80:
                break
            if DATE_LINE.match(passage.text) or passage.text.strip().endswith(("：", ":")):
                break
            start = passage.start if start < 0 else start
            end = passage.end
        return Span(start, end) if start >= 0 else Span(0, 0)

    @cached_property
    def title_text(self) -> str:
        """Return the words of the title."""
        return self.reading.text[self.title.start : self.title.end]

    @cached_property
    def names_unit(self) -> bool:
        """Tell whether the title names a unit, or the head of a form does."""
        head = self.reading.text[:HEAD_LENGTH]
        return UNIT_IN_TITLE.search(self.title_text) is not None or UNIT_IN_FORM.search(head) is not None

    @cached_property
    def names_year(self) -> bool:
        """Tell whether the title names a year."""
        return YEAR_IN_TITLE.search(self.title_text) is not None

    @cached_property
    def date_line(self) -> Span | None:
        """Return the line that dates the document, at its head or its foot, or None."""
        passages = [p for p in self.reading.passages if p.kind not in ("header", "footer")]
        for passage in (*passages[:6], *passages[-12:]):
            if passage.kind not in TABULAR and DATE_LINE.match(passage.text):
                return Span(passage.start, passage.end)
        return None

    @cached_property
    def kind(self) -> str:
        """Return what kind of document this is: a key of the document kinds, ``template`` or ``other``."""
        return _kind(self)

    @cached_property
    def kind_title(self) -> str:
        """Return the kind of document in words."""
        titles = {kind.key: kind.title for kind in self.reading.locality.kinds}
        return titles.get(self.kind, OTHER_TITLES.get(self.kind, "其他文种"))

    @property
    def is_self_evaluation(self) -> bool:
        """Tell whether the document reports on performance."""
        return self.kind in ("self_evaluation", "project_self_evaluation")

    @property
    def is_closed_year(self) -> bool:
        """Tell whether the document reports on a year that is over."""
        return self.is_self_evaluation or self.kind == "final_accounts"

    @cached_property
    def _starts(self) -> list[int]:
        return [item.start for item in self.items]

    def item_at(self, offset: int) -> Item | None:
        """Return the innermost item that holds an offset."""
        index = bisect_right(self._starts, offset) - 1
        while index >= 0:
            item = self.items[index]
            if offset < item.end:
                return item
            index = item.parent
        return None

    def item_from(self, offset: int) -> Item | None:
        """Return the first item that begins at an offset or after it."""
        index = bisect_left(self._starts, offset)
        return self.items[index] if index < len(self.items) else None

    @cached_property
    def series_from(self) -> Mapping[int, int]:
        """Return how many parts the series has that begins, with its 一, at an offset."""
        return {series.items[0].start: len(series.items) for series in self.series if series.items[0].value == 1}

    def ancestors(self, item: Item | None) -> Iterator[Item]:
        """Yield an item and those above it."""
        while item is not None:
            yield item
            item = self.items[item.parent] if item.parent >= 0 else None

    def children(self, item: Item) -> tuple[Item, ...]:
        """Return the items directly below one."""
        found = []
        for other in self.items[item.index + 1 :]:
            if other.start >= item.end:
                break
            if other.parent == item.index:
                found.append(other)
        return tuple(found)

    def title_of(self, item: Item) -> str:
        """Return the first clause of an item."""
        return item.title

    def heading_of(self, item: Item) -> str:
        """Return the number and the first clause of an item."""
        return self.reading.text[item.start : item.title_end].strip()

    def role_at(self, offset: int, roles: Sequence[str]) -> str:
        """Return the innermost of some roles that a place in the text has, or an empty string."""
        for item in self.ancestors(self.item_at(offset)):
            for role in roles:
                if item.index in self._indexes.get(role, ()):
                    return role
        return ""

    def sections(self, role: str) -> tuple[Item, ...]:
        """Return the items whose heading names a role, without those that merely contain one of them."""
        return self._innermost.get(role, ())

    @cached_property
    def _innermost(self) -> Mapping[str, tuple[Item, ...]]:
        kept: dict[str, tuple[Item, ...]] = {}
        for role, found in self._by_role.items():
            parents = {above.index for item in found for above in self.ancestors(item) if above is not item}
            kept[role] = tuple(item for item in found if item.index not in parents)
        return kept

    @cached_property
    def _indexes(self) -> Mapping[str, frozenset[int]]:
        return {role: frozenset(item.index for item in items) for role, items in self._by_role.items()}

    @cached_property
    def _by_role(self) -> Mapping[str, tuple[Item, ...]]:
        found: dict[str, list[Item]] = {}
        roles = self.reading.locality.roles
        for item in self.items:
            if item.level <= BRACKETED or self.is_heading(item):
                for role in _roles_of(item.title, tuple(roles.items())):
                    found.setdefault(role, []).append(item)
        return {role: tuple(items) for role, items in found.items()}

    def is_heading(self, item: Item) -> bool:
        """Tell whether an item is a heading of its own, not the start of a paragraph."""
        passage = item.passage
        return item.title_end >= passage.end - 1 and passage.end - item.body_start <= 40

    def points(self, role: str) -> tuple[Point, ...]:
        """Return what the sections of a role list: numbered items, a 一是 series, or plain paragraphs."""
        return tuple(point for section in self.sections(role) for point in self.points_of(section))

    def points_of(self, section: Item) -> Iterator[Point]:
        """Yield what one section lists."""
        below = self.children(section)
        if below:
            for item in below:
                yield Point(item.body_start, item.end, item.start, item.title_end)
            return
        parts = self._series_parts
        inside = parts[
            bisect_left(parts, section.start, key=_part_start) : bisect_left(parts, section.end, key=_part_start)
        ]
        if inside:
            for part in inside:
                yield Point(part.start, part.end, part.start, part.clause_end)
            return
        first = bisect_right(self.prose, section.title_end, key=_passage_start)
        for passage in self.prose[first : bisect_left(self.prose, section.end, key=_passage_start)]:
            if len(passage.text.strip()) > 10:
                stop = TITLE_END.search(self.reading.text, passage.start, passage.end)
                yield Point(passage.start, passage.end, passage.start, stop.start() if stop else passage.end)

    @cached_property
    def _series_parts(self) -> tuple[SeriesItem, ...]:
        return tuple(sorted((part for series in self.series for part in series.items), key=_part_start))

    @cached_property
    def pairs(self) -> tuple[PairCount, ...]:
        """Return the count of every paired mark the document uses."""
        return tuple(_pairs(self))


@cache
def _roles_of(title: str, roles: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, ...]:
    """Return the roles a heading names; headings repeat from report to report."""
    return tuple(role for role, names in roles if any(name in title for name in names))


def _part_start(part: SeriesItem) -> int:
    return part.start


def _passage_start(passage: Passage) -> int:
    return passage.start


def read_outline(reading: Reading) -> Outline:
    """Read the structure of a document."""
    passages = _prose(reading)
    items = _items(passages)
    _promote(items, reading)
    lists = _lists(items)
    _reach(items, len(reading.text))
    return Outline(reading, tuple(items), tuple(map(tuple, lists)), tuple(_series(reading.text, passages)), passages)


def _prose(reading: Reading) -> tuple[Passage, ...]:
    """Return the passages without tables of contents, tables, page heads and feet."""
    kept: list[Passage] = []
    in_table = False
    contents: set[str] | None = None
    for passage in reading.passages:
        text = passage.text.strip()
        if passage.kind in (*TABULAR, "header", "footer"):
            continue
        if len(text) <= 6 and CONTENTS.match(text):
            contents = set()
            continue
        if contents is not None:
            key = LEADERS.sub("", text)
            if text == "录" or ("。" not in text and key not in contents and len(text) <= 120):
                contents.add(key)
                continue
            contents = None
        if UNIT_LINE.match(text):
            in_table = True
        elif in_table and (PART_LINE.match(text) or (len(text) >= 20 and "。" in text and not TABLE_NOTE.match(text))):
            in_table = False
        if not in_table and not looks_tabular(text):
            kept.append(passage)
    return tuple(kept)


def _items(passages: Sequence[Passage]) -> list[Item]:
    items: list[Item] = []
    for passage in passages:
        ordinal = passage.ordinal
        if ordinal is None:
            residue = ARTEFACT_AT_HEAD.match(passage.text) if passage.text.startswith("[") else None
            ordinal = ordinal_of(passage.text[residue.end() :], passage.start + residue.end()) if residue else None
        if ordinal is None:
            continue
        stop = TITLE_END.search(passage.text, ordinal.end - passage.start)
        title_end = passage.start + (stop.start() if stop else len(passage.text.rstrip()))
        title = passage.text[ordinal.end - passage.start : title_end - passage.start].strip()
        items.append(Item(len(items), passage, ordinal, ordinal.level, title_end, title))
    return items


def _promote(items: Sequence[Item], reading: Reading) -> None:
    """Put on the first level the digits that fill its gaps and belong to no list of digits."""
    first = [item for item in items if item.level == FIRST_LEVEL]
    if len(first) < 2:
        return
    for left, right in zip([None, *first], first, strict=False):
        after = left.ordinal.value if left else 0
        for value in range(after + 1, right.ordinal.value):
            begin = left.index + 1 if left else 0
            found = [item for item in items[begin : right.index] if _stands_alone(items, item, value)]
            if len(found) == 1:
                found[0].level = FIRST_LEVEL
                found[0].suspected = not reading.document.is_generated(found[0].start)


def _stands_alone(items: Sequence[Item], item: Item, value: int) -> bool:
    """Tell whether a decimal item cannot be a member of a list of its own."""
    if item.level != DECIMAL or item.ordinal.value != value or "。" in item.passage.text:
        return False
    if len(item.passage.text) > 40:
        return False
    following = items[item.index + 1] if item.index + 1 < len(items) else None
    if value == 1:
        return following is not None and following.level < DECIMAL
    before = next((other for other in reversed(items[: item.index]) if other.level <= DECIMAL), None)
    continues = before is not None and before.level == DECIMAL and before.ordinal.value == value - 1
    return not continues


def _lists(items: Sequence[Item]) -> list[list[Item]]:
    """Group items into the lists they number, and find the item above each."""
    lists: list[list[Item]] = []
    stack: list[Item] = []
    latest: dict[tuple[int, int], int] = {}
    for item in items:
        while stack and stack[-1].level >= item.level:
            stack.pop()
        item.parent = stack[-1].index if stack else -1
        number = _list_of(item, items, lists, latest)
        if number is None:
            number = len(lists)
            lists.append([])
        elif lists[number]:
            item.parent = lists[number][-1].parent
        lists[number].append(item)
        item.members = number
        latest[(item.parent, item.level)] = number
        stack.append(item)
    return lists


def _list_of(
    item: Item, items: Sequence[Item], lists: Sequence[Sequence[Item]], latest: Mapping[tuple[int, int], int]
) -> int | None:
    """Return the list an item goes on with, or None where it begins one."""
    value = item.ordinal.value
    own = latest.get((item.parent, item.level))
    if value == 1:
        return None
    if own is not None:
        return own
    above = items[item.parent] if item.parent >= 0 else None
    while above is not None:
        other = latest.get((above.parent, item.level))
        if other is not None and lists[other][-1].ordinal.value == value - 1:
            return other
        above = items[above.parent] if above.parent >= 0 else None
    return None


def _reach(items: Sequence[Item], length: int) -> None:
    """Set where each item's section ends: at the next item that is not below it."""
    open_items: list[Item] = []
    for item in items:
        while open_items and not _is_above(open_items[-1], item, items):
            open_items.pop().end = item.start
        open_items.append(item)
    for item in open_items:
        item.end = length


def _is_above(upper: Item, lower: Item, items: Sequence[Item]) -> bool:
    parent = lower.parent
    while parent >= 0:
        if parent == upper.index:
            return True
        parent = items[parent].parent
    return False


def _series(text: str, passages: Sequence[Passage]) -> Iterator[Series]:
    """Yield the series 一是 … 二是 …; a series may run over several paragraphs of one section."""
    found: list[tuple[int, str, int, int]] = []
    for passage in passages:
        if "一是" not in passage.text and "是" not in passage.text and "要" not in passage.text:
            continue
        for match in SERIES.finditer(passage.text):
            start = match.start()
            if start and passage.text[start - 1] not in BEFORE_SERIES:
                continue
            value = chinese_number(match.group("number"))
            if value:
                found.append((value, match.group("word"), passage.start + start, passage.end))
    chains: list[list[tuple[int, str, int, int]]] = []
    for part in found:
        chain = _chain_of(part, chains)
        if chain is None:
            chains.append([part])
        else:
            chain.append(part)
    for chain in chains:
        yield from _closed(text, chain)


def _chain_of(
    part: tuple[int, str, int, int], chains: Sequence[list[tuple[int, str, int, int]]]
) -> list[tuple[int, str, int, int]] | None:
    """Return the series a part goes on with: the latest that waits for its number, or the one of its paragraph."""
    value, word, _start, end = part
    if value == 1:
        return None
    for chain in reversed(chains[-OPEN_SERIES:]):
        if chain[-1][0] == value - 1 and chain[-1][1] == word:
            return chain
    if chains and chains[-1][-1][1] == word and chains[-1][-1][0] < value and chains[-1][-1][3] == end:
        return chains[-1]
    return None


def _closed(text: str, parts: Sequence[tuple[int, str, int, int]]) -> Iterator[Series]:
    if not parts or (parts[0][1] == "要" and len(parts) < 2):
        return
    items = []
    for index, (value, _, start, end) in enumerate(parts):
        following = parts[index + 1][2] if index + 1 < len(parts) else end
        stop = TITLE_END.search(text, start)
        last = min(following, end)
        items.append(SeriesItem(value, start, min(stop.start(), last) if stop else last, last))
    yield Series(parts[0][1], tuple(items))


def _kind(outline: Outline) -> str:
    reading = outline.reading
    text = reading.text
    head = text[:HEAD_LENGTH]
    title = outline.title_text or head[:80]
    tail = text[-HEAD_LENGTH:]
    scores: dict[str, int] = {}
    for kind in reading.locality.kinds:
        score = 4 * sum(word in title for word in kind.head) + sum(word in head for word in kind.head)
        score += 2 * sum(word in head or word in tail for word in kind.body)
        if score:
            scores[kind.key] = score
    if len(reading.marked("residue")) >= 5 and len(reading.statements) < 3 * len(reading.marked("residue")):
        return "template"
    if NOTICE.search(title.strip().split("\n")[0]):
        return "notice"
    if any(map(FORM_TITLE.search, title.split("\n"))) and _is_form(reading):
        return "form"
    if not scores:
        return "other"
    if "project_self_evaluation" in scores and "self_evaluation" in scores and "整体" not in title:
        return "project_self_evaluation"
    return max(scores, key=lambda key: scores[key])


def _is_form(reading: Reading) -> bool:
    """Tell whether a document is a filled-in form: a table, with few words outside it."""
    if not any(isinstance(block, Table) for block in reading.document.blocks):
        return False
    return sum(len(p.text) for p in reading.passages if p.kind not in TABULAR) <= MOST_WORDS_OF_A_FORM


def _pairs(outline: Outline) -> Iterator[PairCount]:
    """Count paired marks; halves that a page or line break parted are put together again."""
    text = outline.reading.document.text
    for marks in PAIRS:
        left, right = marks[0], marks[1]
        if left not in text and right not in text:
            continue
        opened, closed = text.count(left), text.count(right)
        wrong = [] if (left, right) in (("（", "）"), ("(", ")")) else list(_unbalanced(outline, left, right))
        if left == "（":
            wrong = list(_unbalanced(outline, "（(", "）)"))
        yield PairCount(left + right, opened, closed, tuple(wrong))


def _unbalanced(outline: Outline, left: str, right: str) -> Iterator[Span]:
    text = outline.reading.document.text
    halves = "".join(re.findall(f"[{re.escape(left + right)}]", text))
    if len(left) == 1 and halves == (left + right) * (len(halves) // 2):
        return
    owed: tuple[int, Span] | None = None
    for passage in outline.prose:
        body = text[passage.start : passage.end]
        balance = sum(map(body.count, left)) - sum(map(body.count, right))
        if balance < 0 and ")" in right:
            balance += len(re.findall(r"(?:^|[\s，。；：、])\d{1,2}[)）]", body))
        if balance == 0 and owed is None:
            continue
        if owed is not None and balance == -owed[0]:
            owed = None
            continue
        if owed is not None:
            if balance == 0 and passage.start - owed[1].end < 200:
                continue
            yield owed[1]
            owed = None
        if balance:
            owed = (balance, Span(passage.start, passage.end))
    if owed is not None and not (owed[1].end >= len(text.rstrip()) and text.rstrip()[-1] not in "。！？”"):
        yield owed[1]
