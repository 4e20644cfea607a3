"""Fact rows of a whole source: as the core decides them, only what changed, and the same however often it was stopped."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.petitions.random_logs import walk

from hengping.dates import Calendar, DayKind, Period, official_calendar
from hengping.petitions.facts import PetitionFacts, build, gather
from hengping_io import arrow_tables, fact_build, fact_job, fact_store, fact_words
from hengping_io.fact_build import FACT_KINDS, Edition

from . import sources

EDITION = Edition(start=date(2023, 1, 1), end=date(2024, 1, 1), as_of=date(2024, 3, 1))
FEW = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def rows(folder: Path) -> dict[str, PetitionFacts]:
    """Return every fact row of a folder's one edition, by petition."""
    found: dict[str, PetitionFacts] = {}
    for stored in fact_store.find(folder).partitions.values():
        table = arrow_tables.read_parquet(folder / stored.file, FACT_KINDS)
        found |= {row.petition: row for row in fact_build.matters_in(table)}
    return found


def files(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def decided(matters: sources.Matters) -> dict[str, PetitionFacts]:
    """Return what the core decides, one matter at a time."""
    logs = gather(matters.petitions.values(), (event for log in matters.events.values() for event in log))
    period = Period(EDITION.start, EDITION.end)
    return {row.petition: row for row in build(logs, period, EDITION.as_of, official_calendar())}


@pytest.mark.parametrize("layout", ["csv", "parquet", "cut"])
def test_rows_are_those_the_core_decides_whatever_the_layout(tmp_path: Path, layout: str) -> None:
    matters = sources.matters(range(120))
    source = {"csv": matters.write_csv, "parquet": matters.write_parquet, "cut": matters.write_cut}[layout](
        tmp_path / "source"
    )

    fact_job.run(source, tmp_path / "facts", EDITION)

    assert rows(tmp_path / "facts") == decided(matters)


def test_a_flat_source_in_any_order_gives_the_same_files(tmp_path: Path) -> None:
    matters = sources.matters(range(60))
    chance = random.Random(3)
    shuffled = sources.Matters(
        {key: matters.petitions[key] for key in sorted(matters.petitions, key=lambda _: chance.random())}
    )
    events = [event for log in matters.events.values() for event in log]
    chance.shuffle(events)
    shuffled.events = {"all": events}

    fact_job.run(matters.write_csv(tmp_path / "in-order"), tmp_path / "one", EDITION)
    fact_job.run(shuffled.write_csv(tmp_path / "shuffled"), tmp_path / "two", EDITION)

    assert rows(tmp_path / "one") == rows(tmp_path / "two")
    assert [path for path in files(tmp_path / "one") if path.startswith("facts")] == [
        path for path in files(tmp_path / "two") if path.startswith("facts")
    ]


def test_nothing_is_decided_twice_and_only_what_changed_is_decided_again(tmp_path: Path) -> None:
    matters = sources.matters(range(80))
    source = matters.write_cut(tmp_path / "source")
    first = fact_job.run(source, tmp_path / "facts", EDITION)

    again = fact_job.run(source, tmp_path / "facts", EDITION)
    key = next(iter(matters.petitions))
    matters.petitions[key][3] = "新区"
    later = fact_job.run(matters.write_cut(source), tmp_path / "facts", EDITION)

    assert (first.reused, again.decided, later.decided) == (0, 0, 1)
    assert rows(tmp_path / "facts")[key].region == "新区"


@FEW
@given(data=st.data())
def test_facts_brought_up_to_date_are_those_made_from_nothing(tmp_path: Path, data: st.DataObject) -> None:
    """Late events, corrections, new matters, withdrawn ones: whatever happens between two runs."""
    root = tmp_path / str(time.monotonic_ns())
    matters = sources.matters(data.draw(st.lists(st.integers(0, 500), min_size=5, max_size=25, unique=True)))
    fact_job.run(matters.write_cut(root / "0"), root / "kept", EDITION)
    for step in range(1, data.draw(st.integers(2, 4))):
        change(matters, data)
        fact_job.run(matters.write_cut(root / str(step)), root / "kept", EDITION)

    fact_job.run(root / str(step), root / "fresh", EDITION)

    assert files(root / "kept") == files(root / "fresh")
    assert rows(root / "fresh") == decided(matters)


def change(matters: sources.Matters, data: st.DataObject) -> None:
    """Let one thing happen to the matters."""
    key = data.draw(st.sampled_from(sorted(matters.petitions)))
    match data.draw(st.sampled_from(["late events", "correction", "new", "gone", "moved"])):
        case "late events":
            sources.add(matters, walk(int(key[1:]), official_calendar(), length=40))
        case "correction":
            matters.petitions[key][7] = str(data.draw(st.integers(1, 90)))
        case "new":
            sources.add(matters, walk(data.draw(st.integers(501, 999)), official_calendar()))
        case "gone" if len(matters.petitions) > 1:
            del matters.petitions[key], matters.events[key]
        case _:
            matters.petitions[key][1] = "单位9"


def test_a_calendar_that_changed_has_everything_decided_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    matters = sources.matters(range(60))
    source = matters.write_cut(tmp_path / "source")
    fact_job.run(source, tmp_path / "facts", EDITION)
    before = rows(tmp_path / "facts")
    everyday = Calendar([type(day)(day.on, DayKind.WORKDAY) for day in official_calendar()])
    monkeypatch.setattr(fact_job, "official_calendar", lambda: everyday)
    fact_job.known_days.cache_clear()

    updated = fact_job.run(source, tmp_path / "facts", EDITION)
    fact_job.run(source, tmp_path / "fresh", EDITION)

    assert updated.reused == 0
    assert rows(tmp_path / "facts") != before
    assert files(tmp_path / "facts") == files(tmp_path / "fresh")
    fact_job.known_days.cache_clear()


def test_two_editions_lie_side_by_side_and_each_is_found(tmp_path: Path) -> None:
    source = sources.matters(range(30)).write_cut(tmp_path / "source")
    quarter = Edition(start=date(2023, 1, 1), end=date(2023, 4, 1), as_of=date(2023, 4, 1))
    fact_job.run(source, tmp_path / "facts", EDITION)

    fact_job.run(source, tmp_path / "facts", quarter)

    assert fact_store.find(tmp_path / "facts", (date(2023, 1, 1), date(2023, 4, 1))).edition == quarter
    assert fact_store.find(tmp_path / "facts", as_of=date(2024, 3, 1)).edition == EDITION


def test_a_job_killed_at_random_points_ends_with_the_same_files(tmp_path: Path) -> None:
    source = sources.matters(range(400)).write_cut(tmp_path / "source")
    fact_job.run(source, tmp_path / "whole", EDITION)
    chance = random.Random(11)
    command = [sys.executable, "-c", SLOWLY, str(source), str(tmp_path / "killed")]

    killed = 0
    for _ in range(4):
        process = subprocess.Popen(command, start_new_session=True)
        try:
            process.wait(0.6 + chance.random() * 1.2)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            killed += 1
    half = files(tmp_path / "killed")
    fact_job.run(source, tmp_path / "killed", EDITION)

    assert killed
    assert not any(path.startswith("editions") for path in half)
    assert files(tmp_path / "killed") == files(tmp_path / "whole")


SLOWLY = """
import sys, time
from datetime import date
from pathlib import Path
from hengping_io import arrow_tables, fact_job
from hengping_io.fact_build import Edition
write = arrow_tables.write_parquet
def slowly(*arguments, **options):
    time.sleep(0.1)
    write(*arguments, **options)
arrow_tables.write_parquet = slowly
edition = Edition(start=date(2023, 1, 1), end=date(2024, 1, 1), as_of=date(2024, 3, 1))
fact_job.run(Path(sys.argv[1]), Path(sys.argv[2]), edition)
"""
"""The job with every write held up, so that it is killed in the middle of one."""


def test_workers_make_no_difference(tmp_path: Path) -> None:
    source = sources.matters(range(60)).write_cut(tmp_path / "source")
    fact_job.run(source, tmp_path / "one", EDITION, workers=1)

    fact_job.run(source, tmp_path / "two", EDITION, workers=2)

    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_a_partition_too_large_for_the_memory_is_refused_with_what_it_needs(tmp_path: Path) -> None:
    source = sources.matters(range(10)).write_cut(tmp_path / "source")

    with pytest.raises(Exception, match="约需 200 MB，限定的内存是 100MB"):
        fact_job.run(source, tmp_path / "facts", EDITION, memory="100MB")


def test_every_fact_column_has_a_kind_and_keeps_its_order() -> None:
    assert set(FACT_KINDS) == (set(PetitionFacts._fields) - set(fact_words.PLACES)) | {"line", *fact_words.WORDS}
    assert fact_build.law_version() == fact_build.law_version()
