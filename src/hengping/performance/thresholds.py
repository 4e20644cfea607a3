"""What monitoring asks, the words of its answers, and the thresholds in force in a place on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from hengping import tables
from hengping.errors import Refusal, RulebookError
from hengping.law import Catalogue, Confidence, Rule, cite, source
from hengping.ledger.limits import Limit, limit, terms

MONITORING = source("monitoring-2019").whole
OPINIONS = source("performance-opinions-2018").whole
BUDGET_LAW = source("budget-law")
SICHUAN = source("monitoring-sichuan-2025").whole
HOUSE = source("house-rules")

SINCE = date(2019, 7, 26)
DEFAULT = "common"
"""The thresholds used where a place has none of its own."""


class Light(StrEnum):
    """How a thing stands; the word is shown wherever the colour is."""

    NORMAL = "normal"
    UNKNOWN = "unknown"
    WATCH = "watch"
    ALERT = "alert"

    @property
    def label(self) -> str:
        """Return the word shown to users."""
        return {"normal": "正常", "unknown": "无法判断", "watch": "关注", "alert": "预警"}[self.value]


class Chance(StrEnum):
    """How likely the year's target is still reached, as the official form asks."""

    CERTAIN = "certain"
    POSSIBLE = "possible"
    IMPOSSIBLE = "impossible"

    @property
    def label(self) -> str:
        """Return the official words."""
        return {"certain": "确定能", "possible": "有可能", "impossible": "完全不可能"}[self.value]


class Cause(StrEnum):
    """Where a deviation comes from, as the official form sorts it."""

    FUNDS = "funds"
    RULES = "rules"
    STAFF = "staff"
    EQUIPMENT = "equipment"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return the official words."""
        return {
            "funds": "经费保障",
            "rules": "制度保障",
            "staff": "人员保障",
            "equipment": "硬件条件保障",
            "other": "其他",
        }[self.value]


class Choice(StrEnum):
    """What may be decided on an alert."""

    GO_ON = "go-on"
    SHIFT = "shift"
    CANCEL = "cancel"

    @property
    def label(self) -> str:
        """Return the word shown to users."""
        return {"go-on": "继续执行", "shift": "调整", "cancel": "撤销"}[self.value]


# ── the questions ──────────────────────────────────────────────────────────────────────────────────────────────


class Watch(Rule):
    """One question monitoring asks."""


EXECUTION_PACE = Watch(
    key="execution-pace",
    title="序时执行进度",
    cites=(MONITORING, OPINIONS, HOUSE["MON-01"]),
    since=SINCE,
    reading="序时进度按已过日历日占全年日数计；应执行数为截至当日的预算数乘以序时进度。",
)
OVERSPENT = Watch(
    key="overspent",
    title="执行数不超过预算数",
    cites=(BUDGET_LAW["第十三条"],),
    since=SINCE,
)
ALERT_LINE = Watch(
    key="alert-line",
    title="执行率预警线",
    cites=(SICHUAN,),
    since=date(2025, 1, 1),
    reading="只在选用该地区办法时适用；两个规定日之间按已过的最近一条。",
)
GOAL_PROGRESS = Watch(
    key="goal-progress",
    title="目标进度",
    cites=(MONITORING, OPINIONS, HOUSE["MON-02"]),
    since=SINCE,
    reading="累计数与目标乘以序时进度相比，有自定进度的与自定进度相比；比率、时点数直接与目标相比，不按时间折算。",
)
PROGRESS_GAP = Watch(
    key="progress-gap",
    title="目标进度与执行进度偏离",
    cites=(MONITORING, SICHUAN, HOUSE["MON-03"]),
    since=SINCE,
    reading="目标进度为部门整体累计类指标的完成比例按分值加权，单项以百分之百为限。",
)
LINEAR_PROJECTION = Watch(
    key="linear-projection",
    title="按全年平均进度推算",
    cites=(HOUSE["MON-04"],),
    since=SINCE,
    reading="假定以后每天与年初至今的平均相同；是推算，不是承诺，也不是完成数。",
)
RECENT_PROJECTION = Watch(
    key="recent-projection",
    title="按近三个月进度推算",
    cites=(HOUSE["MON-04"],),
    since=SINCE,
    reading="假定以后每天与近三个月的平均相同；是推算，不是承诺，也不是完成数。",
)
EXPLANATION = Watch(
    key="deviation-explained",
    title="偏差说明原因",
    cites=(MONITORING, HOUSE["MON-05"]),
    since=SINCE,
)
DECISION = Watch(
    key="alert-decision",
    title="预警后的决定",
    cites=(SICHUAN, HOUSE["MON-06"]),
    since=SINCE,
    reading="自提出预警之日的次日起计工作日；没有本地规定的，参照十个工作日。",
)


# ── thresholds in force ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A day of the year from which an execution rate must not be below a limit."""

    month: int
    day: int
    limit: str

    def on(self, year: int) -> date:
        """Return the day in one year."""
        return date(year, self.month, self.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime(Rule):
    """One place's thresholds: the lights, the lines, what must be explained, and how fast an alert is decided."""

    authority: str
    confidence: Confidence
    pace_normal: Decimal
    pace_watch: Decimal
    explain_points: Decimal
    lines: tuple[Line, ...]
    gap: str
    term: str

    def line(self, day: date) -> Limit | None:
        """Return the line in force on a day: the last one passed, as its limit stood on that day."""
        passed = [line for line in self.lines if line.on(day.year) <= day]
        return limit(passed[-1].limit, day) if passed else None


@cache
def regimes() -> Catalogue[Regime]:
    """Return the thresholds of every place the rulebook knows."""
    return Catalogue(_regime(key, row) for key, row in tables.toml("monitoring.toml").items())


def regime(key: str, day: date) -> Regime:
    """Return a place's thresholds as in force on a day; raise ``Refusal`` where it had none then."""
    try:
        return regimes().get(key, day)
    except KeyError as error:
        known = "、".join(f"{one.title}（{one.key}）" for one in regimes().on(day))
        raise Refusal(
            "绩效运行监控", f"监控办法“{key}”在 {day.isoformat()} 不适用", f"当日可用：{known}", str(MONITORING)
        ) from error


def _regime(key: str, row: Mapping[str, Any]) -> Regime:
    lines = tuple(
        Line(month=int(one["from"][:2]), day=int(one["from"][3:]), limit=one["limit"]) for one in row["lines"]
    )
    gap = row.get("gap", "")
    days = [(line.month, line.day) for line in lines]
    if days != sorted(days) or row["term"] not in terms():
        raise RulebookError(f"监控办法 {key} 的预警线须按日期先后排列，处置期限须在期限表之内")
    return Regime(
        key=key,
        title=row["title"],
        cites=tuple(cite(reference) for reference in row["cites"]),
        since=row["since"],
        until=row.get("until"),
        reading=row.get("reading", ""),
        authority=row["authority"],
        confidence=Confidence(row["confidence"]),
        pace_normal=Decimal(row["pace_normal"]),
        pace_watch=Decimal(row["pace_watch"]),
        explain_points=Decimal(row["explain_points"]),
        lines=lines,
        gap=gap,
        term=row["term"],
    )
