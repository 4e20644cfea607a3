"""A second, independent reading of the regulation: its own table of moves, its own day-by-day counting.

Written from the text of the rules and not from the product's code; the suites hold the two equal on random logs. It
knows nothing of the product but the shape of an event (step, day, details).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)

OFFICE = "registered sorted submitted"
UNSERVED = (
    "filed filed-direct registered sorted submitted transferred received received-direct objected returned disputed "
    "accepted diverted performing handling redoing studying adopted"
)
LATER = (
    "answered review-open reviewing reviewed re-review-open re-reviewing lapsed re-review-lapsed concluded settled "
    "not-adopted handed-over declined redirected closed withdrawn"
)
ANY = f"{UNSERVED} {LATER}".replace("filed-direct ", "").replace("filed ", "", 1)
IN_HAND = "accepted handling redoing performing"
HEARD = "handling redoing reviewing re-reviewing"
STAYS = ""

MOVES_TEXT: tuple[tuple[str, str, str], ...] = (
    ("file", "new", "filed"),
    ("file-direct", "new", "filed-direct"),
    ("register", "new filed", "registered"),
    ("register-direct", "filed-direct", "received-direct"),
    ("sort-claim", "registered sorted", "sorted"),
    ("sort-suggestion", "registered sorted", "sorted"),
    ("sort-accusation", "registered sorted", "sorted"),
    ("sort-litigation", "registered sorted", "sorted"),
    ("submit", "sorted", "submitted"),
    ("forward", "sorted submitted returned", "transferred"),
    ("assign", "sorted submitted returned", "transferred"),
    ("pass-down", "received-direct", "transferred"),
    ("redirect", "received-direct", "redirected"),
    ("transfer-litigation", "sorted received-direct", "handed-over"),
    ("guide-litigation", "sorted received-direct", "handed-over"),
    ("transfer-accusation", "sorted received-direct", "handed-over"),
    ("decline", OFFICE, "declined"),
    ("decline-final", f"{OFFICE} received received-direct", "declined"),
    ("receive", "transferred", "received"),
    ("object", "received", "objected"),
    ("uphold-objection", "objected", "returned"),
    ("overrule-objection", "objected", "received"),
    ("refer-dispute", "sorted returned received objected", "disputed"),
    ("decide-competence", "disputed", "transferred"),
    ("accept", "received received-direct", "accepted"),
    ("route-litigation", "accepted", "diverted"),
    ("route-arbitration", "accepted", "diverted"),
    ("route-party-appeal", "accepted", "diverted"),
    ("route-administrative", "accepted", "diverted"),
    ("route-duty", "accepted", "performing"),
    ("route-petition", "accepted", "handling"),
    ("report-diversion", "diverted", "closed"),
    ("perform", "performing", "closed"),
    ("extend", "handling", "handling"),
    ("answer", "handling redoing", "answered"),
    ("serve", "answered", "review-open"),
    ("request-review", "review-open lapsed", "reviewing"),
    ("lapse-review", "review-open", "lapsed"),
    ("review-uphold", "reviewing", "reviewed"),
    ("review-change", "reviewing", "reviewed"),
    ("review-revoke", "reviewing", "redoing"),
    ("decline-review", "reviewing", "lapsed"),
    ("accept-review", "reviewing", STAYS),
    ("serve-review", "reviewed", "re-review-open"),
    ("request-re-review", "re-review-open re-review-lapsed", "re-reviewing"),
    ("lapse-re-review", "re-review-open", "re-review-lapsed"),
    ("re-review-opinion", "re-reviewing", "concluded"),
    ("study", "accepted", "studying"),
    ("adopt", "studying", "adopted"),
    ("not-adopt", "studying", "not-adopted"),
    ("reply-suggestion", "adopted not-adopted", "closed"),
    ("settle", IN_HAND, "settled"),
    ("withdraw", f"{UNSERVED} reviewing re-reviewing", "withdrawn"),
    ("report-urgent", ANY, STAYS),
    ("notify-personnel", "sorted handed-over", STAYS),
    ("recuse", ANY, STAYS),
    ("simplify", "received received-direct accepted", STAYS),
    ("contact", UNSERVED, STAYS),
    ("open-hearing", HEARD, STAYS),
    ("close-hearing", HEARD, STAYS),
    ("publicise", "concluded", STAYS),
    ("mediate", IN_HAND, STAYS),
    ("stop-mediation", IN_HAND, STAYS),
    ("confirm-agreement", "settled", STAYS),
    ("report-result", ANY, STAYS),
    ("supervise", ANY, STAYS),
    ("report-correction", ANY, STAYS),
    ("advise-improvement", ANY, STAYS),
    ("advise-policy", ANY, STAYS),
    ("advise-accountability", ANY, STAYS),
    ("answer-advice", ANY, STAYS),
    ("conference-item", ANY, STAYS),
    ("conference-measure", ANY, STAYS),
    ("assign-leader", ANY, STAYS),
    ("leader-reception", ANY, STAYS),
    ("note-repeat", ANY, STAYS),
    ("link-earlier", ANY, STAYS),
    ("reward", "adopted closed", STAYS),
    ("hardship-aid", ANY, STAYS),
    ("guide-and-help", "concluded", STAYS),
    ("evaluate-office", ANY, STAYS),
    ("evaluate-unit", ANY, STAYS),
)

MOVES: dict[tuple[str, str], str] = {
    (state, step): after or state for step, before, after in MOVES_TEXT for state in before.split()
}
"""Where each step leads from each state."""

Act = tuple[str, date, Mapping[str, str]]


def state_after(acts: Sequence[Act]) -> str | None:
    """Return the state a sequence ends in, or None where a move is not in the table."""
    state = "new"
    for step, _, _ in acts:
        following = MOVES.get((state, step))
        if following is None:
            return None
        state = following
    return state


@dataclass(frozen=True)
class Span:
    """One clock: how it counts and what acts on it."""

    length: int | None
    starts: str
    stops: str
    ends: str = ""
    voids: str = ""
    working: bool = False
    named: str = ""
    months: int = 0
    queue: bool = False
    once: bool = False


REVIEW_OPINION = "review-uphold review-change review-revoke"
OFFICE_ACT = "submit forward assign transfer-litigation guide-litigation transfer-accusation decline decline-final"
OTHER_ROUTES = "route-litigation route-arbitration route-party-appeal route-administrative route-duty"
ADVICE = "advise-improvement advise-policy advise-accountability"

SPANS: dict[str, Span] = {
    "registration": Span(None, "file file-direct", "register register-direct", "withdraw"),
    "transfer": Span(15, "file register", OFFICE_ACT, "withdraw refer-dispute", once=True),
    "urgent": Span(None, "submit", "report-urgent", "forward assign withdraw"),
    "notice": Span(15, "receive", "accept", "uphold-objection refer-dispute decline-final withdraw"),
    "notice-direct": Span(
        15,
        "file-direct",
        "accept pass-down redirect",
        "decline-final transfer-litigation transfer-accusation guide-litigation withdraw",
    ),
    "objection": Span(5, "receive", "object", "accept refer-dispute decline-final withdraw", working=True),
    "objection-check": Span(None, "object", "uphold-objection overrule-objection", "refer-dispute withdraw"),
    "competence": Span(None, "refer-dispute", "decide-competence", "withdraw"),
    "feedback": Span(None, "assign", "report-result", "uphold-objection withdraw", named="反馈期限"),
    "handling": Span(60, "accept", "answer", "settle withdraw", f"{OTHER_ROUTES} study"),
    "simple-handling": Span(10, "accept", "answer", "settle withdraw", OTHER_ROUTES, working=True),
    "simple-acceptance": Span(
        3, "receive", "accept", "uphold-objection refer-dispute decline-final withdraw", working=True
    ),
    "duty": Span(None, "route-duty", "perform", "settle withdraw", months=2),
    "review-request": Span(30, "serve", "request-review", "lapse-review"),
    "review": Span(30, "request-review", REVIEW_OPINION, "decline-review withdraw"),
    "redo": Span(None, "review-revoke", "answer", "settle withdraw", named="重办期限"),
    "re-review-request": Span(30, "serve-review", "request-re-review", "lapse-re-review"),
    "re-review": Span(30, "request-re-review", "re-review-opinion", "withdraw"),
    "suggestion-reply": Span(None, "adopt", "reply-suggestion", "withdraw"),
    "correction": Span(None, "supervise", "report-correction", named="改正期限", queue=True),
    "advice-answer": Span(None, ADVICE, "answer-advice", queue=True),
    "judicial-confirmation": Span(30, "settle", "confirm-agreement"),
    "office-evaluation": Span(30, "accept", "evaluate-office", once=True),
    "unit-evaluation": Span(30, "serve perform report-diversion reply-suggestion settle", "evaluate-unit", once=True),
}


@dataclass
class Run:
    """One run of one clock as this reading sees it."""

    clock: str
    started: int
    start: date
    stop: date | None = None
    how: str = ""
    counted: date | None = None
    due: date | None = None
    standing: str = ""


def runs(acts: Sequence[Act], as_of: date, works: Callable[[date], bool | None]) -> list[Run]:
    """Return every run of every clock; ``works`` tells of a day whether it is worked, None where nobody knows."""
    found: list[Run] = []
    for clock, span in SPANS.items():
        if clock.startswith("simple") and not any(step == "simplify" for step, _, _ in acts):
            continue
        for run in _intervals(clock, span, acts):
            _decide(run, span, acts, as_of, works)
            found.append(run)
    return found


def _intervals(clock: str, span: Span, acts: Sequence[Act]) -> list[Run]:
    opened: list[Run] = []
    closed: list[Run] = []
    for index, (step, on, _) in enumerate(acts):
        for how, steps in (("stop", span.stops), ("end", span.ends), ("void", span.voids)):
            if step in steps.split() and opened:
                run = opened.pop(0)
                run.stop, run.how = on, how
                closed.append(run)
        if step not in span.starts.split() or (opened and not span.queue) or (span.once and (opened or closed)):
            continue
        opened.append(Run(clock, index, on))
    return closed + opened


def _decide(run: Run, span: Span, acts: Sequence[Act], as_of: date, works: Callable[[date], bool | None]) -> None:
    run.counted = _counted(run, span, acts, as_of, works)
    if run.clock == "handling" and run.counted is not None:
        last = _roll(run.counted, works) or run.counted
        for step, on, details in acts[run.started :]:
            if step == "extend" and on <= last and (run.stop is None or on <= run.stop):
                run.counted += int(details["延期日数"]) * DAY
    run.due = None if run.counted is None else _roll(run.counted, works)
    run.standing = _standing(run, span, acts, as_of)


def _counted(
    run: Run, span: Span, acts: Sequence[Act], as_of: date, works: Callable[[date], bool | None]
) -> date | None:
    details = acts[run.started][2]
    if span.named:
        return date.fromisoformat(details[span.named])
    if span.months:
        return _months_on(run.start, span.months)
    if span.length is None:
        return None
    heard = _heard(run, acts, as_of) if run.clock == "re-review" else set()
    left, on = span.length, run.start
    if span.working and works(on) is None:
        return None
    while left:
        on += DAY
        if span.working:
            worked = works(on)
            if worked is None:
                return None
            left -= worked
        elif on not in heard:
            left -= 1
    return on


def _months_on(start: date, months: int) -> date:
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    for day in (start.day, 30, 29):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return date(year, month, 28)


def _heard(run: Run, acts: Sequence[Act], as_of: date) -> set[date]:
    days: set[date] = set()
    opened: date | None = None
    for step, on, _ in acts[run.started :]:
        if step == "open-hearing":
            opened = on
        elif step == "close-hearing" and opened is not None:
            days |= {opened + DAY * i for i in range((on - opened).days + 1)}
            opened = None
    if opened is not None and run.stop is None:
        days |= {opened + DAY * i for i in range((max(as_of, opened) - opened).days + 1)}
    return days


def _roll(on: date, works: Callable[[date], bool | None]) -> date | None:
    while True:
        worked = works(on)
        if worked is None:
            return None
        if worked:
            return on
        on += DAY


def _standing(run: Run, span: Span, acts: Sequence[Act], as_of: date) -> str:
    kind = kind_of(acts)
    claims_only = run.clock == "handling" and kind not in ("claim", "")
    unsuited = run.clock == "notice" and kind not in ("claim", "suggestion", "")
    unclear = any(details.get("姓名住址不清") == "是" for _, _, details in acts)
    if run.how == "void" or claims_only or unsuited or (run.clock == "notice-direct" and unclear):
        return "not-applicable"
    if run.how == "end":
        return "stopped"
    if span.length is None and not span.named and not span.months:
        return "met" if run.how else "running"
    day = run.stop or as_of
    fine, bad = ("met", "late") if run.how else ("running", "overdue")
    if run.due is None:
        return fine if run.counted is not None and day <= run.counted else "undetermined"
    return fine if day <= run.due else bad


def kind_of(acts: Sequence[Act]) -> str:
    """Return what the matter was last sorted as."""
    for step, _, details in reversed(acts):
        if step.startswith("sort-"):
            return step.removeprefix("sort-")
        if step == "register-direct":
            return details["类别"]
    return ""
