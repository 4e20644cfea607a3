"""Petition: an identifier and its events, and everything that follows from them.

``take`` is the only way to add an event; it returns a new petition or raises ``Refusal``. ``replay`` takes a log of
events, stops at the first the law forbids, and certifies every clock as of a day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from hengping.errors import Refusal
from hengping.law import Citation, source
from hengping.petitions import guards
from hengping.petitions.certificate import Certificate, certify
from hengping.petitions.guards import day_in
from hengping.petitions.model import Authorities, Case, Channel, Context, Event, Kind, Role, State, Step
from hengping.petitions.parameters import parameter
from hengping.petitions.steps import STEPS

PETITIONS = source("petitions-2022")
HOUSE = source("house-rules")
ALWAYS_ALLOWED = frozenset({guards.POST})
LOG = "办理记录"
MOST_EVENTS = 2000


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the law does not forbid but a reader must know; ``at`` is the event's position from 0."""

    at: int
    text: str
    cites: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Petition:
    """A matter: its identifier, its events, and the case that follows from them."""

    identifier: str
    events: tuple[Event, ...] = ()
    case: Case = field(default_factory=Case)
    remarks: tuple[Remark, ...] = ()
    context: Context = field(default_factory=Context)

    @property
    def state(self) -> State:
        """Return where the matter stands."""
        return self.case.state

    def take(
        self,
        step: Step,
        *,
        on: date,
        by: Role,
        organisation: str = "",
        details: Mapping[str, str] | None = None,
        recorded_on: date | None = None,
    ) -> Petition:
        """Return the petition with one more event; raise ``Refusal`` where the law forbids the step now."""
        event = Event(
            step=step.key, on=on, by=by, organisation=organisation, details=details or {}, recorded_on=recorded_on
        )
        refusal = self.objection(step, event)
        if refusal is not None:
            raise refusal
        return self.with_event(step, event)

    def objection(self, step: Step, event: Event) -> Refusal | None:
        """Return why a step is not allowed now, or None."""
        return _by_state(step, event, self.case) or _by_particulars(step, event) or self._by_guards(step, event)

    def allowed(self, on: date) -> Iterator[Step]:
        """Yield every step whose state, kind and days in force allow it; particulars and guards are asked later."""
        for step in STEPS:
            if step.in_force(on) and self.case.state in step.start and _kind_fits(step, self.case):
                yield step

    def certificates(self, as_of: date) -> tuple[Certificate, ...]:
        """Return a certificate for every run of every clock, as of a day; later events are not yet known."""
        known = self.as_of(as_of)
        return certify(known.events, known.case, as_of, self.context)

    def as_of(self, day: date) -> Petition:
        """Return the petition as it was known at the end of a day."""
        if not self.events or self.events[-1].on <= day:
            return self
        return _fold(self.identifier, (event for event in self.events if event.on <= day), self.context)

    def _by_guards(self, step: Step, event: Event) -> Refusal | None:
        for guard in (*guards.EVERYWHERE, *step.guards):
            found = guard(self.case, event, self.context)
            if found is not None:
                basis = "、".join(str(cite) for cite in found.cites)
                return Refusal(step.title, found.reason, found.remedy, basis)
        if event.recorded_on is not None and event.on < event.recorded_on and not step.proven:
            return Refusal(
                step.title,
                f"办理日期 {event.on} 早于录入日 {event.recorded_on}，不得倒填",
                "请按录入日登记；只有凭证载明日期的环节（提出、送达、申请）可以补录。",
                str(HOUSE["如实记载"]),
            )
        return None

    def with_event(self, step: Step, event: Event) -> Petition:
        """Return the petition with an event that has already been found lawful."""
        remarks = tuple(
            Remark(len(self.events), text, cites) for text, cites in _remarks(self.case, event, self.context)
        )
        return replace(
            self,
            events=(*self.events, event),
            case=_after(self.case, step, event),
            remarks=self.remarks + remarks,
        )


def _fold(identifier: str, events: Iterable[Event], context: Context) -> Petition:
    petition = Petition(identifier=identifier, context=context)
    for event in events:
        petition = petition.with_event(STEPS.get(event.step), event)
    return petition


def _kind_fits(step: Step, case: Case) -> bool:
    return not step.kinds or case.kind in step.kinds


def _by_state(step: Step, event: Event, case: Case) -> Refusal | None:
    if not step.in_force(event.on):
        return Refusal(step.title, f"{event.on} 不在本规则的施行期内（自 {step.since} 起）", "请核对日期。", step.basis)
    if case.state not in step.start:
        before = "、".join(state.label for state in State if state in step.start)
        return Refusal(
            step.title, f"当前状态为“{case.state.label}”", f"本环节只能在下列状态作出：{before}。", step.basis
        )
    if event.by not in step.by:
        who = "、".join(role.label for role in Role if role in step.by)
        return Refusal(step.title, f"不能由“{event.by.label}”作出", f"应由{who}作出。", step.basis)
    if not _kind_fits(step, case):
        kinds = "、".join(kind.label for kind in Kind if kind in step.kinds)
        now = case.kind.label if case.kind else "未分类"
        return Refusal(step.title, f"事项类别为“{now}”", f"本环节只适用于{kinds}事项。", step.basis)
    return None


def _by_particulars(step: Step, event: Event) -> Refusal | None:
    missing = [name for name in step.needs if not event.details.get(name, "").strip()]
    if missing:
        return Refusal(step.title, f"缺少“{'”“'.join(missing)}”", "请补齐后再办理。", step.basis)
    declared = {*step.needs, *step.optional, *ALWAYS_ALLOWED}
    strange = [name for name in event.details if name not in declared]
    if strange:
        return Refusal(
            step.title,
            f"“{'”“'.join(strange)}”不是本环节的事项",
            "请删去：办理记录只记环节所需的事项，不记个人信息。",
            str(HOUSE["如实记载"]),
        )
    for choice in step.choices:
        value = event.details.get(choice.name)
        if value is not None and value not in choice.values:
            return Refusal(
                step.title, f"{choice.name}“{value}”不在可选范围", f"可选：{'、'.join(choice.values)}。", step.basis
            )
    return None


def _after(case: Case, step: Step, event: Event) -> Case:
    """Return the case after one event: what the step declares, and what its particulars add."""
    details = event.details
    changes: dict[str, Any] = {
        "state": step.end or case.state,
        "branch": step.branch or case.branch,
        "last_on": event.on,
        "done": case.done | {step.key},
    }
    if guards.ACCUSED in details:
        changes["accused"] = case.accused | guards.names(details[guards.ACCUSED])
    if details.get("信访形式"):
        changes["channel"] = details["信访形式"]
    if details.get("姓名住址不清"):
        changes["unclear"] = details["姓名住址不清"] == "是"
    effect = _EFFECTS.get(step.key)
    return replace(case, **changes, **(effect(case, event) if effect else {}))


def _sent(_case: Case, event: Event) -> dict[str, Any]:
    return {"holder": event.details[guards.DESTINATION]}


_EFFECTS: Mapping[str, Callable[[Case, Event], dict[str, Any]]] = {
    "sort-claim": lambda _case, _event: {"kind": Kind.CLAIM},
    "sort-suggestion": lambda _case, _event: {"kind": Kind.SUGGESTION},
    "sort-accusation": lambda _case, _event: {"kind": Kind.ACCUSATION},
    "sort-litigation": lambda _case, _event: {"kind": Kind.LITIGATION},
    "register-direct": lambda _case, event: {
        "kind": Kind(event.details["类别"]),
        "direct": True,
        "holder": event.organisation,
    },
    "forward": _sent,
    "assign": _sent,
    "pass-down": _sent,
    "transfer-accusation": _sent,
    "transfer-litigation": _sent,
    "decide-competence": lambda case, event: {**_sent(case, event), "competence_decided": True},
    "uphold-objection": lambda case, _event: {"returns": case.returns + 1},
    "extend": lambda case, event: {
        "extensions": case.extensions + 1,
        "extension_days": case.extension_days + int(event.details["延期日数"]),
    },
    "answer": lambda case, event: {"answered_by": event.organisation or case.holder},
    "serve": lambda _case, event: {"served_on": event.on},
    "serve-review": lambda _case, event: {"served_on": event.on},
    "request-review": lambda _case, event: {"review_asked_on": event.on},
    "review-uphold": lambda _case, event: {"reviewed_by": event.organisation},
    "review-change": lambda _case, event: {"reviewed_by": event.organisation},
    "review-revoke": lambda _case, event: {"reviewed_by": event.organisation},
    "open-hearing": lambda _case, _event: {"hearing": True},
    "close-hearing": lambda _case, _event: {"hearing": False},
    "mediate": lambda _case, _event: {"mediating": True},
    "stop-mediation": lambda _case, _event: {"mediating": False},
    "settle": lambda _case, _event: {"mediating": False},
    "withdraw": lambda _case, _event: {"mediating": False, "hearing": False},
    "simplify": lambda _case, _event: {"simplified": True},
    "recuse": lambda case, event: {"recused": case.recused | {event.details[guards.POST]}},
}
"""What a step's particulars add to the case, beyond the state its literal declares."""


def _remarks(case: Case, event: Event, context: Context) -> Iterator[tuple[str, tuple[Citation, ...]]]:
    details = event.details
    persons = details.get("人数", "")
    limit = parameter("representatives", context.authority, event.on).value
    visit = Channel.VISIT in (details.get("信访形式"), case.channel)
    if persons.isdecimal() and int(persons) > limit and visit and not details.get("代表人数"):
        yield (
            f"多人走访共 {persons} 人，应当请信访人推选不超过 {limit} 名代表；只记人数",
            (PETITIONS["第二十条第三款"],),
        )
    if event.step in ("answer", "review-uphold", "review-change"):
        for name in ("救济途径", "救济期限"):
            if not details.get(name):
                yield f"没有写明“{name}”；第三十二条未列入要素，但信访人有权申请", (PETITIONS["第三十五条"],)
    if event.step in ("review-uphold", "review-change", "review-revoke", "re-review-opinion"):
        below = case.reviewed_by if event.step == "re-review-opinion" else case.answered_by
        if not (event.organisation and below and context.authorities.knows(below)):
            yield "机关层级未提供，“上一级”未能核对", (PETITIONS["第三十五条"], PETITIONS["第三十六条第一款"])
    if event.step in ("request-review", "request-re-review") and case.served_on is not None:
        last = guards.last_day_to_ask(case.served_on, context)
        if event.on > last:
            article = PETITIONS["第三十五条" if event.step == "request-review" else "第三十六条第一款"]
            yield f"申请晚于 {last}；逾期的后果条例未写，是否有正当理由由受理机关认定", (article,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A log of events as handed in: the matter, whose local rules apply, who stands above whom."""

    identifier: str
    events: tuple[Event, ...]
    authorities: Authorities = field(default_factory=Authorities)
    authority: str = "national"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What follows from a log: the petition as far as the law allows, its clocks, and the first refusal if any."""

    petition: Petition
    as_of: date
    certificates: tuple[Certificate, ...]
    refused_at: int | None = None
    refusal: Refusal | None = None


def replay(log: Log, context: Context, as_of: date | None = None) -> Replay:
    """Take the events one by one up to the as-of day (the last event's day unless given) and certify every clock."""
    day = as_of or max((event.on for event in log.events), default=None)
    if day is None:
        raise Refusal(
            LOG, "没有任何事件，也没有给出截至日", "请给出事件，或者以 --as-of 指定截至日。", str(HOUSE["如实记载"])
        )
    petition = Petition(identifier=log.identifier, context=context)
    refused_at, refusal = None, None
    for at, event in enumerate(log.events):
        if event.on > day:
            break
        step = STEPS.get(event.step)
        refusal = petition.objection(step, event)
        if refusal is not None:
            refused_at = at
            break
        petition = petition.with_event(step, event)
    return Replay(
        petition=petition,
        as_of=day,
        certificates=petition.certificates(day),
        refused_at=refused_at,
        refusal=refusal,
    )


def read_log(data: object) -> Log:
    """Read a log from plain values (as JSON or TOML give them); refuse what is not one, naming the place."""
    if not isinstance(data, Mapping):
        raise _unreadable("最外层应为一个对象，含 petition 与 events")
    unknown = set(data) - {"petition", "authority", "organisations", "events", "format"}
    if unknown:
        raise _unreadable(f"有不认识的字段：{'、'.join(sorted(map(str, unknown)))}")
    events = data.get("events")
    if not isinstance(events, Sequence) or isinstance(events, str):
        raise _unreadable("缺少 events 列表")
    if len(events) > MOST_EVENTS:
        raise _unreadable(f"一件事项的事件有 {len(events)} 条，超过 {MOST_EVENTS} 条", "请一件事项一个记录。")
    return Log(
        identifier=_text(data.get("petition", ""), "petition"),
        events=tuple(_read_event(event, at) for at, event in enumerate(events)),
        authorities=_read_authorities(data.get("organisations", [])),
        authority=_text(data.get("authority", "national"), "authority"),
    )


def _read_event(data: object, at: int) -> Event:
    place = f"events[{at}]"
    if not isinstance(data, Mapping):
        raise _unreadable(f"{place} 应为对象")
    unknown = set(data) - {"step", "on", "by", "organisation", "details", "recorded_on"}
    if unknown:
        raise _unreadable(f"{place} 有不认识的字段：{'、'.join(sorted(map(str, unknown)))}")
    step = _text(data.get("step", ""), f"{place}.step")
    if step not in STEPS:
        raise _unreadable(f"{place}.step“{step}”不是已知的环节", f"可用的环节：{'、'.join(STEPS.keys())}。")
    role = _text(data.get("by", _only_role(step)), f"{place}.by")
    if role not in set(Role):
        raise _unreadable(f"{place}.by“{role}”不是已知的角色", f"可用的角色：{'、'.join(Role)}。")
    details = data.get("details", {})
    if not isinstance(details, Mapping):
        raise _unreadable(f"{place}.details 应为对象")
    recorded = data.get("recorded_on")
    return Event(
        step=step,
        on=_day(data.get("on"), f"{place}.on"),
        by=Role(role),
        organisation=_text(data.get("organisation", ""), f"{place}.organisation"),
        details={str(name): _detail(value, f"{place}.details.{name}") for name, value in details.items()},
        recorded_on=None if recorded is None else _day(recorded, f"{place}.recorded_on"),
    )


def _only_role(step: str) -> str:
    """Return the one role that may take a step, where there is only one; the log may then leave it out."""
    roles = STEPS.get(step).by
    return str(next(iter(roles))) if len(roles) == 1 else ""


def _read_authorities(data: object) -> Authorities:
    if not isinstance(data, Sequence) or isinstance(data, str):
        raise _unreadable("organisations 应为列表")
    superiors: dict[str, tuple[str, ...]] = {}
    for at, row in enumerate(data):
        if not isinstance(row, Mapping) or set(row) - {"key", "superiors"}:
            raise _unreadable(f"organisations[{at}] 应为 key 与 superiors")
        above = row.get("superiors", [])
        if not isinstance(above, Sequence) or isinstance(above, str):
            raise _unreadable(f"organisations[{at}].superiors 应为列表")
        superiors[_text(row.get("key", ""), f"organisations[{at}].key")] = tuple(map(str, above))
    return Authorities(superiors)


def _day(value: object, place: str) -> date:
    found = value if type(value) is date else day_in(value) if isinstance(value, str) else None
    if found is None:
        raise _unreadable(f"{place}“{value}”不是存在的日期", "请按 2024-05-31 的写法填写（1949–2199 年）。")
    return found


def _text(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise _unreadable(f"{place} 应为文字")
    return value


def _detail(value: object, place: str) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, date)):
        raise _unreadable(f"{place} 应为文字或者整数")
    return str(value)


def _unreadable(reason: str, remedy: str = "格式见 docs/conformance.md。") -> Refusal:
    return Refusal(LOG, reason, remedy)
