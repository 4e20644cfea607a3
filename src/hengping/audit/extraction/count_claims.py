"""Count claims: “…等十个职能科室”, “3个中心（甲、乙、丙）”, “以下三个问题：”, each with the things it names.

A number that belongs to a set phrase (三个不发生) claims nothing. A list that ends with 等 may be shorter than the
number said, never longer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hengping.audit.model import Span
from hengping.audit.reading import chinese_number

if TYPE_CHECKING:
    from hengping.audit.extraction.outline import Outline
    from hengping.audit.reading import Passage

CLAIM = re.compile(
    r"(?P<number>[一二两三四五六七八九十]{1,3}|\d{1,3}) ?(?P<unit>个|家|项|所|类|名|点|大)(?P<noun>[^，。；：:、（(）)“”《\n\d]{0,16})"
)
NOT_BEFORE = frozenset("第百千万亿.多几数每逐各约近余某另任同")
INTRODUCED = re.compile(r"(?:包括|分别为|分别是|即|为|有|设|设有|如下|：|:)+$")
LIST_BOUND = re.compile(
    r"[。；;\n]|[：:]|包括|分别为|分别是|分别|即|设有|内设|下设|机关设|共设|现设|设立|成立|开展|推进"
)
SET_UP = re.compile(
    r"(?:内设|下设|设有|机关设|共设|现设)(?:机构)?[^，。；：、\d]{2,20}、[^，。；：\d]{2,200}[^，。；：、\d和与及]$"
)
QUOTED_LIST = re.compile(r"(?:[“《][^”》\n]{2,40}[”》](?:、|和|及|与|以及)?){2,}(?:等|这)?$")
QUOTED = re.compile(r"[“《][^”》\n]{2,40}[”》]")
BRACKETS = re.compile(r"[（(][^（()）\n]*[)）]|“[^”\n]*”|《[^》\n]*》")
JOINT = re.compile(r"以及|及其|和|及|与|暨")
THING = re.compile(
    r"(?:科|室|处|股|局|办|中心|站|所|队|院|校|馆|部|委|会|厅|公司|镇|乡|街道|县|区|市|省|园|场|社|组|专班|平台|小组|[”》])$"
)
DESCRIPTIVE = re.compile(r"^(?:含|其中|不含|以下|详见|见|注|另|占|约|同比|比|含税|参公|公益|正|副|均)|\d")
FOLLOWED = re.compile(r"(?:[，,]?(?:分别(?:是|为)|包括|即)[：:]?|[：:])(?P<list>[^。；;\n]{4,200})")
ANNOUNCED = re.compile(r"(?:以下|如下|下列)[^，。；：:\n]{0,6}$")
LONG_PHRASE = 30
NOUN_OF_POINTS = re.compile(r"^(?:方面|问题|不足|困难|措施|建议|举措|原因|环节|步骤|阶段)")


@dataclass(frozen=True, slots=True)
class CountClaim:
    """A number of things that is said and the things that are named with it.

    ``least`` and ``most`` bound how many are named, as 和 may stand inside a name; ``open`` says that the list ends
    with 等; ``certain`` that what is listed are the things counted.
    """

    said: int
    least: int
    most: int
    start: int
    end: int
    noun: str
    names: tuple[str, ...]
    open: bool = False
    certain: bool = True

    @property
    def span(self) -> Span:
        """Return where the list and the number stand."""
        return Span(self.start, self.end)

    @property
    def agrees(self) -> bool:
        """Tell whether as many are named as are said."""
        return self.least <= self.said <= self.most


def read_count_claims(outline: Outline) -> tuple[CountClaim, ...]:
    """Return the count claims of the running text in order."""
    found = []
    for passage in outline.prose:
        for match in CLAIM.finditer(passage.text):
            start = passage.start + match.start()
            if any(
                start < mark.end for mark in outline.reading.marked_between("slogan", start - LONG_PHRASE, start + 1)
            ):
                continue
            claim = _claim(outline, passage, match)
            if claim is not None:
                found.append(claim)
    return tuple(found)


def _claim(outline: Outline, passage: Passage, match: re.Match[str]) -> CountClaim | None:
    if match.start() and passage.text[match.start() - 1] in NOT_BEFORE:
        return None
    number = match.group("number")
    said = int(number) if number.isdigit() else chinese_number(number)
    if not said:
        return None
    before = passage.text[max(0, match.start() - 240) : match.start()]
    if before.endswith("等") or SET_UP.search(before):
        return _closed_list(passage, match, said, before)
    quoted = QUOTED_LIST.search(before)
    if quoted is not None:
        names = tuple(QUOTED.findall(quoted.group()))
        return _made(passage, match, said, len(names), len(names), names, begin=match.start() - len(quoted.group()))
    if match.string[match.end() : match.end() + 1] in ("（", "("):
        return _bracketed_list(passage, match, said)
    return _following_list(passage, match, said) or _announced_list(outline, passage, match, said, before)


def _made(
    passage: Passage, match: re.Match[str], said: int, least: int, most: int, names: tuple[str, ...], **more: int | bool
) -> CountClaim:
    begin = int(more.pop("begin", match.start()))
    end = int(more.pop("end", match.end()))
    return CountClaim(
        said, least, most, passage.start + begin, passage.start + end, match.group("noun"), names,
        open=bool(more.get("open", False)), certain=bool(more.get("certain", True)),
    )  # fmt: skip


def _names(listed: str) -> tuple[str, ...]:
    """Split a list at its 、, leaving what stands in brackets and quotation marks whole."""
    plain = BRACKETS.sub(lambda found: "◦" * (len(found.group()) - 1) + found.group()[-1], listed)
    names, at = [], 0
    for part in plain.split("、"):
        names.append(listed[at : at + len(part)].strip())
        at += len(part) + 1
    return tuple(name for name in names if name)


def _bounds(names: tuple[str, ...]) -> tuple[int, int]:
    """Return the fewest and the most things a list names: its last 和 may join two of them."""
    if not names:
        return 0, 0
    plain = BRACKETS.sub("", names[-1])
    return len(names), len(names) + len(JOINT.findall(plain))


def _alike(names: tuple[str, ...]) -> bool:
    """Tell whether all names end as names of bodies, places or titles do."""
    return all(
        THING.search(BRACKETS.sub(lambda found: found.group()[-1] if found.group()[-1] in "”》" else "", name))
        for name in names
    )


def _closed_list(passage: Passage, match: re.Match[str], said: int, words: str) -> CountClaim | None:
    """Read “包括：甲、乙、丙等三个科室” and “内设甲、乙、丙共三个科室”: the list stands before the number."""
    before = words[:-1] if words.endswith(("等", "共")) else words
    bound = 0
    introduced = False
    for found in LIST_BOUND.finditer(before):
        bound = found.end()
        introduced = found.group() in (
            "：",
            ":",
            "包括",
            "分别为",
            "分别是",
            "即",
            "设有",
            "内设",
            "下设",
            "机关设",
            "共设",
            "现设",
        )
    comma = max(before.rfind("，", bound), before.rfind(",", bound))
    if comma >= 0:
        bound, introduced = comma + 1, False
    names = _names(before[bound:])
    if len(names) < 2:
        return None
    least, most = _bounds(names)
    begin = match.start() - len(words) + bound
    certain = introduced and _alike(names)
    return _made(passage, match, said, least, most, names, begin=begin, open=words.endswith("等"), certain=certain)


def _bracketed_list(passage: Passage, match: re.Match[str], said: int) -> CountClaim | None:
    """Read “3个中心（甲、乙、丙）”; a bracket that describes instead of naming is no list."""
    close = re.compile(r"[)）]").search(match.string, match.end())
    if close is None or not match.group("noun"):
        return None
    inside = match.string[match.end() + 1 : close.start()]
    if DESCRIPTIVE.search(inside):
        return None
    names = _names(inside.removeprefix("即").removesuffix("等"))
    if not names or any(len(name) < 3 for name in names) or not _alike(names):
        return None
    if len(names) == 1 and said > 1:
        return None
    least, most = _bounds(names)
    return _made(passage, match, said, least, most, names, end=close.end(), open=inside.endswith("等"))


def _following_list(passage: Passage, match: re.Match[str], said: int) -> CountClaim | None:
    """Read “3个科室：甲、乙、丙。”."""
    followed = FOLLOWED.match(match.string, match.end())
    if followed is None or said < 2:
        return None
    listed = followed.group("list")
    if "，" in listed or "," in listed or "、" not in listed or re.search(r"[一二三]是|\d", listed):
        return None
    names = _names(listed.removesuffix("等"))
    least, most = _bounds(names)
    return _made(
        passage, match, said, least, most, names, end=followed.end(), open=listed.endswith("等"), certain=_alike(names)
    )


def _announced_list(
    outline: Outline, passage: Passage, match: re.Match[str], said: int, before: str
) -> CountClaim | None:
    """Read “存在以下三个问题：” with the numbered list or the 一是 series that follows."""
    if said < 2 or not NOUN_OF_POINTS.match(match.group("noun")):
        return None
    begin = passage.start + match.end()
    count = next((outline.series_from[at] for at in range(begin, begin + 13) if at in outline.series_from), None)
    if count is not None:
        return _made(passage, match, said, count, count, (), certain=False)
    if not ANNOUNCED.search(before) or len(passage.text.rstrip()) - match.end() > 8:
        return None
    count = _items_after(outline, passage.end)
    if count is None:
        return None
    return _made(passage, match, said, count, count, (), certain=False)


def _items_after(outline: Outline, offset: int) -> int | None:
    """Return how long the list is that begins right after an offset, or None."""
    item = outline.item_from(offset)
    if item is not None and item.start <= offset + 4 and item.ordinal.value == 1:
        return len(outline.lists[item.members])
    return None
