"""The findings of a batch as one Parquet table: one row for each, for engines that read many."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from hengping_io.arrow_tables import TEXT, WHOLE, typed_table, write_parquet
from hengping_io.audit_batch import PAGES, Row

FINDINGS = "findings.parquet"
FINDING_KINDS = {
    "file": TEXT,
    "check": TEXT,
    "verdict": TEXT,
    "severity": TEXT,
    "message": TEXT,
    "working": TEXT,
    "stated": TEXT,
    "computed": TEXT,
    "difference": TEXT,
    "unit": TEXT,
    "suggestion": TEXT,
    "fingerprint": TEXT,
    "line": WHOLE,
    "to_answer": WHOLE,
}
"""Columns of the findings; numbers are kept as they are printed, to the last digit."""


def write_findings(rows: Sequence[Row], out: Path) -> int:
    """Write the findings of every file that was audited and return how many there are."""
    found = [line for row in rows if row.status == "done" for line in _lines(row, out)]
    columns = list(zip(*found, strict=True)) or [()] * len(FINDING_KINDS)
    table = typed_table(
        {name: (kind, values) for (name, kind), values in zip(FINDING_KINDS.items(), columns, strict=True)}
    )
    write_parquet(table, out / FINDINGS)
    return len(found)


def _lines(row: Row, out: Path) -> Iterator[tuple[str | int, ...]]:
    data = json.loads((out / PAGES / f"{row.page}.json").read_text(encoding="utf-8"))
    for finding in data["findings"]:
        spans = finding["spans"]
        texts = [str(finding[name] or "") for name in list(FINDING_KINDS)[1:12]]
        yield (row.name, *texts, spans[0]["line"] if spans else 0, int(finding["to_answer"]))
