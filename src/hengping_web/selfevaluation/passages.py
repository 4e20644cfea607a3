"""The places of the report that people write, in the order they are printed, and the figures offered to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from hengping.reports.model import Named, Report, Working
from hengping.reports.workings import PLACEHOLDER
from hengping_web.cycle.models import YearRow

PLACES: Mapping[str, str] = {
    "profile": gettext_noop("部门基本情况的补充说明"),
    "basic-use": gettext_noop("基本支出的用途与管理"),
    "project-use": gettext_noop("项目支出的用途与管理"),
    "purpose": gettext_noop("自评的目的"),
    "process": gettext_noop("自评的组织与过程"),
    "results": gettext_noop("主要工作成效"),
    "problems": gettext_noop("存在问题的补充说明"),
    "improvements": gettext_noop("改进措施的补充说明"),
    "application": gettext_noop("自评结果的应用和公开"),
    "other": gettext_noop("其他需要说明的问题"),
}
"""Key of a place → what is written there; the report prints them in the places it has for them."""

GROUPS: Sequence[tuple[str, frozenset[str]]] = (
    (gettext_noop("得分"), frozenset({"score"})),
    (gettext_noop("指标"), frozenset({"indicator"})),
    (gettext_noop("业务量"), frozenset({"petitions"})),
    (gettext_noop("支出决算"), frozenset({"final-accounts"})),
    (gettext_noop("比率与变动"), frozenset({"execution-rate", "adjustment", "growth", "share"})),
    (gettext_noop("“三公”经费"), frozenset({"three-public", "hospitality"})),
    (gettext_noop("人员、资产与结转结余"), frozenset({"staff", "holdings", "procurement"})),
    (gettext_noop("项目"), frozenset({"project"})),
    (gettext_noop("年初预算"), frozenset({"initial-budget"})),
    (gettext_noop("全年预算与执行"), frozenset({"adjusted-budget", "execution"})),
    (gettext_noop("上年决算"), frozenset({"last-final-accounts"})),
)
"""Title of a group of figures → the first words of their names; names of none of them come last, under “其他”."""

OTHER = gettext_noop("其他")


@dataclass(frozen=True, slots=True)
class Offer:
    """A figure that may be inserted: its name, what it is, and what it prints now."""

    name: str
    title: str
    text: str


def offers(report: Report) -> Iterator[tuple[str, list[Offer]]]:
    """Yield the figures that can be inserted by group; those already printed in the report first."""
    place = {name: at for at, name in enumerate(report.used)}
    names = sorted(report.named, key=lambda name: (place.get(name, len(place)), name))
    known = frozenset().union(*(words for _, words in GROUPS))
    for title, words in (*GROUPS, (OTHER, {name.partition(".")[0] for name in names} - known)):
        found = [_offer(report.named[name]) for name in names if name.partition(".")[0] in words]
        if found:
            yield gettext(title), found


def _offer(working: Working) -> Offer:
    return Offer(working.name, working.title, working.text)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a passage as it is read: plain text, or a figure with its name."""

    text: str
    name: str = ""


def pieces(text: str, named: Named) -> list[Piece]:
    """Return a passage with its figures in place; a name nobody knows is shown as it was written."""
    found = []
    for place, part in enumerate(PLACEHOLDER.split(text)):
        if place % 2:
            known = named.get(part)
            found.append(Piece(known.text if known else "{{" + part + "}}", part))
        elif part:
            found.append(Piece(part))
    return found


def in_order(rows: Sequence[YearRow]) -> Iterator[tuple[str, str, list[YearRow]]]:
    """Yield every place with its title and what was written there; places of other keys come last."""
    for key, title in PLACES.items():
        yield key, title, [row for row in rows if row.values.get("key") == key]
    other = [row for row in rows if row.values.get("key") not in PLACES]
    for key in dict.fromkeys(row.values.get("key", "") for row in other):
        yield key, key, [row for row in other if row.values.get("key") == key]
