"""What styles.xml and numbering.xml of a Word file say about numbers, headings and hidden text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from hengping_io.read_numbering import LEVELS, Level, NumberedList
from hengping_io.read_package import Package, Relation

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = WORD + "val"
OFF = frozenset({"0", "false", "off", "none"})

STYLE_ID = re.compile(rb"styleId=\"([^\"]*)\"")
STYLE_FACTS = {
    "name": re.compile(rb"name [^<>]*?val=\"([^\"]*)\""),
    "parent": re.compile(rb"basedOn [^<>]*?val=\"([^\"]*)\""),
    "outline": re.compile(rb"outlineLvl [^<>]*?val=\"(\d{1,4})\""),
    "list": re.compile(rb"numId [^<>]*?val=\"(\d{1,9})\""),
    "level": re.compile(rb"ilvl [^<>]*?val=\"(\d)\""),
}
HEADING_NAME = re.compile(r"(?:heading|标题)\s*([1-9])$", re.IGNORECASE)


@dataclass(slots=True)
class _Style:
    name: str = ""
    parent: str = ""
    outline: int | None = None
    list: int | None = None
    level: int | None = None
    hidden: bool = False


class Styles:
    """The few facts of styles.xml that decide text: lists, outline levels, hidden characters.

    Only the styles a document uses are looked up, by pattern: parsing a third of a megabyte of fonts would cost
    several times the reading of the report itself.
    """

    def __init__(self, package: Package, relations: dict[str, Relation]) -> None:
        self._styles: dict[str, _Style | None] = {}
        self._lists: dict[str, tuple[str, int, int | None] | None] = {}
        part = next((found.target for found in relations.values() if found.kind == "styles"), "")
        self._data = package.part(part) if part in package.names else b""
        if self._data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            self._data = self._data.decode("utf-16", "replace").encode()
        self.default = self._find_default()

    def _find_default(self) -> str:
        at = self._data.find(b'default="1"')
        while at >= 0:
            head = self._data[self._data.rfind(b"<", 0, at) : self._data.find(b">", at)]
            key = STYLE_ID.search(head)
            if b'"paragraph"' in head and key is not None:
                return key[1].decode("utf-8", "replace")
            at = self._data.find(b'default="1"', at + 1)
        return ""

    def _get(self, key: str) -> _Style | None:
        if key not in self._styles:
            self._styles[key] = self._look_up(key)
        return self._styles[key]

    def _look_up(self, key: str) -> _Style | None:
        at = self._data.find(f'styleId="{escape(key)}"'.encode())
        if at < 0:
            return None
        text = self._data[at : self._data.find(b"style>", at)]
        facts = {fact: found[1] for fact, pattern in STYLE_FACTS.items() if (found := pattern.search(text))}
        return _Style(
            name=facts.get("name", b"").decode("utf-8", "replace"),
            parent=facts.get("parent", b"").decode("utf-8", "replace"),
            outline=int(facts["outline"]) if "outline" in facts else None,
            list=int(facts["list"]) if "list" in facts else None,
            level=int(facts["level"]) if "level" in facts else None,
            hidden=b"vanish/>" in text,
        )

    def chain(self, key: str) -> Iterator[tuple[str, _Style]]:
        """Yield a style and what it is based on, nearest first."""
        seen: set[str] = set()
        while key not in seen and (style := self._get(key)) is not None:
            seen.add(key)
            yield key, style
            key = style.parent

    def heading(self, key: str) -> int | None:
        """Return the heading level a style gives (0 for the title), or None."""
        for _, style in self.chain(key):
            if style.outline is not None:
                return style.outline + 1 if style.outline < LEVELS else None
            if style.name.lower() in ("title", "标题"):
                return 0
            if found := HEADING_NAME.match(style.name):
                return int(found[1])
        return None

    def list_of(self, key: str) -> tuple[str, int, int | None] | None:
        """Return the style that puts a paragraph into a list, the list and the level it names."""
        if key not in self._lists:
            named = ((name, style.list, style.level) for name, style in self.chain(key) if style.list is not None)
            self._lists[key] = next(named, None)
        return self._lists[key]

    def hides(self, key: str) -> bool:
        """Tell whether a character style hides text."""
        return any(style.hidden for _, style in self.chain(key))


class Numbering:
    """The lists of numbering.xml."""

    def __init__(self, package: Package, relations: dict[str, Relation], styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[int, NumberedList | None] = {}
        self._abstract: dict[str, Element] = {}
        self._numbers: dict[int, Element] = {}
        self._levels_of_styles: dict[tuple[str, str], int] = {}
        part = next((found.target for found in relations.values() if found.kind == "numbering"), "")
        if part in package.names:
            self._index(package.xml(part))

    def _index(self, root: Element) -> None:
        for node in root:
            if node.tag == WORD + "abstractNum":
                key = node.get(WORD + "abstractNumId", "")
                self._abstract[key] = node
                for level in node.iter(WORD + "lvl"):
                    style = value_of(level, "pStyle")
                    if style:
                        self._levels_of_styles[key, style] = integer(level.get(WORD + "ilvl"), 0)
            elif node.tag == WORD + "num":
                self._numbers[integer(node.get(WORD + "numId"), -1)] = node

    def get(self, key: int) -> NumberedList | None:
        """Return one list by its number."""
        if key not in self._lists:
            node = self._numbers.get(key)
            self._lists[key] = None if node is None else self._build(node)
        return self._lists[key]

    def level_of_style(self, key: int, style: str) -> int:
        """Return the level of a list that a paragraph style is tied to."""
        node = self._numbers.get(key)
        family = "" if node is None else self._family(value_of(node, "abstractNumId"))
        return self._levels_of_styles.get((family, style), 0)

    def _family(self, key: str) -> str:
        """Follow a link to a list style to the list that defines the levels."""
        for _ in range(LEVELS):
            node = self._abstract.get(key)
            link = "" if node is None else value_of(node, "numStyleLink")
            found = self._styles.list_of(link) if link else None
            target = self._numbers.get(found[1]) if found else None
            if target is None:
                break
            key = value_of(target, "abstractNumId")
        return key

    def _build(self, node: Element) -> NumberedList:
        family = self._family(value_of(node, "abstractNumId"))
        abstract = self._abstract.get(family)
        levels = {} if abstract is None else dict(map(_level, abstract.iter(WORD + "lvl")))
        overrides: dict[int, int] = {}
        for override in node.iter(WORD + "lvlOverride"):
            index = min(integer(override.get(WORD + "ilvl"), 0), LEVELS - 1)
            redefined = override.find(WORD + "lvl")
            if redefined is not None:
                levels[index] = _level(redefined)[1]
            if start := value_of(override, "startOverride"):
                overrides[index] = integer(start, 1)
        return NumberedList(family=family, levels=levels, overrides=overrides)


def _level(node: Element) -> tuple[int, Level]:
    form = node.find(WORD + "numFmt")
    if form is None:
        form = next(node.iter(WORD + "numFmt"), None)
    restart = value_of(node, "lvlRestart")
    picture = node.find(WORD + "lvlPicBulletId") is not None
    return min(max(integer(node.get(WORD + "ilvl"), 0), 0), LEVELS - 1), Level(
        format="decimal" if form is None else form.get(VAL, "decimal"),
        text="•" if picture else value_of(node, "lvlText"),
        start=integer(value_of(node, "start"), 0),
        suffix=value_of(node, "suff") or "tab",
        restart=integer(restart, 0) if restart else None,
        legal=is_on(node.find(WORD + "isLgl")),
    )


def value_of(node: Element, tag: str) -> str:
    """Return the value of a property element, or nothing."""
    found = node.find(WORD + tag)
    return "" if found is None else found.get(VAL, "")


def integer(text: str | None, otherwise: int) -> int:
    """Return a whole number kept within sane bounds."""
    try:
        return max(-1, min(int(text or ""), 10**9))
    except ValueError:
        return otherwise


def is_on(node: Element | None) -> bool:
    """Tell whether a switch is there and not turned off."""
    return node is not None and node.get(VAL, "1") not in OFF
