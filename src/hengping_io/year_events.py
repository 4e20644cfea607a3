"""The events of a year folder: judged as a table, then gathered into one log per matter, and decided into fact rows.

A quarter of a million events are judged by their distinct steps, roles and particulars; only the order of states is
walked matter by matter, by the core.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, TypeAlias

from hengping.dates import Period, official_calendar
from hengping.petitions.facts import (
    CODES,
    PETITION_FIELDS,
    CompactEvent,
    PetitionFacts,
    facts_of,
    misplaced,
    particulars,
    tables,
)
from hengping.petitions.model import Role, Step
from hengping.petitions.steps import STEPS
from hengping_io.data_package import Table
from hengping_io.data_problems import Problems

Logs: TypeAlias = dict[str, Sequence[CompactEvent]]
DAYS = ("反馈期限", "改正期限", "重办期限")
"""Particulars that name a day."""
RULE = "环节次序"


def gather(found: Mapping[str, Table], problems: Problems) -> Logs:
    """Return every matter's events in order, having noted what is wrong with them."""
    table = found["events"]
    _check_steps(table, problems)
    if problems.of(table.file):
        return {}
    days = {on: on.toordinal() for on in set(table["on"])}
    events = list(
        zip(
            map(CODES.__getitem__, table["step"]),
            map(days.__getitem__, table["on"]),
            table["details"],
            strict=True,
        )
    )
    logs: Logs = {}
    for first, last in pairwise([*_firsts(table["sequence"]), len(events)]):
        petition, log = table["petition"][first], events[first:last]
        logs[petition] = log
        place = misplaced(log)
        if place is not None:
            _note_misplaced(table, petition, first + place, log[:place], problems)
    return logs


def _firsts(sequences: Sequence[int]) -> list[int]:
    """Return where each matter begins; the order of the table has been judged before."""
    return [place for place, sequence in enumerate(sequences) if sequence == 1]


def _note_misplaced(table: Table, petition: str, at: int, before: Sequence[CompactEvent], problems: Problems) -> None:
    step = STEPS.get(table["step"][at])
    states = "、".join(state.label for state in step.start)
    past = STEPS.get(tuple(CODES)[before[-1][0]]).title if before else "没有环节"
    problems.add(
        table.file,
        f"“{petition}”此前为“{past}”，不能接着“{step.title}”（依据：{step.basis}）",
        row=table.lines[at],
        column="step",
        rule=RULE,
        remedy=f"本环节只能在下列状态作出：{states}；请补上缺少的环节或者改正日期。",
    )


def _check_steps(table: Table, problems: Problems) -> None:
    known = {role.value for role in Role}
    steps = {key: f"没有环节“{key}”" for key in set(table["step"]) if key not in CODES}
    roles = {key: f"没有办理主体“{key}”" for key in set(table["by_role"]) if key not in known}
    _report(table, ("step",), steps, "环节的键见规则手册。", problems)
    _report(table, ("by_role",), roles, f"可用：{'、'.join(sorted(known))}。", problems)
    if steps or roles:
        return
    pairs = {pair: _wrong_role(*pair) for pair in set(zip(table["step"], table["by_role"], strict=True))}
    _report(table, ("step", "by_role"), {pair: why for pair, why in pairs.items() if why}, "请核对办理主体。", problems)
    glances = {key: _Glance.of(STEPS.get(key)) for key in set(table["step"])}
    distinct = set(zip(table["step"], table["details"], strict=True))
    odd = [(key, details) for key, details in distinct if not glances[key].passes(details)]
    told = {pair: why for pair in odd if (why := _wrong_particulars(*pair))}
    _report(table, ("step", "details"), told, "请补齐或改正要件。", problems)


def _report(table: Table, columns: Sequence[str], wrong: Mapping[Any, str], remedy: str, problems: Problems) -> None:
    if not wrong:
        return
    keys = table[columns[0]] if len(columns) == 1 else zip(*(table[name] for name in columns), strict=True)
    for line, key in zip(table.lines, keys, strict=True):
        if key in wrong:
            problems.add(table.file, wrong[key], row=line, column=columns[-1], rule=RULE, remedy=remedy)


def _wrong_role(key: str, role: str) -> str:
    step = STEPS.get(key)
    if Role(role) in step.by:
        return ""
    allowed = "、".join(sorted(one.label for one in step.by))
    return f"“{step.title}”不能由{Role(role).label}作出，应由{allowed}作出"


@dataclass(frozen=True, slots=True)
class _Glance:
    """What a step asks of its particulars, in the form that is quickest to look for; anything odd is read in full."""

    needs: tuple[str, ...]
    choices: tuple[tuple[str, frozenset[str]], ...]
    careful: bool

    @classmethod
    def of(cls, step: Step) -> _Glance:
        return cls(
            tuple(f"{name}=" for name in step.needs),
            tuple((f"{choice.name}=", frozenset(choice.values)) for choice in step.choices),
            "延期日数" in step.needs or any(name in step.needs for name in DAYS),
        )

    def passes(self, details: str) -> bool:
        """Tell whether all is plainly there; False says nothing yet."""
        if self.careful or details.startswith("{"):
            return False
        for mark in self.needs:
            if mark not in details:
                return False
        for mark, values in self.choices:
            value = details.partition(mark)[2].partition(";")[0]
            if value and value not in values:
                return False
        return True


def _wrong_particulars(key: str, details: str) -> str:
    step = STEPS.get(key)
    try:
        told = particulars(details)
    except (json.JSONDecodeError, AttributeError, RecursionError):
        return f"“{step.title}”的要件不是“名称=值”，也不是 JSON 对象"
    return _missing(step, told) or _outside(step, told)


def _missing(step: Step, told: Mapping[str, str]) -> str:
    missing = [name for name in step.needs if not told.get(name)]
    return f"“{step.title}”缺少要件：{'、'.join(missing)}（依据：{step.basis}）" if missing else ""


def _outside(step: Step, told: Mapping[str, str]) -> str:
    for choice in step.choices:
        value = told.get(choice.name)
        if value and value not in choice.values:
            return f"“{step.title}”的{choice.name}写作“{value}”，可选：{'、'.join(choice.values)}"
    for name in DAYS:
        if name in step.needs and not _is_day(told[name]):
            return f"“{step.title}”的{name}“{told[name]}”不是存在的日期"
    days = told.get("延期日数", "1")
    if "延期日数" in step.needs and not (days.isdecimal() and 1 <= int(days) <= 30):
        return f"延期日数“{days}”不在 1 至 30 之内"
    return ""


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


def fact_columns(petitions: Table, logs: Logs, period: Period, as_of: date) -> dict[str, tuple[Any, ...]]:
    """Return the fact rows of every matter known on a day, as columns."""
    known = tables(period, as_of, official_calendar())
    texts = [_texts(petitions, name) for name in PETITION_FIELDS]
    rows = [
        row
        for petition in zip(*texts, strict=True)
        if (row := facts_of(petition, logs.get(petition[0], ()), known)) is not None
    ]
    columns = zip(*rows, strict=True) if rows else ((),) * len(PetitionFacts._fields)
    return dict(zip(PetitionFacts._fields, columns, strict=True))


def _texts(petitions: Table, name: str) -> list[str]:
    values = petitions[name]
    return values if petitions.layout.column(name).type == "text" else list(map(str, values))
