"""Acts before, at and after publication: examine, answer, let pass, publish, withdraw, comment, decide on a comment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone

from hengping.errors import InvalidPackage, Refusal, Unavailable
from hengping_io import gate, publication_package, year_folder
from hengping_io.gate import Question
from hengping_io.publication_package import Contents, Edition, Made
from hengping_io.publication_year import DOWNLOADS, PAGE, REPORT, Recomputed
from hengping_io.signatures import fingerprint
from hengping_io.year_folder import PRIVATE
from hengping_web.accounts.models import User
from hengping_web.cycle import services as years
from hengping_web.cycle.models import EvaluationYear, State
from hengping_web.publication import queries
from hengping_web.publication.models import (
    Comment,
    CommentDecision,
    GateAnswer,
    GateRun,
    Publication,
    PublishedFile,
)
from hengping_web.selfevaluation import queries as evaluations
from hengping_web.selfevaluation import services as self_evaluation
from hengping_web.selfevaluation.models import Snapshot
from hengping_web.trail.services import Kind, record
from hengping_web.vault import envelope

GATE, PUBLISH = "公开前核对", "公开"
PACKAGE = "published-{year}-v{number}.zip"
RESULT = "result.json"


def frozen(evaluation_year: EvaluationYear, what: str) -> Snapshot:
    """Return the snapshot of a frozen year, or refuse."""
    snapshot = evaluations.snapshot(evaluation_year) if evaluation_year.settled else None
    if snapshot is None:
        raise Refusal(what, f"{evaluation_year.year} 年度尚未定稿", "请先由部门负责人定稿。")
    return snapshot


def finished_files(snapshot: Snapshot) -> dict[str, bytes]:
    """Return the finished files of a frozen year; one that is not what was frozen is refused by name."""
    found = {name: self_evaluation.document(snapshot, name) for name in DOWNLOADS}
    return {name: content for name, content in found.items() if content is not None}


# ── the gate ───────────────────────────────────────────────────────────────────────────────────────────────────


def examine(evaluation_year: EvaluationYear, actor: User | None = None) -> GateRun:
    """Have the auditor read every finished file, and keep what it asks."""
    snapshot = frozen(evaluation_year, GATE)
    files = finished_files(snapshot)
    asked = gate.questions(files)
    with transaction.atomic():
        years.locked(evaluation_year)
        last = queries.last_run(snapshot)
        made = GateRun.objects.create(
            snapshot=snapshot,
            number=last.number + 1 if last else 1,
            files=[{"name": name, "sha256": hashlib.sha256(data).hexdigest()} for name, data in files.items()],
            questions=[{**asdict(one), "remedy": one.remedy} for one in asked],
            by=actor,
        )
        record(
            Kind.WRITE,
            "gate.examine",
            subject=evaluation_year.subject,
            actor=actor,
            details={"run": made.number, "questions": len(asked), "blocking": sum(one.blocks for one in asked)},
        )
    return made


def answer(evaluation_year: EvaluationYear, question: str, text: str, actor: User) -> GateAnswer:
    """Answer a question in writing; the answer will be printed."""
    written = text.strip()
    if not written:
        raise Refusal("书面说明", "没有写说明", "请写明差额或者问题的原因。")
    if PRIVATE.search(written):
        raise Refusal("书面说明", "说明里疑似有身份证号码或者手机号码", "说明会公开印出，请删去。")
    with transaction.atomic():
        held = years.locked(evaluation_year)
        if State(held.state) is not State.FROZEN:
            raise Refusal("书面说明", f"本年度{held.state_label}", "说明只在定稿之后、核对通过之前填写。")
        run = queries.last_run(frozen(held, GATE))
        known = {one["key"]: one for one in (run.questions if run else ())}
        if question not in known:
            raise Refusal("书面说明", "最近一次核对没有这个问题", "请重新核对后再答复。")
        if known[question]["blocks"]:
            raise Refusal("书面说明", "矛盾不能以说明代替改正", gate.MENDING)
        last = queries.answers(held).get(question)
        made = GateAnswer.objects.create(
            evaluation_year=held,
            question=question,
            revision=last.revision + 1 if last else 1,
            text=written,
            by=actor,
        )
        record(Kind.WRITE, "gate.answer", subject=held.subject, actor=actor, details={"question": question})
    return made


def approve(evaluation_year: EvaluationYear, version: int, actor: User) -> EvaluationYear:
    """Let a year pass the gate: examined as it is frozen, nothing contradicts, everything else is answered."""
    with transaction.atomic():
        held = years.claim(evaluation_year, version, GATE)
        run = queries.last_run(frozen(held, GATE))
        if run is None:
            raise Refusal(GATE, "定稿的文件还没有核对", "请先核对。")
        left = queries.open_questions(run, queries.answers(held))
        blocking = [one for one in left if one["blocks"]]
        if blocking:
            told = "；".join(f"{one['where']}：{one['message']}" for one in blocking[:3])
            raise Refusal(GATE, f"有 {len(blocking)} 处矛盾：{told}", gate.MENDING)
        if left:
            told = "；".join(f"{one['where']}：{one['message']}" for one in left[:3])
            raise Refusal(GATE, f"有 {len(left)} 个问题没有书面说明：{told}", gate.ANSWERING)
        return years.move(held, State.PASSED, held.version, actor=actor, details={"run": run.number})


# ── publication ────────────────────────────────────────────────────────────────────────────────────────────────


def publish(evaluation_year: EvaluationYear, reason: str, version: int, actor: User) -> Publication:
    """Publish a year that passed: recomputed from its public tables, signed, kept with every file it gives out."""
    with transaction.atomic():
        held = years.claim(evaluation_year, version, PUBLISH)
        last = queries.last_publication(held)
        if last is not None and not reason.strip():
            raise Refusal(
                PUBLISH, "本年度公开过，没有写明为何更正", "请写明更正了什么、为什么；原公开内容会保留并注明。"
            )
        snapshot = frozen(held, PUBLISH)
        edition = Edition(
            version=last.number + 1 if last else 1,
            reason=reason.strip(),
            replaces=last.manifest_sha256 if last else "",
        )
        made = package(held, snapshot, edition)
        publication = _kept(held, snapshot, edition, made, actor)
        years.move(held, State.PUBLISHED, held.version, actor=actor, details={"publication": publication.number})
        record(
            Kind.WRITE,
            "publication.publish",
            subject=held.subject,
            actor=actor,
            details={"number": publication.number, "manifest": publication.manifest_sha256},
        )
    return publication


def package(evaluation_year: EvaluationYear, snapshot: Snapshot, edition: Edition) -> Made:
    """Return the package of a frozen year; a figure the public tables do not give is refused by name."""
    result = self_evaluation.document(snapshot, RESULT)
    if result is None or hashlib.sha256(result).hexdigest() != snapshot.result_sha256:
        raise Refusal(PUBLISH, "定稿的计算结果与定稿时的哈希值不符", "请从备份恢复。")
    found = json.loads(result)
    answered = tuple(_answers(evaluation_year, snapshot))
    files = finished_files(snapshot)
    contents = Contents(
        files={name: data for name, data in files.items() if name != REPORT},
        finish=_with_annex if answered else None,
        answers=answered,
        last_year=tuple(_last_year(evaluation_year)),
        edition=edition,
    )
    counts = {name: None if count is None else int(count) for name, count in found["counts"].items()}
    try:
        with self_evaluation.unpacked(snapshot) as folder:
            made = publication_package.build(year_folder.read(folder), counts, found, contents)
    except InvalidPackage as broken:
        raise Refusal(PUBLISH, str(broken.problems[0]), "请改正后重新定稿。") from broken
    if answered:
        _refuse_new_contradictions(evaluation_year, snapshot, made)
    return made


def _with_annex(year: Recomputed) -> dict[str, bytes]:
    """Write the report anew where answers are printed behind it; the PDF is left out where it cannot be made."""
    from hengping_io.write_docx import write_docx
    from hengping_io.write_pdf import write_pdf

    found = {"report.docx": write_docx(year.report.document, year.report.label)}
    try:
        found["report.pdf"] = write_pdf(year.report.document, year.report.label).data
    except Unavailable as error:
        raise Refusal(PUBLISH, str(error), "附有书面说明的 PDF 写不出来，请先装好所需程序。") from error
    return found


def _answers(evaluation_year: EvaluationYear, snapshot: Snapshot) -> Iterator[Mapping[str, Any]]:
    run, answered = queries.last_run(snapshot), queries.answers(evaluation_year)
    for one in run.questions if run else ():
        given = answered.get(one["key"])
        if given is not None:
            yield {
                "question": one["key"],
                "files": tuple(one["files"]),
                "check": one["check"],
                "finding": one["message"],
                "working": one["working"],
                "answer": given.text,
                "answered_by": given.by.title,
                "answered_on": timezone.localtime(given.at).date(),
            }


def _refuse_new_contradictions(evaluation_year: EvaluationYear, snapshot: Snapshot, made: Made) -> None:
    """An answer must not contradict the report it is printed behind."""
    run = queries.last_run(snapshot)
    known = {one["key"] for one in run.questions} if run else set()
    found: list[Question] = [one for one in gate.questions(made.finished) if one.blocks and one.key not in known]
    if found:
        told = "；".join(f"{one.where}：{one.message}" for one in found[:3])
        raise Refusal(
            PUBLISH,
            f"书面说明里的数字与报告矛盾：{told}",
            f"请重新打开 {evaluation_year.year} 年度，改写说明后再核对。",
        )


def _last_year(evaluation_year: EvaluationYear) -> Iterator[Mapping[str, Any]]:
    """Yield the numbers of last year's own publication, as they were printed there."""
    last = queries.before(evaluation_year)
    page = page_of(last) if last else None
    if last is None or page is None:
        return
    for name, one in numbers_of(page).items():
        yield {
            "name": name,
            "title": one["title"],
            "printed": one["text"],
            "value": one.get("value") or "",
            "year": page["year"],
            "package": last.manifest_sha256,
        }


def numbers_of(page: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return every number a public page prints, by name."""
    rows = [
        *page["glance"],
        *page["money"],
        *page["targets"],
        *page["clocks"],
        *page["satisfaction"],
        *page["casework"],
    ]
    rows += [project[part] for project in page["projects"] for part in ("granted", "spent", "rate")]
    return {row["name"]: row for row in rows}


def _kept(held: EvaluationYear, snapshot: Snapshot, edition: Edition, made: Made, actor: User | None) -> Publication:
    public = envelope.public_key()
    signed = publication_package.sign(made, public, envelope.sign)
    publication = Publication.objects.create(
        evaluation_year=held,
        snapshot=snapshot,
        number=edition.version,
        kind=Publication.CORRECTED if edition.version > 1 else Publication.PUBLISHED,
        reason=edition.reason,
        manifest_sha256=hashlib.sha256(made.manifest).hexdigest(),
        key_digest=fingerprint(public),
        by=actor,
    )
    name = PACKAGE.format(year=held.year, number=edition.version)
    _keep(publication, name, "公开数据包", publication_package.pack(signed))
    _keep(publication, PAGE, "", made.files[PAGE])
    for file, title in DOWNLOADS.items():
        if file in made.finished:
            _keep(publication, file, title, made.finished[file])
    return publication


def _keep(publication: Publication, name: str, title: str, content: bytes) -> None:
    digest = hashlib.sha256(content).hexdigest()
    PublishedFile.objects.create(publication=publication, name=name, title=title, sha256=digest, content=content)


def page_of(publication: Publication) -> dict[str, Any] | None:
    """Return what the public page of a publication says."""
    kept = queries.file(publication, PAGE)
    return None if kept is None else json.loads(bytes(kept.content))


def withdraw(evaluation_year: EvaluationYear, reason: str, version: int, actor: User) -> Publication:
    """Take a publication away, with the reason; what was published stays at its own address, marked."""
    with transaction.atomic():
        held = years.claim(evaluation_year, version, "撤下")
        last = queries.standing(held)
        if last is None:
            raise Refusal("撤下", "本年度没有正在公开的内容", "")
        if not reason.strip():
            raise Refusal("撤下", "没有写明原因", "请写明为何撤下；原因会公开。")
        made = Publication.objects.create(
            evaluation_year=held,
            number=last.number + 1,
            kind=Publication.WITHDRAWN,
            reason=reason.strip(),
            by=actor,
        )
        record(
            Kind.WRITE,
            "publication.withdraw",
            subject=held.subject,
            actor=actor,
            details={"number": made.number, "withdraws": last.number},
        )
    return made


# ── citizens' comments ─────────────────────────────────────────────────────────────────────────────────────────


def remark(publication: Publication, figure: str, text: str) -> Comment:
    """Take a citizen's comment on one published figure; it is shown only after somebody has read it."""
    page = page_of(publication) or {}
    proofs = {proof["name"]: proof for proof in page.get("proofs", ())}
    if figure not in proofs:
        raise Refusal("留言", "公开的内容里没有这个数字", "请从公开网页上该数字旁的链接进入。")
    if PRIVATE.search(text):
        raise Refusal(
            "留言", "疑似有身份证号码或者手机号码", "留言会公开，请不要写个人信息；具体事项请通过信访渠道提出。"
        )
    proof = proofs[figure]
    with transaction.atomic():
        made = Comment.objects.create(
            publication=publication, figure=figure, title=proof["title"], printed=proof["text"], text=text.strip()
        )
        subject = publication.evaluation_year.subject
        record(Kind.WRITE, "publication.comment", subject=subject, details={"comment": made.pk, "figure": figure})
    return made


def decide(comment: Comment, *, shown: bool, reason: str, reply: str, seen: int, actor: User) -> CommentDecision:
    """Show a comment with the bureau's answer, or say why it is not shown; the second of two is told."""
    if not shown and not reason.strip():
        raise Refusal("处理留言", "不公开的没有写明理由", "请写明理由，如“含有个人信息”。")
    with transaction.atomic():
        years.locked(comment.publication.evaluation_year)
        last = queries.last_decision(comment)
        if last is not None and last.revision != seen:
            raise years.Changed(
                "处理留言", by=str(last.by), at=last.at, theirs={"答复": last.reply, "理由": last.reason}
            )
        made = CommentDecision.objects.create(
            comment=comment,
            revision=last.revision + 1 if last else 1,
            shown=shown,
            reason=reason.strip(),
            reply=reply.strip(),
            by=actor,
        )
        record(
            Kind.WRITE,
            "publication.decide",
            subject=comment.publication.evaluation_year.subject,
            actor=actor,
            details={"comment": comment.pk, "shown": shown},
        )
    return made
