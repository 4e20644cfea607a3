"""Acts of self-evaluation: tasks, records with their papers, judgements, points, notes, the report, and freezing."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.db import IntegrityError, transaction

from hengping.errors import InvalidPackage, Refusal
from hengping.performance.assessment import asked, awarded
from hengping.performance.model import Evaluation, Score
from hengping.reports.prose import checked
from hengping_io import year_documents
from hengping_io.outputs import OutputSet
from hengping_io.year_documents import Worked
from hengping_web.accounts.models import User
from hengping_web.accounts.queries import holders
from hengping_web.accounts.roles import Role
from hengping_web.attachments.services import attach, shown_name
from hengping_web.cycle import folder
from hengping_web.cycle import queries as cycle
from hengping_web.cycle import services as years
from hengping_web.cycle.models import EvaluationYear, State, YearRow
from hengping_web.cycle.services import Changed, Edit
from hengping_web.outbox.services import tell_account
from hengping_web.selfevaluation import queries
from hengping_web.selfevaluation.models import Points, SiteNote, Snapshot, SnapshotFile, Task, Verdict
from hengping_web.selfevaluation.queries import Row
from hengping_web.trail.services import Kind, record

NARRATIVE = "narrative"
SOON = timedelta(days=5)
"""From how many days before its due date a task is reminded of."""


# ── tasks ──────────────────────────────────────────────────────────────────────────────────────────────────────


def make_tasks(evaluation_year: EvaluationYear, due_on: date, actor: User | None = None) -> int:
    """Make a task of every row that people record by hand and has none; tell the offices; return how many."""
    with transaction.atomic():
        held = years.writable(evaluation_year, "下达任务")
        if due_on > held.reported_on:
            raise Refusal(
                "下达任务", f"完成期限 {due_on} 晚于报告日期 {held.reported_on}", "请改为报告日期之前的一天。"
            )
        known = {(task.indicator, task.project) for task in queries.tasks(held)}
        offices = queries.office_before(held)
        fresh = [
            Task(
                evaluation_year=held,
                indicator=owed.indicator,
                project=project,
                title=owed.title,
                office=offices.get((owed.indicator, project), ""),
                due_on=due_on,
                made_by=actor,
            )
            for project, evaluation in evaluations(folder.preview(held))
            for owed in asked(evaluation)
            if (owed.indicator, project) not in known
        ]
        Task.objects.bulk_create(fresh)
        if fresh:
            for clerk in holders(Role.OFFICE_CLERK, held.organisation):
                tell_account(clerk, "task", {"day": due_on.isoformat()})
        record(
            Kind.WRITE,
            "self-evaluation.tasks",
            subject=held.subject,
            actor=actor,
            details={"tasks": len(fresh), "due_on": due_on.isoformat()},
        )
    return len(fresh)


def evaluations(worked: Worked) -> Iterator[tuple[str, Evaluation]]:
    """Yield the department's evaluation, where it has one, and every project's under its code."""
    if worked.year.evaluation is not None:
        yield "", worked.year.evaluation
    yield from worked.year.projects.items()


def score_of(worked: Worked, row: Row) -> Score:
    """Return the score of one row, or refuse a row the scheme does not have."""
    for project, evaluation in evaluations(worked):
        for score in evaluation.scores:
            if (score.indicator.key, project) == row:
                return score
    raise Refusal("打开指标", "本年度的评分表里没有这项指标", "请从自评页重新进入。")


def assign(task: Task, office: str, due_on: date, actor: User | None = None) -> None:
    """Give a task to an office with its due date."""
    with transaction.atomic():
        held = years.writable(task.evaluation_year, "调整任务")
        if due_on > held.reported_on:
            raise Refusal(
                "调整任务", f"完成期限 {due_on} 晚于报告日期 {held.reported_on}", "请改为报告日期之前的一天。"
            )
        Task.objects.filter(pk=task.pk).update(office=office, due_on=due_on, reminded_on=None)
        record(
            Kind.WRITE,
            "self-evaluation.assign",
            subject=held.subject,
            actor=actor,
            details={"task": task.pk, "due_on": due_on.isoformat()},
        )


def remind(today: date, _now: datetime) -> int:
    """Remind the clerks of departments of tasks due soon or late, once a day; return how many were told."""
    waiting: dict[EvaluationYear, list[Task]] = {}
    for task in queries.open_tasks_due(today + SOON):
        waiting.setdefault(task.evaluation_year, []).append(task)
    return sum(_remind(year, found, today) for year, found in waiting.items())


def _remind(evaluation_year: EvaluationYear, found: Sequence[Task], today: date) -> int:
    done = queries.measures(evaluation_year)
    open_tasks = [task for task in found if (task.indicator, task.project) not in done and task.reminded_on != today]
    if not open_tasks:
        return 0
    told = 0
    with transaction.atomic():
        Task.objects.filter(pk__in=[task.pk for task in open_tasks]).update(reminded_on=today)
        late = [task for task in open_tasks if task.due_on < today]
        for notice, tasks in (("task-overdue", late), ("task-soon", [task for task in open_tasks if task not in late])):
            if tasks:
                parameters = {"count": str(len(tasks)), "day": min(task.due_on for task in tasks).isoformat()}
                for clerk in holders(Role.OFFICE_CLERK, evaluation_year.organisation):
                    tell_account(clerk, notice, parameters)
                    told += 1
    return told


# ── records and their papers ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What an office records for one row, and the revision of the record it saw (0 where there was none)."""

    row: Row
    values: Mapping[str, str]
    papers: Sequence[str] = field(default=())
    recorded_on: date
    seen: int = 0


def record_measure(evaluation_year: EvaluationYear, given: Recording, actor: User) -> YearRow:
    """Keep a record; the second of two who saw the same is told, and nothing they wrote is lost."""
    if given.recorded_on > evaluation_year.reported_on:
        day = evaluation_year.reported_on
        raise Refusal("填报", f"填报日期 {given.recorded_on} 晚于报告日期 {day}", f"请写 {day} 或之前的日期。")
    with transaction.atomic():
        held = years.writable(evaluation_year, "填报")
        _known_papers(held, given.papers)
        last = queries.measures(held).get(given.row)
        if (last.revision if last else 0) != given.seen:
            theirs = {name: str(text) for name, text in last.values.items()} if last else {}
            raise Changed("填报", by=str(last.by or "") if last else "", at=last.at if last else None, theirs=theirs)
        values = {
            **given.values,
            "indicator": given.row[0],
            "project": given.row[1],
            "evidence": ";".join(given.papers),
            "recorded_by": actor.title,
            "recorded_on": given.recorded_on.isoformat(),
        }
        place = last.place if last else None
        return years.save_row(held, Edit(table=queries.MEASURES, values=values, place=place, seen=given.seen), actor)


def _known_papers(held: EvaluationYear, papers: Sequence[str]) -> None:
    there = queries.papers(held)
    absent = [paper for paper in papers if paper not in there]
    if absent:
        raise Refusal("填报", f"没有编号为“{absent[0]}”的佐证材料", "请先上传，再选取。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper as it comes in: its title, the file, and the paper it replaces with the revision that was seen."""

    title: str
    name: str
    content: bytes
    recorded_on: date
    replaces: str = ""
    seen: int = 0


def add_paper(evaluation_year: EvaluationYear, given: Paper, actor: User) -> YearRow:
    """Take a paper in, or the next version of one: who, when, and the hash of what it is."""
    if given.recorded_on > evaluation_year.reported_on:
        day = evaluation_year.reported_on
        raise Refusal("上传佐证", f"提供日期 {given.recorded_on} 晚于报告日期 {day}", f"请写 {day} 或之前的日期。")
    with transaction.atomic():
        held = years.writable(evaluation_year, "上传佐证")
        kept = attach(f"year:{held.pk}", given.name, given.content, purpose="evidence", by=actor)
        last = queries.papers(held).get(given.replaces) if given.replaces else None
        key = given.replaces if last else f"paper-{cycle.next_place(held, queries.EVIDENCE)}"
        extension = shown_name(given.name).rpartition(".")[2].lower() or kept.kind
        values = {
            "evidence": key,
            "title": given.title,
            "path": f"evidence/{key}.{extension}",
            "sha256": kept.digest,
            "recorded_by": actor.title,
            "recorded_on": given.recorded_on.isoformat(),
            "attachment": kept.key,
        }
        place = last.place if last else None
        return years.save_row(held, Edit(table=queries.EVIDENCE, values=values, place=place, seen=given.seen), actor)


def load_papers(
    evaluation_year: EvaluationYear, papers: Iterable[tuple[Mapping[str, str], bytes]], actor: User | None
) -> None:
    """Take the papers of a folder in, each under the key, path and hash it has there."""
    with transaction.atomic():
        rows = []
        for values, content in papers:
            kept = attach(f"year:{evaluation_year.pk}", values["path"], content, purpose="evidence", by=actor)
            rows.append({**values, "attachment": kept.key})
        years.load_rows(evaluation_year, queries.EVIDENCE, rows, actor)


# ── judgements ─────────────────────────────────────────────────────────────────────────────────────────────────


def digest_of(row: YearRow, papers: Mapping[str, str]) -> str:
    """Return the hash of a record and the hashes of its papers: what a judgement was about."""
    text = json.dumps([row.values, dict(papers)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def papers_of(evaluation_year: EvaluationYear, row: YearRow) -> dict[str, str]:
    """Return the hashes of a record's papers as they stand now, by key; a paper that is gone has none."""
    there = queries.papers(evaluation_year)
    wanted = [key for key in row.values.get("evidence", "").split(";") if key]
    return {key: there[key].values.get("sha256", "") if key in there else "" for key in wanted}


def decide(evaluation_year: EvaluationYear, row: Row, *, accepted: bool, reason: str, seen: int, actor: User) -> None:
    """Take a record as it stands with its papers, or give it back with the reason."""
    with transaction.atomic():
        held = years.writable(evaluation_year, "核定")
        last = queries.measures(held).get(row)
        if last is None:
            raise Refusal("核定", "这项指标还没有填报", "请先由科室填报完成值并交佐证。")
        if last.revision != seen:
            raise Changed("核定", by=str(last.by or ""), at=last.at, theirs=last.values)
        if not accepted and not reason.strip():
            raise Refusal("退回", "没有写明理由", "请写明须补正什么。")
        papers = papers_of(held, last)
        Verdict.objects.create(
            evaluation_year=held,
            indicator=row[0],
            project=row[1],
            accepted=accepted,
            reason=reason.strip(),
            digest=digest_of(last, papers),
            papers=papers,
            by=actor,
        )
        record(
            Kind.WRITE,
            "self-evaluation.accept" if accepted else "self-evaluation.return",
            subject=held.subject,
            actor=actor,
            details={"indicator": row[0], "project": row[1], "revision": last.revision},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """Something that is no longer what was accepted: which row, and the papers that were exchanged, by title."""

    row: Row
    papers: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return it in words."""
        named = "、".join(f"“{title}”" for title in self.papers)
        return f"佐证材料{named}在核定之后被替换" if named else "填报内容在核定之后作了修改"


def swapped(evaluation_year: EvaluationYear) -> list[Swap]:
    """Return every record that is not what was accepted any more, naming the papers whose hash changed."""
    records, papers = queries.measures(evaluation_year), queries.papers(evaluation_year)
    found = []
    for row, verdict in queries.last_verdicts(evaluation_year).items():
        now = records.get(row)
        if not verdict.accepted or now is None:
            continue
        hashes = papers_of(evaluation_year, now)
        if digest_of(now, hashes) == verdict.digest:
            continue
        other = [key for key, known in verdict.papers.items() if hashes.get(key, known) != known]
        titles = tuple(papers[key].values.get("title", key) if key in papers else key for key in other)
        found.append(Swap(row=row, papers=titles))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """Points somebody gives to a row, of which kind, why, and the revision they saw."""

    row: Row
    kind: str
    points: Decimal
    reason: str = ""
    seen: int = 0


def give_points(evaluation_year: EvaluationYear, given: Award, actor: User) -> Points:
    """Give points to a row, within its weight and with a reason where they fall short: the core decides."""
    with transaction.atomic():
        reviewing = given.kind == Points.REVIEW
        held = years.locked(evaluation_year) if reviewing else years.writable(evaluation_year, "自评打分")
        if reviewing and held.state == State.PUBLISHED:
            raise Refusal("复核打分", "本年度已公开", "确需更正的，由部门负责人写明原因后重新打开本年度。")
        score = score_of(folder.preview(held), given.row)
        points = awarded(score.title, score.possible, given.points, given.reason)
        last = queries.last_points(held).get((*given.row, given.kind))
        if (last.revision if last else 0) != given.seen:
            theirs = {"points": str(last.points), "reason": last.reason} if last else {}
            raise Changed("打分", by=str(last.by) if last else "", at=last.at if last else None, theirs=theirs)
        try:
            with transaction.atomic():
                made = Points.objects.create(
                    evaluation_year=held,
                    indicator=given.row[0],
                    project=given.row[1],
                    kind=given.kind,
                    revision=given.seen + 1,
                    points=points,
                    possible=score.possible,
                    reason=given.reason.strip(),
                    by=actor,
                )
        except IntegrityError:
            raise Changed("打分") from None
        record(
            Kind.WRITE,
            f"self-evaluation.points.{given.kind}",
            subject=held.subject,
            actor=actor,
            details={"indicator": given.row[0], "project": given.row[1], "points": str(points)},
        )
    return made


def note(evaluation_year: EvaluationYear, row: Row, on: date, place: str, text: str, actor: User) -> SiteNote:
    """Keep what was seen on the spot."""
    with transaction.atomic():
        made = SiteNote.objects.create(
            evaluation_year=evaluation_year, indicator=row[0], project=row[1], on=on, place=place, text=text, by=actor
        )
        record(
            Kind.WRITE,
            "self-evaluation.site-note",
            subject=evaluation_year.subject,
            actor=actor,
            details={"indicator": row[0], "note": made.pk},
        )
    return made


# ── the report ─────────────────────────────────────────────────────────────────────────────────────────────────


def save_passage(evaluation_year: EvaluationYear, edit: Edit, actor: User) -> YearRow:
    """Keep a passage of the report; a typed amount, or a name nobody knows, is refused with what to do instead."""
    with transaction.atomic():
        held = years.writable(evaluation_year, "撰写报告")
        if not edit.withdrawn:
            checked(edit.values.get("text", ""), folder.preview(held).report.named)
        return years.save_row(held, edit, actor)


# ── freezing ───────────────────────────────────────────────────────────────────────────────────────────────────


def hindrances(evaluation_year: EvaluationYear) -> list[str]:
    """Return in words what keeps a year from being frozen."""
    titles = {(task.indicator, task.project): task.title for task in queries.tasks(evaluation_year)}
    found = [f"“{titles.get(swap.row, swap.row[0])}”：{swap.text}，请重新核定" for swap in swapped(evaluation_year)]
    records = queries.measures(evaluation_year)
    for row, verdict in queries.last_verdicts(evaluation_year).items():
        now = records.get(row)
        if verdict.accepted or now is None:
            continue
        if digest_of(now, papers_of(evaluation_year, now)) == verdict.digest:
            found.append(f"“{titles.get(row, row[0])}”：已退回，尚未补正（{verdict.reason}）")
    return found


def freeze(evaluation_year: EvaluationYear, version: int, actor: User) -> Snapshot:
    """Freeze a year: write its folder, work it out, write every document, and keep them all with their hashes.

    All of it or nothing: what the folder's own rules refuse, what was exchanged after it was accepted, and a paper
    that is gone, each stop the freezing with their names.
    """
    with transaction.atomic():
        held = years.claim(evaluation_year, version, "定稿")
        stops = hindrances(held)
        if stops:
            raise Refusal("定稿", "；".join(stops), "请逐项处理后再定稿。")
        made = _snapshot(held, actor)
        moved = years.move(held, State.FROZEN, held.version, actor=actor, details=_said(made))
        folder_count = SnapshotFile.objects.filter(snapshot=made).count()
        record(
            Kind.WRITE,
            "self-evaluation.freeze",
            subject=moved.subject,
            actor=actor,
            details={**_said(made), "files": folder_count},
        )
    return made


def _said(made: Snapshot) -> dict[str, str | int]:
    return {"snapshot": made.number, "result_sha256": made.result_sha256, "total": made.total, "grade": made.grade}


def _snapshot(held: EvaluationYear, actor: User) -> Snapshot:
    with tempfile.TemporaryDirectory(prefix="year-") as place:
        inside, outside = Path(place) / "folder", Path(place) / "documents"
        outside.mkdir()
        folder.write(held, inside)
        try:
            worked = folder.evaluate_folder(inside)
        except InvalidPackage as broken:
            told = "；".join(str(problem) for problem in broken.problems[:20])
            raise Refusal(
                "定稿", f"年度数据有 {len(broken.problems)} 处问题：{told}", "请逐项改正后再定稿。"
            ) from broken
        written = year_documents.write_documents(OutputSet(outside, outside), worked)
        evaluation = worked.year.evaluation
        before = queries.snapshot(held)
        made = Snapshot.objects.create(
            evaluation_year=held,
            number=before.number + 1 if before else 1,
            result_sha256=hashlib.sha256(worked.result.encode()).hexdigest(),
            total="" if evaluation is None else f"{evaluation.total:f}",
            possible="" if evaluation is None else f"{evaluation.possible:f}",
            grade="" if evaluation is None else evaluation.grade,
            to_answer=written.audited.to_answer,
            notices=list(written.notices),
            by=actor,
        )
        _keep(made, SnapshotFile.FOLDER, inside)
        _keep(made, SnapshotFile.DOCUMENT, outside)
    return made


def _keep(made: Snapshot, kind: str, place: Path) -> None:
    for path in sorted(path for path in place.rglob("*") if path.is_file()):
        content = path.read_bytes()
        SnapshotFile.objects.create(
            snapshot=made,
            kind=kind,
            path=path.relative_to(place).as_posix(),
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            content=zlib.compress(content, 6),
        )


def content_of(found: SnapshotFile) -> bytes:
    """Return a frozen file; one that is not what was frozen is refused by name."""
    content = zlib.decompress(bytes(found.content))
    if hashlib.sha256(content).hexdigest() != found.sha256:
        raise Refusal("打开定稿文件", f"“{found.path}”与定稿时的哈希值不符", "请从备份恢复。")
    return content


@contextmanager
def unpacked(found: Snapshot) -> Iterator[Path]:
    """Yield the frozen folder as it was, in a place that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="year-") as place:
        for file in SnapshotFile.objects.filter(snapshot=found, kind=SnapshotFile.FOLDER):
            path = Path(place) / "folder" / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content_of(file))
        yield Path(place) / "folder"


def document(found: Snapshot, name: str) -> bytes | None:
    """Return one finished document of a frozen year."""
    file = queries.snapshot_file(found, SnapshotFile.DOCUMENT, name)
    return content_of(file) if file else None
