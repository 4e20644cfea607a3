"""The year as a folder: written from every room's tables, read back as ``hengping year`` reads it, and worked out."""

from __future__ import annotations

import csv
import hashlib
import json
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from hengping.dates import Period, official_calendar
from hengping.petitions.columns import COUNT_COLUMNS
from hengping.petitions.facts import EVENT_FIELDS, PETITION_FIELDS, PetitionFacts, build, gather
from hengping_io import year_documents, year_folder
from hengping_io.year_counts import counter
from hengping_io.year_documents import Worked
from hengping_io.year_layouts import descriptor, layouts
from hengping_web.cycle import queries, services, tables
from hengping_web.cycle.models import CaseCount, EvaluationYear
from hengping_web.trail.queries import log_head

DATA = "data"
CASEWORK = ("petitions", "events")


def write(evaluation_year: EvaluationYear, path: Path) -> Path:
    """Write the whole year into an empty folder and return the folder."""
    _write_tables(evaluation_year, path, tables.gather(evaluation_year))
    for name, content in tables.files(evaluation_year):
        place = path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return path


def _write_tables(evaluation_year: EvaluationYear, path: Path, found: Mapping[str, Iterable[tables.TableRow]]) -> None:
    (path / DATA).mkdir(parents=True)
    for name, rows in found.items():
        _write_table(path / DATA / f"{name}.csv", _columns(name), rows)
    resources = {name: (f"{DATA}/{name}.csv", _columns(name)) for name in found}
    title = f"{evaluation_year.organisation} {evaluation_year.year}年度"
    package = descriptor(f"{evaluation_year.organisation.key}-{evaluation_year.year}", title, resources)
    text = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
    (path / "datapackage.json").write_text(text, encoding="utf-8", newline="\n")


def _columns(name: str) -> tuple[str, ...]:
    return tuple(column.name for column in layouts()[name].columns)


def _write_table(path: Path, columns: tuple[str, ...], rows: Iterable[tables.TableRow]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([row.get(name, "") for name in columns] for row in rows)


def evaluate(evaluation_year: EvaluationYear) -> Worked:
    """Return what ``hengping year`` computes from the year as it stands now, casework counted anew."""
    with tempfile.TemporaryDirectory(prefix="year-") as place:
        path = write(evaluation_year, Path(place) / "folder")
        return evaluate_folder(path)


def evaluate_folder(path: Path) -> Worked:
    """Return what ``hengping year`` computes from a folder."""
    folder = year_folder.read(path)
    with counter(processes=1) as counting:
        return year_documents.work(folder, year_documents.count(folder, counting))


def preview(evaluation_year: EvaluationYear) -> Worked:
    """Return what the year comes to with the casework as it was last counted: for pages that are looked at often.

    Every act of the site adds a row to the log, so the head of the log says whether anything can have changed.
    """
    key = (evaluation_year.pk, log_head())
    if key not in _PREVIEWS:
        worked = _preview(evaluation_year)
        while len(_PREVIEWS) >= MOST_PREVIEWS:
            _PREVIEWS.pop(next(iter(_PREVIEWS)), None)
        _PREVIEWS[(evaluation_year.pk, log_head())] = worked
        return worked
    return _PREVIEWS[key]


_PREVIEWS: dict[tuple[int, str], Worked] = {}
MOST_PREVIEWS = 4
HELD = b"held elsewhere\n"
"""Stands for every paper in a preview: whether a paper is the one registered is asked when the year is frozen."""


def _preview(evaluation_year: EvaluationYear) -> Worked:
    kept = case_count(evaluation_year)
    found = tables.gather(evaluation_year)
    if kept is not None:
        found |= dict.fromkeys(CASEWORK, ())
    if "evidence" in found:
        held = {"path": "held.txt", "sha256": hashlib.sha256(HELD).hexdigest()}
        found["evidence"] = [{**row, **held} for row in found["evidence"]]
    with tempfile.TemporaryDirectory(prefix="year-") as place:
        path = Path(place) / "folder"
        _write_tables(evaluation_year, path, found)
        (path / "held.txt").write_bytes(HELD)
        folder = year_folder.read(path)
        counts = dict.fromkeys(sorted(COUNT_COLUMNS)) if kept is None else dict(sorted(kept.counts.items()))
        return year_documents.work(folder, counts)


def case_count(evaluation_year: EvaluationYear) -> CaseCount | None:
    """Return the last count of the casework, taking one where there is none for this report date."""
    kept = queries.case_count(evaluation_year)
    if kept is not None and kept.reported_on == evaluation_year.reported_on:
        return kept
    return count_casework(evaluation_year)


def count_casework(evaluation_year: EvaluationYear) -> CaseCount | None:
    """Count the casework anew and keep what it came to; None where the department registers no petitions."""
    reached = queries.casework_reached(evaluation_year)
    found = tables.gather(evaluation_year)
    if any(name not in found for name in CASEWORK):
        return None
    petitions = ([row[name] for name in PETITION_FIELDS] for row in found["petitions"])
    events = ([row[name] for name in EVENT_FIELDS] for row in found["events"])
    period, day = Period.of_year(evaluation_year.year), evaluation_year.reported_on
    sums = _sums(build(gather(petitions, events), period, day, official_calendar()))
    return services.keep_count(evaluation_year, reached, sums)


def _sums(rows: Iterable[PetitionFacts]) -> dict[str, int | None]:
    """Return the sum of every counting column; the sum of no rows is missing, not nothing."""
    places = {name: PetitionFacts._fields.index(name) for name in sorted(COUNT_COLUMNS)}
    columns = list(zip(*rows, strict=True))
    return {name: sum(columns[place]) if columns else None for name, place in places.items()}
