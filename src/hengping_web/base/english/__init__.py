"""What the rulebook says, in English: terms, messages and articles, for pages that are switched to English.

The official words stay Chinese in the code and in the record; an English page shows a gloss. A text nobody has glossed
stays as it is, and the page marks it as Chinese for a screen reader.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from django.utils.translation import get_language

CITED = re.compile(
    r"《([^》]+)》(?:（([^）]*)）)?((?:第[零〇一二三四五六七八九十百]+[条款项目])*)([^《》〔、]*)(〔待核实〕)?"
)
PART = re.compile(r"第([零〇一二三四五六七八九十百]+)(条|款|项|目)")
DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0}
CHINESE = re.compile("[㐀-鿿]")


def spoken(text: str) -> str:
    """Return a text of the rulebook or a message in the language of the reader."""
    return english(text) if (get_language() or "").startswith("en") else text


@lru_cache(maxsize=1)
def terms() -> Mapping[str, str]:
    """Return every text that is glossed as a whole."""
    return {source: target for name, part in _tables().items() if name != "patterns" for source, target in part.items()}


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((Path(__file__).parent / "terms.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile("(.+?)".join(re.escape(part) for part in source.split("{}"))), target)
        for source, target in _tables()["patterns"].items()
    )


def english(text: str) -> str:
    """Return a text of the rulebook or a message in English; one nobody has glossed is returned as it is.

    >>> english("办理中"), english("当前状态为“办理中”。"), english("《信访工作条例》第三十一条第六项")
    ('Being handled', 'The matter stands at “Being handled”.', 'Regulation on Petition Work, Art. 31 (6)')
    """
    found = terms().get(text)
    if found is not None or not CHINESE.search(text):
        return found or text
    if text.endswith("。"):
        return _sentences(text)
    if CITED.fullmatch(text):
        return _article(text)
    for pattern, target in _patterns():
        match = pattern.fullmatch(text)
        if match:
            return target.format(*(english(part) for part in match.groups()))
    return _listed(text)


def _sentences(text: str) -> str:
    """Return several sentences in English, or all of them as they are: half of a text in each language helps nobody."""
    said = [english(one) for one in text.split("。") if one]
    if any(CHINESE.search(one) for one in said) and len(said) > 1:
        return text
    return text if said == [text[:-1]] else " ".join(f"{one}." for one in said)


def _listed(text: str) -> str:
    """Return a list of things said one after the other, if every one of them is known."""
    for separator in ("、", "”“"):
        parts = _names_whole(text.split(separator))
        if len(parts) > 1:
            said = [english(part) for part in parts]
            if not any(CHINESE.search(one) for one in said):
                return ", ".join(said)
    return text


def _names_whole(parts: Iterable[str]) -> list[str]:
    """Put together again what itself holds the sign of a list, such as 有权处理的机关、单位."""
    found: list[str] = []
    for part in parts:
        whole = f"{found[-1]}、{part}" if found else part
        unfinished = bool(found) and found[-1] not in terms() and not CITED.fullmatch(found[-1])
        if unfinished or (found and whole in terms()):
            found[-1] = whole
        else:
            found.append(part)
    return found


def _article(text: str) -> str:
    match = CITED.fullmatch(text)
    assert match is not None  # noqa: S101  asked before
    title, number, parts, name, unsure = match.groups()
    # The number of a document has no English; beside a title that has one it is left out.
    said = terms().get(title) or f"《{title}》" + (f"（{number}）" if number else "")
    where = f": {english(name)}" if name else ""
    for value, unit in PART.findall(parts or ""):
        where += f", Art. {_number(value)}" if unit == "条" else f" ({_number(value)})"
    return said + where + (" [to be verified]" if unsure else "")


def _number(text: str) -> int:
    """Return a number below a thousand.

    >>> _number("三十六"), _number("十"), _number("二百零三")
    (36, 10, 203)
    """
    total, digit = 0, 0
    for sign in text:
        if sign == "百":
            total, digit = total + (digit or 1) * 100, 0
        elif sign == "十":
            total, digit = total + (digit or 1) * 10, 0
        else:
            digit = DIGITS[sign]
    return total + digit
