"""Small sources for the tests: random lawful logs written as flat tables or already cut."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.core.petitions.random_logs import walk

from hengping.dates import official_calendar
from hengping.petitions.facts import EVENT_FIELDS, PETITION_FIELDS, row_of
from hengping.petitions.petition import Petition
from hengping_io import petition_source
from hengping_io.arrow_tables import DAY, SMALL, TEXT, WHOLE, typed_table, write_parquet

CHANNELS = ("online", "letter", "call", "visit")


@dataclass
class Matters:
    """Rows of the two tables, to be changed and written again."""

    petitions: dict[str, list[str]] = field(default_factory=dict)
    events: dict[str, list[list[str]]] = field(default_factory=dict)

    def write_csv(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        _csv(folder / "petitions.csv", PETITION_FIELDS, self.petitions.values())
        _csv(folder / "events.csv", EVENT_FIELDS, (event for log in self.events.values() for event in log))
        return folder

    def write_parquet(self, folder: Path) -> Path:
        write_parquet(petition_table(list(self.petitions.values())), folder / "petitions.parquet")
        rows = [event for log in self.events.values() for event in log]
        write_parquet(event_table(rows), folder / "events.parquet")
        return folder

    def write_cut(self, folder: Path) -> Path:
        cells: dict[tuple[str, str], list[str]] = {}
        for key, row in self.petitions.items():
            log = self.events.get(key) or [["", "", "0000-00"]]
            cells.setdefault((row[1], log[0][2][:7]), []).append(key)
        for (organisation, month), keys in cells.items():
            place = f"{petition_source.folder_name(organisation)}/{month}.parquet"
            write_parquet(petition_table([self.petitions[key] for key in keys]), folder / "petitions" / place)
            rows = [event for key in keys for event in self.events.get(key, [])]
            write_parquet(event_table(rows), folder / "events" / place)
        return folder


def matters(seeds: Iterable[int]) -> Matters:
    """Return matters that walked at random through the law, in four districts and three organisations."""
    found = Matters()
    for seed in seeds:
        add(found, walk(seed, official_calendar()))
    return found


def add(found: Matters, petition: Petition) -> None:
    seed = int(petition.identifier[1:])
    attributes = {
        "organisation": f"单位{seed % 3}",
        "office": "信访局",
        "region": f"{seed % 4}区",
        "category": f"类{seed % 5}",
        "channel": CHANNELS[seed % 4],
    }
    if not petition.events:
        return
    found.petitions[petition.identifier] = list(row_of(petition, attributes))
    found.events[petition.identifier] = [
        [
            petition.identifier,
            str(place),
            event.on.isoformat(),
            event.step,
            event.by.value,
            event.organisation,
            ";".join(f"{name}={value}" for name, value in event.details.items()),
        ]
        for place, event in enumerate(petition.events, start=1)
    ]


def petition_table(rows: Sequence[Sequence[str]]) -> object:
    return _table(PETITION_FIELDS, petition_source.PETITION_KINDS, rows)


def event_table(rows: Sequence[Sequence[str]]) -> object:
    return _table(EVENT_FIELDS, petition_source.EVENT_KINDS, rows)


def _table(names: Sequence[str], kinds: object, rows: Sequence[Sequence[str]]) -> object:
    assert isinstance(kinds, dict)
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    read: dict[str, Callable[[str], str | int]] = {TEXT: str, WHOLE: int, SMALL: int, DAY: _ordinal}
    return typed_table(
        {
            name: (kinds[name], [read[kinds[name]](value) for value in values])
            for name, values in zip(names, columns, strict=True)
        }
    )


def _ordinal(text: str) -> int:
    from datetime import date

    return date.fromisoformat(text).toordinal()


def _csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)
