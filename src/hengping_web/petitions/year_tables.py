"""The casework of a year as its folder takes it: one row per matter, one per event, streamed, and nobody in them.

What the two tables say follows from the stored events; nothing is decided here.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from django.utils import timezone

from hengping.petitions.facts import EVENT_FIELDS, PETITION_FIELDS
from hengping_web.accounts.models import User
from hengping_web.cycle import queries
from hengping_web.cycle.models import EvaluationYear
from hengping_web.petitions.model_year import services as loading

NAMES = ("petitions", "events")

MARKS = frozenset(";；=\n")
"""Marks that a plain list of particulars cannot hold inside a value."""


def rows(evaluation_year: EvaluationYear) -> Mapping[str, Iterable[Mapping[str, str]]]:
    """Return the matters and events of the office; a department that registers no petitions gives no such table."""
    if not queries.matters_of(evaluation_year).exists():
        return {}
    return {"petitions": _petitions(evaluation_year), "events": _events(evaluation_year)}


def _petitions(evaluation_year: EvaluationYear) -> Iterator[Mapping[str, str]]:
    earlier, unclear = queries.repeats_noted(evaluation_year), queries.unclear_matters(evaluation_year)
    there = set(queries.matters_of(evaluation_year).values_list("number", flat=True))
    linked = queries.linked_matters(evaluation_year)
    for matter in queries.matter_rows(evaluation_year):
        repeat_of = earlier.get(matter.number, "")
        yield {
            "petition": matter.number,
            "organisation": matter.holder.key if matter.holder else "",
            "office": matter.office.key if matter.office else "",
            "region": matter.region,
            "channel": matter.channel,
            "kind": matter.kind,
            "category": matter.category,
            "persons": str(matter.persons),
            "initial": "1" if matter.initial and matter.number not in linked else "0",
            "repeat_of": repeat_of if repeat_of in there else "",
            "unclear": "1" if matter.number in unclear else "0",
        }


def _events(evaluation_year: EvaluationYear) -> Iterator[Mapping[str, str]]:
    for number, sequence, on, step, by, organisation, details in queries.event_rows(evaluation_year):
        yield {
            "petition": number,
            "sequence": str(sequence),
            "on": on.isoformat(),
            "step": step,
            "by_role": by,
            "organisation": organisation,
            "details": particulars_text(details),
        }


def particulars_text(details: Mapping[str, str]) -> str:
    """Return particulars as the folder writes them: name=value;… where that says the same, else a JSON object."""
    if all(_plain(name) and _plain(value) for name, value in details.items()):
        return ";".join(f"{name}={value}" for name, value in details.items())
    return json.dumps(details, ensure_ascii=False)


def _plain(text: str) -> bool:
    return text == text.strip() and not text.startswith("{") and MARKS.isdisjoint(text)


def load(
    _evaluation_year: EvaluationYear, found: Mapping[str, Sequence[Mapping[str, str]]], _actor: User | None
) -> None:
    """Take matters in as the model year does: each log replayed by the core before it is kept, none twice."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _write(folder / "petitions.csv", PETITION_FIELDS, found.get("petitions", ()))
        _write(folder / "events.csv", EVENT_FIELDS, found.get("events", ()))
        loading.matters(folder, timezone.localdate())


def _write(path: Path, fields: Sequence[str], records: Iterable[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(fields)
        writer.writerows([record.get(name, "") for name in fields] for record in records)
