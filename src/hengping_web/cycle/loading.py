"""A year folder read as texts and handed to the rooms: the opposite of writing one."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from hengping_io import year_folder
from hengping_io.data_package import DESCRIPTOR, Layout
from hengping_io.data_text import text_of
from hengping_io.year_layouts import layouts
from hengping_web.accounts.models import Organisation, User
from hengping_web.cycle import services, tables
from hengping_web.cycle.models import EvaluationYear, State


def load(
    folder: Path,
    organisation: Organisation,
    *,
    state: State = State.PLANNING,
    without: frozenset[str] = frozenset(),
    actor: User | None = None,
) -> EvaluationYear:
    """Open the year of a folder and load its tables; raises what reading the folder raises."""
    unit = year_folder.read(folder).unit
    opening = services.Opening(
        organisation=organisation, year=unit["fiscal_year"], scheme=unit["scheme"], reported_on=unit["reported_on"]
    )
    found = {name: rows for name, rows in texts(folder).items() if name not in without}
    return services.open_with(opening, lambda made: tables.load(made, found, actor, folder), state, actor)


def texts(folder: Path, only: frozenset[str] | None = None) -> dict[str, Sequence[Mapping[str, str]]]:
    """Return every table of a sound folder as rows of text, under the names and values the guide gives them."""
    descriptor = json.loads(text_of((folder / DESCRIPTOR).read_bytes()))
    return {
        resource["name"]: list(_rows(folder / resource["path"], layouts()[resource["name"]]))
        for resource in descriptor["resources"]
        if only is None or resource["name"] in only
    }


def _rows(path: Path, layout: Layout) -> Iterator[Mapping[str, str]]:
    names = {column.title: column.name for column in layout.columns}
    spellings = {column.name: column.spellings for column in layout.columns if column.values}
    reader = csv.reader(io.StringIO(text_of(path.read_bytes()), newline=""))
    header = [names.get(cell.strip(), cell.strip()) for cell in next(reader)]
    for cells in reader:
        row = dict(zip(header, cells, strict=True))
        for name, known in spellings.items():
            if name in row:
                row[name] = known.get(row[name], row[name])
        yield row
