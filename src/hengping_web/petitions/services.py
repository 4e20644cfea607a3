"""Acts on matters: load, ask the core, save, in one transaction with the log row and what is derived.

Nothing here decides what is lawful. A step is taken by ``Petition.take`` or refused by it; where two act at once, the
second is refused, because the matter then has more events than the page it acted on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from hengping.dates import official_calendar
from hengping.errors import OutsideCalendar, Refusal
from hengping.petitions import letters
from hengping.petitions import model as core
from hengping.petitions.certificate import recompute
from hengping.petitions.guards import names
from hengping.petitions.model import Context, Step
from hengping.petitions.petition import Petition
from hengping.petitions.steps import FILE, FILE_DIRECT, LINK_EARLIER, NOTE_REPEAT, REGISTER, REGISTER_DIRECT, STEPS
from hengping_web.accounts.models import Organisation, User
from hengping_web.accounts.tree.queries import tree
from hengping_web.identity import services as identity
from hengping_web.identity.persons import Person
from hengping_web.identity.services import years_before
from hengping_web.outbox.services import tell_once
from hengping_web.petitions import derive, notices, queries, receipts, search
from hengping_web.petitions.models import (
    DueChange,
    EarlierLink,
    Event,
    Facts,
    Involvement,
    Matter,
    Receipt,
    ReceptionDay,
    SavedFilter,
    Words,
)
from hengping_web.petitions.queries import context
from hengping_web.trail.services import Kind, Told, record, record_all
from hengping_web.vault import envelope

SAME_TIME = "您打开页面之后，这件事项已有新的办理记录"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A step somebody wants to take: on which day, in which capacity, for which organisation, with what particulars.

    ``seen`` is how many events the page showed; None where nobody looked at a page.
    """

    step: Step
    by: core.Role
    on: date
    organisation: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """A petition as it comes in: what it is about in words without names, where, how, and how many came.

    It came to a petition office, or directly to a ``unit``, which then says of which ``kind`` it is.
    """

    office: Organisation | None
    unit: Organisation | None = None
    kind: str = ""
    channel: str
    summary: str
    claim: str = ""
    region: str = ""
    category: str = ""
    persons: int = 1
    representatives: int = 0
    words: str = ""
    filed_on: date
    accused: tuple[Organisation, ...] = ()
    unclear: bool = False
    persons_known: tuple[Person, ...] = ()


def take(matter: Matter, act: Act, today: date, *, user: User | None = None) -> Matter:
    """Take a step on a matter, or raise the core's refusal."""
    with transaction.atomic():
        locked = Matter.objects.select_for_update().get(pk=matter.pk)
        if act.seen is not None and act.seen != locked.length:
            raise Refusal(act.step.title, SAME_TIME, "请重新打开该事项，核对后再办理。")
        before = locked.to_core(context())
        accused = frozenset(locked.accused.values_list("key", flat=True))
        after = _taken(before, accused, act, today)
        desks = notices.desks_of(locked)
        _append(locked, before, after, user)
        seats = _keep(locked, before, after, accused, today)
        notices.tell(locked, act.step.key, act.on, desks, seats)
        record_all([_told(locked, act, user, locked.length)])
    return locked


def _taken(before: Petition, accused: frozenset[str], act: Act, today: date) -> Petition:
    """Return the petition after the step; a letter that may not go out stops the step that sends it."""
    for fault in letters.check(act.step.key, act.details):
        if fault.refuses:
            basis = "、".join(str(cite) for cite in fault.cites)
            raise Refusal(act.step.title, fault.reason, fault.remedy, basis)
    _refuse_accused(before, accused, act)
    return before.take(
        act.step, on=act.on, by=act.by, organisation=act.organisation, details=dict(act.details), recorded_on=today
    )


def _refuse_accused(before: Petition, accused: frozenset[str], act: Act) -> None:
    """Keep a matter from those its citizen accused even before anybody has sorted it."""
    accused = accused - before.case.accused
    reached = [act.organisation, *names(act.details.get("去向", ""))]
    within = before.context.authorities.within
    for organisation in filter(None, reached):
        if any(within(organisation, one) for one in accused):
            article = "《信访工作条例》第三十条第三款"
            raise Refusal(
                act.step.title,
                f"“{organisation}”是信访人检举、揭发的单位或者其所属单位",
                "不得将材料及有关情况透露或者转给它；请先按检举控告类甄别，再转送有关机关。",
                article,
            )


def _append(matter: Matter, before: Petition, after: Petition, user: User | None) -> None:
    """Keep the events that came after those there were."""
    first = len(before.events)
    Event.objects.bulk_create(
        Event(
            matter=matter,
            sequence=sequence,
            step=event.step,
            since=STEPS.get(event.step).since,
            on=event.on,
            by=event.by.value,
            organisation=event.organisation,
            details=dict(event.details),
            recorded_on=event.recorded_on,
            account=user.username if user else "",
        )
        for sequence, event in enumerate(after.events[first:], start=first + 1)
    )


def _following(after: Petition) -> dict[str, Any]:
    """Return what a matter caches of what follows from its events."""
    case, ids = after.case, tree().ids
    registered = next((e.on for e in after.events if e.step in ("register", "register-direct")), None)
    return {
        "state": case.state.value,
        "kind": case.kind.value if case.kind else "",
        "length": len(after.events),
        "holder_id": next((ids[key] for key in sorted(names(case.holder)) if key in ids), None),
        "registered_on": registered,
        "last_on": after.events[-1].on,
    }


def _keep(matter: Matter, before: Petition, after: Petition, accused: frozenset[str], today: date) -> list[Involvement]:
    """Save what follows from the events, where nobody was faster; return who has to do with the matter now."""
    changes = _following(after)
    changed = Matter.objects.filter(pk=matter.pk, state=before.case.state.value, length=len(before.events))
    if not changed.update(**changes):
        raise Refusal("办理", SAME_TIME, "请重新打开该事项，核对后再办理。")
    for name, value in changes.items():
        setattr(matter, name, value)
    _tell_identity(matter, before, after)
    if fresh := after.case.accused - accused:
        matter.accused.add(*organisations(fresh).values())
    return derive_rows(matter, after, today)


def _tell_identity(matter: Matter, before: Petition, after: Petition) -> None:
    """Let the sealed record of who it is go its way when the matter ends, and keep it when the matter goes on."""
    ended, was_ended = _is_over(after), _is_over(before)
    if ended and not was_ended:
        identity.matter_closed(matter.number, after.events[-1].on)
    elif was_ended and not ended and before.events:
        identity.matter_reopened(matter.number, subject_of(matter))


def _is_over(petition: Petition) -> bool:
    """Tell whether nobody owes or may ask anything more of the matter in its ordinary course."""
    return _ends(petition.case.state)


def _ends(state: core.State) -> bool:
    """Tell whether a state is the end of the ordinary course."""
    going = {core.State.NEW, core.State.ANSWERED, core.State.REVIEW_OPEN, core.State.REVIEWING, core.State.REVIEWED}
    going |= {core.State.RE_REVIEW_OPEN, core.State.RE_REVIEWING}
    return not state.is_open and state not in going


def organisations(keys: Iterable[str]) -> dict[str, Organisation]:
    """Return organisations by key; keys that are none are left out."""
    return {found.key: found for found in Organisation.objects.filter(key__in=list(keys))}


def derive_rows(matter: Matter, petition: Petition, today: date) -> list[Involvement]:
    """Write again whatever follows from a matter's events: who has to do with it, which is returned, and its facts."""
    matter.involvements.all().delete()
    accused = frozenset(matter.accused.values_list("key", flat=True))
    seats = Involvement.objects.bulk_create(_seats(matter, petition, accused, today))
    _count(facts_rows(matter, petition, today))
    return seats


def _seats(matter: Matter, petition: Petition, accused: frozenset[str], today: date) -> list[Involvement]:
    known = tree()
    parties = derive.Parties(
        office=known.key(matter.office_id),
        review_body=known.key(matter.review_body_id),
        re_review_body=known.key(matter.re_review_body_id),
        superior=known.parent(matter.office_id),
        accused=accused,
    )
    wanted = derive.seats(petition, parties, petition.certificates(max(today, petition.events[-1].on)))
    return [
        Involvement(
            matter=matter,
            organisation_id=known.ids[seat.organisation],
            capacity=seat.capacity.value,
            desk=seat.desk,
            due_on=seat.due_on,
            clock=seat.clock,
        )
        for seat in wanted
        if seat.organisation in known.ids
    ]


def attributes_of(matter: Matter, *, linked: bool | None = None) -> dict[str, str]:
    """Return what a row of facts needs beside the events; ``linked`` tells of an earlier matter where that is known."""
    known = tree()
    repeats = matter.initial and (matter.earlier_links.exists() if linked is None else linked)
    return {
        "petition": matter.number,
        "organisation": known.key(matter.holder_id),
        "office": known.key(matter.office_id),
        "region": matter.region or "未填",
        "channel": matter.channel,
        "kind": matter.kind,
        "category": matter.category,
        "persons": str(matter.persons),
        "initial": "1" if matter.initial and not repeats else "0",
    }


def _count(rows: list[Facts]) -> None:
    Facts.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["matter", "year"],
        update_fields=["as_of", "organisation", "office", "region", "month", "kind", "counts"],
    )


def facts_rows(
    matter: Matter, petition: Petition, today: date, attributes: Mapping[str, str] | None = None
) -> list[Facts]:
    """Return a matter's rows of facts, one for each year it counts in."""
    found = []
    known = attributes or attributes_of(matter)
    for year in derive.years_of(petition, today):
        row = derive.facts(petition, known, derive.tables_of(year, today))
        counts = derive.counted(row) if row else {}
        if row and counts:
            found.append(
                Facts(
                    matter=matter,
                    year=year,
                    as_of=today,
                    organisation=row.organisation,
                    office=row.office,
                    region=row.region,
                    month=row.month,
                    kind=row.kind,
                    counts=counts,
                )
            )
    return found


def _told(matter: Matter, act: Act, user: User | None, events: int) -> Told:
    return Told(
        kind=Kind.WRITE,
        action=f"petition.{act.step.key}",
        subject=f"petition:{matter.number}",
        actor=user,
        details={"on": act.on.isoformat(), "by": act.by.value, "events": events},
    )


NEXT = (
    "INSERT INTO petitions_numberseries (year, last) VALUES (%s, 1) "
    "ON CONFLICT (year) DO UPDATE SET last = petitions_numberseries.last + 1 RETURNING last"
)


def next_number(year: int) -> str:
    """Return the next number of a year; two that ask at once get two numbers, the second when the first is done."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [year])
        return f"{year}-{cursor.fetchone()[0]:06d}"


@dataclass(frozen=True, slots=True)
class Filed:
    """A petition that came in, and the receipt to hand over; the code on it is kept nowhere."""

    matter: Matter
    receipt: receipts.Paper


def file(intake: Intake, now: datetime, *, user: User | None = None, register: bool = False) -> Filed:
    """Take in a petition, from the citizen or on the citizen's behalf, and sign its receipt.

    Whether the law lets it in is decided first: from the number on, whoever else files waits for the commit.
    """
    today = timezone.localdate(now)
    acts = [_filing(intake), *_registering(intake, today, register=register)]
    accused = frozenset(one.key for one in intake.accused)
    empty = Petition(identifier="", context=context())
    petition = empty
    for act in acts:
        petition = _taken(petition, accused, act, today)
    with transaction.atomic():
        matter = _begin(intake, petition, now)
        if intake.persons_known:
            identity.keep(matter.number, intake.persons_known, subject_of(matter), by=user)
        _append(matter, empty, petition, user)
        seats = Involvement.objects.bulk_create(_seats(matter, petition, accused, today))
        _count(facts_rows(matter, petition, today, attributes_of(matter, linked=False)))
        paper = receipts.sign(matter.number, intake.words or intake.summary, now)
        Receipt.objects.create(matter=matter, code=receipts.digest_of(paper.code), given_at=now)
        notices.tell(matter, acts[-1].step.key, acts[-1].on, frozenset(), seats)
        record_all([_told(matter, act, user, length) for length, act in enumerate(acts, start=1)])
    return Filed(matter, paper)


def _filing(intake: Intake) -> Act:
    details = {"信访形式": intake.channel, "人数": str(intake.persons)}
    if intake.representatives:
        details["代表人数"] = str(intake.representatives)
    step = FILE_DIRECT if intake.unit else FILE
    return Act(step=step, by=core.Role.PETITIONER, on=intake.filed_on, details=details)


def _registering(intake: Intake, today: date, *, register: bool) -> list[Act]:
    """Return the registration by the unit it was filed with, or by the office where it registers at once."""
    details = {"姓名住址不清": "是" if intake.unclear else "否"}
    if intake.unit:
        details["类别"] = intake.kind
        if intake.accused:
            details["被检举单位"] = "、".join(sorted(one.key for one in intake.accused))
        body = core.Role.HANDLING_BODY
        return [Act(step=REGISTER_DIRECT, by=body, on=today, organisation=intake.unit.key, details=details)]
    if not register or intake.office is None:
        return []
    office = core.Role.PETITION_OFFICE
    return [Act(step=REGISTER, by=office, on=today, organisation=intake.office.key, details=details)]


def file_all(found: Iterable[Intake], now: datetime, *, user: User) -> list[Filed]:
    """Take in and register many petitions at once, all or none."""
    with transaction.atomic():
        return [file(one, now, user=user, register=True) for one in found]


def subject_of(matter: Matter) -> str:
    """Return what a matter is about for the one question asked at registration: its place, never free text."""
    return matter.region


def _begin(intake: Intake, petition: Petition, now: datetime) -> Matter:
    matter = Matter.objects.create(
        number=next_number(timezone.localdate(now).year),
        office=intake.office,
        region=intake.region,
        category=intake.category,
        channel=intake.channel,
        persons=intake.persons,
        summary=intake.summary,
        claim=intake.claim,
        filed_on=intake.filed_on,
        **_following(petition),
    )
    if intake.accused:
        matter.accused.set(intake.accused)
    _index(matter)
    if intake.words:
        _seal(matter, intake.words, 1)
    return matter


def _index(matter: Matter) -> None:
    search.index(matter.pk, (matter.number, matter.summary, matter.claim, matter.region))


def _seal(matter: Matter, text: str, sequence: int) -> None:
    where = f"words {sequence} of {matter.number}"
    key = envelope.new_data_key(where)
    sealed = envelope.seal_with(key.key, text.encode(), where)
    Words.objects.create(matter=matter, sequence=sequence, wrapped_key=key.wrapped, sealed=sealed)


def read_words(matter: Matter, user: User) -> list[str]:
    """Return what the citizen wrote, in order; that it was read is logged."""
    with transaction.atomic():
        kept = list(matter.words.order_by("sequence"))
        record(Kind.READ, "petition.words", subject=f"petition:{matter.number}", actor=user)
    return [open_words(matter, one) for one in kept]


def open_words(matter: Matter, kept: Words) -> str:
    """Return sealed words as text."""
    where = f"words {kept.sequence} of {matter.number}"
    key = envelope.unwrap(bytes(kept.wrapped_key), where)
    return envelope.unseal_with(key, bytes(kept.sealed), where).decode()


def shred_words(today: date, now: datetime) -> int:
    """Destroy what citizens wrote about matters that ended longer ago than it may be kept; return of how many matters.

    The events, the short description and the facts stay, so that every statistic stays what it was.
    """
    del now
    if not settings.RETENTION_YEARS:
        return 0
    limit = years_before(today, settings.RETENTION_YEARS)
    ended = Matter.objects.filter(state__in=[state.value for state in core.State if _ends(state)], last_on__lt=limit)
    kept = Words.objects.filter(matter__in=ended)
    numbers = list(kept.order_by("matter").values_list("matter", "matter__number").distinct()[:1_000])
    for key, number in numbers:
        with transaction.atomic():
            Words.objects.filter(matter=key).delete()
            record(Kind.ADMINISTRATION, "petition.words-shredded", subject=f"petition:{number}")
    return len(numbers)


def describe(matter: Matter, summary: str, claim: str, region: str, category: str, user: User) -> Matter:
    """Write the bureau's own short description of a matter, without names."""
    with transaction.atomic():
        Matter.objects.filter(pk=matter.pk).update(summary=summary, claim=claim, region=region, category=category)
        matter.refresh_from_db()
        _index(matter)
        _count(facts_rows(matter, matter.to_core(context()), timezone.localdate()))
        record(Kind.WRITE, "petition.describe", subject=f"petition:{matter.number}", actor=user)
    return matter


def link_earlier(matter: Matter, earlier: Matter, comparison: str, today: date, user: User) -> EarlierLink:
    """Confirm that a matter repeats an earlier one; both keep a trace of it, neither is merged."""
    if matter.pk == earlier.pk:
        raise Refusal(LINK_EARLIER.title, "不能关联自身", "请选择另一件在先事项。")
    office = matter.office.key if matter.office else ""
    with transaction.atomic():
        details = {"在先事项": earlier.number, "比对意见": comparison}
        by = core.Role.PETITION_OFFICE
        act = Act(step=LINK_EARLIER, by=by, on=today, organisation=office, details=details)
        take(matter, act, today, user=user)
        if earlier.to_core(context()).case.state in NOTE_REPEAT.start and earlier.last_on <= today:
            noted = {"后件编号": matter.number, "比对意见": comparison}
            act = Act(step=NOTE_REPEAT, by=by, on=today, organisation=office, details=noted)
            take(earlier, act, today, user=user)
        return EarlierLink.objects.create(
            matter=matter, earlier=earlier, comparison=comparison, confirmed_by=user, confirmed_on=today
        )


def request_review(
    matter: Matter, addressee: Organisation, act: Act, today: date, *, user: User | None = None, words: str = ""
) -> Matter:
    """Send a request for review or re-review to the organ that stands one level up."""
    again = act.step.key == "request-re-review"
    below = matter.review_body if again else matter.holder
    if below is None or not tree().authorities.is_directly_above(addressee.key, below.key):
        raise Refusal(act.step.title, f"“{addressee}”不是上一级机关、单位", "请选择上一级机关、单位。")
    with transaction.atomic():
        name = "re_review_body" if again else "review_body"
        Matter.objects.filter(pk=matter.pk).update(**{name: addressee})
        matter.refresh_from_db()
        if words:
            _seal(matter, words, matter.length + 1)
        return take(matter, act, today, user=user)


def give_owner(matter: Matter, owner: User, user: User) -> None:
    """Name who answers for a matter of the backlog."""
    with transaction.atomic():
        Matter.objects.filter(pk=matter.pk).update(owner=owner)
        details = {"owner": owner.username}
        record(Kind.WRITE, "petition.owner", subject=f"petition:{matter.number}", actor=user, details=details)


def save_filter(user: User, name: str, query: str) -> None:
    """Keep a search under a name."""
    with transaction.atomic():
        SavedFilter.objects.update_or_create(user=user, name=name, defaults={"query": query})


def forget_filter(user: User, name: str) -> None:
    """Forget a search."""
    with transaction.atomic():
        SavedFilter.objects.filter(user=user, name=name).delete()


def add_reception_day(organisation: Organisation, on: date, post: str, place: str, user: User) -> ReceptionDay:
    """Announce a day on which a leader receives petitioners."""
    with transaction.atomic():
        made = ReceptionDay.objects.create(organisation=organisation, on=on, post=post, place=place)
        record(Kind.WRITE, "reception-day.add", subject=f"reception-day:{made.pk}", actor=user)
    return made


def refresh(matter: Matter, today: date) -> None:
    """Derive a matter's rows again, for a new day."""
    with transaction.atomic():
        locked = Matter.objects.select_for_update().get(pk=matter.pk)
        derive_rows(locked, locked.to_core(context()), today)


def recompute_due(matter: Matter, before: Context, today: date) -> list[DueChange]:
    """Keep, for an open matter, each last day that a newly published calendar moved: before, after and why."""
    with transaction.atomic():
        locked = Matter.objects.select_for_update().get(pk=matter.pk)
        now = context()
        old = locked.to_core(before).certificates(today)
        _, changes = recompute(old, locked.to_core(now).certificates(today))
        kept = [
            DueChange(
                matter=locked,
                clock=change.clock,
                started_on=change.started_on,
                before=change.before,
                after=change.after,
                reason=change.reason,
                found_on=today,
            )
            for change in changes
        ]
        DueChange.objects.bulk_create(kept)
        derive_rows(locked, locked.to_core(now), today)
    return kept


def publish_calendar(before: Context, today: date) -> list[DueChange]:
    """Recompute every open matter after a calendar was published; return the last days that moved."""
    states = [state.value for state in core.State if state.is_open or state.value.startswith(("review", "re-review"))]
    rows = Matter.objects.filter(state__in=states).order_by("pk").iterator(chunk_size=500)
    return [change for row in rows for change in recompute_due(row, before, today)]


def refresh_open(today: date, _now: datetime) -> int:
    """Derive the rows of every open matter again, once a day: what was running yesterday may be late today."""
    states = [state.value for state in core.State if state.is_open]
    count = 0
    for row in Matter.objects.filter(state__in=states).exclude(facts__as_of=today).distinct().iterator(chunk_size=500):
        refresh(row, today)
        count += 1
    return count


def tell_due(today: date, _now: datetime) -> int:
    """Tell whoever holds a matter that its last day is near or has just passed; each account once of each day."""
    rows = queries.falling_due(today, near(today))
    return sum(
        tell_once(user, "overdue" if seat.due_on < today else "due-soon", seat.matter.number, seat.due_on)
        for seat in rows
        for user in queries.holders_of(seat)
    )


def near(today: date) -> date:
    """Return the day so many working days ahead; where a calendar is not published yet, days are counted instead."""
    try:
        return official_calendar().add_working_days(today, settings.DUE_SOON_DAYS)
    except OutsideCalendar:
        return today + timedelta(days=settings.DUE_SOON_DAYS)


def exported(user: User, what: str, rows: int) -> None:
    """Log that a list was taken away."""
    record(Kind.EXPORT, "petition.export", actor=user, details={"what": what, "rows": rows})


def read_matter(matter: Matter, user: User) -> None:
    """Log that somebody opened a matter."""
    record(Kind.READ, "petition.read", subject=f"petition:{matter.number}", actor=user)
