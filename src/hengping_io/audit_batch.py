"""Audit many files on all cores: resumable, in a fixed order, and stopped by none of them.

Beside each result lies a mark with the hash of the file, of the rules and of the options; a run that was killed goes
on where it stopped, and a file or rule that changed is done again. A file that cannot be read, or at which a reader
dies, is a row of the index like any other.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from hashlib import blake2b
from multiprocessing import get_context
from pathlib import Path
from threading import active_count
from typing import Literal, TypeAlias

import hengping
from hengping.audit.model import Verdict
from hengping.errors import HengpingError, Unavailable, Unreadable
from hengping_io.audit_answers import read_earlier
from hengping_io.audit_inputs import Source
from hengping_io.audit_view import Audit, Suppression
from hengping_io.system_errors import reason_of
from hengping_io.whole_file import write_whole

CHUNK = 8
FEW = 4
COLLECT_AFTER = 100_000
STATE = ".state"
PAGES = "documents"
UNSAFE = str.maketrans(dict.fromkeys('/\\:*?"<>|\t\n\r', "_"))
LONGEST_NAME = 48
LATEST_YEAR = 2024

Status = Literal["done", "unreadable", "skipped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What every file of a batch is audited with."""

    out: str
    authority: str = ""
    claims: bool = False
    mark: bool = False
    ocr: bool = False
    since: str = ""
    suppressions: tuple[Suppression, ...] = ()
    rules: str = ""

    @property
    def version(self) -> str:
        """Return a hash of the rules and of everything that changes a result."""
        flags = f"{self.claims} {self.mark} {self.ocr}"
        told = [self.rules, self.authority, flags, self.since, repr(self.suppressions)]
        return blake2b("\n".join(told).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the index says of one file; ``page`` is the stem of its results in the folder ``documents``."""

    name: str
    page: str
    status: Status
    reason: str = ""
    hash: str = ""
    version: str = ""
    kind: str = ""
    title: str = ""
    characters: int = 0
    figures: int = 0
    figures_judged: int = 0
    claims: int = 0
    agreed: int = 0
    to_answer: int = 0
    suppressed: int = 0
    new: int = 0
    gone: int = 0
    verdicts: dict[str, int] = field(default_factory=dict)
    severities: dict[str, int] = field(default_factory=dict)
    checks: dict[str, int] = field(default_factory=dict)
    missing: list[tuple[str, str]] = field(default_factory=list)
    per_head: dict[str, str] = field(default_factory=dict)
    sentences: dict[str, str] = field(default_factory=dict)
    marked: str = ""


Work: TypeAlias = Callable[[Source, Options], Row]


def run(
    sources: Sequence[Source], options: Options, workers: int | None = None, work: Work | None = None
) -> Iterator[Row]:
    """Audit every source and yield its row as it is finished; the order is that of the work, not of the names.

    ``work`` is what is done with one source, ``audit_one`` unless another is given.
    """
    work = work or audit_one
    for folder in (PAGES, STATE):
        _make(Path(options.out) / folder)
    count = min(workers or os.cpu_count() or 1, len(sources))
    if count <= 1 or (workers is None and len(sources) < FEW):
        for source in sources:
            yield work(source, options)
        return
    left = dict.fromkeys(sources)
    while left:
        yield from _pooled(list(left), options, count, CHUNK, left, work)
        if left:
            yield from _pooled(list(left), options, count, 1, left, work)
        # A process died twice: the file that killed it is among those that were under way.
        for source in list(left)[: 2 * count + 1]:
            del left[source]
            yield _alone(source, options, work)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"不能建立文件夹：{reason_of(error)}"
        raise Unavailable(str(folder), reason, "请换一个 --out 位置再试。") from error


def _pooled(
    sources: list[Source], options: Options, workers: int, size: int, left: dict[Source, None], work: Work
) -> Iterator[Row]:
    """Audit in chunks; where a process dies, what it had not finished stays in ``left``."""
    chunks = [sources[at : at + size] for at in range(0, len(sources), size)]
    with _pool(workers) as pool:
        waiting: dict[Future[list[Row]], list[Source]] = {}
        try:
            waiting = {pool.submit(_some, work, chunk, options): chunk for chunk in chunks}
            for future in as_completed(waiting):
                rows = future.result()
                for source in waiting[future]:
                    left.pop(source)
                yield from rows
        except BrokenProcessPool:
            return
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _alone(source: Source, options: Options, work: Work) -> Row:
    """Audit one file in a process of its own, and say so where that process dies."""
    with _pool(1) as pool:
        try:
            return pool.submit(work, source, options).result()
        except BrokenProcessPool:
            reason = "读取这个文件时程序异常退出；其余文件不受影响。请另存后再试"
            return Row(name=source.name, page=page_name(source.name), status="failed", reason=reason)


def _pool(workers: int) -> ProcessPoolExecutor:
    """Return processes that are copies of this one with the rules read, or fresh ones where copying is not safe.

    A copy made while other threads run could inherit a lock nobody opens again.
    """
    copies = sys.platform == "linux" and active_count() == 1
    if copies:
        _read_the_rules()
    return ProcessPoolExecutor(workers, mp_context=get_context("fork" if copies else "spawn"), initializer=_begin)


def _read_the_rules() -> None:
    """Load what every document needs, once for all the copies; what lives until the end is no garbage to look for."""
    from hengping.audit.examine import catalogue
    from hengping.audit.extraction.localities import NATION, locality
    from hengping_io import audit_html, audit_json, audit_units, read_docx, read_pdf  # noqa: F401

    catalogue()
    locality(NATION, LATEST_YEAR)
    gc.freeze()


def _begin() -> None:
    """Let only the first process answer to Ctrl-C, and look for cyclic garbage rarely: documents make almost none."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(COLLECT_AFTER, 20, 20)


def _some(work: Work, sources: Sequence[Source], options: Options) -> list[Row]:
    return [work(source, options) for source in sources]


def audit_one(source: Source, options: Options) -> Row:
    """Audit one file, or return what an earlier run made of the same file by the same rules."""
    page = page_name(source.name)
    if not source.is_report:
        return Row(name=source.name, page=page, status="skipped", reason="不是报告文件，未核对")
    state = Path(options.out) / STATE / f"{page}.json"
    digest = ""
    try:
        data = source.content()
        digest = blake2b(data, digest_size=16).hexdigest()
        earlier = _earlier(state, digest, options)
        if earlier is not None:
            return earlier
        row = _audited(source, page, data, options)
    except Unreadable as error:
        row = Row(name=source.name, page=page, status="unreadable", reason=f"{error.reason}。{error.remedy}")
    except Unavailable:
        raise
    except HengpingError as error:
        row = Row(name=source.name, page=page, status="unreadable", reason=str(error))
    except Exception as error:  # noqa: BLE001 - one bad file never stops the rest; the row says what happened
        row = Row(
            name=source.name, page=page, status="failed", reason=f"程序自身出错（{type(error).__name__}: {error}）"
        )
    row = replace(row, hash=digest, version=options.version)
    write_whole(state, json.dumps(asdict(row), ensure_ascii=False))
    return row


def _earlier(state: Path, digest: str, options: Options) -> Row | None:
    """Return the row of an earlier run where file, rules and options are the same and the results are still there."""
    try:
        found = json.loads(state.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.get("hash") != digest or found.get("version") != options.version:
        return None
    if found.get("status") == "failed":
        return None
    row = Row(**found | {"missing": [tuple(one) for one in found["missing"]]})
    results = Path(options.out) / PAGES
    there = row.status != "done" or all((results / f"{row.page}.{ending}").exists() for ending in ("html", "json"))
    return row if there else None


def _audited(source: Source, page: str, data: bytes, options: Options) -> Row:
    from hengping.audit.examine import examine_reading
    from hengping.audit.reading import Reading
    from hengping_io import audit_units
    from hengping_io.audit_html import write_html
    from hengping_io.audit_json import write_json
    from hengping_io.audit_view import assemble
    from hengping_io.read import read_bytes

    document = read_bytes(Path(source.name).name, data, ocr=options.ocr)
    reading = Reading(document, authority=options.authority)
    examination = examine_reading(reading)
    audit = assemble(
        document,
        examination,
        suppressions=options.suppressions,
        earlier=_since(options, page),
        authority=options.authority,
    )
    results = Path(options.out) / PAGES
    write_whole(results / f"{page}.json", write_json(audit, claims=options.claims, indent=None))
    write_whole(results / f"{page}.html", write_html(audit))
    marked = _mark(results, page, audit, data) if options.mark else ""
    return Row(
        name=source.name,
        page=page,
        status="done",
        kind=document.kind,
        title=document.title,
        characters=len(document.text),
        figures=examination.figures,
        figures_judged=examination.figures_judged,
        claims=len(examination.claims),
        agreed=audit.verdicts[Verdict.AGREES],
        to_answer=len(audit.to_answer),
        suppressed=sum(entry.suppressed is not None for entry in audit.findings),
        new=sum(entry.status == "new" for entry in audit.findings),
        gone=len(audit.gone),
        verdicts=_counted(entry.finding.verdict.value for entry in audit.findings),
        severities=_counted(entry.finding.severity.value for entry in audit.to_answer),
        checks=_counted(entry.finding.check for entry in audit.to_answer),
        missing=audit_units.missing(examination),
        per_head=audit_units.per_head(reading),
        sentences=audit_units.sentences(document.text),
        marked=marked,
    )


def _since(options: Options, page: str) -> Mapping[str, Mapping[str, object]] | None:
    """Return what an earlier batch found in the same file, nothing where it was not there."""
    if not options.since:
        return None
    path = Path(options.since) / PAGES / f"{page}.json"
    return read_earlier(path) if path.exists() else {}


def _mark(results: Path, page: str, audit: Audit, data: bytes) -> str:
    from hengping_io.audit_mark import marked_copy

    copy = marked_copy(audit, data)
    if copy is None:
        return ""
    name = f"{page}.marked{copy.ending}"
    write_whole(results / name, copy.content)
    return name


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def page_name(name: str) -> str:
    """Return the stem under which a file's results are kept: readable, safe on every system, and its own.

    >>> page_name("甲局/自评报告.docx")
    '甲局_自评报告.docx-c0f93a'
    """
    readable = name.translate(UNSAFE).strip(". ")[-LONGEST_NAME:]
    return f"{readable}-{blake2b(name.encode('utf-8', 'surrogateescape'), digest_size=3).hexdigest()}"


@cache
def rules_version() -> str:
    """Return a hash of the program and its rules: results of other rules are not taken for results of these."""
    found = blake2b(digest_size=8)
    for package in (Path(hengping.__file__).parent, Path(__file__).parent):
        for path in sorted(package.rglob("*")):
            if path.suffix in (".py", ".toml", ".csv", ".css", ".js"):
                found.update(path.relative_to(package).as_posix().encode())
                found.update(path.read_bytes())
    return found.hexdigest()
