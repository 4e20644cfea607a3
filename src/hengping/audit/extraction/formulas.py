"""Arithmetic written out in the text, and the words that say which of two amounts is the larger.

A formula such as （63.46−32）÷32=98.31% is evaluated exactly; 决算数小于预算数 is a claim about two amounts that
stand beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import TYPE_CHECKING

from hengping.audit.model import Phase, Role, Span, Statement
from hengping.figures import HUNDRED, Figure

if TYPE_CHECKING:
    from hengping.audit.reading import Reading

FORMULA = re.compile(
    r"(?<![\d.,/÷×xX*+\-−）)\]])(?P<left>[（(\[\d][\d.,，\s（）()\[\]+\-−×xX*÷/％%万亿元]{2,160}?)\s*[=＝]"
    # What stands behind the sign is looked at and not taken: it may be the next formula of a chain, a÷b=1150÷1200=95.8%.
    r"(?=\s*(?P<right>[-−]?\d[\d,]*(?:\.\d+)?)\s*(?P<unit>%|万元|亿元|元)?(?![\d.]|\s*[÷/×xX*+−%]))"
)
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d[\d,]*(?:\.\d+)?)(?P<percent>%)?(?:万元|亿元|元|万|亿)?|(?P<sign>[-+−×xX*÷/（）()\[\]]))"
)
OPERATORS = {"−": "-", "×": "*", "x": "*", "X": "*", "÷": "/", "（": "(", "）": ")", "[": "(", "]": ")"}
DIRECTION = re.compile(
    r"(?:支出)?决算(?:数)?(?:与(?:年初|全年|调整)?预算(?:数)?)?(?P<word>大于|小于|高于|低于|等于|基本持平|持平|一致)(?:(?P<base>年初|全年|调整)?预算(?:数)?)?"
)
SIGNS = {"大于": 1, "高于": 1, "小于": -1, "低于": -1, "等于": 0, "基本持平": 0, "持平": 0, "一致": 0}
REASON = re.compile(r"原因(?:是|为|：|:)|主要(?:是|因)|由于")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of the text with what it comes to, in the unit of its printed result."""

    span: Span
    expression: str
    printed: Figure
    value: Decimal


@dataclass(frozen=True, slots=True)
class Direction:
    """A statement that final accounts are above, below or equal to the budget, with the two amounts it is about."""

    span: Span
    word: str
    sign: int
    planned: Statement
    final: Statement


def read_formulas(reading: Reading) -> Iterator[Formula]:
    """Yield every formula of the text that can be evaluated."""
    if "=" not in reading.text and "＝" not in reading.text:
        return
    for match in FORMULA.finditer(reading.text):
        value = evaluate(match.group("left"))
        if value is None:
            continue
        plain = match.group("right").replace(",", "").replace("−", "-")
        unit = match.group("unit") or ""
        figure = Figure(Decimal(plain), unit, len(plain.partition(".")[2]), match.group("right") + unit)
        shown = (
            value * HUNDRED
            if unit == "%" and "100%" not in match.group("left") and "%" not in match.group("left")
            else value
        )
        if "100%" in match.group("left") and unit == "%":
            shown = value * HUNDRED
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        end = match.end("unit") if unit else match.end("right")
        yield Formula(Span(start, end), match.group("left").strip(), figure, shown)


def evaluate(expression: str) -> Decimal | None:
    """Evaluate a formula of + − × ÷ and brackets exactly, or return None where it is not one.

    A percent sign divides by a hundred.

    >>> evaluate("（63.46-32）÷32")
    Decimal('0.983125')
    """
    tokens: list[str] = []
    at = 0
    while at < len(expression.rstrip()):
        match = TOKEN.match(expression, at)
        if match is None:
            return None
        sign = match.group("sign")
        if sign:
            tokens.append(OPERATORS.get(sign, sign))
        else:
            value = Decimal(match.group("number").replace(",", ""))
            tokens.append(str(value / HUNDRED if match.group("percent") else value))
        at = match.end()
    if not {"+", "-", "*", "/"} & set(tokens):
        return None
    try:
        value, rest = _sum(tokens)
    except (IndexError, InvalidOperation, DivisionByZero):
        return None
    return value if not rest else None


def _sum(tokens: list[str]) -> tuple[Decimal, list[str]]:
    value, tokens = _product(tokens)
    while tokens and tokens[0] in "+-":
        sign = 1 if tokens[0] == "+" else -1
        term, tokens = _product(tokens[1:])
        value += sign * term
    return value, tokens


def _product(tokens: list[str]) -> tuple[Decimal, list[str]]:
    value, tokens = _factor(tokens)
    while tokens and tokens[0] in "*/":
        operator = tokens[0]
        factor, tokens = _factor(tokens[1:])
        value = value * factor if operator == "*" else value / factor
    return value, tokens


def _factor(tokens: list[str]) -> tuple[Decimal, list[str]]:
    if tokens[0] == "(":
        value, tokens = _sum(tokens[1:])
        if tokens[0] != ")":
            raise IndexError
        return value, tokens[1:]
    if tokens[0] in "+-":
        sign = -1 if tokens[0] == "-" else 1
        value, tokens = _factor(tokens[1:])
        return sign * value, tokens
    return Decimal(tokens[0]), tokens[1:]


def read_directions(reading: Reading) -> Iterator[Direction]:
    """Yield every claim that final accounts are above, below or level with the budget, with its two amounts."""
    by_passage: dict[int, list[Statement]] = {}
    for statement in reading.statements:
        if statement.role is Role.LEVEL and statement.family == "money" and statement.phase is not None:
            by_passage.setdefault(statement.passage, []).append(statement)
    for passage in reading.passages:
        if "决算" not in passage.text:
            continue
        for match in DIRECTION.finditer(passage.text):
            at = passage.start + match.start()
            here = [s for s in by_passage.get(passage.index, ()) if s.end <= at]
            here = here or (by_passage.get(passage.index - 1, []) if passage.ordinal is None else [])
            final = next((s for s in reversed(here) if s.phase is Phase.FINAL), None)
            planned = next(
                (s for s in reversed(here) if s.phase is not None and s.phase.is_budget and _is_base(s, match)), None
            )
            if (
                final is None
                or planned is None
                or final.sentence != planned.sentence
                or final.subject != planned.subject
            ):
                continue
            if "全年" in (match.group("base") or "") and planned.phase is Phase.INITIAL:
                continue
            word = match.group("word")
            yield Direction(Span(at, passage.start + match.end()), word, SIGNS[word], planned, final)


def _is_base(statement: Statement, match: re.Match[str]) -> bool:
    base = match.group("base") or ("年初" if "年初" in match.group() else "全年" if "全年" in match.group() else "")
    if base == "年初":
        return statement.phase in (Phase.INITIAL, Phase.BUDGET)
    if base in ("全年", "调整"):
        return statement.phase in (Phase.ADJUSTED, Phase.BUDGET)
    return True


def reasons_after(reading: Reading, statement: Statement) -> bool:
    """Tell whether a reason is given in the rest of the passage a figure stands in, or in the next."""
    passage = reading.passages[statement.passage]
    rest = passage.text[statement.end - passage.start :]
    following = reading.passages[passage.index + 1].text if passage.index + 1 < len(reading.passages) else ""
    return bool(REASON.search(rest) or REASON.search(following[:80]))
