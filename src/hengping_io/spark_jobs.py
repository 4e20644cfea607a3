"""The fact job and the bulk audit on a cluster: Arrow batches on the executors, decided by the same core.

Executors need this program installed (``hengping[io]``), since the rulebook lies beside the code. Rows come back to
the client, which writes the same files as on one machine; a file or partition that fails is a row that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hengping.dates import official_calendar
from hengping.errors import InvalidPackage, Problem, Unavailable
from hengping_io import arrow_tables, fact_job, parallel, petition_source, spark_session
from hengping_io.arrow_tables import TEXT, WHOLE, ArrowTable
from hengping_io.fact_build import Edition, calendar_version, law_version
from hengping_io.fact_job import Done, Task
from hengping_io.fact_store import Stored

if TYPE_CHECKING:
    from hengping_io.audit_batch import Options, Row
    from hengping_io.audit_inputs import Source

STORED = {field.name: WHOLE if field.name in ("petitions", "rows", "bytes") else TEXT for field in fields(Stored)}
OUTCOME = {"name": TEXT, **STORED, "problems": TEXT, "reused": WHOLE}
FINDING = {"name": TEXT, "row": TEXT}


def build_facts(engine: str, source: Path, out: Path, edition: Edition) -> Done:
    """Decide every partition of a source on a cluster that sees the same folders, and bring the edition up to date."""
    session = _session(engine)
    found = petition_source.find(source.resolve())
    if isinstance(found, petition_source.FlatSource):
        raise Unavailable(
            str(source), "集群上只判定已分区的数据源", "请先在本机运行 hengping facts，或者按 单位/月份 导出。"
        )
    for partition in found:
        petition_source.check(partition)
    versions = f"{calendar_version(official_calendar())} {law_version()}"
    tasks = [Task(partition, edition, str(out.resolve()), versions) for partition in found]
    rows = list(_spread(session, [_packed(task) for task in tasks], _decide, OUTCOME))
    problems = [Problem(**one) for row in rows for one in _read(row["problems"])]
    if problems:
        raise InvalidPackage(sorted(problems, key=lambda one: (one.file, one.row or 0))[: fact_job.MOST_PROBLEMS])
    stored = {row["name"]: Stored(**{name: row[name] for name in STORED}) for row in rows}
    lost = [partition.name for partition in found if partition.name not in stored]
    if lost:
        raise Unavailable(
            "Spark", f"有 {len(lost)} 个分区没有结果：{'、'.join(lost[:5])}", "再次运行即只补做这些分区。"
        )
    listing = fact_job.finish(out, edition, stored, "", parallel.cores())
    fresh = [row for row in rows if not row["reused"]]
    return Done(listing, len(fresh), len(rows) - len(fresh), sum(row["petitions"] for row in fresh))


def audit(engine: str, given: Sequence[Source], options: Options) -> list[Row]:
    """Audit files on a cluster that sees the same folders; return their rows in the order of the files."""
    from hengping_io.audit_batch import Row, page_name

    session = _session(engine)
    told = _words(asdict(options))
    packed = [_words([source.name, str(Path(source.path).resolve()), source.member, told]) for source in given]
    found = {row["name"]: Row(**_as_row(row["row"])) for row in _spread(session, packed, _audit, FINDING)}
    reason = "集群没有交回结果；其余文件不受影响，再次运行即补做"
    return [
        found.get(one.name) or Row(name=one.name, page=page_name(one.name), status="failed", reason=reason)
        for one in given
    ]


def _session(engine: str) -> Any:
    name, _, address = engine.partition("=")
    if name != "spark":
        raise Unavailable(f"引擎 {engine}", "这里只能是 spark=地址", "例如 --engine spark=sc://localhost:15002。")
    return spark_session.connect(address)


def _spread(
    session: Any, packed: list[str], work: Callable[[str], dict[str, Any]], kinds: dict[str, str]
) -> Iterator[dict[str, Any]]:
    """Have every piece of work done by some executor and yield the rows they return."""
    table = arrow_tables.typed_table({"task": (TEXT, packed)})

    def batches(given: Iterator[Any]) -> Iterator[Any]:
        for batch in given:
            rows = [work(task) for task in batch.column(0).to_pylist()]
            yield from _batch(rows, kinds).to_batches()

    schema = ", ".join(f"`{name}` {'INT' if kind == WHOLE else 'STRING'}" for name, kind in kinds.items())
    spread = session.createDataFrame(table).repartition(max(1, min(len(packed), 256)))
    yield from spark_session.lines(spread.mapInArrow(batches, schema))


def _batch(rows: list[dict[str, Any]], kinds: dict[str, str]) -> ArrowTable:
    return arrow_tables.typed_table({name: (kind, [row[name] for row in rows]) for name, kind in kinds.items()})


def _decide(packed: str) -> dict[str, Any]:
    """On an executor: decide one partition."""
    task = _unpacked(packed)
    outcome = fact_job.reusable(task) or fact_job.decide(task)
    if outcome.refused:
        what, reason, remedy = outcome.refused
        problems = [asdict(Problem(file=what, message=reason, remedy=remedy))]
    else:
        problems = [asdict(problem) for problem in outcome.problems]
    empty: dict[str, Any] = {name: 0 if kind == WHOLE else "" for name, kind in STORED.items()}
    told = asdict(outcome.stored) if outcome.stored else empty
    return {"name": outcome.name, **told, "problems": _words(problems), "reused": int(outcome.reused)}


def _audit(packed: str) -> dict[str, Any]:
    """On an executor: audit one file as a batch on one machine would."""
    from hengping_io.audit_batch import Options, audit_one
    from hengping_io.audit_inputs import Source
    from hengping_io.audit_view import Suppression

    name, path, member, told = _read(packed)
    options = _read(told)
    answers = tuple(Suppression(**one) for one in options["suppressions"])
    row = audit_one(Source(name, path, member), Options(**options | {"suppressions": answers}))
    return {"name": name, "row": _words(asdict(row))}


def _packed(task: Task) -> str:
    partition, edition = task.partition, task.edition
    days = [str(edition.start), str(edition.end), str(edition.as_of), edition.authority]
    return _words([partition.name, str(partition.petitions), str(partition.events), days, task.folder, task.versions])


def _unpacked(packed: str) -> Task:
    from datetime import date

    name, petitions, events, (start, end, as_of, authority), folder, versions = _read(packed)
    first, last, known = map(date.fromisoformat, (start, end, as_of))
    edition = Edition(start=first, end=last, as_of=known, authority=authority)
    return Task(petition_source.Partition(name, Path(petitions), Path(events)), edition, folder, versions)


def _words(told: Any) -> str:
    import json

    return json.dumps(told, ensure_ascii=False, default=str)


def _read(told: str) -> Any:
    import json

    return json.loads(told or "[]")


def _as_row(told: str) -> dict[str, Any]:
    row: dict[str, Any] = _read(told)
    return row | {"missing": [tuple(one) for one in row["missing"]]}
