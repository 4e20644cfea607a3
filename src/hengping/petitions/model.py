"""What petition casework is made of: states, roles, steps, clocks, events, and the order of organisations.

There is no type for a person here. A petition is an identifier and dated events; an event names offices by their
keys, a post where the law asks for one, and numbers of documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from hengping.dates import Calendar, Counting
from hengping.errors import RulebookError
from hengping.law import Citation, Rule


class State(StrEnum):
    """Where a matter stands on its main line."""

    NEW = "new"
    FILED = "filed"
    FILED_DIRECT = "filed-direct"
    REGISTERED = "registered"
    SORTED = "sorted"
    SUBMITTED = "submitted"
    TRANSFERRED = "transferred"
    RECEIVED = "received"
    RECEIVED_DIRECT = "received-direct"
    OBJECTED = "objected"
    RETURNED = "returned"
    DISPUTED = "disputed"
    ACCEPTED = "accepted"
    DIVERTED = "diverted"
    PERFORMING = "performing"
    HANDLING = "handling"
    REDOING = "redoing"
    ANSWERED = "answered"
    REVIEW_OPEN = "review-open"
    REVIEWING = "reviewing"
    REVIEWED = "reviewed"
    RE_REVIEW_OPEN = "re-review-open"
    RE_REVIEWING = "re-reviewing"
    LAPSED = "lapsed"
    RE_REVIEW_LAPSED = "re-review-lapsed"
    CONCLUDED = "concluded"
    SETTLED = "settled"
    STUDYING = "studying"
    ADOPTED = "adopted"
    NOT_ADOPTED = "not-adopted"
    HANDED_OVER = "handed-over"
    DECLINED = "declined"
    REDIRECTED = "redirected"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """Return the official words for the state."""
        return _STATE_LABELS[self]

    @property
    def is_open(self) -> bool:
        """Tell whether somebody still owes the petitioner an act other than a review."""
        return self in _OPEN_STATES


_STATE_LABELS: Mapping[State, str] = {
    State.NEW: "未提出",
    State.FILED: "待登记",
    State.FILED_DIRECT: "单位待登记",
    State.REGISTERED: "已登记",
    State.SORTED: "已分类",
    State.SUBMITTED: "已报请",
    State.TRANSFERRED: "已转交",
    State.RECEIVED: "单位已收",
    State.RECEIVED_DIRECT: "单位已收（直接提出）",
    State.OBJECTED: "异议待核",
    State.RETURNED: "退回重转",
    State.DISPUTED: "受理争议待决定",
    State.ACCEPTED: "已受理",
    State.DIVERTED: "已导入其他法定途径",
    State.PERFORMING: "依法履行职责中",
    State.HANDLING: "办理中",
    State.REDOING: "重新办理中",
    State.ANSWERED: "已答复",
    State.REVIEW_OPEN: "复查期",
    State.REVIEWING: "复查中",
    State.REVIEWED: "已复查",
    State.RE_REVIEW_OPEN: "复核期",
    State.RE_REVIEWING: "复核中",
    State.LAPSED: "办结（未在期限内申请复查）",
    State.RE_REVIEW_LAPSED: "办结（未在期限内申请复核）",
    State.CONCLUDED: "终结",
    State.SETTLED: "办结（调解、和解）",
    State.STUDYING: "研究论证中",
    State.ADOPTED: "已采纳待回复",
    State.NOT_ADOPTED: "未采纳",
    State.HANDED_OVER: "已移送",
    State.DECLINED: "不予受理",
    State.REDIRECTED: "已告知向有权机关提出",
    State.CLOSED: "办结",
    State.WITHDRAWN: "已撤回",
}

_OPEN_STATES = frozenset(
    {
        State.FILED,
        State.FILED_DIRECT,
        State.REGISTERED,
        State.SORTED,
        State.SUBMITTED,
        State.TRANSFERRED,
        State.RECEIVED,
        State.RECEIVED_DIRECT,
        State.OBJECTED,
        State.RETURNED,
        State.DISPUTED,
        State.ACCEPTED,
        State.DIVERTED,
        State.PERFORMING,
        State.HANDLING,
        State.REDOING,
        State.STUDYING,
        State.ADOPTED,
    }
)


class Role(StrEnum):
    """In what capacity somebody acts."""

    PETITIONER = "petitioner"
    PETITION_OFFICE = "petition-office"
    HANDLING_BODY = "handling-body"
    REVIEW_BODY = "review-body"
    RE_REVIEW_BODY = "re-review-body"
    SUPERIOR = "superior"
    JOINT_CONFERENCE = "joint-conference"
    MEDIATION_BODY = "mediation-body"
    COMMITTEE = "committee"

    @property
    def label(self) -> str:
        """Return the official words for the role."""
        return _ROLE_LABELS[self]


_ROLE_LABELS: Mapping[Role, str] = {
    Role.PETITIONER: "信访人",
    Role.PETITION_OFFICE: "信访部门",
    Role.HANDLING_BODY: "有权处理的机关、单位",
    Role.REVIEW_BODY: "复查机关、单位",
    Role.RE_REVIEW_BODY: "复核机关、单位",
    Role.SUPERIOR: "上级机关、单位",
    Role.JOINT_CONFERENCE: "信访工作联席会议",
    Role.MEDIATION_BODY: "调解组织",
    Role.COMMITTEE: "党委和政府",
}


class Kind(StrEnum):
    """What a petition asks for; the Regulation knows three kinds, litigation-related matters are sorted out of them."""

    CLAIM = "claim"
    SUGGESTION = "suggestion"
    ACCUSATION = "accusation"
    LITIGATION = "litigation"

    @property
    def label(self) -> str:
        """Return the official words for the kind."""
        labels = {
            "claim": "申诉求决类",
            "suggestion": "建议意见类",
            "accusation": "检举控告类",
            "litigation": "涉法涉诉类",
        }
        return labels[self.value]


class Channel(StrEnum):
    """How a petition comes in."""

    ONLINE = "online"
    LETTER = "letter"
    CALL = "call"
    VISIT = "visit"
    FAX = "fax"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return the official words for the channel."""
        labels = {"online": "网上", "letter": "来信", "call": "来电", "visit": "走访", "fax": "传真", "other": "其他"}
        return labels[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One dated act on a petition: which step, when, in what capacity, by which organisation, with what particulars.

    ``recorded_on`` is the day it was entered, where that is known; an event is a fact and is never edited.
    """

    step: str
    on: date
    by: Role
    organisation: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    recorded_on: date | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "details", MappingProxyType(dict(self.details)))


class Authorities:
    """Which organisation stands directly above which; an organisation may have two superiors (条、块)."""

    __slots__ = ("_superiors",)

    def __init__(self, superiors: Mapping[str, Iterable[str]] | None = None) -> None:
        self._superiors = {key: frozenset(above) for key, above in (superiors or {}).items()}

    def knows(self, organisation: str) -> bool:
        """Tell whether the organisation's superiors are recorded."""
        return organisation in self._superiors

    def is_directly_above(self, superior: str, organisation: str) -> bool:
        """Tell whether ``superior`` is exactly one level above."""
        return superior in self._superiors.get(organisation, frozenset())

    def within(self, organisation: str, whole: str) -> bool:
        """Tell whether an organisation is ``whole`` itself or stands anywhere below it."""
        seen: set[str] = set()
        waiting = [organisation]
        while waiting:
            here = waiting.pop()
            if here == whole:
                return True
            if here not in seen:
                seen.add(here)
                waiting.extend(self._superiors.get(here, ()))
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What follows from the events so far, as far as the steps ask for it."""

    state: State = State.NEW
    kind: Kind | None = None
    channel: str = ""
    branch: int = 0
    direct: bool = False
    unclear: bool = False
    holder: str = ""
    answered_by: str = ""
    reviewed_by: str = ""
    accused: frozenset[str] = frozenset()
    recused: frozenset[str] = frozenset()
    returns: int = 0
    competence_decided: bool = False
    extensions: int = 0
    extension_days: int = 0
    hearing: bool = False
    mediating: bool = False
    simplified: bool = False
    served_on: date | None = None
    review_asked_on: date | None = None
    last_on: date | None = None
    done: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What surrounds a case: the order of organisations, the published calendar, and whose local rules apply."""

    authorities: Authorities = field(default_factory=Authorities)
    calendar: Calendar | None = None
    authority: str = "national"


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a step is not allowed: the reason, the remedy, and the texts it rests on."""

    reason: str
    remedy: str
    cites: tuple[Citation, ...]


Guard = Callable[[Case, Event, Context], Objection | None]
"""Looks at a case and the event proposed, and returns an objection or None."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The values a particular may have."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Rule):
    """A transition of a case: from which states, to which, by whom, with which particulars, under which guards.

    ``end`` None leaves the state as it is. ``kinds`` empty means every kind. ``proven`` steps carry a day proven by
    a document from outside (a postmark, a receipt) and may be entered later than they happened. ``branch`` is the
    item of Article 31 the step chooses.
    """

    start: frozenset[State]
    end: State | None
    by: frozenset[Role]
    needs: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    kinds: frozenset[Kind] = frozenset()
    branch: int = 0
    proven: bool = False
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """How a period may be lengthened: by which step, by how many days in all, how often."""

    step: Step
    days: int
    detail: str
    times: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Which step stops the count and which lets it go on; both days and all between are not counted."""

    opens: Step
    closes: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A second defensible reading of the same clock, computed and shown beside the first.

    ``starts`` replaces the start; ``from_rolled`` lets an extension begin on the rolled last day; ``unnumbered``
    says that under this reading the text sets no number of days. ``kinds`` limits it to those kinds.
    """

    key: str
    reading: str
    starts: tuple[Step, ...] = ()
    from_rolled: bool = False
    unnumbered: bool = False
    kinds: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock(Rule):
    """A statutory period: its length, what starts, stops, ends, voids and pauses it.

    Length is ``days`` or ``months``, or a ``parameter`` of the rulebook, or the day named in the start event's
    ``term`` particular; with none of them the text says “及时” or nothing, and no day is invented. ``stops`` fulfil the
    duty, ``ends`` let it lapse without fulfilment, ``voids`` show that it never applied. ``authority`` limits a clock
    to one locality. ``right`` marks somebody's own period, which nobody breaks. ``exempt_unclear`` frees a unit where nobody can be told. A start met while
    the clock runs is passed over, unless ``queue`` lets several run beside each other, the oldest stopped first; with
    ``once`` there is never a second run.
    """

    days: int | None = None
    months: int | None = None
    parameter: str = ""
    term: str = ""
    counting: Counting = Counting.CALENDAR
    starts: tuple[Step, ...]
    stops: frozenset[Step]
    ends: frozenset[Step] = frozenset()
    voids: frozenset[Step] = frozenset()
    pause: Pause | None = None
    extension: Extension | None = None
    alternatives: tuple[Alternative, ...] = ()
    bearer: Role = Role.HANDLING_BODY
    authority: str = "national"
    kinds: frozenset[Kind] = frozenset()
    right: bool = False
    exempt_unclear: bool = False
    only_simplified: bool = False
    once: bool = False
    queue: bool = False

    def __post_init__(self) -> None:
        Rule.__post_init__(self)
        if sum(value not in (None, "") for value in (self.days, self.months, self.parameter, self.term)) > 1:
            raise RulebookError(f"期限 {self.key} 的长度写了不止一种")
