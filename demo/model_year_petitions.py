"""Invented petitions for the model year: every branch of Article 31, on time, late, overdue, extended and reviewed.

Every act is one of the rulebook's steps, by a role the step admits, with the particulars it needs, in an order the
law allows; only lateness is left to chance. Nothing here is about anybody: a matter is a number, dates and offices.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from hengping.dates import Calendar
from hengping.petitions import steps
from hengping.petitions.model import Channel, Kind, Role, Step

ItemT = TypeVar("ItemT")

PETITIONS = 30_000
FIRST = date(2023, 10, 9)
LAST = date(2024, 12, 31)
RECORDED_UNTIL = date(2025, 2, 28)
"""The day the registers were closed for the evaluation; what happened later is not in the data."""

OFFICE = "model-petition-bureau"
REVIEWER = "model-city-government"
RE_REVIEWER = "model-province-government"
DISCIPLINE = "model-discipline-inspection"
POLITICAL_LEGAL = "model-political-legal"
MEDIATOR = "model-mediation-centre"
BODIES = tuple(
    f"model-{name}"
    for name in (
        "housing", "human-resources", "natural-resources", "agriculture", "transport", "education", "health",
        "market-regulation", "ecology", "civil-affairs", "veterans", "urban-management",
    )
)  # fmt: skip
REGIONS = tuple(f"示例{number}区（虚构）" for number in "一二三四五") + tuple(
    f"示例{number}县（虚构）" for number in "六七八"
)
CATEGORIES = tuple(f"HP{number:02}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 17, 19, 99))

CHANNELS = (Channel.ONLINE, Channel.LETTER, Channel.CALL, Channel.VISIT, Channel.FAX, Channel.OTHER)
KINDS = (Kind.CLAIM, Kind.SUGGESTION, Kind.ACCUSATION, Kind.LITIGATION)
BRANCHES = (
    (steps.ROUTE_LITIGATION, 6),
    (steps.ROUTE_ARBITRATION, 5),
    (steps.ROUTE_PARTY_APPEAL, 2),
    (steps.ROUTE_ADMINISTRATIVE, 9),
    (steps.ROUTE_DUTY, 13),
    (steps.ROUTE_PETITION, 65),
)

PETITION_OFFICE, UNIT, CITIZEN = Role.PETITION_OFFICE, Role.HANDLING_BODY, Role.PETITIONER

ADVICE = (steps.ADVISE_IMPROVEMENT, steps.ADVISE_POLICY, steps.ADVISE_ACCOUNTABILITY)
ADOPTION = (("采纳", 6), ("部分采纳", 3), ("不采纳", 1))
BESIDE = (
    (0.004, steps.REPORT_URGENT, PETITION_OFFICE, OFFICE, (("报告对象", "市委、市政府"),)),
    (0.002, steps.RECUSE, PETITION_OFFICE, OFFICE, (("经办岗位", "办信岗"), ("回避理由", "有直接利害关系"))),
    (0.003, steps.ADVISE_IMPROVEMENT, PETITION_OFFICE, OFFICE, (("建议文号", ""),)),
    (0.001, steps.ADVISE_POLICY, PETITION_OFFICE, OFFICE, (("建议文号", ""),)),
    (0.0006, steps.ADVISE_ACCOUNTABILITY, PETITION_OFFICE, OFFICE, (("建议文号", ""),)),
    (0.002, steps.CONFERENCE_ITEM, PETITION_OFFICE, OFFICE, (("议题编号", ""),)),
    (0.005, steps.ASSIGN_LEADER, PETITION_OFFICE, OFFICE, (("包案职务", "分管副市长"),)),
    (0.006, steps.LEADER_RECEPTION, PETITION_OFFICE, OFFICE, ()),
    (0.005, steps.HARDSHIP_AID, PETITION_OFFICE, OFFICE, ()),
)
"""What may happen beside the main line: how often, which step, by whom, with what; an empty value is a number."""


class Chance:
    """Seeded chance, with the few questions the story asks of it."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.roll = self._random.random

    def true(self, share: float) -> bool:
        """Tell whether something of this share happens."""
        return self.roll() < share

    def days(self, least: int, most: int) -> int:
        """Return a number of days, both ends included."""
        return least + int(self.roll() * (most - least + 1))

    def one(self, of: tuple[ItemT, ...]) -> ItemT:
        """Return one of several, all alike."""
        return of[int(self.roll() * len(of))]

    def weighted(self, of: tuple[tuple[ItemT, int], ...]) -> ItemT:
        """Return one of several by weight."""
        at = self.roll() * sum(weight for _, weight in of)
        for item, weight in of:
            at -= weight
            if at < 0:
                return item
        return of[-1][0]


@dataclass(slots=True)
class Matter:
    """One invented matter while its story is told."""

    petition: str
    filed_on: date
    channel: Channel
    kind: Kind
    organisation: str
    region: str
    category: str
    persons: int
    initial: bool
    repeat_of: str = ""
    unclear: bool = False
    direct: bool = False
    on: date = date.min
    registered_on: date = date.min
    documents: int = 0
    events: list[tuple[date, Step, Role, str, dict[str, str]]] = field(default_factory=list)


class Story:
    """Tells matters one after another; each branch of the story is one short method."""

    def __init__(self, seed: int, calendar: Calendar) -> None:
        self.chance = Chance(seed)
        self._calendar = calendar
        self._earlier: list[Matter] = []

    def matters(self, count: int) -> Iterator[Matter]:
        """Yield so many matters in the order of their numbers; only when all are told are their events in order."""
        span = (LAST - FIRST).days
        days = sorted(FIRST + timedelta(days=int(self.chance.roll() * (span + 1))) for _ in range(count))
        told = []
        for number, day in enumerate(days, start=1):
            matter = self._matter(number, day)
            self._tell(matter)
            told.append(matter)
            yield matter
        for matter in told:
            matter.events.sort(key=lambda event: event[0])

    def _matter(self, number: int, day: date) -> Matter:
        chance = self.chance
        channel = chance.weighted(tuple(zip(CHANNELS, (46, 10, 15, 27, 1, 1), strict=True)))
        repeat = chance.true(0.08) and self._earlier_matter()
        kind = chance.weighted(tuple(zip(KINDS, (79, 9, 7, 5), strict=True)))
        matter = Matter(
            petition=f"M{day.year}-{number:06}",
            filed_on=day,
            channel=channel,
            kind=repeat.kind if repeat else kind,
            organisation=repeat.organisation if repeat else chance.one(BODIES),
            region=repeat.region if repeat else chance.one(REGIONS),
            category=repeat.category if repeat else chance.one(CATEGORIES),
            persons=self._persons(channel),
            initial=not repeat and not chance.true(0.02),
            repeat_of=repeat.petition if repeat else "",
            unclear=not repeat and chance.true(0.012),
            direct=chance.true(0.05),
            on=day,
        )
        if repeat:
            self._note_repeat(repeat, matter)
        elif len(self._earlier) < 4_000:
            self._earlier.append(matter)
        else:
            self._earlier[int(chance.roll() * len(self._earlier))] = matter
        return matter

    def _earlier_matter(self) -> Matter | None:
        return self._earlier[int(self.chance.roll() * len(self._earlier))] if self._earlier else None

    def _persons(self, channel: Channel) -> int:
        if channel is Channel.VISIT and self.chance.true(0.05):
            return self.chance.days(5, 40)
        return 1 if self.chance.true(0.85) else self.chance.days(2, 4)

    def _note_repeat(self, earlier: Matter, later: Matter) -> None:
        """A person compared the two and said so, on the earlier matter; the day is the later matter's registration."""
        day = max(earlier.registered_on, self._worked(later.filed_on))
        particulars = {"后件编号": later.petition, "比对意见": "同一诉求"}
        earlier.events.append((day, steps.NOTE_REPEAT, PETITION_OFFICE, OFFICE, particulars))

    # --- telling ---------------------------------------------------------------------------------------------------

    def _worked(self, day: date) -> date:
        return self._calendar.roll_forward(day)

    def _act(
        self, matter: Matter, step: Step, role: Role, organisation: str, after: int = 0, **particulars: str
    ) -> bool:
        """Let somebody act after so many days; False once the registers were closed."""
        day = matter.on + timedelta(days=after)
        if role is not CITIZEN:
            day = self._worked(day)
        if day > RECORDED_UNTIL:
            matter.on = RECORDED_UNTIL + timedelta(days=1)
            return False
        matter.on = day
        matter.events.append((day, step, role, organisation, particulars))
        return True

    def _number(self, matter: Matter, word: str) -> str:
        matter.documents += 1
        return f"示例{word}〔{matter.on.year}〕{matter.petition[-6:]}-{matter.documents}"

    def _within(self, limit: int, late: float, never: float) -> int | None:
        """Return after how many days a duty is done: mostly in time, sometimes on the last day, late, or never."""
        at = self.chance.roll()
        if at < never:
            return None
        if at < never + late:
            return limit + self.chance.days(6, 25)
        if at < never + late + 0.04:
            return limit
        return self.chance.days(1, max(1, limit - 3))

    def _tell(self, matter: Matter) -> None:
        filing = {"信访形式": matter.channel.value, "人数": str(matter.persons)}
        if matter.persons >= 5 and matter.channel is Channel.VISIT:
            filing["代表人数"] = str(self.chance.days(2, 5))
        clear = {"姓名住址不清": "是"} if matter.unclear else {}
        if matter.direct:
            self._tell_direct(matter, filing, clear)
            return
        self._act(matter, steps.FILE, CITIZEN, "", 0, **filing)
        lag = 0 if matter.channel is Channel.VISIT else self.chance.days(0, 3)
        if not self._act(matter, steps.REGISTER, PETITION_OFFICE, OFFICE, lag, **clear):
            return
        matter.registered_on = matter.on
        if matter.repeat_of:
            linked = {"在先事项": matter.repeat_of, "比对意见": "同一诉求"}
            self._act(matter, steps.LINK_EARLIER, PETITION_OFFICE, OFFICE, 0, **linked)
        if matter.repeat_of and self.chance.true(0.12):
            self._decline(matter)
        else:
            self._sorted(matter)

    def _tell_direct(self, matter: Matter, filing: dict[str, str], clear: dict[str, str]) -> None:
        unit = matter.organisation
        accused = {"被检举单位": self._accused(matter)} if matter.kind is Kind.ACCUSATION else {}
        self._act(matter, steps.FILE_DIRECT, CITIZEN, "", 0, **filing)
        particulars = {"类别": matter.kind.value} | accused | clear
        if not self._act(matter, steps.REGISTER_DIRECT, UNIT, unit, self.chance.days(0, 2), **particulars):
            return
        matter.registered_on = matter.on
        match matter.kind:
            case Kind.CLAIM | Kind.SUGGESTION:
                self._tell_received(matter)
            case Kind.ACCUSATION:
                self._hand_over_accusation(matter, UNIT, unit)
            case Kind.LITIGATION:
                self._hand_over_litigation(matter, UNIT, unit)

    def _tell_received(self, matter: Matter) -> None:
        """A unit that was asked directly handles the matter, passes it down, or tells where to turn."""
        at, unit = self.chance.roll(), matter.organisation
        notice = {"告知文号": self._number(matter, "告")}
        if at < 0.08:
            self._act(matter, steps.REDIRECT, UNIT, unit, self.chance.days(1, 10), **notice)
        elif at < 0.18:
            matter.organisation = self.chance.one(tuple(body for body in BODIES if body != unit))
            where = {"去向": matter.organisation}
            sent = self._act(matter, steps.PASS_DOWN, UNIT, unit, self.chance.days(1, 10), **where, **notice)
            if sent and self._act(matter, steps.RECEIVE, UNIT, matter.organisation, self.chance.days(0, 3)):
                self._accept(matter)
        else:
            self._accept(matter)

    def _accused(self, matter: Matter) -> str:
        """Return a body that is accused, never the one that acts on the matter."""
        others = tuple(body for body in BODIES if body != matter.organisation)
        return self.chance.one(others)

    def _decline(self, matter: Matter) -> None:
        if self.chance.true(0.8):
            reason = {"理由代码": "19-3", "在先事项": matter.repeat_of, "告知文号": self._number(matter, "告")}
            self._act(matter, steps.DECLINE, PETITION_OFFICE, OFFICE, self.chance.days(2, 12), **reason)
            return
        reason = {"理由代码": "36-3", "在先事项": matter.repeat_of, "复核意见文号": self._number(matter, "核")}
        reason |= {"比对意见": "同一事实和理由", "告知文号": self._number(matter, "告")}
        self._act(matter, steps.DECLINE_FINAL, PETITION_OFFICE, OFFICE, self.chance.days(2, 12), **reason)

    def _sorted(self, matter: Matter) -> None:
        after = self.chance.days(0, 4)
        match matter.kind:
            case Kind.CLAIM:
                self._act(matter, steps.SORT_CLAIM, PETITION_OFFICE, OFFICE, after)
                self._send(matter)
            case Kind.SUGGESTION:
                self._act(matter, steps.SORT_SUGGESTION, PETITION_OFFICE, OFFICE, after)
                self._send(matter)
            case Kind.ACCUSATION:
                accused = {"被检举单位": self._accused(matter)}
                self._act(matter, steps.SORT_ACCUSATION, PETITION_OFFICE, OFFICE, after, **accused)
                self._hand_over_accusation(matter, PETITION_OFFICE, OFFICE)
            case Kind.LITIGATION:
                self._act(matter, steps.SORT_LITIGATION, PETITION_OFFICE, OFFICE, after)
                self._hand_over_litigation(matter, PETITION_OFFICE, OFFICE)

    def _hand_over_accusation(self, matter: Matter, role: Role, organisation: str) -> None:
        after = self._within(13, late=0.02, never=0.01)
        if after is None:
            return
        sealed = {"去向": DISCIPLINE, "管理权限": "按干部管理权限", "密封编号": self._number(matter, "密")}
        sent = self._act(matter, steps.TRANSFER_ACCUSATION, role, organisation, after, **sealed)
        if sent and role is PETITION_OFFICE and self.chance.true(0.1):
            self._act(matter, steps.NOTIFY_PERSONNEL, role, organisation, 1, 通报对象="组织人事部门")

    def _hand_over_litigation(self, matter: Matter, role: Role, organisation: str) -> None:
        if matter.channel is Channel.VISIT:
            self._act(matter, steps.GUIDE_LITIGATION, role, organisation, self.chance.days(0, 2))
            return
        after = self._within(13, late=0.02, never=0.01)
        if after is not None:
            self._act(matter, steps.TRANSFER_LITIGATION, role, organisation, after, 去向=POLITICAL_LEGAL)

    # --- from the petition office to the unit ----------------------------------------------------------------------

    def _send(self, matter: Matter) -> None:
        spent = (matter.on - matter.filed_on).days
        after = self._within(max(15 - spent, 2), late=0.02, never=0.006)
        if after is None:
            return
        if matter.kind is Kind.CLAIM and self.chance.true(0.01):
            self._act(matter, steps.SUBMIT, PETITION_OFFICE, OFFICE, 1, 建议="请市领导明确牵头单位")
        if not self._transfer(matter, after):
            return
        if not self._act(matter, steps.RECEIVE, UNIT, matter.organisation, self.chance.days(0, 3)):
            return
        if self.chance.true(0.035) and not self._objected(matter):
            return
        if matter.unclear:
            return
        self._accept(matter)

    def _transfer(self, matter: Matter, after: int) -> bool:
        where = {"去向": matter.organisation}
        if self.chance.true(0.15):
            term = matter.on + timedelta(days=after + 90)
            return self._act(
                matter, steps.ASSIGN, PETITION_OFFICE, OFFICE, after, **where, 反馈期限=self._worked(term).isoformat()
            )
        return self._act(matter, steps.FORWARD, PETITION_OFFICE, OFFICE, after, **where)

    def _objected(self, matter: Matter) -> bool:
        """The unit objects; the matter comes back to it, or goes to another, or its superior decides."""
        after = self.chance.days(1, 5) if self.chance.true(0.85) else self.chance.days(10, 14)
        if not self._act(matter, steps.OBJECT, UNIT, matter.organisation, after, 异议理由="不属于本单位职权范围"):
            return False
        at = self.chance.roll()
        checked = {"核实意见": "经核实三定方案"}
        if at < 0.4:
            return self._act(matter, steps.OVERRULE_OBJECTION, PETITION_OFFICE, OFFICE, 3, **checked)
        if at < 0.85:
            self._act(matter, steps.UPHOLD_OBJECTION, PETITION_OFFICE, OFFICE, 3, **checked)
            matter.organisation = self.chance.one(tuple(body for body in BODIES if body != matter.organisation))
            sent = self._act(matter, steps.FORWARD, PETITION_OFFICE, OFFICE, 2, 去向=matter.organisation)
        else:
            parties = f"{matter.organisation}、{OFFICE}"
            self._act(matter, steps.REFER_DISPUTE, PETITION_OFFICE, OFFICE, 3, 争议各方=parties)
            sent = self._act(
                matter, steps.DECIDE_COMPETENCE, Role.JOINT_CONFERENCE, REVIEWER, 8, 去向=matter.organisation
            )
        return sent and self._act(matter, steps.RECEIVE, UNIT, matter.organisation, self.chance.days(0, 3))

    def _accept(self, matter: Matter) -> None:
        after = self._within(15, late=0.025, never=0.01)
        if after is None:
            return
        notice = {} if matter.direct and matter.unclear else {"告知文号": self._number(matter, "告")}
        if not self._act(matter, steps.ACCEPT, UNIT, matter.organisation, after, **notice):
            return
        if self.chance.true(0.62) and not matter.unclear:
            self._evaluate(matter, steps.EVALUATE_OFFICE, self.chance.days(1, 20))
        self._beside(matter)
        if matter.kind is Kind.SUGGESTION:
            self._study(matter)
        else:
            self._route(matter)

    def _beside(self, matter: Matter) -> None:
        """Now and then something happens beside the main line; each on its own day, changing nothing else."""
        for share, step, role, body, particulars in BESIDE:
            if self.chance.true(share):
                told = {name: value or self._number(matter, "议") for name, value in particulars}
                day = self._aside(matter, step, role, body, matter.on, told)
                if day is not None and step in ADVICE and self.chance.true(0.85):
                    answer = {"反馈文号": self._number(matter, "馈"), "采纳情况": self.chance.weighted(ADOPTION)}
                    self._aside(matter, steps.ANSWER_ADVICE, UNIT, matter.organisation, day, answer)
                if day is not None and step is steps.CONFERENCE_ITEM and self.chance.true(0.5):
                    measure = {"措施": self.chance.one(("通报", "约谈", "挂牌督办"))}
                    self._aside(matter, steps.CONFERENCE_MEASURE, Role.JOINT_CONFERENCE, REVIEWER, day, measure)

    def _aside(
        self, matter: Matter, step: Step, role: Role, body: str, after: date, particulars: dict[str, str]
    ) -> date | None:
        """Write down an act some weeks after a day, and return when it was; None once the registers were closed."""
        day = self._worked(after + timedelta(days=self.chance.days(5, 40)))
        if day > RECORDED_UNTIL:
            return None
        matter.events.append((day, step, role, body, particulars))
        return day

    def _evaluate(self, matter: Matter, step: Step, after: int) -> None:
        """Write down a rating on its own day, without moving the story on; the events are sorted in the end."""
        day = matter.on + timedelta(days=after)
        rating = self.chance.weighted((("满意", 74), ("基本满意", 20), ("不满意", 6)))
        if day <= RECORDED_UNTIL:
            matter.events.append((day, step, CITIZEN, "", {"评价": rating}))

    # --- Article 31 ------------------------------------------------------------------------------------------------

    def _route(self, matter: Matter) -> None:
        simple = matter.initial and self.chance.true(0.06)
        branch = steps.ROUTE_PETITION if simple else self.chance.weighted(BRANCHES)
        unit = matter.organisation
        if simple:
            self._act(matter, steps.SIMPLIFY, UNIT, unit, 0, 适用理由="事实清楚、责任明确、争议不大")
        if not self._act(matter, branch, UNIT, unit, self.chance.days(0, 3), 分支理由="依诉求性质"):
            return
        if branch is steps.ROUTE_PETITION:
            self._handle(matter, simple=simple)
        elif branch is steps.ROUTE_DUTY:
            self._perform(matter)
        elif self.chance.true(0.9):
            told = {"告知文号": self._number(matter, "告")}
            if self._act(matter, steps.REPORT_DIVERSION, UNIT, unit, self.chance.days(5, 40), **told):
                self._rated(matter)

    def _perform(self, matter: Matter) -> None:
        after = self._within(55, late=0.03, never=0.02)
        if after is not None:
            paper = {"文书文号": self._number(matter, "职")}
            if self._act(matter, steps.PERFORM, UNIT, matter.organisation, after, **paper):
                self._rated(matter)

    def _rated(self, matter: Matter) -> None:
        """What has been answered is reported on where it was assigned, and rated by some."""
        self._report_back(matter)
        if self.chance.true(0.72) and not matter.unclear:
            self._evaluate(matter, steps.EVALUATE_UNIT, self.chance.days(1, 25))

    def _handle(self, matter: Matter, *, simple: bool) -> None:
        unit, accepted = matter.organisation, matter.on
        if self.chance.true(0.8):
            self._act(matter, steps.CONTACT, UNIT, unit, self.chance.days(1, 5))
        if self.chance.true(0.012):
            self._withdraw(matter)
            return
        if not simple and self.chance.true(0.07) and self._mediate(matter):
            return
        if not simple and self.chance.true(0.02):
            self._act(matter, steps.OPEN_HEARING, UNIT, unit, self.chance.days(2, 6))
            if not self._act(matter, steps.CLOSE_HEARING, UNIT, unit, self.chance.days(0, 4)):
                return
        if simple:
            after: int | None = self.chance.days(1, 8)
        else:
            after = self._due(matter, accepted)
        if after is None:
            self._neglected(matter)
        elif self._answer(matter, after):
            self._served(matter)

    def _due(self, matter: Matter, accepted: date) -> int | None:
        """Return after how many days from now the answer comes; some matters are extended first."""
        spent = (matter.on - accepted).days
        if self.chance.true(0.06):
            extended = {
                "延期日数": "30",
                "批准人职务": "主要负责人",
                "延期理由": "情况复杂",
                "告知文号": self._number(matter, "延"),
            }
            before = max(0, 60 - spent - self.chance.days(1, 20))
            if not self._act(matter, steps.EXTEND, UNIT, matter.organisation, before, **extended):
                return None
            spent = (matter.on - accepted).days
            return self._within(max(90 - spent, 2), late=0.04, never=0.01)
        return self._within(max(60 - spent, 2), late=0.025, never=0.012)

    def _neglected(self, matter: Matter) -> None:
        """Nobody answers; the petition office supervises some of these."""
        if not self.chance.true(0.5):
            return
        day = self._worked(matter.on + timedelta(days=75))
        term = self._worked(day + timedelta(days=20))
        urge = {"督办情形": "拖延", "改正期限": term.isoformat()}
        urged = self._act(matter, steps.SUPERVISE, PETITION_OFFICE, OFFICE, 75, **urge)
        if urged and self.chance.true(0.9) and self._answer(matter, self.chance.days(5, 25)):
            report = {"报告文号": self._number(matter, "改")}
            self._act(matter, steps.REPORT_CORRECTION, UNIT, matter.organisation, 0, **report)
            self._served(matter)

    def _withdraw(self, matter: Matter) -> None:
        self._act(matter, steps.WITHDRAW, CITIZEN, "", self.chance.days(2, 25), 撤回凭证="书面撤回")

    def _mediate(self, matter: Matter) -> bool:
        """Tell a mediation; False where the matter goes back to the unit for an answer."""
        role, body = Role.MEDIATION_BODY, MEDIATOR
        if not self._act(matter, steps.MEDIATE, role, body, self.chance.days(2, 8), 同意凭证="双方签字"):
            return True
        if not self.chance.true(0.7):
            return not self._act(matter, steps.STOP_MEDIATION, role, body, self.chance.days(3, 12))
        paper = {"协议书编号": self._number(matter, "调")}
        if self._act(matter, steps.SETTLE, role, body, self.chance.days(3, 15), **paper):
            self._rated(matter)
            if self.chance.true(0.3):
                self._act(matter, steps.CONFIRM_AGREEMENT, role, body, self.chance.days(3, 28))
        return True

    def _answer(self, matter: Matter, after: int, **more: str) -> bool:
        outcome = self.chance.weighted((("予以支持", 55), ("解释说明", 30), ("不予支持", 15)))
        opinion = {"意见书文号": self._number(matter, "意"), "投诉请求": "已载明", "事实和理由": "已载明"}
        opinion |= {"处理意见": "已载明", "法律依据": "已载明", "结论": outcome, "救济途径": "复查", "救济期限": "30日"}
        return self._act(matter, steps.ANSWER, UNIT, matter.organisation, after, **opinion, **more)

    def _report_back(self, matter: Matter) -> None:
        """A matter that was assigned, not merely forwarded, is reported on when it is done."""
        if any(step is steps.ASSIGN for _, step, _, _, _ in matter.events):
            report = {"报告文号": self._number(matter, "报")}
            self._act(matter, steps.REPORT_RESULT, UNIT, matter.organisation, 0, **report)

    def _serve(self, matter: Matter, step: Step, role: Role, body: str) -> bool:
        return self._act(matter, step, role, body, self.chance.days(0, 7), 送达凭证="送达回证")

    def _served(self, matter: Matter, *, again: bool = False) -> None:
        if not self._serve(matter, steps.SERVE, UNIT, matter.organisation):
            return
        if not again:
            self._rated(matter)
        if not again and self.chance.true(0.06):
            self._review(matter)
        elif matter.repeat_of == "" or self.chance.true(0.8):
            after = (self._worked(matter.on + timedelta(days=30)) - matter.on).days + self.chance.days(1, 5)
            lapsed = self._act(matter, steps.LAPSE_REVIEW, UNIT, matter.organisation, after)
            if lapsed and self.chance.true(0.003):
                self._ask_too_late(matter)

    def _ask_too_late(self, matter: Matter) -> None:
        reason = {"理由": "逾期且无正当理由", "告知文号": self._number(matter, "告")}
        if self._act(matter, steps.REQUEST_REVIEW, CITIZEN, "", self.chance.days(5, 20)):
            self._act(matter, steps.DECLINE_REVIEW, Role.REVIEW_BODY, REVIEWER, self.chance.days(1, 3), **reason)

    # --- review and re-review --------------------------------------------------------------------------------------

    def _review(self, matter: Matter) -> None:
        if not self._act(matter, steps.REQUEST_REVIEW, CITIZEN, "", self.chance.days(2, 28)):
            return
        if self.chance.true(0.5):
            self._act(matter, steps.ACCEPT_REVIEW, Role.REVIEW_BODY, REVIEWER, self.chance.days(0, 2))
        after = self._within(28, late=0.03, never=0.01)
        if after is None:
            return
        paper = {"复查意见文号": self._number(matter, "查")}
        at = self.chance.roll()
        if at < 0.18:
            term = self._worked(matter.on + timedelta(days=after + 40))
            redo = paper | {"重办期限": term.isoformat()}
            revoked = self._act(matter, steps.REVIEW_REVOKE, Role.REVIEW_BODY, REVIEWER, after, **redo)
            if revoked and self._answer(matter, self.chance.days(8, 30), 与原意见的不同="补充认定事实"):
                self._served(matter, again=True)
            return
        step = steps.REVIEW_CHANGE if at < 0.3 else steps.REVIEW_UPHOLD
        changed = {"变更内容": "处理意见"} if step is steps.REVIEW_CHANGE else {}
        next_way = {"救济途径": "复核", "救济期限": "30日"}
        if not self._act(matter, step, Role.REVIEW_BODY, REVIEWER, after, **paper, **changed, **next_way):
            return
        if self._serve(matter, steps.SERVE_REVIEW, Role.REVIEW_BODY, REVIEWER):
            self._after_review(matter)

    def _after_review(self, matter: Matter) -> None:
        if not self.chance.true(0.35):
            after = (self._worked(matter.on + timedelta(days=30)) - matter.on).days + self.chance.days(1, 5)
            self._act(matter, steps.LAPSE_RE_REVIEW, Role.REVIEW_BODY, REVIEWER, after)
            return
        if not self._act(matter, steps.REQUEST_RE_REVIEW, CITIZEN, "", self.chance.days(2, 28)):
            return
        role, heard = Role.RE_REVIEW_BODY, self.chance.true(0.2)
        if heard:
            self._act(matter, steps.OPEN_HEARING, role, RE_REVIEWER, self.chance.days(3, 8))
            if not self._act(matter, steps.CLOSE_HEARING, role, RE_REVIEWER, self.chance.days(1, 6)):
                return
        final = {
            "复核意见文号": self._number(matter, "核"),
            "结论": self.chance.weighted((("维持", 85), ("变更", 10), ("撤销", 5))),
        }
        if not self._act(matter, steps.RE_REVIEW_OPINION, role, RE_REVIEWER, self.chance.days(6, 24), **final):
            return
        if heard and self.chance.true(0.4):
            self._act(matter, steps.PUBLICISE, role, RE_REVIEWER, 5)
        if self.chance.true(0.5):
            self._act(matter, steps.GUIDE_AND_HELP, PETITION_OFFICE, OFFICE, 15)

    # --- suggestions -----------------------------------------------------------------------------------------------

    def _study(self, matter: Matter) -> None:
        unit = matter.organisation
        if not self._act(matter, steps.STUDY, UNIT, unit, self.chance.days(2, 12)):
            return
        if self.chance.true(0.06):
            return
        if self.chance.true(0.45):
            degree = self.chance.weighted((("采纳", 6), ("部分采纳", 4)))
            decided = self._act(matter, steps.ADOPT, UNIT, unit, self.chance.days(5, 40), 程度=degree)
        else:
            decided = self._act(matter, steps.NOT_ADOPT, UNIT, unit, self.chance.days(5, 40), 理由="条件尚不具备")
        reply = {"回复文号": self._number(matter, "复")}
        if decided and self._act(matter, steps.REPLY_SUGGESTION, UNIT, unit, self.chance.days(1, 10), **reply):
            self._rated(matter)
            if self.chance.true(0.03):
                self._aside(matter, steps.REWARD, PETITION_OFFICE, OFFICE, matter.on, {})


def petition_rows(matters: list[Matter]) -> Iterator[tuple[str, ...]]:
    """Yield petitions.csv, row by row."""
    for matter in matters:
        yield (
            matter.petition,
            matter.organisation,
            OFFICE,
            matter.region,
            matter.channel.value,
            matter.kind.value,
            matter.category,
            str(matter.persons),
            str(int(matter.initial)),
            matter.repeat_of,
            str(int(matter.unclear)),
        )


def event_rows(matters: list[Matter]) -> Iterator[tuple[str, ...]]:
    """Yield events.csv, row by row."""
    for matter in matters:
        for sequence, (on, step, role, organisation, particulars) in enumerate(matter.events, start=1):
            details = ";".join(f"{name}={value}" for name, value in particulars.items())
            yield (matter.petition, str(sequence), on.isoformat(), step.key, role.value, organisation, details)
