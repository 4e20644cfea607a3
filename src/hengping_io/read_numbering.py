"""Word's automatic numbering, worked out to the text a reader of the page sees.

Nothing of “一、”“（二）”“3.” stands in the text of a Word file: the file says which list and level a paragraph belongs
to, and the program counts. This module counts the same way, for .docx and .doc alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LEVELS = 9
LARGEST = 1_000_000
DIGITS = "〇一二三四五六七八九"
LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
LEGAL_UNITS = ("", "拾", "佰", "仟")
COUNTING_UNITS = ("", "十", "百", "千")
STEMS = "甲乙丙丁戊己庚辛壬癸"
BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
ROMAN = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)
RUNS_OF_GLYPHS: dict[str, tuple[int, int]] = {
    "decimalEnclosedCircle": (0x2460, 20),
    "decimalEnclosedCircleChinese": (0x2460, 10),
    "decimalEnclosedParen": (0x2474, 20),
    "decimalEnclosedFullstop": (0x2488, 20),
    "ideographEnclosedCircle": (0x3280, 10),
    "ideographParenthesized": (0x3220, 10),
}
"""Formats that are single characters: the first character, and how many there are."""

BULLETS = {
    "\uf0b7": "•",
    "\uf06c": "●",
    "\uf06e": "■",
    "\uf075": "◆",
    "\uf0d8": "➢",
    "\uf0fc": "✓",
    "\uf0a7": "▪",
    "\uf0b2": "◇",
    "\uf0a8": "◻",
    "\uf06f": "□",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How one level of a list is numbered. ``restart`` is the level whose use restarts it, 0 for never."""

    format: str = "decimal"
    text: str = ""
    start: int = 1
    suffix: str = "tab"
    restart: int | None = None
    legal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedList:
    """One list: the counters it shares with others of its family, its levels, and where it starts anew."""

    family: str
    levels: Mapping[int, Level]
    overrides: Mapping[int, int] = field(default_factory=dict)


class Counters:
    """Counts the numbered paragraphs of one document in order."""

    def __init__(self) -> None:
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[int] = set()

    def next(self, key: int, lists: NumberedList, level: int) -> str:
        """Count one paragraph of a list and return its printed number, separator included."""
        counts = self._counts.setdefault(lists.family, [None] * LEVELS)
        if key not in self._begun:
            self._begun.add(key)
            for overridden in lists.overrides:
                counts[overridden] = None
        defined = lists.levels.get(level, Level())
        start = lists.overrides.get(level, defined.start)
        current = counts[level]
        counts[level] = start if current is None else current + 1
        for upper in range(level):
            if counts[upper] is None:
                counts[upper] = _first(lists, upper)
        for lower in range(level + 1, LEVELS):
            if _restarts(lists.levels.get(lower), lower, level):
                counts[lower] = None
        return _printed(lists, level, counts)


def _first(lists: NumberedList, level: int) -> int:
    return lists.overrides.get(level, lists.levels.get(level, Level()).start)


def _restarts(lower: Level | None, index: int, used: int) -> bool:
    if lower is None or lower.restart is None:
        return used < index
    return lower.restart > 0 and used < lower.restart


def _printed(lists: NumberedList, level: int, counts: list[int | None]) -> str:
    defined = lists.levels.get(level, Level())
    if defined.format == "bullet":
        mark = BULLETS.get(defined.text, defined.text)
        return (mark if mark and mark < "\ue000" else "•") + " " if defined.text.strip() else ""
    text = defined.text
    for index in range(level + 1):
        placeholder = f"%{index + 1}"
        if placeholder in text:
            form = "decimal" if defined.legal else lists.levels.get(index, Level()).format
            text = text.replace(placeholder, numeral(form, counts[index] or 0))
    if not text.strip():
        return ""
    needs_space = defined.suffix == "space" or (defined.suffix == "tab" and text[-1].isascii())
    return text + " " if needs_space and not text.endswith(" ") else text


def numeral(form: str, number: int) -> str:
    """Return a number in one of Word's formats; one it does not print in that format is printed in digits.

    >>> numeral("chineseCountingThousand", 21), numeral("upperRoman", 4), numeral("decimalEnclosedCircle", 3)
    ('二十一', 'IV', '③')
    """
    if form == "none":
        return ""
    if not 0 <= number <= LARGEST:
        return str(number)
    if form in RUNS_OF_GLYPHS:
        first, count = RUNS_OF_GLYPHS[form]
        return chr(first + number - 1) if 1 <= number <= count else str(number)
    writer = WRITERS.get(form)
    return writer(number) if writer else str(number)


def _counting(number: int) -> str:
    """Write 一百二十三, with the leading 一 of 一十 dropped."""
    if number == 0:
        return "〇"
    high, low = divmod(number, 10_000)
    text = _section(low, DIGITS, COUNTING_UNITS)
    if high:
        gap = "〇" if 0 < low < 1000 else ""
        text = _section(high, DIGITS, COUNTING_UNITS) + "万" + gap + text
    return text[1:] if text.startswith("一十") else text


def _section(number: int, digits: str, units: tuple[str, ...]) -> str:
    """Write a number below ten thousand with its unit characters and one zero per gap."""
    text = ""
    pending = False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            text += (digits[0] if pending else "") + digits[digit] + units[power]
            pending = False
        elif text:
            pending = True
    return text


def _counting_short(number: int) -> str:
    """Write 一 to 九十九 in words and larger numbers digit by digit, as Word's shorter counting does."""
    return _counting(number) if number < 100 else _positional(number)


def _positional(number: int) -> str:
    return "".join(DIGITS[int(digit)] for digit in str(number))


def _japanese(number: int) -> str:
    text = _counting(number).replace("〇", "") or "〇"
    for unit in ("十", "百", "千"):
        text = text.replace("一" + unit, unit)
    return text


def _legal(number: int) -> str:
    high, low = divmod(number, 10_000)
    text = _section(low, LEGAL_DIGITS, LEGAL_UNITS)
    if high:
        gap = "零" if 0 < low < 1000 else ""
        text = _section(high, LEGAL_DIGITS, LEGAL_UNITS) + "万" + gap + text
    return text or "零"


def _roman(number: int) -> str:
    if not 0 < number < 32_768:
        return str(number)
    text = ""
    for value, letters in ROMAN:
        count, number = divmod(number, value)
        text += letters * count
    return text


def _letters(number: int) -> str:
    """Write A to Z, then AA, BB …, as Word does."""
    if not 0 < number <= 780:
        return str(number)
    times, index = divmod(number - 1, 26)
    return chr(ord("A") + index) * (times + 1)


def _of(cycle: str, number: int) -> str:
    return cycle[number - 1] if 1 <= number <= len(cycle) else str(number)


def _sexagenary(number: int) -> str:
    return STEMS[(number - 1) % 10] + BRANCHES[(number - 1) % 12] if 1 <= number <= 60 else str(number)


def _full_width(number: int) -> str:
    return "".join(chr(ord("０") + int(digit)) for digit in str(number))


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}" + {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


WRITERS = {
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": _letters,
    "lowerLetter": lambda number: _letters(number).lower(),
    "ordinal": _ordinal,
    "numberInDash": lambda number: f"- {number} -",
    "hex": lambda number: f"{number:X}",
    "chineseCounting": _counting_short,
    "taiwaneseCounting": _counting_short,
    "chineseCountingThousand": _counting,
    "taiwaneseCountingThousand": _counting,
    "japaneseCounting": _japanese,
    "koreanCounting": _japanese,
    "ideographDigital": _positional,
    "taiwaneseDigital": _positional,
    "japaneseDigitalTenThousand": _positional,
    "koreanDigital2": _positional,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal,
    "japaneseLegal": _legal,
    "ideographTraditional": lambda number: _of(STEMS, number),
    "ideographZodiac": lambda number: _of(BRANCHES, number),
    "ideographZodiacTraditional": _sexagenary,
}
"""Format name → the function that writes a number in it; what is missing is written in digits."""
