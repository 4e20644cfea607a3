"""The papers of a year: their rows and, in the folder, the files themselves, byte for byte as they came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from hengping.errors import Refusal
from hengping_web.accounts.models import User
from hengping_web.attachments.services import copied
from hengping_web.cycle import loading
from hengping_web.cycle import queries as cycle
from hengping_web.cycle import services as years
from hengping_web.cycle.models import EvaluationYear
from hengping_web.selfevaluation import queries, services
from hengping_web.vault.cipher import Tampered

NAMES = (queries.EVIDENCE,)


def rows(evaluation_year: EvaluationYear) -> Mapping[str, Iterable[Mapping[str, str]]]:
    """Return the papers; a year without any gives no such table."""
    if queries.EVIDENCE not in cycle.given_tables(evaluation_year):
        return {}
    return {queries.EVIDENCE: [row.values for row in queries.papers(evaluation_year).values()]}


def files(evaluation_year: EvaluationYear) -> Iterator[tuple[str, bytes]]:
    """Yield every paper's file; one that is gone or was touched is refused by name."""
    for row in queries.papers(evaluation_year).values():
        title, found = row.values.get("title", ""), queries.attachment_of(row)
        if found is None:
            raise Refusal("写出佐证材料", f"“{title}”没有文件", "请在佐证材料页重新上传。")
        try:
            content = copied(found)
        except Tampered as touched:
            raise Refusal(
                "写出佐证材料", f"“{title}”：{touched}", "请从备份恢复原件，或重新上传并重新核定。"
            ) from touched
        yield row.values["path"], content


def load(evaluation_year: EvaluationYear, found: Mapping[str, Sequence[Mapping[str, str]]], actor: User | None) -> None:
    """Take the rows of papers in where their files did not come with a folder."""
    if queries.EVIDENCE not in cycle.given_tables(evaluation_year):
        years.load_rows(evaluation_year, queries.EVIDENCE, found.get(queries.EVIDENCE, ()), actor)


def load_files(evaluation_year: EvaluationYear, folder: Path, actor: User | None) -> None:
    """Take the papers of a folder in with their files."""
    papers = loading.texts(folder, only=frozenset({queries.EVIDENCE})).get(queries.EVIDENCE)
    if papers is not None:
        services.load_papers(evaluation_year, [(row, (folder / row["path"]).read_bytes()) for row in papers], actor)
