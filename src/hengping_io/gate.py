"""The gate before publication: the finished files are read as a stranger would read them, and examined.

A contradiction blocks. Whatever else has to be answered is answered in writing, and the answer is printed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from hengping.audit.examine import examine
from hengping.audit.model import Verdict
from hengping_io import audit_view
from hengping_io.audit_view import Entry
from hengping_io.read import read

READ = (".docx", ".pdf", ".html", ".xlsx")
FORMS = ".xlsx"
"""Forms are judged by their figures; what a report must contain is not asked of them."""
OF_A_FORM = frozenset({Verdict.CONTRADICTION, Verdict.UNEXPLAINED})
MENDING = "请部门负责人重新打开本年度，由绩效评价组在原处改正后重新定稿。"
ANSWERING = "由绩效评价组或者财务人员书面说明；说明将印在公布的报告之后。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing the auditor asks of the finished files: what, where, by which rule, and how to mend or answer it.

    ``key`` stays the same over the files and versions in which the same is asked; ``blocks`` says that it must be mended.
    """

    key: str
    check: str
    title: str
    verdict: str
    message: str
    working: str
    where: str
    files: tuple[str, ...]
    cites: tuple[str, ...]
    suggestion: str
    blocks: bool

    @property
    def remedy(self) -> str:
        """Return who does what now."""
        return f"{self.suggestion}{'' if not self.suggestion or self.suggestion.endswith('。') else '。'}" + (
            MENDING if self.blocks else ANSWERING
        )


def questions(files: Mapping[str, bytes]) -> tuple[Question, ...]:
    """Return what the auditor asks of finished files, each question once, contradictions first.

    Raises ``Unreadable`` for a file that its own reader cannot read.
    """
    found: dict[str, Question] = {}
    with tempfile.TemporaryDirectory(prefix="hengping-gate-") as place:
        for name, data in files.items():
            if name.endswith(READ):
                path = Path(place) / Path(name).name
                path.write_bytes(data)
                for one in _of_file(path):
                    known = found.get(one.key)
                    found[one.key] = one if known is None else replace(known, files=(*known.files, *one.files))
    return tuple(sorted(found.values(), key=lambda one: not one.blocks))


def _of_file(path: Path) -> Iterator[Question]:
    document = read(path)
    for entry in audit_view.assemble(document, examine(document)).to_answer:
        if not path.name.endswith(FORMS) or entry.finding.verdict in OF_A_FORM:
            yield _question(entry, path.name)


def _question(entry: Entry, file: str) -> Question:
    finding = entry.finding
    return Question(
        key=entry.fingerprint,
        check=finding.check,
        title="" if entry.rule is None else entry.rule.title,
        verdict=finding.verdict.label,
        message=finding.message,
        working=finding.working,
        where=entry.where,
        files=(file,),
        cites=tuple(map(str, finding.cites)),
        suggestion=finding.suggestion,
        blocks=finding.verdict is Verdict.CONTRADICTION,
    )
