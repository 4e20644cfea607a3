"""Acts of the finance bureau: keep lines current, set due dates, take files in, match them, fix lists, draw samples."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import shutil
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from hengping.dates import official_calendar
from hengping.errors import Refusal
from hengping.ledger.deadlines import ending
from hengping.ledger.limits import terms
from hengping.performance import sampling as core
from hengping_io import audit_batch
from hengping_io.audit_batch import Options, Row, rules_version
from hengping_io.audit_inputs import Source
from hengping_web.accounts.models import Organisation, User
from hengping_web.accounts.scoping import may_see
from hengping_web.finance import queries, received
from hengping_web.finance.models import (
    Batch,
    Cursor,
    Deadline,
    Drawing,
    Line,
    ReceivedFile,
    SampledDepartment,
    SampleList,
)
from hengping_web.trail.services import Kind, record

Plain: TypeAlias = Mapping[str, str | int]

LEASE = timedelta(minutes=10)
SLICE = 16
"""Files of one round of the worker, so that notices go out in between."""
MOST_ATTEMPTS = 2
"""A file at which the program died twice is not tried a third time."""
YEARS_A_ROUND = 10
LOG_ROWS_A_ROUND = 2_000


# Lines


def catch_up(now: datetime) -> int:
    """Derive anew the lines of the years the log speaks of since the last round; return how many.

    The log is read, not listened to: every room writes its acts there in the same transaction, so nothing is missed
    however the act came about, and a worker that died goes on where it stopped.
    """
    after = queries.reached()
    found, last = queries.changed_years(after, LOG_ROWS_A_ROUND)
    for key, year in found:
        organisation = queries.organisation(key)
        if organisation is not None:
            refresh(organisation, year, timezone.localdate(now), now)
    if last > after:
        with transaction.atomic():
            Cursor.objects.update_or_create(pk=1, defaults={"sequence": last})
    return len(found)


def refresh(organisation: Organisation, year: int, today: date, now: datetime) -> Line:
    """Derive one department's line anew."""
    evaluation_year = queries.year_of(organisation, year)
    values = (
        queries.summary(evaluation_year, today) if evaluation_year else queries.unopened_summary(organisation, year)
    )
    due = queries.deadlines(year)
    with transaction.atomic():
        line, _ = Line.objects.update_or_create(
            organisation=organisation, year=year, defaults={**values, "as_of": today, "refreshed_at": now}
        )
        Line.objects.filter(pk=line.pk).update(**queries.lateness(line, due, today))
    return line


def complete(year: int, today: date, now: datetime) -> int:
    """Give every department without a line of a year an empty one, so that nobody is missing; return how many."""
    due = queries.deadlines(year)
    fresh = [Line(organisation=one, year=year, as_of=today, refreshed_at=now) for one in queries.without_line(year)]
    for line in fresh:
        for name, value in queries.lateness(line, due, today).items():
            setattr(line, name, value)
    with transaction.atomic():
        Line.objects.bulk_create(fresh, batch_size=500, ignore_conflicts=True)
    return len(fresh)


def refresh_lateness(year: int, today: date) -> int:
    """Say anew what is late in a year, for a new day or a new due date; return how many lines."""
    due = queries.deadlines(year)
    with transaction.atomic():
        found = list(queries.lines_of(year).select_for_update(of=("self",)))
        for line in found:
            for name, value in queries.lateness(line, due, today).items():
                setattr(line, name, value)
        names = ["overdue", "late", "days_late", "next_due_on", "next_due", "as_of"]
        Line.objects.bulk_update(found, names, batch_size=200)
    return len(found)


def new_day(today: date, now: datetime) -> int:
    """Once a day: every department has a line, measures that fell due are counted, and lateness is said anew."""
    years = queries.opened_years()
    for year in years:
        complete(year, today, now)
        for line in queries.lines_of(year).filter(open_measures__gt=0):
            refresh(line.organisation, year, today, now)
        refresh_lateness(year, today)
    return len(years)


def exported(year: int, count: int, actor: User) -> None:
    """Log that a list was taken out of the system."""
    with transaction.atomic():
        record(Kind.EXPORT, "finance.exported", subject=f"finance:{year}", actor=actor, details={"rows": count})


# Due dates


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A due date as somebody sets it: a day by a notice, or a term of the rulebook and the day it begins."""

    year: int
    stage: str
    title: str
    basis: str
    due_on: date | None = None
    term: str = ""
    starts_on: date | None = None
    seen: int = 0


def set_deadline(due: Due, today: date, actor: User) -> Deadline:
    """Set the due date of a stage; a term of the rulebook is counted by the core, with its working."""
    due_on, working, basis = _counted(due)
    with transaction.atomic():
        last = queries.deadline_of(due.year, due.stage)
        if (last.revision if last else 0) != due.seen:
            raise Refusal("设定期限", "您打开页面之后，期限已有改动", "请核对现在的期限，再决定是否提交。")
        made = Deadline.objects.create(
            year=due.year,
            stage=due.stage,
            title=due.title,
            due_on=due_on,
            basis=basis,
            term=due.term,
            starts_on=due.starts_on,
            working=list(working),
            revision=due.seen + 1,
            by=actor,
        )
        details: Plain = {"stage": due.stage, "due_on": due_on.isoformat(), "revision": made.revision}
        record(Kind.WRITE, "deadline.set", subject=f"finance:{due.year}", actor=actor, details=details)
    refresh_lateness(due.year, today)
    return made


def _counted(due: Due) -> tuple[date, Sequence[str], str]:
    if due.term:
        if due.starts_on is None:
            raise Refusal("设定期限", "没有填写起算日", "请填写期限从哪一天起算。")
        term = terms().get(due.term)
        found = ending(term, due.starts_on, official_calendar())
        return found.due_on, found.working, due.basis or term.basis
    if due.due_on is None:
        raise Refusal("设定期限", "没有截止日期", "请填写日期，或者选择一项法定期限和起算日。")
    if not due.basis:
        raise Refusal("设定期限", "没有写明依据", "请写明规定该日期的通知名称和文号。")
    return due.due_on, (), due.basis


# Received files


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A ZIP as it comes in."""

    title: str
    year: int
    authority: str
    name: str
    content: bytes


def receive(given: Receipt, now: datetime, actor: User) -> Batch:
    """Take a ZIP in: judge it whole, keep every file under a number of ours, and leave the audit to the worker."""
    key = uuid.uuid4().hex
    place = folder(key)
    rows: list[ReceivedFile] = []
    try:
        for number, member in enumerate(received.members(given.name, given.content), start=1):
            stored = f"{number:05d}{member.ending}" if member.is_report else ""
            if stored:
                _write(place / FILES / stored, member.content)
            rows.append(_waiting(number, member, stored))
        return _kept(given, key, rows, now, actor)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def _waiting(number: int, member: received.Member, stored: str) -> ReceivedFile:
    row = ReceivedFile(place=number, name=member.name, stored=stored)
    if not stored:
        row.state, row.reason = "skipped", "不是报告文件，未核对"
    return row


def _kept(given: Receipt, key: str, rows: Sequence[ReceivedFile], now: datetime, actor: User) -> Batch:
    with transaction.atomic():
        made = Batch.objects.create(
            key=key,
            title=given.title,
            year=given.year,
            authority=given.authority,
            digest=hashlib.sha256(given.content).hexdigest(),
            total=len(rows),
            finished=sum(row.state != ReceivedFile.WAITING for row in rows),
            by=actor,
            received_at=now,
            remove_on=timezone.localdate(now) + timedelta(days=settings.RECEIVED_DAYS),
        )
        for row in rows:
            row.batch = made
        ReceivedFile.objects.bulk_create(rows, batch_size=500)
        details: Plain = {"files": len(rows), "sha256": made.digest, "bytes": len(given.content)}
        record(Kind.WRITE, "batch.received", subject=made.subject, actor=actor, details=details)
    return made


FILES = "files"


def folder(key: str) -> Path:
    """Return where the files and results of a batch lie."""
    found: Path = settings.DATA / "received" / key
    return found


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def advance(now: datetime) -> int:
    """Audit the next files of the oldest batch that waits; return how many. For the worker, as often as it likes.

    The batch is leased, so that a second worker takes another; what is done is kept file by file, so that a worker that
    is killed goes on where it stopped. A file is counted as tried before it is read: one that kills the program is given
    up the next time but one, and the others are audited all the same.
    """
    found = queries.to_work_on(now)
    if found is None or not _leased(found, now):
        return 0
    files = queries.waiting_files(found, SLICE)
    _give_up([one for one in files if one.attempts >= MOST_ATTEMPTS])
    todo = [one for one in files if one.attempts < MOST_ATTEMPTS]
    with transaction.atomic():
        ReceivedFile.objects.filter(pk__in=[one.pk for one in todo]).update(attempts=F("attempts") + 1)
    began = time.monotonic()
    for row in _audited(found, todo):
        _finish(found, row)
    _after_slice(found, round(time.monotonic() - began), now)
    return len(files)


def _leased(found: Batch, now: datetime) -> bool:
    free = Batch.objects.filter(pk=found.pk, leased_until=found.leased_until, state=found.state)
    with transaction.atomic():
        return bool(free.update(leased_until=now + LEASE, state=Batch.RUNNING))


def _give_up(files: Sequence[ReceivedFile]) -> None:
    reason = "读取这个文件时程序异常退出；其余文件不受影响。请另存后单独上传"
    with transaction.atomic():
        ReceivedFile.objects.filter(pk__in=[one.pk for one in files]).update(state="failed", reason=reason)


def _audited(found: Batch, files: Sequence[ReceivedFile]) -> Iterable[Row]:
    place = folder(found.key)
    sources = [Source(f"{one.place:05d}/{one.name}", str(place / FILES / one.stored)) for one in files]
    options = Options(out=str(place), authority=found.authority, claims=True, rules=rules_version())
    return audit_batch.run(sources, options, workers=settings.AUDIT_WORKERS) if sources else ()


def _finish(found: Batch, row: Row) -> None:
    number = int(row.name.partition("/")[0])
    name = row.name.partition("/")[2]
    verdicts = row.verdicts
    with transaction.atomic():
        ReceivedFile.objects.filter(batch=found, place=number).update(
            state=row.status,
            reason=row.reason[:300],
            page=row.page[:120],
            title=row.title[:200],
            to_answer=row.to_answer,
            errors=row.severities.get("error", 0),
            contradictions=verdicts.get("contradiction", 0),
            remainders=verdicts.get("unexplained", 0),
            agreed=row.agreed,
            claims=row.claims,
            figures=row.figures,
            judged=row.figures_judged,
            missing=len(row.missing),
            row={**asdict(row), "name": name},
        )


def _after_slice(found: Batch, seconds: int, now: datetime) -> None:
    left = found.files.filter(state=ReceivedFile.WAITING).count()
    values: dict[str, object] = {
        "finished": found.total - left,
        "worked_seconds": F("worked_seconds") + seconds,
        "leased_until": None,
    }
    if not left:
        values |= {"state": Batch.DONE, "finished_at": now, "comparison": queries.compared(found)}
    with transaction.atomic():
        Batch.objects.filter(pk=found.pk).update(**values)
        if not left:
            details: Plain = {"files": found.total, "to_answer": queries.totals(found)["to_answer"]}
            record(Kind.WRITE, "batch.audited", subject=found.subject, details=details)


def match(found: Batch, chosen: Mapping[int, Organisation | None], today: date, now: datetime, actor: User) -> int:
    """Say whose reports some files are, as a person found; return how many changed."""
    changed = 0
    touched: set[Organisation] = set()
    with transaction.atomic():
        for row in (
            found.files.select_for_update(of=("self",)).filter(place__in=list(chosen)).select_related("organisation")
        ):
            wanted = chosen[row.place]
            if wanted is not None and not may_see(actor, wanted):
                raise Refusal("对应部门", "没有这个部门，或您看不到它", "请从列出的部门中选择。")
            if row.organisation_id == (wanted.pk if wanted else None):
                continue
            touched |= {one for one in (row.organisation, wanted) if one}
            ReceivedFile.objects.filter(pk=row.pk).update(organisation=wanted, matched_by=actor, matched_at=now)
            changed += 1
        if changed:
            record(Kind.WRITE, "batch.matched", subject=found.subject, actor=actor, details={"files": changed})
    for organisation in touched:
        refresh(organisation, found.year, today, now)
    return changed


def result_of(found: Batch, row: ReceivedFile, ending: str) -> bytes | None:
    """Return a result of the audit as it was written, or None where it is gone."""
    if row.state != "done" or not row.page or ending not in ("html", "json"):
        return None
    path = folder(found.key) / audit_batch.PAGES / f"{row.page}.{ending}"
    try:
        return path.read_bytes()
    except OSError:
        return None


def remove_expired(today: date, _now: datetime) -> int:
    """Remove the files and results of batches whose time is over; what they came to stays as counts."""
    count = 0
    for found in queries.expired(today):
        with transaction.atomic():
            ReceivedFile.objects.filter(batch=found).update(row={}, stored="")
            Batch.objects.filter(pk=found.pk).update(state=Batch.REMOVED, comparison={}, leased_until=None)
            record(Kind.ADMINISTRATION, "batch.removed", subject=found.subject, details={"files": found.total})
        shutil.rmtree(folder(found.key), ignore_errors=True)
        count += 1
    return count


# Samples


def fix_list(title: str, year: int, plan: core.Plan, area: str, today: date, actor: User) -> SampleList:
    """Fix the list of a year's departments with what is known of each, and note its fingerprint."""
    frame = core.fix(year, today, plan, queries.candidates(actor, year, area))
    with transaction.atomic():
        made = SampleList.objects.create(
            year=year,
            title=title,
            on=today,
            plan={"by_risk": plan.by_risk, "by_chance": plan.by_chance, "least_points": plan.least_points},
            candidates=[_written(one) for one in frame.candidates],
            list_digest=frame.fingerprint,
            by=actor,
        )
        details: Plain = {"departments": len(frame.candidates), "sha256": frame.fingerprint}
        record(Kind.WRITE, "sample.fixed", subject=made.subject, actor=actor, details=details)
    return made


def _written(one: core.Candidate) -> dict[str, object]:
    facts = {name: None if value is None else f"{value:f}" for name, value in one.facts.items()}
    return {"key": one.key, "title": one.title, "facts": facts}


def draw(found: SampleList, seed: str, origin: str, actor: User) -> core.Sample:
    """Draw the sample of a fixed list, once; refuse where the list is not what was fixed."""
    with transaction.atomic():
        SampleList.objects.select_for_update().get(pk=found.pk)
        if Drawing.objects.filter(sample=found).exists():
            raise Refusal(
                "抽取复评样本", "这份名单已经抽过，一份名单只抽一次", "需要另抽的，请另行固定名单并说明原因。"
            )
        frame = queries.frame_of(found)
        if frame.fingerprint != found.list_digest:
            raise Refusal("抽取复评样本", "名单与固定时的哈希值不符", "请从备份恢复，并查日志。")
        sample = core.draw(frame, seed)
        Drawing.objects.create(sample=found, seed=sample.seed, origin=origin, by=actor)
        known = {one.key: one for one in Organisation.objects.filter(key__in=[one.key for one in frame.candidates])}
        SampledDepartment.objects.bulk_create(_chosen(found, one, known) for one in sample.chosen)
        details: Plain = {"sha256": found.list_digest, "seed": sample.seed, "departments": len(sample.chosen)}
        record(Kind.WRITE, "sample.drawn", subject=found.subject, actor=actor, details=details)
    return sample


def _chosen(found: SampleList, one: core.Chosen, known: Mapping[str, Organisation]) -> SampledDepartment:
    return SampledDepartment(
        sample=found,
        organisation=known[one.candidate.key],
        share=one.share.value,
        points=one.points,
        ticket=one.ticket,
        place=one.place,
        reasons=[{"point": reason.point.key, "since": reason.point.since.isoformat()} for reason in one.reasons],
        words=one.words,
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as CSV for a spreadsheet, no cell of which is taken for a formula."""
    paper = io.StringIO()
    writer = csv.writer(paper)
    writer.writerow(heads)
    for row in rows:
        writer.writerow(["" if cell is None else _harmless(str(cell)) for cell in row])
    return ("\ufeff" + paper.getvalue()).encode()


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
