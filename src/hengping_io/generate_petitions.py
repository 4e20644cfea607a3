"""Invented petitions, their timings lawful and unlawful through every branch of Article 31, at any size.

Every organisation's month has a seed of its own, so that months can be made side by side and in any order, and the
same seed always gives the same bytes. Nothing is kept but the month being made. The invention is told in the data:
every identifier, office, organisation and region begins with 虚构, and each file carries a label.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from pathlib import Path

from hengping.petitions.facts import EVENT_FIELDS, PETITION_FIELDS
from hengping.petitions.steps import STEPS
from hengping_io.arrow_tables import constant, typed_table, write_parquet
from hengping_io.petition_source import EVENT_KINDS, EVENTS, PETITION_KINDS, PETITIONS

LABEL = "虚构数据：随机生成，不对应任何真实的人、事、单位"
MONTHS = 12
MOST_ORGANISATIONS = 120
FEWEST_IN_A_MONTH = 5000
CHANNELS = ("online", "online", "online", "letter", "call", "visit", "visit", "fax", "other")
CATEGORIES = tuple(f"虚构{number:02}" for number in range(1, 25))
ROUTES = ("route-litigation", "route-arbitration", "route-party-appeal", "route-administrative")
ROLES = {step.key: min(role.value for role in step.by) for step in STEPS}
OPINION = "投诉请求=虚构;事实和理由=虚构;处理意见=虚构;法律依据=虚构;结论=予以支持;救济途径=复查;救济期限=30"
ADVICE = ("advise-improvement", "advise-policy", "advise-accountability")
RATINGS = ("评价=满意", "评价=满意", "评价=基本满意", "评价=不满意")

Act = tuple[str, int, str]
"""A step, the ordinal of its day, its particulars."""


@dataclass(frozen=True, slots=True)
class Month:
    """One organisation's month to be made: which, how many matters, from which seed."""

    organisation: int
    month: date
    petitions: int
    seed: int

    @property
    def name(self) -> str:
        """Return the organisation's invented name."""
        return f"虚构单位{self.organisation:04}"


def plan(petitions: int, seed: int, year: int, organisations: int = 0) -> Iterator[Month]:
    """Yield every month to be made; the petitions are spread evenly over them."""
    count = organisations or max(1, min(MOST_ORGANISATIONS, petitions // (FEWEST_IN_A_MONTH * MONTHS)))
    cells = count * MONTHS
    for cell in range(cells):
        many = petitions * (cell + 1) // cells - petitions * cell // cells
        if many:
            yield Month(cell // MONTHS + 1, date(year, cell % MONTHS + 1, 1), many, seed)


def write_month(month: Month, out: Path) -> int:
    """Write the two files of one month and return how many events they hold."""
    digest = blake2b(f"{month.seed}/{month.organisation}/{month.month}".encode(), digest_size=8).digest()
    chance = random.Random(int.from_bytes(digest, "big")).random  # noqa: S311 - invented data needs no secrets
    matters: list[tuple[str, ...]] = []
    keys: list[str] = []
    name, prefix = month.name, f"虚构{month.organisation:04}-{month.month:%Y%m}-"
    acts: list[Act] = []
    places: list[int] = []
    for number in range(month.petitions):
        key = f"{prefix}{number:06}"
        made = list(_matter(chance, month, number, name))
        matters.append(_row(chance, key, month, made, name))
        keys += [key] * len(made)
        places += range(1, len(made) + 1)
        acts += made
    stem = f"{month.name}/{month.month:%Y-%m}.parquet"
    write_parquet(_petitions(matters), out / PETITIONS / stem)
    write_parquet(_events(keys, places, acts, month.name), out / EVENTS / stem)
    return len(acts)


def _petitions(rows: list[tuple[str, ...]]) -> object:
    columns = dict(zip(PETITION_FIELDS, zip(*rows, strict=True), strict=True))
    numbers = {"persons", "initial", "unclear"}
    return typed_table(
        {
            name: (PETITION_KINDS[name], [int(value) for value in values] if name in numbers else values)
            for name, values in columns.items()
        },
        {"label": LABEL},
    )


def _events(keys: list[str], places: list[int], acts: list[Act], organisation: str) -> object:
    steps, days, details = zip(*acts, strict=True)
    values = (keys, places, days, steps, [ROLES[step] for step in steps], constant(organisation, len(keys)), details)
    columns = dict(zip(EVENT_FIELDS, values, strict=True))
    return typed_table({name: (EVENT_KINDS[name], column) for name, column in columns.items()}, {"label": LABEL})


def _row(chance: Callable[[], float], key: str, month: Month, made: list[Act], name: str) -> tuple[str, ...]:
    channel = CHANNELS[int(chance() * len(CHANNELS))]
    persons = 1 + int(chance() * 12) if channel == "visit" else 1
    earlier = f"{key}-前" if len(made) > 3 and made[3][0] == "link-earlier" else ""
    return (
        key,
        name,
        f"虚构信访局{1 + month.organisation // 10:03}",
        f"虚构区{1 + int(chance() * 14):02}",
        channel,
        "" if chance() < 0.1 else _kind(made),
        CATEGORIES[int(chance() * len(CATEGORIES))],
        str(persons),
        "0" if earlier or chance() < 0.15 else "1",
        earlier,
        "1" if chance() < 0.01 else "0",
    )


def _kind(made: list[Act]) -> str:
    return made[2][0][5:] if made[2][0].startswith("sort-") else "claim"


class _Clock:
    """The day a matter has come to; every act lies some days later, now and then more than the law allows."""

    __slots__ = ("chance", "day")

    def __init__(self, chance: Callable[[], float], day: int) -> None:
        self.chance = chance
        self.day = day

    def later(self, most: int) -> int:
        """Move on by up to so many days and return the day."""
        self.day += int(self.chance() * (most + 1))
        return self.day


def _matter(chance: Callable[[], float], month: Month, number: int, name: str) -> Iterator[Act]:
    clock = _Clock(chance, month.month.toordinal() + int(chance() * 28))
    yield "file", clock.day, "信访形式=online"
    yield "register", clock.later(2), ""
    luck = chance()
    if luck < 0.03:
        yield "decline", clock.later(14), "理由代码=已受理;在先事项=虚构;告知文号=虚构"
        return
    kind = "claim" if luck < 0.87 else "suggestion" if luck < 0.93 else "litigation" if luck < 0.97 else "accusation"
    yield f"sort-{kind}", clock.later(2), "被检举单位=虚构单位9999" if kind == "accusation" else ""
    if kind == "litigation":
        yield "transfer-litigation", clock.later(20), "去向=虚构政法机关"
        return
    if kind == "accusation":
        yield "transfer-accusation", clock.later(20), "去向=虚构纪检机关;管理权限=虚构;密封编号=虚构"
        return
    if chance() < 0.02:
        yield "link-earlier", clock.day, f"在先事项=虚构{number};比对意见=虚构"
    if chance() < 0.01:
        return
    yield from _transfer(chance, clock, name)
    if chance() < 0.01:
        return
    if chance() < 0.03:
        yield "simplify", clock.later(5), "适用理由=虚构"
    if chance() < 0.02:
        yield "withdraw", clock.later(10), "撤回凭证=虚构"
        return
    yield "accept", clock.later(18), f"告知文号=虚构告{number}"
    if chance() < 0.03:
        yield "evaluate-office", clock.later(20), RATINGS[int(chance() * 4)]
    yield from (_suggestion(chance, clock) if kind == "suggestion" else _claim(chance, clock, number))


def _transfer(chance: Callable[[], float], clock: _Clock, name: str) -> Iterator[Act]:
    if chance() < 0.1:
        term = date.fromordinal(clock.later(16) + 30 + int(chance() * 60))
        yield "assign", clock.day, f"去向={name};反馈期限={term}"
        if chance() < 0.7:
            yield "receive", clock.later(3), ""
            yield "report-result", clock.later(70), "报告文号=虚构"
            return
    else:
        yield "forward", clock.later(16), f"去向={name}"
    yield "receive", clock.later(3), ""
    if chance() < 0.05:
        yield "object", clock.later(9), "异议理由=虚构"
        if chance() < 0.4:
            yield "uphold-objection", clock.later(4), "核实意见=虚构"
            yield "forward", clock.later(5), f"去向={name}"
            yield "receive", clock.later(3), ""
        else:
            yield "overrule-objection", clock.later(4), "核实意见=虚构"


def _suggestion(chance: Callable[[], float], clock: _Clock) -> Iterator[Act]:
    yield "study", clock.later(20), ""
    adopted = chance() < 0.4
    yield ("adopt", clock.later(30), "程度=部分") if adopted else ("not-adopt", clock.later(30), "理由=虚构")
    yield "reply-suggestion", clock.later(10), "回复文号=虚构"


def _claim(chance: Callable[[], float], clock: _Clock, number: int) -> Iterator[Act]:
    luck = chance()
    route = "route-petition" if luck < 0.8 else "route-duty" if luck < 0.86 else ROUTES[int(chance() * 4)]
    yield route, clock.later(3), "分支理由=虚构"
    if route == "route-duty":
        yield "perform", clock.later(70), "文书文号=虚构"
    elif route != "route-petition":
        yield "report-diversion", clock.later(30), "告知文号=虚构"
    elif chance() < 0.93:
        yield from _opinion(chance, clock, number)
    if chance() < 0.4 and route != "route-petition":
        yield "evaluate-unit", clock.later(40), RATINGS[int(chance() * 4)]


def _opinion(chance: Callable[[], float], clock: _Clock, number: int) -> Iterator[Act]:
    if chance() < 0.05:
        yield "mediate", clock.later(20), "同意凭证=虚构"
        if chance() < 0.5:
            yield "settle", clock.later(20), "协议书编号=虚构"
            return
    if chance() < 0.1:
        days = 1 + int(chance() * 30)
        yield "extend", clock.later(62), f"延期日数={days};批准人职务=虚构;延期理由=虚构;告知文号=虚构"
    if chance() < 0.5:
        yield "contact", clock.later(20), ""
    if chance() < 0.02:
        term = date.fromordinal(clock.later(30) + 15)
        yield "supervise", clock.day, f"督办情形=虚构;改正期限={term}"
        yield "report-correction", clock.later(25), "报告文号=虚构"
        yield ADVICE[int(chance() * 3)], clock.later(10), "建议文号=虚构"
        if chance() < 0.5:
            yield "answer-advice", clock.later(20), "反馈文号=虚构;采纳情况=采纳"
    yield "answer", clock.later(48), f"意见书文号=虚构意{number};{OPINION}"
    yield "serve", clock.later(5), "送达凭证=虚构"
    if chance() < 0.6:
        yield "evaluate-unit", clock.later(40), RATINGS[int(chance() * 4)]
    if chance() < 0.04:
        yield "note-repeat", clock.later(80), "后件编号=虚构;比对意见=虚构"
    if chance() < 0.06:
        yield from _review(chance, clock)


def _review(chance: Callable[[], float], clock: _Clock) -> Iterator[Act]:
    yield "request-review", clock.later(40), ""
    luck = chance()
    if luck < 0.15:
        return
    if luck < 0.25:
        term = date.fromordinal(clock.later(35) + 30)
        yield "review-revoke", clock.day, f"复查意见文号=虚构;重办期限={term}"
        yield "answer", clock.later(40), f"意见书文号=虚构重;{OPINION};与原意见的不同=虚构"
        yield "serve", clock.later(5), "送达凭证=虚构"
        return
    if luck < 0.4:
        yield "review-change", clock.later(35), "复查意见文号=虚构;变更内容=虚构"
    else:
        yield "review-uphold", clock.later(35), "复查意见文号=虚构"
    yield "serve-review", clock.later(5), "送达凭证=虚构"
    if chance() < 0.5:
        yield "request-re-review", clock.later(40), ""
        if chance() < 0.3:
            yield "open-hearing", clock.later(10), ""
            yield "close-hearing", clock.later(12), ""
        if chance() < 0.9:
            yield "re-review-opinion", clock.later(35), "复核意见文号=虚构;结论=维持"
