"""Shows a stored number the way its cell format shows it: the auditor reads what the reader of the sheet sees."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from hengping.figures import HUNDRED, round_half_up

BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    14: "yyyy-mm-dd",
    15: "yyyy-mm-dd",
    16: "mm-dd",
    17: "yyyy-mm",
    18: "h:mm",
    19: "h:mm:ss",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm",
    27: "yyyy年m月",
    28: "m月d日",
    29: "m月d日",
    30: "yyyy-mm-dd",
    31: "yyyy年m月d日",
    32: "h:mm",
    33: "h:mm:ss",
    36: "yyyy年m月",
    37: "#,##0",
    38: "#,##0",
    39: "#,##0.00",
    40: "#,##0.00",
    44: "#,##0.00",
    49: "@",
    50: "yyyy年m月",
    57: "yyyy年m月",
    58: "m月d日",
}
"""The formats every workbook has without declaring them, as a Chinese office shows them."""

TOKEN = re.compile(
    r'"[^"]*"|\\.|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|_.|\*.|General|[0#?]+|[.,%@/]|[Ee][+-]|[yYmMdDhHsS]+|上午/下午|AM/PM|.',
    re.IGNORECASE,
)
PLAIN = re.compile(r"0|-?(?:[1-9]\d*|0(?=\.))(?:\.\d*[1-9])?")
DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
EPOCH = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)
LAST_SERIAL = 2_958_465
SIGNIFICANT = 15
LONGEST = 60
MOST_PLACES = 30


def shown(raw: str, code: str, *, since_1904: bool = False) -> str:
    """Return a stored number as its format shows it; a format beyond us leaves it as stored.

    >>> shown("0.982", "0.00%"), shown("553.60000000000002", "General"), shown("-1234.5", "#,##0.00;(#,##0.00)")
    ('98.20%', '553.6', '(1,234.50)')
    """
    if code == "General" and len(raw) <= SIGNIFICANT and PLAIN.fullmatch(raw):
        return raw
    try:
        value = Decimal(raw.strip())
    except InvalidOperation:
        return raw
    if not value.is_finite() or value.adjusted() > 300 or len(raw) > LONGEST:
        return raw
    if is_date(code):
        return _moment(value, code, since_1904=since_1904)
    return _number(_significant(value), code)


@lru_cache(maxsize=512)
def is_date(code: str) -> bool:
    """Tell whether a format shows a date or a time."""
    bare = QUOTED.sub("", code.partition(";")[0])
    return bool(DATE_LETTERS.search(bare)) and "General" not in bare and not re.search(r"[0#]", bare.split(".")[0])


def _significant(value: Decimal) -> Decimal:
    """Return what a spreadsheet keeps of a number: fifteen significant digits."""
    if len(value.as_tuple().digits) <= SIGNIFICANT:
        return value
    return round_half_up(value, SIGNIFICANT - 1 - value.adjusted())


def general(value: Decimal) -> str:
    """Return a number without a format, trailing zeros dropped."""
    if value and not -20 < value.adjusted() < 21:
        return f"{value.normalize():E}"
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _number(value: Decimal, code: str) -> str:
    sections = _sections(code)
    if len(sections) > 2 and value == 0:
        section = sections[2]
    elif len(sections) > 1 and value < 0:
        section, value = sections[1], -value
    else:
        section = sections[0]
    tokens = _tokens(section)
    if any(token in ("/", "General", "@") or (token[:1] in "Ee" and token[1:2] in ("+", "-")) for token in tokens):
        return ("-" if value < 0 else "") + general(abs(value)) if "General" in tokens else general(value)
    return _filled(value, tokens)


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[str, ...]:
    """Split a format at semicolons that are not quoted."""
    parts = [""]
    for piece in re.findall(r'"[^"]*"|\\.|.', code, re.DOTALL):
        if piece == ";":
            parts.append("")
        else:
            parts[-1] += piece
    return tuple(parts)


@lru_cache(maxsize=512)
def _tokens(section: str) -> tuple[str, ...]:
    tokens: list[str] = []
    for found in TOKEN.finditer(section):
        token = found[0]
        if token.startswith("[$"):
            tokens.append('"' + found[1] + '"')
        elif token.startswith(("[", "_", "*")):
            continue
        elif token.lower() == "general":
            tokens.append("General")
        else:
            tokens.append(token)
    return tuple(tokens)


def _filled(value: Decimal, tokens: tuple[str, ...]) -> str:
    """Write a number into the digit places of a format."""
    digits = [index for index, token in enumerate(tokens) if token[0] in "0#?"]
    if not digits:
        return "".join(map(_literal, tokens)).strip()
    point = next((index for index, piece in enumerate(tokens) if piece == "." and index > digits[0] - 2), len(tokens))
    places = min(sum(len(tokens[index]) for index in digits if index > point), MOST_PLACES)
    optional = sum(tokens[index].count("#") for index in digits if index > point)
    first, last = digits[0], digits[-1]
    whole = "".join(tokens[index] for index in digits if index < point)
    grouped = any(tokens[index] == "," for index in range(first, min(point, last)))
    scaled = 0
    at = last + 1
    while at < len(tokens) and tokens[at] == ",":
        scaled += 1
        at += 1
    value = value.scaleb(-3 * scaled) * HUNDRED ** tokens.count("%")
    rounded = round_half_up(value, places)
    text = format(abs(rounded), ",f" if grouped else "f")
    if optional and "." in text:
        text = text[: len(text) - optional] + text[len(text) - optional :].rstrip("0")
        text = text.rstrip(".")
    integer, dot, decimals = text.partition(".")
    minimum = whole.count("0")
    if minimum == 0 and integer == "0":
        integer = ""
    text = integer.rjust(minimum, "0") + dot + decimals
    before = "".join(map(_literal, tokens[:first])) if point >= first else ""
    after = "".join(map(_literal, tokens[max(last + 1, at) :]))
    sign = "-" if rounded < 0 else ""
    return (before.strip() + sign + text + after.rstrip()).strip()


def _literal(token: str) -> str:
    if token.startswith('"'):
        return token[1:-1]
    if token.startswith("\\"):
        return token[1:]
    return "" if token in (",", ".") or token[0] in "0#?" else token


def _moment(value: Decimal, code: str, *, since_1904: bool) -> str:
    """Return a date or time; years, months and days in the order Chinese offices write them."""
    if not 0 <= value <= LAST_SERIAL:
        return general(value)
    bare = QUOTED.sub("", code).lower()
    days = int(value)
    seconds = int(round_half_up((value - days) * 86400, 0))
    start = EPOCH_1904 if since_1904 else EPOCH
    moment = datetime(start.year, start.month, start.day) + timedelta(days=days, seconds=seconds)  # noqa: DTZ001
    day, clock = "", ""
    if "年" in code or "月" in code:
        day = (f"{moment.year}年" if "y" in bare else "") + f"{moment.month}月"
        day += f"{moment.day}日" if "d" in bare else ""
    elif "y" in bare:
        day = f"{moment.year}-{moment.month:02d}" + (f"-{moment.day:02d}" if "d" in bare else "")
    elif "d" in bare:
        day = f"{moment.month:02d}-{moment.day:02d}"
    if "h" in bare or "s" in bare:
        clock = f"{moment.hour}:{moment.minute:02d}" + (f":{moment.second:02d}" if "s" in bare else "")
    return " ".join(part for part in (day, clock) if part) or general(value)
