"""Acts on problems, measures and requests: the core decides, one transaction, the row of the log last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from django.db import IntegrityError, transaction
from django.db.models import F

from hengping.errors import InvalidPackage, Refusal
from hengping.ledger import request as core
from hengping.performance import rectification
from hengping.performance.rectification import Progress
from hengping_web.accounts.models import Organisation, User
from hengping_web.attachments import services as files
from hengping_web.cycle import services as cycle
from hengping_web.cycle.models import EvaluationYear, YearRow
from hengping_web.cycle.services import Changed, Edit
from hengping_web.followup import queries
from hengping_web.followup.models import BudgetRequest, ProgressNote, Reminder, RequestItem
from hengping_web.outbox.services import CALENDAR, MAIL, tell_account
from hengping_web.trail.services import Kind, record

REQUEST = "下年预算申报"
Plain: TypeAlias = Mapping[str, str | int]


def save_problem(
    evaluation_year: EvaluationYear, values: Mapping[str, str], *, place: int | None, seen: int, actor: User
) -> YearRow:
    """Keep a problem; the office that answers for it is judged, its number is given where it is new."""
    with transaction.atomic():
        known = queries.offices(evaluation_year)
        kept = dict(values)
        if kept.get("owner"):
            kept["owner"] = rectification.checked_owner(kept["owner"], known)
        kept["problem"] = kept.get("problem") or queries.next_key(evaluation_year)
        return cycle.save_row(evaluation_year, Edit(table=queries.PROBLEMS, values=kept, place=place, seen=seen), actor)


def save_measure(
    evaluation_year: EvaluationYear, values: Mapping[str, str], *, place: int | None, seen: int, actor: User
) -> YearRow:
    """Keep a measure: against which problem, what, by which office, until when."""
    kept = {**values, "owner": rectification.checked_owner(values.get("owner", ""), queries.offices(evaluation_year))}
    if not kept.get("due_on"):
        raise Refusal("改进措施", "没有完成时限", "请写明哪一天之前完成。", rectification.BASIS)
    return cycle.save_row(evaluation_year, Edit(table=queries.MEASURES, values=kept, place=place, seen=seen), actor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report on a measure as somebody sends it; ``seen`` is how many notes the page showed."""

    on: date
    progress: Progress
    text: str
    seen: int
    files: Sequence[tuple[str, bytes]] = field(default_factory=tuple)


def report(evaluation_year: EvaluationYear, place: int, told: Report, today: date, actor: User) -> ProgressNote:
    """Add a note to a measure, with its evidence; the second of two who saw the same page is told."""
    with transaction.atomic():
        cycle.locked(evaluation_year)
        notes = list(queries.notes_of(evaluation_year, place))
        if len(notes) != told.seen:
            last = notes[-1]
            raise Changed("填报整改进展", by=str(last.by), at=last.at, theirs={"text": last.text})
        note = rectification.Note(on=told.on, progress=told.progress, text=told.text, evidence=len(told.files))
        rectification.report(queries.core_notes(notes), note, today)
        kept = [
            files.attach(matter_of(evaluation_year, place), name, content, purpose="rectification", by=actor).key
            for name, content in told.files
        ]
        made = ProgressNote.objects.create(
            evaluation_year=evaluation_year,
            place=place,
            sequence=len(notes) + 1,
            on=told.on,
            progress=told.progress.value,
            text=told.text,
            evidence=kept,
            by=actor,
        )
        details: Plain = {"place": place, "sequence": made.sequence, "progress": made.progress, "files": len(kept)}
        record(Kind.WRITE, "measure.reported", subject=evaluation_year.subject, actor=actor, details=details)
    return made


def matter_of(evaluation_year: EvaluationYear, place: int) -> str:
    """Return under which name the evidence of a measure is kept."""
    return f"measure:{evaluation_year.pk}:{place}"


def read_evidence(evaluation_year: EvaluationYear, place: int, key: str, actor: User) -> tuple[bytes, str, str] | None:
    """Return a file of evidence with its kind and name, if it belongs to the measure; the look is logged."""
    from hengping_web.attachments import queries as attachments

    found = attachments.one_of(matter_of(evaluation_year, place), key)
    return None if found is None else (files.working_copy(found, actor), found.kind, files.name_of(found))


def open_request(organisation: Organisation, year: int, actor: User) -> BudgetRequest:
    """Return the department's request for a year, begun where there is none."""
    with transaction.atomic():
        made, fresh = BudgetRequest.objects.get_or_create(organisation=organisation, year=year)
        if fresh:
            record(Kind.WRITE, "request.opened", subject=made.subject, actor=actor)
    return made


def save_item(
    request: BudgetRequest, item: core.Item, *, place: int | None, seen: int, known: Sequence[str], actor: User
) -> RequestItem:
    """Keep a line of a request; a faulty one is refused with every fault at once."""
    core.insist(core.BudgetRequest(year=request.year, items=(item,)), known)
    with transaction.atomic():
        held = _writable(request)
        last = None if place is None else queries.item_at(held, place)
        if last is not None and last.revision != seen:
            raise Changed(REQUEST, by=str(last.by), at=last.at, theirs=_texts(last))
        made = _create(
            held, item, place=last.place if last else queries.next_item(held), seen=seen if last else 0, actor=actor
        )
        _grown(held, "request.line", made, actor)
    return made


def withdraw_item(request: BudgetRequest, place: int, seen: int, actor: User) -> None:
    """Take a line out of a request; its history stays."""
    with transaction.atomic():
        held = _writable(request)
        last = queries.item_at(held, place)
        if last is None or last.withdrawn:
            raise Refusal(REQUEST, "没有这一项", "请返回列表核对。")
        if last.revision != seen:
            raise Changed(REQUEST, by=str(last.by), at=last.at, theirs=_texts(last))
        made = _create(held, last.to_core(), place=place, seen=seen, actor=actor, withdrawn=True)
        _grown(held, "request.line-withdrawn", made, actor)


def submit(request: BudgetRequest, known: Sequence[str], now: datetime, actor: User) -> None:
    """Submit a request; the core judges it as a whole."""
    with transaction.atomic():
        held = _writable(request)
        asked = queries.core_request(held.year, queries.items_of(held))
        faults = core.check(asked, known)
        if faults:
            raise InvalidPackage(faults)
        BudgetRequest.objects.filter(pk=held.pk).update(
            state=BudgetRequest.SUBMITTED, submitted_at=now, submitted_by=actor, version=F("version") + 1
        )
        details: Plain = {"items": len(asked.items), "total": f"{asked.total:f}"}
        record(Kind.WRITE, "request.submitted", subject=held.subject, actor=actor, details=details)


def _writable(request: BudgetRequest) -> BudgetRequest:
    held = BudgetRequest.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=request.pk)
    if held.state != BudgetRequest.DRAFT:
        raise Refusal(REQUEST, "已经报送，不再改动", "需要更正的，请与财政部门联系退回。", "预算管理")
    return held


def _create(
    held: BudgetRequest, item: core.Item, *, place: int, seen: int, actor: User, withdrawn: bool = False
) -> RequestItem:
    try:
        with transaction.atomic():
            return RequestItem.objects.create(
                request=held,
                place=place,
                revision=seen + 1,
                title=item.title,
                part=item.part.value,
                economic=item.economic,
                purpose=item.purpose,
                drivers=[_driver(one) for one in item.drivers],
                refers=list(item.refers),
                withdrawn=withdrawn,
                by=actor,
            )
    except IntegrityError:
        last = queries.item_at(held, place)
        raise Changed(REQUEST, by=str(last.by) if last else "", at=last.at if last else None) from None


def _driver(one: core.Driver) -> dict[str, str]:
    return {
        "title": one.title,
        "quantity": f"{one.quantity:f}",
        "unit": one.unit,
        "price": f"{one.price:f}",
        "frequency": f"{one.frequency:f}",
        "basis": one.basis,
    }


def _texts(last: RequestItem) -> dict[str, str]:
    workings = "；".join(one.working for one in last.to_core().drivers)
    return {"title": last.title, "economic": last.economic, "purpose": last.purpose, "drivers": workings}


def _grown(held: BudgetRequest, action: str, made: RequestItem, actor: User) -> None:
    BudgetRequest.objects.filter(pk=held.pk).update(version=F("version") + 1)
    details: Plain = {"place": made.place, "revision": made.revision}
    record(Kind.WRITE, action, subject=held.subject, actor=actor, details=details)


def remind(today: date, _now: datetime) -> int:
    """Remind every department once of what falls due soon and once of what is late; return how many were told.

    A measure that was put off is called to mind again for its new day. Running twice tells nobody twice.
    """
    due: dict[tuple[int, str], list[queries.Measure]] = {}
    for one in queries.open_measures(today):
        kind = _kind(one, today)
        if kind:
            due.setdefault((one.year.organisation_id, kind), []).append(one)
    return sum(_remind(measures, kind, today) for (_, kind), measures in sorted(due.items()))


def _kind(one: queries.Measure, today: date) -> str:
    if one.due_on is None:
        return ""
    soon, late = rectification.reminder_days(one.due_on)
    if today >= late:
        return Reminder.LATE
    return Reminder.SOON if today >= soon else ""


def _remind(measures: Sequence[queries.Measure], kind: str, today: date) -> int:
    with transaction.atomic():
        fresh = [one for one in measures if _noted(one, kind, today)]
        if not fresh:
            return 0
        day = min(one.due_on for one in fresh if one.due_on)
        parameters = {"count": str(len(fresh)), "day": day.isoformat()}
        notice, channel = ("measures-late", MAIL) if kind == Reminder.LATE else ("measures-due", CALENDAR)
        organisation = fresh[0].year.organisation
        told = [tell_account(user, notice, parameters, channel=channel) for user in queries.to_remind(organisation)]
        for subject in sorted({one.year.subject for one in fresh}):
            record(Kind.WRITE, "measures.reminded", subject=subject, details={"kind": kind, "told": len(told)})
    return len(told)


def _noted(one: queries.Measure, kind: str, today: date) -> bool:
    assert one.due_on is not None  # noqa: S101
    _, fresh = Reminder.objects.get_or_create(
        evaluation_year=one.year, place=one.place, due_on=one.due_on, kind=kind, defaults={"sent_on": today}
    )
    return fresh
