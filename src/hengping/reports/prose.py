"""Prose in which figures are named and never typed: what looks like a typed amount is found, and its name offered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hengping.errors import Refusal
from hengping.reports.model import Named
from hengping.reports.workings import PLACEHOLDER, unknown_names

TYPED = re.compile(
    r"[0-9０-９][0-9０-９,，.．]*\s*(?:%|％|‰|个?百分点|[亿万千百]?元|[亿万](?![0-9０-９]))"
    r"|百分之[零〇一二两三四五六七八九十百点]+"
    r"|[零〇一二两三四五六七八九十][零〇一二两三四五六七八九十百千万亿]*(?:元|个百分点)"
    r"|[0-9０-９]+[.．][0-9０-９]+"
)
"""An amount of money, a percentage, or a number with decimals; years, days, counts and document numbers are none."""

NARROW = str.maketrans("０１２３４５６７８９．，％", "0123456789.,%")


@dataclass(frozen=True, slots=True)
class Typed:
    """A figure that was typed, and the names of the workings that print the same."""

    text: str
    names: tuple[str, ...] = ()


def typed_figures(text: str, named: Named) -> Iterator[Typed]:
    """Yield every amount or percentage typed into a text outside ``{{…}}``, with the names that would print it."""
    for part in PLACEHOLDER.sub("\0\0", text).split("\0\0"):
        for found in TYPED.finditer(part):
            printed = found[0].translate(NARROW).replace(",", "").replace(" ", "")
            yield Typed(found[0], tuple(name for name, working in named.items() if working.text == printed))


def checked(text: str, named: Named) -> str:
    """Return a text whose figures are all named, or refuse it: a typed figure, or a name no working has."""
    for typed in typed_figures(text, named):
        how = f"请改为插入 {{{{{typed.names[0]}}}}}" if typed.names else "请从“插入数字”中选取相应的数字"
        raise Refusal("报告正文", f"“{typed.text}”是手工录入的金额或比率", f"{how}；数字由程序代入，账目一变随之改变。")
    for name in unknown_names((text,), named):
        raise Refusal("报告正文", f"没有名为“{name}”的数字", "请从“插入数字”中选取。")
    return text
