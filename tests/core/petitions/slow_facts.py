"""The facts of one matter derived from its deadline certificates: slow, plain, and the measure of the fast count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from hengping.dates import Calendar, Period
from hengping.petitions.certificate import Certificate, Reckoning, Standing
from hengping.petitions.model import Event
from hengping.petitions.petition import Petition

CLOSING = ("answer", "perform", "report-diversion", "settle", "not-adopt", "reply-suggestion")
UNDER_REVIEW = ("reviewing", "reviewed", "re-reviewing", "re-review-open")
LIVE = (Standing.MET, Standing.LATE, Standing.OVERDUE, Standing.RUNNING, Standing.UNDETERMINED)


class Slow:
    """One matter known on the as-of day, and questions to it."""

    def __init__(self, petition: Petition, period: Period, as_of: date, calendar: Calendar, *, initial: bool) -> None:
        self.known = petition.as_of(as_of)
        self.period, self.as_of, self.calendar, self.initial = period, as_of, calendar, initial
        self.certificates = petition.certificates(as_of)
        self.case = self.known.case

    def runs(self, key: str) -> list[Certificate]:
        return [one for one in self.certificates if one.clock.key == key]

    def all(self, *steps: str) -> list[Event]:
        return [event for event in self.known.events if event.step in steps]

    def first(self, *steps: str) -> date | None:
        return next((event.on for event in self.all(*steps)), None)

    def within(self, on: date | None) -> int:
        return int(on is not None and on in self.period)

    def ended(self, due: date | None, done: date | None) -> bool:
        return due is not None and due in self.period and (done is not None or self.as_of > due)

    def pair(self, due: date | None, done: date | None) -> tuple[int, int]:
        if due is None or not self.ended(due, done):
            return 0, 0
        return 1, int(done is not None and done <= due)


def five(slow: Slow, run: Certificate | None, names: tuple[str, ...]) -> dict[str, int]:
    """Count due, on time, late, overdue, open of one certificate."""
    found = dict.fromkeys(names, 0)
    if run is None or run.due is None or run.due not in slow.period or run.standing not in LIVE:
        return found
    place = {Standing.MET: 1, Standing.LATE: 2, Standing.OVERDUE: 3, Standing.RUNNING: 4}[run.standing]
    found[names[place]] = 1
    found[names[0]] = int(place < 4)
    return found


def live(runs: Iterable[Certificate]) -> Certificate | None:
    return next((run for run in runs if run.standing in LIVE), None)


def office(slow: Slow) -> dict[str, int]:
    run = live(slow.runs("transfer"))
    names = ("office_act_due", "office_act_on_time", "office_act_late", "office_act_overdue", "office_act_open")
    found = dict.fromkeys(
        (*names, "excluded_declined", "excluded_unclear", "excluded_litigation", "office_act_due_as_counted"), 0
    )
    if run is None or not slow.initial:
        return found
    reason = (
        "excluded_declined"
        if slow.all("decline", "decline-final")
        else "excluded_unclear"
        if slow.case.unclear
        else "excluded_litigation"
        if slow.case.kind == "litigation"
        else ""
    )
    if reason:
        found[reason] = slow.within(run.due)
        return found
    found |= five(slow, run, names)
    found["office_act_due_as_counted"], found["office_act_on_time_as_counted"] = slow.pair(
        run.due_as_counted, run.stopped_on
    )
    registered = slow.first("register")
    if registered:
        found["office_act_due_as_practised"], found["office_act_on_time_as_practised"] = slow.pair(
            registered + timedelta(days=15), run.stopped_on
        )
    return found


def notice(slow: Slow) -> dict[str, int]:
    names = ("notice_due", "noticed_on_time", "noticed_late", "notice_overdue", "notice_open")
    found = dict.fromkeys(names, 0)
    runs = slow.runs("notice") or slow.runs("notice-direct")
    run = runs[-1] if runs else None
    ended = run is not None and run.stopped_by not in ("", "accept", "pass-down", "redirect")
    if run is None or ended:
        return found
    if slow.case.unclear or slow.case.kind == "litigation":
        return found | {"notice_excluded": slow.within(run.due)}
    found |= five(slow, run, names)
    found["notice_due_as_counted"], found["noticed_on_time_as_counted"] = slow.pair(run.due_as_counted, run.stopped_on)
    return found


def reply(slow: Slow) -> dict[str, int]:
    names = ("reply_due", "replied_on_time", "replied_late", "reply_overdue", "reply_open")
    found = dict.fromkeys((*names, "extended", "reply_due_from_receipt", "reply_due_as_practised"), 0)
    run = live(slow.runs("handling"))
    if run is None:
        return found
    found |= five(slow, run, names)
    due = slow.within(run.due)
    found["reply_due_with_open"] = due
    found["extended"] = int(bool(due and run.extension_days))
    found["reply_due_as_counted"], found["replied_on_time_as_counted"] = slow.pair(run.due_as_counted, run.stopped_on)
    other: Reckoning = next(one.reckoning for one in run.others if one.reading.key == "from-receipt")
    found["reply_due_from_receipt"], found["replied_on_time_from_receipt"] = slow.pair(other.due, run.stopped_on)
    if slow.initial:
        counted = run.due_as_counted
        found["reply_due_as_practised"] = slow.within(counted)
        on_time = run.stopped_on is not None and counted is not None and run.stopped_on <= counted
        found["replied_on_time_as_practised"] = int(slow.within(counted) and on_time)
    return found


def evaluation(slow: Slow, target: str) -> dict[str, int]:
    run = next(iter(slow.runs(f"{target}-evaluation")), None)
    found = dict.fromkeys([f"{target}_{name}" for name in ("evaluation_due", "evaluated", "satisfied", "silent")], 0)
    given = next(iter(slow.all(f"evaluate-{target}")), None)
    pleased = given is not None and given.details["评价"] != "不满意"
    found[f"{target}_evaluations"] = slow.within(given.on if given else None)
    found[f"{target}_evaluations_satisfied"] = int(bool(found[f"{target}_evaluations"] and pleased))
    if run is None or run.due is None or run.due not in slow.period or slow.as_of <= run.due:
        return found
    found[f"{target}_evaluation_due"] = 1
    if run.standing is Standing.MET:
        found[f"{target}_evaluated"] = 1
        found[f"{target}_satisfied"] = int(pleased)
    else:
        found[f"{target}_silent"] = 1
    return found


def several(slow: Slow, key: str, due: str, on_time: str) -> dict[str, int]:
    pairs = [slow.pair(run.due, run.stopped_on) for run in slow.runs(key) if run.standing in LIVE]
    return {due: sum(pair[0] for pair in pairs), on_time: sum(pair[1] for pair in pairs)}


def resolution(slow: Slow) -> dict[str, int]:
    found = dict.fromkeys(("initial_closed", "initial_resolved", "resolution_pending", "resolution_excluded"), 0)
    closing = slow.all(*CLOSING)
    if not slow.initial or not closing or slow.case.state.is_open or slow.case.state == "withdrawn":
        return found
    closed = closing[-1].on
    if closed not in slow.period:
        return found
    watched = closed + timedelta(days=90)
    if str(slow.case.state) in UNDER_REVIEW:
        return found | {"resolution_excluded": 1}
    if watched > slow.as_of:
        return found | {"resolution_pending": 1}
    again = any(closed <= event.on <= watched for event in slow.all("note-repeat"))
    return found | {"initial_closed": 1, "initial_resolved": int(not again)}


def counts(slow: Slow) -> dict[str, int]:
    """Count what is counted by the day of the event."""
    by_event = {
        "declined": ("decline", "decline-final"),
        "accepted": ("accept",),
        "objections_upheld": ("uphold-objection",),
        "disputed": ("refer-dispute",),
        "simplified": ("simplify",),
        "mediations": ("mediate",),
        "settlements": ("settle",),
        "review_requests": ("request-review",),
        "reviews_upheld": ("review-uphold",),
        "reviews_revoked": ("review-revoke",),
        "reviews_changed": ("review-change",),
        "re_review_requests": ("request-re-review",),
        "supervisions": ("supervise",),
        "improvement_advice": ("advise-improvement",),
        "policy_advice": ("advise-policy",),
        "accountability_advice": ("advise-accountability",),
        "advice_answered": ("answer-advice",),
        "registrations": ("register", "register-direct"),
    }
    found = {name: sum(slow.within(event.on) for event in slow.all(*steps)) for name, steps in by_event.items()}
    found["replies"] = slow.within(slow.first("answer")) if slow.case.kind == "claim" else 0
    opened = slow.case.state.is_open and slow.first("register", "register-direct")
    found["backlog"] = int(bool(opened))
    return found


def expected(petition: Petition, period: Period, as_of: date, calendar: Calendar, *, initial: bool) -> dict[str, int]:
    """Return the columns this reading can derive, for a matter of which something is known."""
    slow = Slow(petition, period, as_of, calendar, initial=initial)
    return {
        **office(slow),
        **notice(slow),
        **reply(slow),
        **evaluation(slow, "office"),
        **evaluation(slow, "unit"),
        **several(slow, "review", "review_due", "reviewed_on_time"),
        **several(slow, "re-review", "re_review_due", "re_reviewed_on_time"),
        **several(slow, "feedback", "feedback_due", "feedback_on_time"),
        **several(slow, "correction", "corrections_due", "corrections_on_time"),
        **resolution(slow),
        **counts(slow),
    }
