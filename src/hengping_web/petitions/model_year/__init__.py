"""The model year as matters: an invented city, its offices, sample accounts, and thirty thousand logs of events.

The logs carry no person and no identity is invented for them. The days stay what they are, so that the statistics of
the year are those the model year's own report states.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from hengping.petitions import model as core
from hengping.petitions.facts import particulars
from hengping.petitions.parameters import categories

WEEK = timedelta(days=7)
LATE_ROWS = 13_000
"""How many of the year's last matters are looked through for some that run: those of about five months."""

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

NATION, CITY, OFFICE = "model-province-government", "model-city-government", "model-petition-bureau"

ORGANISATIONS: tuple[tuple[str, str, str, str], ...] = (
    (NATION, "示例省人民政府（虚构）", "government", ""),
    (CITY, "示例市人民政府（虚构）", "government", NATION),
    (OFFICE, "示例市信访局（虚构）", "department", CITY),
    ("model-agriculture", "示例市农业农村局（虚构）", "department", CITY),
    ("model-civil-affairs", "示例市民政局（虚构）", "department", CITY),
    ("model-ecology", "示例市生态环境局（虚构）", "department", CITY),
    ("model-education", "示例市教育局（虚构）", "department", CITY),
    ("model-health", "示例市卫生健康委员会（虚构）", "department", CITY),
    ("model-housing", "示例市住房和城乡建设局（虚构）", "department", CITY),
    ("model-human-resources", "示例市人力资源和社会保障局（虚构）", "department", CITY),
    ("model-market-regulation", "示例市市场监督管理局（虚构）", "department", CITY),
    ("model-natural-resources", "示例市自然资源和规划局（虚构）", "department", CITY),
    ("model-transport", "示例市交通运输局（虚构）", "department", CITY),
    ("model-urban-management", "示例市城市管理局（虚构）", "department", CITY),
    ("model-veterans", "示例市退役军人事务局（虚构）", "department", CITY),
    ("model-mediation-centre", "示例市调解中心（虚构）", "mediation", CITY),
    ("model-finance", "示例市财政局（虚构）", "department", CITY),
    ("model-discipline-inspection", "示例市纪检监察机关（虚构）", "department", CITY),
    ("model-political-legal", "示例市政法机关（虚构）", "department", CITY),
    *(
        (f"model-region-{at}", f"示例{name}（虚构）", "region", CITY)
        for at, name in enumerate(("一区", "二区", "三区", "四区", "五区", "六县", "七县", "八县"), start=1)
    ),
)
"""Key, name, kind and parent of every organisation of the model year."""

ACCOUNTS: tuple[tuple[str, str, str, str], ...] = (
    ("sample-registrar", "登记岗", OFFICE, "registrar"),
    ("sample-sorter", "分办岗", OFFICE, "sorter"),
    ("sample-supervisor", "督办岗", OFFICE, "supervisor"),
    ("sample-leader", "分管局领导", OFFICE, "leader"),
    ("sample-custodian", "身份信息保管岗", OFFICE, "identity-custodian"),
    ("sample-auditor", "审计岗", OFFICE, "auditor"),
    ("sample-administrator", "系统管理岗", OFFICE, "administrator"),
    ("sample-clerk", "承办岗", "model-housing", "clerk"),
    ("sample-head", "承办单位负责人", "model-housing", "head"),
    ("sample-reviewer", "复查岗", CITY, "reviewer"),
    ("sample-re-reviewer", "复核岗", NATION, "re-reviewer"),
    ("sample-office-clerk", "科室经办岗", OFFICE, "office-clerk"),
    ("sample-finance-officer", "财务岗", OFFICE, "finance-officer"),
    ("sample-evaluation-team", "绩效评价岗", OFFICE, "evaluation-team"),
    ("sample-department-head", "部门负责人", OFFICE, "department-head"),
    ("sample-finance-reviewer", "绩效审核岗", "model-finance", "finance-reviewer"),
)
"""Name, post, organisation and role of every sample account."""


@dataclass(frozen=True, slots=True)
class Log:
    """One matter of the model year: its attributes and its events in order."""

    attributes: Mapping[str, str]
    summary: str
    events: tuple[core.Event, ...]


def logs(folder: Path, most: int = 0) -> list[Log]:
    """Return the matters of a year's folder, in order; ``most`` of them, spread evenly, where that is given."""
    rows = _rows(folder)
    return _logs(folder, rows[:: max(1, len(rows) // most)][:most] if most else rows)


def current(folder: Path, count: int, today: date) -> list[Log]:
    """Return matters of the year moved to the days before today, in whole weeks, and cut off there in the middle.

    What is to be tried must be running: of a year that is over every last day has passed. They carry numbers of their
    own, count in the year they were moved to, and a quarter of them is in review.
    """
    if not count:
        return []
    moved = (today - _last_day(folder)) // WEEK * WEEK
    late = _logs(folder, _rows(folder)[-LATE_ROWS:])
    running = [_moved(log, moved, today) for log in late if _runs(log, today - moved)]
    reviewed = [log for log in running if _is_in_review(log)]
    others = [log for log in running if not _is_in_review(log)]
    return [*_spread(reviewed, count // 4), *_spread(others, count - min(count // 4, len(reviewed)))]


def _runs(log: Log, day: date) -> bool:
    return bool(log.events) and log.events[0].on < day <= log.events[-1].on


def _is_in_review(log: Log) -> bool:
    return any(event.step == "request-review" for event in log.events)


def _spread(logs: list[Log], most: int) -> list[Log]:
    return logs[:: max(1, len(logs) // most)][:most] if most else []


def _last_day(folder: Path) -> date:
    """Return the day on which the year's last matter was filed."""
    last = _rows(folder)[-1:]
    return next((log.events[0].on for log in _logs(folder, last) if log.events), date.max)


def _moved(log: Log, by: timedelta, today: date) -> Log:
    events = tuple(
        replace(event, on=event.on + by, details=_days_moved(event.details, by))
        for event in log.events
        if event.on + by < today
    )
    year = events[0].on.year if events else today.year
    number = f"T{year}-{log.attributes['petition'].rpartition('-')[2]}"
    return Log({**log.attributes, "petition": number, "repeat_of": ""}, log.summary, events)


def _days_moved(details: Mapping[str, str], by: timedelta) -> dict[str, str]:
    return {
        name: (date.fromisoformat(value) + by).isoformat() if DAY.fullmatch(value) else value
        for name, value in details.items()
    }


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "petitions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _logs(folder: Path, rows: list[dict[str, str]]) -> list[Log]:
    titles = {one.code: one.name for one in categories("hp2019")}
    events = _events(folder / "events.csv", frozenset(row["petition"] for row in rows))
    return [
        Log(
            row,
            f"{titles.get(row['category'], '其他')}方面的事项（{row['region']}）",
            tuple(events.get(row["petition"], ())),
        )
        for row in rows
    ]


def _events(path: Path, wanted: frozenset[str]) -> dict[str, list[core.Event]]:
    found: dict[str, list[core.Event]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["petition"] not in wanted:
                continue
            event = core.Event(
                step=row["step"],
                on=date.fromisoformat(row["on"]),
                by=core.Role(row["by_role"]),
                organisation=row["organisation"],
                details=dict(particulars(row["details"])) if row["details"] else {},
            )
            found.setdefault(row["petition"], []).append(event)
    return found
