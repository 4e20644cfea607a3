"""What a cell of a data package may hold, and how its text becomes a value: exact, or refused with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
AMOUNT = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]{2}")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table: its name, its Chinese title, what it holds and what it may hold.

    ``type`` is text, date, amount (元, two decimals), number, integer, boolean or list (texts between semicolons).
    ``values`` are the values allowed, each with its Chinese name; either may be written.
    """

    name: str
    title: str
    type: str = "text"
    required: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    pattern: str = ""
    minimum: Decimal | None = None
    note: str = ""

    @property
    def plain(self) -> bool:
        """Tell whether any text will do."""
        return self.type == "text" and not (self.values or self.pattern)

    @property
    def spellings(self) -> dict[str, str]:
        """Return every way an allowed value may be written, with the value it means."""
        return {label: value for value, label in self.values.items()} | {value: value for value in self.values}

    @property
    def empty(self) -> Any:
        """Return what an empty cell means: no text, no items, or None where nothing is known."""
        return {"text": "", "list": ()}.get(self.type)


class Rejected(ValueError):
    """A text that does not hold what its column asks for; says why, by which rule, and the remedy."""

    def __init__(self, message: str, rule: str, remedy: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.remedy = remedy


def _as_date(text: str) -> date:
    if not DATE.fullmatch(text):
        raise Rejected(f"“{text}”不是日期", "日期", "请写成 2024-03-05 的样子。")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Rejected(f"“{text}”这一天不存在", "日期", "请核对年、月、日。") from None


def _as_amount(text: str) -> Decimal:
    if not AMOUNT.fullmatch(text):
        remedy = "请以元为单位、保留两位小数，用半角数字，不写千分位，例如 1234.50。"
        raise Rejected(f"“{text}”不是金额", "金额", remedy)
    return Decimal(text)


def _as_number(text: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise Rejected(f"“{text}”不是数", "数值", "请用半角数字，例如 95 或 95.50，不写单位和百分号。")
    return Decimal(text)


def _as_integer(text: str) -> int:
    if not INTEGER.fullmatch(text):
        raise Rejected(f"“{text}”不是整数", "整数", "请用半角数字，例如 36。")
    return int(text)


def _as_boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise Rejected(f"“{text}”不是 true 或 false", "是否", "请写 true（是）或 false（否）。")
    return text == "true"


def _as_list(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.replace("；", ";").split(";") if item.strip())


PARSERS: dict[str, Callable[[str], Any]] = {
    "text": str,
    "list": _as_list,
    "date": _as_date,
    "amount": _as_amount,
    "number": _as_number,
    "integer": _as_integer,
    "boolean": _as_boolean,
}
FRICTIONLESS = {"text": "string", "list": "string", "amount": "number"}
"""How our types are called in a Frictionless table schema, where the name differs."""


def parse(text: str, column: Column) -> Any:
    """Read one cell as its column asks; raise ``Rejected`` with the rule and the remedy."""
    if not text:
        if column.required:
            raise Rejected("没有填写", "必填", f"请填写{column.title}。")
        return column.empty
    if column.values:
        spellings = column.spellings
        if text not in spellings:
            raise Rejected(f"“{text}”不在可选值之内", "可选值", f"可选：{'、'.join(column.values.values())}。")
        text = spellings[text]
    value = PARSERS[column.type](text)
    if column.pattern and not re.fullmatch(column.pattern, text):
        raise Rejected(f"“{text}”写法不对", "写法", column.note or f"应符合 {column.pattern}。")
    if column.minimum is not None and value < column.minimum:
        raise Rejected(f"{text} 小于 {column.minimum}", "下限", f"{column.title}不得小于 {column.minimum}。")
    return value
